//! Files for search engines and feed readers: sitemap, `robots.txt` and an Atom feed of the guides.
//!
//! In: the rendered pages and the site's address. Out: files. What needs an absolute address is
//! left out where none is known.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use html_escape::encode_double_quoted_attribute as quoted;

use super::Meta;
use super::book::{Rendered, Sort};
use super::links::encode;

/// Where the feed is in the site.
pub(crate) const FEED: &str = "feed.xml";

/// How many entries a feed has.
const MOST: usize = 50;

/// The absolute address of a page.
pub(crate) fn absolute(url: &str, path: &str) -> String {
    let path = path.strip_suffix("index.html").unwrap_or(path);
    format!("{}/{}", url.trim_end_matches('/'), encode(path))
}

/// Whether there is something to put into the feed: guides with a known date, and an address.
pub(crate) fn has_feed(meta: &Meta) -> bool {
    meta.url.is_some() && !meta.updated.is_empty()
}

/// All such files by path.
pub(super) fn files(pages: &[Rendered], meta: &Meta) -> BTreeMap<String, String> {
    let mut robots = "User-agent: *\nAllow: /\n".to_owned();
    let mut files = BTreeMap::new();
    if let Some(url) = &meta.url {
        let _ = writeln!(robots, "Sitemap: {}", absolute(url, "sitemap.xml"));
        files.insert("sitemap.xml".to_owned(), sitemap(pages, url));
        if has_feed(meta) {
            files.insert(FEED.to_owned(), feed(pages, meta, url));
        }
    }
    files.insert("robots.txt".to_owned(), robots);
    files
}

fn sitemap(pages: &[Rendered], url: &str) -> String {
    let mut out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
                   <urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n"
        .to_owned();
    for page in pages.iter().filter(|page| page.is_listed) {
        let _ = write!(out, "<url><loc>{}</loc>", quoted(&absolute(url, &page.path)));
        if let Some(date) = &page.updated {
            let _ = write!(out, "<lastmod>{date}</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out + "</urlset>\n"
}

/// Guides, those that changed last first.
fn feed(pages: &[Rendered], meta: &Meta, url: &str) -> String {
    let guides = pages.iter().filter(|page| page.sort == Sort::Guide);
    let mut dated: Vec<(&str, &Rendered)> =
        guides.filter_map(|page| Some((page.updated.as_deref()?, page))).collect();
    dated.sort_by(|one, other| other.0.cmp(one.0).then_with(|| one.1.path.cmp(&other.1.path)));
    let newest = dated.first().map_or("1970-01-01", |(date, _)| date);
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n\
         <title>{}</title>\n<subtitle>{}</subtitle>\n<id>{home}</id>\n<link href=\"{home}\"/>\n\
         <link rel=\"self\" href=\"{}\"/>\n<updated>{newest}T00:00:00Z</updated>\n\
         <author><name>{}</name></author>\n<generator>{}</generator>\n",
        quoted(&meta.title),
        quoted(&meta.description),
        quoted(&absolute(url, FEED)),
        quoted(&meta.title),
        quoted(&meta.generator),
        home = quoted(&absolute(url, "index.html")),
    );
    for (date, page) in dated.into_iter().take(MOST) {
        let address = absolute(url, &page.path);
        let address = quoted(&address);
        let _ = writeln!(
            out,
            "<entry><title>{}</title><id>{address}</id><link href=\"{address}\"/>\
             <updated>{date}T00:00:00Z</updated><summary>{}</summary></entry>",
            quoted(&page.title),
            quoted(&page.description),
        );
    }
    out + "</feed>\n"
}
