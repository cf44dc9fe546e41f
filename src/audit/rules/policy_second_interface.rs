//! Network policies on pods that have a second interface.
//!
//! In: uses of Multus attachments and policies. Out: one finding for each pod with policies.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{AttachmentUse, Policy, PolicyPart};

pub(super) const RULE: Rule = Rule {
    code: "network/policy-second-interface",
    severity: Severity::Warning,
    title: "A network policy that does not see a pod's second interface",
    explanation: "\
Network policies speak about the interface of the cluster network. A pod with a Multus attachment \
has another one, and neither Kubernetes' nor Cilium's policies guard it: whatever is on that \
network can reach the pod there, and the pod can reach it. Filter on the router or switch, or in \
the pod.",
    blind_spot: "Firewall rules outside the cluster, and filters within the pod, are not visible.",
    example: "k8s.v1.cni.cncf.io/networks: network/iot\n# and a NetworkPolicy that selects the pod",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let uses = input.cluster.attachment_uses.iter();
    uses.filter_map(|one| finding(input, rule, one)).collect()
}

fn finding(input: &Input<'_>, rule: &Rule, one: &AttachmentUse) -> Option<Finding> {
    let (space, name) = one.user.split_once('/')?;
    let policies: Vec<&Policy> = input
        .cluster
        .policies
        .iter()
        .filter(|policy| policy.parts.iter().any(|part| selects(policy, part, space, name)))
        .collect();
    let first = policies.first()?;
    let ids: Vec<&str> = policies.iter().map(|policy| policy.id.as_str()).collect();
    let kind = if policies.len() == 1 { first.kind.clone() } else { "policies".to_owned() };
    let verb = if policies.len() == 1 { "does" } else { "do" };
    let mut finding = rule
        .finding(format!(
            "{kind} {} {verb} not guard the interface of `{}` on `{}`",
            words::names(&ids),
            one.user,
            one.attachment
        ))
        .at(&one.source)
        .about(EntityKind::App, one.user.clone())
        .about(EntityKind::Attachment, one.attachment.clone())
        .help("filter on the router or within the pod");
    for policy in policies.iter().take(3) {
        finding = finding.related(&policy.source, format!("{} `{}`", policy.kind, policy.id));
    }
    finding
        .entities
        .extend(policies.iter().map(|policy| Entity::new(EntityKind::Policy, policy.id.clone())));
    Some(finding)
}

/// Whether a part of a policy selects all pods of a namespace, or those of an app by its name.
fn selects(policy: &Policy, part: &PolicyPart, space: &str, name: &str) -> bool {
    let is_here = policy.namespace.as_deref().is_none_or(|own| own == space);
    let by_name = |label: &String| label.rsplit('=').next() == Some(name);
    let labels = &part.subject.labels;
    is_here
        && !part.subject.nodes
        && (labels.is_empty() || labels.iter().filter_map(|label| label.get()).any(by_name))
}
