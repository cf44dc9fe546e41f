//! Each tool's objects, as written and with wrong types.

use super::*;
use crate::inventory::context::tests::{hostile, with_context};
use crate::inventory::cursor::Cursor;
use crate::inventory::{databases, storage, templates};

/// Backups of manifests, with the claims that they save.
fn read(manifests: &str) -> (Backups, Vec<Claim>) {
    with_context(manifests, |context| {
        let objects = context.of("", "PersistentVolumeClaim");
        let mut claims: Vec<_> =
            objects.map(|(object, root)| storage::claim(object, &root)).collect();
        let (mut templates, mut databases) =
            (templates::collect(context), databases::collect(context));
        let saved =
            Saved { claims: &mut claims, templates: &mut templates, databases: &mut databases };
        (collect(context, saved), claims)
    })
}

fn line(backup: &Backup) -> String {
    let shown = |facts: &[Fact<String>]| {
        facts.iter().map(|fact| fact.shown().to_owned()).collect::<Vec<_>>().join(",")
    };
    let kept: Vec<_> =
        backup.retention.iter().map(|(key, value)| format!("{key}={}", value.shown())).collect();
    let saved = [&backup.claims, &backup.templates, &backup.databases];
    let saved: Vec<_> = saved.into_iter().flatten().map(String::as_str).collect();
    format!(
        "{} {} [{}] [{}] {} [{}] missing [{}]",
        backup.tool,
        backup.id,
        shown(&backup.schedules),
        kept.join(","),
        backup.repository.shown(),
        saved.join(","),
        shown(&backup.missing)
    )
}

fn check(manifests: &str, expected: &[&str]) {
    let (found, _) = read(manifests);
    assert_eq!(found.saving.iter().map(line).collect::<Vec<_>>(), expected);
}

const CLAIM: &str = "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata:\n  name: config\n  namespace: media\n  \
    labels:\n    backup: daily\nspec:\n  dataSourceRef:\n    kind: ReplicationDestination\n    name: config-dst\n---\n";
const VOLSYNC: &str = "apiVersion: volsync.backube/v1alpha1\nkind: ReplicationSource\nmetadata:\n  name: config\n  \
    namespace: media\nspec:\n  sourcePVC: config\n  trigger:\n    schedule: 15 3 * * *\n  restic:\n    \
    repository: config-secret\n    retain:\n      daily: 7\n---\napiVersion: volsync.backube/v1alpha1\n\
    kind: ReplicationDestination\nmetadata:\n  name: config-dst\n  namespace: media\nspec:\n  restic:\n    \
    repository: config-secret\n---\n";
const KOPIUR: &str = "apiVersion: kopiur.home-operations.com/v1alpha1\nkind: SnapshotPolicy\nmetadata:\n  \
    name: films\n  namespace: media\nspec:\n  repository:\n    name: nas\n  retention:\n    keepDaily: 7\n  \
    sources:\n    - pvc:\n        name: config\n    - pvcSelector:\n        labelSelector:\n          \
    matchLabels:\n            backup: daily\n---\napiVersion: kopiur.home-operations.com/v1alpha1\n\
    kind: SnapshotSchedule\nmetadata:\n  name: films\n  namespace: media\nspec:\n  policyRef:\n    name: films\n  \
    schedule:\n    cron: H 3 * * *\n---\napiVersion: kopiur.home-operations.com/v1alpha1\n\
    kind: ClusterRepository\nmetadata:\n  name: nas\nspec:\n  backend:\n    s3:\n      bucket: x\n  \
    scheduleDefaults:\n    timezone: Etc/UTC\n---\napiVersion: kopiur.home-operations.com/v1alpha1\nkind: Restore\n\
    metadata:\n  name: films\n  namespace: media\nspec:\n  source:\n    fromPolicy:\n      name: films\n  \
    target:\n    pvcRef:\n      name: config\n---\n";
const CNPG: &str = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata:\n  name: pg\n  namespace: db\nspec:\n  \
    storage:\n    size: 1Gi\n  backup:\n    retentionPolicy: 30d\n    volumeSnapshot:\n      className: block\n---\n\
    apiVersion: postgresql.cnpg.io/v1\nkind: ScheduledBackup\nmetadata:\n  name: pg\n  namespace: db\nspec:\n  \
    schedule: 0 0 1 * * *\n  cluster:\n    name: pg\n---\n";
const OTHERS: &str = "apiVersion: velero.io/v1\nkind: Schedule\nmetadata:\n  name: nightly\n  namespace: velero\nspec:\n  \
    schedule: 0 1 * * *\n  template:\n    ttl: 720h\n    includedNamespaces:\n      - media\n---\n\
    apiVersion: k8up.io/v1\nkind: Schedule\nmetadata:\n  name: all\n  namespace: media\nspec:\n  backend:\n    \
    repoPasswordSecretRef:\n      name: repo\n  backup:\n    schedule: 0 2 * * *\n  prune:\n    retention:\n      \
    keepLast: 5\n---\napiVersion: longhorn.io/v1beta2\nkind: RecurringJob\nmetadata:\n  name: daily\n  \
    namespace: longhorn-system\nspec:\n  cron: 0 4 * * *\n  task: backup\n  retain: 3\n---\n\
    apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshot\nmetadata:\n  name: once\n  namespace: media\nspec:\n  \
    volumeSnapshotClassName: block\n  source:\n    persistentVolumeClaimName: config\n---\n\
    apiVersion: snapshot.storage.k8s.io/v1\nkind: VolumeSnapshotClass\nmetadata:\n  name: block\ndriver: d\n\
    deletionPolicy: Delete\n";

#[test]
fn volsync_saves_the_claim_that_it_names() {
    let expected =
        "VolSync media/config [15 3 * * *] [daily=7] config-secret [media/config] missing []";
    check(&format!("{CLAIM}{VOLSYNC}"), &[expected]);
    let orphan =
        "VolSync media/config [15 3 * * *] [daily=7] config-secret [] missing [media/config]";
    check(VOLSYNC, &[orphan]);
    let (found, claims) = read(&format!("{CLAIM}{VOLSYNC}"));
    assert_eq!(claims[0].backups, ["media/config"]);
    assert_eq!(found.restores[0].claims, ["media/config"]);
    assert_eq!(found.restores[0].from.shown(), "config-secret");
}

#[test]
fn claims_of_stateful_sets_are_found() {
    let set = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: media}\n\
               spec: {volumeClaimTemplates: [{metadata: {name: data}}]}\n---\n";
    let source = VOLSYNC.replace("sourcePVC: config", "sourcePVC: data-db-0");
    let expected =
        "VolSync media/config [15 3 * * *] [daily=7] config-secret [media/db/data] missing []";
    check(&format!("{set}{source}"), &[expected]);
}

#[test]
fn kopiur_joins_policy_schedule_and_repository() {
    let expected = "kopiur media/films [H 3 * * *] [keepDaily=7] nas [media/config] missing []";
    check(&format!("{CLAIM}{KOPIUR}"), &[expected]);
    let (found, _) = read(&format!("{CLAIM}{KOPIUR}"));
    assert_eq!(found.saving[0].time_zone.shown(), "Etc/UTC");
    assert_eq!(found.saving[0].selection.shown(), "claims of namespace `media` with backup=daily");
    let repository = &found.repositories[0];
    assert_eq!((repository.storage.shown(), repository.backups.len()), ("s3", 1));
    assert_eq!(found.restores[0].claims, ["media/config"]);
}

#[test]
fn an_empty_selector_starts_all_policies_of_its_namespace() {
    let all = KOPIUR.replace("policyRef:\n    name: films\n", "policySelector: {}\n");
    let expected = "kopiur media/films [H 3 * * *] [keepDaily=7] nas [media/config] missing []";
    check(&format!("{CLAIM}{all}"), &[expected]);
    let some = all.replace("policySelector: {}", "policySelector: {matchLabels: {tier: x}}");
    check(&format!("{CLAIM}{some}"), &[&expected.replace("[H 3 * * *]", "[]")]);
}

#[test]
fn postgres_backups_save_the_cluster_and_its_volumes() {
    check(
        CNPG,
        &[
            "CloudNativePG db/pg [0 0 1 * * *] [retentionPolicy=30d] block [db/pg/storage,db/pg] missing []",
        ],
    );
}

#[test]
fn a_log_that_is_archived_is_a_backup() {
    let text = CNPG.replace(
        "    volumeSnapshot:\n      className: block\n",
        "    barmanObjectStore:\n      serverName: tank\n",
    );
    let line = "[retentionPolicy=30d] tank [db/pg/storage,db/pg] missing []";
    check(
        &text,
        &[
            &format!("CloudNativePG db/pg [0 0 1 * * *] {line}"),
            &format!("CloudNativePG db/pg.cluster [] {line}"),
        ],
    );
}

#[test]
fn the_chart_of_postgres_makes_backups() {
    let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: pg, namespace: db}\nspec: {chart: {spec: \
                {chart: cluster}}, values: {cluster: {storage: {size: 1Gi}}, backups: {enabled: true, retentionPolicy: 7d, \
                scheduledBackups: [{schedule: 0 0 0 * * *}]}}}\n";
    let expected = "CloudNativePG db/pg [0 0 0 * * *] [retentionPolicy=7d] — [db/pg-cluster/storage,db/pg-cluster] missing []";
    check(text, &[expected]);
    check(&text.replace("enabled: true", "enabled: false"), &[]);
}

#[test]
fn other_tools_cover_namespaces() {
    check(
        &format!("{CLAIM}{OTHERS}"),
        &[
            "Longhorn longhorn-system/daily [0 4 * * *] [retain=3,task=backup] — [] missing []",
            "K8up media/all [0 2 * * *] [keepLast=5] repo [media/config] missing []",
            "CSI snapshot media/once [] [] block [media/config] missing []",
            "Velero velero/nightly [0 1 * * *] [ttl=720h] — [media/config] missing []",
        ],
    );
    let (found, _) = read(OTHERS);
    assert_eq!(found.classes[0].deletion_policy.shown(), "Delete");
}

#[test]
fn selectors_that_are_not_understood_save_nothing() {
    let text = KOPIUR.replace(
        "matchLabels:\n            backup: daily",
        "matchExpressions:\n            - key: x",
    );
    let text = text.replace("pvc:\n        name: config\n    - ", "");
    let (found, _) = read(&format!("{CLAIM}{text}"));
    assert!(found.saving[0].claims.is_empty());
    assert!(found.saving[0].selection.shown().ends_with("not understood"));
}

#[test]
fn wrong_types_are_survived() {
    for tool in [VOLSYNC, KOPIUR, CNPG, OTHERS] {
        let count = read(&format!("{CLAIM}{tool}")).0.saving.len();
        for text in hostile(tool) {
            let (found, _) = read(&format!("{CLAIM}{text}"));
            // Without a name an object is none; a wrong type elsewhere drops nothing.
            assert!(found.saving.len() + 1 >= count, "{text}");
            assert!(!format!("{found:?}").contains("ENC["), "{text}");
        }
    }
}

#[test]
fn a_cursor_at_nothing_is_no_repository() {
    assert_eq!(storage(None::<&Cursor>).shown(), "—");
}
