//! Diagnostics as text for people, by annotate-snippets.
//!
//! In: diagnostics and the sources they point into. Out: one string, with or without ANSI colour.
//! It never prints, and never shows a line that holds ciphertext.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Place, Severity};
use crate::source::{Sources, Span};

/// The reports of all diagnostics, in the order given, each followed by an empty line.
///
/// `colour` adds ANSI styles; the text reads the same without.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for diagnostic in diagnostics {
        let _ = writeln!(out, "{}\n", report(diagnostic, sources, &renderer));
    }
    out
}

/// One line that counts them: `2 errors, 1 warning`; empty where there are none.
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|one| one.severity == severity).count();
    let kinds =
        [(Severity::Error, "error"), (Severity::Warning, "warning"), (Severity::Note, "note")];
    let parts: Vec<_> = kinds
        .into_iter()
        .map(|(severity, word)| (count(severity), word))
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{number} {word}{}", if number == 1 { "" } else { "s" }))
        .collect();
    parts.join(", ")
}

fn report(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match &diagnostic.place {
        Place::Path(path) => format!("{} ({path})", diagnostic.message),
        _ => diagnostic.message.clone(),
    };
    let mut group = Group::with_title(level.primary_title(message).id(diagnostic.code));
    if let Place::Span(span) = diagnostic.place {
        group = group.element(snippet(span, &diagnostic.label, AnnotationKind::Primary, sources));
    }
    for related in &diagnostic.related {
        group =
            group.element(snippet(related.span, &related.label, AnnotationKind::Context, sources));
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(note.clone()));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.clone()));
    }
    renderer.render(&[group])
}

/// The lines of a span alone, so that a report of a large file stays small and quick.
fn snippet<'a>(
    span: Span,
    label: &'a str,
    kind: AnnotationKind,
    sources: &'a Sources,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let file = sources.file(span.file);
    let text = sources.text(span.file);
    let start = floor(text, span.range().start.min(text.len()));
    let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
    let end = floor(text, span.range().end.clamp(start, line_end));
    let line = sources.position(span.file, start as u32).line as usize;
    let shown = text[line_start..line_end].trim_end_matches('\r');
    let local = start - line_start..(end - line_start).max(start - line_start);
    let local = local.start.min(shown.len())..local.end.min(shown.len());
    let snippet = Snippet::source(cut(shown)).line_start(line).path(file.path.as_str());
    let clamp = |at: usize| at.min(cut(shown).len());
    let annotation = kind.span(clamp(local.start)..clamp(local.end));
    snippet.annotation(if label.is_empty() { annotation } else { annotation.label(label) })
}

/// A line without ciphertext, and not longer than a screen can hold.
fn cut(line: &str) -> &str {
    let end = line.find("ENC[").unwrap_or(line.len()).min(400);
    &line[..floor(line, end)]
}

fn floor(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
