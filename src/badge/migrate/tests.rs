//! Files of older schemas and what becomes of them.

mod everything;
mod hostile;
mod values;

use std::fmt::Write as _;

use super::*;
use crate::badge::spec::{Config, Known, parse};
use crate::badge::value::check_expressions;
use crate::badge::{Font, graph::Theme, icon};
use crate::diagnostic::{Place, Severity};
use crate::source::Root;

/// The new text and the notes as `severity code line:column message`.
fn migrated(text: &str) -> (String, String) {
    let sources = Sources::from_memory([("old.yaml", text.as_bytes())]);
    let file = sources.find(Root::Repository, "old.yaml").expect("a file");
    let Migration::Migrated { text, notes } = migrate(&sources, file) else {
        panic!("not migrated: {text}")
    };
    (text, shown(&notes, &sources))
}

fn shown(notes: &[Diagnostic], sources: &Sources) -> String {
    let mut shown = String::new();
    for note in notes {
        let severity = match note.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        };
        let at = match note.place {
            Place::Span(span) => {
                let at = sources.position(span.file, span.start);
                format!("{}:{}", at.line, at.column)
            }
            _ => "-".to_owned(),
        };
        let _ = writeln!(shown, "{severity} {} {at} {}", note.code, note.message);
    }
    shown
}

/// The new file as the server reads it.
#[track_caller]
fn config(text: &str) -> Config {
    let known = Known {
        icon: &icon::exists,
        theme: &|name| Theme::named(name).is_some(),
        font: &|name| Font::from_name(name).is_some(),
    };
    let parsed = parse(text, &known);
    let config = parsed.unwrap_or_else(|error| panic!("{error}\n{text}"));
    check_expressions(&config).unwrap_or_else(|error| panic!("{error}\n{text}"));
    config
}

/// The folder with configurations of other people, which is no part of the project.
#[expect(clippy::disallowed_methods, reason = "the test reads files outside of the repository")]
fn real_file(name: &str) -> Option<String> {
    let shared = std::env::var("RACKBOOK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&shared).join("kromgo/configs").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        // Written past the test harness, which shows what passing tests print to nobody.
        let _ = std::io::Write::write_fmt(
            &mut std::io::stderr(),
            format_args!("skipped: `{}` cannot be read\n", path.display()),
        );
    }
    text
}

#[test]
fn a_real_file_keeps_its_ids_and_comments() {
    let Some(text) = real_file("gavinmcfall_home-ops.LEGACY-v0.11-.config.yaml") else { return };
    let (new, notes) = migrated(&text);
    let names = text.lines().filter_map(|line| line.strip_prefix("  - name: "));
    let config = config(&new);
    let ids: Vec<_> = config.badges.iter().map(|badge| badge.id.as_str()).collect();
    assert_eq!(ids, names.collect::<Vec<_>>());
    assert!(!notes.contains("warning"), "{notes}");
    let comments = |text: &str| {
        let lines = text.lines().map(str::trim).filter(|line| line.starts_with('#'));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let kept = comments(&new);
    for comment in comments(&text).iter().filter(|line| !line.contains("yaml-language-server")) {
        assert!(kept.contains(comment), "`{comment}` is lost");
    }
}

#[test]
fn real_files_of_today_are_left_alone() {
    for name in ["chrede88_home-ops.config.yaml", "onedr0p_home-ops.config-from-helmrelease.yaml"] {
        let Some(text) = real_file(name) else { continue };
        let sources = Sources::from_memory([("new.yaml", text.as_bytes())]);
        let file = sources.find(Root::Repository, "new.yaml").expect("a file");
        assert!(matches!(migrate(&sources, file), Migration::Current), "{name}");
    }
}
