//! A machine as a card: what it is, what is in it, and the virtual machines on it.
//!
//! In: a [`Thing`] and a place. Out: boxes. It decides no place but those within.

use super::super::kit::{self, INSET};
use super::gather::{Machine, Thing};
use super::words;
use crate::diagram::Target;
use crate::diagram::layout::{CHIP_GAP, PAD, chip_places, chip_width, chips_across};
use crate::diagram::scene::{Look, Node, Point, Rect, px, times};
use crate::diagram::text::Style;

/// Heights of the line with the name, and of each line below.
const HEAD: i32 = px(26);
const LINE: i32 = px(17);
const CHIP: Point = Point::new(px(190), px(44));
/// Chips beyond which the rest is counted.
const MOST_CHIPS: usize = 24;

pub(super) struct Card<'a> {
    thing: &'a Thing<'a>,
}

impl<'a> Card<'a> {
    pub(super) fn new(thing: &'a Thing<'a>) -> Self {
        Self { thing }
    }

    /// Chips, with that of the rest.
    fn chips(&self) -> usize {
        let all = self.thing.machines.len();
        if all > MOST_CHIPS { MOST_CHIPS } else { all }
    }

    fn across(&self, width: i32) -> usize {
        chips_across(width - 2 * PAD, CHIP.x).min(self.chips().max(1))
    }

    /// Its lines below the name.
    fn lines(&self, width: i32) -> Vec<String> {
        kit::flow(&words::card(self.thing), Style::App, width - 2 * INSET)
    }

    fn head(&self, width: i32) -> i32 {
        HEAD + times(self.lines(width).len()) * LINE + px(8)
    }

    pub(super) fn height(&self, width: i32) -> i32 {
        let rows = times(self.chips().div_ceil(self.across(width)));
        let chips = if rows == 0 { 0 } else { rows * (CHIP.y + CHIP_GAP) - CHIP_GAP + PAD };
        self.head(width) + chips
    }

    pub(super) fn nodes(&self, rect: Rect, links: &dyn Fn(&Target) -> Option<String>) -> Vec<Node> {
        let thing = self.thing;
        let look = if thing.machines.is_empty() { Look::Card } else { Look::Frame };
        let mut card = kit::node(thing.id.clone(), rect, look, words::thing_title(thing));
        card.link = links(&thing.target);
        card.target = Some(thing.target.clone());
        let left = rect.x + INSET;
        let mut right = rect.right() - INSET;
        if let Some(place) = thing.place {
            right = kit::tag(&mut card, &words::units(place), right, rect.y + px(15)) - px(8);
        }
        if thing.machines.is_empty() {
            for gpu in thing.gpus.iter().take(1) {
                right = kit::tag(&mut card, gpu, right, rect.y + px(15)) - px(8);
            }
        }
        let at = Point::new(left, rect.y + px(19));
        let end = kit::write(&mut card, at, thing.name, Style::Name, right - left);
        let at = Point::new(end + px(8), at.y);
        kit::whisper(&mut card, at, &thing.kind, Style::App, right - at.x);
        for (line, number) in self.lines(rect.width).iter().zip(0..) {
            let at = Point::new(left, rect.y + HEAD + number * LINE + px(11));
            kit::whisper(&mut card, at, line, Style::App, rect.right() - INSET - left);
        }
        let mut nodes = vec![card];
        nodes.extend(self.machines(&rect, links));
        nodes
    }

    fn machines(&self, rect: &Rect, links: &dyn Fn(&Target) -> Option<String>) -> Vec<Node> {
        let across = self.across(rect.width);
        let width = chip_width(rect.width - 2 * PAD, across);
        let from = Point::new(rect.x + PAD, rect.y + self.head(rect.width));
        let size = Point::new(width, CHIP.y);
        let places = chip_places(self.chips(), across, size, from);
        let all = &self.thing.machines;
        let mut nodes: Vec<Node> = Vec::new();
        for (place, (index, machine)) in places.into_iter().zip(all.iter().enumerate()) {
            let rest = all.len() - index;
            if index + 1 == MOST_CHIPS && rest > 1 {
                nodes.push(self.rest(place, &all[index..]));
            } else {
                nodes.push(self.machine(place, machine, links));
            }
        }
        nodes
    }

    fn machine(
        &self,
        rect: Rect,
        machine: &Machine,
        links: &dyn Fn(&Target) -> Option<String>,
    ) -> Node {
        let title = words::machine_title(machine);
        let mut chip = kit::node(machine.id.clone(), rect, Look::Card, title);
        chip.parent = Some(self.thing.id.clone());
        chip.link = machine.target.as_ref().and_then(links);
        chip.target.clone_from(&machine.target);
        let left = rect.x + INSET;
        let mut right = rect.right() - INSET;
        if let Some(words) = words::gpu_tag(&machine.gpus, right - left - px(90)) {
            right = kit::tag(&mut chip, &words, right, rect.y + px(13)) - px(6);
        }
        let at = Point::new(left, rect.y + px(17));
        kit::write(&mut chip, at, &machine.name, Style::Name, right - left);
        let at = Point::new(left, rect.y + px(34));
        let room = rect.right() - INSET - left;
        let words = kit::fit_parts(&words::machine(machine), Style::App, room);
        kit::whisper(&mut chip, at, &words, Style::App, room);
        chip
    }

    /// The chip that counts the rest.
    fn rest(&self, rect: Rect, rest: &[Machine]) -> Node {
        let names: Vec<&str> = rest.iter().map(|machine| machine.name.as_str()).collect();
        let id = format!("more-{}", self.thing.id);
        let mut chip = kit::node(id, rect, Look::Card, kit::listed(&names, 40));
        chip.parent = Some(self.thing.id.clone());
        let at = Point::new(rect.x + INSET, rect.y + px(25));
        let words = format!("and {} more", rest.len());
        kit::whisper(&mut chip, at, &words, Style::App, rect.width - 2 * INSET);
        chip
    }
}
