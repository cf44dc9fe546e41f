//! The network picture of made-up clusters of many sizes, checked box by box and line by line.

mod made;

use made::{Shape, links, made, reversed, vm};

use super::super::checks;
use super::{network, network_with};
use crate::diagram::hand::{self, Context, Overlay, Text};
use crate::diagram::palette::Theme;
use crate::diagram::scene::{Point, Rect};
use crate::diagram::{Colours, Diagram};
use crate::inventory::Cluster;
use crate::source::FileId;

fn picture(shape: &Shape) -> Diagram {
    network(&made(shape), &links)
}

fn check_scene(diagram: &Diagram, of: &str) {
    checks::scene(&diagram.scene, of);
    checks::lines_apart(&diagram.scene, |one, other| one.tone == other.tone, of);
}

fn check(shape: &Shape) {
    let diagram = picture(shape);
    check_scene(&diagram, &format!("{shape:?}"));
    let files = [Colours::Reader, Colours::Of(Theme::Dark)].map(|it| diagram.file("net", it));
    for svg in files.into_iter().chain([diagram.svg("net"), diagram.raster(Theme::Dark)]) {
        checks::xml(&svg);
    }
}

#[test]
fn nothing_gives_no_picture() {
    let diagram = picture(&Shape::NOTHING);
    assert!(diagram.is_empty());
    assert_eq!(diagram.svg("net"), "");
    assert_eq!(diagram.rows().rows.len(), 0);
}

#[test]
fn one_node_is_enough() {
    check(&Shape { nodes: 1, ..Shape::NOTHING });
}

#[test]
fn four_hosts_stand_in_even_rows() {
    let diagram = picture(&Shape::RACK);
    check(&Shape::RACK);
    let hosts = diagram.scene.nodes.iter().filter(|node| node.id.starts_with("host-"));
    let tops: Vec<i32> = hosts.map(|node| node.rect.y).collect();
    assert_eq!(tops.len(), 4);
    // Four, or two and two: never three and one.
    let first = tops.iter().filter(|top| **top == tops[0]).count();
    assert!(first == 4 || first == 2, "{tops:?}");
}

#[test]
fn sizes_from_none_to_many() {
    for nodes in [0, 1, 2, 5, 15, 33, 60] {
        for hosts in [0, 1, 3, 5, 9] {
            check(&Shape { nodes, hosts, networks: nodes % 4, ..Shape::NOTHING });
        }
    }
}

#[test]
fn machines_find_their_host() {
    let mut cluster = made(&Shape { hosts: 2, nodes: 2, ..Shape::NOTHING });
    cluster.nodes[1].host = None;
    let node = cluster.nodes[1].name.clone();
    cluster.vms = vec![
        vm("router", Some("alder"), None),
        vm("node-vm", Some("alder"), Some(&node)),
        vm("stray", None, None),
    ];
    let diagram = network(&cluster, &links);
    check_scene(&diagram, "virtual machines");
    let holder = |id: &str| {
        let node = diagram.scene.nodes.iter().find(|node| node.id == id).expect("drawn");
        node.parent.clone().expect("held")
    };
    assert_eq!(holder("vm-router"), "host-alder");
    assert_eq!(holder("node-k8s-ctrl-2"), "host-alder");
    assert_eq!(holder("vm-stray"), "nodes");
    assert!(!diagram.scene.nodes.iter().any(|node| node.id == "vm-node-vm"));
}

#[test]
fn networks_reach_namespaces_without_nodes() {
    check(&Shape { networks: 3, spaces: &[7, 9, 20, 3], ..Shape::NOTHING });
    check(&Shape { networks: 8, stores: 1, spaces: &[40, 9, 20, 3], ..Shape::NOTHING });
}

#[test]
fn apps_from_none_to_many() {
    for spaces in
        [&[1][..], &[3, 1], &[24, 25, 1], &[20, 9, 7, 5, 5, 4, 3, 2, 2, 1, 1, 1], &[6; 20]]
    {
        for gateways in [0, 1, 3, 10] {
            let stores = gateways % 4 + 1;
            check(&Shape { spaces, gateways, stores, nodes: 3, networks: 3, ..Shape::NOTHING });
        }
    }
}

#[test]
fn long_and_foreign_names_fit() {
    for prefix in [
        "a-very-long-name-that-goes-on-and-on-and-on-",
        "名前の長いもの",
        "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊",
    ] {
        check(&Shape { prefix, ..Shape::RACK });
        check(&Shape { prefix, hosts: 0, ..Shape::RACK });
    }
}

#[test]
fn many_of_everything() {
    let shape = Shape { networks: 11, gateways: 12, stores: 10, tunnels: 9, ..Shape::RACK };
    check(&shape);
    assert!(picture(&shape).caption.contains("Lines of 3 of 11 networks are left out"));
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(&Shape::RACK);
    let straight = network(&cluster, &links);
    let turned = network(&reversed(cluster), &links);
    assert_eq!(straight.svg("net"), turned.svg("net"));
    assert_eq!(straight.rows(), turned.rows());
}

/// Places of apps relative to the box that holds them, without those of one namespace.
fn apps_within(diagram: &Diagram, except: &str) -> Vec<(String, Rect)> {
    let nodes = &diagram.scene.nodes;
    let others = nodes.iter().filter(|node| node.id.starts_with("app-"));
    let relative = others.filter_map(|node| {
        let parent = node.parent.as_ref().filter(|parent| *parent != except)?;
        let corner = nodes.iter().find(|other| other.id == *parent)?.rect;
        Some((node.id.clone(), node.rect.moved(Point::new(-corner.x, -corner.y))))
    });
    let mut places: Vec<(String, Rect)> = relative.collect();
    places.sort_by(|one, other| one.0.cmp(&other.0));
    places
}

#[test]
fn a_new_app_moves_its_neighbours_only() {
    for shape in [Shape::RACK, Shape { spaces: &[12, 3, 2], hosts: 0, ..Shape::RACK }] {
        check_newcomer(&made(&shape));
    }
}

fn check_newcomer(before: &Cluster) {
    for index in 0..before.namespaces.len() {
        let mut after = before.clone();
        let name = after.namespaces[index].name.clone();
        let mut app = after.apps[0].clone();
        app.id = format!("{name}/newcomer-with-a-long-name");
        app.name = "newcomer-with-a-long-name".to_owned();
        app.namespace.clone_from(&name);
        after.apps.push(app);
        let except = super::gather::id("namespace", &name);
        let (one, other) = (network(before, &links), network(&after, &links));
        assert_eq!(apps_within(&one, &except), apps_within(&other, &except), "{name}");
    }
}

#[test]
fn bare_namespaces_are_counted() {
    let mut cluster = made(&Shape::RACK);
    let mut bare = cluster.namespaces[0].clone();
    bare.name = "bare".to_owned();
    bare.apps.clear();
    cluster.namespaces.push(bare);
    let diagram = network(&cluster, &links);
    assert_eq!(diagram.caption, "1 namespace holds no app and is left out.");
}

#[test]
fn what_is_drawn_is_in_the_table() {
    let diagram = picture(&Shape::RACK);
    let table = diagram.rows();
    assert!(table.rows.iter().all(|row| row.len() == table.header.len()));
    let apps = table.rows.iter().filter(|row| row[0] == "app").count();
    let drawn = diagram.scene.nodes.iter().filter(|node| node.id.starts_with("app-")).count();
    assert_eq!(apps, drawn);
}

#[test]
fn words_of_the_picture_are_escaped() {
    let mut cluster = made(&Shape { nodes: 1, ..Shape::NOTHING });
    cluster.nodes[0].name = "<b>&\"'\u{1}".to_owned();
    let svg = network(&cluster, &links).svg("net");
    checks::xml(&svg);
    assert!(!svg.contains("<b>") && !svg.contains('\u{1}'));
}

#[test]
fn raster_holds_no_variables_and_no_links() {
    let diagram = picture(&Shape::RACK);
    for theme in [Theme::Light, Theme::Dark] {
        let svg = diagram.raster(theme);
        for word in ["var(", "@media", "class=", "<a ", "<style"] {
            assert!(!svg.contains(word), "{word}");
        }
    }
    assert_ne!(diagram.raster(Theme::Light), diagram.raster(Theme::Dark));
}

/// An overlay of two lanes with lines to all networks and hosts of a cluster.
fn overlay(cluster: &Cluster) -> Overlay {
    use std::fmt::Write as _;
    let mut text = String::from(
        "title: Cables\noverlay: network\nlanes:\n  - name: Edge\n    nodes: [{id: router, sub: a}, \
         {id: modem}]\n  - name: Switches\n    nodes: [{id: s1}, {id: s2}, {id: s3}, {id: s4}, {id: s5}]\n\
         links:\n  - {from: internet, to: [router, modem], label: 1 Gbit/s}\n  \
         - {from: router, to: [s1, s2, s3, s5], kind: fibre, speed: 10 Gbit/s}\n",
    );
    for network in &cluster.networks {
        _ = writeln!(text, "  - {{from: s1, to: 'network/{}', speed: 1 Gbit/s}}", network.id);
    }
    for host in &cluster.hosts {
        _ = writeln!(text, "  - {{from: s2, to: 'host/{}', kind: wireless}}", host.name);
        _ = writeln!(text, "  - {{from: router, to: 'host/{}', label: console}}", host.name);
    }
    let context = Context { cluster, links: &links, root: Some("/") };
    let text = Text { file: FileId::default(), base: 0, text: &text, name: "cables" };
    hand::overlay(text, context).expect("an overlay")
}

#[test]
fn lanes_by_hand_hold_what_all_hold() {
    for nodes in [0, 4, 15] {
        for hosts in [0, 1, 4, 9] {
            for networks in [0, 1, 4, 9] {
                let shape = Shape { hosts, nodes, networks, ..Shape::RACK };
                let cluster = made(&shape);
                let overlay = overlay(&cluster);
                let diagram = network_with(&cluster, Some(&overlay), &links);
                checks::scene(&diagram.scene, &format!("by hand, {shape:?}"));
                checks::xml(&diagram.svg("net"));
                assert!(diagram.scene.nodes.iter().any(|node| node.id == "hand-s5"));
            }
        }
    }
}

#[test]
fn without_an_overlay_nothing_changes() {
    let cluster = made(&Shape::RACK);
    let (plain, none) = (network(&cluster, &links), network_with(&cluster, None, &links));
    assert_eq!(plain.svg("net"), none.svg("net"));
}
