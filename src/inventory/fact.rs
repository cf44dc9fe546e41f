//! A value and how far it can be trusted: [`Fact`].
//!
//! In: nodes of the sources. Out: values that say whether they are known, templated, encrypted or
//! unknown, each with its [`Source`]. It never guesses: what was not read is `Unknown` with a
//! reason, and ciphertext never gets in.

use schemars::JsonSchema;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::source::{ENCRYPTED, Node, Root, Sources, Span};

/// Where a fact was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Source {
    /// Path relative to its root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Path of keys within the file, such as `nodes[3].ipAddress`; empty for a whole object.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub field: String,
    /// True where the file belongs to the site (`site/inventory.yaml`) and not to the repository.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_site: bool,
    /// True where the file is one of the folder of rendered manifests: `path` is relative to that.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub from_rendered: bool,
    /// The bytes themselves, for diagnostics.
    #[serde(skip)]
    pub span: Span,
}

impl Source {
    /// The source that a span of `sources` stands for.
    pub fn new(sources: &Sources, span: Span, field: impl Into<String>) -> Self {
        let file = sources.file(span.file);
        let position = sources.position(span.file, span.start);
        Self {
            path: file.path.clone(),
            line: position.line,
            column: position.column,
            field: field.into(),
            from_site: file.root == Root::Site,
            from_rendered: file.root == Root::Rendered,
            span,
        }
    }
}

/// How far a value is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value<T> {
    /// Read as written.
    Known(T),
    /// Holds an expression that only the cluster can resolve, such as `${SECRET_DOMAIN}`.
    Templated(String),
    /// Ciphertext; nothing of it is kept.
    Encrypted,
    /// Not in the repository; the reason is shown to readers.
    Unknown(String),
}

/// A value with its source.
///
/// As JSON: `{"state": "known", "value": …, "source": {…}}`; `templated` has `text`, `unknown` has
/// `reason`, `encrypted` has neither.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact<T> {
    /// The value.
    pub value: Value<T>,
    /// Where it was read; none for what is unknown.
    pub source: Option<Source>,
}

impl<T> Fact<T> {
    /// A value that was read at `source`.
    pub fn known(value: T, source: Source) -> Self {
        Self { value: Value::Known(value), source: Some(source) }
    }

    /// A value that no file holds, and why.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self { value: Value::Unknown(reason.into()), source: None }
    }

    /// The value, where it is known.
    pub fn get(&self) -> Option<&T> {
        if let Value::Known(value) = &self.value { Some(value) } else { None }
    }

    /// Whether the value is known.
    pub fn is_known(&self) -> bool {
        matches!(self.value, Value::Known(_))
    }

    /// The same fact with its known value changed.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Fact<U> {
        let value = match self.value {
            Value::Known(value) => Value::Known(change(value)),
            Value::Templated(text) => Value::Templated(text),
            Value::Encrypted => Value::Encrypted,
            Value::Unknown(reason) => Value::Unknown(reason),
        };
        Fact { value, source: self.source }
    }

    /// This fact, or another where nothing at all was found here.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if matches!(self.value, Value::Unknown(_)) { other } else { self }
    }
}

impl Fact<String> {
    /// The text of a scalar, with expressions and ciphertext told apart.
    pub fn text(node: &Node, sources: &Sources, field: impl Into<String>) -> Self {
        let source = Some(Source::new(sources, node.span, field));
        let value = match node.as_str() {
            None => Value::Unknown("empty in the manifest".to_owned()),
            Some(text) if is_ciphertext(text) => Value::Encrypted,
            Some(text) if is_template(text) => Value::Templated(text.to_owned()),
            Some(text) => Value::Known(text.to_owned()),
        };
        Self { value, source }
    }

    /// The text of an optional scalar; `reason` says what its absence means.
    pub fn text_or(
        node: Option<&Node>,
        sources: &Sources,
        field: impl Into<String>,
        reason: &str,
    ) -> Self {
        node.map_or_else(|| Self::unknown(reason), |node| Self::text(node, sources, field))
    }

    /// What to show in running text: the value, the expression as written, or a word for absence.
    pub fn shown(&self) -> &str {
        match &self.value {
            Value::Known(text) | Value::Templated(text) => text,
            Value::Encrypted => "encrypted",
            Value::Unknown(_) => "—",
        }
    }

    /// The value as a number or another type; text that is no such value becomes unknown.
    pub fn parse<T: std::str::FromStr>(self) -> Fact<T> {
        let parsed = match self.value {
            Value::Known(text) => text.trim().parse().map_or_else(
                |_| Value::Unknown(format!("`{text}` is not a value of this kind")),
                Value::Known,
            ),
            Value::Templated(text) => Value::Templated(text),
            Value::Encrypted => Value::Encrypted,
            Value::Unknown(reason) => Value::Unknown(reason),
        };
        Fact { value: parsed, source: self.source }
    }
}

/// Whether a scalar was ciphertext (SOPS, age) before reading dropped it.
pub fn is_ciphertext(text: &str) -> bool {
    text.contains(ENCRYPTED)
}

/// Whether a scalar holds an expression: envsubst, Go templates, Jinja, or a secret reference.
pub fn is_template(text: &str) -> bool {
    text.contains("${") || text.contains("{{") || text.contains("#{") || text.contains("op://")
}

impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.value {
            Value::Known(value) => {
                map.serialize_entry("state", "known")?;
                map.serialize_entry("value", value)?;
            }
            Value::Templated(text) => {
                map.serialize_entry("state", "templated")?;
                map.serialize_entry("text", text)?;
            }
            Value::Encrypted => map.serialize_entry("state", "encrypted")?,
            Value::Unknown(reason) => {
                map.serialize_entry("state", "unknown")?;
                map.serialize_entry("reason", reason)?;
            }
        }
        if let Some(source) = &self.source {
            map.serialize_entry("source", source)?;
        }
        map.end()
    }
}
