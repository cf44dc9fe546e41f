//! Storage classes, claims, databases and backups as things.
//!
//! In: a cluster. Out: where data is kept, and what saves it.

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use crate::inventory::{
    Backup, Claim, Cluster, DatabaseCluster, StorageClass, VolumeTemplate, is_backed_up,
};

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    for one in &cluster.storage_classes {
        things.add(Kind::StorageClass, &one.name, class(one));
    }
    for one in &cluster.claims {
        things.add(Kind::Claim, &one.id, claim(one, is_backed_up(cluster, one)));
    }
    for one in &cluster.volume_templates {
        things.add(Kind::Claim, &one.id, template(one));
    }
    for one in &cluster.databases {
        things.add(Kind::Database, &one.id, database(one));
    }
    cluster.backups.iter().for_each(|one| things.add(Kind::Backup, &one.id, backup(one)));
}

fn class(one: &StorageClass) -> Thing {
    Thing::at(&one.source)
        .about([one.backend.clone()])
        .fact("provisioner", &one.provisioner)
        .fact("pool", &one.pool)
        .fact("reclaim policy", &one.reclaim_policy)
        .flag("default", one.is_default)
}

fn protection(is_backed_up: bool) -> String {
    if is_backed_up { "backed up" } else { "not backed up" }.to_owned()
}

fn claim(one: &Claim, is_backed_up: bool) -> Thing {
    Thing::at(&one.source)
        .about(text(&one.size))
        .about(text(&one.class))
        .about([protection(is_backed_up)])
        .fact("size", &one.size)
        .fact("class", &one.class)
        .fact("access", &one.access)
        .fact("volume", &one.volume)
        .flag("backed up", is_backed_up)
}

fn template(one: &VolumeTemplate) -> Thing {
    let is_backed_up = !one.backups.is_empty();
    Thing::at(&one.source)
        .about(text(&one.size))
        .about(text(&one.class))
        .about([protection(is_backed_up)])
        .fact("size", &one.size)
        .fact("class", &one.class)
        .fact("access", &one.access)
        .fact("replicas", &one.replicas)
        .flag("backed up", is_backed_up)
}

fn database(one: &DatabaseCluster) -> Thing {
    let is_backed_up = !one.backups.is_empty();
    Thing::at(&one.source)
        .about([one.engine.clone(), protection(is_backed_up)])
        .fact("instances", &one.instances)
        .fact("image", &one.image)
        .fact("class", &one.class)
        .fact("size", &one.size)
        .set("databases", one.databases.iter().filter_map(|database| text(&database.name)))
        .flag("backed up", is_backed_up)
}

fn backup(one: &Backup) -> Thing {
    Thing::at(&one.source)
        .about([one.tool.clone()])
        .about(one.schedules.iter().filter_map(text))
        .facts("times", &one.schedules)
        .fact("time zone", &one.time_zone)
        .labels("retention", &one.retention)
        .fact("repository", &one.repository)
        .fact("selection", &one.selection)
        .flag("suspended", one.suspended)
}
