//! Load-balancer pools that hold addresses of machines.
//!
//! In: pools and every address that is declared for something that is no Service. Out: one finding
//! for each pool.

use crate::audit::ranges::Range;
use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::inventory::{Cluster, Fact, Pool, Source};
use crate::source::Node;

pub(super) const RULE: Rule = Rule {
    code: "network/pool-covers-machines",
    severity: Severity::Warning,
    title: "A load-balancer pool holds addresses of machines",
    explanation: "\
The pool's range contains addresses that nodes, the API server, a router or other machines have. A \
Service that asks for no fixed address can get one of them, and then two machines answer for it: \
at worst the API server or the router is gone for some clients. Narrow the pool to addresses that \
nothing else has.",
    blind_spot: "Machines that no file of the repository names are not visible.",
    example: "blocks:\n  - cidr: 192.0.2.0/24   # the nodes are 192.0.2.11-13",
    check,
};

/// An address that something has.
struct Taken {
    what: &'static str,
    name: String,
    address: String,
    source: Source,
    entity: Option<Entity>,
}

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let mut taken = declared(input.cluster);
    taken.extend(proxied(input));
    input.cluster.pools.iter().filter_map(|pool| finding(rule, pool, &taken)).collect()
}

fn finding(rule: &Rule, pool: &Pool, taken: &[Taken]) -> Option<Finding> {
    let blocks: Vec<(Range, &Fact<String>)> =
        pool.blocks.iter().filter_map(|block| Some((Range::parse(block.get()?)?, block))).collect();
    let holder = |one: &Taken| blocks.iter().find(|(range, _)| range.holds(&one.address));
    let inside: Vec<&Taken> = taken.iter().filter(|one| holder(one).is_some()).collect();
    let first = inside.first()?;
    let block = holder(first)?.1;
    let mut kinds: Vec<String> = vec![];
    for kind in ["nodes", "hypervisors", "the API server", "a router", "other machines"] {
        let number = inside.iter().filter(|one| one.what == kind).count();
        match (number, kind) {
            (0, _) => {}
            (_, "the API server" | "a router") => kinds.push(kind.to_owned()),
            (number, kind) => kinds.push(format!(
                "{number} {}",
                if number == 1 { kind.trim_end_matches('s') } else { kind }
            )),
        }
    }
    let message = format!(
        "pool `{}` ({}) holds the addresses of {}",
        pool.name,
        block.shown(),
        kinds.join(", ")
    );
    let mut finding = rule
        .finding(message)
        .at(block.source.as_ref().unwrap_or(&pool.source))
        .about(EntityKind::Pool, pool.name.clone())
        .help("narrow the pool to addresses that nothing else has");
    for one in inside {
        let text = format!("`{}` {}", one.address, one.name);
        finding = finding.item(text, Some(&one.source), one.entity.clone());
    }
    Some(finding)
}

/// Addresses of nodes, API server, routers and hypervisors.
fn declared(cluster: &Cluster) -> Vec<Taken> {
    let mut taken = vec![];
    let mut add = |what, name: String, fact: &Fact<String>, entity| {
        if let (Some(text), Some(source)) = (fact.get(), fact.source.as_ref()) {
            let (address, source) = (host_of(text).to_owned(), source.clone());
            taken.push(Taken { what, name, address, source, entity });
        }
    };
    for node in &cluster.nodes {
        let entity = Entity::new(EntityKind::Node, node.name.clone());
        add("nodes", format!("of node `{}`", node.name), &node.address, Some(entity));
    }
    add("the API server", "shared by the API servers".to_owned(), &cluster.platform.vip, None);
    for network in &cluster.networks {
        add("a router", format!("of the router of `{}`", network.id), &network.gateway, None);
    }
    for host in &cluster.hosts {
        add("hypervisors", format!("of host `{}`", host.name), &host.address, None);
    }
    taken
}

/// The host of a URL, or the address itself.
fn host_of(text: &str) -> &str {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split('/').next().unwrap_or(rest);
    rest.rsplit_once(':').filter(|(host, _)| !host.contains(':')).map_or(rest, |(host, _)| host)
}

/// Addresses of machines that proxies lead to.
fn proxied(input: &Input<'_>) -> Vec<Taken> {
    let mut taken: Vec<Taken> = vec![];
    for object in input.effective.of("gateway.envoyproxy.io", "Backend") {
        let list = object.root.at(&["spec", "endpoints"]).map_or(&[][..], Node::items);
        for node in list.iter().filter_map(|one| one.at(&["ip", "address"])) {
            let Some(address) = node.as_str().map(str::to_owned) else { continue };
            let source = Source::new(input.sources, node.span, "spec.endpoints");
            let name = format!("behind `{}`", object.id());
            taken.push(Taken { what: "other machines", name, address, source, entity: None });
        }
    }
    taken
}
