//! Pictures of single apps of made-up clusters: their shape, and how small they are.

use super::super::columns::tests::{Shape, check, links, made, reversed, shapes};
use super::app;
use crate::inventory::Cluster;

/// Bytes of a picture on a page, whose theme holds the style.
fn size(svg: &str) -> usize {
    let style = svg.find("</style>").unwrap() - svg.find("<style>").unwrap();
    svg.len() - style
}

#[test]
fn many_shapes_hold() {
    for shape in shapes() {
        let cluster = made(shape);
        for one in cluster.apps.iter().step_by(5) {
            if let Some(diagram) = app(&cluster, &one.id, &links) {
                check(&diagram, &format!("{} of {shape:?}", one.id));
                assert!(diagram.scene.nodes.len() <= 12);
            }
        }
    }
}

#[test]
fn it_is_small() {
    let cluster = made(Shape::of(150));
    for one in &cluster.apps {
        let svg = app(&cluster, &one.id, &links).expect("waits for another").svg("app");
        assert!(size(&svg) < 7 * 1024, "{} takes {}", one.id, size(&svg));
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(Shape::of(90));
    let turned = reversed(cluster.clone());
    let bytes = |cluster: &Cluster, id: &str| app(cluster, id, &links).map(|it| it.svg("x"));
    for one in &cluster.apps {
        assert_eq!(bytes(&cluster, &one.id), bytes(&turned, &one.id));
    }
}

#[test]
fn an_unknown_app_has_no_picture() {
    assert!(app(&made(Shape::of(3)), "no/such", &links).is_none());
}

#[test]
fn more_than_fits_is_counted() {
    let mut cluster = made(Shape::of(3));
    let own = cluster.apps[1].id.clone();
    let claim = cluster.claims[0].clone();
    for at in 0..9 {
        let mut claim = claim.clone();
        claim.id = format!("{own}-{at}");
        cluster.apps[1].claims.push(claim.id.clone());
        cluster.claims.push(claim);
    }
    let diagram = app(&cluster, &own, &links).expect("it has claims");
    check(&diagram, "many claims");
    assert!(diagram.svg("x").contains("more claims"));
}
