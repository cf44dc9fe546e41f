//! A laid out graph becomes an SVG document.
//!
//! In: a [`Graph`] and its [`Layout`]. Out: SVG with attributes only, so that it can stand inside
//! another document; the theme `auto` adds a style sheet for dark systems.

use std::fmt::Write as _;

use super::Graph;
use super::labels::{Anchor, Label, Medium, Style, push_labels};
use super::layout::{LABEL, Layout, Plot, TITLE, row_height, written};
use super::legend::Entry;
use super::lines::{Grain, Point, runs};
use super::path::{Path, push_pixels};
use super::text::{clean, escape, width};
use super::theme::{Palette, Rgb};

/// Series whose last values are told to readers who do not see the picture.
const DESCRIBED: usize = 8;

/// Points from which on pixels get lines of one pixel: wider ones take ten times as long.
const CROWDED: usize = 2000;

/// Points of a graph: columns become wider than a pixel where there would be more.
const MOST_POINTS: f64 = 16_000.0;

/// A colour's part in a graph.
#[derive(Clone, Copy)]
enum Role {
    Background,
    Title,
    Label,
    Grid,
    Axis,
    Series(usize),
}

impl Role {
    fn color(self, palette: &Palette) -> Rgb {
        match self {
            Self::Background => palette.background,
            Self::Title => palette.text,
            Self::Label => palette.muted(),
            Self::Grid => palette.grid(),
            Self::Axis => palette.axis(),
            Self::Series(index) => palette.series(index),
        }
    }

    fn class(self) -> String {
        match self {
            Self::Background => "b".to_owned(),
            Self::Title => "t".to_owned(),
            Self::Label => "l".to_owned(),
            Self::Grid => "g".to_owned(),
            Self::Axis => "a".to_owned(),
            Self::Series(index) => format!("s{index}"),
        }
    }
}

/// The document as far as it is written.
struct Canvas<'a> {
    graph: &'a Graph<'a>,
    layout: &'a Layout,
    medium: Medium,
    out: String,
}

/// Draws a graph.
pub(super) fn draw(graph: &Graph<'_>, layout: &Layout, medium: Medium) -> String {
    let mut canvas = Canvas { graph, layout, medium, out: String::with_capacity(8192) };
    canvas.head();
    canvas.style_sheet();
    canvas.background();
    canvas.values();
    canvas.times();
    canvas.series();
    canvas.marks();
    canvas.title();
    canvas.legend();
    canvas.out.push_str("</svg>");
    canvas.out
}

impl Canvas<'_> {
    fn head(&mut self) {
        let (wide, high) = self.layout.size;
        let _ = write!(
            self.out,
            "<svg width=\"{wide}\" height=\"{high}\" viewBox=\"0 0 {wide} {high}\" \
             xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-label=\""
        );
        let title = clean(self.graph.title);
        let title = if title.is_empty() { clean(self.graph.id) } else { title };
        escape(&title, &mut self.out);
        self.out.push_str("\"><title>");
        escape(&title, &mut self.out);
        self.out.push_str("</title>");
        self.description();
        if self.graph.dropped() > 0 {
            let _ = write!(self.out, "<!-- {} more series are not shown -->", self.graph.dropped());
        }
    }

    /// The last values, for readers who do not see the picture.
    fn description(&mut self) {
        let series = self.graph.shown();
        let names = super::legend::names(&series[..series.len().min(DESCRIBED)]);
        let mut lines = vec![];
        for (one, name) in series.iter().zip(names) {
            let last = one.points.iter().rev().find(|point| point.1.is_finite());
            let Some((_, value)) = last else { continue };
            lines
                .push(format!("{name}: {}", written(self.graph, &self.layout.plot.values, *value)));
        }
        let text = if lines.is_empty() { "no data".to_owned() } else { lines.join(", ") };
        self.out.push_str("<desc>");
        escape(&text, &mut self.out);
        self.out.push_str("</desc>");
    }

    /// Colours for dark systems.
    fn style_sheet(&mut self) {
        let Some(dark) = self.graph.options.theme.dark else { return };
        if self.medium == Medium::Pixels {
            return;
        }
        self.out.push_str("<style>@media(prefers-color-scheme:dark){");
        let fixed = [Role::Background, Role::Title, Role::Label, Role::Grid, Role::Axis];
        let series = (0..self.graph.shown().len()).map(Role::Series);
        for role in fixed.into_iter().chain(series) {
            let (class, color) = (role.class(), role.color(dark));
            let _ = write!(
                self.out,
                ".graph-{class}f{{fill:{color}}}.graph-{class}s{{stroke:{color}}}"
            );
        }
        if self.graph.options.fill {
            for index in 0..self.graph.shown().len() {
                let area = self.area_color(Role::Series(index).color(dark));
                let _ = write!(self.out, ".{}{{{area}!important}}", self.area_class(index));
            }
        }
        self.out.push_str("}</style>");
    }

    /// ` fill="…"` or ` stroke="…"`.
    fn paint(&mut self, property: &str, role: Role) {
        let paint = self.painted(property, role);
        self.out.push_str(&paint);
    }

    fn painted(&self, property: &str, role: Role) -> String {
        let theme = self.graph.options.theme;
        let color = role.color(theme.palette);
        if theme.dark.is_none() || self.medium == Medium::Pixels {
            return format!(" {property}=\"{color}\"");
        }
        format!(" {property}=\"{color}\" class=\"graph-{}{}\"", role.class(), &property[..1])
    }

    fn background(&mut self) {
        self.out.push_str("<rect width=\"100%\" height=\"100%\"");
        self.paint("fill", Role::Background);
        self.out.push_str("/>");
    }

    fn labels(&mut self, role: Role, style: Style, labels: &[Label<'_>]) {
        let paint = self.painted("fill", role);
        push_labels(labels, style, self.medium, &paint, &mut self.out);
    }

    fn stroke(&mut self, role: Role, attributes: &str, path: Path) {
        let data = path.into_data();
        if data.is_empty() {
            return;
        }
        self.out.push_str("<path");
        self.paint("stroke", role);
        let _ = write!(self.out, "{attributes} d=\"{data}\"/>");
    }

    /// Lines behind the series, and the numbers beside them.
    fn values(&mut self) {
        let plot = &self.layout.plot;
        let (mut grid, mut axis) = (Path::default(), Path::default());
        for (value, _) in &plot.values.ticks {
            let down = crisp(plot.down(*value));
            grid.move_to((plot.left, down));
            grid.line_to((plot.right, down));
        }
        let bottom = crisp(plot.bottom);
        axis.move_to((plot.left, bottom));
        axis.line_to((plot.right, bottom));
        self.stroke(Role::Grid, "", grid);
        self.time_lines(&mut axis);
        self.stroke(Role::Axis, "", axis);
        if !plot.is_labelled {
            return;
        }
        let style = self.small(Anchor::End);
        let left = plot.left - 7.0 * self.layout.unit;
        let cleaned = plot.values.ticks.iter().map(|(value, label)| (*value, clean(label)));
        let cleaned: Vec<_> = cleaned.filter(|(_, label)| !label.is_empty()).collect();
        let place = |value: f64| (left, plot.down(value) + style.size * 0.36);
        let labels: Vec<_> =
            cleaned.iter().map(|(value, label)| (place(*value), label.as_str())).collect();
        self.labels(Role::Label, style, &labels);
    }

    fn small(&self, anchor: Anchor) -> Style {
        Style { size: LABEL * self.layout.unit, face: self.layout.faces.0, anchor }
    }

    /// Short ticks below the plot.
    fn time_lines(&self, axis: &mut Path) {
        let plot = &self.layout.plot;
        for tick in &self.layout.times {
            let across = crisp(plot.across(tick.time));
            axis.move_to((across, crisp(plot.bottom)));
            axis.line_to((across, crisp(plot.bottom) + 3.0 * self.layout.unit));
        }
    }

    fn times(&mut self) {
        if self.layout.times.is_empty() {
            return;
        }
        let (plot, style) = (&self.layout.plot, self.small(Anchor::Middle));
        let margin = self.layout.margin * 0.5;
        let edge = f64::from(self.layout.size.0) - margin;
        let down = plot.bottom + style.size + 6.0 * self.layout.unit;
        let label = |tick: &'_ super::time_axis::TimeTick| {
            let half = width(&tick.label, style.size, self.layout.faces.0) / 2.0;
            (plot.across(tick.time).max(half + margin).min(edge - half), down)
        };
        let times = &self.layout.times;
        let labels: Vec<_> = times.iter().map(|tick| (label(tick), tick.label.as_str())).collect();
        self.labels(Role::Label, style, &labels);
    }

    fn series(&mut self) {
        let plot = &self.layout.plot;
        let lines = self.runs();
        if lines.iter().all(Vec::is_empty) {
            self.no_data();
            return;
        }
        let is_clipped = lines.iter().flatten().flatten().any(|point| is_outside(plot, *point));
        if is_clipped {
            self.clip();
        }
        if self.graph.options.fill {
            for (index, runs) in lines.iter().enumerate() {
                self.area(index, runs);
            }
        }
        self.lines(&lines);
        if is_clipped {
            self.out.push_str("</g>");
        }
    }

    /// The lines of all series, with at most some more than [`MOST_POINTS`] points.
    fn runs(&self) -> Vec<Vec<Vec<Point>>> {
        let series = self.graph.shown();
        let runs_at = |column: f64| -> Vec<_> {
            let grain = Grain { step: self.graph.step, column };
            series.iter().map(|one| runs(&one.points, grain)).collect()
        };
        let column = self.layout.plot.column();
        let lines = runs_at(column);
        let excess = points(&lines) as f64 / MOST_POINTS;
        if excess > 1.0 { runs_at(column * excess) } else { lines }
    }

    fn no_data(&mut self) {
        let (plot, size) = (&self.layout.plot, (TITLE * self.layout.unit));
        let (middle, center) =
            (f64::midpoint(plot.left, plot.right), f64::midpoint(plot.top, plot.bottom));
        let half = width("no data", size, self.layout.faces.0) / 2.0;
        if half * 2.0 > plot.right - plot.left || size > plot.bottom - plot.top {
            return;
        }
        self.out.push_str("<rect x=\"");
        push_pixels(middle - half - size * 0.6, &mut self.out);
        self.out.push_str("\" y=\"");
        push_pixels(center - size * 0.8, &mut self.out);
        let _ = write!(
            self.out,
            "\" width=\"{:.1}\" height=\"{:.1}\"",
            half * 2.0 + size * 1.2,
            size * 1.6
        );
        self.paint("fill", Role::Background);
        self.out.push_str("/>");
        let style = Style { size, face: self.layout.faces.0, anchor: Anchor::Middle };
        self.labels(Role::Label, style, &[((middle, center + size * 0.36), "no data")]);
    }

    /// Opens a group that shows nothing outside the plot.
    fn clip(&mut self) {
        let plot = &self.layout.plot;
        let mut id = String::from("plot-");
        escape(&clean(self.graph.id).replace(['.', ' '], "-"), &mut id);
        let _ = write!(
            self.out,
            "<clipPath id=\"{id}\"><path d=\"M{:.1} {:.1}H{:.1}V{:.1}H{:.1}z\"/></clipPath>\
             <g clip-path=\"url(#{id})\">",
            plot.left,
            plot.top - 1.0,
            plot.right,
            plot.bottom + 1.0,
            plot.left
        );
    }

    fn area(&mut self, index: usize, runs: &[Vec<Point>]) {
        let plot = &self.layout.plot;
        let base = plot.down(0f64.clamp(plot.values.low, plot.values.high));
        let mut path = Path::default();
        for run in runs.iter().filter(|run| run.len() > 1) {
            path.move_to((plot.across(run[0].0), base));
            for (time, value) in run {
                path.line_to((plot.across(*time), plot.down(*value)));
            }
            path.line_to((plot.across(run[run.len() - 1].0), base));
            path.close();
        }
        let data = path.into_data();
        let color = self.area_color(Role::Series(index).color(self.graph.options.theme.palette));
        let _ = write!(self.out, "<path style=\"{color}\"");
        if self.graph.options.theme.dark.is_some() {
            let _ = write!(self.out, " class=\"{}\"", self.area_class(index));
        }
        let _ = write!(self.out, " d=\"{data}\"/>");
    }

    /// Percent that an area covers: less where many lie on each other.
    fn opacity(&self) -> u32 {
        match self.graph.series.len() {
            0 | 1 => 28,
            2 | 3 => 20,
            4..=8 => 13,
            _ => 8,
        }
    }

    fn area_color(&self, color: Rgb) -> String {
        let [red, green, blue] = color.parts();
        format!("fill:rgba({red},{green},{blue},0.{:02})", self.opacity())
    }

    fn area_class(&self, index: usize) -> String {
        format!("graph-f{}-{index}", self.opacity())
    }

    fn thickness(&self, lines: &[Vec<Vec<Point>>]) -> f64 {
        if self.medium == Medium::Pixels && points(lines) > CROWDED {
            return 1.0;
        }
        if lines.len() > 8 { 1.3 * self.layout.unit } else { 1.8 * self.layout.unit }
    }

    fn lines(&mut self, lines: &[Vec<Vec<Point>>]) {
        let plot = &self.layout.plot;
        let thickness = self.thickness(lines);
        // In pixels no one can tell the joins apart, and round ones take twice as long.
        let join = if self.medium == Medium::Pixels { "bevel" } else { "round" };
        let _ = write!(
            self.out,
            "<g fill=\"none\" stroke-width=\"{thickness:.1}\" stroke-linejoin=\"{join}\" \
             stroke-linecap=\"round\">"
        );
        // The first series is the most important one: it lies on top.
        for (index, runs) in lines.iter().enumerate().rev() {
            let mut path = Path::default();
            for run in runs {
                path.move_to((plot.across(run[0].0), plot.down(run[0].1)));
                for (time, value) in &run[1..] {
                    path.line_to((plot.across(*time), plot.down(*value)));
                }
                if run.len() == 1 {
                    path.dot();
                }
            }
            let single = if runs.iter().all(|run| run.len() == 1) {
                format!(" stroke-width=\"{:.1}\"", thickness * 3.4)
            } else {
                String::new()
            };
            self.stroke(Role::Series(index), &single, path);
        }
        self.out.push_str("</g>");
    }

    fn marks(&mut self) {
        if self.layout.marks.is_empty() {
            return;
        }
        let (plot, unit) = (&self.layout.plot, self.layout.unit);
        let mut path = Path::default();
        for mark in &self.layout.marks {
            path.move_to((plot.left, crisp(mark.down)));
            path.line_to((plot.right, crisp(mark.down)));
        }
        self.stroke(Role::Label, " stroke-dasharray=\"5 4\"", path);
        let style = self.small(Anchor::Start);
        let left = plot.right + 6.0 * unit;
        let named = self.layout.marks.iter().filter(|mark| !mark.label.is_empty());
        let place = |down: f64| (left, down + style.size * 0.36);
        let labels: Vec<_> =
            named.map(|mark| (place(mark.label_down), mark.label.as_str())).collect();
        self.labels(Role::Label, style, &labels);
    }

    fn baseline(&self, row: usize) -> f64 {
        let unit = self.layout.unit;
        self.layout.margin + TITLE * unit * 0.86 + row as f64 * row_height(unit)
    }

    fn title(&mut self) {
        if self.layout.title.is_empty() {
            return;
        }
        let place = (self.layout.margin, self.baseline(0));
        let size = TITLE * self.layout.unit;
        let style = Style { size, face: self.layout.faces.1, anchor: Anchor::Start };
        self.labels(Role::Title, style, &[(place, &self.layout.title)]);
    }

    fn legend(&mut self) {
        if self.layout.legend.is_empty() {
            return;
        }
        let (room, unit) = (self.layout.room, self.layout.unit);
        for entry in &self.layout.legend {
            if let Some(index) = entry.series {
                let _ = write!(self.out, "<circle r=\"{:.1}\" cx=\"", 3.6 * unit);
                push_pixels(entry.left + 3.6 * unit, &mut self.out);
                self.out.push_str("\" cy=\"");
                push_pixels(self.baseline(entry.row) - LABEL * unit * 0.36, &mut self.out);
                self.out.push('"');
                self.paint("fill", Role::Series(index));
                self.out.push_str("/>");
            }
        }
        let place = |entry: &Entry| {
            let mark = if entry.series.is_some() { room.mark() } else { 0.0 };
            (entry.left + mark, self.baseline(entry.row))
        };
        let entries = &self.layout.legend;
        let labels: Vec<_> =
            entries.iter().map(|entry| (place(entry), entry.text.as_str())).collect();
        self.labels(Role::Label, self.small(Anchor::Start), &labels);
    }
}

fn points(lines: &[Vec<Vec<Point>>]) -> usize {
    lines.iter().flatten().map(Vec::len).sum()
}

/// The middle of the nearest pixel: a line of one pixel is sharp there.
fn crisp(value: f64) -> f64 {
    value.floor() + 0.5
}

fn is_outside(plot: &Plot, (time, value): Point) -> bool {
    let inside = -0.001..=1.001;
    !inside.contains(&plot.values.place(value)) || time < plot.start - 0.5 || time > plot.end + 0.5
}
