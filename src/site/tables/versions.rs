//! Tables of versions: of the platform, of charts, and of what other objects name.
//!
//! In: the cluster's apps and version notes. Out: tables with one row for each version; images have
//! theirs beside the apps.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Artifact, ArtifactKind, Chart};

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, SourceView, Table};

/// A chart with the apps that use it and the places that say so.
type Users<'a> = (&'a Chart, Vec<LinkView>, Vec<SourceView>);

/// Helm charts, one row for each version, with the apps that use it.
pub(crate) fn charts(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("chart", "Chart"),
        Column::text("version", "Version"),
        Column::text("repository", "From"),
        Column::text("apps", "Used by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Helm charts", "No Helm chart is used.", columns);
    let mut users: BTreeMap<[String; 3], Users<'_>> = BTreeMap::new();
    for app in scope.cluster.apps.iter().filter(|app| scope.includes(&app.id)) {
        let Some(chart) = &app.chart else { continue };
        let key = [&chart.name, &chart.version, &chart.repository].map(|it| it.shown().to_owned());
        let entry = users.entry(key).or_insert_with(|| (chart, vec![], vec![]));
        entry.1.push(scope.links.app_link(&app.id));
        let place = chart.version.source.as_ref().or(chart.name.source.as_ref());
        entry.2.extend(place.map(|source| scope.links.source(source)));
    }
    for (chart, apps, mut sources) in users.into_values() {
        let links = scope.links;
        sources.dedup();
        table.row(vec![
            Cell::fact(links.fact(&chart.name)),
            Cell::code(links.fact(&chart.version)),
            Cell::code(links.fact(&chart.repository)),
            Cell::links(apps, "—"),
            Cell::Sources { sources },
        ]);
    }
    table
}

/// Every place that names a version of the platform.
pub(crate) fn versions(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("component", "Component"),
        Column::text("version", "Version"),
        Column::text("origin", "Kind of place"),
        Column::text("source", "Source"),
    ];
    let empty = "No version of the platform is declared.";
    let mut table = Table::new("Versions of the platform", empty, columns);
    for note in &scope.cluster.versions {
        let place = note.version.source.as_ref().map(|source| scope.source(source));
        table.row(vec![
            Cell::name(&note.component, None),
            Cell::code(scope.links.fact(&note.version)),
            Cell::text(&note.origin),
            place.unwrap_or_else(|| Cell::text("")),
        ]);
    }
    table
}

/// Charts and images that objects name which are no apps.
pub(crate) fn artifacts(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("artifact", "What"),
        Column::text("version", "Version"),
        Column::text("digest", "Digest"),
        Column::text("user", "Named by"),
        Column::text("renovate", "Renovate looks at"),
        Column::text("source", "Source"),
    ];
    let empty = "No object beside apps names a chart or an image.";
    let mut table = Table::new("Named by other objects", empty, columns);
    let apps: BTreeSet<&str> = scope.cluster.apps.iter().map(|app| app.id.as_str()).collect();
    let other = |it: &&Artifact| !apps.contains(it.user.as_str()) && scope.includes(&it.user);
    for artifact in scope.cluster.artifacts.iter().filter(other) {
        table.row(artifact_row(scope, artifact));
    }
    table.without_empty_columns(&["digest", "renovate"])
}

fn artifact_row(scope: Scope<'_>, artifact: &Artifact) -> Vec<Cell> {
    let links = scope.links;
    let kind = match artifact.kind {
        ArtifactKind::Chart => "chart",
        ArtifactKind::Image => "image",
    };
    let renovate = artifact.renovate.as_ref();
    vec![
        Cell::noted(artifact.name.shown(), None, kind),
        Cell::code(links.fact(&artifact.version)),
        Cell::code(links.fact(&artifact.digest)),
        Cell::text(&artifact.user),
        Cell::text(
            renovate.map_or_else(String::new, |it| format!("{} {}", it.datasource, it.name)),
        ),
        scope.source(&artifact.source),
    ]
}

/// How updates are looked for.
pub(crate) fn renovate(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("file", "File"),
        Column::text("extends", "Extends"),
        Column::text("groups", "Groups"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Renovate", "No configuration of Renovate was found.", columns);
    for config in &scope.cluster.renovate_configs {
        table.row(vec![
            Cell::code(super::fact_of(&config.source.path)),
            Cell::codes(scope.links.facts(&config.extends), "nothing"),
            Cell::facts(scope.links.facts(&config.groups), "none"),
            scope.source(&config.source),
        ]);
    }
    table
}
