//! Velero, K8up, Longhorn, `SnapScheduler`, `MariaDB`, Crunchy Postgres and plain volume snapshots.
//!
//! In: effective objects. Out: drafts. Each tool is one function of a dozen lines, from the
//! reference of its API. A backup that runs once and has no schedule is listed without one.

use super::draft::{Draft, Namespaces, labels, names};
use crate::gitops::Object;
use crate::inventory::context::Context;
use crate::inventory::cursor::Cursor;

pub(super) const VELERO: &str = "velero.io";

/// What reads an object of a kind.
type Read = fn(&mut Draft, &Cursor);

/// Kinds with their tools and readers.
const KINDS: [(&str, &str, &str, Read); 7] = [
    (VELERO, "Schedule", "Velero", velero),
    ("k8up.io", "Schedule", "K8up", k8up),
    ("longhorn.io", "RecurringJob", "Longhorn", longhorn),
    ("snapscheduler.backube", "SnapshotSchedule", "SnapScheduler", snapscheduler),
    ("k8s.mariadb.com", "Backup", "mariadb-operator", mariadb),
    ("postgres-operator.crunchydata.com", "PostgresCluster", "Crunchy Postgres", crunchy),
    ("snapshot.storage.k8s.io", "VolumeSnapshot", SNAPSHOT_TOOL, snapshot),
];

/// The tool of a snapshot that is an object: it is taken once, and saves nothing from then on.
pub(crate) const SNAPSHOT_TOOL: &str = "CSI snapshot";

/// All backups of these tools.
pub(super) fn backups(context: &Context) -> Vec<Draft> {
    let of = |(group, kind, tool, read): (&'static str, &'static str, &str, Read)| {
        let draft = |(object, root): (&Object, Cursor)| {
            let mut draft = Draft::new(context, object, tool);
            read(&mut draft, &root);
            draft
        };
        context.of(group, kind).map(draft).collect::<Vec<_>>()
    };
    KINDS.into_iter().flat_map(of).collect()
}

fn velero(draft: &mut Draft, root: &Cursor) {
    let Some(spec) = root.get("spec") else { return };
    draft.schedule(spec.get("schedule"));
    draft.backup.suspended = spec.is_true("paused");
    let Some(template) = spec.get("template") else { return };
    draft.backup.repository = template.fact("storageLocation", "the default one");
    draft.backup.retention.extend(template.get("ttl").map(|ttl| ("ttl".to_owned(), ttl.text())));
    let included = names(&template, &["includedNamespaces"]);
    let excluded = names(&template, &["excludedNamespaces"]);
    let all = included.is_empty() || included.iter().any(|name| name == "*");
    let namespaces = if all { Namespaces::AllBut(excluded) } else { Namespaces::These(included) };
    draft.cover(&template, namespaces, labels(template.get("labelSelector").as_ref()));
}

fn k8up(draft: &mut Draft, root: &Cursor) {
    let Some(spec) = root.get("spec") else { return };
    if let Some(backup) = spec.get("backup") {
        draft.schedule(backup.get("schedule"));
        let selectors = backup.list("labelSelectors");
        draft.cover(&backup, Namespaces::Own, labels(selectors.first()));
    }
    draft.retain(spec.at(&["prune", "retention"]).as_ref());
    let secret = ["repoPasswordSecretRef", "name"];
    draft.backup.repository = spec.fact_at(&["backend", secret[0], secret[1]], "none is named");
}

fn longhorn(draft: &mut Draft, root: &Cursor) {
    let Some(spec) = root.get("spec") else { return };
    draft.schedule(spec.get("cron"));
    for key in ["retain", "task"] {
        draft.backup.retention.extend(spec.get(key).map(|value| (key.to_owned(), value.text())));
    }
    // Which volumes are in a group is told by labels on volumes, which no manifest holds.
    draft.cover(&spec, Namespaces::AllBut(vec![]), None);
}

fn snapscheduler(draft: &mut Draft, root: &Cursor) {
    let Some(spec) = root.get("spec") else { return };
    draft.schedule(spec.get("schedule"));
    draft.backup.suspended = spec.is_true("disabled");
    draft.retain(spec.get("retention").as_ref());
    draft.cover(&spec, Namespaces::Own, labels(spec.get("claimSelector").as_ref()));
}

fn mariadb(draft: &mut Draft, root: &Cursor) {
    let Some(spec) = root.get("spec") else { return };
    draft.schedule(spec.at(&["schedule", "cron"]));
    draft.backup.suspended = spec.get("schedule").is_some_and(|one| one.is_true("suspend"));
    let kept = spec.get("maxRetention").map(|kept| ("maxRetention".to_owned(), kept.text()));
    draft.backup.retention.extend(kept);
    draft.databases.extend(spec.at(&["mariaDbRef", "name"]).map(|name| name.text()));
}

fn crunchy(draft: &mut Draft, root: &Cursor) {
    let repositories = root.list_at(&["spec", "backups", "pgbackrest", "repos"]);
    for (_, schedule) in
        repositories.iter().filter_map(|one| one.get("schedules")).flat_map(|all| all.entries())
    {
        draft.schedule(Some(schedule));
    }
    if let Some(first) = repositories.first() {
        draft.backup.repository = first.fact("name", "none is named");
    }
    draft.databases.extend(root.at(&["metadata", "name"]).map(|name| name.text()));
}

fn snapshot(draft: &mut Draft, root: &Cursor) {
    let claim = root.at(&["spec", "source", "persistentVolumeClaimName"]);
    draft.claims.extend(claim.map(|claim| claim.text()));
    draft.backup.repository =
        root.fact_at(&["spec", "volumeSnapshotClassName"], "the driver's default class");
}
