//! A gallery that shows nothing because everything is hidden.
//!
//! In: a configuration. Out: a warning.

use super::part::Part;
use super::{Finding, Severity};
use crate::badge::spec::Config;

pub(super) fn check(config: &Config, file: &str, findings: &mut Vec<Finding>) {
    let hidden = config.badges.iter().map(|spec| spec.hidden);
    let mut hidden = hidden.chain(config.graphs.iter().map(|spec| spec.hidden)).peekable();
    if !config.gallery || hidden.peek().is_none() || !hidden.all(|is_hidden| is_hidden) {
        return;
    }
    let part = Part { owner: "gallery", key: "hidden", source: "hidden: true", place: None, file };
    let what = "every badge and graph is hidden, so the gallery is empty";
    let at = 0..part.source.len();
    let finding = part.finding(Severity::Warning, "badge/empty-gallery", what, at);
    findings
        .push(finding.help("switch it off with `gallery: {enabled: false}`, or show something"));
}
