//! The exposure picture of made-up clusters of many sizes, and of what must stand out.

use super::super::columns::tests::{Shape, check, known, links, made, reversed, shapes};
use super::exposure;
use crate::diagram::scene::Look;
use crate::inventory::{Audience, Authentication, Cluster, Fact};

#[test]
fn nothing_gives_no_picture() {
    assert!(exposure(&Cluster::empty(known("x".to_owned())), None, &links).is_empty());
}

#[test]
fn many_shapes_hold() {
    for shape in shapes() {
        let diagram = exposure(&made(shape), None, &links);
        if !diagram.is_empty() {
            check(&diagram, &format!("{shape:?}"));
        }
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(Shape::of(90));
    let bytes = |cluster: &Cluster| exposure(cluster, None, &links).svg("x");
    assert_eq!(bytes(&cluster), bytes(&reversed(cluster.clone())));
}

/// A cluster with one host name.
fn single(audience: Audience, authentication: Authentication) -> Cluster {
    let mut cluster = made(Shape::of(1));
    cluster.exposed_services.clear();
    let exposure = &mut cluster.exposures[0];
    exposure.apps = vec![cluster.apps[0].id.clone()];
    (exposure.audience, exposure.audiences) = (audience, vec![audience]);
    exposure.authentication = authentication;
    cluster
}

#[test]
fn what_the_internet_reaches_unasked_stands_out() {
    for (audience, authentication, stands_out) in [
        (Audience::Wan, Authentication::NoneDeclared, true),
        (Audience::Wan, Authentication::Required, false),
        (Audience::Lan, Authentication::NoneDeclared, false),
    ] {
        let diagram = exposure(&single(audience, authentication), None, &links);
        let groups = diagram.scene.nodes.iter().filter(|node| node.id.starts_with("group-"));
        let toned = groups.filter(|node| matches!(node.look, Look::Toned(_))).count();
        assert_eq!(toned == 1, stands_out, "{audience:?} {authentication:?}");
        let unasked = diagram.svg("x").contains("no login declared");
        assert_eq!(unasked, authentication == Authentication::NoneDeclared);
    }
}

#[test]
fn a_namespace_shows_its_own_apps_only() {
    let cluster = made(Shape::of(60));
    let diagram = exposure(&cluster, Some("space-3"), &links);
    let rows = &diagram.rows().rows;
    assert!(!rows.is_empty() && rows.iter().all(|row| row[3].starts_with("space-3/")), "{rows:?}");
}

#[test]
fn names_with_no_app_are_counted() {
    let mut cluster = single(Audience::Lan, Authentication::Unknown);
    cluster.exposures[0].apps.clear();
    cluster.exposures[0].name = Fact::unknown("made up");
    let diagram = exposure(&cluster, None, &links);
    assert!(diagram.svg("x").contains("no known app"));
}
