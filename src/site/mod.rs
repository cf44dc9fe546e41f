//! Pages written by hand, generated pages and the theme become a site.
//!
//! In: a [`Cluster`], rendered pages, a [`Theme`], [`Meta`] and files to copy. Out: a [`Site`] of
//! paths and bytes, the same bytes for the same input. It never touches the disk, makes no link
//! that leaves the site except to the repository's own files, and holds no script
//! but the theme's.

mod book;
pub mod components;
mod cron;
mod feeds;
mod fragment;
mod handbook;
pub(crate) mod links;
mod llms;
mod markup;
mod mentions;
mod nav;
mod page_view;
pub(crate) mod pages;
mod redirects;
mod scripts;
mod search;
mod strings;
pub(crate) mod tables;
#[cfg(test)]
mod tests;
mod theme;
pub(crate) mod view;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use handbook::{Stages, handbook};
pub use theme::Theme;

use crate::audit::Settled;
use crate::content::{ExternalLink, Page};
use crate::diagnostic::Diagnostic;
use crate::diagram::hand::Overlay;
use crate::inventory::Cluster;

/// A finished site: paths such as `apps/index.html` and what they hold.
#[derive(Clone, Debug, Default)]
pub struct Site {
    /// All files, by path relative to the site's first folder, with `/` between its parts.
    pub files: BTreeMap<String, Arc<[u8]>>,
    /// Links of its pages to other hosts, which nobody has asked yet.
    pub external: Vec<ExternalLink>,
}

/// What the site says of itself.
#[derive(Clone, Debug, Default)]
pub struct Meta {
    /// Name of the handbook.
    pub title: String,
    /// One sentence for search engines and link previews.
    pub description: String,
    /// Address that it is published at, if it is known; with or without a `/` at its end.
    pub url: Option<String>,
    /// Program and version that made it.
    pub generator: String,
    /// Commit that was read, shortened.
    pub commit: Option<String>,
    /// Address of the repository's files at that commit, with a `/` at its end.
    pub source_base: Option<String>,
    /// The same for the site's own files.
    pub site_source_base: Option<String>,
    /// Paths that changed since the commit: a link would show another text.
    pub unlinked: BTreeSet<String>,
    /// Name of the repository that was read.
    pub repository_name: String,
    /// What somebody adds to the network picture by hand.
    pub overlay: Option<Overlay>,
    /// Whether dollars enclose formulas in pages that do not say.
    pub math: bool,
    /// Whether pages that are marked as drafts are made too.
    pub drafts: bool,
    /// Folder of the site that holds what is written by hand, such as `content`.
    pub content_folder: String,
    /// Address of the site's own files where they can be edited, with a `/` at its end.
    pub edit_base: Option<String>,
    /// Day of the last change, such as `2026-11-20`, of the site's own files by path.
    pub updated: BTreeMap<String, String>,
}

impl Meta {
    /// The path of a page's Markdown file within the site.
    fn content_path(&self, page: &Page) -> String {
        format!("{}/{}", self.content_folder, page.path)
    }

    /// Where a file of the site's own can be read as it was at the commit.
    fn view_address(&self, path: &str) -> Option<String> {
        let base = self.site_source_base.as_ref().filter(|_| !self.unlinked.contains(path))?;
        Some(format!("{base}{}", links::encode(path)))
    }

    /// Where a file of the site's own can be edited.
    fn edit_address(&self, path: &str) -> Option<String> {
        self.edit_base.as_ref().map(|base| format!("{base}{}", links::encode(path)))
    }
}

/// Puts the site together.
///
/// A page written by hand takes the place of the generated page of the same path; `index.md` only
/// stands before the overview's numbers. A template that fails is an error, as is a page that it
/// would have made; a file to copy that has a page's path is left out with a warning.
pub fn assemble(
    cluster: &Cluster,
    settled: &Settled,
    pages: &[Page],
    theme: &Theme,
    meta: &Meta,
    assets: BTreeMap<String, Arc<[u8]>>,
) -> (Site, Vec<Diagnostic>) {
    let mut diagnostics = theme.diagnostics().to_vec();
    let (linked, linked_files) = scripts::Linked::new(theme);
    let (rendered, problems) =
        book::Book::new((cluster, settled), pages, theme, meta, &linked).render();
    diagnostics.extend(problems);
    let mut files = linked_files;
    if linked.search().is_some() {
        let script = search::script(&rendered, (cluster, settled), theme.strings());
        files.insert(search::PATH.to_owned(), script.into());
    }
    let texts = feeds::files(&rendered, meta).into_iter().chain(llms::files(&rendered, meta));
    files.extend(texts.map(|(path, text)| (path, Arc::from(text.into_bytes()))));
    files.extend(rendered.into_iter().map(|page| (page.path, Arc::from(page.html.into_bytes()))));
    diagnostics.extend(redirects::add(pages, meta, &mut files));
    for (path, bytes) in theme.assets().chain(assets) {
        // A file of the user's own may replace `robots.txt` and the like, but no page.
        if is_page(&path) && files.contains_key(&path) {
            let message = format!("`{path}` is a page of the site, so the file is not copied");
            let problem = Diagnostic::warning("site/path-taken", message).at_path(path);
            diagnostics.push(problem.help("rename the file or the page"));
        } else {
            files.insert(path, bytes);
        }
    }
    let external = pages.iter().flat_map(|page| page.external.iter().cloned()).collect();
    (Site { files, external }, diagnostics)
}

fn is_page(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "html")
}
