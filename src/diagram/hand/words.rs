//! What a hand-drawn picture says beside what is drawn: tooltips, sentences and the table.
//!
//! In: a [`Sketch`]. Out: text. It adds nothing to what was written.

use super::sketch::{Kind, Sketch, Tie};
use crate::diagram::Table;

fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What a line says of the way between two boxes.
fn tie_detail(tie: &Tie) -> String {
    let kind = tie.way.name().filter(|name| *name != "cable").unwrap_or_default();
    let parts = [tie.label.as_str(), kind];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// What a box is linked to, with an arrow where the line has one.
fn linked(sketch: &Sketch, item: usize) -> Vec<String> {
    let told = |tie: &Tie| {
        let (other, arrow) = match (tie.from == item, tie.to == item) {
            (true, _) => (tie.to, if tie.arrows.1 { "→ " } else { "" }),
            (_, true) => (tie.from, if tie.arrows.1 { "← " } else { "" }),
            _ => return None,
        };
        Some(format!("{arrow}{}{}", sketch.items[other].label, tie_detail(tie)))
    };
    sketch.ties.iter().filter_map(told).collect()
}

pub(super) fn item_title(sketch: &Sketch, item: usize) -> String {
    let one = &sketch.items[item];
    let detail = if one.sub.is_empty() { String::new() } else { format!(", {}", one.sub) };
    let linked = linked(sketch, item).join(", ");
    let linked = if linked.is_empty() { linked } else { format!(": {linked}") };
    format!("{}{detail}{linked}", one.label)
}

pub(super) fn tie_title(sketch: &Sketch, ties: &[usize]) -> String {
    let Some(first) = ties.first().map(|tie| &sketch.ties[*tie]) else { return String::new() };
    let ends: Vec<&str> =
        ties.iter().map(|tie| sketch.items[sketch.ties[*tie].to].label.as_str()).collect();
    let from = &sketch.items[first.from].label;
    format!("{from} to {}{}", ends.join(", "), tie_detail(first))
}

pub(super) fn description(sketch: &Sketch) -> String {
    if !sketch.description.is_empty() {
        return sketch.description.clone();
    }
    let of = |kind| sketch.items.iter().filter(|item| item.kind == kind).count();
    let boxes = of(Kind::Node) + of(Kind::Bus);
    let (boxes, lines) = (count(boxes, "box", "boxes"), count(sketch.ties.len(), "line", "lines"));
    format!("Drawn by hand: {boxes} and {lines}.")
}

pub(super) fn caption(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        1 => "1 line found no room and is left out; the table has it.".to_owned(),
        many => format!("{many} lines found no room and are left out; the table has them."),
    }
}

/// The facts of the picture, one row for each box.
pub(super) fn table(sketch: &Sketch) -> Table {
    let header = ["Name", "Detail", "In", "Linked to"].map(str::to_owned).to_vec();
    let row = |(at, item): (usize, &super::sketch::Item)| {
        let within = match item.parent {
            Some(parent) => sketch.items[parent].label.clone(),
            None => sketch.lanes.get(item.lane).cloned().unwrap_or_default(),
        };
        vec![item.label.clone(), item.sub.clone(), within, linked(sketch, at).join(", ")]
    };
    Table { header, rows: sketch.items.iter().enumerate().map(row).collect() }
}
