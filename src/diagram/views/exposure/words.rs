//! What the exposure picture says: names, tooltips, sentences and the table.
//!
//! In: gathered facts. Out: text. That nothing is declared to ask does not mean that nothing asks.

use std::collections::BTreeSet;

use super::gather::{Asks, Door, Entry, Gathered, Group, Reach, Way};
use crate::diagram::Table;
use crate::diagram::views::columns::{counted, listed, parted};

/// Names that a tooltip lists at most.
const MOST_NAMES: usize = 6;

pub(super) fn reach(reach: Reach) -> &'static str {
    match reach {
        Reach::Internet => "From the Internet",
        Reach::Overlay => "From an overlay network",
        Reach::Lan => "From the LAN",
        Reach::Address => "By address",
        Reach::Unpublished => "By unpublished names",
        Reach::Unknown => "Way not known",
    }
}

pub(super) fn asks(asks: Asks) -> &'static str {
    match asks {
        Asks::No => "no login declared",
        Asks::Partly => "login on some routes",
        Asks::Unknown => "login not known",
        Asks::Yes => "login asked",
    }
}

pub(super) fn way_name(way: &Way) -> &'static str {
    match way {
        Way::Tunnel(_) | Way::Internet => "Internet",
        Way::Overlay => "Overlay network",
        Way::Lan => "LAN",
        Way::Address => "By address",
        Way::Unpublished => "Unpublished",
        Way::Unknown => "Not known",
    }
}

pub(super) fn way_details(way: &Way, count: usize) -> Vec<String> {
    let names = counted(count, "host name", "host names");
    let services = counted(count, "Service", "Services");
    match way {
        Way::Tunnel(app) => vec![format!("through {}", parted(app).1), names],
        Way::Internet => vec!["by a published address".to_owned(), names],
        Way::Overlay => vec![counted(count, "way in", "ways in")],
        Way::Lan => vec![names],
        Way::Address => vec!["no name is needed".to_owned(), services],
        Way::Unpublished => vec!["by no declared publisher".to_owned(), names],
        Way::Unknown => vec!["nothing declared tells".to_owned(), names],
    }
}

pub(super) fn door_name(door: &Door) -> String {
    match door {
        Door::Gateway(id) => parted(id).1.to_owned(),
        Door::Class(name) | Door::Own(name) => name.clone(),
        Door::None => "No gateway".to_owned(),
    }
}

/// What a door is, for tooltips and tables.
pub(super) fn door_whole(door: &Door) -> String {
    match door {
        Door::Gateway(id) => id.clone(),
        Door::Class(name) => format!("class {name}"),
        Door::Own(kind) => format!("{kind} Service"),
        Door::None => "no gateway named".to_owned(),
    }
}

pub(super) fn doors(doors: &BTreeSet<Door>) -> String {
    doors.iter().map(door_whole).collect::<Vec<_>>().join(", ")
}

pub(super) fn group_details(group: &Group) -> Vec<String> {
    let apps = group.entries.values().filter(|entry| entry.is_app).count();
    let services = group.entries.len() - apps;
    let names: BTreeSet<&String> =
        group.entries.values().flat_map(|entry| &entry.names).chain(&group.strays).collect();
    let parts = [
        (apps, "app", "apps"),
        (services, "Service of no known app", "Services of no known app"),
        (names.len(), "host name", "host names"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    vec![parts.map(|(count, one, many)| counted(count, one, many)).collect::<Vec<_>>().join(" · ")]
}

pub(super) fn entry_title(id: &str, entry: &Entry, key: (Reach, Asks)) -> String {
    let (namespace, name) = parted(id);
    let what = if entry.is_app { "app" } else { "Service" };
    let mut title = format!("{name}, {what} in {namespace}");
    let names = listed(entry.names.iter().map(String::as_str), MOST_NAMES);
    let addresses = listed(entry.addresses.iter().map(String::as_str), MOST_NAMES);
    for part in [names, addresses, reach(key.0).to_lowercase(), asks(key.1).to_owned()] {
        if !part.is_empty() {
            title.extend(["; ", &part]);
        }
    }
    title.extend([" · ", &doors(&entry.doors)]);
    title
}

pub(super) fn strays(group: &Group) -> String {
    listed(group.strays.iter().map(String::as_str), MOST_NAMES)
}

/// Apps from the Internet before which nothing is declared to ask.
fn open(gathered: &Gathered) -> usize {
    gathered.groups.get(&(Reach::Internet, Asks::No)).map_or(0, |group| group.entries.len())
}

pub(super) fn description(gathered: &Gathered) -> String {
    let apps: BTreeSet<&String> =
        gathered.groups.values().flat_map(|group| group.entries.keys()).collect();
    let first = format!(
        "{} reached from outside of the cluster, by {}.",
        counted(apps.len(), "app is", "apps are"),
        counted(gathered.names, "host name", "host names"),
    );
    match open(gathered) {
        0 => first,
        some => format!(
            "{first} Before {some} of those that the Internet reaches, nothing is declared to ask for \
             a login."
        ),
    }
}

pub(super) fn caption(left_out: &[String]) -> String {
    let mut sentences = left_out.to_vec();
    sentences
        .push("A login of an app itself, and rules of a router, are not visible here.".to_owned());
    sentences.join(" ")
}

/// One row for each app of a group.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["Reached", "Login", "By way of", "App", "Host names and addresses", "Asked by"];
    let mut rows = Vec::new();
    for ((from, asked), group) in &gathered.groups {
        for (id, entry) in &group.entries {
            let names = entry.names.iter().chain(&entry.addresses).cloned().collect::<Vec<_>>();
            let by = entry.asked_by.iter().cloned().collect::<Vec<_>>().join(", ");
            let cells =
                [reach(*from), asks(*asked), &doors(&entry.doors), id, &names.join(", "), &by];
            rows.push(cells.map(str::to_owned).to_vec());
        }
        for name in &group.strays {
            let cells = [
                reach(*from),
                asks(*asked),
                &doors(&group.doors),
                "no app that can be told",
                name,
                "",
            ];
            rows.push(cells.map(str::to_owned).to_vec());
        }
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
