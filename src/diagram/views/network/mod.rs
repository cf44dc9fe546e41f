//! The network picture: internet, networks, machines, gateways, namespaces and storage.
//!
//! In: a [`Cluster`] and where each thing leads. Out: a [`Diagram`]. It draws what is declared and
//! nothing else: no router, provider or cable that no file names.

mod boxes;
mod gather;
mod lines;
mod overlay;
mod words;

#[cfg(test)]
mod tests;

use crate::inventory::Cluster;

use super::super::compose::{LegendRow, Plan, compose};
use super::super::label::BarWords;
use super::super::layout::{GAP, GUTTER, Grid, Lane, MARGIN, WIDEST};
use super::super::palette::Tone;
use super::super::route::rails_width;
use super::super::scene::{Scene, px};
use super::super::{Diagram, Target};
use crate::diagram::hand::Overlay;
use boxes::Boxes;
use gather::Gathered;
use overlay::Hand;

/// Lines of one kind that are drawn at most; what is beyond stands in the table only.
const MOST_LINES: usize = 8;

/// Apps that a namespace shows at most in the picture of all; more become a count, which leads to
/// the namespace's own picture.
pub(crate) const MOST_APPS: usize = 24;

/// The network picture of a cluster.
///
/// `links` tells the relative URL of a thing's page, or nothing where it has none.
pub fn network(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    network_with(cluster, None, links)
}

/// The same with what somebody adds by hand: lanes between the internet and the networks, and lines
/// from there to networks and hosts.
pub fn network_with(
    cluster: &Cluster,
    overlay: Option<&Overlay>,
    links: &dyn Fn(&Target) -> Option<String>,
) -> Diagram {
    let gathered = Gathered::new(cluster);
    let hand = Hand::new(overlay);
    let is_empty = gathered.is_empty() && hand.is_empty();
    let scene = if is_empty { Scene::default() } else { scene(&gathered, &hand, links) };
    let mut table = words::table(&gathered);
    table.rows.splice(0..0, hand.rows());
    let captions = [hand.caption(), words::caption(&gathered)];
    let captions: Vec<String> = captions.into_iter().filter(|text| !text.is_empty()).collect();
    Diagram {
        title: hand.title().unwrap_or_else(|| format!("Network of {}", cluster.name.shown())),
        description: [hand.description(), words::description(&gathered)].concat(),
        caption: captions.join(" "),
        table,
        scene,
    }
}

/// The picture of one namespace: its apps, and the networks, gateways and backends that they use.
pub(super) fn namespace(
    cluster: &Cluster,
    name: &str,
    links: &dyn Fn(&Target) -> Option<String>,
) -> Diagram {
    let gathered = Gathered::new(cluster).of_namespace(cluster, name);
    let drawn = !gathered.spaces.is_empty();
    Diagram {
        title: format!("Namespace {name}"),
        description: words::namespace_description(&gathered),
        caption: String::new(),
        table: words::table(&gathered),
        scene: if drawn { scene(&gathered, &Hand::new(None), links) } else { Scene::default() },
    }
}

/// Rails that each side keeps free, used or not, so that a new line moves no other.
#[derive(Clone, Copy, Debug)]
struct Rails {
    left: usize,
    right: usize,
    pitch: i32,
}

impl Rails {
    fn new(gathered: &Gathered, hand: &Hand) -> Self {
        let tunnels = gathered.tunnels.len().min(MOST_LINES);
        let left = gathered.gateways.len().min(MOST_LINES) + tunnels + hand.rails();
        let nets = gathered.networks.len().min(MOST_LINES);
        let right = gathered.stores.len().min(MOST_LINES) + nets + usize::from(tunnels > 0);
        let pitch = match left + right {
            0..=12 => px(10),
            13..=20 => px(8),
            _ => px(7),
        };
        Self { left, right, pitch }
    }

    /// A grid of twelve columns, or fewer, in what the rails leave.
    fn grid(self, columns: usize) -> Grid {
        let left = MARGIN + GUTTER + rails_width(self.left, self.pitch);
        let room = WIDEST - left - rails_width(self.right, self.pitch) - 11 * GAP;
        Grid { left, unit: (room / 12 / px(1) * px(1)).min(px(72)), columns }
    }
}

fn scene(gathered: &Gathered, hand: &Hand, links: &dyn Fn(&Target) -> Option<String>) -> Scene {
    let rails = Rails::new(gathered, hand);
    let wide = Boxes::new(gathered, rails.grid(12), links);
    let grid = rails.grid(wide.columns(hand.widest()));
    let boxes = Boxes { grid, ..wide };
    let mut bundles = lines::bundles(gathered);
    bundles.extend(hand.bundles(rails.left - hand.rails()));
    let mut scene = compose(Plan {
        grid,
        rail_pitch: rails.pitch,
        right_rails: rails.right,
        lanes: lanes(&boxes, hand),
        bundles,
        bars: bars(gathered),
        legend: legend(gathered),
    });
    hand.finish(&mut scene, grid.left);
    scene
}

fn lanes(boxes: &Boxes, hand: &Hand) -> Vec<Lane> {
    let gathered = boxes.gathered;
    let lane =
        |heading: &str, notes: Vec<String>, rows| Lane { heading: heading.to_owned(), notes, rows };
    let machines = if gathered.hosts.is_empty() { "Nodes" } else { "Hosts" };
    let spaces = if gathered.only.is_some() { "Namespace" } else { "Namespaces" };
    let before = [lane("Internet", Vec::new(), boxes.internet(hand.needs_internet()))];
    let after = [
        lane("Networks", Vec::new(), boxes.networks()),
        lane(machines, words::machine_notes(gathered), boxes.machines()),
        lane("Gateways", Vec::new(), boxes.gateways()),
        lane(spaces, words::namespace_notes(gathered), boxes.namespaces()),
        lane("Storage", words::storage_notes(gathered), boxes.stores()),
    ];
    let all = before.into_iter().chain(hand.lanes(boxes)).chain(after);
    all.filter(|lane| !lane.rows.is_empty()).collect()
}

fn bars(gathered: &Gathered) -> Vec<Vec<BarWords>> {
    let internet =
        BarWords { id: "internet".to_owned(), name: "Internet".to_owned(), details: Vec::new() };
    let network = |network: &&crate::inventory::Network| BarWords {
        id: gather::id("network", &network.id),
        name: words::network_name(network),
        details: words::network_details(network).to_vec(),
    };
    let drawn = gathered.drawn_networks().map(|at| network(&gathered.networks[at]));
    vec![vec![internet], drawn.collect()]
}

fn legend(gathered: &Gathered) -> Vec<LegendRow> {
    let row = |lead: &str, entries| LegendRow { lead: lead.to_owned(), entries };
    let networks = gathered.drawn_networks().map(|at| gathered.networks[at]);
    let stores = gathered.drawn_stores().map(|at| (at, &gathered.stores[at]));
    let gateways = gathered.drawn_gateways();
    vec![
        row(
            "on a network",
            networks.map(|net| (Tone::Network(net.rank), words::network_name(net))).collect(),
        ),
        row(
            "reached through",
            gateways.map(|at| (Tone::Gateway(at), words::gateway_name(gathered, at))).collect(),
        ),
        row(
            "stores on",
            stores
                .map(|(at, store)| (Tone::Store(at), super::super::text::shorten(&store.name)))
                .collect(),
        ),
    ]
}
