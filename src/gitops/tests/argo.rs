//! Argo CD, charts in folders, k3s, and repositories with nothing of the kind.

use super::{check, show, sources};
use crate::gitops::walk;
use crate::source::parse;

/// Objects, releases as `id chart version: values`, and what is not visible.
fn walked(text: &str) -> (Vec<String>, Vec<String>, usize) {
    let sources = sources(text);
    let (documents, wrong) = parse(&sources);
    assert_eq!(wrong, []);
    let (effective, diagnostics) = walk(&sources, &documents, None);
    assert_eq!(diagnostics, []);
    let releases = effective.releases(&sources);
    let lines = releases.iter().map(|one| {
        let keys: Vec<&str> = one.values.entries().iter().map(|it| it.key.as_str()).collect();
        let version = one.chart.version.and_then(|node| node.as_str()).unwrap_or("-");
        let name = one.chart.name.as_deref().unwrap_or("-");
        format!("{} {name} {version}: {}", one.object.id(), keys.join(","))
    });
    (show(&effective), lines.collect(), effective.unseen.len())
}

const ROOT: &str = "== bootstrap/root.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: root, namespace: argocd}
spec:
  source: {repoURL: 'https://git.example.com/home/ops.git', path: apps}
  destination: {namespace: argocd}
";

#[test]
fn an_application_of_applications() {
    let text = ROOT.to_owned()
        + "== apps/web.yaml
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: web, namespace: argocd}
spec:
  sources:
  - {repoURL: 'https://git.example.com/home/ops', path: manifests/web, kustomize: {namePrefix: a-}}
  - repoURL: https://charts.example.com
    chart: redis
    targetRevision: 1.2.3
    helm: {valuesObject: {auth: false}, valueFiles: [$own/manifests/redis.yaml], parameters: [{name: master.size, value: '1'}]}
  - {repoURL: 'https://git.example.com/home/ops', ref: own}
  - {repoURL: 'https://git.example.com/other/repo', path: manifests/web}
  destination: {namespace: shop}
  syncPolicy: {syncOptions: [CreateNamespace=true]}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: plain, namespace: argocd}
spec:
  source: {repoURL: 'https://git.example.com/home/ops', path: manifests/plain, directory: {recurse: true, exclude: 'skip*'}}
  destination: {namespace: plain}
== apps/sub/not-applied.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: deep}
== manifests/redis.yaml
persistence: {}
== manifests/web/kustomization.yaml
resources: [cm.yaml]
== manifests/web/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
== manifests/plain/skip.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: skipped}
== manifests/plain/sub/b.json
{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"b\"}}
";
    let (objects, releases, unseen) = walked(&text);
    let expected = [
        "Application argocd/root",
        "Application argocd/web",
        "Application argocd/plain",
        "Namespace shop",
        "ConfigMap shop/a-web",
        "ConfigMap plain/b",
    ];
    assert_eq!(objects, expected);
    assert_eq!(releases, ["shop/web redis 1.2.3: persistence,auth,master"]);
    assert_eq!(unseen, 1);
}

#[test]
fn a_set_in_the_values_of_a_chart_installs_wrapper_charts() {
    let text = "== system/argocd/Chart.yaml
apiVersion: v2
name: argocd
version: 0.0.0
dependencies:
- {name: argo-cd, version: 9.0.0, repository: 'https://charts.example.com/argo'}
- {name: argocd-apps, version: 2.0.0, repository: 'https://charts.example.com/argo'}
== system/argocd/values.yaml
argo-cd: {server: {}}
argocd-apps:
  applicationsets:
    root:
      namespace: argocd
      generators:
      - git:
          repoURL: &url https://git.example.com/home/ops
          directories: [{path: system/*}, {path: apps/*}, {path: apps/old, exclude: true}]
      template:
        metadata: {name: '{{path.basename}}'}
        spec:
          destination: {name: in-cluster, namespace: '{{path.basename}}'}
          source: {repoURL: *url, path: '{{path}}'}
          syncPolicy: {syncOptions: [CreateNamespace=true]}
== apps/tube/Chart.yaml
apiVersion: v2
name: tube
version: 0.0.0
dependencies:
- {name: app-template, alias: tube, version: 4.0.0, repository: 'https://charts.example.com/t'}
- {name: postgres, version: 1.0.0, condition: postgres.enabled}
== apps/tube/values.yaml
tube: {controllers: {tube: {}}}
postgres: {enabled: false}
== apps/tube/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: unseen}
== apps/old/Chart.yaml
apiVersion: v2
name: old
== apps/plain/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: plain}
";
    let (objects, releases, unseen) = walked(text);
    let expected = [
        "ApplicationSet argocd/root",
        "Application argocd/plain",
        "Application argocd/tube",
        "Application argocd/argocd",
        "Namespace plain",
        "ConfigMap plain/plain",
        "Namespace tube",
        "Namespace argocd",
    ];
    assert_eq!(objects, expected);
    let expected = [
        "tube/tube app-template 4.0.0: controllers",
        "argocd/argocd-argo-cd argo-cd 9.0.0: server",
        "argocd/argocd-argocd-apps argocd-apps 2.0.0: applicationsets",
    ];
    assert_eq!(releases, expected);
    assert_eq!(unseen, 1);
}

#[test]
fn lists_files_and_matrices_generate() {
    let text = "== sets.yaml
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: all, namespace: argocd}
spec:
  goTemplate: true
  generators:
  - list: {elements: [{app: one, folder: a}]}
  - matrix:
      generators:
      - git: {repoURL: 'https://git.example.com/home/ops', files: [{path: '**/app.yaml'}]}
      - clusters: {}
  - pullRequest: {}
  template:
    metadata: {name: '{{ .app }}'}
    spec:
      source: {repoURL: 'https://git.example.com/home/ops', path: '{{ default .path.path .folder }}'}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: more, namespace: argocd}
spec:
  generators: [{git: {repoURL: 'https://git.example.com/home/ops', files: [{path: 'b/*.yaml'}]}}]
  template:
    metadata: {name: 'more-{{path.basename}}'}
    spec: {source: {repoURL: 'https://git.example.com/home/ops', path: '{{path}}/m'}}
== b/app.yaml
app: two
== b/m/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
";
    let (objects, _, unseen) = walked(text);
    let expected = [
        "ApplicationSet argocd/all",
        "ApplicationSet argocd/more",
        "Application argocd/one",
        "Application argocd/two",
        "Application argocd/more-b",
        "ConfigMap default/two",
    ];
    assert_eq!(objects, expected);
    // The generator that asks a service, and two paths with a function that is not known.
    assert_eq!(unseen, 3);
}

#[test]
fn plain_manifests_leave_out_templates_and_patches() {
    let text = "== chart/Chart.yaml
apiVersion: v2
name: chart
== chart/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: template}
== web/kustomization.yaml
resources: [web.yaml]
patches: [{path: patch.yaml}]
== web/web.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
== web/patch.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data: {a: b}
== k3s.yaml
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: traefik, namespace: kube-system}
spec:
  chart: traefik
  version: 30.0.0
  repo: https://charts.example.com
  targetNamespace: web
  valuesContent: |-
    service: {type: LoadBalancer}
";
    let (objects, releases, unseen) = walked(text);
    assert_eq!(objects, ["HelmChart kube-system/traefik", "ConfigMap web"]);
    assert_eq!(releases, ["web/traefik traefik 30.0.0: service"]);
    assert_eq!(unseen, 1);
    check("== a.yaml\na: 1\n", None, &[], &[]);
}
