//! Who may reach what, as things: policies, exposed services, secrets by name, and what pods may do.
//!
//! In: a cluster. Out: the entries that decide about access. No secret value is among them, for the
//! model holds none.

use serde::Serialize;

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use crate::inventory::{
    Cluster, ExternalSecret, Fact, NamespaceMatch, Peer, Policy, PolicyPart, PolicyPort,
    PolicyRule, SecretItem, SecretObject, Subject,
};

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    for one in &cluster.policies {
        things.add(Kind::Policy, format!("{} {}", one.kind, one.id), policy(one));
    }
    for one in &cluster.auth_policies {
        let thing = Thing::at(&one.source)
            .about(one.methods.iter().cloned())
            .set("methods", one.methods.iter().cloned())
            .set("targets", one.targets.iter().cloned())
            .fact("provider", &one.provider);
        things.add(Kind::Policy, format!("{} {}", one.kind, one.id), thing);
    }
    watchers(cluster, things);
    services(cluster, things);
    for one in &cluster.external_secrets {
        things.add(Kind::Secret, format!("{} {}", one.kind, one.id), external_secret(one));
    }
    for one in &cluster.secret_objects {
        things.add(Kind::Secret, format!("{} {}", one.kind, one.id), secret(one));
    }
    for one in &cluster.secret_stores {
        let thing = Thing::at(&one.source)
            .about(text(&one.provider))
            .fact("provider", &one.provider)
            .fact("address", &one.address);
        things.add(Kind::Secret, one.id.replacen('/', " ", 1), thing);
    }
}

/// The kebab-case word that a variant is written as.
pub(super) fn word(variant: &impl Serialize) -> String {
    let value = serde_json::to_value(variant).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}

fn watchers(cluster: &Cluster, things: &mut Things) {
    for one in &cluster.tracing_policies {
        let thing = Thing::at(&one.source)
            .about([word(&one.mode)])
            .text("mode", Some(&word(&one.mode)))
            .facts("hooks", &one.hooks)
            .facts("actions", &one.actions)
            .facts("pods", &one.pod_selector);
        things.add(Kind::Policy, format!("{} {}", one.kind, one.id), thing);
    }
    for one in &cluster.admission_policies {
        let thing = Thing::at(&one.source)
            .about([word(&one.mode)])
            .text("mode", Some(&word(&one.mode)))
            .facts("rules", &one.rules);
        things.add(Kind::Policy, format!("{} {}", one.kind, one.id), thing);
    }
}

fn services(cluster: &Cluster, things: &mut Things) {
    for one in &cluster.exposed_services {
        let thing = Thing::at(&one.source)
            .about(one.addresses.iter().chain(&one.ports).filter_map(text))
            .facts("addresses", &one.addresses)
            .facts("ports", &one.ports)
            .facts("host names", &one.hostnames)
            .fact("class", &one.class);
        things.add(Kind::Service, format!("{} {}", one.kind, one.id), thing);
    }
    for one in &cluster.announcements {
        let thing = Thing::at(&one.source)
            .facts("announces", &one.announces)
            .facts("interfaces", &one.interfaces)
            .facts("nodes", &one.node_selector)
            .facts("services", &one.service_selector)
            .facts("pools", &one.pools);
        things.add(Kind::Service, format!("{} {}", one.kind, one.name), thing);
    }
    for one in &cluster.bgp_peers {
        let thing = Thing::at(&one.source)
            .about(text(&one.address))
            .fact("address", &one.address)
            .fact("own AS", &one.local_asn)
            .fact("peer AS", &one.peer_asn);
        things.add(Kind::Service, format!("BGP peer {}", one.name), thing);
    }
}

fn external_secret(one: &ExternalSecret) -> Thing {
    Thing::at(&one.source)
        .about(one.stores.iter().filter_map(text))
        .facts("stores", &one.stores)
        .fact("target", &one.target)
        .set("items", one.items.iter().map(item))
        .set("keys", one.template_keys.iter().cloned())
}

fn item(one: &SecretItem) -> String {
    let parts = [&one.key, &one.item, &one.property].map(text);
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn secret(one: &SecretObject) -> Thing {
    Thing::at(&one.source)
        .about([word(&one.state)])
        .text("state", Some(&word(&one.state)))
        .set("keys", one.keys.iter().cloned())
        .set("keys in plain text", one.plain_keys.iter().cloned())
}

fn policy(policy: &Policy) -> Thing {
    let each = |read: fn(&PolicyPart) -> Vec<String>| {
        policy.parts.iter().flat_map(read).collect::<Vec<_>>()
    };
    Thing::at(&policy.source)
        .fact("priority", &policy.priority)
        .set("selection", policy.parts.iter().map(|part| subject(&part.subject)))
        .set("closed directions", each(|part| part.isolates.iter().map(word).collect()))
        .set("rules", each(|part| part.rules.iter().map(rule).collect()))
}

fn subject(one: &Subject) -> String {
    let what = if one.nodes { "nodes" } else { "pods" };
    format!("{what}{}{}", labelled(&one.labels), namespaces(&one.namespaces))
}

fn listed(facts: &[Fact<String>]) -> String {
    facts.iter().filter_map(text).collect::<Vec<_>>().join(", ")
}

fn labelled(labels: &[Fact<String>]) -> String {
    if labels.is_empty() { String::new() } else { format!(" with {}", listed(labels)) }
}

fn namespaces(which: &NamespaceMatch) -> String {
    match which {
        NamespaceMatch::All => " in all namespaces".to_owned(),
        NamespaceMatch::Named { names } => format!(" in {}", listed(names)),
        NamespaceMatch::Labelled { labels, names: _ } => {
            format!(" in namespaces{}", labelled(labels))
        }
    }
}

/// `allow ingress from pods with app=web in media on 80/TCP`.
fn rule(rule: &PolicyRule) -> String {
    let direction = word(&rule.direction);
    let way = if direction == "ingress" { "from" } else { "to" };
    let mut peers: Vec<_> = rule.peers.iter().map(peer).collect();
    peers.sort();
    let mut ports: Vec<_> = rule.ports.iter().map(port).collect();
    ports.sort();
    let ports = if ports.is_empty() { String::new() } else { format!(" on {}", ports.join(", ")) };
    format!("{} {direction} {way} {}{ports}", word(&rule.action), peers.join(" or "))
}

fn peer(peer: &Peer) -> String {
    let named = |fact: &Fact<String>| text(fact).unwrap_or_else(|| "unknown".to_owned());
    match peer {
        Peer::Any => "anyone".to_owned(),
        Peer::Pods { namespaces: which, labels } => {
            format!("pods{}{}", labelled(labels), namespaces(which))
        }
        Peer::Cidr { cidr, except } if except.is_empty() => named(cidr),
        Peer::Cidr { cidr, except } => format!("{} without {}", named(cidr), listed(except)),
        Peer::CidrGroup { name } => format!("address group {}", named(name)),
        Peer::Entity { name } | Peer::Fqdn { pattern: name } => named(name),
        Peer::Service { name } => format!("service {}", named(name)),
        Peer::Nodes { labels } => format!("nodes{}", labelled(labels)),
    }
}

fn port(one: &PolicyPort) -> String {
    let port = [&one.port, &one.protocol].map(text);
    let port = port.into_iter().flatten().collect::<Vec<_>>().join("/");
    match one.inspects.as_slice() {
        [] => port,
        kinds => format!("{port} ({})", kinds.join(", ")),
    }
}
