//! What is wrong in a user's file, as data: [`Diagnostic`].
//!
//! In: spans and words from every stage. Out: a list that [`render()`] prints as text. A diagnostic
//! never ends a stage, and never holds a line number of its own: places are byte spans until the
//! edge.

mod render;
mod suggest;
mod text;

pub use render::{render, summary};
pub use suggest::closest;
pub use text::{TextReport, render_text};

use serde::Serialize;

use crate::source::{Sources, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The site is not written; exit status 1.
    Error,
    /// The site is written without what is named; exit status 0.
    Warning,
    /// Worth knowing; nothing is missing.
    Note,
}

impl Severity {
    /// How it is written in reports and settings.
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// Where a diagnostic points.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Bytes of a file that was read.
    Span(Span),
    /// A path whose text was not read (too large, unreadable, a folder).
    Path(String),
    /// The run as a whole.
    Nowhere,
}

/// A second place that explains the first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Related {
    /// Where.
    pub span: Span,
    /// What is there.
    pub label: String,
}

/// One thing that is wrong, with where and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// Permanent name, `area/what`.
    pub code: &'static str,
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// A few words beside the caret.
    pub label: String,
    /// Further places.
    pub related: Vec<Related>,
    /// What else is to be known, one paragraph each, in the style of `message`.
    pub notes: Vec<String>,
    /// What to do about it: an imperative, or a "did you mean".
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error: the site is not written.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, code, message.into())
    }

    /// A warning: the site is written, and says what is missing.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, code, message.into())
    }

    /// A note: nothing is missing.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, code, message.into())
    }

    fn new(severity: Severity, code: &'static str, message: String) -> Self {
        let place = Place::Nowhere;
        let (label, related, notes) = (String::new(), vec![], vec![]);
        Self { severity, code, message, place, label, related, notes, help: None }
    }

    /// Points at bytes of a file.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.place = Place::Span(span);
        self
    }

    /// Points at a path whose text was not read.
    #[must_use]
    pub fn at_path(mut self, path: impl Into<String>) -> Self {
        self.place = Place::Path(path.into());
        self
    }

    /// Writes a few words beside the caret.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds a second place.
    #[must_use]
    pub fn related(mut self, span: Span, label: impl Into<String>) -> Self {
        self.related.push(Related { span, label: label.into() });
        self
    }

    /// Adds something to know.
    #[must_use]
    pub fn note_below(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says "did you mean" where one of the candidates is close to `wrong`.
    #[must_use]
    pub fn suggest<'a>(self, wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Self {
        match closest(wrong, candidates) {
            Some(near) => self.help(format!("did you mean `{near}`?")),
            None => self,
        }
    }
}

/// Whether any of them keeps the site from being written.
pub fn has_errors(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}

/// Sorts by file path, place and code, and drops exact repeats.
pub fn sort(diagnostics: &mut Vec<Diagnostic>, sources: &Sources) {
    let key = |diagnostic: &Diagnostic| {
        let (path, start) = match &diagnostic.place {
            Place::Span(span) => (sources.file(span.file).path.clone(), span.start),
            Place::Path(path) => (path.clone(), 0),
            Place::Nowhere => (String::new(), 0),
        };
        (path, start, diagnostic.code, diagnostic.message.clone())
    };
    diagnostics.sort_by_cached_key(key);
    diagnostics.dedup();
}
