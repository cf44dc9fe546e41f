//! Machines: hypervisors, virtual machines, nodes and their interfaces.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};
use super::RackPlace;

/// A hypervisor.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Host {
    /// Name, lower case as in the endpoint map.
    pub name: String,
    /// `Proxmox VE`, …
    pub kind: String,
    /// URL or address of its API.
    pub address: Fact<String>,
    /// Machine model, from the inventory file.
    pub model: Fact<String>,
    /// Processor, from the inventory file.
    pub cpu: Fact<String>,
    /// Hardware threads, from the inventory file.
    pub threads: Fact<u32>,
    /// Memory in GiB, from the inventory file.
    pub memory_gb: Fact<u64>,
    /// Disks in it, one kind each, such as `4 x 4 TB HDD`, from the inventory file.
    pub disks: Vec<Fact<String>>,
    /// Where it stands, from the inventory file.
    pub place: Option<RackPlace>,
    /// Names of its virtual machines.
    pub vms: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A virtual machine.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Vm {
    /// Name.
    pub name: String,
    /// Number that the hypervisor knows it by.
    pub id: Fact<u64>,
    /// Name of its host; always an entry of [`Cluster::hosts`](super::Cluster) where known.
    pub host: Fact<String>,
    /// Name of the node it is, where one has its name, address or MAC address.
    pub node: Option<String>,
    /// Virtual processors: cores times sockets.
    pub vcpu: Fact<u32>,
    /// Memory in MiB.
    pub memory_mb: Fact<u64>,
    /// Disk in GiB.
    pub disk_gb: Fact<u64>,
    /// Storage pool of the disk.
    pub pool: Fact<String>,
    /// Network cards, the primary one first.
    pub nics: Vec<Nic>,
    /// GPU model that is passed through.
    pub gpu_model: Fact<String>,
    /// Resource mapping that passes it through.
    pub gpu_mapping: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A virtual machine's network card.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Nic {
    /// Bridge of the hypervisor.
    pub bridge: Fact<String>,
    /// VLAN tag.
    pub vlan: Fact<u16>,
    /// MAC address, lower case.
    pub mac: Fact<String>,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Runs the control plane.
    ControlPlane,
    /// Runs workloads.
    Worker,
}

/// A Kubernetes node.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Node {
    /// Host name.
    pub name: String,
    /// Control plane or worker.
    pub role: Fact<Role>,
    /// Address on the primary network, without prefix length.
    pub address: Fact<String>,
    /// All its interfaces, the primary one first.
    pub interfaces: Vec<Interface>,
    /// Name of the Talos image schematic where a file names it, otherwise the first 12 digits.
    pub schematic: Fact<String>,
    /// Full id of the schematic.
    pub schematic_id: Fact<String>,
    /// System extensions, where a schematic file lists them.
    pub extensions: Vec<Fact<String>>,
    /// Disk that Talos is installed to: a device path or a selector.
    pub install_disk: Fact<String>,
    /// Node labels.
    pub labels: BTreeMap<String, Fact<String>>,
    /// Node taints as `key=value:effect`.
    pub taints: Vec<Fact<String>>,
    /// Kernel modules that its configuration loads.
    pub kernel_modules: Vec<Fact<String>>,
    /// Name of the virtual machine it is.
    pub vm: Option<String>,
    /// Name of the hypervisor it runs on.
    pub host: Option<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A node's network interface.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Interface {
    /// Name, MAC address or bus path, as the file selects it.
    pub selector: Fact<String>,
    /// Addresses with prefix length, such as `192.0.2.11/24`.
    pub addresses: Vec<Fact<String>>,
    /// Id of the network it is on, where its address or VLAN says.
    pub network: Option<String>,
    /// VLAN tag, where this interface sets one itself.
    pub vlan: Fact<u16>,
    /// Bytes per packet.
    pub mtu: Fact<u32>,
    /// Whether it asks for its address.
    pub dhcp: bool,
}
