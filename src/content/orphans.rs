//! Pages that a list of their folder has forgotten: [`check`].
//!
//! In: all pages and what they link to. Out: a warning for each page that nothing links to, though
//! the first page of its folder lists others. A folder whose first page lists none is left alone:
//! there the sidebar is the list.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Draft;
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use crate::source::path::parent;

/// Warnings, in the order of the pages.
pub(super) fn check(drafts: &[Draft], targets: &[&BTreeSet<String>]) -> Vec<Diagnostic> {
    let linked: BTreeSet<&str> = drafts
        .iter()
        .zip(targets)
        .flat_map(|(draft, targets)| targets.iter().filter(|slug| **slug != draft.slug))
        .map(String::as_str)
        .collect();
    let pairs = drafts.iter().zip(targets);
    let lists: BTreeMap<&str, &Draft> = pairs
        .filter(|(draft, targets)| is_list(draft, targets))
        .map(|(draft, _)| (parent(&draft.slug), draft))
        .collect();
    let orphans = drafts.iter().filter(|draft| !linked.contains(draft.slug.as_str()));
    let found = |draft: &Draft| {
        let list = lists.get(parent(&draft.slug)).filter(|list| list.slug != draft.slug)?;
        (!draft.is_unpublished()).then(|| told(draft, list))
    };
    orphans.filter_map(found).collect()
}

/// Whether a page is the first of its folder, and lists at least two others of the folder.
fn is_list(draft: &Draft, targets: &BTreeSet<String>) -> bool {
    let folder = parent(&draft.slug);
    let is_first = draft.slug == "index" || draft.slug.ends_with("/index");
    let siblings = targets.iter().filter(|slug| parent(slug) == folder && **slug != draft.slug);
    is_first && siblings.count() > 1
}

fn told(draft: &Draft, list: &Draft) -> Diagnostic {
    let message = format!("no page links to `{}`", draft.path);
    let found = Diagnostic::warning("content/orphan", message).at(Span::new(draft.id, 0, 0));
    found.help(format!("add it to the list in `{}`, or link to it where it helps", list.path))
}
