//! Whether a query is `PromQL`.
//!
//! In: a query. Out: its syntax tree, or a finding that points at what is wrong. What is filled in
//! later and what only VictoriaMetrics understands is noted as not checked.

mod failure;
mod scan;

use promql_parser::parser::Expr;

use super::part::Part;
use super::{Finding, Severity};

/// The longest query that is checked, in bytes; the tree of a longer one could nest too deep.
const MAX_BYTES: usize = 8192;

/// How deep brackets of a query that is checked may nest.
const MAX_DEPTH: usize = 64;

/// Words of `MetricsQL` that `PromQL` does not have.
const METRICS_QL: &[&str] = &["with", "default", "if", "ifnot", "keep_metric_names", "limit"];

/// Parses a query and tells what is wrong with it.
pub(super) fn check(part: &Part, findings: &mut Vec<Finding>) -> Option<Expr> {
    let source = part.source;
    if source.contains("{{") {
        findings.push(not_checked(part, "it is a template"));
        return None;
    }
    let scan = scan::scan(source);
    if source.len() > MAX_BYTES || scan.depth > MAX_DEPTH {
        findings.push(not_checked(part, "it is too long"));
        return None;
    }
    match promql_parser::parser::parse(source) {
        Ok(tree) => return Some(tree),
        Err(_) if is_filled_in(source) => findings.push(not_checked(part, "it has variables")),
        Err(_) if is_metrics_ql(&scan, source) => {
            findings.push(not_checked(part, "it is written in MetricsQL"));
        }
        Err(message) => findings.push(failure::finding(part, &scan, &message)),
    }
    None
}

fn not_checked(part: &Part, why: &str) -> Finding {
    let at = 0..part.source.trim_end().len();
    part.finding(Severity::Note, "badge/not-checked", &format!("not checked: {why}"), at)
}

/// Whether Flux or a shell puts something in: `${NAME}`. A `${1}` is one of `label_replace`.
fn is_filled_in(source: &str) -> bool {
    let is_name = |rest: &str| rest.starts_with(|at: char| at.is_ascii_alphabetic() || at == '_');
    source.match_indices("${").any(|(at, _)| is_name(&source[at + 2..]))
}

/// Whether it has words, numbers (`1Ki`) or steps (`[5i]`) that only VictoriaMetrics understands.
fn is_metrics_ql(scan: &scan::Scan, source: &str) -> bool {
    scan.tokens.iter().any(|token| {
        let word = source[token.clone()].to_ascii_lowercase();
        let digits = word.trim_start_matches(|at: char| at.is_ascii_digit() || at == '.');
        let is_number = digits.len() < word.len();
        METRICS_QL.contains(&word.as_str())
            || is_number
                && matches!(
                    digits,
                    "i" | "ki" | "mi" | "gi" | "ti" | "kb" | "mb" | "gb" | "tb" | "k" | "g" | "t"
                )
    })
}
