//! Schedules, alerts, monitors, dashboards and other objects as things.
//!
//! In: a cluster. Out: what runs at fixed times, what watches, and what nothing else speaks about.

use std::collections::BTreeSet;

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use crate::inventory::{Alert, Cluster, Schedule};

/// Kinds that the model lists among the others and that are things of their own all the same.
const TOLD: &[&str] =
    &["Cluster", "DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ScheduledBackup"];

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    let backups: BTreeSet<_> = cluster.backups.iter().map(|one| &one.id).collect();
    // A backup tells its times itself.
    for one in cluster.schedules.iter().filter(|one| !backups.contains(&one.name)) {
        things.add(Kind::Schedule, &one.name, schedule(one));
    }
    for rules in &cluster.rules {
        for one in &rules.alerts {
            let name = text(&one.name).unwrap_or_else(|| one.group.clone());
            things.add(Kind::Alert, format!("{}/{name}", rules.id), alert(one));
        }
    }
    for one in &cluster.monitors {
        let thing = Thing::at(&one.source)
            .about([one.kind.clone()])
            .facts("targets", &one.targets)
            .facts("selector", &one.selector);
        things.add(Kind::Monitor, &one.id, thing);
    }
    for one in &cluster.dashboards {
        let thing = Thing::at(&one.source)
            .about(text(&one.origin))
            .fact("folder", &one.folder)
            .fact("origin", &one.origin);
        things.add(Kind::Dashboard, &one.id, thing);
    }
    objects(cluster, things);
}

fn schedule(one: &Schedule) -> Thing {
    Thing::at(&one.source)
        .about([one.kind.clone()])
        .about(text(&one.cron))
        .fact("time", &one.cron)
        .fact("time zone", &one.time_zone)
        .flag("suspended", one.suspended)
}

fn alert(one: &Alert) -> Thing {
    Thing::at(&one.source)
        .about(text(&one.severity))
        .fact("severity", &one.severity)
        .fact("expression", &one.expr)
        .fact("wait", &one.wait)
}

/// Objects of other kinds by name: what they hold is not read.
fn objects(cluster: &Cluster, things: &mut Things) {
    for one in cluster.others.iter().filter(|one| !TOLD.contains(&one.kind.as_str())) {
        things.add(Kind::Object, format!("{} {}", one.kind, one.id), Thing::at(&one.source));
    }
}
