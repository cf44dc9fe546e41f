//! The whole of the inventory: [`collect`].
//!
//! In: sources, documents, effective objects. Out: one [`Cluster`]. It calls the extractors in an
//! order in which each finds what it refers to, and adds nothing of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::access::{self, Given};
use super::attachments::{self, Found};
use super::context::Context;
use super::cursor::Cursor;
use super::declared::{self, Declared};
use super::fact::{Fact, Source};
use super::model::{
    App, Attachment, Cluster, Dependency, Gateway, GpuSharing, Kustomization, Namespace, Network,
    Pool, Route, SyncRoot,
};
use super::{
    apps, blind, count, hardware, more, natural, network, pools, rendered, route, schematics,
    subnet,
};
use crate::diagnostic::Diagnostic;
use crate::gitops::{Effective, FluxKustomization, Object};
use crate::source::{Documents, Sources};

/// Where an object stands.
pub(crate) fn source_of(object: &Object, sources: &Sources) -> Source {
    Source::new(sources, object.span(), "")
}

/// Everything that can be said about the cluster.
///
/// `cluster` is the name that was chosen, and `found` are the diagnostics of the stages before,
/// which tell what was not read.
pub fn collect(
    sources: &Sources,
    documents: &Documents,
    effective: &Effective,
    cluster: Option<&str>,
    found: &[Diagnostic],
) -> (Cluster, Vec<Diagnostic>) {
    let (declared, mut diagnostics) = declared::read(sources, documents);
    let (mut hardware, wrong) = hardware::read(sources, documents, cluster);
    diagnostics.extend(wrong);
    diagnostics.extend(hardware.declare_hosts(&declared));
    let (mut attached, wrong) = attachments(effective, sources);
    diagnostics.extend(wrong);
    let mut pools = pools(effective, sources);
    let (networks, wrong) = network::join(&mut hardware, &mut attached, &mut pools, &declared);
    diagnostics.extend(wrong);
    let mut attachments: Vec<Attachment> = attached.into_iter().map(|one| one.attachment).collect();
    let mut gateways = each(effective, sources, (route::GATEWAY, "Gateway"), route::gateway);
    natural::sort_by(&mut gateways, |gateway| &gateway.id);
    let mut parts = apps::collect(effective, sources, &gateways, &attachments);
    let ids: Vec<&str> = parts.apps.iter().map(|app| app.id.as_str()).collect();
    diagnostics.extend(declared.unknown_apps(&ids));
    purposes(&mut parts.apps, &declared);
    join_gateways(&mut gateways, &parts.routes, &networks);
    let attached_by = users(&parts.apps, |app| (&app.id, &app.attachments));
    for attachment in &mut attachments {
        let users = attached_by.get(attachment.id.as_str());
        attachment.users = users.cloned().unwrap_or_default();
    }
    let mut schematics = schematics::collect(sources, documents);
    schematics::join(&mut schematics, &mut hardware.nodes);
    let context = Context::new(effective, sources, &parts.apps);
    let more = more::collect(&context, documents, &mut parts.claims);
    let slots = slots(&more);
    let namespaces = namespaces(effective, sources, &parts.apps);
    let access = access::collect(&Given {
        sources,
        documents,
        effective,
        releases: &effective.releases(sources),
        apps: &parts.apps,
        routes: &parts.routes,
        gateways: &gateways,
        pools: &pools,
        networks: &networks,
        namespaces: &namespaces,
        attachments: &attachments,
        tunnels: &parts.tunnels,
    });
    let mut cluster = Cluster {
        name: hardware.cluster_name.clone(),
        counts: BTreeMap::new(),
        rendered_counts: BTreeMap::new(),
        gpus: hardware.gpus(slots.as_ref()),
        platform: hardware.platform,
        sync_roots: sync_roots(effective, sources),
        hosts: hardware.hosts,
        racks: declared.racks,
        devices: declared.devices,
        vms: hardware.vms,
        nodes: hardware.nodes,
        networks,
        attachments,
        pools,
        namespaces,
        kustomizations: kustomizations(effective, sources),
        rendered: rendered::collect(effective, sources, &parts.apps),
        kinds: count::kinds(effective),
        blind_spots: blind::collect(effective, documents, sources, &parts.apps, found),
        gateways,
        routes: parts.routes,
        tunnels: parts.tunnels,
        apps: parts.apps,
        claims: parts.claims,
        exposures: access.exposures,
        dns_publishers: access.dns_publishers,
        dns_records: access.dns_records,
        tunnel_rules: access.tunnel_rules,
        auth_policies: access.auth_policies,
        exposed_services: access.exposed_services,
        policies: access.policies,
        isolation: access.isolation,
        attachment_uses: access.attachment_uses,
        attachment_chains: access.attachment_chains,
        announcements: access.announcements,
        bgp_peers: access.bgp_peers,
        cni_settings: access.cni_settings,
        external_secrets: access.external_secrets,
        secret_stores: access.secret_stores,
        push_secrets: access.push_secrets,
        sealed_files: access.sealed_files,
        secret_objects: access.secret_objects,
        tracing_policies: access.tracing_policies,
        admission_policies: access.admission_policies,
        pod_privileges: access.pod_privileges,
        pod_security: access.pod_security,
        versions: access.versions,
        artifacts: access.artifacts,
        renovate_comments: access.renovate_comments,
        renovate_configs: access.renovate_configs,
        others: access.others,
        schematics,
        ..more
    };
    cluster.counts = count::counts(&cluster, effective);
    cluster.rendered_counts = count::rendered(&cluster, effective);
    (cluster, diagnostics)
}

/// Pods that can share an NVIDIA card.
fn slots(cluster: &Cluster) -> Option<Fact<u32>> {
    let is_nvidia = |one: &&GpuSharing| matches!(one.mode.as_str(), "time-slicing" | "MPS");
    let sharing = cluster.gpu_sharing.iter().find(is_nvidia);
    sharing.map(|sharing| sharing.replicas.clone())
}

fn attachments(effective: &Effective, sources: &Sources) -> (Vec<Found>, Vec<Diagnostic>) {
    let (mut all, mut diagnostics) = (Vec::new(), Vec::new());
    for object in effective.of("k8s.cni.cncf.io", "NetworkAttachmentDefinition") {
        let (found, wrong) = attachments::read(&object.id(), &object.root, sources);
        all.push(found);
        diagnostics.extend(wrong);
    }
    natural::sort_by(&mut all, |found| &found.attachment.id);
    (all, diagnostics)
}

fn pools(effective: &Effective, sources: &Sources) -> Vec<Pool> {
    let kinds = [("cilium.io", "CiliumLoadBalancerIPPool"), ("metallb.io", "IPAddressPool")];
    let mut pools: Vec<Pool> = kinds
        .into_iter()
        .flat_map(|(group, kind)| effective.of(group, kind))
        .map(|object| pools::read(&object.name, &object.root, sources))
        .collect();
    pools.extend(effective.of("", "ConfigMap").flat_map(|map| pools::of_config_map(map, sources)));
    let releases = effective.releases(sources);
    pools.extend(releases.iter().flat_map(|release| pools::of_values(release, sources)));
    natural::sort_by(&mut pools, |pool| &pool.name);
    pools
}

/// For each id that things name, the things that do, in their order; `parts` gives a thing's own id
/// and the ids that it names.
fn users<T>(
    things: &[T],
    parts: impl Fn(&T) -> (&String, &Vec<String>),
) -> BTreeMap<&str, Vec<String>> {
    let mut found: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (own, named) in things.iter().map(parts) {
        let distinct: BTreeSet<&str> = named.iter().map(String::as_str).collect();
        for name in distinct {
            found.entry(name).or_default().push(own.clone());
        }
    }
    found
}

/// A purpose in the inventory file wins over an annotation: it is written to be read.
fn purposes(apps: &mut [App], declared: &Declared) {
    for app in apps {
        if let Some(purpose) = declared.purpose(&app.id) {
            app.purpose = purpose.clone();
        }
    }
}

fn join_gateways(gateways: &mut [Gateway], routes: &[Route], networks: &[Network]) {
    let on = users(routes, |route| (&route.id, &route.gateways));
    for gateway in gateways {
        gateway.routes = on.get(gateway.id.as_str()).cloned().unwrap_or_default();
        let address = gateway.addresses.iter().find_map(Fact::get);
        let holds = |network: &&Network| {
            network.cidr.get().zip(address).is_some_and(|(cidr, it)| subnet::contains(cidr, it))
        };
        gateway.network = networks.iter().find(holds).map(|network| network.id.clone());
    }
}

/// One entity for each effective object of a kind.
fn each<T>(
    effective: &Effective,
    sources: &Sources,
    (group, kind): (&str, &str),
    read: impl Fn(&Object, &Cursor) -> T,
) -> Vec<T> {
    let objects = effective.objects.iter().filter(|object| object.is(group, kind));
    objects.map(|object| read(object, &Cursor::new(&object.root, sources))).collect()
}

fn sync_roots(effective: &Effective, sources: &Sources) -> Vec<SyncRoot> {
    let root = |root: &crate::gitops::SyncRoot| SyncRoot {
        path: root.path.clone(),
        source: Source::new(sources, root.span, ""),
    };
    effective.sync_roots.iter().map(root).collect()
}

/// Namespaces by name; where one is declared twice, the one that sets a Pod Security level counts.
fn namespaces(effective: &Effective, sources: &Sources, apps: &[App]) -> Vec<Namespace> {
    let mut within: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for app in apps {
        within.entry(&app.namespace).or_default().push(app.id.clone());
    }
    let mut found = each(effective, sources, ("", "Namespace"), |object, root| Namespace {
        name: object.name.clone(),
        pod_security: root
            .at(&["metadata", "labels", "pod-security.kubernetes.io/enforce"])
            .map_or_else(|| Fact::unknown("not set"), |level| level.text()),
        apps: within.get(object.name.as_str()).cloned().unwrap_or_default(),
        source: source_of(object, sources),
    });
    found.sort_by(|left, right| {
        natural::compare(&left.name, &right.name)
            .then_with(|| right.pod_security.is_known().cmp(&left.pod_security.is_known()))
    });
    found.dedup_by(|later, earlier| later.name == earlier.name);
    found
}

fn kustomizations(effective: &Effective, sources: &Sources) -> Vec<Kustomization> {
    let ids: BTreeSet<String> =
        effective.kustomizations.iter().map(FluxKustomization::id).collect();
    let mut found: Vec<Kustomization> = effective
        .kustomizations
        .iter()
        .map(|one| Kustomization {
            id: one.id(),
            path: Fact::text_or(one.path.as_ref(), sources, "spec.path", "the root of the source"),
            depends_on: one
                .depends_on
                .iter()
                .map(|edge| {
                    let id = format!("{}/{}", edge.namespace, edge.name);
                    let source = Source::new(sources, edge.span, "spec.dependsOn");
                    Dependency { exists: ids.contains(&id), id, source }
                })
                .collect(),
            external: one.external.is_some(),
            objects: one.objects,
            source: Source::new(sources, one.span, ""),
        })
        .collect();
    natural::sort_by(&mut found, |one| &one.id);
    found
}
