//! Features of kustomize, each in one folder, as `(name, files)`.
//!
//! The tests in `reference` compare them with kustomize itself; here it is held what comes out, so
//! that the same is tested on a machine without it.

use super::sources;
use crate::gitops::ignored::Ignored;
use crate::gitops::kustomize::{Builder, Overlay};
use crate::gitops::{Object, Via};
use crate::source::parse;

const WEB: &str = "
== app/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {tier: front}, annotations: {team: a}}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: web, image: 'registry.example.com:5000/web:1', env: [{name: A, value: '1'}, {name: B, value: '2'}], ports: [{containerPort: 80, name: http}]}
      - {name: side, image: side, envFrom: [{configMapRef: {name: settings}}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, name: http}]}
---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: chart, labels: {tier: back}}
spec: {interval: 1h, values: {list: [1, 2], map: {a: 1, b: 2}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: route}
spec: {hostnames: [a.example.com], rules: [{backendRefs: [{name: web, port: 80}]}]}
";

/// Names and the text of `app/kustomization.yaml`, with further files behind it.
pub(crate) const FEATURES: [(&str, &str); 16] = [
    (
        "prefix",
        "resources: [web.yaml, ns.yaml, role.yaml]\nnamePrefix: a-\nnameSuffix: -z\nnamespace: shop
== app/ns.yaml
apiVersion: v1
kind: Namespace
metadata: {name: other}
== app/role.yaml
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: role}
",
    ),
    (
        "labels",
        "resources: [web.yaml]
labels:
- pairs: {a: b}
- pairs: {c: d}
  includeSelectors: true
- pairs: {e: f}
  includeTemplates: true
commonAnnotations: {note: x}
",
    ),
    ("common-labels", "resources: [web.yaml]\ncommonLabels: {owner: me}\n"),
    (
        "images",
        "resources: [web.yaml]
images:
- {name: 'registry.example.com:5000/web', newName: ghcr.example.com/web, newTag: '2'}
- {name: side, digest: 'sha256:0000000000000000000000000000000000000000000000000000000000000000'}
",
    ),
    (
        "generators",
        "resources: [web.yaml]
generatorOptions: {disableNameSuffixHash: true, labels: {made: by}}
configMapGenerator:
- name: settings
  literals: [A=1, 'B=\"two\"', C=x=y]
  files: [note.txt, renamed=note.txt]
  envs: [vars.env]
- {name: other, namespace: shop, literals: [A=1], options: {annotations: {a: b}}}
== app/note.txt
line one
line two
== app/vars.env
# comment
D=4

E=five
",
    ),
    (
        "merge-by-name",
        "resources: [web.yaml]
patches:
- path: patch.yaml
== app/patch.yaml
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  template:
    spec:
      containers:
      - {name: web, env: [{name: B, $patch: delete}, {name: C, value: '3'}]}
      - {name: new, image: new}
",
    ),
    (
        "merge-with-target",
        "resources: [web.yaml]
patches:
- target: {kind: HelmRelease, labelSelector: 'tier=back'}
  patch: |
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: any}
    spec: {timeout: 5m, values: {list: [3], map: {a: null, c: 3}}}
",
    ),
    (
        "operations",
        "resources: [web.yaml]
patches:
- target: {kind: 'Deploy.*', name: w.b}
  patch: |-
    - {op: replace, path: /spec/template/spec/containers/0/image, value: other}
    - {op: add, path: /spec/template/spec/containers/1/env, value: [{name: X, value: z}]}
    - {op: add, path: /spec/template/spec/containers/0/env/0, value: {name: FIRST, value: '0'}}
    - {op: remove, path: /spec/template/spec/containers/0/env/1}
    - {op: copy, from: /metadata/name, path: /metadata/labels/copied}
    - {op: move, from: /metadata/labels/tier, path: /metadata/labels/moved}
    - {op: test, path: /metadata/name, value: web}
    - {op: add, path: /metadata/annotations/a~1b, value: c}
- target: {group: gateway.networking.k8s.io, annotationSelector: none=x}
  patch: |-
    - {op: remove, path: /spec}
",
    ),
    (
        "older-fields",
        "resources: [web.yaml]
patchesStrategicMerge: [patch.yaml]
patchesJson6902:
- target: {version: v1, kind: Service, name: web}
  path: json.yaml
== app/patch.yaml
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 81, name: more}], type: LoadBalancer}
== app/json.yaml
- op: add
  path: /spec/clusterIP
  value: None
",
    ),
    (
        "delete",
        "resources: [web.yaml]
patches:
- patch: |
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    $patch: delete
- target: {kind: HelmRelease}
  patch: |
    apiVersion: helm.toolkit.fluxcd.io/v2
    kind: HelmRelease
    metadata: {name: chart}
    $patch: delete
",
    ),
    (
        "several-in-one-patch",
        "resources: [web.yaml]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {name: web}
    spec: {replicas: 3}
    ---
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {type: ClusterIP}
",
    ),
    (
        "replacements",
        "resources: [web.yaml, vars.yaml]
replacements:
- source: {kind: ConfigMap, name: vars, fieldPath: data.host}
  targets:
  - select: {kind: HTTPRoute}
    fieldPaths: [spec.hostnames.0]
  - select: {kind: HelmRelease}
    reject: [{name: none}]
    fieldPaths: [spec.values.host, 'metadata.annotations.a\\.b/c']
    options: {create: true}
- source: {kind: ConfigMap, name: vars, fieldPath: data.image, options: {delimiter: ':', index: 1}}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['spec.template.spec.containers.[name=web].image']
    options: {delimiter: ':', index: 2}
- path: more.yaml
== app/vars.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: vars}
data: {host: b.example.com, image: 'x:9'}
== app/more.yaml
- source: {kind: ConfigMap, name: vars}
  targets:
  - select: {kind: Deployment}
    fieldPaths: ['spec.template.spec.containers.*.name']
",
    ),
    (
        "components",
        "resources: [web.yaml]
namespace: shop
components: [../one, ../two]
labels: [{pairs: {last: 'yes'}}]
== one/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [ns.yaml]
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: add, path: /spec/replicas, value: 1}
== one/ns.yaml
apiVersion: v1
kind: Namespace
metadata: {name: not-used}
== two/kustomization.yaml
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
namePrefix: two-
patches:
- target: {kind: Deployment}
  patch: |-
    - {op: replace, path: /spec/replicas, value: 2}
",
    ),
    (
        "nested",
        "resources: [../base, web.yaml]
nameSuffix: -b
images: [{name: side, newTag: v2}]
patches:
- patch: |
    apiVersion: v1
    kind: ConfigMap
    metadata: {name: inner}
    data: {b: c}
== base/kustomization.yml
namePrefix: in-
namespace: base
resources: [inner.yaml]
== base/inner.yaml
apiVersion: v1
kind: ConfigMap
metadata: {name: inner}
data: {a: b}
",
    ),
    (
        "lists",
        "resources: [list.yaml, list-of-maps.yaml]
== app/list.yaml
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}
- {apiVersion: v1, kind: ConfigMap, metadata: {name: b}}
== app/list-of-maps.yaml
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}
",
    ),
    ("replicas", "resources: [web.yaml]\nreplicas: [{name: web, count: 5}]\n"),
];

/// The files of a feature, by path.
pub(crate) fn files(feature: &str) -> String {
    let kind = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    format!("{WEB}== app/kustomization.yaml\n{kind}{feature}")
}

fn built(name: &str) -> Vec<Object> {
    let (_, feature) = FEATURES.iter().find(|(own, _)| *own == name).unwrap();
    let sources = sources(&files(feature));
    let (documents, _) = parse(&sources);
    let mut builder = Builder::new(&sources, &documents, Ignored::default());
    let objects = builder.build("app", &Overlay::default(), &Via::default());
    assert_eq!(builder.diagnostics, []);
    objects
}

/// The text at a path of the object that is named `Kind/name`.
fn check(feature: &str, object: &str, path: &[&str], expected: Option<&str>) {
    let objects = built(feature);
    let found = objects.iter().find(|one| format!("{}/{}", one.kind, one.name) == object);
    let found = found.unwrap_or_else(|| panic!("{feature} has no {object}"));
    assert_eq!(found.root.str_at(path), expected, "{feature}: {object} {path:?}");
}

const CONTAINERS: [&str; 4] = ["spec", "template", "spec", "containers"];

fn container<'a>(rest: &[&'a str]) -> Vec<&'a str> {
    CONTAINERS.iter().chain(rest).copied().collect()
}

#[test]
fn names_and_labels() {
    check("prefix", "Deployment/a-web-z", &["metadata", "namespace"], Some("shop"));
    check("prefix", "ClusterRole/a-role-z", &["metadata", "namespace"], None);
    check("prefix", "Namespace/shop", &["metadata", "name"], Some("shop"));
    let pod = ["spec", "template", "metadata", "labels"];
    check("labels", "Deployment/web", &["spec", "selector", "matchLabels", "c"], Some("d"));
    check("labels", "Deployment/web", &[&pod[..], &["e"]].concat(), Some("f"));
    check("labels", "Deployment/web", &[&pod[..], &["a"]].concat(), None);
    check("common-labels", "Service/web", &["spec", "selector", "owner"], Some("me"));
    check("replicas", "Deployment/web", &["spec", "replicas"], Some("5"));
}

#[test]
fn images_and_generators() {
    let image = container(&["0", "image"]);
    check("images", "Deployment/web", &image, Some("ghcr.example.com/web:2"));
    check("nested", "Deployment/web-b", &container(&["1", "image"]), Some("side:v2"));
    check("generators", "ConfigMap/settings", &["data", "B"], Some("two"));
    check("generators", "ConfigMap/settings", &["data", "D"], Some("4"));
    check("generators", "ConfigMap/settings", &["metadata", "labels", "made"], Some("by"));
    check("nested", "ConfigMap/in-inner-b", &["data", "b"], Some("c"));
}

#[test]
fn patches_and_replacements() {
    check("merge-by-name", "Deployment/web", &container(&["0", "env", "0", "name"]), Some("C"));
    check("merge-with-target", "HelmRelease/chart", &["spec", "values", "map", "a"], None);
    check("operations", "Deployment/web", &container(&["0", "env", "0", "name"]), Some("FIRST"));
    check("older-fields", "Service/web", &["spec", "clusterIP"], Some("None"));
    check("several-in-one-patch", "Service/web", &["spec", "type"], Some("ClusterIP"));
    check("replacements", "HTTPRoute/route", &["spec", "hostnames", "0"], Some("b.example.com"));
    check("components", "Deployment/two-web", &["spec", "replicas"], Some("2"));
    let kinds: Vec<_> = built("delete").into_iter().map(|object| object.kind).collect();
    assert_eq!(kinds, ["Deployment", "HTTPRoute"]);
    assert_eq!(built("lists").len(), 3);
}
