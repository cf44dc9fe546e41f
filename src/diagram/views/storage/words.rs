//! What the storage picture says: names, tooltips, sentences and the table.
//!
//! In: gathered facts. Out: text. That nothing saves a claim is said, not hidden.

use super::gather::{Base, Gathered, Goal, Kind, Maker, Saving, Use};
use crate::diagram::Table;
use crate::diagram::views::columns::{counted, listed};

/// Schedules that a box lists at most.
const MOST_SCHEDULES: usize = 2;

/// Whether a name is one that can be shown: neither ciphertext nor unknown.
fn is_told(name: &str) -> bool {
    !matches!(name, "encrypted" | "—")
}

/// Why a name is not shown.
fn untold(what: &str, name: &str) -> String {
    format!("{what} {}", if name == "encrypted" { "encrypted" } else { "not declared" })
}

pub(super) fn base_name(base: &Base) -> String {
    match base {
        Base::Backend(name) => name.clone(),
        Base::Server(_, server) if is_told(server) => server.clone(),
        Base::Server(protocol, _) => format!("{protocol} server"),
        Base::Unknown => "Not known".to_owned(),
    }
}

pub(super) fn base_detail(base: &Base) -> String {
    match base {
        Base::Backend(_) => "storage backend".to_owned(),
        Base::Server(protocol, server) if is_told(server) => format!("{protocol} server"),
        Base::Server(_, server) => untold("address", server),
        Base::Unknown => "declared nowhere".to_owned(),
    }
}

pub(super) fn maker_name(maker: &Maker) -> String {
    match maker {
        Maker::Class(name) | Maker::Volume(name) => name.clone(),
        Maker::Export(_, _, path) if is_told(path) => path.clone(),
        Maker::Export(protocol, ..) => format!("{protocol} export"),
        Maker::None => "No class".to_owned(),
    }
}

pub(super) fn maker_detail(gathered: &Gathered, maker: &Maker) -> String {
    match maker {
        Maker::Class(name) => match gathered.classes.get(name) {
            Some((pool, _)) if pool.is_empty() => "storage class".to_owned(),
            Some((pool, _)) => format!("pool {pool}"),
            None => "class declared nowhere".to_owned(),
        },
        Maker::Export(protocol, _, path) if is_told(path) => format!("{protocol} export"),
        Maker::Export(_, _, path) => untold("path", path),
        Maker::Volume(_) => "declared volume".to_owned(),
        Maker::None => "none is declared".to_owned(),
    }
}

pub(super) fn goal_name(goal: &Goal) -> String {
    match goal {
        Goal::Repository(id, _) => id.rsplit('/').next().unwrap_or(id).to_owned(),
        Goal::Tool(tool) => tool.clone(),
    }
}

pub(super) fn goal_details(goal: &Goal, saving: &Saving) -> Vec<String> {
    let first = match goal {
        Goal::Repository(_, tool) if saving.storage.is_empty() => tool.clone(),
        Goal::Repository(_, tool) => format!("{tool} · {}", saving.storage),
        Goal::Tool(_) => "repository by Secret".to_owned(),
    };
    let off = match saving.suspended {
        0 => String::new(),
        some => format!(", {some} switched off"),
    };
    let schedules = match saving.schedules.len() {
        0 => "no schedule".to_owned(),
        1..=MOST_SCHEDULES => saving.schedules.iter().cloned().collect::<Vec<_>>().join(", "),
        many => format!("{many} schedules"),
    };
    let backups = counted(saving.backups, "backup", "backups");
    vec![first, format!("{backups}{off}"), schedules]
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Claim => "claim",
        Kind::Template => "template for claims",
        Kind::Mount => "mount of a share",
    }
}

/// How many there are of each kind.
pub(super) fn counts(uses: &[&Use]) -> String {
    let of = |kind| uses.iter().filter(|one| one.kind == kind).count();
    let parts = [
        (of(Kind::Claim), "claim", "claims"),
        (of(Kind::Template), "template", "templates"),
        (of(Kind::Mount), "mount", "mounts"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    parts.map(|(count, one, many)| counted(count, one, many)).collect::<Vec<_>>().join(" · ")
}

fn saved(one: &Use) -> String {
    match (one.kind, one.goals.is_empty()) {
        (Kind::Mount, _) => String::new(),
        (_, true) => "nothing seen".to_owned(),
        (_, false) => one.goals.iter().map(goal_name).collect::<Vec<_>>().join(", "),
    }
}

fn made_of(one: &Use) -> String {
    one.makers.iter().map(maker_name).collect::<Vec<_>>().join(", ")
}

pub(super) fn use_title(one: &Use) -> String {
    let mut title = format!("{}, {} in {}", one.name, kind(one.kind), one.namespace);
    for part in [one.size.clone(), format!("of {}", made_of(one))] {
        if !part.is_empty() {
            title.extend([", ", &part]);
        }
    }
    match (one.kind, one.goals.is_empty()) {
        (Kind::Mount, _) => {}
        (_, true) => title.push_str("; no backup is declared"),
        (_, false) => title.extend(["; saved to ", &saved(one)]),
    }
    title
}

pub(super) fn unsaved(uses: &[&Use]) -> usize {
    uses.iter().filter(|one| one.is_unsaved()).count()
}

pub(super) fn description(gathered: &Gathered) -> String {
    let all: Vec<&Use> = gathered.uses.iter().collect();
    let unsaved = unsaved(&all);
    let counts = counts(&all).replace(" · ", ", ");
    let what = if counts.is_empty() { "Storage that nothing uses".to_owned() } else { counts };
    let first = format!("{what} on {}.", counted(gathered.bases().len(), "backend", "backends"));
    let rest = match unsaved {
        0 => return first,
        1 => "1 has no declared backup.".to_owned(),
        many => format!("{many} have no declared backup."),
    };
    format!("{first} {rest}")
}

pub(super) fn caption(left_out: &[String]) -> String {
    let mut sentences = left_out.to_vec();
    let blind =
        "Backups outside of Kubernetes, such as those of a file server, are not visible here.";
    sentences.push(blind.to_owned());
    sentences.join(" ")
}

/// One row for each use, and for each class and export that nothing uses.
pub(super) fn table(gathered: &Gathered) -> Table {
    let header = ["What", "Name", "Namespace", "Size", "Class or export", "Kept on", "Saved to"];
    let bases = |one: &Use| {
        let names = one.makers.iter().filter_map(|maker| gathered.makers.get(maker));
        names.map(base_name).collect::<Vec<_>>().join(", ")
    };
    let mut rows = Vec::new();
    for one in &gathered.uses {
        let cells = [
            kind(one.kind).to_owned(),
            one.name.clone(),
            one.namespace.clone(),
            one.size.clone(),
            made_of(one),
            bases(one),
            saved(one),
        ];
        rows.push(cells.to_vec());
    }
    let used = |maker: &Maker| gathered.uses.iter().any(|one| one.makers.contains(maker));
    for (maker, base) in gathered.makers.iter().filter(|(maker, _)| !used(maker)) {
        let cells = ["unused", &maker_name(maker), "", "", "", &base_name(base), ""];
        rows.push(cells.map(str::to_owned).to_vec());
    }
    Table { header: header.map(str::to_owned).to_vec(), rows }
}

pub(super) fn titles(uses: &[&Use]) -> String {
    listed(uses.iter().map(|one| one.name.as_str()), 12)
}
