//! Who can reach what: exposure, policies, secrets, run-time security and versions.
//!
//! In: effective objects, releases, documents, and the parts of the cluster that are known by now.
//! Out: [`Access`], the lists of the model that nothing else depends on. One file for each source
//! system. It changes nothing of what it is given.

mod admission;
mod announce;
mod artifacts;
mod auth;
mod calico;
mod cilium_policies;
mod cni;
mod dns_records;
mod exposure;
#[cfg(test)]
mod exposure_tests;
#[cfg(test)]
mod hostile_tests;
mod labels;
mod multus;
mod others;
mod policies;
mod policy_apps;
mod privileges;
mod publishers;
mod reach;
#[cfg(test)]
mod reach_tests;
mod renovate;
mod sealed;
mod secret_uses;
mod secrets;
mod served;
mod services;
#[cfg(test)]
mod testing;
mod tracing;
mod tree;
mod tunnel_rules;
mod value_policies;
mod versions;

use crate::gitops::{Effective, Release};
use crate::inventory::model::{
    AdmissionPolicy, Announcement, App, Artifact, Attachment, AttachmentChain, AttachmentUse,
    AuthPolicy, BgpPeer, CniSetting, DnsPublisher, DnsRecord, ExposedService, Exposure,
    ExternalSecret, Gateway, Isolation, Namespace, Network, OtherObject, PodPrivilege, PodSecurity,
    Policy, Pool, PushSecret, RenovateComment, RenovateConfig, Route, SealedFile, SecretObject,
    SecretStore, TracingPolicy, Tunnel, TunnelRule, VersionNote,
};
use crate::source::{Documents, Sources};

/// What is read already.
pub(crate) struct Given<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) documents: &'a Documents,
    pub(crate) effective: &'a Effective,
    pub(crate) releases: &'a [Release<'a>],
    pub(crate) apps: &'a [App],
    pub(crate) routes: &'a [Route],
    pub(crate) gateways: &'a [Gateway],
    pub(crate) pools: &'a [Pool],
    pub(crate) networks: &'a [Network],
    pub(crate) namespaces: &'a [Namespace],
    pub(crate) attachments: &'a [Attachment],
    pub(crate) tunnels: &'a [Tunnel],
}

/// What is read here.
#[derive(Default)]
pub(crate) struct Access {
    pub(crate) exposures: Vec<Exposure>,
    pub(crate) dns_publishers: Vec<DnsPublisher>,
    pub(crate) dns_records: Vec<DnsRecord>,
    pub(crate) tunnel_rules: Vec<TunnelRule>,
    pub(crate) auth_policies: Vec<AuthPolicy>,
    pub(crate) exposed_services: Vec<ExposedService>,
    pub(crate) policies: Vec<Policy>,
    pub(crate) isolation: Vec<Isolation>,
    pub(crate) attachment_uses: Vec<AttachmentUse>,
    pub(crate) attachment_chains: Vec<AttachmentChain>,
    pub(crate) announcements: Vec<Announcement>,
    pub(crate) bgp_peers: Vec<BgpPeer>,
    pub(crate) cni_settings: Vec<CniSetting>,
    pub(crate) external_secrets: Vec<ExternalSecret>,
    pub(crate) secret_stores: Vec<SecretStore>,
    pub(crate) push_secrets: Vec<PushSecret>,
    pub(crate) sealed_files: Vec<SealedFile>,
    pub(crate) secret_objects: Vec<SecretObject>,
    pub(crate) tracing_policies: Vec<TracingPolicy>,
    pub(crate) admission_policies: Vec<AdmissionPolicy>,
    pub(crate) pod_privileges: Vec<PodPrivilege>,
    pub(crate) pod_security: Vec<PodSecurity>,
    pub(crate) versions: Vec<VersionNote>,
    pub(crate) artifacts: Vec<Artifact>,
    pub(crate) renovate_comments: Vec<RenovateComment>,
    pub(crate) renovate_configs: Vec<RenovateConfig>,
    pub(crate) others: Vec<OtherObject>,
}

/// Reads all of it.
pub(crate) fn collect(given: &Given) -> Access {
    let trees = tree::trees(given);
    let policies = policies::read(given, &trees);
    let cni_settings = cni::read(&trees);
    let (announcements, bgp_peers) = announce::read(given, &trees);
    let secrets = secrets::read(given, &trees);
    let exposed = exposed(given, &trees);
    let renovate_comments = renovate::comments(given);
    Access {
        exposed_services: services::read(given, &trees),
        isolation: reach::isolation(given, &policies, cni::is_always_closed(&cni_settings)),
        policies,
        attachment_uses: multus::uses(given, &trees),
        attachment_chains: multus::chains(given),
        announcements,
        bgp_peers,
        cni_settings,
        external_secrets: secrets.external,
        secret_stores: secrets.stores,
        push_secrets: secrets.pushed,
        secret_objects: secrets.objects,
        sealed_files: sealed::read(given),
        tracing_policies: tracing::read(given),
        admission_policies: admission::read(given),
        pod_privileges: privileges::read(&trees),
        pod_security: admission::levels(given),
        versions: versions::read(given, &trees),
        artifacts: artifacts::read(given, &trees, &renovate_comments),
        renovate_comments,
        renovate_configs: renovate::configs(given),
        others: others::read(given),
        ..exposed
    }
}

/// Host names and what decides about them.
fn exposed(given: &Given, trees: &[tree::Tree]) -> Access {
    let served = served::read(given, trees);
    let tunnels: Vec<String> = given.tunnels.iter().map(|tunnel| tunnel.app.clone()).collect();
    let mut found = Access {
        dns_publishers: publishers::read(trees),
        dns_records: dns_records::read(given),
        tunnel_rules: tunnel_rules::read(given, trees, &tunnels),
        auth_policies: auth::read(given, &served),
        ..Access::default()
    };
    found.exposures = exposure::read(&exposure::Parts {
        served: &served,
        publishers: &found.dns_publishers,
        tunnels: &found.tunnel_rules,
        policies: auth::Guards::new(&found.auth_policies),
        gateways: given.gateways.iter().map(|one| (one.id.as_str(), one)).collect(),
    });
    found
}
