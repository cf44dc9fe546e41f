//! Database clusters that operators run.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A database cluster.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DatabaseCluster {
    /// `namespace/name`; a later one of the same id has its kind as suffix.
    pub id: String,
    /// `PostgreSQL`, `MariaDB`, `Dragonfly`, …
    pub engine: String,
    /// `CloudNativePG`, …
    pub operator: String,
    /// Instances.
    pub instances: Fact<u32>,
    /// Image, which holds the version.
    pub image: Fact<String>,
    /// Storage class.
    pub class: Fact<String>,
    /// Size of each instance's volume.
    pub size: Fact<String>,
    /// Databases in it.
    pub databases: Vec<Database>,
    /// Ids of the backups that save it.
    pub backups: Vec<String>,
    /// Name of the object store that its log is archived to.
    pub archive: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A database.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Database {
    /// Name.
    pub name: Fact<String>,
    /// Role that owns it.
    pub owner: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}
