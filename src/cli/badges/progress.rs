//! How far a command has come, for who waits at a terminal.
//!
//! In: counts. Out: one line on standard error that is written over, and nothing where nobody looks.

use crate::cli::report;

/// Says how many of all are done; the last call takes the line away.
pub(super) fn progress(n_done: usize, n_all: usize) {
    if report::is_terminal_with_colour() {
        let end = if n_done == n_all { "\r\x1b[K" } else { "" };
        report::warn(&format!("\rasked {n_done} of {n_all}{end}"));
    }
}
