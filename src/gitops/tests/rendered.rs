//! Rendered manifests beside the walk.

use crate::gitops::{Effective, walk};
use crate::source::{Root, Sources, parse};

const REPOSITORY: &str = "\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: apps, namespace: flux-system}
spec: {path: apps, sourceRef: {kind: GitRepository, name: flux-system}}
";

const APPS: &str = "\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: redis, namespace: cache}
spec: {chart: {spec: {chart: redis}}}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: grafana, namespace: flux-system}
spec: {targetNamespace: observability, releaseName: graf, chart: {spec: {chart: grafana}}}
---
apiVersion: v1
kind: Service
metadata: {name: ours, namespace: cache}
";

fn walked(files: &[(&str, &str)]) -> (Effective, Vec<&'static str>) {
    let mut sources = Sources::default();
    sources.add(Root::Repository, "apps/all.yaml", APPS.as_bytes().into());
    sources.add(Root::Repository, "flux/ks.yaml", REPOSITORY.as_bytes().into());
    for (path, text) in files {
        sources.add(Root::Rendered, path, text.as_bytes().into());
    }
    let (documents, _) = parse(&sources);
    let (effective, diagnostics) = walk(&sources, &documents, None);
    (effective, diagnostics.iter().map(|diagnostic| diagnostic.code).collect())
}

/// One file of one rendered object → `id of the object ← id of its release`.
fn check(path: &str, text: &str, expected: Option<&str>) {
    let (effective, codes) = walked(&[(path, text)]);
    let found = effective
        .rendered
        .first()
        .map(|one| format!("{} ← {}", one.object.id(), one.release.as_deref().unwrap_or("?")));
    assert_eq!(found.as_deref(), expected, "{path}");
    let strays = expected.is_some_and(|line| line.ends_with('?'));
    assert_eq!(codes.contains(&"rendered/no-release"), strays, "{codes:?}");
    // Nothing of it is among the objects that the walk counts.
    assert_eq!(effective.objects.len(), 4);
}

fn service(metadata: &str) -> String {
    format!(
        "---\n# Source: some/templates/service.yaml\napiVersion: v1\nkind: Service\nmetadata: {metadata}\n"
    )
}

#[test]
fn objects_find_their_release() {
    let flux = "{name: a, namespace: cache, labels: {helm.toolkit.fluxcd.io/name: redis, helm.toolkit.fluxcd.io/namespace: cache}}";
    check("all.yaml", &service(flux), Some("cache/a ← cache/redis"));
    let helm = "{name: a, annotations: {meta.helm.sh/release-name: graf, meta.helm.sh/release-namespace: observability}}";
    check("all.yaml", &service(helm), Some("observability/a ← flux-system/grafana"));
    let instance = "{name: a, namespace: cache, labels: {app.kubernetes.io/instance: redis}}";
    check("all.yaml", &service(instance), Some("cache/a ← cache/redis"));
    check("cache/redis.yaml", &service("{name: a}"), Some("cache/a ← cache/redis"));
    check("out/cache-redis.yaml", &service("{name: a}"), Some("cache/a ← cache/redis"));
    check("redis/templates/a.yaml", &service("{name: a}"), Some("cache/a ← cache/redis"));
    let source = service("{name: a}").replace("some/", "grafana/");
    check("out.yaml", &source, Some("observability/a ← flux-system/grafana"));
    check("out.yaml", &service("{name: a}"), Some("default/a ← ?"));
}

#[test]
fn nothing_is_taken_twice() {
    check("out.yaml", &service("{name: ours, namespace: cache}"), None);
    let test = "{name: t, annotations: {helm.sh/hook: 'test'}}";
    check("redis.yaml", &service(test), None);
    let twice = service("{name: a}");
    let (effective, _) = walked(&[("redis.yaml", &twice), ("sub/redis.yaml", &twice)]);
    assert_eq!(effective.rendered.len(), 1);
}

#[test]
fn rendered_instances_are_no_roots() {
    let instance = "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\nmetadata: {name: flux, namespace: flux-system}\nspec: {sync: {path: nowhere}}\n";
    let (effective, _) = walked(&[("out.yaml", instance)]);
    assert_eq!(effective.objects.len(), 4);
    assert_eq!(effective.sync_roots[0].path, "apps");
}
