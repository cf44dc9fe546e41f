//! `FluxInstance`s: what tells Flux' operator where to start.
//!
//! In: documents. Out: sync roots. An instance is an object, or the values of the chart that makes
//! it: in a `HelmRelease` or in a file of values. A path that several clusters share through a
//! variable (`clusters/${CLUSTER}`) stands for every folder that fits.

use super::SyncRoot;
use crate::source::{Document, Documents, Node, Root, Sources, path};

/// One root for each distinct path of an instance.
pub(super) fn all(sources: &Sources, documents: &Documents) -> Vec<SyncRoot> {
    let mut roots: Vec<SyncRoot> =
        super::manifests(sources, documents).flat_map(|document| of(document, sources)).collect();
    roots.sort_by(|left, right| left.path.cmp(&right.path).then(left.span.cmp(&right.span)));
    roots.dedup_by(|later, earlier| later.path == earlier.path);
    let is_there = |root: &SyncRoot| sources.is_folder(Root::Repository, &root.path);
    if roots.iter().any(is_there) {
        roots.retain(is_there);
    }
    roots
}

fn of(document: &Document, sources: &Sources) -> Vec<SyncRoot> {
    let Some(instance) = instance(document) else { return vec![] };
    let Some(sync) = instance.get("sync") else { return vec![] };
    let patches = instance.at(&["kustomize", "patches"]).map_or(&[][..], Node::items);
    let Some((node, text)) = sync.get("path").and_then(|node| Some((node, node.as_str()?))) else {
        return vec![];
    };
    let declared_in = &sources.file(document.file).path;
    let root = |(path, prefix): (String, String)| SyncRoot {
        path,
        prefix,
        source: sync.str_at(&["name"]).unwrap_or("flux-system").to_owned(),
        url: sync.str_at(&["url"]).map(str::to_owned),
        patches: patches.iter().filter(|patch| is_for_kustomization(patch)).cloned().collect(),
        kustomization: None,
        span: node.span,
    };
    places(text, declared_in, sources).into_iter().map(root).collect()
}

fn instance(document: &Document) -> Option<&Node> {
    let root = &document.root;
    match document.kind() {
        Some(("FluxInstance", _)) => root.get("spec"),
        Some(("HelmRelease", _)) => root.at(&["spec", "values", "instance"]),
        Some(_) => None,
        None => root.get("instance"),
    }
}

/// Whether a patch is for the Kustomization that the instance makes, and not for a controller.
fn is_for_kustomization(patch: &Node) -> bool {
    patch.str_at(&["target", "kind"]) == Some("Kustomization")
}

/// The folders that a path can stand for, each with the folder that it is relative to.
fn places(text: &str, declared_in: &str, sources: &Sources) -> Vec<(String, String)> {
    if text.contains("${") {
        let found = expand(text, sources).into_iter();
        return found.map(|folder| (folder, String::new())).collect();
    }
    let Some(wanted) = path::join("", text) else { return vec![] };
    let prefix = super::prefix(&wanted, declared_in, sources).unwrap_or_default();
    vec![(path::join(&prefix, &wanted).unwrap_or(wanted), prefix)]
}

/// The folders whose path fits one with variables in it.
fn expand(text: &str, sources: &Sources) -> Vec<String> {
    let mut found = vec![String::new()];
    for part in text.split('/').filter(|part| !matches!(*part, "" | ".")) {
        let Some((before, rest)) = part.split_once("${") else {
            found.iter_mut().for_each(|folder| *folder = join(folder, part));
            continue;
        };
        let after = rest.rsplit_once('}').map_or("", |(_, after)| after);
        let fits = |name: &String| {
            name.len() >= before.len() + after.len()
                && name.starts_with(before)
                && name.ends_with(after)
        };
        let below = |folder: &String| {
            let names = sources.folders_in(Root::Repository, folder).into_iter().filter(fits);
            names.map(|name| join(folder, &name)).collect::<Vec<_>>()
        };
        found = found.iter().flat_map(below).collect();
    }
    found.retain(|folder| sources.is_folder(Root::Repository, folder));
    found
}

fn join(folder: &str, part: &str) -> String {
    if folder.is_empty() { part.to_owned() } else { format!("{folder}/{part}") }
}
