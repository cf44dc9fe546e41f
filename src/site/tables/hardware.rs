//! Tables of machines: hosts, virtual machines, nodes and graphics cards.
//!
//! In: the cluster's machines. Out: tables with one row for each. Columns that no machine fills
//! are left out.

use crate::inventory::{Fact, Interface, Network, Node, Role, Vm};

use super::{Scope, gibibytes, marker, mebibytes, network_label, row_id};
use crate::site::view::{Cell, Column, FactView, Table};

/// Hypervisors.
pub(crate) fn hosts(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("host", "Host"),
        Column::text("kind", "Kind"),
        Column::text("address", "Address"),
        Column::text("model", "Model"),
        Column::text("cpu", "Processor"),
        Column::number("threads", "Threads"),
        Column::number("memory", "Memory"),
        Column::number("vms", "Machines"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Hosts", "No hypervisor is declared.", columns);
    for host in &scope.cluster.hosts {
        let links = scope.links;
        table.row(vec![
            Cell::name(&host.name, None),
            Cell::text(&host.kind),
            Cell::code(links.fact(&host.address)),
            Cell::fact(links.fact(&host.model)),
            Cell::fact(links.fact(&host.cpu)),
            Cell::fact(links.fact(&host.threads)),
            Cell::fact(links.fact_as(&host.memory_gb, |gib| gibibytes(*gib))),
            Cell::number(host.vms.len()),
            Cell::Source { source: links.source(&host.source) },
        ]);
    }
    table
}

/// Switches, routers and the like, of the inventory file.
pub(crate) fn devices(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("device", "Device"),
        Column::text("kind", "What"),
        Column::text("model", "Model"),
        Column::text("address", "Address"),
        Column::number("ports", "Ports"),
        Column::text("disks", "Disks"),
        Column::text("rack", "Rack"),
        Column::text("units", "Units"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Other devices", "No device beside hosts is declared.", columns);
    for device in &scope.cluster.devices {
        let links = scope.links;
        let (rack, units) = device.place.as_ref().map_or_else(Default::default, |place| {
            let top = place.unit.saturating_add(place.height).saturating_sub(1);
            let one = place.unit == top;
            let units = if one { top.to_string() } else { format!("{}–{top}", place.unit) };
            (place.rack.clone(), units)
        });
        table.row(vec![
            Cell::name(&device.name, None),
            Cell::fact(links.fact(&device.kind)),
            Cell::fact(links.fact(&device.model)),
            Cell::code(links.fact(&device.address)),
            Cell::fact(links.fact(&device.ports)),
            Cell::facts(links.facts(&device.disks), ""),
            Cell::text(rack),
            Cell::text(units),
            Cell::Source { source: links.source(&device.source) },
        ]);
    }
    table.without_empty_columns(&["model", "address", "ports", "disks", "rack", "units"])
}

/// Virtual machines.
pub(crate) fn vms(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("vm", "Machine"),
        Column::number("id", "Id"),
        Column::text("host", "Host"),
        Column::text("node", "Node"),
        Column::number("vcpu", "vCPU"),
        Column::number("memory", "Memory"),
        Column::number("disk", "Disk"),
        Column::text("pool", "Storage pool"),
        Column::text("gpu", "GPU"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Virtual machines", "No virtual machine is declared.", columns);
    for vm in &scope.cluster.vms {
        let links = scope.links;
        table.row(vec![
            Cell::name(&vm.name, None),
            Cell::fact(links.fact(&vm.id)),
            Cell::fact(links.fact(&vm.host)),
            Cell::text(vm.node.clone().unwrap_or_default()),
            Cell::fact(links.fact(&vm.vcpu)),
            Cell::fact(links.fact_as(&vm.memory_mb, |mib| mebibytes(*mib))),
            Cell::fact(links.fact_as(&vm.disk_gb, |gib| gibibytes(*gib))),
            Cell::fact(links.fact(&vm.pool)),
            Cell::fact(links.fact(&vm.gpu_model)),
            Cell::Source { source: links.source(&vm.source) },
        ]);
    }
    table.without_empty_columns(&["node", "pool", "gpu"])
}

/// Nodes, with a column for each network that reaches one.
pub(crate) fn nodes(scope: Scope<'_>) -> Table {
    let networks = node_networks(scope);
    let mut columns = vec![
        Column::text("node", "Node"),
        Column::text("role", "Role"),
        Column::text("host", "Host"),
        Column::number("vcpu", "vCPU"),
        Column::number("memory", "Memory"),
    ];
    columns.extend(networks.iter().map(|network| network_column(network)));
    columns.extend([
        Column::text("other", "Other addresses"),
        Column::text("schematic", "Schematic"),
        Column::text("gpu", "GPU"),
    ]);
    let mut table = Table::new("Nodes", "No node is declared in this repository.", columns);
    table.name = "nodes";
    for node in &scope.cluster.nodes {
        table.anchored(row_id("node", &node.name), node_row(scope, node, &networks));
    }
    table.without_empty_columns(&["host", "vcpu", "memory", "other", "schematic", "gpu"])
}

fn node_networks(scope: Scope<'_>) -> Vec<&Network> {
    let mut networks: Vec<&Network> =
        scope.cluster.networks.iter().filter(|network| !network.nodes.is_empty()).collect();
    networks.sort_by_key(|network| network.rank);
    networks
}

fn network_column(network: &Network) -> Column {
    let label = network_label(network);
    let detail = match network.vlan.get() {
        Some(tag) if label != format!("VLAN {tag}") => format!("VLAN {tag}"),
        Some(_) => String::new(),
        None => "tag not declared".to_owned(),
    };
    Column { detail, svg: marker(network).svg, ..Column::text(&network.id, &label) }
}

fn node_row(scope: Scope<'_>, node: &Node, networks: &[&Network]) -> Vec<Cell> {
    let links = scope.links;
    let vm = machine(scope, node);
    let reason = "not declared for this node";
    let vcpu = vm.map_or_else(|| Fact::unknown(reason), |vm| vm.vcpu.clone());
    let memory = vm.map_or_else(|| Fact::unknown(reason), |vm| vm.memory_mb.clone());
    let mut cells = vec![
        Cell::sourced_name(&node.name, links.source(&node.source)),
        Cell::fact(links.fact_as(&node.role, |role| role_word(*role).to_owned())),
        Cell::text(node.host.clone().unwrap_or_default()),
        Cell::fact(links.fact(&vcpu)),
        Cell::fact(links.fact_as(&memory, |mib| mebibytes(*mib))),
    ];
    for network in networks {
        cells.push(Cell::codes(addresses(scope, node, Some(&network.id)), ""));
    }
    cells.push(Cell::codes(addresses(scope, node, None), ""));
    cells.push(Cell::fact(links.fact(&node.schematic)));
    cells.push(gpu_cell(scope, node));
    cells
}

/// The virtual machine that a node is.
pub(crate) fn machine<'a>(scope: Scope<'a>, node: &Node) -> Option<&'a Vm> {
    let name = node.vm.as_ref()?;
    scope.cluster.vms.iter().find(|vm| vm.name == *name)
}

/// `control plane` or `worker`.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::ControlPlane => "control plane",
        Role::Worker => "worker",
    }
}

/// A node's addresses on one network, without prefix length; `None` for those on no known one.
fn addresses(scope: Scope<'_>, node: &Node, network: Option<&str>) -> Vec<FactView> {
    let bare = |address: &String| address.split('/').next().unwrap_or_default().to_owned();
    let on = |interface: &&Interface| interface.network.as_deref() == network;
    node.interfaces
        .iter()
        .filter(on)
        .flat_map(|interface| &interface.addresses)
        .map(|address| scope.links.fact_as(address, bare))
        .collect()
}

fn gpu_cell(scope: Scope<'_>, node: &Node) -> Cell {
    let cards = scope.cluster.gpus.iter().filter(|gpu| gpu.node == node.name);
    let facts = cards.map(|gpu| scope.links.fact(&gpu.model)).collect();
    Cell::Facts { facts, code: false, none: String::new() }
}

/// Graphics cards.
pub(crate) fn gpus(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("node", "Node"),
        Column::text("model", "Model"),
        Column::text("mapping", "Resource mapping"),
        Column::number("slots", "Shared by"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Graphics cards", "No graphics card is declared.", columns);
    for gpu in &scope.cluster.gpus {
        let links = scope.links;
        table.row(vec![
            Cell::name(&gpu.node, None),
            Cell::fact(links.fact(&gpu.model)),
            Cell::code(links.fact(&gpu.mapping)),
            Cell::fact(links.fact(&gpu.slots)),
            Cell::Source { source: links.source(&gpu.source) },
        ]);
    }
    table.without_empty_columns(&["slots", "mapping"])
}
