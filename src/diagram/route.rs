//! Where lines run: channels with tracks between rows, rails at both sides.
//!
//! In: bundles (one thing and all that it leads to) and placed boxes. Out: paths of horizontal and
//! vertical pieces that never enter a box that they do not end at, bars excepted. Lines enter boxes
//! from above at multiples of a pitch and leave below at odd halves of it, so that two lines never
//! run on top of each other.

use std::collections::BTreeMap;

use super::layout::{Grid, MARGIN};
use super::palette::Tone;
use super::scene::{Cap, CapKind, Node, Path, Point, Rect, Stroke, px, times};

/// Space between neighbouring ports of a box.
pub(crate) const PORT_PITCH: i32 = px(12);
/// Space between a box's corner and its ports.
const PORT_INSET: i32 = px(14);
/// Half the height of a track, and of one that carries words.
const TRACK: i32 = px(5);
const TRACK_WITH_LABEL: i32 = px(12);
/// Space between a row and the nearest track.
const CHANNEL_PAD: i32 = px(15);
/// Space between the outermost column and the first rail.
const RAIL_INSET: i32 = px(16);

/// A side of a box, or of the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Middle,
    Right,
}

/// A port that a box keeps free for one bundle, whether or not others are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    pub(crate) side: Side,
    pub(crate) index: usize,
    pub(crate) count: usize,
}

impl Slot {
    pub(crate) const MIDDLE: Self = Self { side: Side::Middle, index: 0, count: 1 };

    /// Its place on the upper edge (`residue` 0) or the lower one (half a pitch).
    fn x(self, rect: &Rect, residue: i32) -> i32 {
        let (index, count) = (times(self.index), times(self.count));
        let down = |x: i32| (x - residue).div_euclid(PORT_PITCH) * PORT_PITCH + residue;
        match self.side {
            Side::Left => down(rect.x + PORT_INSET + PORT_PITCH - 1) + index * PORT_PITCH,
            Side::Right => down(rect.right() - PORT_INSET) - (count - 1 - index) * PORT_PITCH,
            Side::Middle => {
                down(rect.middle().x - (count - 1) * PORT_PITCH / 2) + index * PORT_PITCH
            }
        }
    }

    /// The narrowest box that has room for so many ports.
    pub(crate) fn room(count: usize) -> i32 {
        2 * PORT_INSET + times(count) * PORT_PITCH
    }
}

/// One end of a bundle.
#[derive(Clone, Debug)]
pub(crate) struct End {
    /// Id of a box or bar.
    pub(crate) id: String,
    pub(crate) slot: Slot,
}

impl End {
    pub(crate) fn new(id: impl Into<String>, slot: Slot) -> Self {
        Self { id: id.into(), slot }
    }
}

/// One thing and all that it leads to: drawn as one comb.
#[derive(Clone, Debug)]
pub(crate) struct Bundle {
    pub(crate) id: String,
    pub(crate) tone: Tone,
    pub(crate) stroke: Stroke,
    /// Place among the tracks of a channel; the smallest is uppermost.
    pub(crate) order: (usize, usize),
    /// Side and number of its rail, from within; it is used where rows are skipped.
    pub(crate) rail: (Side, usize),
    /// Boxes that it leaves below, or a bar.
    pub(crate) tops: Vec<End>,
    /// Boxes that it enters from above.
    pub(crate) bottoms: Vec<End>,
    pub(crate) cap: CapKind,
    pub(crate) label: Option<String>,
    pub(crate) title: String,
}

/// Which row each box is in, and which rows are bars.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bands {
    pub(crate) of: BTreeMap<String, usize>,
    pub(crate) bars: Vec<bool>,
}

impl Bands {
    fn channel_below(&self, end: &End) -> usize {
        self.of.get(&end.id).map_or(0, |band| band + 1)
    }

    fn channel_above(&self, end: &End) -> usize {
        self.of.get(&end.id).copied().unwrap_or(0)
    }

    fn is_bar(&self, end: &End) -> bool {
        self.of.get(&end.id).is_some_and(|band| self.bars[*band])
    }

    /// Whether a line goes straight down from a bar to a box in the next row.
    fn is_tap(&self, bundle: &Bundle, bottom: &End) -> bool {
        let below_bar =
            |top: &End| self.is_bar(top) && self.channel_below(top) == self.channel_above(bottom);
        bundle.tops.iter().any(below_bar)
    }

    /// The channels in which a bundle needs a track.
    fn channels(&self, bundle: &Bundle) -> Vec<usize> {
        let tops = bundle.tops.iter().filter(|end| !self.is_bar(end));
        let bottoms = bundle.bottoms.iter().filter(|end| !self.is_tap(bundle, end));
        let mut channels: Vec<usize> = tops.map(|end| self.channel_below(end)).collect();
        channels.extend(bottoms.map(|end| self.channel_above(end)));
        channels.sort_unstable();
        channels.dedup();
        channels
    }
}

/// The tracks of all channels: channel `n` is above row `n`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Channels {
    /// Distance of a bundle's track from the channel's upper edge, by channel and bundle id.
    tracks: BTreeMap<(usize, String), i32>,
    /// Heights of channels that any line uses.
    heights: BTreeMap<usize, i32>,
}

impl Channels {
    /// Gives every bundle its tracks.
    pub(crate) fn new(bundles: &[Bundle], bands: &Bands) -> Self {
        let mut sorted: Vec<&Bundle> = bundles.iter().collect();
        sorted.sort_by(|one, other| (one.order, &one.id).cmp(&(other.order, &other.id)));
        let mut channels = Self::default();
        for bundle in sorted {
            let used = bands.channels(bundle);
            for (index, channel) in used.iter().enumerate() {
                let labelled = bundle.label.is_some() && index == 0;
                channels.add(*channel, &bundle.id, if labelled { TRACK_WITH_LABEL } else { TRACK });
            }
            let tapped = bundle.bottoms.iter().filter(|end| bands.is_tap(bundle, end));
            for channel in tapped.map(|end| bands.channel_above(end)) {
                channels.heights.entry(channel).or_insert(2 * CHANNEL_PAD);
            }
        }
        channels
    }

    fn add(&mut self, channel: usize, bundle: &str, half: i32) {
        let height = self.heights.entry(channel).or_insert(2 * CHANNEL_PAD);
        let middle = *height - CHANNEL_PAD + half;
        *height += 2 * half;
        self.tracks.insert((channel, bundle.to_owned()), middle);
    }

    /// Height of a channel, at least `least`.
    pub(crate) fn height(&self, channel: usize, least: i32) -> i32 {
        self.heights.get(&channel).copied().unwrap_or(0).max(least)
    }
}

/// Everything placed that lines need to know.
pub(crate) struct Places<'a> {
    pub(crate) grid: &'a Grid,
    pub(crate) bands: &'a Bands,
    pub(crate) channels: &'a Channels,
    /// Upper edges of channels.
    pub(crate) channel_tops: &'a [i32],
    /// Boxes and bars that lines end at.
    pub(crate) nodes: &'a BTreeMap<&'a str, &'a Node>,
    pub(crate) rail_pitch: i32,
}

/// How wide the space for rails is.
pub(crate) fn rails_width(count: usize, pitch: i32) -> i32 {
    RAIL_INSET + times(count) * pitch + MARGIN / 2
}

impl Places<'_> {
    fn rail(&self, bundle: &Bundle) -> i32 {
        let offset = RAIL_INSET + times(bundle.rail.1) * self.rail_pitch;
        match bundle.rail.0 {
            Side::Left => self.grid.left - offset,
            Side::Middle | Side::Right => self.grid.right() + offset,
        }
    }

    fn track(&self, channel: usize, bundle: &Bundle) -> i32 {
        let offset = self.channels.tracks.get(&(channel, bundle.id.clone()));
        self.channel_tops[channel] + offset.expect("bug: a used channel has a track")
    }

    fn rect(&self, end: &End) -> Rect {
        self.nodes.get(end.id.as_str()).map(|node| node.rect).expect("bug: an end is a placed box")
    }

    fn entry(&self, end: &End) -> Point {
        let rect = self.rect(end);
        Point::new(end.slot.x(&rect, 0), rect.y)
    }

    fn exit(&self, end: &End) -> Point {
        let rect = self.rect(end);
        Point::new(end.slot.x(&rect, PORT_PITCH / 2), rect.bottom())
    }

    /// The line between two ends of a bundle.
    fn line(&self, bundle: &Bundle, top: &End, bottom: &End) -> Vec<Point> {
        let goal = self.entry(bottom);
        let goal_channel = self.bands.channel_above(bottom);
        if self.bands.is_bar(top) {
            let bar = self.rect(top);
            let middle = bar.middle().y;
            if self.bands.is_tap(bundle, bottom) {
                return vec![Point::new(goal.x, bar.bottom()), goal];
            }
            let (rail, track) = (self.rail(bundle), self.track(goal_channel, bundle));
            let edge = if rail < bar.x { bar.x } else { bar.right() };
            let corners = [(edge, middle), (rail, middle), (rail, track), (goal.x, track)];
            return corners.map(|(x, y)| Point::new(x, y)).into_iter().chain([goal]).collect();
        }
        let start = self.exit(top);
        let start_channel = self.bands.channel_below(top);
        let leave = self.track(start_channel, bundle);
        let mut line = vec![start, Point::new(start.x, leave)];
        let arrive = self.track(goal_channel, bundle);
        if start_channel != goal_channel {
            let rail = self.rail(bundle);
            line.extend([Point::new(rail, leave), Point::new(rail, arrive)]);
        }
        line.extend([Point::new(goal.x, arrive), goal]);
        line.dedup();
        line
    }

    /// All lines of a bundle as one path.
    pub(crate) fn path(&self, bundle: &Bundle) -> Option<Path> {
        let (top, bottom) = (bundle.tops.first()?, bundle.bottoms.first()?);
        let down = bundle.bottoms.iter().map(|end| self.line(bundle, top, end));
        let up = bundle.tops.iter().skip(1).map(|end| self.line(bundle, end, bottom));
        let lines: Vec<Vec<Point>> = down.chain(up).collect();
        // First what all its ways share.
        let (first, rest) = match (&bundle.tops[..], &bundle.bottoms[..]) {
            (tops @ [_, _, ..], bottoms @ [_]) => (bottoms, tops),
            (tops, bottoms) => (tops, bottoms),
        };
        let mut ends: Vec<String> = first.iter().chain(rest).map(|end| end.id.clone()).collect();
        ends.dedup();
        Some(Path {
            id: bundle.id.clone(),
            ends,
            caps: caps(&lines, bundle.cap),
            lines,
            tone: bundle.tone,
            stroke: bundle.stroke,
            title: bundle.title.clone(),
        })
    }

    /// The longest horizontal piece of a bundle in its uppermost channel, where its words go.
    pub(crate) fn label_track(&self, bundle: &Bundle, path: &Path) -> Option<(Point, Point)> {
        let channel = *self.bands.channels(bundle).first()?;
        let track = self.track(channel, bundle);
        let pieces = path.segments().filter(|(from, to)| from.y == track && to.y == track);
        let ends: Vec<i32> = pieces.flat_map(|(from, to)| [from.x, to.x]).collect();
        let (left, right) = (*ends.iter().min()?, *ends.iter().max()?);
        Some((Point::new(left, track), Point::new(right, track)))
    }
}

fn caps(lines: &[Vec<Point>], goal: CapKind) -> Vec<Cap> {
    let starts = lines.iter().filter_map(|line| line.first());
    let goals = lines.iter().filter_map(|line| line.last());
    let mut caps: Vec<Cap> = starts.map(|at| Cap { at: *at, kind: CapKind::Dot }).collect();
    caps.extend(goals.map(|at| Cap { at: *at, kind: goal }));
    caps.sort_unstable();
    caps.dedup();
    caps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_above_and_below_never_meet() {
        for x in 0..60 {
            let rect = Rect::new(x, 0, px(160), px(40));
            for side in [Side::Left, Side::Middle, Side::Right] {
                let slot = Slot { side, index: 1, count: 3 };
                let (above, below) = (slot.x(&rect, 0), slot.x(&rect, PORT_PITCH / 2));
                assert_eq!(above.rem_euclid(PORT_PITCH), 0);
                assert_eq!(below.rem_euclid(PORT_PITCH), PORT_PITCH / 2);
                assert!(above > rect.x && above < rect.right());
            }
        }
    }

    #[test]
    fn ports_stay_within_the_narrowest_box() {
        for x in 0..60 {
            for count in 1..9 {
                let rect = Rect::new(x, 0, Slot::room(count), px(40));
                for side in [Side::Left, Side::Right] {
                    for index in 0..count {
                        let at = Slot { side, index, count }.x(&rect, 0);
                        assert!(at > rect.x && at < rect.right(), "{x} {count} {at}");
                    }
                }
            }
        }
    }
}
