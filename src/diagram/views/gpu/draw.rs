//! Cards and workloads as a scene: boxes in two columns, and lines between them.
//!
//! In: gathered facts, and how many boxes of each are drawn. Out: a [`Scene`]. Each node has a track
//! of its own between the columns, and lines leave and arrive on different heights, so that none runs
//! on another.

use super::super::id;
use super::super::kit::{self, INSET};
use super::gather::{Ask, Card, Fit, Gathered, Group};
use super::words;
use crate::diagram::Target;
use crate::diagram::layout::{CHIP_GAP, MARGIN, PAD, WIDEST, chip_places, chip_width, chips_across};
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::{
    Cap, CapKind, Look, Mark, Node, Path, Point, Rect, Scene, Stroke, Tag, px, times,
};
use crate::diagram::text::Style;

/// Width of the column of nodes.
const LEFT_WIDTH: i32 = px(330);
const GAP: i32 = px(16);
const HEAD: i32 = px(30);
const CARD_HEIGHT: i32 = px(44);
const FOOT: i32 = px(26);
const CHIP: Point = Point::new(px(205), px(44));
/// Chips of a group beyond which the rest is counted.
const MOST_CHIPS: usize = 36;
/// Slots that are drawn at most.
const MOST_SLOTS: u32 = 12;
const SLOT: i32 = px(9);
/// Space between tracks, and between a track and a box.
const PITCH: i32 = px(9);
const CLEAR: i32 = px(18);
/// Lines leave and arrive on whole steps, arriving ones half a step lower.
const STEP: i32 = px(10);

const ERROR: Tone = Tone::Plain(Neutral::Error);
const QUIET: Tone = Tone::Plain(Neutral::Muted);

pub(super) struct Pen<'a> {
    pub(super) gathered: &'a Gathered,
    pub(super) links: &'a dyn Fn(&Target) -> Option<String>,
    /// How many of each are drawn.
    pub(super) places: usize,
    pub(super) groups: usize,
}

/// The next whole step from a height on.
fn stepped(height: i32) -> i32 {
    (height + STEP - 1) / STEP * STEP
}

fn place_id(at: usize, name: &str) -> String {
    id("place", &format!("{at}-{name}"))
}

fn group_id(at: usize) -> String {
    format!("asks-{at}")
}

impl Pen<'_> {
    pub(super) fn scene(&self) -> Scene {
        let mut scene = Scene { width: WIDEST, ..Scene::default() };
        let tracks = self.places.min(self.tied());
        let right = match self.places {
            0 => MARGIN,
            _ => MARGIN + LEFT_WIDTH + 2 * CLEAR + times(tracks.saturating_sub(1)) * PITCH,
        };
        let mut left_ends = Vec::new();
        let mut y = MARGIN;
        for at in 0..self.places {
            let bottom = self.place(&mut scene, at, y);
            left_ends.push(stepped(y + px(12)));
            y = bottom + GAP;
        }
        let left_bottom = y - GAP;
        let mut y = MARGIN;
        let mut tops = Vec::new();
        for (at, group) in self.shown().iter().enumerate() {
            tops.push(y);
            y = self.group(&mut scene, at, group, Rect::new(right, y, WIDEST - MARGIN - right, 0)) + GAP;
        }
        scene.height = left_bottom.max(y - GAP).max(MARGIN);
        self.lines(&mut scene, &left_ends, &tops, right);
        scene
    }

    fn shown(&self) -> &[Group] {
        &self.gathered.groups[..self.groups]
    }

    /// Whether a group is tied to a place that is drawn.
    fn is_on(&self, group: &Group, place: usize) -> bool {
        place < self.places && matches!(&group.fit, Fit::On(on) if on.contains(&place))
    }

    /// How many places have lines.
    fn tied(&self) -> usize {
        let has = |place: &usize| self.shown().iter().any(|group| self.is_on(group, *place));
        (0..self.places).filter(has).count()
    }

    /// How many lines arrive at a group.
    fn ports(&self, group: &Group) -> usize {
        (0..self.places).filter(|place| self.is_on(group, *place)).count()
    }

    fn place(&self, scene: &mut Scene, at: usize, top: i32) -> i32 {
        let place = &self.gathered.places[at];
        let cards = times(place.cards.len()) * (CARD_HEIGHT + CHIP_GAP) - CHIP_GAP;
        let rect = Rect::new(MARGIN, top, LEFT_WIDTH, HEAD + cards + FOOT);
        let id = place_id(at, &place.names[0]);
        let title = words::place_title(self.gathered, at);
        let mut frame = kit::node(id.clone(), rect, Look::Frame, title);
        if let [only] = place.names.as_slice() {
            let target = Target::Node(only.clone());
            frame.link = (self.links)(&target);
            frame.target = Some(target);
        }
        let right = rect.right() - INSET;
        let at_name = Point::new(rect.x + PAD, rect.y + px(20));
        let name = words::place_name(place);
        let end = kit::write(&mut frame, at_name, &name, Style::Name, right - at_name.x);
        let after = Point::new(end + px(8), at_name.y);
        kit::whisper(&mut frame, after, &words::place(place), Style::App, right - after.x);
        let load = Point::new(rect.x + PAD, rect.bottom() - px(9));
        let words = words::load(self.gathered, at);
        kit::whisper(&mut frame, load, &words, Style::App, right - load.x);
        scene.nodes.push(frame);
        for (card, index) in place.cards.iter().zip(0..) {
            let y = top + HEAD + index * (CARD_HEIGHT + CHIP_GAP);
            let rect = Rect::new(MARGIN + PAD, y, LEFT_WIDTH - 2 * PAD, CARD_HEIGHT);
            let mut node = self.card(card, rect, format!("{id}-card-{index}"));
            node.parent = Some(id.clone());
            scene.nodes.push(node);
        }
        rect.bottom()
    }

    fn card(&self, card: &Card, rect: Rect, id: String) -> Node {
        let modes = &self.gathered.modes;
        let mut node = kit::node(id, rect, Look::Card, words::card_title(card, modes));
        let (left, mut right) = (rect.x + INSET, rect.right() - INSET);
        if let Some(slots) = card.slots.filter(|slots| *slots <= MOST_SLOTS) {
            for back in 0..i32::try_from(slots).unwrap_or(0) {
                let x = right - SLOT - back * (SLOT + px(3));
                let slot = Rect::new(x, rect.y + px(8), SLOT, SLOT);
                node.tags.insert(0, Tag { rect: slot, text: String::new() });
            }
            right = node.tags.first().map_or(right, |tag| tag.rect.x - px(8));
        }
        right = kit::tag(&mut node, "GPU", right, rect.y + px(12)) - px(8);
        let at = Point::new(left, rect.y + px(17));
        kit::write(&mut node, at, &words::model(card), Style::Name, right - left);
        let room = rect.right() - INSET - left;
        let words = kit::fit_parts(&words::card(card, modes), Style::App, room);
        kit::whisper(&mut node, Point::new(left, rect.y + px(34)), &words, Style::App, room);
        node
    }

    /// Draws a group at the corner of `place`, as wide as that; gives where it ends.
    fn group(&self, scene: &mut Scene, at: usize, group: &Group, place: Rect) -> i32 {
        let room = place.width - 2 * PAD;
        let count = group.asks.len().min(MOST_CHIPS);
        let most = chips_across(room, CHIP.x);
        let size = Point::new(chip_width(room, most), CHIP.y);
        let rows = times(count.div_ceil(most));
        let chips = rows * (CHIP.y + CHIP_GAP) - CHIP_GAP + PAD;
        let ports = times(self.ports(group)) * STEP + px(20);
        let rect = Rect { height: (HEAD + chips).max(ports), ..place };
        let (look, mark) = match group.fit {
            Fit::On(_) => (Look::Frame, None),
            Fit::NoLabel => (Look::Absent(QUIET), Some(QUIET)),
            Fit::NoCard => (Look::Absent(ERROR), Some(ERROR)),
        };
        let id = group_id(at);
        let heading = words::group(self.gathered, group);
        let mut frame = kit::node(id.clone(), rect, look, heading.clone());
        let mut left = rect.x + PAD;
        if let Some(tone) = mark {
            frame.marks.push(Mark { at: Point::new(left + px(5), rect.y + px(15)), tone });
            left += px(18);
        }
        let point = Point::new(left, rect.y + px(20));
        kit::whisper(&mut frame, point, &heading, Style::App, rect.right() - PAD - left);
        scene.nodes.push(frame);
        let from = Point::new(rect.x + PAD, rect.y + HEAD);
        for (place, index) in chip_places(count, most, size, from).into_iter().zip(0..) {
            let rest = &group.asks[index..];
            let mut node = if index + 1 == MOST_CHIPS && rest.len() > 1 {
                counted(format!("{id}-rest"), place, rest)
            } else {
                self.ask(format!("{id}-{index}"), place, &rest[0])
            };
            node.parent = Some(id.clone());
            scene.nodes.push(node);
        }
        rect.bottom()
    }

    fn ask(&self, id: String, rect: Rect, ask: &Ask) -> Node {
        let mut node = kit::node(id, rect, Look::Card, words::ask_title(ask));
        node.link = ask.target.as_ref().and_then(self.links);
        node.target.clone_from(&ask.target);
        let (left, mut right) = (rect.x + INSET, rect.right() - INSET);
        if ask.may_stop {
            right = kit::tag(&mut node, "may stop", right, rect.y + px(13)) - px(6);
        }
        let name = words::short(&ask.user);
        kit::write(&mut node, Point::new(left, rect.y + px(17)), name, Style::Name, right - left);
        let room = rect.right() - INSET - left;
        let words = kit::fit_parts(&words::ask(ask), Style::App, room);
        kit::whisper(&mut node, Point::new(left, rect.y + px(34)), &words, Style::App, room);
        node
    }

    fn lines(&self, scene: &mut Scene, left_ends: &[i32], tops: &[i32], right: i32) {
        let start = MARGIN + LEFT_WIDTH;
        let mut ports = vec![0; self.groups];
        let mut track = right - CLEAR;
        for (place, leave) in left_ends.iter().enumerate() {
            let groups: Vec<usize> = (0..self.groups)
                .filter(|group| self.is_on(&self.shown()[*group], place))
                .collect();
            for (alone, stroke) in [(true, Stroke::Solid), (false, Stroke::Dashed)] {
                let goals: Vec<usize> = groups
                    .iter()
                    .copied()
                    .filter(|group| (self.ports(&self.shown()[*group]) == 1) == alone)
                    .collect();
                if goals.is_empty() {
                    continue;
                }
                // Dashed ones leave below the others.
                let from = Point::new(start, leave + if alone { 0 } else { STEP });
                let mut lines = Vec::new();
                for group in &goals {
                    let y = stepped(tops[*group] + px(8)) + STEP / 2 + ports[*group] * STEP;
                    ports[*group] += 1;
                    let (turn, into) = (Point::new(track, from.y), Point::new(track, y));
                    lines.push(vec![from, turn, into, Point::new(right, y)]);
                }
                let drawn: Vec<&Group> = goals.iter().map(|group| &self.shown()[*group]).collect();
                let first = &self.gathered.places[place].names[0];
                let ends = std::iter::once(place_id(place, first));
                scene.paths.push(Path {
                    id: format!("line-{place}-{}", if alone { "alone" } else { "any" }),
                    ends: ends.chain(goals.iter().map(|group| group_id(*group))).collect(),
                    caps: lines
                        .iter()
                        .filter_map(|line| line.last())
                        .map(|at| Cap { at: *at, kind: CapKind::Next })
                        .collect(),
                    lines,
                    tone: QUIET,
                    stroke,
                    title: words::line_title(self.gathered, place, &drawn),
                });
                track -= PITCH;
            }
        }
    }
}

/// The chip that counts the rest.
fn counted(id: String, rect: Rect, rest: &[Ask]) -> Node {
    let names: Vec<&str> = rest.iter().map(|ask| ask.user.as_str()).collect();
    let mut node = kit::node(id, rect, Look::Card, kit::listed(&names, 40));
    let at = Point::new(rect.x + INSET, rect.y + px(26));
    let words = format!("and {} more", rest.len());
    kit::whisper(&mut node, at, &words, Style::App, rect.width - 2 * INSET);
    node
}
