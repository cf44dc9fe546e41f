//! Address plans of made-up clusters of many sizes, checked box by box.

use super::super::kit::made::{
    asking, check, cluster, known, links, network, node, same, sizes, source, text, unknown,
};
use super::vlans;
use crate::diagram::Diagram;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::Look;
use crate::inventory::{Attachment, Cluster, Gateway, Pool, Share};

fn pool(name: &str, blocks: &[&str]) -> Pool {
    Pool {
        name: name.to_owned(),
        kind: "CiliumLoadBalancerIPPool".to_owned(),
        blocks: blocks.iter().map(|block| text(block)).collect(),
        selector: vec![],
        network: None,
        source: source(),
    }
}

fn attachment(name: &str, on: &str, first: &str, last: &str) -> Attachment {
    Attachment {
        id: format!("network/{name}"),
        plugin: unknown(),
        master: unknown(),
        ipam: unknown(),
        subnet: unknown(),
        range_start: text(first),
        range_end: text(last),
        network: Some(on.to_owned()),
        users: vec!["iot/hub".to_owned(), "iot/bridge".to_owned()],
        source: source(),
    }
}

fn gateway(name: &str, address: &str) -> Gateway {
    Gateway {
        id: format!("network/{name}"),
        class: unknown(),
        addresses: vec![text(address)],
        listeners: vec![],
        network: None,
        routes: vec![],
        source: source(),
    }
}

fn share(server: &str) -> Share {
    Share {
        protocol: "NFS".to_owned(),
        server: text(server),
        path: unknown(),
        user: "volume films".to_owned(),
        app: None,
        source: source(),
    }
}

/// `nodes` nodes `step` addresses apart in a /24, and a second network with a pool and pods.
fn made(nodes: usize, step: usize, prefix: &str) -> Cluster {
    let mut cluster = cluster();
    cluster.networks = vec![network(0, "192.0.2.0/24"), network(1, "198.51.100.0/24")];
    cluster.networks[0].gateway = text("192.0.2.1");
    for at in 0..nodes {
        let address = format!("192.0.2.{}", 10 + at * step);
        let name = if at < 3 { format!("{prefix}ctrl-{at}") } else { format!("{prefix}work-{at}") };
        cluster.nodes.push(node(&name, &address));
    }
    cluster.pools =
        vec![pool("lan", &["192.0.2.200-192.0.2.219"]), pool("iot", &["198.51.100.64/27"])];
    cluster.attachments =
        vec![attachment(&format!("{prefix}pods"), "vlan-10", "198.51.100.128", "198.51.100.159")];
    cluster.gateways = vec![
        gateway(&format!("{prefix}internal"), "192.0.2.200"),
        gateway(&format!("{prefix}external"), "198.51.100.64"),
    ];
    cluster.shares = vec![share("192.0.2.5"), share("192.0.2.5"), share("nas.example.com")];
    cluster
}

fn picture(cluster: &Cluster, of: &str) -> Diagram {
    let diagram = vlans(cluster, &links);
    check(&diagram, of);
    diagram
}

fn says(diagram: &Diagram, words: &str) -> bool {
    let texts = diagram.scene.nodes.iter().flat_map(|node| &node.texts);
    texts.into_iter().any(|text| text.words == words)
}

fn clashing(diagram: &Diagram) -> usize {
    let red = Look::Toned(Tone::Plain(Neutral::Error));
    diagram
        .scene
        .nodes
        .iter()
        .filter(|node| node.id.starts_with("claim-") && node.look == red)
        .count()
}

#[test]
fn nothing_gives_no_picture() {
    assert!(picture(&cluster(), "nothing").is_empty());
}

#[test]
fn sizes_from_one_to_many() {
    for nodes in sizes() {
        for step in [1, 2, 3] {
            picture(&made(nodes, step, ""), &format!("{nodes} nodes {step} apart"));
        }
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(30, 2, "");
    let mut turned = cluster.clone();
    turned.networks.reverse();
    turned.nodes.reverse();
    turned.pools.reverse();
    turned.gateways.reverse();
    turned.shares.reverse();
    turned.attachments[0].users.reverse();
    same(&vlans(&cluster, &links), &vlans(&turned, &links));
}

#[test]
fn neighbours_are_one_box_and_gaps_are_free() {
    let diagram = picture(&made(9, 1, ""), "nine nodes");
    for words in [
        ".10–.12",
        "3 control plane nodes",
        ".13–.18",
        "6 workers",
        ".5",
        "file server",
        ".1",
        "router",
        ".200–.219",
        "pool lan",
        ".19–.199",
        "181 free",
        "gateway internal",
    ] {
        assert!(says(&diagram, words), "{words}");
    }
    // 254 addresses less a router, a file server, nine nodes and twenty of the pool.
    assert!(says(&diagram, "223 of 254 free"));
    assert_eq!(clashing(&diagram), 0);
}

#[test]
fn overlaps_have_a_colour_a_mark_and_words() {
    let mut cluster = made(9, 1, "");
    cluster.pools[0] = pool("lan", &["192.0.2.8-192.0.2.12"]);
    cluster.pools[1] = pool("iot", &["198.51.100.150-198.51.100.170"]);
    let diagram = picture(&cluster, "overlaps");
    // Two pools, and the range of the pods.
    assert_eq!(clashing(&diagram), 3);
    assert!(says(&diagram, "pool lan, overlaps 3 others"));
    assert!(says(&diagram, "pool iot, overlaps pods"));
    let red = Tone::Plain(Neutral::Error);
    assert!(diagram.scene.legend_marks.iter().any(|mark| mark.tone == red));
    assert!(diagram.rows().rows.iter().any(|row| row[4].contains("control plane ctrl-1")));
}

#[test]
fn addresses_from_a_pool_are_no_overlap() {
    let diagram = picture(&made(3, 1, ""), "a gateway in its pool");
    assert_eq!(clashing(&diagram), 0);
    let marks = diagram.scene.nodes.iter().flat_map(|node| &node.marks);
    assert_eq!(marks.filter(|mark| matches!(mark.tone, Tone::Gateway(_))).count(), 2);
}

#[test]
fn pools_in_no_network_stand_alone() {
    let mut cluster = made(1, 1, "");
    cluster.pools.push(pool("far", &["203.0.113.0/26"]));
    cluster.gateways.push(gateway("far", "203.0.113.9"));
    cluster.gateways.push(gateway("lost", "203.0.113.200"));
    let diagram = picture(&cluster, "a far pool");
    assert!(says(&diagram, "203.0.113.0/26") && says(&diagram, ".9"));
    assert!(diagram.caption.contains("1 address is in no range that is declared."));
}

#[test]
fn what_is_not_declared_is_said() {
    let mut cluster = cluster();
    cluster.networks = vec![network(0, ""), network(1, "198.51.100.0/24")];
    cluster.networks[0].gateway = text("192.0.2.1");
    cluster.networks[0].vlan = unknown();
    let mut asks = node("ctrl-1", "");
    asks.interfaces = vec![asking("vlan-10")];
    cluster.nodes = vec![asks];
    let diagram = picture(&cluster, "hardly anything");
    for words in
        ["tag not declared · range not declared", "192.0.2.1", "by DHCP", "254 not declared"]
    {
        assert!(says(&diagram, words), "{words}");
    }
}

#[test]
fn many_networks_of_all_sizes_hold() {
    let mut cluster = made(5, 1, "");
    for (at, cidr) in [
        "10.0.0.0/8",
        "2001:db8::/32",
        "::/0",
        "0.0.0.0/0",
        "192.0.2.7/32",
        "nonsense",
        "198.18.0.0/31",
    ]
    .into_iter()
    .enumerate()
    {
        cluster.networks.push(network(at + 2, cidr));
    }
    cluster.networks.extend((10..30).map(|rank| network(rank, "")));
    cluster
        .pools
        .push(pool("six", &["2001:db8::-2001:db8::ffff", "2001:db8:1::/48", "x", "10.1.0.0/16"]));
    cluster.gateways.push(gateway("six", "2001:db8:0:1:2:3:4:5"));
    let diagram = picture(&cluster, "many networks");
    assert!(diagram.caption.contains("networks are left out"));
}

#[test]
fn crowds_are_counted() {
    let mut cluster = cluster();
    cluster.networks = vec![network(0, "10.0.0.0/16")];
    for at in 0..200_usize {
        let address = format!("10.0.{}.{}", at / 4, 40 * (at % 4) + 7);
        cluster.nodes.push(node(&format!("work-{at}"), &address));
    }
    cluster.networks[0].vlan = known(7);
    let diagram = picture(&cluster, "two hundred nodes");
    assert!(diagram.scene.nodes.iter().any(|node| node.id == "claim-0-rest"));
    assert!(diagram.rows().rows.len() >= 200);
}

#[test]
fn long_and_hostile_names_fit() {
    for prefix in [
        "a-very-long-name-that-goes-on-and-on-",
        "名前の長いもの",
        "🦊🦊🦊🦊🦊🦊🦊🦊🦊",
        "<b>&\"'\u{1}",
    ] {
        let mut cluster = made(9, 2, prefix);
        cluster.networks[0].name = text(&prefix.repeat(6));
        let svg = picture(&cluster, prefix).svg("x");
        assert!(!svg.contains("<b>") && !svg.contains('\u{1}'));
    }
}
