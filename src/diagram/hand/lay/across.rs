//! How wide boxes are and where they stand in their rows.
//!
//! In: rows and nets. Out: [`Places`] across. A box stands as near to the middle of what it is
//! linked to as its neighbours in the row allow.

use std::collections::{BTreeMap, BTreeSet};

use super::wires::{Element, Pin, Side, Wires};
use super::{GAP, INSET, PAD, PASS_GAP, PITCH, Shape, Task};
use crate::diagram::scene::{px, times};

/// Places of all elements, across.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    pub(super) left: BTreeMap<Element, i32>,
    pub(super) width: BTreeMap<Element, i32>,
    /// Width of the whole.
    pub(super) total: i32,
}

impl Places {
    pub(super) fn middle(&self, element: Element) -> i32 {
        self.left.get(&element).copied().unwrap_or(0) + self.width_of(element) / 2
    }

    pub(super) fn width_of(&self, element: Element) -> i32 {
        self.width.get(&element).copied().unwrap_or(0)
    }
}

type Rows = BTreeMap<usize, Vec<Vec<Element>>>;

/// Places of everything.
pub(super) fn places(task: &Task, wires: &Wires) -> Places {
    let ports = port_counts(task, wires);
    let near = neighbours(wires);
    let plain = wires.rows.regions.clone();
    let first = placed(task, wires, &plain, &ports, &near);
    let rows = with_gaps(wires, task, &first);
    placed(task, wires, &rows, &ports, &near)
}

fn port_counts(task: &Task, wires: &Wires) -> BTreeMap<Pin, usize> {
    let mut nets: BTreeMap<Pin, BTreeSet<usize>> = BTreeMap::new();
    for (net, pins) in wires.channels.values().flatten() {
        for pin in pins.iter().filter(|pin| pin.0 < task.units.len()) {
            nets.entry(*pin).or_default().insert(*net);
        }
    }
    nets.into_iter().map(|(pin, nets)| (pin, nets.len())).collect()
}

/// What each element is linked to directly, once for each line.
fn neighbours(wires: &Wires) -> BTreeMap<Element, Vec<Element>> {
    let mut near: BTreeMap<Element, Vec<Element>> = BTreeMap::new();
    for pins in wires.channels.values().flat_map(BTreeMap::values) {
        for pin in pins {
            let others = pins.iter().map(|other| other.0).filter(|other| *other != pin.0);
            near.entry(pin.0).or_default().extend(others);
        }
    }
    near
}

fn placed(
    task: &Task,
    wires: &Wires,
    rows: &Rows,
    ports: &BTreeMap<Pin, usize>,
    near: &BTreeMap<Element, Vec<Element>>,
) -> Places {
    let mut places = Places::default();
    let regions: Vec<usize> = rows.keys().rev().copied().collect();
    let mut inner: BTreeMap<usize, i32> = BTreeMap::new();
    for region in regions {
        for row in &rows[&region] {
            sizes(task, row, ports, &inner, &mut places);
        }
        let width = rows[&region].iter().map(|row| row_width(task, wires, row, &places)).max();
        inner.insert(region, width.unwrap_or(0));
    }
    places.total = inner.get(&0).copied().unwrap_or(0).max(if task.lanes { px(300) } else { 0 });
    inner.insert(0, places.total);
    for (region, rows) in rows {
        let left = match region.checked_sub(1) {
            None => 0,
            Some(frame) => places.left[&frame] + beside(task, frame),
        };
        let room = match region.checked_sub(1) {
            None => places.total,
            Some(frame) => places.width[&frame] - PAD - beside(task, frame),
        };
        arrange(task, wires, rows, (left, room), near, &mut places);
    }
    places
}

fn beside(task: &Task, frame: usize) -> i32 {
    match task.units[frame].shape {
        Shape::Frame { beside, .. } => beside,
        _ => 0,
    }
}

/// Widths of a row's elements: leaves are equally wide.
fn sizes(
    task: &Task,
    row: &[Element],
    ports: &BTreeMap<Pin, usize>,
    inner: &BTreeMap<usize, i32>,
    places: &mut Places,
) {
    let count = |element: Element, side: Side| ports.get(&(element, side)).copied().unwrap_or(0);
    let need = |element: Element| {
        let most = count(element, Side::Top).max(count(element, Side::Bottom));
        if most == 0 { 0 } else { 2 * INSET + times(most) * PITCH }
    };
    let widest = row.iter().filter_map(|element| match task.units.get(*element)?.shape {
        Shape::Leaf { across, .. } => Some(across),
        _ => None,
    });
    let widest = widest.max().unwrap_or(0);
    for element in row {
        let width = match task.units.get(*element).map(|unit| unit.shape) {
            None => 0,
            Some(Shape::Leaf { .. }) => widest.max(need(*element)),
            Some(Shape::Bar { words, .. }) => words + need(*element),
            Some(Shape::Frame { name, beside, .. }) => {
                let within = inner.get(&(element + 1)).copied().unwrap_or(0) + beside + PAD;
                let head = name + PAD + times(count(*element, Side::Top)) * PITCH;
                let foot = 2 * PAD + times(count(*element, Side::Bottom)) * PITCH;
                within.max(head).max(foot)
            }
        };
        places.width.insert(*element, (width + 7) / 8 * 8);
    }
}

fn gap_between(task: &Task, wires: &Wires, one: Element, other: Element) -> i32 {
    let count = task.units.len();
    if let Some(wish) = wires.direct.get(&(one, other)) {
        return px(40).max(task.wishes[*wish].breadth + px(24));
    }
    if one < count && other < count { GAP } else { PASS_GAP }
}

fn row_width(task: &Task, wires: &Wires, row: &[Element], places: &Places) -> i32 {
    let gaps = row.windows(2).map(|pair| gap_between(task, wires, pair[0], pair[1])).sum::<i32>();
    row.iter().map(|element| places.width_of(*element)).sum::<i32>() + gaps
}

fn is_bar(task: &Task, row: &[Element]) -> bool {
    row.iter().any(|at| task.units.get(*at).is_some_and(|it| matches!(it.shape, Shape::Bar { .. })))
}

/// Places the rows of a region.
fn arrange(
    task: &Task,
    wires: &Wires,
    rows: &[Vec<Element>],
    (left, room): (i32, i32),
    near: &BTreeMap<Element, Vec<Element>>,
    places: &mut Places,
) {
    for row in rows {
        if is_bar(task, row) {
            for bar in row {
                places.left.insert(*bar, left);
                places.width.insert(*bar, room);
            }
            continue;
        }
        let mut at = left + (room - row_width(task, wires, row, places)) / 2;
        for (index, element) in row.iter().enumerate() {
            places.left.insert(*element, at);
            let next =
                row.get(index + 1).map_or(0, |next| gap_between(task, wires, *element, *next));
            at += places.width_of(*element) + next;
        }
    }
    let all: BTreeSet<Element> = rows.iter().flatten().copied().collect();
    let counts = |other: &Element| {
        let is_bar = task.units.get(*other).is_some_and(|it| matches!(it.shape, Shape::Bar { .. }));
        let over_bar = wires.gap(task, *other).is_some_and(|gap| gap.over_bar);
        !is_bar && !over_bar && all.contains(other)
    };
    for sweep in 0..8 {
        let order: Vec<usize> = if sweep % 2 == 0 {
            (0..rows.len()).collect()
        } else {
            (0..rows.len()).rev().collect()
        };
        for row in order.into_iter().map(|at| &rows[at]).filter(|row| !is_bar(task, row)) {
            let wanted = |element: &Element| {
                let others = near.get(element).map_or(&[][..], Vec::as_slice);
                let middles: Vec<i32> =
                    others.iter().filter(|it| counts(it)).map(|it| places.middle(*it)).collect();
                match middles.len() {
                    0 => places.middle(*element),
                    count => middles.iter().sum::<i32>() / times(count),
                }
            };
            let goals: Vec<i32> = row.iter().map(wanted).collect();
            spread((task, wires), row, &goals, (left, room), places);
        }
    }
}

/// Places a row's elements in order, each as near to its goal as the others allow.
fn spread(
    (task, wires): (&Task, &Wires),
    row: &[Element],
    goals: &[i32],
    (left, room): (i32, i32),
    places: &mut Places,
) {
    let mut offset = 0;
    let mut offsets = Vec::new();
    // Runs of elements that stand side by side, with the sum of where they would start and their
    // number.
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for (index, element) in row.iter().enumerate() {
        let width = places.width_of(*element);
        let start = goals[index] - width / 2 - offset;
        offsets.push(offset);
        offset +=
            width + row.get(index + 1).map_or(0, |next| gap_between(task, wires, *element, *next));
        runs.push((i64::from(start), 1));
        while let [.., (before, many), (sum, count)] = runs[..]
            && before * count > sum * many
        {
            runs.truncate(runs.len() - 2);
            runs.push((before + sum, many + count));
        }
    }
    let slack = (room - offset).max(0);
    let mut index = 0;
    for (sum, count) in runs {
        let start = i32::try_from(sum / count).unwrap_or(0).clamp(left, left + slack);
        for _ in 0..count {
            places.left.insert(row[index], (start + offsets[index]) / 4 * 4);
            index += 1;
        }
    }
}

/// Rows with gaps in them, each gap where its line would pass.
fn with_gaps(wires: &Wires, task: &Task, places: &Places) -> Rows {
    let mut rows = wires.rows.regions.clone();
    let mut wanted: Vec<(usize, usize, i32, Element)> = Vec::new();
    for (at, gap) in wires.gaps.iter().enumerate().filter(|(_, gap)| !gap.over_bar) {
        let element = task.units.len() + at;
        let pins = wires.channels.values().filter_map(|nets| nets.get(&gap.net)).flatten();
        let units: BTreeSet<Element> = pins
            .map(|pin| pin.0)
            .filter(|it| *it < task.units.len() && wires.place(task, *it).0 == gap.region)
            .collect();
        let middles: Vec<i32> = units.iter().map(|unit| places.middle(*unit)).collect();
        let goal = middles.iter().sum::<i32>() / times(middles.len().max(1));
        wanted.push((gap.region, gap.row, goal, element));
    }
    wanted.sort_unstable();
    for (region, row, goal, element) in wanted {
        let Some(row) = rows.get_mut(&region).and_then(|rows| rows.get_mut(row)) else { continue };
        let known = |other: &Element| places.left.contains_key(other);
        // Gaps that came before have smaller goals: this one stands behind them.
        let before = row.iter().rposition(|other| !known(other) || places.middle(*other) <= goal);
        let mut at = before.map_or(0, |at| at + 1);
        while at > 0 && at < row.len() && wires.direct.contains_key(&(row[at - 1], row[at])) {
            at += 1;
        }
        row.insert(at, element);
    }
    rows
}
