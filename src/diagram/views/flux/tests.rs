//! Flux pictures of made-up graphs of many shapes, checked box by box and line by line.

use super::super::checks;
use super::flux;
use crate::diagram::palette::Theme;
use crate::diagram::scene::{Look, Stroke};
use crate::diagram::{Colours, Diagram, Target};
use crate::inventory::{Cluster, Dependency, Fact, Kustomization, Source};
use crate::source::{FileId, Span};

fn bare() -> Cluster {
    Cluster::empty(Fact::unknown("made up"))
}

fn source() -> Source {
    Source {
        path: "ks.yaml".into(),
        line: 1,
        column: 1,
        field: String::new(),
        from_site: false,
        from_rendered: false,
        span: Span::new(FileId(0), 0, 0),
    }
}

/// A cluster of things, each with what it waits for.
fn made(things: &[(&str, &[&str])]) -> Cluster {
    let wait = |id: &&str| Dependency {
        id: (*id).to_owned(),
        exists: things.iter().any(|(name, _)| name == id),
        source: source(),
    };
    let entry = |(id, waits): &(&str, &[&str])| Kustomization {
        id: (*id).to_owned(),
        path: Fact::known("./apps".to_owned(), source()),
        depends_on: waits.iter().map(wait).collect(),
        external: id.ends_with("external"),
        objects: 1,
        source: source(),
    };
    Cluster { kustomizations: things.iter().map(entry).collect(), ..bare() }
}

fn links(target: &Target) -> Option<String> {
    let Target::Kustomization(id) = target else { return None };
    Some(format!("apps/{id}.html?<&"))
}

/// A graph of `count` things in which each waits for up to `most` earlier ones, by a fixed rule.
fn woven(count: usize, spaces: usize, most: usize, window: usize) -> Cluster {
    let name = |at: usize| format!("space-{}/thing-{at}", at * 7 % spaces);
    let mut state = 12345_u64;
    let mut next = move |limit: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % limit.max(1)
    };
    let mut cluster = bare();
    for at in 0..count {
        let waits: Vec<String> = (0..next(most + 1))
            .filter(|_| at > 0)
            .map(|_| name(at - 1 - next(window.min(at))))
            .collect();
        let waits: Vec<&str> = waits.iter().map(String::as_str).collect();
        let mut one = made(&[(&name(at), &waits)]).kustomizations;
        for wait in &mut one[0].depends_on {
            wait.exists = true;
        }
        cluster.kustomizations.extend(one);
    }
    cluster
}

fn check(cluster: &Cluster, of: &str) -> Vec<Diagram> {
    let diagrams = flux(cluster, None, &links);
    for diagram in &diagrams {
        checks::scene(&diagram.scene, of);
        checks::lines_apart(&diagram.scene, |one, other| one.ends[0] == other.ends[0], of);
        for svg in [
            diagram.svg("flux"),
            diagram.file("flux", Colours::Reader),
            diagram.raster(Theme::Dark),
        ] {
            checks::xml(&svg);
        }
    }
    diagrams
}

fn look(diagram: &Diagram, id: &str) -> Look {
    let node = diagram.scene.nodes.iter().find(|node| node.id == id);
    node.unwrap_or_else(|| panic!("{id} is not drawn")).look
}

#[test]
fn nothing_that_waits_gives_no_picture() {
    assert!(check(&bare(), "nothing").is_empty());
    assert!(check(&made(&[("a/one", &[])]), "one").is_empty());
    assert!(check(&made(&[("a/one", &[]), ("b/two", &[])]), "two").is_empty());
}

#[test]
fn two_stand_side_by_side() {
    let diagrams = check(&made(&[("a/app", &["b/base"]), ("b/base", &[]), ("c/lone", &[])]), "two");
    let scene = &diagrams[0].scene;
    assert_eq!((diagrams.len(), scene.nodes.len(), scene.paths.len()), (1, 2, 1));
    assert!(
        scene.nodes[0].id.ends_with("b__base") && scene.nodes[0].rect.x < scene.nodes[1].rect.x
    );
    assert_eq!(diagrams[0].caption, "1 more waits for nothing and nothing waits for it.");
}

#[test]
fn what_follows_is_not_drawn() {
    let cluster = made(&[("n/a", &[]), ("n/b", &["n/a"]), ("n/c", &["n/a", "n/b", "n/b"])]);
    let diagrams = check(&cluster, "implied");
    let lines: usize = diagrams[0].scene.paths.iter().map(|path| path.lines.len()).sum();
    assert_eq!(lines, 2);
    assert_eq!(diagrams[0].caption, "1 dependency follows from others and is not drawn.");
}

#[test]
fn the_longest_chain_is_heavy_and_numbered() {
    let cluster = made(&[("n/a", &[]), ("n/b", &["n/a"]), ("n/c", &["n/b"]), ("n/d", &["n/a"])]);
    let scene = &check(&cluster, "chain")[0].scene;
    let heavy = scene.paths.iter().filter(|path| path.stroke == Stroke::Heavy);
    assert_eq!(
        heavy.map(|path| path.ends.clone()).collect::<Vec<_>>(),
        [["ks-n__a", "ks-n__b"], ["ks-n__b", "ks-n__c"]]
    );
    let numbered = |id: &str, step: &str| {
        let node = scene.nodes.iter().find(|node| node.id == id).unwrap();
        node.texts.iter().any(|text| text.words == step)
    };
    assert!(numbered("ks-n__a", "1") && numbered("ks-n__c", "3") && !numbered("ks-n__d", "2"));
}

#[test]
fn circles_are_marked_and_end() {
    let cluster = made(&[
        ("n/a", &["n/b"]),
        ("n/b", &["n/a"]),
        ("n/self", &["n/self"]),
        ("n/after", &["n/a"]),
        ("n/before", &[]),
    ]);
    let diagrams = check(&cluster, "circles");
    for id in ["ks-n__a", "ks-n__b", "ks-n__self"] {
        assert!(matches!(look(&diagrams[0], id), Look::Toned(_)), "{id}");
    }
    assert_eq!(look(&diagrams[0], "ks-n__after"), Look::Card);
    assert!(diagrams[0].svg("x").contains("waits for itself in a circle"));
}

#[test]
fn what_is_missing_is_dashed_and_marked() {
    let cluster = made(&[("n/a", &["gone/away"]), ("n/b-external", &["n/a"])]);
    let diagrams = check(&cluster, "missing");
    let scene = &diagrams[0].scene;
    assert!(matches!(look(&diagrams[0], "ks-gone__away"), Look::Absent(_)));
    let missing = scene.nodes.iter().find(|node| node.id == "ks-gone__away").unwrap();
    assert!(missing.link.is_none() && missing.marks.len() == 1);
    let external = scene.nodes.iter().find(|node| node.id == "ks-n__b-external").unwrap();
    assert_eq!(external.marks.len(), 1);
}

#[test]
fn those_that_wait_for_the_same_share_a_frame() {
    let cluster = made(&[
        ("n/base", &[]),
        ("n/end", &["n/middle"]),
        ("n/middle", &["n/base"]),
        ("x/app-2", &["n/base"]),
        ("x/app-10", &["n/base"]),
    ]);
    let scene = &check(&cluster, "frame")[0].scene;
    let frame = scene.nodes.iter().find(|node| node.look == Look::Frame).unwrap();
    let held: Vec<&str> = scene
        .nodes
        .iter()
        .filter(|node| node.parent.as_ref() == Some(&frame.id))
        .map(|node| node.id.as_str())
        .collect();
    assert_eq!(held, ["ks-x__app-2", "ks-x__app-10"]);
}

#[test]
fn many_shapes_hold() {
    for count in [2, 5, 20, 60, 120, 300] {
        for (spaces, most, window) in [(1, 1, 5), (3, 2, 10), (9, 3, 40), (30, 5, 300)] {
            check(
                &woven(count, spaces, most, window),
                &format!("{count} {spaces} {most} {window}"),
            );
        }
    }
}

#[test]
fn long_chains_and_broad_fans_hold() {
    let names: Vec<String> = (0..300).map(|at| format!("n/t{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let chain: Vec<(&str, &[&str])> = names
        .iter()
        .enumerate()
        .map(|(at, name)| (*name, &names[at.saturating_sub(1)..at]))
        .collect();
    assert!(check(&made(&chain), "chain of 300").len() > 1);
    let mut fan: Vec<(&str, &[&str])> = names.iter().map(|name| (*name, &[][..])).collect();
    fan.push(("n/all", &names));
    assert!(check(&made(&fan), "300 into one").iter().any(|it| it.caption.contains("292 lines")));
    let mut fan: Vec<(&str, &[&str])> = names.iter().map(|name| (*name, &["n/base"][..])).collect();
    fan.push(("n/base", &[]));
    check(&made(&fan), "one into 300");
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = woven(80, 6, 3, 20);
    let mut turned = cluster.clone();
    turned.kustomizations.reverse();
    for entry in &mut turned.kustomizations {
        entry.depends_on.reverse();
    }
    let bytes = |cluster| -> Vec<String> {
        flux(cluster, None, &links).iter().map(|diagram| diagram.svg("flux")).collect()
    };
    assert_eq!(bytes(&cluster), bytes(&turned));
}

#[test]
fn a_namespace_brings_what_it_waits_for() {
    let cluster = made(&[("a/app", &["b/base"]), ("b/base", &[]), ("c/other", &["b/base"])]);
    let diagrams = flux(&cluster, Some("a"), &links);
    let ids: Vec<&str> = diagrams[0].scene.nodes.iter().map(|node| node.id.as_str()).collect();
    assert_eq!(ids, ["ks-b__base", "ks-a__app"]);
    assert_eq!(diagrams[0].rows().rows.len(), 1);
    assert!(flux(&cluster, Some("b"), &links).is_empty());
}

#[test]
fn hostile_names_are_escaped_and_fit() {
    let long = "a-name-that-goes-on-and-on-and-on-and-never-comes-to-any-end-at-all";
    let cluster = made(&[
        (
            "<b>&\"'\u{1}/<script>",
            &["名前の長いもの/🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊", "//", "", "no-slash"],
        ),
        ("no-slash", &[long]),
        ("", &["a/b/c"]),
    ]);
    for diagram in check(&cluster, "hostile") {
        let svg = diagram.svg("flux");
        assert!(!svg.contains("<b>") && !svg.contains("<script") && !svg.contains('\u{1}'));
    }
}
