//! What the isolation picture says: tooltips, sentences and the table.
//!
//! In: gathered facts. Out: text. "No policy" is an answer of its own: everything is allowed.

use super::gather::{Gathered, Side, is_bare};
use crate::diagram::Table;
use crate::diagram::views::columns::{counted, listed};
use crate::inventory::{Coverage, IsolationSide, Verdict};

/// Names that a cell of the table lists at most.
const MOST_NAMES: usize = 12;

pub(super) fn coverage(side: &IsolationSide) -> &'static str {
    match side.coverage {
        Coverage::None => "no policy",
        Coverage::Some => "some pods",
        Coverage::All => "all pods",
    }
}

/// What a row says of who may be reached from there.
pub(super) fn row_title(from: &Side, sides: &[&Side]) -> String {
    let with = |wanted: Verdict| {
        let fit = sides.iter().filter(|to| from.towards(to) == Some(wanted));
        fit.map(|to| to.name()).collect::<Vec<_>>()
    };
    let mut title = format!("from {}", from.name());
    for (verdict, words) in [
        (Verdict::NoPolicy, "no policy closes"),
        (Verdict::Allowed, "allowed to"),
        (Verdict::Restricted, "in part to"),
    ] {
        let names = with(verdict);
        if !names.is_empty() {
            title.extend(["; ", words, " ", &listed(names.iter().copied(), MOST_NAMES)]);
        }
    }
    match with(Verdict::Denied).len() {
        0 => title,
        closed => format!("{title}; closed to {closed}"),
    }
}

pub(super) fn run_title(from: &Side, to: &[&Side]) -> String {
    let names = listed(to.iter().map(|side| side.name()), MOST_NAMES);
    format!("from {} to {names}: no policy, everything is allowed", from.name())
}

pub(super) fn description(gathered: &Gathered) -> String {
    let all = gathered.all().count();
    let bare = gathered.all().filter(|space| is_bare(space)).count();
    let policies = counted(gathered.policies, "network policy", "network policies");
    format!(
        "Who may talk to whom: {} in rows and columns, with {policies}. {} no policy at all, so \
         everything is allowed between them.",
        counted(all, "namespace", "namespaces"),
        counted(bare, "has", "have"),
    )
}

pub(super) fn caption(gathered: &Gathered) -> String {
    let mut sentences = Vec::new();
    match gathered.undrawn.len() {
        0 => {}
        1 => sentences.push("1 namespace is left out; the table has it.".to_owned()),
        many => sentences.push(format!("{many} namespaces are left out; the table has them.")),
    }
    if gathered.more_networks > 0 {
        let networks = counted(gathered.more_networks, "network is", "networks are");
        sentences.push(format!("{networks} left out."));
    }
    let some = "Where policies select some pods of a namespace, marks are for these; its other pods \
                are open.";
    if gathered
        .all()
        .any(|it| [&it.ingress, &it.egress].iter().any(|side| side.coverage == Coverage::Some))
    {
        sentences.push(some.to_owned());
    }
    sentences.push("Second interfaces of pods are outside of what policies see.".to_owned());
    sentences.join(" ")
}

/// One row for each namespace.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["Namespace", "Into its pods", "Out of its pods", "May reach", "In part"];
    let sides: Vec<&Side> = gathered.outside.iter().chain(&gathered.spaces).collect();
    let mut rows = Vec::new();
    for space in gathered.all() {
        let from = Side::Space(0, space);
        let names = |wanted: Verdict| {
            let fit = sides.iter().filter(|to| from.towards(to) == Some(wanted));
            fit.map(|to| to.name()).collect::<Vec<_>>()
        };
        let open = names(Verdict::NoPolicy);
        let allowed = [open.clone(), names(Verdict::Allowed)].concat();
        let all = if open.len() == sides.len() {
            "everyone".to_owned()
        } else {
            listed(allowed.into_iter(), MOST_NAMES)
        };
        let part = listed(names(Verdict::Restricted).into_iter(), MOST_NAMES);
        let (into, out) = (coverage(&space.ingress), coverage(&space.egress));
        rows.push([&space.namespace, into, out, &all, &part].map(str::to_owned).to_vec());
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
