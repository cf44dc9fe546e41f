//! What a homelab consists of: [`Cluster`] and the things in it.
//!
//! In: filled by the extractors beside this file. Out: what pages, diagrams, findings and
//! `rackbook facts` read. Every list is sorted by natural name (`node-2` before `node-10`), names
//! are unique within their list (`namespace/name` ids for what lives in a namespace), and a
//! reference by name or id always names an entry of the list it points into. It holds no secret
//! value.

mod announce;
mod backup;
mod database;
mod empty;
mod exposure;
mod gpu;
mod machine;
mod monitoring;
mod network;
mod policy;
mod rack;
mod schedule;
mod secret;
mod security;
mod storage;
mod version;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub use self::backup::{Backup, BackupRepository, Restore, SnapshotClass};
pub use self::database::{Database, DatabaseCluster};
pub use self::gpu::{
    DeviceClaim, DeviceClass, DeviceUser, Gpu, GpuRequest, GpuSharing, RuntimeClass, Schematic,
};
pub use self::machine::{Host, Interface, Nic, Node, Role, Vm};
pub use self::monitoring::{Alert, AlertRouting, Dashboard, Monitor, MonitorEndpoint, RuleSet};
pub use self::rack::{Device, Rack, RackPlace};
pub use self::schedule::Schedule;
pub use self::storage::{
    CephCluster, CephPool, Claim, Mount, Share, StorageClass, Volume, VolumeTemplate,
};
use super::fact::{Fact, Source};

pub use announce::*;
pub use exposure::*;
pub use network::*;
pub use policy::*;
pub use secret::*;
pub use security::*;
pub use version::*;

/// Everything that was read about one cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Cluster {
    /// Its name.
    pub name: Fact<String>,
    /// Numbers of things, by the names of the `facts` contract.
    pub counts: BTreeMap<String, usize>,
    /// The same with what charts make; empty where no rendered manifests were read.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rendered_counts: BTreeMap<String, usize>,
    /// Versions, endpoint, pod and service networks.
    pub platform: Platform,
    /// The folders that Flux starts from.
    pub sync_roots: Vec<SyncRoot>,
    /// Hypervisors.
    pub hosts: Vec<Host>,
    /// Racks, from the inventory file.
    pub racks: Vec<Rack>,
    /// Switches, routers, UPSes and the like, from the inventory file.
    pub devices: Vec<Device>,
    /// Virtual machines.
    pub vms: Vec<Vm>,
    /// Kubernetes nodes.
    pub nodes: Vec<Node>,
    /// Graphics cards given to nodes.
    pub gpus: Vec<Gpu>,
    /// VLANs and subnets.
    pub networks: Vec<Network>,
    /// Multus `NetworkAttachmentDefinition`s.
    pub attachments: Vec<Attachment>,
    /// Load-balancer address pools.
    pub pools: Vec<Pool>,
    /// Gateway API gateways.
    pub gateways: Vec<Gateway>,
    /// Ways from a host name to an app.
    pub routes: Vec<Route>,
    /// Connectors that bring the internet in without an open port.
    pub tunnels: Vec<Tunnel>,
    /// Namespaces, after renaming.
    pub namespaces: Vec<Namespace>,
    /// `HelmRelease`s, and workloads that no release makes.
    pub apps: Vec<App>,
    /// Flux Kustomizations.
    pub kustomizations: Vec<Kustomization>,
    /// Storage classes.
    pub storage_classes: Vec<StorageClass>,
    /// Persistent volume claims, declared or made by app-template.
    pub claims: Vec<Claim>,
    /// Host names with their audience and authentication.
    pub exposures: Vec<Exposure>,
    /// What publishes DNS records.
    pub dns_publishers: Vec<DnsPublisher>,
    /// DNS records that manifests write out.
    pub dns_records: Vec<DnsRecord>,
    /// Rules of tunnels.
    pub tunnel_rules: Vec<TunnelRule>,
    /// Rules that ask who the visitor is.
    pub auth_policies: Vec<AuthPolicy>,
    /// Services that can be reached without a gateway.
    pub exposed_services: Vec<ExposedService>,
    /// Network policies of all kinds.
    pub policies: Vec<Policy>,
    /// What they add up to, for each namespace.
    pub isolation: Vec<Isolation>,
    /// Uses of Multus attachments by pods.
    pub attachment_uses: Vec<AttachmentUse>,
    /// CNI configurations of attachments.
    pub attachment_chains: Vec<AttachmentChain>,
    /// What makes load-balancer addresses reachable.
    pub announcements: Vec<Announcement>,
    /// Routers that the nodes speak BGP with.
    pub bgp_peers: Vec<BgpPeer>,
    /// Settings of the cluster network's plugin.
    pub cni_settings: Vec<CniSetting>,
    /// External secrets.
    pub external_secrets: Vec<ExternalSecret>,
    /// Stores that they read.
    pub secret_stores: Vec<SecretStore>,
    /// What is written into stores.
    pub push_secrets: Vec<PushSecret>,
    /// Files with ciphertext.
    pub sealed_files: Vec<SealedFile>,
    /// Secrets in the repository.
    pub secret_objects: Vec<SecretObject>,
    /// Tetragon's policies.
    pub tracing_policies: Vec<TracingPolicy>,
    /// Rules on objects as they are made.
    pub admission_policies: Vec<AdmissionPolicy>,
    /// What pods are allowed beyond the usual.
    pub pod_privileges: Vec<PodPrivilege>,
    /// Pod Security levels of namespaces.
    pub pod_security: Vec<PodSecurity>,
    /// Places that name versions of the platform's components.
    pub versions: Vec<VersionNote>,
    /// Charts and images, once for each place.
    pub artifacts: Vec<Artifact>,
    /// `# renovate:` comments.
    pub renovate_comments: Vec<RenovateComment>,
    /// Renovate's configuration files.
    pub renovate_configs: Vec<RenovateConfig>,
    /// Objects of kinds that have no page of their own.
    pub others: Vec<OtherObject>,
    /// Objects that charts make, where a folder of rendered manifests was read; none of them is in
    /// another list.
    pub rendered: Vec<RenderedObject>,
    /// How many effective objects there are of each kind, known or not.
    pub kinds: Vec<KindCount>,
    /// What could not be read, and is therefore on no page.
    pub blind_spots: Vec<BlindSpot>,
    /// What one claim is made of for each replica: stateful sets, charts and database operators.
    pub volume_templates: Vec<VolumeTemplate>,
    /// Persistent volumes that are objects.
    pub volumes: Vec<Volume>,
    /// What pods mount.
    pub mounts: Vec<Mount>,
    /// Shares of file servers.
    pub shares: Vec<Share>,
    /// Ceph clusters.
    pub ceph: Vec<CephCluster>,
    /// What saves data.
    pub backups: Vec<Backup>,
    /// What brings data back.
    pub restores: Vec<Restore>,
    /// Where backups go.
    pub backup_repositories: Vec<BackupRepository>,
    /// Snapshot classes.
    pub snapshot_classes: Vec<SnapshotClass>,
    /// Database clusters.
    pub databases: Vec<DatabaseCluster>,
    /// What metrics are collected from.
    pub monitors: Vec<Monitor>,
    /// Alerts and recorded series.
    pub rules: Vec<RuleSet>,
    /// Grafana dashboards.
    pub dashboards: Vec<Dashboard>,
    /// Where alerts go, by name.
    pub alert_routing: Vec<AlertRouting>,
    /// Requests for graphics cards.
    pub gpu_requests: Vec<GpuRequest>,
    /// How graphics cards are shared.
    pub gpu_sharing: Vec<GpuSharing>,
    /// Claims of dynamic resource allocation.
    pub device_claims: Vec<DeviceClaim>,
    /// Device classes of dynamic resource allocation.
    pub device_classes: Vec<DeviceClass>,
    /// Objects whose pods name device claims.
    pub device_users: Vec<DeviceUser>,
    /// Runtime classes.
    pub runtime_classes: Vec<RuntimeClass>,
    /// Talos image schematics.
    pub schematics: Vec<Schematic>,
    /// What happens at fixed times.
    pub schedules: Vec<Schedule>,
}

/// The cluster as a whole.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Platform {
    /// `Talos`, `k3s`, …, as far as the repository shows.
    pub distribution: Fact<String>,
    /// Talos version.
    pub talos_version: Fact<String>,
    /// Kubernetes version.
    pub kubernetes_version: Fact<String>,
    /// URL of the API server.
    pub endpoint: Fact<String>,
    /// Shared address of the API servers.
    pub vip: Fact<String>,
    /// Pod networks.
    pub pod_cidrs: Vec<Fact<String>>,
    /// Service networks.
    pub service_cidrs: Vec<Fact<String>>,
}

/// A folder that Flux starts from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SyncRoot {
    /// Folder relative to the repository.
    pub path: String,
    /// What names it.
    pub source: Source,
}

/// A namespace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Namespace {
    /// Name.
    pub name: String,
    /// Pod Security level that it enforces.
    pub pod_security: Fact<String>,
    /// Ids of its apps.
    pub apps: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// What runs: a `HelmRelease`, or a workload that no release makes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct App {
    /// `namespace/name`.
    pub id: String,
    /// Namespace.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `HelmRelease`, `Deployment`, …
    pub kind: String,
    /// What it is for: the inventory file, or an annotation.
    pub purpose: Fact<String>,
    /// The chart, for a release.
    pub chart: Option<Chart>,
    /// Workloads that can be seen: app-template controllers, or the workload itself.
    pub workloads: Vec<Workload>,
    /// Images, sorted by repository.
    pub images: Vec<Image>,
    /// Ids of its routes.
    pub routes: Vec<String>,
    /// Ids of its claims.
    pub claims: Vec<String>,
    /// Ids of attachments its pods use.
    pub attachments: Vec<String>,
    /// What it asks for of graphics cards, such as `nvidia.com/gpu: 1`.
    pub gpus: Vec<Fact<String>>,
    /// Names of Secrets and `ExternalSecret`s that belong to it; never their values.
    pub secrets: Vec<String>,
    /// Fixed load-balancer addresses.
    pub addresses: Vec<Fact<String>>,
    /// Id of the Flux Kustomization that applies it.
    pub kustomization: Option<String>,
    /// Other objects that the same Kustomization applies.
    pub objects: Vec<ObjectRef>,
    /// Files and steps that led from the sync root to it, outermost first.
    pub chain: Vec<ChainStep>,
    /// Where it is declared.
    pub source: Source,
}

/// One step on the way from the sync root to an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ChainStep {
    /// What it is, such as ``Flux Kustomization `media/jellyfin` ``.
    pub label: String,
    /// Where.
    pub source: Source,
}

/// An object named with its place.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ObjectRef {
    /// Kind.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Where it is declared.
    pub source: Source,
}

/// An object that a chart makes, as another tool has rendered it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RenderedObject {
    /// `namespace/name`, or the name alone; unique together with group and kind.
    pub id: String,
    /// API group, empty for core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Id of the app whose chart makes it, where something tells.
    pub app: Option<String>,
    /// Where it is in the folder of rendered manifests.
    pub source: Source,
}

/// A Helm chart.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Chart {
    /// Name.
    pub name: Fact<String>,
    /// Version, tag or digest.
    pub version: Fact<String>,
    /// URL that it comes from.
    pub repository: Fact<String>,
    /// Whether it is bjw-s app-template, whose values are understood fully.
    pub app_template: bool,
}

/// Something that makes pods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Workload {
    /// Name.
    pub name: String,
    /// `Deployment`, `StatefulSet`, `DaemonSet`, `CronJob`, …
    pub kind: String,
    /// Containers with their images, init containers first.
    pub containers: Vec<Container>,
    /// Replicas.
    pub replicas: Fact<u32>,
    /// Node labels that it insists on.
    pub node_selector: BTreeMap<String, Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A container.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Container {
    /// Name.
    pub name: String,
    /// Whether it runs before the others.
    pub init: bool,
    /// Image.
    pub image: Option<Image>,
    /// CPU that is asked for.
    pub cpu_request: Fact<String>,
    /// Memory that is asked for.
    pub memory_request: Fact<String>,
    /// Memory that it may not exceed.
    pub memory_limit: Fact<String>,
}

/// A container image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Image {
    /// Registry and path without tag.
    pub repository: Fact<String>,
    /// Tag without digest.
    pub tag: Fact<String>,
    /// `sha256:…`, where it is pinned.
    pub digest: Fact<String>,
}

/// A Flux Kustomization.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Kustomization {
    /// `namespace/name`, after renaming.
    pub id: String,
    /// Folder that it applies.
    pub path: Fact<String>,
    /// What it waits for.
    pub depends_on: Vec<Dependency>,
    /// Whether its source is another repository, so that its objects are not visible here.
    pub external: bool,
    /// How many objects it applies.
    pub objects: usize,
    /// Where it is declared.
    pub source: Source,
}

/// An edge of the Flux dependency graph.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dependency {
    /// `namespace/name` that is waited for.
    pub id: String,
    /// Whether a Kustomization of that id exists.
    pub exists: bool,
    /// Where it is declared.
    pub source: Source,
}

/// How many effective objects there are of a kind.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct KindCount {
    /// API group, empty for core.
    pub group: String,
    /// Kind.
    pub kind: String,
    /// Number.
    pub count: usize,
}

/// Something that could not be read.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BlindSpot {
    /// What is not visible.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Where, if at one place.
    pub source: Option<Source>,
}
