//! kopiur: a `SnapshotPolicy` says what is saved, a `SnapshotSchedule` when.
//!
//! In: effective objects. Out: drafts and [`Restore`]s. Format: the CRD reference of
//! <https://github.com/home-operations/kopiur>. A policy without a schedule is a backup that
//! nothing starts.

use super::draft::{Draft, Namespaces, labels, names};
use crate::gitops::Object;
use crate::inventory::context::Context;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::Restore;

pub(super) const GROUP: &str = "kopiur.home-operations.com";
pub(super) const TOOL: &str = "kopiur";

/// All `SnapshotPolicy`s with the schedules that start them.
pub(super) fn backups(context: &Context) -> Vec<Draft> {
    let schedules: Vec<_> = context.of(GROUP, "SnapshotSchedule").collect();
    context
        .of(GROUP, "SnapshotPolicy")
        .map(|(object, root)| policy(context, object, &root, &schedules))
        .collect()
}

fn policy(
    context: &Context,
    object: &Object,
    root: &Cursor,
    schedules: &[(&Object, Cursor)],
) -> Draft {
    let mut draft = Draft::new(context, object, TOOL);
    for source in root.list_at(&["spec", "sources"]) {
        draft.claims.extend(source.at(&["pvc", "name"]).map(|name| name.text()));
        if let Some(selector) = source.get("pvcSelector") {
            // Early versions had the label selector itself in its place.
            let nested = selector.get("labelSelector").unwrap_or_else(|| selector.clone());
            let these = names(&selector, &["namespaceSelector", "matchNames"]);
            let own = if these.is_empty() { Namespaces::Own } else { Namespaces::These(these) };
            draft.cover(&selector, own, labels(Some(&nested)));
        }
    }
    draft.retain(root.at(&["spec", "retention"]).as_ref());
    draft.backup.repository = repository(root);
    draft.backup.suspended = root.get("spec").is_some_and(|spec| spec.is_true("suspend"));
    let started: Vec<_> =
        schedules.iter().filter(|schedule| starts(schedule, object, root)).collect();
    for (_, schedule) in &started {
        draft.schedule(schedule.at(&["spec", "schedule", "cron"]));
        draft.backup.time_zone = time_zone(schedule, &draft.backup.repository, context);
    }
    let is_off = |root: &Cursor| {
        root.at(&["spec", "schedule"]).is_some_and(|schedule| schedule.is_true("suspend"))
    };
    draft.backup.suspended |= !started.is_empty() && started.iter().all(|(_, root)| is_off(root));
    draft
}

/// Name of the repository, or of the first of several.
fn repository(root: &Cursor) -> Fact<String> {
    let several = root.list_at(&["spec", "repositories"]);
    let first = several.first().and_then(|first| {
        let name = first.at(&["repository", "name"]).or_else(|| first.get("name"))?;
        Some(name.text())
    });
    let one = root.fact_at(&["spec", "repository", "name"], "none is named");
    first.map_or_else(|| one.clone(), |first| one.clone().or(first))
}

/// Whether a schedule starts a policy of its own namespace.
fn starts((object, schedule): &(&Object, Cursor), policy: &Object, root: &Cursor) -> bool {
    let named = schedule.node.str_at(&["spec", "policyRef", "name"]) == Some(&policy.name);
    let selected = || {
        let selector = schedule.at(&["spec", "policySelector"])?;
        let own = root.map_at(&["metadata", "labels"]);
        let wanted = labels(Some(&selector))?;
        let has =
            |(key, value): (&String, &String)| own.get(key).and_then(Fact::get) == Some(value);
        // An empty selector picks all, as everywhere in Kubernetes.
        Some(wanted.iter().all(has))
    };
    object.namespace == policy.namespace && (named || selected() == Some(true))
}

/// The time zone of a schedule: its own, or the default of the repository.
pub(crate) fn time_zone(
    schedule: &Cursor,
    repository: &Fact<String>,
    context: &Context,
) -> Fact<String> {
    let own = schedule.fact_at(&["spec", "schedule", "timezone"], "not set");
    let default = ["ClusterRepository", "Repository"].iter().find_map(|kind| {
        let mut found = context.of(GROUP, kind);
        let (_, root) = found.find(|(object, _)| repository.get() == Some(&object.name))?;
        Some(root.at(&["spec", "scheduleDefaults", "timezone"])?.text())
    });
    default.map_or_else(|| own.clone(), |default| own.clone().or(default))
}

/// All `Restore`s.
pub(super) fn restores(context: &Context) -> Vec<Restore> {
    let read = |(object, root): (&Object, Cursor)| {
        let sources = [["fromPolicy", "name"], ["snapshotRef", "name"], ["identity", "username"]];
        let from = sources.iter().find_map(|path| root.at(&["spec", "source"])?.at(path));
        let target = root.at(&["spec", "target"]);
        let named =
            ["pvc", "pvcRef"].iter().find_map(|key| target.as_ref()?.node.str_at(&[key, "name"]));
        let namespace = object.namespace.as_deref().unwrap_or_default();
        Restore {
            id: object.id(),
            kind: object.kind.clone(),
            tool: TOOL.to_owned(),
            from: from.map_or_else(|| Fact::unknown("no source is named"), |from| from.text()),
            claims: named.map(|name| format!("{namespace}/{name}")).into_iter().collect(),
            source: context.source(object),
        }
    };
    context.of(GROUP, "Restore").map(read).collect()
}
