//! The machines of the rack picture: hosts, nodes without one, and devices, in natural order.
//!
//! In: a [`Cluster`] in any order. Out: [`Thing`]s with what is in them. It places nothing.

use super::super::{id, kit};
use crate::diagram::Target;
use crate::inventory::{Cluster, Device, Fact, Gpu, Host, Node, Rack, RackPlace, Role, Vm};

/// Disks of one kind.
pub(super) struct Disks {
    pub(super) count: usize,
    pub(super) words: String,
}

impl Disks {
    /// What the text says: `4 x 4 TB HDD` are four, anything else is one.
    fn new(text: &str) -> Self {
        let number = text.split_once(['x', '×']).and_then(|(number, rest)| {
            Some((number.trim().parse().ok()?, rest.trim())).filter(|(_, rest)| !rest.is_empty())
        });
        match number {
            Some((count, rest)) => Self { count, words: format!("{count} × {rest}") },
            None => Self { count: 1, words: text.to_owned() },
        }
    }
}

/// A virtual machine, or a node that runs on the host itself.
pub(super) struct Machine {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) role: String,
    /// Processors, memory and disk, each in words.
    pub(super) size: Vec<String>,
    /// Models of its cards; `GPU` where none is named.
    pub(super) gpus: Vec<String>,
    pub(super) target: Option<Target>,
}

/// A host, a node without one, or a device.
pub(super) struct Thing<'a> {
    pub(super) id: String,
    pub(super) name: &'a str,
    pub(super) kind: String,
    pub(super) model: Option<&'a str>,
    /// Processor, threads and memory, each in words.
    pub(super) size: Vec<String>,
    pub(super) disks: Vec<Disks>,
    pub(super) ports: usize,
    pub(super) gpus: Vec<String>,
    pub(super) machines: Vec<Machine>,
    /// What its machines are given, in words.
    pub(super) given: String,
    /// What nobody says of it, each in a word.
    pub(super) absent: Vec<&'static str>,
    pub(super) place: Option<&'a RackPlace>,
    pub(super) target: Target,
    pub(super) is_device: bool,
}

/// All racks and things of a cluster.
pub(super) struct Gathered<'a> {
    pub(super) racks: Vec<&'a Rack>,
    pub(super) things: Vec<Thing<'a>>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let mut racks: Vec<&Rack> = cluster.racks.iter().collect();
        racks.sort_by(|one, other| kit::natural(&one.name, &other.name));
        let loose = |node: &&Node| host_of(cluster, node).is_none();
        let mut hosts: Vec<Thing> =
            cluster.hosts.iter().map(|host| of_host(cluster, host)).collect();
        let mut nodes: Vec<Thing> =
            cluster.nodes.iter().filter(loose).map(|node| of_node(cluster, node)).collect();
        let mut devices: Vec<Thing> = cluster.devices.iter().map(of_device).collect();
        for list in [&mut hosts, &mut nodes, &mut devices] {
            list.sort_by(|one, other| kit::natural(one.name, other.name));
        }
        let things = hosts.into_iter().chain(nodes).chain(devices).collect();
        Self { racks, things }
    }
}

fn vm_of<'a>(cluster: &'a Cluster, node: &Node) -> Option<&'a Vm> {
    cluster.vms.iter().find(|vm| vm.node.as_ref() == Some(&node.name))
}

/// The declared host of a node.
fn host_of<'a>(cluster: &'a Cluster, node: &Node) -> Option<&'a str> {
    let by_vm = || vm_of(cluster, node)?.host.get().map(String::as_str);
    let name = node.host.as_deref().or_else(by_vm)?;
    cluster.hosts.iter().map(|host| host.name.as_str()).find(|host| *host == name)
}

fn gibibytes(mib: u64) -> String {
    if mib.is_multiple_of(1024) {
        format!("{} GiB", mib / 1024)
    } else {
        format!("{:.1} GiB", mib as f64 / 1024.0)
    }
}

/// Models of cards, `GPU` where one has none.
fn gpu_word(model: &Fact<String>) -> String {
    model.get().map_or_else(|| "GPU".to_owned(), |model| format!("GPU {model}"))
}

fn gpus_of(cluster: &Cluster, node: &Node) -> Vec<String> {
    let on = |gpu: &&Gpu| gpu.node == node.name;
    let mut gpus: Vec<String> =
        cluster.gpus.iter().filter(on).map(|gpu| gpu_word(&gpu.model)).collect();
    gpus.sort_by(|one, other| kit::natural(one, other));
    gpus
}

fn role_word(node: &Node) -> &'static str {
    match node.role.get() {
        Some(Role::ControlPlane) => "control plane",
        Some(Role::Worker) => "worker",
        None => "node",
    }
}

fn of_vm(cluster: &Cluster, vm: &Vm) -> Machine {
    let node = cluster.nodes.iter().find(|node| Some(&node.name) == vm.node.as_ref());
    let gpus = match node.map(|node| gpus_of(cluster, node)) {
        Some(gpus) if !gpus.is_empty() => gpus,
        _ if vm.gpu_model.is_known() || vm.gpu_mapping.is_known() => vec![gpu_word(&vm.gpu_model)],
        _ => vec![],
    };
    Machine {
        id: id("vm", &vm.name),
        name: vm.name.clone(),
        role: node.map_or("not a node", role_word).to_owned(),
        size: [
            vm.vcpu.get().map(|cpu| format!("{cpu} vCPU")),
            vm.memory_mb.get().map(|mib| gibibytes(*mib)),
            vm.disk_gb.get().map(|gib| format!("{gib} GiB disk")),
        ]
        .into_iter()
        .flatten()
        .collect(),
        gpus,
        target: node.map(|node| Target::Node(node.name.clone())),
    }
}

fn of_host<'a>(cluster: &'a Cluster, host: &'a Host) -> Thing<'a> {
    let mut vms: Vec<&Vm> =
        cluster.vms.iter().filter(|vm| vm.host.get() == Some(&host.name)).collect();
    vms.sort_by(|one, other| kit::natural(&one.name, &other.name));
    let mut machines: Vec<Machine> = vms.iter().map(|vm| of_vm(cluster, vm)).collect();
    let bare =
        |node: &&Node| host_of(cluster, node) == Some(&host.name) && vm_of(cluster, node).is_none();
    machines.extend(cluster.nodes.iter().filter(bare).map(|node| Machine {
        id: id("bare", &node.name),
        name: node.name.clone(),
        role: role_word(node).to_owned(),
        size: vec![],
        gpus: gpus_of(cluster, node),
        target: Some(Target::Node(node.name.clone())),
    }));
    machines.sort_by(|one, other| kit::natural(&one.name, &other.name));
    let size = [
        host.cpu.get().cloned(),
        host.threads.get().map(|threads| format!("{threads} threads")),
        host.memory_gb.get().map(|gib| format!("{gib} GiB")),
    ];
    let absent = [
        (!host.model.is_known(), "model"),
        (!host.cpu.is_known() && !host.threads.is_known(), "processor"),
        (!host.memory_gb.is_known(), "memory"),
        (host.disks.is_empty(), "disks"),
    ];
    Thing {
        id: id("host", &host.name),
        name: &host.name,
        kind: host.kind.clone(),
        model: host.model.get().map(String::as_str),
        size: size.into_iter().flatten().collect(),
        disks: host.disks.iter().map(|disk| Disks::new(disk.shown())).collect(),
        ports: 0,
        gpus: machines.iter().flat_map(|machine| machine.gpus.clone()).collect(),
        machines,
        given: given(&vms),
        absent: absent.iter().filter(|(is, _)| *is).map(|(_, word)| *word).collect(),
        place: host.place.as_ref(),
        target: Target::Host(host.name.clone()),
        is_device: false,
    }
}

/// What virtual machines are given together, where all sizes are known.
fn given(vms: &[&Vm]) -> String {
    let all = |value: &dyn Fn(&Vm) -> Option<u64>| vms.iter().map(|vm| value(vm)).sum();
    let cpu: Option<u64> = all(&|vm| vm.vcpu.get().map(|cpu| u64::from(*cpu)));
    let memory: Option<u64> = all(&|vm| vm.memory_mb.get().copied());
    match (vms.len(), cpu, memory) {
        (0, ..) => String::new(),
        (_, Some(cpu), Some(memory)) => format!("gives {cpu} vCPU and {}", gibibytes(memory)),
        _ => String::new(),
    }
}

fn of_node<'a>(cluster: &'a Cluster, node: &'a Node) -> Thing<'a> {
    let vm = vm_of(cluster, node);
    let machine = vm.map(|vm| of_vm(cluster, vm));
    let disk =
        node.install_disk.get().map(|disk| Disks { count: 1, words: format!("Talos on {disk}") });
    Thing {
        id: id("node", &node.name),
        name: &node.name,
        kind: role_word(node).to_owned(),
        model: None,
        size: machine.map(|machine| machine.size).unwrap_or_default(),
        disks: disk.into_iter().collect(),
        ports: 0,
        gpus: gpus_of(cluster, node),
        machines: vec![],
        given: String::new(),
        absent: if vm.is_some() { vec!["host"] } else { vec!["model", "processor", "memory"] },
        place: None,
        target: Target::Node(node.name.clone()),
        is_device: false,
    }
}

fn of_device(device: &Device) -> Thing<'_> {
    Thing {
        id: id("device", &device.name),
        name: &device.name,
        kind: device.kind.get().cloned().unwrap_or_default(),
        model: device.model.get().map(String::as_str),
        size: device.address.get().cloned().into_iter().collect(),
        disks: device.disks.iter().map(|disk| Disks::new(disk.shown())).collect(),
        ports: device.ports.get().map_or(0, |ports| usize::from(*ports)),
        gpus: vec![],
        machines: vec![],
        given: String::new(),
        absent: vec![],
        place: device.place.as_ref(),
        target: Target::Device(device.name.clone()),
        is_device: true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_are_counted() {
        let of = |text: &str| {
            let disks = Disks::new(text);
            (disks.count, disks.words)
        };
        assert_eq!(of("4 x 4 TB HDD"), (4, "4 × 4 TB HDD".to_owned()));
        assert_eq!(of("2×1 TB NVMe"), (2, "2 × 1 TB NVMe".to_owned()));
        assert_eq!(of("960 GB NVMe"), (1, "960 GB NVMe".to_owned()));
        assert_eq!(of("box of disks"), (1, "box of disks".to_owned()));
        assert_eq!(of("4 x"), (1, "4 x".to_owned()));
    }
}
