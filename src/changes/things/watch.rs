//! Schedules, alerts, monitors, dashboards, secrets and other objects as things.
//!
//! In: a cluster. Out: what runs at fixed times, what watches, and which secrets there are, by name.

use std::collections::BTreeSet;

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use crate::inventory::{Alert, Cluster, Schedule};

/// Kinds of objects that other things speak about, one by one, and of what stands beside an app as its chart's address.
const TOLD: &[&str] = &[
    "AlertmanagerConfig",
    "CephBlockPool",
    "CephCluster",
    "CiliumLoadBalancerIPPool",
    "Cluster",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "DeviceClass",
    "ExternalSecret",
    "GRPCRoute",
    "Gateway",
    "GrafanaDashboard",
    "HTTPRoute",
    "HelmChart",
    "HelmRelease",
    "HelmRepository",
    "IPAddressPool",
    "Ingress",
    "Kustomization",
    "Namespace",
    "NetworkAttachmentDefinition",
    "OCIRepository",
    "PersistentVolumeClaim",
    "PodMonitor",
    "PrometheusRule",
    "ReplicationDestination",
    "ReplicationSource",
    "ResourceClaim",
    "ResourceClaimTemplate",
    "ScheduledBackup",
    "ServiceMonitor",
    "SnapshotPolicy",
    "StatefulSet",
    "StorageClass",
    "TCPRoute",
    "TLSRoute",
    "UDPRoute",
];

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

/// How many objects there are of each other kind: nothing changes without a trace.
fn objects(cluster: &Cluster, things: &mut Things) {
    for one in cluster.kinds.iter().filter(|one| !TOLD.contains(&one.kind.as_str())) {
        let name = match one.group.as_str() {
            "" => one.kind.clone(),
            group => format!("{}.{group}", one.kind),
        };
        let thing = Thing::default()
            .about([one.count.to_string()])
            .text("number", Some(&one.count.to_string()));
        things.add(Kind::Objects, name, thing);
    }
}
