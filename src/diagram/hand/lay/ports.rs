//! Where lines touch boxes.
//!
//! In: places across, and nets. Out: one position for each pin. Lines leave a box in the order of
//! where they lead; a line that can run straight does; no two lines of a channel stand so near that
//! they would be taken for one.

use std::collections::BTreeMap;

use super::across::Places;
use super::wires::{Element, Pin, Side, Wires};
use super::{INSET, PAD, PITCH, Shape, Task};
use crate::diagram::scene::{px, times};

/// Positions of pins by net.
pub(super) type Ports = BTreeMap<(Pin, usize), i32>;

/// How far a pin leaves its place so that its line is straight.
const REACH: i32 = px(44);
/// Steps in which places are tried.
const STEP: i32 = px(2);

struct Finder<'a> {
    task: &'a Task,
    wires: &'a Wires,
    places: &'a Places,
    ports: Ports,
    /// Where each net would touch each unit.
    slots: BTreeMap<(Pin, usize), i32>,
}

/// A gap has one pin: what enters it leaves it below.
pub(super) fn key(task: &Task, pin: Pin) -> Pin {
    if pin.0 < task.units.len() { pin } else { (pin.0, Side::Top) }
}

/// Positions of all pins.
pub(super) fn ports(task: &Task, wires: &Wires, places: &Places) -> Ports {
    let mut finder = Finder { task, wires, places, ports: Ports::new(), slots: BTreeMap::new() };
    finder.slots();
    for (at, gap) in wires.gaps.iter().enumerate().filter(|(_, gap)| !gap.over_bar) {
        let element = task.units.len() + at;
        finder.ports.insert(((element, Side::Top), gap.net), places.middle(element));
    }
    for nets in wires.channels.values() {
        finder.channel(nets);
    }
    finder.ports
}

impl Finder<'_> {
    fn is_bar(&self, element: Element) -> bool {
        let unit = self.task.units.get(element);
        unit.is_some_and(|unit| matches!(unit.shape, Shape::Bar { .. }))
            || self.wires.gap(self.task, element).is_some_and(|gap| gap.over_bar)
    }

    /// Where a line may touch an element.
    fn range(&self, (element, side): Pin) -> (i32, i32) {
        let left = self.places.left.get(&element).copied().unwrap_or(0);
        let right = left + self.places.width_of(element);
        match self.task.units.get(element).map(|unit| unit.shape) {
            Some(Shape::Leaf { .. } | Shape::Bar { .. }) => (left + INSET, right - INSET),
            Some(Shape::Frame { name, .. }) if side == Side::Top => (left + name, right - PAD),
            Some(Shape::Frame { .. }) => (left + PAD, right - PAD),
            None if self.is_bar(element) => (self.words_end(element), self.places.total - INSET),
            None => (left, left),
        }
    }

    /// Where the words end of the bar that a line passes, and of those directly before and after it.
    fn words_end(&self, element: Element) -> i32 {
        let Some(gap) = self.wires.gap(self.task, element) else { return INSET };
        let rows = &self.wires.rows.regions[&gap.region];
        let words = |row: &Vec<Element>| {
            let of = |unit: &Element| match self.task.units[*unit].shape {
                Shape::Bar { words, .. } => Some(words),
                _ => None,
            };
            row.iter().find_map(of)
        };
        let before = rows[..gap.row].iter().rev().map_while(words);
        let after = rows[gap.row..].iter().map_while(words);
        before.chain(after).max().unwrap_or(INSET)
    }

    /// Spreads the lines of each side of a unit, in the order of where they lead.
    fn slots(&mut self) {
        let mut of: BTreeMap<Pin, Vec<(i32, usize)>> = BTreeMap::new();
        for (net, pins) in self.wires.channels.values().flatten() {
            for pin in pins.iter().filter(|pin| pin.0 < self.task.units.len()) {
                let others: Vec<i32> = pins
                    .iter()
                    .filter(|other| other.0 != pin.0 && !self.is_bar(other.0))
                    .map(|other| self.places.middle(other.0))
                    .collect();
                let own = self.places.middle(pin.0);
                let goal = match others.len() {
                    0 => own,
                    count => others.iter().sum::<i32>() / times(count),
                };
                let nets = of.entry(*pin).or_default();
                // A frame's pin is in the channel outside and in the one within.
                if !nets.iter().any(|(_, other)| other == net) {
                    nets.push((goal, *net));
                }
            }
        }
        for (pin, mut nets) in of {
            nets.sort_unstable();
            let (least, most) = self.range(pin);
            let middle = i32::midpoint(least, most);
            let count = times(nets.len());
            let pitch = ((most - least) / count.max(1)).clamp(STEP, 2 * PITCH);
            for (index, (_, net)) in nets.into_iter().enumerate() {
                let slot = middle + (2 * times(index) - count + 1) * pitch / 2;
                self.slots.insert((pin, net), slot / STEP * STEP);
            }
        }
    }

    fn slot(&self, pin: Pin, net: usize) -> Option<i32> {
        if self.is_bar(pin.0) {
            return None;
        }
        self.slots.get(&(pin, net)).copied()
    }

    fn channel(&mut self, nets: &BTreeMap<usize, std::collections::BTreeSet<Pin>>) {
        let pins: Vec<(Pin, usize)> = nets
            .iter()
            .flat_map(|(net, pins)| pins.iter().map(|pin| (key(self.task, *pin), *net)))
            .collect();
        let pairs = nets.iter().filter(|(_, pins)| pins.len() == 2);
        let pairs: Vec<(Pin, Pin, usize)> = pairs
            .filter_map(|(net, pins)| {
                let (one, other) = (*pins.first()?, *pins.last()?);
                (one.1 != other.1).then_some((one, other, *net))
            })
            .collect();
        for (one, other, net) in pairs {
            self.straight(key(self.task, one), key(self.task, other), net, &pins);
        }
        // Bars come last: a line to a bar starts above or below what it leads to.
        for bars in [false, true] {
            for (pin, net) in &pins {
                if self.ports.contains_key(&(*pin, *net)) || self.is_bar(pin.0) != bars {
                    continue;
                }
                let goal = self.slot(*pin, *net).unwrap_or_else(|| self.mean(*net, &pins));
                let (least, most) = self.range(*pin);
                let at = self.nearest(goal, (least, most), *net, &pins);
                self.ports.insert((*pin, *net), at);
            }
        }
    }

    /// The middle of where a net's pins of this channel are known to be, or would be.
    fn mean(&self, net: usize, pins: &[(Pin, usize)]) -> i32 {
        let of = pins.iter().filter(|(_, other)| *other == net);
        let known: Vec<i32> = of
            .filter_map(|(pin, net)| {
                self.ports.get(&(*pin, *net)).copied().or_else(|| self.slot(*pin, *net))
            })
            .collect();
        match known.len() {
            0 => self.places.total / 2,
            count => known.iter().sum::<i32>() / times(count),
        }
    }

    /// Gives both ends of a line one position, if one is near and free.
    fn straight(&mut self, one: Pin, other: Pin, net: usize, pins: &[(Pin, usize)]) {
        let fixed = |pin: Pin| self.ports.get(&(pin, net)).copied();
        let ((low, high), (least, most)) = (self.range(one), self.range(other));
        let (from, to) = (low.max(least), high.min(most));
        let wanted = |pin: Pin| fixed(pin).or_else(|| self.slot(pin, net));
        let goals = match (fixed(one), fixed(other)) {
            (Some(_), Some(_)) => return,
            (Some(at), None) | (None, Some(at)) => vec![at],
            (None, None) => {
                let (one, other) = (wanted(one), wanted(other));
                let both = one.zip(other).map(|(one, other)| i32::midpoint(one, other));
                one.into_iter().chain(other).chain(both).collect()
            }
        };
        let near = |pin: Pin, at: i32| wanted(pin).is_none_or(|slot| (slot - at).abs() <= REACH);
        let fits = |at: &i32| {
            (from..=to).contains(at)
                && near(one, *at)
                && near(other, *at)
                && self.is_free(*at, px(8), net, pins)
        };
        if let Some(at) = goals.into_iter().find(fits) {
            self.ports.insert((one, net), at);
            self.ports.insert((other, net), at);
        }
    }

    fn is_free(&self, at: i32, clear: i32, net: usize, pins: &[(Pin, usize)]) -> bool {
        let others = pins.iter().filter(|(_, other)| *other != net);
        let mut taken = others.filter_map(|pin| self.ports.get(pin));
        taken.all(|other| (at - other).abs() >= clear)
    }

    /// The free position of a range that is nearest to a goal.
    fn nearest(
        &self,
        goal: i32,
        (least, most): (i32, i32),
        net: usize,
        pins: &[(Pin, usize)],
    ) -> i32 {
        let goal = goal.clamp(least, most.max(least));
        let steps = (most - least).max(0) / STEP + 1;
        for clear in [px(8), px(4), px(1)] {
            let tries = (0..=steps).flat_map(|step| [goal + step * STEP, goal - step * STEP]);
            let mut tries = tries.filter(|at| (least..=most).contains(at));
            if let Some(at) = tries.find(|at| self.is_free(*at, clear, net, pins)) {
                return at;
            }
        }
        goal
    }
}
