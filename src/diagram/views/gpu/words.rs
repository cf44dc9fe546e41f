//! What the picture of graphics cards says: names, tooltips, sentences and the table.
//!
//! In: gathered facts. Out: text. Absence is said, never guessed.

use std::fmt::Write as _;

use super::super::kit::{Entry, count, joined, listed};
use super::gather::{Ask, Card, Fit, Gathered, Group, Place};
use crate::diagram::Table;
use crate::diagram::palette::{Neutral, Tone};

pub(super) fn short(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(_, name)| name)
}

pub(super) fn model(card: &Card) -> String {
    match (&card.model, card.maker) {
        (Some(model), _) => model.clone(),
        (None, Some(maker)) => format!("{maker} card, model not declared"),
        (None, None) => "model not declared".to_owned(),
    }
}

/// What a card says below its model.
pub(super) fn card(card: &Card, modes: &[String]) -> Vec<String> {
    let slots = match card.slots {
        Some(1) => "1 slot".to_owned(),
        Some(slots) => format!("{slots} slots by {}", listed(modes, 2)),
        None => "not shared".to_owned(),
    };
    let slots = slots.trim_end_matches(" by ").to_owned();
    [Some(slots), card.memory.clone(), card.mapping.clone()].into_iter().flatten().collect()
}

pub(super) fn place_name(place: &Place) -> String {
    match place.names.as_slice() {
        [only] => only.clone(),
        many => format!("{} nodes", many.len()),
    }
}

/// What stands beside the name.
pub(super) fn place(place: &Place) -> String {
    let host = match place.hosts.as_slice() {
        [] => String::new(),
        [only] => format!("on {only}"),
        many => format!("on {} hosts", many.len()),
    };
    joined(&[place.role.to_owned(), host])
}

/// Who may land on a place, and how many can at once.
pub(super) fn load(gathered: &Gathered, at: usize) -> String {
    let place = &gathered.places[at];
    let asks = match gathered.asks_on(at) {
        0 => return "nothing that is seen may land here".to_owned(),
        asks => format!("{} may land here", count(asks, "workload", "workloads")),
    };
    let slots: Option<u32> = place.cards.iter().map(|card| card.slots).sum();
    match (slots, place.names.len()) {
        (Some(slots), 1) => format!("{asks} · {}", count(slots as usize, "slot", "slots")),
        _ => asks,
    }
}

pub(super) fn place_title(gathered: &Gathered, at: usize) -> String {
    let it = &gathered.places[at];
    let cards: Vec<String> = it.cards.iter().map(model).collect();
    let parts = [listed(&it.names, 20), place(it).replace(" · ", " "), cards.join(", ")];
    format!("{}; {}", parts.join(", "), load(gathered, at))
}

pub(super) fn card_title(it: &Card, modes: &[String]) -> String {
    format!("{}, {}", model(it), card(it, modes).join(", "))
}

/// What stands above a group.
pub(super) fn group(gathered: &Gathered, group: &Group) -> String {
    match &group.fit {
        Fit::On(on) => {
            let names: Vec<&String> =
                on.iter().flat_map(|at| &gathered.places[*at].names).collect();
            match names.as_slice() {
                [only] => format!("only on {only}"),
                many => format!("on one of {} nodes", many.len()),
            }
        }
        Fit::NoLabel => "no node declares the labels that they insist on".to_owned(),
        Fit::NoCard => {
            let resource = group.asks.first().map(|ask| ask.resource.clone()).unwrap_or_default();
            let none = if gathered.places.is_empty() { "declares a card" } else { "has one" };
            format!("asks for {resource}: no node {none}")
        }
    }
}

/// What an ask wants.
pub(super) fn wants(ask: &Ask) -> String {
    match (ask.by_claim, ask.count) {
        (true, _) => format!("claims {}", ask.resource),
        (false, Some(number)) => format!("{number} × {}", ask.resource),
        (false, None) => ask.resource.clone(),
    }
}

/// What an ask says below its name, what matters most first.
pub(super) fn ask(ask: &Ask) -> Vec<String> {
    let namespace = ask.user.split_once('/').map_or("", |(namespace, _)| namespace);
    vec![wants(ask), namespace.to_owned()]
}

pub(super) fn ask_title(ask: &Ask) -> String {
    let mut parts = vec![ask.user.clone(), wants(ask)];
    parts.extend(ask.runtime.iter().map(|class| format!("runtime class {class}")));
    if !ask.labels.is_empty() {
        parts.push(format!("only on nodes with {}", ask.labels.join(", ")));
    }
    if ask.may_stop {
        parts.push("scales to zero".to_owned());
    }
    parts.join(", ")
}

pub(super) fn line_title(gathered: &Gathered, at: usize, groups: &[&Group]) -> String {
    let asks: Vec<&str> =
        groups.iter().flat_map(|group| &group.asks).map(|ask| ask.user.as_str()).collect();
    let verb = if asks.len() == 1 { "lands" } else { "land" };
    format!("{} may {verb} on {}", listed(&asks, 12), place_name(&gathered.places[at]))
        .replace("may lands", "may land")
}

pub(super) fn description(gathered: &Gathered) -> String {
    let nodes: usize = gathered.places.iter().map(|place| place.names.len()).sum();
    let cards: usize =
        gathered.places.iter().map(|place| place.cards.len() * place.names.len()).sum();
    let asks: usize = gathered.groups.iter().map(|group| group.asks.len()).sum();
    let (cards, nodes) =
        (count(cards, "graphics card", "graphics cards"), count(nodes, "node", "nodes"));
    let mut text = format!(
        "From left to right: {cards} in {nodes}, and {} for them.",
        count(asks, "workload that asks", "workloads that ask")
    );
    let lost: usize = gathered
        .groups
        .iter()
        .filter(|group| !matches!(group.fit, Fit::On(_)))
        .map(|group| group.asks.len())
        .sum();
    if lost > 0 {
        let _ =
            write!(text, " {} no declared place.", count(lost, "of these has", "of these have"));
    }
    text
}

pub(super) fn caption(gathered: &Gathered, more_places: usize, more_groups: usize) -> String {
    let mut parts = vec!["Which card a pod gets is decided in the cluster.".to_owned()];
    if gathered.others > 0 {
        let all = count(gathered.others, "workload claims", "workloads claim");
        parts.push(format!("{all} devices that are no graphics cards."));
    }
    if more_places + more_groups > 0 {
        let all = count(more_places + more_groups, "box is", "boxes are");
        parts.push(format!("{all} left out; the table lists all."));
    }
    parts.join(" ")
}

pub(super) fn legend(gathered: &Gathered) -> Vec<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    let on = |many: bool| {
        gathered
            .groups
            .iter()
            .any(|group| matches!(&group.fit, Fit::On(on) if (on.len() > 1) == many))
    };
    let any = |fit: &Fit| gathered.groups.iter().any(|group| group.fit == *fit);
    if on(false) && on(true) {
        entries.push((None, "Solid line: here alone. Dashed line: here or elsewhere".to_owned()));
    }
    if gathered.places.iter().flat_map(|place| &place.cards).any(|card| card.slots.is_some()) {
        entries.push((None, "Small boxes in a card are its slots".to_owned()));
    }
    if any(&Fit::NoLabel) {
        let words = "labels that no file declares; the cluster may set them".to_owned();
        entries.push((Some(Tone::Plain(Neutral::Muted)), words));
    }
    if any(&Fit::NoCard) {
        entries.push((Some(Tone::Plain(Neutral::Error)), "no card that fits".to_owned()));
    }
    vec![entries]
}

/// One row for each ask, and for each card that nothing asks for.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["Card", "Node", "Slots", "Workload", "Asks for", "Only on nodes with"];
    let mut rows = Vec::new();
    let place_cells = |at: usize| {
        let place = &gathered.places[at];
        let cards: Vec<String> = place.cards.iter().map(model).collect();
        let slots: Option<u32> = place.cards.iter().map(|card| card.slots).sum();
        let slots = slots.map_or_else(|| "not shared".to_owned(), |slots| slots.to_string());
        [cards.join(", "), place.names.join(", "), slots]
    };
    let ask_cells = |ask: &Ask| [ask.user.clone(), wants(ask), ask.labels.join(", ")];
    for at in 0..gathered.places.len() {
        let here = |group: &&Group| matches!(&group.fit, Fit::On(on) if on.contains(&at));
        let asks: Vec<&Ask> =
            gathered.groups.iter().filter(here).flat_map(|group| &group.asks).collect();
        if asks.is_empty() {
            let nothing = ["nothing".to_owned(), String::new(), String::new()];
            rows.push(place_cells(at).into_iter().chain(nothing).collect());
        }
        let row = |ask: &&Ask| place_cells(at).into_iter().chain(ask_cells(ask)).collect();
        rows.extend(asks.iter().map(row));
    }
    for group in gathered.groups.iter().filter(|group| !matches!(group.fit, Fit::On(_))) {
        let none = match group.fit {
            Fit::NoCard => "no card that fits",
            _ => "no node with these labels",
        };
        for ask in &group.asks {
            let none = [none.to_owned(), String::new(), String::new()];
            rows.push(none.into_iter().chain(ask_cells(ask)).collect());
        }
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
