//! Proxmox hosts and virtual machines from Terraform variable files: [`Terraform`].
//!
//! In: `*.tfvars` files. Out: hypervisors by their API endpoints, virtual machines with size and
//! network cards, and names of schematics. `.tf` files are not read: sizes follow the convention
//! of one set of variables for each role (`worker_memory_mb`), and names that many modules use
//! are understood as the same key.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::fact::{Fact, Source, Value};
use super::fleet::{has_part, parsed};
use super::model::{Host, Nic, Vm};
use super::natural;
use crate::source::{Documents, Sources};

const ID: &[&str] = &["vm_id", "vmid", "id"];
const NAME: &[&str] = &["name", "hostname", "host_name"];
const ADDRESS: &[&str] = &["ip_address", "ip", "ipv4_address", "address", "ip_addr"];
const MAC: &[&str] = &["mac_addr", "mac_address", "mac", "macaddr"];
const HOST: &[&str] =
    &["proxmox_node", "pve_node", "target_node", "host_node", "node_name", "node"];
const CORES: &[&str] = &["cpu_cores", "cores", "vcpu", "vcpus", "cpus", "cpu"];
const SOCKETS: &[&str] = &["cpu_sockets", "sockets"];
const MEMORY_MB: &[&str] = &["memory_mb", "memory", "ram_mb", "ram_dedicated"];
const DISK_GB: &[&str] = &["disk_size_gb", "disk_gb", "disk_size"];
const POOL: &[&str] = &["vm_storage_pool", "storage_pool", "datastore_id", "datastore", "storage"];
const BRIDGE: &[&str] = &["network_bridge", "bridge"];
const VLAN: &[&str] = &["vlan_id", "vlan_tag", "vlan", "network_vlan", "network_vlan_id"];
const DEVICES: &[&str] = &["additional_network_devices", "network_devices", "additional_nics"];

const NO_ADDRESS: &str = "no file declares an API address";
const NO_INVENTORY: &str = "only `site/inventory.yaml` can tell";
const NO_SIZE: &str = "no variable file declares it";
const NO_PRIMARY_TAG: &str = "no file declares a VLAN tag for the primary network";
const NO_TAG: &str = "this card sets no tag";
const NO_GPU: &str = "none is passed through";

/// What the variable files of one cluster say.
#[derive(Default)]
pub(crate) struct Terraform {
    pub(crate) hosts: Vec<Host>,
    pub(crate) vms: Vec<Machine>,
    /// Names of schematics by their ids.
    pub(crate) schematics: BTreeMap<String, Fact<String>>,
    pub(crate) gateways: Vec<Fact<String>>,
}

/// A virtual machine with what joins it to a node.
pub(crate) struct Machine {
    pub(crate) vm: Vm,
    pub(crate) address: Fact<String>,
    /// Where the file says that it has a graphics card.
    pub(crate) gpu: Option<Source>,
}

/// Reads the variable files: those with `cluster` in their path, or all where none has.
pub(crate) fn read(sources: &Sources, documents: &Documents, cluster: Option<&str>) -> Terraform {
    let mut files: Vec<_> = parsed(sources, documents)
        .filter(|parsed| parsed.file.name().ends_with(".tfvars"))
        .collect();
    let is_of = |path: &str| cluster.is_some_and(|cluster| has_part(path, cluster));
    if files.iter().any(|parsed| is_of(&parsed.file.path)) {
        files.retain(|parsed| is_of(&parsed.file.path));
    }
    let mut terraform = Terraform::default();
    for parsed in files {
        let root = Cursor::new(&parsed.documents[0].root, sources);
        add_file(&mut terraform, &root);
    }
    add_missing_hosts(&mut terraform);
    natural::sort_by(&mut terraform.hosts, |host| &host.name);
    terraform.hosts.dedup_by(|right, left| right.name == left.name);
    natural::sort_by(&mut terraform.vms, |machine| &machine.vm.name);
    terraform
}

fn add_file(terraform: &mut Terraform, root: &Cursor) {
    for (name, value) in root.entries() {
        if name.contains("endpoint") {
            terraform.hosts.extend(value.entries().into_iter().filter_map(endpoint));
        }
        if name.contains("schematic") {
            let id = value.text();
            if let Some(known) = id.get().filter(|id| id.len() == 64).cloned() {
                terraform.schematics.insert(known, id.map(|_| schematic_name(name)));
            }
        }
        let entries = match value.items() {
            items if items.is_empty() => {
                value.entries().into_iter().map(|(key, entry)| (Some(key), entry)).collect()
            }
            items => items.into_iter().map(|item| (None, item)).collect::<Vec<_>>(),
        };
        for (key, entry) in entries.into_iter().filter(|(_, entry)| is_machine(entry)) {
            terraform.vms.extend(Reader { root, list: name, entry: &entry }.machine(key));
        }
    }
    terraform.gateways.extend(root.any(&["network_gateway", "gateway"]).map(|one| one.text()));
}

/// A host by its entry in a map of endpoint URLs.
fn endpoint((name, url): (&str, Cursor)) -> Option<Host> {
    let address = url.text();
    address.shown().starts_with("http").then(|| host(name, address, url.source()))
}

/// A host of which only the name, the address and the place are known.
pub(crate) fn host(name: &str, address: Fact<String>, source: Source) -> Host {
    Host {
        name: name.to_lowercase(),
        kind: "Proxmox VE".to_owned(),
        address,
        model: Fact::unknown(NO_INVENTORY),
        cpu: Fact::unknown(NO_INVENTORY),
        threads: Fact::unknown(NO_INVENTORY),
        memory_gb: Fact::unknown(NO_INVENTORY),
        disks: Vec::new(),
        place: None,
        vms: Vec::new(),
        source,
    }
}

/// Adds hosts that only machines name.
fn add_missing_hosts(terraform: &mut Terraform) {
    for machine in &terraform.vms {
        let (Some(name), Some(source)) = (machine.vm.host.get(), &machine.vm.host.source) else {
            continue;
        };
        if !terraform.hosts.iter().any(|host| host.name == *name) {
            terraform.hosts.push(host(name, Fact::unknown(NO_ADDRESS), source.clone()));
        }
    }
}

/// `talos_schematic_gpu` → `gpu`.
fn schematic_name(variable: &str) -> String {
    let is_filler = |part: &&str| !matches!(*part, "talos" | "schematic" | "id" | "image" | "");
    let parts: Vec<_> = variable.split('_').filter(is_filler).collect();
    if parts.is_empty() { "default".to_owned() } else { parts.join("_") }
}

/// Whether an object is a virtual machine: it has a number, or an address and a host.
fn is_machine(entry: &Cursor) -> bool {
    let has = |keys: &[&str]| entry.any(keys).is_some();
    let is_numbered = entry.any(&ID[..2]).is_some_and(|id| id.node.as_int().is_some());
    is_numbered || (has(HOST) && (has(ADDRESS) || has(MAC)))
}

struct Reader<'a> {
    root: &'a Cursor<'a>,
    /// Name of the variable that holds the machine.
    list: &'a str,
    entry: &'a Cursor<'a>,
}

impl Reader<'_> {
    fn machine(&self, key: Option<&str>) -> Option<Machine> {
        let entry = self.entry;
        let name = entry.any(NAME).and_then(|name| name.text().get().cloned());
        let name = name.or_else(|| key.map(str::to_owned))?;
        let gpu = entry.get("is_gpu").filter(|_| entry.is_true("is_gpu"));
        let gpu = gpu.or_else(|| entry.any(&["gpu_mapping", "gpu_model"])).map(|one| one.source());
        let vm = Vm {
            name,
            id: entry.any_fact(ID, NO_SIZE).parse(),
            host: entry.any_fact(HOST, NO_SIZE).map(|name| name.to_lowercase()),
            node: None,
            vcpu: self.vcpu(),
            memory_mb: self.memory(),
            disk_gb: self
                .size(DISK_GB)
                .map(|size| size.trim_end_matches(['G', 'g']).to_owned())
                .parse(),
            pool: self.own_or_root(POOL, NO_SIZE),
            nics: self.nics(),
            gpu_model: entry.fact("gpu_model", NO_GPU),
            gpu_mapping: entry.fact("gpu_mapping", NO_GPU),
            source: entry.source(),
        };
        Some(Machine { vm, address: entry.any_fact(ADDRESS, NO_SIZE), gpu })
    }

    /// Prefixes of the variables that set sizes for this machine, the most special first.
    fn prefixes(&self) -> Vec<&'static str> {
        let is_gpu = self.entry.is_true("is_gpu") || self.list.contains("gpu");
        let is_control = self.list.contains("control") || self.list.contains("master");
        match (is_control, is_gpu) {
            (true, _) => vec!["controlplane", "control_plane", "control", "controller", "master"],
            (false, true) => vec!["gpu_worker", "worker_gpu", "gpu", "worker"],
            (false, false) => vec!["worker"],
        }
    }

    /// A size from the machine itself, or from the variable of its role.
    fn size(&self, keys: &[&str]) -> Fact<String> {
        let of_role = || {
            let mut prefixes = self.prefixes().into_iter();
            prefixes.find_map(|prefix| {
                keys.iter().find_map(|key| self.root.any(&[&format!("{prefix}_{key}")]))
            })
        };
        match self.entry.any(keys).or_else(of_role) {
            Some(value) => value.text(),
            None => Fact::unknown(NO_SIZE),
        }
    }

    fn vcpu(&self) -> Fact<u32> {
        let cores = self.size(CORES).parse::<u32>();
        let sockets = self.size(SOCKETS).parse::<u32>();
        match sockets.value {
            Value::Known(number) => cores.map(|cores| cores.saturating_mul(number)),
            // One socket is Proxmox' default.
            Value::Unknown(_) => cores,
            Value::Templated(_) | Value::Encrypted => sockets,
        }
    }

    fn memory(&self) -> Fact<u64> {
        let in_gb = self.size(&["memory_gb", "ram_gb"]).parse::<u64>();
        self.size(MEMORY_MB).parse().or(in_gb.map(|size| size.saturating_mul(1024)))
    }

    fn own_or_root(&self, keys: &[&str], reason: &str) -> Fact<String> {
        self.entry.any_fact(keys, reason).or(self.root.any_fact(keys, reason))
    }

    fn nics(&self) -> Vec<Nic> {
        let primary = Nic {
            bridge: self.own_or_root(BRIDGE, NO_SIZE),
            vlan: self.own_or_root(VLAN, NO_PRIMARY_TAG).parse(),
            mac: self.entry.any_fact(MAC, NO_SIZE).map(|mac| mac.to_lowercase()),
        };
        let devices = self.entry.any(DEVICES).map(|list| list.items()).unwrap_or_default();
        let nic = |device: &Cursor| Nic {
            bridge: device.any_fact(BRIDGE, NO_SIZE),
            vlan: device.any_fact(VLAN, NO_TAG).parse(),
            mac: device.any_fact(MAC, NO_SIZE).map(|mac| mac.to_lowercase()),
        };
        std::iter::once(primary).chain(devices.iter().map(nic)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    fn read_text(text: &str) -> Terraform {
        let sources = Sources::from_memory([("terraform/a.tfvars", text.as_bytes())]);
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        read(&sources, &documents, None)
    }

    const MACHINES: &str = r#"
proxmox_endpoints = { alpha = "https://192.0.2.2:8006" }
network_bridge = "vmbr1"
vm_storage_pool = "fast"
controlplane_cpu_cores = 2
controlplane_cpu_sockets = 2
worker_cpu_cores = 8
worker_memory_mb = 4096
gpu_worker_memory_mb = 8192
talos_schematic_gpu = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
control_nodes = [
  { name = "c-1", vm_id = 900, ip_address = "192.0.2.11", mac_addr = "BC:24:11:00:00:01", proxmox_node = "Alpha" }
]
worker_nodes = [
  {
    name = "w-10", vm_id = 910, ip_address = "192.0.2.20", proxmox_node = "beta", is_gpu = true
    gpu_model = "rtx", gpu_mapping = "alpha-gpu"
    additional_network_devices = [{ bridge = "vmbr2", vlan_id = 62 }]
  },
  { name = "w-2", vm_id = 902, ip_address = "192.0.2.12", proxmox_node = "alpha", is_gpu = false, gpu_model = "" },
]
"#;

    #[test]
    fn machines_take_sizes_of_their_role() {
        let terraform = read_text(MACHINES);
        let names: Vec<_> = terraform.vms.iter().map(|machine| machine.vm.name.as_str()).collect();
        assert_eq!(names, ["c-1", "w-2", "w-10"]);
        let [control, worker, gpu] = terraform.vms.as_slice() else { panic!("three machines") };
        assert_eq!(control.vm.vcpu.get(), Some(&4));
        assert_eq!(control.vm.memory_mb.value, Value::Unknown(NO_SIZE.to_owned()));
        assert_eq!((worker.vm.vcpu.get(), worker.vm.memory_mb.get()), (Some(&8), Some(&4096)));
        assert_eq!((gpu.vm.vcpu.get(), gpu.vm.memory_mb.get()), (Some(&8), Some(&8192)));
        assert_eq!(gpu.vm.pool.shown(), "fast");
        assert!(gpu.gpu.is_some() && worker.gpu.is_none());
        assert_eq!(worker.vm.gpu_model.value, Value::Unknown(NO_GPU.to_owned()));
    }

    #[test]
    fn hosts_are_matched_in_lower_case() {
        let terraform = read_text(MACHINES);
        let hosts: Vec<_> =
            terraform.hosts.iter().map(|host| (host.name.as_str(), host.address.shown())).collect();
        assert_eq!(hosts, [("alpha", "https://192.0.2.2:8006"), ("beta", "—")]);
        assert_eq!(terraform.vms[0].vm.host.shown(), "alpha");
    }

    #[test]
    fn cards_start_with_the_primary_one() {
        let terraform = read_text(MACHINES);
        let control = &terraform.vms[0].vm.nics[0];
        assert_eq!((control.bridge.shown(), control.mac.shown()), ("vmbr1", "bc:24:11:00:00:01"));
        assert_eq!(control.vlan.value, Value::Unknown(NO_PRIMARY_TAG.to_owned()));
        let second = &terraform.vms[2].vm.nics[1];
        assert_eq!((second.bridge.shown(), second.vlan.get()), ("vmbr2", Some(&62)));
        let field = second.vlan.source.as_ref().map(|source| source.field.as_str());
        assert_eq!(field, Some("worker_nodes[0].additional_network_devices[0].vlan_id"));
    }

    #[test]
    fn schematics_have_names() {
        let names: Vec<_> = read_text(MACHINES).schematics.into_values().collect();
        assert_eq!(names[0].shown(), "gpu");
        assert_eq!(schematic_name("talos_schematic_id"), "default");
    }

    #[test]
    fn maps_of_machines_are_read() {
        let text = "nodes = { one = { vm_id = 1, cores = 4, memory_gb = 2, node = \"alpha\" } }\n";
        let terraform = read_text(text);
        let vm = &terraform.vms[0].vm;
        assert_eq!(
            (vm.name.as_str(), vm.vcpu.get(), vm.memory_mb.get()),
            ("one", Some(&4), Some(&2048))
        );
        assert!(read_text("template_ids = { alpha = { worker = 9000 } }\n").vms.is_empty());
    }
}
