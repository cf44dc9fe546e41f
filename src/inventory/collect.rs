//! The whole of the inventory: [`collect`].
//!
//! In: sources, documents, effective objects. Out: one [`Cluster`]. It calls the extractors in an
//! order in which each finds what it refers to, and adds nothing of its own.

use super::cursor::Cursor;
use super::fact::{Fact, Source};
use super::model::{
    Attachment, Cluster, Dependency, Kustomization, Namespace, Platform, Pool, StorageClass,
    SyncRoot,
};
use super::{apps, blind, count, natural, route, storage};
use crate::diagnostic::Diagnostic;
use crate::gitops::{Effective, Object};
use crate::source::{Documents, Sources};

/// Where an object stands.
pub(crate) fn source_of(object: &Object, sources: &Sources) -> Source {
    Source::new(sources, object.span(), "")
}

/// Everything that can be said about the cluster.
///
/// `found` are the diagnostics of the stages before, which tell what was not read.
pub fn collect(
    sources: &Sources,
    documents: &Documents,
    effective: &Effective,
    cluster: Option<&str>,
    found: &[Diagnostic],
) -> (Cluster, Vec<Diagnostic>) {
    let diagnostics = Vec::new();
    let attachments: Vec<Attachment> = vec![];
    let pools: Vec<Pool> = vec![];
    let mut gateways = each(effective, sources, (route::GATEWAY, "Gateway"), route::gateway);
    natural::sort_by(&mut gateways, |gateway| &gateway.id);
    let parts = apps::collect(effective, sources, &gateways, &attachments);
    for gateway in &mut gateways {
        let on = parts.routes.iter().filter(|route| route.gateways.contains(&gateway.id));
        gateway.routes = on.map(|route| route.id.clone()).collect();
    }
    let mut cluster = Cluster {
        name: name(cluster),
        counts: std::collections::BTreeMap::new(),
        platform: Platform {
            distribution: Fact::unknown(""),
            talos_version: Fact::unknown(""),
            kubernetes_version: Fact::unknown(""),
            endpoint: Fact::unknown(""),
            vip: Fact::unknown(""),
            pod_cidrs: vec![],
            service_cidrs: vec![],
        },
        sync_roots: sync_roots(effective, sources),
        hosts: vec![],
        vms: vec![],
        nodes: vec![],
        gpus: vec![],
        networks: vec![],
        attachments,
        pools,
        namespaces: namespaces(effective, sources, &parts.apps),
        kustomizations: kustomizations(effective, sources),
        storage_classes: storage_classes(effective, sources),
        kinds: count::kinds(effective),
        blind_spots: blind::collect(effective, documents, sources, &parts.apps, found),
        gateways,
        routes: parts.routes,
        tunnels: parts.tunnels,
        apps: parts.apps,
        claims: parts.claims,
    };
    cluster.counts = count::counts(&cluster, effective);
    (cluster, diagnostics)
}

fn name(cluster: Option<&str>) -> Fact<String> {
    cluster.map_or_else(|| Fact::unknown("no file names the cluster"), |_| Fact::unknown(""))
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
fn namespaces(
    effective: &Effective,
    sources: &Sources,
    apps: &[super::model::App],
) -> Vec<Namespace> {
    let mut found = each(effective, sources, ("", "Namespace"), |object, root| Namespace {
        name: object.name.clone(),
        pod_security: root
            .at(&["metadata", "labels", "pod-security.kubernetes.io/enforce"])
            .map_or_else(|| Fact::unknown("not set"), |level| level.text()),
        apps: apps
            .iter()
            .filter(|app| app.namespace == object.name)
            .map(|app| app.id.clone())
            .collect(),
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
    let ids: Vec<String> =
        effective.kustomizations.iter().map(crate::gitops::FluxKustomization::id).collect();
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

fn storage_classes(effective: &Effective, sources: &Sources) -> Vec<StorageClass> {
    let mut found = each(effective, sources, ("storage.k8s.io", "StorageClass"), storage::class);
    natural::sort_by(&mut found, |class| &class.name);
    found
}
