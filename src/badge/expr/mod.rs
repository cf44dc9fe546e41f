//! Expressions of a configuration: CEL with functions for badges.
//!
//! In: source text, and later a value with its labels. Out: text. Everything that can be known
//! beforehand is refused when compiling. It never reads the clock, files or other series.

mod quote;

pub use quote::quote;
