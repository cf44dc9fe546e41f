//! What a migration has to say.
//!
//! In: what could not be carried over exactly, with its place. Out: diagnostics in the order of the
//! file, and for each entry what its comment says. A note needs nobody; a warning needs a hand.

use crate::diagnostic::Diagnostic;
use crate::source::Span;

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) diagnostics: Vec<Diagnostic>,
    /// For the entry at hand: what needs a hand.
    hands: Vec<String>,
}

impl Told {
    /// Worth knowing; everything was carried over.
    pub(super) fn note(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        self.diagnostics.push(Diagnostic::note(code, message).at(span));
    }

    /// Needs a hand; the entry's comment says it too.
    pub(super) fn hand(&mut self, code: &'static str, message: impl Into<String>, span: Span) {
        let message = message.into();
        self.hands.push(message.clone());
        self.diagnostics.push(Diagnostic::warning(code, message).at(span));
    }

    /// The comments for the entry at hand; what comes next belongs to another.
    pub(super) fn take_hands(&mut self) -> Vec<String> {
        std::mem::take(&mut self.hands).into_iter().map(|hand| comment(&hand)).collect()
    }
}

/// A comment that is searched for.
fn comment(message: &str) -> String {
    let one_line: String =
        message.chars().map(|at| if at.is_control() { ' ' } else { at }).collect();
    format!("# By hand: {one_line}")
}
