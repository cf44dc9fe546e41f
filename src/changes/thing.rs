//! Things with values, all of one shape, so that any two can be compared.
//!
//! In: entries of the model. Out: [`Things`] by kind and name. What is not known has no value, so
//! that it equals whatever else is not known.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use indexmap::IndexMap;

use super::Kind;
use crate::inventory::{Fact, Source, Value};

/// All things of a cluster.
#[derive(Default)]
pub(super) struct Things(pub(super) BTreeMap<(Kind, String), Thing>);

/// One thing.
#[derive(Default)]
pub(super) struct Thing {
    pub(super) source: Option<Source>,
    /// A few words for when it is new or gone.
    pub(super) summary: Vec<String>,
    /// Its values by a key that is the same in both clusters.
    pub(super) fields: IndexMap<String, Field>,
}

/// One value of a thing.
pub(super) struct Field {
    pub(super) name: &'static str,
    /// What it belongs to.
    pub(super) of: Option<String>,
    pub(super) value: Held,
    pub(super) source: Option<Source>,
}

/// What a field holds.
pub(super) enum Held {
    One(Option<String>),
    /// A version, which goes up or down.
    Version(Option<String>),
    Set(BTreeSet<String>),
}

impl Things {
    /// Adds a thing; a later one of the same name gets a number.
    pub(super) fn add(&mut self, kind: Kind, name: impl Into<String>, thing: Thing) {
        let name = name.into();
        let numbered = |number: usize| match number {
            1 => name.clone(),
            number => format!("{name} ({number})"),
        };
        let key = (1..).map(|number| (kind, numbered(number)));
        let key = key.into_iter().find(|key| !self.0.contains_key(key));
        self.0.insert(key.expect("bug: numbers do not end"), thing);
    }
}

impl Thing {
    pub(super) fn at(source: &Source) -> Self {
        Self { source: Some(source.clone()), ..Self::default() }
    }

    /// A value that may be known.
    pub(super) fn fact<T: Display>(self, name: &'static str, fact: &Fact<T>) -> Self {
        let field = Field::one(name, text(fact), fact.source.clone());
        self.field(name.to_owned(), field)
    }

    /// A value of a part of it, such as a container.
    pub(super) fn fact_of<T: Display>(self, name: &'static str, of: &str, fact: &Fact<T>) -> Self {
        let field = Field::one(name, text(fact), fact.source.clone());
        self.field(format!("{name} {of}"), Field { of: Some(of.to_owned()), ..field })
    }

    pub(super) fn version(
        self,
        name: &'static str,
        of: Option<String>,
        fact: &Fact<String>,
    ) -> Self {
        let value = Held::Version(text(fact));
        self.field(name.to_owned(), Field { name, of, value, source: fact.source.clone() })
    }

    pub(super) fn text(self, name: &'static str, text: Option<&str>) -> Self {
        self.field(name.to_owned(), Field::one(name, text.map(str::to_owned), None))
    }

    pub(super) fn flag(self, name: &'static str, is_set: bool) -> Self {
        self.text(name, Some(if is_set { "yes" } else { "no" }))
    }

    /// A list whose order does not matter.
    pub(super) fn set(self, name: &'static str, items: impl IntoIterator<Item = String>) -> Self {
        let value = Held::Set(items.into_iter().collect());
        self.field(name.to_owned(), Field { name, of: None, value, source: None })
    }

    pub(super) fn facts<T: Display>(self, name: &'static str, facts: &[Fact<T>]) -> Self {
        self.set(name, facts.iter().filter_map(text))
    }

    pub(super) fn labels(self, name: &'static str, map: &BTreeMap<String, Fact<String>>) -> Self {
        let pair = |(key, fact): (&String, &Fact<String>)| {
            let value = text(fact)?;
            Some(if value.is_empty() { key.clone() } else { format!("{key}={value}") })
        };
        self.set(name, map.iter().filter_map(pair))
    }

    /// Words that describe it, where they are known.
    pub(super) fn about(mut self, words: impl IntoIterator<Item = String>) -> Self {
        for word in words {
            if !self.summary.contains(&word) {
                self.summary.push(word);
            }
        }
        self
    }

    pub(super) fn field(mut self, key: String, field: Field) -> Self {
        self.fields.insert(key, field);
        self
    }
}

impl Field {
    fn one(name: &'static str, value: Option<String>, source: Option<Source>) -> Self {
        Self { name, of: None, value: Held::One(value), source }
    }
}

/// A fact in words: an expression as written, none for what is not known.
pub(super) fn text<T: Display>(fact: &Fact<T>) -> Option<String> {
    match &fact.value {
        Value::Known(value) => Some(value.to_string()),
        Value::Templated(text) => Some(text.clone()),
        Value::Encrypted => Some("encrypted".to_owned()),
        Value::Unknown(_) => None,
    }
}
