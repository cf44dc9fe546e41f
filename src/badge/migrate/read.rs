//! Typed reads of a node's keys.
//!
//! In: a map of the old file. Out: texts, numbers and truths with their places; what is of another
//! type is told and left out. It never decides what a key means.

use super::told::Told;
use crate::diagnostic::Diagnostic;
use crate::source::{Node, Span};

/// A map whose keys are read.
#[derive(Clone, Copy)]
pub(super) struct Map<'a> {
    pub(super) node: &'a Node,
    /// Its name for messages, such as `metric`.
    pub(super) what: &'a str,
}

impl<'a> Map<'a> {
    pub(super) fn new(node: &'a Node, what: &'a str) -> Map<'a> {
        Map { node, what }
    }

    /// Tells the keys that are none of these.
    pub(super) fn only(self, known: &[&str], told: &mut Told) {
        let unknown = self.node.entries().iter().filter(|entry| !known.contains(&&*entry.key));
        for entry in unknown {
            let message = format!("`{}` is no key of a {}; it is left out", entry.key, self.what);
            told.hand("migrate/unknown-key", message, entry.key_span);
            if let Some(last) = told.diagnostics.pop() {
                let last: Diagnostic = last.suggest(&entry.key, known.iter().copied());
                told.diagnostics.push(last);
            }
        }
    }

    /// A value that is there and not null.
    pub(super) fn get(self, key: &str) -> Option<&'a Node> {
        self.node.get(key).filter(|node| !node.is_null())
    }

    fn typed<T>(
        self,
        key: &str,
        kind: &str,
        told: &mut Told,
        read: impl Fn(&'a Node) -> Option<T>,
    ) -> Option<(T, Span)> {
        let node = self.get(key)?;
        if let Some(value) = read(node) {
            return Some((value, node.span));
        }
        let message = format!("`{key}` must be {kind}; it is left out");
        told.hand("migrate/wrong-type", message, node.span);
        None
    }

    /// A text that says something; the empty one meant none.
    pub(super) fn text(self, key: &str, told: &mut Told) -> Option<(&'a str, Span)> {
        self.typed(key, "a text", told, Node::as_str).filter(|(text, _)| !text.is_empty())
    }

    pub(super) fn truth(self, key: &str, told: &mut Told) -> Option<bool> {
        self.typed(key, "true or false", told, Node::as_bool).map(|(truth, _)| truth)
    }

    /// A whole number from zero on.
    pub(super) fn count(self, key: &str, told: &mut Told) -> Option<(u32, Span)> {
        let read = |node: &Node| node.as_int().and_then(|value| u32::try_from(value).ok());
        self.typed(key, "a whole number from 0 on", told, read)
    }

    pub(super) fn number(self, key: &str, told: &mut Told) -> Option<(f64, Span)> {
        self.typed(key, "a number", told, |node| number(node.as_str()?))
    }

    /// A map below a key.
    pub(super) fn map(self, key: &'a str, told: &mut Told) -> Option<Map<'a>> {
        let is_map = |node: &'a Node| (!node.entries().is_empty()).then_some(node);
        let is_empty = |node: &Node| node.is_collection() && node.items().is_empty();
        let node = self.get(key)?;
        if is_empty(node) && node.entries().is_empty() {
            return None;
        }
        let (node, _) = self.typed(key, "a map", told, is_map)?;
        Some(Map::new(node, key))
    }
}

fn number(text: &str) -> Option<f64> {
    match text.to_ascii_lowercase().as_str() {
        ".inf" | "+.inf" => Some(f64::INFINITY),
        "-.inf" => Some(f64::NEG_INFINITY),
        plain => plain.replace('_', "").parse().ok().filter(|value: &f64| value.is_finite()),
    }
}
