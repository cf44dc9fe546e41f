//! A sketch becomes a scene that looks like the derived ones.
//!
//! In: a [`Sketch`]. Out: a [`Diagram`]. It decides sizes, turns what runs to the right, and leaves
//! places to `lay`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::lay::{self, Laid, PAD, Shape, Task, Unit, Wish};
use super::sketch::{Item, Kind, Sketch, Tie, Way};
use super::{marks, words};
use crate::diagram::Diagram;
use crate::diagram::label::BarWords;
use crate::diagram::layout::{BAR_HEIGHT, GUTTER, MARGIN};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{
    Cap, CapKind, Icon, Look, Mark, Node, Path, Point, Rect, Scene, Text, px,
};
use crate::diagram::text::{Style, fit, shorten, width};
use crate::diagram::views::id;

/// Widest picture: what a page has room for beside its menu.
const WIDEST: i32 = px(976);
/// Heights of a box with one line and with two, and of a frame's own line.
const LOW: i32 = px(32);
const HIGH: i32 = px(44);
const HEADER: i32 = px(30);
/// Space between words and the edge of their box.
const SIDE: i32 = px(11);
/// Room for an icon and for a mark before the words.
const ICON: i32 = px(18);
const ICON_ROOM: i32 = px(25);
const MARK_ROOM: i32 = px(18);
/// Widest name of a lane.
const WIDEST_LANE: i32 = px(150);

/// Draws a sketch.
pub(super) fn diagram(sketch: &Sketch) -> Diagram {
    let pen = Pen::new(sketch);
    let sideways = sketch
        .sideways
        .then(|| pen.laid(true))
        .filter(|laid| laid.left_out.is_empty() && laid.height + 2 * MARGIN <= WIDEST);
    let laid = sideways.map_or_else(|| pen.laid(false), turned);
    let left_out = laid.left_out.len();
    Diagram {
        title: sketch.title.clone(),
        description: words::description(sketch),
        caption: words::caption(left_out),
        table: words::table(sketch),
        scene: pen.scene(laid),
    }
}

/// Across and along change places.
fn turned(mut laid: Laid) -> Laid {
    let flip = |point: &mut Point| *point = Point::new(point.y, point.x);
    for rect in &mut laid.rects {
        *rect = Rect::new(rect.y, rect.x, rect.height, rect.width);
    }
    laid.lines.iter_mut().flat_map(|line| &mut line.ways).flatten().for_each(flip);
    (laid.width, laid.height) = (laid.height, laid.width);
    laid
}

/// What lines of one look have in common.
type LookKey<'a> = (Way, Option<Tone>, &'a str, (bool, bool));

struct Pen<'a> {
    sketch: &'a Sketch,
    /// Height of all boxes.
    height: i32,
    left: i32,
    /// Looks of ties by number, and the number of each tie's.
    looks: Vec<usize>,
}

impl<'a> Pen<'a> {
    fn new(sketch: &'a Sketch) -> Self {
        let mut nodes = sketch.items.iter().filter(|item| item.kind == Kind::Node);
        let height = if nodes.any(|item| !item.sub.is_empty()) { HIGH } else { LOW };
        let lanes = sketch.lanes.iter().map(|name| width(&lane_name(name), Style::Heading));
        let widest = lanes.max().unwrap_or(0);
        let gutter = if widest == 0 { 0 } else { GUTTER.max(widest + px(16)) };
        let mut known: BTreeMap<LookKey<'a>, usize> = BTreeMap::new();
        let look = |tie: &'a Tie| {
            let next = known.len();
            *known.entry((tie.way, tie.tone, &tie.label, tie.arrows)).or_insert(next)
        };
        let looks = sketch.ties.iter().map(look).collect();
        Self { sketch, height, left: MARGIN + gutter / 2 * 2, looks }
    }

    fn laid(&self, sideways: bool) -> Laid {
        let widest = self.sketch.items.iter().map(card_width).max().unwrap_or(0);
        let bars = bars_width(&self.sketch.items);
        let unit = |item: &Item| Unit {
            parent: item.parent,
            lane: item.lane,
            shape: match (item.kind, sideways) {
                (Kind::Node, false) => Shape::Leaf { across: card_width(item), along: self.height },
                (Kind::Node, true) => Shape::Leaf { across: HIGH, along: widest },
                (Kind::Bus | Kind::Derived, _) => Shape::Bar { words: bars, along: BAR_HEIGHT },
                (Kind::Group, false) => Shape::Frame {
                    before: HEADER,
                    beside: PAD,
                    name: header_width(item) + px(10),
                    least: 0,
                },
                (Kind::Group, true) => Shape::Frame {
                    before: PAD,
                    beside: HEADER,
                    name: HEADER,
                    least: header_width(item) + PAD,
                },
            },
        };
        let wish = |(at, tie): (usize, &Tie)| {
            let room = width(&shorten(&tie.label), Style::Detail) + px(8);
            let (words, breadth) = match (tie.label.is_empty(), sideways) {
                (true, _) => (0, 0),
                (false, false) => (marks::HEIGHT, room),
                (false, true) => (room, marks::HEIGHT),
            };
            Wish { from: tie.from, to: tie.to, look: self.looks[at], words, breadth }
        };
        lay::lay(&Task {
            units: self.sketch.items.iter().map(unit).collect(),
            wishes: self.sketch.ties.iter().enumerate().map(wish).collect(),
            lanes: !self.sketch.lanes.is_empty(),
            limit: if sideways { px(1400) } else { WIDEST - self.left - MARGIN },
        })
    }

    fn scene(&self, laid: Laid) -> Scene {
        let by = Point::new(self.left, MARGIN);
        let mut scene = Scene { width: self.left + laid.width + MARGIN, ..Scene::default() };
        scene.height = laid.height + MARGIN;
        for (lane, top) in &laid.lanes {
            if let Some(name) = self.sketch.lanes.get(*lane) {
                let at = Point::new(MARGIN, MARGIN + top + px(17));
                scene.notes.push(Text::new(at, lane_name(name), Style::Heading));
            }
        }
        for at in self.reading_order() {
            self.boxed(&mut scene, at, laid.rects[at].moved(by));
        }
        for line in laid.lines {
            let path = self.path(&line, by);
            scene.paths.push(path);
        }
        let mut numbered = Vec::new();
        for run in self.bars(&scene) {
            crate::diagram::label::on_bars(&mut scene, &run, &mut numbered);
        }
        self.labels(&mut scene, &mut numbered);
        marks::legend(&mut scene, &self.kinds(), &numbered, self.left);
        scene
    }

    /// Each frame before what it holds, as the writers want it.
    fn reading_order(&self) -> Vec<usize> {
        let items = &self.sketch.items;
        let mut order = Vec::new();
        let mut todo: Vec<usize> =
            (0..items.len()).rev().filter(|at| items[*at].parent.is_none()).collect();
        while let Some(at) = todo.pop() {
            order.push(at);
            todo.extend((0..items.len()).rev().filter(|child| items[*child].parent == Some(at)));
        }
        order
    }

    fn node_id(&self, at: usize) -> String {
        id("box", &self.sketch.items[at].id)
    }

    fn boxed(&self, scene: &mut Scene, at: usize, rect: Rect) {
        let item = &self.sketch.items[at];
        let look = match (item.kind, item.tone) {
            (Kind::Group, _) => Look::Frame,
            (Kind::Node, Some(tone)) => Look::Toned(tone),
            (Kind::Node, None) => Look::Card,
            (Kind::Bus | Kind::Derived, tone) => {
                Look::Bar(tone.unwrap_or(Tone::Plain(Neutral::Muted)))
            }
        };
        let mut node = Node {
            id: self.node_id(at),
            rect,
            parent: item.parent.map(|parent| self.node_id(parent)),
            look,
            target: item.target.clone(),
            link: item.link.clone(),
            title: words::item_title(self.sketch, at),
            texts: Vec::new(),
            marks: Vec::new(),
            tags: Vec::new(),
        };
        match item.kind {
            Kind::Bus | Kind::Derived => {}
            Kind::Group => header(&mut node, item),
            Kind::Node => {
                card(&mut node, item);
                let icon = |path: &String| Icon {
                    node: node.id.clone(),
                    rect: Rect::new(rect.x + SIDE - px(1), rect.middle().y - ICON / 2, ICON, ICON),
                    path: path.clone(),
                };
                scene.icons.extend(item.icon.as_ref().map(icon));
            }
        }
        scene.nodes.push(node);
    }

    fn path(&self, line: &lay::Line, by: Point) -> Path {
        let ties: Vec<&Tie> = line.wishes.iter().map(|wish| &self.sketch.ties[*wish]).collect();
        let first = ties[0];
        let shifted = |way: &Vec<Point>| -> Vec<Point> {
            way.iter().map(|point| Point::new(point.x + by.x, point.y + by.y)).collect()
        };
        let lines: Vec<Vec<Point>> = line.ways.iter().map(shifted).collect();
        let mut caps: Vec<Cap> = lines.iter().flat_map(|way| caps(way, first)).collect();
        caps.sort_unstable();
        caps.dedup();
        let mut ends = vec![self.node_id(first.from)];
        ends.extend(ties.iter().map(|tie| self.node_id(tie.to)));
        ends.dedup();
        Path {
            id: format!("line-{}", line.wishes[0]),
            ends,
            lines,
            caps,
            tone: first.tone.unwrap_or(first.way.tone()),
            stroke: first.way.stroke(),
            title: words::tie_title(self.sketch, &line.wishes),
        }
    }

    /// Words of bars that stand together.
    fn bars(&self, scene: &Scene) -> Vec<Vec<BarWords>> {
        let mut runs: Vec<Vec<BarWords>> = Vec::new();
        let mut bottom = i32::MIN;
        for (at, item) in self.sketch.items.iter().enumerate() {
            if item.kind != Kind::Bus {
                continue;
            }
            let own = self.node_id(at);
            let Some(node) = scene.nodes.iter().find(|node| node.id == own) else { continue };
            let details = vec![shorten(&item.sub)];
            let words = BarWords { id: own, name: shorten(&item.label), details };
            match runs.last_mut().filter(|_| node.rect.y - bottom <= px(10)) {
                Some(run) => run.push(words),
                None => runs.push(vec![words]),
            }
            bottom = node.rect.bottom();
        }
        runs
    }

    fn labels(&self, scene: &mut Scene, numbered: &mut Vec<String>) {
        for at in 0..scene.paths.len() {
            let path = &scene.paths[at];
            let number = path.id.trim_start_matches("line-").parse::<usize>().unwrap_or(0);
            let label = self.sketch.ties[number].label.clone();
            if !label.is_empty() {
                marks::label(scene, at, &label, numbered);
            }
        }
    }

    /// Kinds of lines that the legend tells, where there is more than one.
    fn kinds(&self) -> Vec<(Way, Tone)> {
        let ties = self.sketch.ties.iter().filter(|tie| tie.tone.is_none());
        let mut kinds: Vec<Way> = ties.map(|tie| tie.way).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds.retain(|way| way.name().is_some());
        if kinds.iter().all(|way| *way == Way::Cable) {
            return Vec::new();
        }
        kinds.into_iter().map(|way| (way, way.tone())).collect()
    }
}

fn lane_name(name: &str) -> String {
    fit(name, Style::Heading, WIDEST_LANE)
}

/// Room that stands before a card's words.
fn lead(item: &Item) -> i32 {
    let icon = if item.icon.is_some() { ICON_ROOM } else { 0 };
    SIDE + icon
}

fn card_width(item: &Item) -> i32 {
    let mark = if item.tone.is_some() { MARK_ROOM } else { 0 };
    let name = width(&shorten(&item.label), Style::Name) + mark;
    let sub = width(&shorten(&item.sub), Style::Detail);
    (lead(item) + name.max(sub) + SIDE).max(px(84))
}

fn header_width(item: &Item) -> i32 {
    let sub = shorten(&item.sub);
    let sub = if sub.is_empty() { 0 } else { width(&sub, Style::Detail) + px(7) };
    PAD + width(&shorten(&item.label), Style::Name) + sub
}

/// Room that the words of bars take, which stand in columns.
fn bars_width(items: &[Item]) -> i32 {
    let of = |measure: fn(&Item) -> i32| {
        let bars = items.iter().filter(|item| item.kind == Kind::Bus);
        bars.map(measure).max().unwrap_or(0)
    };
    let name = of(|item| width(&shorten(&item.label), Style::Name));
    let sub = of(|item| width(&shorten(&item.sub), Style::Detail));
    px(10) + px(16) + name + px(12) + sub + px(12)
}

fn header(node: &mut Node, item: &Item) {
    let at = Point::new(node.rect.x + PAD, node.rect.y + px(20));
    let name = Text::new(at, shorten(&item.label), Style::Name);
    let sub =
        Text::new(Point::new(at.x + name.width + px(7), at.y), shorten(&item.sub), Style::Detail);
    node.texts.push(name);
    if !item.sub.is_empty() {
        node.texts.push(sub.quiet());
    }
}

fn card(node: &mut Node, item: &Item) {
    let rect = node.rect;
    let left = rect.x + lead(item);
    let room = rect.right() - SIDE - left;
    let middle = rect.middle().y;
    let two = !item.sub.is_empty();
    let y = if two { middle - px(4) } else { middle + px(4) };
    let mark = if item.tone.is_some() { MARK_ROOM } else { 0 };
    let name = fit(&item.label, Style::Name, room - mark);
    node.texts.push(Text::new(Point::new(left, y), name, Style::Name));
    if two {
        let sub = fit(&item.sub, Style::Detail, room);
        node.texts.push(Text::new(Point::new(left, y + px(16)), sub, Style::Detail).quiet());
    }
    let at = Point::new(rect.right() - SIDE - px(5), y - px(4));
    node.marks.extend(item.tone.map(|tone| Mark { at, tone }));
}

/// What stands at both ends of a line.
fn caps(way: &[Point], tie: &Tie) -> Vec<Cap> {
    let plain = matches!(tie.way, Way::Plain | Way::Dotted | Way::Thick);
    let cap = |tip: Point, before: Point, arrow: bool| {
        let kind = match (arrow, tip.x.cmp(&before.x), tip.y.cmp(&before.y)) {
            (false, ..) if plain => return None,
            (false, ..) => CapKind::Dot,
            (true, Ordering::Greater, _) => CapKind::Next,
            (true, Ordering::Less, _) => CapKind::Back,
            (true, _, Ordering::Less) => CapKind::Up,
            (true, ..) => CapKind::Arrow,
        };
        Some(Cap { at: tip, kind })
    };
    let ([first, second, ..], [.., before, last]) = (way, way) else { return Vec::new() };
    let start = cap(*first, *second, tie.arrows.0);
    start.into_iter().chain(cap(*last, *before, tie.arrows.1)).collect()
}
