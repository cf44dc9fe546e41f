//! Graphics cards of made-up clusters of many sizes, checked box by box and line by line.

use super::super::kit::made::{
    check, cluster, gpu, known, links, node, same, sizes, source, text, unknown,
};
use super::gpu as draw;
use crate::diagram::Diagram;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{Look, Stroke};
use crate::inventory::{Cluster, DeviceClaim, DeviceUser, GpuRequest};

fn request(user: &str, resource: &str, labels: &[(&str, &str)]) -> GpuRequest {
    GpuRequest {
        user: user.to_owned(),
        kind: "HelmRelease".to_owned(),
        app: Some(user.to_owned()),
        resource: resource.to_owned(),
        count: known(1),
        runtime_class: unknown(),
        node_selector: labels.iter().map(|(key, value)| ((*key).to_owned(), text(value))).collect(),
        scales_to_zero: user.len().is_multiple_of(2),
        source: source(),
    }
}

const NVIDIA: &str = "nvidia.com/gpu";
const HOSTNAME: &str = "kubernetes.io/hostname";

/// `nodes` nodes with cards, and `asks` requests: for any, for one node by name, or for none.
fn made(nodes: usize, asks: usize, prefix: &str) -> Cluster {
    let mut cluster = cluster();
    let name = |at: usize| format!("{prefix}work-{at}");
    for at in 0..nodes {
        cluster.nodes.push(node(&name(at), ""));
        let model = ["RTX A4000", "", "Arc A380"][at % 3];
        let slots = [Some(3), None, Some(40)][at % 3];
        cluster.gpus.push(gpu(&name(at), model, slots));
        if at % 4 == 3 {
            cluster.gpus.push(gpu(&name(at), "RTX A4000", Some(1)));
        }
    }
    for at in 0..asks {
        let user = format!("{prefix}space-{}/app-{at}", at % 3);
        let on = name(at * 7 % nodes.max(1));
        let labels: &[(&str, &str)] = match at % 5 {
            0 | 1 => &[(HOSTNAME, &on)],
            2 => &[("made/up", "yes")],
            _ => &[],
        };
        let resource = ["nvidia.com/gpu", "gpu.intel.com/i915", "amd.com/gpu"][at % 3];
        cluster.gpu_requests.push(request(&user, resource, labels));
    }
    cluster
}

fn picture(cluster: &Cluster, of: &str) -> Diagram {
    let diagram = draw(cluster, &links);
    check(&diagram, of);
    diagram
}

fn says(diagram: &Diagram, words: &str) -> bool {
    let texts = diagram.scene.nodes.iter().flat_map(|node| &node.texts);
    texts.into_iter().any(|text| text.words == words)
}

#[test]
fn nothing_gives_no_picture() {
    assert!(picture(&cluster(), "nothing").is_empty());
    let mut idle = cluster();
    idle.nodes = vec![node("work-1", "")];
    assert!(picture(&idle, "no card").is_empty());
}

#[test]
fn sizes_from_one_to_many() {
    for nodes in std::iter::once(0).chain(sizes()) {
        for asks in [0, 1, 7, 40] {
            picture(&made(nodes, asks, ""), &format!("{nodes} nodes, {asks} asks"));
        }
    }
    picture(&made(6, 300, ""), "many asks");
}

#[test]
fn order_of_the_input_does_not_matter() {
    for nodes in [5, 30] {
        let cluster = made(nodes, 40, "");
        let mut turned = cluster.clone();
        turned.nodes.reverse();
        turned.gpus.reverse();
        turned.gpu_requests.reverse();
        same(&draw(&cluster, &links), &draw(&turned, &links));
    }
}

fn two_cards() -> Cluster {
    let mut cluster = cluster();
    cluster.nodes = vec![node("work-1", ""), node("work-2", "")];
    cluster.nodes[0].labels.insert("card".to_owned(), text("big"));
    cluster.gpus = vec![gpu("work-1", "RTX A4000", Some(3)), gpu("work-2", "T1000", Some(3))];
    cluster
}

#[test]
fn lines_lead_where_pods_may_land() {
    let mut cluster = two_cards();
    cluster.gpu_requests = vec![
        request("ai/any", NVIDIA, &[]),
        request("ai/big", NVIDIA, &[("card", "big")]),
        request("ai/named", NVIDIA, &[(HOSTNAME, "work-2")]),
    ];
    let diagram = picture(&cluster, "three");
    let strokes: Vec<(Stroke, usize)> =
        diagram.scene.paths.iter().map(|path| (path.stroke, path.lines.len())).collect();
    let (solid, dashed) = ((Stroke::Solid, 1), (Stroke::Dashed, 1));
    assert_eq!(strokes, [solid, dashed, solid, dashed]);
    for words in ["only on work-1", "only on work-2", "on one of 2 nodes"] {
        assert!(says(&diagram, words), "{words}");
    }
    assert!(says(&diagram, "2 workloads may land here · 3 slots"));
}

fn look(diagram: &Diagram, heading: &str) -> Look {
    let node = diagram.scene.nodes.iter().find(|node| node.title == heading);
    node.unwrap_or_else(|| panic!("{heading} is not drawn")).look
}

#[test]
fn what_no_node_has_is_marked() {
    let mut cluster = two_cards();
    cluster.gpu_requests = vec![
        request("ai/intel", "gpu.intel.com/i915", &[]),
        request("ai/lost", NVIDIA, &[("card", "huge")]),
    ];
    let diagram = picture(&cluster, "dangling");
    // A T1000 names no maker, so it may be what is asked for; an RTX is NVIDIA's.
    assert!(says(&diagram, "only on work-2"));
    cluster.gpus[1].model = text("NVIDIA T1000");
    let diagram = picture(&cluster, "dangling");
    let none = "asks for gpu.intel.com/i915: no node has one";
    assert_eq!(look(&diagram, none), Look::Absent(Tone::Plain(Neutral::Error)));
    let label = "no node declares the labels that they insist on";
    assert_eq!(look(&diagram, label), Look::Absent(Tone::Plain(Neutral::Muted)));
    assert_eq!((diagram.scene.paths.len(), diagram.scene.legend_marks.len()), (0, 2));
    cluster.gpus.clear();
    let diagram = picture(&cluster, "no card at all");
    assert!(says(&diagram, "asks for nvidia.com/gpu: no node declares a card"));
}

#[test]
fn claims_are_asks_where_they_are_of_cards() {
    let mut cluster = two_cards();
    let claim = |id: &str, class: &str| DeviceClaim {
        id: id.to_owned(),
        kind: "ResourceClaimTemplate".to_owned(),
        device_classes: vec![text(class)],
        users: vec![],
        source: source(),
    };
    let user = |id: &str, claim: &str| DeviceUser {
        user: id.to_owned(),
        kind: "HelmRelease".to_owned(),
        app: None,
        claims: vec![text(claim)],
        source: source(),
    };
    cluster.device_claims =
        vec![claim("media/card", "gpu.nvidia.com"), claim("iot/radio", "bluetooth.example.com")];
    cluster.device_users = vec![user("media/films", "card"), user("iot/hub", "radio")];
    let diagram = picture(&cluster, "claims");
    assert!(says(&diagram, "claims gpu.nvidia.com · media"));
    assert!(diagram.caption.contains("1 workload claims devices that are no graphics cards."));
}

#[test]
fn nodes_that_are_alike_are_one_where_there_are_many() {
    let mut cluster = cluster();
    for at in 0..9 {
        cluster.nodes.push(node(&format!("work-{at}"), ""));
        cluster.gpus.push(gpu(&format!("work-{at}"), "RTX A4000", Some(2)));
    }
    cluster.gpu_requests = vec![request("ai/any", NVIDIA, &[])];
    let diagram = picture(&cluster, "nine alike");
    assert!(says(&diagram, "9 nodes") && says(&diagram, "on one of 9 nodes"));
    assert_eq!(diagram.scene.paths.len(), 1);
}

#[test]
fn long_and_hostile_names_fit() {
    for prefix in [
        "a-very-long-name-that-goes-on-and-on-",
        "名前の長いもの",
        "🦊🦊🦊🦊🦊🦊🦊🦊🦊",
        "<b>&\"'\u{1}",
    ] {
        let mut cluster = made(5, 20, prefix);
        cluster.gpus[0].model = text(&prefix.repeat(9));
        cluster.gpu_requests[0].resource = prefix.repeat(9);
        let svg = picture(&cluster, prefix).svg("x");
        assert!(!svg.contains("<b>") && !svg.contains('\u{1}'));
    }
}
