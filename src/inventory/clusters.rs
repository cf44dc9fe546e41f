//! The extractors on whole repositories, where a folder with some is at hand.
//!
//! In: `../shared/clusters` beside the crate, or what `RACKBOOK_SHARED` names, with counts in its
//! `truth.json`. Out: a passed test, or a line that says why it was skipped.
#![expect(
    clippy::disallowed_methods,
    reason = "imperative shell: looks for folders of repositories"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::attachments::{self, Found};
use super::cursor::Cursor;
use super::declared::Declared;
use super::fact::Fact;
use super::hardware::{self, Hardware};
use super::model::{Network, Pool, Role};
use super::{devices, network, pools};
use crate::source::{Documents, Node, Roots, Sources, parse, read};

/// The folder with repositories, where there is one.
fn folder() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("clusters");
    if folder.join("truth.json").is_file() {
        return Some(folder);
    }
    // Written past the test harness, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "skipped: `{}` holds no repositories", folder.display());
    None
}

struct Read {
    sources: Sources,
    documents: Documents,
    hardware: Hardware,
    attachments: Vec<Found>,
    pools: Vec<Pool>,
    networks: Vec<Network>,
}

impl Read {
    fn of(name: &str) -> Option<Self> {
        let root = folder()?.join(name);
        let roots = Roots { repository: root.clone(), site: root };
        let (sources, _) = read(&roots).expect("the folder is readable");
        let (documents, _) = parse(&sources);
        let (mut hardware, diagnostics) = hardware::read(&sources, &documents, None);
        assert_eq!(diagnostics, []);
        let mut found: Vec<_> = objects(&documents, "NetworkAttachmentDefinition")
            .map(|(id, root)| attachments::read(id, root, &sources).0)
            .collect();
        let mut pools: Vec<_> = objects(&documents, "CiliumLoadBalancerIPPool")
            .map(|(name, root)| pools::read(name, root, &sources))
            .collect();
        let (networks, diagnostics) =
            network::join(&mut hardware, &mut found, &mut pools, &Declared::default());
        assert_eq!(diagnostics, []);
        Some(Self { hardware, attachments: found, pools, networks, sources, documents })
    }

    /// Each network as `id cidr name interface nodes`.
    fn networks(&self) -> Vec<String> {
        let line = |network: &Network| {
            let (cidr, name) = (network.cidr.shown(), network.name.shown());
            let interface = network.interface.shown();
            format!("{} {cidr} {name} {interface} {}", network.id, network.nodes.len())
        };
        self.networks.iter().map(line).collect()
    }

    /// Compares nodes and roles with `truth.json`.
    fn check_nodes(&self, name: &str) {
        let text = std::fs::read_to_string(folder().expect("found before").join("truth.json"));
        let truth: serde_json::Value =
            serde_json::from_str(&text.expect("readable")).expect("valid JSON");
        let truth = &truth[name];
        let mut names: Vec<_> = self.hardware.nodes.iter().map(|node| node.name.as_str()).collect();
        names.sort_unstable();
        assert_eq!(truth["node_names"], serde_json::json!(names));
        let count = |wanted: Role| {
            self.hardware.nodes.iter().filter(|node| node.role.get() == Some(&wanted)).count()
        };
        assert_eq!(truth["counts"]["control_plane_nodes"], count(Role::ControlPlane));
        assert_eq!(truth["counts"]["worker_nodes"], count(Role::Worker));
    }
}

fn objects<'a>(
    documents: &'a Documents,
    kind: &'a str,
) -> impl Iterator<Item = (&'a str, &'a Node)> {
    let roots = documents.iter().map(|document| &document.root);
    let of_kind = roots.filter(move |root| root.str_at(&["kind"]) == Some(kind));
    of_kind.map(|root| (root.str_at(&["metadata", "name"]).unwrap_or_default(), root))
}

#[test]
fn virtual_machines_on_proxmox() {
    let Some(read) = Read::of("prox-ops") else { return };
    read.check_nodes("prox-ops");
    let hardware = &read.hardware;
    let hosts: Vec<_> =
        hardware.hosts.iter().map(|host| (host.name.as_str(), host.vms.len())).collect();
    assert_eq!(hosts, [("baldar", 4), ("heimdall", 4), ("odin", 4), ("thor", 3)]);
    assert_eq!(hardware.vms.len(), 15);
    for (vm, node) in hardware.vms.iter().zip(&hardware.nodes) {
        assert_eq!((vm.node.as_ref(), node.vm.as_ref()), (Some(&node.name), Some(&vm.name)));
        assert_eq!(node.host.as_ref(), vm.host.get());
        assert!(node.address.is_known() && node.install_disk.is_known());
        assert!(matches!(node.schematic.shown(), "base" | "gpu"));
    }
    assert_eq!(
        read.networks(),
        [
            "net-10.20.66.0-23 10.20.66.0/23 10.20.66.0/23 — 15",
            "vlan-62 10.20.62.0/23 iot eth1 12",
            "vlan-81 10.20.81.0/24 dmz eth2 12",
        ]
    );
    assert_eq!(read.networks[0].gateway.shown(), "10.20.66.1");
    assert!(read.networks[0].primary);
    let pools: Vec<_> = read.pools.iter().map(|pool| pool.network.as_deref()).collect();
    assert!(pools.iter().all(Option::is_some));
    assert!(read.attachments.iter().all(|found| found.attachment.network.is_some()));
}

#[test]
fn graphics_cards_are_shared() {
    let Some(read) = Read::of("prox-ops") else { return };
    let slots = objects(&read.documents, "ConfigMap")
        .find_map(|(id, root)| devices::sharing_of(id, &Cursor::new(root, &read.sources)).pop())
        .map(|sharing| sharing.replicas);
    let gpus = read.hardware.gpus(slots.as_ref());
    let found: Vec<_> = gpus
        .iter()
        .map(|gpu| (gpu.node.as_str(), gpu.model.shown(), gpu.mapping.shown(), gpu.slots.get()))
        .collect();
    assert_eq!(
        found,
        [
            ("k8s-work-4", "rtx-a2000", "heimdall-gpu", Some(&3)),
            ("k8s-work-10", "rtx-a5000", "thor-gpu", Some(&3)),
        ]
    );
}

#[test]
fn versions_come_from_the_environment_file() {
    let Some(read) = Read::of("prox-ops") else { return };
    let platform = &read.hardware.platform;
    let source = platform.talos_version.source.as_ref().expect("known");
    assert_eq!((source.path.as_str(), source.line), ("talos/talenv.yaml", 2));
    assert_eq!(platform.vip.shown(), "10.20.67.20");
    assert_eq!(platform.pod_cidrs[0].shown(), "10.42.0.0/16");
}

#[test]
fn bare_metal_with_documents() {
    let Some(read) = Read::of("onedr0p") else { return };
    read.check_nodes("onedr0p");
    let node = &read.hardware.nodes[0];
    assert_eq!(node.address, Fact::unknown("assigned by DHCP"));
    assert_eq!(node.extensions.len(), 5);
    assert_eq!(node.install_disk.shown(), "disk.model == \"MK000480GWCEV\"");
    assert_eq!(
        read.networks(),
        [
            "net-192.168.42.0-24 192.168.42.0/24 192.168.42.0/24 bond0 3",
            "vlan-70 — iot bond0.70 3",
            "vlan-90 — vpn bond0.90 3",
        ]
    );
    let platform = &read.hardware.platform;
    assert_eq!(platform.talos_version.shown(), "v1.14.0-rc.1");
    assert_eq!(platform.kubernetes_version.shown(), "v1.36.4");
    assert_eq!(platform.endpoint.shown(), "https://k8s.internal:6443");
    assert_eq!(read.hardware.cluster_name.shown(), "main");
    assert_eq!(platform.service_cidrs[0].shown(), "10.43.0.0/16");
}

#[test]
fn the_cluster_template() {
    let Some(read) = Read::of("cluster-template") else { return };
    let hardware = &read.hardware;
    let nodes: Vec<_> = hardware
        .nodes
        .iter()
        .map(|node| (node.name.as_str(), node.role.get().copied(), node.address.shown()))
        .collect();
    let (control, worker) = (Some(Role::ControlPlane), Some(Role::Worker));
    assert_eq!(
        nodes,
        [
            ("k8s-0", control, "192.0.2.10"),
            ("k8s-1", control, "192.0.2.11"),
            ("k8s-2", control, "192.0.2.12"),
            ("k8s-3", worker, "192.0.2.13"),
        ]
    );
    assert_eq!(read.networks(), ["net-192.0.2.0-24 192.0.2.0/24 192.0.2.0/24 — 4"]);
    assert_eq!(hardware.platform.talos_version.shown(), "v1.13.7");
    assert_eq!(read.pools[0].network.as_deref(), Some("net-192.0.2.0-24"));
}
