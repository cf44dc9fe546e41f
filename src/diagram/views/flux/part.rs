//! What stands in one picture: boxes, frames of things that wait for the same, and their columns.
//!
//! In: the graph and the things that a picture is about. Out: spots in columns, in an order that
//! keeps lines short. It places nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::graph::{Graph, State};

/// Lines that enter a box at most; what is beyond stands in the table only.
const MOST_WAITS: usize = 8;
/// Things that one frame holds at most.
const MOST_FRAMED: usize = 12;
/// Passes over the columns that sort them.
const PASSES: usize = 6;

/// A box, or a frame around several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    /// Places in the graph; more than one in a frame.
    pub(super) things: Vec<usize>,
    /// Spots that it waits for.
    pub(super) waits: Vec<usize>,
    pub(super) column: usize,
    /// Whether it belongs to another picture and is here as an end only.
    pub(super) foreign: bool,
}

/// What is at a place of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Slot {
    /// A spot.
    Spot(usize),
    /// The lines of a spot that go on to later columns.
    Pass(usize),
}

impl Slot {
    /// The spot whose lines leave here.
    pub(super) fn source(self) -> usize {
        match self {
            Self::Spot(spot) | Self::Pass(spot) => spot,
        }
    }
}

/// One picture's worth.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) spots: Vec<Spot>,
    /// Slots from top to bottom, by column.
    pub(super) columns: Vec<Vec<Slot>>,
    /// Lines that are left out because too many enter one box.
    pub(super) cut: usize,
}

impl Part {
    /// A picture of `things`, with what they wait for elsewhere.
    pub(super) fn new(graph: &Graph, things: &[usize]) -> Self {
        let own: BTreeSet<usize> = things.iter().copied().collect();
        let mut part = Self::default();
        let mut waits: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for at in &own {
            let all = &graph.waits[*at];
            let mut kept: Vec<usize> = all.iter().copied().take(MOST_WAITS).collect();
            // The line of the longest chain is never the one that is left out.
            if let Some(chained) =
                all.iter().skip(MOST_WAITS).find(|wait| chained(graph, **wait, *at))
            {
                kept[MOST_WAITS - 1] = *chained;
            }
            part.cut += all.len() - kept.len();
            waits.insert(*at, kept);
        }
        let needed: BTreeSet<usize> = waits.values().flatten().copied().collect();
        // A thing whose lines are all in other pictures says nothing here.
        let drawn =
            |at: &usize| !waits[at].is_empty() || needed.contains(at) || graph.circular[*at];
        let inner: Vec<usize> = own.iter().copied().filter(drawn).collect();
        let foreign = needed.difference(&own).copied();
        let groups = groups(graph, &inner, &waits).into_iter().map(|things| (things, false));
        let all: Vec<(Vec<usize>, bool)> =
            groups.chain(foreign.map(|at| (vec![at], true))).collect();
        let place: BTreeMap<usize, usize> = all
            .iter()
            .enumerate()
            .flat_map(|(spot, (things, _))| things.iter().map(move |at| (*at, spot)))
            .collect();
        part.spots = all
            .into_iter()
            .map(|(things, foreign)| Spot {
                waits: waits
                    .get(&things[0])
                    .filter(|_| !foreign)
                    .map_or_else(Vec::new, |waits| waits.iter().map(|wait| place[wait]).collect()),
                things,
                column: 0,
                foreign,
            })
            .collect();
        part.layer();
        part.fill();
        part.sort();
        part
    }

    fn layer(&mut self) {
        // As many rounds as the longest chain has steps; there are no circles.
        loop {
            let mut changed = false;
            for spot in 0..self.spots.len() {
                let before = self.spots[spot].waits.iter().map(|wait| self.spots[*wait].column + 1);
                let column = before.max().unwrap_or(0);
                changed |= column != self.spots[spot].column;
                self.spots[spot].column = column;
            }
            if !changed {
                return;
            }
        }
    }

    fn fill(&mut self) {
        let count = self.spots.iter().map(|spot| spot.column + 1).max().unwrap_or(0);
        self.columns = vec![Vec::new(); count];
        for (at, spot) in self.spots.iter().enumerate() {
            self.columns[spot.column].push(Slot::Spot(at));
            let last = self.spots.iter().filter(|other| other.waits.contains(&at));
            let last = last.map(|other| other.column).max().unwrap_or(0);
            for column in spot.column + 1..last {
                self.columns[column].push(Slot::Pass(at));
            }
        }
        for column in &mut self.columns {
            column.sort_by_key(|slot| (self.spots[slot.source()].things[0], *slot));
        }
    }

    /// Slots of the column before that lead to a slot.
    pub(super) fn before(&self, column: usize, slot: Slot) -> Vec<Slot> {
        let come = |source: usize| {
            if self.spots[source].column + 1 == column {
                Slot::Spot(source)
            } else {
                Slot::Pass(source)
            }
        };
        match slot {
            Slot::Pass(source) => vec![come(source)],
            Slot::Spot(spot) => self.spots[spot].waits.iter().map(|wait| come(*wait)).collect(),
        }
    }

    fn sort(&mut self) {
        let mut best = (self.crossings(), self.columns.clone());
        for pass in 0..PASSES {
            if pass % 2 == 0 {
                for column in 1..self.columns.len() {
                    self.sort_column(column, &self.pulls_from_left(column));
                }
            } else {
                for column in (0..self.columns.len().saturating_sub(1)).rev() {
                    self.sort_column(column, &self.pulls_from_right(column));
                }
            }
            let crossings = self.crossings();
            if crossings < best.0 {
                best = (crossings, self.columns.clone());
            }
        }
        self.columns = best.1;
    }

    /// Doubled middle places of what each slot hangs on at its left.
    fn pulls_from_left(&self, column: usize) -> Vec<Option<usize>> {
        let places = positions(&self.columns[column - 1]);
        let pull = |slot: &Slot| mean(self.before(column, *slot).iter().map(|from| places[from]));
        self.columns[column].iter().map(pull).collect()
    }

    fn pulls_from_right(&self, column: usize) -> Vec<Option<usize>> {
        let mut pulls: BTreeMap<Slot, Vec<usize>> = BTreeMap::new();
        for (place, slot) in self.columns[column + 1].iter().enumerate() {
            for from in self.before(column + 1, *slot) {
                pulls.entry(from).or_default().push(place);
            }
        }
        let pull = |slot: &Slot| pulls.get(slot).and_then(|places| mean(places.iter().copied()));
        self.columns[column].iter().map(pull).collect()
    }

    fn sort_column(&mut self, column: usize, pulls: &[Option<usize>]) {
        let slots = &self.columns[column];
        let mut keyed: Vec<(usize, usize, Slot)> = slots
            .iter()
            .zip(pulls)
            .enumerate()
            .map(|(place, (slot, pull))| (pull.unwrap_or(place * 100), place, *slot))
            .collect();
        keyed.sort_unstable();
        self.columns[column] = keyed.into_iter().map(|(_, _, slot)| slot).collect();
    }

    /// How often lines between neighbouring columns cross.
    fn crossings(&self) -> usize {
        (1..self.columns.len()).map(|column| self.crossings_before(column)).sum()
    }

    fn crossings_before(&self, column: usize) -> usize {
        let places = positions(&self.columns[column - 1]);
        let mut lines: Vec<(usize, usize)> = Vec::new();
        for (place, slot) in self.columns[column].iter().enumerate() {
            lines.extend(self.before(column, *slot).iter().map(|from| (places[from], place)));
        }
        let cross = |(at, one): (usize, &(usize, usize))| {
            let after = &lines[at + 1..];
            after
                .iter()
                .filter(|other| {
                    (one.0 < other.0) != (one.1 < other.1) && one.0 != other.0 && one.1 != other.1
                })
                .count()
        };
        lines.iter().enumerate().map(cross).sum()
    }
}

/// Whether the longest chain goes from one thing to the other.
pub(super) fn chained(graph: &Graph, from: usize, to: usize) -> bool {
    matches!((graph.step(from), graph.step(to)), (Some(one), Some(other)) if one + 1 == other)
}

fn positions(column: &[Slot]) -> BTreeMap<Slot, usize> {
    column.iter().enumerate().map(|(place, slot)| (*slot, place)).collect()
}

/// The mean in hundredths.
fn mean(places: impl Iterator<Item = usize>) -> Option<usize> {
    let (sum, count) = places.fold((0, 0), |(sum, count), place| (sum + place, count + 1));
    (sum * 100_usize).checked_div(count)
}

/// Things by themselves, and those that end the graph and wait for the same together.
fn groups(graph: &Graph, things: &[usize], waits: &BTreeMap<usize, Vec<usize>>) -> Vec<Vec<usize>> {
    let mut alone = Vec::new();
    let mut together: BTreeMap<&[usize], Vec<usize>> = BTreeMap::new();
    for at in things {
        let folds = !graph.needed[*at]
            && graph.states[*at] != State::Missing
            && !graph.circular[*at]
            && graph.step(*at).is_none()
            && !waits[at].is_empty();
        if folds {
            together.entry(&waits[at]).or_default().push(*at);
        } else {
            alone.push(vec![*at]);
        }
    }
    let full =
        |things: Vec<usize>| things.chunks(MOST_FRAMED).map(<[usize]>::to_vec).collect::<Vec<_>>();
    alone.extend(together.into_values().flat_map(full));
    alone.sort_unstable();
    alone
}
