//! Host names and addresses, and who can reach them.
//!
//! In: filled by the exposure extractors. Out: what ingress maps, host name tables and findings
//! read. "No authentication declared" is all that can be said: an app may have its own.

use serde::Serialize;

use super::super::fact::{Fact, Source};

/// Who can look up and reach a host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Audience {
    /// Nothing tells.
    Unknown,
    /// Publishers of DNS records are declared, and none of them publishes it.
    Unpublished,
    /// The local network.
    Lan,
    /// A private overlay network such as Tailscale's.
    Overlay,
    /// The internet.
    Wan,
}

/// Whether something asks who the visitor is before the app is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Authentication {
    /// No route of it is in the repository.
    Unknown,
    /// On all routes of the host name.
    Required,
    /// On some of its routes only.
    Partial,
    /// On none, as far as manifests tell.
    NoneDeclared,
}

/// A host name, with everything that serves, publishes and guards it.
#[derive(Clone, Debug, Serialize)]
pub struct Exposure {
    /// The name as written; expressions are kept.
    pub name: Fact<String>,
    /// The widest audience.
    pub audience: Audience,
    /// All audiences, narrowest first; a name can be published on LAN and WAN.
    pub audiences: Vec<Audience>,
    /// Why, in words for a reader: one line for each reason.
    pub reasons: Vec<String>,
    /// Whether an audience rests on a filter that only the cluster can resolve.
    pub assumed: bool,
    /// Ids of [`Cluster::routes`](super::Cluster::routes) that serve it.
    pub routes: Vec<String>,
    /// Ids of the apps behind them.
    pub apps: Vec<String>,
    /// Ids of the gateways, whether declared here or not.
    pub gateways: Vec<String>,
    /// Ingress classes.
    pub ingress_classes: Vec<Fact<String>>,
    /// Ids of [`Cluster::dns_publishers`](super::Cluster::dns_publishers) that publish it.
    pub publishers: Vec<String>,
    /// Ids of the apps of tunnels that bring it in.
    pub tunnels: Vec<String>,
    /// Whether something asks who the visitor is.
    pub authentication: Authentication,
    /// What asks, in words: an id of [`Cluster::auth_policies`](super::Cluster::auth_policies), an
    /// annotation's key, or a filter.
    pub auth_by: Vec<String>,
    /// Where it is written.
    pub sources: Vec<Source>,
}

/// Something that publishes DNS records for what the cluster serves.
#[derive(Clone, Debug, Serialize)]
pub struct DnsPublisher {
    /// Id of the app, or of the object, that does it.
    pub id: String,
    /// `external-dns`, `k8s-gateway`.
    pub kind: String,
    /// DNS provider, such as `cloudflare`; for a webhook the image of it.
    pub provider: Fact<String>,
    /// Who reads what it publishes.
    pub audience: Audience,
    /// Kinds it looks at, as external-dns calls them: `gateway-httproute`, `service`, `crd`, ….
    pub resources: Vec<Fact<String>>,
    /// Domains that it is limited to; none means all.
    pub domains: Vec<Fact<String>>,
    /// Domains that it leaves out.
    pub excluded_domains: Vec<Fact<String>>,
    /// Gateways that it is limited to, by name; none means all.
    pub gateways: Vec<Fact<String>>,
    /// Ingress classes that it is limited to; none means all.
    pub ingress_classes: Vec<Fact<String>>,
    /// Requirements on labels, annotations and gateway labels, as written.
    pub filters: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A DNS record that a manifest writes out.
#[derive(Clone, Debug, Serialize)]
pub struct DnsRecord {
    /// Name.
    pub name: Fact<String>,
    /// `A`, `CNAME`, …; unknown where the target decides.
    pub record_type: Fact<String>,
    /// What it points to; none where it is the address of the object itself.
    pub targets: Vec<Fact<String>>,
    /// Kind of the object that writes it: `DNSEndpoint`, `Service`, `Gateway`.
    pub kind: String,
    /// `namespace/name` of that object.
    pub object: String,
    /// Where it is written.
    pub source: Source,
}

/// A rule of a tunnel.
#[derive(Clone, Debug, Serialize)]
pub struct TunnelRule {
    /// Id of the app that runs the tunnel, or of the object that declares the rule.
    pub tunnel: String,
    /// Host name or pattern; unknown for the rule that takes the rest.
    pub hostname: Fact<String>,
    /// Path, where it is limited to one.
    pub path: Fact<String>,
    /// What it forwards to, as written.
    pub service: Fact<String>,
    /// Id of the gateway that it forwards to, where it is one.
    pub gateway: Option<String>,
    /// Where it stands.
    pub source: Source,
}

/// A rule that something asks who the visitor is: Envoy's `SecurityPolicy` and the like.
#[derive(Clone, Debug, Serialize)]
pub struct AuthPolicy {
    /// `namespace/name`.
    pub id: String,
    /// Kind.
    pub kind: String,
    /// `extAuth`, `oidc`, `jwt`, `basicAuth`, `apiKeyAuth`, ….
    pub methods: Vec<String>,
    /// `Kind namespace/name` of each target that is named, with `#section` where it is limited to
    /// a rule or listener.
    pub targets: Vec<String>,
    /// Ids of targets that are not declared in the repository.
    pub missing_targets: Vec<String>,
    /// Ids of [`Cluster::routes`](super::Cluster::routes) that it guards, also through a gateway.
    pub routes: Vec<String>,
    /// Ids of those of which it guards some rules only.
    pub partial_routes: Vec<String>,
    /// Service or issuer that decides.
    pub provider: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A Service that can be reached from outside the cluster without a gateway.
#[derive(Clone, Debug, Serialize)]
pub struct ExposedService {
    /// `namespace/name`; for a chart's Service, the release and the path in its values.
    pub id: String,
    /// `LoadBalancer`, `NodePort`, `ExternalIPs`, `HostPort`, `Tailscale`.
    pub kind: String,
    /// Id of the app, where that can be told.
    pub app: Option<String>,
    /// Fixed addresses.
    pub addresses: Vec<Fact<String>>,
    /// Names of pools that its address comes from.
    pub pools: Vec<String>,
    /// Load-balancer class.
    pub class: Fact<String>,
    /// Ports, as `port/protocol` where both are known.
    pub ports: Vec<Fact<String>>,
    /// Host names that annotations give it.
    pub hostnames: Vec<Fact<String>>,
    /// Whether a chart's values make it, and not an object of its own.
    pub from_values: bool,
    /// Where it is declared.
    pub source: Source,
}
