//! Nodes, virtual machines and hosts, joined: [`Hardware`].
//!
//! In: all files and their documents. Out: the machines of one cluster from every tool that
//! declares them, with each virtual machine tied to its node and its host. It never merges two
//! clusters, and joins only by name, address or MAC address.

use std::collections::BTreeMap;

use super::declared::{Declared, unknown_name};
use super::fact::{Fact, Source};
use super::fleet::{self, Fleet};
use super::machine::NOT_DECLARED;
use super::model::{Gpu, Host, Node, Platform, Vm};
use super::proxmox::{self, Machine, Terraform};
use super::{gpu, natural, talhelper, talos, topf};
use crate::diagnostic::Diagnostic;
use crate::source::{Documents, Sources, Span};

/// The machines of one cluster.
pub(crate) struct Hardware {
    /// Name that the machine configuration gives the cluster.
    pub(crate) cluster_name: Fact<String>,
    pub(crate) platform: Platform,
    pub(crate) hosts: Vec<Host>,
    pub(crate) vms: Vec<Vm>,
    pub(crate) nodes: Vec<Node>,
    /// Default routers, of any network.
    pub(crate) gateways: Vec<Fact<String>>,
    /// Subnets that node addresses are taken from.
    pub(crate) node_cidrs: Vec<Fact<String>>,
    /// Where a virtual machine is said to have a graphics card, by its name.
    gpu_sources: BTreeMap<String, Source>,
}

/// Reads what declares machines: talhelper, topf, plain Talos files, and Terraform variables.
///
/// `cluster` chooses among several folders by name.
pub(crate) fn read(
    sources: &Sources,
    documents: &Documents,
    cluster: Option<&str>,
) -> (Hardware, Vec<Diagnostic>) {
    let mut diagnostics = Vec::new();
    let mut fleets = talhelper::read(sources, documents, &mut diagnostics);
    fleets.extend(topf::read(sources, documents));
    fleets.extend(talos::read(sources, documents));
    let fleet = fleet::choose(fleets, cluster, &mut diagnostics);
    let terraform = proxmox::read(sources, documents, cluster);
    let hardware = join(fleet, terraform, &mut diagnostics);
    (hardware, diagnostics)
}

/// Keeps the first of several that have one name, and warns about the others.
fn distinct<T>(
    items: &mut Vec<T>,
    what: &str,
    key: impl Fn(&T) -> (String, Span),
    diagnostics: &mut Vec<Diagnostic>,
) {
    items.dedup_by(|later, earlier| {
        let ((name, again), (first, span)) = (key(later), key(earlier));
        let is_repeated = name == first;
        if is_repeated {
            let message = format!("{what} `{name}` is declared twice");
            let warning = Diagnostic::warning("inventory/duplicate-machine", message);
            let warning = warning.at(again).label("this one is not shown");
            diagnostics.push(warning.related(span, "the first one"));
        }
        is_repeated
    });
}

fn join(fleet: Option<Fleet>, terraform: Terraform, diagnostics: &mut Vec<Diagnostic>) -> Hardware {
    let Terraform { hosts, vms: mut machines, schematics, mut gateways } = terraform;
    let key = |one: &Machine| (one.vm.name.clone(), one.vm.source.span);
    distinct(&mut machines, "virtual machine", key, diagnostics);
    let fleet = fleet.unwrap_or_else(no_fleet);
    gateways.extend(fleet.gateways);
    let mut hardware = Hardware {
        cluster_name: fleet.cluster_name,
        platform: fleet.platform,
        hosts,
        gpu_sources: gpu_sources(&machines),
        vms: Vec::new(),
        nodes: fleet.nodes,
        gateways,
        node_cidrs: fleet.node_cidrs,
    };
    natural::sort_by(&mut hardware.nodes, |node| &node.name);
    let key = |node: &Node| (node.name.clone(), node.source.span);
    distinct(&mut hardware.nodes, "node", key, diagnostics);
    for node in &mut hardware.nodes {
        if let Some(name) = node.schematic_id.get().and_then(|id| schematics.get(id)) {
            node.schematic = name.clone();
        }
    }
    for machine in machines {
        hardware.add_vm(machine);
    }
    hardware
}

fn gpu_sources(machines: &[Machine]) -> BTreeMap<String, Source> {
    let source = |machine: &Machine| Some((machine.vm.name.clone(), machine.gpu.clone()?));
    machines.iter().filter_map(source).collect()
}

fn no_fleet() -> Fleet {
    let unknown = || Fact::unknown(NOT_DECLARED);
    Fleet {
        folder: String::new(),
        cluster_name: unknown(),
        platform: Platform {
            distribution: Fact::unknown("no machine configuration is in the repository"),
            talos_version: unknown(),
            kubernetes_version: unknown(),
            endpoint: unknown(),
            vip: unknown(),
            pod_cidrs: Vec::new(),
            service_cidrs: Vec::new(),
        },
        nodes: Vec::new(),
        gateways: Vec::new(),
        node_cidrs: Vec::new(),
        source: None,
    }
}

impl Hardware {
    /// Ties a virtual machine to its host and to the node that it is.
    fn add_vm(&mut self, machine: Machine) {
        let Machine { mut vm, address, .. } = machine;
        if let Some(host) = self.hosts.iter_mut().find(|host| Some(&host.name) == vm.host.get()) {
            host.vms.push(vm.name.clone());
        }
        if let Some(at) = self.node_of(&vm, address.get()) {
            let node = &mut self.nodes[at];
            node.vm = Some(vm.name.clone());
            node.host = vm.host.get().cloned();
            vm.node = Some(node.name.clone());
            if !node.address.is_known() && address.is_known() {
                node.address = address;
            }
        }
        self.vms.push(vm);
    }

    /// The node of a virtual machine: by name, then by address, then by MAC address.
    fn node_of(&self, vm: &Vm, address: Option<&String>) -> Option<usize> {
        let is_mac = |node: &Node| {
            let macs: Vec<_> = vm.nics.iter().filter_map(|nic| nic.mac.get()).collect();
            let selectors = node.interfaces.iter().filter_map(|link| link.selector.get());
            selectors.into_iter().any(|selector| macs.contains(&&selector.to_lowercase()))
        };
        let position = |wanted: &dyn Fn(&Node) -> bool| {
            self.nodes.iter().position(|node| node.vm.is_none() && wanted(node))
        };
        position(&|node| node.name == vm.name)
            .or_else(|| position(&|node| address.is_some() && node.address.get() == address))
            .or_else(|| position(&is_mac))
    }

    /// The graphics cards of all nodes; `slots` comes from `devices`.
    pub(crate) fn gpus(&self, slots: Option<&Fact<u32>>) -> Vec<Gpu> {
        gpu::collect(&self.nodes, &self.vms, &self.gpu_sources, slots)
    }

    /// Adds what the inventory file knows of hosts.
    ///
    /// A name that is no hypervisor's but a node's describes that node's own machine.
    pub(crate) fn declare_hosts(&mut self, declared: &Declared) -> Vec<Diagnostic> {
        let mut diagnostics = Vec::new();
        for entry in &declared.hosts {
            let name = entry.name.to_lowercase();
            if !self.hosts.iter().any(|host| host.name == name) && !self.add_bare_metal(&name) {
                let hosts = self.hosts.iter().map(|host| host.name.as_str());
                let nodes = self.nodes.iter().map(|node| node.name.as_str());
                let (name, span) = (&entry.name, entry.name_span);
                diagnostics.push(unknown_name("host", name, span, hosts.chain(nodes)));
                continue;
            }
            for host in self.hosts.iter_mut().filter(|host| host.name == name) {
                host.model = entry.model.clone();
                host.cpu = entry.cpu.clone();
                host.threads = entry.threads.clone();
                host.memory_gb = entry.memory_gb.clone();
                host.disks.clone_from(&entry.disks);
                host.place.clone_from(&entry.place);
            }
        }
        natural::sort_by(&mut self.hosts, |host| &host.name);
        diagnostics
    }

    /// Makes a host of a node that is no virtual machine; false where there is none.
    fn add_bare_metal(&mut self, name: &str) -> bool {
        let mut nodes = self.nodes.iter_mut();
        let node = nodes.find(|node| node.vm.is_none() && node.name.to_lowercase() == name);
        let Some(node) = node else { return false };
        node.host = Some(name.to_owned());
        let kind = "Bare metal".to_owned();
        let host = proxmox::host(name, node.address.clone(), node.source.clone());
        self.hosts.push(Host { kind, ..host });
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::declared;
    use super::super::model::Role;
    use super::*;
    use crate::source::parse;

    fn read_files(files: &[(&str, &str)], cluster: Option<&str>) -> (Hardware, Vec<Diagnostic>) {
        let sources =
            Sources::from_memory(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        let (mut hardware, mut diagnostics) = read(&sources, &documents, cluster);
        let (declared, wrong) = declared::read(&sources, &documents);
        diagnostics.extend(wrong);
        diagnostics.extend(hardware.declare_hosts(&declared));
        (hardware, diagnostics)
    }

    const ID: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    #[test]
    fn machines_are_joined_by_name_address_and_mac() {
        let talconfig = format!(
            "nodes:\n- {{hostname: n-10, talosImageURL: factory.talos.dev/installer/{ID}}}\n\
             - {{hostname: n-2, ipAddress: 192.0.2.12, nodeLabels: {{gpu.nvidia.com/model: rtx}}}}\n\
             - {{hostname: n-3, networkInterfaces: [{{deviceSelector: {{hardwareAddr: 'BC:24:11:00:00:03'}}}}]}}\n"
        );
        let tfvars = format!(
            "talos_schematic_gpu = \"{ID}\"\nnodes = [\n\
             {{ name = \"n-10\", vm_id = 1, proxmox_node = \"Alpha\", is_gpu = true }},\n\
             {{ name = \"b\", vm_id = 2, ip_address = \"192.0.2.12\", proxmox_node = \"alpha\" }},\n\
             {{ name = \"c\", vm_id = 3, mac_addr = \"bc:24:11:00:00:03\" }},\n\
             {{ name = \"d\", vm_id = 4 }},\n]\n"
        );
        let (hardware, diagnostics) =
            read_files(&[("talos/talconfig.yaml", &talconfig), ("a.tfvars", &tfvars)], None);
        assert_eq!(diagnostics, []);
        let nodes: Vec<_> =
            hardware.nodes.iter().map(|node| (node.name.as_str(), node.vm.as_deref())).collect();
        assert_eq!(nodes, [("n-2", Some("b")), ("n-3", Some("c")), ("n-10", Some("n-10"))]);
        assert_eq!(hardware.nodes[2].schematic.shown(), "gpu");
        assert_eq!(hardware.nodes[2].host.as_deref(), Some("alpha"));
        assert_eq!(hardware.hosts[0].vms, ["b", "n-10"]);
        let gpus: Vec<_> =
            hardware.gpus(None).iter().map(|gpu| gpu.node.clone() + gpu.model.shown()).collect();
        assert_eq!(gpus, ["n-2rtx", "n-10—"]);
    }

    #[test]
    fn clusters_are_chosen_by_name() {
        let nodes = |name: &str| {
            format!("clusterName: {name}\nnodes: [{{hostname: {name}-1, controlPlane: true}}]\n")
        };
        let (main, test) = (nodes("main"), nodes("test"));
        let files =
            [("talos/one/talconfig.yaml", main.as_str()), ("talos/two/talconfig.yaml", &test)];
        let check = |cluster: Option<&str>, expected: &str, notes: usize| {
            let (hardware, diagnostics) = read_files(&files, cluster);
            assert_eq!(hardware.nodes[0].name, expected);
            assert_eq!(hardware.nodes[0].role.get(), Some(&Role::ControlPlane));
            assert_eq!(diagnostics.len(), notes);
        };
        check(Some("test"), "test-1", 0);
        check(Some("two"), "test-1", 0);
        check(Some("other"), "main-1", 1);
        check(None, "main-1", 1);
    }

    #[test]
    fn the_inventory_file_names_machines() {
        let files = [
            ("talos/talconfig.yaml", "nodes: [{hostname: k8s-0, ipAddress: 192.0.2.10}]\n"),
            ("a.tfvars", "proxmox_endpoints = { alpha = \"https://192.0.2.2:8006\" }\n"),
            (
                "site/inventory.yaml",
                "hosts:\n  Alpha: {model: M720q}\n  k8s-0: {cpu: N100}\n  alhpa: {}\n",
            ),
        ];
        let (hardware, diagnostics) = read_files(&files, None);
        let hosts: Vec<_> = hardware
            .hosts
            .iter()
            .map(|host| {
                (host.name.as_str(), host.kind.as_str(), host.model.shown(), host.cpu.shown())
            })
            .collect();
        assert_eq!(
            hosts,
            [("alpha", "Proxmox VE", "M720q", "—"), ("k8s-0", "Bare metal", "—", "N100")]
        );
        assert_eq!(hardware.nodes[0].host.as_deref(), Some("k8s-0"));
        let [warning] = diagnostics.as_slice() else { panic!("one warning") };
        assert_eq!(warning.help.as_deref(), Some("did you mean `alpha`?"));
    }

    #[test]
    fn repeated_names_are_warned_about() {
        let nodes = "nodes:\n- {hostname: a}\n- {hostname: a}\n";
        let machines = "vms = [{ name = \"b\", vm_id = 1 }, { name = \"b\", vm_id = 2 }]\n";
        let files = [("talconfig.yaml", nodes), ("a.tfvars", machines)];
        let (hardware, diagnostics) = read_files(&files, None);
        assert_eq!((hardware.nodes.len(), hardware.vms.len()), (1, 1));
        let messages: Vec<_> = diagnostics.iter().map(|one| one.message.as_str()).collect();
        let expected = ["virtual machine `b` is declared twice", "node `a` is declared twice"];
        assert_eq!(messages, expected);
    }

    #[test]
    fn machines_give_addresses_to_nodes_without() {
        let files = [
            ("talconfig.yaml", "nodes: [{hostname: a}]\n"),
            ("a.tfvars", "vms = [{ name = \"a\", vm_id = 1, ip_address = \"192.0.2.9\" }]\n"),
        ];
        let (hardware, _) = read_files(&files, None);
        assert_eq!(hardware.nodes[0].address.shown(), "192.0.2.9");
    }

    #[test]
    fn nothing_known_is_no_error() {
        let (hardware, diagnostics) = read_files(&[("README.md", "x")], None);
        assert_eq!((hardware.nodes.len(), diagnostics.len()), (0, 0));
        assert!(!hardware.platform.distribution.is_known());
    }
}
