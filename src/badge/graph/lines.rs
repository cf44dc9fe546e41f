//! Samples become lines: gaps are kept, and no more points than a picture can show.
//!
//! In: a series' samples. Out: runs of finite samples without a gap.

/// A sample: seconds since the epoch and a value.
pub(super) type Point = (f64, f64);

/// What decides where lines break and which points they keep.
#[derive(Clone, Copy)]
pub(super) struct Grain {
    /// Seconds between samples.
    pub(super) step: f64,
    /// Seconds that one pixel shows.
    pub(super) column: f64,
}

/// Runs of neighbours among the finite samples, thinned where there are over two in a column.
///
/// A line breaks where a sample is missing or not finite, if that is wide enough to be seen.
pub(super) fn runs(points: &[Point], grain: Grain) -> Vec<Vec<Point>> {
    let mut runs: Vec<Vec<Point>> = vec![];
    let mut is_broken = true;
    for point in points {
        if !point.1.is_finite() {
            is_broken = true;
            continue;
        }
        match runs.last_mut() {
            Some(run) if !is_gap(run, *point, is_broken, grain) => run.push(*point),
            _ => runs.push(vec![*point]),
        }
        is_broken = false;
    }
    let count: usize = runs.iter().map(Vec::len).sum();
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return runs };
    if count as f64 * grain.column <= 2.0 * (last.0 - first.0) {
        return runs;
    }
    runs.iter().map(|run| thin(run, grain.column)).collect()
}

fn is_gap(run: &[Point], next: Point, is_broken: bool, grain: Grain) -> bool {
    let Some(last) = run.last() else { return true };
    let distance = next.0 - last.0;
    distance > grain.column && (is_broken || distance > grain.step * 1.5)
}

/// The least and the greatest sample of each column, by time, with the first and the last of all.
fn thin(run: &[Point], column: f64) -> Vec<Point> {
    let mut kept = vec![run[0]];
    let of = |point: &Point| (point.0 / column).floor();
    for group in run.chunk_by(|one, other| of(one) >= of(other)) {
        let (mut least, mut greatest) = (group[0], group[0]);
        for point in group {
            if point.1 < least.1 {
                least = *point;
            } else if point.1 > greatest.1 {
                greatest = *point;
            }
        }
        let is_rising = least.0 <= greatest.0;
        kept.extend(if is_rising { [least, greatest] } else { [greatest, least] });
    }
    kept.push(run[run.len() - 1]);
    kept.dedup();
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAIN: Grain = Grain { step: 60.0, column: 10.0 };

    fn check(values: &[(u32, f64)], expected: &[&[f64]]) {
        let points: Vec<_> =
            values.iter().map(|(index, value)| (f64::from(*index) * 60.0, *value)).collect();
        let found = runs(&points, GRAIN);
        let found: Vec<Vec<_>> =
            found.iter().map(|run| run.iter().map(|point| point.1).collect()).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn lines_break_at_gaps() {
        check(&[(0, 1.0), (1, 2.0), (2, 3.0)], &[&[1.0, 2.0, 3.0]]);
        check(&[(0, 1.0), (1, f64::NAN), (2, 3.0)], &[&[1.0], &[3.0]]);
        check(&[(0, f64::INFINITY), (1, 2.0), (4, 3.0), (5, 3.5)], &[&[2.0], &[3.0, 3.5]]);
        check(&[(0, f64::NAN)], &[]);
        check(&[], &[]);
    }

    #[test]
    fn crowded_columns_keep_their_extremes() {
        let value = |index: u32| match index {
            5023 => 99.0,
            7041 => -99.0,
            _ => f64::from(index % 7),
        };
        let points: Vec<_> = (0..10_000).map(|index| (f64::from(index), value(index))).collect();
        let thinned = runs(&points, Grain { step: 1.0, column: 100.0 });
        assert_eq!(thinned.len(), 1);
        assert!(thinned[0].len() <= 202);
        assert!(thinned[0].contains(&(5023.0, 99.0)) && thinned[0].contains(&(7041.0, -99.0)));
        assert!(thinned[0].windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn gaps_under_a_pixel_do_not_break() {
        let value = |index: u32| if index.is_multiple_of(2) { 1.0 } else { f64::NAN };
        let points: Vec<_> = (0..1000).map(|index| (f64::from(index), value(index))).collect();
        assert_eq!(runs(&points, Grain { step: 1.0, column: 10.0 }).len(), 1);
    }
}
