//! Calico's own policies: `NetworkPolicy` and `GlobalNetworkPolicy` of `projectcalico.org`.
//!
//! In: one object. Out: its part. Selectors are a language of their own, which is kept as written
//! and not evaluated: what they choose may be any pods of any namespace. Policies are tried by
//! tier and order, so that what one denies another may have let through before. Format:
//! <https://docs.tigera.io/calico/latest/reference/resources/networkpolicy>.

use super::labels::with_text;
use super::policies::own;
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{
    Action, Direction, NamespaceMatch, Peer, PolicyPart, PolicyPort, PolicyRule, Subject,
};

/// Groups of these policies: as they are stored, and as Calico's own API server shows them.
const GROUPS: [&str; 2] = ["crd.projectcalico.org", "projectcalico.org"];

/// Whether a group and kind are Calico's.
pub(super) fn is_policy(group: &str, kind: &str) -> bool {
    GROUPS.contains(&group) && matches!(kind, "NetworkPolicy" | "GlobalNetworkPolicy")
}

/// Whether a policy's place among others decides what its rules mean.
pub(super) fn is_ordered(group: &str) -> bool {
    GROUPS.contains(&group)
}

/// Its order, with its tier where it has one.
pub(super) fn priority(spec: &Cursor) -> Fact<String> {
    let order = spec.fact("order", "no order is written, which means last");
    match spec.get("tier").map(|tier| tier.text()) {
        Some(tier) => with_text(order, |order| format!("{order} in tier {}", tier.shown())),
        None => order,
    }
}

/// What it selects, closes and says.
pub(super) fn part(object: &Object, root: &Cursor) -> PolicyPart {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let namespaces =
        if object.namespace.is_some() { own(object, root) } else { NamespaceMatch::All };
    let labels = selectors(&spec, &["selector", "namespaceSelector", "serviceAccountSelector"]);
    let mut rules = Vec::new();
    for (direction, key, side) in
        [(Direction::Ingress, "ingress", "source"), (Direction::Egress, "egress", "destination")]
    {
        rules.extend(spec.list(key).iter().filter_map(|item| rule(item, direction, side)));
    }
    let subject = Subject { nodes: false, namespaces, labels };
    PolicyPart { subject, isolates: isolates(&spec), apps: vec![], rules }
}

/// Selectors that choose less than everything, as written.
fn selectors(map: &Cursor, keys: &[&str]) -> Vec<Fact<String>> {
    let found = keys.iter().filter_map(|key| map.get(key)).map(|selector| selector.text());
    found.filter(|text| !matches!(text.shown().trim(), "" | "all()")).collect()
}

/// Directions: those of `types`; where there are none, those that have rules, and ingress without.
fn isolates(spec: &Cursor) -> Vec<Direction> {
    let types = spec.texts(&["types"]);
    let has_rules = |key: &str| !spec.list(key).is_empty();
    let is_meant = |word: &str, key: &str, otherwise: bool| {
        if types.is_empty() {
            has_rules(key) || otherwise
        } else {
            types.iter().any(|one| one.shown() == word)
        }
    };
    let ingress = is_meant("Ingress", "ingress", !has_rules("egress"));
    let egress = is_meant("Egress", "egress", false);
    let both = [(ingress, Direction::Ingress), (egress, Direction::Egress)];
    both.into_iter().filter(|(is_on, _)| *is_on).map(|(_, direction)| direction).collect()
}

/// One rule; none for one that only writes a log.
fn rule(item: &Cursor, direction: Direction, side: &str) -> Option<PolicyRule> {
    let action = match item.node.str_at(&["action"]) {
        Some("Log") => return None,
        Some("Deny") => Action::Deny,
        Some("Pass") => Action::Pass,
        _ => Action::Allow,
    };
    let peers = item.get(side).map_or_else(|| vec![Peer::Any], |side| peers(&side));
    let ports = ports(item);
    Some(PolicyRule { direction, action, peers, ports, source: item.source() })
}

fn peers(side: &Cursor) -> Vec<Peer> {
    let except = side.texts(&["notNets"]);
    let mut found: Vec<Peer> = side
        .texts(&["nets"])
        .into_iter()
        .map(|cidr| Peer::Cidr { cidr, except: except.clone() })
        .collect();
    found.extend(side.texts(&["domains"]).into_iter().map(|pattern| Peer::Fqdn { pattern }));
    let keys = ["selector", "notSelector", "namespaceSelector"];
    let labels = selectors(side, &keys);
    let chooses = keys.iter().any(|key| side.get(key).is_some());
    if found.is_empty() && (chooses || !except.is_empty()) {
        found.push(Peer::Pods { namespaces: NamespaceMatch::All, labels });
    }
    if found.is_empty() { vec![Peer::Any] } else { found }
}

/// Ports of the destination: numbers, names, or `first:last`.
fn ports(item: &Cursor) -> Vec<PolicyPort> {
    let protocol = item.fact("protocol", "any protocol");
    let ports = item.get("destination").map(|side| side.texts(&["ports"])).unwrap_or_default();
    if ports.is_empty() && protocol.is_known() {
        let port = Fact::unknown("all ports");
        return vec![PolicyPort { port, protocol, inspects: vec![] }];
    }
    let port = |port: Fact<String>| PolicyPort {
        port: port.map(|text| text.replace(':', "-")),
        protocol: protocol.clone(),
        inspects: vec![],
    };
    ports.into_iter().map(port).collect()
}
