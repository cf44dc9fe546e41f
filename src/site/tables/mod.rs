//! Lists of the cluster as tables: one function for each, used by generated pages and by
//! `table(of=…)` in Markdown alike.
//!
//! In: the cluster and a page's links. Out: [`Table`]s. What belongs to a namespace can be narrowed
//! to one.

mod announce;
mod apps;
mod backups;
mod exposure;
mod gitops;
mod gpu;
mod hardware;
mod isolation;
mod monitoring;
mod network;
mod policies;
mod schedules;
mod secrets;
mod security;
mod storage;
mod versions;

pub(crate) use announce::{announcements, attachment_uses, bgp_peers};
pub(crate) use apps::{
    apps, image_cells, images, kinds, made, namespaces, rendered, route_cells, routes,
};
pub(crate) use backups::{backup_repositories, backups, databases, restores, snapshot_classes};
pub(crate) use exposure::{
    auth_policies, dns_publishers, dns_records, exposed_services, exposures, tunnel_rules, tunnels,
};
pub(crate) use gitops::{
    external_kustomizations, kustomization_page, kustomizations, missing_dependencies, sync_roots,
};
pub(crate) use gpu::{
    device_claims, device_classes, device_users, gpu_cards, gpu_requests, gpu_sharing,
    runtime_classes, schematics,
};
pub(crate) use hardware::{devices, gpus, hosts, nodes, role_word, vms};
pub(crate) use isolation::{ingress_matrix, isolation, isolation_matrix};
pub(crate) use monitoring::{alerts, dashboards, monitors, rank, receivers, rules};
pub(crate) use network::{attachments, gateways, networks, pools};
pub(crate) use policies::policies;
pub(crate) use schedules::schedules;
pub(crate) use secrets::{external_secrets, push_secrets, sealed_files, secret_stores, secrets};
pub(crate) use security::{admission_policies, pod_privileges, pod_security, tracing_policies};
pub(crate) use storage::{
    ceph, ceph_pools, claim_cells, claim_columns, claims, mounts, shares, storage_classes,
    volume_templates, volumes,
};
pub(crate) use versions::{artifacts, charts, renovate, versions};

use crate::audit::Settled;
use crate::inventory::{Cluster, Network, Source};

use super::links::Links;
use super::view::{Cell, FactView, MarkerView, Table};
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
    /// Id of the only app to list things of, where a table is about one.
    pub(crate) app: Option<&'a str>,
}

impl<'a> Scope<'a> {
    pub(crate) fn new(cluster: &'a Cluster, links: Links<'a>) -> Self {
        Self { cluster, links, settled: &NOTHING_FOUND, namespace: None, app: None }
    }

    /// The same with findings.
    pub(crate) fn with_findings(self, settled: &'a Settled) -> Self {
        Self { settled, ..self }
    }

    /// Where a row was read.
    pub(crate) fn source(&self, source: &Source) -> Cell {
        Cell::Source { source: self.links.source(source) }
    }

    /// An app as a link; `none` says what it means that there is none.
    fn app_cell(&self, id: Option<&String>, none: &str) -> Cell {
        Cell::links(id.into_iter().map(|id| self.links.app_link(id)).collect(), none)
    }

    /// Whether something of an app is listed, which has this id itself.
    fn lists(&self, id: &str, app: Option<&String>) -> bool {
        let wanted = self.app.is_none_or(|wanted| app.is_some_and(|app| app == wanted));
        wanted && self.includes(id)
    }

    /// Whether a namespace is listed.
    fn includes_namespace(&self, name: &str) -> bool {
        self.namespace.is_none_or(|namespace| namespace == name)
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
    ("admission_policies", admission_policies, true),
    ("alerts", alerts, true),
    ("announcements", announcements, false),
    ("apps", apps, true),
    ("artifacts", artifacts, true),
    ("attachment_uses", attachment_uses, true),
    ("attachments", attachments, true),
    ("auth_policies", auth_policies, true),
    ("backup_repositories", backup_repositories, false),
    ("backups", backups, true),
    ("bgp_peers", bgp_peers, false),
    ("ceph", ceph, true),
    ("ceph_pools", ceph_pools, true),
    ("charts", charts, true),
    ("claims", claims, true),
    ("dashboards", dashboards, true),
    ("databases", databases, true),
    ("device_claims", device_claims, true),
    ("device_classes", device_classes, false),
    ("device_users", device_users, true),
    ("devices", devices, false),
    ("dns_publishers", dns_publishers, true),
    ("dns_records", dns_records, true),
    ("exposed_services", exposed_services, true),
    ("exposures", exposures, true),
    ("external_kustomizations", external_kustomizations, true),
    ("external_secrets", external_secrets, true),
    ("gateways", gateways, true),
    ("gpu_cards", gpu_cards, false),
    ("gpu_requests", gpu_requests, true),
    ("gpu_sharing", gpu_sharing, false),
    ("gpus", gpus, false),
    ("hosts", hosts, false),
    ("images", images, true),
    ("ingress_matrix", ingress_matrix, true),
    ("isolation", isolation, true),
    ("isolation_matrix", isolation_matrix, true),
    ("kinds", kinds, false),
    ("kustomizations", kustomizations, true),
    ("missing_dependencies", missing_dependencies, true),
    ("monitors", monitors, true),
    ("mounts", mounts, true),
    ("namespaces", namespaces, false),
    ("networks", networks, false),
    ("nodes", nodes, false),
    ("pod_privileges", pod_privileges, true),
    ("pod_security", pod_security, true),
    ("policies", policies, true),
    ("pools", pools, false),
    ("push_secrets", push_secrets, true),
    ("receivers", receivers, true),
    ("renovate", renovate, false),
    ("restores", restores, true),
    ("routes", routes, true),
    ("rules", rules, true),
    ("runtime_classes", runtime_classes, false),
    ("schedules", schedules, true),
    ("schematics", schematics, false),
    ("sealed_files", sealed_files, false),
    ("secret_stores", secret_stores, false),
    ("secrets", secrets, true),
    ("shares", shares, false),
    ("snapshot_classes", snapshot_classes, false),
    ("storage_classes", storage_classes, false),
    ("sync_roots", sync_roots, false),
    ("tracing_policies", tracing_policies, true),
    ("tunnel_rules", tunnel_rules, true),
    ("tunnels", tunnels, true),
    ("versions", versions, false),
    ("vms", vms, false),
    ("volume_templates", volume_templates, true),
    ("volumes", volumes, false),
];

/// The id of the row that is about a thing; kinds and names that differ in letters or digits have
/// ids that differ.
pub(crate) fn row_id(kind: &str, name: &str) -> String {
    let keep = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' => character,
        '/' => '_',
        _ => '-',
    };
    format!("{kind}-{}", name.chars().map(keep).collect::<String>())
}

/// A word that is known and has no place of its own.
fn fact_of(text: &str) -> FactView {
    FactView { state: "known", text: text.to_owned(), reason: String::new(), source: None }
}

/// A name that something refers to and that is declared nowhere.
fn missing(text: &str) -> FactView {
    let reason = "nothing of this name is declared in the repository".to_owned();
    FactView { state: "missing", reason, ..fact_of(text) }
}

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
