//! Branches of conditions that no value can take, and conditions that decide nothing.
//!
//! In: the tree of an expression. Out: warnings. Only what is impossible for every number counts: a
//! query that never gives more than 100 is not known here.

use cel::IdedExpr;

use super::part::Part;
use super::tree::{self, Tree};
use super::values::{representatives, truth};
use super::{Finding, Severity};

pub(super) fn check(part: &Part, tree: &Tree) -> Vec<Finding> {
    let all = representatives(tree.root);
    let mut search = Search { part, tree, n_values: all.len(), findings: vec![] };
    search.visit(tree.root, &all);
    search.findings
}

struct Search<'a> {
    part: &'a Part<'a>,
    tree: &'a Tree<'a>,
    n_values: usize,
    findings: Vec<Finding>,
}

impl Search<'_> {
    /// Looks at a part that runs for these values.
    fn visit(&mut self, at: &IdedExpr, values: &[f64]) {
        let Some([condition, yes, no]) = tree::conditional(at) else {
            return tree::children(at).into_iter().for_each(|child| self.visit(child, values));
        };
        self.visit(condition, values);
        if tree::is_same(yes, no) {
            self.equal(condition, no);
        }
        let of = |is_true: bool| {
            let taken = |value: &&f64| truth(condition, **value).is_none_or(|it| it == is_true);
            values.iter().filter(taken).copied().collect::<Vec<_>>()
        };
        let (for_yes, for_no) = (of(true), of(false));
        if for_yes.is_empty() {
            self.never(condition, values);
        } else {
            self.visit(yes, &for_yes);
        }
        if for_no.is_empty() {
            self.always(condition, no);
        } else {
            self.visit(no, &for_no);
        }
    }

    fn never(&mut self, condition: &IdedExpr, values: &[f64]) {
        let what = format!("`{}` is never true here", self.tree.words(condition));
        let finding = self.finding("badge/unreachable-branch", &what, condition);
        let is_taken_before = values.len() < self.n_values;
        self.findings.push(if is_taken_before {
            finding.help("put this condition first: the ones before it take all its values")
        } else {
            finding
        });
    }

    fn always(&mut self, condition: &IdedExpr, no: &IdedExpr) {
        let words = self.tree.words(condition);
        let what = format!("this is never reached, for `{words}` is always true here");
        let finding = self.finding("badge/unreachable-branch", &what, no);
        self.findings.push(finding);
    }

    fn equal(&mut self, condition: &IdedExpr, no: &IdedExpr) {
        let what =
            format!("`{}` decides nothing: both branches are equal", self.tree.words(condition));
        let finding = self.finding("badge/equal-branches", &what, no);
        self.findings.push(finding);
    }

    fn finding(&self, code: &'static str, what: &str, at: &IdedExpr) -> Finding {
        self.part.finding(Severity::Warning, code, what, self.tree.span(at))
    }
}
