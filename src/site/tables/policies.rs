//! The table of network policies: whom they select, what they close, what they allow.
//!
//! In: the cluster's policies. Out: one row for each part of a policy, with its rules in words.

use crate::inventory::{
    Action, Direction, Fact, NamespaceMatch, Peer, Policy, PolicyPart, PolicyRule,
};

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, Table};
use crate::site::words;

/// Network policies of all kinds.
pub(crate) fn policies(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("policy", "Policy"),
        Column::text("subject", "Selects"),
        Column::text("closes", "Closes"),
        Column::text("rules", "Rules"),
        Column::text("apps", "Apps"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Network policies", "No network policy is declared.", columns);
    table.name = "policies";
    for policy in scope.cluster.policies.iter().filter(|policy| scope.includes(&policy.id)) {
        for part in policy.parts.iter().filter(|part| selects_app(scope, part)) {
            table.row(part_row(scope, policy, part));
        }
    }
    table
}

/// Whether a part is known to select pods of the app that is asked for, if one is.
fn selects_app(scope: Scope<'_>, part: &PolicyPart) -> bool {
    scope.app.is_none_or(|id| part.apps.iter().any(|app| app == id))
}

fn part_row(scope: Scope<'_>, policy: &Policy, part: &PolicyPart) -> Vec<Cell> {
    let apps = part.apps.iter().map(|id| scope.links.app_link(id)).collect();
    let rules = part.rules.iter().map(|rule| LinkView { text: in_words(rule), href: None });
    let closes: Vec<&str> = part.isolates.iter().map(|it| direction(*it)).collect();
    let kind = if policy.from_values { "from chart values" } else { policy.kind.as_str() };
    let rank = policy.priority.get().map(|rank| format!(", priority {rank}")).unwrap_or_default();
    let note = format!("{kind}{rank}");
    vec![
        Cell::noted(&policy.id, None, &note),
        Cell::facts(vec![super::fact_of(&subject(part))], ""),
        Cell::text(if closes.is_empty() { "nothing".to_owned() } else { words::list(&closes) }),
        Cell::links(rules.collect(), "allows nothing"),
        Cell::links(apps, "none that can be told"),
        scope.source(&policy.source),
    ]
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "into",
        Direction::Egress => "out",
    }
}

fn subject(part: &PolicyPart) -> String {
    let subject = &part.subject;
    if subject.nodes {
        return format!("nodes{}", with(&subject.labels));
    }
    format!("pods{}{}", with(&subject.labels), of_namespaces(&subject.namespaces))
}

/// ` with app=web, tier=front`; nothing for all.
fn with(labels: &[Fact<String>]) -> String {
    if labels.is_empty() { String::new() } else { format!(" with {}", joined(labels)) }
}

fn joined(facts: &[Fact<String>]) -> String {
    facts.iter().map(Fact::shown).collect::<Vec<_>>().join(", ")
}

fn of_namespaces(namespaces: &NamespaceMatch) -> String {
    match namespaces {
        NamespaceMatch::All => " of all namespaces".to_owned(),
        NamespaceMatch::Named { names } => format!(" of {}", joined(names)),
        NamespaceMatch::Labelled { labels, .. } => {
            format!(" of namespaces{}", with(labels))
        }
    }
}

/// `allows into: pods with app=web of media, on 80/TCP`.
fn in_words(rule: &PolicyRule) -> String {
    let action = match rule.action {
        Action::Allow => "allows",
        Action::Deny => "denies",
        Action::Pass => "leaves open",
    };
    let way = match rule.direction {
        Direction::Ingress => "from",
        Direction::Egress => "to",
    };
    let peers: Vec<String> = rule.peers.iter().map(peer).collect();
    format!("{action} {way} {}{}", peers.join("; "), ports(rule))
}

fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Any => "everyone".to_owned(),
        Peer::Pods { namespaces, labels } => {
            format!("pods{}{}", with(labels), of_namespaces(namespaces))
        }
        Peer::Entity { name } | Peer::CidrGroup { name } => name.shown().to_owned(),
        Peer::Cidr { cidr, except } if except.is_empty() => cidr.shown().to_owned(),
        Peer::Cidr { cidr, except } => format!("{} without {}", cidr.shown(), joined(except)),
        Peer::Fqdn { pattern } => pattern.shown().to_owned(),
        Peer::Service { name } => format!("the Service {}", name.shown()),
        Peer::Nodes { labels } => format!("nodes{}", with(labels)),
    }
}

fn ports(rule: &PolicyRule) -> String {
    if rule.ports.is_empty() {
        return String::new();
    }
    let each = rule.ports.iter().map(|port| match port.protocol.get().map(String::as_str) {
        None | Some("ANY") => port.port.shown().to_owned(),
        Some(protocol) => format!("{}/{protocol}", port.port.shown()),
    });
    format!(", on {}", each.collect::<Vec<_>>().join(", "))
}
