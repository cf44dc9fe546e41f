//! The picture of one app: who reaches it, what it stores and uses, and what it waits for.
//!
//! In: a [`Cluster`], the id of an app, and where each thing leads. Out: a [`Diagram`] of a dozen
//! boxes at most, small enough for the page of every app.

mod gather;

#[cfg(test)]
mod tests;

use super::Links;
use super::columns::{Card, Column, Columns, Lead, Share, counted, draw};
use crate::diagram::layout::{Block, MARGIN};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{Cap, CapKind, Look, Path, Point, Scene, Stroke, px, times};
use crate::diagram::{Diagram, Table, Target};
use crate::inventory::{App, Cluster};
use gather::{Around, Thing};

const SIDE: i32 = px(214);
const MIDDLE: i32 = px(248);
/// Space between the app and what stands below it, and between these.
const DROP: i32 = px(34);
const GAP: i32 = px(12);

const QUIET: Tone = Tone::Plain(Neutral::Muted);
const OWN: Tone = Tone::Plain(Neutral::Focus);

/// The picture of an app; nothing where there is no such app, or nothing is around it.
pub(super) fn app(cluster: &Cluster, id: &str, links: Links) -> Option<Diagram> {
    let app = cluster.apps.iter().find(|app| app.id == id)?;
    let around = Around::new(cluster, app);
    (!around.is_empty()).then(|| Diagram {
        title: format!("What is around {}", app.name),
        description: description(app, &around),
        caption: caption(&around),
        table: table(&around),
        scene: scene(app, &around, links),
    })
}

fn scene(app: &App, around: &Around, links: Links) -> Scene {
    let side = |kind: &str, things: &[Thing]| -> Vec<Block> {
        let block = |(at, thing): (usize, &Thing)| card(kind, at, thing).block(SIDE, links);
        things.iter().enumerate().map(block).collect()
    };
    let column = |heading: &str, width, tracks, blocks| Column {
        heading: heading.to_owned(),
        notes: vec![],
        width,
        tracks,
        blocks,
    };
    let lead = |from: String, to: String, title: &str| Lead {
        from,
        to,
        tone: QUIET,
        stroke: Stroke::Solid,
        title: title.to_owned(),
    };
    let (left, right) = (side("l", &around.left), side("r", &around.right));
    let into = left.iter().map(|it| lead(it.node.id.clone(), "app".to_owned(), "reaches it"));
    let out = right.iter().map(|it| lead("app".to_owned(), it.node.id.clone(), "it uses"));
    let leads = vec![(Share::Target, into.collect()), (Share::Source, out.collect())];
    let columns = vec![
        column("Who reaches it", SIDE, 1, left),
        column("", MIDDLE, 1, vec![own(app, links)]),
        column("What it stores and uses", SIDE, 0, right),
    ];
    let mut scene = draw(Columns { list: columns, leads, legend: vec![] });
    scene.notes.retain(|note| !note.words.is_empty());
    below(&mut scene, &around.below, links);
    scene
}

fn own(app: &App, links: Links) -> Block {
    let card = Card {
        id: "app".to_owned(),
        // Its own page shows the picture.
        target: None,
        look: Look::Toned(OWN),
        tone: None,
        name: app.name.clone(),
        details: vec![format!("{} in {}", app.kind, app.namespace)],
        tag: String::new(),
        title: format!("{}, app in {}", app.name, app.namespace),
    };
    let mut block = card.block(MIDDLE, links);
    block.node.target = Some(Target::App(app.id.clone()));
    block
}

fn card(kind: &str, at: usize, thing: &Thing) -> Card {
    Card {
        id: format!("{kind}{}", at + 1),
        target: thing.target.clone(),
        look: thing.look,
        tone: thing.tone,
        name: thing.name.clone(),
        details: vec![thing.detail.clone()],
        tag: String::new(),
        title: thing.title.clone(),
    }
}

/// Boxes below the app, side by side, each with a line from it.
fn below(scene: &mut Scene, things: &[Thing], links: Links) {
    let Some(own) = scene.nodes.iter().find(|node| node.id == "app").map(|node| node.rect) else {
        return;
    };
    let width = if things.len() > 1 { (MIDDLE - GAP) / 2 } else { MIDDLE };
    let top = own.bottom() + DROP;
    let mut path = Path {
        id: "order".to_owned(),
        ends: vec!["app".to_owned()],
        lines: vec![],
        caps: vec![],
        tone: QUIET,
        stroke: Stroke::Dashed,
        title: "order of applying".to_owned(),
    };
    for (at, thing) in things.iter().enumerate() {
        let block = card("w", at, thing).block(width, links);
        let left = own.x + times(at) * (width + GAP);
        let end = Point::new(left + width / 2, top);
        path.ends.push(block.node.id.clone());
        path.lines.push(vec![Point::new(end.x, own.bottom()), end]);
        path.caps.push(Cap { at: end, kind: CapKind::Dot });
        let node = block.node.moved(Point::new(left, top));
        scene.height = scene.height.max(node.rect.bottom() + MARGIN);
        scene.nodes.push(node);
    }
    if !things.is_empty() {
        scene.paths.push(path);
    }
}

fn description(app: &App, around: &Around) -> String {
    format!(
        "{} in {}: {} to it, {} that it uses.",
        app.name,
        app.namespace,
        counted(around.left.len(), "way", "ways"),
        counted(around.right.len(), "thing", "things"),
    )
}

fn caption(around: &Around) -> String {
    match around.more {
        0 => String::new(),
        1 => "1 thing is counted only; the tables below have it.".to_owned(),
        more => format!("{more} things are counted only; the tables below have them."),
    }
}

fn table(around: &Around) -> Table {
    let header = ["Side", "What", "Detail"].map(str::to_owned).to_vec();
    let sides =
        [("reaches it", &around.left), ("it uses", &around.right), ("order", &around.below)];
    let rows = sides.iter().flat_map(|(side, things)| {
        things.iter().map(|thing| vec![(*side).to_owned(), thing.name.clone(), thing.title.clone()])
    });
    Table { header, rows: rows.collect() }
}
