//! What is printed.
//!
//! In: diagnostics and texts. Out: standard output for results, standard error for the rest. A
//! reader that goes away (`| head`) is no error.
#![expect(
    clippy::disallowed_methods,
    reason = "imperative shell: prints, asks for `NO_COLOR` and for the date"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;

use super::Failure;
use crate::diagnostic::{Diagnostic, Severity, render, summary};
use crate::source::Sources;

/// How many diagnostics of a code are shown where there are too many.
const SHOWN: usize = 5;

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Whether ANSI colours are used.
    pub(super) colour: bool,
    /// How many of one code are printed before they are cut.
    pub(super) repeats: usize,
}

/// Whether standard error shows colours.
pub(super) fn is_terminal_with_colour() -> bool {
    let is_set = |name| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let is_dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    io::stderr().is_terminal() && !is_set("NO_COLOR") && !is_dumb
}

/// Prints diagnostics and a line that counts them, on standard error.
pub(super) fn diagnostics(all: &[Diagnostic], sources: &Sources, style: &Style) {
    if all.is_empty() {
        return;
    }
    let (shown, hidden) = fold(all, style.repeats);
    let mut text = render(&shown, sources, style.colour);
    for (code, number) in hidden {
        let _ = writeln!(text, "… and {number} more `{code}` (`--verbose` prints them)");
    }
    warn(&format!("{text}{}\n", summary(all)));
}

/// The date, in UTC: that of `SOURCE_DATE_EPOCH` where it is set, so that builds can be repeated.
pub(super) fn today() -> String {
    let epoch = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
    let set = epoch.and_then(|second| jiff::Timestamp::from_second(second).ok());
    let now = set.unwrap_or_else(jiff::Timestamp::now);
    jiff::tz::Offset::UTC.to_datetime(now).date().to_string()
}

/// Leaves the first few of each code that repeats too often; errors are all kept.
fn fold(all: &[Diagnostic], repeats: usize) -> (Vec<Diagnostic>, BTreeMap<&'static str, usize>) {
    let mut total = BTreeMap::<_, usize>::new();
    for one in all.iter().filter(|one| one.severity != Severity::Error) {
        *total.entry(one.code).or_default() += 1;
    }
    let mut seen = BTreeMap::<_, usize>::new();
    let mut hidden = BTreeMap::new();
    let mut keep = |one: &&Diagnostic| {
        if one.severity == Severity::Error || total[one.code] <= repeats {
            return true;
        }
        let seen = seen.entry(one.code).or_default();
        *seen += 1;
        if *seen > SHOWN {
            *hidden.entry(one.code).or_default() += 1;
        }
        *seen <= SHOWN
    };
    (all.iter().filter(|one| keep(one)).cloned().collect(), hidden)
}

/// A path as short as the current folder allows.
pub(super) fn short(path: &Path) -> String {
    let current = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&current).unwrap_or(path).display().to_string()
}

/// Prints on standard error; nobody can be told where that fails.
pub(super) fn warn(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whether standard output is a terminal.
pub(super) fn prints_to_terminal() -> bool {
    io::stdout().is_terminal()
}

/// Prints on standard output.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// Prints what need not be text on standard output.
pub(super) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(source) if source.kind() != io::ErrorKind::BrokenPipe => Err(Failure::Print { source }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(number: usize, expected_shown: usize, expected_hidden: Option<usize>) {
        let warnings = (0..number).map(|at| Diagnostic::warning("a/many", at.to_string()));
        let errors = (0..number).map(|at| Diagnostic::error("a/error", at.to_string()));
        let all: Vec<_> = warnings.chain(errors).collect();
        let (shown, hidden) = fold(&all, 20);
        assert_eq!(shown.len(), expected_shown + number);
        assert_eq!(hidden.get("a/many").copied(), expected_hidden);
        assert!(!hidden.contains_key("a/error"));
    }

    #[test]
    fn many_warnings_of_a_code_are_cut() {
        check(20, 20, None);
        check(21, 5, Some(16));
    }
}
