//! A backup whose claims are not looked up yet: [`Draft`].
//!
//! In: an object of a backup tool. Out: what all tools have in common, and which claims are meant.
//! It never says that a claim exists.

use std::collections::BTreeMap;

use crate::gitops::Object;
use crate::inventory::context::Context;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{Backup, Claim};

/// A backup and what it means to save.
pub(super) struct Draft {
    pub(super) backup: Backup,
    /// Namespace that names without one are in.
    pub(super) namespace: String,
    /// Claims by name, or `namespace/name`.
    pub(super) claims: Vec<Fact<String>>,
    /// Database clusters by name.
    pub(super) databases: Vec<Fact<String>>,
    /// Claims that are meant without being named.
    pub(super) covers: Covers,
}

/// Claims that are meant without being named.
#[derive(Default)]
pub(super) enum Covers {
    /// None.
    #[default]
    Nothing,
    /// Those of namespaces that have all of some labels.
    Claims { namespaces: Namespaces, labels: Labels },
}

/// Namespaces that are meant.
pub(super) enum Namespaces {
    /// The backup's own.
    Own,
    /// All but some.
    AllBut(Vec<String>),
    /// Some.
    These(Vec<String>),
}

/// Labels that a claim needs; none where the selector is not understood.
pub(super) type Labels = Option<BTreeMap<String, String>>;

impl Draft {
    /// A backup of a tool that saves nothing yet.
    pub(super) fn new(context: &Context, object: &Object, tool: &str) -> Self {
        let backup = Backup {
            id: object.id(),
            kind: object.kind.clone(),
            tool: tool.to_owned(),
            schedules: vec![],
            time_zone: Fact::unknown("not set"),
            retention: BTreeMap::new(),
            repository: Fact::unknown("none is named"),
            claims: vec![],
            templates: vec![],
            databases: vec![],
            missing: vec![],
            selection: Fact::unknown("it names what it saves"),
            suspended: false,
            source: context.source(object),
        };
        Self {
            backup,
            namespace: object.namespace.clone().unwrap_or_default(),
            claims: vec![],
            databases: vec![],
            covers: Covers::Nothing,
        }
    }

    /// Means claims of namespaces that have labels, and says so.
    pub(super) fn cover(&mut self, root: &Cursor, namespaces: Namespaces, labels: Labels) {
        let mut words = match &namespaces {
            Namespaces::Own => format!("claims of namespace `{}`", self.namespace),
            Namespaces::AllBut(out) if out.is_empty() => "claims of all namespaces".to_owned(),
            Namespaces::AllBut(out) => format!("claims of all namespaces but {}", out.join(", ")),
            Namespaces::These(these) => format!("claims of {}", these.join(", ")),
        };
        match &labels {
            None => words += " that a selector picks which is not understood",
            Some(labels) if labels.is_empty() => {}
            Some(labels) => {
                let pairs: Vec<_> =
                    labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                words.push_str(" with ");
                words.push_str(&pairs.join(", "));
            }
        }
        self.backup.selection = Fact::known(words, root.source());
        self.covers = Covers::Claims { namespaces, labels };
    }

    /// Takes the entries of a map as what is kept.
    pub(super) fn retain(&mut self, map: Option<&Cursor>) {
        for (key, value) in map.map(Cursor::entries).unwrap_or_default() {
            if !value.node.is_collection() {
                self.backup.retention.insert(key.to_owned(), value.text());
            }
        }
    }

    /// Adds a schedule that is written.
    pub(super) fn schedule(&mut self, cron: Option<Cursor>) {
        let written = cron.filter(|cron| cron.node.as_str().is_some_and(|text| !text.is_empty()));
        self.backup.schedules.extend(written.map(|cron| cron.text()));
    }
}

impl Covers {
    /// Whether a claim is meant.
    pub(super) fn matches(&self, claim: &Claim, own: &str) -> bool {
        let Self::Claims { namespaces, labels: Some(labels) } = self else { return false };
        let namespace = claim.id.split('/').next().unwrap_or_default();
        let is_in = match namespaces {
            Namespaces::Own => namespace == own,
            Namespaces::AllBut(out) => !out.iter().any(|name| name == namespace),
            Namespaces::These(these) => these.iter().any(|name| name == namespace),
        };
        let has = |(key, value): (&String, &String)| {
            claim.labels.get(key).and_then(Fact::get) == Some(value)
        };
        is_in && labels.iter().all(has)
    }
}

/// The labels of a Kubernetes label selector; none where it has expressions.
pub(super) fn labels(selector: Option<&Cursor>) -> Labels {
    let Some(selector) = selector else { return Some(BTreeMap::new()) };
    if !selector.list("matchExpressions").is_empty() {
        return None;
    }
    let pairs = selector.map_at(&["matchLabels"]);
    pairs.into_iter().map(|(key, value)| Some((key, value.get()?.clone()))).collect()
}

/// The texts of a list of names that are known.
pub(super) fn names(root: &Cursor, path: &[&str]) -> Vec<String> {
    root.texts(path).iter().filter_map(Fact::get).cloned().collect()
}
