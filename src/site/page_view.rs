//! What the base template reads: [`PageView`] and [`SiteView`].
//!
//! In: nothing. Out: types that serialise to what templates call `page` and `site`.

use serde::Serialize;

use super::view::{LinkView, Section};

/// What the base template reads of a page.
#[derive(Serialize)]
pub(crate) struct PageView<'a> {
    pub(crate) path: &'a str,
    pub(crate) title: &'a str,
    pub(crate) lead: &'a str,
    pub(crate) description: &'a str,
    /// Whether it is a page to be found, and not one that helps to find.
    pub(crate) is_listed: bool,
    pub(crate) canonical: Option<String>,
    pub(crate) breadcrumbs: Vec<LinkView>,
    pub(crate) contents: Vec<Section>,
    pub(crate) previous: Option<LinkView>,
    pub(crate) next: Option<LinkView>,
    /// Finished HTML of a page written by hand; empty otherwise.
    pub(crate) html: &'a str,
    pub(crate) tags: Vec<LinkView>,
    /// Whether it is made of tables and pictures, which want the whole width.
    pub(crate) wide: bool,
    /// The way to the site's first folder.
    pub(crate) root: &'a str,
    pub(crate) style: String,
    /// The script that chooses light or dark.
    pub(crate) first_script: Option<String>,
    pub(crate) icon: String,
    /// None where the theme cannot search.
    pub(crate) search: Option<SearchView>,
    /// The page of all pages.
    pub(crate) pages: String,
    /// The same page as Markdown.
    pub(crate) markdown: Option<String>,
    pub(crate) feed: Option<String>,
    /// Absolute address of the picture for link previews.
    pub(crate) card: Option<String>,
    /// Guides that link here.
    pub(crate) mentions: Vec<LinkView>,
    /// Day of the last change of what is written.
    pub(crate) updated: Option<&'a str>,
    pub(crate) edit: Option<String>,
    /// Its Markdown file at the commit.
    pub(crate) source: Option<String>,
}

/// Where searching is, and what it needs.
#[derive(Serialize)]
pub(crate) struct SearchView {
    pub(crate) page: String,
    /// Paths of scripts from the site's top, with spaces between them.
    pub(crate) scripts: String,
}

/// What the base template reads of the site.
#[derive(Serialize)]
pub(crate) struct SiteView<'a> {
    pub(crate) title: &'a str,
    pub(crate) description: &'a str,
    pub(crate) repository: &'a str,
    pub(crate) commit: Option<&'a str>,
    pub(crate) generator: &'a str,
    pub(crate) home: String,
}
