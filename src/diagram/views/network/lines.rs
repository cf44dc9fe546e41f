//! The lines of the network picture: who is plugged into what, reached through what, kept where.
//!
//! In: gathered facts. Out: bundles for the router, each thing with a slot of its own on every box,
//! used or not.

use super::gather::{Gathered, Group, Space, id};
use super::{MOST_LINES, words};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::route::{Bundle, End, Side, Slot};
use crate::diagram::scene::{CapKind, Stroke};

/// All bundles, in reading order.
pub(super) fn bundles(gathered: &Gathered) -> Vec<Bundle> {
    let networks = 0..gathered.networks.len().min(MOST_LINES);
    let gateways = 0..gathered.gateways.len().min(MOST_LINES);
    let stores = 0..gathered.stores.len().min(MOST_LINES);
    let tunnels = 0..gathered.tunnels.len().min(MOST_LINES);
    let mut bundles = Vec::new();
    bundles.extend(internet(gathered));
    bundles.extend(tunnels.map(|at| tunnel(gathered, at)));
    bundles.extend(networks.clone().map(|at| taps(gathered, at)));
    bundles.extend(gateways.map(|at| gateway(gathered, at)));
    bundles.extend(networks.map(|at| pods(gathered, at)));
    bundles.extend(stores.map(|at| store(gathered, at)));
    bundles.retain(|bundle| !bundle.tops.is_empty() && !bundle.bottoms.is_empty());
    bundles
}

fn slot(side: Side, index: usize, count: usize) -> Slot {
    Slot { side, index, count }
}

fn space_id(space: &Space) -> String {
    id("namespace", space.name)
}

/// Slots that a namespace keeps on its upper edge: gateways, then networks.
fn space_slots(gathered: &Gathered) -> (usize, usize) {
    let gateways = gathered.gateways.len().min(MOST_LINES);
    (gateways, gateways + gathered.networks.len().min(MOST_LINES))
}

fn internet(gathered: &Gathered) -> Option<Bundle> {
    let bottoms =
        gathered.tunnels.iter().map(|tunnel| End::new(id("tunnel", &tunnel.app), Slot::MIDDLE));
    let rail = gathered.stores.len().min(MOST_LINES) + gathered.networks.len().min(MOST_LINES);
    (!gathered.tunnels.is_empty()).then(|| Bundle {
        id: "line-internet".to_owned(),
        tone: Tone::Plain(Neutral::Wire),
        stroke: Stroke::Solid,
        order: (1, 0),
        rail: (Side::Right, rail),
        tops: vec![End::new("internet", Slot::MIDDLE)],
        bottoms: bottoms.collect(),
        cap: CapKind::Dot,
        label: None,
        title: "Internet to tunnels".to_owned(),
    })
}

fn tunnel(gathered: &Gathered, at: usize) -> Bundle {
    let tunnel = gathered.tunnels[at];
    let count = gathered.tunnels.len().min(MOST_LINES);
    let entry = slot(Side::Middle, at, count);
    let known = gathered.gateways.iter().filter(|gateway| tunnel.gateways.contains(&gateway.id));
    Bundle {
        id: id("line-tunnel", &tunnel.app),
        tone: Tone::Plain(Neutral::Wire),
        stroke: Stroke::Dashed,
        order: (2, at),
        rail: (Side::Left, gathered.gateways.len().min(MOST_LINES) + at),
        tops: vec![End::new(id("tunnel", &tunnel.app), Slot::MIDDLE)],
        bottoms: known.map(|gateway| End::new(id("gateway", &gateway.id), entry)).collect(),
        cap: CapKind::Arrow,
        label: Some("forwards to".to_owned()),
        title: format!("{} forwards to gateways", words::short(&tunnel.app)),
    }
}

fn network_rail(gathered: &Gathered, at: usize) -> (Side, usize) {
    let stores = gathered.stores.len().min(MOST_LINES);
    let networks = gathered.networks.len().min(MOST_LINES);
    (Side::Right, stores + networks - 1 - at)
}

fn taps(gathered: &Gathered, at: usize) -> Bundle {
    let network = gathered.networks[at];
    let entry = slot(Side::Right, at, gathered.networks.len().min(MOST_LINES));
    let groups = gathered.hosts.iter().chain(std::iter::once(&gathered.loose));
    let on = groups.filter(|group: &&Group| group.networks().contains(&at));
    Bundle {
        id: id("line-taps", &network.id),
        tone: Tone::Network(network.rank),
        stroke: Stroke::Solid,
        order: (3, at),
        rail: network_rail(gathered, at),
        tops: vec![End::new(id("network", &network.id), Slot::MIDDLE)],
        bottoms: on.map(|group| End::new(group.id(), entry)).collect(),
        cap: CapKind::Dot,
        label: None,
        title: format!("Machines on {}", words::network_name(network)),
    }
}

fn pods(gathered: &Gathered, at: usize) -> Bundle {
    let network = gathered.networks[at];
    let (first, count) = space_slots(gathered);
    let entry = slot(Side::Left, first + at, count);
    let users = gathered.spaces.iter().filter(|space| space.ties.networks.contains(&at));
    Bundle {
        id: id("line-pods", &network.id),
        tone: Tone::Network(network.rank),
        stroke: Stroke::Solid,
        order: (5, at),
        rail: network_rail(gathered, at),
        tops: vec![End::new(id("network", &network.id), Slot::MIDDLE)],
        bottoms: users.map(|space| End::new(space_id(space), entry)).collect(),
        cap: CapKind::Dot,
        label: Some("Multus".to_owned()),
        title: format!("Pods on {} through Multus", words::network_name(network)),
    }
}

fn gateway(gathered: &Gathered, at: usize) -> Bundle {
    let gateway = gathered.gateways[at];
    let (_, count) = space_slots(gathered);
    let entry = slot(Side::Left, at, count);
    let led = gathered.spaces.iter().filter(|space| space.ties.gateways.contains(&at));
    Bundle {
        id: id("line-gateway", &gateway.id),
        tone: Tone::Gateway(at),
        stroke: Stroke::Solid,
        order: (4, at),
        rail: (Side::Left, at),
        tops: vec![End::new(id("gateway", &gateway.id), Slot::MIDDLE)],
        bottoms: led.map(|space| End::new(space_id(space), entry)).collect(),
        cap: CapKind::Arrow,
        label: None,
        title: format!("Routes through {}", words::gateway_name(gathered, at)),
    }
}

fn store(gathered: &Gathered, at: usize) -> Bundle {
    let store = &gathered.stores[at];
    let count = gathered.stores.len().min(MOST_LINES);
    let exit = slot(Side::Right, at, count);
    let users = gathered.spaces.iter().filter(|space| space.ties.stores.contains(&at));
    Bundle {
        id: id("line-store", &store.name),
        tone: Tone::Store(at),
        stroke: Stroke::Solid,
        order: (0, at),
        rail: (Side::Right, count - 1 - at),
        tops: users.map(|space| End::new(space_id(space), exit)).collect(),
        bottoms: vec![End::new(id("store", &store.name), Slot::MIDDLE)],
        cap: CapKind::Arrow,
        label: None,
        title: format!("Claims on {}", store.name),
    }
}
