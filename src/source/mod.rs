//! A folder becomes [`Sources`]: files with text, byte spans, and trees that know their lines.

mod files;
pub mod hcl;
pub mod jinja;
mod node;
mod span;

pub use files::{File, Root, Sources};
pub use node::{Entry, Node, Scalar, Value};
pub use span::{FileId, Position, Span};
