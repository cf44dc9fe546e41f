//! Objects of kinds that have no page of their own: [`OtherObject`].
//!
//! In: effective objects. Out: all of them that no extractor reads, so that none is dropped. What
//! they hold is not read.

use super::Given;
use crate::gitops::Object;
use crate::inventory::model::OtherObject;
use crate::inventory::{natural, source_of};

/// Groups all of whose kinds are read, or hold nothing that runs.
const GROUPS: [&str; 7] = [
    "kustomize.toolkit.fluxcd.io",
    "source.toolkit.fluxcd.io",
    "helm.toolkit.fluxcd.io",
    "kustomize.config.k8s.io",
    "apiextensions.k8s.io",
    "apps",
    "policy.networking.k8s.io",
];

/// Other kinds that are read, with their group.
const KINDS: [(&str, &[&str]); 23] = [
    (
        "",
        &[
            "ConfigMap",
            "Namespace",
            "PersistentVolume",
            "PersistentVolumeClaim",
            "Pod",
            "Secret",
            "Service",
        ],
    ),
    ("batch", &["CronJob", "Job"]),
    (
        "cilium.io",
        &[
            "CiliumBGPAdvertisement",
            "CiliumBGPClusterConfig",
            "CiliumBGPPeeringPolicy",
            "CiliumClusterwideNetworkPolicy",
            "CiliumL2AnnouncementPolicy",
            "CiliumLoadBalancerIPPool",
            "CiliumNetworkPolicy",
            "TracingPolicy",
            "TracingPolicyNamespaced",
        ],
    ),
    ("metallb.io", &["BGPAdvertisement", "BGPPeer", "IPAddressPool", "L2Advertisement"]),
    (
        "external-secrets.io",
        &[
            "ClusterExternalSecret",
            "ClusterSecretStore",
            "ExternalSecret",
            "PushSecret",
            "SecretStore",
        ],
    ),
    ("bitnami.com", &["SealedSecret"]),
    ("onepassword.com", &["OnePasswordItem"]),
    ("secrets.hashicorp.com", &["VaultDynamicSecret", "VaultPKISecret", "VaultStaticSecret"]),
    ("secrets.infisical.com", &["InfisicalSecret"]),
    ("k8s.bitwarden.com", &["BitwardenSecret"]),
    ("externaldns.k8s.io", &["DNSEndpoint"]),
    (
        "gateway.networking.k8s.io",
        &["GRPCRoute", "Gateway", "HTTPRoute", "TCPRoute", "TLSRoute", "UDPRoute"],
    ),
    ("gateway.envoyproxy.io", &["SecurityPolicy"]),
    ("networking.k8s.io", &["Ingress", "NetworkPolicy"]),
    ("crd.projectcalico.org", &["GlobalNetworkPolicy", "NetworkPolicy"]),
    ("projectcalico.org", &["GlobalNetworkPolicy", "NetworkPolicy"]),
    ("k8s.cni.cncf.io", &["NetworkAttachmentDefinition"]),
    ("kyverno.io", &["ClusterPolicy", "Policy"]),
    (
        "monitoring.coreos.com",
        &["PodMonitor", "Probe", "PrometheusRule", "ScrapeConfig", "ServiceMonitor"],
    ),
    ("storage.k8s.io", &["StorageClass"]),
    ("snapshot.storage.k8s.io", &["VolumeSnapshotClass"]),
    ("volsync.backube", &["ReplicationDestination", "ReplicationSource"]),
    ("serving.kserve.io", &["InferenceService"]),
];

/// All objects of other kinds, by kind and id.
pub(super) fn read(given: &Given) -> Vec<OtherObject> {
    let objects = given.effective.objects.iter().filter(|object| !is_read(object));
    let mut found: Vec<OtherObject> = objects
        .map(|object| OtherObject {
            group: object.group.clone(),
            kind: object.kind.clone(),
            id: object.id(),
            kustomization: object.kustomization.map(|idx| given.effective.kustomizations[idx].id()),
            source: source_of(object, given.sources),
        })
        .collect();
    found.sort_by(|left, right| {
        (&left.kind, &left.group)
            .cmp(&(&right.kind, &right.group))
            .then_with(|| natural::compare(&left.id, &right.id))
    });
    found
}

fn is_read(object: &Object) -> bool {
    let of_group = |(group, kinds): &(&str, &[&str])| {
        *group == object.group && kinds.contains(&object.kind.as_str())
    };
    GROUPS.contains(&object.group.as_str()) || KINDS.iter().any(of_group)
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn kinds_that_nobody_knows_are_kept() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: toolhive.stacklok.dev/v1alpha1\nkind: MCPServer\nmetadata: {name: b, namespace: mcp}\n\
             ---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n\
             ---\napiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: d}\n",
        )]);
        let ids: Vec<_> =
            made.cluster.others.iter().map(|one| (one.kind.as_str(), one.id.as_str())).collect();
        assert_eq!(ids, [("ConfigMap", "d"), ("MCPServer", "mcp/b")]);
    }
}
