//! The walk over small repositories, each written as one text with `== path` lines.

mod argo;
pub(super) mod features;
mod layouts;
mod rendered;

use super::{Effective, walk};
use crate::source::{Sources, parse};

fn sources(text: &str) -> Sources {
    let files = text.split("== ").skip(1).map(|part| part.split_once('\n').unwrap());
    Sources::from_memory(files.map(|(path, text)| (path.trim(), text.as_bytes())))
}

fn show(effective: &Effective) -> Vec<String> {
    effective.objects.iter().map(|object| format!("{} {}", object.kind, object.id())).collect()
}

fn check(text: &str, cluster: Option<&str>, expected: &[&str], codes: &[&str]) -> Effective {
    let sources = sources(text);
    let (documents, mut diagnostics) = parse(&sources);
    let (effective, wrong) = walk(&sources, &documents, cluster);
    diagnostics.extend(wrong);
    assert_eq!(show(&effective), expected);
    let found: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(found, codes);
    effective
}

const INSTANCE: &str = "\
== flux/instance.yaml
apiVersion: fluxcd.controlplane.io/v1
kind: FluxInstance
metadata: {name: flux, namespace: flux-system}
spec: {sync: {kind: GitRepository, url: https://git.example.com/home/ops.git, path: flux}}
";

fn with_instance(text: &str) -> String {
    format!("{INSTANCE}{text}")
}

#[test]
fn namespaces_override_and_rename() {
    let text = with_instance(
        "== flux/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: ./apps, sourceRef: {kind: GitRepository, name: flux-system}}
== apps/media/kustomization.yaml
namespace: media
components: [../../components/namespace]
resources: [./ks.yaml]
== apps/media/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: tube, namespace: flux-system}
spec:
  path: ./apps/media/tube
  targetNamespace: media
  dependsOn: [{name: nowhere}, {name: apps, namespace: flux-system}]
  components: [../../../components/claim]
  postBuild: {substitute: {APP: tube}}
  sourceRef: {kind: GitRepository, name: flux-system}
== apps/media/tube/kustomization.yaml
resources: [./cm.yaml]
== apps/media/tube/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: '${APP}'}
data: {a: '${SIZE:=5Gi}', b: '$${APP}', c: '${NONE}'}
== components/namespace/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [./namespace.yaml]
== components/namespace/namespace.yaml
apiVersion: v1
kind: Namespace
metadata: {name: not-used}
== components/claim/kustomization.yaml
kind: Component
resources: [./pvc.yaml]
== components/claim/pvc.yaml
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: '${CLAIM:=${APP}}'}
",
    );
    let effective = check(
        &text,
        None,
        &[
            "FluxInstance flux-system/flux",
            "Kustomization flux-system/apps",
            "Kustomization media/tube",
            "Namespace media",
            "ConfigMap media/tube",
            "PersistentVolumeClaim media/tube",
        ],
        &["flux/dependency-missing"],
    );
    let map = effective.of("", "ConfigMap").next().unwrap();
    let data = map.root.get("data").unwrap();
    assert_eq!(data.str_at(&["a"]), Some("5Gi"));
    assert_eq!(data.str_at(&["b"]), Some("${APP}"));
    assert_eq!(data.str_at(&["c"]), Some("${NONE}"));
    let steps: Vec<_> = map.via.steps().iter().map(|step| step.label.clone()).collect();
    assert_eq!(
        steps,
        [
            "sync root `flux`",
            "Flux Kustomization `flux-system/apps`",
            "Flux Kustomization `media/tube`"
        ]
    );
}

#[test]
fn parents_patch_children_and_secrets_hide_variables() {
    let text = with_instance(
        "== flux/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec:
  path: ./apps
  sourceRef: {kind: GitRepository, name: flux-system}
  patches:
    - patch: |
        apiVersion: kustomize.toolkit.fluxcd.io/v1
        kind: Kustomization
        metadata: {name: _}
        spec:
          postBuild: {substituteFrom: [{kind: Secret, name: vars}]}
      target: {kind: Kustomization}
== apps/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: web, namespace: default}
spec: {path: web, sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}}
== web/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web, namespace: default}
data: {host: 'web.${DOMAIN}', other: '${DOMAIN:=example.com}'}
== secrets/vars.sops.yaml
apiVersion: v1
kind: Secret
metadata: {name: vars}
stringData: {DOMAIN: 'ENC[AES256_GCM,data:AAAA,type:str]'}
",
    );
    let effective = check(
        &text,
        None,
        &[
            "FluxInstance flux-system/flux",
            "Kustomization flux-system/apps",
            "Kustomization default/web",
            "ConfigMap default/web",
        ],
        &[],
    );
    let data = effective.of("", "ConfigMap").next().unwrap().root.get("data").unwrap();
    assert_eq!(data.str_at(&["host"]), Some("web.${DOMAIN}"));
    assert_eq!(data.str_at(&["other"]), Some("${DOMAIN:=example.com}"));
}

#[test]
fn a_cycle_ends_with_a_diagnostic() {
    let text = with_instance(
        "== flux/kustomization.yaml\nresources: [../a]\n== a/kustomization.yaml\nresources: [../b]\n== b/kustomization.yaml\nresources: [../a, ./cm.yaml]\n== b/cm.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\n",
    );
    check(&text, None, &["ConfigMap default/x"], &["kustomize/cycle"]);
}

#[test]
fn what_is_missing_is_said() {
    let text = with_instance(
        "== flux/kustomization.yaml\nresources: [./nsmespace.yaml, https://example.com/base.yaml, ../gone]\n== flux/namespace.yaml\napiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n== flux/values.yaml\na: 1\n",
    );
    let effective =
        check(&text, None, &[], &["kustomize/resource-missing", "kustomize/resource-missing"]);
    assert_eq!(effective.remotes.len(), 1);
}

#[test]
fn a_source_elsewhere_is_named_and_not_followed() {
    let text = with_instance(
        "== flux/ks.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {name: private, namespace: flux-system}
spec: {url: https://git.example.com/home/private}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: private, namespace: flux-system}
spec: {path: ./apps, sourceRef: {kind: GitRepository, name: private}}
== apps/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: ours}
",
    );
    let effective = check(
        &text,
        None,
        &[
            "FluxInstance flux-system/flux",
            "GitRepository flux-system/private",
            "Kustomization flux-system/private",
        ],
        &[],
    );
    let external = effective.kustomizations[0].external.as_deref();
    assert_eq!(external, Some("https://git.example.com/home/private"));
}

#[test]
fn bootstrap_and_several_clusters() {
    let sync = |name: &str| {
        format!(
            "== clusters/{name}/flux-system/gotk-sync.yaml
apiVersion: source.toolkit.fluxcd.io/v1
kind: GitRepository
metadata: {{name: flux-system, namespace: flux-system}}
spec: {{url: https://git.example.com/home/ops}}
---
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: flux-system, namespace: flux-system}}
spec: {{path: ./clusters/{name}, sourceRef: {{kind: GitRepository, name: flux-system}}}}
== clusters/{name}/ns.yaml
apiVersion: v1
kind: Namespace
metadata: {{name: {name}}}
"
        )
    };
    let text = sync("main") + &sync("test");
    let expected = |name: &str| {
        [
            "GitRepository flux-system/flux-system".to_owned(),
            "Kustomization flux-system/flux-system".to_owned(),
            format!("Namespace {name}"),
        ]
    };
    let sources = sources(&text);
    let (documents, _) = parse(&sources);
    for (cluster, shown, code) in [
        (None, "main", Some("flux/several-clusters")),
        (Some("test"), "test", None),
        (Some("tset"), "main", Some("flux/cluster-unknown")),
    ] {
        let (effective, diagnostics) = walk(&sources, &documents, cluster);
        // The Kustomization applies its own file, once.
        assert_eq!(show(&effective), expected(shown));
        assert_eq!(effective.kustomizations.len(), 1);
        assert_eq!(effective.clusters, ["main", "test"]);
        assert_eq!(diagnostics.first().map(|diagnostic| diagnostic.code), code);
    }
}

#[test]
fn without_flux_objects_are_as_declared() {
    let text = "== a.yaml\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n== values.yaml\na: 1\n== kustomization.yaml\napiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: x}\n";
    check(text, None, &["Deployment web"], &[]);
}

#[test]
fn one_cluster_may_start_from_several_folders() {
    let root = |path: &str, name: &str| {
        format!(
            "== {path}/ks.yaml
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {{name: {name}, namespace: flux-system}}
spec: {{path: ./{name}, sourceRef: {{kind: GitRepository, name: flux-system}}}}
== {name}/ns.yaml
apiVersion: v1
kind: Namespace
metadata: {{name: {name}}}
"
        )
    };
    let names = |text: &str| {
        let sources = sources(text);
        let (documents, _) = parse(&sources);
        walk(&sources, &documents, None).0.clusters
    };
    assert!(names(&(root("flux/apps", "a") + &root("flux/infra", "b"))).is_empty());
    assert!(names(&(root("flux", "a") + &root("flux", "b"))).is_empty());
    assert_eq!(
        names(&(root("k8s/main/flux", "a") + &root("k8s/test/flux", "b"))),
        ["main", "test"]
    );
    assert_eq!(names(&(root("clusters/x", "a") + &root("clusters/y/z", "b"))), ["x", "y"]);
}
