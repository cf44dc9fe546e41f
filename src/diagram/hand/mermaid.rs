//! stub
use super::Text;
use super::sketch::Sketch;
use crate::diagnostic::Diagnostic;
pub(super) fn read(_text: Text<'_>) -> (Option<Sketch>, Vec<Diagnostic>) {
    (None, vec![])
}
pub(super) fn is_flowchart(_text: &str) -> bool {
    false
}
