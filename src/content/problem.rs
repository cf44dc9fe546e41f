//! What the template engine says is wrong becomes a diagnostic: [`Problem`].
//!
//! In: an error of `tera` and the template as it was prepared. Out: our words, at the bytes of the
//! author's file, with a suggestion where a name is missing.

use std::ops::Range;

use tera::ErrorKind;

use super::prepared::Prepared;
use super::tags::Piece;
use super::template::{Body, LIMIT};
use crate::diagnostic::{Diagnostic, Place, closest};

const SYNTAX: &str = "content/template-syntax";

/// The code of an expression that cannot be evaluated.
pub(super) const VALUE: &str = "content/template-value";

/// The code of a page that grows beyond the limit.
const TOO_LARGE: &str = "content/page-too-large";

/// What the engine says is wrong.
pub(super) struct Problem {
    /// The diagnostic's code.
    pub(super) code: &'static str,
    message: String,
    /// Where, in the masked template.
    pub(super) range: Range<usize>,
    /// Whether no tag can be blamed, so that none can be left out.
    pub(super) is_final: bool,
}

impl Problem {
    /// The problem that an error stands for.
    pub(super) fn new(error: &tera::Error, prepared: &Prepared) -> Self {
        let (code, report) = match error.kind() {
            ErrorKind::SyntaxError(report) => (SYNTAX, report),
            ErrorKind::RenderingError(report) => (VALUE, report),
            ErrorKind::Io(_) => {
                return Self::whole(
                    TOO_LARGE,
                    format!("the page grows beyond {} MiB", LIMIT >> 20),
                );
            }
            other => return Self::whole(SYNTAX, first_line(&other.to_string())),
        };
        let range = report.span().range.clone();
        let range = prepared.to_masked(range.start)..prepared.to_masked(range.end);
        Self { code, message: first_line(report.message()), range, is_final: false }
    }

    fn whole(code: &'static str, message: String) -> Self {
        Self { code, message, range: 0..1, is_final: true }
    }

    /// Whether the tag has been reported already.
    pub(super) fn is_known(&self, body: Body, parts: &[Piece], diagnostics: &[Diagnostic]) -> bool {
        let at = self.range.start;
        let tag = parts.iter().find_map(|part| match part {
            Piece::Tag(tag) if tag.range.contains(&at) => Some(body.span(tag.range.clone())),
            _ => None,
        });
        diagnostics.iter().any(|known| match known.place {
            Place::Span(span) => {
                self.is_final && self.code != TOO_LARGE
                    || tag.is_some_and(|tag| tag.range().contains(&(span.start as usize)))
            }
            _ => false,
        })
    }

    /// The diagnostic.
    pub(super) fn diagnostic(self, body: Body, masked: &str) -> Diagnostic {
        let mut range = self.range;
        range.end = range.end.max(range.start).min(masked.len());
        let (code, message, help) = match field(&self.message, masked, &range) {
            Some((message, help)) => ("content/unknown-fact", message, help),
            None if self.code == TOO_LARGE => {
                (self.code, self.message, Some("make its loops shorter".to_owned()))
            }
            None => (self.code, self.message, None),
        };
        let found = Diagnostic::error(code, message).at(body.span(range));
        match help {
            Some(help) => found.help(help),
            None => found,
        }
    }
}

/// Words of ours for the engine's about a missing name.
fn field(message: &str, masked: &str, range: &Range<usize>) -> Option<(String, Option<String>)> {
    let (text, start) = (masked.get(range.clone())?, range.start);
    let name = message.strip_prefix("field `").and_then(|rest| rest.split('`').next());
    let variable = message.strip_prefix("variable `").and_then(|rest| rest.split('`').next());
    let wrong = name.or(variable).unwrap_or(text);
    let is_missing = message.contains("is not defined") || message.contains("undefined");
    if !is_missing {
        return None;
    }
    let names: Vec<_> = message
        .split_once("Available fields: ")
        .or_else(|| message.split_once("Available variables: "))
        .map(|(_, names)| names.trim_end_matches('.').split(", ").collect())
        .unwrap_or_default();
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
    let before = &masked[..start];
    let parent = before[before.trim_end_matches(is_path).len()..].trim_end_matches('.');
    let message = match name {
        Some(_) if !parent.is_empty() => format!("`{parent}` has no `{wrong}`"),
        _ => format!("`{}` has no value here", wrong.trim()),
    };
    let near = closest(wrong, names);
    Some((message, near.map(|near| format!("did you mean `{near}`?"))))
}

/// A message of the engine in our style.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let line = line.trim_end_matches('.');
    let mut letters = line.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}
