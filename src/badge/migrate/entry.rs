//! An entry of the new file: keys and values with their comments.
//!
//! In: texts and comments. Out: YAML lines. It never chooses keys.

use std::fmt::Write as _;

use super::yaml;

/// A value of a key.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Text, quoted where needed.
    Text(String),
    /// YAML as it is: a number, a truth, a map on one line.
    Yaml(String),
}

/// A key of the new file, and the old key whose comments it takes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key {
    pub(super) name: &'static str,
    pub(super) value: Value,
    /// Names of the old keys it is made of.
    pub(super) from: &'static [&'static str],
    pub(super) above: Vec<String>,
    pub(super) beside: Option<String>,
}

impl Key {
    pub(super) fn text(
        name: &'static str,
        text: impl Into<String>,
        from: &'static [&'static str],
    ) -> Key {
        Key { name, value: Value::Text(text.into()), from, above: vec![], beside: None }
    }

    pub(super) fn yaml(
        name: &'static str,
        yaml: impl Into<String>,
        from: &'static [&'static str],
    ) -> Key {
        Key { name, value: Value::Yaml(yaml.into()), from, above: vec![], beside: None }
    }
}

/// An item of `badges` or `graphs`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    /// Comments above it, without indentation; an empty text is an empty line.
    pub(super) lead: Vec<String>,
    /// None: only comments remain.
    pub(super) keys: Vec<Key>,
    /// Comments behind its last key.
    pub(super) tail: Vec<String>,
}

/// A list of entries under a key, an empty line between them.
pub(super) fn list(name: &str, entries: &[Entry]) -> String {
    let mut out = format!("{name}:\n");
    for (idx, entry) in entries.iter().enumerate() {
        if idx > 0 {
            out.push('\n');
        }
        write(entry, &mut out);
    }
    out
}

fn write(entry: &Entry, out: &mut String) {
    lines(&entry.lead, 2, out);
    for (idx, key) in entry.keys.iter().enumerate() {
        let (dash, above) = if idx == 0 { ("  - ", 2) } else { ("    ", 4) };
        lines(&key.above, above, out);
        let value = match &key.value {
            Value::Text(text) => yaml::value(text, 6),
            Value::Yaml(yaml) => yaml.clone(),
        };
        let line = format!("{dash}{}: {value}", key.name);
        match key.beside.as_deref() {
            Some(beside) if !value.contains('\n') => _ = writeln!(out, "{line} {beside}"),
            Some(beside) => {
                lines(&[beside.to_owned()], above, out);
                _ = writeln!(out, "{line}");
            }
            None => _ = writeln!(out, "{line}"),
        }
    }
    lines(&entry.tail, 4, out);
}

/// Comments, each indented, without an empty line at the end.
pub(super) fn lines(comments: &[String], indent: usize, out: &mut String) {
    for comment in comments {
        if comment.is_empty() {
            out.push('\n');
        } else {
            _ = writeln!(out, "{:indent$}{comment}", "");
        }
    }
}
