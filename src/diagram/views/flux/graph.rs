//! Kustomizations and what they wait for, as a graph without circles and without detours.
//!
//! In: a [`Cluster`]. Out: things in natural order, the fewest lines that say the same, how late
//! each thing comes, and the longest chain. It knows no picture. What waits in a circle is marked
//! and its lines in the circle are taken out, so that the rest can be drawn.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::Cluster;

/// Whether a thing is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Declared here, with its objects.
    Here,
    /// Declared here, but its objects are in another repository.
    External,
    /// Waited for, but declared nowhere.
    Missing,
}

/// The graph.
#[derive(Debug, Default)]
pub(super) struct Graph {
    /// `namespace/name` of each thing, in natural order.
    pub(super) names: Vec<String>,
    pub(super) states: Vec<State>,
    /// Whether a thing waits for itself, directly or through others.
    pub(super) circular: Vec<bool>,
    /// What each thing waits for, without what follows from the rest.
    pub(super) waits: Vec<Vec<usize>>,
    /// Whether anything waits for a thing.
    pub(super) needed: Vec<bool>,
    /// Length of the longest chain before each thing.
    pub(super) layers: Vec<usize>,
    /// The longest chain, from what is applied first; empty where nothing waits.
    pub(super) chain: Vec<usize>,
    /// Declared things that wait for nothing and that nothing waits for.
    pub(super) lone: Vec<usize>,
    /// Lines that follow from others and are left out.
    pub(super) implied: usize,
}

type Names<'a> = BTreeMap<&'a str, (State, BTreeSet<&'a str>)>;

fn gather(cluster: &Cluster) -> Names<'_> {
    let mut found = Names::new();
    for entry in &cluster.kustomizations {
        let state = if entry.external { State::External } else { State::Here };
        let slot = found.entry(&entry.id).or_insert((state, BTreeSet::new()));
        if entry.external {
            slot.0 = State::External;
        }
        slot.1.extend(entry.depends_on.iter().map(|wait| wait.id.as_str()));
    }
    for wait in cluster.kustomizations.iter().flat_map(|entry| &entry.depends_on) {
        let state = if wait.exists { State::Here } else { State::Missing };
        found.entry(&wait.id).or_insert((state, BTreeSet::new()));
    }
    found
}

impl Graph {
    pub(super) fn new(cluster: &Cluster) -> Self {
        let found = gather(cluster);
        let mut names: Vec<&str> = found.keys().copied().collect();
        names.sort_by(|one, other| natord::compare(one, other).then_with(|| one.cmp(other)));
        let places: BTreeMap<&str, usize> =
            names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
        let wait = |name: &&str| -> Vec<usize> {
            let mut waits: Vec<usize> = found[name].1.iter().map(|wait| places[wait]).collect();
            waits.sort_unstable();
            waits
        };
        let all: Vec<Vec<usize>> = names.iter().map(wait).collect();
        let mut graph = Self {
            states: names.iter().map(|name| found[name].0).collect(),
            names: names.into_iter().map(str::to_owned).collect(),
            ..Self::default()
        };
        graph.untangle(&all);
        graph.measure();
        graph
    }

    /// Takes out circles and what follows from other lines.
    fn untangle(&mut self, all: &[Vec<usize>]) {
        let reach = reach(all);
        let count = all.len();
        self.circular = (0..count).map(|at| reach[at].contains(&at)).collect();
        let straight = |at: usize| -> Vec<usize> {
            all[at].iter().copied().filter(|wait| !reach[*wait].contains(&at)).collect()
        };
        let open: Vec<Vec<usize>> = (0..count)
            .map(|at| straight(at).into_iter().filter(|wait| *wait != at).collect())
            .collect();
        let onward = self::reach(&open);
        let implied = |waits: &[usize], wait: usize| {
            waits.iter().any(|other| *other != wait && onward[*other].contains(&wait))
        };
        let fewest = |waits: &Vec<usize>| -> Vec<usize> {
            waits.iter().copied().filter(|wait| !implied(waits, *wait)).collect()
        };
        self.waits = open.iter().map(fewest).collect();
        let lines = |waits: &[Vec<usize>]| waits.iter().map(Vec::len).sum::<usize>();
        self.implied = lines(&open) - lines(&self.waits);
        self.needed = vec![false; count];
        for wait in self.waits.iter().flatten() {
            self.needed[*wait] = true;
        }
        let lone = |at: &usize| all[*at].is_empty() && !self.needed[*at] && !self.circular[*at];
        self.lone = (0..count).filter(lone).collect();
    }

    /// Finds layers and the longest chain.
    fn measure(&mut self) {
        let reach = reach(&self.waits);
        let mut order: Vec<usize> = (0..self.names.len()).collect();
        // What a thing reaches, everything that reaches the thing reaches too, and more.
        order.sort_by_key(|at| reach[*at].len());
        self.layers = vec![0; order.len()];
        for at in order {
            let before = self.waits[at].iter().map(|wait| self.layers[*wait] + 1);
            self.layers[at] = before.max().unwrap_or(0);
        }
        let last = (0..self.names.len()).max_by_key(|at| (self.layers[*at], usize::MAX - at));
        let mut next = last.filter(|at| self.layers[*at] > 0);
        while let Some(at) = next {
            self.chain.push(at);
            let before = self.waits[at].iter().copied();
            next = before.max_by_key(|wait| (self.layers[*wait], usize::MAX - wait));
        }
        self.chain.reverse();
    }

    /// Things that are drawn: all that wait or are waited for.
    pub(super) fn connected(&self) -> Vec<usize> {
        (0..self.names.len()).filter(|at| self.lone.binary_search(at).is_err()).collect()
    }

    /// Namespace of a thing.
    pub(super) fn namespace(&self, at: usize) -> &str {
        self.names[at].split_once('/').map_or("", |(namespace, _)| namespace)
    }

    /// Name of a thing without its namespace.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names[at].split_once('/').map_or(self.names[at].as_str(), |(_, name)| name)
    }

    /// Place in the longest chain, from one.
    pub(super) fn step(&self, at: usize) -> Option<usize> {
        let chain = if self.chain.len() > 2 { self.chain.as_slice() } else { &[] };
        chain.iter().position(|other| *other == at).map(|place| place + 1)
    }
}

/// All things that each thing waits for, directly or through others.
fn reach(waits: &[Vec<usize>]) -> Vec<BTreeSet<usize>> {
    let from = |at: usize| {
        let mut seen = BTreeSet::new();
        let mut todo = waits[at].clone();
        while let Some(next) = todo.pop() {
            if seen.insert(next) {
                todo.extend(&waits[next]);
            }
        }
        seen
    };
    (0..waits.len()).map(from).collect()
}
