//! The first page: the cluster in a sentence, its numbers and versions, and where to read on.
//!
//! In: the whole cluster. Out: figures, versions, links to the other pages, and what was read.

use serde::Serialize;

use crate::inventory::Cluster;

use super::{
    Made, apps, exposure, findings, gitops, gpu, hardware, isolation, monitoring, network,
    not_visible, schedules, secrets, security, storage, versions,
};
use crate::site::tables::{self, Scope};
use crate::site::view::{FactView, Figure, SourceView, Table};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    figures: Vec<Figure>,
    versions: Vec<Labelled>,
    places: Vec<Place>,
    roots: Vec<SyncRoot>,
    kinds: Table,
    /// How many objects of how many kinds there are, in words.
    objects: String,
    /// Counts with what charts make; no row where nothing was rendered.
    made: Table,
    /// How many objects were rendered, in words.
    rendered: String,
    /// How much could not be read, in words.
    blind: String,
    blind_href: String,
    blind_count: usize,
}

/// Facts with what they are.
#[derive(Serialize)]
struct Labelled {
    label: &'static str,
    code: bool,
    facts: Vec<FactView>,
}

/// A page to read on.
#[derive(Serialize)]
struct Place {
    title: &'static str,
    href: String,
    sentence: String,
}

/// A folder that Flux starts from.
#[derive(Serialize)]
struct SyncRoot {
    path: String,
    source: SourceView,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>, title: &str) -> Made {
    let cluster = scope.cluster;
    let root = |root: &crate::inventory::SyncRoot| SyncRoot {
        path: root.path.clone(),
        source: scope.links.source(&root.source),
    };
    let view = View {
        figures: figures(scope),
        versions: versions(scope),
        places: places(scope),
        roots: cluster.sync_roots.iter().map(root).collect(),
        kinds: tables::kinds(scope),
        objects: objects(cluster),
        made: tables::made(scope),
        rendered: rendered(cluster),
        blind: not_visible::sentence(cluster),
        blind_href: scope.links.page("not-visible.html"),
        blind_count: cluster.blind_spots.len(),
    };
    let mut sections = vec![("cluster-places", "What is where")];
    if !view.versions.is_empty() {
        sections.push(("cluster-versions", "Versions and addresses"));
    }
    sections.push(("cluster-read", "What was read"));
    Made::new(title, sentence(cluster), "pages/overview.html", &view).sections(&sections)
}

fn objects(cluster: &Cluster) -> String {
    let objects: usize = cluster.kinds.iter().map(|kind| kind.count).sum();
    let kinds = words::count(cluster.kinds.len(), "kind", "kinds");
    words::sentence(&format!("{} of {kinds}", words::count(objects, "object", "objects")))
}

fn rendered(cluster: &Cluster) -> String {
    let made = cluster.rendered.len();
    let objects = words::count(made, "object", "objects");
    words::sentence(&format!("{objects} that charts make, from a folder of rendered manifests"))
}

/// What the cluster is, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let named = cluster.name.get().map_or_else(String::new, |name| format!(", named {name}"));
    let nodes = cluster.nodes.len();
    let apps = cluster.apps.len();
    if nodes == 0 && apps == 0 {
        return "No node and no app is declared in this repository.".to_owned();
    }
    let system = cluster.platform.distribution.get().map_or("Kubernetes", String::as_str);
    let machines = if nodes == 0 {
        "whose nodes are not declared in this repository".to_owned()
    } else {
        format!("of {}", words::count(nodes, "node", "nodes"))
    };
    let hosts = match cluster.hosts.len() {
        0 => String::new(),
        hosts => format!(" on {}", words::count(hosts, "host", "hosts")),
    };
    let runs = if apps == 0 {
        "No app is declared.".to_owned()
    } else {
        words::sentence(&format!(
            "{} {} in {}.",
            words::count(apps, "app", "apps"),
            words::pick(apps, "runs", "run"),
            apps::in_namespaces(cluster)
        ))
    };
    format!("A {system} cluster {machines}{hosts}{named}. {runs}")
}

fn figures(scope: Scope<'_>) -> Vec<Figure> {
    let cluster = scope.cluster;
    let counts = |key: &str| cluster.counts.get(key).copied().unwrap_or(0);
    let all: [(usize, &str, &str, Option<&str>); 8] = [
        (cluster.nodes.len(), "node", "nodes", Some("hardware.html")),
        (cluster.hosts.len(), "host", "hosts", Some("hardware.html")),
        (cluster.gpus.len(), "GPU", "GPUs", Some("gpu.html")),
        (cluster.networks.len(), "network", "networks", Some("network.html")),
        (cluster.apps.len(), "app", "apps", Some("apps/index.html")),
        (cluster.namespaces.len(), "namespace", "namespaces", Some("apps/index.html")),
        (counts("hostnames"), "host name", "host names", Some("network.html")),
        (cluster.claims.len(), "volume claim", "volume claims", Some("storage.html")),
    ];
    all.into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many, page)| Figure {
            value: count.to_string(),
            label: words::pick(count, one, many).to_owned(),
            href: page.map(|page| scope.links.page(page)),
        })
        .collect()
}

fn versions(scope: Scope<'_>) -> Vec<Labelled> {
    let (links, platform) = (scope.links, &scope.cluster.platform);
    let talos = platform.distribution.get().is_none_or(|name| name == "Talos");
    let mut versions = vec![
        Labelled {
            label: "Distribution",
            code: false,
            facts: vec![links.fact(&platform.distribution)],
        },
        Labelled {
            label: "Kubernetes",
            code: false,
            facts: vec![links.fact(&platform.kubernetes_version)],
        },
    ];
    if talos {
        let facts = vec![links.fact(&platform.talos_version)];
        versions.push(Labelled { label: "Talos", code: false, facts });
    }
    let addresses = [
        ("API endpoint", vec![links.fact(&platform.endpoint)]),
        ("Shared API address", vec![links.fact(&platform.vip)]),
        ("Pod networks", links.facts(&platform.pod_cidrs)),
        ("Service networks", links.facts(&platform.service_cidrs)),
    ];
    versions.extend(addresses.map(|(label, facts)| Labelled { label, code: true, facts }));
    versions.retain(|entry| !entry.facts.is_empty());
    versions
}

fn places(scope: Scope<'_>) -> Vec<Place> {
    let cluster = scope.cluster;
    let place =
        |title, path: &str, sentence| Place { title, href: scope.links.page(path), sentence };
    vec![
        place("Hardware", "hardware.html", hardware::sentence(cluster)),
        place("Network", "network.html", network::sentence(cluster)),
        place("Apps", "apps/index.html", apps::sentence(cluster)),
        place("Storage and backups", "storage.html", storage::sentence(cluster)),
        place("Graphics cards", "gpu.html", gpu::sentence(cluster)),
        place("Exposure", "exposure.html", exposure::sentence(cluster)),
        place("Isolation", "isolation.html", isolation::sentence(cluster)),
        place("Secrets", "secrets.html", secrets::sentence(cluster)),
        place("Runtime security", "security.html", security::sentence(cluster)),
        place("GitOps", "gitops.html", gitops::sentence(cluster)),
        place("Monitoring", "monitoring.html", monitoring::sentence(cluster)),
        place("Schedules", "schedules.html", schedules::sentence(cluster)),
        place("Versions", "versions.html", versions::sentence(cluster)),
        place("Findings", "findings.html", findings::sentence(scope.settled)),
    ]
}
