//! Colours that nobody knows, and which therefore become green.
//!
//! In: expressions and label colours. Out: warnings for texts that are written out. What an
//! expression puts together is not judged.

use super::part::Part;
use super::{Finding, Severity, scale, tree};
use crate::badge::color;
use crate::badge::spec::Config;
use crate::diagnostic::closest;

const CODE: &str = "badge/unknown-colour";

/// Looks at what an expression for a colour can give.
pub(super) fn expression(part: &Part, findings: &mut Vec<Finding>) {
    let found = tree::read(part.source, |tree| {
        let mut found = vec![];
        tree::leaves(tree.root, &mut |leaf| {
            let of_scale = scale::lists(leaf).map(|(_, colors)| colors.iter().collect());
            for at in of_scale.unwrap_or_else(|| vec![leaf]) {
                if let Some(text) = tree::text(at).filter(|text| color::parse(text).is_none()) {
                    let what = unknown(text);
                    let finding = part.finding(Severity::Warning, CODE, &what, tree.span(at));
                    found.push(advised(finding, text));
                }
            }
        });
        found
    });
    findings.extend(found.unwrap_or_default());
}

/// Looks at the colours of labels: each once, wherever it is first used.
pub(super) fn labels(config: &Config, file: &str, findings: &mut Vec<Finding>) {
    let defaults = config.badge_defaults.label_color.as_deref();
    let mut known = vec![];
    if let Some(text) = defaults {
        known.push(text);
        findings.extend(label("defaults", "labelColor", text, file));
    }
    for spec in &config.badges {
        let colors = [
            ("labelColor", &spec.look.label_color),
            ("darkLabelColor", &spec.look.dark_label_color),
        ];
        for (key, text) in colors {
            let text = text.as_deref().filter(|text| !known.contains(text));
            if let Some(text) = text {
                known.push(text);
                findings.extend(label(&format!("badge `{}`", spec.id), key, text, file));
            }
        }
    }
}

fn label(owner: &str, key: &str, text: &str, file: &str) -> Option<Finding> {
    if color::parse(text).is_some() {
        return None;
    }
    let part = Part { owner, key, source: text, place: None, file };
    let finding = part.finding(Severity::Warning, CODE, &unknown(text), 0..text.len());
    Some(advised(finding, text))
}

fn unknown(text: &str) -> String {
    format!("`{text}` is no colour that is known, and is shown as green")
}

fn advised(finding: Finding, text: &str) -> Finding {
    let is_hex = matches!(text.trim_start_matches('#').len(), 4..=9) && text.starts_with('#');
    match closest(&text.to_ascii_lowercase(), color::names()) {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if is_hex => finding.help("write three, four, six or eight digits of 0-9 and a-f"),
        None => finding,
    }
}
