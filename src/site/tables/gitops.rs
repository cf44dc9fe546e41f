//! Tables of how Flux applies the repository: roots, Kustomizations and what they wait for.
//!
//! In: the cluster's Kustomizations. Out: tables with one row for each.

use std::collections::BTreeMap;

use crate::inventory::{Cluster, Kustomization};

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, Table};

/// Flux Kustomizations, with what they wait for and what waits for them.
pub(crate) fn kustomizations(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("kustomization", "Kustomization"),
        Column::text("depends_on", "Waits for"),
        Column::text("needed_by", "Needed by"),
        Column::number("objects", "Objects"),
        Column::text("path", "Folder"),
        Column::text("source", "Source"),
    ];
    let mut table =
        Table::new("Flux Kustomizations", "No Flux Kustomization is declared.", columns);
    let needed_by = needed_by(scope.cluster);
    let apps = apps(scope.cluster);
    let listed = |id: &str| scope.includes(id);
    for entry in scope.cluster.kustomizations.iter().filter(|entry| listed(&entry.id)) {
        let note = if entry.external { "applies another repository" } else { "" };
        table.row(vec![
            Cell::noted(&entry.id, page(scope, &apps, &entry.id), note),
            Cell::links(waits_for(scope, &apps, entry), "nothing"),
            Cell::links(needing(scope, &apps, needed_by.get(entry.id.as_str())), "nothing"),
            Cell::number(entry.objects),
            Cell::code(scope.links.fact(&entry.path)),
            scope.source(&entry.source),
        ]);
    }
    table
}

/// Ids of the apps that each Kustomization applies.
type Applied<'a> = BTreeMap<&'a str, Vec<&'a str>>;

fn apps(cluster: &Cluster) -> Applied<'_> {
    let mut found = Applied::new();
    for app in &cluster.apps {
        if let Some(id) = &app.kustomization {
            found.entry(id).or_default().push(&app.id);
        }
    }
    found
}

fn needed_by(cluster: &Cluster) -> BTreeMap<&str, Vec<&str>> {
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for entry in &cluster.kustomizations {
        for wait in &entry.depends_on {
            found.entry(&wait.id).or_default().push(&entry.id);
        }
    }
    found
}

/// The page of the one app that a Kustomization applies; none where there are several.
fn page(scope: Scope<'_>, apps: &Applied<'_>, id: &str) -> Option<String> {
    match apps.get(id).map(Vec::as_slice) {
        Some([only]) => scope.links.app(only),
        _ => None,
    }
}

/// The page of the one app that a Kustomization applies.
pub(crate) fn kustomization_page(scope: Scope<'_>, id: &str) -> Option<String> {
    let of = |app: &&crate::inventory::App| app.kustomization.as_deref() == Some(id);
    let mut apps = scope.cluster.apps.iter().filter(of);
    let first = apps.next()?;
    apps.next().is_none().then(|| scope.links.app(&first.id)).flatten()
}

fn waits_for(scope: Scope<'_>, apps: &Applied<'_>, entry: &Kustomization) -> Vec<LinkView> {
    let waits = entry.depends_on.iter();
    waits
        .map(|wait| {
            let text = if wait.exists { wait.id.clone() } else { format!("{} (missing)", wait.id) };
            LinkView { text, href: page(scope, apps, &wait.id) }
        })
        .collect()
}

fn needing(scope: Scope<'_>, apps: &Applied<'_>, ids: Option<&Vec<&str>>) -> Vec<LinkView> {
    let link = |id: &&str| LinkView { text: (*id).to_owned(), href: page(scope, apps, id) };
    ids.into_iter().flatten().map(link).collect()
}

/// Dependencies on Kustomizations that are declared nowhere.
pub(crate) fn missing_dependencies(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("kustomization", "Kustomization"),
        Column::text("depends_on", "Waits for"),
        Column::text("source", "Source"),
    ];
    let empty = "No Kustomization waits for one that is declared nowhere.";
    let mut table = Table::new("Dependencies that lead nowhere", empty, columns);
    for entry in scope.cluster.kustomizations.iter().filter(|it| scope.includes(&it.id)) {
        for wait in entry.depends_on.iter().filter(|wait| !wait.exists) {
            table.row(vec![
                Cell::name(&entry.id, None),
                Cell::facts(vec![super::missing(&wait.id)], ""),
                scope.source(&wait.source),
            ]);
        }
    }
    table
}

/// Folders that Flux starts from.
pub(crate) fn sync_roots(scope: Scope<'_>) -> Table {
    let columns = vec![Column::text("path", "Folder"), Column::text("source", "Named by")];
    let empty = "No folder that Flux starts from was found.";
    let mut table = Table::new("Where Flux starts", empty, columns);
    for root in &scope.cluster.sync_roots {
        let path = if root.path.is_empty() { "." } else { root.path.as_str() };
        table.row(vec![Cell::code(super::fact_of(path)), scope.source(&root.source)]);
    }
    table
}

/// Kustomizations whose objects are in another repository.
pub(crate) fn external_kustomizations(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("kustomization", "Kustomization"),
        Column::text("path", "Folder there"),
        Column::text("source", "Source"),
    ];
    let empty = "No Kustomization applies another repository.";
    let mut table = Table::new("Kustomizations of other repositories", empty, columns);
    let external = |it: &&Kustomization| it.external && scope.includes(&it.id);
    for entry in scope.cluster.kustomizations.iter().filter(external) {
        table.row(vec![
            Cell::name(&entry.id, None),
            Cell::code(scope.links.fact(&entry.path)),
            scope.source(&entry.source),
        ]);
    }
    table
}
