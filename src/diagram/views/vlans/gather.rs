//! The address plan: who has which address of which network, in the order of addresses.
//!
//! In: a [`Cluster`] in any order. Out: [`Plan`]s, one for each network, and one for each pool that
//! lies in none. An address counts where a file writes it; what DHCP gives no file tells.

use std::collections::BTreeMap;

use super::super::kit;
use super::range::Span;
use crate::diagram::Target;
use crate::inventory::{Attachment, Cluster, Fact, Gateway, Network, Node, Role};

/// What an address or a range is for; in the order in which they name an address that is several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Router,
    Api,
    Host,
    Device,
    ControlPlane,
    Worker,
    Node,
    Storage,
    /// By its place in natural order.
    Gateway(usize),
    Service,
    Pod,
    Pool,
    Attachment,
}

impl Kind {
    pub(super) fn is_range(self) -> bool {
        matches!(self, Self::Pool | Self::Attachment)
    }

    /// Whether its addresses are given out of pools, so that one in a pool is as it should be.
    fn is_from_pool(self) -> bool {
        matches!(self, Self::Gateway(_) | Self::Service | Self::Pool)
    }
}

/// A thing with an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Owner {
    pub(super) kind: Kind,
    pub(super) name: String,
    pub(super) target: Option<Target>,
}

/// A range or an address with all whose it is, or things whose addresses no file tells.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) span: Option<Span>,
    /// Several where they share one address, or have neighbouring ones and are of one kind.
    pub(super) owners: Vec<Owner>,
    /// Names of users of an attachment.
    pub(super) users: Vec<String>,
    /// Names of what else claims some of it.
    pub(super) overlaps: Vec<String>,
}

impl Item {
    pub(super) fn kind(&self) -> Kind {
        self.owners.first().map_or(Kind::Node, |owner| owner.kind)
    }
}

/// A network with what is on it.
pub(super) struct Plan<'a> {
    /// None for a pool that is in no network.
    pub(super) network: Option<&'a Network>,
    pub(super) name: String,
    pub(super) range: Option<Span>,
    /// In the order of addresses; those without come last.
    pub(super) items: Vec<Item>,
}

impl Plan<'_> {
    /// The runs of addresses that nothing claims; none where the range is not known.
    pub(super) fn free(&self) -> Vec<Span> {
        let taken: Vec<Span> = self.items.iter().filter_map(|item| item.span).collect();
        self.range.map(|range| range.usable().free(&taken)).unwrap_or_default()
    }
}

/// All plans, and how many addresses are in none.
pub(super) struct Gathered<'a> {
    pub(super) plans: Vec<Plan<'a>>,
    pub(super) elsewhere: usize,
}

/// A claim before it is known where it belongs.
struct Found {
    span: Option<Span>,
    owner: Owner,
    users: Vec<String>,
    /// Id of the network that it is said to be on.
    network: Option<String>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let mut networks: Vec<&Network> = cluster.networks.iter().collect();
        networks.sort_by(|one, other| {
            one.rank.cmp(&other.rank).then_with(|| kit::natural(&one.id, &other.id))
        });
        let mut plans: Vec<Plan> = networks.into_iter().map(plan).collect();
        let found = found(cluster);
        let lost = |one: &&Found| one.owner.kind == Kind::Pool && place(&plans, one).is_none();
        let mut homeless: Vec<Span> =
            found.iter().filter(lost).filter_map(|one| one.span).collect();
        homeless.sort_unstable();
        homeless.dedup();
        plans.extend(homeless.into_iter().map(|span| Plan {
            network: None,
            name: span.subnet(),
            range: Some(span),
            items: vec![],
        }));
        let mut of: BTreeMap<usize, Vec<Found>> = BTreeMap::new();
        let mut elsewhere = 0;
        for one in found {
            match place(&plans, &one) {
                Some(at) => of.entry(at).or_default().push(one),
                None => elsewhere += usize::from(one.span.is_some()),
            }
        }
        for (at, found) in of {
            plans[at].items = items(found);
        }
        Self { plans, elsewhere }
    }
}

fn plan(network: &Network) -> Plan<'_> {
    let range = network.cidr.get().and_then(|cidr| Span::parse(cidr));
    let vlan = || network.vlan.get().map(|vlan| format!("VLAN {vlan}"));
    let name = network.name.get().cloned().or_else(vlan);
    let name = name.or_else(|| network.cidr.get().cloned()).unwrap_or_else(|| network.id.clone());
    Plan { network: Some(network), name, range, items: vec![] }
}

/// The plan that a claim belongs to: the smallest range around it, else the network it names.
fn place(plans: &[Plan], found: &Found) -> Option<usize> {
    let around = |plan: &Plan| {
        let (range, span) = (plan.range?, found.span?);
        let first = Span { last: span.first, ..span };
        range.holds(&first).then(|| range.size())
    };
    let sizes = plans.iter().enumerate().filter_map(|(at, plan)| Some((around(plan)?, at)));
    let named = || {
        let id = found.network.as_ref()?;
        plans.iter().position(|plan| {
            let open = plan.range.is_none() || found.span.is_none();
            open && plan.network.is_some_and(|network| network.id == *id)
        })
    };
    sizes.min().map(|(_, at)| at).or_else(named)
}

fn short(id: &str) -> String {
    id.rsplit_once('/').map_or(id, |(_, name)| name).to_owned()
}

/// Everything that claims addresses.
fn found(cluster: &Cluster) -> Vec<Found> {
    let mut all = Vec::new();
    routers(cluster, &mut all);
    machines(cluster, &mut all);
    cluster.nodes.iter().for_each(|one| node(one, &mut all));
    let mut gateways: Vec<&Gateway> = cluster.gateways.iter().collect();
    gateways.sort_by(|one, other| kit::natural(&one.id, &other.id));
    for (gateway, at) in gateways.iter().zip(0..) {
        let target = Some(Target::Gateway(gateway.id.clone()));
        let owner = Owner { kind: Kind::Gateway(at), name: short(&gateway.id), target };
        singles(&gateway.addresses, &owner, gateway.network.as_ref(), &mut all);
    }
    for service in &cluster.exposed_services {
        let name = service.app.as_ref().unwrap_or(&service.id);
        let target = service.app.clone().map(Target::App);
        let owner = Owner { kind: Kind::Service, name: short(name), target };
        singles(&service.addresses, &owner, None, &mut all);
    }
    for server in cluster.shares.iter().filter_map(|share| share.server.get()) {
        let owner = Owner { kind: Kind::Storage, name: String::new(), target: None };
        all.extend(single(server, &owner, None));
    }
    ranges(cluster, &mut all);
    all
}

fn single(text: &str, owner: &Owner, network: Option<&String>) -> Option<Found> {
    let span = Some(Span::one(text)?);
    Some(Found { span, owner: owner.clone(), users: vec![], network: network.cloned() })
}

fn singles(
    addresses: &[Fact<String>],
    owner: &Owner,
    network: Option<&String>,
    all: &mut Vec<Found>,
) {
    let texts = addresses.iter().filter_map(Fact::get);
    all.extend(texts.filter_map(|text| single(text, owner, network)));
}

fn routers(cluster: &Cluster, all: &mut Vec<Found>) {
    let owner = |kind| Owner { kind, name: String::new(), target: None };
    for network in &cluster.networks {
        let text = network.gateway.get();
        all.extend(text.and_then(|text| single(text, &owner(Kind::Router), Some(&network.id))));
    }
    for peer in cluster.bgp_peers.iter().filter_map(|peer| peer.address.get()) {
        all.extend(single(peer, &owner(Kind::Router), None));
    }
    let vip = cluster.platform.vip.get();
    all.extend(vip.and_then(|text| single(text, &owner(Kind::Api), None)));
}

fn machines(cluster: &Cluster, all: &mut Vec<Found>) {
    for host in &cluster.hosts {
        let is_node = cluster.nodes.iter().any(|node| node.name.to_lowercase() == host.name);
        let target = Some(Target::Host(host.name.clone()));
        let owner = Owner { kind: Kind::Host, name: host.name.clone(), target };
        let text = host.address.get().filter(|_| !is_node);
        all.extend(text.and_then(|text| single(text, &owner, None)));
    }
    for device in &cluster.devices {
        let target = Some(Target::Device(device.name.clone()));
        let owner = Owner { kind: Kind::Device, name: device.name.clone(), target };
        all.extend(device.address.get().and_then(|text| single(text, &owner, None)));
    }
}

fn node(node: &Node, all: &mut Vec<Found>) {
    let kind = match node.role.get() {
        Some(Role::ControlPlane) => Kind::ControlPlane,
        Some(Role::Worker) => Kind::Worker,
        None => Kind::Node,
    };
    let target = Some(Target::Node(node.name.clone()));
    let owner = Owner { kind, name: node.name.clone(), target };
    all.extend(node.address.get().and_then(|text| single(text, &owner, None)));
    for link in &node.interfaces {
        singles(&link.addresses, &owner, link.network.as_ref(), all);
        // One that asks for its address and gets it by no other file.
        if link.dhcp && link.addresses.is_empty() && !node.address.is_known() {
            let network = link.network.clone();
            all.push(Found { span: None, owner: owner.clone(), users: vec![], network });
        }
    }
}

/// Pools, attachments and the pods on them.
fn ranges(cluster: &Cluster, all: &mut Vec<Found>) {
    for pool in &cluster.pools {
        for block in pool.blocks.iter().filter_map(Fact::get) {
            let owner = Owner { kind: Kind::Pool, name: pool.name.clone(), target: None };
            let span = Span::parse(block);
            let network = pool.network.clone();
            all.extend(span.map(|it| Found { span: Some(it), owner, users: vec![], network }));
        }
    }
    for attachment in &cluster.attachments {
        let name = short(&attachment.id);
        let owner = Owner { kind: Kind::Attachment, name, target: None };
        let span = given(attachment);
        let mut users: Vec<String> = attachment.users.iter().map(|user| short(user)).collect();
        users.sort_by(|one, other| kit::natural(one, other));
        all.push(Found { span, owner, users, network: attachment.network.clone() });
    }
    for one in &cluster.attachment_uses {
        let attachment = cluster.attachments.iter().find(|it| it.id == one.attachment);
        let network = attachment.and_then(|it| it.network.as_ref());
        let is_app = cluster.apps.iter().any(|app| app.id == one.user);
        let target = is_app.then(|| Target::App(one.user.clone()));
        let owner = Owner { kind: Kind::Pod, name: short(&one.user), target };
        singles(&one.addresses, &owner, network, all);
    }
}

/// The addresses that an attachment gives: from the first to the last, or its whole subnet.
fn given(attachment: &Attachment) -> Option<Span> {
    let subnet = attachment.subnet.get().and_then(|subnet| Span::parse(subnet));
    match (attachment.range_start.get(), attachment.range_end.get()) {
        (Some(first), Some(last)) => Span::between(first, last).or(subnet),
        _ => subnet,
    }
}

/// Claims of one network as items: those of one address together, neighbours of one kind too.
fn items(mut found: Vec<Found>) -> Vec<Item> {
    found.sort_by(|one, other| {
        let key = |it: &Found| (it.span.is_none(), it.span, it.owner.kind.is_range());
        key(one)
            .cmp(&key(other))
            .then_with(|| one.owner.kind.cmp(&other.owner.kind))
            .then_with(|| kit::natural(&one.owner.name, &other.owner.name))
            .then_with(|| one.owner.cmp(&other.owner))
    });
    let mut items: Vec<Item> = Vec::new();
    for one in found {
        let same = |item: &&mut Item| {
            item.span == one.span && !one.owner.kind.is_range() && !item.kind().is_range()
        };
        if let Some(item) = items.last_mut().filter(same) {
            if !item.owners.contains(&one.owner) {
                item.owners.push(one.owner);
            }
            continue;
        }
        let (span, users) = (one.span, one.users);
        items.push(Item { span, owners: vec![one.owner], users, overlaps: vec![] });
    }
    note_overlaps(&mut items);
    merged(items)
}

/// Whether two things must not have the same address.
fn clash(one: Kind, other: Kind) -> bool {
    let pool_and = |kind: Kind| !kind.is_from_pool();
    match (one, other) {
        (Kind::Pool, Kind::Pool) => true,
        (Kind::Pool, kind) | (kind, Kind::Pool) => pool_and(kind),
        // A pod with a fixed address may well have one of its attachment's range.
        (Kind::Attachment, kind) | (kind, Kind::Attachment) => kind != Kind::Pod,
        _ => false,
    }
}

fn note_overlaps(items: &mut [Item]) {
    let others: Vec<(Option<Span>, Kind, String)> = items
        .iter()
        .map(|item| {
            let owner = item.owners.iter().find(|owner| !owner.name.is_empty());
            let name = owner.or(item.owners.first());
            (item.span, item.kind(), name.map(super::words::named).unwrap_or_default())
        })
        .collect();
    for (at, item) in items.iter_mut().enumerate() {
        let Some(span) = item.span else { continue };
        for (index, (other, kind, name)) in others.iter().enumerate() {
            let shares = index != at && other.is_some_and(|other| other.shares(&span));
            if shares && clash(item.kind(), *kind) && !item.overlaps.contains(name) {
                item.overlaps.push(name.clone());
            }
        }
    }
}

/// Neighbouring addresses of one kind become one item.
fn merged(items: Vec<Item>) -> Vec<Item> {
    let mut merged: Vec<Item> = Vec::new();
    for item in items {
        let joins = |last: &&mut Item| {
            let plain = |item: &Item| {
                let many = matches!(
                    item.kind(),
                    Kind::Host | Kind::ControlPlane | Kind::Worker | Kind::Node
                );
                many && item.owners.iter().all(|owner| owner.kind == item.kind())
            };
            let next = last.span.zip(item.span).is_some_and(|(one, other)| {
                one.is_v6 == other.is_v6 && one.last.checked_add(1) == Some(other.first)
            });
            next && plain(last)
                && plain(&item)
                && last.kind() == item.kind()
                && last.overlaps == item.overlaps
        };
        match merged.last_mut().filter(joins) {
            Some(last) => {
                if let (Some(span), Some(more)) = (&mut last.span, item.span) {
                    span.last = more.last;
                }
                last.owners.extend(item.owners);
            }
            None => merged.push(item),
        }
    }
    merged
}
