//! Files that name different versions of one thing.
//!
//! In: all places that name a version of the platform. Out: one finding for each component that
//! they disagree about.

use std::collections::BTreeMap;

use crate::audit::{EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::inventory::VersionNote;

pub(super) const RULE: Rule = Rule {
    code: "versions/drift",
    severity: Severity::Warning,
    title: "Two files name different versions of one thing",
    explanation:
        "\
Several files say which version of a component runs, and they disagree. One of them is out of \
date: a new node, or a rebuild of the cluster, gets another version than what runs now. Let \
Renovate change them together (a group), or let one file read the other.

It is a note where only the bootstrap differs, which matters at the next rebuild alone. Client \
tools may be newer than what they talk to, so they never start a finding; they are shown beside it.",
    blind_spot: "What runs now is not visible.",
    example: "# talos/talenv.yaml\ntalosVersion: v1.13.4\n# terraform.tfvars\ntalos_version = \"1.13.8\"",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let mut components: BTreeMap<&str, Vec<&VersionNote>> = BTreeMap::new();
    for note in &input.cluster.versions {
        components.entry(&note.component).or_default().push(note);
    }
    components.into_iter().filter_map(|(name, notes)| finding(rule, name, &notes)).collect()
}

fn finding(rule: &Rule, component: &str, notes: &[&VersionNote]) -> Option<Finding> {
    let decides = |note: &&&VersionNote| note.origin != "tool" && version(note).is_some();
    let deciding: Vec<&VersionNote> = notes.iter().filter(decides).copied().collect();
    let first = deciding.first()?;
    let other = deciding.iter().find(|note| version(note) != version(first))?;
    let settled: Vec<_> = deciding.iter().filter(|note| note.origin != "bootstrap").collect();
    let only_bootstrap = settled.iter().all(|note| version(note) == version(settled[0]));
    let message = format!(
        "{component} is {} in one file and {} in another",
        first.version.shown(),
        other.version.shown()
    );
    let mut finding = rule
        .finding(message)
        .at_any(first.version.source.as_ref())
        .about(EntityKind::Component, component)
        .help("make them agree, and let one update change both");
    if only_bootstrap {
        finding = finding.severity(Severity::Note);
    }
    let others =
        notes.iter().filter(|note| !std::ptr::eq(**note, *first) && version(note).is_some());
    for note in others.filter(|note| version(note) != version(first)) {
        let source = note.version.source.as_ref()?;
        finding = finding.related(source, format!("{} ({})", note.version.shown(), note.origin));
    }
    Some(finding)
}

/// The version without `v`, where it is one whole version and no range.
fn version(note: &VersionNote) -> Option<&str> {
    let text = note.version.get()?.trim().trim_start_matches('v');
    let is_whole = text.split('.').count() > 2
        && text.starts_with(|first: char| first.is_ascii_digit())
        && !text.contains(['x', '*', '>', '<', '^', '~', ' ']);
    is_whole.then_some(text)
}
