//! Racks, and what stands in them or beside them: all from the inventory file.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A rack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Rack {
    /// Name.
    pub name: String,
    /// Height in rack units of 44.45 mm (IEC 60297), from 1 to 100.
    pub units: u16,
    /// Where it is declared.
    pub source: Source,
}

/// Where in a rack something stands. Two may share units: they stand side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RackPlace {
    /// Name of the rack; always an entry of [`Cluster::racks`](super::Cluster).
    pub rack: String,
    /// Lowest unit that it takes, counted from 1 at the bottom.
    pub unit: u16,
    /// Units that it takes; all of them are in the rack.
    pub height: u16,
    /// Where it is declared.
    pub source: Source,
}

/// A machine that runs no node: a switch, a router, a UPS, a patch panel, a NAS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Device {
    /// Name.
    pub name: String,
    /// What it is, in the owner's words: `switch`, `ups`, `patch panel`.
    pub kind: Fact<String>,
    /// Model.
    pub model: Fact<String>,
    /// Its address.
    pub address: Fact<String>,
    /// Ports in its face.
    pub ports: Fact<u16>,
    /// Disks in it, one kind each, such as `4 x 4 TB HDD`.
    pub disks: Vec<Fact<String>>,
    /// Where it stands.
    pub place: Option<RackPlace>,
    /// Where it is declared.
    pub source: Source,
}
