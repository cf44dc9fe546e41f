//! What a rule is: [`Rule`].
//!
//! In: nothing. Out: the shape that all files in `rules` fill, and findings that carry its code.

use super::{Finding, Input};
use crate::diagnostic::Severity;

/// A rule with everything that is said about it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Permanent name, `area/what`.
    pub code: &'static str,
    /// Severity unless `site.yaml` sets another.
    pub severity: Severity,
    /// What is the case where it reports, as a heading.
    pub title: &'static str,
    /// When it reports, why that matters and what to do, in Markdown.
    pub explanation: &'static str,
    /// What it cannot see, as a sentence; empty where it sees everything.
    pub blind_spot: &'static str,
    /// YAML, or another text, that it reports.
    pub example: &'static str,
    /// Finds.
    pub check: fn(&Input<'_>, &Rule) -> Vec<Finding>,
}

impl Rule {
    /// The part of the code before the `/`.
    pub fn area(&self) -> &'static str {
        self.code.split('/').next().unwrap_or(self.code)
    }

    /// A finding of this rule; message in lower case, names in backticks, no full stop.
    pub(crate) fn finding(&self, message: impl Into<String>) -> Finding {
        Finding {
            code: self.code,
            severity: self.severity,
            message: message.into(),
            source: None,
            related: vec![],
            items: vec![],
            help: String::new(),
            blind_spot: self.blind_spot,
            entities: vec![],
        }
    }
}
