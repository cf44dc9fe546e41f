//! A Flux Kustomization that waits for one that does not exist.
//!
//! In: what the walk reports. Out: the same as findings, with the Kustomization that waits.

use super::adopted;
use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: "flux/dependency-missing",
    severity: Severity::Error,
    title: "A Flux Kustomization waits for one that does not exist",
    explanation: "\
Flux applies a Kustomization only once everything in its `dependsOn` is ready. A name that nothing \
declares never gets ready, so nothing of the Kustomization is ever applied or updated.

The usual cause is a namespace: `dependsOn` without one means the Kustomization's own namespace, \
and `namespace:` in a `kustomization.yaml` moves Kustomizations too. Name both as they are in the \
cluster after that.

Where some Kustomizations come from another repository, the finding is a warning.",
    blind_spot: "Kustomizations that another repository, an operator or a person applies are not visible.",
    example: "spec:\n  dependsOn:\n    - name: database\n      namespace: flux-system",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let elsewhere = input.effective.kustomizations.iter().any(|one| one.external.is_some());
    let waiting = |finding: &Finding| {
        let span = finding.source.as_ref()?.span;
        let all = &input.effective.kustomizations;
        let holds = |edge: &crate::gitops::DependsOn| edge.span == span;
        all.iter()
            .find(|one| one.depends_on.iter().any(holds))
            .map(crate::gitops::FluxKustomization::id)
    };
    adopted(input, rule)
        .into_iter()
        .map(|mut finding| {
            finding.severity = if elsewhere { Severity::Warning } else { rule.severity };
            if let Some(id) = waiting(&finding) {
                finding.message = format!("`{id}` waits for ever: {}", finding.message);
                finding.entities.push(Entity::new(EntityKind::Kustomization, id));
            }
            finding
        })
        .collect()
}
