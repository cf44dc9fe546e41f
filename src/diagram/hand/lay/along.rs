//! How high rows and channels are, and the finished lines.
//!
//! In: positions across. Out: [`Laid`]. A line that bends has a track of its own wherever it would
//! meet another; tracks are ordered so that few lines cross.

use std::collections::BTreeMap;

use super::across::Places;
use super::ports::{Ports, key};
use super::wires::{Channel, Element, Hop, Pin, Side, Wires};
use super::{Laid, Line, PAD, PASS_GAP, Shape, Task};
use crate::diagram::scene::{Point, Rect, px, times};

/// Space between the tracks of a channel, and between a row and the nearest.
const TRACK: i32 = px(11);
const CHANNEL_PAD: i32 = px(16);
/// Space between rows, and between lanes, where no line runs.
const ROW_GAP: i32 = px(14);
const LANE_GAP: i32 = px(30);
const BAR_GAP: i32 = px(8);

struct Finisher<'a> {
    task: &'a Task,
    wires: &'a Wires,
    places: &'a Places,
    ports: &'a Ports,
    /// Distances of tracks from their channel's upper edge.
    tracks: BTreeMap<(Channel, usize), i32>,
    heights: BTreeMap<Channel, i32>,
    /// Upper edges of channels.
    tops: BTreeMap<Channel, i32>,
    rects: BTreeMap<Element, Rect>,
}

pub(super) fn finish(task: &Task, wires: &Wires, places: &Places, ports: &Ports) -> Laid {
    let mut finisher = Finisher {
        task,
        wires,
        places,
        ports,
        tracks: BTreeMap::new(),
        heights: BTreeMap::new(),
        tops: BTreeMap::new(),
        rects: BTreeMap::new(),
    };
    for (channel, nets) in &wires.channels {
        finisher.tracks(*channel, nets.keys().copied());
    }
    let mut sizes: BTreeMap<Element, i32> = BTreeMap::new();
    for region in wires.rows.regions.keys().rev() {
        if let Some(frame) = region.checked_sub(1) {
            let size = finisher.region_height(*region, &sizes);
            let Shape::Frame { least, .. } = task.units[frame].shape else { continue };
            sizes.insert(frame, size.max(least));
        }
    }
    let mut lanes = Vec::new();
    for region in wires.rows.regions.keys() {
        finisher.place(*region, &sizes, &mut lanes);
    }
    let height = finisher.bottom(0);
    Laid {
        rects: (0..task.units.len()).map(|at| finisher.rects[&at]).collect(),
        lines: finisher.lines(),
        lanes,
        width: places.total,
        height,
        left_out: wires.left_out.clone(),
    }
}

impl Finisher<'_> {
    fn port(&self, pin: Pin, net: usize) -> i32 {
        let key = (key(self.task, pin), net);
        *self.ports.get(&key).expect("bug: every pin has a port")
    }

    /// Gives the nets of a channel that bend their tracks.
    fn tracks(&mut self, channel: Channel, nets: impl Iterator<Item = usize>) {
        struct Bend {
            net: usize,
            left: i32,
            right: i32,
            order: (u8, i32),
        }
        let mut straight = 0;
        let mut bends = Vec::new();
        for net in nets {
            let pins = &self.wires.channels[&channel][&net];
            let at = |pin: &Pin| self.port(*pin, net);
            let left = pins.iter().map(at).min().unwrap_or(0);
            let right = pins.iter().map(at).max().unwrap_or(0);
            if left == right {
                straight = straight.max(self.wires.nets[net].words + px(24)).max(px(30));
                continue;
            }
            let mean = |from_above: bool| {
                let is_above = |pin: &&Pin| is_above(channel, **pin) == from_above;
                let of: Vec<i32> = pins.iter().filter(is_above).map(at).collect();
                (!of.is_empty()).then(|| of.iter().sum::<i32>() / times(of.len()))
            };
            let order = match (mean(true), mean(false)) {
                (Some(above), Some(below)) if below >= above => (1, -above),
                (Some(above), Some(_)) => (2, above),
                _ => (0, right - left),
            };
            bends.push(Bend { net, left, right, order });
        }
        bends.sort_by_key(|bend| (bend.order, bend.net));
        let mut placed: Vec<(&Bend, usize)> = Vec::new();
        for bend in &bends {
            let meets = |other: &&(&Bend, usize)| {
                bend.left < other.0.right + px(10) && other.0.left < bend.right + px(10)
            };
            let track = placed.iter().filter(meets).map(|(_, track)| track + 1).max().unwrap_or(0);
            placed.push((bend, track));
        }
        let count = placed.iter().map(|(_, track)| track + 1).max().unwrap_or(0);
        let mut y = CHANNEL_PAD;
        for track in 0..count {
            let of = || placed.iter().filter(|(_, other)| *other == track);
            // Words that are longer than their level piece stand on an upright one.
            let short =
                |bend: &Bend| bend.right - bend.left < self.wires.nets[bend.net].breadth + px(18);
            let worded = |bend: &Bend| self.wires.nets[bend.net].words > 0;
            if let Some((bend, _)) = of().find(|(bend, _)| worded(bend) && short(bend)) {
                y += self.wires.nets[bend.net].words + px(4);
            }
            let words = of().map(|(bend, _)| self.wires.nets[bend.net].words).max().unwrap_or(0);
            let half = (TRACK / 2).max(words / 2 + if words > 0 { px(3) } else { 0 });
            for (bend, _) in of() {
                self.tracks.insert((channel, bend.net), y + half);
            }
            y += 2 * half;
        }
        let bent = if count > 0 { y + CHANNEL_PAD } else { 0 };
        self.heights.insert(channel, bent.max(straight));
    }

    fn is_bar_row(&self, region: usize, row: usize) -> bool {
        let units = self.wires.rows.regions[&region].get(row);
        let is_bar = |at: &usize| matches!(self.task.units[*at].shape, Shape::Bar { .. });
        units.is_some_and(|units| units.iter().any(is_bar))
    }

    /// Height of the channel before a row.
    fn channel(&self, region: usize, row: usize) -> i32 {
        let used = self.heights.get(&(region, row)).copied().unwrap_or(0);
        let last = self.wires.rows.regions[&region].len();
        let lane = |row: usize| self.wires.rows.lanes.get(row);
        let bars = row > 0 && self.is_bar_row(region, row - 1) && self.is_bar_row(region, row);
        let bent = self.tracks.keys().any(|(channel, _)| *channel == (region, row));
        match (region, row) {
            (0, 0) => used,
            (_, row) if row == last && region > 0 => used.max(PAD),
            (0, row) if row == last => used,
            (_, 0) => used,
            (0, row) if bars && lane(row - 1) == lane(row) && !bent => BAR_GAP,
            (0, row) if lane(row - 1) != lane(row) => used.max(LANE_GAP),
            _ => used.max(ROW_GAP),
        }
    }

    fn unit_height(&self, unit: usize, sizes: &BTreeMap<Element, i32>) -> i32 {
        match self.task.units[unit].shape {
            Shape::Leaf { along, .. } | Shape::Bar { along, .. } => along,
            Shape::Frame { .. } => sizes.get(&unit).copied().unwrap_or(0),
        }
    }

    fn row_height(&self, region: usize, row: usize, sizes: &BTreeMap<Element, i32>) -> i32 {
        let units = &self.wires.rows.regions[&region][row];
        units.iter().map(|unit| self.unit_height(*unit, sizes)).max().unwrap_or(0)
    }

    fn before(&self, region: usize) -> i32 {
        match region.checked_sub(1).map(|frame| self.task.units[frame].shape) {
            Some(Shape::Frame { before, .. }) => before,
            _ => 0,
        }
    }

    fn region_height(&self, region: usize, sizes: &BTreeMap<Element, i32>) -> i32 {
        let rows = self.wires.rows.regions[&region].len();
        let heights = (0..rows).map(|row| self.row_height(region, row, sizes));
        let channels = (0..=rows).map(|row| self.channel(region, row));
        let empty = if rows == 0 { PASS_GAP } else { 0 };
        self.before(region) + heights.chain(channels).sum::<i32>() + empty
    }

    fn place(
        &mut self,
        region: usize,
        sizes: &BTreeMap<Element, i32>,
        lanes: &mut Vec<(usize, i32)>,
    ) {
        let frame = region.checked_sub(1).map(|frame| self.rects[&frame]);
        let mut y = frame.map_or(0, |rect| rect.y) + self.before(region);
        let rows = self.wires.rows.regions[&region].clone();
        for (row, units) in rows.iter().enumerate() {
            self.tops.insert((region, row), y);
            y += self.channel(region, row);
            if region == 0 {
                let lane = self.wires.rows.lanes[row];
                if lanes.last().is_none_or(|(last, _)| *last != lane) {
                    lanes.push((lane, y));
                }
            }
            let height = self.row_height(region, row, sizes);
            for unit in units {
                let own = self.unit_height(*unit, sizes);
                let is_frame = matches!(self.task.units[*unit].shape, Shape::Frame { .. });
                let own = if is_frame { height } else { own };
                let left = self.places.left[unit];
                let rect = Rect::new(left, y, self.places.width_of(*unit), own);
                self.rects.insert(*unit, rect);
            }
            y += height;
        }
        self.tops.insert((region, rows.len()), y);
    }

    fn bottom(&self, region: usize) -> i32 {
        let last = self.wires.rows.regions[&region].len();
        self.tops[&(region, last)] + self.channel(region, last)
    }

    fn lines(&self) -> Vec<Line> {
        let nets = self.wires.nets.iter().enumerate().filter(|(_, net)| !net.hops.is_empty());
        let bent = nets.map(|(number, net)| Line {
            wishes: net.wishes.clone(),
            ways: net.hops.iter().map(|hops| self.way(number, hops)).collect(),
        });
        let direct = self.wires.direct.iter().map(|((left, right), wish)| {
            let (one, other) = (self.rects[left], self.rects[right]);
            let y = one.y + one.height.min(other.height) / 2;
            let mut way = vec![Point::new(one.right(), y), Point::new(other.x, y)];
            if self.task.wishes[*wish].from == *right {
                way.reverse();
            }
            Line { wishes: vec![*wish], ways: vec![way] }
        });
        bent.chain(direct).collect()
    }

    /// Where a line touches an element; nothing for gaps and for edges that it only passes.
    fn edge(&self, (element, side): Pin) -> Option<i32> {
        let rect = self.rects.get(&element)?;
        Some(if side == Side::Top { rect.y } else { rect.bottom() })
    }

    fn way(&self, net: usize, hops: &[Hop]) -> Vec<Point> {
        let mut points: Vec<Point> = Vec::new();
        let start = hops.first().map(|hop| hop.from);
        let end = hops.last().map(|hop| hop.to);
        let tip = |pin: Pin| Some(Point::new(self.port(pin, net), self.edge(pin)?));
        points.extend(start.and_then(tip));
        for hop in hops {
            let (from, to) = (self.port(hop.from, net), self.port(hop.to, net));
            if from != to
                && let Some(track) = self.tracks.get(&(hop.channel, net))
            {
                let y = self.tops[&hop.channel] + track;
                points.extend([Point::new(from, y), Point::new(to, y)]);
            }
        }
        points.extend(end.and_then(tip));
        simple(points)
    }
}

/// Whether a pin is at the upper edge of a channel.
fn is_above(channel: Channel, (element, side): Pin) -> bool {
    let is_frame = channel.0.checked_sub(1) == Some(element);
    (side == Side::Bottom) != is_frame
}

/// A line without points that change nothing.
fn simple(points: Vec<Point>) -> Vec<Point> {
    let mut kept: Vec<Point> = Vec::new();
    for point in points {
        if kept.last() == Some(&point) {
            continue;
        }
        if let [.., before, last] = kept[..]
            && ((before.x == last.x && last.x == point.x)
                || (before.y == last.y && last.y == point.y))
        {
            kept.pop();
        }
        kept.push(point);
    }
    kept
}
