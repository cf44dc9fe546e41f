//! A folder becomes [`Sources`]: files with text, byte spans, and trees that know their lines.

mod files;
mod git;
mod node;
mod read;
mod span;

pub use files::{File, Root, Sources};
pub use git::{Git, describe};
pub use node::{Entry, Node, Scalar, Value};
pub use read::{ReadError, Roots, read};
pub use span::{FileId, Position, Span};
