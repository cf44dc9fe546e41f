//! Documents → the objects that Flux would apply: [`walk`].
//!
//! In: all documents of a repository. Out: [`Effective`]: one object for each inclusion, with its
//! namespace, patches and variables as Flux and kustomize do them, and the steps that led to it.
//! Without Flux, what Argo CD would apply.
//! Charts are not rendered, remote bases are not fetched, and other repositories are not read: each
//! is named as such. A repository with neither gives its objects as declared.

mod argo;
pub mod envsubst;
mod flux;
mod generate;
mod ignored;
mod kustomize;
mod labels;
mod lookup;
mod object;
mod patch;
mod plain;
mod release;
mod rendered;
mod replace;
mod resource_set;
mod roots;
mod substitute;
mod transform;

use std::collections::BTreeSet;

pub use object::{Object, Step, Via};
pub use release::{ChartRef, ChartRelease, Release};
pub use rendered::Rendered;
use roots::Chosen;
pub use roots::SyncRoot;

use crate::diagnostic::Diagnostic;
use crate::source::{Documents, FileId, Node, Sources, Span};

/// The API group of Flux Kustomizations.
pub const FLUX_KUSTOMIZE: &str = "kustomize.toolkit.fluxcd.io";
/// The API group of Flux' `HelmRelease`s.
pub const FLUX_HELM: &str = "helm.toolkit.fluxcd.io";
/// The API group of Flux' sources.
pub const FLUX_SOURCE: &str = "source.toolkit.fluxcd.io";

/// What Flux would apply.
#[derive(Debug, Default)]
pub struct Effective {
    /// The folders that Flux starts from; none in a repository without Flux.
    pub sync_roots: Vec<SyncRoot>,
    /// Names of all clusters that the repository holds, where there are several.
    pub clusters: Vec<String>,
    /// The one of them that was walked.
    pub cluster: Option<String>,
    /// Flux Kustomizations in the order of the walk.
    pub kustomizations: Vec<FluxKustomization>,
    /// All objects in the order of the walk, Flux Kustomizations among them.
    pub objects: Vec<Object>,
    /// What charts make besides, where a folder of rendered manifests was read.
    pub rendered: Vec<Rendered>,
    /// Charts that something else than a `HelmRelease` installs.
    pub charts: Vec<ChartRelease>,
    /// Bases that are not in this repository.
    pub remotes: Vec<Remote>,
    /// What is known to be applied, but not what it holds.
    pub unseen: Vec<Unseen>,
    /// Files that the walk came to.
    pub reached: BTreeSet<FileId>,
}

impl Effective {
    /// The objects of one kind of one API group.
    pub fn of<'a>(&'a self, group: &'a str, kind: &'a str) -> impl Iterator<Item = &'a Object> {
        self.objects.iter().filter(move |object| object.is(group, kind))
    }
}

/// A Flux Kustomization and what is known about it.
#[derive(Debug)]
pub struct FluxKustomization {
    /// Namespace after kustomize.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// `spec.path` as it stands after substitution.
    pub path: Option<Node>,
    /// What it waits for.
    pub depends_on: Vec<DependsOn>,
    /// The source, where it is another repository.
    pub external: Option<String>,
    /// How many objects it applies.
    pub objects: usize,
    /// Where it is declared.
    pub span: Span,
}

impl FluxKustomization {
    /// `namespace/name`.
    pub fn id(&self) -> String {
        format!("{}/{}", self.namespace, self.name)
    }
}

/// An edge of the dependency graph.
#[derive(Debug)]
pub struct DependsOn {
    /// Namespace that is meant: the Kustomization's own where none is written.
    pub namespace: String,
    /// Name.
    pub name: String,
    /// Where it is written.
    pub span: Span,
}

/// A base that is not in this repository.
#[derive(Clone, Debug)]
pub struct Remote {
    /// URL as written.
    pub url: String,
    /// Where it is written.
    pub span: Span,
}

/// Something that is applied and cannot be read here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unseen {
    /// What is missing from the objects.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Where it is named.
    pub span: Option<Span>,
}

/// Walks from the sync roots of the chosen cluster through everything that Flux would apply.
///
/// `cluster` chooses among several clusters in one repository by name; without it the first is
/// taken, and a diagnostic lists them.
pub fn walk(
    sources: &Sources,
    documents: &Documents,
    cluster: Option<&str>,
) -> (Effective, Vec<Diagnostic>) {
    let Chosen { roots, known, cluster, mut diagnostics } =
        roots::find(sources, documents, cluster);
    let (mut effective, wrong) = if roots.is_empty() {
        argo::walk(sources, documents)
            .unwrap_or_else(|| (plain::declared(sources, documents), vec![]))
    } else {
        flux::walk(sources, documents, roots)
    };
    let of_k3s = |object| ChartRelease::of_k3s(object, sources);
    let charts: Vec<ChartRelease> = effective.objects.iter().filter_map(of_k3s).collect();
    effective.charts.extend(charts);
    let (rendered, strays) = rendered::join(sources, documents, &effective);
    effective.rendered = rendered;
    diagnostics.extend(strays);
    (effective.clusters, effective.cluster) = (known, cluster);
    diagnostics.extend(wrong);
    (effective, diagnostics)
}

#[cfg(test)]
mod reference;
#[cfg(test)]
mod tests;
