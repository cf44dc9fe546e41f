//! Graphics cards and other devices: who has them, who asks, how they are shared.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A graphics card given to a node.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Gpu {
    /// Name of the node.
    pub node: String,
    /// Model as declared.
    pub model: Fact<String>,
    /// Resource mapping on the hypervisor.
    pub mapping: Fact<String>,
    /// Pods that can share it, where time-slicing is set up.
    pub slots: Fact<u32>,
    /// Where it is declared.
    pub source: Source,
}

/// A request for a graphics card as an extended resource.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GpuRequest {
    /// Id of the object whose pods ask.
    pub user: String,
    /// Kind of that object.
    pub kind: String,
    /// Id of the app that it is.
    pub app: Option<String>,
    /// Resource, such as `nvidia.com/gpu`.
    pub resource: String,
    /// How many each pod asks for.
    pub count: Fact<u32>,
    /// Runtime class that its pods name.
    pub runtime_class: Fact<String>,
    /// Node labels that its pods insist on, of all its workloads.
    pub node_selector: BTreeMap<String, Fact<String>>,
    /// Whether its pods may all be stopped: fewest replicas of zero.
    pub scales_to_zero: bool,
    /// Where it is declared.
    pub source: Source,
}

/// How the cards of a cluster are shared among pods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct GpuSharing {
    /// Id of the object that says so.
    pub id: String,
    /// `time-slicing`, `MPS` or `shared devices`.
    pub mode: String,
    /// Resource that is shared.
    pub resource: Fact<String>,
    /// Pods that can share one card.
    pub replicas: Fact<u32>,
    /// Where it is declared.
    pub source: Source,
}

/// A `ResourceClaim` or `ResourceClaimTemplate` of dynamic resource allocation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeviceClaim {
    /// `namespace/name`.
    pub id: String,
    /// `ResourceClaim` or `ResourceClaimTemplate`.
    pub kind: String,
    /// Device classes that it asks for.
    pub device_classes: Vec<Fact<String>>,
    /// Ids of objects whose pods name it.
    pub users: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A `DeviceClass` of dynamic resource allocation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeviceClass {
    /// Name.
    pub name: String,
    /// Expressions that a device has to meet.
    pub selectors: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// An object whose pods name claims of dynamic resource allocation.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DeviceUser {
    /// Id of the object.
    pub user: String,
    /// Kind of the object.
    pub kind: String,
    /// Id of the app that it is.
    pub app: Option<String>,
    /// Names of claims and templates as written.
    pub claims: Vec<Fact<String>>,
    /// Where the first one is named.
    pub source: Source,
}

/// A container runtime that pods can ask for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuntimeClass {
    /// Name.
    pub name: String,
    /// Handler of the container runtime.
    pub handler: Fact<String>,
    /// Labels of the nodes that have it.
    pub node_selector: BTreeMap<String, Fact<String>>,
    /// Ids of objects whose pods name it.
    pub users: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A Talos image schematic that the repository holds.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Schematic {
    /// Name of its file without endings, or of its folder where the file is called `schematic`.
    pub name: String,
    /// Id that the Image Factory gives it, where it can be computed.
    pub id: Fact<String>,
    /// System extensions.
    pub extensions: Vec<Fact<String>>,
    /// Extra kernel arguments.
    pub kernel_args: Vec<Fact<String>>,
    /// Names of nodes whose image has its id.
    pub nodes: Vec<String>,
    /// Where it is declared.
    pub source: Source,
}
