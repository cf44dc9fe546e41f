//! The storage picture of made-up clusters of many sizes, and of what nothing saves.

use super::super::columns::tests::{Shape, check, known, links, made, reversed, shapes};
use super::storage;
use crate::diagram::scene::Look;
use crate::inventory::Cluster;

#[test]
fn nothing_gives_no_picture() {
    assert!(storage(&Cluster::empty(known("x".to_owned())), None, &links).is_empty());
}

#[test]
fn many_shapes_hold() {
    for shape in shapes() {
        let diagram = storage(&made(shape), None, &links);
        if !diagram.is_empty() {
            check(&diagram, &format!("{shape:?}"));
        }
    }
}

#[test]
fn order_of_the_input_does_not_matter() {
    let cluster = made(Shape::of(90));
    let bytes = |cluster: &Cluster| storage(cluster, None, &links).svg("x");
    assert_eq!(bytes(&cluster), bytes(&reversed(cluster.clone())));
}

#[test]
fn a_claim_without_a_backup_is_dashed() {
    let mut cluster = made(Shape::of(12));
    let saved = |cluster: &Cluster| {
        let diagram = storage(cluster, None, &links);
        let chips = diagram.scene.nodes.iter().filter(|node| node.id.starts_with("claim-"));
        chips.map(|node| !matches!(node.look, Look::Absent(_))).collect::<Vec<_>>()
    };
    let before = saved(&cluster);
    assert!(before.contains(&true) && before.contains(&false), "{before:?}");
    for claim in &mut cluster.claims {
        claim.backups.clear();
    }
    assert!(saved(&cluster).iter().all(|saved| !saved));
}

#[test]
fn a_namespace_lists_all_its_claims() {
    let cluster = made(Shape { spaces: 2, ..Shape::of(60) });
    let chips = |namespace| {
        let diagram = storage(&cluster, namespace, &links);
        diagram.scene.nodes.iter().filter(|node| node.id.starts_with("claim-")).count()
    };
    let claims = cluster.claims.iter().filter(|claim| claim.id.starts_with("space-1/")).count();
    assert_eq!((chips(None), chips(Some("space-1"))), (0, claims));
}

#[test]
fn exports_stand_beside_classes() {
    let diagram = storage(&made(Shape::of(60)), None, &links);
    let has = |start: &str| diagram.scene.nodes.iter().any(|node| node.id.starts_with(start));
    assert!(has("server-NFS") && has("export-NFS") && has("class-") && has("backend-Ceph"));
    assert!(has("repository-") && has("tool-K8up"));
}
