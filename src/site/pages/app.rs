//! The page of one app: what it is, how it gets into the cluster, what it uses and who needs it.
//!
//! In: an app and what the cluster says of its routes, claims and Kustomization. Out: facts, a
//! picture and tables. Secrets are named, never shown.

use serde::Serialize;

use crate::inventory::{App, Cluster, Kustomization, Workload};

use super::findings::{self, Block};
use super::picture::{self, Picture};
use super::{Made, TableSection, app_uses};
use crate::site::tables::{self, Scope};
use crate::site::view::{Cell, Column, FactView, LinkView, MarkerView, SourceView, Table};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    about: Vec<Line>,
    /// What is around it.
    pictures: Vec<Picture>,
    findings: Vec<Block>,
    chain: Vec<Step>,
    /// Tables before the workloads: images, routes, claims.
    tables: Vec<TableSection>,
    workloads: Vec<WorkloadView>,
    secrets: Vec<String>,
    /// What it has none of, as a sentence.
    absent: String,
    depends_on: Vec<Neighbour>,
    needed_by: Vec<Neighbour>,
    objects: Table,
    /// What its chart makes, where that was rendered.
    rendered: Table,
    source: SourceView,
}

/// A line of the list of facts.
#[derive(Serialize)]
struct Line {
    label: &'static str,
    facts: Vec<FactView>,
    code: bool,
    links: Vec<LinkView>,
    markers: Vec<MarkerView>,
}

/// A step from the sync root to the app.
#[derive(Serialize)]
struct Step {
    label: String,
    source: SourceView,
}

/// Something that makes pods.
#[derive(Serialize)]
struct WorkloadView {
    name: String,
    kind: String,
    replicas: FactView,
    /// Whether it runs a fixed number of pods.
    scales: bool,
    selector: Vec<Selector>,
    containers: Table,
    source: SourceView,
}

/// A node label that pods insist on.
#[derive(Serialize)]
struct Selector {
    key: String,
    value: FactView,
}

/// A Kustomization on the other end of a dependency, with its apps.
#[derive(Serialize)]
struct Neighbour {
    id: String,
    exists: bool,
    apps: Vec<LinkView>,
    source: SourceView,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>, app: &App) -> Made {
    let (depends_on, needed_by) = (depends_on(scope, app), needed_by(scope, app));
    let linked = !depends_on.is_empty() || !needed_by.is_empty();
    let (tables, empty): (Vec<_>, Vec<_>) = sections_with_tables(scope, app)
        .into_iter()
        .partition(|section| !section.table.rows.is_empty());
    let view = View {
        absent: absent(app, &empty, linked),
        about: about(scope, app),
        pictures: picture::named(Scope { app: Some(&app.id), ..scope }, "app"),
        findings: findings::of_app(scope, app),
        chain: chain(scope, app),
        tables,
        workloads: app.workloads.iter().map(|it| workload(scope, it)).collect(),
        secrets: app.secrets.clone(),
        depends_on,
        needed_by,
        objects: objects(scope, app),
        rendered: tables::rendered(scope, app),
        source: scope.links.source(&app.source),
    };
    let mut sections: Vec<(&str, &str)> = vec![("about", "What it is")];
    if !view.pictures.is_empty() {
        sections.push(("around", "Around it"));
    }
    if !view.findings.is_empty() {
        sections.push(("findings", "Findings"));
    }
    if !view.chain.is_empty() {
        sections.push(("chain", "How it gets here"));
    }
    sections.extend(view.tables.iter().map(|it| (it.id.as_str(), it.title.as_str())));
    if !view.workloads.is_empty() {
        sections.push(("workloads", "Workloads"));
    }
    if !view.secrets.is_empty() {
        sections.push(("secrets", "Secrets"));
    }
    if linked {
        sections.push(("dependencies", "Dependencies"));
    }
    if !view.objects.rows.is_empty() {
        sections.push(("objects", "Beside it"));
    }
    if !view.rendered.rows.is_empty() {
        sections.push(("rendered", "What its chart makes (rendered)"));
    }
    Made::new(&app.name, sentence(app), "pages/app.html", &view).sections(&sections)
}

/// What the app is, in words: its purpose where one is declared.
pub(crate) fn sentence(app: &App) -> String {
    if let Some(purpose) = app.purpose.get() {
        let purpose = words::sentence(purpose.trim());
        return if purpose.ends_with(['.', '!', '?']) { purpose } else { format!("{purpose}.") };
    }
    let chart = app.chart.as_ref().and_then(|chart| {
        let version = chart.version.get().filter(|version| version.len() < 24);
        Some((chart.name.get()?, version))
    });
    let from = match chart {
        Some((name, Some(version))) => format!(" of the chart {name} {version}"),
        Some((name, None)) => format!(" of the chart {name}"),
        None => String::new(),
    };
    format!("{} {}{from} in the namespace {}.", words::article(&app.kind), app.kind, app.namespace)
}

fn line(label: &'static str, facts: Vec<FactView>) -> Line {
    Line { label, facts, code: false, links: vec![], markers: vec![] }
}

fn about(scope: Scope<'_>, app: &App) -> Vec<Line> {
    let links = scope.links;
    let mut about = vec![line("Purpose", vec![links.fact(&app.purpose)])];
    if let Some(chart) = &app.chart {
        about.push(line("Chart", vec![links.fact(&chart.name)]));
        let code = |label, fact| Line { code: true, ..line(label, vec![fact]) };
        about.push(code("Version", links.fact(&chart.version)));
        about.push(code("From", links.fact(&chart.repository)));
    }
    let namespace = LinkView {
        text: app.namespace.clone(),
        href: Some(format!(
            "{}#{}",
            links.page("apps/index.html"),
            super::apps::section_id(&app.namespace)
        )),
    };
    about.push(Line { links: vec![namespace], ..line("Namespace", vec![]) });
    if !app.addresses.is_empty() {
        let facts = links.facts(&app.addresses);
        about.push(Line { code: true, ..line("Fixed addresses", facts) });
    }
    let markers = attached(scope, app);
    if !markers.is_empty() {
        about.push(Line { markers, ..line("Second networks", vec![]) });
    }
    if !app.gpus.is_empty() {
        about.push(Line { code: true, ..line("Graphics cards", links.facts(&app.gpus)) });
    }
    about.extend(app_uses::talk(scope.cluster, app).map(|(label, text)| {
        let fact = FactView { state: "known", text, reason: String::new(), source: None };
        line(label, vec![fact])
    }));
    about
}

/// The attachments that its pods use, with the marks of their networks.
fn attached(scope: Scope<'_>, app: &App) -> Vec<MarkerView> {
    let attachments = &scope.cluster.attachments;
    let used = attachments.iter().filter(|entry| app.attachments.contains(&entry.id));
    used.map(|attachment| {
        let network = tables::marker_of(scope.cluster, attachment.network.as_deref()).pop();
        let (svg, detail) = network
            .map_or_else(Default::default, |it| (it.svg, format!("{} · {}", it.label, it.detail)));
        MarkerView { svg, label: attachment.id.clone(), detail }
    })
    .collect()
}

fn chain(scope: Scope<'_>, app: &App) -> Vec<Step> {
    let step = |step: &crate::inventory::ChainStep| Step {
        label: step.label.clone(),
        source: scope.links.source(&step.source),
    };
    app.chain.iter().map(step).collect()
}

fn sections_with_tables(scope: Scope<'_>, app: &App) -> Vec<TableSection> {
    let mut sections = vec![
        TableSection::new("images", "Images", "", images(scope, app)),
        TableSection::new("routes", "Reached at", "", routes(scope, app)),
    ];
    sections.extend(app_uses::access(scope, app));
    sections.push(TableSection::new("storage", "Storage", "", claims(scope, app)));
    sections.extend(app_uses::uses(scope, app));
    sections
}

/// `No route and no Secret.`, for what readers may look for.
fn absent(app: &App, empty: &[TableSection], linked: bool) -> String {
    let mut none: Vec<&str> = empty.iter().map(|section| section.table.empty.as_str()).collect();
    if app.secrets.is_empty() {
        none.push("no Secret");
    }
    if !linked {
        none.push("no dependency");
    }
    if none.is_empty() {
        return String::new();
    }
    format!("{}.", words::sentence(&words::list(&none)))
}

fn images(scope: Scope<'_>, app: &App) -> Table {
    let columns = vec![
        Column::text("image", "Image"),
        Column::text("tag", "Tag"),
        Column::text("digest", "Digest"),
    ];
    let mut table = Table::new("Images", "no image outside the chart", columns);
    for image in &app.images {
        table.row(tables::image_cells(scope.links, image));
    }
    table
}

fn routes(scope: Scope<'_>, app: &App) -> Table {
    let columns = vec![
        Column::text("hostnames", "Host name"),
        Column::text("gateways", "By way of"),
        Column::text("kind", "Kind"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Routes", "no route", columns);
    for route in scope.cluster.routes.iter().filter(|route| app.routes.contains(&route.id)) {
        table.row(tables::route_cells(scope.links, route, None));
    }
    table
}

fn claims(scope: Scope<'_>, app: &App) -> Table {
    let mut table = Table::new("Volume claims", "no volume claim", tables::claim_columns());
    for claim in scope.cluster.claims.iter().filter(|claim| app.claims.contains(&claim.id)) {
        table.row(tables::claim_cells(scope, claim));
    }
    table.without_empty_columns(&["volume", "filled_from"])
}

fn workload(scope: Scope<'_>, workload: &Workload) -> WorkloadView {
    let selector = workload.node_selector.iter();
    WorkloadView {
        name: workload.name.clone(),
        kind: workload.kind.clone(),
        replicas: scope.links.fact(&workload.replicas),
        scales: matches!(workload.kind.as_str(), "Deployment" | "StatefulSet" | "ReplicaSet"),
        selector: selector
            .map(|(key, value)| Selector { key: key.clone(), value: scope.links.fact(value) })
            .collect(),
        containers: containers(scope, workload),
        source: scope.links.source(&workload.source),
    }
}

fn containers(scope: Scope<'_>, workload: &Workload) -> Table {
    let columns = vec![
        Column::text("container", "Container"),
        Column::text("image", "Image"),
        Column::number("cpu", "CPU asked"),
        Column::number("memory", "Memory asked"),
        Column::number("limit", "Memory at most"),
    ];
    let label = format!("Containers of {}", workload.name);
    let mut table = Table::new(&label, "No container can be seen.", columns);
    for container in &workload.containers {
        let links = scope.links;
        let image = container.image.as_ref();
        let note = if container.init { "runs before the others" } else { "" };
        table.row(vec![
            Cell::Name {
                source: None,
                text: container.name.clone(),
                href: None,
                note: note.to_owned(),
                svg: String::new(),
            },
            image.map_or_else(|| Cell::text("—"), |it| Cell::code(links.fact(&it.repository))),
            Cell::fact(links.fact(&container.cpu_request)),
            Cell::fact(links.fact(&container.memory_request)),
            Cell::fact(links.fact(&container.memory_limit)),
        ]);
    }
    table
}

fn kustomization<'a>(cluster: &'a Cluster, app: &App) -> Option<&'a Kustomization> {
    let id = app.kustomization.as_ref()?;
    cluster.kustomizations.iter().find(|entry| entry.id == *id)
}

/// The apps that a Kustomization applies.
fn apps_of(scope: Scope<'_>, id: &str) -> Vec<LinkView> {
    let apps = scope.cluster.apps.iter();
    let applied = apps.filter(|app| app.kustomization.as_deref() == Some(id));
    applied.map(|app| scope.links.app_link(&app.id)).collect()
}

fn depends_on(scope: Scope<'_>, app: &App) -> Vec<Neighbour> {
    let Some(own) = kustomization(scope.cluster, app) else { return vec![] };
    let edges = own.depends_on.iter();
    edges
        .map(|edge| Neighbour {
            id: edge.id.clone(),
            exists: edge.exists,
            apps: apps_of(scope, &edge.id),
            source: scope.links.source(&edge.source),
        })
        .collect()
}

fn needed_by(scope: Scope<'_>, app: &App) -> Vec<Neighbour> {
    let Some(own) = kustomization(scope.cluster, app) else { return vec![] };
    let mut found = Vec::new();
    for other in &scope.cluster.kustomizations {
        for edge in other.depends_on.iter().filter(|edge| edge.id == own.id) {
            found.push(Neighbour {
                id: other.id.clone(),
                exists: true,
                apps: apps_of(scope, &other.id),
                source: scope.links.source(&edge.source),
            });
        }
    }
    found
}

fn objects(scope: Scope<'_>, app: &App) -> Table {
    let columns = vec![
        Column::text("kind", "Kind"),
        Column::text("name", "Name"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Other objects", "No other object is declared.", columns);
    for object in &app.objects {
        table.row(vec![
            Cell::text(&object.kind),
            Cell::name(&object.name, None),
            Cell::Source { source: scope.links.source(&object.source) },
        ]);
    }
    table
}
