//! Lists of the cluster as tables: one function for each, used by generated pages and by
//! `table(of=…)` in Markdown alike.
//!
//! In: the cluster and a page's links. Out: [`Table`]s. What belongs to a namespace can be narrowed
//! to one.

mod apps;
mod hardware;
mod network;

pub(crate) use apps::{
    apps, claim_cells, claim_columns, claims, image_cells, images, kinds, kustomizations,
    namespaces, route_cells, routes, storage_classes,
};
pub(crate) use hardware::{gpus, hosts, nodes, role_word, vms};
pub(crate) use network::{attachments, gateways, networks, pools};

use crate::audit::Settled;
use crate::inventory::{Cluster, Network};

use super::links::Links;
use super::view::{MarkerView, Table};
use crate::diagram::palette;

/// No finding, for tables.
static NOTHING_FOUND: Settled =
    Settled { findings: Vec::new(), acknowledged: Vec::new(), diagnostics: Vec::new() };

/// What a table is made from.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) links: Links<'a>,
    /// What the rules found.
    pub(crate) settled: &'a Settled,
    /// The only namespace to list, where one was named.
    pub(crate) namespace: Option<&'a str>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(cluster: &'a Cluster, links: Links<'a>) -> Self {
        Self { cluster, links, settled: &NOTHING_FOUND, namespace: None }
    }

    /// The same with findings.
    pub(crate) fn with_findings(self, settled: &'a Settled) -> Self {
        Self { settled, ..self }
    }

    /// Whether the namespace of an id such as `media/jellyfin` is listed.
    fn includes(&self, id: &str) -> bool {
        self.namespace.is_none_or(|namespace| {
            id.strip_prefix(namespace).is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// Makes one kind of table.
pub(crate) type Make = fn(Scope<'_>) -> Table;

/// All tables by the name that `table(of=…)` takes, and whether a namespace narrows them.
pub(crate) const ALL: &[(&str, Make, bool)] = &[
    ("apps", apps, true),
    ("attachments", attachments, true),
    ("claims", claims, true),
    ("gateways", gateways, true),
    ("gpus", gpus, false),
    ("hosts", hosts, false),
    ("images", images, true),
    ("kinds", kinds, false),
    ("kustomizations", kustomizations, true),
    ("namespaces", namespaces, false),
    ("networks", networks, false),
    ("nodes", nodes, false),
    ("pools", pools, false),
    ("routes", routes, true),
    ("storage_classes", storage_classes, false),
    ("vms", vms, false),
];

/// What a network is called: its name, or else its VLAN or range.
pub(crate) fn network_label(network: &Network) -> String {
    let vlan = || network.vlan.get().map(|tag| format!("VLAN {tag}"));
    let cidr = || network.cidr.get().cloned();
    network.name.get().cloned().or_else(vlan).or_else(cidr).unwrap_or_else(|| network.id.clone())
}

/// What a network's label leaves out: `VLAN 62 · 192.0.2.0/24`.
pub(crate) fn network_detail(network: &Network) -> String {
    let label = network_label(network);
    let vlan = match network.vlan.get() {
        Some(tag) => format!("VLAN {tag}"),
        None => "tag not declared".to_owned(),
    };
    let cidr = network.cidr.get().cloned().unwrap_or_default();
    let parts: Vec<String> =
        [cidr, vlan].into_iter().filter(|part| !part.is_empty() && *part != label).collect();
    parts.join(" · ")
}

/// A network's mark with its words.
pub(crate) fn marker(network: &Network) -> MarkerView {
    MarkerView {
        svg: palette::marker_svg(network.rank),
        label: network_label(network),
        detail: network_detail(network),
    }
}

/// The mark of the network with this id.
pub(crate) fn marker_of(cluster: &Cluster, id: Option<&str>) -> Vec<MarkerView> {
    let found = cluster.networks.iter().find(|network| Some(network.id.as_str()) == id);
    found.map(marker).into_iter().collect()
}

/// Memory in MiB as people say it.
pub(crate) fn mebibytes(mib: u64) -> String {
    match mib {
        mib if mib % 1024 == 0 => format!("{}\u{a0}GiB", mib / 1024),
        mib if mib < 1024 => format!("{mib}\u{a0}MiB"),
        mib => format!("{:.1}\u{a0}GiB", mib as f64 / 1024.0),
    }
}

/// Space in GiB as people say it.
pub(crate) fn gibibytes(gib: u64) -> String {
    format!("{gib}\u{a0}GiB")
}
