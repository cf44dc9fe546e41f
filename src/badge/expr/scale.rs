//! A colour by thresholds.
//!
//! In: a number, steps and colours. Out: the name of one colour. It never judges the names.

/// What stands for a number that fits nowhere, and for lists that do not fit each other.
const UNKNOWN: &str = "grey";

/// The colour of the first step above the number, or the last one.
pub(super) fn color_scale<'a>(result: f64, steps: &[f64], colors: &[&'a str]) -> &'a str {
    if result.is_nan() || colors.len() != steps.len() + 1 {
        return UNKNOWN;
    }
    let below = steps.iter().position(|step| result < *step);
    colors[below.unwrap_or(steps.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_upper_ends() {
        let steps = [35.0, 75.0];
        let colors = ["green", "orange", "red"];
        let rows = [
            (f64::NEG_INFINITY, "green"),
            (0.0, "green"),
            (34.9, "green"),
            (35.0, "orange"),
            (74.9, "orange"),
            (75.0, "red"),
            (f64::INFINITY, "red"),
            (f64::NAN, "grey"),
        ];
        for (result, expected) in rows {
            assert_eq!(color_scale(result, &steps, &colors), expected, "{result}");
        }
    }

    #[test]
    fn lists_that_do_not_fit_are_grey() {
        assert_eq!(color_scale(1.0, &[1.0], &["green"]), "grey");
        assert_eq!(color_scale(1.0, &[], &[]), "grey");
        assert_eq!(color_scale(1.0, &[], &["green"]), "green");
        assert_eq!(color_scale(1.0, &[5.0], &["green", "orange", "red"]), "grey");
    }
}
