//! The axis of values: its range, ticks and numbers.
//!
//! In: the values' range and what the configuration fixes of it. Out: round ticks whose labels
//! differ from each other and have at most two decimals.

/// Beyond this values are drawn at the edge: differences of larger ones overflow.
const LARGEST: f64 = 1e300;

/// What decides the axis.
pub(super) struct Demand<'a> {
    /// The least and the greatest value, if there is any.
    pub(super) values: Option<(f64, f64)>,
    /// The lower end, where it is fixed.
    pub(super) low: Option<f64>,
    /// The upper end, where it is fixed.
    pub(super) high: Option<f64>,
    /// Intervals between ticks at most.
    pub(super) intervals: usize,
    /// How ticks are written; [`number`] where nothing is given.
    pub(super) format: Option<&'a dyn Fn(f64) -> String>,
}

/// The axis of values.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ValueAxis {
    /// The value at the bottom.
    pub(super) low: f64,
    /// The value at the top; greater than `low`.
    pub(super) high: f64,
    /// The distance of ticks.
    pub(super) step: f64,
    /// Values and labels of ticks, upwards; a label may be empty.
    pub(super) ticks: Vec<(f64, String)>,
}

impl ValueAxis {
    /// Where a value lies: 0 at the bottom, 1 at the top.
    pub(super) fn place(&self, value: f64) -> f64 {
        (value.clamp(-LARGEST, LARGEST) - self.low) / (self.high - self.low)
    }
}

/// The axis for a demand.
///
/// Where the caller's format gives the same text for neighbours, ticks are set further apart.
pub(super) fn value_axis(demand: &Demand<'_>) -> ValueAxis {
    let range = Range::new(demand);
    let least = range.least_step();
    let mut step = nice((range.high - range.low) / demand.intervals.max(1) as f64).max(least);
    let first = range.axis(step, demand.format);
    let mut axis = first.clone();
    for _ in 0..4 {
        if axis.ticks.windows(2).all(|pair| pair[0].1 != pair[1].1) {
            return axis;
        }
        step = nice(step * 1.5);
        axis = range.axis(step, demand.format);
    }
    without_repeats(first)
}

fn without_repeats(mut axis: ValueAxis) -> ValueAxis {
    let mut last = String::new();
    for (_, label) in &mut axis.ticks {
        if *label == last {
            label.clear();
        } else {
            last.clone_from(label);
        }
    }
    axis
}

/// The range to show, before it is widened to round ticks.
struct Range {
    low: f64,
    high: f64,
    is_low_fixed: bool,
    is_high_fixed: bool,
}

impl Range {
    fn new(demand: &Demand<'_>) -> Self {
        let fixed = |value: Option<f64>| value.filter(|value| value.abs() <= LARGEST);
        let (mut fixed_low, mut fixed_high) = (fixed(demand.low), fixed(demand.high));
        if let (Some(low), Some(high)) = (fixed_low, fixed_high)
            && low >= high
        {
            (fixed_low, fixed_high) = (None, None);
        }
        let (low, high) = around(demand.values);
        let mut low = fixed_low.unwrap_or(low);
        let mut high = fixed_high.unwrap_or(high);
        if high - low <= low.abs().max(high.abs()) * 1e-9 {
            // The values lie beyond the fixed end.
            let span = |end: f64| (end.abs() * 0.5).max(1.0);
            (low, high) = if fixed_low.is_some() {
                (low, low + span(low))
            } else {
                (high - span(high), high)
            };
        }
        let (is_low_fixed, is_high_fixed) = (fixed_low.is_some(), fixed_high.is_some());
        Self { low, high, is_low_fixed, is_high_fixed }
    }

    /// The least step that [`number`] can tell apart.
    fn least_step(&self) -> f64 {
        let largest = self.low.abs().max(self.high.abs());
        let small = 10f64.powi(magnitude(largest).saturating_add(1).min(0));
        nice((0.01 * small).max(largest * 1e-7) * 0.999)
    }

    fn axis(&self, step: f64, format: Option<&dyn Fn(f64) -> String>) -> ValueAxis {
        let noise = 1e-6;
        // Half a step is enough room above the last tick.
        let half = step / 2.0;
        let low =
            if self.is_low_fixed { self.low } else { (self.low / half + noise).floor() * half };
        let high =
            if self.is_high_fixed { self.high } else { (self.high / half - noise).ceil() * half };
        let high = if high > low { high } else { low + step };
        let first = (low / step - noise).ceil();
        let count = ((high / step + noise).floor() - first).clamp(0.0, 24.0) as u32;
        let tick = |index: u32| {
            let value = (first + f64::from(index)) * step + 0.0;
            (value, format.map_or_else(|| number(value, step), |format| format(value)))
        };
        ValueAxis { low, high, step, ticks: (0..=count).map(tick).collect() }
    }
}

/// The range of values, with zero where it is near and where a line would have no height.
fn around(values: Option<(f64, f64)>) -> (f64, f64) {
    let Some((low, high)) = values else { return (0.0, 1.0) };
    let (low, high) = (low.clamp(-LARGEST, LARGEST), high.clamp(-LARGEST, LARGEST));
    let is_flat = high - low <= low.abs().max(high.abs()) * 1e-9;
    if is_flat && low.abs() < 1e-300 {
        return (0.0, 1.0);
    }
    if low > 0.0 && (is_flat || low < high * 0.35) {
        return (0.0, high);
    }
    if high < 0.0 && (is_flat || high > low * 0.35) {
        return (low, 0.0);
    }
    (low, high)
}

/// The power of ten that a value reaches.
fn magnitude(value: f64) -> i32 {
    if value > 0.0 { (value.log10() + 1e-9).floor() as i32 } else { 0 }
}

/// The next of 1, 2, 2.5 and 5 times a power of ten.
fn nice(raw: f64) -> f64 {
    let power = 10f64.powi(magnitude(raw));
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    let step = steps.into_iter().find(|step| step * power >= raw * 0.999_999);
    step.unwrap_or(10.0) * power
}

/// A value in a few characters: `0.25`, `1.5k`, `93.2M`, `4e-5`; at most two decimals.
///
/// `step` is the distance to its neighbours: the unit is the largest that keeps them apart.
pub(super) fn number(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    if value.abs() < step * 1e-6 {
        return "0".to_owned();
    }
    if size >= 1e18 || decimals(step) > 2 {
        return scientific(value, size.min(step.max(value.abs() * 0.01)));
    }
    let units = ["", "k", "M", "G", "T", "P"];
    let largest = (magnitude(size) / 3).clamp(0, 5);
    let fits = |unit: &i32| decimals(step / 1000f64.powi(*unit)) <= 2;
    let unit = (1..=largest).rev().find(fits).unwrap_or(0);
    let scale = 1000f64.powi(unit);
    let text = grouped(value / scale, decimals(step / scale).min(2));
    format!("{text}{}", units[unit as usize])
}

fn scientific(value: f64, step: f64) -> String {
    let power = magnitude(value.abs());
    let mantissa = value / 10f64.powi(power);
    let places = decimals(step / 10f64.powi(power)).min(2);
    let text = format!("{mantissa:.places$}");
    format!("{}e{power}", trimmed(&text))
}

/// Decimals that multiples of `step` need, at most three.
fn decimals(step: f64) -> usize {
    let is_whole = |value: f64| (value - value.round()).abs() < 1e-4 && value >= 0.999;
    (0..3).find(|places| is_whole(step * 10f64.powi(*places))).unwrap_or(3) as usize
}

fn trimmed(text: &str) -> &str {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text }
}

fn grouped(value: f64, places: usize) -> String {
    let text = format!("{value:.places$}");
    let text = trimmed(&text);
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    let digits = whole.trim_start_matches('-').len();
    if digits < 5 {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + digits / 3);
    for (place, digit) in whole.char_indices() {
        let left = whole.len() - place;
        if place > 0 && left % 3 == 0 && !out.ends_with('-') {
            out.push(',');
        }
        out.push(digit);
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(values: Option<(f64, f64)>) -> Demand<'static> {
        Demand { values, low: None, high: None, intervals: 5, format: None }
    }

    fn check(demand: &Demand<'_>, expected: &str) {
        let axis = value_axis(demand);
        let labels: Vec<_> = axis.ticks.iter().map(|tick| tick.1.as_str()).collect();
        assert_eq!(labels.join(" "), expected);
        assert!(axis.low < axis.high && axis.low.is_finite() && axis.high.is_finite());
    }

    #[test]
    fn ticks_are_round() {
        check(&demand(Some((17.5, 60.0))), "0 20 40 60");
        check(&demand(Some((41.2, 60.0))), "40 45 50 55 60");
        check(&demand(Some((-3.0, 4.0))), "-2 0 2 4");
        check(&demand(Some((-90.0, -20.0))), "-80 -60 -40 -20 0");
        check(&demand(Some((0.1, 0.9))), "0 0.2 0.4 0.6 0.8");
    }

    #[test]
    fn nothing_and_constants_have_an_axis() {
        check(&demand(None), "0 0.2 0.4 0.6 0.8 1");
        check(&demand(Some((0.0, 0.0))), "0 0.2 0.4 0.6 0.8 1");
        check(&demand(Some((42.0, 42.0))), "0 10 20 30 40");
        check(&demand(Some((-7.0, -7.0))), "-6 -4 -2 0");
    }

    #[test]
    fn large_and_small_numbers_stay_short() {
        check(&demand(Some((1.2e6, 4.1e6))), "0 1M 2M 3M 4M");
        check(&demand(Some((1e21, 4.1e21))), "0 1e21 2e21 3e21 4e21");
        check(&demand(Some((0.0, 0.004))), "0 1e-3 2e-3 3e-3 4e-3");
        check(&demand(Some((93_166_031.0, 93_166_089.0))), "93,166.04k 93,166.06k 93,166.08k");
        check(&demand(Some((100.001, 100.009))), "100 100.01");
        let widest = value_axis(&demand(Some((f64::MIN, f64::MAX))));
        assert!(widest.place(f64::MAX) <= 1.0 && widest.place(f64::MIN) >= 0.0);
    }

    #[test]
    fn ends_can_be_fixed() {
        let fixed = |low, high| Demand { low, high, ..demand(Some((41.0, 60.0))) };
        check(&fixed(Some(0.0), Some(100.0)), "0 20 40 60 80 100");
        check(&fixed(Some(3.0), Some(97.0)), "20 40 60 80");
        check(&fixed(None, Some(10.0)), "5 6 7 8 9 10");
        check(&fixed(Some(9.0), Some(1.0)), "40 45 50 55 60");
        check(&fixed(Some(f64::NAN), Some(f64::INFINITY)), "40 45 50 55 60");
    }

    #[test]
    fn labels_never_repeat() {
        let rounded = |value: f64| format!("{value:.0}%");
        let same = |_: f64| "same".to_owned();
        let format = |format| Demand { format: Some(format), ..demand(Some((17.1, 17.9))) };
        check(&format(&rounded), "17% 18%");
        let axis = value_axis(&format(&same));
        let shown = axis.ticks.iter().filter(|tick| !tick.1.is_empty());
        assert_eq!(shown.count(), 1);
    }

    #[test]
    fn numbers_have_two_decimals_at_most() {
        let check = |value, step, expected| assert_eq!(number(value, step), expected);
        check(17.123_456, 0.01, "17.12");
        check(-0.0, 1.0, "0");
        check(1500.0, 500.0, "1.5k");
        check(999.0, 1.0, "999");
        check(-12_345.0, 1.0, "-12,345");
        check(123_456.0, 1.0, "123,456");
        check(2.5e-7, 0.5e-7, "2.5e-7");
    }
}
