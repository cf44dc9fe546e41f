//! [`Sources`] → [`Documents`]: every file that holds structured data, parsed once.
//!
//! In: all files. Out: trees by file, and one diagnostic for each file that does not parse; the
//! others go on. It never decides what a document means.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{File, FileId, Node, Root, Sources, Span, Value, jinja, yaml};
use crate::diagnostic::{Diagnostic, Severity};

/// One document of a file.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file.
    pub file: FileId,
    /// Its number within the file, from 0.
    pub index: usize,
    /// What it holds.
    pub root: Node,
    /// Its comments, in order.
    pub comments: Vec<Comment>,
}

impl Document {
    /// `kind` and `apiVersion`, where it is a Kubernetes object (or a Talos document).
    pub fn kind(&self) -> Option<(&str, &str)> {
        Some((self.root.get("kind")?.as_str()?, self.root.get("apiVersion")?.as_str()?))
    }
}

/// A comment, without its `#`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands, with the `#`.
    pub span: Span,
    /// What it says.
    pub text: String,
}

/// The documents of all files, by file.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    own: BTreeMap<FileId, Vec<Document>>,
    rendered: BTreeMap<FileId, Vec<Document>>,
}

impl Documents {
    /// The documents of one file, in order.
    pub fn of(&self, file: FileId) -> &[Document] {
        self.own.get(&file).or_else(|| self.rendered.get(&file)).map_or(&[], Vec::as_slice)
    }

    /// All documents of the repository and the site, by the order of paths.
    pub fn iter(&self) -> impl Iterator<Item = &Document> {
        self.own.values().flatten()
    }

    /// The documents that another tool has rendered, by the order of paths.
    pub fn rendered(&self) -> impl Iterator<Item = &Document> {
        self.rendered.values().flatten()
    }
}

/// Parses every file of the repository that holds structured data, and `site/*.yaml` of the site.
pub fn parse(sources: &Sources) -> (Documents, Vec<Diagnostic>) {
    let files: Vec<_> = sources.files().filter(|(_, file)| is_wanted(file)).collect();
    let parsed: Vec<_> =
        files.into_par_iter().map(|(id, file)| (id, parse_file(id, file))).collect();
    let (mut documents, mut diagnostics) = (Documents::default(), Vec::new());
    for (id, (mut found, wrong)) in parsed {
        found.iter_mut().for_each(seal);
        let home = match sources.file(id).root {
            Root::Rendered => &mut documents.rendered,
            Root::Repository | Root::Site => &mut documents.own,
        };
        home.insert(id, found);
        diagnostics.extend(wrong);
    }
    (documents, diagnostics)
}

/// The documents of one file alone, as far as they parse.
pub fn parse_one(sources: &Sources, file: FileId) -> Vec<Document> {
    let (mut found, _) = parse_file(file, sources.file(file));
    found.iter_mut().for_each(seal);
    found
}

/// What stands in a tree instead of ciphertext.
pub const ENCRYPTED: &str = "(encrypted)";

/// Drops ciphertext from a tree, so that no later stage can pass it on.
fn seal(document: &mut Document) {
    document.comments.retain(|comment| !comment.text.contains("ENC["));
    seal_node(&mut document.root);
}

fn seal_node(node: &mut Node) {
    match &mut node.value {
        Value::Scalar(scalar) => seal_text(&mut scalar.text),
        Value::Sequence(items) => items.iter_mut().for_each(seal_node),
        Value::Mapping(entries) => {
            for entry in entries {
                seal_text(&mut entry.key);
                seal_node(&mut entry.value);
            }
        }
    }
}

fn seal_text(text: &mut String) {
    if text.contains("ENC[") || text.contains("-----BEGIN AGE ENCRYPTED FILE-----") {
        ENCRYPTED.clone_into(text);
    }
}

fn is_wanted(file: &File) -> bool {
    matches!(file.root, Root::Repository | Root::Rendered)
        || (file.path.starts_with("site/") && format(file) == Format::Yaml)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Format {
    Yaml,
    Json,
    Jinja,
    Hcl,
    Other,
}

fn format(file: &File) -> Format {
    let name = file.name();
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    if ends(&[".yaml", ".yml"]) {
        Format::Yaml
    } else if ends(&[".yaml.j2", ".yml.j2"]) {
        Format::Jinja
    } else if ends(&[".tfvars"]) {
        Format::Hcl
    } else if ends(&[".json"]) {
        Format::Json
    } else {
        Format::Other
    }
}

fn parse_file(id: FileId, file: &File) -> (Vec<Document>, Vec<Diagnostic>) {
    let Some(text) = file.text() else { return (vec![], vec![]) };
    match format(file) {
        Format::Yaml => yaml::parse(id, text),
        // Dashboards and lock files are JSON too, and large; objects name their kind.
        Format::Json if text.contains("\"apiVersion\"") => yaml::parse(id, text),
        Format::Json | Format::Other => (vec![], vec![]),
        Format::Jinja => parse_template(id, text),
        Format::Hcl => match super::hcl::parse(id, text) {
            Ok(root) => (vec![Document { file: id, index: 0, root, comments: vec![] }], vec![]),
            Err(diagnostic) => (vec![], vec![diagnostic]),
        },
    }
}

/// A template read as the YAML around its expressions, which stay as text.
///
/// Templates need not be YAML, so one that does not parse is worth a note and no more.
fn parse_template(id: FileId, text: &str) -> (Vec<Document>, Vec<Diagnostic>) {
    let blanked = jinja::blank(text);
    let (mut documents, mut diagnostics) = yaml::parse(id, &blanked.text);
    for document in &mut documents {
        restore(&mut document.root, &blanked);
    }
    for diagnostic in &mut diagnostics {
        diagnostic.severity = Severity::Note;
    }
    (documents, diagnostics)
}

fn restore(node: &mut Node, blanked: &jinja::Blanked) {
    let span = node.span;
    match &mut node.value {
        Value::Scalar(scalar) => scalar.text = blanked.restore(&scalar.text, span),
        Value::Sequence(items) => items.iter_mut().for_each(|item| restore(item, blanked)),
        Value::Mapping(entries) => {
            for entry in entries {
                entry.key = blanked.restore(&entry.key, entry.key_span);
                restore(&mut entry.value, blanked);
            }
        }
    }
}
