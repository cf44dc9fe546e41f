//! Networks, pools, gateways, tunnels and host names as things.
//!
//! In: a cluster. Out: its networks and what is reached through them.

use std::collections::BTreeMap;

use super::super::Kind;
use super::super::thing::{Thing, Things, text};
use super::machines::words;
use crate::inventory::{Cluster, Gateway, Listener, Network, Route};

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

/// Host names, each with all routes that have it.
fn hostnames(cluster: &Cluster, things: &mut Things) {
    let mut routes: BTreeMap<String, Vec<&Route>> = BTreeMap::new();
    for route in &cluster.routes {
        for name in route.hostnames.iter().filter_map(text) {
            routes.entry(name).or_default().push(route);
        }
    }
    for (name, routes) in routes {
        let apps = routes.iter().filter_map(|route| route.app.clone());
        let gateways = || {
            let missing = routes.iter().flat_map(|route| &route.missing_gateways);
            let known = routes.iter().flat_map(|route| route.gateways.iter().cloned());
            known.chain(missing.filter_map(text))
        };
        let thing = Thing::at(&routes[0].source)
            .about(apps.clone().map(|app| format!("leads to {app}")).take(1))
            .set("apps", apps)
            .set("gateways", gateways());
        things.add(Kind::Hostname, name, thing);
    }
}
