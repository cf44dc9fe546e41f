//! Where everything in a graph stands.
//!
//! In: a [`Graph`]. Out: a [`Layout`] in pixels. Title, legend and axes give way, in this order
//! from the last, where a picture is small.

use super::legend::{self, Entry, Room};
use super::marks::{Mark, marks};
use super::text::{Face, clean, fit, width};
use super::time_axis::{TimeTick, Window, time_ticks};
use super::value_axis::{Demand, ValueAxis, number, value_axis};
use super::{Graph, MAX_PIXELS};

/// Times are kept between the years 1 and 9999.
const LATEST: f64 = 253_402_300_799.0;

/// A graph's parts and their places.
pub(super) struct Layout {
    /// Width and height of the picture.
    pub(super) size: (u32, u32),
    /// How much larger than in a picture of 600 × 200 everything is.
    pub(super) unit: f64,
    /// The faces of labels and of the title.
    pub(super) faces: (Face, Face),
    /// The title as far as it fits.
    pub(super) title: String,
    /// The legend.
    pub(super) legend: Vec<Entry>,
    /// Room of the legend.
    pub(super) room: Room,
    /// Distance of the picture's edge to everything.
    pub(super) margin: f64,
    /// Where lines are.
    pub(super) plot: Plot,
    /// Ticks of time; empty where there is no room.
    pub(super) times: Vec<TimeTick>,
    /// Lines at the first series' average and so on.
    pub(super) marks: Vec<Mark>,
}

/// The rectangle of the lines, and what its edges mean.
pub(super) struct Plot {
    /// Left edge.
    pub(super) left: f64,
    /// Top edge.
    pub(super) top: f64,
    /// Right edge.
    pub(super) right: f64,
    /// Bottom edge.
    pub(super) bottom: f64,
    /// Seconds since the epoch at the left edge.
    pub(super) start: f64,
    /// Seconds since the epoch at the right edge; greater than `start`.
    pub(super) end: f64,
    /// What values lie where.
    pub(super) values: ValueAxis,
    /// Whether ticks of values have labels.
    pub(super) is_labelled: bool,
}

impl Plot {
    /// Pixels from the left edge of the picture.
    pub(super) fn across(&self, time: f64) -> f64 {
        let place = (time - self.start) / (self.end - self.start);
        self.left + place * (self.right - self.left)
    }

    /// Pixels from the top edge of the picture, at most one picture outside.
    pub(super) fn down(&self, value: f64) -> f64 {
        let place = self.values.place(value).clamp(-8.0, 9.0);
        self.bottom - place * (self.bottom - self.top)
    }

    /// Seconds that one pixel shows.
    pub(super) fn column(&self) -> f64 {
        (self.end - self.start) / (self.right - self.left)
    }
}

/// Sizes of fonts, before they are scaled.
pub(super) const LABEL: f64 = 11.0;
pub(super) const TITLE: f64 = 13.0;

/// Lays out a graph.
pub(super) fn layout(graph: &Graph<'_>) -> Layout {
    let size =
        (graph.options.width.clamp(1, MAX_PIXELS), graph.options.height.clamp(1, MAX_PIXELS));
    let (wide, high) = (f64::from(size.0), f64::from(size.1));
    let unit = (wide * high / 120_000.0).powf(0.25).clamp(0.86, 1.7);
    let margin = (wide.min(high) * 0.08).clamp(1.0, 14.0 * unit);
    let has_title = high >= 64.0 * unit;
    let title = if has_title { clean(graph.title) } else { String::new() };
    let faces = (Face::of_labels(graph.options.font), Face::of_titles(graph.options.font));
    let title = fit(&title, TITLE * unit, faces.1, wide - 2.0 * margin);
    let room = room(graph, &title, (wide, high, unit, margin));
    let legend = legend_entries(graph, room);
    let rows = legend.iter().map(|entry| entry.row).max();
    let head = head_height(&title, rows, unit);
    let has_times = high >= 70.0;
    let foot = if has_times { LABEL * unit + 7.0 * unit } else { 0.0 };
    let mut plot = Plot {
        left: margin,
        top: margin + head,
        right: wide - margin,
        bottom: (high - margin * 0.8 - foot).max(margin + head + 1.0),
        start: graph.start.clamp(-LATEST, LATEST),
        end: graph.end.clamp(-LATEST, LATEST),
        values: values(graph, 2),
        is_labelled: wide >= 120.0 && high >= 56.0,
    };
    if plot.end <= plot.start || !(plot.end - plot.start).is_finite() {
        plot.end = plot.start + 1.0;
    }
    let marks = fit_values(graph, &mut plot, unit);
    let times = if has_times { times(graph, &plot, unit) } else { vec![] };
    Layout { size, unit, faces, title, legend, room, margin, plot, times, marks }
}

fn room(graph: &Graph<'_>, title: &str, (wide, high, unit, margin): (f64, f64, f64, f64)) -> Room {
    let rows = ((high * 0.32 - 24.0 * unit) / row_height(unit)).floor();
    Room {
        left: margin,
        right: wide - margin,
        title: if graph.title.is_empty() {
            0.0
        } else {
            width(title, TITLE * unit, Face::of_titles(graph.options.font))
        },
        rows: rows.max(0.0) as usize,
        size: LABEL * unit,
        face: Face::of_labels(graph.options.font),
    }
}

/// Height of a row of the legend.
pub(super) fn row_height(unit: f64) -> f64 {
    LABEL * unit * 1.55
}

fn legend_entries(graph: &Graph<'_>, room: Room) -> Vec<Entry> {
    if !graph.options.legend || f64::from(graph.options.height) < room.size * 6.0 {
        return vec![];
    }
    let mut names = legend::names(graph.shown());
    if names.len() == 1 && names[0] == graph.title {
        names.clear();
    }
    legend::entries(&names, room)
}

fn head_height(title: &str, last_row: Option<usize>, unit: f64) -> f64 {
    let has_first = !title.is_empty() || last_row == Some(0);
    let first = if has_first { TITLE * unit } else { 0.0 };
    let rows = last_row.unwrap_or(0) as f64 * row_height(unit);
    if first + rows > 0.0 { first + rows + 11.0 * unit } else { LABEL * unit * 0.4 }
}

fn values(graph: &Graph<'_>, intervals: usize) -> ValueAxis {
    let points = graph.shown().iter().flat_map(|series| &series.points);
    let finite = points.map(|point| point.1).filter(|value| value.is_finite());
    let range = finite.fold(None, |range, value| {
        let (low, high): (f64, f64) = range.unwrap_or((value, value));
        Some((low.min(value), high.max(value)))
    });
    let (low, high) = (graph.options.y_min, graph.options.y_max);
    value_axis(&Demand { values: range, low, high, intervals, format: graph.options.format_tick })
}

/// Makes room for the labels at both sides.
fn fit_values(graph: &Graph<'_>, plot: &mut Plot, unit: f64) -> Vec<Mark> {
    let (size, face) = (LABEL * unit, Face::of_labels(graph.options.font));
    let height = plot.bottom - plot.top;
    plot.values = values(graph, ((height / (size * 2.5)).round() as usize).clamp(1, 6));
    let widest = |labels: &mut dyn Iterator<Item = &String>| {
        labels.map(|label| width(label, size, face)).fold(0.0, f64::max)
    };
    let room = plot.right - plot.left;
    let axis = widest(&mut plot.values.ticks.iter().map(|tick| &tick.1));
    plot.is_labelled = plot.is_labelled && axis <= room * 0.4;
    if plot.is_labelled {
        plot.left += axis + 7.0 * unit;
    }
    let mut marks = marks(graph, plot, size);
    let gutter = widest(&mut marks.iter().map(|mark| &mark.label));
    if gutter <= room * 0.3 && plot.is_labelled {
        plot.right -= if marks.is_empty() { 0.0 } else { gutter + 6.0 * unit };
    } else {
        marks.iter_mut().for_each(|mark| mark.label.clear());
    }
    plot.right = plot.right.max(plot.left + 1.0);
    marks
}

fn times(graph: &Graph<'_>, plot: &Plot, unit: f64) -> Vec<TimeTick> {
    time_ticks(&Window {
        start: plot.start,
        end: plot.end,
        utc_offset: graph.options.utc_offset,
        room: plot.right - plot.left,
        size: LABEL * unit,
        face: Face::of_labels(graph.options.font),
    })
}

/// A value as the graph's ticks are written, a little finer where the format is ours.
pub(super) fn written(graph: &Graph<'_>, values: &ValueAxis, value: f64) -> String {
    let format = graph.options.format_tick;
    let text = format.map_or_else(|| number(value, values.step / 10.0), |format| format(value));
    clean(&text)
}
