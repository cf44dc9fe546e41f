//! The handbook as GitHub Pages shows it, below a path such as `/repo/`: every link leads somewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Where a handbook is published.
pub(super) const ADDRESS: &str = "https://example.com/repo/";

/// Files by their path in the site, with the text of pages.
type Files = BTreeMap<String, Option<String>>;

/// Links of all pages that lead nowhere, as `page: link`.
pub(super) fn broken(site: &Path, address: &str) -> Vec<String> {
    let address = reqwest::Url::parse(address).unwrap();
    let mut files = Files::new();
    list(site, "", &mut files);
    let anchors = files.iter().filter_map(|(path, text)| Some((path, ids(text.as_ref()?))));
    let anchors: BTreeMap<_, _> = anchors.collect();
    let mut broken = vec![];
    for (page, text) in &files {
        let Some(text) = text else { continue };
        for link in links(text) {
            let leads = target(&address, page, &link).is_none_or(|(path, anchor)| {
                let path = index(&path, &files);
                let has = |ids: &BTreeSet<String>| anchor.is_empty() || ids.contains(&anchor);
                files.contains_key(&path) && anchors.get(&path).is_none_or(has)
            });
            if !leads {
                broken.push(format!("{page}: {link}"));
            }
        }
    }
    broken
}

fn list(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{path}/"), files);
        } else {
            let is_page = path.ends_with(".html");
            files.insert(path, is_page.then(|| fs::read_to_string(entry.path()).unwrap()));
        }
    }
}

/// Values of an attribute, unescaped.
fn values<'a>(text: &'a str, attribute: &'a str) -> impl Iterator<Item = String> + 'a {
    text.split(attribute).skip(1).filter_map(|rest| {
        let value = rest.split('"').next()?;
        Some(html_escape::decode_html_entities(value).into_owned())
    })
}

fn links(text: &str) -> Vec<String> {
    values(text, " href=\"").chain(values(text, " src=\"")).collect()
}

fn ids(text: &str) -> BTreeSet<String> {
    values(text, " id=\"").collect()
}

/// Path in the site and anchor of a link; of links to elsewhere nothing.
fn target(address: &reqwest::Url, page: &str, link: &str) -> Option<(String, String)> {
    let page = address.join(page).unwrap();
    let url = page.join(link).ok()?;
    if url.host() != page.host() || url.scheme() != "https" {
        return None;
    }
    // A path that is not below that of the site leads nowhere on it.
    let path = url.path().strip_prefix(address.path()).unwrap_or("../");
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8_lossy();
    let anchor = url.fragment().unwrap_or_default();
    let anchor = percent_encoding::percent_decode_str(anchor).decode_utf8_lossy();
    Some((decoded.into_owned(), anchor.into_owned()))
}

/// The file that a server of static pages gives for a path.
fn index(path: &str, files: &Files) -> String {
    let page = format!("{path}.html");
    match path {
        _ if path.is_empty() || path.ends_with('/') => format!("{path}index.html"),
        _ if !files.contains_key(path) && files.contains_key(&page) => page,
        _ => path.to_owned(),
    }
}

#[test]
fn broken_links_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| fs::write(folder.path().join(path), text).unwrap();
    fs::create_dir(folder.path().join("a")).unwrap();
    write(
        "index.html",
        "<a href=\"a/\"><a href=\"a/b.html#x\"><a href=\"#no\"><a href=\"https://example.org/y\"><img src=\"/z.svg\">",
    );
    write("a/index.html", "<a href=\"../index.html\"><a href=\"b\"><a href=\"c.html\">");
    write("a/b.html", "<h2 id=\"x\"><a href=\"#x\"><a href=\"/repo/a/\">");
    let expected = ["a/index.html: c.html", "index.html: #no", "index.html: /z.svg"];
    assert_eq!(broken(folder.path(), ADDRESS), expected);
}
