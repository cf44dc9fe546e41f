//! A rack from the front: units from bottom to top, and the faces of what stands in them.
//!
//! In: a rack, all things, and a place. Out: boxes. What shares units stands side by side.

use super::super::kit::{self, INSET};
use super::gather::Thing;
use super::words;
use crate::diagram::Target;
use crate::diagram::scene::{Look, Node, Point, Rect, Tag, Text, px, times};
use crate::diagram::text::{Style, width};
use crate::inventory::{Rack, RackPlace};

/// Height of a unit, and of the line with the rack's name.
const UNIT: i32 = px(26);
const HEAD: i32 = px(34);
const FOOT: i32 = px(10);
/// Width of the numbers of units, and space at the right.
const NUMBERS: i32 = px(38);
const SIDE: i32 = px(12);
/// Things that share a unit at most.
const MOST_BESIDE: usize = 6;
/// Bays and ports that are drawn at most.
const MOST_BAYS: usize = 24;
const MOST_PORTS: usize = 48;
const BAY: Point = Point::new(px(6), px(16));
const PORT: i32 = px(7);

/// Where a thing stands: its place, and its column of how many.
struct Face<'a> {
    thing: &'a Thing<'a>,
    place: &'a RackPlace,
    column: usize,
    columns: usize,
}

pub(super) struct Elevation<'a> {
    rack: &'a Rack,
    faces: Vec<Face<'a>>,
    /// Things that no column was left for.
    pub(super) crowded: usize,
}

/// The highest unit of a place.
fn top(place: &RackPlace) -> u16 {
    place.unit.saturating_add(place.height).saturating_sub(1)
}

impl<'a> Elevation<'a> {
    pub(super) fn new(rack: &'a Rack, things: &'a [Thing<'a>]) -> Self {
        let fits = |place: &&RackPlace| place.unit > 0 && top(place) <= rack.units;
        let mut all: Vec<(&RackPlace, &Thing)> = things
            .iter()
            .filter_map(|thing| Some((thing.place.filter(|it| it.rack == rack.name)?, thing)))
            .filter(|(place, _)| fits(place))
            .collect();
        // From the top, as one reads.
        all.sort_by(|(one, thing), (other, that)| {
            top(other).cmp(&top(one)).then_with(|| kit::natural(thing.name, that.name))
        });
        let mut elevation = Self { rack, faces: Vec::new(), crowded: 0 };
        let mut group: Vec<(&RackPlace, &Thing)> = Vec::new();
        for (place, thing) in all {
            if group.iter().all(|(other, _)| top(place) < other.unit) {
                elevation.side_by_side(&std::mem::take(&mut group));
            }
            group.push((place, thing));
        }
        elevation.side_by_side(&group);
        elevation
    }

    /// Gives each thing of a group the first column in which its units are free.
    fn side_by_side(&mut self, group: &[(&'a RackPlace, &'a Thing<'a>)]) {
        let mut columns: Vec<u16> = Vec::new();
        let mut faces: Vec<Face> = Vec::new();
        for (place, thing) in group.iter().copied() {
            let free = columns.iter().position(|lowest| top(place) < *lowest);
            let column = free.unwrap_or(columns.len());
            if column == MOST_BESIDE {
                self.crowded += 1;
                continue;
            }
            if free.is_none() {
                columns.push(0);
            }
            columns[column] = place.unit;
            faces.push(Face { thing, place, column, columns: 0 });
        }
        for face in &mut faces {
            face.columns = columns.len();
        }
        self.faces.extend(faces);
    }

    pub(super) fn height(&self) -> i32 {
        HEAD + i32::from(self.rack.units) * UNIT + FOOT
    }

    /// Runs of units that nothing stands in, from the top.
    fn free(&self) -> Vec<(u16, u16)> {
        let taken = |unit: u16| {
            self.faces.iter().any(|face| face.place.unit <= unit && unit <= top(face.place))
        };
        let mut runs: Vec<(u16, u16)> = Vec::new();
        for unit in (1..=self.rack.units).rev().filter(|unit| !taken(*unit)) {
            match runs.last_mut() {
                Some((lowest, _)) if *lowest == unit + 1 => *lowest = unit,
                _ => runs.push((unit, unit)),
            }
        }
        runs
    }

    pub(super) fn free_units(&self) -> usize {
        self.free().iter().map(|(low, high)| usize::from(high - low) + 1).sum()
    }

    pub(super) fn nodes(&self, rect: Rect, links: &dyn Fn(&Target) -> Option<String>) -> Vec<Node> {
        let id = super::super::id("rack", &self.rack.name);
        let title = words::rack_title(self.rack, self.faces.len(), self.free_units());
        let mut frame = kit::node(id.clone(), rect, Look::Frame, title);
        let at = Point::new(rect.x + NUMBERS, rect.y + px(22));
        let right = rect.right() - SIDE;
        let size = format!("{} U · {} free", self.rack.units, self.free_units());
        let end =
            kit::write(&mut frame, at, &self.rack.name, Style::Heading, right - at.x - px(90));
        let at = Point::new(end + px(8), at.y);
        kit::whisper(&mut frame, at, &size, Style::App, right - at.x);
        for unit in 1..=self.rack.units {
            let number = unit.to_string();
            let x = rect.x + NUMBERS - px(8) - width(&number, Style::App);
            let y = self.unit_top(&rect, unit) + UNIT / 2 + px(4);
            frame.texts.push(Text::new(Point::new(x, y), number, Style::App).quiet());
        }
        let mut rows: Vec<(u16, usize, Node)> = Vec::new();
        for (low, high) in self.free() {
            let place = self.place(&rect, low, high);
            let id = format!("{id}-free-{low}");
            let mut gap = kit::node(id, place, Look::Frame, words::free_title(low, high));
            gap.parent = Some(frame.id.clone());
            rows.push((high, 0, gap));
        }
        for face in &self.faces {
            let mut node = self.face(face, &rect, links);
            node.parent = Some(frame.id.clone());
            rows.push((top(face.place), face.column, node));
        }
        rows.sort_by(|(one, column, _), (other, that, _)| other.cmp(one).then(column.cmp(that)));
        std::iter::once(frame).chain(rows.into_iter().map(|(_, _, node)| node)).collect()
    }

    fn unit_top(&self, rect: &Rect, unit: u16) -> i32 {
        rect.y + HEAD + i32::from(self.rack.units - unit) * UNIT
    }

    /// The place of units from `low` to `high` over the whole width.
    fn place(&self, rect: &Rect, low: u16, high: u16) -> Rect {
        let (left, right) = (rect.x + NUMBERS, rect.right() - SIDE);
        let top = self.unit_top(rect, high) + px(1);
        let height = i32::from(high - low + 1) * UNIT - px(2);
        Rect::new(left, top, right - left, height)
    }

    fn face(&self, face: &Face, rect: &Rect, links: &dyn Fn(&Target) -> Option<String>) -> Node {
        let thing = face.thing;
        let whole = self.place(rect, face.place.unit, top(face.place));
        let step = (whole.width + px(2)) / times(face.columns) / px(1) * px(1);
        let left = whole.x + times(face.column) * step;
        let is_last = face.column + 1 == face.columns;
        let width = if is_last { whole.right() - left } else { step - px(2) };
        let place = Rect::new(left, whole.y, width, whole.height);
        let id = format!("unit-{}", thing.id);
        let mut node = kit::node(id, place, Look::Card, words::thing_title(thing));
        node.link = links(&thing.target);
        node.target = Some(thing.target.clone());
        draw(&mut node, thing, face.place.height);
        node
    }
}

/// Fills a face: name and model, cards, disks and ports, and below what runs there.
fn draw(node: &mut Node, thing: &Thing, units: u16) {
    let rect = node.rect;
    let left = rect.x + INSET;
    let line = |number: i32| rect.y + px(12) + number * px(20);
    let mut right = rect.right() - INSET;
    let name = width(thing.name, Style::Name).min(px(120));
    if rect.width > px(170) {
        let mut end = right;
        // A face of one unit has one line for all; higher ones have their disks on the second.
        if units == 1 {
            end = fronts(node, thing, end, line(0), end - left - name - px(60));
            right = end;
        } else {
            fronts(node, thing, end, line(1), end - left - px(120));
        }
        if let Some(words) = words::gpu_tag(&thing.gpus, end - left - name - px(20)) {
            right = kit::tag(node, &words, end, line(0)) - px(8);
        }
    } else {
        end_of_narrow(node, thing, &mut right, line(0), name);
    }
    let at = Point::new(left, line(0) + px(5));
    let end = kit::write(node, at, thing.name, Style::Name, right - left);
    let at = Point::new(end + px(8), at.y);
    kit::whisper(node, at, &words::face(thing), Style::App, right - at.x);
    if units > 1 {
        let taken = node.tags.iter().filter(|tag| tag.rect.y > line(0) + px(6));
        let right = taken.map(|tag| tag.rect.x).min().unwrap_or(rect.right() - INSET);
        let room = right - px(8) - left;
        let at = Point::new(left, line(1) + px(5));
        let inside = kit::fit_parts(&words::inside(thing), Style::App, room);
        kit::whisper(node, at, &inside, Style::App, room);
        let names = words::machine_names(thing);
        if units > 2 && !names.is_empty() {
            let at = Point::new(left, line(2) + px(5));
            kit::whisper(node, at, &names, Style::App, rect.right() - INSET - left);
        }
    }
}

/// A narrow face shows its disks where the name leaves room.
fn end_of_narrow(node: &mut Node, thing: &Thing, right: &mut i32, middle: i32, name: i32) {
    let room = *right - node.rect.x - INSET - name - px(8);
    *right = fronts(node, thing, *right, middle, room);
}

/// Bays or ports that end at `right`; gives where words have to end. None where there is no room.
fn fronts(node: &mut Node, thing: &Thing, right: i32, middle: i32, room: i32) -> i32 {
    let bays = thing.disks.iter().map(|disks| disks.count).sum::<usize>();
    let (ports, bays) = (thing.ports.min(MOST_PORTS), bays.min(MOST_BAYS));
    let places = if ports > 0 { port_places(ports) } else { bay_places(bays) };
    let width = places.iter().map(Rect::right).max().unwrap_or(0);
    if width == 0 || width > room {
        return right;
    }
    let from = Point::new(right - width, middle);
    let tag = |place: Rect| Tag { rect: place.moved(from), text: String::new() };
    node.tags.extend(places.into_iter().map(tag));
    from.x - px(8)
}

/// Bays side by side, around a middle line.
fn bay_places(count: usize) -> Vec<Rect> {
    let place = |at: usize| Rect::new(times(at) * (BAY.x + px(2)), -BAY.y / 2, BAY.x, BAY.y);
    (0..count).map(place).collect()
}

/// Ports in one row, or in two where there are many.
fn port_places(count: usize) -> Vec<Rect> {
    let rows = if count > 10 { 2 } else { 1 };
    let across = count.div_ceil(rows);
    let place = |at: usize| {
        let (row, column) = (times(at / across), times(at % across));
        let top = if rows == 1 { -PORT / 2 } else { row * (PORT + px(2)) - PORT - px(1) };
        Rect::new(column * (PORT + px(2)), top, PORT, PORT)
    };
    (0..count).map(place).collect()
}
