//! A `kustomization.yaml` that names a file or folder that does not exist.
//!
//! In: what the walk reports. Out: the same as findings.

use super::adopted;
use crate::audit::{Finding, Input, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: "kustomize/resource-missing",
    severity: Severity::Warning,
    title: "A `kustomization.yaml` names a file that does not exist",
    explanation: "\
kustomize refuses to build a folder whose `kustomization.yaml` names something that is not there, \
so Flux applies nothing of it. Create the file, correct its name, or remove the line.",
    blind_spot: "Files that Git ignores, or that are made by a job before Flux reads them, are not visible.",
    example: "resources:\n  - ./helmrelaese.yaml",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    adopted(input, rule)
}
