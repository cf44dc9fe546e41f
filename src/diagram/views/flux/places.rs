//! Where slots stand and lines run: heights, ports and tracks, then columns from left to right.
//!
//! In: a [`Part`]. Out: places in half pixels. Lines run level through columns, in the room of a
//! pass where a column is only passed, and upright in the channels between columns. Each source has
//! its own track there, and no line enters a box where another source's line leaves opposite.

use std::collections::{BTreeMap, BTreeSet};

use super::part::{Part, Slot, Spot};
use crate::diagram::scene::{Point, Rect, px, times};

/// Width of every picture: what a page has room for beside its menu, so that text keeps its size.
pub(super) const WIDTH: i32 = px(976);
/// Space around the picture.
pub(super) const MARGIN: i32 = px(14);
/// Height of a box with two lines of text.
const BOX: i32 = px(38);
/// Height of another line of a name.
pub(super) const LINE: i32 = px(15);
/// Space between a frame and its boxes, and between these.
pub(super) const FRAME_PAD: i32 = px(6);
/// Height that passing lines keep free.
const PASS: i32 = px(20);
/// Space between slots.
const GAP: i32 = px(10);
/// Space between a box's corner and the first line.
const INSET: i32 = px(6);
/// Space between lines that enter one box, and the least to any other.
const PORT_PITCH: i32 = px(8);
const CLEAR: i32 = px(4);
/// Space between tracks, before the first and after the last.
const TRACK: i32 = px(6);
const BEFORE_TRACKS: i32 = px(10);
const AFTER_TRACKS: i32 = px(16);
/// Narrowest and widest box, and the widest channel that is only there to fill the page.
const NARROWEST: i32 = px(96);
const BROADEST: i32 = px(230);
const SPREAD: i32 = px(70);

/// A part with places.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Rectangles of slots, by column and place.
    pub(super) rects: Vec<Vec<Rect>>,
    /// Lines from a spot to a spot that waits for it.
    pub(super) lines: BTreeMap<(usize, usize), Vec<Point>>,
    pub(super) bottom: i32,
    /// Width of boxes.
    pub(super) width: i32,
    /// Whether boxes are wide enough for words.
    pub(super) fits: bool,
    /// Things whose name takes two lines.
    pub(super) tall: BTreeSet<usize>,
}

/// What is known of the lines into one column: of a slot of the column, by the source.
type Entries = BTreeMap<(Slot, usize), i32>;

struct Wires<'a> {
    part: &'a Part,
    /// Upper edges and heights.
    tops: Vec<Vec<i32>>,
    heights: Vec<Vec<i32>>,
    /// Where lines leave slots, by column.
    exits: Vec<BTreeMap<Slot, i32>>,
    entries: Vec<Entries>,
    /// Number of the track of each source, by column that it leads to.
    tracks: Vec<BTreeMap<usize, usize>>,
}

impl Places {
    /// Places of a part; `too_long` tells whether a thing's name is too long for a box's width.
    ///
    /// How wide boxes are is known only when all lines have their tracks, so it is done twice.
    pub(super) fn new(part: &Part, too_long: &dyn Fn(usize, i32) -> bool) -> Self {
        let width = Self::laid(part, &BTreeSet::new()).width;
        let tall = |spot: &Spot| {
            let inner = if spot.things.len() > 1 { width - 2 * FRAME_PAD } else { width };
            spot.things.iter().copied().filter(|at| too_long(*at, inner)).collect::<Vec<_>>()
        };
        let tall = part.spots.iter().flat_map(tall).collect();
        Self { tall: BTreeSet::clone(&tall), ..Self::laid(part, &tall) }
    }

    fn laid(part: &Part, tall: &BTreeSet<usize>) -> Self {
        let heights: Vec<Vec<i32>> = part
            .columns
            .iter()
            .map(|column| column.iter().map(|slot| height(part, *slot, tall)).collect())
            .collect();
        let tops = tops(part, &heights, MARGIN);
        let mut wires =
            Wires { part, tops, heights, exits: vec![], entries: vec![], tracks: vec![] };
        for column in 0..part.columns.len() {
            wires.connect(column);
        }
        wires.placed()
    }
}

/// Height of a thing's box.
pub(super) fn box_height(at: usize, tall: &BTreeSet<usize>) -> i32 {
    if tall.contains(&at) { BOX + LINE } else { BOX }
}

fn height(part: &Part, slot: Slot, tall: &BTreeSet<usize>) -> i32 {
    match slot {
        Slot::Pass(_) => PASS,
        Slot::Spot(spot) => match part.spots[spot].things[..] {
            [only] => box_height(only, tall),
            ref many => {
                let heights = many.iter().map(|at| box_height(*at, tall) + FRAME_PAD);
                heights.sum::<i32>() + FRAME_PAD
            }
        },
    }
}

/// Upper edges of all slots: the highest column is filled, the others follow their lines.
fn tops(part: &Part, heights: &[Vec<i32>], top: i32) -> Vec<Vec<i32>> {
    let total = |column: &Vec<i32>| column.iter().map(|height| height + GAP).sum::<i32>();
    let totals: Vec<i32> = heights.iter().map(total).collect();
    let Some(most) = totals.iter().max() else { return Vec::new() };
    let start = totals.iter().position(|total| total == most).unwrap_or(0);
    let area = (top, top + most - GAP);
    let mut tops: Vec<Vec<i32>> = vec![Vec::new(); heights.len()];
    tops[start] = settle(&vec![None; heights[start].len()], &heights[start], area);
    let middle = |tops: &[Vec<i32>], column: usize, slot: Slot| {
        let place = part.columns[column].iter().position(|other| *other == slot)?;
        Some(tops[column][place] + heights[column][place] / 2)
    };
    for column in start + 1..heights.len() {
        let wish = |slot: &Slot| {
            let before = part.before(column, *slot);
            let middles = before.iter().filter_map(|from| middle(&tops, column - 1, *from));
            mean(&middles.collect::<Vec<_>>())
        };
        let wishes: Vec<Option<i32>> = part.columns[column].iter().map(wish).collect();
        tops[column] = settle(&wishes, &heights[column], area);
    }
    for column in (0..start).rev() {
        let wish = |slot: &Slot| {
            let after = part.columns[column + 1].iter();
            let after = after.filter(|to| part.before(column + 1, **to).contains(slot));
            let middles = after.filter_map(|to| middle(&tops, column + 1, *to));
            mean(&middles.collect::<Vec<_>>())
        };
        let wishes: Vec<Option<i32>> = part.columns[column].iter().map(wish).collect();
        tops[column] = settle(&wishes, &heights[column], area);
    }
    tops
}

fn mean(values: &[i32]) -> Option<i32> {
    values.iter().sum::<i32>().checked_div(times(values.len()))
}

/// Upper edges in order within an area, near the middles that are wished for.
fn settle(wishes: &[Option<i32>], heights: &[i32], area: (i32, i32)) -> Vec<i32> {
    let mut free = area.0;
    let mut tops: Vec<i32> = Vec::new();
    for (wish, height) in wishes.iter().zip(heights) {
        let top = wish.map_or(free, |middle| (middle - height / 2).max(free));
        tops.push(top);
        free = top + height + GAP;
    }
    let mut limit = area.1;
    for (top, height) in tops.iter_mut().zip(heights).rev() {
        *top = (*top).min(limit - height);
        limit = *top - GAP;
    }
    tops
}

impl Wires<'_> {
    /// Finds ports and tracks of the lines into a column, and where lines leave it.
    fn connect(&mut self, column: usize) {
        let mut entries = Entries::new();
        let mut exits = BTreeMap::new();
        for (place, slot) in self.part.columns[column].iter().enumerate() {
            let (top, height) = (self.tops[column][place], self.heights[column][place]);
            let mut exit = top + height / 2;
            let mut taken = Vec::new();
            let mut sources = if column == 0 { vec![] } else { self.part.before(column, *slot) };
            sources.sort_by_key(|from| (self.exits[column - 1][from], *from));
            for (index, from) in sources.iter().enumerate() {
                let offset = (2 * times(index) - times(sources.len() - 1)) * PORT_PITCH / 2;
                let area = (top + INSET, top + height - INSET);
                let entry = self.port(column, *from, area, exit + offset, &taken);
                taken.push(entry);
                entries.insert((*slot, from.source()), entry);
            }
            if let (Slot::Pass(_), Some(entry)) = (slot, taken.first()) {
                exit = *entry;
            }
            exits.insert(*slot, exit);
        }
        self.tracks.push(if column == 0 { BTreeMap::new() } else { self.lay(column, &entries) });
        self.entries.push(entries);
        self.exits.push(exits);
    }

    /// Where a line enters: straight on if that is free, else near `middle`.
    fn port(&self, column: usize, from: Slot, area: (i32, i32), middle: i32, taken: &[i32]) -> i32 {
        let exits = &self.exits[column - 1];
        let straight = exits[&from];
        let apart = |one: i32, other: i32| (one - other).abs() >= CLEAR;
        let free = |at: &i32| {
            area.0 <= *at
                && *at <= area.1
                && taken.iter().all(|other| apart(*at, *other))
                && exits.iter().all(|(slot, exit)| *slot == from || apart(*at, *exit))
        };
        let away = (0..=(area.1 - area.0) / 2).map(|step| step * 2);
        let near = away.flat_map(|step| [middle - step, middle + step]);
        std::iter::once(straight).chain(near).find(free).unwrap_or(middle)
    }

    /// Gives every source that does not lead straight on a track before a column.
    fn lay(&self, column: usize, entries: &Entries) -> BTreeMap<usize, usize> {
        let mut spans: BTreeMap<usize, (i32, i32, i32)> = BTreeMap::new();
        for slot in &self.part.columns[column - 1] {
            let (source, exit) = (slot.source(), self.exits[column - 1][slot]);
            let ends = entries.iter().filter(|((_, from), _)| *from == source).map(|(_, at)| *at);
            let bent: Vec<i32> = ends.filter(|at| *at != exit).collect();
            if let (Some(low), Some(high)) = (bent.iter().min(), bent.iter().max()) {
                spans.insert(source, (exit, exit.min(*low), exit.max(*high)));
            }
        }
        // Of lines that lead down the lowest turns first, of those that lead up the highest.
        let mut order: Vec<(i32, usize)> = spans
            .iter()
            .map(|(source, (exit, low, high))| {
                (if high - exit >= exit - low { -exit } else { *exit }, *source)
            })
            .collect();
        order.sort_unstable();
        let mut tracks: BTreeMap<usize, usize> = BTreeMap::new();
        for (_, source) in order {
            let (_, low, high) = spans[&source];
            let beside = |other: &usize| {
                let (_, top, bottom) = spans[other];
                low - CLEAR < bottom && top - CLEAR < high
            };
            let used = tracks.iter().filter(|(other, _)| beside(other)).map(|(_, track)| track + 1);
            let track = used.max().unwrap_or(0);
            tracks.insert(source, track);
        }
        tracks
    }

    fn placed(self) -> Places {
        let count = times(self.part.columns.len());
        let channel = |tracks: &BTreeMap<usize, usize>| {
            let last = tracks.values().max().copied().unwrap_or(0);
            BEFORE_TRACKS + times(last) * TRACK + AFTER_TRACKS
        };
        let mut channels: Vec<i32> = self.tracks.iter().skip(1).map(channel).collect();
        let room = WIDTH - 2 * MARGIN;
        let broad = (room - channels.iter().sum::<i32>()) / count.max(1) / px(2) * px(2);
        let width = broad.min(BROADEST);
        let spare = (broad - width) * count / (count - 1).max(1);
        for channel in &mut channels {
            *channel += spare.min(SPREAD) / px(1) * px(1);
        }
        let mut lefts = vec![MARGIN];
        for channel in &channels {
            lefts.push(lefts[lefts.len() - 1] + width + channel);
        }
        let rect = |column: usize, place: usize| {
            Rect::new(lefts[column], self.tops[column][place], width, self.heights[column][place])
        };
        let rects: Vec<Vec<Rect>> = (0..self.part.columns.len())
            .map(|column| {
                (0..self.part.columns[column].len()).map(|place| rect(column, place)).collect()
            })
            .collect();
        let bottoms = rects.iter().flatten().map(Rect::bottom);
        Places {
            bottom: bottoms.max().unwrap_or(0),
            lines: self.lines(&lefts, width),
            rects,
            width,
            fits: width >= NARROWEST,
            tall: BTreeSet::new(),
        }
    }

    fn lines(&self, lefts: &[i32], width: i32) -> BTreeMap<(usize, usize), Vec<Point>> {
        let mut lines = BTreeMap::new();
        for (target, spot) in self.part.spots.iter().enumerate() {
            for source in &spot.waits {
                lines.insert((*source, target), self.line(*source, target, lefts, width));
            }
        }
        lines
    }

    fn line(&self, source: usize, target: usize, lefts: &[i32], width: i32) -> Vec<Point> {
        let (first, last) = (self.part.spots[source].column, self.part.spots[target].column);
        let mut at = self.exits[first][&Slot::Spot(source)];
        let mut line = vec![Point::new(lefts[first] + width, at)];
        for column in first + 1..=last {
            let slot = if column == last { Slot::Spot(target) } else { Slot::Pass(source) };
            let entry = self.entries[column][&(slot, source)];
            if entry != at {
                let track = self.tracks[column].get(&source).copied().unwrap_or(0);
                let x = lefts[column - 1] + width + BEFORE_TRACKS + times(track) * TRACK;
                line.extend([Point::new(x, at), Point::new(x, entry)]);
            }
            at = entry;
        }
        line.push(Point::new(lefts[last], at));
        line
    }
}
