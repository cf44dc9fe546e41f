//! Storage, backups, monitoring, devices and schedules of a cluster: [`collect`].
//!
//! In: a [`Context`] with finished apps, and the claims. Out: a [`Cluster`] with these lists alone,
//! for `collect` to complete. Each claim learns which backups save it; nothing else is changed.

use super::backup::{self, Saved};
use std::collections::BTreeMap;

use super::context::Context;
use super::fact::Fact;
use super::model::{Claim, Cluster, StorageClass, Volume};
use super::{
    ceph, chart_storage, dashboards, databases, devices, monitoring, mounts, natural, schedules,
    storage, templates,
};
use crate::source::Documents;

/// The lists that are read from objects of single kinds and from values of charts.
pub(crate) fn collect(context: &Context, documents: &Documents, claims: &mut [Claim]) -> Cluster {
    let (mut templates, mut databases) = (templates::collect(context), databases::collect(context));
    let saved =
        Saved { claims: &mut *claims, templates: &mut templates, databases: &mut databases };
    let saved_by = backup::collect(context, saved);
    let storage_classes = storage_classes(context);
    let devices = devices::collect(context);
    Cluster {
        ceph: ceph::collect(context, &storage_classes),
        schedules: schedules::collect(context, documents, &saved_by.saving, claims),
        storage_classes,
        volumes: volumes(context, claims),
        mounts: mounts::collect(context),
        shares: mounts::shares(context),
        volume_templates: templates,
        databases,
        backups: saved_by.saving,
        restores: saved_by.restores,
        backup_repositories: saved_by.repositories,
        snapshot_classes: saved_by.classes,
        monitors: monitoring::monitors(context),
        rules: monitoring::rules(context),
        alert_routing: monitoring::routing(context),
        dashboards: dashboards::collect(context),
        gpu_requests: devices.requests,
        gpu_sharing: devices.sharing,
        device_claims: devices.claims,
        device_classes: devices.classes,
        device_users: devices.users,
        runtime_classes: devices.runtimes,
        ..Cluster::empty(Fact::unknown("named later"))
    }
}

/// Storage classes that are objects, and those that charts make.
fn storage_classes(context: &Context) -> Vec<StorageClass> {
    let objects = context.of("storage.k8s.io", "StorageClass");
    let mut found: Vec<_> = objects.map(|(object, root)| storage::class(object, &root)).collect();
    found.extend(chart_storage::classes(context));
    natural::sort_by(&mut found, |class| &class.name);
    chart_storage::distinct(&mut found);
    found
}

/// Volumes; where they name no claim, the one that names them takes them.
fn volumes(context: &Context, claims: &[Claim]) -> Vec<Volume> {
    let objects = context.of("", "PersistentVolume");
    let mut found: Vec<_> = objects.map(|(object, root)| storage::volume(object, &root)).collect();
    let mut taken: BTreeMap<&str, &Claim> = BTreeMap::new();
    for claim in claims {
        claim.volume.get().map(|volume| taken.entry(volume).or_insert(claim));
    }
    for volume in found.iter_mut().filter(|volume| volume.claim.is_none()) {
        volume.claim = taken.get(volume.name.as_str()).map(|claim| claim.id.clone());
    }
    natural::sort_by(&mut found, |volume| &volume.name);
    found
}
