//! Label selectors, and whether labels fit them.
//!
//! In: `matchLabels` and `matchExpressions` as manifests write them. Out: [`Selector`]. A value
//! that only the cluster knows fits nothing and contradicts nothing: the answer is then open.

use std::collections::BTreeMap;

use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;

/// Labels or annotations of an object.
pub(super) type Labels = BTreeMap<String, Fact<String>>;

/// A label selector.
#[derive(Clone, Debug, Default)]
pub(super) struct Selector {
    pub(super) requirements: Vec<Requirement>,
}

/// One requirement of a selector.
#[derive(Clone, Debug)]
pub(super) struct Requirement {
    pub(super) key: String,
    pub(super) operator: Operator,
    pub(super) values: Vec<Fact<String>>,
    pub(super) text: Fact<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Unknown,
}

impl Requirement {
    /// `key=value`.
    pub(super) fn equal(key: &str, value: Fact<String>) -> Self {
        let text = with_text(value.clone(), |value| format!("{key}={value}"));
        Self { key: key.to_owned(), operator: Operator::In, values: vec![value], text }
    }

    /// The requirement as text.
    pub(super) fn text(&self) -> Fact<String> {
        self.text.clone()
    }

    fn fits(&self, labels: &Labels) -> Option<bool> {
        let label = labels.get(&self.key);
        match self.operator {
            Operator::Exists => Some(label.is_some()),
            Operator::DoesNotExist => Some(label.is_none()),
            Operator::In => label.map_or(Some(false), |label| self.holds(label)),
            Operator::NotIn => {
                label.map_or(Some(true), |label| self.holds(label).map(|holds| !holds))
            }
            Operator::Unknown => None,
        }
    }

    fn holds(&self, label: &Fact<String>) -> Option<bool> {
        let same = |value: &Fact<String>| value.value == label.value;
        if self.values.iter().any(same) {
            return Some(true);
        }
        let known = label.is_known() && self.values.iter().all(Fact::is_known);
        known.then_some(false)
    }
}

/// Changes the text of a fact, whether known or templated.
pub(super) fn with_text(fact: Fact<String>, change: impl Fn(&str) -> String) -> Fact<String> {
    use crate::inventory::fact::Value;
    let value = match fact.value {
        Value::Known(text) => Value::Known(change(&text)),
        Value::Templated(text) => Value::Templated(change(&text)),
        other => other,
    };
    Fact { value, source: fact.source }
}

impl Selector {
    /// Reads a selector; an absent or empty one selects all.
    pub(super) fn read(cursor: Option<&Cursor>) -> Self {
        let Some(cursor) = cursor else { return Self::default() };
        let labels = cursor.get("matchLabels");
        let labels = labels.iter().flat_map(Cursor::entries);
        let mut requirements: Vec<_> =
            labels.map(|(key, value)| Requirement::equal(key, value.text())).collect();
        requirements.extend(cursor.list("matchExpressions").iter().filter_map(expression));
        // An empty value is a value for labels, which cursors take for absent.
        for entry in cursor.node.get("matchLabels").map_or(&[][..], |labels| labels.entries()) {
            if entry.value.is_null() {
                let empty = Fact::known(String::new(), cursor.source());
                requirements.push(Requirement::equal(&entry.key, empty));
            }
        }
        Self { requirements }
    }

    /// Whether labels fit; none where only the cluster can tell.
    pub(super) fn fits(&self, labels: &Labels) -> Option<bool> {
        let mut open = false;
        for requirement in &self.requirements {
            match requirement.fits(labels) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => open = true,
            }
        }
        (!open).then_some(true)
    }

    /// The requirements as text.
    pub(super) fn texts(&self) -> Vec<Fact<String>> {
        self.requirements.iter().map(Requirement::text).collect()
    }
}

fn expression(entry: &Cursor) -> Option<Requirement> {
    let key = entry.get("key")?.node.as_str()?.to_owned();
    let values = entry.texts(&["values"]);
    let word = entry.node.str_at(&["operator"]).unwrap_or_default();
    let operator = match word {
        "In" => Operator::In,
        "NotIn" => Operator::NotIn,
        "Exists" => Operator::Exists,
        "DoesNotExist" => Operator::DoesNotExist,
        _ => Operator::Unknown,
    };
    let shown: Vec<_> = values.iter().map(Fact::shown).collect();
    let list = if shown.is_empty() { String::new() } else { format!(" ({})", shown.join(", ")) };
    let text = Fact::known(format!("{key} {word}{list}"), entry.source());
    Some(Requirement { key, operator, values, text })
}

/// The entries of a map of strings.
pub(super) fn labels(map: Option<&Cursor>) -> Labels {
    let entries = map.into_iter().flat_map(Cursor::entries);
    entries.map(|(key, value)| (key.to_owned(), value.text())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, parse};

    fn check(selector: &str, expected: Option<bool>, texts: &[&str]) {
        let text = format!("labels: {{app: web, tier: '${{TIER}}'}}\nselector: {selector}\n");
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = Cursor::new(&documents.iter().next().expect("a document").root, &sources);
        let selector = Selector::read(root.get("selector").as_ref());
        assert_eq!(selector.fits(&labels(root.get("labels").as_ref())), expected);
        let found = selector.texts();
        assert_eq!(found.iter().map(Fact::shown).collect::<Vec<_>>(), texts);
    }

    #[test]
    fn requirements_fit_or_not() {
        check("{}", Some(true), &[]);
        check("{matchLabels: {app: web}}", Some(true), &["app=web"]);
        check("{matchLabels: {app: db}}", Some(false), &["app=db"]);
        check("{matchLabels: {tier: a}}", None, &["tier=a"]);
        check("{matchLabels: {app: }}", Some(false), &["app="]);
        check(
            "{matchExpressions: [{key: app, operator: In, values: [a, web]}, {key: x, operator: DoesNotExist}]}",
            Some(true),
            &["app In (a, web)", "x DoesNotExist"],
        );
        check(
            "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}",
            Some(false),
            &["app NotIn (web)"],
        );
        check(
            "{matchExpressions: [{operator: In}, 3, {key: app, operator: Near}]}",
            None,
            &["app Near"],
        );
        check("[a, b]", Some(true), &[]);
    }
}
