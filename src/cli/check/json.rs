//! The report for scripts.
//!
//! In: entries. Out: one JSON object with `summary` and `findings`, each entry with `code`,
//! `severity`, `message`, `path`, `line`, `column`, `help`, and what findings have besides.

use serde_json::{Map, Value, json};

use super::{Entry, located};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::source::Sources;

pub(super) fn text(entries: &[Entry<'_>], sources: &Sources) -> String {
    let open = |severity| {
        let of = entries.iter().filter(|it| it.acknowledged.is_none());
        of.filter(|it| it.diagnostic.severity == severity).count()
    };
    let report = json!({
        "version": 1,
        "summary": {
            "error": open(Severity::Error),
            "warning": open(Severity::Warning),
            "note": open(Severity::Note),
            "acknowledged": entries.iter().filter(|it| it.acknowledged.is_some()).count(),
        },
        "findings": entries.iter().map(|entry| one(entry, sources)).collect::<Vec<_>>(),
    });
    format!("{report:#}\n")
}

fn one(entry: &Entry<'_>, sources: &Sources) -> Value {
    let Diagnostic { severity, code, message, place, label, related, help, .. } = &entry.diagnostic;
    let mut map = Map::new();
    let mut set = |key: &str, value: Value| map.insert(key.to_owned(), value);
    set("code", json!(code));
    set("severity", json!(severity.word()));
    set("message", json!(message));
    set_place(&mut set, place, sources);
    let help = help.as_ref().filter(|help| !help.is_empty());
    set("help", json!(help));
    if let Some(finding) = entry.finding {
        set("blind_spot", json!(Some(finding.blind_spot).filter(|text| !text.is_empty())));
        set("entities", json!(finding.entities));
        set("items", json!(finding.items));
        set("related", json!(finding.related));
    } else {
        set("label", json!(label));
        let places = related.iter().map(|other| {
            let at = sources.position(other.span.file, other.span.start);
            let path = &sources.file(other.span.file).path;
            json!({ "label": other.label, "source": { "path": path, "line": at.line, "column": at.column } })
        });
        set("related", places.collect());
    }
    if let Some(meant) = entry.acknowledged {
        set("acknowledged", json!({ "reason": meant.reason, "until": meant.until }));
    }
    Value::Object(map)
}

fn set_place(set: &mut impl FnMut(&str, Value) -> Option<Value>, place: &Place, sources: &Sources) {
    let located = located(place, sources);
    let lines = located.as_ref().and_then(|it| it.lines);
    set("path", json!(located.as_ref().map(|it| &it.path)));
    set("line", json!(lines.map(|(line, ..)| line)));
    set("column", json!(lines.map(|(_, column, _)| column)));
}
