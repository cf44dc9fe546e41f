//! How addresses of the cluster get known outside of it, and how pods get more than one interface.
//!
//! In: filled by the extractors of Cilium, `MetalLB`, kube-vip and Multus. Out: what the network
//! pages read. Node and interface selectors are kept as text; what they match is not guessed.

use serde::Serialize;

use super::super::fact::{Fact, Source};

/// What makes load-balancer addresses reachable.
#[derive(Clone, Debug, Serialize)]
pub struct Announcement {
    /// Name.
    pub name: String,
    /// `CiliumL2AnnouncementPolicy`, `CiliumBGPAdvertisement`, `L2Advertisement`, `kube-vip`, ….
    pub kind: String,
    /// `L2` or `BGP`.
    pub protocol: String,
    /// What is announced, such as `loadBalancerIPs`, `Service LoadBalancerIP`, `PodCIDR`.
    pub announces: Vec<Fact<String>>,
    /// Interfaces; regular expressions for Cilium, names for others. None means all.
    pub interfaces: Vec<Fact<String>>,
    /// Requirements on labels of nodes; none means all.
    pub node_selector: Vec<Fact<String>>,
    /// Requirements on labels of Services; none means all.
    pub service_selector: Vec<Fact<String>>,
    /// Names of the pools that it is limited to (`MetalLB`).
    pub pools: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A router that the nodes speak BGP with.
#[derive(Clone, Debug, Serialize)]
pub struct BgpPeer {
    /// Name of the peer.
    pub name: String,
    /// Name of the object that declares it.
    pub object: String,
    /// Kind of that object.
    pub kind: String,
    /// Autonomous system of the nodes.
    pub local_asn: Fact<String>,
    /// Autonomous system of the router.
    pub peer_asn: Fact<String>,
    /// Address of the router.
    pub address: Fact<String>,
    /// Requirements on labels of nodes; none means all.
    pub node_selector: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A setting of the cluster network's plugin that decides how traffic goes.
#[derive(Clone, Debug, Serialize)]
pub struct CniSetting {
    /// Id of the app.
    pub app: String,
    /// Path in the chart's values, such as `l2announcements.enabled`.
    pub name: String,
    /// Value.
    pub value: Fact<String>,
}

/// A pod's use of a Multus attachment.
#[derive(Clone, Debug, Serialize)]
pub struct AttachmentUse {
    /// Id of the attachment as meant: `namespace/name`.
    pub attachment: String,
    /// Whether it is declared in the repository.
    pub exists: bool,
    /// Id of the app, or of the object, whose pods use it.
    pub user: String,
    /// Interface within the pod, where it is named.
    pub interface: Fact<String>,
    /// Fixed addresses, with prefix length where written so.
    pub addresses: Vec<Fact<String>>,
    /// Fixed MAC address, lower case.
    pub mac: Fact<String>,
    /// Routers it takes as default.
    pub gateways: Vec<Fact<String>>,
    /// Where it is written.
    pub source: Source,
}

/// The CNI configuration of an attachment beyond what [`Attachment`](super::Attachment) says.
#[derive(Clone, Debug, Serialize)]
pub struct AttachmentChain {
    /// Id of the attachment.
    pub attachment: String,
    /// Plugins in their order; one for a flat configuration.
    pub plugins: Vec<Fact<String>>,
    /// Mode of the first one, such as `bridge`.
    pub mode: Fact<String>,
    /// VLAN tag: set by the plugin, or the suffix of its interface (`bond0.70`).
    pub vlan: Fact<u16>,
    /// Bytes per packet.
    pub mtu: Fact<u32>,
    /// Routes, as `destination via router` where both are written.
    pub routes: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}
