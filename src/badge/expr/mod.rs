//! Expressions of a configuration: CEL with functions for badges.
//!
//! In: source text, and later a value with its labels. Out: text. Everything that can be known
//! beforehand is refused when compiling: names, types, and what could take too much time or memory.
//! It never reads the clock, files or other series.

mod check;
mod error;
mod functions;
mod humanize;
mod number;
mod program;
mod quote;
mod scale;
mod signatures;
mod size;
mod types;

pub use error::{EvalError, ExprError};
pub use number::{plain, shortest};
pub use program::Program;
pub(in crate::badge) use program::look;
pub use quote::quote;

#[cfg(test)]
mod tests;
