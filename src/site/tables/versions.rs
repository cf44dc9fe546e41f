//! Tables of versions: charts, each with the apps that use it.
//!
//! In: the cluster's apps. Out: tables with one row for each version; images have theirs beside the
//! apps.

use std::collections::BTreeMap;

use crate::inventory::Chart;

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, Table};

/// Helm charts, one row for each version, with the apps that use it.
pub(crate) fn charts(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("chart", "Chart"),
        Column::text("version", "Version"),
        Column::text("repository", "From"),
        Column::text("apps", "Used by"),
        Column::text("source", "Version set at"),
    ];
    let mut table = Table::new("Helm charts", "No Helm chart is used.", columns);
    let mut users: BTreeMap<[String; 3], (&Chart, Vec<LinkView>)> = BTreeMap::new();
    for app in scope.cluster.apps.iter().filter(|app| scope.includes(&app.id)) {
        let Some(chart) = &app.chart else { continue };
        let key = [&chart.name, &chart.version, &chart.repository].map(|it| it.shown().to_owned());
        let link = scope.links.app_link(&app.id);
        users.entry(key).or_insert_with(|| (chart, vec![])).1.push(link);
    }
    for (chart, apps) in users.into_values() {
        let links = scope.links;
        let place = chart.version.source.as_ref().or(chart.name.source.as_ref());
        table.row(vec![
            Cell::noted(chart.name.shown(), None, ""),
            Cell::code(links.fact(&chart.version)),
            Cell::code(links.fact(&chart.repository)),
            Cell::links(apps, "—"),
            place.map_or_else(|| Cell::text(""), |source| scope.source(source)),
        ]);
    }
    table
}
