//! Ids that are two to us and one to something else.
//!
//! In: a configuration. Out: a warning for ids that differ in case alone, whose files become one
//! where the file system ignores case, and a note for those that differ in `.` and `-` alone.

use std::collections::BTreeMap;

use super::part::Part;
use super::{Finding, Severity};
use crate::badge::spec::Config;

pub(super) fn check(config: &Config, file: &str, findings: &mut Vec<Finding>) {
    let badges: Vec<_> = config.badges.iter().map(|spec| spec.id.as_str()).collect();
    let graphs: Vec<_> = config.graphs.iter().map(|spec| spec.id.as_str()).collect();
    for (kind, ids) in [("badge", badges), ("graph", graphs)] {
        for (one, other) in pairs(&ids, str::to_ascii_lowercase) {
            let what = format!("differs from `{one}` in case alone; as files they may be one");
            findings.push(finding(kind, other, file, Severity::Warning, &what));
        }
        for (one, other) in pairs(&ids, |id| id.replace('.', "-")) {
            let what =
                format!("differs from `{one}` in `.` and `-` alone; they are easily confused");
            findings.push(finding(kind, other, file, Severity::Note, &what));
        }
    }
}

/// The first id and a later one that become the same.
fn pairs<'a>(ids: &[&'a str], same: impl Fn(&str) -> String) -> Vec<(&'a str, &'a str)> {
    let mut first = BTreeMap::new();
    let mut pairs = vec![];
    for id in ids {
        match *first.entry(same(id)).or_insert(*id) {
            known if known == *id => {}
            known => pairs.push((known, *id)),
        }
    }
    pairs
}

fn finding(kind: &str, id: &str, file: &str, severity: Severity, what: &str) -> Finding {
    let owner = format!("{kind} `{id}`");
    let part = Part { owner: &owner, key: "id", source: id, place: None, file };
    let mut finding = part.finding(severity, "badge/similar-ids", what, 0..id.len());
    if let Some(place) = line_of(file, id) {
        finding.place = Some(place);
    }
    finding
}

/// The place of an id behind its key.
fn line_of(file: &str, id: &str) -> Option<crate::badge::spec::Place> {
    file.lines().enumerate().find_map(|(idx, line)| {
        let key = line.find("id:")?;
        let start = key + 3 + line[key + 3..].find(id)?;
        let rest = &line[start + id.len()..];
        let is_whole =
            !rest.starts_with(|at: char| at.is_ascii_alphanumeric() || "._-".contains(at));
        let column = line[..start].chars().count() as u64 + 1;
        is_whole.then_some(crate::badge::spec::Place { line: idx as u64 + 1, column })
    })
}
