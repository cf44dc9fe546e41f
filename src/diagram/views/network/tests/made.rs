//! Made-up clusters: the same shape gives the same cluster.

use std::collections::BTreeMap;

use crate::diagram::Target;
use crate::inventory::{
    App, Attachment, Claim, Cluster, Fact, Gateway, Gpu, Host, Interface, Namespace, Network, Node,
    Role, Route, Source, StorageClass, Tunnel, Vm,
};
use crate::source::{FileId, Span};

/// How much of what a cluster has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) hosts: usize,
    pub(super) nodes: usize,
    pub(super) networks: usize,
    pub(super) gateways: usize,
    pub(super) tunnels: usize,
    pub(super) stores: usize,
    /// Numbers of apps by namespace.
    pub(super) spaces: &'static [usize],
    /// What all names start with.
    pub(super) prefix: &'static str,
}

impl Shape {
    pub(super) const NOTHING: Self = Self {
        hosts: 0,
        nodes: 0,
        networks: 0,
        gateways: 0,
        tunnels: 0,
        stores: 0,
        spaces: &[],
        prefix: "",
    };
    /// Fifteen nodes on four hosts, three networks, 69 apps in 19 namespaces.
    pub(super) const RACK: Self = Self {
        hosts: 4,
        nodes: 15,
        networks: 3,
        gateways: 3,
        tunnels: 1,
        stores: 2,
        spaces: &[3, 2, 1, 20, 1, 4, 8, 1, 2, 9, 1, 3, 2, 1, 5, 1, 2, 1, 2],
        prefix: "",
    };
}

/// Where things lead in tests.
pub(super) fn links(target: &Target) -> Option<String> {
    match target {
        Target::App(id) => Some(format!("apps/{id}.html")),
        Target::Node(name) | Target::Host(name) => Some(format!("hardware.html#{name}")),
        Target::Network(id) | Target::Gateway(id) => Some(format!("network.html#{id}")),
        Target::Namespace(_) | Target::Kustomization(_) | Target::Device(_) => None,
        Target::Storage(name) => Some(format!("storage.html#{name}&")),
    }
}

fn source() -> Source {
    let span = Span::new(FileId(0), 0, 0);
    Source {
        path: "made.yaml".into(),
        line: 1,
        column: 1,
        field: String::new(),
        from_site: false,
        from_rendered: false,
        span,
    }
}

fn known<T>(value: T) -> Fact<T> {
    Fact::known(value, source())
}

fn unknown<T>() -> Fact<T> {
    Fact::unknown("made up")
}

const SPACES: [&str; 19] = [
    "ai",
    "auth",
    "cert-manager",
    "media",
    "database",
    "default",
    "home",
    "flux-system",
    "games",
    "kube-system",
    "lab",
    "network",
    "observability",
    "openebs-system",
    "rook-ceph",
    "security",
    "storage",
    "system-upgrade",
    "volsync-system",
];
const APPS: [&str; 24] = [
    "player",
    "requests",
    "indexer",
    "photos",
    "wiki",
    "kube-metrics-stack",
    "notes",
    "dns",
    "broker",
    "cloud-files",
    "ledger",
    "paperwork",
    "feeds",
    "home-hub",
    "zigbee-bridge",
    "cameras",
    "chat",
    "recipes",
    "sync",
    "tunnel-agent",
    "budget",
    "mail-relay",
    "vector-store",
    "dashboards",
];

/// The cluster of a shape.
pub(super) fn made(shape: &Shape) -> Cluster {
    let mut cluster = bare();
    cluster.networks = (0..shape.networks).map(|at| network(shape, at)).collect();
    cluster.hosts = (0..shape.hosts).map(|at| host(shape, at)).collect();
    cluster.nodes = (0..shape.nodes).map(|at| node(shape, at)).collect();
    cluster.gpus = cluster.nodes.iter().skip(6).step_by(7).map(gpu).collect();
    cluster.gateways = (0..shape.gateways).map(|at| gateway(shape, at)).collect();
    for (at, count) in shape.spaces.iter().enumerate() {
        space(&mut cluster, shape, at, *count);
    }
    cluster.attachments = (1..shape.networks).map(|at| attachment(&cluster, at)).collect();
    cluster.storage_classes = (0..shape.stores).map(|at| class(shape, at)).collect();
    cluster.tunnels = (0..shape.tunnels).map(|at| tunnel(&cluster, at)).collect();
    cluster
}

/// The same cluster with every list turned round.
pub(super) fn reversed(mut cluster: Cluster) -> Cluster {
    cluster.networks.reverse();
    cluster.hosts.reverse();
    cluster.nodes.reverse();
    cluster.gpus.reverse();
    cluster.gateways.reverse();
    cluster.namespaces.reverse();
    cluster.apps.reverse();
    cluster.routes.reverse();
    cluster.claims.reverse();
    cluster.attachments.reverse();
    cluster.storage_classes.reverse();
    cluster.tunnels.reverse();
    cluster
}

fn bare() -> Cluster {
    Cluster::empty(known("example".to_owned()))
}

fn network_id(at: usize) -> String {
    if at == 0 { "net-192.0.2.0-24".to_owned() } else { format!("vlan-{}", 10 * at) }
}

fn network(shape: &Shape, at: usize) -> Network {
    let names = ["cluster", "iot", "dmz", "lab", "guest", "backup", "voice", "cameras"];
    let name = names.get(at).map_or_else(|| format!("net{at}"), |name| (*name).to_owned());
    Network {
        id: network_id(at),
        name: known(format!("{}{name}", shape.prefix)),
        vlan: if at == 0 { unknown() } else { known(10 * at as u16) },
        cidr: known(format!("198.51.100.{}/28", at * 16)),
        gateway: unknown(),
        purpose: unknown(),
        interface: unknown(),
        primary: at == 0,
        rank: at,
        nodes: Vec::new(),
        attachments: Vec::new(),
        pools: Vec::new(),
        source: source(),
    }
}

fn host_name(shape: &Shape, at: usize) -> String {
    let names = ["alder", "birch", "cedar", "durian"];
    let name = names.get(at).map_or_else(|| format!("host-{at}"), |name| (*name).to_owned());
    format!("{}{name}", shape.prefix)
}

fn host(shape: &Shape, at: usize) -> Host {
    Host {
        name: host_name(shape, at),
        kind: "Proxmox VE".to_owned(),
        address: unknown(),
        model: if at.is_multiple_of(2) { known("Maker R730xd".to_owned()) } else { unknown() },
        cpu: unknown(),
        threads: unknown(),
        memory_gb: unknown(),
        disks: Vec::new(),
        place: None,
        vms: Vec::new(),
        source: source(),
    }
}

fn node(shape: &Shape, at: usize) -> Node {
    let is_control = at < 3;
    let kind = if is_control { format!("ctrl-{}", at + 1) } else { format!("work-{}", at - 2) };
    let on = if is_control { 1 } else { shape.networks };
    let interface = |net: usize| Interface {
        selector: unknown(),
        addresses: Vec::new(),
        network: Some(network_id(net)),
        vlan: unknown(),
        mtu: unknown(),
        dhcp: false,
    };
    let role = if is_control { Role::ControlPlane } else { Role::Worker };
    Node {
        name: format!("{}k8s-{kind}", shape.prefix),
        role: known(role),
        address: known(format!("192.0.2.{}", at + 11)),
        interfaces: (0..on.min(shape.networks)).map(interface).collect(),
        schematic: unknown(),
        schematic_id: unknown(),
        extensions: Vec::new(),
        install_disk: unknown(),
        labels: BTreeMap::new(),
        taints: Vec::new(),
        kernel_modules: Vec::new(),
        vm: None,
        host: (shape.hosts > 0).then(|| host_name(shape, at % shape.hosts)),
        source: source(),
    }
}

/// A virtual machine, on a host or not.
pub(super) fn vm(name: &str, host: Option<&str>, node: Option<&str>) -> Vm {
    Vm {
        name: name.to_owned(),
        id: unknown(),
        host: host.map_or_else(unknown, |host| known(host.to_owned())),
        node: node.map(str::to_owned),
        vcpu: unknown(),
        memory_mb: unknown(),
        disk_gb: unknown(),
        pool: unknown(),
        nics: Vec::new(),
        gpu_model: unknown(),
        gpu_mapping: unknown(),
        source: source(),
    }
}

fn gpu(node: &Node) -> Gpu {
    let name = node.name.clone();
    Gpu { node: name, model: unknown(), mapping: unknown(), slots: unknown(), source: source() }
}

fn gateway(shape: &Shape, at: usize) -> Gateway {
    let names = ["envoy-external", "envoy-internal", "envoy-iot"];
    let name = names.get(at).map_or_else(|| format!("gateway-{at}"), |name| (*name).to_owned());
    Gateway {
        id: format!("network/{}{name}", shape.prefix),
        class: known("envoy".to_owned()),
        addresses: if at == 2 { Vec::new() } else { vec![known(format!("192.0.2.{}", 200 + at))] },
        listeners: Vec::new(),
        network: (shape.networks > 0).then(|| network_id(0)),
        routes: Vec::new(),
        source: source(),
    }
}

fn space(cluster: &mut Cluster, shape: &Shape, at: usize, count: usize) {
    let name = SPACES.get(at).map_or_else(|| format!("space-{at}"), |name| (*name).to_owned());
    let name = format!("{}{name}", shape.prefix);
    for index in 0..count {
        let seed = at * 7 + index * 5 + index / 3;
        let base = APPS[(at * 5 + index) % APPS.len()];
        let extra = if index >= APPS.len() { "-more" } else { "" };
        let app = app(&name, &format!("{}{base}{extra}", shape.prefix));
        tie(cluster, shape, &app, seed);
        cluster.apps.push(app);
    }
    let apps = cluster.apps.iter().filter(|app| app.namespace == name);
    let apps = apps.map(|app| app.id.clone()).collect();
    cluster.namespaces.push(Namespace { name, pod_security: unknown(), apps, source: source() });
}

fn app(namespace: &str, name: &str) -> App {
    App {
        id: format!("{namespace}/{name}"),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        kind: "HelmRelease".to_owned(),
        purpose: unknown(),
        chart: None,
        workloads: Vec::new(),
        images: Vec::new(),
        routes: Vec::new(),
        claims: Vec::new(),
        attachments: Vec::new(),
        gpus: Vec::new(),
        secrets: Vec::new(),
        addresses: Vec::new(),
        kustomization: None,
        objects: Vec::new(),
        chain: Vec::new(),
        source: source(),
    }
}

/// Gives an app a route and a claim, depending on a number.
fn tie(cluster: &mut Cluster, shape: &Shape, app: &App, seed: usize) {
    if shape.gateways > 0 && !seed.is_multiple_of(3) {
        let gateway = if seed % 5 < 3 { 1 % shape.gateways } else { seed % shape.gateways };
        cluster.routes.push(Route {
            id: app.id.clone(),
            kind: "HTTPRoute".to_owned(),
            from_values: true,
            hostnames: Vec::new(),
            gateways: vec![cluster.gateways[gateway].id.clone()],
            missing_gateways: Vec::new(),
            backends: Vec::new(),
            app: Some(app.id.clone()),
            source: source(),
        });
    }
    if shape.stores > 0 && seed % 4 > 1 {
        cluster.claims.push(Claim {
            id: app.id.clone(),
            class: known(format!("class-{}", if seed % 7 > 1 { 0 } else { seed % shape.stores })),
            size: unknown(),
            access: unknown(),
            from_values: true,
            app: Some(app.id.clone()),
            labels: BTreeMap::new(),
            volume: unknown(),
            filled_from: unknown(),
            backups: Vec::new(),
            source: source(),
        });
    }
}

fn attachment(cluster: &Cluster, at: usize) -> Attachment {
    let users = cluster.apps.iter().skip(at * 5).step_by(29).map(|app| app.id.clone());
    Attachment {
        id: format!("network/attachment-{at}"),
        plugin: unknown(),
        master: unknown(),
        ipam: unknown(),
        subnet: unknown(),
        range_start: unknown(),
        range_end: unknown(),
        network: Some(network_id(at)),
        users: users.collect(),
        source: source(),
    }
}

fn class(shape: &Shape, at: usize) -> StorageClass {
    let backend = ["Ceph", "NFS", "Longhorn"].get(at).copied();
    StorageClass {
        name: format!("class-{at}"),
        provisioner: unknown(),
        backend: backend.map_or_else(|| format!("{}driver-{at}", shape.prefix), str::to_owned),
        pool: unknown(),
        reclaim_policy: unknown(),
        is_default: false,
        from_values: false,
        source: source(),
    }
}

fn tunnel(cluster: &Cluster, at: usize) -> Tunnel {
    let app =
        cluster.apps.get(at).map_or_else(|| format!("network/agent-{at}"), |app| app.id.clone());
    let gateways = cluster.gateways.iter().take(1).map(|gateway| gateway.id.clone());
    Tunnel {
        app,
        provider: "Cloudflare".to_owned(),
        gateways: gateways.collect(),
        source: source(),
    }
}
