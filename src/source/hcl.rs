//! Placeholder of the HCL reader.
use super::{FileId, Node};
use crate::diagnostic::Diagnostic;
pub fn parse(_file: FileId, _text: &str) -> Result<Node, Diagnostic> {
    Err(Diagnostic::warning("source/hcl-syntax", "not read"))
}
