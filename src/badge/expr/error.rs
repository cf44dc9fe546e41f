//! What is wrong with an expression.
//!
//! In: messages and offsets. Out: errors for a start and for a request.

use std::fmt;

/// An expression that cannot be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// What and why.
    pub message: String,
    /// Column in characters, from 1; in its last line where the expression has more than one.
    pub column: Option<usize>,
}

impl ExprError {
    /// An error at a byte of the source.
    pub(super) fn at(message: String, source: &str, offset: Option<usize>) -> ExprError {
        let before = offset.and_then(|offset| source.get(..offset));
        let line = before.map(|before| before.rsplit('\n').next().unwrap_or_default());
        ExprError { message, column: line.map(|line| line.chars().count() + 1) }
    }
}

impl fmt::Display for ExprError {
    fn fmt(&self, to: &mut fmt::Formatter) -> fmt::Result {
        match self.column {
            Some(column) => write!(to, "{} (at its column {column})", self.message),
            None => to.write_str(&self.message),
        }
    }
}

impl std::error::Error for ExprError {}

/// An expression that could not finish, such as for a label that is missing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EvalError(pub String);
