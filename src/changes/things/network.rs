//! Networks, pools, gateways, tunnels and host names as things.
//!
//! In: a cluster. Out: its networks and what is reached through them.

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use super::guard::word;
use super::machines::words;
use crate::inventory::{Audience, Cluster, Gateway, Listener, Network};

pub(super) fn add(cluster: &Cluster, things: &mut Things) {
    cluster.networks.iter().for_each(|one| things.add(Kind::Network, &one.id, network(one)));
    for one in &cluster.attachments {
        let thing = Thing::at(&one.source)
            .about(text(&one.plugin))
            .about(text(&one.subnet))
            .fact("plugin", &one.plugin)
            .fact("master", &one.master)
            .fact("IPAM", &one.ipam)
            .fact("subnet", &one.subnet)
            .fact("first address", &one.range_start)
            .fact("last address", &one.range_end);
        things.add(Kind::Attachment, &one.id, thing);
    }
    for one in &cluster.pools {
        let thing = Thing::at(&one.source)
            .about(one.blocks.iter().filter_map(text))
            .facts("blocks", &one.blocks)
            .facts("selector", &one.selector);
        things.add(Kind::Pool, &one.name, thing);
    }
    cluster.gateways.iter().for_each(|one| things.add(Kind::Gateway, &one.id, gateway(one)));
    for one in &cluster.tunnels {
        let thing = Thing::at(&one.source)
            .about([one.provider.clone()])
            .text("provider", Some(&one.provider))
            .set("gateways", one.gateways.iter().cloned());
        things.add(Kind::Tunnel, &one.app, thing);
    }
    hostnames(cluster, things);
}

fn network(one: &Network) -> Thing {
    Thing::at(&one.source)
        .about(text(&one.name))
        .about(text(&one.cidr))
        .fact("name", &one.name)
        .fact("VLAN", &one.vlan)
        .fact("range", &one.cidr)
        .fact("router", &one.gateway)
        .fact("purpose", &one.purpose)
        .fact("interface", &one.interface)
}

fn gateway(one: &Gateway) -> Thing {
    Thing::at(&one.source)
        .about(text(&one.class))
        .about(one.addresses.iter().filter_map(text))
        .fact("class", &one.class)
        .facts("addresses", &one.addresses)
        .set("listeners", one.listeners.iter().map(listener))
}

fn listener(one: &Listener) -> String {
    let port = text(&one.port);
    words([Some(one.name.clone()), text(&one.protocol), port, text(&one.hostname)])
}

/// Host names: of routes, gateways, tunnels and records.
fn hostnames(cluster: &Cluster, things: &mut Things) {
    for one in &cluster.exposures {
        let Some(name) = text(&one.name) else { continue };
        let audience = word(&one.audience);
        let reach = match one.audience {
            Audience::Wan => "public",
            Audience::Lan => "local network",
            Audience::Overlay => "overlay network",
            Audience::Unpublished => "not published",
            Audience::Unknown => "audience unknown",
        };
        let apps = one.apps.iter().map(|app| format!("leads to {app}"));
        let authentication = word(&one.authentication);
        let thing = Thing { source: one.sources.first().cloned(), ..Thing::default() }
            .about([reach.to_owned()])
            .about(apps)
            .text("audience", Some(&audience))
            .text("authentication", Some(&authentication))
            .set("apps", one.apps.iter().cloned())
            .set("gateways", one.gateways.iter().cloned())
            .set("tunnels", one.tunnels.iter().cloned());
        things.add(Kind::Hostname, name, thing);
    }
    for one in &cluster.dns_publishers {
        let thing = Thing::at(&one.source)
            .about(text(&one.provider))
            .fact("provider", &one.provider)
            .text("audience", Some(&word(&one.audience)))
            .facts("domains", &one.domains)
            .facts("gateways", &one.gateways)
            .facts("filters", &one.filters);
        things.add(Kind::Hostname, format!("publisher {}", one.id), thing);
    }
    for one in &cluster.dns_records {
        let Some(name) = text(&one.name) else { continue };
        let thing = Thing::at(&one.source)
            .about(one.targets.iter().filter_map(text))
            .facts("targets", &one.targets);
        things.add(Kind::Hostname, format!("record {name} of {}", one.object), thing);
    }
}
