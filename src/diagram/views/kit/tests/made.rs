//! Made-up things for the tests of views, and what holds of every picture of them.
//!
//! In: names and numbers. Out: things of an inventory. All else of them is unknown.

use std::collections::BTreeMap;

use super::super::checks;
use crate::diagram::palette::Theme;
use crate::diagram::{Colours, Diagram, Target};
use crate::inventory::{
    Cluster, Fact, Gpu, Host, Interface, Network, Node, RackPlace, Role, Source, Vm,
};
use crate::source::{FileId, Span};

/// Numbers of nodes from 1 to 60, the small ones all.
pub(in crate::diagram::views) fn sizes() -> impl Iterator<Item = usize> {
    (1..=60).filter(|size| *size < 8 || *size % 13 == 8)
}

pub(in crate::diagram::views) fn cluster() -> Cluster {
    Cluster::empty(Fact::unknown("made up"))
}

pub(in crate::diagram::views) fn source() -> Source {
    Source {
        path: "made.yaml".into(),
        line: 1,
        column: 1,
        field: String::new(),
        from_site: false,
        from_rendered: false,
        span: Span::new(FileId(0), 0, 0),
    }
}

pub(in crate::diagram::views) fn known<T>(value: T) -> Fact<T> {
    Fact::known(value, source())
}

pub(in crate::diagram::views) fn text(value: &str) -> Fact<String> {
    known(value.to_owned())
}

pub(in crate::diagram::views) fn unknown<T>() -> Fact<T> {
    Fact::unknown("made up")
}

/// Where everything but storage leads.
pub(in crate::diagram::views) fn links(target: &Target) -> Option<String> {
    let leads = !matches!(target, Target::Storage(_));
    leads.then(|| format!("page.html?<&#{target:?}"))
}

pub(in crate::diagram::views) fn place(rack: &str, unit: u16, height: u16) -> RackPlace {
    RackPlace { rack: rack.to_owned(), unit, height, source: source() }
}

pub(in crate::diagram::views) fn host(name: &str) -> Host {
    Host {
        name: name.to_owned(),
        kind: "Proxmox VE".to_owned(),
        address: unknown(),
        model: unknown(),
        cpu: unknown(),
        threads: unknown(),
        memory_gb: unknown(),
        disks: vec![],
        place: None,
        vms: vec![],
        source: source(),
    }
}

pub(in crate::diagram::views) fn vm(name: &str, host: &str, node: Option<&str>) -> Vm {
    Vm {
        name: name.to_owned(),
        id: unknown(),
        host: text(host),
        node: node.map(str::to_owned),
        vcpu: known(8),
        memory_mb: known(16384),
        disk_gb: known(100),
        pool: unknown(),
        nics: vec![],
        gpu_model: unknown(),
        gpu_mapping: unknown(),
        source: source(),
    }
}

pub(in crate::diagram::views) fn node(name: &str, address: &str) -> Node {
    let role = if name.contains("ctrl") { Role::ControlPlane } else { Role::Worker };
    Node {
        name: name.to_owned(),
        role: known(role),
        address: if address.is_empty() { unknown() } else { text(address) },
        interfaces: vec![],
        schematic: unknown(),
        schematic_id: unknown(),
        extensions: vec![],
        install_disk: unknown(),
        labels: BTreeMap::new(),
        taints: vec![],
        kernel_modules: vec![],
        vm: None,
        host: None,
        source: source(),
    }
}

/// An interface that asks for its address.
pub(in crate::diagram::views) fn asking(network: &str) -> Interface {
    Interface {
        selector: unknown(),
        addresses: vec![],
        network: Some(network.to_owned()),
        vlan: unknown(),
        mtu: unknown(),
        dhcp: true,
    }
}

pub(in crate::diagram::views) fn gpu(node: &str, model: &str, slots: Option<u32>) -> Gpu {
    Gpu {
        node: node.to_owned(),
        model: if model.is_empty() { unknown() } else { text(model) },
        mapping: unknown(),
        slots: slots.map_or_else(unknown, known),
        source: source(),
    }
}

pub(in crate::diagram::views) fn network(rank: usize, cidr: &str) -> Network {
    Network {
        id: format!("vlan-{}", 10 * rank),
        name: text(&format!("net{rank}")),
        vlan: known(10 * rank as u16),
        cidr: if cidr.is_empty() { unknown() } else { text(cidr) },
        gateway: unknown(),
        purpose: unknown(),
        interface: unknown(),
        primary: rank == 0,
        rank,
        nodes: vec![],
        attachments: vec![],
        pools: vec![],
        source: source(),
    }
}

/// Checks a picture, its files and its table.
pub(in crate::diagram::views) fn check(diagram: &Diagram, of: &str) {
    checks::scene(&diagram.scene, of);
    checks::lines_apart(&diagram.scene, |_, _| false, of);
    let files = [Colours::Reader, Colours::Of(Theme::Dark)].map(|it| diagram.file("x", it));
    for svg in files.into_iter().chain([diagram.svg("x"), diagram.raster(Theme::Light)]) {
        checks::xml(&svg);
    }
    let table = diagram.rows();
    assert!(table.rows.iter().all(|row| row.len() == table.header.len()), "ragged: {of}");
    assert_eq!(diagram.is_empty(), diagram.svg("x").is_empty(), "{of}");
}

/// Checks that both are the same picture with the same words.
pub(in crate::diagram::views) fn same(one: &Diagram, other: &Diagram) {
    assert_eq!(one.svg("x"), other.svg("x"));
    assert_eq!(one.rows(), other.rows());
    assert_eq!((&one.description, &one.caption), (&other.description, &other.caption));
}
