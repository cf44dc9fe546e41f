//! Findings and answers as text, JSON or annotations.
//!
//! In: a report. Out: standard output for what was asked for, standard error for what is wrong.
//! Format of annotations:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::live::Row;
use super::{Format, Options, Report};
use crate::badge::lint::Finding;
use crate::cli::{Failure, report};
use crate::diagnostic::{Severity, TextReport, render_text};

pub(super) fn print(told: &Report, options: &Options) -> Result<(), Failure> {
    let is_shown = |finding: &&Finding| options.notes || finding.severity != Severity::Note;
    let shown: Vec<_> = told.findings.iter().filter(is_shown).collect();
    match options.format {
        Format::Text => text(told, &shown),
        Format::Json => report::print(&format!("{:#}\n", as_json(told))),
        Format::Github => report::print(&annotations(&told.path, &shown)),
    }
}

fn text(told: &Report, shown: &[&Finding]) -> Result<(), Failure> {
    let reports: Vec<_> = shown.iter().map(|finding| as_report(finding)).collect();
    let colour = report::is_terminal_with_colour();
    report::warn(&render_text(&reports, &told.path, &told.text, colour));
    if let Some(rows) = &told.rows {
        report::print(&table(rows))?;
    }
    let n_hidden = told.findings.len() - shown.len();
    let hint = if n_hidden > 0 { " (`--notes` prints them)" } else { "" };
    let counts = counts(&told.findings);
    if told.findings.iter().any(|finding| finding.severity != Severity::Note) {
        report::warn(&format!("{}: {counts}{hint}\n", told.path));
        return Ok(());
    }
    let counts = if counts.is_empty() { String::new() } else { format!("; {counts}{hint}") };
    let n_entries = told.n_entries;
    report::print(&format!(
        "{}: {n_entries} badges and graphs, nothing is wrong{counts}\n",
        told.path
    ))
}

fn as_report(finding: &Finding) -> TextReport<'_> {
    let place = finding.place.map(|at| (at.line as usize, at.column as usize, finding.length));
    TextReport {
        severity: finding.severity,
        code: finding.code,
        message: &finding.message,
        label: finding.label.trim(),
        place,
        help: finding.help.as_deref(),
    }
}

/// `2 errors, 1 warning`.
fn counts(findings: &[Finding]) -> String {
    let kinds =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let counted = kinds.into_iter().filter_map(|(severity, word)| {
        let number = findings.iter().filter(|finding| finding.severity == severity).count();
        let plural = if number == 1 { "" } else { "s" };
        (number > 0).then(|| format!("{number} {word}{plural}"))
    });
    counted.collect::<Vec<_>>().join(", ")
}

fn as_json(told: &Report) -> Value {
    let finding = |one: &Finding| {
        json!({
            "severity": word(one.severity),
            "code": one.code,
            "message": one.message,
            "line": one.place.map(|at| at.line),
            "column": one.place.map(|at| at.column),
            "length": one.place.map(|_| one.length),
            "help": one.help,
        })
    };
    let row = |row: &Row| {
        json!({
            "kind": row.kind,
            "id": row.id,
            "message": row.message,
            "color": row.color,
            "series": row.n_series,
            "milliseconds": row.took.as_millis() as u64,
        })
    };
    let findings: Vec<_> = told.findings.iter().map(finding).collect();
    let mut whole = json!({ "path": told.path, "entries": told.n_entries, "findings": findings });
    if let Some(rows) = &told.rows {
        whole["live"] = rows.iter().map(row).collect();
    }
    whole
}

fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

fn annotations(path: &str, findings: &[&Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let level = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "notice",
        };
        let _ = write!(out, "::{level} file={}", property(path));
        if let Some(at) = finding.place {
            let _ = write!(out, ",line={},col={}", at.line, at.column);
        }
        let help = finding.help.as_ref().map(|help| format!("; {help}")).unwrap_or_default();
        let message = escaped(&format!("{}{help}", finding.message));
        let _ = writeln!(out, ",title={}::{message}", property(finding.code));
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    escaped(text).replace(':', "%3A").replace(',', "%2C")
}

/// One line for each badge and graph, in columns.
fn table(rows: &[Row]) -> String {
    let head = ["id", "message", "colour", "series", "time"].map(str::to_owned);
    let cells = rows.iter().map(|row| {
        let n_series = row.n_series.map_or_else(|| "-".to_owned(), |number| number.to_string());
        let color = row.color.clone().unwrap_or_else(|| "-".to_owned());
        let name = if row.kind == "graph" { format!("{} (graph)", row.id) } else { row.id.clone() };
        [
            name,
            visible(&row.message),
            visible(&color),
            n_series,
            format!("{} ms", row.took.as_millis()),
        ]
    });
    let lines: Vec<_> = std::iter::once(head).chain(cells).collect();
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max();
    let widths: Vec<_> = (0..5).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for line in &lines {
        let padded = line.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        let _ = writeln!(out, "{}", padded.collect::<Vec<_>>().join("  ").trim_end());
    }
    out
}

/// A short text without control characters.
fn visible(text: &str) -> String {
    let plain = text.chars().map(|one| if one.is_control() { ' ' } else { one });
    plain.take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badge::spec::Place;

    #[test]
    fn annotations_are_escaped() {
        let finding = Finding {
            place: Some(Place { line: 3, column: 7 }),
            help: Some("100%\nsure".to_owned()),
            ..Finding::new(Severity::Warning, "badge/a", "a, b: c".to_owned())
        };
        let expected =
            "::warning file=a%2Cb.yaml,line=3,col=7,title=badge/a::a, b: c; 100%25%0Asure\n";
        assert_eq!(annotations("a,b.yaml", &[&finding]), expected);
        let nowhere = Finding::new(Severity::Note, "badge/a", "b".to_owned());
        assert_eq!(annotations("c", &[&nowhere]), "::notice file=c,title=badge/a::b\n");
    }
}
