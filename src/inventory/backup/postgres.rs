//! CloudNativePG: `ScheduledBackup` and the `backup` section of a `Cluster`.
//!
//! In: effective objects. Out: drafts that save database clusters. Format:
//! <https://cloudnative-pg.io/documentation/current/backup/>; its cron text has six fields, the
//! first of which is seconds.

use super::draft::Draft;
use crate::gitops::Object;
use crate::inventory::context::{Context, Values};
use crate::inventory::cursor::Cursor;
use crate::inventory::databases;
use crate::inventory::fact::Fact;

pub(super) const OPERATOR: &str = "CloudNativePG";
pub(super) const GROUP: &str = "postgresql.cnpg.io";
/// The API group of the plugin that stores in object stores.
pub(super) const PLUGIN_GROUP: &str = "barmancloud.cnpg.io";

/// All scheduled backups, and clusters that archive their log without one.
pub(super) fn backups(context: &Context) -> Vec<Draft> {
    let clusters: Vec<_> = context.of(GROUP, "Cluster").collect();
    let scheduled = context.of(GROUP, "ScheduledBackup");
    let mut drafts: Vec<_> = scheduled
        .map(|(object, root)| scheduled_backup(context, object, &root, &clusters))
        .collect();
    drafts.extend(clusters.iter().filter_map(|(object, root)| {
        let repository = archive(root);
        if !repository.is_known() {
            return None;
        }
        let mut draft = Draft::new(context, object, OPERATOR);
        draft.databases.push(Fact::known(object.name.clone(), context.source(object)));
        draft.backup.repository = repository;
        keep(&mut draft, context, root);
        Some(draft)
    }));
    drafts.extend(context.values().filter_map(|values| of_chart(context, &values)));
    drafts
}

/// The backups that CloudNativePG's chart makes of its values.
fn of_chart(context: &Context, values: &Values) -> Option<Draft> {
    let backups = values.root.get("backups").filter(|_| values.chart == databases::CHART)?;
    if !backups.is_true("enabled") {
        return None;
    }
    let mut draft = Draft::new(context, values.object, OPERATOR);
    let database = databases::chart_id(values);
    draft.databases.push(Fact::known(database, backups.source()));
    for scheduled in backups.list("scheduledBackups") {
        draft.schedule(scheduled.get("schedule"));
    }
    let kept = backups.get("retentionPolicy").map(|kept| kept.text());
    draft.backup.retention.extend(kept.map(|kept| ("retentionPolicy".to_owned(), kept)));
    draft.backup.repository = backups.fact("provider", "the chart's default");
    Some(draft)
}

fn scheduled_backup(
    context: &Context,
    object: &Object,
    root: &Cursor,
    clusters: &[(&Object, Cursor)],
) -> Draft {
    let mut draft = Draft::new(context, object, OPERATOR);
    draft.schedule(root.at(&["spec", "schedule"]));
    draft.backup.suspended = root.get("spec").is_some_and(|spec| spec.is_true("suspend"));
    let name = root.at(&["spec", "cluster", "name"]);
    draft.databases.extend(name.as_ref().map(Cursor::text));
    let own = |(cluster, _): &&(&Object, Cursor)| {
        cluster.namespace == object.namespace
            && name.as_ref().and_then(|name| name.node.as_str()) == Some(&cluster.name)
    };
    if let Some((_, cluster)) = clusters.iter().find(own) {
        draft.backup.repository = archive(cluster).or(snapshot_class(cluster));
        keep(&mut draft, context, cluster);
    }
    draft
}

/// How long a cluster's own section, or its object store, keeps backups.
fn keep(draft: &mut Draft, context: &Context, cluster: &Cursor) {
    let own = cluster.at(&["spec", "backup", "retentionPolicy"]);
    let in_store = || {
        let name = draft.backup.repository.get()?;
        let mut stores = context.of(PLUGIN_GROUP, "ObjectStore");
        let is_it = |object: &Object| object.name == *name;
        let (_, store) = stores.find(|(object, _)| is_it(object))?;
        store.at(&["spec", "retentionPolicy"])
    };
    if let Some(policy) = own.or_else(in_store) {
        draft.backup.retention.insert("retentionPolicy".to_owned(), policy.text());
    }
}

/// The name of the object store that a cluster's log goes to.
pub(crate) fn archive(cluster: &Cursor) -> Fact<String> {
    let none = "no object store is named";
    for plugin in cluster.list_at(&["spec", "plugins"]) {
        let store = plugin.at(&["parameters", "barmanObjectName"]);
        let is_off = plugin.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false);
        if let Some(store) = store.filter(|_| !is_off) {
            return store.text();
        }
    }
    let backup = cluster.at(&["spec", "backup"]);
    let at = |path: &[&str]| backup.as_ref().and_then(|backup| backup.at(path));
    if let Some(store) = at(&["barmanObjectStore"]) {
        let named = Fact::known("in the cluster's own section".to_owned(), store.source());
        return store.get("serverName").map_or(named, |name| name.text());
    }
    Fact::unknown(none)
}

/// Name of the snapshot class that a cluster's backups use.
fn snapshot_class(cluster: &Cursor) -> Fact<String> {
    cluster.fact_at(&["spec", "backup", "volumeSnapshot", "className"], "none is named")
}
