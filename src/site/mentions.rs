//! Which guides lead to a page: [`Mentions`].
//!
//! In: the pages written by hand. Out: for each path of the site the pages that link to it, in the
//! order of their paths. Generated pages lead everywhere, so that they are no mention.

use std::collections::BTreeMap;

use super::links::Links;
use super::markup::{self, Piece};
use super::nav::page_path;
use super::view::LinkView;
use crate::content::Page;

/// By path of the page that is linked to: path and title of those that link.
#[derive(Clone, Debug, Default)]
pub(crate) struct Mentions(BTreeMap<String, BTreeMap<String, String>>);

/// How many are named on one page.
const MOST: usize = 12;

impl Mentions {
    pub(crate) fn new(pages: &[Page]) -> Self {
        let mut mentions: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for page in pages {
            let from = page_path(page);
            for target in targets(&page.html, &from) {
                if target != from {
                    mentions.entry(target).or_default().insert(from.clone(), page.title.clone());
                }
            }
        }
        Self(mentions)
    }

    /// Links to the pages that mention this one.
    pub(crate) fn of(&self, path: &str, links: Links<'_>) -> Vec<LinkView> {
        let all = self.0.get(path).into_iter().flatten().take(MOST);
        all.map(|(path, title)| LinkView { text: title.clone(), href: Some(links.page(path)) })
            .collect()
    }
}

/// Paths of the site that a page links to.
fn targets<'a>(html: &'a str, from: &'a str) -> impl Iterator<Item = String> + 'a {
    markup::pieces(html).filter_map(move |piece| {
        let Piece::Open(tag) = piece else { return None };
        let href = (markup::name(tag) == "a").then(|| markup::attribute(tag, "href"))??;
        let file = href.split(['#', '?']).next().filter(|file| file.ends_with(".html"))?;
        let is_outside = file.contains(':') || file.starts_with('/');
        (!is_outside).then(|| markup::resolve(from, file))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_mentions() {
        let page = |slug: &str, html: &str| Page {
            slug: slug.to_owned(),
            title: slug.to_uppercase(),
            html: html.to_owned(),
            ..Page::default()
        };
        let mentions = Mentions::new(&[
            page("guides/a", "<a href=\"../gpu.html#x\">g</a><a href=\"b.html\">b</a>"),
            page(
                "guides/b",
                "<a href=\"b.html\">self</a><a href=\"https://example.com/gpu.html\">",
            ),
        ]);
        let (meta, apps) =
            (super::super::Meta::default(), super::super::links::AppPaths::default());
        let of = |path| mentions.of(path, Links::new(&meta, &apps, "../"));
        assert_eq!(of("gpu.html").len(), 1);
        assert_eq!(of("gpu.html")[0].href.as_deref(), Some("../guides/a.html"));
        assert_eq!((of("guides/b.html").len(), of("guides/a.html").len()), (1, 0));
    }
}
