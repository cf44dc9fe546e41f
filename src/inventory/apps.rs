//! Apps: releases and plain workloads, with what belongs to them.
//!
//! In: effective objects and releases. Out: [`Parts`]: apps, routes, claims, tunnels. What belongs
//! to which app is told by names that manifests write or app-template fixes, or by one Flux
//! Kustomization applying both; otherwise it stays open.

use std::collections::{BTreeMap, BTreeSet};

use super::app_template::{self, Made};
use super::cursor::Cursor;
use super::fact::{Fact, Source};
use super::model::{
    App, Attachment, ChainStep, Chart, Claim, Gateway, Image, ObjectRef, Route, Tunnel,
};
use super::route::{self, Draft};
use super::{mounts, natural, scan, source_of, storage, workload};
use crate::gitops::{Effective, Object, Release};
use crate::source::{Node, Sources};

/// What runs, and what hangs on it.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) apps: Vec<App>,
    pub(crate) routes: Vec<Route>,
    pub(crate) claims: Vec<Claim>,
    pub(crate) tunnels: Vec<Tunnel>,
}

/// Kinds that belong to a release's plumbing and are no news on an app's page.
const PLUMBING: [&str; 6] = [
    "HelmRelease",
    "OCIRepository",
    "HelmRepository",
    "HelmChart",
    "GitRepository",
    "Kustomization",
];

/// An app on the way, with the names that others refer to it by.
struct Building {
    app: App,
    kustomization: Option<usize>,
    services: Vec<String>,
    mounted: Vec<String>,
    networks: Vec<String>,
    routes: Vec<Draft>,
    claims: Vec<Claim>,
    /// Text in which gateways may be named.
    texts: Vec<String>,
}

/// Collects apps and joins routes, claims, networks and tunnels to them.
pub(crate) fn collect(
    effective: &Effective,
    sources: &Sources,
    gateways: &[Gateway],
    attachments: &[Attachment],
) -> Parts {
    let mut building: Vec<Building> = effective
        .releases(sources)
        .iter()
        .map(|release| of_release(release, effective, sources))
        .collect();
    for object in &effective.objects {
        if let Some(workload) = of_workload(object, effective, sources) {
            building.push(workload);
        }
    }
    let mut together: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (idx, one) in building.iter().enumerate() {
        if let Some(kustomization) = one.kustomization {
            together.entry(kustomization).or_default().push(idx);
        }
    }
    config_maps(&mut building, &together, effective);
    make_unique(&mut building);
    services(&mut building, effective, sources);
    let mut drafts = Vec::new();
    for (idx, one) in building.iter_mut().enumerate() {
        drafts.extend(one.routes.drain(..).map(|draft| (draft, Some(idx))));
    }
    let serving = serving(&building);
    for object in &effective.objects {
        let root = Cursor::new(&object.root, sources);
        if let Some(draft) = route::draft(object, &root) {
            let owner = owner(&draft, &serving).or_else(|| only_app(object, &together));
            drafts.push((draft, owner));
        }
    }
    let mut found = Parts {
        claims: claims(&mut building, effective, sources),
        tunnels: tunnels(&building, gateways),
        ..Parts::default()
    };
    for (draft, owner) in drafts {
        let app = owner.map(|idx| &mut building[idx].app);
        found.routes.push(finish_route(draft, app, gateways));
    }
    let objects = applied(effective);
    let known: BTreeSet<&str> = attachments.iter().map(|one| one.id.as_str()).collect();
    let beside = |one: &Building| {
        one.kustomization.and_then(|idx| objects.get(&idx)).map_or(&[][..], Vec::as_slice)
    };
    let finished = building.into_iter().map(|one| {
        let beside = beside(&one);
        finish(one, beside, sources, &known)
    });
    found.apps = finished.collect();
    natural::sort_by(&mut found.apps, |app| &app.id);
    natural::sort_by(&mut found.routes, |route| &route.id);
    natural::sort_by(&mut found.claims, |claim| &claim.id);
    found
}

fn of_release(release: &Release<'_>, effective: &Effective, sources: &Sources) -> Building {
    let object = release.object;
    let mut one = start(object, effective, sources);
    one.app.chart = Some(chart(release, sources));
    let root = Cursor::new(&object.root, sources);
    let spec = root.at(&["spec", "values"]).unwrap_or_else(|| root.clone());
    let values = spec.embedded(&release.values);
    if release.chart.is_app_template() {
        let made = app_template::read(&values, app_template::Release::of(release));
        take(&mut one, made);
    } else {
        one.mounted = mounts::claim_names(&values);
    }
    take_scan(&mut one, &values, release.chart.is_app_template());
    collect_text(&release.values, &mut one);
    one
}

fn of_workload(object: &Object, effective: &Effective, sources: &Sources) -> Option<Building> {
    let root = Cursor::new(&object.root, sources);
    let workload = workload::read(object, &root)?;
    let mut one = start(object, effective, sources);
    let pod = workload::pod_path(object).and_then(|path| root.at(path));
    one.mounted = pod.as_ref().map(storage::mounted).unwrap_or_default();
    one.app.images = workload.containers.iter().filter_map(|one| one.image.clone()).collect();
    one.app.workloads.push(workload);
    take_scan(&mut one, &root, true);
    collect_text(&object.root, &mut one);
    Some(one)
}

fn start(object: &Object, effective: &Effective, sources: &Sources) -> Building {
    let kustomization = object.kustomization.map(|idx| effective.kustomizations[idx].id());
    let chain = object.via.steps().into_iter().map(|step| ChainStep {
        label: step.label.clone(),
        source: Source::new(sources, step.span, ""),
    });
    let app = App {
        id: object.id(),
        namespace: object.namespace.clone().unwrap_or_default(),
        name: object.name.clone(),
        kind: object.kind.clone(),
        purpose: Fact::unknown("no manifest says what it is for"),
        chart: None,
        workloads: vec![],
        images: vec![],
        routes: vec![],
        claims: vec![],
        attachments: vec![],
        gpus: vec![],
        secrets: vec![],
        addresses: vec![],
        kustomization,
        objects: vec![],
        chain: chain.collect(),
        source: source_of(object, sources),
    };
    Building {
        app,
        kustomization: object.kustomization,
        services: vec![],
        mounted: vec![],
        networks: vec![],
        routes: vec![],
        claims: vec![],
        texts: vec![],
    }
}

fn chart(release: &Release<'_>, sources: &Sources) -> Chart {
    let chart = &release.chart;
    let fact = |node: Option<&Node>, field: &str, reason: &str| {
        Fact::text_or(node, sources, field, reason)
    };
    let missing = "the chart's source is not in the repository";
    let name = match (&chart.name, chart.name_node) {
        (Some(name), Some(node)) => fact(Some(node), "", missing).map(|_| name.clone()),
        _ => Fact::unknown(missing),
    };
    Chart {
        name,
        version: fact(chart.version, "", "not set"),
        repository: fact(chart.repository, "spec.url", missing),
        app_template: chart.is_app_template(),
    }
}

fn take(one: &mut Building, made: Made) {
    let images = made.workloads.iter().flat_map(|workload| &workload.containers);
    one.app.images = images.filter_map(|container| container.image.clone()).collect();
    one.app.workloads = made.workloads;
    (one.routes, one.claims) = (made.routes, made.claims);
    (one.services, one.mounted) = (made.services, made.mounted);
}

/// Takes what can stand anywhere; images only where no container was read.
fn take_scan(one: &mut Building, root: &Cursor, has_containers: bool) {
    let scan = scan::read(root);
    if !has_containers {
        one.app.images = scan.images;
    }
    (one.app.gpus, one.app.addresses, one.networks) = (scan.gpus, scan.addresses, scan.networks);
    if let Some(purpose) = scan.purpose {
        one.app.purpose = purpose;
    }
}

/// Adds what `ConfigMap`s say that the same Flux Kustomization applies.
fn config_maps(
    building: &mut [Building],
    together: &BTreeMap<usize, Vec<usize>>,
    effective: &Effective,
) {
    for map in effective.of("", "ConfigMap") {
        for idx in map.kustomization.and_then(|idx| together.get(&idx)).into_iter().flatten() {
            collect_text(&map.root, &mut building[*idx]);
        }
    }
}

fn collect_text(node: &Node, one: &mut Building) {
    let namespace = one.app.namespace.clone();
    let name = one.app.name.clone();
    let release = app_template::Release { namespace: &namespace, name: &name, major: None };
    node.for_each_scalar(&mut |scalar, _| {
        if scalar.text.contains(".svc") {
            one.texts.push(release.resolve_text(&scalar.text));
        }
    });
}

/// Gives a workload that shares its id with another app its kind as suffix.
fn make_unique(building: &mut [Building]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for one in building {
        let count = seen.entry(one.app.id.clone()).or_insert(0);
        *count += 1;
        if *count > 1 {
            let suffix = if *count == 2 { String::new() } else { format!("-{count}") };
            one.app.name = format!("{}.{}{suffix}", one.app.name, one.app.kind.to_lowercase());
            one.app.id = format!("{}/{}", one.app.namespace, one.app.name);
        }
    }
}

/// Gives plain workloads the Services that select them by the labels of their pods.
fn services(building: &mut [Building], effective: &Effective, sources: &Sources) {
    let mut by_source: BTreeMap<Source, usize> = BTreeMap::new();
    for (idx, one) in building.iter().enumerate() {
        by_source.entry(one.app.source.clone()).or_insert(idx);
    }
    let mut labelled: BTreeMap<Option<&str>, Vec<(&Object, &Node)>> = BTreeMap::new();
    for object in &effective.objects {
        if let Some(labels) = object.root.at(&["spec", "template", "metadata", "labels"]) {
            labelled.entry(object.namespace.as_deref()).or_default().push((object, labels));
        }
    }
    for object in effective.of("", "Service") {
        let Some(selector) = object.root.at(&["spec", "selector"]) else { continue };
        let matches = |(_, labels): &&(&Object, &Node)| {
            !selector.entries().is_empty()
                && selector.entries().iter().all(|entry| {
                    labels.get(&entry.key).and_then(Node::as_str) == entry.value.as_str()
                })
        };
        let here = labelled.get(&object.namespace.as_deref()).map_or(&[][..], Vec::as_slice);
        let Some((workload, _)) = here.iter().find(matches) else { continue };
        if let Some(idx) = by_source.get(&source_of(workload, sources)) {
            let one = &mut building[*idx];
            one.services.push(object.name.clone());
            let scan = scan::read(&Cursor::new(&object.root, sources));
            one.app.addresses.extend(scan.addresses);
        }
    }
}

/// The first app that has a Service, by namespace and the Service's name.
type Serving = BTreeMap<(String, String), usize>;

fn serving(building: &[Building]) -> Serving {
    let mut found = Serving::new();
    for (idx, one) in building.iter().enumerate() {
        for name in &one.services {
            found.entry((one.app.namespace.clone(), name.clone())).or_insert(idx);
        }
    }
    found
}

/// The app that a route object leads to.
fn owner(draft: &Draft, serving: &Serving) -> Option<usize> {
    let of = |name: &Fact<String>| {
        serving.get(&(draft.namespace.clone(), name.shown().to_owned())).copied()
    };
    draft.backends.iter().filter_map(of).min()
}

/// The app of a Flux Kustomization that applies exactly one.
fn only_app(object: &Object, together: &BTreeMap<usize, Vec<usize>>) -> Option<usize> {
    let apps = together.get(&object.kustomization?)?;
    if let [one] = apps.as_slice() { Some(*one) } else { None }
}

/// Objects of each Flux Kustomization that are news on an app's page.
fn applied(effective: &Effective) -> BTreeMap<usize, Vec<&Object>> {
    let mut found: BTreeMap<usize, Vec<&Object>> = BTreeMap::new();
    let wanted = |object: &&Object| !PLUMBING.contains(&object.kind.as_str());
    for object in effective.objects.iter().filter(wanted) {
        if let Some(idx) = object.kustomization {
            found.entry(idx).or_default().push(object);
        }
    }
    found
}

fn finish_route(draft: Draft, app: Option<&mut App>, gateways: &[Gateway]) -> Route {
    let purpose = draft.purpose.clone();
    let Some(app) = app else { return draft.finish(gateways, None) };
    let route = draft.finish(gateways, Some(app.id.clone()));
    if !app.routes.contains(&route.id) {
        app.routes.push(route.id.clone());
    }
    if let Some(purpose) = purpose.filter(|_| !app.purpose.is_known()) {
        app.purpose = purpose;
    }
    route
}

fn claims(building: &mut [Building], effective: &Effective, sources: &Sources) -> Vec<Claim> {
    let objects = effective.of("", "PersistentVolumeClaim");
    let mut claims: Vec<Claim> =
        objects.map(|object| storage::claim(object, &Cursor::new(&object.root, sources))).collect();
    for one in building.iter_mut() {
        for mut claim in one.claims.drain(..) {
            claim.app = Some(one.app.id.clone());
            one.app.claims.push(claim.id.clone());
            claims.push(claim);
        }
    }
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    for (idx, claim) in claims.iter().enumerate() {
        by_id.entry(claim.id.clone()).or_insert(idx);
    }
    for one in building {
        let ids = one.mounted.iter().map(|name| format!("{}/{name}", one.app.namespace));
        for id in ids.collect::<Vec<_>>() {
            let Some(idx) = by_id.get(&id) else { continue };
            let claim = &mut claims[*idx];
            claim.app.get_or_insert_with(|| one.app.id.clone());
            if !one.app.claims.contains(&id) {
                one.app.claims.push(id);
            }
        }
    }
    claims
}

/// Connectors, told by the image or chart that only they use.
fn tunnels(building: &[Building], gateways: &[Gateway]) -> Vec<Tunnel> {
    let is_cloudflared = |image: &Image| image.repository.shown().ends_with("/cloudflared");
    let mut tunnels: Vec<Tunnel> = building
        .iter()
        .filter(|one| one.app.images.iter().any(is_cloudflared))
        .map(|one| {
            let named = |gateway: &&Gateway| {
                let (namespace, name) = gateway.id.split_once('/').unwrap_or(("", &gateway.id));
                let address = format!("//{name}.{namespace}.svc");
                one.texts.iter().any(|text| text.contains(&address))
            };
            Tunnel {
                app: one.app.id.clone(),
                provider: "Cloudflare".to_owned(),
                gateways: gateways.iter().filter(named).map(|gateway| gateway.id.clone()).collect(),
                source: one.app.source.clone(),
            }
        })
        .collect();
    natural::sort_by(&mut tunnels, |tunnel| &tunnel.app);
    tunnels
}

fn finish(
    mut one: Building,
    beside: &[&Object],
    sources: &Sources,
    attachments: &BTreeSet<&str>,
) -> App {
    let namespace = one.app.namespace.clone();
    for network in &one.networks {
        let id =
            if network.contains('/') { network.clone() } else { format!("{namespace}/{network}") };
        if attachments.contains(id.as_str()) && !one.app.attachments.contains(&id) {
            one.app.attachments.push(id);
        }
    }
    let mut objects: Vec<ObjectRef> = beside
        .iter()
        .map(|object| ObjectRef {
            kind: object.kind.clone(),
            name: object.id(),
            source: source_of(object, sources),
        })
        .filter(|object| object.source != one.app.source)
        .collect();
    objects.sort_by(|left, right| {
        left.kind.cmp(&right.kind).then_with(|| natural::compare(&left.name, &right.name))
    });
    let secrets =
        objects.iter().filter(|object| matches!(object.kind.as_str(), "Secret" | "ExternalSecret"));
    one.app.secrets = secrets.map(|object| object.name.clone()).collect();
    one.app.objects = objects;
    natural::sort_by(&mut one.app.routes, |id| id);
    natural::sort_by(&mut one.app.claims, |id| id);
    one.app
        .images
        .sort_by(|left, right| natural::compare(left.repository.shown(), right.repository.shown()));
    one.app.images.dedup_by(|left, right| {
        (left.repository.shown(), left.tag.shown()) == (right.repository.shown(), right.tag.shown())
    });
    one.app
}
