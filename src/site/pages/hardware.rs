//! The hardware page: a picture, hosts with the machines on them, then all nodes.
//!
//! In: hosts, virtual machines, nodes and cards of the cluster. Out: cards, bars and a table. Bars
//! are drawn only where both what is given and what there is are known.

use serde::Serialize;

use crate::inventory::{Cluster, Fact, Gpu, Host, Node, Role, Vm};

use super::Made;
use super::findings::{self, Block};
use super::picture::{self, Picture};
use crate::site::tables::{self, Scope, gibibytes, marker, mebibytes};
use crate::site::view::{FactView, Figure, MarkerView, SourceView, Table};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    figures: Vec<Figure>,
    pictures: Vec<Picture>,
    hosts: Vec<HostCard>,
    /// Machines that no declared host holds.
    others: Vec<Machine>,
    others_title: &'static str,
    legend: Vec<MarkerView>,
    nodes: Table,
    gpus: Table,
    devices: Table,
    findings: Vec<Block>,
}

/// A hypervisor with what it holds.
#[derive(Serialize)]
struct HostCard {
    name: String,
    id: String,
    kind: String,
    address: FactView,
    model: FactView,
    cpu: FactView,
    /// Where model and processor are declared, if they are.
    described: Option<SourceView>,
    bars: Vec<Bar>,
    machines: Vec<Machine>,
    source: SourceView,
}

/// How much of something is given away.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct Bar {
    label: &'static str,
    /// In percent, at most 100; none where the whole is not known.
    filled: Option<u64>,
    text: String,
    /// Whether more is given than there is.
    over: bool,
}

/// A virtual or bare machine.
#[derive(Serialize)]
struct Machine {
    name: String,
    role: String,
    address: FactView,
    size: String,
    cards: Vec<Card>,
    markers: Vec<MarkerView>,
    source: SourceView,
}

/// A graphics card in a machine.
#[derive(Serialize)]
struct Card {
    model: FactView,
    mapping: FactView,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let hosted = |node: &&Node| node.host.is_none() && node.vm.is_none();
    let mut others: Vec<Machine> = cluster
        .vms
        .iter()
        .filter(|vm| !cluster.hosts.iter().any(|host| host.vms.contains(&vm.name)))
        .map(|vm| vm_machine(scope, vm))
        .collect();
    others.extend(cluster.nodes.iter().filter(hosted).map(|node| node_machine(scope, node)));
    let networks = cluster.networks.iter().filter(|network| !network.nodes.is_empty());
    let view = View {
        figures: figures(cluster),
        pictures: picture::named(scope, "rack"),
        hosts: cluster.hosts.iter().map(|host| host_card(scope, host)).collect(),
        others_title: if cluster.hosts.is_empty() { "" } else { "On no declared host" },
        others,
        legend: networks.map(marker).collect(),
        nodes: tables::nodes(scope),
        gpus: tables::gpus(scope),
        devices: tables::devices(scope),
        findings: findings::of_machines(scope),
    };
    let mut sections = Vec::new();
    if !view.pictures.is_empty() {
        sections.push(("picture", "At a glance"));
    }
    if !view.hosts.is_empty() || !view.others.is_empty() {
        sections.push(("machines", "Where each machine runs"));
    }
    if !view.gpus.rows.is_empty() {
        sections.push(("gpus", "Graphics cards"));
    }
    if !view.devices.rows.is_empty() {
        sections.push(("devices", "Other devices"));
    }
    if !view.nodes.rows.is_empty() {
        sections.push(("nodes", "Nodes"));
    }
    if !view.findings.is_empty() {
        sections.push(("findings", "Findings"));
    }
    Made::new("Hardware", sentence(cluster), "pages/hardware.html", &view).sections(&sections)
}

/// What runs on what, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let machines = cluster.nodes.len();
    let system = cluster.platform.distribution.get().map_or("Kubernetes", String::as_str);
    let one = format!("{system} machine");
    let many = format!("{system} machines");
    let mut parts = match (cluster.hosts.len(), machines) {
        (0, 0) => vec!["No machine is declared in this repository.".to_owned()],
        (0, _) => vec![
            words::sentence(&format!(
                "{} {} the cluster.",
                words::count(machines, &one, &many),
                words::pick(machines, "forms", "form")
            )),
            "What hardware they run on is not declared.".to_owned(),
        ],
        (hosts, 0) => vec![words::sentence(&format!(
            "{} {} declared, but no node.",
            host_words(cluster),
            words::pick(hosts, "is", "are")
        ))],
        (hosts, _) => vec![words::sentence(&format!(
            "{} {} {}.",
            host_words(cluster),
            words::pick(hosts, "runs", "run"),
            words::count(machines, &one, &many)
        ))],
    };
    if cluster.hosts.is_empty() && machines == 1 {
        "What hardware it runs on is not declared.".clone_into(&mut parts[1]);
    }
    parts.extend(cards_sentence(cluster));
    parts.join(" ")
}

fn host_words(cluster: &Cluster) -> String {
    let kind = cluster.hosts.first().map_or("", |host| host.kind.as_str());
    let same = cluster.hosts.iter().all(|host| host.kind == kind);
    let kind = if same { kind.strip_suffix(" VE").unwrap_or(kind) } else { "" };
    let one = format!("{kind} host");
    let many = format!("{kind} hosts");
    words::count(cluster.hosts.len(), one.trim(), many.trim())
}

fn cards_sentence(cluster: &Cluster) -> Option<String> {
    let holds = |node: &&Node| cluster.gpus.iter().any(|gpu| gpu.node == node.name);
    let with = cluster.nodes.iter().filter(holds).count();
    let maker = |gpu: &Gpu| gpu.model.get().is_some_and(|model| is_nvidia(model));
    let nvidia = !cluster.gpus.is_empty() && cluster.gpus.iter().all(maker);
    let card = if nvidia { "an NVIDIA card" } else { "a graphics card" };
    let (one, many) = (format!("carries {card}"), format!("carry {card}"));
    words::part(with, cluster.nodes.len(), &one, &many)
}

fn is_nvidia(model: &str) -> bool {
    let model = model.to_lowercase();
    ["nvidia", "geforce", "rtx", "quadro", "tesla"].iter().any(|word| model.contains(word))
}

fn figures(cluster: &Cluster) -> Vec<Figure> {
    let figure = |value: String, label: String| Figure { value, label, href: None };
    let mut figures = Vec::new();
    let hosts = cluster.hosts.len();
    if hosts > 0 {
        figures.push(figure(hosts.to_string(), words::pick(hosts, "host", "hosts").to_owned()));
    }
    let nodes = cluster.nodes.len();
    if nodes > 0 {
        let control =
            cluster.nodes.iter().filter(|node| node.role.get() == Some(&Role::ControlPlane));
        let label =
            format!("{}, {} control plane", words::pick(nodes, "node", "nodes"), control.count());
        figures.push(figure(nodes.to_string(), label));
    }
    if let Some(given) = sum(cluster.vms.iter().map(|vm| &vm.vcpu)) {
        let label = match sum(cluster.hosts.iter().map(|host| &host.threads)) {
            Some(all) => format!("vCPU of {all} threads"),
            None => "vCPU given to machines".to_owned(),
        };
        figures.push(figure(given.to_string(), label));
    }
    if let Some(given) = sum(cluster.vms.iter().map(|vm| &vm.memory_mb)) {
        let label = match sum(cluster.hosts.iter().map(|host| &host.memory_gb)) {
            Some(all) => format!("memory of {}", gibibytes(all)),
            None => "memory given to machines".to_owned(),
        };
        figures.push(figure(mebibytes(given), label));
    }
    let gpus = cluster.gpus.len();
    if gpus > 0 {
        let label = match sum(cluster.gpus.iter().map(|gpu| &gpu.slots)) {
            Some(slots) => {
                let slots = words::digits(slots as usize, "slot", "slots");
                format!("{}, {slots}", words::pick(gpus, "GPU", "GPUs"))
            }
            None => words::pick(gpus, "GPU", "GPUs").to_owned(),
        };
        figures.push(figure(gpus.to_string(), label));
    }
    figures
}

/// The sum where every part is known and there is one.
fn sum<'a, T: Copy + Into<u64> + 'a>(facts: impl Iterator<Item = &'a Fact<T>>) -> Option<u64> {
    let values: Option<Vec<u64>> = facts.map(|fact| fact.get().map(|it| (*it).into())).collect();
    values.filter(|values| !values.is_empty()).map(|values| values.iter().sum())
}

/// The id of a host's card on this page.
pub(crate) fn host_id(name: &str) -> String {
    let keep = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    format!("host-{}", name.chars().map(keep).collect::<String>())
}

fn host_card(scope: Scope<'_>, host: &Host) -> HostCard {
    let links = scope.links;
    let vms: Vec<&Vm> = scope.cluster.vms.iter().filter(|vm| host.vms.contains(&vm.name)).collect();
    let machines = vms.iter().map(|vm| vm_machine(scope, vm));
    let bare = scope
        .cluster
        .nodes
        .iter()
        .filter(|node| node.vm.is_none() && node.host.as_deref() == Some(host.name.as_str()));
    let described = host.model.source.as_ref().or(host.cpu.source.as_ref());
    HostCard {
        name: host.name.clone(),
        id: host_id(&host.name),
        kind: host.kind.clone(),
        address: links.fact(&host.address),
        model: links.fact(&host.model),
        cpu: links.fact(&host.cpu),
        described: described.map(|source| links.source(source)),
        bars: bars(host, &vms),
        machines: machines.chain(bare.map(|node| node_machine(scope, node))).collect(),
        source: links.source(&host.source),
    }
}

fn bars(host: &Host, vms: &[&Vm]) -> Vec<Bar> {
    let mut bars = Vec::new();
    if let Some(given) = sum(vms.iter().map(|vm| &vm.vcpu)) {
        let whole = host.threads.get().map(|threads| u64::from(*threads));
        let text = match whole {
            Some(whole) => format!("{given} of {whole} threads"),
            None => format!("{given} given, host size not declared"),
        };
        bars.push(bar("vCPU", given, whole, text));
    }
    if let Some(given) = sum(vms.iter().map(|vm| &vm.memory_mb)) {
        let whole = host.memory_gb.get().map(|gib| gib * 1024);
        let text = match host.memory_gb.get() {
            Some(gib) if given % 1024 == 0 => format!("{} of {}", given / 1024, gibibytes(*gib)),
            Some(gib) => format!("{} of {}", mebibytes(given), gibibytes(*gib)),
            None => format!("{} given, host size not declared", mebibytes(given)),
        };
        bars.push(bar("Memory", given, whole, text));
    }
    bars
}

fn bar(label: &'static str, given: u64, whole: Option<u64>, text: String) -> Bar {
    let percent = whole.filter(|whole| *whole > 0).map(|whole| given * 100 / whole);
    let over = percent.is_some_and(|percent| percent > 100);
    Bar { label, filled: percent.map(|percent| percent.min(100)), text, over }
}

fn vm_machine(scope: Scope<'_>, vm: &Vm) -> Machine {
    let node = scope.cluster.nodes.iter().find(|node| Some(&node.name) == vm.node.as_ref());
    let vcpu = vm.vcpu.get().map(|vcpu| format!("{vcpu}\u{a0}vCPU"));
    let memory = vm.memory_mb.get().map(|mib| mebibytes(*mib));
    let size: Vec<String> = vcpu.into_iter().chain(memory).collect();
    let mut machine = match node {
        Some(node) => node_machine(scope, node),
        None => Machine {
            name: vm.name.clone(),
            role: "not a node".to_owned(),
            address: scope.links.fact(&Fact::<String>::unknown("no node has this machine's name")),
            size: String::new(),
            cards: vec![],
            markers: vec![],
            source: scope.links.source(&vm.source),
        },
    };
    machine.size = size.join(" · ");
    machine.source = scope.links.source(&vm.source);
    if machine.cards.is_empty() && (vm.gpu_model.is_known() || vm.gpu_mapping.is_known()) {
        machine.cards.push(Card {
            model: scope.links.fact(&vm.gpu_model),
            mapping: scope.links.fact(&vm.gpu_mapping),
        });
    }
    machine
}

fn node_machine(scope: Scope<'_>, node: &Node) -> Machine {
    let links = scope.links;
    let on = |network: &&crate::inventory::Network| network.nodes.contains(&node.name);
    let cards = scope.cluster.gpus.iter().filter(|gpu| gpu.node == node.name);
    let role = node.role.get().filter(|role| **role == Role::ControlPlane);
    Machine {
        name: node.name.clone(),
        role: role.map_or_else(String::new, |role| tables::role_word(*role).to_owned()),
        address: links.fact(&node.address),
        size: String::new(),
        cards: cards
            .map(|gpu| Card { model: links.fact(&gpu.model), mapping: links.fact(&gpu.mapping) })
            .collect(),
        markers: scope.cluster.networks.iter().filter(on).map(marker).collect(),
        source: links.source(&node.source),
    }
}
