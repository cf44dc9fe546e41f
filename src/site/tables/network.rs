//! Tables of what carries packets: networks, pools, attachments and gateways.
//!
//! In: the cluster's networks. Out: tables with one row for each.

use crate::inventory::{Gateway, Listener, Network};

use super::{Scope, marker, marker_of, network_label, row_id};
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, LinkView, Table};

/// VLANs and subnets.
pub(crate) fn networks(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("network", "Network"),
        Column::text("vlan", "VLAN"),
        Column::text("cidr", "Range"),
        Column::text("gateway", "Router"),
        Column::text("interface", "Interface"),
        Column::text("purpose", "Purpose"),
        Column::number("nodes", "Nodes"),
        Column::text("pools", "Pools"),
        Column::text("attachments", "Attachments"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Networks", "No network is declared.", columns);
    for network in &scope.cluster.networks {
        table.anchored(row_id("network", &network.id), network_row(scope, network));
    }
    table.without_empty_columns(&["purpose", "gateway", "interface", "pools", "attachments"])
}

fn network_row(scope: Scope<'_>, network: &Network) -> Vec<Cell> {
    let links = scope.links;
    let mut vlan = links.fact(&network.vlan);
    if vlan.state == "unknown" {
        "tag not declared".clone_into(&mut vlan.text);
    }
    vec![
        Cell::Name {
            source: None,
            text: network_label(network),
            href: None,
            note: if network.primary { "primary".to_owned() } else { String::new() },
            svg: marker(network).svg,
        },
        Cell::fact(vlan),
        Cell::code(links.fact(&network.cidr)),
        Cell::code(links.fact(&network.gateway)),
        Cell::code(links.fact(&network.interface)),
        Cell::fact(links.fact(&network.purpose)),
        Cell::number(network.nodes.len()),
        plain(&network.pools),
        plain(&network.attachments),
        Cell::Source { source: links.source(&network.source) },
    ]
}

/// Names of things that have no page of their own.
fn plain(names: &[String]) -> Cell {
    let link = |name: &String| LinkView { text: name.clone(), href: None };
    Cell::links(names.iter().map(link).collect(), "—")
}

/// Load-balancer address pools.
pub(crate) fn pools(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("pool", "Pool"),
        Column::text("kind", "Kind"),
        Column::text("blocks", "Addresses"),
        Column::text("network", "Network"),
        Column::text("selector", "Service labels"),
        Column::text("source", "Source"),
    ];
    let mut table =
        Table::new("Address pools", "No load-balancer address pool is declared.", columns);
    for pool in &scope.cluster.pools {
        let links = scope.links;
        table.row(vec![
            Cell::name(&pool.name, None),
            Cell::text(&pool.kind),
            Cell::codes(links.facts(&pool.blocks), "none"),
            Cell::Markers { markers: marker_of(scope.cluster, pool.network.as_deref()) },
            Cell::codes(links.facts(&pool.selector), "any label"),
            Cell::Source { source: links.source(&pool.source) },
        ]);
    }
    table
}

/// Multus attachments.
pub(crate) fn attachments(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("attachment", "Attachment"),
        Column::text("plugin", "Plugin"),
        Column::text("master", "On"),
        Column::text("network", "Network"),
        Column::text("subnet", "Subnet"),
        Column::text("range", "Gives"),
        Column::text("ipam", "By"),
        Column::text("users", "Used by"),
        Column::text("source", "Source"),
    ];
    let empty = "No second network is attached to pods.";
    let mut table = Table::new("Attachments", empty, columns);
    let listed = |id: &str| scope.includes(id);
    for attachment in scope.cluster.attachments.iter().filter(|entry| listed(&entry.id)) {
        let links = scope.links;
        let users = attachment.users.iter().map(|id| links.app_link(id)).collect();
        table.row(vec![
            Cell::name(&attachment.id, None),
            Cell::fact(links.fact(&attachment.plugin)),
            Cell::code(links.fact(&attachment.master)),
            Cell::Markers { markers: marker_of(scope.cluster, attachment.network.as_deref()) },
            Cell::code(links.fact(&attachment.subnet)),
            Cell::code(range(
                &links.fact(&attachment.range_start),
                links.fact(&attachment.range_end),
            )),
            Cell::fact(links.fact(&attachment.ipam)),
            Cell::links(users, "no app"),
            Cell::Source { source: links.source(&attachment.source) },
        ]);
    }
    table.without_empty_columns(&["subnet", "range", "ipam"])
}

/// `first – last`, or whichever end is less well known.
fn range(first: &FactView, last: FactView) -> FactView {
    if first.is_known() && last.is_known() {
        let text = format!("{}–{}", first.text, last.text);
        return FactView { text, ..last };
    }
    if first.is_known() { last } else { first.clone() }
}

/// Gateways with their listeners.
pub(crate) fn gateways(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("gateway", "Gateway"),
        Column::text("class", "Class"),
        Column::text("addresses", "Address"),
        Column::text("network", "Network"),
        Column::text("listeners", "Listeners"),
        Column::number("routes", "Routes"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Gateways", "No gateway is declared.", columns);
    for gateway in scope.cluster.gateways.iter().filter(|entry| scope.includes(&entry.id)) {
        table.anchored(row_id("gateway", &gateway.id), gateway_row(scope, gateway));
    }
    table
}

fn gateway_row(scope: Scope<'_>, gateway: &Gateway) -> Vec<Cell> {
    let links = scope.links;
    let listeners = gateway.listeners.iter().map(|listener| listener_view(links, listener));
    vec![
        Cell::name(&gateway.id, None),
        Cell::fact(links.fact(&gateway.class)),
        Cell::codes(links.facts(&gateway.addresses), "given by the cluster"),
        Cell::Markers { markers: marker_of(scope.cluster, gateway.network.as_deref()) },
        Cell::codes(listeners.collect(), "none"),
        Cell::number(gateway.routes.len()),
        Cell::Source { source: links.source(&gateway.source) },
    ]
}

/// `https 443 *.example.com`, as far as it is known; the host name decides how far that is.
fn listener_view(links: Links<'_>, listener: &Listener) -> FactView {
    let mut view = links.fact(&listener.hostname);
    let port = listener.port.get().map_or_else(|| "—".to_owned(), ToString::to_string);
    let front = format!("{} {port}", listener.protocol.shown());
    view.text = match view.state {
        "known" | "templated" => format!("{front} {}", view.text),
        "encrypted" => format!("{front} for a host name that is"),
        _ => format!("{front} any host"),
    };
    if view.state == "unknown" {
        view.state = "known";
    }
    view
}
