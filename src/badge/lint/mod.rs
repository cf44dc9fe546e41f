//! The static checks of a configuration that could be served: [`lint`].
//!
//! In: a parsed configuration and the text it came from. Out: findings, each with a permanent code
//! and its place in the file. It asks no server, and it never judges what it cannot know: a query
//! that is filled in later is noted as not checked, and a threshold counts as out of reach only
//! where no value at all can reach it.

mod branches;
mod colors;
mod gallery;
mod ids;
mod locate;
mod part;
mod promql;
mod scale;
mod series;
mod tree;
mod values;

use super::spec::{BadgeSpec, Config, GraphSpec, Origin, Place};
use crate::diagnostic::Severity;
use part::Part;

/// One thing that is wrong, doubtful or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Permanent name, `badge/what`.
    pub code: &'static str,
    /// What: lower case, names in backticks, no full stop.
    pub message: String,
    /// A few words beside the caret.
    pub label: String,
    /// Where in the file, when it is known.
    pub place: Option<Place>,
    /// How many characters from there are meant; at least 1.
    pub length: usize,
    /// What to do about it.
    pub help: Option<String>,
}

impl Finding {
    /// A finding without a place.
    pub fn new(severity: Severity, code: &'static str, message: String) -> Self {
        Self { severity, code, message, label: String::new(), place: None, length: 1, help: None }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// All findings, by place and code; `text` is the file that `config` was parsed from.
pub fn lint(config: &Config, text: &str) -> Vec<Finding> {
    let mut findings = vec![];
    for spec in &config.badges {
        badge(spec, text, &mut findings);
    }
    for spec in &config.graphs {
        graph(spec, text, &mut findings);
    }
    colors::labels(config, text, &mut findings);
    gallery::check(config, text, &mut findings);
    ids::check(config, text, &mut findings);
    sort(&mut findings);
    findings
}

/// A finding about the answer to a badge's query, at the query.
pub fn of_badge(
    spec: &BadgeSpec,
    text: &str,
    (severity, code): (Severity, &'static str),
    what: &str,
) -> Finding {
    let (owner, place) = (format!("badge `{}`", spec.id), spec.query_at);
    let part = Part { owner: &owner, key: "query", source: &spec.query, place, file: text };
    part.finding(severity, code, what, 0..spec.query.trim_end().len())
}

/// A finding about the answer to a graph's query, at the query.
pub fn of_graph(
    spec: &GraphSpec,
    text: &str,
    (severity, code): (Severity, &'static str),
    what: &str,
) -> Finding {
    let (owner, place) = (format!("graph `{}`", spec.id), spec.query_at);
    let part = Part { owner: &owner, key: "query", source: &spec.query, place, file: text };
    part.finding(severity, code, what, 0..spec.query.trim_end().len())
}

/// Sorts by place and code.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(|one, other| (one.place, one.code).cmp(&(other.place, other.code)));
}

fn badge(spec: &BadgeSpec, text: &str, findings: &mut Vec<Finding>) {
    let owner = format!("badge `{}`", spec.id);
    let part = |key, source, place| Part { owner: &owner, key, source, place, file: text };
    if asks_a_server(spec) {
        let query = part("query", spec.query.as_str(), spec.query_at);
        if let Some(tree) = promql::check(&query, findings) {
            series::check(&query, spec, &tree, findings);
        }
    }
    expression(&part("valueExpr", &spec.value_expr, spec.value_at), findings);
    if let Some(source) = &spec.color_expr {
        let color = part("colorExpr", source, spec.color_at);
        expression(&color, findings);
        colors::expression(&color, findings);
    }
}

fn graph(spec: &GraphSpec, text: &str, findings: &mut Vec<Finding>) {
    let owner = format!("graph `{}`", spec.id);
    let part = |key, source, place| Part { owner: &owner, key, source, place, file: text };
    promql::check(&part("query", &spec.query, spec.query_at), findings);
    if let Some(source) = &spec.value_expr {
        expression(&part("valueExpr", source, spec.value_at), findings);
    }
}

fn expression(part: &Part, findings: &mut Vec<Finding>) {
    let found = tree::read(part.source, |tree| {
        let mut found = branches::check(part, tree);
        found.extend(scale::check(part, tree));
        found
    });
    findings.extend(found.unwrap_or_default());
}

/// Whether its query is one in `PromQL`.
fn asks_a_server(spec: &BadgeSpec) -> bool {
    spec.origin != Origin::Facts
}

#[cfg(test)]
mod tests;
