//! What all policies add up to: [`Isolation`] for each namespace.
//!
//! In: policies, namespaces, networks. Out: for each namespace and direction, how far its pods are
//! closed, and what is said about each zone. It reads no labels of pods: a selector with
//! requirements speaks of some pods, whichever they are, and one rule can never close more than
//! its own subject. Ranges of addresses are compared with declared networks only.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use ipnet::IpNet;

use super::{Given, calico};
use crate::inventory::fact::Fact;
use crate::inventory::model::{
    Action, Coverage, Direction, Isolation, IsolationSide, NamespaceMatch, Network, Peer, Policy,
    PolicyPart, PolicyRule, ReachCell, Verdict, Zone,
};
use crate::inventory::natural;

/// How much of a zone is meant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Share {
    None,
    Some,
    All,
}

/// Isolation of each declared namespace.
///
/// `always` says that the network's plugin closes pods that no policy selects.
pub(super) fn isolation(given: &Given, policies: &[Policy], always: bool) -> Vec<Isolation> {
    let zones = zones(given);
    let by_namespace = by_namespace(policies);
    let side = |namespace: &str, direction| {
        let parts = parts_for(&by_namespace, namespace);
        side(&Asked { namespace, direction, always }, &parts, &zones, given.networks)
    };
    let names = given.namespaces.iter().map(|one| one.name.as_str());
    names
        .map(|name| Isolation {
            namespace: name.to_owned(),
            ingress: side(name, Direction::Ingress),
            egress: side(name, Direction::Egress),
        })
        .collect()
}

fn zones(given: &Given) -> Vec<Zone> {
    let namespaces = given.namespaces.iter().map(|one| Zone::Namespace(one.name.clone()));
    let fixed = [Zone::World, Zone::Host, Zone::KubeApiserver];
    let networks = given.networks.iter().map(|one| Zone::Network(one.id.clone()));
    namespaces.chain(fixed).chain(networks).collect()
}

struct Asked<'a> {
    namespace: &'a str,
    direction: Direction,
    always: bool,
}

/// A part of a policy with its place in the order of all.
type Placed<'a> = (usize, &'a Policy, &'a PolicyPart);

/// Parts by the namespaces that they are for; `None` holds those for all.
fn by_namespace(policies: &[Policy]) -> BTreeMap<Option<&str>, Vec<Placed<'_>>> {
    let mut found: BTreeMap<Option<&str>, Vec<Placed>> = BTreeMap::new();
    let parts = policies.iter().flat_map(|one| one.parts.iter().map(move |part| (one, part)));
    for (at, (policy, part)) in parts.enumerate() {
        for name in named(&part.subject.namespaces) {
            found.entry(name).or_default().push((at, policy, part));
        }
    }
    found
}

/// Parts that may be for a namespace, in the order of all.
fn parts_for<'a>(
    by_namespace: &BTreeMap<Option<&str>, Vec<Placed<'a>>>,
    namespace: &str,
) -> Vec<(&'a Policy, &'a PolicyPart)> {
    let lists = [None, Some(namespace)].map(|name| by_namespace.get(&name));
    let mut found: Vec<Placed> = lists.into_iter().flatten().flatten().copied().collect();
    found.sort_by_key(|(at, ..)| *at);
    found.dedup_by_key(|(at, ..)| *at);
    found.into_iter().map(|(_, policy, part)| (policy, part)).collect()
}

/// The namespaces that are named; `None` stands for all of them.
fn named(of: &NamespaceMatch) -> Vec<Option<&str>> {
    match of {
        NamespaceMatch::All => vec![None],
        NamespaceMatch::Named { names } => {
            names.iter().filter_map(|name| name.get()).map(|name| Some(name.as_str())).collect()
        }
        NamespaceMatch::Labelled { names, .. } => {
            names.iter().map(|name| Some(name.as_str())).collect()
        }
    }
}

/// Namespaces that rules tell from others; the same holds for all that are not among them.
fn mentioned<'a>(parts: &[(&'a Policy, &'a PolicyPart)]) -> BTreeSet<&'a str> {
    let rules = parts.iter().flat_map(|(_, part)| &part.rules);
    let of_peer = |peer: &'a Peer| match peer {
        Peer::Pods { namespaces, .. } => named(namespaces).into_iter().flatten().collect(),
        Peer::Service { name } => name.shown().split('/').next().into_iter().collect(),
        _ => Vec::new(),
    };
    rules.flat_map(|rule| &rule.peers).flat_map(of_peer).collect()
}

/// One cell for each zone; namespaces that no rule mentions are decided once.
fn cells(
    asked: &Asked,
    parts: &[(&Policy, &PolicyPart)],
    zones: &[Zone],
    networks: &[Network],
) -> Vec<ReachCell> {
    let mentioned = mentioned(parts);
    let mut usual: Option<ReachCell> = None;
    let mut made = |zone: &Zone| match zone {
        Zone::Namespace(name) if !mentioned.contains(name.as_str()) => {
            let usual = usual.get_or_insert_with(|| cell(asked, zone, parts, networks));
            ReachCell { zone: zone.clone(), ..usual.clone() }
        }
        _ => cell(asked, zone, parts, networks),
    };
    zones.iter().map(&mut made).collect()
}

fn side(
    asked: &Asked,
    candidates: &[(&Policy, &PolicyPart)],
    zones: &[Zone],
    networks: &[Network],
) -> IsolationSide {
    let speaks = |part: &PolicyPart| {
        part.isolates.contains(&asked.direction)
            || part.rules.iter().any(|rule| rule.direction == asked.direction)
    };
    let is_meant = |(_, part): &&(&Policy, &PolicyPart)| {
        subject(part, asked.namespace) != Share::None && speaks(part)
    };
    let parts: Vec<(&Policy, &PolicyPart)> = candidates.iter().filter(is_meant).copied().collect();
    let coverage = coverage(asked, &parts);
    let mut ids: Vec<String> = parts.iter().map(|(policy, _)| policy.id.clone()).collect();
    natural::sort_by(&mut ids, |id| id);
    ids.dedup();
    // Rules of admin policies deny without closing; then cells matter too.
    let denies =
        |rule: &PolicyRule| rule.direction == asked.direction && rule.action == Action::Deny;
    let is_open =
        coverage == Coverage::None && !parts.iter().any(|(_, part)| part.rules.iter().any(denies));
    let coverage = match coverage {
        Coverage::None if !is_open => Coverage::Some,
        found => found,
    };
    let cells = if is_open { Vec::new() } else { cells(asked, &parts, zones, networks) };
    IsolationSide { coverage, policies: ids, cells }
}

/// How many pods of a namespace a part is for.
fn subject(part: &PolicyPart, namespace: &str) -> Share {
    if part.subject.nodes {
        return Share::None;
    }
    let of = namespace_share(&part.subject.namespaces, namespace);
    if part.subject.labels.is_empty() { of } else { of.min(Share::Some) }
}

fn namespace_share(of: &NamespaceMatch, namespace: &str) -> Share {
    let holds = match of {
        NamespaceMatch::All => true,
        NamespaceMatch::Named { names } => {
            names.iter().any(|name| name.get().is_some_and(|name| name == namespace))
        }
        NamespaceMatch::Labelled { names, .. } => names.iter().any(|name| name == namespace),
    };
    if holds { Share::All } else { Share::None }
}

fn coverage(asked: &Asked, parts: &[(&Policy, &PolicyPart)]) -> Coverage {
    let closing = parts.iter().filter(|(_, part)| part.isolates.contains(&asked.direction));
    let share = closing.map(|(_, part)| subject(part, asked.namespace)).max();
    match share {
        _ if asked.always => Coverage::All,
        Some(Share::All) => Coverage::All,
        Some(Share::Some) => Coverage::Some,
        Some(Share::None) | None => Coverage::None,
    }
}

fn cell(
    asked: &Asked,
    zone: &Zone,
    parts: &[(&Policy, &PolicyPart)],
    networks: &[Network],
) -> ReachCell {
    let share = |part: &PolicyPart, action: Action| {
        let rules = part
            .rules
            .iter()
            .filter(|rule| rule.direction == asked.direction && rule.action == action);
        rules.map(|rule| rule_share(rule, zone, networks)).max().unwrap_or(Share::None)
    };
    let mut sum = Sum::default();
    let mut policies = Vec::new();
    for (policy, part) in parts {
        let (allow, mut deny) = (share(part, Action::Allow), share(part, Action::Deny));
        // What a rule or policy before it lets through is not stopped.
        if calico::is_ordered(&policy.group) {
            deny = deny.min(Share::Some);
        }
        let scope = subject(part, asked.namespace);
        // What the lowest rank denies, any policy that closes the pods decides anew.
        if policy.kind == "BaselineAdminNetworkPolicy" {
            sum.baseline = sum.baseline.max(deny.min(scope));
        } else {
            sum.denied = sum.denied.max(deny.min(scope));
        }
        sum.allow(allow, scope);
        if part.isolates.contains(&asked.direction) {
            sum.close(allow);
        }
        if (allow.max(deny) > Share::None) && !policies.contains(&policy.id) {
            policies.push(policy.id.clone());
        }
    }
    natural::sort_by(&mut policies, |id| id);
    let mut verdict = sum.verdict(asked.always);
    // The node that a pod runs on always reaches it: probes of the kubelet are never closed out.
    if *zone == Zone::Host && asked.direction == Direction::Ingress && verdict == Verdict::Denied {
        verdict = Verdict::Restricted;
    }
    ReachCell { zone: zone.clone(), verdict, policies }
}

/// What the parts that close a direction allow.
struct Sum {
    /// The least that one of them allows; none where none closes it.
    least: Option<Share>,
    /// The most that one of them allows.
    most: Share,
    /// Whether one for all pods allows all of the zone.
    everyone: bool,
    denied: Share,
    /// What is denied where nothing closes the pods.
    baseline: Share,
}

impl Default for Sum {
    fn default() -> Self {
        let none = Share::None;
        Self { least: None, most: none, everyone: false, denied: none, baseline: none }
    }
}

impl Sum {
    fn close(&mut self, allow: Share) {
        self.least = Some(self.least.map_or(allow, |least| least.min(allow)));
    }

    fn allow(&mut self, allow: Share, scope: Share) {
        self.most = self.most.max(allow);
        self.everyone |= allow == Share::All && scope == Share::All;
    }

    fn verdict(&self, always: bool) -> Verdict {
        if self.denied == Share::All {
            return Verdict::Denied;
        }
        let allowed = match self.least {
            None if !always && self.baseline == Share::All => Verdict::Denied,
            None if !always && self.baseline == Share::Some => Verdict::Restricted,
            None if !always => Verdict::Allowed,
            Some(Share::All) => Verdict::Allowed,
            _ if self.everyone => Verdict::Allowed,
            _ if self.most > Share::None => Verdict::Restricted,
            _ => Verdict::Denied,
        };
        if self.denied == Share::Some { allowed.max(Verdict::Restricted) } else { allowed }
    }
}

fn rule_share(rule: &PolicyRule, zone: &Zone, networks: &[Network]) -> Share {
    let peers = rule.peers.iter().map(|peer| peer_share(peer, zone, networks));
    let share = peers.max().unwrap_or(Share::None);
    let is_all_ports = rule.ports.iter().all(|port| {
        matches!(port.port.get().map(String::as_str), Some("0")) && port.protocol.shown() == "ANY"
    });
    if is_all_ports { share } else { share.min(Share::Some) }
}

fn peer_share(peer: &Peer, zone: &Zone, networks: &[Network]) -> Share {
    match (peer, zone) {
        (Peer::Any, _) => Share::All,
        (Peer::Pods { namespaces, labels }, Zone::Namespace(name)) => {
            let share = namespace_share(namespaces, name);
            if labels.is_empty() { share } else { share.min(Share::Some) }
        }
        (Peer::Entity { name }, _) => entity_share(name.shown(), zone),
        (Peer::Cidr { cidr, except }, _) => cidr_share(cidr, except, zone, networks),
        (Peer::Fqdn { pattern }, Zone::World) => {
            if pattern.shown() == "*" {
                Share::All
            } else {
                Share::Some
            }
        }
        (Peer::CidrGroup { .. }, Zone::World) => Share::Some,
        (Peer::Service { name }, _) => service_share(name.shown(), zone),
        (Peer::Nodes { labels }, Zone::Host) => {
            if labels.is_empty() {
                Share::All
            } else {
                Share::Some
            }
        }
        _ => Share::None,
    }
}

/// What an entity holds, <https://docs.cilium.io/en/stable/security/policy/language/#entities-based>.
fn entity_share(name: &str, zone: &Zone) -> Share {
    match (name, zone) {
        ("all", _)
        | ("world", Zone::World | Zone::Network(_))
        | ("cluster", Zone::Namespace(_) | Zone::Host | Zone::KubeApiserver)
        | ("kube-apiserver", Zone::KubeApiserver) => Share::All,
        ("world-ipv4" | "world-ipv6", Zone::World | Zone::Network(_))
        | ("host" | "remote-node", Zone::Host) => Share::Some,
        _ => Share::None,
    }
}

fn service_share(name: &str, zone: &Zone) -> Share {
    match zone {
        Zone::KubeApiserver if name == "default/kubernetes" => Share::All,
        Zone::Namespace(namespace) => {
            let of = name.split_once('/').map(|(namespace, _)| namespace);
            if of == Some(namespace.as_str()) { Share::Some } else { Share::None }
        }
        _ => Share::None,
    }
}

fn cidr_share(
    cidr: &Fact<String>,
    except: &[Fact<String>],
    zone: &Zone,
    networks: &[Network],
) -> Share {
    let Some(net) = cidr.get().and_then(|text| parse(text)) else {
        // What only the cluster knows may be anywhere outside.
        return if *zone == Zone::World { Share::Some } else { Share::None };
    };
    match zone {
        Zone::World if net.prefix_len() == 0 && except.is_empty() => Share::All,
        Zone::World if is_public(net) => Share::Some,
        Zone::Network(id) => {
            let known = networks.iter().find(|network| network.id == *id);
            match known.and_then(|network| parse(network.cidr.get()?)) {
                Some(network) => network_share(net, except, network),
                // A network of which only the tag is known may be in any range.
                None => Share::Some,
            }
        }
        _ => Share::None,
    }
}

fn network_share(net: IpNet, except: &[Fact<String>], network: IpNet) -> Share {
    let holes: Vec<IpNet> = except.iter().filter_map(|hole| parse(hole.get()?)).collect();
    if holes.iter().any(|hole| hole.contains(&network)) {
        return Share::None;
    }
    let is_cut = holes.iter().any(|hole| network.contains(hole)) || holes.len() < except.len();
    if net.contains(&network) {
        return if is_cut { Share::Some } else { Share::All };
    }
    if network.contains(&net) { Share::Some } else { Share::None }
}

/// A range, or a single address.
fn parse(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Whether a range holds addresses of the internet.
fn is_public(net: IpNet) -> bool {
    match net {
        IpNet::V4(net) => {
            let address = net.network();
            net.prefix_len() < 8
                || !(address.is_private() || address.is_loopback() || address.is_link_local())
        }
        IpNet::V6(net) => {
            let address = net.network();
            let is_local = address.is_unique_local() || address.is_unicast_link_local();
            net.prefix_len() < 7 || !(is_local || address.is_loopback())
        }
    }
}
