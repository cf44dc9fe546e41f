//! Namespaces that allow privileged pods.
//!
//! In: namespaces and what their pods are seen to ask for. Out: one finding for the repository.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Namespace, PodPrivilege};

pub(super) const RULE: Rule = Rule {
    code: "security/pod-security-privileged",
    severity: Severity::Note,
    title: "Namespaces that allow privileged pods",
    explanation: "\
The Pod Security level `privileged` allows everything: host network, host paths, privileged \
containers. Beside each namespace stands what its pods are seen to ask for beyond `baseline`; \
where that is nothing, a stricter level may do.",
    blind_spot: "What the pods of charts ask for is not visible beyond their values.",
    example: "metadata:\n  labels:\n    pod-security.kubernetes.io/enforce: privileged",
    check,
};

/// What `baseline` forbids, <https://kubernetes.io/docs/concepts/security/pod-security-standards/>.
const BEYOND: [&str; 6] =
    ["privileged", "hostNetwork", "hostPID", "hostIPC", "hostPath", "hostPort"];

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let is_open =
        |space: &&Namespace| space.pod_security.get().is_some_and(|level| level == "privileged");
    let open: Vec<&Namespace> = cluster.namespaces.iter().filter(is_open).collect();
    let Some(first) = open.first() else { return vec![] };
    let verb = if open.len() == 1 { "allows" } else { "allow" };
    let mut finding = rule
        .finding(format!(
            "{} {verb} privileged pods",
            words::count(open.len(), "namespace", "namespaces")
        ))
        .at(first.pod_security.source.as_ref().unwrap_or(&first.source))
        .help("set a stricter level where nothing needs this one");
    for space in open {
        let asked: Vec<&PodPrivilege> = cluster
            .pod_privileges
            .iter()
            .filter(|one| one.namespace == space.name && BEYOND.contains(&one.privilege.as_str()))
            .collect();
        let mut owners: Vec<&str> = asked.iter().map(|one| one.owner.as_str()).collect();
        owners.dedup();
        let why = if owners.is_empty() {
            "nothing that is visible needs it".to_owned()
        } else {
            format!("needed by {}", words::names(&owners))
        };
        let place = space.pod_security.source.as_ref().unwrap_or(&space.source);
        let entity = Entity::new(EntityKind::Namespace, space.name.clone());
        finding = finding.item(format!("`{}`: {why}", space.name), Some(place), Some(entity));
    }
    vec![finding]
}
