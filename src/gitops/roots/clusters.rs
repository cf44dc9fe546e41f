//! The clusters of a repository: names for roots, and the choice among them.
//!
//! In: roots with a name each. Out: the roots of one cluster, and what is to be said about the
//! others. It never merges two clusters.

use std::collections::{BTreeMap, BTreeSet};

use super::SyncRoot;
use crate::diagnostic::Diagnostic;
use crate::source::{Sources, path};

/// The roots of one cluster.
pub(crate) struct Chosen {
    pub(crate) roots: Vec<SyncRoot>,
    /// Names of all clusters, where there are several.
    pub(crate) known: Vec<String>,
    /// The name of the one that was taken, where there are several.
    pub(crate) cluster: Option<String>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Keeps the roots of one cluster; `names` has one for each root, or none where all are of one.
pub(crate) fn choose(
    roots: Vec<SyncRoot>,
    names: Vec<String>,
    wanted: Option<&str>,
    sources: &Sources,
) -> Chosen {
    let mut known: Vec<String> = names.clone();
    known.sort();
    known.dedup();
    if known.len() < 2 {
        return Chosen { roots, known: vec![], cluster: None, diagnostics: vec![] };
    }
    let found = wanted.and_then(|wanted| by_name(wanted, &roots, &names, sources));
    let diagnostics = match (&found, wanted) {
        (Some(_), _) => vec![],
        (None, Some(wanted)) => vec![unknown(wanted, &known)],
        (None, None) => vec![several(&known)],
    };
    let name = found.unwrap_or_else(|| known[0].clone());
    let kept = roots.into_iter().zip(names).filter(|(_, own)| *own == name);
    let roots = kept.map(|(root, _)| root).collect();
    Chosen { roots, known, cluster: Some(name), diagnostics }
}

/// The cluster of that name, or the only one in whose paths a folder has that name.
fn by_name(
    wanted: &str,
    roots: &[SyncRoot],
    names: &[String],
    sources: &Sources,
) -> Option<String> {
    if names.iter().any(|name| name == wanted) {
        return Some(wanted.to_owned());
    }
    let has = |path: &str| path.split('/').any(|part| part == wanted);
    let holds = |root: &SyncRoot| has(&root.path) || has(&sources.file(root.span.file).path);
    let fitting: BTreeSet<&String> =
        roots.iter().zip(names).filter(|(root, _)| holds(root)).map(|(_, name)| name).collect();
    fitting.first().filter(|_| fitting.len() == 1).map(|name| (*name).clone())
}

fn unknown(wanted: &str, known: &[String]) -> Diagnostic {
    Diagnostic::error("flux/cluster-unknown", format!("there is no cluster `{wanted}`"))
        .help(format!("choose one of: {}", known.join(", ")))
        .suggest(wanted, known.iter().map(String::as_str))
}

fn several(known: &[String]) -> Diagnostic {
    let message =
        format!("this repository holds {} clusters; `{}` is shown", known.len(), known[0]);
    Diagnostic::warning("flux/several-clusters", message)
        .help(format!("choose with --cluster: {}", known.join(", ")))
}

/// The part of each path in which the paths differ, one name for each.
///
/// A path that ends where the others go on is named by its last part.
pub(super) fn of_paths<'a>(paths: impl Iterator<Item = &'a str>) -> Vec<String> {
    let paths: Vec<Vec<&str>> = paths.map(|path| path.split('/').collect()).collect();
    let common = common_parts(&paths);
    let name = |path: &Vec<&str>| path.get(common).or(path.last()).map(|name| (*name).to_owned());
    paths.iter().map(|path| name(path).unwrap_or_default()).collect()
}

/// How many parts all paths begin with.
fn common_parts(paths: &[Vec<&str>]) -> usize {
    let Some(first) = paths.first() else { return 0 };
    (0..first.len())
        .take_while(|idx| paths.iter().all(|path| path.get(*idx) == first.get(*idx)))
        .count()
}

/// Folders that divide one cluster by purpose, and are no clusters.
const PARTS: [&str; 16] = [
    "apps",
    "base",
    "bootstrap",
    "cluster",
    "common",
    "components",
    "config",
    "core",
    "crds",
    "flux",
    "infra",
    "infrastructure",
    "monitoring",
    "network",
    "platform",
    "system",
];

/// Names for Kustomizations that nothing applies, by the folders that they lie in.
///
/// One cluster may start from several folders. Folders are clusters only where they lie in one
/// called `clusters`, or look alike below their names: `main/flux` and `test/flux`.
pub(super) fn of_folders(roots: &[SyncRoot], sources: &Sources) -> Vec<String> {
    let folder = |root: &SyncRoot| path::parent(&sources.file(root.span.file).path).to_owned();
    let folders: Vec<String> = roots.iter().map(folder).collect();
    let parts: Vec<Vec<&str>> = folders.iter().map(|folder| folder.split('/').collect()).collect();
    let common = common_parts(&parts);
    let in_clusters = common > 0
        && parts.iter().all(|path| path.len() > common)
        && parts.first().is_some_and(|path| path[common - 1] == "clusters");
    if in_clusters || are_alike(&parts, common) {
        return of_paths(folders.iter().map(String::as_str));
    }
    vec![]
}

/// Whether the folders that differ at one part have a folder below them in common.
fn are_alike(parts: &[Vec<&str>], common: usize) -> bool {
    let mut below: BTreeMap<&str, BTreeSet<&[&str]>> = BTreeMap::new();
    for path in parts {
        let Some(name) = path.get(common).filter(|name| !PARTS.contains(name)) else {
            return false;
        };
        below.entry(name).or_default().insert(&path[common + 1..]);
    }
    let mut sets = below.into_values();
    let Some(first) = sets.next() else { return false };
    sets.fold(first, |shared, set| shared.intersection(&set).copied().collect())
        .iter()
        .any(|rest| !rest.is_empty())
}
