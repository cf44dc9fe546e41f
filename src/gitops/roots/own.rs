//! Which source of Flux stands for the repository itself.
//!
//! In: all documents. Out: whether a Kustomization applies this repository or another one. The
//! source that most Kustomizations with a folder here name is the repository's own; one that is
//! declared with another address is foreign, although its paths may exist here too (`./` always
//! does).

use std::collections::BTreeMap;

use super::{is_source, kustomizations, manifests, plain_url};
use crate::source::{Document, Documents, Root, Sources, path};

/// The repository's own source, and the addresses of all that are declared.
pub(super) struct OwnSource<'a> {
    name: Option<&'a str>,
    urls: BTreeMap<&'a str, String>,
}

impl<'a> OwnSource<'a> {
    pub(super) fn find(sources: &'a Sources, documents: &'a Documents) -> Self {
        let declared = manifests(sources, documents).filter(|document| is_source(document));
        let urls = declared.filter_map(|document| {
            let name = document.root.str_at(&["metadata", "name"])?;
            Some((name, plain_url(document.root.str_at(&["spec", "url"])?)))
        });
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for document in kustomizations(sources, documents) {
            let written = document.root.str_at(&["spec", "path"]).unwrap_or_default();
            let folder = path::join("", written);
            let is_here = folder.is_some_and(|folder| sources.is_folder(Root::Repository, &folder));
            if let Some(name) = source_name(document).filter(|_| is_here) {
                *counts.entry(name).or_insert(0) += 1;
            }
        }
        let most = counts.values().max().copied();
        let mut names = counts.iter().filter(|(_, count)| Some(**count) == most);
        // On a tie nothing tells which is meant, and none is foreign.
        let name = names.next().map(|(name, _)| *name).filter(|_| names.next().is_none());
        Self { name, urls: urls.collect() }
    }

    /// Whether a Kustomization applies another repository.
    pub(super) fn is_foreign(&self, document: &Document) -> bool {
        let Some((own, name)) = self.name.zip(source_name(document)) else { return false };
        let url = self.urls.get(name);
        name != own && url.is_some() && url != self.urls.get(own)
    }
}

fn source_name(document: &Document) -> Option<&str> {
    document.root.str_at(&["spec", "sourceRef", "name"])
}
