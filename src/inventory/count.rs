//! Numbers of things: the contract of `rackbook facts`.
//!
//! In: a finished cluster and the effective objects. Out: counts by name. Every count is of what
//! the walk came to, one for each inclusion; nothing is counted by looking for words in files.

use std::collections::{BTreeMap, BTreeSet};

use super::backup::SNAPSHOT_TOOL;
use super::model::{Claim, Cluster, KindCount, Role};
use super::pools::KUBE_VIP;
use super::scan;
use crate::gitops::Effective;

/// All counts, by the names of the contract.
pub(crate) fn counts(cluster: &Cluster, effective: &Effective) -> BTreeMap<String, usize> {
    let kind = |group: &str, kind: &str| effective.of(group, kind).count();
    let role =
        |role: Role| cluster.nodes.iter().filter(|node| node.role.get() == Some(&role)).count();
    let edges = || cluster.kustomizations.iter().flat_map(|one| &one.depends_on);
    let releases = || cluster.apps.iter().filter_map(|app| app.chart.as_ref());
    let hostnames: BTreeSet<&str> = cluster
        .routes
        .iter()
        .flat_map(|route| &route.hostnames)
        .map(super::fact::Fact::shown)
        .collect();
    let http_routes = cluster.routes.iter().filter(|route| route.kind == "HTTPRoute");
    [
        ("nodes", cluster.nodes.len()),
        ("control_plane_nodes", role(Role::ControlPlane)),
        ("worker_nodes", role(Role::Worker)),
        ("hosts", cluster.hosts.len()),
        ("vms", cluster.vms.len()),
        ("gpus", cluster.gpus.len()),
        ("networks", cluster.networks.len()),
        ("apps", cluster.apps.len()),
        ("flux_kustomizations", cluster.kustomizations.len()),
        ("flux_dependencies", edges().count()),
        ("flux_dependencies_dangling", edges().filter(|edge| !edge.exists).count()),
        ("helm_releases", releases().count()),
        ("app_template_releases", releases().filter(|chart| chart.app_template).count()),
        ("namespaces", cluster.namespaces.len()),
        ("network_attachments", cluster.attachments.len()),
        ("lb_pools", cluster.pools.iter().filter(|pool| pool.kind != KUBE_VIP).count()),
        ("gateways", cluster.gateways.len()),
        ("http_routes", http_routes.count()),
        ("hostnames", hostnames.len()),
        ("storage_claims", cluster.claims.len()),
        (
            "backed_up_claims",
            cluster.claims.iter().filter(|one| is_backed_up(cluster, one)).count(),
        ),
        ("gpu_workloads", distinct(cluster.gpu_requests.iter().map(|one| &one.user))),
        ("dra_workloads", cluster.device_users.len()),
        ("service_monitors", of_kind(cluster, "ServiceMonitor")),
        (
            "multus_workloads",
            effective.objects.iter().filter(|one| scan::is_on_networks(&one.root)).count(),
        ),
        ("network_policies", kind("networking.k8s.io", "NetworkPolicy")),
        ("cilium_network_policies", kind("cilium.io", "CiliumNetworkPolicy")),
        (
            "cilium_clusterwide_network_policies",
            kind("cilium.io", "CiliumClusterwideNetworkPolicy"),
        ),
        ("pod_monitors", kind("monitoring.coreos.com", "PodMonitor")),
        ("prometheus_rules", kind("monitoring.coreos.com", "PrometheusRule")),
        ("external_secrets", kind("external-secrets.io", "ExternalSecret")),
        ("cron_jobs", kind("batch", "CronJob")),
    ]
    .into_iter()
    .map(|(name, count)| (name.to_owned(), count))
    .collect()
}

fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> usize {
    names.collect::<BTreeSet<_>>().len()
}

/// Monitors of a kind, objects and those that app-template makes.
fn of_kind(cluster: &Cluster, kind: &str) -> usize {
    cluster.monitors.iter().filter(|monitor| monitor.kind == kind).count()
}

/// Ids of claims that nothing saves again and again, in the order of their names.
pub(crate) fn uncovered_claims(cluster: &Cluster) -> BTreeSet<&String> {
    let open = cluster.claims.iter().filter(|claim| !is_backed_up(cluster, claim));
    open.map(|claim| &claim.id).collect()
}

/// Whether a backup saves a claim; a snapshot that was taken once is none.
pub(crate) fn is_backed_up(cluster: &Cluster, claim: &Claim) -> bool {
    let saves = |id: &String| {
        let backup = cluster.backups.iter().find(|backup| backup.id == *id);
        backup.is_some_and(|backup| backup.tool != SNAPSHOT_TOOL)
    };
    claim.backups.iter().any(saves)
}

/// Counts with what charts make: name, API group, kind.
pub(crate) const MADE: [(&str, &str, &str); 16] = [
    ("services", "", "Service"),
    ("deployments", "apps", "Deployment"),
    ("stateful_sets", "apps", "StatefulSet"),
    ("daemon_sets", "apps", "DaemonSet"),
    ("cron_jobs", "batch", "CronJob"),
    ("gateways", "gateway.networking.k8s.io", "Gateway"),
    ("network_policies", "networking.k8s.io", "NetworkPolicy"),
    ("cilium_network_policies", "cilium.io", "CiliumNetworkPolicy"),
    ("service_monitors", "monitoring.coreos.com", "ServiceMonitor"),
    ("pod_monitors", "monitoring.coreos.com", "PodMonitor"),
    ("prometheus_rules", "monitoring.coreos.com", "PrometheusRule"),
    ("external_secrets", "external-secrets.io", "ExternalSecret"),
    ("ingresses", "networking.k8s.io", "Ingress"),
    ("custom_resource_definitions", "apiextensions.k8s.io", "CustomResourceDefinition"),
    ("storage_claims", "", "PersistentVolumeClaim"),
    ("http_routes", "gateway.networking.k8s.io", "HTTPRoute"),
];

/// Counts with what charts make; none where no rendered manifests were read.
///
/// The walk's own objects and what app-template's values make are counted as in [`counts`], each
/// rendered object once besides.
pub(crate) fn rendered(cluster: &Cluster, effective: &Effective) -> BTreeMap<String, usize> {
    if cluster.rendered.is_empty() {
        return BTreeMap::new();
    }
    let count = |(name, group, kind): &(&str, &str, &str)| {
        let made = cluster.rendered.iter().filter(|one| one.kind == *kind && one.group == *group);
        let count = match known(cluster, name) {
            Some(known) => {
                known.len() + made.filter(|one| !known.contains(one.id.as_str())).count()
            }
            None => effective.of(group, kind).count() + made.count(),
        };
        ((*name).to_owned(), count)
    };
    let mut counts: BTreeMap<String, usize> = MADE.iter().map(count).collect();
    counts.insert("rendered_objects".to_owned(), cluster.rendered.len());
    counts
}

/// Ids of what is counted though it is no object, so that no rendered one is counted besides it.
fn known<'a>(cluster: &'a Cluster, name: &str) -> Option<BTreeSet<&'a str>> {
    let monitors = || cluster.monitors.iter().filter(|one| one.kind == "ServiceMonitor");
    let routes = || cluster.routes.iter().filter(|route| route.kind == "HTTPRoute");
    match name {
        "service_monitors" => Some(monitors().map(|one| one.id.as_str()).collect()),
        "storage_claims" => Some(cluster.claims.iter().map(|one| one.id.as_str()).collect()),
        "http_routes" => Some(routes().map(|one| one.id.as_str()).collect()),
        _ => None,
    }
}

/// How many objects there are of each kind, by group and kind.
pub(crate) fn kinds(effective: &Effective) -> Vec<KindCount> {
    let mut kinds: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for object in &effective.objects {
        *kinds.entry((&object.kind, &object.group)).or_insert(0) += 1;
    }
    kinds
        .into_iter()
        .map(|((kind, group), count)| KindCount {
            group: group.to_owned(),
            kind: kind.to_owned(),
            count,
        })
        .collect()
}
