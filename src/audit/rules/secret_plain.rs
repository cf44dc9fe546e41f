//! Secrets whose values are in Git in plain text.
//!
//! In: the names and states of Secrets. Out: one finding for each. No value is ever read.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::SecretState;

pub(super) const RULE: Rule = Rule {
    code: "security/secret-plain",
    severity: Severity::Warning,
    title: "A Secret with values in plain text",
    explanation: "\
Whoever can read the repository, now or ever, can read these values; base64 is no encryption. If \
they are real, change them where they are used, then encrypt the file with SOPS or take the Secret \
from a store with External Secrets. If they are no secrets, use a ConfigMap.

Raise it to an error with `findings.severity` in `site/site.yaml` to let `rackbook check` refuse \
such a commit.",
    blind_spot: "Whether a value is real or a placeholder is not looked at: no value is read.",
    example: "kind: Secret\nstringData:\n  password: hunter2",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let is_plain = |one: &&crate::inventory::SecretObject| {
        one.state == SecretState::Plain && !one.plain_keys.is_empty()
    };
    let mut found: Vec<Finding> = vec![];
    for secret in input.cluster.secret_objects.iter().filter(is_plain) {
        // One file that several folders include is one Secret to a reader.
        let same = |finding: &&mut Finding| finding.source.as_ref() == Some(&secret.source);
        let entity = Entity::new(EntityKind::Secret, secret.id.clone());
        if let Some(finding) = found.iter_mut().find(same) {
            finding.entities.push(entity);
            continue;
        }
        let keys: Vec<&str> = secret.plain_keys.iter().map(String::as_str).collect();
        let mut finding = rule
            .finding(format!("Secret `{}` holds {} in plain text", secret.id, words::names(&keys)))
            .at(&secret.source)
            .help("change the values where they are real, and encrypt the file");
        finding.entities.push(entity);
        finding
            .entities
            .extend(secret.apps.iter().map(|app| Entity::new(EntityKind::App, app.clone())));
        found.push(finding);
    }
    found
}
