//! A folder becomes [`Sources`], and its files become trees that know their lines.
//!
//! In: folders on disk ([`read()`]) or in memory. Out: [`Sources`] and [`Documents`]. Two formats
//! besides YAML become the same [`Node`]: HCL variables and YAML templates.

mod documents;
mod files;
mod git;
mod hcl;
mod jinja;
mod log;
mod node;
pub mod path;
mod read;
mod revision;
mod span;
pub mod yaml;

pub use documents::{Comment, Document, Documents, ENCRYPTED, parse, parse_one};
pub use files::{File, Root, Sources};
pub use git::{Git, describe};
pub use hcl::EXPRESSION;
pub use log::last_changes;
pub use node::{Entry, Node, Scalar, Value};
pub use read::{ReadError, Roots, read, read_with};
pub use revision::{
    Commit, RevisionError, has_folder, merge_base, read_at, resolve as resolve_revision,
};
pub use span::{FileId, Position, Span};
