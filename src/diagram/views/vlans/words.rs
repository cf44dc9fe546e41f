//! What the address plan says: names, tooltips, sentences and the table.
//!
//! In: gathered plans. Out: text. Absence is said, never guessed.

use std::fmt::Write as _;

use super::super::kit::{self, Entry, count, joined, listed};
use super::gather::{Gathered, Item, Kind, Owner, Plan};
use super::range::{Span, amount};
use crate::diagram::Table;
use crate::diagram::palette::{Neutral, Tone};

/// The word for a kind, for one and for many.
fn kind_words(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Router => ("router", "routers"),
        Kind::Api => ("API address", "API addresses"),
        Kind::Host => ("host", "hosts"),
        Kind::Device => ("device", "devices"),
        Kind::ControlPlane => ("control plane", "control plane nodes"),
        Kind::Worker => ("worker", "workers"),
        Kind::Node => ("node", "nodes"),
        Kind::Storage => ("file server", "file servers"),
        Kind::Gateway(_) => ("gateway", "gateways"),
        Kind::Service => ("service", "services"),
        Kind::Pod => ("pod", "pods"),
        Kind::Pool => ("pool", "pools"),
        Kind::Attachment => ("pods", "pods"),
    }
}

/// What a thing is, and its name where it has one.
pub(super) fn named(owner: &Owner) -> String {
    let kind = kind_words(owner.kind).0;
    match (owner.kind, owner.name.is_empty()) {
        (_, true) => kind.to_owned(),
        (_, false) if owner.name.contains(kind) => owner.name.clone(),
        (Kind::Device, false) => owner.name.clone(),
        _ => format!("{kind} {}", owner.name),
    }
}

/// Whose an item is, in a line.
pub(super) fn owners(item: &Item) -> String {
    let kind = item.kind();
    let alike = item.owners.iter().all(|owner| owner.kind == kind);
    let run = item.span.is_none_or(|span| !span.is_one()) && !kind.is_range();
    let text = match item.owners.as_slice() {
        [only] if kind == Kind::Attachment && !item.users.is_empty() => {
            format!("{}: {}", named(only), listed(&item.users, 3))
        }
        [only] => named(only),
        many if alike && run => format!("{} {}", many.len(), kind_words(kind).1),
        many => many.iter().map(named).collect::<Vec<_>>().join(", "),
    };
    match item.overlaps.as_slice() {
        _ if !kind.is_range() => text,
        [] => text,
        [only] => format!("{text}, overlaps {only}"),
        many => format!("{text}, overlaps {} others", many.len()),
    }
}

/// What an item claims, such as `.10–.19`.
pub(super) fn claim(item: &Item, plan: &Plan) -> String {
    match item.span {
        Some(span) => span.short(plan.range.as_ref()),
        None if item.kind().is_range() => "no address declared".to_owned(),
        None => "by DHCP".to_owned(),
    }
}

pub(super) fn item_title(item: &Item) -> String {
    let names: Vec<String> = item.owners.iter().map(named).collect();
    let mut parts = vec![listed(&names, 20)];
    if let Some(span) = item.span {
        parts.insert(0, span.whole());
    }
    if !item.users.is_empty() {
        parts.push(format!("used by {}", listed(&item.users, 12)));
    }
    if !item.overlaps.is_empty() {
        parts.push(format!("overlaps {}", listed(&item.overlaps, 12)));
    }
    parts.join("; ")
}

pub(super) fn free_title(span: &Span) -> String {
    let size = amount(span.size());
    format!("{}; {size} that nothing declares", span.whole())
}

/// Tag and range of a network.
pub(super) fn tag(plan: &Plan) -> String {
    match plan.network {
        None => "in no declared network".to_owned(),
        Some(network) => match network.vlan.get() {
            Some(vlan) => format!("VLAN {vlan}"),
            None => "tag not declared".to_owned(),
        },
    }
}

pub(super) fn range(plan: &Plan) -> String {
    let Some(network) = plan.network else {
        return "load-balancer pool".to_owned();
    };
    match network.cidr.get() {
        Some(cidr) if *cidr != plan.name => cidr.clone(),
        Some(_) => String::new(),
        None => "range not declared".to_owned(),
    }
}

/// How much of a network is free.
pub(super) fn free(plan: &Plan) -> String {
    let Some(range) = plan.range.filter(|_| plan.network.is_some()) else {
        return String::new();
    };
    let free = plan.free().iter().map(Span::size).fold(0, u128::saturating_add);
    let all = range.usable().size();
    if free == 0 {
        return format!("none of {} {}", amount(all), unclaimed(plan));
    }
    format!("{} of {} {}", amount(free), amount(all), unclaimed(plan))
}

/// The word for what no file names: where machines ask for their addresses, it may well be taken.
pub(super) fn unclaimed(plan: &Plan) -> &'static str {
    let asks = |item: &Item| item.span.is_none() && !item.kind().is_range();
    if plan.items.iter().any(asks) { "not declared" } else { "free" }
}

pub(super) fn plan_title(plan: &Plan) -> String {
    let parts = [plan.name.clone(), tag(plan), range(plan), free(plan)];
    joined(&parts).replace(" · ", ", ")
}

pub(super) fn description(gathered: &Gathered) -> String {
    let networks = gathered.plans.iter().filter(|plan| plan.network.is_some()).count();
    let pools = gathered.plans.len() - networks;
    let overlaps = overlapping(gathered);
    let mut text = format!("The addresses of {} in order", count(networks, "network", "networks"));
    if pools > 0 {
        let _ = write!(text, ", and of {} in none", count(pools, "pool that is", "pools that are"));
    }
    text += ": routers, hosts, nodes, file servers, gateways, services, pools and what is free.";
    if overlaps > 0 {
        let _ =
            write!(text, " {} with others.", count(overlaps, "range overlaps", "ranges overlap"));
    }
    text
}

/// Ranges that overlap with something.
fn overlapping(gathered: &Gathered) -> usize {
    let items = gathered.plans.iter().flat_map(|plan| &plan.items);
    items.filter(|item| item.kind().is_range() && !item.overlaps.is_empty()).count()
}

pub(super) fn caption(gathered: &Gathered, more: usize) -> String {
    let mut parts =
        vec!["Free is what no file names; what DHCP gives out is not visible here.".to_owned()];
    if gathered.elsewhere > 0 {
        let (verb, noun) = if gathered.elsewhere == 1 { ("is", "range") } else { ("are", "range") };
        let all = count(gathered.elsewhere, "address", "addresses");
        parts.push(format!("{all} {verb} in no {noun} that is declared."));
    }
    if more > 0 {
        let (are, them) = if more == 1 { ("is", "it") } else { ("are", "them") };
        let all = count(more, "network", "networks");
        parts.push(format!("{all} {are} left out; the table lists {them}."));
    }
    parts.join(" ")
}

pub(super) fn legend(gathered: &Gathered) -> Vec<Vec<Entry>> {
    let mut entries: Vec<Entry> = Vec::new();
    if gathered.plans.iter().any(|plan| plan.range.is_some()) {
        let words = "Strips are to scale: what is empty in all of them is free";
        entries.push((None, words.to_owned()));
    }
    if overlapping(gathered) > 0 {
        let tone = Tone::Plain(Neutral::Error);
        entries.push((Some(tone), "overlaps with another range or address".to_owned()));
    }
    vec![gateways(gathered), entries]
}

fn gateways(gathered: &Gathered) -> Vec<Entry> {
    let owners = gathered.plans.iter().flat_map(|plan| &plan.items).flat_map(|item| &item.owners);
    let mut found: Vec<(usize, &str)> = owners
        .filter_map(|owner| match owner.kind {
            Kind::Gateway(at) => Some((at, owner.name.as_str())),
            _ => None,
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| kit::natural(one.1, other.1)));
    found.dedup();
    let entry = |(at, name): (usize, &str)| (Some(Tone::Gateway(at)), format!("gateway {name}"));
    found.into_iter().map(entry).collect()
}

/// One row for each item and each free run.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["Network", "Addresses", "How many", "Whose", "Overlaps"];
    let mut rows = Vec::new();
    for plan in &gathered.plans {
        let mut lines: Vec<(Option<Span>, Vec<String>)> = Vec::new();
        for item in &plan.items {
            let names: Vec<String> = item.owners.iter().map(named).collect();
            let users = match item.users.as_slice() {
                [] => String::new(),
                users => format!(", used by {}", users.join(", ")),
            };
            let size = item.span.map(|span| amount(span.size())).unwrap_or_default();
            let span = item.span.map_or_else(|| "not declared".to_owned(), |span| span.whole());
            let whose = names.join(", ") + &users;
            let cells = vec![plan.name.clone(), span, size, whose, item.overlaps.join(", ")];
            lines.push((item.span, cells));
        }
        for span in plan.free() {
            let size = amount(span.size());
            let cells = vec![
                plan.name.clone(),
                span.whole(),
                size,
                unclaimed(plan).to_owned(),
                String::new(),
            ];
            lines.push((Some(span), cells));
        }
        lines.sort_by_key(|(span, _)| (span.is_none(), *span));
        rows.extend(lines.into_iter().map(|(_, cells)| cells));
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}
