//! Where Flux starts: [`SyncRoot`]s, and the clusters of a repository.
//!
//! In: all documents. Out: the roots of the chosen cluster. What is tried, in this order: a
//! `FluxInstance` (an object, or the values of the chart that makes it), a `Kustomization` beside
//! its source in one folder (`flux bootstrap`), and Kustomizations that lie under no other's path.

use std::collections::BTreeSet;

use super::{Effective, FLUX_KUSTOMIZE, FLUX_SOURCE, Object, Via};
use crate::diagnostic::Diagnostic;
use crate::source::{Document, Documents, Sources, Span, path};

/// A folder that Flux starts from, or a Kustomization that nothing else applies.
#[derive(Clone, Debug)]
pub struct SyncRoot {
    /// Folder relative to the repository.
    pub path: String,
    /// Name of the source that stands for this repository.
    pub source: String,
    /// URL of the source, where it is written.
    pub url: Option<String>,
    /// The Kustomization itself, where a document declares it.
    pub(crate) kustomization: Option<Object>,
    /// Where it is written.
    pub span: Span,
}

/// The roots of the chosen cluster, the names of all clusters, and what is unclear.
pub(crate) fn find(
    sources: &Sources,
    documents: &Documents,
    cluster: Option<&str>,
) -> (Vec<SyncRoot>, Vec<String>, Vec<Diagnostic>) {
    let mut roots = instances(documents);
    if roots.is_empty() {
        roots = bootstrapped(sources, documents);
    }
    let each_is_a_cluster = !roots.is_empty();
    if roots.is_empty() {
        roots = topmost(sources, documents);
    }
    roots.sort_by(|left, right| left.path.cmp(&right.path).then(left.span.cmp(&right.span)));
    let names = if each_is_a_cluster {
        cluster_names(roots.iter().map(|root| root.path.as_str()))
    } else {
        names_of_folders(&roots, sources)
    };
    choose(roots, names, cluster)
}

fn instances(documents: &Documents) -> Vec<SyncRoot> {
    let mut roots: Vec<SyncRoot> = documents.iter().filter_map(instance).collect();
    let mut seen = BTreeSet::new();
    roots.retain(|root| seen.insert(root.path.clone()));
    roots
}

fn instance(document: &Document) -> Option<SyncRoot> {
    let root = &document.root;
    let sync = match document.kind()? {
        ("FluxInstance", _) => root.at(&["spec", "sync"])?,
        ("HelmRelease", _) => root.at(&["spec", "values", "instance", "sync"])?,
        _ => return None,
    };
    let folder = sync.get("path")?;
    let text = folder.as_str().filter(|text| !text.contains("${"))?;
    Some(SyncRoot {
        path: path::join("", text)?,
        source: sync.str_at(&["name"]).unwrap_or("flux-system").to_owned(),
        url: sync.str_at(&["url"]).map(str::to_owned),
        kustomization: None,
        span: folder.span,
    })
}

/// What `flux bootstrap` writes: a source and a Kustomization of the same name in one folder.
fn bootstrapped(sources: &Sources, documents: &Documents) -> Vec<SyncRoot> {
    let folder = |document: &Document| path::parent(&sources.file(document.file).path).to_owned();
    let repositories: Vec<(String, String, Option<String>)> = documents
        .iter()
        .filter(|document| is_source(document))
        .filter_map(|document| {
            let name = document.root.str_at(&["metadata", "name"])?.to_owned();
            let url = document.root.str_at(&["spec", "url"]).map(str::to_owned);
            Some((folder(document), name, url))
        })
        .collect();
    kustomizations(documents)
        .filter_map(|document| {
            let source = document.root.str_at(&["spec", "sourceRef", "name"])?;
            let home = folder(document);
            let found = repositories.iter().find(|(at, name, _)| *at == home && name == source)?;
            root_of(document, found.2.clone())
        })
        .collect()
}

fn is_source(document: &Document) -> bool {
    document.kind().is_some_and(|(kind, version)| {
        matches!(kind, "GitRepository" | "OCIRepository")
            && version.starts_with(FLUX_SOURCE)
            && document.root.str_at(&["spec", "url"]).is_some_and(|url| !is_chart(url))
    })
}

/// An OCI artifact whose address looks like a chart is no copy of this repository.
fn is_chart(url: &str) -> bool {
    url.contains("/charts/") || url.contains("/charts-mirror/") || url.contains("/helm")
}

fn kustomizations(documents: &Documents) -> impl Iterator<Item = &Document> {
    documents.iter().filter(|document| {
        document.kind().is_some_and(|(kind, version)| {
            kind == "Kustomization" && version.starts_with(FLUX_KUSTOMIZE)
        })
    })
}

fn root_of(document: &Document, url: Option<String>) -> Option<SyncRoot> {
    let node = document.root.at(&["spec", "path"])?;
    let object = Object::from_document(document, Via::default())?;
    Some(SyncRoot {
        path: path::join("", node.as_str()?)?,
        source: document.root.str_at(&["spec", "sourceRef", "name"])?.to_owned(),
        url,
        kustomization: Some(object),
        span: node.span,
    })
}

/// Kustomizations whose file lies under the path of no other one.
fn topmost(sources: &Sources, documents: &Documents) -> Vec<SyncRoot> {
    let all: Vec<SyncRoot> =
        kustomizations(documents).filter_map(|document| root_of(document, None)).collect();
    let under = |root: &SyncRoot, other: &SyncRoot| {
        let file = &sources.file(root.span.file).path;
        other.span != root.span
            && (other.path.is_empty() || file.starts_with(&format!("{}/", other.path)))
            && !sources.file(other.span.file).path.starts_with(&format!("{}/", root.path))
    };
    let is_top = |root: &&SyncRoot| !all.iter().any(|other| under(root, other));
    all.iter().filter(is_top).cloned().collect()
}

/// Keeps the roots of one cluster; `names` has one for each root, or none where all are of one.
fn choose(
    roots: Vec<SyncRoot>,
    names: Vec<String>,
    cluster: Option<&str>,
) -> (Vec<SyncRoot>, Vec<String>, Vec<Diagnostic>) {
    let mut known: Vec<String> = names.clone();
    known.sort();
    known.dedup();
    if known.len() < 2 {
        return (roots, vec![], vec![]);
    }
    let mut diagnostics = Vec::new();
    let wanted = match cluster {
        Some(wanted) if known.iter().any(|name| name == wanted) => wanted.to_owned(),
        Some(wanted) => {
            diagnostics.push(
                Diagnostic::error(
                    "flux/cluster-unknown",
                    format!("there is no cluster `{wanted}`"),
                )
                .help(format!("choose one of: {}", known.join(", ")))
                .suggest(wanted, known.iter().map(String::as_str)),
            );
            known[0].clone()
        }
        None => {
            let message =
                format!("this repository holds {} clusters; `{}` is shown", known.len(), known[0]);
            diagnostics.push(
                Diagnostic::warning("flux/several-clusters", message)
                    .help(format!("choose with --cluster: {}", known.join(", "))),
            );
            known[0].clone()
        }
    };
    let kept = roots.into_iter().zip(names).filter(|(_, name)| *name == wanted);
    (kept.map(|(root, _)| root).collect(), known, diagnostics)
}

/// The part of each path in which the paths differ, one name for each; none where one ends before.
fn cluster_names<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let paths: Vec<Vec<&str>> = paths.map(|path| path.split('/').collect()).collect();
    let common = common_parts(&paths);
    paths
        .iter()
        .map(|path| path.get(common).map(|name| (*name).to_owned()))
        .collect::<Option<_>>()
        .unwrap_or_default()
}

/// How many parts all paths begin with.
fn common_parts(paths: &[Vec<&str>]) -> usize {
    let Some(first) = paths.first() else { return 0 };
    (0..first.len())
        .take_while(|idx| paths.iter().all(|path| path.get(*idx) == first.get(*idx)))
        .count()
}

/// Names for Kustomizations that nothing applies, by the folders that they lie in.
///
/// One cluster may start from several folders. Folders are clusters only where they lie in one
/// called `clusters`, or look alike below their names: `main/flux` and `test/flux`.
fn names_of_folders(roots: &[SyncRoot], sources: &Sources) -> Vec<String> {
    let folder = |root: &SyncRoot| path::parent(&sources.file(root.span.file).path).to_owned();
    let folders: Vec<String> = roots.iter().map(folder).collect();
    let parts: Vec<Vec<&str>> = folders.iter().map(|folder| folder.split('/').collect()).collect();
    let common = common_parts(&parts);
    let below: BTreeSet<&[&str]> =
        parts.iter().map(|path| path.get(common + 1..).unwrap_or_default()).collect();
    let alike = below.len() == 1 && below.iter().all(|rest| !rest.is_empty());
    let in_clusters =
        common > 0 && parts.first().is_some_and(|path| path[common - 1] == "clusters");
    if alike || in_clusters {
        return cluster_names(folders.iter().map(String::as_str));
    }
    vec![]
}

/// A repository without Flux: its objects as declared.
pub(crate) fn declared(documents: &Documents) -> Effective {
    let mut effective = Effective::default();
    for document in documents.iter() {
        let via = Via::default();
        if let Some(object) = Object::from_document(document, via).filter(is_kubernetes) {
            effective.reached.insert(object.file);
            effective.objects.push(object);
        }
    }
    effective
}

/// Whether it is for a cluster: not for kustomize, Talos, or a tool on somebody's desk.
fn is_kubernetes(object: &Object) -> bool {
    let for_tools = ["kustomize.config.k8s.io", "kubeadm.k8s.io", "kind.x-k8s.io"];
    let version = object.version.as_str();
    !for_tools.contains(&object.group.as_str())
        && version.starts_with('v')
        && !(object.group.is_empty() && version != "v1")
}

impl SyncRoot {
    /// The source's name as a node's text would be compared.
    pub(crate) fn is_source(&self, name: &str, url: Option<&str>) -> bool {
        name == self.source
            || url.is_some_and(|url| self.url.as_deref().is_some_and(|own| same(own, url)))
    }
}

fn same(left: &str, right: &str) -> bool {
    let plain = |url: &str| {
        url.trim_start_matches("ssh://git@")
            .trim_start_matches("https://")
            .trim_end_matches(".git")
            .to_owned()
    };
    plain(left) == plain(right)
}
