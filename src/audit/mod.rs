//! [`Cluster`] → [`Finding`]s: where prose, manifests and reality disagree, and what is missing.
//!
//! In: what the stages before made. Out: findings in the order of their files, each with a
//! permanent code, its place, what to do, and what the rule cannot see. A rule is one file in
//! `rules`, and [`RULES`] is the one list of them. Nothing here reads files, clocks or the cluster
//! itself, and a rule that cannot tell says nothing.

mod finding;
mod ranges;
mod reading;
mod rule;
mod rules;
mod settings;
#[cfg(test)]
mod tests;
mod words;

pub use finding::{Entity, EntityKind, Finding, Item, Note};
pub use reading::{READING, Reading};
pub use rule::Rule;
pub use rules::RULES;
pub use settings::{Acknowledged, Settled, settle};

use crate::diagnostic::{Diagnostic, closest};
use crate::gitops::{Effective, Object};
use crate::inventory::Cluster;
use crate::source::{Documents, Sources};

/// What rules read.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All files.
    pub sources: &'a Sources,
    /// Their trees.
    pub documents: &'a Documents,
    /// What Flux would apply.
    pub effective: &'a Effective,
    /// What was read from it.
    pub cluster: &'a Cluster,
    /// What reading and walking have said.
    pub diagnostics: &'a [Diagnostic],
}

impl<'a> Input<'a> {
    /// All objects that are seen: those of the walk, and what charts make where that was read.
    pub(crate) fn objects(&self) -> impl Iterator<Item = &'a Object> {
        let made = self.effective.rendered.iter().map(|one| &one.object);
        self.effective.objects.iter().chain(made)
    }
}

/// Everything that the rules find, sorted by severity, code and place.
///
/// Diagnostics of the walk that a rule [adopts] come back as findings: leave those
/// diagnostics out where both are shown.
pub fn audit(input: &Input<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        RULES.iter().flat_map(|rule| (rule.check)(input, rule)).collect();
    sort(&mut findings);
    findings
}

/// Whether a diagnostic of this code comes back from [`audit`] as a finding.
pub fn adopts(code: &str) -> bool {
    rules::ADOPTED.contains(&code)
}

/// The rule of a code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.code == code)
}

/// The nearest code that there is, findings before messages of reading.
pub fn closest_code(wrong: &str) -> Option<&'static str> {
    closest(wrong, RULES.iter().map(|rule| rule.code).chain(READING.iter().map(|one| one.code)))
}

/// The areas of all rules, such as `storage`, in their order.
pub fn areas() -> Vec<&'static str> {
    let mut areas: Vec<&str> = RULES.iter().map(Rule::area).collect();
    areas.dedup();
    areas
}

fn sort(findings: &mut [Finding]) {
    let key = |finding: &Finding| {
        let place = finding.source.as_ref().map(|at| (at.path.clone(), at.line, at.column));
        (finding.severity, finding.code, place, finding.message.clone())
    };
    findings.sort_by_cached_key(key);
}
