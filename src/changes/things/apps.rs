//! Apps, namespaces and Flux Kustomizations as things.
//!
//! In: a cluster. Out: what runs, in which version, and what applies it.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Kind;
use super::super::thing::{Field, Held, Thing, Things, text};
use crate::inventory::{App, Chart, Cluster, Container, Image, Kustomization, Source, Workload};

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    cluster.apps.iter().for_each(|one| things.add(Kind::App, &one.id, app(cluster, one)));
    for one in &cluster.namespaces {
        let thing = Thing::at(&one.source).fact("pod security", &one.pod_security);
        things.add(Kind::Namespace, &one.name, thing);
    }
    for one in &cluster.kustomizations {
        things.add(Kind::Kustomization, &one.id, kustomization(one));
    }
}

fn kustomization(one: &Kustomization) -> Thing {
    Thing::at(&one.source)
        .about(text(&one.path))
        .fact("path", &one.path)
        .set("dependencies", one.depends_on.iter().map(|edge| edge.id.clone()))
        .flag("from another repository", one.external)
}

/// What its pods mount that is kept: claims, shares and folders of the node.
fn mounts(cluster: &Cluster, app: &App) -> Vec<String> {
    let is_kept =
        |kind: &str| matches!(kind, "persistentVolumeClaim" | "nfs" | "hostPath" | "iscsi");
    let own = cluster.mounts.iter().filter(|one| one.user == app.id && is_kept(&one.kind));
    own.filter_map(|one| Some(format!("{} {}", one.kind, text(&one.target)?))).collect()
}

/// What its pods may do beyond the usual.
fn privileges(cluster: &Cluster, app: &App) -> Vec<String> {
    let own = cluster.pod_privileges.iter().filter(|one| one.owner == app.id);
    let words = own.map(|one| match text(&one.value) {
        Some(value) if value != "true" => format!("{} {value}", one.privilege),
        _ => one.privilege.clone(),
    });
    words.collect()
}

fn app(cluster: &Cluster, app: &App) -> Thing {
    let mut thing = Thing::at(&app.source)
        .about(about(app))
        .text("kind", Some(&app.kind))
        .fact("purpose", &app.purpose);
    if let Some(chart) = &app.chart {
        thing = thing
            .fact("chart", &chart.name)
            .version("chart version", text(&chart.name), &chart.version)
            .fact("chart repository", &chart.repository);
    }
    thing = images(thing, &app.images);
    for one in &app.workloads {
        thing = workload(thing, one);
    }
    for one in cluster.cni_settings.iter().filter(|one| one.app == app.id) {
        thing = thing.fact_of("setting", &one.name, &one.value);
    }
    thing
        .set("mounts", mounts(cluster, app))
        .set("containers", app.workloads.iter().flat_map(containers))
        .facts("addresses", &app.addresses)
        .facts("GPU requests", &app.gpus)
        .set("attachments", app.attachments.iter().cloned())
        .set("privileges", privileges(cluster, app))
        .text("Kustomization", app.kustomization.as_deref())
}

/// The version that people know an app by: of its only image, otherwise of its chart.
fn about(app: &App) -> Vec<String> {
    let named = |name: Option<String>, version: Option<String>| match (name, version) {
        (Some(name), Some(version)) => Some(format!("{name} {version}")),
        (name, version) => name.or(version),
    };
    let of_chart = |chart: &Chart| named(text(&chart.name), text(&chart.version));
    let of_image = |image: &Image| named(text(&image.repository), text(&image.tag));
    let images = app.images.iter().filter_map(of_image);
    app.chart.iter().filter_map(of_chart).chain(images).collect()
}

/// Images by repository: a tag that changes is a version that does.
fn images(mut thing: Thing, images: &[Image]) -> Thing {
    let mut by_repository: BTreeMap<String, Vec<&Image>> = BTreeMap::new();
    for image in images {
        let Some(repository) = text(&image.repository) else { continue };
        by_repository.entry(repository).or_default().push(image);
    }
    for (repository, images) in by_repository {
        let tags: BTreeSet<_> = images.iter().map(|image| tag(image)).collect();
        let source = images.iter().find_map(|image| source(image));
        let value = match tags.len() {
            0 | 1 => Held::Version(tags.into_iter().next()),
            _ => Held::Set(tags),
        };
        let key = format!("image {repository}");
        thing = thing.field(key, Field { name: "image", of: Some(repository), value, source });
    }
    thing
}

/// The tag; the digest counts where it alone tells two images apart.
fn tag(image: &Image) -> String {
    let digest = text(&image.digest);
    let short = digest.map(|digest| digest.chars().take("sha256:".len() + 12).collect::<String>());
    match (text(&image.tag), short) {
        (Some(tag), Some(digest)) => format!("{tag}@{digest}"),
        (tag, digest) => tag.or(digest).unwrap_or_else(|| "no tag".to_owned()),
    }
}

fn source(image: &Image) -> Option<Source> {
    image.tag.source.clone().or_else(|| image.repository.source.clone())
}

fn containers(one: &Workload) -> impl Iterator<Item = String> {
    one.containers.iter().map(|container| format!("{}/{}", one.name, container.name))
}

fn workload(thing: Thing, one: &Workload) -> Thing {
    let kind = Held::One(Some(one.kind.clone()));
    let of = Some(one.name.clone());
    let field = Field { name: "kind", of, value: kind, source: Some(one.source.clone()) };
    let thing = thing.field(format!("kind {}", one.name), field);
    let mut thing = thing.fact_of("replicas", &one.name, &one.replicas);
    let selector = Thing::default().labels("node selector", &one.node_selector);
    for (key, field) in selector.fields {
        let of = Some(one.name.clone());
        thing = thing.field(format!("{key} {}", one.name), Field { of, ..field });
    }
    for container in &one.containers {
        thing = resources(thing, &format!("{}/{}", one.name, container.name), container);
    }
    thing
}

fn resources(thing: Thing, of: &str, one: &Container) -> Thing {
    thing
        .fact_of("CPU request", of, &one.cpu_request)
        .fact_of("memory request", of, &one.memory_request)
        .fact_of("memory limit", of, &one.memory_limit)
}
