//! Tables of what runs: apps, images, routes, namespaces and kinds.
//!
//! In: the cluster's workloads. Out: tables with one row for each; secrets are not listed here.

use std::collections::BTreeMap;

use crate::inventory::{App, Image, KindCount, MADE, RenderedObject, Route};

use super::Scope;
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, LinkView, SourceView, Table};

/// Apps, each a link to its page.
pub(crate) fn apps(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("app", "App"),
        Column::text("namespace", "Namespace"),
        Column::text("chart", "Chart"),
        Column::text("version", "Version"),
        Column::number("images", "Images"),
        Column::text("routes", "Reached at"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Apps", "No app is declared.", columns);
    for app in scope.cluster.apps.iter().filter(|app| scope.includes(&app.id)) {
        table.row(app_row(scope, app));
    }
    table
}

fn app_row(scope: Scope<'_>, app: &App) -> Vec<Cell> {
    let links = scope.links;
    let chart = app.chart.as_ref();
    let name = chart.map_or_else(|| Cell::text(&app.kind), |it| Cell::fact(links.fact(&it.name)));
    let version = chart.map_or_else(|| Cell::text(""), |it| Cell::code(links.fact(&it.version)));
    vec![
        Cell::Name {
            source: None,
            text: app.name.clone(),
            href: links.app(&app.id),
            note: app.purpose.get().cloned().unwrap_or_default(),
            svg: String::new(),
        },
        Cell::text(&app.namespace),
        name,
        version,
        Cell::number(app.images.len()),
        Cell::codes(app_hostnames(scope, app), "—"),
        Cell::Source { source: links.source(&app.source) },
    ]
}

/// The first host names of an app; one line says how many more there are.
fn app_hostnames(scope: Scope<'_>, app: &App) -> Vec<FactView> {
    let routes = scope.cluster.routes.iter().filter(|route| app.routes.contains(&route.id));
    let mut names: Vec<FactView> =
        routes.flat_map(|route| scope.links.facts(&route.hostnames)).collect();
    names.dedup_by(|later, earlier| later.text == earlier.text && later.state == earlier.state);
    if names.len() > 3 {
        let more = format!("and {} more", names.len() - 2);
        names.truncate(2);
        names.push(FactView { state: "note", text: more, reason: String::new(), source: None });
    }
    names
}

/// An image with the apps that use it and the places that say so.
type Users<'a> = (&'a Image, Vec<LinkView>, Vec<SourceView>);

/// Images, each with the apps that use it.
pub(crate) fn images(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("image", "Image"),
        Column::text("tag", "Tag"),
        Column::text("digest", "Digest"),
        Column::text("apps", "Used by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Images", "No image is declared.", columns);
    let mut users: BTreeMap<(String, String, String), Users<'_>> = BTreeMap::new();
    for app in scope.cluster.apps.iter().filter(|app| scope.includes(&app.id)) {
        for image in &app.images {
            let text = |fact: &crate::inventory::Fact<String>| fact.shown().to_owned();
            let key = (text(&image.repository), text(&image.tag), text(&image.digest));
            let link = scope.links.app_link(&app.id);
            let entry = users.entry(key).or_insert_with(|| (image, vec![], vec![]));
            entry.1.push(link);
            let place = image.tag.source.as_ref().or(image.repository.source.as_ref());
            entry.2.extend(place.map(|source| scope.links.source(source)));
        }
    }
    for (image, apps, sources) in users.into_values() {
        let mut cells = image_cells(scope.links, image);
        cells.push(Cell::links(apps, "—"));
        cells.push(Cell::Sources { sources });
        table.row(cells);
    }
    table.without_empty_columns(&["digest"])
}

/// Repository, tag and shortened digest of an image.
pub(crate) fn image_cells(links: Links<'_>, image: &Image) -> Vec<Cell> {
    vec![
        Cell::code(links.fact(&image.repository)),
        Cell::code(links.fact(&image.tag)),
        Cell::code(links.fact(&image.digest)),
    ]
}

/// Routes from host names to apps.
pub(crate) fn routes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("hostnames", "Host name"),
        Column::text("app", "Leads to"),
        Column::text("gateways", "By way of"),
        Column::text("kind", "Kind"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Routes", "No route is declared.", columns);
    for route in scope.cluster.routes.iter().filter(|route| scope.includes(&route.id)) {
        let target = match &route.app {
            Some(app) => Cell::links(vec![scope.links.app_link(app)], ""),
            None => Cell::codes(scope.links.facts(&route.backends), "—"),
        };
        table.row(route_cells(scope.links, route, Some(target)));
    }
    table
}

/// A route's host names, target (where asked for), gateways, kind and source.
pub(crate) fn route_cells(links: Links<'_>, route: &Route, target: Option<Cell>) -> Vec<Cell> {
    let mut gateways: Vec<FactView> = route
        .gateways
        .iter()
        .map(|id| FactView {
            state: "known",
            text: id.clone(),
            reason: String::new(),
            source: None,
        })
        .collect();
    for missing in &route.missing_gateways {
        let mut view = links.fact(missing);
        if view.is_known() {
            view.state = "missing";
            "no gateway of this name is declared in the repository".clone_into(&mut view.reason);
        }
        gateways.push(view);
    }
    let kind = if route.from_values { "from chart values" } else { "" };
    let mut cells = vec![Cell::codes(links.facts(&route.hostnames), "any host name")];
    cells.extend(target);
    cells.extend([
        Cell::Facts { facts: gateways, code: false, none: "—".to_owned() },
        Cell::Name {
            source: None,
            text: route.kind.clone(),
            href: None,
            note: kind.to_owned(),
            svg: String::new(),
        },
        Cell::Source { source: links.source(&route.source) },
    ]);
    cells
}

/// Namespaces.
pub(crate) fn namespaces(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("namespace", "Namespace"),
        Column::number("apps", "Apps"),
        Column::text("pod_security", "Pod Security"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Namespaces", "No namespace is declared.", columns);
    for namespace in &scope.cluster.namespaces {
        table.row(vec![
            Cell::name(&namespace.name, None),
            Cell::number(namespace.apps.len()),
            Cell::fact(scope.links.fact(&namespace.pod_security)),
            Cell::Source { source: scope.links.source(&namespace.source) },
        ]);
    }
    table
}

/// How many objects there are of each kind.
pub(crate) fn kinds(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("kind", "Kind"),
        Column::text("group", "API group"),
        Column::number("count", "Objects"),
    ];
    let mut table = Table::new("Kinds of objects", "No object is declared.", columns);
    for kind in &scope.cluster.kinds {
        let group = if kind.group.is_empty() { "core" } else { &kind.group };
        table.row(vec![Cell::name(&kind.kind, None), Cell::text(group), Cell::number(kind.count)]);
    }
    table
}

/// Objects that an app's chart makes, where a folder of rendered manifests was read.
pub(crate) fn rendered(scope: Scope<'_>, app: &App) -> Table {
    let columns = vec![
        Column::text("kind", "Kind"),
        Column::text("name", "Name"),
        Column::text("source", "Line of the rendered folder"),
    ];
    let mut table = Table::new("What the chart makes", "No rendered object is known.", columns);
    let own = |one: &&RenderedObject| one.app.as_ref() == Some(&app.id);
    for object in scope.cluster.rendered.iter().filter(own) {
        table.row(vec![
            Cell::text(&object.kind),
            Cell::name(&object.id, None),
            scope.source(&object.source),
        ]);
    }
    table
}

/// Counts without and with what charts make, where a folder of rendered manifests was read.
pub(crate) fn made(scope: Scope<'_>) -> Table {
    let cluster = scope.cluster;
    let columns = vec![
        Column::text("kind", "Kind"),
        Column::number("declared", "Without"),
        Column::number("count", "With what charts make"),
    ];
    let mut table = Table::new("With what charts make", "Nothing was rendered.", columns);
    for (name, group, kind) in MADE {
        let Some(count) = cluster.rendered_counts.get(name).filter(|count| **count > 0) else {
            continue;
        };
        let of_kind = |one: &&KindCount| one.kind == kind && one.group == group;
        let objects = || cluster.kinds.iter().find(of_kind).map_or(0, |one| one.count);
        let declared = cluster.counts.get(name).copied().unwrap_or_else(objects);
        table.row(vec![Cell::name(kind, None), Cell::number(declared), Cell::number(*count)]);
    }
    table
}
