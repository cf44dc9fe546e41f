//! Colour ranges of the older schemas become CEL.
//!
//! In: [`Range`]s in their order, of which the first that holds a value wins. Out: an expression for
//! the colour and one for the message, and what is different from before. It never reads YAML.
//!
//! Ranges that are plainly steps, such as 0..35 and 36..75, become steps: what was between two of
//! them takes the colour of the lower one. All others keep their exact ends.

use std::fmt::Write as _;

use super::cel;

/// From here on an upper end means "and all above".
const OPEN: f64 = 999.0;

/// One range, both ends included.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Range {
    pub(super) color: String,
    /// Minus infinity when open.
    pub(super) min: f64,
    /// Infinity when open.
    pub(super) max: f64,
    /// What is shown instead of the value.
    pub(super) value: Option<String>,
}

impl Range {
    /// Whether it holds one value; a range never ends before it begins.
    fn is_point(&self) -> bool {
        self.min.is_finite() && self.min >= self.max
    }
}

/// An expression and what is different from before.
#[derive(Debug, PartialEq)]
pub(super) struct Colors {
    pub(super) cel: String,
    /// Gaps that took the colour below them.
    pub(super) gaps: Option<String>,
    /// Ends that are open now.
    pub(super) ends: Option<String>,
}

/// The expression for the colour.
pub(super) fn color(ranges: &[Range]) -> Colors {
    let is_scale =
        ranges.iter().all(|range| range.value.is_none()) && !ranges.iter().all(Range::is_point);
    match sorted(ranges).filter(|_| is_scale) {
        Some(sorted) => scale(&sorted),
        None => Colors { cel: exact(ranges), gaps: None, ends: None },
    }
}

/// The expression for the message, where a range has one of its own; `base` is the usual one.
pub(super) fn message(ranges: &[Range], base: &str) -> Option<String> {
    let last = ranges.iter().rposition(|range| range.value.is_some())?;
    let is_needed = |idx: usize| {
        let range = &ranges[idx];
        let later = ranges[idx + 1..=last].iter().filter(|other| other.value.is_some());
        range.value.is_some() || later.into_iter().any(|other| overlap(range, other))
    };
    let arms = (0..=last).filter(|idx| is_needed(*idx)).map(|idx| {
        let text = ranges[idx].value.as_deref().map_or_else(|| base.to_owned(), cel::string);
        (condition(&ranges[idx]), text)
    });
    Some(chain(arms, base))
}

fn overlap(one: &Range, other: &Range) -> bool {
    one.min <= other.max && other.min <= one.max
}

/// Conditions in their order, and what holds when none does.
fn chain(arms: impl Iterator<Item = (Option<String>, String)>, otherwise: &str) -> String {
    let mut out = String::new();
    for (condition, result) in arms {
        match condition {
            Some(condition) => _ = write!(out, "{condition} ? {result} : "),
            None => return out + &result,
        }
    }
    out + otherwise
}

/// When a range holds a value; nothing for always.
fn condition(range: &Range) -> Option<String> {
    let (min, max) = (cel::number(range.min), cel::number(range.max));
    match (range.min.is_finite(), range.max.is_finite()) {
        (true, true) if range.is_point() => Some(format!("result == {min}")),
        (true, true) => Some(format!("result >= {min} && result <= {max}")),
        (true, false) => Some(format!("result >= {min}")),
        (false, true) => Some(format!("result <= {max}")),
        (false, false) => None,
    }
}

fn exact(ranges: &[Range]) -> String {
    let arms = ranges.iter().map(|range| (condition(range), cel::string(&range.color)));
    chain(arms, &cel::string(""))
}

/// Ranges from low to high with their places; nothing when they overlap by more than an end.
fn sorted(ranges: &[Range]) -> Option<Vec<(usize, &Range)>> {
    let mut sorted: Vec<_> = ranges.iter().enumerate().collect();
    sorted.sort_by(|(_, one), (_, other)| {
        one.min.total_cmp(&other.min).then(one.max.total_cmp(&other.max))
    });
    let fits = sorted.windows(2).all(|pair| pair[0].1.max <= pair[1].1.min);
    fits.then_some(sorted)
}

/// A stretch of values with one colour, up to a bound.
struct Stretch<'a> {
    color: &'a str,
    until: f64,
    /// Whether the bound itself belongs to it.
    including: bool,
}

fn scale(sorted: &[(usize, &Range)]) -> Colors {
    let (Some((_, first)), Some((_, last))) = (sorted.first(), sorted.last()) else {
        return Colors { cel: cel::string(""), gaps: None, ends: None };
    };
    let mut stretches: Vec<Stretch> = vec![];
    let (mut gaps, mut ends) = (vec![], vec![]);
    if first.min > 0.0 {
        stretches.push(Stretch { color: "", until: first.min, including: false });
    } else if first.min.is_finite() {
        ends.push(format!("below {} are `{}`", first.min, first.color));
    }
    for pair in sorted.windows(2) {
        let ((low_idx, low), (high_idx, high)) = (pair[0], pair[1]);
        let gap = high.min - low.max;
        let color = low.color.as_str();
        if gap > 1.0 {
            stretches.push(Stretch { color, until: low.max, including: true });
            stretches.push(Stretch { color: "", until: high.min, including: false });
        } else {
            if gap > 0.0 {
                gaps.push(format!("{} and {} are `{color}`", low.max, high.min));
            }
            let including = gap == 0.0 && low_idx < high_idx;
            stretches.push(Stretch { color, until: high.min, including });
        }
    }
    let is_open = last.max >= OPEN;
    let top = Stretch { color: &last.color, until: last.max, including: true };
    stretches.push(top);
    if !is_open {
        stretches.push(Stretch { color: "", until: f64::INFINITY, including: true });
    } else if last.max.is_finite() {
        ends.push(format!("above {} are `{}`", last.max, last.color));
    }
    Colors {
        cel: written(&merged(stretches)),
        gaps: told(&gaps, "values between "),
        ends: told(&ends, "values "),
    }
}

fn told(parts: &[String], before: &str) -> Option<String> {
    (!parts.is_empty()).then(|| format!("{before}{} now; they had no colour", parts.join(", ")))
}

/// Neighbours of one colour as one stretch.
fn merged(stretches: Vec<Stretch>) -> Vec<Stretch> {
    let mut merged: Vec<Stretch> = vec![];
    for stretch in stretches {
        match merged.last_mut() {
            Some(before) if before.color == stretch.color => *before = stretch,
            _ => merged.push(stretch),
        }
    }
    merged
}

fn written(stretches: &[Stretch]) -> String {
    let Some((last, lower)) = stretches.split_last() else { return cel::string("") };
    if lower.len() < 2 || lower.iter().any(|stretch| stretch.including) {
        let arms = lower.iter().map(|stretch| {
            let comparison = if stretch.including { "<=" } else { "<" };
            let condition = format!("result {comparison} {}", cel::number(stretch.until));
            (Some(condition), cel::string(stretch.color))
        });
        return chain(arms, &cel::string(last.color));
    }
    let bounds: Vec<_> = lower.iter().map(|stretch| cel::number(stretch.until)).collect();
    let colors: Vec<_> = stretches.iter().map(|stretch| cel::string(stretch.color)).collect();
    format!("colorScale(result, [{}], [{}])", bounds.join(", "), colors.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::badge::expr::Program;

    /// Up to four ranges with whole ends, made from a number.
    fn made(mut seed: u64) -> Vec<Range> {
        let mut next = |below: u64| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let count = 1 + next(4);
        let mut range = |idx| {
            let min = next(9) as f64 - 2.0;
            Range { color: format!("c{idx}"), min, max: min + next(5) as f64, value: None }
        };
        (0..count).map(&mut range).collect()
    }

    #[test]
    fn whole_numbers_in_a_range_keep_their_colour() {
        for seed in 0..400 {
            let ranges = made(seed);
            let cel = color(&ranges).cel;
            let program = Program::compile(&cel).expect("it compiles");
            for value in -4..14 {
                let value = f64::from(value);
                let holds = |range: &&Range| range.min <= value && value <= range.max;
                let Some(range) = ranges.iter().find(holds) else { continue };
                let shown = program.eval(value, &BTreeMap::new()).expect("a colour");
                assert_eq!(shown, range.color, "{cel} of {value}: {ranges:?}");
            }
        }
    }
}
