//! What runs, and where: apps by namespace, and nodes by hypervisor.
//!
//! In: apps, hosts, machines and nodes of the cluster. Out: Markdown.

use std::fmt::Write as _;

use super::Made;
use super::gfm;
use super::kinds::{Call, text};
use crate::diagnostic::Diagnostic;
use crate::inventory::{Cluster, Host, Role};
use crate::site::pages;
use crate::site::tables;
use crate::site::view::{Cell, Column, LinkView, Table};

/// Columns of an app unless the block names others.
const COLUMNS: &[&str] = &["app", "chart", "version", "routes"];

/// A table for one namespace, or a folding one for each.
pub(super) fn make(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    if let Some(namespace) = call.namespace("namespace")? {
        return call.markdown(call.made(tables::apps, Some(namespace)), Some(COLUMNS));
    }
    let open = match call.block.argument("open") {
        None => "",
        Some(argument) => match argument.value.as_str() {
            "true" => " open",
            "false" => "",
            _ => {
                return Err(call.wrong(Some(argument), "`open` is `true` or `false`", "write one"));
            }
        },
    };
    let names = pages::apps::names(call.input.cluster);
    if names.is_empty() {
        return Ok(text("_No app is declared._".to_owned()));
    }
    let mut markdown = String::new();
    for name in names {
        let table = call.made(tables::apps, Some(name));
        let count = table.rows.len();
        let noun = if count == 1 { "app" } else { "apps" };
        let rows = call.markdown(table, Some(COLUMNS))?.text;
        let name = gfm::escaped(name);
        let _ = write!(
            markdown,
            "<details{open}>\n<summary><b>{name}</b> · {count} {noun}</summary>\n\n{rows}\n</details>\n\n"
        );
    }
    Ok(text(markdown))
}

/// A row for each hypervisor: its control plane, its workers and its graphics cards.
pub(super) fn layout(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    call.markdown(layout_table(call.input.cluster), None)
}

pub(super) fn layout_table(cluster: &Cluster) -> Table {
    let columns = vec![
        Column::text("host", "Host"),
        Column::text("control-plane", "Control plane"),
        Column::text("workers", "Workers"),
        Column::text("gpu", "GPU"),
    ];
    let mut table = Table::new("Nodes by host", "No hypervisor is declared.", columns);
    for host in &cluster.hosts {
        table.row(vec![
            Cell::name(&host.name, None),
            nodes(cluster, host, Role::ControlPlane),
            nodes(cluster, host, Role::Worker),
            cards(cluster, host),
        ]);
    }
    table
}

fn nodes(cluster: &Cluster, host: &Host, role: Role) -> Cell {
    let on_host = |node: &&crate::inventory::Node| {
        node.role.get() == Some(&role) && node.host.as_deref() == Some(host.name.as_str())
    };
    let link = |text: String| LinkView { text, href: None };
    let nodes = cluster.nodes.iter().filter(on_host).map(|node| link(node.name.clone()));
    Cell::Links { links: nodes.collect(), code: true, none: "—".to_owned() }
}

fn cards(cluster: &Cluster, host: &Host) -> Cell {
    let vms = cluster.vms.iter().filter(|vm| vm.host.get() == Some(&host.name));
    let card = |vm: &crate::inventory::Vm| {
        let model = vm.gpu_model.get()?;
        let node = vm.node.as_ref().unwrap_or(&vm.name);
        Some(LinkView { text: format!("{model} → {node}"), href: None })
    };
    Cell::links(vms.filter_map(card).collect(), "—")
}
