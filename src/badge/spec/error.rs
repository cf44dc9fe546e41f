//! What is wrong in a configuration file.
//!
//! In: messages and places. Out: an error that a start can print or a reload can log.

use std::fmt;

use serde_saphyr::Location;

/// Line and column in the file, both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Line, from 1.
    pub line: u64,
    /// Column in characters, from 1.
    pub column: u64,
}

impl Place {
    /// A place of the YAML reader; it says line 0 where it knows none.
    pub(super) fn of(at: Location) -> Option<Place> {
        (at.line() > 0).then(|| Place { line: at.line(), column: at.column() })
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key and what it may be, in kromgo's words where it has some.
    pub message: String,
    /// Where, when it is known.
    pub place: Option<Place>,
}

impl fmt::Display for Problem {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self.place {
            Some(Place { line, column }) => {
                write!(to, "{} (line {line}, column {column})", self.message)
            }
            None => to.write_str(&self.message),
        }
    }
}

/// All that is wrong in a configuration, in the order of the file's parts; never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError(Vec<Problem>);

impl ConfigError {
    /// One thing.
    pub fn new(message: impl Into<String>, place: Option<Place>) -> ConfigError {
        ConfigError(vec![Problem { message: message.into(), place }])
    }

    /// Nothing when nothing is wrong.
    pub fn of(problems: Vec<Problem>) -> Option<ConfigError> {
        (!problems.is_empty()).then_some(ConfigError(problems))
    }

    /// Each thing, in order.
    pub fn problems(&self) -> &[Problem] {
        &self.0
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        for (idx, problem) in self.0.iter().enumerate() {
            let before = if idx == 0 { "" } else { "\n" };
            write!(to, "{before}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigError {}
