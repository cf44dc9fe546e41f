//! A Flux Kustomization whose folder does not exist.
//!
//! In: what the walk reports. Out: the same as findings.

use super::adopted;
use crate::audit::{Finding, Input, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: "flux/path-missing",
    severity: Severity::Error,
    title: "A Flux Kustomization names a folder that does not exist",
    explanation: "\
Flux cannot build a Kustomization whose `spec.path` is not in its source. What it applied before \
stays as it is, and nothing new arrives. Correct the path, or remove the Kustomization.",
    blind_spot: "Folders that are made outside of Git, such as an artifact's own layout, are not visible.",
    example: "spec:\n  path: ./kubernetes/apps/defualt",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    adopted(input, rule)
}
