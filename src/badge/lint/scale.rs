//! Steps and colours of `colorScale(result, steps, colours)` that do not fit.
//!
//! In: the tree of an expression. Out: an error where the lists can only give grey, and a warning
//! for each step that no value can reach. Lists that are not written out are not judged.

use cel::IdedExpr;

use super::part::Part;
use super::tree::{self, Tree};
use super::{Finding, Severity};

pub(super) fn check(part: &Part, tree: &Tree) -> Vec<Finding> {
    let mut findings = vec![];
    tree::each(tree.root, &mut |at| {
        if let Some((steps, colors)) = lists(at) {
            findings.extend(lengths(part, tree, at, steps.len(), colors.len()));
            findings.extend(order(part, tree, steps));
        }
    });
    findings
}

/// The steps and colours of a call.
pub(super) fn lists(at: &IdedExpr) -> Option<(&[IdedExpr], &[IdedExpr])> {
    match tree::call(at)? {
        ("colorScale", [_, steps, colors]) => Some((tree::list(steps)?, tree::list(colors)?)),
        _ => None,
    }
}

fn lengths(
    part: &Part,
    tree: &Tree,
    at: &IdedExpr,
    n_steps: usize,
    n_colors: usize,
) -> Option<Finding> {
    if n_colors == n_steps + 1 {
        return None;
    }
    let count = |number: usize, noun: &str| {
        format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
    };
    let (steps, colors) = (count(n_steps, "step"), count(n_colors, "colour"));
    let what = format!("{steps} and {colors} do not fit: the badge is always grey");
    let code = "badge/scale-lengths";
    let finding = part.finding(Severity::Error, code, &what, tree.span(at));
    Some(finding.help(format!("give {}: one more than steps", count(n_steps + 1, "colour"))))
}

fn order(part: &Part, tree: &Tree, steps: &[IdedExpr]) -> Vec<Finding> {
    let mut highest = f64::NEG_INFINITY;
    let mut findings = vec![];
    for step in steps {
        // What is computed may be anything.
        let Some(value) = tree::number(step) else { return findings };
        if value <= highest && value.is_finite() {
            let what = format!("step {value} is never reached: {highest} stands before it");
            let code = "badge/scale-order";
            let finding = part.finding(Severity::Warning, code, &what, tree.span(step));
            findings.push(finding.help("write the steps in ascending order"));
        }
        highest = highest.max(value);
    }
    findings
}
