//! The file as written becomes the configuration as meant: defaults below what each entry says.
//!
//! In: the file. Out: [`Config`]. Merging follows Go's `cmp.Or`: zero and the empty text count as
//! not said, while `false` does not.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::check::{Checker, Known, place, set, set_plain};
use super::raw::{self, GraphFields, Text};
use super::{
    BadgeKind, BadgeLook, BadgeSpec, Cache, Config, ConfigError, Favicon, GraphSpec, MarkLine,
    Place, favicon,
};
use crate::badge::expr::quote;

const MAX_AGE: u32 = 300;
const FONT: &str = "dejavu-sans";
const SIZE: u32 = 11;
const STYLE: &str = "flat";
const VALUE_EXPR: &str = "string(result)";
const WIDTH: u32 = 600;
const HEIGHT: u32 = 200;
const HOUR: Duration = Duration::from_hours(1);
const MINUTE: Duration = Duration::from_mins(1);

/// Reads, merges and checks a configuration; every problem is told at once.
pub fn parse(text: &str, known: &Known<'_>) -> Result<Config, ConfigError> {
    let file = raw::read(text)?;
    let mut checker = Checker::new(*known);
    let config = checker.config(file);
    match ConfigError::of(checker.problems) {
        Some(error) => Err(error),
        None => Ok(config),
    }
}

/// What badges have that say nothing themselves.
struct BadgeDefaults {
    look: BadgeLook,
    hidden: bool,
}

/// A graph's settings after checking, each absent when nothing was said.
#[derive(Clone, Default)]
struct GraphLook {
    /// `Some(Duration::ZERO)` means any window.
    max_duration: Option<Duration>,
    width: Option<u32>,
    height: Option<u32>,
    legend: Option<bool>,
    fill: Option<bool>,
    theme: Option<String>,
    font: Option<String>,
    value_expr: Option<(String, Option<Place>)>,
    y_min: Option<f64>,
    y_max: Option<f64>,
    mark_lines: Vec<MarkLine>,
    hidden: Option<bool>,
}

impl Checker<'_> {
    fn config(&mut self, file: raw::File) -> Config {
        let cache = self.cache(file.cache.unwrap_or_default());
        let favicon = self.favicon(file.favicon);
        let defaults = file.defaults.unwrap_or_default();
        let badge = self.badge_defaults(defaults.badge.unwrap_or_default());
        let graph = self.graph_look(defaults.graph.unwrap_or_default(), "defaults.graph");
        Config {
            prometheus: set_plain(file.prometheus),
            gallery: file.gallery.and_then(|gallery| gallery.enabled).unwrap_or(true),
            cache,
            favicon,
            badges: self.badges(file.badges.unwrap_or_default(), &badge),
            graphs: self.graphs(file.graphs.unwrap_or_default(), &graph),
            badge_defaults: badge.look,
        }
    }

    fn cache(&mut self, cache: raw::Cache) -> Cache {
        let enabled = cache.enabled.unwrap_or(true);
        let Some(max_age) = cache.max_age else { return Cache { enabled, max_age: MAX_AGE } };
        if max_age.value < 0 {
            self.wrong("cache.maxAge: must not be negative".to_owned(), place(&max_age));
        }
        let seconds = u32::try_from(max_age.value).unwrap_or(u32::MAX);
        Cache { enabled, max_age: if seconds == 0 { MAX_AGE } else { seconds } }
    }

    fn favicon(&mut self, text: Text) -> Option<Favicon> {
        let text = set(text)?;
        favicon::decode(&text.value).map_err(|message| self.wrong(message, place(&text))).ok()
    }

    fn badge_defaults(&mut self, defaults: raw::BadgeDefaults) -> BadgeDefaults {
        let font = self.font(defaults.font, "defaults.badge.font");
        let style = self.style(defaults.style, "defaults.badge.style");
        let look = BadgeLook {
            font: font.unwrap_or_else(|| FONT.to_owned()),
            size: positive(defaults.size).unwrap_or(SIZE),
            style: style.unwrap_or_else(|| STYLE.to_owned()),
            label_color: set_plain(defaults.label_color),
        };
        BadgeDefaults { look, hidden: hidden(defaults.gallery.as_ref()).unwrap_or(false) }
    }

    fn badges(
        &mut self,
        badges: Vec<Spanned<raw::Badge>>,
        defaults: &BadgeDefaults,
    ) -> Vec<BadgeSpec> {
        let mut seen = BTreeSet::new();
        let numbered = badges.into_iter().enumerate();
        numbered.map(|(idx, badge)| self.badge(badge, idx, defaults, &mut seen)).collect()
    }

    fn badge(
        &mut self,
        badge: Spanned<raw::Badge>,
        idx: usize,
        defaults: &BadgeDefaults,
        seen: &mut BTreeSet<String>,
    ) -> BadgeSpec {
        let (at, path) = (place(&badge), format!("badges[{idx}]"));
        let badge = badge.value;
        let (value_expr, value_at) = expression(badge.value_expr).unzip();
        let (color_expr, color_at) = expression(badge.color_expr).unzip();
        BadgeSpec {
            id: self.id(badge.id, &path, at, seen),
            title: set_plain(badge.title),
            query: self.query(badge.query, &path, at),
            kind: self.kind(badge.kind, badge.range, &path, at),
            value_expr: value_expr.unwrap_or_else(|| VALUE_EXPR.to_owned()),
            value_at: value_at.flatten(),
            color_expr,
            color_at: color_at.flatten(),
            look: BadgeLook {
                style: self
                    .style(badge.style, &format!("{path}.style"))
                    .unwrap_or_else(|| defaults.look.style.clone()),
                label_color: set_plain(badge.label_color)
                    .or_else(|| defaults.look.label_color.clone()),
                ..defaults.look.clone()
            },
            icon: self.icon(badge.icon, &format!("{path}.icon")),
            hidden: hidden(badge.gallery.as_ref()).unwrap_or(defaults.hidden),
        }
    }

    fn kind(
        &mut self,
        kind: Text,
        range: Option<Spanned<raw::Range>>,
        path: &str,
        at: Option<Place>,
    ) -> BadgeKind {
        let kind = set(kind);
        let named = kind.as_ref().map_or("instant", |kind| kind.value.as_str());
        match (named, range) {
            ("instant", None) => return BadgeKind::Instant,
            ("instant", Some(range)) => {
                let message = format!("{path}: range is only for badges of type range");
                self.wrong(message, place(&range));
            }
            ("range", Some(range)) => return self.range(range, path),
            ("range", None) => {
                self.wrong(format!("{path}: type range requires range.last"), at);
            }
            (other, _) => {
                let message =
                    format!("{path}: unknown type {}, use instant or range", quote(other));
                self.wrong(message, kind.as_ref().and_then(place));
            }
        }
        BadgeKind::Instant
    }

    fn range(&mut self, range: Spanned<raw::Range>, path: &str) -> BadgeKind {
        let at = place(&range);
        let range = range.value;
        let n_problems = self.problems.len();
        let last = self.duration(set(range.last), &format!("{path}.range.last"));
        if last.is_none_or(|last| last.is_zero()) && self.problems.len() == n_problems {
            self.wrong(format!("{path}: type range requires range.last above 0"), at);
        }
        let last = last.unwrap_or(HOUR);
        let step = self.duration(set(range.step), &format!("{path}.range.step"));
        BadgeKind::Range {
            last,
            offset: self
                .duration(set(range.offset), &format!("{path}.range.offset"))
                .unwrap_or_default(),
            step: step.filter(|step| !step.is_zero()).unwrap_or_else(|| (last / 100).max(MINUTE)),
            reduce: self.reduce(range.reduce, &format!("{path}.range.reduce")),
        }
    }

    fn graphs(&mut self, graphs: Vec<Spanned<raw::Graph>>, defaults: &GraphLook) -> Vec<GraphSpec> {
        let mut seen = BTreeSet::new();
        let numbered = graphs.into_iter().enumerate();
        numbered.map(|(idx, graph)| self.graph(graph, idx, defaults, &mut seen)).collect()
    }

    fn graph(
        &mut self,
        graph: Spanned<raw::Graph>,
        idx: usize,
        defaults: &GraphLook,
        seen: &mut BTreeSet<String>,
    ) -> GraphSpec {
        let (at, path) = (place(&graph), format!("graphs[{idx}]"));
        let mut graph = graph.value;
        let look = self.graph_look(graph.take_fields(), &path).over(defaults);
        let (value_expr, value_at) = look.value_expr.unzip();
        GraphSpec {
            id: self.id(graph.id, &path, at, seen),
            title: set_plain(graph.title),
            query: self.query(graph.query, &path, at),
            max_duration: Some(look.max_duration.unwrap_or(HOUR)).filter(|max| !max.is_zero()),
            width: look.width.unwrap_or(WIDTH),
            height: look.height.unwrap_or(HEIGHT),
            legend: look.legend.unwrap_or(true),
            fill: look.fill.unwrap_or(false),
            theme: look.theme,
            font: look.font,
            value_expr,
            value_at: value_at.flatten(),
            y_min: look.y_min,
            y_max: look.y_max,
            mark_lines: look.mark_lines,
            hidden: look.hidden.unwrap_or(false),
        }
    }

    fn graph_look(&mut self, fields: GraphFields, path: &str) -> GraphLook {
        let lines = fields.mark_line.unwrap_or_default();
        let line_path = format!("{path}.markLine");
        GraphLook {
            max_duration: self.duration(set(fields.max_duration), &format!("{path}.maxDuration")),
            width: positive(fields.width),
            height: positive(fields.height),
            legend: fields.legend,
            fill: fields.fill,
            theme: self.theme(fields.theme, &format!("{path}.theme")),
            font: self.font(fields.font, &format!("{path}.font")),
            value_expr: expression(fields.value_expr),
            y_min: fields.y_min,
            y_max: fields.y_max,
            mark_lines: lines.iter().filter_map(|line| self.mark_line(line, &line_path)).collect(),
            hidden: hidden(fields.gallery.as_ref()),
        }
    }
}

impl GraphLook {
    /// This one, with what it does not say from the defaults.
    fn over(self, defaults: &GraphLook) -> GraphLook {
        let defaults = defaults.clone();
        let no_lines = self.mark_lines.is_empty();
        GraphLook {
            max_duration: self.max_duration.or(defaults.max_duration),
            width: self.width.or(defaults.width),
            height: self.height.or(defaults.height),
            legend: self.legend.or(defaults.legend),
            fill: self.fill.or(defaults.fill),
            theme: self.theme.or(defaults.theme),
            font: self.font.or(defaults.font),
            value_expr: self.value_expr.or(defaults.value_expr),
            y_min: self.y_min.or(defaults.y_min),
            y_max: self.y_max.or(defaults.y_max),
            mark_lines: if no_lines { defaults.mark_lines } else { self.mark_lines },
            hidden: self.hidden.or(defaults.hidden),
        }
    }
}

fn expression(text: Text) -> Option<(String, Option<Place>)> {
    set(text).map(|text| (text.value.clone(), place(&text)))
}

fn hidden(gallery: Option<&raw::Hidden>) -> Option<bool> {
    gallery.and_then(|gallery| gallery.hidden)
}

/// A size in pixels; zero and less count as not said.
fn positive(size: Option<i64>) -> Option<u32> {
    size.filter(|size| *size > 0).map(|size| u32::try_from(size).unwrap_or(u32::MAX))
}
