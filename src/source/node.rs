//! The one tree that YAML, JSON, HCL and tolerant Jinja files become: [`Node`].
//!
//! In: what the parsers build. Out: typed reads (`get`, `as_str`, `as_int`, …) in which each value
//! knows the bytes it came from. Aliases and merge keys are already resolved, key order is kept,
//! and later stages may change values but never their spans.

use super::Span;

/// A value of a configuration file together with where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// The bytes of the value, without its key.
    pub span: Span,
    /// A tag as written, such as `!vault`; core tags (`!!str`) are applied, not kept.
    pub tag: Option<String>,
    /// What it holds.
    pub value: Value,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A scalar as text; see [`Scalar::plain`] for how its type is read.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Node>),
    /// A map in the file's order, with distinct keys.
    Mapping(Vec<Entry>),
}

/// A scalar with its escapes resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text.
    pub text: String,
    /// True for an unquoted scalar, which may be a null, a boolean or a number.
    pub plain: bool,
}

/// A key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The value.
    pub value: Node,
}

impl Node {
    /// A string that stands at `span`.
    pub fn string(text: impl Into<String>, span: Span) -> Self {
        let value = Value::Scalar(Scalar { text: text.into(), plain: false });
        Self { span, tag: None, value }
    }

    /// An empty map that stands at `span`.
    pub fn mapping(span: Span) -> Self {
        Self { span, tag: None, value: Value::Mapping(Vec::new()) }
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        if let Value::Mapping(entries) = &self.value { entries } else { &[] }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        if let Value::Sequence(items) = &self.value { items } else { &[] }
    }

    /// The entry of a key.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The value at the end of a path of keys; a part that is a number also indexes a list.
    pub fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, part| match &node.value {
            Value::Sequence(items) => items.get(part.parse::<usize>().ok()?),
            _ => node.get(part),
        })
    }

    /// The value of a key, to change; the key is made where it is missing.
    pub fn get_or_insert(&mut self, key: &str) -> &mut Node {
        let span = self.span;
        if !matches!(self.value, Value::Mapping(_)) {
            self.value = Value::Mapping(Vec::new());
        }
        let Value::Mapping(entries) = &mut self.value else { unreachable!("bug: just made a map") };
        let at = entries.iter().position(|entry| entry.key == key).unwrap_or_else(|| {
            let value = Node { span, tag: None, value: Value::Mapping(Vec::new()) };
            entries.push(Entry { key: key.to_owned(), key_span: span, value });
            entries.len() - 1
        });
        &mut entries[at].value
    }

    /// The value of a key, to change.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Node> {
        let Value::Mapping(entries) = &mut self.value else { return None };
        entries.iter_mut().find(|entry| entry.key == key).map(|entry| &mut entry.value)
    }

    /// Sets a key, in place where it exists.
    pub fn set(&mut self, key: &str, value: Node) {
        *self.get_or_insert(key) = value;
    }

    /// Removes a key.
    pub fn remove(&mut self, key: &str) {
        if let Value::Mapping(entries) = &mut self.value {
            entries.retain(|entry| entry.key != key);
        }
    }

    /// The text of any scalar that is not null.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(scalar) if !scalar.is_null() => Some(&scalar.text),
            _ => None,
        }
    }

    /// The text of the scalar at a path.
    pub fn str_at(&self, path: &[&str]) -> Option<&str> {
        self.at(path)?.as_str()
    }

    /// A whole number, written plainly or in quotes.
    pub fn as_int(&self) -> Option<i64> {
        self.as_str()?.trim().replace('_', "").parse().ok()
    }

    /// A boolean as YAML 1.1 reads a plain scalar, which is what Kubernetes does.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Scalar(scalar) if scalar.plain => parse_bool(&scalar.text),
            _ => None,
        }
    }

    /// Whether it is an unquoted `null`, `~` or nothing.
    pub fn is_null(&self) -> bool {
        matches!(&self.value, Value::Scalar(scalar) if scalar.is_null())
    }

    /// Whether it is a map or a list.
    pub fn is_collection(&self) -> bool {
        !matches!(self.value, Value::Scalar(_))
    }

    /// Calls `each` with every scalar below and at this node, depth first.
    pub fn for_each_scalar(&self, each: &mut impl FnMut(&Scalar, Span)) {
        match &self.value {
            Value::Scalar(scalar) => each(scalar, self.span),
            Value::Sequence(items) => {
                for item in items {
                    item.for_each_scalar(each);
                }
            }
            Value::Mapping(entries) => {
                for entry in entries {
                    entry.value.for_each_scalar(each);
                }
            }
        }
    }
}

impl Scalar {
    fn is_null(&self) -> bool {
        self.plain && matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL")
    }
}

fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Some(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}
