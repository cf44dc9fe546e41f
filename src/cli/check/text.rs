//! The report for people.
//!
//! In: entries. Out: each with its line of the file, and a line that counts them. What is
//! acknowledged is counted and not shown.

use std::fmt::Write as _;

use super::Entry;
use crate::cli::report;
use crate::diagnostic::{Diagnostic, render, summary};
use crate::source::Sources;

pub(super) fn text(entries: &[Entry<'_>], sources: &Sources, style: &report::Style) -> String {
    let open = entries.iter().filter(|entry| entry.acknowledged.is_none());
    let shown: Vec<Diagnostic> = open.map(|entry| entry.diagnostic.clone()).collect();
    let meant = entries.len() - shown.len();
    let mut text = render(&shown, sources, style.colour);
    let told = summary(&shown);
    let _ = match (told.is_empty(), meant) {
        (true, 0) => writeln!(text, "nothing was found"),
        (true, meant) => writeln!(text, "nothing was found that is not acknowledged ({meant} are)"),
        (false, 0) => writeln!(text, "{told}"),
        (false, meant) => writeln!(text, "{told}; {meant} acknowledged"),
    };
    text
}
