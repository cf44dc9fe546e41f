//! A range of samples becomes a line graph: SVG, PNG or JSON.
//!
//! In: a [`Graph`]: a matrix, its window and how it should look. Out: pictures in which every text
//! is escaped, and JSON. It never asks for samples, and knows the time only from its window.

mod calendar;
mod draw;
mod glyphs;
mod json;
mod labels;
mod layout;
mod legend;
mod lines;
mod marks;
mod path;
mod request;
pub(super) mod text;
mod theme;
mod time_axis;
mod value_axis;
mod zone;

pub use json::json;
use labels::Medium;
pub use marks::MarkLine;
pub use request::{BadRequest, RenderParams, Window, WindowParams, window};
pub use theme::Theme;
pub use zone::Zone;

use super::png;
use super::{Font, Matrix, Series};

/// Series that a graph shows; more are dropped.
pub const MAX_SERIES: usize = 100;

/// Greatest width and height of a graph, in pixels.
pub const MAX_PIXELS: u32 = 2048;

/// What to draw.
#[derive(Clone)]
pub struct Graph<'a> {
    /// The graph's id in the configuration.
    pub id: &'a str,
    /// What stands above it.
    pub title: &'a str,
    /// The samples, in the order of the legend.
    pub series: &'a Matrix,
    /// Where the window begins, in seconds since the epoch.
    pub start: f64,
    /// Where the window ends, in seconds since the epoch.
    pub end: f64,
    /// Seconds between samples; a line breaks where one is missing.
    pub step: f64,
    /// How it looks.
    pub options: Options<'a>,
}

/// How a graph looks.
#[derive(Clone)]
pub struct Options<'a> {
    /// Pixels across, kept between 1 and [`MAX_PIXELS`].
    pub width: u32,
    /// Pixels down, kept between 1 and [`MAX_PIXELS`].
    pub height: u32,
    /// Whether series are named.
    pub legend: bool,
    /// Whether the area below lines is filled.
    pub fill: bool,
    /// The colours.
    pub theme: Theme,
    /// The lower end of the axis of values; both ends are ignored where this is not below the other.
    pub y_min: Option<f64>,
    /// The upper end of the axis of values.
    pub y_max: Option<f64>,
    /// Dashed lines at values of the first series.
    pub mark_lines: Vec<MarkLine>,
    /// The face of all text, the title in its bold; none for Inter. An SVG names it, with
    /// `sans-serif` for readers who do not have it; a PNG is drawn with it.
    pub font: Option<Font>,
    /// How values are written, as by `valueExpr`; none for plain numbers with `k`, `M`, `G`.
    pub format_tick: Option<&'a dyn Fn(f64) -> String>,
    /// East of Greenwich, in seconds: the wall clock of the axis of time. [`Zone::offset_at`] at the
    /// window's end gives it for a zone.
    pub utc_offset: i32,
}

impl Graph<'_> {
    /// The series that are shown.
    fn shown(&self) -> &[Series] {
        &self.series[..self.series.len().min(MAX_SERIES)]
    }

    /// How many series are not shown, as there are more than [`MAX_SERIES`].
    pub fn dropped(&self) -> usize {
        self.series.len() - self.shown().len()
    }
}

/// The graph as an SVG document.
pub fn svg(graph: &Graph<'_>) -> String {
    draw::draw(graph, &layout::layout(graph), Medium::Document)
}

/// The graph as a PNG file of its own size; the theme `auto` is drawn light.
///
/// # Errors
/// A graph of more than [`png::MAX_PIXELS`] pixels is too large.
pub fn png(graph: &Graph<'_>) -> Result<Vec<u8>, png::Error> {
    let side = |pixels: u32| pixels.clamp(1, MAX_PIXELS);
    png::check_size(side(graph.options.width), side(graph.options.height))?;
    png::plain(&draw::draw(graph, &layout::layout(graph), Medium::Pixels))
}

#[cfg(test)]
pub(super) mod tests;
