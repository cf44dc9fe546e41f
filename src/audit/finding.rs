//! What a rule found: [`Finding`].
//!
//! In: words and places from the rules. Out: data that pages, JSON and SARIF show, and a
//! [`Diagnostic`] for everything else. It never decides anything.

use serde::Serialize;

use super::words;
use crate::diagnostic::{Diagnostic, Severity};
use crate::inventory::Source;

/// Something that is worth a look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Permanent name of its rule, `area/what`.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What is the case: lower case, names in backticks, no full stop.
    pub message: String,
    /// Where; none where it is about the repository as a whole.
    pub source: Option<Source>,
    /// Further places that explain the first.
    pub related: Vec<Note>,
    /// What it is about where that is many things, each with its place.
    pub items: Vec<Item>,
    /// What to do about it: an imperative, or a "did you mean"; empty where nothing helps.
    pub help: String,
    /// What its rule cannot see, as a sentence; empty where it sees everything.
    pub blind_spot: &'static str,
    /// What it concerns, the first one most.
    pub entities: Vec<Entity>,
}

/// A place with a word about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// What is there.
    pub label: String,
    /// Where.
    pub source: Source,
}

/// One of the many things that a finding is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name and what is to be said of it, names in backticks.
    pub text: String,
    /// Where.
    pub source: Option<Source>,
    /// What it is.
    pub entity: Option<Entity>,
}

/// A thing of the cluster.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entity {
    /// Its kind.
    pub kind: EntityKind,
    /// Its id within the list of that kind.
    pub id: String,
}

/// Kinds of things that findings concern, by the lists of [`Cluster`](crate::inventory::Cluster).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityKind {
    /// An app.
    App,
    /// A Multus attachment.
    Attachment,
    /// A backup.
    Backup,
    /// A claim.
    Claim,
    /// A component of the platform, such as Talos.
    Component,
    /// A file, by its path.
    File,
    /// A Flux Kustomization.
    Kustomization,
    /// A namespace.
    Namespace,
    /// A node.
    Node,
    /// A network policy.
    Policy,
    /// An address pool.
    Pool,
    /// A route.
    Route,
    /// A Secret.
    Secret,
    /// What one claim is made of for each replica.
    VolumeTemplate,
}

impl Entity {
    /// A thing by kind and id.
    pub fn new(kind: EntityKind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }
}

impl Finding {
    /// Points at a place.
    pub(crate) fn at(mut self, source: &Source) -> Self {
        self.source = Some(source.clone());
        self
    }

    /// Points at a place, where there is one.
    pub(crate) fn at_any(mut self, source: Option<&Source>) -> Self {
        self.source = source.cloned();
        self
    }

    /// Adds a place that explains the first.
    pub(crate) fn related(mut self, source: &Source, label: impl Into<String>) -> Self {
        self.related.push(Note { label: label.into(), source: source.clone() });
        self
    }

    /// Names what it concerns.
    pub(crate) fn about(mut self, kind: EntityKind, id: impl Into<String>) -> Self {
        self.entities.push(Entity::new(kind, id));
        self
    }

    /// Adds one of many things.
    pub(crate) fn item(
        mut self,
        text: impl Into<String>,
        source: Option<&Source>,
        entity: Option<Entity>,
    ) -> Self {
        self.items.push(Item { text: text.into(), source: source.cloned(), entity });
        self
    }

    /// Says what to do.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// Makes it less or more than its rule says.
    pub(crate) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The part of the code before the `/`.
    pub fn area(&self) -> &'static str {
        self.code.split('/').next().unwrap_or(self.code)
    }

    /// Whether its items say more than its message does.
    pub fn has_list(&self) -> bool {
        match self.items.as_slice() {
            [] => false,
            [only] => self.message != only.text && !self.message.starts_with(&only.text),
            _ => true,
        }
    }

    /// All things that it concerns, those of its items too.
    pub fn concerned(&self) -> impl Iterator<Item = &Entity> {
        self.entities.iter().chain(self.items.iter().filter_map(|item| item.entity.as_ref()))
    }

    /// The finding as text, annotations and SARIF show it.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let message = self.message.clone();
        let mut diagnostic = match self.severity {
            Severity::Error => Diagnostic::error(self.code, message),
            Severity::Warning => Diagnostic::warning(self.code, message),
            Severity::Note => Diagnostic::note(self.code, message),
        };
        if let Some(source) = &self.source {
            diagnostic = diagnostic.at(source.span);
        }
        for note in &self.related {
            diagnostic = diagnostic.related(note.source.span, note.label.clone());
        }
        if self.has_list() {
            diagnostic = diagnostic.note_below(words::items(&self.items));
        }
        if !self.blind_spot.is_empty() {
            diagnostic = diagnostic.note_below(words::unstopped(self.blind_spot));
        }
        if self.help.is_empty() { diagnostic } else { diagnostic.help(self.help.clone()) }
    }
}
