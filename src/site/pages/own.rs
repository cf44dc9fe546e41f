//! Pages about the pages: all of them, those of each tag, and the one that searches.
//!
//! In: the site's navigation, and pages with their tags. Out: [`Made`] pages.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Made;
use crate::content::Page;
use crate::site::links::Links;
use crate::site::nav::{NavItem, page_path};
use crate::site::strings::Strings;
use crate::site::view::{LinkView, Section};

/// Path of the page of all pages.
pub(crate) const PAGES: &str = "pages.html";
/// Path of the page that searches.
pub(crate) const SEARCH: &str = "search.html";
/// Path of the page of tags.
pub(crate) const TAGS: &str = "tags.html";
/// Path of the whole handbook as one page.
pub(crate) const PRINT: &str = "print.html";

/// Other forms of the site, where it has them.
#[derive(Serialize)]
pub(crate) struct Forms {
    pub(crate) tags: Option<String>,
    pub(crate) print: String,
    pub(crate) llms: String,
    pub(crate) feed: Option<String>,
    pub(crate) sitemap: Option<String>,
}

#[derive(Serialize)]
struct AllView {
    groups: Vec<NavItem>,
    #[serde(flatten)]
    forms: Forms,
}

/// The page of all pages.
pub(crate) fn all(groups: Vec<NavItem>, forms: Forms, strings: &Strings) -> Made {
    let lead = strings.get("all_pages_lead").to_owned();
    Made::new(strings.get("all_pages"), lead, "pages/all-pages.html", &AllView { groups, forms })
}

#[derive(Serialize)]
struct SearchView {
    ways: Vec<LinkView>,
}

/// The page that searches; its ways lead to everything without a script.
pub(crate) fn search(ways: Vec<LinkView>, strings: &Strings) -> Made {
    let lead = strings.get("search_lead").to_owned();
    Made::new(strings.get("search"), lead, "pages/search.html", &SearchView { ways })
}

/// Tags with their pages, sorted.
#[derive(Debug, Default)]
pub(crate) struct Tags<'a>(BTreeMap<&'a str, Vec<&'a Page>>);

#[derive(Serialize)]
struct TagsView<'a> {
    tags: Vec<TagView<'a>>,
}

#[derive(Serialize)]
struct TagView<'a> {
    id: String,
    name: &'a str,
    pages: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    title: &'a str,
    href: String,
    note: &'a str,
}

impl<'a> Tags<'a> {
    pub(crate) fn new(pages: &'a [Page]) -> Self {
        let mut tags: BTreeMap<&str, Vec<&Page>> = BTreeMap::new();
        for page in pages {
            for tag in &page.tags {
                tags.entry(tag).or_default().push(page);
            }
        }
        Self(tags)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A page's tags as links to their lists.
    pub(crate) fn links(&self, page: &Page, links: Links<'_>) -> Vec<LinkView> {
        let ids = self.ids();
        let link = |tag: &String| LinkView {
            text: tag.clone(),
            href: ids.get(tag.as_str()).map(|id| format!("{}#{id}", links.page(TAGS))),
        };
        page.tags.iter().map(link).collect()
    }

    /// An id for each tag that no other has.
    fn ids(&self) -> BTreeMap<&'a str, String> {
        let (mut ids, mut taken) = (BTreeMap::new(), BTreeMap::<String, usize>::new());
        for tag in self.0.keys() {
            let safe = |at: char| if at.is_alphanumeric() { at } else { '-' };
            let id: String = tag.to_lowercase().chars().map(safe).collect();
            let id = format!("tag-{id}");
            let number = taken.entry(id.clone()).and_modify(|number| *number += 1).or_insert(1);
            ids.insert(*tag, if *number == 1 { id } else { format!("{id}-{number}") });
        }
        ids
    }

    /// The page of tags.
    pub(crate) fn page(&self, links: Links<'_>, strings: &Strings) -> Made {
        let ids = self.ids();
        let entry = |page: &&'a Page| Entry {
            title: &page.title,
            href: links.page(&page_path(page)),
            note: page.description.as_deref().unwrap_or_default(),
        };
        let tags: Vec<TagView<'_>> = self
            .0
            .iter()
            .map(|(name, pages)| TagView {
                id: ids[name].clone(),
                name,
                pages: pages.iter().map(entry).collect(),
            })
            .collect();
        let sections = tags.iter().map(|tag| Section::new(&tag.id, tag.name)).collect();
        let lead = strings.get("tags_lead").to_owned();
        let made = Made::new(strings.get("tags"), lead, "pages/tags.html", &TagsView { tags });
        Made { sections, ..made }
    }
}

/// A page as a part of the whole handbook.
#[derive(Serialize)]
pub(crate) struct Whole {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) html: String,
}

#[derive(Serialize)]
struct PrintView {
    parts: Vec<Whole>,
}

/// The whole handbook as one page.
pub(crate) fn print(title: &str, parts: Vec<Whole>, strings: &Strings) -> Made {
    let lead = strings.get("print_all").to_owned();
    Made::new(title, lead, "pages/print.html", &PrintView { parts })
}
