//! Hand-written pictures of many kinds, whole and broken, checked box by box and line by line.

mod hostile;

use std::fmt::Write as _;

use super::{Context, Drawn, Format, Text, read, schema};
use crate::diagnostic::Diagnostic;
use crate::diagram::Diagram;
use crate::diagram::palette::Theme;
use crate::diagram::views::checks;
use crate::inventory::{Cluster, collect};
use crate::source::{FileId, Sources};

/// Numbers that look random and are the same in each run.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// A cluster with two nodes and nothing else.
pub(super) fn cluster() -> Cluster {
    let text = "nodes:\n  - hostname: alder\n    ipAddress: 192.0.2.11\n    controlPlane: true\n  \
                - hostname: birch\n    ipAddress: 192.0.2.12\n";
    let config = format!("clusterName: test\nendpoint: https://192.0.2.10:6443\n{text}");
    let files: [(&str, &[u8]); 1] = [("talos/talconfig.yaml", config.as_bytes())];
    let sources = Sources::from_memory(files);
    let (documents, _) = crate::source::parse(&sources);
    let (effective, _) = crate::gitops::walk(&sources, &documents, None);
    collect(&sources, &documents, &effective, None, &[]).0
}

pub(super) fn drawn(
    cluster: &Cluster,
    text: &str,
    format: Format,
) -> (Option<Drawn>, Vec<Diagnostic>) {
    let links = |_: &crate::diagram::Target| Some("/x.html".to_owned());
    let context = Context { cluster, links: &links, root: Some("/") };
    read(Text { file: FileId::default(), base: 0, text, name: "test" }, format, context)
}

fn diagram(text: &str, format: Format) -> Diagram {
    let (drawn, diagnostics) = drawn(&cluster(), text, format);
    match drawn {
        Some(Drawn::Diagram(diagram)) => *diagram,
        _ => panic!("not drawn: {diagnostics:?}\n{text}"),
    }
}

fn check(diagram: &Diagram, of: &str) {
    checks::scene(&diagram.scene, of);
    for svg in [diagram.svg("id"), diagram.raster(Theme::Dark)] {
        checks::xml(&svg);
    }
}

const HOME: &str = "
title: Home
lanes:
  - name: Provider
    nodes: [{id: isp, label: Example Fibre, icon: 'mdi:web', href: 'https://example.com/'}]
  - name: Switches
    nodes: [{id: switch, sub: 8 ports}, {id: other}]
  - name: Networks
    buses: [{id: lan, label: LAN, sub: 192.0.2.0/24}, {id: iot}]
  - name: Rack
    groups:
      - id: rack
        nodes: [{ref: node/alder}, {ref: node/birch}]
    nodes: [{id: nas}]
links:
  - {from: isp, to: switch, kind: fibre, speed: 1 Gbit/s}
  - {from: switch, to: other, kind: wireless, label: spare}
  - {from: switch, to: [lan, iot]}
  - {from: lan, to: [rack, nas]}
  - {from: iot, to: node/alder, kind: flow}
  - {from: other, to: nas, kind: tunnel, label: backup}
";

#[test]
fn a_picture_in_lanes() {
    let diagram = diagram(HOME, Format::Yaml);
    check(&diagram, "home");
    let ids: Vec<&str> = diagram.scene.nodes.iter().map(|node| node.id.as_str()).collect();
    assert!(ids.contains(&"box-node__alder"), "{ids:?}");
    let alder = diagram.scene.nodes.iter().find(|node| node.id == "box-node__alder");
    let alder = alder.expect("drawn");
    assert_eq!(alder.link.as_deref(), Some("/x.html"));
    assert!(alder.title.contains("192.0.2.11"), "{}", alder.title);
    // Each pair of ends is joined.
    let ends: usize = diagram.scene.paths.iter().map(|path| path.ends.len().max(1) - 1).sum();
    assert_eq!(ends, 8);
    assert_eq!(diagram.rows().rows.len(), 9);
    assert_eq!(diagram.caption, "");
}

#[test]
fn mistakes_are_named_at_their_bytes() {
    for (from, to, code, help) in [
        ("kind: fibre", "kind: fiber", "diagram/invalid", "did you mean `fibre`?"),
        ("to: switch,", "to: swich,", "diagram/unknown-end", "did you mean `switch`?"),
        ("node/birch", "node/brich", "diagram/unknown-ref", "did you mean `node/birch`?"),
        ("node/birch", "nod/birch", "diagram/unknown-ref", "did you mean `node/birch`?"),
        ("sub: 8 ports", "subb: 8 ports", "diagram/unknown-key", "did you mean `sub`?"),
        ("mdi:web", "mdi:webb", "diagram/unknown-icon", "did you mean `mdi:web`?"),
        ("{id: nas}", "{id: isp}", "diagram/same-id", "give one of them another `id`"),
        ("https://example.com/", "javascript:x", "diagram/invalid", "start it with `https://`"),
        ("title: Home", "titel: Home", "diagram/unknown-key", "did you mean `title`?"),
    ] {
        let text = HOME.replacen(from, to, 1);
        let (drawn, found) = drawn(&cluster(), &text, Format::Yaml);
        assert!(drawn.is_none(), "{to}");
        let fits = found.iter().any(|one| {
            let help_fits = one.help.as_ref().is_some_and(|it| it.starts_with(help));
            one.code == code && help_fits
        });
        assert!(fits, "{to}: {found:?}");
        let at = |one: &Diagnostic| match one.place {
            crate::diagnostic::Place::Span(span) => text[span.range()].to_owned(),
            _ => String::new(),
        };
        assert!(found.iter().all(|one| !at(one).is_empty()), "{found:?}");
    }
}

#[test]
fn the_schema_has_the_keys_that_are_read() {
    let schema = schema();
    let keys = |value: &serde_json::Value| {
        let mut keys: Vec<String> =
            value["properties"].as_object().expect("an object").keys().cloned().collect();
        keys.sort();
        keys
    };
    let same = |of: &serde_json::Value, known: &[&str]| {
        let mut known: Vec<String> = known.iter().map(|key| (*key).to_owned()).collect();
        known.sort();
        assert_eq!(keys(of), known);
    };
    same(&schema, super::read::FILE);
    let parts = [
        ("Lane", super::read::LANE),
        ("Group", super::read::GROUP),
        ("Node", super::read::NODE),
        ("Bus", super::read::BUS),
        ("Link", super::read::LINK),
    ];
    for (name, known) in parts {
        same(&schema["$defs"][name], known);
    }
}

/// A made-up picture: nodes in lanes or groups, and lines between any of them.
fn made(dice: &mut Dice) -> String {
    let lanes = dice.below(5);
    let mut text = String::from("title: Made\n");
    let mut ids = Vec::new();
    let mut boxes = |text: &mut String, dice: &mut Dice, indent: &str, most: usize| {
        for _ in 0..=dice.below(most) {
            let id = format!("n{}", ids.len());
            let label = "a rather long name for a box".get(..1 + dice.below(27)).unwrap_or("a");
            let sub = ["", ", sub: 192.0.2.1", ", sub: detail"][dice.below(3)];
            _ = writeln!(text, "{indent}- {{id: {id}, label: '{label}'{sub}}}");
            ids.push(id);
        }
    };
    if lanes > 0 {
        text.push_str("lanes:\n");
    }
    for lane in 0..lanes.max(1) {
        let indent = if lanes > 0 { "    " } else { "" };
        if lanes > 0 {
            _ = writeln!(text, "  - name: Lane {lane}");
            if dice.below(4) == 0 {
                _ = writeln!(text, "    buses: [{{id: b{lane}, sub: 192.0.2.0/24}}]");
            }
        }
        if dice.below(2) == 0 {
            _ = writeln!(text, "{indent}groups:\n{indent}  - id: g{lane}\n{indent}    nodes:");
            boxes(&mut text, dice, &format!("{indent}      "), 6);
            if dice.below(2) == 0 {
                _ = writeln!(text, "{indent}    groups:\n{indent}      - id: h{lane}");
                _ = writeln!(text, "{indent}        nodes:");
                boxes(&mut text, dice, &format!("{indent}          "), 4);
            }
        }
        _ = writeln!(text, "{indent}nodes:");
        boxes(&mut text, dice, &format!("{indent}  "), 7);
    }
    text.push_str("links:\n");
    for _ in 0..=dice.below(30) {
        let (from, to) = (dice.below(ids.len()), dice.below(ids.len()));
        if from != to {
            let kind = ["cable", "fibre", "wireless", "tunnel", "flow"][dice.below(5)];
            let label = ["", ", speed: 10 Gbit/s", ", label: words beside it"][dice.below(3)];
            _ = writeln!(text, "  - {{from: n{from}, to: n{to}, kind: {kind}{label}}}");
        }
    }
    _ = writeln!(text, "  - {{from: n0, to: n{}}}", ids.len() - 1);
    if ids.len() == 1 {
        text.truncate(text.find("links:").unwrap_or(0));
    }
    text
}

#[test]
fn made_up_pictures_hold_what_all_hold() {
    let cluster = cluster();
    for seed in 0..120 {
        let text = made(&mut Dice::new(seed));
        let (drawn, found) = drawn(&cluster, &text, Format::Yaml);
        let Some(Drawn::Diagram(diagram)) = drawn else { panic!("{found:?}\n{text}") };
        check(&diagram, &format!("seed {seed}\n{text}"));
    }
}

/// A made-up flowchart.
fn made_chart(dice: &mut Dice) -> String {
    let mut text = format!("flowchart {}\n", ["TD", "LR", "BT", "RL"][dice.below(4)]);
    let nodes = 2 + dice.below(16);
    let shapes = ["[a box]", "(round)", "{choice}", "[(store)]", "((circle))", ""];
    let mut open = 0;
    for _ in 0..dice.below(24) {
        match dice.below(7) {
            0 if open < 3 => {
                _ = writeln!(text, "subgraph s{} [Group {open}]", dice.below(9));
                open += 1;
            }
            1 if open > 0 => {
                text.push_str("end\n");
                open -= 1;
            }
            _ => {
                let link = ["-->", "---", "-.->", "==>", "-->|words|", "<-->", "-- more -->"];
                let (from, to) = (dice.below(nodes), dice.below(nodes));
                let shape = shapes[dice.below(shapes.len())];
                _ = writeln!(text, "  n{from}{shape} {} n{to}", link[dice.below(link.len())]);
            }
        }
    }
    text.push_str(&"end\n".repeat(open));
    text.push_str("  n0 --> n1\n");
    text
}

#[test]
fn made_up_flowcharts_hold_what_all_hold() {
    let cluster = cluster();
    for seed in 0..120 {
        let text = made_chart(&mut Dice::new(seed));
        let (drawn, found) = drawn(&cluster, &text, Format::Mermaid);
        let Some(Drawn::Diagram(diagram)) = drawn else { panic!("{found:?}\n{text}") };
        check(&diagram, &format!("seed {seed}\n{text}"));
    }
}

#[test]
fn flowcharts_as_people_write_them() {
    let text = "---\ntitle: Way in\n---\n%%{init: {'theme': 'dark'}}%%\ngraph LR;\n  \
                A[\"Router (OPNsense)<br/>192.0.2.1\"] -->|VLAN 20| B & C\n  \
                B -- \"two words\" --> D{{hexagon}}; D -. 1 .-> laptop/desktop\n  \
                subgraph net [The net]\n    direction TB\n    B((b))\n    E@{ shape: cyl, label: \"Ceph\" }\n  end\n  \
                C <--> E:::store\n  A ~~~ E\n  classDef store fill:#fff\n  click A \"https://example.com/a\"\n  \
                net ==> F>flag]\n";
    let diagram = diagram(text, Format::Mermaid);
    check(&diagram, text);
    assert_eq!(diagram.title, "Way in");
    let names: Vec<&str> = diagram.rows().rows.iter().map(|row| row[0].as_str()).collect();
    for name in ["Router (OPNsense)", "b", "Ceph", "hexagon", "laptop/desktop", "flag", "The net"] {
        assert!(names.contains(&name), "{name} in {names:?}");
    }
    let router = diagram.scene.nodes.iter().find(|node| node.id == "box-A").expect("drawn");
    assert_eq!(router.link.as_deref(), Some("https://example.com/a"));
    assert!(router.title.starts_with("Router (OPNsense), 192.0.2.1"), "{}", router.title);
}

#[test]
fn flowcharts_that_cannot_be_read() {
    for (text, message) in [
        ("graph TD\n  a --> \n", "a node is expected here"),
        ("graph TD\n  a[open --> b\n", "the shape of `a` is not closed"),
        ("graph TD\n  a -> b\n", "a link is expected here"),
        ("graph TD\n  subgraph x\n  a --> b\n", "this `subgraph` has no `end`"),
        ("graph TD\n  a\n  end\n", "this `end` ends nothing"),
        ("sequenceDiagram\n  a->>b: x\n", "this is no Mermaid flowchart"),
        ("graph TD\n", "there is nothing to draw"),
    ] {
        let (drawn, found) = drawn(&cluster(), text, Format::Mermaid);
        assert!(drawn.is_none(), "{text}");
        assert!(found.iter().any(|one| one.message == message), "{text} {found:?}");
    }
    assert!(super::is_flowchart("%% words\n\nflowchart TB\n"));
    assert!(!super::is_flowchart("sequenceDiagram\n"));
}
