//! Every kind that is read, in shapes that no API server would take.

use super::testing::made;

const KINDS: [&str; 40] = [
    "networking.k8s.io/v1 NetworkPolicy",
    "cilium.io/v2 CiliumNetworkPolicy",
    "cilium.io/v2 CiliumClusterwideNetworkPolicy",
    "policy.networking.k8s.io/v1alpha1 AdminNetworkPolicy",
    "policy.networking.k8s.io/v1alpha2 ClusterNetworkPolicy",
    "crd.projectcalico.org/v1 GlobalNetworkPolicy",
    "cilium.io/v2 CiliumL2AnnouncementPolicy",
    "cilium.io/v2 CiliumBGPClusterConfig",
    "cilium.io/v2 CiliumBGPAdvertisement",
    "cilium.io/v2alpha1 CiliumBGPPeeringPolicy",
    "cilium.io/v2 CiliumLoadBalancerIPPool",
    "metallb.io/v1beta1 L2Advertisement",
    "metallb.io/v1beta1 BGPPeer",
    "metallb.io/v1beta1 IPAddressPool",
    "k8s.cni.cncf.io/v1 NetworkAttachmentDefinition",
    "external-secrets.io/v1 ExternalSecret",
    "external-secrets.io/v1 ClusterExternalSecret",
    "external-secrets.io/v1 ClusterSecretStore",
    "external-secrets.io/v1alpha1 PushSecret",
    "bitnami.com/v1alpha1 SealedSecret",
    "v1 Secret",
    "v1 Service",
    "v1 ConfigMap",
    "v1 Namespace",
    "v1 Pod",
    "apps/v1 Deployment",
    "batch/v1 CronJob",
    "cilium.io/v1alpha1 TracingPolicy",
    "kyverno.io/v1 ClusterPolicy",
    "admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy",
    "gateway.networking.k8s.io/v1 Gateway",
    "gateway.networking.k8s.io/v1 HTTPRoute",
    "gateway.envoyproxy.io/v1alpha1 SecurityPolicy",
    "networking.k8s.io/v1 Ingress",
    "traefik.io/v1alpha1 IngressRoute",
    "externaldns.k8s.io/v1alpha1 DNSEndpoint",
    "networking.cfargotunnel.com/v1alpha1 TunnelBinding",
    "tailscale.com/v1alpha1 Connector",
    "upgrade.cattle.io/v1 Plan",
    "helm.toolkit.fluxcd.io/v2 HelmRelease",
];

const SHAPES: [&str; 12] = [
    "",
    "3",
    "text",
    "[]",
    "[1, [2], {a: b}, null]",
    "{}",
    "{a: [], b: {}, c: }",
    "{ingress: 3, egress: [null], from: [], rules: {a: b}, endpoints: x, hostnames: 4}",
    "{ingress: [[]], endpointSelector: [x], podSelector: 3, parentRefs: [3, {}], listeners: [{}, 4]}",
    "{values: [3], chart: {spec: {chart: external-dns}}, provider: 4, template: {spec: {containers: 3}}}",
    "{values: {ingress: [{}], route: [], args: {a: [b]}, image: [], networkpolicies: [], rawResources: 3}, chart: {spec: {chart: app-template}}}",
    "{config: '{', selector: [], data: [[]], secretStoreRef: x, bgpInstances: [3], virtualRouters: [{neighbors: 4}], provider: [], subjects: {}}",
];

#[test]
fn nothing_stops_the_reading() {
    for shape in SHAPES {
        let mut text = Vec::new();
        for (idx, kind) in KINDS.iter().enumerate() {
            let (version, kind) = kind.split_once(' ').expect("a version and a kind");
            let head = format!("---\napiVersion: {version}\nkind: {kind}\n");
            text.push(format!("{head}metadata: {{name: a{idx}, namespace: web}}\nspec: {shape}\n"));
            text.push(format!(
                "{head}metadata: {{name: b{idx}, labels: {shape}, annotations: {shape}}}\n\
                 data: {shape}\nstringData: {shape}\nspecs: {shape}\n"
            ));
        }
        let text = text.concat();
        let made = made(&[("all.yaml", &text)]);
        assert!(made.cluster.kinds.len() > 30, "{shape}");
    }
}
