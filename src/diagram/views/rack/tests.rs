//! Racks and shelves of made-up clusters of many sizes, checked box by box.

use super::super::kit::made::{
    check, cluster, gpu, host, known, links, node, place, same, sizes, source, text, unknown, vm,
};
use super::rack;
use crate::diagram::Diagram;
use crate::diagram::scene::{Node, Rect};
use crate::inventory::{Cluster, Device, Rack};

/// `nodes` nodes on `hosts` hosts, each a virtual machine of its own; none has a host for no hosts.
fn made(hosts: usize, nodes: usize, prefix: &str) -> Cluster {
    let mut cluster = cluster();
    for at in 0..hosts {
        cluster.hosts.push(host(&format!("{prefix}host-{at}")));
    }
    for at in 0..nodes {
        let name = format!("{prefix}{}-{at}", if at < 3 { "ctrl" } else { "work" });
        cluster.nodes.push(node(&name, ""));
        if hosts > 0 {
            let on = format!("{prefix}host-{}", at % hosts);
            cluster.vms.push(vm(&name, &on, Some(&name)));
        }
        if at % 5 == 4 {
            cluster.gpus.push(gpu(&name, if at % 2 == 0 { "RTX A4000" } else { "" }, None));
        }
    }
    cluster
}

fn device(name: &str) -> Device {
    Device {
        name: name.to_owned(),
        kind: text("switch"),
        model: unknown(),
        address: unknown(),
        ports: unknown(),
        disks: vec![],
        place: None,
        source: source(),
    }
}

fn with_racks(mut cluster: Cluster, racks: usize, units: u16) -> Cluster {
    for at in 0..racks {
        cluster.racks.push(Rack { name: format!("rack-{at}"), units, source: source() });
    }
    for (at, host) in cluster.hosts.iter_mut().enumerate() {
        let height = at as u16 % 4 + 1;
        let unit = (at as u16 * 3) % units + 1;
        host.disks = vec![text("4 x 4 TB HDD"), text("960 GB NVMe")];
        if unit + height - 1 <= units {
            host.place = Some(place(&format!("rack-{}", at % racks), unit, height));
        }
    }
    for at in 0..racks {
        let mut switch = device(&format!("switch-{at}"));
        switch.ports = known([8, 24, 48, 500][at % 4]);
        switch.place = Some(place(&format!("rack-{at}"), units, 1));
        cluster.devices.extend([switch, device(&format!("loose-{at}"))]);
    }
    cluster
}

fn reversed(mut cluster: Cluster) -> Cluster {
    cluster.hosts.reverse();
    cluster.nodes.reverse();
    cluster.vms.reverse();
    cluster.gpus.reverse();
    cluster.racks.reverse();
    cluster.devices.reverse();
    cluster
}

fn picture(cluster: &Cluster, of: &str) -> Diagram {
    let diagram = rack(cluster, &links);
    check(&diagram, of);
    diagram
}

fn find<'a>(diagram: &'a Diagram, id: &str) -> &'a Node {
    let mut nodes = diagram.scene.nodes.iter();
    nodes.find(|node| node.id == id).unwrap_or_else(|| panic!("{id} is not drawn"))
}

#[test]
fn nothing_gives_no_picture() {
    assert!(picture(&cluster(), "nothing").is_empty());
}

#[test]
fn sizes_from_one_to_many() {
    for nodes in sizes() {
        picture(&made(0, nodes, ""), &format!("{nodes} nodes"));
        picture(&made(nodes % 9 + 1, nodes, ""), &format!("{nodes} nodes on hosts"));
    }
}

#[test]
fn racks_of_many_sizes_hold() {
    for racks in [1, 2, 3, 13] {
        for units in [1, 2, 12, 48, 100] {
            for nodes in [1_usize, 4, 15, 60] {
                let cluster = with_racks(made(nodes.div_ceil(2), nodes, ""), racks, units);
                picture(&cluster, &format!("{racks} racks of {units}, {nodes} nodes"));
            }
        }
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    for racks in [1, 3] {
        let cluster = with_racks(made(7, 30, ""), racks, 12);
        same(&rack(&cluster, &links), &rack(&reversed(cluster), &links));
    }
}

#[test]
fn units_count_from_the_bottom() {
    let mut cluster = with_racks(made(2, 2, ""), 1, 10);
    cluster.hosts[0].place = Some(place("rack-0", 1, 2));
    cluster.hosts[1].place = Some(place("rack-0", 3, 1));
    let diagram = picture(&cluster, "two in a rack");
    let (low, high) =
        (find(&diagram, "unit-host-host-0").rect, find(&diagram, "unit-host-host-1").rect);
    assert!(high.bottom() <= low.y && low.height > 2 * high.height - 2);
    let frame = find(&diagram, "rack-rack-0");
    let inside = |rect: &Rect| frame.rect.contains(rect);
    assert!(inside(&low) && inside(&high));
    let free = find(&diagram, "rack-rack-0-free-4");
    assert_eq!(free.title, "units 4 to 9 are free");
    assert!(frame.texts.iter().any(|text| text.words == "10 U · 6 free"));
}

#[test]
fn what_shares_a_unit_stands_side_by_side() {
    let mut cluster = with_racks(made(3, 0, ""), 1, 4);
    for host in &mut cluster.hosts {
        host.place = Some(place("rack-0", 2, 1));
    }
    let diagram = picture(&cluster, "three in a unit");
    let faces: Vec<Rect> =
        (0..3).map(|at| find(&diagram, &format!("unit-host-host-{at}")).rect).collect();
    assert!(faces.iter().all(|face| face.y == faces[0].y));
    assert!(faces[0].right() <= faces[1].x && faces[1].right() <= faces[2].x);
    let mut crowd = with_racks(made(9, 0, ""), 1, 4);
    for host in &mut crowd.hosts {
        host.place = Some(place("rack-0", 2, 1));
    }
    let diagram = picture(&crowd, "nine in a unit");
    assert!(diagram.caption.starts_with("3 machines that share a unit are left out"));
}

#[test]
fn absence_is_said() {
    let diagram = picture(&made(1, 1, ""), "one");
    let said = |words: &str| diagram.svg("x").contains(words);
    assert!(said("hardware not declared") && said("gives 8 vCPU and 16 GiB"));
    let lone = rack(&made(0, 1, ""), &links).svg("x");
    assert!(lone.contains("model, processor, memory not declared"));
}

#[test]
fn cards_of_a_row_are_equal() {
    let diagram = picture(&made(4, 15, ""), "four hosts");
    let hosts: Vec<Rect> =
        (0..4).map(|at| find(&diagram, &format!("host-host-{at}")).rect).collect();
    let alike = |one: &Rect| (one.y, one.width, one.height);
    assert!(hosts.iter().all(|one| alike(one) == alike(&hosts[0])));
}

#[test]
fn long_and_hostile_names_fit() {
    for prefix in [
        "a-very-long-name-that-goes-on-and-on-",
        "名前の長いもの",
        "🦊🦊🦊🦊🦊🦊🦊🦊🦊",
        "<b>&\"'\u{1}",
    ] {
        let mut cluster = with_racks(made(5, 20, prefix), 2, 12);
        cluster.hosts[0].model = text(&prefix.repeat(9));
        cluster.devices[0].kind = text(prefix);
        let svg = picture(&cluster, prefix).svg("x");
        assert!(!svg.contains("<b>") && !svg.contains('\u{1}'));
    }
}

#[test]
fn the_table_lists_all() {
    let cluster = with_racks(made(60, 60, ""), 1, 42);
    let diagram = picture(&cluster, "sixty");
    assert_eq!(diagram.rows().rows.len(), 60 + 60 + 2);
    assert!(diagram.caption.contains("machines are left out"));
}
