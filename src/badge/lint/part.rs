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
        label: &str,
    ) -> Finding {
        let message = format!("{}: {}: {what}", self.owner, self.key);
        let mut finding = Finding::new(severity, code, message);
        label.clone_into(&mut finding.label);
        match locate::in_file(self.file, self.place, self.key, self.source, &at) {
            Some((place, length)) => {
                finding.place = Some(place);
                finding.length = length;
            }
            // The file spells the part in another way, with escapes or over several lines.
            None => {
                let (line, column) = locate::line_and_column(self.source, at.start);
                let line = if self.source.trim().contains('\n') {
                    format!("line {line}, ")
                } else {
                    String::new()
                };
                finding.place = self.place;
                finding.label = format!("{label} (at its {line}column {column})");
            }
        }
        finding
    }
}
