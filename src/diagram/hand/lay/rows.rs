//! Which unit stands in which row.
//!
//! In: a [`Task`]. Out: [`Rows`] for the whole and for each frame. Lanes keep their order; elsewhere
//! a line leads to a later row where no circle forbids it.

use std::collections::{BTreeMap, BTreeSet};

use super::{GAP, PAD, Shape, Task};
use crate::diagram::layout::balanced;
use crate::diagram::scene::times;

/// Rows of units: of the whole (region 0) and of each frame (region `unit + 1`).
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) regions: BTreeMap<usize, Vec<Vec<usize>>>,
    /// Lanes of the rows of region 0.
    pub(super) lanes: Vec<usize>,
    /// Region and row of each unit.
    pub(super) of: BTreeMap<usize, (usize, usize)>,
}

/// The region that a unit stands in.
pub(super) fn home(task: &Task, unit: usize) -> usize {
    task.units[unit].parent.map_or(0, |parent| parent + 1)
}

/// A unit and all frames around it, from within.
fn around(task: &Task, unit: usize) -> Vec<usize> {
    std::iter::successors(Some(unit), |at| task.units[*at].parent).collect()
}

/// The innermost region that holds two units, and what of it holds each; none where one unit holds
/// the other.
pub(super) fn common(task: &Task, from: usize, to: usize) -> Option<(usize, usize, usize)> {
    let (one, other) = (around(task, from), around(task, to));
    for start in &one {
        let region = home(task, *start);
        if let Some(end) = other.iter().find(|end| home(task, **end) == region) {
            return (start != end).then_some((region, *start, *end));
        }
    }
    None
}

impl Rows {
    pub(super) fn new(task: &Task, limit: i32) -> Self {
        let mut links: BTreeMap<usize, Vec<(usize, usize)>> = BTreeMap::new();
        for wish in &task.wishes {
            if let Some((region, from, to)) = common(task, wish.from, wish.to) {
                links.entry(region).or_default().push((from, to));
            }
        }
        let mut rows = Self::default();
        let mut widths: Vec<i32> = vec![0; task.units.len()];
        let frames = (0..task.units.len())
            .rev()
            .filter(|at| matches!(task.units[*at].shape, Shape::Frame { .. }));
        for region in frames.map(|at| at + 1).chain([0]) {
            let inside: Vec<usize> =
                (0..task.units.len()).filter(|at| home(task, *at) == region).collect();
            for at in &inside {
                match task.units[*at].shape {
                    Shape::Leaf { across, .. } => widths[*at] = across,
                    Shape::Bar { words, .. } => widths[*at] = words,
                    Shape::Frame { .. } => {}
                }
            }
            let depth = if region == 0 { 0 } else { around(task, region - 1).len() };
            let room = limit - times(depth) * 2 * PAD;
            let none = Vec::new();
            let links = links.get(&region).unwrap_or(&none);
            let found = rows.region(task, region, &inside, links, (&widths, room));
            let width = found.iter().map(|row| width_of(row, &widths)).max().unwrap_or(0);
            if region > 0
                && let Shape::Frame { beside, name, .. } = task.units[region - 1].shape
            {
                widths[region - 1] = (width + PAD + beside).max(name + PAD);
            }
            rows.regions.insert(region, found);
        }
        for (region, rows_of) in &rows.regions {
            for (row, units) in rows_of.iter().enumerate() {
                rows.of.extend(units.iter().map(|unit| (*unit, (*region, row))));
            }
        }
        rows
    }

    fn region(
        &mut self,
        task: &Task,
        region: usize,
        inside: &[usize],
        links: &[(usize, usize)],
        (widths, room): (&[i32], i32),
    ) -> Vec<Vec<usize>> {
        if region > 0 || !task.lanes {
            let mut rows = Vec::new();
            for layer in layered(inside, links) {
                rows.extend(wrapped(&layer, widths, room, links.is_empty()));
            }
            ordered(&mut rows, links);
            if region == 0 {
                self.lanes = vec![0; rows.len()];
            }
            return rows;
        }
        let mut rows: Vec<Vec<usize>> = Vec::new();
        let lanes: BTreeSet<usize> = inside.iter().map(|at| task.units[*at].lane).collect();
        for lane in lanes {
            let of: Vec<usize> =
                inside.iter().copied().filter(|at| task.units[*at].lane == lane).collect();
            let is_bar = |at: &usize| matches!(task.units[*at].shape, Shape::Bar { .. });
            for run in of.chunk_by(|one, other| !is_bar(one) && !is_bar(other)) {
                rows.extend(wrapped(run, widths, room, false));
            }
            self.lanes.resize(rows.len(), lane);
        }
        rows
    }
}

fn width_of(row: &[usize], widths: &[i32]) -> i32 {
    row.iter().map(|at| widths[*at]).sum::<i32>() + times(row.len().saturating_sub(1)) * GAP
}

/// Units in as many rows as it takes; units without lines form a block.
fn wrapped(units: &[usize], widths: &[i32], room: i32, block: bool) -> Vec<Vec<usize>> {
    let least = match units.len() {
        _ if !block => 1,
        0..=4 => 1,
        5..=8 => 2,
        9..=15 => 3,
        _ => 4,
    };
    let split = |count: usize| {
        let mut rest = units;
        let mut rows = Vec::new();
        for size in balanced(units.len(), units.len().div_ceil(count)) {
            let (row, after) = rest.split_at(size);
            rows.push(row.to_vec());
            rest = after;
        }
        rows
    };
    let fits = |rows: &Vec<Vec<usize>>| rows.iter().all(|row| width_of(row, widths) <= room);
    let mut choices = (least..=units.len()).map(split);
    choices.clone().find(fits).or_else(|| choices.next_back()).unwrap_or_default()
}

/// Units by the longest chain of lines before each; lines that close a circle do not count.
fn layered(inside: &[usize], links: &[(usize, usize)]) -> Vec<Vec<usize>> {
    let mut forward: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (from, to) in links {
        if !reaches(&forward, *to, *from) {
            forward.insert((*from, *to));
        }
    }
    let mut layers: BTreeMap<usize, usize> = inside.iter().map(|at| (*at, 0)).collect();
    for _ in inside {
        let mut moved = false;
        for (from, to) in &forward {
            let least = layers[from] + 1;
            if layers[to] < least {
                layers.insert(*to, least);
                moved = true;
            }
        }
        if !moved {
            break;
        }
    }
    // What nothing leads to stands just before what it leads to.
    for at in inside {
        let mut after = forward.iter().filter(|(from, _)| from == at).map(|(_, to)| layers[to]);
        let is_first = !forward.iter().any(|(_, to)| to == at);
        if let Some(next) = after.next().map(|first| after.fold(first, usize::min))
            && is_first
        {
            layers.insert(*at, next - 1);
        }
    }
    let count = layers.values().max().map_or(0, |last| last + 1);
    let layer = |layer: usize| inside.iter().copied().filter(|at| layers[at] == layer).collect();
    (0..count).map(layer).collect()
}

fn reaches(links: &BTreeSet<(usize, usize)>, from: usize, to: usize) -> bool {
    let mut seen = BTreeSet::from([from]);
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        if at == to {
            return true;
        }
        let next = links.range((at, 0)..=(at, usize::MAX)).map(|(_, next)| *next);
        todo.extend(next.filter(|next| seen.insert(*next)));
    }
    false
}

/// Puts units of a row in the order of what they are linked to in other rows.
fn ordered(rows: &mut [Vec<usize>], links: &[(usize, usize)]) {
    let mut linked: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (from, to) in links {
        linked.entry(*from).or_default().push(*to);
        linked.entry(*to).or_default().push(*from);
    }
    for sweep in 0..6 {
        let count = rows.len();
        let order: Vec<usize> =
            if sweep % 2 == 0 { (0..count).collect() } else { (0..count).rev().collect() };
        for row in order {
            // Places as parts of a row, in thousandths, so that rows of any length compare.
            let places: BTreeMap<usize, (usize, usize)> = rows
                .iter()
                .enumerate()
                .flat_map(|(at, units)| {
                    let place = move |(index, unit): (usize, &usize)| {
                        (*unit, (at, (2 * index + 1) * 1000 / (2 * units.len())))
                    };
                    units.iter().enumerate().map(place)
                })
                .collect();
            let wanted = |unit: &usize| {
                let others = linked.get(unit).map_or(&[][..], Vec::as_slice);
                let towards = |at: usize| if sweep % 2 == 0 { at < row } else { at > row };
                let near: Vec<usize> = others
                    .iter()
                    .filter_map(|other| places.get(other))
                    .filter(|(at, _)| towards(*at))
                    .map(|(_, place)| *place)
                    .collect();
                match near.len() {
                    0 => places[unit].1,
                    count => near.iter().sum::<usize>() / count,
                }
            };
            rows[row].sort_by_cached_key(wanted);
        }
    }
}
