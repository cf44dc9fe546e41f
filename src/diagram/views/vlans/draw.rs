//! One network of the address plan: its bar, strips to scale, and boxes in the order of addresses.
//!
//! In: a [`Plan`] and where it starts. Out: boxes and words of a [`Scene`]. What does not fit is
//! counted.

use super::super::kit::{self, INSET, MARK_ROOM};
use super::gather::{Item, Kind, Plan};
use super::range::{Span, amount};
use super::words;
use crate::diagram::Target;
use crate::diagram::layout::{BAR_HEIGHT, CHIP_GAP, GUTTER, MARGIN, WIDEST};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{Look, Mark, Node, Point, Rect, Scene, Text, px, times};
use crate::diagram::text::{Style, width};

/// Where the strips and boxes stand.
const LEFT: i32 = MARGIN + GUTTER;
const ROOM: i32 = WIDEST - MARGIN - LEFT;
/// Boxes are as wide as one or more of these columns.
const COLUMNS: i32 = 8;
const COLUMN: i32 = (ROOM - (COLUMNS - 1) * CHIP_GAP) / COLUMNS / px(1) * px(1);
const WIDEST_BOX: i32 = 3;
const BOX_HEIGHT: i32 = px(42);
/// Boxes beyond which the rest is counted.
const MOST_BOXES: usize = 48;
const STRIP: i32 = px(14);
const STRIP_GAP: i32 = px(4);
/// Strips for ranges that overlap with those of their kind.
const MOST_STRIPS: usize = 4;
/// Narrowest piece of a strip.
const THINNEST: i32 = px(2);

const ERROR: Tone = Tone::Plain(Neutral::Error);
const QUIET: Tone = Tone::Plain(Neutral::Muted);

pub(super) struct Pen<'a> {
    pub(super) links: &'a dyn Fn(&Target) -> Option<String>,
}

/// A strip of pieces that do not touch.
struct Strip<'a> {
    name: &'static str,
    pieces: Vec<(Rect, Vec<&'a Item>)>,
}

/// The colour of a network; none for a pool in none.
fn tone(plan: &Plan) -> Tone {
    plan.network.map_or(QUIET, |network| Tone::Network(network.rank))
}

impl Pen<'_> {
    /// Draws a network from `top` on; gives where it ends.
    pub(super) fn plan(&self, scene: &mut Scene, plan: &Plan, at: usize, top: i32) -> i32 {
        scene.nodes.push(self.bar(plan, at, top));
        let mut y = top + BAR_HEIGHT + px(10);
        if let Some(range) = plan.range {
            for strip in strips(plan, &range) {
                Self::strip(scene, plan, &strip, at, y);
                y += STRIP + STRIP_GAP;
            }
            ruler(scene, &range, y + px(11));
            y += px(24);
        }
        self.boxes(scene, plan, at, y)
    }

    fn bar(&self, plan: &Plan, at: usize, top: i32) -> Node {
        let rect = Rect::new(MARGIN, top, WIDEST - 2 * MARGIN, BAR_HEIGHT);
        let id = plan.network.map_or_else(
            || super::super::id("pool", &format!("{at}-{}", plan.name)),
            |network| super::super::id("network", &network.id),
        );
        let mut bar = kit::node(id, rect, Look::Bar(tone(plan)), words::plan_title(plan));
        if let Some(network) = plan.network {
            let target = Target::Network(network.id.clone());
            bar.link = (self.links)(&target);
            bar.target = Some(target);
            let at = Point::new(rect.x + px(15), rect.middle().y);
            bar.marks.push(Mark { at, tone: tone(plan) });
        }
        let baseline = rect.y + px(17);
        let at = |x: i32| Point::new(x, baseline);
        let free = words::free(plan);
        let right = rect.right() - px(10) - width(&free, Style::App);
        kit::whisper(&mut bar, at(right), &free, Style::App, ROOM);
        let left = rect.x + px(10) + MARK_ROOM;
        let end = kit::write(&mut bar, at(left), &plan.name, Style::Name, px(300)) + px(14);
        let details = kit::joined(&[words::tag(plan), words::range(plan)]);
        let left = end.max(LEFT + 2 * (COLUMN + CHIP_GAP));
        kit::whisper(&mut bar, at(left), &details, Style::App, right - px(14) - left);
        bar
    }

    fn strip(scene: &mut Scene, plan: &Plan, strip: &Strip, at: usize, top: i32) {
        let name = Text::new(Point::new(MARGIN, top + px(11)), strip.name, Style::App);
        if !strip.name.is_empty() {
            scene.notes.push(name.quiet());
        }
        let ground = Rect::new(LEFT, top, ROOM, STRIP);
        let id = format!("strip-{at}-{}", scene.nodes.len());
        let title = format!("{} of {}, to scale", strip.name, plan.name);
        scene.nodes.push(kit::node(id.clone(), ground, Look::Frame, title));
        for (rect, items) in &strip.pieces {
            let clash = items.iter().any(|item| !item.overlaps.is_empty());
            let look = match items[0].kind().is_range() {
                true if clash => Look::Toned(ERROR),
                true if plan.network.is_some() => Look::Bar(tone(plan)),
                _ => Look::Toned(QUIET),
            };
            let titles: Vec<String> = items.iter().map(|item| words::item_title(item)).collect();
            let rect = rect.moved(Point::new(0, top));
            let piece_id = format!("piece-{at}-{}", scene.nodes.len());
            let mut piece = kit::node(piece_id, rect, look, kit::listed(&titles, 6));
            piece.parent = Some(id.clone());
            if clash && items[0].kind().is_range() && rect.width > px(16) {
                piece
                    .marks
                    .push(Mark { at: Point::new(rect.x + px(8), rect.middle().y), tone: ERROR });
            }
            scene.nodes.push(piece);
        }
    }

    fn boxes(&self, scene: &mut Scene, plan: &Plan, at: usize, top: i32) -> i32 {
        let mut shown: Vec<(Option<Span>, Option<&Item>)> =
            plan.items.iter().map(|item| (item.span, Some(item))).collect();
        let least = plan.range.map_or(1, |range| (range.size() / 64).max(4));
        let free = plan.free().into_iter().filter(|span| span.size() >= least);
        shown.extend(free.map(|span| (Some(span), None)));
        shown.sort_by_key(|(span, item)| {
            let end = span.map(|span| std::cmp::Reverse(span.last));
            (span.is_none(), span.map(|span| (span.is_v6, span.first)), end, item.is_none())
        });
        let mut rest = shown.len().saturating_sub(MOST_BOXES);
        if rest > 0 {
            rest += 1;
            shown.truncate(MOST_BOXES - 1);
        }
        let mut nodes: Vec<Node> = shown
            .iter()
            .enumerate()
            .map(|(index, (span, item))| {
                let id = format!("claim-{at}-{index}");
                match (item, span) {
                    (Some(item), _) => self.claim(id, item, plan),
                    (None, Some(span)) => unclaimed(id, span, plan),
                    (None, None) => kit::node(id, Rect::default(), Look::Frame, String::new()),
                }
            })
            .collect();
        if rest > 0 {
            nodes.push(counted(format!("claim-{at}-rest"), rest));
        }
        flow(scene, nodes, top)
    }

    fn claim(&self, id: String, item: &Item, plan: &Plan) -> Node {
        let clash = !item.overlaps.is_empty() && item.kind().is_range();
        let look = match item.kind() {
            _ if clash => Look::Toned(ERROR),
            Kind::Pool | Kind::Attachment => Look::Toned(tone(plan)),
            _ => Look::Card,
        };
        let mut node = kit::node(id, Rect::default(), look, words::item_title(item));
        if let [owner] = item.owners.as_slice() {
            node.target.clone_from(&owner.target);
            node.link = owner.target.as_ref().and_then(self.links);
        }
        let mut tones: Vec<Tone> = item
            .owners
            .iter()
            .filter_map(|owner| match owner.kind {
                Kind::Gateway(at) => Some(Tone::Gateway(at)),
                _ => None,
            })
            .collect();
        if clash {
            tones.push(ERROR);
        }
        tones.truncate(3);
        fill(&mut node, &words::claim(item, plan), &words::owners(item), &tones);
        node
    }
}

fn unclaimed(id: String, span: &Span, plan: &Plan) -> Node {
    let mut node = kit::node(id, Rect::default(), Look::Frame, words::free_title(span));
    let size = amount(span.size());
    fill(
        &mut node,
        &span.short(plan.range.as_ref()),
        &format!("{size} {}", words::unclaimed(plan)),
        &[],
    );
    // What is not there stands back.
    node.texts.iter_mut().for_each(|text| text.quiet = true);
    node
}

fn counted(id: String, rest: usize) -> Node {
    let mut node = kit::node(id, Rect::default(), Look::Frame, "the table lists them".to_owned());
    fill(&mut node, &format!("and {rest} more"), "in the table", &[]);
    node
}

/// Writes both lines of a box, and makes it as wide as they need.
fn fill(node: &mut Node, first: &str, second: &str, tones: &[Tone]) {
    let marks = times(tones.len()) * MARK_ROOM;
    let needed = width(first, Style::Name) + marks + px(4);
    let needed = needed.max(width(second, Style::App)) + 2 * INSET;
    let columns =
        ((needed + CHIP_GAP + COLUMN + CHIP_GAP - 1) / (COLUMN + CHIP_GAP)).clamp(1, WIDEST_BOX);
    let size = columns * (COLUMN + CHIP_GAP) - CHIP_GAP;
    node.rect = Rect::new(0, 0, size, BOX_HEIGHT);
    let room = size - 2 * INSET;
    kit::write(node, Point::new(INSET, px(17)), first, Style::Name, room - marks);
    kit::whisper(node, Point::new(INSET, px(33)), second, Style::App, room);
    for (tone, back) in tones.iter().rev().zip(0..) {
        let at = Point::new(size - INSET - px(4) - back * MARK_ROOM, px(13));
        node.marks.push(Mark { at, tone: *tone });
    }
}

/// Places boxes in rows, in their order; gives where the last row ends.
fn flow(scene: &mut Scene, nodes: Vec<Node>, top: i32) -> i32 {
    let (mut x, mut y) = (LEFT, top);
    let mut bottom = top - px(10);
    for node in nodes {
        if x > LEFT && x + node.rect.width > LEFT + ROOM {
            (x, y) = (LEFT, y + BOX_HEIGHT + CHIP_GAP);
        }
        bottom = y + BOX_HEIGHT;
        let next = x + node.rect.width + CHIP_GAP;
        scene.nodes.push(node.moved(Point::new(x, y)));
        x = next;
    }
    bottom
}

/// Where an address of a range lies on a strip.
fn at(range: &Span, address: u128) -> i32 {
    let part = (address - range.first) as f64 / range.size() as f64;
    (part * f64::from(ROOM)) as i32
}

/// The piece of a strip that a span takes.
fn piece(range: &Span, span: &Span) -> Rect {
    let first = at(range, span.first.max(range.first));
    let end = span.last.min(range.last).checked_add(1).map_or(ROOM, |after| at(range, after));
    let width = (end - first).clamp(THINNEST, ROOM);
    Rect::new(LEFT + first.min(ROOM - width), px(1), width, STRIP - px(2))
}

/// Addresses on one strip, then pools and attachments, on more where they overlap.
fn strips<'a>(plan: &'a Plan, range: &Span) -> Vec<Strip<'a>> {
    let of = |kinds: &dyn Fn(Kind) -> bool| -> Vec<(Rect, &Item)> {
        let items = plan.items.iter().filter(|item| kinds(item.kind()));
        let mut pieces: Vec<(Rect, &Item)> =
            items.filter_map(|item| Some((piece(range, &item.span?), item))).collect();
        pieces.sort_by_key(|(rect, _)| (rect.x, rect.width));
        pieces
    };
    let mut strips = vec![Strip { name: "addresses", pieces: vec![] }];
    for (rect, item) in of(&|kind| !kind.is_range()) {
        match strips[0].pieces.last_mut() {
            Some((last, items)) if rect.x <= last.right() => {
                last.width = last.width.max(rect.right() - last.x);
                items.push(item);
            }
            _ => strips[0].pieces.push((rect, vec![item])),
        }
    }
    for (name, kind) in [("pools", Kind::Pool), ("pods", Kind::Attachment)] {
        let mut rows: Vec<Strip> = Vec::new();
        for (rect, item) in of(&|other| other == kind) {
            let free =
                |row: &&mut Strip| row.pieces.iter().all(|(other, _)| !other.overlaps(&rect));
            if let Some(row) = rows.iter_mut().find(free) {
                row.pieces.push((rect, vec![item]));
            } else if rows.len() < MOST_STRIPS {
                let name = if rows.is_empty() { name } else { "" };
                rows.push(Strip { name, pieces: vec![(rect, vec![item])] });
            }
        }
        strips.extend(rows);
    }
    strips
}

/// The addresses at the quarters of a strip.
fn ruler(scene: &mut Scene, range: &Span, baseline: i32) {
    let room = ROOM / 4 - px(16);
    let quarter = range.size() / 4;
    let mut last_end = 0;
    for step in 0..=4_u128 {
        let address = if step == 4 { range.last } else { range.first + step * quarter };
        let span = Span { first: address, last: address, ..*range };
        let words = kit::fit(&span.short(Some(range)), Style::App, room);
        let text = Text::new(Point::new(0, baseline), words, Style::App).quiet();
        let x = if step == 4 { LEFT + ROOM - text.width } else { LEFT + at(range, address) };
        if x < last_end || text.words.is_empty() {
            continue;
        }
        last_end = x + text.width + px(8);
        scene.notes.push(Text { at: Point::new(x, baseline), ..text });
    }
}
