//! The GitOps page: where Flux starts, what it applies, and in which order.
//!
//! In: sync roots and Kustomizations. Out: tables with dependencies both ways; those that lead
//! nowhere stand first.

use crate::inventory::Cluster;

use super::lists::{self, Lists};
use super::picture;
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.sync_roots.len(), "start folder", "start folders"),
        (cluster.kustomizations.len(), "Kustomization", "Kustomizations"),
        (edges(cluster), "dependency", "dependencies"),
        (dangling(cluster), "that leads nowhere", "that lead nowhere"),
    ]);
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    let sections = vec![
        section("sync-roots", "Where Flux starts", "", tables::sync_roots(scope)),
        section(
            "missing",
            "Dependencies that lead nowhere",
            "Flux does not apply a Kustomization before what it waits for is ready.",
            tables::missing_dependencies(scope),
        ),
        section(
            "external",
            "From other repositories",
            "Their objects are not in this repository, so they are on no page.",
            tables::external_kustomizations(scope),
        ),
        section("kustomizations", "Kustomizations", "", tables::kustomizations(scope)),
    ];
    let (title, lead) = ("GitOps", sentence(cluster));
    let lists = Lists { title, lead, notes: vec![], figures, sections };
    lists.made_with("Order of applying", picture::named(scope, "flux"))
}

fn edges(cluster: &Cluster) -> usize {
    cluster.kustomizations.iter().map(|entry| entry.depends_on.len()).sum()
}

fn dangling(cluster: &Cluster) -> usize {
    let waits = cluster.kustomizations.iter().flat_map(|entry| &entry.depends_on);
    waits.filter(|wait| !wait.exists).count()
}

/// What Flux applies, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let all = cluster.kustomizations.len();
    if all == 0 && cluster.sync_roots.is_empty() {
        return "No folder that Flux starts from and no Flux Kustomization was found in this \
                repository."
            .to_owned();
    }
    let (edges, dangling) = (edges(cluster), dangling(cluster));
    let first = words::sentence(&format!(
        "{} {} applied",
        words::count(all, "Flux Kustomization", "Flux Kustomizations"),
        words::pick(all, "is", "are")
    ));
    let order = match edges {
        0 => "; none waits for another.".to_owned(),
        edges => format!(", with {}.", words::count(edges, "dependency", "dependencies")),
    };
    let lost = words::part(dangling, edges, "leads nowhere", "lead nowhere");
    lost.map_or_else(|| format!("{first}{order}"), |lost| format!("{first}{order} {lost}"))
}
