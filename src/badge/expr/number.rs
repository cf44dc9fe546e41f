//! Numbers as Go's `strconv` writes them.
//!
//! In: a number. Out: the text that a user of kromgo has seen for it. Format: `strconv.FormatFloat`.

/// A number's digits without sign, point and trailing zeros, and where the point stands.
struct Digits {
    negative: bool,
    /// ASCII; one `0` for zero.
    text: String,
    /// How many of the digits stand before the point; zero or less for small numbers.
    point: i32,
}

impl Digits {
    /// From Rust's form with an exponent, such as `-1.25e-7`.
    fn of(text: &str) -> Digits {
        let (mantissa, exponent) = text.split_once('e').expect("bug: no exponent");
        let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
        let digits = match digits.trim_end_matches('0') {
            "" => "0",
            some => some,
        };
        Digits {
            negative: mantissa.starts_with('-'),
            text: digits.to_owned(),
            point: exponent.parse::<i32>().expect("bug: an exponent is a number") + 1,
        }
    }

    fn sign(&self) -> &'static str {
        if self.negative { "-" } else { "" }
    }

    /// `1.25e-07`: at least two digits in the exponent.
    fn scientific(&self) -> String {
        let (first, rest) = self.text.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let exponent = self.point - 1;
        let exponent_sign = if exponent < 0 { '-' } else { '+' };
        let exponent = exponent.unsigned_abs();
        format!("{}{first}{point}{rest}e{exponent_sign}{exponent:02}", self.sign())
    }

    /// `0.000125` or `125000`.
    fn plain(&self) -> String {
        let sign = self.sign();
        let Ok(before) = usize::try_from(self.point) else {
            let zeros = "0".repeat(self.point.unsigned_abs() as usize);
            return format!("{sign}0.{zeros}{}", self.text);
        };
        match self.text.split_at_checked(before) {
            Some(("", after)) => format!("{sign}0.{after}"),
            Some((whole, "")) => format!("{sign}{whole}"),
            Some((whole, after)) => format!("{sign}{whole}.{after}"),
            None => format!("{sign}{:0<before$}", self.text),
        }
    }
}

/// `NaN`, `+Inf` and `-Inf`; nothing for numbers that have digits.
pub(super) fn non_finite(value: f64) -> Option<&'static str> {
    match value {
        _ if value.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// The exponents that the shortest form writes out: Go decides as if the precision were 6.
const WRITTEN_OUT: std::ops::Range<i32> = -4..6;

/// The shortest text that gives the same number, with an exponent from 1e6 on and below 1e-4; what
/// CEL's `string(double)` gives. Go: `FormatFloat(value, 'g', -1, 64)`.
pub fn shortest(value: f64) -> String {
    if let Some(text) = non_finite(value) {
        return text.to_owned();
    }
    let digits = Digits::of(&format!("{value:e}"));
    let exponent = digits.point - 1;
    if WRITTEN_OUT.contains(&exponent) { digits.plain() } else { digits.scientific() }
}

/// As [`shortest`], never with an exponent. Go: `FormatFloat(value, 'f', -1, 64)`.
pub fn plain(value: f64) -> String {
    match non_finite(value) {
        Some(text) => text.to_owned(),
        None => Digits::of(&format!("{value:e}")).plain(),
    }
}

/// At most so many significant digits, with an exponent where the digits do not reach the point.
/// Go: `Sprintf("%.4g", value)`.
pub(super) fn significant(value: f64, n_digits: usize) -> String {
    if let Some(text) = non_finite(value) {
        return text.to_owned();
    }
    let digits = Digits::of(&format!("{value:.*e}", n_digits - 1));
    let exponent = digits.point - 1;
    let whole = i32::try_from(n_digits).unwrap_or(i32::MAX);
    if exponent < -4 || exponent >= whole { digits.scientific() } else { digits.plain() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortest_is_what_go_writes() {
        let rows = [
            (18.0, "18"),
            (17.5, "17.5"),
            (0.0, "0"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (100.0, "100"),
            (123_456.0, "123456"),
            (999_999.0, "999999"),
            (1_000_000.0, "1e+06"),
            (1_234_567.0, "1.234567e+06"),
            (93_166_031.0, "9.3166031e+07"),
            (123_456.789, "123456.789"),
            (0.000_1, "0.0001"),
            (0.000_012_5, "1.25e-05"),
            (1e21, "1e+21"),
            (1e-100, "1e-100"),
            (f64::MAX, "1.7976931348623157e+308"),
            (5e-324, "5e-324"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ];
        for (value, expected) in rows {
            assert_eq!(shortest(value), expected);
        }
    }

    #[test]
    fn plain_has_no_exponent() {
        let rows = [
            (1_234_567.0, "1234567"),
            (1e21, "1000000000000000000000"),
            (0.000_012_5, "0.0000125"),
            (-0.5, "-0.5"),
            (12.25, "12.25"),
            (f64::NAN, "NaN"),
        ];
        for (value, expected) in rows {
            assert_eq!(plain(value), expected);
        }
    }

    #[test]
    fn significant_digits_are_rounded() {
        let rows = [
            (93.166_031, "93.17"),
            (999.999, "1000"),
            (100.0, "100"),
            (1.0, "1"),
            (1.2, "1.2"),
            (0.5, "0.5"),
            (0.0, "0"),
            (99_999.0, "1e+05"),
            (12_345.0, "1.234e+04"),
            (0.000_012_345, "1.234e-05"),
            (-1234.56, "-1235"),
            (f64::INFINITY, "+Inf"),
        ];
        for (value, expected) in rows {
            assert_eq!(significant(value, 4), expected);
        }
    }
}
