//! Graphs: what each says, over the defaults.
//!
//! In: entries of `graphs:` as written. Out: [`GraphSpec`]s, or what is wrong.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::super::check::{Checker, place, set, set_plain};
use super::super::raw::{self, GraphFields};
use super::super::{GraphSpec, MarkLine, Origin, Place};
use super::{expression, hidden, positive};

const WIDTH: u32 = 600;
const HEIGHT: u32 = 200;
const HOUR: Duration = Duration::from_hours(1);

/// A graph's settings after checking, each absent when nothing was said.
#[derive(Clone, Default)]
pub(super) struct GraphLook {
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
    pub(super) fn graphs(
        &mut self,
        graphs: Vec<Spanned<raw::Graph>>,
        defaults: &GraphLook,
    ) -> Vec<GraphSpec> {
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
        let query_at = set(graph.query.clone()).as_ref().and_then(place);
        let origin = self.origin(graph.source, &format!("{path}.source"));
        if origin == Origin::Facts {
            self.wrong(format!("{path}: a graph needs a server, and facts have no past"), at);
        }
        GraphSpec {
            id: self.id(graph.id, &path, at, seen),
            title: set_plain(graph.title),
            origin,
            query: self.query(graph.query, &path, at),
            query_at,
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
            max_age: self.own_max_age(graph.cache, &path),
            hidden: look.hidden.unwrap_or(false),
        }
    }

    pub(super) fn graph_look(&mut self, fields: GraphFields, path: &str) -> GraphLook {
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
