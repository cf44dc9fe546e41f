//! What YAML allows and people write.

use super::{ks, made, made_of};

/// One document below a sync root.
fn applied(document: &[u8]) -> super::Made {
    let root = ks("flux/cluster.yaml", "cluster", "./apps");
    let (path, text) = root.trim_start_matches("== ").split_once('\n').unwrap();
    made_of(&[(path, text.as_bytes()), ("apps/a.yaml", document)])
}

fn claim(tail: &str) -> String {
    format!(
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: a, namespace: b}}\n{tail}"
    )
}

#[test]
fn line_ends_marks_and_missing_ends() {
    let plain = claim("spec: {storageClassName: fast}");
    let windows = plain.replace('\n', "\r\n");
    let marked = [b"\xef\xbb\xbf".as_slice(), plain.as_bytes()].concat();
    let tabs = claim("spec:\t{storageClassName:\tfast}\t# with tabs\n");
    for bytes in [plain.as_bytes(), windows.as_bytes(), &marked, tabs.as_bytes()] {
        let made = applied(bytes);
        made.counts(&[("storage_claims", 1)]);
        assert_eq!(made.cluster.claims[0].class.shown(), "fast", "{:?}", made.codes);
        assert_eq!(made.codes, Vec::<&str>::new());
    }
}

#[test]
fn a_tab_that_cannot_be_is_said_and_costs_one_file() {
    let made = applied(b"apiVersion: v1\nkind: ConfigMap\nmetadata:\n\tname: a\n");
    assert!(made.codes.iter().any(|code| code.starts_with("yaml/")), "{:?}", made.codes);
    made.counts(&[("flux_kustomizations", 1)]);
}

#[test]
fn a_key_that_stands_twice_keeps_its_last_value() {
    let made = applied(
        claim("spec: {storageClassName: slow}\nspec: {storageClassName: fast}\n").as_bytes(),
    );
    assert_eq!(made.cluster.claims[0].class.shown(), "fast");
    assert!(made.codes.iter().any(|code| code.contains("duplicate")), "{:?}", made.codes);
}

#[test]
fn anchors_are_used_again_and_merged() {
    let text = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: &app films\n  namespace: &app media\n  labels: &labels {a: b}\n  annotations:\n    <<: *labels\n    c: *app\nspec:\n  <<: [{storageClassName: fast}, {storageClassName: slow}]\n  volumeName: *app\n";
    let made = applied(text.as_bytes());
    let claim = &made.cluster.claims[0];
    assert_eq!((claim.id.as_str(), claim.class.shown()), ("media/films", "fast"));
    assert_eq!(claim.volume.shown(), "media");
}

#[test]
fn scalars_mean_what_the_cluster_reads() {
    let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: a, namespace: b}\nspec:\n  chart: {spec: {chart: app-template, version: 4.0.0}}\n  values:\n    persistence:\n      one: {enabled: yes, size: 99999999999999999999}\n      two: {enabled: no, size: 1Gi}\n      three: {enabled: off}\n      four: {enabled: 'true', size: 0644}\n      five:\n        size: >-\n          5\n          Gi\n        storageClass: =\n        accessMode: !!str ReadWriteOnce\n    \"on\": {y: 1:20}\n";
    let made = applied(text.as_bytes());
    let claims: Vec<_> = made
        .cluster
        .claims
        .iter()
        .map(|claim| format!("{} {} {}", claim.id, claim.size.shown(), claim.class.shown()))
        .collect();
    assert_eq!(claims, ["b/a-five 5 Gi =", "b/a-four 0644 —", "b/a-one 99999999999999999999 —"]);
}

#[test]
fn other_tags_and_other_documents_stop_nothing() {
    let text = "---\n---\n# only a comment\n---\nfoo: !env_var X\nbar: [!Find {a: b}, !!python/name:x.y '']\n---\nmatchType: =\n---\napiVersion: v1\nkind: List\nitems:\n  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a, namespace: b}}\n...\n";
    let made = applied(text.as_bytes());
    assert!(made.objects().contains(&"ConfigMap b/a".to_owned()), "{:?}", made.objects());
}

#[test]
fn sealed_bytes_are_named_and_not_read() {
    let made = applied(b"\0GITCRYPT\0\x01\x02\xff\xfe\x00");
    assert_eq!(made.codes, Vec::<&str>::new());
    let sealed = &made.cluster.sealed_files;
    assert_eq!((sealed.len(), sealed[0].tool.as_str()), (1, "git-crypt"));
    assert_eq!(sealed[0].source.path, "apps/a.yaml");
}

#[test]
fn a_variable_may_stand_for_a_number() {
    let text = ks("flux/cluster.yaml", "cluster", "./apps")
        + "== apps/ks.yaml\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: b}\nspec:\n  path: ./app\n  sourceRef: {kind: GitRepository, name: flux-system, namespace: flux-system}\n  postBuild: {substitute: {SIZE: \"5\", NAME: films}}\n== app/a.yaml\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: ${NAME}\n  namespace: b\nspec:\n  resources:\n    requests:\n      storage: ${SIZE}Gi\n  volumeName: ${OTHER:=a b}\n";
    let made = made(&text);
    let claim = &made.cluster.claims[0];
    assert_eq!(
        (claim.id.as_str(), claim.size.shown(), claim.volume.shown()),
        ("b/films", "5Gi", "a b")
    );
}
