//! Who may talk to whom: policies as rules, and what they add up to.
//!
//! In: filled by the policy extractors. Out: [`Policy`] for tables, [`Isolation`] for the matrix.
//! Policies speak about interfaces of the cluster network only: a pod's Multus interfaces are
//! outside of what they can allow or deny.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// A direction, as seen from the pods that a policy selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Into the pods.
    Ingress,
    /// Out of the pods.
    Egress,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Lets traffic through.
    Allow,
    /// Stops it, whatever else allows it.
    Deny,
    /// Leaves the decision to policies of lower rank (admin policies only).
    Pass,
}

/// A `NetworkPolicy`, `CiliumNetworkPolicy`, `CiliumClusterwideNetworkPolicy`,
/// `AdminNetworkPolicy`, `BaselineAdminNetworkPolicy`, `ClusterNetworkPolicy` or Calico's.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Policy {
    /// `namespace/name`, or the name of a policy for the whole cluster; unique together with
    /// `kind`.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// API group, which tells Calico's `NetworkPolicy` from Kubernetes' own.
    pub group: String,
    /// Its rank among policies that decide before one another, as written: `priority` of admin
    /// policies, lowest first, or `order` of Calico's.
    pub priority: Fact<String>,
    /// Namespace; none for the whole cluster.
    pub namespace: Option<String>,
    /// What it is for, where it says so.
    pub description: Fact<String>,
    /// Whether a chart's values make it, and not an object of its own.
    pub from_values: bool,
    /// What it applies to and what it says; more than one part only with Cilium's `specs`.
    pub parts: Vec<PolicyPart>,
    /// Where it is declared.
    pub source: Source,
}

/// One selector with its rules.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyPart {
    /// Which pods (or nodes) it applies to.
    pub subject: Subject,
    /// Directions in which what it selects is closed except for what some rule allows.
    pub isolates: Vec<Direction>,
    /// Ids of apps whose pods it is known to select; a chart other than app-template names its
    /// pods' labels itself, so that its apps are never among them where labels are asked for.
    pub apps: Vec<String>,
    /// Rules. One that allows nothing at all is no rule: it shows in `isolates`.
    pub rules: Vec<PolicyRule>,
}

/// Pods of some namespaces, or nodes.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Subject {
    /// True for a host policy, whose labels are those of nodes.
    pub nodes: bool,
    /// Namespaces.
    pub namespaces: NamespaceMatch,
    /// Requirements on labels, such as `app=web` or `tier In (a, b)`; none means all.
    pub labels: Vec<Fact<String>>,
}

/// Which namespaces are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "match", rename_all = "kebab-case")]
pub enum NamespaceMatch {
    /// All.
    All,
    /// Those of these names; they need not be declared.
    Named {
        /// Names.
        names: Vec<Fact<String>>,
    },
    /// Those whose labels fit.
    Labelled {
        /// Requirements on labels of namespaces.
        labels: Vec<Fact<String>>,
        /// Names of declared namespaces that fit by the labels in their manifests.
        names: Vec<String>,
    },
}

/// One rule.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct PolicyRule {
    /// Direction.
    pub direction: Direction,
    /// What it does.
    pub action: Action,
    /// The other side; at least one.
    pub peers: Vec<Peer>,
    /// Ports; none means all.
    pub ports: Vec<PolicyPort>,
    /// Where it stands.
    pub source: Source,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Peer {
    /// Everyone.
    Any,
    /// Pods.
    Pods {
        /// Of which namespaces.
        namespaces: NamespaceMatch,
        /// Requirements on their labels; none means all.
        labels: Vec<Fact<String>>,
    },
    /// One of Cilium's entities: `world`, `host`, `remote-node`, `cluster`, `kube-apiserver`, ….
    Entity {
        /// Its name.
        name: Fact<String>,
    },
    /// Addresses.
    Cidr {
        /// Range.
        cidr: Fact<String>,
        /// Ranges within it that are left out.
        except: Vec<Fact<String>>,
    },
    /// A group of addresses that is declared elsewhere.
    CidrGroup {
        /// Its name, or the labels that choose it.
        name: Fact<String>,
    },
    /// A DNS name or pattern.
    Fqdn {
        /// As written, `*` included.
        pattern: Fact<String>,
    },
    /// A Service.
    Service {
        /// `namespace/name`, or the labels that choose it.
        name: Fact<String>,
    },
    /// Nodes.
    Nodes {
        /// Requirements on their labels; none means all.
        labels: Vec<Fact<String>>,
    },
}

/// A port of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct PolicyPort {
    /// Number, name, or range as `first-last`; `ICMP` types are written `icmp 8`.
    pub port: Fact<String>,
    /// `TCP`, `UDP`, `SCTP`, `ANY`.
    pub protocol: Fact<String>,
    /// What is looked at above the port: `http`, `dns`, `kafka`, `tls`.
    pub inspects: Vec<String>,
}

/// How far the pods of a namespace are closed in a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Coverage {
    /// No policy selects any pod: everything is allowed.
    None,
    /// Policies select pods by label; other pods of the namespace are open.
    Some,
    /// A policy selects every pod.
    All,
}

/// What policies add up to for one namespace, in both directions.
///
/// There is one for each declared namespace, also where no policy selects its pods.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Isolation {
    /// The namespace.
    pub namespace: String,
    /// Into its pods.
    pub ingress: IsolationSide,
    /// Out of its pods.
    pub egress: IsolationSide,
}

/// One direction of [`Isolation`].
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct IsolationSide {
    /// How far the pods are closed.
    pub coverage: Coverage,
    /// Ids of the policies that select pods of it in this direction.
    pub policies: Vec<String>,
    /// One cell for each zone, in a fixed order; none where `coverage` is none.
    pub cells: Vec<ReachCell>,
}

/// Whether a zone can be reached, or can reach the namespace.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ReachCell {
    /// The other side.
    pub zone: Zone,
    /// The answer.
    pub verdict: Verdict,
    /// Ids of the policies that allow or deny it; none where nothing mentions it.
    pub policies: Vec<String>,
}

/// The other side of a cell.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum Zone {
    /// Pods of a namespace.
    Namespace(String),
    /// Everything outside the cluster that is no declared network.
    World,
    /// The nodes themselves.
    Host,
    /// The Kubernetes API server.
    KubeApiserver,
    /// A declared network, by its id in [`Cluster::networks`](super::Cluster::networks).
    Network(String),
}

/// Whether traffic is allowed, for the pods that policies select.
///
/// Where [`IsolationSide::coverage`] is `some`, the other pods of the namespace are open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// No policy speaks about this direction: everything is allowed.
    NoPolicy,
    /// Allowed from or to all of the zone, on all ports.
    Allowed,
    /// Allowed for some pods, ports or addresses only; also what reaches pods from their own node.
    Restricted,
    /// Closed, and nothing opens it.
    Denied,
}

impl IsolationSide {
    /// The answer for a zone.
    pub fn verdict(&self, zone: &Zone) -> Verdict {
        if self.coverage == Coverage::None {
            return Verdict::NoPolicy;
        }
        let cell = self.cells.iter().find(|cell| cell.zone == *zone);
        cell.map_or(Verdict::Denied, |cell| cell.verdict)
    }
}

impl Isolation {
    /// Whether pods of this namespace can reach those of another: the stricter of what leaves here
    /// and what gets in there.
    pub fn towards(&self, other: &Self) -> Verdict {
        let out = self.egress.verdict(&Zone::Namespace(other.namespace.clone()));
        let into = other.ingress.verdict(&Zone::Namespace(self.namespace.clone()));
        out.max(into)
    }
}

impl Policy {
    /// Whether a part of it closes what it selects in a direction.
    pub fn isolates(&self, direction: Direction) -> bool {
        self.parts.iter().any(|part| part.isolates.contains(&direction))
    }
}
