//! Where Flux starts: [`SyncRoot`]s, and the clusters of a repository.
//!
//! In: all documents. Out: the roots of the chosen cluster. What is tried, in this order: a
//! `FluxInstance` (an object, or the values of the chart that makes it), a `Kustomization` beside
//! its source in one folder (`flux bootstrap`), and Kustomizations that lie under no other's path.

mod clusters;
mod instance;
mod own;

use std::collections::BTreeMap;

pub(crate) use self::clusters::Chosen;
use super::{FLUX_KUSTOMIZE, FLUX_SOURCE, Object, Via};
use crate::source::{Document, Documents, Node, Root, Sources, Span, path};

/// A folder that Flux starts from, or a Kustomization that nothing else applies.
#[derive(Clone, Debug)]
pub struct SyncRoot {
    /// Folder relative to the repository.
    pub path: String,
    /// The folder that paths of this root's Kustomizations are relative to, where the artifact that
    /// Flux reads is made from a part of the repository; else empty.
    pub prefix: String,
    /// Name of the source that stands for this repository.
    pub source: String,
    /// URL of the source, where it is written.
    pub url: Option<String>,
    /// Patches that an instance applies to the Kustomization that it makes.
    pub(crate) patches: Vec<Node>,
    /// The Kustomization itself, where a document declares it.
    pub(crate) kustomization: Option<Object>,
    /// Where it is written.
    pub span: Span,
}

/// The roots of the chosen cluster, the names of all clusters, and what is unclear.
pub(crate) fn find(sources: &Sources, documents: &Documents, cluster: Option<&str>) -> Chosen {
    let mut roots = instance::all(sources, documents);
    let beside = nested_dropped(&bootstrapped(sources, documents), sources);
    if roots.is_empty() {
        roots = beside;
    } else {
        let others = beside.into_iter().filter(|one| is_sibling(one, &roots, sources));
        roots.extend(others.collect::<Vec<_>>());
    }
    let each_is_a_cluster = !roots.is_empty();
    if roots.is_empty() {
        roots = topmost(sources, documents);
    }
    roots.sort_by(|left, right| left.path.cmp(&right.path).then(left.span.cmp(&right.span)));
    let names = if each_is_a_cluster {
        clusters::of_paths(roots.iter().map(|root| root.path.as_str()))
    } else {
        clusters::of_folders(&roots, sources)
    };
    clusters::choose(roots, names, cluster, sources)
}

/// Whether a root's path differs from those of all others in one part only, as clusters' do.
fn is_sibling(one: &SyncRoot, others: &[SyncRoot], sources: &Sources) -> bool {
    let file = &sources.file(one.span.file).path;
    others.iter().all(|other| {
        let (left, right) = (one.path.split('/'), other.path.split('/'));
        !is_under(file, &other.path)
            && left.clone().count() == right.clone().count()
            && left.zip(right).filter(|(left, right)| left != right).count() == 1
    })
}

/// The folder that a path of an artifact is relative to; empty for the repository itself.
///
/// An OCI artifact may be made from a folder, so that paths begin below it. The folder is one on
/// the way to the file that names the path, or one at the top; none fits where nothing is found.
fn prefix(wanted: &str, declared_in: &str, sources: &Sources) -> Option<String> {
    let is_there = |folder: &String| {
        let path = path::join(folder, wanted);
        path.is_some_and(|path| sources.is_folder(Root::Repository, &path))
    };
    let above = declared_in.match_indices('/').map(|(at, _)| declared_in[..at].to_owned());
    let found = std::iter::once(String::new()).chain(above).find(is_there);
    found.or_else(|| sources.folders_in(Root::Repository, "").into_iter().find(is_there))
}

/// What `flux bootstrap` writes: a source and a Kustomization of the same name in one folder.
fn bootstrapped(sources: &Sources, documents: &Documents) -> Vec<SyncRoot> {
    let folder = |document: &Document| path::parent(&sources.file(document.file).path).to_owned();
    let own = own::OwnSource::find(sources, documents);
    let mut urls: BTreeMap<(String, &str), Option<&str>> = BTreeMap::new();
    for document in manifests(sources, documents).filter(|document| is_source(document)) {
        if let Some(name) = document.root.str_at(&["metadata", "name"]) {
            let url = document.root.str_at(&["spec", "url"]);
            urls.entry((folder(document), name)).or_insert(url);
        }
    }
    kustomizations(sources, documents)
        .filter(|document| !own.is_foreign(document))
        .filter_map(|document| {
            let source = document.root.str_at(&["spec", "sourceRef", "name"])?;
            let url = urls.get(&(folder(document), source))?;
            root_of(document, url.map(str::to_owned), sources)
        })
        .filter(|root| sources.is_folder(Root::Repository, &root.path))
        .collect()
}

/// Documents that can be applied as they are: templates of files are left out.
fn manifests<'a>(
    sources: &'a Sources,
    documents: &'a Documents,
) -> impl Iterator<Item = &'a Document> {
    documents.iter().filter(|document| !sources.file(document.file).name().ends_with(".j2"))
}

fn is_source(document: &Document) -> bool {
    document.kind().is_some_and(|(kind, version)| {
        matches!(kind, "GitRepository" | "OCIRepository")
            && version.starts_with(FLUX_SOURCE)
            && document.root.str_at(&["spec", "url"]).is_some_and(|url| !is_chart(url))
    })
}

/// An OCI artifact whose address looks like a chart, or like Flux itself, is no copy of this
/// repository.
fn is_chart(url: &str) -> bool {
    url.contains("/flux-manifests")
        || url.contains("/charts/")
        || url.contains("/charts-mirror/")
        || url.contains("/helm")
}

fn kustomizations<'a>(
    sources: &'a Sources,
    documents: &'a Documents,
) -> impl Iterator<Item = &'a Document> {
    manifests(sources, documents).filter(|document| {
        document.kind().is_some_and(|(kind, version)| {
            kind == "Kustomization" && version.starts_with(FLUX_KUSTOMIZE)
        })
    })
}

fn root_of(document: &Document, url: Option<String>, sources: &Sources) -> Option<SyncRoot> {
    let node = document.root.at(&["spec", "path"]).filter(|node| !node.is_null());
    let object = Object::from_document(document, Via::default())?;
    let wanted = path::join("", node.map_or("", |node| node.as_str().unwrap_or_default()))?;
    let declared_in = &sources.file(document.file).path;
    let prefix = prefix(&wanted, declared_in, sources).unwrap_or_default();
    Some(SyncRoot {
        path: path::join(&prefix, &wanted)?,
        prefix,
        source: document.root.str_at(&["spec", "sourceRef", "name"])?.to_owned(),
        url,
        patches: vec![],
        span: node.map_or(object.span(), |node| node.span),
        kustomization: Some(object),
    })
}

/// Kustomizations whose file lies under the path of no other one.
fn topmost(sources: &Sources, documents: &Documents) -> Vec<SyncRoot> {
    let own = own::OwnSource::find(sources, documents);
    let all = kustomizations(sources, documents)
        .filter(|document| !own.is_foreign(document))
        .filter_map(|document| root_of(document, None, sources));
    nested_dropped(&all.collect::<Vec<_>>(), sources)
}

/// Keeps the roots that another one does not apply: whose file lies in no other's folder.
fn nested_dropped(all: &[SyncRoot], sources: &Sources) -> Vec<SyncRoot> {
    let file = |root: &SyncRoot| sources.file(root.span.file).path.as_str();
    let mut by_path: BTreeMap<&str, Vec<&SyncRoot>> = BTreeMap::new();
    for root in all {
        by_path.entry(&root.path).or_default().push(root);
    }
    let applies = |other: &SyncRoot, root: &SyncRoot| {
        other.span != root.span && (root.path.is_empty() || !is_under(file(other), &root.path))
    };
    let is_nested = |root: &SyncRoot| {
        let path = file(root);
        let above = std::iter::once("").chain(path.match_indices('/').map(|(at, _)| &path[..at]));
        let others = above.filter_map(|folder| by_path.get(folder)).flatten();
        others.into_iter().any(|other| applies(other, root))
    };
    all.iter().filter(|root| !is_nested(root)).cloned().collect()
}

pub(super) fn is_under(file: &str, folder: &str) -> bool {
    folder.is_empty() || file.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Whether a file is a template of a chart, which is no manifest by itself.
pub(super) fn is_chart_template(file: &str, sources: &Sources) -> bool {
    file.match_indices("/templates/").any(|(at, _)| {
        let chart = path::join(&file[..at], "Chart.yaml");
        chart.is_some_and(|chart| sources.find(Root::Repository, &chart).is_some())
    })
}

impl SyncRoot {
    /// The source's name as a node's text would be compared.
    pub(crate) fn is_source(&self, name: &str, url: Option<&str>) -> bool {
        name == self.source
            || url.is_some_and(|url| self.url.as_deref().is_some_and(|own| same(own, url)))
    }
}

fn same(left: &str, right: &str) -> bool {
    plain_url(left) == plain_url(right)
}

/// The address of a repository without what differs between its spellings.
pub(super) fn plain_url(url: &str) -> String {
    url.trim_start_matches("ssh://")
        .trim_start_matches("https://")
        .trim_start_matches("git@")
        .trim_end_matches('/')
        .trim_end_matches(".git")
        .replace(':', "/")
        .to_lowercase()
}
