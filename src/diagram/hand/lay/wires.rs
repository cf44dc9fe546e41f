//! Which channels, gaps and frame edges each line takes.
//!
//! In: rows and wishes. Out: [`Wires`]: nets of lines that share a start and a look, each with the
//! hops from box to box, and the rows with gaps for what passes them. It knows no sizes.

use std::collections::{BTreeMap, BTreeSet};

use super::rows::{Rows, common, home};
use super::{MOST_PORTS, Shape, Task};

/// A side of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Top,
    Bottom,
}

/// A unit, or beyond the last unit a gap that a net passes.
pub(super) type Element = usize;

/// A place where a net touches an element.
pub(super) type Pin = (Element, Side);

/// A channel: a region, and the row that it lies before.
pub(super) type Channel = (usize, usize);

/// From one element to another through one channel.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hop {
    pub(super) channel: Channel,
    pub(super) from: Pin,
    pub(super) to: Pin,
}

/// Lines that share a start and a look.
#[derive(Clone, Debug)]
pub(super) struct Net {
    pub(super) wishes: Vec<usize>,
    pub(super) hops: Vec<Vec<Hop>>,
    pub(super) words: i32,
    pub(super) breadth: i32,
}

/// A gap in a row.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    pub(super) net: usize,
    pub(super) region: usize,
    pub(super) row: usize,
    /// Whether the row is a bar, which lines may cross.
    pub(super) over_bar: bool,
}

/// All nets.
#[derive(Clone, Debug, Default)]
pub(super) struct Wires {
    pub(super) rows: Rows,
    pub(super) nets: Vec<Net>,
    /// Gaps by element, less the number of units.
    pub(super) gaps: Vec<Gap>,
    /// Pins by channel and net.
    pub(super) channels: BTreeMap<Channel, BTreeMap<usize, BTreeSet<Pin>>>,
    /// Wishes between neighbours in a row, by the neighbours, left one first.
    pub(super) direct: BTreeMap<(Element, Element), usize>,
    pub(super) left_out: Vec<usize>,
}

/// Whether a line leads down, up or along its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Course {
    Down,
    Up,
    Level,
}

struct Maker<'a> {
    task: &'a Task,
    wires: Wires,
    passing: bool,
    /// Gaps that a net has already.
    made: BTreeMap<(usize, usize, usize), Element>,
}

impl Wires {
    /// Without `passing`, lines that would pass a row are left out.
    pub(super) fn new(task: &Task, rows: Rows, passing: bool) -> Self {
        let mut maker =
            Maker { task, wires: Self { rows, ..Self::default() }, passing, made: BTreeMap::new() };
        let mut nets: BTreeMap<(usize, Course, usize), usize> = BTreeMap::new();
        let mut ports: BTreeMap<usize, usize> = BTreeMap::new();
        for (index, wish) in task.wishes.iter().enumerate() {
            let Some((region, from, to)) = common(task, wish.from, wish.to) else {
                maker.wires.left_out.push(index);
                continue;
            };
            let row = |unit: usize| maker.wires.rows.of[&unit].1;
            let course = match row(from).cmp(&row(to)) {
                std::cmp::Ordering::Less => Course::Down,
                std::cmp::Ordering::Greater => Course::Up,
                std::cmp::Ordering::Equal => Course::Level,
            };
            if course == Course::Level && maker.is_direct(index, wish) {
                continue;
            }
            let number = nets.len();
            let net = *nets.entry((wish.from, course, wish.look)).or_insert(number);
            let full = [wish.from, wish.to]
                .iter()
                .any(|end| ports.get(end).is_some_and(|count| *count >= MOST_PORTS));
            let hops = if full { None } else { maker.way(net, course, region, (from, to), wish) };
            if net == maker.wires.nets.len() {
                let net = Net { wishes: Vec::new(), hops: Vec::new(), words: 0, breadth: 0 };
                maker.wires.nets.push(net);
            }
            let Some(hops) = hops else {
                maker.wires.left_out.push(index);
                continue;
            };
            for end in [wish.from, wish.to] {
                *ports.entry(end).or_default() += 1;
            }
            for hop in &hops {
                let pins = maker.wires.channels.entry(hop.channel).or_default();
                pins.entry(net).or_default().extend([hop.from, hop.to]);
            }
            let net = &mut maker.wires.nets[net];
            net.wishes.push(index);
            net.hops.push(hops);
            net.words = net.words.max(wish.words);
            net.breadth = net.breadth.max(wish.breadth);
        }
        maker.wires
    }

    pub(super) fn gap(&self, task: &Task, element: Element) -> Option<&Gap> {
        element.checked_sub(task.units.len()).and_then(|at| self.gaps.get(at))
    }

    /// Region and row of an element.
    pub(super) fn place(&self, task: &Task, element: Element) -> (usize, usize) {
        match self.gap(task, element) {
            Some(gap) => (gap.region, gap.row),
            None => self.rows.of[&element],
        }
    }
}

impl Maker<'_> {
    /// Whether a wish leads from a leaf to the next in its row, with nothing between them yet.
    fn is_direct(&mut self, index: usize, wish: &super::Wish) -> bool {
        let is_leaf = |at: usize| matches!(self.task.units[at].shape, Shape::Leaf { .. });
        if !is_leaf(wish.from) || !is_leaf(wish.to) {
            return false;
        }
        let (region, row) = self.wires.rows.of[&wish.from];
        if self.wires.rows.of[&wish.to] != (region, row) {
            return false;
        }
        let units = &self.wires.rows.regions[&region][row];
        let place = |unit| units.iter().position(|other| *other == unit).unwrap_or(0);
        let (start, end) = (place(wish.from), place(wish.to));
        let pair = match end.abs_diff(start) {
            1 if start < end => (wish.from, wish.to),
            1 => (wish.to, wish.from),
            _ => return false,
        };
        let next = self.wires.direct.len();
        self.wires.direct.entry(pair).or_insert(index);
        self.wires.direct.len() > next
    }

    /// The hops of a wish, from its start.
    fn way(
        &mut self,
        net: usize,
        course: Course,
        region: usize,
        (from, to): (usize, usize),
        wish: &super::Wish,
    ) -> Option<Vec<Hop>> {
        let mut hops = Vec::new();
        match course {
            Course::Level => {
                self.leave(net, wish.from, region, &mut hops)?;
                let channel = (region, self.row(from) + 1);
                let (start, end) = ((from, Side::Bottom), (to, Side::Bottom));
                hops.push(Hop { channel, from: start, to: end });
                let mut back = Vec::new();
                self.leave(net, wish.to, region, &mut back)?;
                hops.extend(back.into_iter().rev().map(turned));
            }
            Course::Down => self.down(net, region, (wish.from, from), (wish.to, to), &mut hops)?,
            Course::Up => {
                self.down(net, region, (wish.to, to), (wish.from, from), &mut hops)?;
                hops = hops.into_iter().rev().map(turned).collect();
            }
        }
        Some(hops)
    }

    fn row(&self, unit: usize) -> usize {
        self.wires.rows.of[&unit].1
    }

    /// Down from an upper unit, which `above` holds, to a lower one, which `below` holds.
    fn down(
        &mut self,
        net: usize,
        region: usize,
        (upper, above): (usize, usize),
        (lower, below): (usize, usize),
        hops: &mut Vec<Hop>,
    ) -> Option<()> {
        self.leave(net, upper, region, hops)?;
        let channels = (self.row(above) + 1, self.row(below));
        self.descend(net, region, channels, ((above, Side::Bottom), (below, Side::Top)), hops)?;
        let mut within: Vec<usize> = Vec::new();
        let mut at = lower;
        while at != below {
            within.push(at);
            at = self.task.units[at].parent?;
        }
        for unit in within.into_iter().rev() {
            let frame = self.task.units[unit].parent?;
            let channels = (0, self.row(unit));
            let ends = ((frame, Side::Top), (unit, Side::Top));
            self.descend(net, frame + 1, channels, ends, hops)?;
        }
        Some(())
    }

    /// Down from a unit to the lower edge of what holds it in a region.
    fn leave(&mut self, net: usize, unit: usize, region: usize, hops: &mut Vec<Hop>) -> Option<()> {
        let mut at = unit;
        while home(self.task, at) != region {
            let frame = self.task.units[at].parent?;
            let last = self.wires.rows.regions[&(frame + 1)].len();
            let channels = (self.row(at) + 1, last);
            let ends = ((at, Side::Bottom), (frame, Side::Bottom));
            self.descend(net, frame + 1, channels, ends, hops)?;
            at = frame;
        }
        Some(())
    }

    /// From channel to channel of a region, through a gap of each row between.
    fn descend(
        &mut self,
        net: usize,
        region: usize,
        (first, last): (usize, usize),
        (start, end): (Pin, Pin),
        hops: &mut Vec<Hop>,
    ) -> Option<()> {
        let mut at = start;
        for row in first..last {
            let gap = self.gap(net, region, row)?;
            hops.push(Hop { channel: (region, row), from: at, to: (gap, Side::Top) });
            at = (gap, Side::Bottom);
        }
        hops.push(Hop { channel: (region, last), from: at, to: end });
        Some(())
    }

    fn gap(&mut self, net: usize, region: usize, row: usize) -> Option<Element> {
        let units = &self.wires.rows.regions[&region][row];
        let is_bar = |at: &usize| matches!(self.task.units[*at].shape, Shape::Bar { .. });
        let over_bar = units.iter().any(is_bar);
        if !over_bar && !self.passing {
            return None;
        }
        let next = self.task.units.len() + self.wires.gaps.len();
        let gap = *self.made.entry((net, region, row)).or_insert(next);
        if gap == next {
            self.wires.gaps.push(Gap { net, region, row, over_bar });
        }
        Some(gap)
    }
}

fn turned(hop: Hop) -> Hop {
    Hop { channel: hop.channel, from: hop.to, to: hop.from }
}
