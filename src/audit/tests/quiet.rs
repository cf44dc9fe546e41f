//! What each rule must not report: what is right, and what it cannot tell.

use super::fires::{
    CARD, CHARTS, GATEWAY, HOST_POD, RANGE, SERVICE, SPACE, TALOS, attachment, claim, deployment,
    gpu_pod, kustomization, leveled, pool, release, route, scaler, sourced, spelled,
};
use super::quiet;

#[test]
fn flux() {
    let depends = "  path: ./web\n  dependsOn:\n    - name: db\n";
    let (web, db) = (kustomization("web", depends), kustomization("db", "  path: ./web\n"));
    quiet(
        "flux/dependency-missing",
        &[("apps/a.yaml", &web), ("apps/b.yaml", &db), ("web/a.yaml", SPACE.1)],
    );
    quiet("flux/path-missing", &[("apps/a.yaml", &db), ("web/a.yaml", SPACE.1)]);
    quiet("kustomize/resource-missing", &[SPACE]);
}

#[test]
fn variables() {
    let map = (
        "web/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a: ${HOST} ${HOME:-x}\n  b: |\n    #!/bin/sh\n    echo ${HOST} $${HOME} $HOME\n",
    );
    // Nothing is substituted without `postBuild`.
    let plain = kustomization("web", "  path: ./web\n");
    let set = kustomization("web", "  path: ./web\n  postBuild:\n    substitute: {HOST: web}\n");
    // What a Secret outside the repository sets is not known.
    let secret = kustomization(
        "web",
        "  path: ./web\n  postBuild:\n    substituteFrom: [{kind: Secret, name: outside}]\n",
    );
    for text in [&plain, &set, &secret] {
        quiet("flux/variable-unset", &[("apps/ks.yaml", text), map]);
        quiet("flux/shell-variable", &[("apps/ks.yaml", text), map]);
    }
    let disabled = (
        "web/map.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, annotations: {kustomize.toolkit.fluxcd.io/substitute: disabled}}\ndata:\n  a: ${OTHER}\n",
    );
    quiet("flux/variable-unset", &[("apps/ks.yaml", &set), disabled]);
}

#[test]
fn kustomize() {
    let only = ("apps/kustomization.yaml", "resources:\n  - ./space.yaml\n");
    // Values are no manifest, and a folder of which nothing is applied may be anything.
    let values = ("apps/values.yaml", "replicas: 1\n");
    quiet(
        "kustomize/file-unreached",
        &[only, SPACE, values, ("old/left.yaml", &claim("left", ""))],
    );
    // What is named in a way that the walk does not follow is not left out.
    let generator =
        ("apps/kustomization.yaml", "resources: [./space.yaml]\ngenerators: [./left.yaml]\n");
    quiet("kustomize/file-unreached", &[generator, SPACE, ("apps/left.yaml", &claim("left", ""))]);
    // One file that two folders include is one declaration.
    let more = kustomization("more", "  path: ./apps\n");
    quiet("kustomize/namespace-twice", &[SPACE, ("apps/ks.yaml", &more)]);
    let baseline = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n  labels: {pod-security.kubernetes.io/enforce: baseline}\n";
    quiet("security/pod-security-privileged", &[("apps/space.yaml", baseline)]);
}

#[test]
fn storage() {
    let backup = "apiVersion: volsync.backube/v1alpha1\nkind: ReplicationSource\nmetadata: {name: data, namespace: web}\nspec:\n  sourcePVC: data\n  trigger: {schedule: '0 3 * * *'}\n  restic: {repository: data}\n";
    let (data, cache) = (claim("data", ""), claim("web-cache", ""));
    let files = [("apps/a.yaml", &*data), ("apps/b.yaml", backup), ("apps/c.yaml", &cache)];
    quiet("storage/backup-missing", &files);
    quiet("storage/backup-orphan", &files);
    let volumes = "      volumes:\n        - name: data\n          persistentVolumeClaim: {claimName: data}\n";
    let files = [("apps/a.yaml", &*data), ("apps/b.yaml", &*deployment(volumes))];
    quiet("storage/claim-unmounted", &files);
    quiet("storage/claim-undeclared", &files);
    // Another object that names the claim may mount it.
    let custom = "apiVersion: example.com/v1\nkind: Server\nmetadata: {name: a, namespace: web}\nspec: {volume: data}\n";
    quiet("storage/claim-unmounted", &[("apps/a.yaml", &data), ("apps/b.yaml", custom)]);
    // Charts make classes too.
    let class = "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: ceph-block}\nprovisioner: rook-ceph.rbd.csi.ceph.com\n";
    let other = claim("data", "  storageClassName: openebs-hostpath\n");
    quiet("storage/class-unknown", &[("apps/a.yaml", &other), ("apps/b.yaml", class)]);
}

#[test]
fn network() {
    let app = deployment("      containers: []\n");
    let policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: web}\nspec:\n  podSelector: {}\n  ingress:\n    - from:\n        - namespaceSelector:\n            matchLabels:\n              kubernetes.io/metadata.name: kube-system\n";
    let files = [SPACE, ("apps/web.yaml", &*app), ("apps/policy.yaml", policy)];
    quiet("network/namespace-open", &files);
    quiet("network/policy-dead-namespace", &files);
    quiet("network/policy-second-interface", &files);
    let iot = attachment("iot", RANGE);
    let apart = pool("iot", "{start: 198.51.100.10, stop: 198.51.100.20}");
    quiet("network/address-overlap", &[("apps/iot.yaml", &iot), ("apps/pool.yaml", &apart)]);
    quiet("network/pool-covers-machines", &[TALOS, ("apps/pool.yaml", &apart)]);
    let fixed = attachment("iot", "{\"type\": \"static\"}");
    quiet("network/attachment-host-local", &[TALOS, ("apps/iot.yaml", &fixed)]);
    let pod = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: web}\nspec:\n  template:\n    metadata:\n      annotations: {k8s.v1.cni.cncf.io/networks: web/iot}\n    spec: {containers: []}\n";
    quiet("network/attachment-unused", &[("apps/iot.yaml", &iot), ("apps/web.yaml", pod)]);
}

#[test]
fn exposure() {
    let right = route("external", "web");
    let files = [GATEWAY, SERVICE, ("apps/route.yaml", &*right)];
    // Nothing publishes the name.
    quiet("exposure/no-authentication", &files);
    quiet("exposure/gateway-missing", &files);
    quiet("exposure/backend-missing", &files);
    // A chart in the namespace may make the Service.
    let chart = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: web}\nspec:\n  chart: {spec: {chart: shop, version: 1.0.0, sourceRef: {kind: HelmRepository, name: a}}}\n";
    let other = route("external", "shop-frontend");
    quiet(
        "exposure/backend-missing",
        &[GATEWAY, ("apps/chart.yaml", chart), ("apps/route.yaml", &other)],
    );
}

#[test]
fn gpu() {
    let a = gpu_pod("a", "node-2");
    quiet("gpu/no-node", &[TALOS, CARD, ("apps/a.yaml", &a)]);
    quiet("gpu/oversubscribed", &[TALOS, CARD, ("apps/a.yaml", &a)]);
}

#[test]
fn images() {
    let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    let pinned = deployment(&format!(
        "      containers:\n        - {{name: a, image: 'registry.example.com/a:latest@{digest}'}}\n"
    ));
    for code in ["images/no-digest", "images/latest", "images/no-tag"] {
        quiet(code, &[("apps/web.yaml", &pinned)]);
    }
    // Other charts than app-template have a tag of their own.
    let chart = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: shop, namespace: web}\nspec:\n  chart: {spec: {chart: shop, version: 1.0.0, sourceRef: {kind: HelmRepository, name: a}}}\n  values: {image: {repository: registry.example.com/shop}}\n";
    quiet("images/no-tag", &[("apps/chart.yaml", chart)]);
    let tagged = release(&format!(
        "    controllers: {{web: {{containers: {{web: {{image: {{repository: registry.example.com/a, tag: '1.0.0@{digest}'}}}}}}}}}}\n"
    ));
    quiet("images/no-digest", &[("apps/web.yaml", &tagged)]);
}

#[test]
fn versions_and_secrets() {
    // A tool may be newer than what it talks to.
    let tool = (".mise.toml", "[tools]\n\"aqua:siderolabs/talos\" = \"1.10.9\"\n");
    let same = ("terraform/lab.tfvars", "talos_version = \"1.10.1\"\n");
    quiet("versions/drift", &[TALOS, tool, same]);
    quiet(
        "security/secret-plain",
        &[(
            "apps/a.yaml",
            "apiVersion: v1\nkind: Secret\nmetadata: {name: web, namespace: web}\nstringData: {password: '${PASSWORD}'}\n",
        )],
    );
}

#[test]
fn prose() {
    // Values of variables are no prose, and images are not read.
    let variables = ("terraform/lab.tfvars", "old = \"node-7\" # once node-2\n");
    let readme = ("README.md", "`node-1` [a](https://example.com/x.yaml) ![b](a.png) [c](#d)\n");
    quiet("prose/node-unknown", &[TALOS, variables, readme]);
    quiet("prose/link-missing", &[TALOS, readme]);
}

#[test]
fn sources_of_charts() {
    for code in ["flux/source-missing", "flux/source-unused"] {
        quiet(code, &[CHARTS, ("apps/web.yaml", &sourced("charts"))]);
    }
    // Sources of Flux itself come from its bootstrap, and variables may hold any name.
    let git = sourced("charts").replace("HelmRepository", "GitRepository");
    quiet("flux/source-missing", &[("apps/web.yaml", &git)]);
    quiet("flux/source-missing", &[("apps/web.yaml", &sourced("${CHARTS}"))]);
    // An object of another kind uses a source too.
    let set = "apiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSetInputProvider\nmetadata: {name: a, namespace: web}\nspec: {sourceRef: {kind: HelmRepository, name: charts}}\n";
    quiet("flux/source-unused", &[CHARTS, ("apps/set.yaml", set)]);
}

#[test]
fn spellings() {
    let check = |annotation: &str, hostname: &str| {
        let route = spelled(annotation, hostname);
        quiet("exposure/host-spelled-twice", &[("apps/route.yaml", &route)]);
    };
    check("other.example.com", "web.${SECRET_DOMAIN}");
    check("web.example.com", "web.example.org");
    check("web.${SECRET_DOMAIN}", "web.${SECRET_DOMAIN}");
    // The name of a host is not told by a variable before its end.
    check("web.example.com", "web.${ZONE}.example.com");
    let apart = spelled("web.example.com", "web.example.com");
    let other =
        spelled("web.${SECRET_DOMAIN}", "web.${SECRET_DOMAIN}").replace("name: web", "name: b");
    quiet("exposure/host-spelled-twice", &[("apps/a.yaml", &apart), ("apps/b.yaml", &other)]);
}

#[test]
fn privileges() {
    let pod = deployment(HOST_POD);
    let usual = deployment(
        "      containers:\n        - name: a\n          securityContext: {capabilities: {add: [CHOWN]}, privileged: false}\n",
    );
    for level in ["privileged", "'${LEVEL}'"] {
        quiet("security/pod-refused", &[("apps/s.yaml", &leveled(level)), ("apps/web.yaml", &pod)]);
    }
    quiet("security/pod-refused", &[SPACE, ("apps/web.yaml", &pod)]);
    let baseline = leveled("baseline");
    quiet("security/pod-refused", &[("apps/s.yaml", &baseline), ("apps/web.yaml", &usual)]);
    for level in ["privileged", "baseline"] {
        let space = leveled(level);
        quiet("security/pod-privileged", &[("apps/s.yaml", &space), ("apps/web.yaml", &pod)]);
    }
    quiet("security/pod-privileged", &[SPACE, ("apps/web.yaml", &usual)]);
    let system = |text: &str| {
        text.replace("name: web", "name: kube-system")
            .replace("namespace: web", "namespace: kube-system")
    };
    let (space, pod) = (system(SPACE.1), system(&pod));
    quiet("security/pod-privileged", &[("apps/s.yaml", &space), ("apps/web.yaml", &pod)]);
}

#[test]
fn scalers() {
    let code = "workloads/scale-target-missing";
    let pod = deployment("      containers: []\n");
    quiet(code, &[("apps/web.yaml", &pod), ("apps/scale.yaml", &scaler("name: web"))]);
    quiet(code, &[("apps/web.yaml", &pod), ("apps/scale.yaml", &scaler("name: ${APP}"))]);
    // A custom resource may be scaled, and its operator makes what it likes.
    let custom = scaler("{kind: Cluster, name: db}");
    quiet(code, &[("apps/web.yaml", &pod), ("apps/scale.yaml", &custom)]);
    // app-template names its workloads by the release; other charts may name theirs as they like.
    let web = release("    controllers: {main: {}}\n");
    quiet(code, &[("apps/web.yaml", &web), ("apps/scale.yaml", &scaler("name: web"))]);
    let other = sourced("charts");
    quiet(code, &[("apps/web.yaml", &other), ("apps/scale.yaml", &scaler("name: anything"))]);
}
