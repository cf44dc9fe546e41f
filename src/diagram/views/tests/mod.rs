//! What holds of all views: over grown clusters, the example, and real repositories.
//!
//! The real repositories are other people's and not part of this project: where the folder
//! `../shared/clusters` (or `clusters` in what `RACKBOOK_SHARED` names) is absent, the test says so.

mod grown;
mod pixels;

use std::io::Write as _;
use std::path::PathBuf;

use grown::{EXAMPLE, Random, cluster, newcomer, shuffled};

use super::{Subject, Takes, VIEWS, View, checks};
use crate::diagram::palette::{Theme, Tone};
use crate::diagram::scene::{Node, Point, Rect};
use crate::diagram::{Colours, Diagram, Target};
use crate::inventory::{Cluster, Fact};

/// Grown clusters, in tests that take them all.
const SEEDS: u64 = 240;

/// A link for everything but hosts, with characters that need care.
fn links(target: &Target) -> Option<String> {
    let leads = !matches!(target, Target::Host(_));
    leads.then(|| format!("page.html?<&\"'#{target:?}"))
}

/// What a view can be narrowed to: the whole, and one thing of the cluster.
fn subjects<'a>(view: &View, cluster: &'a Cluster, random: &mut Random) -> Vec<Subject<'a>> {
    let app = cluster.apps.get(random.below(cluster.apps.len()));
    let whole = Subject::default();
    match view.takes {
        Takes::Nothing => vec![whole],
        Takes::Namespace => {
            let namespace = app.map(|app| app.namespace.as_str());
            vec![whole, Subject { namespace, ..whole }]
        }
        Takes::App => app.map(|app| Subject { app: Some(&app.id), ..whole }).into_iter().collect(),
    }
}

fn check_view(view: &View, cluster: &Cluster, subject: Subject<'_>, of: &str) -> Vec<Diagram> {
    let diagrams = (view.draw)(cluster, subject, &links);
    for diagram in &diagrams {
        let of = format!("{of}, {}, {subject:?}, {}", view.name, diagram.title);
        assert!(!diagram.is_empty(), "empty: {of}");
        checks::scene(&diagram.scene, &of);
        legend(diagram, &of);
        let table = diagram.rows();
        assert!(!table.rows.is_empty(), "no rows: {of}");
        assert!(table.rows.iter().all(|row| row.len() == table.header.len()), "rows: {of}");
        assert!(!diagram.title.is_empty() && !diagram.description.is_empty(), "no words: {of}");
    }
    diagrams
}

/// Every mark that stands for a thing is in the legend, unless it stands in the thing's own box.
fn legend(diagram: &Diagram, of: &str) {
    let scene = &diagram.scene;
    let is_own = |node: &Node| {
        matches!(node.target, Some(Target::Network(_) | Target::Gateway(_) | Target::Storage(_)))
    };
    for node in scene.nodes.iter().filter(|node| !is_own(node)) {
        for mark in node.marks.iter().filter(|mark| !matches!(mark.tone, Tone::Plain(_))) {
            let told = scene.legend_marks.iter().any(|other| other.tone == mark.tone);
            assert!(told, "{:?} of {} is not in the legend: {of}", mark.tone, node.id);
        }
    }
}

fn check_cluster(cluster: &Cluster, seed: u64, of: &str) {
    let mut random = Random::new(seed);
    for view in VIEWS {
        for subject in subjects(view, cluster, &mut random) {
            check_view(view, cluster, subject, of);
        }
    }
}

#[test]
fn nothing_overlaps_in_the_first_half_of_grown_clusters() {
    (0..SEEDS / 2).for_each(|seed| check_cluster(&cluster(seed), seed, &format!("seed {seed}")));
}

#[test]
fn nothing_overlaps_in_the_second_half_of_grown_clusters() {
    let seeds = SEEDS / 2..SEEDS;
    seeds.for_each(|seed| check_cluster(&cluster(seed), seed, &format!("seed {seed}")));
}

#[test]
fn nothing_overlaps_in_the_example() {
    (0..6).for_each(|seed| check_cluster(&EXAMPLE, seed, "example"));
}

/// Real repositories by name; a sentence on standard error where they are absent.
fn repositories() -> Vec<(&'static str, Cluster)> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    let names = ["prox-ops", "onedr0p", "cluster-template"];
    let found = names.into_iter().filter_map(|name| {
        let folder = shared.join("clusters").join(name);
        let cluster = grown::of(&folder).filter(|cluster| !cluster.counts.is_empty());
        if cluster.is_none() {
            // Written past the test harness, which shows what passing tests print to nobody.
            let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
        }
        Some((name, cluster?))
    });
    found.collect()
}

#[test]
fn nothing_overlaps_in_real_repositories() {
    for (name, cluster) in repositories() {
        (0..3).for_each(|seed| check_cluster(&cluster, seed, name));
        pixels::check(&cluster, name);
    }
}

#[test]
fn words_end_where_they_should() {
    pixels::check(&EXAMPLE, "example");
    for seed in [1, 20, 77] {
        pixels::check(&cluster(seed), &format!("seed {seed}"));
    }
}

#[test]
fn written_pictures_are_xml() {
    for seed in (0..SEEDS).step_by(12) {
        let cluster = cluster(seed);
        for view in VIEWS {
            for subject in subjects(view, &cluster, &mut Random::new(seed)) {
                for diagram in (view.draw)(&cluster, subject, &links) {
                    checks::xml(&diagram.svg("it"));
                    checks::xml(&diagram.file("it", Colours::Reader));
                    checks::xml(&diagram.raster(Theme::Dark));
                }
            }
        }
    }
}

#[test]
fn the_order_of_lists_does_not_matter() {
    let mut clusters: Vec<Cluster> = (0..SEEDS).step_by(8).map(cluster).collect();
    clusters.push(EXAMPLE.clone());
    for (at, cluster) in clusters.into_iter().enumerate() {
        let other = shuffled(cluster.clone(), 7);
        for view in VIEWS {
            for subject in subjects(view, &cluster, &mut Random::new(at as u64)) {
                let [one, other] = [&cluster, &other].map(|it| (view.draw)(it, subject, &links));
                let of = format!("{}, {subject:?}, cluster {at}", view.name);
                assert_eq!(one.len(), other.len(), "{of}");
                for (one, other) in one.iter().zip(&other) {
                    assert!(one.svg("it") == other.svg("it"), "{of}");
                    assert_eq!(one.rows(), other.rows(), "{of}");
                }
            }
        }
    }
}

/// Chips and boxes that stand elsewhere in their box than before, with the box that holds them.
fn moved(before: &Diagram, after: &Diagram) -> Vec<(String, String)> {
    let place = |diagram: &Diagram, node: &Node| -> Option<(Rect, String)> {
        let parent = node.parent.clone()?;
        let corner = diagram.scene.nodes.iter().find(|other| other.id == parent)?.rect;
        Some((node.rect.moved(Point::new(-corner.x, -corner.y)), parent))
    };
    let mut moved = Vec::new();
    for node in &before.scene.nodes {
        let now = after.scene.nodes.iter().find(|other| other.id == node.id);
        let (was, is) = (place(before, node), now.and_then(|now| place(after, now)));
        if was != is {
            moved.push((node.id.clone(), was.map_or_else(String::new, |(_, parent)| parent)));
        }
    }
    moved
}

fn network(cluster: &Cluster) -> Diagram {
    super::network(cluster, &links)
}

#[test]
fn a_new_app_moves_chips_of_its_namespace_only() {
    for before in (0..SEEDS).step_by(24).map(cluster).chain([EXAMPLE.clone()]) {
        let drawn = network(&before);
        for space in &before.namespaces {
            let mut after = before.clone();
            after.apps.push(newcomer(&before, &space.name));
            let holder = super::id("namespace", &space.name);
            for (id, parent) in moved(&drawn, &network(&after)) {
                assert_eq!(parent, holder, "{id} moved when {} got an app", space.name);
            }
        }
    }
}

#[test]
fn a_new_machine_moves_boxes_of_its_host_only() {
    let drawn = network(&EXAMPLE);
    for host in &EXAMPLE.hosts {
        let mut after = EXAMPLE.clone();
        let mut vm = EXAMPLE.vms[0].clone();
        vm.name = "vm-1".to_owned();
        vm.node = None;
        vm.host = Fact::known(host.name.clone(), host.source.clone());
        after.vms.push(vm);
        let holder = super::id("host", &host.name);
        for (id, parent) in moved(&drawn, &network(&after)) {
            assert_eq!(parent, holder, "{id} moved when {} got a machine", host.name);
        }
    }
}

#[test]
fn a_full_namespace_is_counted_and_has_its_own_picture() {
    let mut cluster = EXAMPLE.clone();
    let space = cluster.namespaces[0].name.clone();
    let first = cluster.apps[0].clone();
    cluster.apps = (0..150)
        .map(|at| {
            let mut app = first.clone();
            app.name = format!("app-{at}");
            app.id = format!("{space}/{}", app.name);
            app.namespace.clone_from(&space);
            app
        })
        .collect();
    let whole = network(&cluster);
    let chips = |diagram: &Diagram| {
        let is_app = |node: &&Node| matches!(node.target, Some(Target::App(_)));
        diagram.scene.nodes.iter().filter(is_app).filter(|node| node.parent.is_some()).count()
    };
    assert_eq!(chips(&whole), 0);
    let counted =
        whole.scene.nodes.iter().find(|node| node.texts.iter().any(|it| it.words == "150 apps"));
    assert_eq!(counted.and_then(|it| it.target.clone()), Some(Target::Namespace(space.clone())));
    let own = super::namespace(&cluster, Some(&space), &links);
    checks::scene(&own[0].scene, "150 apps");
    assert_eq!((own.len(), chips(&own[0]), own[0].rows().rows.len() >= 150), (1, 150, true));
}
