//! A configuration of an older kromgo becomes one of the current schema.
//!
//! In: the text of a file in the schema of 0.10 or of the 0.11 interim versions. Out: the text of a
//! new file, complete and valid, and what could not be carried over exactly. Pure: it never reads
//! or writes files, and never asks a server. Sources: kromgo's documentation of these versions.

mod cel;
mod colors;
mod comments;
mod entry;
mod environment;
mod metric;
mod output;
mod read;
mod settings;
mod template;
mod told;
mod yaml;

use std::collections::BTreeSet;

use comments::Comments;
use entry::Entry;
use output::Parts;
use read::Map;
use settings::Settings;
use told::Told;

use crate::diagnostic::Diagnostic;
use crate::source::{Document, FileId, Node, Sources, yaml as reader};

/// Keys that only files of older schemas have.
const OLD: &[&str] = &["metrics", "badge", "hideAll", "history", "templates", "cacheSeconds"];
/// Keys of `defaults` that only those have.
const OLD_DEFAULTS: &[&str] = &["hidden", "cacheSeconds", "timeseries"];
/// Keys that only files of the current schema have.
const NEW: &[&str] = &["badges", "graphs"];

/// What became of a file.
#[derive(Clone, Debug)]
pub enum Migration {
    /// It is in the current schema, or empty.
    Current,
    /// It was rewritten.
    Migrated {
        /// The new file, which parses and whose expressions compile.
        text: String,
        /// What is different: a warning needs a hand and stands as a comment at its entry too, a
        /// note does not. In the order of the file.
        notes: Vec<Diagnostic>,
    },
    /// It is no configuration, for these reasons; never empty.
    Unreadable(Vec<Diagnostic>),
}

/// Migrates one file of `sources`, into which the spans of the notes point.
pub fn migrate(sources: &Sources, file: FileId) -> Migration {
    let text = sources.text(file);
    let (documents, wrong) = reader::parse(file, text);
    let document = match documents.as_slice() {
        [] if wrong.is_empty() => return Migration::Current,
        [] => return Migration::Unreadable(wrong.into_iter().map(as_error).collect()),
        [only] => only,
        [_, second, ..] => {
            let message = "a configuration is one document; this file has more";
            return Migration::Unreadable(vec![
                Diagnostic::error("migrate/documents", message).at(second.root.span),
            ]);
        }
    };
    match refused(document) {
        Some(diagnostic) => Migration::Unreadable(vec![diagnostic]),
        None if is_old(&document.root) => rewrite(document, sources, wrong),
        None => Migration::Current,
    }
}

fn as_error(mut diagnostic: Diagnostic) -> Diagnostic {
    diagnostic.severity = crate::diagnostic::Severity::Error;
    diagnostic.help = None;
    diagnostic
}

fn is_old(root: &Node) -> bool {
    let has = |node: &Node, keys: &[&str]| keys.iter().any(|key| node.get(key).is_some());
    has(root, OLD) || root.get("defaults").is_some_and(|defaults| has(defaults, OLD_DEFAULTS))
}

/// Why a document is no configuration of any one schema.
fn refused(document: &Document) -> Option<Diagnostic> {
    let root = &document.root;
    if root.is_null() {
        return None;
    }
    if root.entries().is_empty() && (!root.is_collection() || !root.items().is_empty()) {
        let message = "a configuration is a map of settings";
        return Some(Diagnostic::error("migrate/no-map", message).at(root.span));
    }
    if let Some((kind, _)) = document.kind() {
        let message = format!("this is a Kubernetes `{kind}`, not a configuration");
        let help = "put the configuration in it into a file of its own, and name that";
        return Some(Diagnostic::error("migrate/object", message).at(root.span).help(help));
    }
    let both = NEW.iter().find_map(|key| root.entry(key)).filter(|_| is_old(root))?;
    let message =
        format!("`{}` is of the current schema, other keys are of an older one", both.key);
    let help = "put the keys of the older one into a file of its own, and name that";
    Some(Diagnostic::error("migrate/mixed", message).at(both.key_span).help(help))
}

fn rewrite(document: &Document, sources: &Sources, wrong: Vec<Diagnostic>) -> Migration {
    let mut told = Told::default();
    told.diagnostics.extend(wrong);
    let root = Map::new(&document.root, "configuration");
    let settings = settings::read(root, &mut told);
    let (mut comments, schema) = Comments::of(document, sources);
    if let Some(span) = schema {
        let message = "the line that names a schema is left out: it is the one of an older version";
        told.note("migrate/schema", message, span);
    }
    let metrics = metrics(&document.root, &mut told);
    let mut parts = Parts { hands: told.take_hands(), badges: vec![], graphs: vec![] };
    let mut ids = BTreeSet::new();
    for (idx, node) in metrics.iter().enumerate() {
        let converted = metric::convert(node, &settings, &mut ids, &mut told);
        let mut badge = Entry { lead: told.take_hands(), ..Entry::default() };
        if let Some(converted) = converted {
            badge.keys = converted.badge;
            parts.graphs.extend(converted.graph.map(|keys| Entry { keys, ..Entry::default() }));
        }
        comments.dress(idx, &mut badge);
        parts.badges.push(badge);
    }
    let text = output::write(&settings, &mut comments, &parts);
    Migration::Migrated { text, notes: notes(told, &settings, !parts.graphs.is_empty(), sources) }
}

fn metrics<'a>(root: &'a Node, told: &mut Told) -> &'a [Node] {
    let Some(node) = root.get("metrics").filter(|node| !node.is_null()) else { return &[] };
    if node.items().is_empty() && (!node.is_collection() || !node.entries().is_empty()) {
        told.hand("migrate/wrong-type", "`metrics` must be a list; it is left out", node.span);
    }
    node.items()
}

/// All that is to be said: what stands in the file first, then what is true of every file.
fn notes(told: Told, settings: &Settings, has_graphs: bool, sources: &Sources) -> Vec<Diagnostic> {
    let mut notes = told.diagnostics;
    crate::diagnostic::sort(&mut notes, sources);
    let mut say = |code, message: String, help: &str| {
        notes.push(Diagnostic::note(code, message).help(help));
    };
    if settings.hidden {
        let message = "the page at `/` lists no badge, as before";
        let help = "remove `gallery` from `defaults` to list them";
        say("migrate/hidden", message.to_owned(), help);
    }
    if settings.cache_seconds.is_none() {
        let message = "answers may be kept for 300 seconds by browsers and proxies; they were not";
        say("migrate/cache", message.to_owned(), "set `cache.maxAge` to change that");
    }
    if has_graphs {
        let message = "graphs are 600 by 200 pixels by default; they were 300 by 80";
        let help = "set `width` and `height` in `defaults.graph` to change that";
        say("migrate/graph-size", message.to_owned(), help);
    }
    say("migrate/environment", environment::sentence(), environment::HELP);
    notes
}

#[cfg(test)]
mod tests;
