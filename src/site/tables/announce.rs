//! Tables of how addresses get known, and of pods with more than one interface.
//!
//! In: the cluster's announcements and attachments. Out: tables with one row for each. What a
//! selector matches is not guessed.

use crate::inventory::{Announcement, AttachmentUse, BgpPeer};

use super::Scope;
use crate::site::view::{Cell, Column, LinkView, Table};

/// What makes load-balancer addresses reachable.
pub(crate) fn announcements(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("announcement", "Announcement"),
        Column::text("protocol", "By"),
        Column::text("announces", "What"),
        Column::text("interfaces", "Interfaces"),
        Column::text("nodes", "Nodes"),
        Column::text("services", "Services"),
        Column::text("pools", "Pools"),
        Column::text("source", "Source"),
    ];
    let empty = "No announcement of load-balancer addresses is declared.";
    let mut table = Table::new("How addresses get known", empty, columns);
    for announcement in &scope.cluster.announcements {
        table.row(announcement_row(scope, announcement));
    }
    table.without_empty_columns(&["pools"])
}

fn announcement_row(scope: Scope<'_>, announcement: &Announcement) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::noted(&announcement.name, None, &announcement.kind),
        Cell::text(&announcement.protocol),
        Cell::codes(links.facts(&announcement.announces), "not declared"),
        Cell::codes(links.facts(&announcement.interfaces), "all"),
        Cell::codes(links.facts(&announcement.node_selector), "all"),
        Cell::codes(links.facts(&announcement.service_selector), "all"),
        Cell::facts(links.facts(&announcement.pools), ""),
        scope.source(&announcement.source),
    ]
}

/// Routers that the nodes speak BGP with.
pub(crate) fn bgp_peers(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("peer", "Router"),
        Column::text("address", "Address"),
        Column::text("peer_asn", "Its system"),
        Column::text("local_asn", "Our system"),
        Column::text("nodes", "Nodes"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("BGP peers", "No BGP peer is declared.", columns);
    for peer in &scope.cluster.bgp_peers {
        table.row(peer_row(scope, peer));
    }
    table
}

fn peer_row(scope: Scope<'_>, peer: &BgpPeer) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::noted(&peer.name, None, &peer.object),
        Cell::code(links.fact(&peer.address)),
        Cell::fact(links.fact(&peer.peer_asn)),
        Cell::fact(links.fact(&peer.local_asn)),
        Cell::codes(links.facts(&peer.node_selector), "all"),
        scope.source(&peer.source),
    ]
}

/// Uses of Multus attachments by pods.
pub(crate) fn attachment_uses(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("user", "Pods of"),
        Column::text("attachment", "Attachment"),
        Column::text("interface", "Interface"),
        Column::text("addresses", "Address"),
        Column::text("mac", "MAC address"),
        Column::text("gateways", "Default router"),
        Column::text("source", "Source"),
    ];
    let empty = "No pod is given a second interface.";
    let mut table = Table::new("Pods with a second interface", empty, columns);
    let listed = |it: &&AttachmentUse| scope.lists(&it.user, Some(&it.user));
    for entry in scope.cluster.attachment_uses.iter().filter(listed) {
        table.row(use_row(scope, entry));
    }
    table.without_empty_columns(&["interface", "mac", "gateways"])
}

fn use_row(scope: Scope<'_>, entry: &AttachmentUse) -> Vec<Cell> {
    let links = scope.links;
    let attachment = if entry.exists {
        let link = LinkView { text: entry.attachment.clone(), href: None };
        Cell::links(vec![link], "")
    } else {
        Cell::facts(vec![super::missing(&entry.attachment)], "")
    };
    vec![
        Cell::name(&entry.user, links.app(&entry.user)),
        attachment,
        Cell::code(links.fact(&entry.interface)),
        Cell::codes(links.facts(&entry.addresses), "given by the attachment"),
        Cell::code(links.fact(&entry.mac)),
        Cell::codes(links.facts(&entry.gateways), "—"),
        scope.source(&entry.source),
    ]
}
