//! Tables of graphics cards and other devices: who has them, who asks, how they are shared.
//!
//! In: the cluster's devices. Out: tables with one row for each.

use crate::inventory::{Fact, Gpu, GpuRequest, Node, Schematic};

use super::Scope;
use super::backups::labelled;
use crate::site::view::{Cell, Column, FactView, LinkView, Table};

/// Requests for graphics cards.
pub(crate) fn gpu_requests(scope: Scope<'_>) -> Table {
    let mut columns = request_columns();
    columns.insert(0, Column::text("user", "Who asks"));
    let empty = "Nothing asks for a graphics card as a resource.";
    let mut table = Table::new("Requests for graphics cards", empty, columns);
    for request in
        scope.cluster.gpu_requests.iter().filter(|it| scope.lists(&it.user, it.app.as_ref()))
    {
        let href = request.app.as_ref().and_then(|app| scope.links.app(app));
        let mut cells = request_cells(scope, request);
        cells.insert(0, Cell::noted(&request.user, href, &request.kind));
        table.row(cells);
    }
    table.without_empty_columns(&["runtime_class"])
}

/// The columns of [`request_cells`].
fn request_columns() -> Vec<Column> {
    vec![
        Column::text("resource", "Resource"),
        Column::number("count", "For each pod"),
        Column::text("runtime_class", "Runtime class"),
        Column::text("node_selector", "Only on nodes with"),
        Column::text("nodes", "Nodes with a card that fit"),
        Column::text("idle", "May stop"),
        Column::text("source", "Source"),
    ]
}

/// What a request asks for, and where it can be met.
fn request_cells(scope: Scope<'_>, request: &GpuRequest) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::code(super::fact_of(&request.resource)),
        Cell::fact(links.fact(&request.count)),
        Cell::fact(links.fact(&request.runtime_class)),
        Cell::codes(labelled(links, &request.node_selector), "any label"),
        Cell::facts(fitting(scope, request), "none by declared labels"),
        Cell::text(if request.scales_to_zero { "scales to zero" } else { "no" }),
        scope.source(&request.source),
    ]
}

/// What asks for a card and may run on a node, as far as declared labels say.
fn landing(scope: Scope<'_>, node: &Node) -> Vec<LinkView> {
    let requests = scope.cluster.gpu_requests.iter().filter(|request| fits(node, request));
    requests.map(|request| scope.links.app_link(&request.user)).collect()
}

/// Nodes with a declared card whose declared labels meet what a request insists on.
fn fitting(scope: Scope<'_>, request: &GpuRequest) -> Vec<FactView> {
    let has_card = |node: &&Node| scope.cluster.gpus.iter().any(|gpu| gpu.node == node.name);
    let fitting = |node: &&Node| has_card(node) && fits(node, request);
    let nodes = scope.cluster.nodes.iter().filter(fitting);
    nodes.map(|node| super::fact_of(&node.name)).collect()
}

/// Whether a node has all labels that a request insists on.
fn fits(node: &Node, request: &GpuRequest) -> bool {
    let mut wanted = request.node_selector.iter();
    wanted.all(|(key, value)| value.get().is_some_and(|value| has_label(node, key, value)))
}

/// Whether a node has a label; that of its name it has without being told.
fn has_label(node: &Node, key: &str, value: &str) -> bool {
    let named = key == "kubernetes.io/hostname" && node.name == value;
    named || node.labels.get(key).and_then(Fact::get).is_some_and(|label| label == value)
}

/// Cards with what leads to and from them: host, node, slots and runtime.
pub(crate) fn gpu_cards(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("model", "Card"),
        Column::text("host", "Host"),
        Column::text("node", "Node"),
        Column::text("mapping", "Resource mapping"),
        Column::number("slots", "Pods that can share it"),
        Column::text("users", "Who may land on it"),
        Column::text("schematic", "Image schematic"),
        Column::text("labels", "Node labels"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Graphics cards", "No graphics card is declared.", columns);
    for gpu in &scope.cluster.gpus {
        table.row(card_row(scope, gpu));
    }
    table.without_empty_columns(&["host", "mapping", "slots", "schematic", "labels"])
}

fn card_row(scope: Scope<'_>, gpu: &Gpu) -> Vec<Cell> {
    let links = scope.links;
    let node = scope.cluster.nodes.iter().find(|node| node.name == gpu.node);
    let host = node.and_then(|node| node.host.clone()).unwrap_or_default();
    let schematic = node.map(|node| links.fact(&node.schematic));
    vec![
        Cell::fact(links.fact(&gpu.model)),
        Cell::text(host),
        Cell::text(&gpu.node),
        Cell::code(links.fact(&gpu.mapping)),
        Cell::fact(links.fact(&gpu.slots)),
        Cell::links(node.map(|node| landing(scope, node)).unwrap_or_default(), "nothing seen"),
        schematic.map_or_else(|| Cell::text(""), Cell::fact),
        Cell::codes(node.map(|node| labelled(links, &node.labels)).unwrap_or_default(), "none"),
        scope.source(&gpu.source),
    ]
}

/// How cards are shared.
pub(crate) fn gpu_sharing(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("object", "Declared by"),
        Column::text("mode", "How"),
        Column::text("resource", "Resource"),
        Column::number("replicas", "Pods that can share one"),
        Column::text("source", "Source"),
    ];
    let mut table =
        Table::new("How cards are shared", "No sharing of graphics cards is declared.", columns);
    for sharing in &scope.cluster.gpu_sharing {
        table.row(vec![
            Cell::name(&sharing.id, None),
            Cell::text(&sharing.mode),
            Cell::code(scope.links.fact(&sharing.resource)),
            Cell::fact(scope.links.fact(&sharing.replicas)),
            scope.source(&sharing.source),
        ]);
    }
    table
}

/// Claims of dynamic resource allocation.
pub(crate) fn device_claims(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("claim", "Device claim"),
        Column::text("kind", "Kind"),
        Column::text("classes", "Device classes"),
        Column::text("users", "Used by"),
        Column::text("source", "Source"),
    ];
    let empty = "No claim of dynamic resource allocation is declared.";
    let mut table = Table::new("Device claims", empty, columns);
    for claim in scope.cluster.device_claims.iter().filter(|it| scope.includes(&it.id)) {
        table.row(vec![
            Cell::name(&claim.id, None),
            Cell::text(&claim.kind),
            Cell::codes(scope.links.facts(&claim.device_classes), "none"),
            users(scope, &claim.users),
            scope.source(&claim.source),
        ]);
    }
    table
}

/// Objects whose pods name device claims.
pub(crate) fn device_users(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("user", "Who asks"),
        Column::text("claims", "Device claims"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Pods with device claims", "No pod names a device claim.", columns);
    for user in
        scope.cluster.device_users.iter().filter(|it| scope.lists(&it.user, it.app.as_ref()))
    {
        let href = user.app.as_ref().and_then(|app| scope.links.app(app));
        table.row(vec![
            Cell::noted(&user.user, href, &user.kind),
            Cell::codes(scope.links.facts(&user.claims), "none"),
            scope.source(&user.source),
        ]);
    }
    table
}

/// Device classes of dynamic resource allocation.
pub(crate) fn device_classes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("class", "Device class"),
        Column::text("selectors", "A device has to meet"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Device classes", "No device class is declared.", columns);
    for class in &scope.cluster.device_classes {
        table.row(vec![
            Cell::name(&class.name, None),
            Cell::codes(scope.links.facts(&class.selectors), "nothing"),
            scope.source(&class.source),
        ]);
    }
    table
}

/// Runtime classes.
pub(crate) fn runtime_classes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("class", "Runtime class"),
        Column::text("handler", "Handler"),
        Column::text("node_selector", "Only on nodes with"),
        Column::text("users", "Named by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Runtime classes", "No runtime class is declared.", columns);
    for class in &scope.cluster.runtime_classes {
        table.row(vec![
            Cell::name(&class.name, None),
            Cell::code(scope.links.fact(&class.handler)),
            Cell::codes(labelled(scope.links, &class.node_selector), "any label"),
            users(scope, &class.users),
            scope.source(&class.source),
        ]);
    }
    table
}

/// Talos image schematics.
pub(crate) fn schematics(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("schematic", "Schematic"),
        Column::text("extensions", "Extensions"),
        Column::text("kernel_args", "Kernel arguments"),
        Column::text("nodes", "Nodes"),
        Column::text("id", "Image Factory id"),
        Column::text("source", "Source"),
    ];
    let empty = "No Talos image schematic is in the repository.";
    let mut table = Table::new("Image schematics", empty, columns);
    for schematic in &scope.cluster.schematics {
        table.row(schematic_row(scope, schematic));
    }
    table
}

fn schematic_row(scope: Scope<'_>, schematic: &Schematic) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::name(&schematic.name, None),
        Cell::codes(links.facts(&schematic.extensions), "none"),
        Cell::codes(links.facts(&schematic.kernel_args), "none"),
        Cell::names(&schematic.nodes, "none by its id"),
        Cell::code(links.fact(&schematic.id)),
        scope.source(&schematic.source),
    ]
}

/// Objects, as links where they are apps.
fn users(scope: Scope<'_>, ids: &[String]) -> Cell {
    let links: Vec<LinkView> = ids.iter().map(|id| scope.links.app_link(id)).collect();
    Cell::links(links, "nothing")
}
