//! Cards and workloads as a scene: boxes in two columns, and lines between them.
//!
//! In: gathered facts, and how many boxes of each are drawn. Out: a [`Scene`]. Each node has a track
//! of its own between the columns, and lines leave and arrive on different heights, so that none runs
//! on another.

use std::collections::BTreeMap;

use super::super::id;
use super::super::kit::{self, INSET};
use super::gather::{Ask, Card, Fit, Gathered, Group};
use super::words;
use crate::diagram::Target;
use crate::diagram::layout::{
    CHIP_GAP, MARGIN, PAD, WIDEST, chip_places, chip_width, chips_across,
};
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
        let tracks = self.bundles().len();
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
        let mut boxes = Vec::new();
        let (width, across) = self.group_width(WIDEST - MARGIN - right);
        for (at, group) in self.shown().iter().enumerate() {
            let rect = self.group(&mut scene, at, group, Rect::new(right, y, width, 0), across);
            y = rect.bottom() + GAP;
            boxes.push(rect);
        }
        scene.height = left_bottom.max(y - GAP).max(MARGIN);
        self.lines(&mut scene, &left_ends, &boxes);
        let edge = scene.nodes.iter().map(|node| node.rect.right()).max().unwrap_or(0);
        scene.width = (edge + MARGIN).max(kit::NARROWEST);
        scene
    }

    fn shown(&self) -> &[Group] {
        &self.gathered.groups[..self.groups]
    }

    /// Whether a group is tied to a place that is drawn.
    fn is_on(&self, group: &Group, place: usize) -> bool {
        place < self.places && matches!(&group.fit, Fit::On(on) if on.contains(&place))
    }

    /// Width of all groups, and chips side by side: as many as fit, or as the largest group has.
    fn group_width(&self, room: i32) -> (i32, usize) {
        let most = chips_across(room - 2 * PAD, CHIP.x);
        let largest = self.shown().iter().map(|group| group.asks.len()).max().unwrap_or(0);
        let across = largest.clamp(2, most.max(2));
        let chip = chip_width(room - 2 * PAD, most);
        ((times(across) * (chip + CHIP_GAP) - CHIP_GAP + 2 * PAD).min(room), across.min(most))
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
        if card.model.is_some() {
            kit::write(&mut node, at, &words::model(card), Style::Name, right - left);
        } else {
            kit::whisper(&mut node, at, &words::model(card), Style::App, right - left);
        }
        let room = rect.right() - INSET - left;
        let words = kit::fit_parts(&words::card(card, modes), Style::App, room);
        kit::whisper(&mut node, Point::new(left, rect.y + px(34)), &words, Style::App, room);
        node
    }

    /// Draws a group at the corner of `place`, as wide as that; gives the box.
    fn group(&self, scene: &mut Scene, at: usize, group: &Group, place: Rect, most: usize) -> Rect {
        let room = place.width - 2 * PAD;
        let count = group.asks.len().min(MOST_CHIPS);
        let size = Point::new(chip_width(room, most), CHIP.y);
        let rows = times(count.div_ceil(most));
        let chips = rows * (CHIP.y + CHIP_GAP) - CHIP_GAP + PAD;
        let ports = times(self.ports(group)) * 2 * STEP + px(30);
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
        rect
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

    /// Lines from each place: solid ones to what can land there alone, dashed ones to the rest.
    fn bundles(&self) -> Vec<Bundle> {
        let mut bundles = Vec::new();
        for place in 0..self.places {
            for alone in [true, false] {
                let goes = |at: &usize| {
                    let group = &self.shown()[*at];
                    self.is_on(group, place) && (self.ports(group) == 1) == alone
                };
                let goals: Vec<usize> = (0..self.groups).filter(goes).collect();
                if !goals.is_empty() {
                    bundles.push(Bundle { place, alone, goals });
                }
            }
        }
        bundles
    }

    fn lines(&self, scene: &mut Scene, left_ends: &[i32], boxes: &[Rect]) {
        let bundles = self.bundles();
        let arrivals = arrivals(&bundles, left_ends, boxes);
        for (number, bundle) in bundles.iter().enumerate() {
            let from = Point::new(MARGIN + LEFT_WIDTH, bundle.leave(left_ends));
            let mut lines = Vec::new();
            for goal in &bundle.goals {
                let end = Point::new(boxes[*goal].x, arrivals[&(number, *goal)]);
                let track = end.x - CLEAR - times(number) * PITCH;
                let mut line = vec![from];
                if end.y != from.y {
                    line.extend([Point::new(track, from.y), Point::new(track, end.y)]);
                }
                line.push(end);
                lines.push(line);
            }
            scene.paths.push(self.path(bundle, lines));
        }
    }

    fn path(&self, bundle: &Bundle, lines: Vec<Vec<Point>>) -> Path {
        let Bundle { place, alone, goals } = bundle;
        let drawn: Vec<&Group> = goals.iter().map(|group| &self.shown()[*group]).collect();
        let first = &self.gathered.places[*place].names[0];
        let cap = |at: &Point| Cap { at: *at, kind: CapKind::Next };
        Path {
            id: format!("line-{place}-{}", if *alone { "alone" } else { "any" }),
            ends: std::iter::once(place_id(*place, first))
                .chain(goals.iter().map(|group| group_id(*group)))
                .collect(),
            caps: lines.iter().filter_map(|line| line.last()).map(cap).collect(),
            lines,
            tone: QUIET,
            stroke: if *alone { Stroke::Solid } else { Stroke::Dashed },
            title: words::line_title(self.gathered, *place, &drawn),
        }
    }
}

/// Lines from one place that look the same.
struct Bundle {
    place: usize,
    alone: bool,
    goals: Vec<usize>,
}

impl Bundle {
    /// The height at which it leaves: dashed lines a step lower than solid ones.
    fn leave(&self, left_ends: &[i32]) -> i32 {
        left_ends[self.place] + if self.alone { 0 } else { STEP }
    }
}

/// The height at which each bundle arrives at each of its groups: straight where that is possible,
/// else the first that is free from the top, below those of bundles that leave higher up.
fn arrivals(
    bundles: &[Bundle],
    left_ends: &[i32],
    boxes: &[Rect],
) -> BTreeMap<(usize, usize), i32> {
    let mut taken: Vec<Vec<i32>> = vec![Vec::new(); boxes.len()];
    let mut arrivals = BTreeMap::new();
    let all =
        || bundles.iter().enumerate().flat_map(|(at, it)| it.goals.iter().map(move |to| (at, *to)));
    for (at, goal) in all() {
        let (leave, rect) = (bundles[at].leave(left_ends), &boxes[goal]);
        if rect.y + px(8) <= leave && leave <= rect.bottom() - px(8) {
            taken[goal].push(leave);
            arrivals.insert((at, goal), leave);
        }
    }
    for (at, goal) in all() {
        if arrivals.contains_key(&(at, goal)) {
            continue;
        }
        let first = stepped(boxes[goal].y + px(8)) + STEP / 2;
        let is_free = |y: &i32| taken[goal].iter().all(|other| (other - y).abs() >= STEP - px(1));
        let steps = 0..=times(2 * bundles.len());
        let above = (0..at).filter_map(|other| arrivals.get(&(other, goal))).max();
        let in_order =
            |y: &i32| above.is_none_or(|above| y > above) && *y <= boxes[goal].bottom() - px(8);
        let free = steps.map(|step| first + step * STEP).filter(is_free);
        let y = free.clone().find(in_order).or_else(|| free.clone().next()).unwrap_or(first);
        taken[goal].push(y);
        arrivals.insert((at, goal), y);
    }
    arrivals
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
