//! The layouts that repositories have, each as small as it can be.

use super::{check, show, sources};
use crate::gitops::walk;
use crate::source::parse;

/// A Flux Kustomization in a file.
fn ks(file: &str, name: &str, path: &str) -> String {
    format!(
        "== {file}
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{path: {path}, sourceRef: {{kind: GitRepository, name: flux-system}}}}
"
    )
}

/// A `ConfigMap` with a namespace in a file.
fn map(file: &str, id: &str) -> String {
    let (namespace, name) = id.split_once('/').unwrap();
    format!(
        "== {file}\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: '{name}', namespace: {namespace}}}\n"
    )
}

/// The values of the chart that makes an instance, in a `HelmRelease`.
fn release(file: &str, path: &str) -> String {
    format!(
        "== {file}
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {{name: flux-instance, namespace: flux-system}}
spec: {{values: {{instance: {{sync: {{kind: GitRepository, url: 'https://git.example.com/home/ops.git', path: {path}}}}}}}}}
"
    )
}

/// Names of the ConfigMaps, names of all clusters, and codes of what was reported.
fn walked(text: &str, cluster: Option<&str>) -> (Vec<String>, Vec<String>, Vec<&'static str>) {
    let sources = sources(text);
    let (documents, _) = parse(&sources);
    let (effective, diagnostics) = walk(&sources, &documents, cluster);
    let maps = show(&effective)
        .into_iter()
        .filter_map(|line| line.strip_prefix("ConfigMap ").map(str::to_owned));
    let codes = diagnostics.iter().map(|diagnostic| diagnostic.code);
    (maps.collect(), effective.clusters, codes.collect())
}

#[test]
fn a_cluster_folder_above_its_apps() {
    let one = |name: &str| {
        release(
            &format!("kubernetes/{name}/apps/flux-system/instance.yaml"),
            &format!("kubernetes/{name}/flux"),
        ) + &ks(
            &format!("kubernetes/{name}/flux/install.yaml"),
            "apps",
            &format!("./kubernetes/{name}/apps"),
        ) + &map(&format!("kubernetes/{name}/apps/a.yaml"), &format!("a/{name}"))
    };
    let text = one("main") + &one("staging");
    let known = ["main", "staging"].map(str::to_owned).to_vec();
    assert_eq!(
        walked(&text, None),
        (vec!["a/main".to_owned()], known.clone(), vec!["flux/several-clusters"])
    );
    assert_eq!(
        walked(&text, Some("staging")),
        (vec!["a/staging".to_owned()], known.clone(), vec![])
    );
    assert_eq!(walked(&text, Some("nowhere")).2, ["flux/cluster-unknown"]);
}

#[test]
fn an_instance_that_clusters_share_by_a_variable() {
    let text = release("kubernetes/apps/base/flux/instance.yaml", "'kubernetes/clusters/${CLUSTER}'")
        + "== kubernetes/clusters/main/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec:
  path: ./kubernetes/apps/main
  sourceRef: {kind: GitRepository, name: flux-system}
  patches:
  - patch: |-
      - op: add
        path: /spec/postBuild
        value: {substitute: {CLUSTER: main}}
    target: {group: kustomize.toolkit.fluxcd.io, kind: Kustomization}
"
        // The parent has the variable by its own parent's patch, and gives it to paths of others.
        + "== kubernetes/apps/main/kustomization.yaml
resources: [./media]
== kubernetes/apps/main/media/kustomization.yaml
namespace: media
resources: [../../base/media/group.yaml]
== kubernetes/apps/base/media/group.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: group, namespace: flux-system}
spec: {path: ./kubernetes/apps/base/media/all, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}
== kubernetes/apps/base/media/all/tube.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: tube, namespace: media}
spec: {path: './kubernetes/apps/overlays/${CLUSTER}/tube', sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}
== kubernetes/clusters/test/none.txt
"
        + &map("kubernetes/apps/overlays/main/tube/a.yaml", "media/tube");
    let (maps, clusters, codes) = walked(&text, Some("main"));
    assert_eq!(
        (maps, clusters),
        (vec!["media/tube".to_owned()], vec!["main".into(), "test".into()])
    );
    assert_eq!(codes, Vec::<&str>::new());
}

#[test]
fn apps_at_the_root_and_values_in_a_file() {
    let text = "== apps/flux/values.yaml\ninstance: {sync: {kind: GitRepository, url: 'ssh://git@git.example.com/home/ops', path: ./flux}}\n".to_owned()
        + &ks("flux/app.ks.yaml", "apps", "apps")
        + &map("apps/web/a.yaml", "web/a");
    assert_eq!(walked(&text, None), (vec!["web/a".to_owned()], vec![], vec![]));
}

#[test]
fn namespaces_at_the_root_leave_out_what_flux_does() {
    let text = "== flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: flux-system, namespace: flux-system}
spec: {url: 'ssh://git@git.example.com/home/ops', ref: {branch: main}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux-system, namespace: flux-system}
spec: {path: ./, sourceRef: {kind: GitRepository, name: flux-system}}
== .sourceignore
/hack
"
    .to_owned()
        + &map("media/a.yaml", "media/a")
        + &map("media/sub/b.yaml", "media/b")
        + &map("hack/c.yaml", "x/c")
        + &map(".github/d.yaml", "x/d")
        + "== web/kustomization.yaml\nresources: [./e.yaml]\n"
        + &map("web/e.yaml", "web/e")
        + &map("web/f.yaml", "web/f");
    assert_eq!(walked(&text, None).0, ["media/a", "media/b", "web/e"]);
}

#[test]
fn paths_are_relative_to_an_artifact_below_the_root() {
    let text = "== kubernetes/clusters/lab/flux-system/instance.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec: {sync: {kind: OCIRepository, url: 'oci://registry.example.com/home/ops', path: clusters/lab}}
"
    .to_owned()
        + &ks("kubernetes/clusters/lab/apps.yaml", "apps", "./apps")
        + &map("kubernetes/apps/a.yaml", "a/a");
    let (maps, _, codes) = walked(&text, None);
    assert_eq!((maps, codes), (vec!["a/a".to_owned()], vec![]));
}

#[test]
fn a_source_elsewhere_beside_its_kustomization_is_no_root() {
    let text = ks("k8s/prod/flux/ks.yaml", "apps", "./k8s/prod/apps")
        + "== k8s/prod/apps/crds.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: snapshots, namespace: flux-system}
spec: {url: 'https://git.example.com/other/snapshots'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: snapshots, namespace: flux-system}
spec: {path: ./client/config, sourceRef: {kind: GitRepository, name: snapshots}}
" + &map("k8s/prod/apps/a.yaml", "a/a");
    let sources = sources(&text);
    let (documents, _) = parse(&sources);
    let (effective, diagnostics) = walk(&sources, &documents, None);
    assert_eq!(diagnostics, []);
    let externals: Vec<_> =
        effective.kustomizations.iter().map(|one| (one.id(), one.external.is_some())).collect();
    let expected =
        [("flux-system/apps".to_owned(), false), ("flux-system/snapshots".to_owned(), true)];
    assert_eq!(externals, expected);
}

#[test]
fn variables_come_from_the_chosen_cluster() {
    let one = |name: &str| {
        format!(
            "== clusters/{name}/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: apps, namespace: flux-system}}
spec:
  path: ./apps
  sourceRef: {{kind: GitRepository, name: flux-system}}
  postBuild: {{substituteFrom: [{{kind: ConfigMap, name: settings}}]}}
== clusters/{name}/vars/settings.yaml
apiVersion: v1
kind: ConfigMap
metadata: {{name: settings, namespace: flux-system}}
data: {{NAME: {name}}}
"
        )
    };
    let text = one("main") + &one("test") + &map("apps/a.yaml", "a/${NAME}");
    assert_eq!(walked(&text, Some("test")).0, ["a/test"]);
    assert_eq!(walked(&text, Some("main")).0, ["a/main"]);
}

#[test]
fn replacements_set_what_a_kustomization_targets() {
    let text = ks("flux/ks.yaml", "apps", "./apps")
        + "== apps/kustomization.yaml
resources: [./media]
== apps/media/kustomization.yaml
namespace: media
components: [../../components/common]
resources: [./tube.yaml]
== apps/media/tube.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: &app tube}
spec:
  targetNamespace: not-set
  path: ./tube
  commonMetadata: {labels: {app: *app}}
  ignoreMissingComponents: true
  components: [../gone]
  sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}
== components/common/kustomization.yaml
kind: Component
resources: [./ns.yaml]
replacements:
- source: {kind: Namespace, fieldPath: metadata.name}
  targets:
  - select: {kind: Kustomization}
    fieldPaths: [spec.targetNamespace]
    options: {create: true}
== components/common/ns.yaml
apiVersion: v1
kind: Namespace
metadata: {name: media}
== tube/a.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a}
";
    assert_eq!(walked(&text, None), (vec!["media/a".to_owned()], vec![], vec![]));
}

#[test]
fn what_is_no_yaml_for_others_is_read() {
    let text = "== flux/ks.yaml\r
apiVersion: kustomize.toolkit.fluxcd.io/v1\r
kind: Kustomization\r
metadata: {name: &app apps, namespace: flux-system}\r
spec:\r
  path: ./apps\r
  commonMetadata:\r
    labels:\r
      *app: on\r
      other: &app again\r
  sourceRef: {kind: GitRepository, name: flux-system}\r
== apps/empty.yaml
== apps/comment.yaml
# nothing
== apps/tags.yaml
value: !vault secret
== apps/equals.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: a, namespace: b}
data: {matchType: =}
";
    assert_eq!(walked(text, None), (vec!["b/a".to_owned()], vec![], vec![]));
}

#[test]
fn blobs_of_git_crypt_are_named_and_nothing_more() {
    let blob = b"\0GITCRYPT\0\x80\x81".as_slice();
    let text = ks("flux/ks.yaml", "apps", "./apps");
    let sources = sources(&text);
    let ks = sources.files().next().unwrap().1.bytes().clone();
    let sources = crate::source::Sources::from_memory([
        ("flux/ks.yaml", &ks[..]),
        ("apps/kustomization.yaml", b"resources: [./secret.yaml]\n"),
        ("apps/secret.yaml", blob),
    ]);
    let (documents, wrong) = parse(&sources);
    assert_eq!(wrong, []);
    let (effective, diagnostics) = walk(&sources, &documents, None);
    assert_eq!(diagnostics, []);
    assert_eq!(show(&effective), ["Kustomization flux-system/apps"]);
}

#[test]
fn a_resource_set_makes_an_object_for_each_input() {
    let text = ks("flux/ks.yaml", "apps", "./apps")
        + "== apps/set.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: tenants, namespace: flux-system}
spec:
  inputs: [{tenant: red, size: 1}, {tenant: blue, size: 2}]
  inputsFrom: [{kind: ResourceSetInputProvider, name: more}]
  resources:
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: << inputs.tenant | quote >>, namespace: tenants}
    data: {size: '<<- inputs.size >>', other: << nothing >>}
  - apiVersion: v1
    kind: ConfigMap
    metadata: {name: common}
  resourcesTemplate: |
    apiVersion: v1
    kind: ConfigMap
    metadata:
      name: << inputs.tenant >>-text
---
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSetInputProvider
metadata: {name: more, namespace: flux-system}
spec: {type: Static, defaultValues: {tenant: green, size: 3}}
";
    let (maps, _, codes) = walked(&text, None);
    let expected = [
        "tenants/red",
        "flux-system/common",
        "flux-system/red-text",
        "tenants/blue",
        "flux-system/blue-text",
        "tenants/green",
        "flux-system/green-text",
    ];
    assert_eq!((maps, codes), (expected.map(str::to_owned).to_vec(), vec![]));
}

#[test]
fn inputs_that_only_the_cluster_knows_are_named() {
    let text = ks("flux/ks.yaml", "apps", "./apps")
        + "== apps/set.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: ResourceSet
metadata: {name: previews, namespace: flux-system}
spec:
  inputsFrom: [{kind: ResourceSetInputProvider, selector: {matchLabels: {a: b}}}]
  resources: [{apiVersion: v1, kind: ConfigMap, metadata: {name: << inputs.id >>}}]
";
    let effective = check(
        &text,
        None,
        &["Kustomization flux-system/apps", "ResourceSet flux-system/previews"],
        &[],
    );
    assert_eq!(effective.unseen.len(), 1);
}

#[test]
fn a_source_of_flux_itself_beside_the_cluster_is_no_root() {
    let text = "== kubernetes/flux/config/flux.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: OCIRepository
metadata: {name: flux-manifests, namespace: flux-system}
spec: {url: 'oci://ghcr.io/fluxcd/flux-manifests'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: flux, namespace: flux-system}
spec: {path: ./, sourceRef: {kind: OCIRepository, name: flux-manifests}}
== kubernetes/flux/config/cluster.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: home, namespace: flux-system}
spec: {url: 'https://git.example.com/home/ops'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cluster, namespace: flux-system}
spec: {path: ./kubernetes/flux, sourceRef: {kind: GitRepository, name: home}}
== kubernetes/flux/config/kustomization.yaml
resources: [./flux.yaml, ./cluster.yaml]
== kubernetes/flux/apps.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./kubernetes/apps, sourceRef: {kind: GitRepository, name: home}}
== kubernetes/apps/crds.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: crds, namespace: flux-system}
spec: {url: 'https://git.example.com/other/crds'}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: crds, namespace: flux-system}
spec: {sourceRef: {kind: GitRepository, name: crds}}
"
    .to_owned()
        + &map("kubernetes/apps/a.yaml", "a/a")
        + &map("docs/b.yaml", "b/b");
    assert_eq!(walked(&text, None), (vec!["a/a".to_owned()], vec![], vec![]));
    // The same without the folder of Flux' own manifests, where nothing is beside its source.
    let source = "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: home, namespace: flux-system}\nspec: {url: 'https://git.example.com/home/ops'}\n---\n";
    let apart = text.replace(source, "");
    assert_eq!(walked(&apart, None), (vec!["a/a".to_owned()], vec![], vec![]));
}

#[test]
fn an_instance_patches_what_it_makes() {
    let text = "== flux/instance.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec:
  sync: {kind: GitRepository, url: 'https://git.example.com/home/ops', path: clusters/lab}
  kustomize:
    patches:
    - target: {kind: Deployment, name: '(.*)'}
      patch: '[]'
    - target: {kind: Kustomization, name: flux-system}
      patch: |
        - op: add
          path: /spec/postBuild
          value: {substitute: {CLUSTER: lab}}
"
    .to_owned()
        + &ks("clusters/lab/ks.yaml", "apps", "'./apps/${CLUSTER}'")
        + &map("apps/lab/a.yaml", "a/a");
    assert_eq!(walked(&text, None), (vec!["a/a".to_owned()], vec![], vec![]));
}
