//! Networks, and what hangs on them: attachments, pools, gateways, routes, tunnels.
//!
//! In: filled by the extractors of those names. Out: what network pages and diagrams read. An id
//! always names an entry of the list it points into.

use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A VLAN or subnet.
#[derive(Clone, Debug, Serialize)]
pub struct Network {
    /// `vlan-62`, or `net-192.0.2.0-24` where no tag is declared.
    pub id: String,
    /// Name from the inventory file or from the attachment that uses it.
    pub name: Fact<String>,
    /// VLAN tag.
    pub vlan: Fact<u16>,
    /// Address range.
    pub cidr: Fact<String>,
    /// Default router.
    pub gateway: Fact<String>,
    /// What it is for, from the inventory file.
    pub purpose: Fact<String>,
    /// Interface of the nodes that it arrives on.
    pub interface: Fact<String>,
    /// Whether the nodes' primary addresses are in it.
    pub primary: bool,
    /// Fixed number for its colour and shape, from 0: the primary network, then by VLAN tag.
    pub rank: usize,
    /// Names of nodes on it.
    pub nodes: Vec<String>,
    /// Ids of attachments on it.
    pub attachments: Vec<String>,
    /// Names of pools in it.
    pub pools: Vec<String>,
    /// Where it is first seen.
    pub source: Source,
}

/// A Multus `NetworkAttachmentDefinition`.
#[derive(Clone, Debug, Serialize)]
pub struct Attachment {
    /// `namespace/name`.
    pub id: String,
    /// CNI plugin, such as `macvlan`.
    pub plugin: Fact<String>,
    /// Interface of the node that it hangs on.
    pub master: Fact<String>,
    /// IPAM plugin, such as `host-local`.
    pub ipam: Fact<String>,
    /// Subnet that it gives addresses from.
    pub subnet: Fact<String>,
    /// First address it gives.
    pub range_start: Fact<String>,
    /// Last address it gives.
    pub range_end: Fact<String>,
    /// Id of its network.
    pub network: Option<String>,
    /// Ids of the apps whose pods use it.
    pub users: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A load-balancer address pool.
#[derive(Clone, Debug, Serialize)]
pub struct Pool {
    /// Name.
    pub name: String,
    /// `CiliumLoadBalancerIPPool`, `IPAddressPool`, …
    pub kind: String,
    /// Ranges as `first-last` or in CIDR form.
    pub blocks: Vec<Fact<String>>,
    /// Labels that a Service needs to get an address from it.
    pub selector: Vec<Fact<String>>,
    /// Id of the network that holds its first block.
    pub network: Option<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A Gateway API gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Gateway {
    /// `namespace/name`.
    pub id: String,
    /// Gateway class.
    pub class: Fact<String>,
    /// Fixed addresses.
    pub addresses: Vec<Fact<String>>,
    /// Listeners.
    pub listeners: Vec<Listener>,
    /// Id of the network that holds its first address.
    pub network: Option<String>,
    /// Ids of routes on it.
    pub routes: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A port of a gateway.
#[derive(Clone, Debug, Serialize)]
pub struct Listener {
    /// Name.
    pub name: String,
    /// Port number.
    pub port: Fact<u16>,
    /// `HTTP`, `HTTPS`, `TLS`, …
    pub protocol: Fact<String>,
    /// Host name that it answers to.
    pub hostname: Fact<String>,
}

/// A way from a host name to an app.
#[derive(Clone, Debug, Serialize)]
pub struct Route {
    /// `namespace/name`.
    pub id: String,
    /// `HTTPRoute`, `Ingress`, `TLSRoute`, …; app-template routes have the kind they become.
    pub kind: String,
    /// Whether a chart's values make it, and not an object of its own.
    pub from_values: bool,
    /// Host names.
    pub hostnames: Vec<Fact<String>>,
    /// Ids of gateways that exist here.
    pub gateways: Vec<String>,
    /// Gateways as written that are not declared in the repository.
    pub missing_gateways: Vec<Fact<String>>,
    /// Names of the Services it leads to.
    pub backends: Vec<Fact<String>>,
    /// Id of the app it leads to, where that can be told.
    pub app: Option<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A connector that brings the internet in without an open port.
#[derive(Clone, Debug, Serialize)]
pub struct Tunnel {
    /// Id of the app that runs it.
    pub app: String,
    /// `Cloudflare`, …
    pub provider: String,
    /// Ids of gateways it forwards to, where its configuration says.
    pub gateways: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}
