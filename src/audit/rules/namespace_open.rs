//! Namespaces whose pods no network policy selects.
//!
//! In: what policies add up to. Out: one finding for the repository.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Coverage, Isolation, Namespace};

pub(super) const RULE: Rule = Rule {
    code: "network/namespace-open",
    severity: Severity::Note,
    title: "Namespaces without a network policy",
    explanation: "\
No policy selects a pod of these namespaces: each of their pods can reach every other pod, the \
nodes, the local network and the internet, and can be reached by all pods. That is the default of \
Kubernetes and may be meant; where some namespaces are closed, the open ones are worth knowing.",
    blind_spot: "Policies that charts make, and rules of the network outside the cluster, are not visible.",
    example: "kind: Namespace\nmetadata:\n  name: media",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let is_open = |one: &&Isolation| {
        one.ingress.coverage == Coverage::None && one.egress.coverage == Coverage::None
    };
    let declared =
        |one: &Isolation| cluster.namespaces.iter().find(|space| space.name == one.namespace);
    let all = cluster.isolation.len();
    let open: Vec<&Namespace> =
        cluster.isolation.iter().filter(is_open).filter_map(declared).collect();
    let Some(first) = open.first().filter(|_| !cluster.apps.is_empty()) else { return vec![] };
    let spaces = words::count(all, "namespace", "namespaces");
    let message = if cluster.policies.is_empty() {
        format!("no network policy is declared: all {spaces} are open")
    } else {
        let verb = if open.len() == 1 { "has" } else { "have" };
        format!("{} of {spaces} {verb} no network policy", open.len())
    };
    let mut finding = rule
        .finding(message)
        .at(&first.source)
        .help("add a policy that denies by default, and allow what is needed");
    for space in open {
        let entity = Entity::new(EntityKind::Namespace, space.name.clone());
        let text = format!("`{}`, {}", space.name, words::count(space.apps.len(), "app", "apps"));
        finding = finding.item(text, Some(&space.source), Some(entity));
    }
    vec![finding]
}
