//! Backups of what does not exist.
//!
//! In: backups. Out: one finding for each that names something that is not declared.

use crate::audit::{EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: "storage/backup-orphan",
    severity: Severity::Warning,
    title: "A backup of a volume that does not exist",
    explanation: "\
The backup names a claim or database that is not declared: it fails at every run, or saves \
nothing. Often an app was renamed or moved to another namespace and its backup was not.",
    blind_spot: "Claims that charts and operators make are not all visible.",
    example: "kind: ReplicationSource\nspec:\n  sourcePVC: documents-old",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let prefixes: Vec<(&str, &str)> = cluster
        .volume_templates
        .iter()
        .filter_map(|it| Some((it.id.split('/').next()?, it.claim_prefix.as_deref()?)))
        .collect();
    let is_made = |id: &str| {
        id.split_once('/').is_some_and(|(space, name)| {
            prefixes.iter().any(|(own, prefix)| *own == space && name.starts_with(prefix))
        })
    };
    let ids: Vec<&str> = cluster.claims.iter().map(|claim| claim.id.as_str()).collect();
    let mut found = vec![];
    for backup in &cluster.backups {
        let missing: Vec<&_> = backup
            .missing
            .iter()
            .filter(|fact| fact.get().is_some_and(|id| !is_made(id)))
            .collect();
        let Some(first) = missing.first() else { continue };
        let names: Vec<&str> = missing.iter().map(|fact| fact.shown()).collect();
        let near = crate::diagnostic::closest(names[0], ids.iter().copied());
        let help = near.map_or_else(
            || "correct the name, or delete the backup".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        found.push(
            rule.finding(format!(
                "{} `{}` saves {}, which is not declared in this repository",
                backup.kind,
                backup.id,
                words::names(&names)
            ))
            .at(first.source.as_ref().unwrap_or(&backup.source))
            .about(EntityKind::Backup, backup.id.clone())
            .help(help),
        );
    }
    found
}
