//! A Flux Kustomization's `postBuild`: its variables, and putting them into objects.
//!
//! In: `spec.postBuild` and the objects that it takes variables from. Out: objects changed in
//! place. A variable from a Secret is hidden: the text that names it stays as written.

use std::collections::BTreeMap;

use super::Object;
use super::envsubst::{Variable, substitute};
use crate::source::{ENCRYPTED, Node, Value};

/// The variables of one Flux Kustomization; none means that nothing is substituted.
#[derive(Debug, Default)]
pub(crate) struct Variables {
    values: BTreeMap<String, Variable>,
    /// A source of variables is not in the repository.
    open: bool,
}

impl Variables {
    /// Reads `spec.postBuild`; later sources win, and inline values win over all.
    ///
    /// `find` gives the tree of an object by kind and name.
    pub(crate) fn read<'a>(
        post_build: &Node,
        find: impl Fn(&str, &str) -> Option<&'a Node>,
    ) -> Self {
        let mut found = Self::default();
        for from in post_build.get("substituteFrom").map_or(&[][..], Node::items) {
            let (kind, name) = (from.str_at(&["kind"]), from.str_at(&["name"]));
            match kind.zip(name).and_then(|(kind, name)| find(kind, name)) {
                Some(object) => found.take(object),
                None => found.open = true,
            }
        }
        for entry in post_build.get("substitute").map_or(&[][..], Node::entries) {
            let value = entry.value.as_str().unwrap_or_default();
            found.values.insert(entry.key.clone(), visible(value));
        }
        found
    }

    fn take(&mut self, object: &Node) {
        let secret = object.str_at(&["kind"]) == Some("Secret");
        for field in ["data", "stringData"] {
            for entry in object.get(field).map_or(&[][..], Node::entries) {
                let value = entry.value.as_str().unwrap_or_default();
                let variable = if secret { Variable::Hidden } else { visible(value) };
                self.values.insert(entry.key.clone(), variable);
            }
        }
    }

    /// Whether Flux substitutes at all: it does not where there is no variable.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.open
    }

    fn get(&self, name: &str) -> Variable {
        self.values.get(name).cloned().unwrap_or(Variable::Unset)
    }

    /// Puts the variables into an object, unless it says not to.
    pub(crate) fn apply(&self, object: &mut Object) {
        let key = "kustomize.toolkit.fluxcd.io/substitute";
        let refuses = ["annotations", "labels"].iter().any(|field| {
            let map = object.root.at(&["metadata", field]);
            map.and_then(|map| map.get(key)).and_then(Node::as_str) == Some("disabled")
        });
        if !refuses {
            self.put(&mut object.root);
            object.refresh();
        }
    }

    fn put(&self, node: &mut Node) {
        match &mut node.value {
            Value::Scalar(scalar) => self.put_text(&mut scalar.text),
            Value::Sequence(items) => items.iter_mut().for_each(|item| self.put(item)),
            Value::Mapping(entries) => {
                for entry in entries {
                    self.put_text(&mut entry.key);
                    self.put(&mut entry.value);
                }
            }
        }
    }

    fn put_text(&self, text: &mut String) {
        if text.contains("${") {
            *text = substitute(text, &|name| self.get(name));
        }
    }
}

fn visible(value: &str) -> Variable {
    if value.contains(ENCRYPTED) { Variable::Hidden } else { Variable::Value(value.to_owned()) }
}
