//! Ids that authors write have to be unique within their page: [`Ids`].
//!
//! In: ids with their places, as they come. Out: one diagnostic for each that is taken.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The ids of one page.
#[derive(Default)]
pub(super) struct Ids(BTreeMap<String, Span>);

impl Ids {
    /// Takes an id; says what is wrong where another element has it.
    pub(super) fn take(&mut self, id: &str, span: Span) -> Option<Diagnostic> {
        if let Some(first) = self.0.get(id) {
            let message = format!("the id `{id}` is taken");
            let found = Diagnostic::error("content/duplicate-id", message).at(span);
            let found = found.label("used again").related(*first, "used here first");
            return Some(found.help("give one of the two another id"));
        }
        self.0.insert(id.to_owned(), span);
        None
    }
}
