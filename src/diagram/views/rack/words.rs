//! What the rack picture says: lines of cards, tooltips, sentences and the table.
//!
//! In: gathered things. Out: text. Absence is said, never guessed.

use std::fmt::Write as _;

use super::super::kit::{self, Entry, count, joined, listed};
use super::Layout;
use super::gather::{Gathered, Machine, Thing};
use crate::diagram::Table;
use crate::inventory::{Rack, RackPlace};

pub(super) fn title(gathered: &Gathered) -> &'static str {
    match gathered.racks.len() {
        0 => "Machines",
        1 => "The rack and its machines",
        _ => "Racks and their machines",
    }
}

/// Units of a place, such as `U3–4`.
pub(super) fn units(place: &RackPlace) -> String {
    let top = place.unit + place.height - 1;
    if place.height == 1 { format!("U{top}") } else { format!("U{}–{top}", place.unit) }
}

pub(super) fn free_title(low: u16, high: u16) -> String {
    if low == high {
        format!("unit {low} is free")
    } else {
        format!("units {low} to {high} are free")
    }
}

pub(super) fn rack_title(rack: &Rack, things: usize, free: usize) -> String {
    let machines = count(things, "machine", "machines");
    format!("rack {}, {} units, {machines}, {free} free", rack.name, rack.units)
}

fn disks(thing: &Thing) -> String {
    let words: Vec<&str> = thing.disks.iter().map(|disks| disks.words.as_str()).collect();
    words.join(", ")
}

fn absent(thing: &Thing) -> String {
    match thing.absent.as_slice() {
        [] => String::new(),
        ["model", "processor", "memory", "disks"] => "hardware not declared".to_owned(),
        words => format!("{} not declared", words.join(", ")),
    }
}

/// What a card says below its name.
pub(super) fn card(thing: &Thing) -> Vec<String> {
    let model = thing.model.unwrap_or_default().to_owned();
    vec![model, joined(&thing.size), disks(thing), thing.given.clone(), absent(thing)]
}

/// What a face says on its second line.
pub(super) fn inside(thing: &Thing) -> Vec<String> {
    let mut parts = thing.size.clone();
    parts.extend(thing.disks.iter().map(|disks| disks.words.clone()));
    parts
}

/// What stands beside the name in a face.
pub(super) fn face(thing: &Thing) -> String {
    match thing.model {
        Some(model) if thing.kind.is_empty() || !thing.is_device => model.to_owned(),
        Some(model) => format!("{} · {model}", thing.kind),
        None => thing.kind.clone(),
    }
}

pub(super) fn machine_names(thing: &Thing) -> String {
    let names: Vec<&str> = thing.machines.iter().map(|machine| machine.name.as_str()).collect();
    listed(&names, 6)
}

/// What a guest is, what matters most first.
pub(super) fn machine(machine: &Machine) -> Vec<&str> {
    std::iter::once(machine.role.as_str()).chain(machine.size.iter().map(String::as_str)).collect()
}

/// Words for cards that fit: their models, or how many they are.
pub(super) fn gpu_tag(gpus: &[String], room: i32) -> Option<String> {
    let first = gpus.first()?;
    let fits = |words: &String| kit::tag_width(words) <= room;
    let all = match gpus.len() {
        1 => first.clone(),
        many if gpus.iter().all(|gpu| gpu == first) => format!("{many} × {first}"),
        many => format!("{many} GPUs"),
    };
    let short = if gpus.len() == 1 { "GPU".to_owned() } else { format!("{} GPUs", gpus.len()) };
    [all, short].into_iter().find(fits)
}

pub(super) fn machine_title(machine: &Machine) -> String {
    let gpus = machine.gpus.join(", ");
    let parts = [machine.name.clone(), machine.role.clone(), machine.size.join(", "), gpus];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

fn place(thing: &Thing) -> String {
    thing.place.map(|place| format!("{} {}", place.rack, units(place))).unwrap_or_default()
}

pub(super) fn thing_title(thing: &Thing) -> String {
    let ports = match thing.ports {
        0 => String::new(),
        ports => count(ports, "port", "ports"),
    };
    let parts = [
        thing.name.to_owned(),
        thing.kind.clone(),
        thing.model.unwrap_or_default().to_owned(),
        thing.size.join(", "),
        disks(thing),
        ports,
        thing.gpus.join(", "),
        place(thing),
        absent(thing),
    ];
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    let on = match thing.machines.len() {
        0 => String::new(),
        _ => format!("; runs {}", machine_names(thing)),
    };
    parts.join(", ") + &on
}

pub(super) fn description(gathered: &Gathered) -> String {
    let hosts = gathered.things.iter().filter(|thing| !thing.is_device);
    let devices = gathered.things.iter().filter(|thing| thing.is_device).count();
    let machines: usize = hosts.clone().map(|thing| thing.machines.len()).sum();
    let hosts = count(hosts.count(), "machine", "machines");
    let mut text = match machines {
        0 => format!("{hosts}."),
        machines => format!("{hosts} with {} on them.", count(machines, "guest", "guests")),
    };
    if !gathered.racks.is_empty() {
        let names: Vec<String> = gathered
            .racks
            .iter()
            .map(|rack| format!("{} of {} units", rack.name, rack.units))
            .collect();
        let _ = write!(text, " Racks from the front: {}.", listed(&names, 6));
    }
    if devices > 0 {
        let _ = write!(text, " {} beside them.", count(devices, "other device", "other devices"));
    }
    text
}

/// What is left out, in sentences.
pub(super) fn caption(layout: &Layout) -> String {
    let left_out = |number: usize, one: &str, many: &str| match number {
        0 => None,
        number => Some(format!(
            "{} left out; the table lists {}.",
            count(number, one, many),
            if number == 1 { "it" } else { "them" }
        )),
    };
    let parts = [
        left_out(layout.more_racks, "rack is", "racks are"),
        left_out(layout.more_cards, "machine is", "machines are"),
        left_out(layout.crowded, "machine that shares a unit is", "machines that share a unit are"),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

pub(super) fn legend(layout: &Layout) -> Vec<Vec<Entry>> {
    if layout.racks.is_empty() {
        return vec![];
    }
    let words = "Units count from the bottom. Upright bars are disks, rings are ports.";
    vec![vec![(None, words.to_owned())]]
}

/// One row for each machine, device and guest.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["Machine", "What", "Model", "Size", "Disks", "GPU", "Place"];
    let mut rows = Vec::new();
    for thing in &gathered.things {
        rows.push(vec![
            thing.name.to_owned(),
            thing.kind.clone(),
            thing.model.unwrap_or("not declared").to_owned(),
            thing.size.join(", "),
            disks(thing),
            thing.gpus.join(", "),
            place(thing),
        ]);
        for machine in &thing.machines {
            rows.push(vec![
                machine.name.clone(),
                machine.role.clone(),
                String::new(),
                machine.size.join(", "),
                String::new(),
                machine.gpus.join(", "),
                format!("on {}", thing.name),
            ]);
        }
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
