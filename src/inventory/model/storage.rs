//! Where data is kept: classes, claims, volumes, mounts, shares and Ceph.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A storage class.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct StorageClass {
    /// Name.
    pub name: String,
    /// Driver that makes volumes.
    pub provisioner: Fact<String>,
    /// What the driver belongs to: `Ceph`, `NFS`, `Longhorn`, `OpenEBS`, `Local`, or the driver.
    pub backend: String,
    /// Pool, file system or share that volumes come from, as the parameters name it.
    pub pool: Fact<String>,
    /// What becomes of a volume whose claim is deleted; `Delete` where nothing is set.
    pub reclaim_policy: Fact<String>,
    /// Whether claims without a class get this one.
    pub is_default: bool,
    /// Whether a chart's values make it.
    pub from_values: bool,
    /// Where it is declared.
    pub source: Source,
}

/// A persistent volume claim: an object, or an entry of app-template's `persistence`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Claim {
    /// `namespace/name`.
    pub id: String,
    /// Storage class.
    pub class: Fact<String>,
    /// Size.
    pub size: Fact<String>,
    /// Access mode.
    pub access: Fact<String>,
    /// Whether a chart's values make it.
    pub from_values: bool,
    /// Id of an app that mounts it.
    pub app: Option<String>,
    /// Labels, which backups may select by.
    pub labels: BTreeMap<String, Fact<String>>,
    /// Name of the volume that it asks for.
    pub volume: Fact<String>,
    /// `Kind/name` of what a new claim is filled from, such as a restore.
    pub filled_from: Fact<String>,
    /// Ids of the backups that protect it.
    pub backups: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// What the cluster makes one claim of for each replica.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct VolumeTemplate {
    /// `namespace/owner/name`.
    pub id: String,
    /// `StatefulSet`, `CloudNativePG`, or the chart whose values ask for it.
    pub made_by: String,
    /// What the names of its claims begin with, where that is fixed: `data-db-` for `data-db-0`.
    pub claim_prefix: Option<String>,
    /// Storage class.
    pub class: Fact<String>,
    /// Size of each.
    pub size: Fact<String>,
    /// Access mode.
    pub access: Fact<String>,
    /// How many claims are made.
    pub replicas: Fact<u32>,
    /// Id of its app.
    pub app: Option<String>,
    /// Ids of the backups that protect it.
    pub backups: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A persistent volume that is an object.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Volume {
    /// Name.
    pub name: String,
    /// Storage class.
    pub class: Fact<String>,
    /// Size.
    pub size: Fact<String>,
    /// Access mode.
    pub access: Fact<String>,
    /// `nfs`, `local`, `hostPath`, `iscsi`, …, or the CSI driver.
    pub driver: Fact<String>,
    /// Server or node that holds it.
    pub server: Fact<String>,
    /// Path, share or handle there.
    pub path: Fact<String>,
    /// Id of the claim that takes it.
    pub claim: Option<String>,
    /// What becomes of it once its claim is deleted.
    pub reclaim_policy: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A volume of pods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Mount {
    /// Id of the app, or of the object that makes the pods where it is no app.
    pub user: String,
    /// Name of the volume within the pods, or the key that names a claim in a chart's values.
    pub name: String,
    /// `persistentVolumeClaim`, `nfs`, `hostPath`, `emptyDir`, `configMap`, …
    pub kind: String,
    /// Id of the claim, whether or not it is declared.
    pub claim: Option<String>,
    /// What is mounted: a claim's name, a path, or the name of an object; never content.
    pub target: Fact<String>,
    /// Paths in containers.
    pub paths: Vec<Fact<String>>,
    /// Whether every container has it read-only; false where nothing says so.
    pub read_only: bool,
    /// Where it is declared.
    pub source: Source,
}

/// A share of a file server.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Share {
    /// `NFS` or `SMB`.
    pub protocol: String,
    /// Name or address of the server.
    pub server: Fact<String>,
    /// Path of the share.
    pub path: Fact<String>,
    /// What uses it: `app media/films`, `volume films`, `class nfs`.
    pub user: String,
    /// Id of the app that mounts it directly.
    pub app: Option<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A Ceph cluster that Rook runs or connects to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CephCluster {
    /// `namespace/name`.
    pub id: String,
    /// Whether it runs outside of this cluster.
    pub external: bool,
    /// Image of the Ceph that Rook runs.
    pub image: Fact<String>,
    /// Addresses of monitors as `name=address`, where files hold them.
    pub monitors: Vec<Fact<String>>,
    /// Nodes whose disks it uses, as listed.
    pub nodes: Vec<Fact<String>>,
    /// Pools, file systems and object stores.
    pub pools: Vec<CephPool>,
    /// Where it is declared.
    pub source: Source,
}

/// A pool, file system or object store of Ceph.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CephPool {
    /// Name.
    pub name: String,
    /// `CephBlockPool`, `CephFilesystem`, `CephObjectStore`, …
    pub kind: String,
    /// Copies of each object, or `2+1` for erasure coding.
    pub copies: Fact<String>,
    /// Storage classes that use it.
    pub classes: Vec<String>,
    /// Where it is declared, or named by a class where Ceph is external.
    pub source: Source,
}
