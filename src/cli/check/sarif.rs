//! The report as SARIF 2.1.0, for code scanning.
//!
//! In: entries. Out: one run with a rule for each code that is used and a result for each entry;
//! what is acknowledged is suppressed with its reason. Format:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{Entry, Located, committed};
use crate::audit::{READING, rule};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::Sources;

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stays as it is in a path of a URI.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

pub(super) fn text(entries: &[Entry<'_>], sources: &Sources) -> String {
    let codes: BTreeSet<&str> = entries.iter().map(|entry| entry.diagnostic.code).collect();
    let codes: Vec<&str> = codes.into_iter().collect();
    let report = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Rackbook",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": codes.iter().map(|code| described(code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": entries.iter().map(|entry| result(entry, &codes, sources)).collect::<Vec<_>>(),
        }],
    });
    format!("{report:#}\n")
}

fn described(code: &str) -> Value {
    let reading = READING.iter().find(|one| one.code == code);
    let (title, text, level) = match (rule(code), reading) {
        (Some(rule), _) => (rule.title, rule.explanation, Some(rule.severity.word())),
        (None, Some(one)) => (one.title, one.explanation, None),
        (None, None) => (code, code, None),
    };
    let blind = rule(code).map(|rule| rule.blind_spot).filter(|text| !text.is_empty());
    let help = match blind {
        Some(blind) => format!("{text}\n\nWhat it cannot see: {blind}"),
        None => text.to_owned(),
    };
    let mut rule = json!({
        "id": code,
        "shortDescription": { "text": title },
        "fullDescription": { "text": text },
        "help": { "text": help, "markdown": help },
    });
    if let Some(level) = level {
        rule["defaultConfiguration"] = json!({ "level": level });
    }
    rule
}

fn result(entry: &Entry<'_>, codes: &[&str], sources: &Sources) -> Value {
    let one = &entry.diagnostic;
    let mut result = json!({
        "ruleId": one.code,
        "ruleIndex": codes.iter().position(|code| *code == one.code),
        "level": one.severity.word(),
        "message": { "text": message(one) },
    });
    // Code scanning needs a place: what is about no file is about the repository's own.
    let place = committed(&one.place, sources);
    let place = place.unwrap_or_else(|| Located { path: "README.md".to_owned(), lines: None });
    result["locations"] = json!([{ "physicalLocation": physical(&place) }]);
    let related: Vec<Value> = related(entry, sources);
    if !related.is_empty() {
        result["relatedLocations"] = Value::Array(related);
    }
    if let Some(meant) = entry.acknowledged {
        result["suppressions"] = json!([{ "kind": "external", "justification": meant.reason }]);
    }
    result
}

fn message(one: &Diagnostic) -> String {
    let mut parts = vec![one.message.clone()];
    parts.extend(one.notes.iter().cloned());
    parts.extend(one.help.as_ref().map(|help| format!("help: {help}")));
    parts.join("\n")
}

fn physical(place: &Located) -> Value {
    let uri = utf8_percent_encode(&place.path, PATH).to_string();
    let mut physical = json!({ "artifactLocation": { "uri": uri, "uriBaseId": "%SRCROOT%" } });
    if let Some((line, column, end)) = place.lines {
        let mut region = json!({ "startLine": line, "startColumn": column });
        if end > column {
            region["endColumn"] = json!(end);
        }
        physical["region"] = region;
    }
    physical
}

/// Second places, and those of items.
fn related(entry: &Entry<'_>, sources: &Sources) -> Vec<Value> {
    let labels = entry.diagnostic.related.iter().map(|one| (one.label.as_str(), one.span));
    let items = entry.finding.map_or(&[][..], |finding| finding.items.as_slice());
    let items =
        items.iter().filter_map(|item| Some((item.text.as_str(), item.source.as_ref()?.span)));
    let all = labels.chain(items).enumerate();
    all.filter_map(|(id, (label, span))| {
        let place = committed(&Place::Span(span), sources)?;
        Some(
            json!({ "id": id, "message": { "text": label }, "physicalLocation": physical(&place) }),
        )
    })
    .collect()
}
