//! A query or an expression with its place in the file: [`Part`].
//!
//! In: bytes of the part. Out: findings that point into the file.

use std::ops::Range;

use super::{Finding, locate};
use crate::badge::spec::Place;
use crate::diagnostic::Severity;

/// One query or expression.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    /// Such as ``badge `cpu` ``.
    pub(super) owner: &'a str,
    /// The key that it is the value of.
    pub(super) key: &'a str,
    /// What it says, as the YAML reader understood it.
    pub(super) source: &'a str,
    /// Where it begins; absent where that is not known.
    pub(super) place: Option<Place>,
    /// The whole file.
    pub(super) file: &'a str,
}

impl Part<'_> {
    /// A finding at bytes of the part.
    pub(super) fn finding(
        &self,
        severity: Severity,
        code: &'static str,
        what: &str,
        at: Range<usize>,
    ) -> Finding {
        let message = format!("{}: {}: {what}", self.owner, self.key);
        let mut finding = Finding::new(severity, code, message);
        let found = locate::in_file(self.file, self.place, self.key, self.source, &at);
        if let Some((place, length)) = found {
            finding.place = Some(place);
            finding.length = length;
        } else {
            // The file spells the part in another way, with escapes or over several lines.
            finding.place = self.place;
            finding.label = self.within(at.start);
        }
        finding
    }
    /// Where a byte stands in the part itself.
    fn within(&self, at: usize) -> String {
        let (line, column) = locate::line_and_column(self.source, at);
        let is_long = self.source.trim().contains('\n');
        let line = if is_long { format!("line {line}, ") } else { String::new() };
        format!("at its {line}column {column}")
    }
}
