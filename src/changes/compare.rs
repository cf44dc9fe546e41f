//! Two sets of things → [`Change`]s.
//!
//! In: things by kind and name. Out: what came, what went, and which values differ, sorted as
//! people read names. Sources are told but never compared.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::thing::{Field, Held, Thing, Things};
use super::{Action, Change, Kind, Places};

/// All differences.
pub(super) fn compare(old: Things, mut new: Things) -> Vec<Change> {
    let mut changes = vec![];
    for ((kind, name), before) in old.0 {
        match new.0.remove(&(kind, name.clone())) {
            Some(after) => fields(kind, &name, before, after, &mut changes),
            None => changes.push(whole(kind, name, Action::Removed, before)),
        }
    }
    for ((kind, name), after) in new.0 {
        changes.push(whole(kind, name, Action::Added, after));
    }
    // A stable sort: fields keep the order that their thing gives them.
    changes.sort_by(|left, right| {
        let by_name = || natural(&left.entity, &right.entity);
        left.kind.cmp(&right.kind).then_with(by_name)
    });
    changes
}

fn natural(left: &str, right: &str) -> Ordering {
    natord::compare(left, right).then_with(|| left.cmp(right))
}

/// A thing that came or went.
fn whole(kind: Kind, entity: String, action: Action, thing: Thing) -> Change {
    let about = Some(thing.summary.join(", ")).filter(|words| !words.is_empty());
    let change = Change { action, ..empty(kind, entity) };
    if action == Action::Removed {
        let sources = Places { before: thing.source, after: None };
        return Change { before: about, sources, ..change };
    }
    Change { after: about, sources: Places { before: None, after: thing.source }, ..change }
}

fn empty(kind: Kind, entity: String) -> Change {
    Change {
        kind,
        action: Action::Changed,
        entity,
        field: None,
        of: None,
        before: None,
        after: None,
        removed: vec![],
        added: vec![],
        sources: Places::default(),
    }
}

/// The values of a thing that is in both.
fn fields(kind: Kind, name: &str, before: Thing, mut after: Thing, changes: &mut Vec<Change>) {
    let places = Places { before: before.source, after: after.source };
    for (key, old) in before.fields {
        let new = after.fields.shift_remove(&key);
        changes.extend(field(kind, name, &places, Some(old), new));
    }
    for (_, new) in after.fields {
        changes.extend(field(kind, name, &places, None, Some(new)));
    }
}

fn field(
    kind: Kind,
    entity: &str,
    whole: &Places,
    old: Option<Field>,
    new: Option<Field>,
) -> Option<Change> {
    let (name, of) = {
        let either = new.as_ref().or(old.as_ref())?;
        (either.name, either.of.clone())
    };
    // A container that is new is told by the list of containers, and not once for each value.
    if of.is_some() && !matches!(name, "image" | "setting") && (old.is_none() || new.is_none()) {
        return None;
    }
    let sources = Places {
        before: old.as_ref().and_then(|one| one.source.clone()).or_else(|| whole.before.clone()),
        after: new.as_ref().and_then(|one| one.source.clone()).or_else(|| whole.after.clone()),
    };
    let change =
        Change { field: Some(name.to_owned()), of, sources, ..empty(kind, entity.to_owned()) };
    match (old.map(|one| one.value), new.map(|one| one.value)) {
        (Some(Held::Set(old)), Some(Held::Set(new))) => lists(change, &old, &new),
        (Some(Held::Set(old)), _) => lists(change, &old, &BTreeSet::new()),
        (_, Some(Held::Set(new))) => lists(change, &BTreeSet::new(), &new),
        (old, new) => values(change, old, new),
    }
}

fn lists(change: Change, old: &BTreeSet<String>, new: &BTreeSet<String>) -> Option<Change> {
    let differ = old != new;
    let removed = old.difference(new).cloned().collect();
    let added = new.difference(old).cloned().collect();
    differ.then_some(Change { removed, added, ..change })
}

fn values(change: Change, old: Option<Held>, new: Option<Held>) -> Option<Change> {
    let is_version = matches!(old.as_ref().or(new.as_ref()), Some(Held::Version(_)));
    let (before, after) = (one(old), one(new));
    if before == after {
        return None;
    }
    let (before, after) = if is_version { without_digests(before, after) } else { (before, after) };
    let action = match (&before, &after) {
        (Some(before), Some(after)) if is_version => direction(before, after),
        _ => Action::Changed,
    };
    Some(Change { action, before, after, ..change })
}

fn one(held: Option<Held>) -> Option<String> {
    match held? {
        Held::One(value) | Held::Version(value) => value,
        Held::Set(_) => None,
    }
}

/// Digests are shown only where they alone differ.
fn without_digests(
    before: Option<String>,
    after: Option<String>,
) -> (Option<String>, Option<String>) {
    let tag = |version: &Option<String>| {
        let version = version.as_deref()?;
        Some(version.split('@').next().unwrap_or(version).to_owned())
    };
    let (old, new) = (tag(&before), tag(&after));
    if old == new { (before, after) } else { (old, new) }
}

/// Whether a version went up or down; changed where their shapes differ, such as `latest`.
fn direction(before: &str, after: &str) -> Action {
    let (Some(old), Some(new)) = (numbers(before), numbers(after)) else { return Action::Changed };
    // `1.2.0-alpine` and `1.2.1-debian` are no two versions of one thing.
    match old.0.cmp(&new.0) {
        _ if old.1 != new.1 => Action::Changed,
        Ordering::Less => Action::Upgraded,
        Ordering::Greater => Action::Downgraded,
        Ordering::Equal => Action::Changed,
    }
}

/// The dotted numbers that a version begins with, and what follows.
fn numbers(version: &str) -> Option<(Vec<u64>, &str)> {
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    let end = version.find(|at: char| !at.is_ascii_digit() && at != '.').unwrap_or(version.len());
    let (head, rest) = version.split_at(end);
    let mut numbers = head.split('.').map(str::parse).collect::<Result<Vec<u64>, _>>().ok()?;
    while numbers.last() == Some(&0) {
        numbers.pop();
    }
    Some((numbers, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_go_up_and_down() {
        let check = |before, after, expected| assert_eq!(direction(before, after), expected);
        check("1.42.1", "1.42.2", Action::Upgraded);
        check("v1.9.0", "v1.10.0", Action::Upgraded);
        check("1.10", "1.9.3", Action::Downgraded);
        check("2025.1.0", "2025.12.0", Action::Upgraded);
        check("16-alpine", "17-alpine", Action::Upgraded);
        check("16-alpine", "17-bookworm", Action::Changed);
        check("latest", "1.0", Action::Changed);
        check("1.0", "1.0.0", Action::Changed);
        check("99999999999999999999", "1", Action::Changed);
        check("", "", Action::Changed);
    }
}
