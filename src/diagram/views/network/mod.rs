//! The network picture: internet, networks, machines, gateways, namespaces and storage.
//!
//! In: a [`Cluster`] and where each thing leads. Out: a [`Diagram`]. It draws what is declared and
//! nothing else: no router, provider or cable that no file names.

mod boxes;
mod gather;
mod lines;
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
use boxes::Boxes;
use gather::Gathered;

/// Lines of one kind that are drawn at most; what is beyond stands in the table only.
const MOST_LINES: usize = 8;

/// Apps that a namespace shows at most in the picture of all; more become a count, which leads to
/// the namespace's own picture.
pub(crate) const MOST_APPS: usize = 24;

/// The network picture of a cluster.
///
/// `links` tells the relative URL of a thing's page, or nothing where it has none.
pub fn network(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    let gathered = Gathered::new(cluster);
    let scene = if gathered.is_empty() { Scene::default() } else { scene(&gathered, links) };
    Diagram {
        title: format!("Network of {}", cluster.name.shown()),
        description: words::description(&gathered),
        caption: words::caption(&gathered),
        table: words::table(&gathered),
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
        scene: if drawn { scene(&gathered, links) } else { Scene::default() },
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
    fn new(gathered: &Gathered) -> Self {
        let tunnels = gathered.tunnels.len().min(MOST_LINES);
        let left = gathered.gateways.len().min(MOST_LINES) + tunnels;
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

fn scene(gathered: &Gathered, links: &dyn Fn(&Target) -> Option<String>) -> Scene {
    let rails = Rails::new(gathered);
    let wide = Boxes::new(gathered, rails.grid(12), links);
    let grid = rails.grid(wide.columns());
    let boxes = Boxes { grid, ..wide };
    compose(Plan {
        grid,
        rail_pitch: rails.pitch,
        right_rails: rails.right,
        lanes: lanes(&boxes),
        bundles: lines::bundles(gathered),
        bars: bars(gathered),
        legend: legend(gathered),
    })
}

fn lanes(boxes: &Boxes) -> Vec<Lane> {
    let gathered = boxes.gathered;
    let lane =
        |heading: &str, notes: Vec<String>, rows| Lane { heading: heading.to_owned(), notes, rows };
    let machines = if gathered.hosts.is_empty() { "Nodes" } else { "Hosts" };
    let spaces = if gathered.only.is_some() { "Namespace" } else { "Namespaces" };
    let lanes = [
        lane("Internet", Vec::new(), boxes.internet()),
        lane("Networks", Vec::new(), boxes.networks()),
        lane(machines, words::machine_notes(gathered), boxes.machines()),
        lane("Gateways", Vec::new(), boxes.gateways()),
        lane(spaces, words::namespace_notes(gathered), boxes.namespaces()),
        lane("Storage", words::storage_notes(gathered), boxes.stores()),
    ];
    lanes.into_iter().filter(|lane| !lane.rows.is_empty()).collect()
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
