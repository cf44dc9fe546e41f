//! `rackbook badges check`: tells everything that is wrong in a configuration.
//!
//! In: a file. Out: `path:line:column: message` for each problem, and exit status 1 for any. It
//! asks no server.

use std::fmt::Write as _;

use super::FileOptions;
use super::environment::Environment;
use super::source::{self, Source, SourceError};
use crate::cli::{Failure, report};
use crate::server::badges::BookError;

pub(super) fn run(file: &FileOptions) -> Result<(), Failure> {
    let environment = match Environment::read(source::variable) {
        Ok(environment) => environment,
        Err(message) => return wrong(&format!("error: {message}\n")),
    };
    let source = Source::find(file.config.as_deref(), &file.common, &environment);
    let path = source.name();
    match source.load() {
        Ok((book, _)) => {
            report::print(&format!("{path}: {} badges and graphs, nothing is wrong\n", book.len()))
        }
        Err(SourceError::Wrong { source: BookError::Config(error), .. }) => {
            let problems = error.problems();
            let mut text = String::new();
            for problem in problems {
                let place = problem.place.map(|at| format!(":{}:{}", at.line, at.column));
                let place = place.unwrap_or_default();
                _ = writeln!(text, "{path}{place}: {}", problem.message);
            }
            let noun = if problems.len() == 1 { "problem" } else { "problems" };
            wrong(&format!("{text}{} {noun}\n", problems.len()))
        }
        Err(error) => wrong(&format!("error: {error}\n")),
    }
}

fn wrong(text: &str) -> Result<(), Failure> {
    report::warn(text);
    Err(Failure::Problems)
}
