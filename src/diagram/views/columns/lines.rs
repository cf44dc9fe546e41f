//! Lines between two neighbouring columns: each bundle has one upright track between them.
//!
//! In: placed boxes and what leads to what. Out: paths that touch no other box, and never run on top
//! of each other. It moves no box.

use std::collections::BTreeMap;

use super::{Column, Lead, Share};
use crate::diagram::scene::{Cap, CapKind, Node, Path, Point, Rect, Scene, px, times};
use crate::diagram::views::id;

/// Space between a column and the first track, and between the last one and the next column.
pub(super) const BEFORE: i32 = px(12);
pub(super) const AFTER: i32 = px(20);
/// Space between tracks, and between ports of a box.
pub(super) const PITCH: i32 = px(8);
/// Space between a box's corner and its first port.
const INSET: i32 = px(9);
/// Height by which lines of two bundles have to differ.
const APART: i32 = px(4);

/// How far a line's end moves so that the line is straight.
const STRAIGHT: i32 = px(14);

/// All lines that share an end.
struct Bundle<'a> {
    /// The shared box.
    stem: &'a str,
    leads: Vec<&'a Lead>,
    /// Heights at which lines leave, and at which they arrive, by the box there.
    out: BTreeMap<&'a str, i32>,
    into: BTreeMap<&'a str, i32>,
}

impl Bundle<'_> {
    fn ys(&self) -> impl Iterator<Item = i32> + '_ {
        self.out.values().chain(self.into.values()).copied()
    }

    fn span(&self) -> (i32, i32) {
        (self.ys().min().unwrap_or(0), self.ys().max().unwrap_or(0))
    }

    /// Crossings with a bundle whose track is right of its own.
    fn crossings(&self, right: &Self) -> usize {
        let within = |(top, bottom): (i32, i32), y: i32| top < y && y < bottom;
        let passed = right.out.values().filter(|y| within(self.span(), **y)).count();
        passed + self.into.values().filter(|y| within(right.span(), **y)).count()
    }
}

fn bundles(share: Share, leads: &[Lead]) -> Vec<Bundle<'_>> {
    let mut found: Vec<Bundle<'_>> = Vec::new();
    for lead in leads {
        let stem = match share {
            Share::Source => lead.from.as_str(),
            Share::Target => lead.to.as_str(),
        };
        match found.iter_mut().find(|bundle| bundle.stem == stem) {
            Some(bundle) => bundle.leads.push(lead),
            None => found.push(Bundle {
                stem,
                leads: vec![lead],
                out: BTreeMap::new(),
                into: BTreeMap::new(),
            }),
        }
    }
    found
}

/// How many ports a box needs at most on a side.
fn ports(share: Share, leads: &[Lead]) -> BTreeMap<String, usize> {
    let mut count: BTreeMap<String, usize> = BTreeMap::new();
    for bundle in bundles(share, leads) {
        let mut ends: Vec<&str> =
            bundle.leads.iter().flat_map(|lead| [lead.from.as_str(), lead.to.as_str()]).collect();
        ends.sort_unstable();
        ends.dedup();
        for end in ends {
            *count.entry(end.to_owned()).or_default() += 1;
        }
    }
    count
}

/// Makes boxes high enough for their ports.
pub(super) fn make_room(columns: &mut [Column], leads: &[(Share, Vec<Lead>)]) {
    for (share, leads) in leads {
        let ports = ports(*share, leads);
        for block in columns.iter_mut().flat_map(|column| &mut column.blocks) {
            if let Some(count) = ports.get(&block.node.id) {
                let least = 2 * INSET + times(*count) * PITCH;
                block.node.rect.height = block.node.rect.height.max(least);
            }
        }
    }
}

/// The lines of one gutter.
pub(super) fn paths(scene: &Scene, share: Share, leads: &[Lead]) -> Vec<Path> {
    let rects: BTreeMap<&str, Rect> =
        scene.nodes.iter().map(|node: &Node| (node.id.as_str(), node.rect)).collect();
    let known = |lead: &&Lead| {
        rects.contains_key(lead.from.as_str()) && rects.contains_key(lead.to.as_str())
    };
    let leads: Vec<Lead> = leads.iter().filter(known).cloned().collect();
    let mut bundles = bundles(share, &leads);
    set_ports(&mut bundles, &rects);
    let order = order(&bundles);
    let left = leads.iter().map(|lead| rects[lead.from.as_str()].right()).max().unwrap_or(0);
    let right = leads.iter().map(|lead| rects[lead.to.as_str()].x).min().unwrap_or(0);
    let room = right - left - BEFORE - AFTER;
    let pitch = (room / times(bundles.len().max(1))).min(PITCH) / 2 * 2;
    let track = |at: usize| {
        let place = order.iter().position(|other| *other == at).unwrap_or(0);
        left + BEFORE + times(place) * pitch + pitch / 2
    };
    bundles.iter().enumerate().map(|(at, bundle)| path(bundle, track(at), &rects)).collect()
}

fn path(bundle: &Bundle, track: i32, rects: &BTreeMap<&str, Rect>) -> Path {
    let line = |lead: &&Lead| {
        let (out, into) = (bundle.out[lead.from.as_str()], bundle.into[lead.to.as_str()]);
        let start = Point::new(rects[lead.from.as_str()].right(), out);
        let end = Point::new(rects[lead.to.as_str()].x, into);
        if out == into {
            return vec![start, end];
        }
        vec![start, Point::new(track, out), Point::new(track, into), end]
    };
    let lines: Vec<Vec<Point>> = bundle.leads.iter().map(line).collect();
    let mut goals: Vec<Point> = lines.iter().filter_map(|line| line.last().copied()).collect();
    goals.sort_unstable();
    goals.dedup();
    let mut ends: Vec<String> = vec![bundle.stem.to_owned()];
    for lead in &bundle.leads {
        let other = if lead.from == bundle.stem { &lead.to } else { &lead.from };
        if !ends.contains(other) {
            ends.push(other.clone());
        }
    }
    let first = bundle.leads[0];
    Path {
        id: id(if first.from == bundle.stem { "from" } else { "to" }, bundle.stem),
        ends,
        lines,
        caps: goals.into_iter().map(|at| Cap { at, kind: CapKind::Next }).collect(),
        tone: first.tone,
        stroke: first.stroke,
        title: first.title.clone(),
    }
}

/// Gives every line a height at both of its boxes.
fn set_ports<'a>(bundles: &mut [Bundle<'a>], rects: &BTreeMap<&str, Rect>) {
    let middle = |name: &str| rects[name].middle().y;
    let mut wanted: BTreeMap<(&'a str, bool), Vec<(i32, usize)>> = BTreeMap::new();
    for (at, bundle) in bundles.iter().enumerate() {
        for is_out in [true, false] {
            let mut far: BTreeMap<&str, Vec<i32>> = BTreeMap::new();
            for lead in &bundle.leads {
                let (near, other) =
                    if is_out { (&lead.from, &lead.to) } else { (&lead.to, &lead.from) };
                far.entry(near.as_str()).or_default().push(middle(other));
            }
            for (near, ys) in far {
                let mean = ys.iter().sum::<i32>() / times(ys.len());
                wanted.entry((near, is_out)).or_default().push((mean, at));
            }
        }
    }
    // Those that leave come first: those that arrive give way.
    for is_out in [true, false] {
        for ((name, side), ports) in &mut wanted {
            if *side != is_out {
                continue;
            }
            ports.sort_unstable();
            let first = rects[*name].middle().y - times(ports.len() - 1) * PITCH / 2;
            for (index, (_, at)) in ports.iter().enumerate() {
                let y = (first & !1) + times(index) * PITCH;
                if is_out {
                    bundles[*at].out.insert(name, y);
                } else {
                    let y = free(bundles, *at, straight(&bundles[*at], &rects[*name], y));
                    bundles[*at].into.insert(name, y);
                }
            }
        }
    }
}

/// The height at which a line leaves, where it can arrive there too with hardly a move.
fn straight(bundle: &Bundle, rect: &Rect, y: i32) -> i32 {
    let inside = |out: &i32| rect.y + INSET <= *out && *out <= rect.bottom() - INSET;
    let near = bundle.out.values().copied().filter(inside);
    near.filter(|out| (out - y).abs() <= STRAIGHT).min_by_key(|out| (out - y).abs()).unwrap_or(y)
}

/// A height near `y` at which no line of another bundle runs.
fn free(bundles: &[Bundle], own: usize, y: i32) -> i32 {
    let taken = |y: i32, apart: i32| {
        let others = bundles.iter().enumerate().filter(|(at, _)| *at != own);
        others.flat_map(|(_, bundle)| bundle.ys()).any(|other| (other - y).abs() < apart)
    };
    let tries = [APART, APART / 2];
    let mut free = tries.into_iter().filter_map(|apart| {
        [0, 1, -1].map(|by| y + by * apart).into_iter().find(|y| !taken(*y, apart))
    });
    free.next().unwrap_or(y)
}

/// Bundles by their track from left to right, so that few lines cross.
fn order(bundles: &[Bundle]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..bundles.len()).collect();
    let crossings = |order: &[usize]| -> usize {
        let pairs = order.iter().enumerate();
        pairs
            .flat_map(|(at, left)| order[at + 1..].iter().map(move |right| (left, right)))
            .map(|(left, right)| bundles[*left].crossings(&bundles[*right]))
            .sum()
    };
    let mut least = crossings(&order);
    let mut better = true;
    while better {
        better = false;
        for from in 0..order.len() {
            for to in 0..order.len() {
                let mut other = order.clone();
                let moved = other.remove(from);
                other.insert(to, moved);
                let count = crossings(&other);
                if count < least {
                    (order, least, better) = (other, count, true);
                }
            }
        }
    }
    order
}
