//! The small line chart after a message.
//!
//! In: values by time and a place. Out: runs of points in hundredths of a pixel. Never more points
//! than a chart of this size can show: of many values the least and the greatest of each stretch
//! stay, so that spikes do.

use super::geometry::Area;

/// Points of a chart at most.
const MOST: usize = 60;

/// A point in hundredths of a pixel.
pub(super) type Point = [i32; 2];

/// Whether there is anything to draw.
pub(super) fn is_drawn(values: &[f64]) -> bool {
    values.iter().any(|value| value.is_finite())
}

/// Lines through values, broken where a value is missing; one without length is a point.
pub(super) fn runs(values: &[f64], area: Area) -> Vec<Vec<Point>> {
    let kept = thin(values);
    let scale = Scale::of(&kept, values.len(), area);
    let split = kept.split(|(_, value)| !value.is_finite());
    let place = |run: &[(usize, f64)]| run.iter().map(|point| scale.place(*point)).collect();
    split.filter(|run| !run.is_empty()).map(place).collect()
}

/// Values with their places in time; NaN stands where a line breaks.
fn thin(values: &[f64]) -> Vec<(usize, f64)> {
    if values.len() <= MOST {
        return values.iter().copied().enumerate().collect();
    }
    let stretches = MOST / 2;
    let edge = |index: usize| index * values.len() / stretches;
    let stretch = |index| extremes(values, edge(index)..edge(index + 1));
    (0..stretches).flat_map(stretch).collect()
}

/// The least and the greatest value of a stretch by time, or NaN where there is none.
fn extremes(values: &[f64], places: std::ops::Range<usize>) -> Vec<(usize, f64)> {
    let begin = places.start;
    let finite = places.map(|place| (place, values[place])).filter(|point| point.1.is_finite());
    let by_value = |one: &(usize, f64), other: &(usize, f64)| one.1.total_cmp(&other.1);
    let (least, greatest) = (finite.clone().min_by(by_value), finite.max_by(by_value));
    let (Some(least), Some(greatest)) = (least, greatest) else { return vec![(begin, f64::NAN)] };
    let mut kept = vec![least, greatest];
    kept.sort_by_key(|point| point.0);
    kept.dedup_by_key(|point| point.0);
    kept
}

/// Where values lie.
struct Scale {
    area: Area,
    /// Steps between the first place in time and the last.
    steps: f64,
    low: f64,
    high: f64,
}

impl Scale {
    fn of(kept: &[(usize, f64)], count: usize, area: Area) -> Self {
        let finite = kept.iter().map(|point| point.1).filter(|value| value.is_finite());
        let low = finite.clone().fold(f64::INFINITY, f64::min);
        let high = finite.fold(f64::NEG_INFINITY, f64::max);
        Self { area, steps: count.saturating_sub(1) as f64, low, high }
    }

    fn place(&self, (place, value): (usize, f64)) -> Point {
        // Halves, as the distance of the largest numbers overflows.
        let span = self.high / 2.0 - self.low / 2.0;
        let up = if span > 0.0 { (value / 2.0 - self.low / 2.0) / span } else { 0.5 };
        let across = if self.steps > 0.0 { place as f64 / self.steps } else { 0.5 };
        [
            tenths(self.area.left, self.area.width, across),
            tenths(self.area.top, self.area.height, 1.0 - up),
        ]
    }
}

/// A place in hundredths of a pixel, rounded to tenths: finer is not seen and takes room.
fn tenths(from: i32, length: i32, part: f64) -> i32 {
    from * 100 + (f64::from(length) * part * 10.0).round() as i32 * 10
}

#[cfg(test)]
mod tests {
    use super::*;

    const AREA: Area = Area { left: 10, top: 4, width: 40, height: 10 };

    fn check(values: &[f64], expected: &[&[Point]]) {
        assert_eq!(runs(values, AREA), expected, "{values:?}");
    }

    #[test]
    fn values_fill_the_area() {
        check(&[0.0, 5.0, 10.0], &[&[[1000, 1400], [3000, 900], [5000, 400]]]);
        check(&[-f64::MAX, f64::MAX], &[&[[1000, 1400], [5000, 400]]]);
    }

    #[test]
    fn what_does_not_change_is_flat() {
        check(&[7.0, 7.0], &[&[[1000, 900], [5000, 900]]]);
        check(&[7.0], &[&[[3000, 900]]]);
    }

    #[test]
    fn gaps_break_the_line() {
        let gap = [1.0, f64::NAN, 3.0, f64::INFINITY, 2.0];
        check(&gap, &[&[[1000, 1400]], &[[3000, 400]], &[[5000, 900]]]);
        check(&[], &[]);
        check(&[f64::NAN, f64::NEG_INFINITY], &[]);
        assert!(!is_drawn(&[]) && !is_drawn(&[f64::NAN]) && is_drawn(&[f64::NAN, 0.0]));
    }

    #[test]
    fn many_values_keep_their_spikes() {
        let mut values = vec![1.0; 10_000];
        (values[4321], values[8000]) = (9.0, -9.0);
        let found = runs(&values, AREA).concat();
        assert!(found.len() <= MOST, "{}", found.len());
        assert!(found.iter().any(|point| point[1] == 400) && found.iter().any(|at| at[1] == 1400));
        assert!(found.windows(2).all(|pair| pair[0][0] <= pair[1][0]));
        values[2000..5000].fill(f64::NAN);
        assert_eq!(runs(&values, AREA).len(), 2);
    }
}
