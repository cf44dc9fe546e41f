//! What saves data, how often, for how long, and what it saves.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// Something that saves claims, databases or namespaces.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Backup {
    /// `namespace/name`; a later one of the same id has its kind as suffix.
    pub id: String,
    /// `ReplicationSource`, `SnapshotPolicy`, `ScheduledBackup`, …
    pub kind: String,
    /// `VolSync`, `kopiur`, `CloudNativePG`, `Velero`, `K8up`, …
    pub tool: String,
    /// When it runs, as cron text; empty where nothing starts it.
    pub schedules: Vec<Fact<String>>,
    /// Time zone of the schedules.
    pub time_zone: Fact<String>,
    /// How much is kept, by the names that the tool gives: `daily: 7`, `ttl: 720h`.
    pub retention: BTreeMap<String, Fact<String>>,
    /// Name of the repository, or of the Secret that says where it is.
    pub repository: Fact<String>,
    /// Ids of the claims it saves; each is an entry of [`Cluster::claims`](super::Cluster).
    pub claims: Vec<String>,
    /// Ids of the volume templates it saves.
    pub templates: Vec<String>,
    /// Ids of the database clusters it saves.
    pub databases: Vec<String>,
    /// `namespace/name` of claims and databases that it names but that are not declared.
    pub missing: Vec<Fact<String>>,
    /// What it selects, where it names no claim: labels, or whole namespaces.
    pub selection: Fact<String>,
    /// Whether it is switched off.
    pub suspended: bool,
    /// Where it is declared.
    pub source: Source,
}

/// Something that brings data back.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Restore {
    /// `namespace/name`.
    pub id: String,
    /// `ReplicationDestination`, `Restore`, …
    pub kind: String,
    /// `VolSync`, `kopiur`, …
    pub tool: String,
    /// What it reads: a policy, a snapshot, or a repository's Secret, by name.
    pub from: Fact<String>,
    /// Ids of the claims that it fills.
    pub claims: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A place that backups go to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct BackupRepository {
    /// `namespace/name`, or the name alone.
    pub id: String,
    /// `ClusterRepository`, `ObjectStore`, `BackupStorageLocation`, …
    pub kind: String,
    /// `kopiur`, `CloudNativePG`, `Velero`, …
    pub tool: String,
    /// How it stores: `s3`, `filesystem`, …
    pub storage: Fact<String>,
    /// Ids of the backups that go to it.
    pub backups: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A `VolumeSnapshotClass`.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SnapshotClass {
    /// Name.
    pub name: String,
    /// Driver that takes snapshots.
    pub driver: Fact<String>,
    /// What becomes of a snapshot whose object is deleted.
    pub deletion_policy: Fact<String>,
    /// Whether it is the driver's default.
    pub is_default: bool,
    /// Where it is declared.
    pub source: Source,
}
