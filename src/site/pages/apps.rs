//! The list of apps, by namespace.
//!
//! In: namespaces and apps. Out: one table for each namespace that has apps, and the picture of
//! those that hold too many for the picture of all.

use serde::Serialize;

use crate::inventory::Cluster;

use super::picture::{self, Picture};
use super::{Made, TableSection};
use crate::diagram::views::MOST_APPS;
use crate::site::tables::{self, Scope};
use crate::site::view::Cell;
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    namespaces: Vec<Space>,
}

/// A namespace's table, under its picture where the picture of all only counts its apps.
#[derive(Serialize)]
struct Space {
    #[serde(flatten)]
    section: TableSection,
    pictures: Vec<Picture>,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let namespaces = names(scope.cluster).into_iter().map(|name| {
        let apps = tables::apps(Scope { namespace: Some(name), ..scope });
        let keys = ["app", "chart", "version", "images", "routes", "source"].map(str::to_owned);
        let mut table = apps.select(&keys).expect("bug: the table of apps has these columns");
        table.name = "apps";
        // The row is about the app, so its file's name says enough.
        for cell in table.rows.iter_mut().flatten() {
            if let Cell::Source { source } = cell {
                source.short.clone_from(&source.tiny);
            }
        }
        table.label = format!("Apps in {name}");
        let is_full = table.rows.len() > MOST_APPS;
        let of_it = Scope { namespace: Some(name), ..scope };
        let pictures = if is_full { picture::named(of_it, "namespace") } else { Vec::new() };
        Space { section: TableSection::new(&section_id(name), name, "", table), pictures }
    });
    let view = View { namespaces: namespaces.collect() };
    let sections: Vec<(&str, &str)> = view
        .namespaces
        .iter()
        .map(|it| (it.section.id.as_str(), it.section.title.as_str()))
        .collect();
    Made::new("Apps", sentence(scope.cluster), "pages/apps.html", &view).sections(&sections)
}

/// Namespaces that have apps, in the order of the apps.
pub(crate) fn names(cluster: &Cluster) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for app in &cluster.apps {
        if !names.contains(&app.namespace.as_str()) {
            names.push(&app.namespace);
        }
    }
    names.sort_by(|one, other| natord::compare(one, other));
    names
}

/// The id of a namespace's section on this page.
pub(crate) fn section_id(namespace: &str) -> String {
    let keep = |character: char| {
        if character.is_ascii_alphanumeric() || character == '-' { character } else { '-' }
    };
    format!("ns-{}", namespace.chars().map(keep).collect::<String>())
}

/// In how many namespaces apps run, of how many there are, in words.
pub(crate) fn in_namespaces(cluster: &Cluster) -> String {
    let (used, declared) = (names(cluster).len(), cluster.namespaces.len());
    if used < declared {
        return format!("{} of {declared} namespaces", words::number(used));
    }
    words::count(used, "namespace", "namespaces")
}

/// How much runs, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let apps = cluster.apps.len();
    if apps == 0 {
        return "No app is declared in this repository.".to_owned();
    }
    let releases = cluster.apps.iter().filter(|app| app.chart.is_some()).count();
    let rest = apps - releases;
    let mut sentence = format!(
        "{} {} in {}.",
        words::count(apps, "app", "apps"),
        words::pick(apps, "runs", "run"),
        in_namespaces(cluster)
    );
    if releases > 0 && rest > 0 {
        let more = format!(
            " {} {} from {}; {} {} of plain manifests.",
            words::sentence(&words::number(releases)),
            words::pick(releases, "comes", "come"),
            words::pick(releases, "a Helm chart", "Helm charts"),
            words::number(rest),
            words::pick(rest, "is made", "are made")
        );
        sentence.push_str(&more);
    }
    words::sentence(&sentence)
}
