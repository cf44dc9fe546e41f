//! Where Flux Kustomizations and releases stand.

use super::{ks, made, release};

const VALUES: &str = "    controllers: {main: {containers: {app: {image: {repository: registry.example.com/a, tag: '1.0'}}}}}\n    route: {main: {hostnames: ['{{ .Release.Name }}.example.com'], parentRefs: [{name: internal, namespace: network}]}}\n    persistence: {data: {size: 1Gi}}\n";

/// Every usual name of the file that declares an app is found by its kind.
#[test]
fn files_are_found_by_kind_and_not_by_name() {
    for file in ["ks.yaml", "install.yaml", "app.ks.yaml", "flux-sync.yaml", "echo.yml"] {
        let text = ks("kubernetes/main/flux/cluster.yaml", "cluster", "./kubernetes/main/apps")
            + &ks(
                &format!("kubernetes/main/apps/web/echo/{file}"),
                "echo",
                "./kubernetes/main/apps/web/echo/app",
            )
            + &release("kubernetes/main/apps/web/echo/app/helm-release.yaml", "web/echo", VALUES)
            + &format!(
                "== kubernetes/main/apps/web/kustomization.yaml\nresources: [./echo/{file}]\n"
            );
        let made = made(&text);
        made.counts(&[
            ("flux_kustomizations", 2),
            ("helm_releases", 1),
            ("app_template_releases", 1),
            ("http_routes", 1),
            ("hostnames", 1),
            ("storage_claims", 1),
        ]);
        assert_eq!(made.hosts(), ["echo.example.com"], "{file}");
        assert_eq!(made.cluster.claims[0].id, "web/echo");
    }
}

#[test]
fn kustomizations_at_the_level_of_namespaces() {
    let text = ks("clusters/main/apps.yaml", "cluster", "./apps/main")
        + "== apps/main/kustomization.yaml\nresources: [./media]\n"
        + "== apps/main/media/kustomization.yaml\nnamespace: media\nresources: [./namespace.yaml, ./films.yaml, ./music.yaml]\n"
        + "== apps/main/media/namespace.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: not-used}\n"
        + &ks("apps/main/media/films.yaml", "films", "./apps/base/media/films")
        + "  targetNamespace: media\n  postBuild: {substitute: {APP: films, CLAIM: \"${APP:=x}\"}}\n"
        + &ks("apps/main/media/music.yaml", "music", "./apps/base/media/music")
        + "  targetNamespace: media\n  dependsOn: [{name: films}]\n"
        + &release("apps/base/media/films/release.yaml", "x/films", VALUES)
        + &release("apps/base/media/music/release.yaml", "x/music", VALUES)
        + "== apps/base/media/films/claim.yaml\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: \"${VOLSYNC_CLAIM:=${APP}}-more\"}\nspec: {accessModes: [ReadWriteOnce]}\n";
    let made = made(&text);
    made.counts(&[
        ("flux_kustomizations", 3),
        ("flux_dependencies", 1),
        ("flux_dependencies_dangling", 0),
        ("helm_releases", 2),
        ("namespaces", 1),
        ("storage_claims", 3),
    ]);
    assert_eq!(made.apps(), ["media/films", "media/music"]);
    assert_eq!(made.cluster.claims[1].id, "media/films-more");
    assert_eq!(made.cluster.namespaces[0].name, "media");
}

#[test]
fn values_from_a_generated_config_map() {
    let chart = "  chart: {spec: {chart: app-template, version: 3.7.3, sourceRef: {kind: HelmRepository, name: charts}}}\n";
    let text = ks("flux/cluster.yaml", "cluster", "./apps")
        + "== apps/kustomization.yaml\nnamespace: web\nresources: [./release.yaml]\nconfigMapGenerator:\n  - name: echo-values\n    files: [values.yaml=./helm/values.yaml]\nconfigurations: [./kustomizeconfig.yaml]\n"
        + "== apps/kustomizeconfig.yaml\nnameReference:\n  - kind: ConfigMap\n    version: v1\n    fieldSpecs:\n      - {path: spec/valuesFrom/name, kind: HelmRelease}\n"
        + "== apps/helm/values.yaml\nroute: {main: {hostnames: [echo.example.com], parentRefs: [{name: internal}]}}\npersistence: {data: {size: 1Gi}, more: {existingClaim: other}}\n"
        + "== apps/release.yaml\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: echo}\nspec:\n"
        + chart
        + "  valuesFrom: [{kind: ConfigMap, name: echo-values}, {kind: Secret, name: hidden}]\n";
    let made = made(&text);
    made.counts(&[("helm_releases", 1), ("http_routes", 1), ("storage_claims", 1)]);
    assert_eq!(made.hosts(), ["echo.example.com"]);
    // Before version 4 the key is always part of the name.
    assert_eq!(made.cluster.claims[0].id, "web/echo-data");
    let said = made.cluster.blind_spots.iter().any(|one| one.what.contains("`hidden`"));
    assert!(said, "{:?}", made.cluster.blind_spots);
}

#[test]
fn a_bootstrap_with_helmfile_is_not_what_flux_applies() {
    let text = ks("kubernetes/flux/cluster.yaml", "cluster", "./kubernetes/apps")
        + &release("kubernetes/apps/echo.yaml", "web/echo", VALUES)
        + "== bootstrap/helmfile.yaml\nrepositories:\n  - {name: cilium, url: 'https://charts.example.com'}\nreleases:\n  - name: cilium\n    namespace: kube-system\n    chart: cilium/cilium\n    version: 1.18.0\n    values: ['{{ requiredEnv \"ROOT\" }}/values.yaml']\n  - {name: coredns, namespace: kube-system, chart: oci://registry.example.com/coredns}\n"
        + "== bootstrap/helmfile.d/00-crds.yaml.gotmpl\nreleases:\n{{- range .Values.all }}\n  - name: {{ . }}\n{{- end }}\n"
        + "== bootstrap/resources.yaml.j2\n---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: {{ ENV.NAME }}\n{% for name in names %}\n---\n{% endfor %}\n";
    let made = made(&text);
    made.counts(&[("helm_releases", 1), ("flux_kustomizations", 1)]);
    assert_eq!(made.apps(), ["web/echo"]);
    assert_eq!(made.codes, Vec::<&str>::new());
}

#[test]
fn a_set_of_applications_in_the_values_of_a_chart() {
    let text = "== system/argocd/Chart.yaml\napiVersion: v2\nname: argocd\nversion: 0.0.0\ndependencies:\n  - {name: argocd-apps, version: 2.0.0, repository: 'https://charts.example.com'}\n\
        == system/argocd/values.yaml\nargocd-apps:\n  applicationsets:\n    root:\n      namespace: argocd\n      generators:\n        - git:\n            repoURL: https://git.example.com/home/ops.git\n            revision: main\n            directories: [{path: 'apps/*'}]\n      template:\n        metadata: {name: '{{path.basename}}'}\n        spec:\n          destination: {name: in-cluster, namespace: '{{path.basename}}'}\n          source: {repoURL: https://git.example.com/home/ops.git, path: '{{path}}', targetRevision: main}\n\
        == apps/echo/Chart.yaml\napiVersion: v2\nname: echo\nversion: 0.0.0\ndependencies:\n  - {name: app-template, version: 3.1.0, repository: 'https://charts.example.com'}\n\
        == apps/echo/values.yaml\napp-template:\n  ingress: {main: {enabled: true, className: nginx, hosts: [{host: echo.example.com, paths: []}]}}\n  persistence: {data: {size: 1Gi}}\n\
        == apps/map/map.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    let made = made(text);
    assert_eq!(made.hosts(), ["echo.example.com"]);
    assert!(made.objects().contains(&"ConfigMap map/a".to_owned()), "{:?}", made.objects());
    assert_eq!(made.apps(), ["echo/echo"]);
    made.counts(&[("hostnames", 1), ("storage_claims", 1), ("flux_kustomizations", 0)]);
}

#[test]
fn a_resource_set_makes_what_its_inputs_say() {
    let text = ks("flux/cluster.yaml", "cluster", "./apps")
        + "== apps/set.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: claims, namespace: web}\nspec:\n  inputs:\n    - {app: films, size: 1Gi}\n    - {app: music, size: 2Gi}\n  resources:\n    - apiVersion: v1\n      kind: PersistentVolumeClaim\n      metadata: {name: '<< inputs.app >>', namespace: media}\n      spec: {storageClassName: fast, resources: {requests: {storage: << inputs.size >>}}}\n    - apiVersion: volsync.backube/v1alpha1\n      kind: ReplicationSource\n      metadata: {name: '<< inputs.app >>', namespace: media}\n      spec: {sourcePVC: '<< inputs.app >>', restic: {repository: x}}\n"
        + "== apps/loop.yaml\napiVersion: fluxcd.controlplane.io/v1\nkind: ResourceSet\nmetadata: {name: loop, namespace: web}\nspec:\n  inputs: [{all: [a, b]}]\n  resourcesTemplate: |\n    <<- range $name := inputs.all >>\n    ---\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: << $name >>}\n    <<- end >>\n";
    let made = made(&text);
    made.counts(&[("storage_claims", 2), ("backed_up_claims", 2)]);
    let said = made.cluster.blind_spots.iter().any(|one| one.what.contains("`web/loop`"));
    assert!(said, "{:?}", made.cluster.blind_spots);
}

#[test]
fn scalers_are_listed_and_scale_what_is_there() {
    let text = ks("flux/cluster.yaml", "cluster", "./apps")
        + &release("apps/films.yaml", "media/films", VALUES)
        + "== apps/scale.yaml\napiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: films, namespace: media}\nspec: {scaleTargetRef: {name: films}, minReplicaCount: 0}\n---\napiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: {name: films, namespace: media}\n";
    let made = made(&text);
    let others: Vec<_> = made.cluster.others.iter().map(|one| one.kind.as_str()).collect();
    assert_eq!(others, ["ScaledObject", "TriggerAuthentication"]);
}
