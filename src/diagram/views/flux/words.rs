//! What the picture says: titles, legend, caption and the same facts as a table.
//!
//! In: the graph. Out: plain text. It counts, it never guesses.

use super::graph::{Graph, State};
use super::part::{Part, Spot};
use crate::diagram::Table;
use crate::diagram::palette::{Neutral, Tone};

/// Names that a title lists at most.
const MOST_NAMES: usize = 12;

pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(MOST_NAMES)].join(", ");
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

fn names<'a>(graph: &'a Graph, things: &'a [usize]) -> impl Iterator<Item = &'a str> {
    things.iter().map(|at| graph.names[*at].as_str())
}

pub(super) fn thing_title(graph: &Graph, at: usize) -> String {
    let name = &graph.names[at];
    let mut parts = vec![match graph.states[at] {
        State::Here => name.clone(),
        State::External => format!("{name}, applies another repository"),
        State::Missing => format!("{name}, waited for but declared nowhere"),
    }];
    if graph.circular[at] {
        parts.push("waits for itself in a circle".to_owned());
    }
    if !graph.waits[at].is_empty() {
        parts.push(format!("waits for {}", listed(names(graph, &graph.waits[at]))));
    }
    if let Some(step) = graph.step(at) {
        parts.push(format!("step {step} of {} of the longest chain", graph.chain.len()));
    }
    parts.join("; ")
}

pub(super) fn frame_title(graph: &Graph, spot: &Spot) -> String {
    let waits = listed(names(graph, &graph.waits[spot.things[0]]));
    format!("{} that wait for {waits}", spot.things.len())
}

pub(super) fn path_title(graph: &Graph, part: &Part, source: usize, targets: &[usize]) -> String {
    let waiting: Vec<usize> =
        targets.iter().flat_map(|target| part.spots[*target].things.clone()).collect();
    let from = &graph.names[part.spots[source].things[0]];
    let verb = if waiting.len() == 1 { "waits" } else { "wait" };
    format!("{} {verb} for {from}", listed(names(graph, &waiting)))
}

/// Lines of the legend, each with its mark.
pub(super) fn legend(graph: &Graph, part: &Part) -> Vec<(Option<Tone>, String)> {
    let mut things = part.spots.iter().flat_map(|spot| &spot.things).copied();
    let any = |test: &dyn Fn(usize) -> bool| {
        part.spots.iter().flat_map(|spot| &spot.things).any(|at| test(*at))
    };
    let mut rows =
        vec![(None, "Lines lead from what Flux applies first to what waits for it.".to_owned())];
    if things.any(|at| graph.step(at).is_some()) {
        let steps = graph.chain.len();
        let words = format!("Heavy lines and numbers: the longest chain, {steps} steps");
        rows.push((Some(Tone::Plain(Neutral::Focus)), words));
    }
    if any(&|at| graph.states[at] == State::Missing) {
        let words = "Dashed outline: waited for, but declared nowhere".to_owned();
        rows.push((Some(Tone::Plain(Neutral::Error)), words));
    }
    if any(&|at| graph.circular[at]) {
        let words = "Waits for itself in a circle, so Flux never applies it".to_owned();
        rows.push((Some(Tone::Plain(Neutral::Error)), words));
    }
    if any(&|at| graph.states[at] == State::External) {
        let words = "Applies another repository".to_owned();
        rows.push((Some(Tone::Plain(Neutral::Muted)), words));
    }
    if part.spots.iter().any(|spot| spot.foreign) {
        rows.push((None, "Grey boxes belong to another picture.".to_owned()));
    }
    rows
}

pub(super) fn description(graph: &Graph, part: &Part) -> String {
    let things: usize = part.spots.iter().map(|spot| spot.things.len()).sum();
    let text = format!(
        "{things} Flux {} from left to right in the order in which they are applied.",
        if things == 1 { "Kustomization" } else { "Kustomizations" }
    );
    if graph.chain.len() < 3 {
        return text;
    }
    format!("{text} The longest chain is {}.", listed(names(graph, &graph.chain)))
}

/// What a picture leaves out, in a sentence.
pub(super) fn cut(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => "1 line is left out: too many enter one box.".to_owned(),
        count => format!("{count} lines are left out: too many enter one box."),
    }
}

/// What no picture draws, in sentences.
pub(super) fn undrawn(implied: usize, lone: usize) -> [String; 2] {
    let implied = match implied {
        0 => String::new(),
        1 => "1 dependency follows from others and is not drawn.".to_owned(),
        count => format!("{count} dependencies follow from others and are not drawn."),
    };
    let lone = match lone {
        0 => String::new(),
        1 => "1 more waits for nothing and nothing waits for it.".to_owned(),
        count => format!("{count} more wait for nothing and nothing waits for them."),
    };
    [implied, lone]
}

/// One row for each thing of a picture that is its own.
pub(super) fn table(graph: &Graph, part: &Part) -> Table {
    let header = ["Kustomization", "Waits for", "State"].map(str::to_owned).to_vec();
    let mut things: Vec<usize> = part
        .spots
        .iter()
        .filter(|spot| !spot.foreign)
        .flat_map(|spot| spot.things.clone())
        .collect();
    things.sort_unstable();
    let row = |at: &usize| {
        let waits: Vec<&str> = names(graph, &graph.waits[*at]).collect();
        let state = match (graph.states[*at], graph.circular[*at]) {
            (State::Missing, _) => "declared nowhere",
            (_, true) => "waits in a circle",
            (State::External, false) => "applies another repository",
            (State::Here, false) => "declared",
        };
        vec![graph.names[*at].clone(), waits.join(", "), state.to_owned()]
    };
    Table { header, rows: things.iter().map(row).collect() }
}
