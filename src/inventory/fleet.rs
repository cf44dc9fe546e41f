//! The machines that one folder declares: [`Fleet`].
//!
//! In: what the readers of talhelper, topf and plain Talos files find. Out: the fleet of one
//! cluster. A repository may hold several; it never merges two.

use super::fact::{Fact, Source};
use super::model::{Node, Platform};
use crate::diagnostic::Diagnostic;
use crate::source::{Document, Documents, File, FileId, Root, Sources, path};

/// The machines of one cluster as one tool declares them.
pub(crate) struct Fleet {
    /// Folder of its files.
    pub(crate) folder: String,
    /// Name that the configuration gives the cluster.
    pub(crate) cluster_name: Fact<String>,
    pub(crate) platform: Platform,
    pub(crate) nodes: Vec<Node>,
    /// Default routers that machines use.
    pub(crate) gateways: Vec<Fact<String>>,
    /// Subnets that node addresses are taken from.
    pub(crate) node_cidrs: Vec<Fact<String>>,
    /// The file that declares it; none for the fleet of a repository without machines.
    pub(crate) source: Option<Source>,
}

/// The fleet of `cluster`: one with that name among its folders, or as its own name.
///
/// Where several remain the first one by path is taken, and a note lists them.
pub(crate) fn choose(
    fleets: Vec<Fleet>,
    cluster: Option<&str>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Fleet> {
    let mut fleets: Vec<_> = fleets.into_iter().filter(|fleet| !fleet.nodes.is_empty()).collect();
    fleets.sort_by_cached_key(|fleet| fleet.source.as_ref().map(|source| source.path.clone()));
    if fleets.iter().any(|fleet| !is_draft(&fleet.folder)) {
        fleets.retain(|fleet| !is_draft(&fleet.folder));
    }
    if fleets.len() > 1 {
        let wanted = |fleet: &Fleet| cluster.is_some_and(|cluster| is_of(fleet, cluster));
        if fleets.iter().any(wanted) {
            fleets.retain(wanted);
        }
    }
    if let [first, _, ..] = fleets.as_slice() {
        diagnostics.push(ambiguous(first, &fleets));
    }
    fleets.into_iter().next()
}

/// Whether a folder holds what another one is made from.
fn is_draft(folder: &str) -> bool {
    ["template", "templates", "example", "examples"].iter().any(|part| has_part(folder, part))
}

fn is_of(fleet: &Fleet, cluster: &str) -> bool {
    let named = fleet.cluster_name.get().is_some_and(|name| name == cluster);
    named || has_part(&fleet.folder, cluster)
}

/// Whether a folder is one of the parts of a path.
pub(crate) fn has_part(path: &str, folder: &str) -> bool {
    path.split('/').any(|part| part == folder)
}

fn ambiguous(first: &Fleet, fleets: &[Fleet]) -> Diagnostic {
    let folders: Vec<_> = fleets.iter().map(|fleet| format!("`{}`", fleet.folder)).collect();
    let message = format!("several folders declare machines: {}", folders.join(", "));
    let note = Diagnostic::note("inventory/several-fleets", message)
        .label("this one is shown")
        .help("name another one with `--cluster`");
    first.source.as_ref().map_or(note.clone(), |source| note.at(source.span))
}

/// A file with its documents.
#[derive(Clone, Copy)]
pub(crate) struct Parsed<'a> {
    pub(crate) id: FileId,
    pub(crate) file: &'a File,
    pub(crate) documents: &'a [Document],
}

impl Parsed<'_> {
    /// The folder of the file; empty at the root.
    pub(crate) fn folder(&self) -> &str {
        path::parent(&self.file.path)
    }

    /// The name without its endings.
    pub(crate) fn stem(&self) -> &str {
        let name = self.file.name();
        let name = name.strip_suffix(".j2").unwrap_or(name);
        name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml")).unwrap_or(name)
    }
}
/// All files of the repository that parsed, outside archives, sorted by path.
pub(crate) fn parsed<'a>(
    sources: &'a Sources,
    documents: &'a Documents,
) -> impl Iterator<Item = Parsed<'a>> {
    let all = sources.under(Root::Repository, "");
    all.filter(|(_, file)| !is_archived(&file.path))
        .map(|(id, file)| Parsed { id, file, documents: documents.of(id) })
        .filter(|parsed| !parsed.documents.is_empty())
}

fn is_archived(path: &str) -> bool {
    ["archive", ".archive", "_archive"].iter().any(|folder| has_part(path, folder))
}
