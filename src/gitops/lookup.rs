//! Objects and documents found by kind and name, without a look at all of them each time.
//!
//! In: the documents of a repository. Out: the one that a reference means. Where several clusters
//! declare one of the same name, the one that lies nearest to the reference is meant.

use std::collections::BTreeMap;

use crate::source::{Document, Documents, FileId, Root, Sources};

/// The documents of the repository by kind and name.
pub(crate) struct Lookup<'a> {
    sources: &'a Sources,
    by_name: BTreeMap<(&'a str, &'a str), Vec<&'a Document>>,
}

impl<'a> Lookup<'a> {
    pub(crate) fn new(sources: &'a Sources, documents: &'a Documents) -> Self {
        let mut by_name: BTreeMap<_, Vec<&Document>> = BTreeMap::new();
        for document in documents.iter() {
            let name = document.root.str_at(&["metadata", "name"]);
            let file = sources.file(document.file);
            let is_ours = file.root == Root::Repository && !file.name().ends_with(".j2");
            if let Some(((kind, _), name)) = document.kind().zip(name).filter(|_| is_ours) {
                by_name.entry((kind, name)).or_default().push(document);
            }
        }
        Self { sources, by_name }
    }

    /// The document of that kind and name whose file is nearest to another one.
    pub(crate) fn nearest(&self, kind: &str, name: &str, to: FileId) -> Option<&'a Document> {
        let found = self.by_name.get(&(kind, name))?;
        let to = &self.sources.file(to).path;
        let shared = |document: &&&Document| {
            let own = self.sources.file(document.file).path.split('/');
            own.zip(to.split('/')).take_while(|(left, right)| left == right).count()
        };
        // The first of the nearest: `max_by_key` alone would give the last.
        found.iter().rev().max_by_key(shared).copied()
    }
}
