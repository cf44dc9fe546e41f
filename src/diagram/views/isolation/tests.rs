//! The isolation picture of made-up clusters of many sizes, and of what its cells say.

use super::super::columns::tests::{Shape, check, known, links, made, reversed, shapes};
use super::{ALLOWED, PARTLY, isolation};
use crate::diagram::Diagram;
use crate::diagram::scene::Look;
use crate::inventory::{Cluster, Coverage, ReachCell, Verdict, Zone};

#[test]
fn nothing_gives_no_picture() {
    assert!(isolation(&Cluster::empty(known("x".to_owned())), &links).is_empty());
}

#[test]
fn many_shapes_hold() {
    for shape in shapes() {
        check(&isolation(&made(shape), &links), &format!("{shape:?}"));
    }
    for spaces in [30, 31, 45, 56, 57, 60] {
        let shape = Shape { spaces, ..Shape::of(spaces) };
        check(&isolation(&made(shape), &links), &format!("{shape:?}"));
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(Shape::of(90));
    let bytes = |cluster: &Cluster| isolation(cluster, &links).svg("x");
    assert_eq!(bytes(&cluster), bytes(&reversed(cluster.clone())));
}

/// Hatched strips in a row.
fn strips(diagram: &Diagram, row: &str) -> usize {
    let inside = diagram.scene.nodes.iter().filter(|node| node.parent.as_deref() == Some(row));
    inside.filter(|node| matches!(node.look, Look::Hatched(_))).count()
}

#[test]
fn cells_say_what_policies_do() {
    let mut cluster = made(Shape { spaces: 2, ..Shape::of(2) });
    for entry in &mut cluster.isolation {
        for side in [&mut entry.ingress, &mut entry.egress] {
            (side.coverage, side.cells) = (Coverage::None, vec![]);
        }
    }
    let bare = isolation(&cluster, &links);
    assert!(strips(&bare, "namespace-space-0") > 0 && strips(&bare, "outside-Internet") > 0);
    assert!(bare.svg("x").contains("no policy"));
    let cell = |zone, verdict| ReachCell { zone, verdict, policies: vec![] };
    cluster.isolation[0].egress.coverage = Coverage::All;
    cluster.isolation[0].egress.cells = vec![
        cell(Zone::World, Verdict::Allowed),
        cell(Zone::Namespace("space-1".to_owned()), Verdict::Restricted),
    ];
    let closed = isolation(&cluster, &links);
    assert_eq!(strips(&closed, "namespace-space-0"), 0);
    let row = closed.scene.nodes.iter().find(|node| node.id == "namespace-space-0").unwrap();
    let tones: Vec<_> = row.marks.iter().map(|mark| mark.tone).collect();
    assert_eq!(tones, [ALLOWED, PARTLY]);
}

#[test]
fn what_has_no_row_is_in_the_table() {
    let diagram = isolation(&made(Shape { spaces: 90, ..Shape::of(150) }), &links);
    assert_eq!(diagram.rows().rows.len(), 90);
    assert!(diagram.caption.starts_with("34 namespaces are left out"), "{}", diagram.caption);
}
