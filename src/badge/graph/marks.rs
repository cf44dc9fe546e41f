//! Lines at the average, least, greatest and middle value of the first series.
//!
//! In: a graph and its plot. Out: places and labels that do not lie on each other.

use super::Graph;
use super::layout::{Plot, written};

/// Which value of the first series gets a dashed line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarkLine {
    /// The arithmetic mean.
    Average,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// The middle one, or the mean of the two in the middle.
    Median,
}

impl MarkLine {
    /// All, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Average, Self::Min, Self::Max, Self::Median];

    /// The name in a configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::Min => "min",
            Self::Max => "max",
            Self::Median => "median",
        }
    }

    /// The mark line of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.name() == name)
    }

    fn label(self) -> &'static str {
        match self {
            Self::Average => "avg",
            Self::Median => "med",
            Self::Min | Self::Max => self.name(),
        }
    }

    /// The value in sorted values, which are not empty.
    fn of(self, sorted: &[f64]) -> f64 {
        let middle = sorted.len() / 2;
        let count = sorted.len() as f64;
        match self {
            Self::Min => sorted[0],
            Self::Max => sorted[sorted.len() - 1],
            // Divided first: the sum of large values overflows.
            Self::Average => sorted.iter().map(|value| value / count).sum(),
            Self::Median if sorted.len() % 2 == 1 => sorted[middle],
            Self::Median => sorted[middle - 1] / 2.0 + sorted[middle] / 2.0,
        }
    }
}

/// A mark line in a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// Pixels from the top.
    pub(super) down: f64,
    /// Pixels from the top to the middle of the label.
    pub(super) label_down: f64,
    /// As `avg 42.1`.
    pub(super) label: String,
}

/// The mark lines of a graph that lie inside the plot, from the top.
pub(super) fn marks(graph: &Graph<'_>, plot: &Plot, size: f64) -> Vec<Mark> {
    let first = graph.series.first().map_or(&[][..], |series| &series.points);
    let mut sorted: Vec<_> =
        first.iter().map(|point| point.1).filter(|value| value.is_finite()).collect();
    sorted.sort_by(f64::total_cmp);
    if sorted.is_empty() {
        return vec![];
    }
    let wanted = MarkLine::ALL.into_iter().filter(|mark| graph.options.mark_lines.contains(mark));
    let mut marks: Vec<_> = wanted
        .map(|mark| (mark, mark.of(&sorted)))
        .filter(|(_, value)| (-0.001..=1.001).contains(&plot.values.place(*value)))
        .map(|(mark, value)| {
            let down = plot.down(value);
            let label = format!("{} {}", mark.label(), written(graph, &plot.values, value));
            Mark { down, label_down: down, label }
        })
        .collect();
    marks.sort_by(|one, other| one.down.total_cmp(&other.down));
    spread(&mut marks, plot.bottom, size * 1.15);
    marks
}

/// Moves labels apart: down from the top, then up from the bottom.
fn spread(marks: &mut [Mark], bottom: f64, distance: f64) {
    let mut free = f64::NEG_INFINITY;
    for mark in marks.iter_mut() {
        mark.label_down = mark.down.max(free);
        free = mark.label_down + distance;
    }
    let mut free = bottom;
    for mark in marks.iter_mut().rev() {
        mark.label_down = mark.label_down.min(free);
        free = mark.label_down - distance;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_of_sorted_samples() {
        let of = |sorted: &[f64]| MarkLine::ALL.map(|mark| mark.of(sorted)).to_vec();
        assert_eq!(of(&[1.0, 2.0, 6.0]), [3.0, 1.0, 6.0, 2.0]);
        assert_eq!(of(&[1.0, 2.0, 4.0, 9.0]), [4.0, 1.0, 9.0, 3.0]);
        assert!(of(&[f64::MAX, f64::MAX]).iter().all(|value| value.is_finite()));
    }

    #[test]
    fn names_lead_to_mark_lines() {
        assert!(MarkLine::ALL.iter().all(|mark| MarkLine::named(mark.name()) == Some(*mark)));
        assert_eq!(MarkLine::named("p99"), None);
    }

    #[test]
    fn labels_do_not_lie_on_each_other() {
        let mark = |down| Mark { down, label_down: down, label: String::new() };
        let mut marks = [mark(10.0), mark(95.0), mark(97.0), mark(99.0)];
        spread(&mut marks, 100.0, 12.0);
        let places = marks.map(|mark| mark.label_down);
        assert_eq!(places.to_vec(), [10.0, 76.0, 88.0, 100.0]);
    }
}
