//! Two clusters → what is different between them, as [`Change`]s.
//!
//! In: the cluster as it was and as it is. Out: one entry for each thing that came, went or is no
//! longer the same, in the order of [`Kind`] and of names. A thing that only moved within a file is
//! no change, and neither is what both sides do not know. It never asks where the two came from.

mod compare;
mod thing;
mod things;
mod words;

use serde::Serialize;

use crate::inventory::{Cluster, Source};

pub use words::Part;

/// What sort of thing changed; their order is that of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Versions and addresses of the cluster as a whole.
    Platform,
    /// A hypervisor.
    Host,
    /// A virtual machine.
    Vm,
    /// A Kubernetes node.
    Node,
    /// A graphics card of a node, or how cards are shared.
    Gpu,
    /// A VLAN or subnet.
    Network,
    /// A Multus attachment.
    Attachment,
    /// A load-balancer address pool.
    Pool,
    /// A gateway.
    Gateway,
    /// A tunnel from the internet.
    Tunnel,
    /// A host name.
    Hostname,
    /// A Service with an address of its own, or what makes such addresses reachable.
    Service,
    /// A policy on traffic, on visitors, or on what pods do.
    Policy,
    /// An app.
    App,
    /// A namespace.
    Namespace,
    /// A Flux Kustomization.
    Kustomization,
    /// A storage class.
    StorageClass,
    /// A storage claim, or a template of claims.
    Claim,
    /// A database cluster.
    Database,
    /// Something that saves data.
    Backup,
    /// Something that runs at fixed times.
    Schedule,
    /// A secret, by name.
    Secret,
    /// An alert.
    Alert,
    /// Something that metrics are collected from.
    Monitor,
    /// A dashboard.
    Dashboard,
    /// An object of a kind that nothing above speaks about.
    Object,
}

/// What happened to a thing, or to one of its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// The thing is new.
    Added,
    /// The thing is gone.
    Removed,
    /// A version went up.
    Upgraded,
    /// A version went down.
    Downgraded,
    /// Another value.
    Changed,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What sort of thing.
    pub kind: Kind,
    /// What happened.
    pub action: Action,
    /// Its id or name, such as `media/films`.
    pub entity: String,
    /// Which of its values changed; none where the thing itself came or went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What the value belongs to, such as a container or the repository of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// The value before; for a thing that is gone, a few words about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// The value now; for a new thing, a few words about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// What is gone from a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// What is new in a list.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<String>,
    /// Where it stood and stands.
    pub sources: Places,
}

/// Where a value stood and stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Places {
    /// In the older cluster.
    pub before: Option<Source>,
    /// In the newer one.
    pub after: Option<Source>,
}

/// What is different.
pub fn changes(old: &Cluster, new: &Cluster) -> Vec<Change> {
    compare::compare(things::of(old), things::of(new))
}

#[cfg(test)]
mod tests;
