//! What each rule reports.

use super::{fires, of};

/// A node list of talhelper with two workers and a shared API address.
pub(super) const TALOS: (&str, &str) = (
    "talos/talconfig.yaml",
    "clusterName: home\ntalosVersion: v1.10.1\nkubernetesVersion: v1.33.0\nendpoint: https://192.0.2.10:6443\nnodes:\n  - {hostname: node-1, ipAddress: 192.0.2.11, controlPlane: true}\n  - {hostname: node-2, ipAddress: 192.0.2.12, controlPlane: false, nodeLabels: {gpu: a}}\n",
);

/// An app of app-template with these values, indented by two.
pub(super) fn release(values: &str) -> String {
    format!(
        "apiVersion: source.toolkit.fluxcd.io/v1\nkind: OCIRepository\nmetadata: {{name: app-template, namespace: web}}\nspec: {{url: 'oci://registry.example.com/app-template', ref: {{tag: 4.2.0}}}}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: web}}\nspec:\n  chartRef: {{kind: OCIRepository, name: app-template}}\n  values:\n{values}"
    )
}

pub(super) fn deployment(spec: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: web}}\nspec:\n  template:\n    spec:\n{spec}"
    )
}

pub(super) const SPACE: (&str, &str) =
    ("apps/space.yaml", "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n");

pub(super) fn claim(name: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: {name}\n  namespace: web\nspec:\n  accessModes: [ReadWriteOnce]\n{more}"
    )
}

pub(super) fn kustomization(name: &str, more: &str) -> String {
    format!(
        "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: {name}, namespace: web}}\nspec:\n  sourceRef: {{kind: GitRepository, name: flux-system, namespace: flux-system}}\n{more}"
    )
}

pub(super) fn attachment(name: &str, ipam: &str) -> String {
    format!(
        "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {{name: {name}, namespace: web}}\nspec:\n  config: '{{\"type\": \"macvlan\", \"master\": \"eth1\", \"ipam\": {ipam}}}'\n"
    )
}

pub(super) fn pool(name: &str, block: &str) -> String {
    format!(
        "apiVersion: cilium.io/v2\nkind: CiliumLoadBalancerIPPool\nmetadata: {{name: {name}}}\nspec:\n  blocks:\n    - {block}\n"
    )
}

pub(super) const RANGE: &str = "{\"type\": \"host-local\", \"subnet\": \"198.51.100.0/24\", \"rangeStart\": \"198.51.100.100\", \"rangeEnd\": \"198.51.100.200\"}";

#[test]
fn flux() {
    fires(
        "flux/dependency-missing",
        &[
            (
                "apps/ks.yaml",
                &kustomization("web", "  path: ./web\n  dependsOn:\n    - name: db\n"),
            ),
            ("web/a.yaml", SPACE.1),
        ],
        "apps/ks.yaml:8: `web/web` waits for ever: Flux Kustomization `web/db` does not exist",
    );
    fires(
        "flux/path-missing",
        &[("apps/ks.yaml", &kustomization("web", "  path: ./wbe\n")), ("web/a.yaml", SPACE.1)],
        "apps/ks.yaml:6: folder `./wbe` does not exist",
    );
    fires(
        "kustomize/resource-missing",
        &[("apps/kustomization.yaml", "resources:\n  - ./gone.yaml\n")],
        "apps/kustomization.yaml:2: `./gone.yaml` does not exist",
    );
    let set = "  path: ./web\n  postBuild:\n    substitute: {APP: web}\n";
    let ks = ("apps/ks.yaml", &*kustomization("web", set));
    fires(
        "flux/variable-unset",
        &[
            ks,
            (
                "web/map.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  host: ${HOST}.${APP}\n",
            ),
        ],
        "web/map.yaml:5: `${HOST}` is set by nothing, so Flux leaves it empty",
    );
    fires(
        "flux/shell-variable",
        &[
            ks,
            (
                "web/map.yaml",
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  run: |\n    #!/bin/sh\n    echo ${HOME}\n",
            ),
        ],
        "web/map.yaml:7: `${HOME}` is blanked by Flux before a shell sees it",
    );
}

#[test]
fn kustomize() {
    let only = ("apps/kustomization.yaml", "resources:\n  - ./space.yaml\n");
    fires(
        "kustomize/file-unreached",
        &[only, SPACE, ("apps/left.yaml", &claim("left", ""))],
        "apps/left.yaml:4: `apps/left.yaml` is applied by nothing",
    );
    let privileged = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n  labels: {pod-security.kubernetes.io/enforce: privileged}\n";
    let more = kustomization("more", "  path: ./more\n");
    fires(
        "kustomize/namespace-twice",
        &[SPACE, ("apps/ks.yaml", &more), ("more/space.yaml", privileged)],
        "apps/space.yaml:4: namespace `web` is declared 2 times, with different Pod Security levels",
    );
    fires(
        "security/pod-security-privileged",
        &[("apps/space.yaml", privileged)],
        "apps/space.yaml:5: 1 namespace allows privileged pods",
    );
}

#[test]
fn storage() {
    fires(
        "storage/backup-missing",
        &[("apps/a.yaml", &claim("data", "")), ("apps/b.yaml", &claim("a-cache", ""))],
        "apps/a.yaml:4: none of 2 volumes is backed up; 1 cache, scratch or file server volume by name or kind is left out of the list",
    );
    let backup = "apiVersion: volsync.backube/v1alpha1\nkind: ReplicationSource\nmetadata: {name: data, namespace: web}\nspec:\n  sourcePVC: dta\n  trigger: {schedule: '0 3 * * *'}\n  restic: {repository: data}\n";
    fires(
        "storage/backup-orphan",
        &[("apps/a.yaml", &claim("data", "")), ("apps/b.yaml", backup)],
        "apps/b.yaml:5: ReplicationSource `web/data` saves `web/dta`, which is not declared in this repository",
    );
    fires(
        "storage/claim-unmounted",
        &[("apps/a.yaml", &claim("data", ""))],
        "apps/a.yaml:4: claim `web/data` is mounted by nothing",
    );
    let volumes =
        "      volumes:\n        - name: data\n          persistentVolumeClaim: {claimName: dta}\n";
    let found = of(
        "storage/claim-undeclared",
        &[("apps/a.yaml", &claim("data", "")), ("apps/b.yaml", &deployment(volumes))],
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("claim `web/dta` is mounted by `web/web`"), "{found:?}");
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: ceph-block}\nprovisioner: rook-ceph.rbd.csi.ceph.com\n";
    fires(
        "storage/class-unknown",
        &[
            ("apps/a.yaml", &claim("data", "  storageClassName: ceph-blok\n")),
            ("apps/b.yaml", class),
        ],
        "apps/a.yaml:8: storage class `ceph-blok` is not declared in this repository",
    );
}

#[test]
fn network() {
    let app = deployment("      containers: []\n");
    fires(
        "network/namespace-open",
        &[SPACE, ("apps/web.yaml", &app)],
        "apps/space.yaml:4: no network policy is declared: all 1 namespace are open",
    );
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: web}\nspec:\n  podSelector: {}\n  ingress:\n    - from:\n        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: monitoring\n";
    fires(
        "network/policy-dead-namespace",
        &[SPACE, ("apps/web.yaml", &app), ("apps/policy.yaml", policy)],
        "apps/policy.yaml:10: 1 network policy names the namespace `monitoring`, which is not declared in this repository",
    );
    let pod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: web}\nspec:\n  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: web/iot}\n    spec: {containers: []}\n";
    fires(
        "network/policy-second-interface",
        &[
            SPACE,
            ("apps/web.yaml", pod),
            ("apps/policy.yaml", policy),
            ("apps/iot.yaml", &attachment("iot", RANGE)),
        ],
        "apps/web.yaml:7: NetworkPolicy `web/web` does not guard the interface of `web/web` on `web/iot`",
    );
    fires(
        "network/address-overlap",
        &[
            ("apps/iot.yaml", &attachment("iot", RANGE)),
            ("apps/pool.yaml", &pool("iot", "{start: 198.51.100.150, stop: 198.51.100.160}")),
        ],
        "apps/iot.yaml:5: attachment `web/iot` and pool `iot` both give out 198.51.100.150-198.51.100.160",
    );
    fires(
        "network/pool-covers-machines",
        &[TALOS, ("apps/pool.yaml", &pool("lan", "cidr: 192.0.2.0/24"))],
        "apps/pool.yaml:6: pool `lan` (192.0.2.0/24) holds the addresses of 2 nodes",
    );
    fires(
        "network/attachment-host-local",
        &[TALOS, ("apps/iot.yaml", &attachment("iot", RANGE))],
        "apps/iot.yaml:5: attachment `web/iot` lets each of 2 nodes give out the same addresses",
    );
    let found = of("network/attachment-unused", &[("apps/iot.yaml", &attachment("iot", RANGE))]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("attachment `web/iot` is used by no pod"), "{found:?}");
}

/// A gateway behind a tunnel, and what publishes its names.
pub(super) const GATEWAY: (&str, &str) = (
    "apps/gateway.yaml",
    "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: external, namespace: web}\nspec:\n  gatewayClassName: envoy\n  listeners: [{name: http, port: 80, protocol: HTTP}]\n",
);

pub(super) fn route(gateway: &str, service: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: web, namespace: web}}\nspec:\n  hostnames: [web.example.com]\n  parentRefs:\n    - name: {gateway}\n  rules:\n    - backendRefs:\n        - name: {service}\n          port: 80\n"
    )
}

pub(super) const SERVICE: (&str, &str) = (
    "apps/service.yaml",
    "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: web}\nspec: {selector: {app: web}, ports: [{port: 80}]}\n",
);

/// external-dns that writes to Cloudflare.
pub(super) const PUBLISHER: (&str, &str) = (
    "apps/dns.yaml",
    "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata: {name: external-dns, namespace: web}\nspec: {url: 'https://charts.example.com/external-dns'}\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: cloudflare-dns, namespace: dns}\nspec:\n  chart:\n    spec: {chart: external-dns, version: 1.15.0, sourceRef: {kind: HelmRepository, name: external-dns, namespace: web}}\n  values:\n    provider: {name: cloudflare}\n    sources: [gateway-httproute]\n",
);

#[test]
fn exposure() {
    let app = deployment("      containers: []\n");
    let found = of(
        "exposure/no-authentication",
        &[
            GATEWAY,
            SERVICE,
            PUBLISHER,
            ("apps/web.yaml", &app),
            ("apps/route.yaml", &route("external", "web")),
        ],
    );
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("1 host name is on the internet"), "{found:?}");
    fires(
        "exposure/gateway-missing",
        &[GATEWAY, SERVICE, ("apps/route.yaml", &route("extrenal", "web"))],
        "apps/route.yaml:7: gateway `web/extrenal` of HTTPRoute `web/web` is not declared in this repository",
    );
    fires(
        "exposure/backend-missing",
        &[GATEWAY, SERVICE, ("apps/route.yaml", &route("external", "wbe"))],
        "apps/route.yaml:10: Service `web/wbe` of HTTPRoute `web/web` is not declared in this repository",
    );
}

pub(super) fn gpu_pod(name: &str, node: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: web}}\nspec:\n  template:\n    spec:\n      nodeSelector: {{kubernetes.io/hostname: {node}}}\n      containers:\n        - name: a\n          image: registry.example.com/a:1.0.0\n          resources: {{limits: {{nvidia.com/gpu: 1}}}}\n"
    )
}

/// A machine with a card, by Terraform.
pub(super) const CARD: (&str, &str) = (
    "terraform/terraform.tfvars",
    "worker_nodes = [\n  {\n    name = \"node-2\"\n    hostname = \"node-2\"\n    ip_address = \"192.0.2.12\"\n    mac_addr = \"02:00:5E:10:00:15\"\n    vm_id = 701\n    proxmox_node = \"alder\"\n    is_gpu = true\n    gpu_model = \"card-a\"\n    gpu_mapping = \"a\"\n  },\n]\n",
);

#[test]
fn gpu() {
    let found = of("gpu/no-node", &[TALOS, CARD, ("apps/a.yaml", &gpu_pod("a", "node-9"))]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("no declared node has `kubernetes.io/hostname=node-9`"), "{found:?}");
    let (a, b) = (gpu_pod("a", "node-2"), gpu_pod("b", "node-2"));
    let found = of("gpu/oversubscribed", &[TALOS, CARD, ("apps/a.yaml", &a), ("apps/b.yaml", &b)]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(
        found[0].contains("2 requests for the `card-a` of `node-2`, which has 1 slot"),
        "{found:?}"
    );
}

#[test]
fn images() {
    let of_image = |image: &str| {
        deployment(&format!("      containers:\n        - {{name: a, image: '{image}'}}\n"))
    };
    let check = |code: &str, image: &str, expected: &str| {
        let found = of(code, &[("apps/web.yaml", &of_image(image))]);
        assert_eq!(found.len(), 1, "{code}: {found:?}");
        assert!(found[0].contains(expected), "{found:?}");
    };
    check(
        "images/no-digest",
        "registry.example.com/a:1.0.0",
        "1 of 1 image is not pinned by digest",
    );
    check("images/latest", "registry.example.com/a:latest", "has the tag `latest`");
    check("images/no-tag", "registry.example.com/a", "has no tag");
}

#[test]
fn versions_and_secrets() {
    let terraform = ("terraform/lab.tfvars", "talos_version = \"1.10.4\"\n");
    let found = of("versions/drift", &[TALOS, terraform]);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("Talos is v1.10.1 in one file and 1.10.4 in another"), "{found:?}");
    fires(
        "security/secret-plain",
        &[(
            "apps/a.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: web\n  namespace: web\nstringData:\n  password: hunter2\n",
        )],
        "apps/a.yaml:4: Secret `web/web` holds `password` in plain text",
    );
}

#[test]
fn prose() {
    fires(
        "prose/node-unknown",
        &[TALOS, ("README.md", "# Lab\n\n| `node-1` | `node-7` |\n")],
        "README.md:3: `node-7` is named here, but no such node is declared",
    );
    fires(
        "prose/link-missing",
        &[TALOS, ("README.md", "[nodes](talos/talconfig.yaml) [more](talos/gone.yaml)\n")],
        "README.md:1: `talos/gone.yaml` does not exist",
    );
}

/// A release of web's chart from a source.
pub(super) fn sourced(name: &str) -> String {
    format!(
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: web}}\nspec:\n  chart:\n    spec:\n      chart: web\n      sourceRef:\n        kind: HelmRepository\n        name: {name}\n"
    )
}

pub(super) const CHARTS: (&str, &str) = (
    "apps/charts.yaml",
    "apiVersion: source.toolkit.fluxcd.io/v1\nkind: HelmRepository\nmetadata:\n  name: charts\n  namespace: web\nspec: {url: https://charts.example.com}\n",
);

#[test]
fn sources_of_charts() {
    let (wrong, none) = (("apps/web.yaml", &*sourced("chart")), ("apps/space.yaml", SPACE.1));
    fires(
        "flux/source-missing",
        &[wrong, none, CHARTS],
        "apps/web.yaml:10: HelmRepository `web/chart` of HelmRelease `web/web` is not declared in this repository",
    );
    fires(
        "flux/source-unused",
        &[wrong, none, CHARTS],
        "apps/charts.yaml:4: 1 source of charts is used by nothing",
    );
}

/// A route with a name in its annotation and one among its host names.
pub(super) fn spelled(annotation: &str, hostname: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: web\n  namespace: web\n  annotations:\n    external-dns.alpha.kubernetes.io/hostname: {annotation}\nspec:\n  hostnames:\n    - {hostname}\n"
    )
}

#[test]
fn spellings() {
    fires(
        "exposure/host-spelled-twice",
        &[("apps/route.yaml", &spelled("web.example.com", "web.${SECRET_DOMAIN}"))],
        "apps/route.yaml:7: `web.example.com` and `web.${SECRET_DOMAIN}` may be two spellings of one host",
    );
}

/// A namespace with a Pod Security level.
pub(super) fn leveled(level: &str) -> String {
    format!("{}  labels: {{pod-security.kubernetes.io/enforce: {level}}}\n", SPACE.1)
}

pub(super) const HOST_POD: &str = "      hostNetwork: true\n      containers:\n        - name: a\n          image: registry.example.com/a:1.0.0\n          securityContext: {capabilities: {add: [NET_ADMIN, CHOWN]}}\n";

#[test]
fn privileges() {
    let pod = deployment(HOST_POD);
    fires(
        "security/pod-refused",
        &[("apps/space.yaml", &leveled("baseline")), ("apps/web.yaml", &pod)],
        "apps/web.yaml:11: namespace `web` enforces `baseline`, which refuses `capability NET_ADMIN`, `hostNetwork` of `web/web`",
    );
    fires(
        "security/pod-privileged",
        &[SPACE, ("apps/web.yaml", &pod)],
        "apps/web.yaml:7: 1 app has access to its machine, in namespaces without a Pod Security level",
    );
}

/// A scaler of a workload.
pub(super) fn scaler(target: &str) -> String {
    format!(
        "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {{name: web, namespace: web}}\nspec:\n  scaleTargetRef:\n    {target}\n"
    )
}

#[test]
fn scalers() {
    let pod = deployment("      containers: []\n");
    fires(
        "workloads/scale-target-missing",
        &[("apps/web.yaml", &pod), ("apps/scale.yaml", &scaler("name: wbe"))],
        "apps/scale.yaml:6: Deployment `web/wbe`, which ScaledObject `web/web` scales, is not declared in this repository",
    );
    let hpa = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web, namespace: web}\nspec:\n  scaleTargetRef: {kind: StatefulSet, name: web}\n";
    fires(
        "workloads/scale-target-missing",
        &[("apps/web.yaml", &pod), ("apps/scale.yaml", hpa)],
        "apps/scale.yaml:5: StatefulSet `web/web`, which HorizontalPodAutoscaler `web/web` scales, is not declared in this repository",
    );
}
