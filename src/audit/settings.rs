//! What `findings:` of `site/site.yaml` makes of the findings: [`settle`].
//!
//! In: findings, the parsed file, and the date of today. Out: what is left to report, what is
//! acknowledged with its reason, and what is wrong in the settings. It never looks at a clock.

mod read;

use serde::Serialize;

use super::{EntityKind, Finding, Item};
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Documents, Sources};
use read::{Acknowledgement, Level};

/// Findings after the user's settings.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    /// What is left to report.
    pub findings: Vec<Finding>,
    /// What somebody has said is meant.
    pub acknowledged: Vec<Acknowledged>,
    /// What is wrong in the settings.
    pub diagnostics: Vec<Diagnostic>,
}

/// A finding that somebody has said is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledged {
    /// The finding; of many things only those that are meant.
    pub finding: Finding,
    /// Why.
    pub reason: String,
    /// Last day on which that holds, as `2027-01-31`.
    pub until: Option<String>,
}

/// Applies the settings; `today` is a date such as `2026-11-24`.
pub fn settle(
    findings: Vec<Finding>,
    sources: &Sources,
    documents: &Documents,
    today: &str,
) -> Settled {
    let (settings, diagnostics) = read::read(sources, documents);
    let mut settled = Settled { diagnostics, ..Settled::default() };
    let mut used = vec![false; settings.acknowledge.len()];
    for mut finding in findings {
        match settings.severity.get(finding.code) {
            Some(Level::Off) => continue,
            Some(Level::Severity(severity)) => finding.severity = *severity,
            None => {}
        }
        let mut left = Some(finding);
        for (at, one) in settings.acknowledge.iter().enumerate() {
            left = left.and_then(|finding| take(finding, one, today, &mut used[at], &mut settled));
        }
        settled.findings.extend(left);
    }
    super::sort(&mut settled.findings);
    let unused = settings.acknowledge.iter().zip(used).filter(|(_, used)| !used);
    settled.diagnostics.extend(unused.map(|(one, _)| unmatched(one)));
    settled
}

fn unmatched(one: &Acknowledgement) -> Diagnostic {
    let message = format!("no finding `{}` at `{}` is there to acknowledge", one.code, one.place);
    Diagnostic::note("config/acknowledgement-unused", message)
        .at(one.span)
        .help("remove the entry, or correct `where`: the id of a thing, or a path")
}

/// What is left of a finding after one acknowledgement.
fn take(
    mut finding: Finding,
    one: &Acknowledgement,
    today: &str,
    used: &mut bool,
    settled: &mut Settled,
) -> Option<Finding> {
    if finding.code != one.code {
        return Some(finding);
    }
    let is_whole = matches_whole(&finding, &one.place);
    let (meant, open): (Vec<Item>, Vec<Item>) =
        finding.items.iter().cloned().partition(|item| is_whole || matches_item(item, &one.place));
    if !is_whole && meant.is_empty() {
        return Some(finding);
    }
    *used = true;
    if let Some(until) = one.until.as_ref().filter(|until| until.as_str() < today) {
        let ended = format!("the acknowledgement ended on {until}: {}", one.reason);
        let glue = if finding.help.is_empty() { "" } else { "; " };
        finding.help = format!("{}{glue}{ended}", finding.help);
        return Some(finding);
    }
    let number = meant.len();
    let part = Finding { items: meant, ..finding.clone() };
    let (reason, until) = (one.reason.clone(), one.until.clone());
    settled.acknowledged.push(Acknowledged { finding: part, reason, until });
    if is_whole || open.is_empty() {
        return None;
    }
    finding.source = open[0].source.clone().or(finding.source);
    finding.items = open;
    finding.message = format!("{}; {number} of them acknowledged", without_count(&finding.message));
    Some(finding)
}

/// A message without what an earlier acknowledgement has added.
fn without_count(message: &str) -> &str {
    message
        .strip_suffix(" of them acknowledged")
        .and_then(|rest| rest.rsplit_once("; "))
        .map_or(message, |(rest, _)| rest)
}

/// Whether the whole finding is meant: by what it is about, or by its file where it is one thing.
fn matches_whole(finding: &Finding, place: &str) -> bool {
    // The apps of a list are those of its items.
    let counts = |kind: EntityKind| finding.items.is_empty() || kind != EntityKind::App;
    let by_entity = finding.entities.iter().any(|it| counts(it.kind) && fits(place, &it.id));
    let by_path =
        finding.items.is_empty() && finding.source.as_ref().is_some_and(|at| fits(place, &at.path));
    by_entity || by_path
}

fn matches_item(item: &Item, place: &str) -> bool {
    let by_entity = item.entity.as_ref().is_some_and(|entity| fits(place, &entity.id));
    by_entity
        || item.source.as_ref().is_some_and(|at| fits(place, &at.path))
        || item.text.split('`').nth(1).is_some_and(|name| fits(place, name))
}

/// Whether a text fits a pattern in which `*` stands for anything but `/`, and `**` for anything.
fn fits(pattern: &str, text: &str) -> bool {
    let Some(star) = pattern.find('*') else { return pattern == text };
    let Some(rest) = text.strip_prefix(&pattern[..star]) else { return false };
    let after = pattern[star..].trim_start_matches('*');
    let crosses = pattern[star..].starts_with("**");
    let ends = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    let within = |end: &usize| crosses || !rest[..*end].contains('/');
    ends.take_while(within).any(|end| fits(after, &rest[end..]))
}

impl Settled {
    /// Whether anything is as bad as `severity`, or worse.
    pub fn reaches(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity <= severity)
    }
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        let check =
            |pattern, text, expected| assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        check("media/plex", "media/plex", true);
        check("media/*", "media/plex", true);
        check("media/*", "media/a/b", false);
        check("kubernetes/**/pvc.yaml", "kubernetes/apps/a/pvc.yaml", true);
        check("**", "a/b", true);
        check("*", "a/b", false);
        check("a*c", "abd", false);
    }
}
