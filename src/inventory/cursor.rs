//! A node that knows the keys which lead to it: [`Cursor`].
//!
//! In: a tree and its sources. Out: facts with their field path filled in. Nulls count as absent,
//! and expressions are told apart from values. It never follows a path into another file.

use std::collections::BTreeMap;

use super::fact::{Fact, Source, Value, is_ciphertext};
use crate::gitops::envsubst::{self, Variable};
use crate::source::{EXPRESSION, Node, Sources};

/// Values that `${name}` stands for.
pub(crate) type Variables = BTreeMap<String, Fact<String>>;

/// A node together with the way to it.
#[derive(Clone)]
pub(crate) struct Cursor<'a> {
    /// The node.
    pub(crate) node: &'a Node,
    /// Where its text comes from.
    pub(crate) sources: &'a Sources,
    field: String,
    variables: Option<&'a Variables>,
}

impl<'a> Cursor<'a> {
    /// A cursor at the root of a document.
    pub(crate) fn new(node: &'a Node, sources: &'a Sources) -> Self {
        Self { node, sources, field: String::new(), variables: None }
    }

    /// A cursor at a node that stands at `field` of its document.
    pub(crate) fn below(node: &'a Node, sources: &'a Sources, field: &str) -> Self {
        Self { node, sources, field: field.to_owned(), variables: None }
    }

    /// A cursor at the merged values of a release.
    pub(crate) fn values(node: &'a Node, sources: &'a Sources) -> Self {
        Self { node, sources, field: "spec.values".to_owned(), variables: None }
    }

    /// The same place, where `${name}` is replaced by what `variables` says.
    pub(crate) fn with_variables(mut self, variables: &'a Variables) -> Self {
        self.variables = Some(variables);
        self
    }

    /// A cursor at a node that is no child of this one, such as the content of a string.
    pub(crate) fn embedded<'b>(&'b self, node: &'b Node) -> Cursor<'b> {
        let (field, sources) = (self.field.clone(), self.sources);
        Cursor { node, sources, field, variables: self.variables }
    }

    /// The value of a key that is not null.
    pub(crate) fn get(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        let dot = if self.field.is_empty() { "" } else { "." };
        Some(Self { node, field: format!("{}{dot}{key}", self.field), ..self.clone() })
    }

    /// The value at the end of a path of keys.
    pub(crate) fn at(&self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self.clone(), |cursor, key| cursor.get(key))
    }

    /// The text at the end of a path of keys; `reason` says what its absence means.
    pub(crate) fn fact_at(&self, path: &[&str], reason: &str) -> Fact<String> {
        let found = self.at(path).filter(|value| value.node.as_str() != Some(""));
        found.map_or_else(|| Fact::unknown(reason), |value| value.text())
    }

    /// The items of a list at the end of a path; none where there is none.
    pub(crate) fn list_at(&self, path: &[&str]) -> Vec<Self> {
        self.at(path).map(|list| list.items()).unwrap_or_default()
    }

    /// The keys of a map at the end of a path with the texts of their values.
    pub(crate) fn map_at(&self, path: &[&str]) -> BTreeMap<String, Fact<String>> {
        let entries = self.at(path).map(|map| map.entries()).unwrap_or_default();
        entries.into_iter().map(|(key, value)| (key.to_owned(), value.text())).collect()
    }

    /// The value of the first of `keys` that is there and not an empty string.
    pub(crate) fn any(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().filter_map(|key| self.get(key)).find(|value| value.node.as_str() != Some(""))
    }

    /// The items of a list; none for anything else.
    pub(crate) fn items(&self) -> Vec<Self> {
        let item = |(idx, node)| {
            let field = format!("{}[{idx}]", self.field);
            Self { node, field, ..self.clone() }
        };
        self.node.items().iter().enumerate().map(item).collect()
    }

    /// The items of a list at `key`; none where there is none.
    pub(crate) fn list(&self, key: &str) -> Vec<Self> {
        self.get(key).map(|list| list.items()).unwrap_or_default()
    }

    /// The keys of a map with their values; none for anything else.
    pub(crate) fn entries(&self) -> Vec<(&'a str, Self)> {
        let entries = self.node.entries().iter();
        entries.filter_map(|entry| Some((entry.key.as_str(), self.get(&entry.key)?))).collect()
    }

    /// Where it stands.
    pub(crate) fn source(&self) -> Source {
        Source::new(self.sources, self.node.span, self.field.clone())
    }

    /// Its text as a fact, with variables replaced.
    pub(crate) fn text(&self) -> Fact<String> {
        let fact = Fact::text(self.node, self.sources, self.field.clone());
        match (&fact.value, self.variables) {
            (Value::Known(text), _) if self.node.tag.as_deref() == Some(EXPRESSION) => {
                Fact { value: Value::Templated(text.clone()), source: fact.source }
            }
            (Value::Templated(text), Some(variables)) => {
                let replaced = substitute(text, variables);
                replaced.map_or(fact.clone(), |found| found.at(&fact))
            }
            _ => fact,
        }
    }

    /// The text of a key as a fact; `reason` says what its absence, or an empty string, means.
    pub(crate) fn fact(&self, key: &str, reason: &str) -> Fact<String> {
        self.any_fact(&[key], reason)
    }

    /// The text of the first of `keys` that is there; see [`fact`](Self::fact).
    pub(crate) fn any_fact(&self, keys: &[&str], reason: &str) -> Fact<String> {
        self.any(keys).map_or_else(|| Fact::unknown(reason), |value| value.text())
    }

    /// The texts of a list of scalars at a path.
    pub(crate) fn texts(&self, path: &[&str]) -> Vec<Fact<String>> {
        let list = self.at(path).map(|list| list.items()).unwrap_or_default();
        list.iter().map(Self::text).collect()
    }

    /// Whether a key holds a true boolean.
    pub(crate) fn is_true(&self, key: &str) -> bool {
        self.get(key).and_then(|value| value.node.as_bool()) == Some(true)
    }
}

/// What variables make of a text.
enum Substituted {
    /// The text was one variable, whose fact it takes with its source.
    Whole(Fact<String>),
    /// The text holds values of variables.
    Part(String),
    /// One of them is ciphertext.
    Encrypted,
}

impl Substituted {
    fn at(self, fact: &Fact<String>) -> Fact<String> {
        match self {
            Self::Whole(found) => found,
            Self::Part(text) => Fact { value: Value::Known(text), source: fact.source.clone() },
            Self::Encrypted => Fact { value: Value::Encrypted, source: fact.source.clone() },
        }
    }
}

/// Puts variables in as Flux does, which is what talhelper does too; none where one is not known.
fn substitute(text: &str, variables: &Variables) -> Option<Substituted> {
    let name = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(fact) = name.and_then(|name| variables.get(name)).filter(|fact| fact.is_known()) {
        return Some(Substituted::Whole(fact.clone()));
    }
    let mut encrypted = false;
    for (name, fact) in variables {
        encrypted |= fact.value == Value::Encrypted && text.contains(&format!("${{{name}"));
    }
    if encrypted {
        return Some(Substituted::Encrypted);
    }
    let lookup = |name: &str| match variables.get(name).map(|fact| &fact.value) {
        Some(Value::Known(value)) => Variable::Value(value.clone()),
        Some(Value::Encrypted) => Variable::Hidden,
        _ => Variable::Unset,
    };
    let out = envsubst::substitute(text, &lookup);
    let is_plain = !super::fact::is_template(&out) && !is_ciphertext(&out);
    is_plain.then_some(Substituted::Part(out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    /// The text at `key` of `manifest` with `version` set to `1.2` in another file.
    fn check(manifest: &str, key: &str, expected: &Value<String>, path: &str) {
        let files = [("a.yaml", manifest.as_bytes()), ("env.yaml", b"version: v1.2\n")];
        let sources = Sources::from_memory(files);
        let (documents, _) = parse(&sources);
        let roots: Vec<_> = documents.iter().map(|document| &document.root).collect();
        let env = Cursor::new(roots[1], &sources);
        let variables = BTreeMap::from([("version".to_owned(), env.fact("version", ""))]);
        let fact = Cursor::new(roots[0], &sources).with_variables(&variables).fact(key, "absent");
        assert_eq!(&fact.value, expected);
        assert_eq!(fact.source.map(|source| source.path).unwrap_or_default(), path);
    }

    #[test]
    fn a_variable_brings_its_own_source() {
        check("a: ${version}\n", "a", &Value::Known("v1.2".into()), "env.yaml");
        check("a: x:${version}\n", "a", &Value::Known("x:v1.2".into()), "a.yaml");
        check("a: ${other:-v0}\n", "a", &Value::Known("v0".into()), "a.yaml");
        check("a: ${other}\n", "a", &Value::Templated("${other}".into()), "a.yaml");
    }

    #[test]
    fn nulls_and_empty_strings_are_absent() {
        check("a: ''\n", "a", &Value::Unknown("absent".into()), "");
        check("a:\n", "a", &Value::Unknown("absent".into()), "");
    }

    #[test]
    fn fields_name_the_way() {
        let sources = Sources::from_memory([("a.yaml", b"a:\n  - b: 1\n".as_slice())]);
        let (documents, _) = parse(&sources);
        let root = documents.iter().next().map(|document| &document.root).expect("a document");
        let item = Cursor::new(root, &sources).list("a").remove(0);
        let source = item.fact("b", "").source.expect("known");
        assert_eq!((source.field.as_str(), source.line), ("a[0].b", 2));
    }
}
