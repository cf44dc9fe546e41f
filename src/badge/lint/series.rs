//! Queries whose answer is not the one number that a badge shows.
//!
//! In: the tree of a query. Out: a note where it gives as many series as there are, of which only
//! the first is shown, and a warning where Prometheus answers with something that is no vector.

use promql_parser::parser::token::{T_BOTTOMK, T_COUNT_VALUES, T_LAND, T_LOR, T_LUNLESS, T_TOPK};
use promql_parser::parser::value::ValueType;
use promql_parser::parser::{AggregateExpr, BinaryExpr, Expr, VectorMatchCardinality};

use super::part::Part;
use super::{Finding, Severity};
use crate::badge::spec::{BadgeKind, BadgeSpec};

/// Functions that give one sample, or none, whatever they are given.
const SINGLE: &[&str] = &["absent", "absent_over_time", "scalar", "vector"];

pub(super) fn check(part: &Part, spec: &BadgeSpec, tree: &Expr, findings: &mut Vec<Finding>) {
    let at = 0..part.source.trim_end().len();
    if spec.kind == BadgeKind::Instant
        && let Some((what, help)) = no_vector(tree)
    {
        let what = format!("{what}, which a badge cannot show");
        let finding = part.finding(Severity::Warning, "badge/result-type", &what, at);
        findings.push(finding.help(help));
    } else if first_counts(spec) && has_many(tree) {
        let what = "it may give more than one series, and only the first of them is shown";
        let finding = part.finding(Severity::Note, "badge/many-series", what, at);
        findings.push(finding.help("aggregate, as with `sum(…)` or `max(…)`, or use `forEach`"));
    }
}

/// Whether a badge shows the first series of its answer.
fn first_counts(spec: &BadgeSpec) -> bool {
    matches!(spec.kind, BadgeKind::Instant | BadgeKind::Range { .. }) && spec.for_each.is_none()
}

/// What Prometheus answers instead of a vector, and what to do.
fn no_vector(tree: &Expr) -> Option<(&'static str, &'static str)> {
    match tree.value_type() {
        ValueType::Vector => None,
        ValueType::Scalar => Some(("Prometheus answers with a scalar", "wrap it in `vector(…)`")),
        ValueType::String => Some(("Prometheus answers with a text", "ask for a metric")),
        ValueType::Matrix => {
            let help = "reduce it, as with `max_over_time(…)`, or use `type: range`";
            Some(("Prometheus answers with a range of values", help))
        }
    }
}

/// Whether nothing keeps it from giving more than one series.
fn has_many(tree: &Expr) -> bool {
    match tree {
        Expr::VectorSelector(_) | Expr::MatrixSelector(_) => true,
        Expr::Paren(inner) => has_many(&inner.expr),
        Expr::Unary(inner) => has_many(&inner.expr),
        Expr::Subquery(inner) => has_many(&inner.expr),
        Expr::Call(call) => {
            !SINGLE.contains(&call.func.name) && call.args.args.iter().any(|it| has_many(it))
        }
        Expr::Aggregate(aggregate) => aggregate_has_many(aggregate),
        Expr::Binary(binary) => binary_has_many(binary),
        Expr::NumberLiteral(_) | Expr::StringLiteral(_) | Expr::Extension(_) => false,
    }
}

fn aggregate_has_many(aggregate: &AggregateExpr) -> bool {
    let has_groups = match &aggregate.modifier {
        Some(modifier) => !modifier.is_include() || !modifier.labels().labels.is_empty(),
        None => false,
    };
    let is_one = aggregate
        .param
        .as_deref()
        .is_some_and(|it| matches!(it, Expr::NumberLiteral(number) if number.val <= 1.0));
    let keeps = match aggregate.op.id() {
        T_TOPK | T_BOTTOMK => !is_one,
        T_COUNT_VALUES => true,
        _ => false,
    };
    (has_groups || keeps) && has_many(&aggregate.expr)
}

fn binary_has_many(binary: &BinaryExpr) -> bool {
    let (left, right) = (has_many(&binary.lhs), has_many(&binary.rhs));
    let is_scalar = |side: &Expr| side.value_type() == ValueType::Scalar;
    match (binary.op.id(), binary.modifier.as_ref().map(|modifier| &modifier.card)) {
        (T_LOR, _) => left || right,
        (T_LAND | T_LUNLESS, _) | (_, Some(VectorMatchCardinality::ManyToOne(_))) => left,
        (_, Some(VectorMatchCardinality::OneToMany(_))) => right,
        _ if is_scalar(&binary.lhs) => right,
        _ if is_scalar(&binary.rhs) => left,
        _ => left && right,
    }
}
