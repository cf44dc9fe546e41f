//! Pages that stand in one document: [`prefixed`].
//!
//! In: the main part of a page and its path. Out: the same with ids that no other page has, and
//! with links to other pages of the document as links within it.

use std::borrow::Cow;

use super::{Piece, attribute, name, pieces};
use crate::site::links::encode;

/// Attributes that name ids.
const REFERENCES: [&str; 4] = ["for", "aria-labelledby", "aria-describedby", "aria-controls"];

/// The id of a page's part in the whole document.
pub(in crate::site) fn part_id(path: &str) -> String {
    let letters = path.trim_end_matches(".html").chars();
    letters.map(|at| if at.is_ascii_alphanumeric() { at } else { '-' }).collect()
}

/// The page's HTML as a part of one document at the site's top.
///
/// `within` tells whether a path is a part of the document too.
pub(in crate::site) fn prefixed(html: &str, path: &str, within: &dyn Fn(&str) -> bool) -> String {
    let part = Part { id: part_id(path), path, within };
    let mut out = String::with_capacity(html.len() + html.len() / 8);
    // The element that is left out, and how many of its name are open within it.
    let mut skipped: Option<(&str, usize)> = None;
    for piece in pieces(html) {
        match (&mut skipped, piece) {
            (Some((wanted, depth)), Piece::Open(tag)) => {
                *depth += usize::from(name(tag) == *wanted);
            }
            (Some((wanted, depth)), Piece::Close(tag)) if name(tag) == *wanted => {
                *depth -= 1;
                if *depth == 0 {
                    skipped = None;
                }
            }
            (Some(_), _) => {}
            (None, Piece::Open(tag)) if is_frame(tag) => skipped = Some((name(tag), 1)),
            (None, Piece::Open(tag)) => part.tag(&lowered(tag), &mut out),
            (None, Piece::Close(tag)) => out.push_str(&lowered(tag)),
            (None, Piece::Text(text) | Piece::Other(text)) => out.push_str(text),
        }
    }
    out
}

/// What a page has once and a document of pages does not need again.
fn is_frame(tag: &str) -> bool {
    let class = attribute(tag, "class").unwrap_or_default();
    name(tag) == "nav" || class == "contents-inline" || class == "page-foot"
}

/// A heading one level lower, for the document has a title of its own.
fn lowered(tag: &str) -> Cow<'_, str> {
    let name = name(tag);
    let level = name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
    match level {
        Some(level @ 1..6) => Cow::Owned(tag.replacen(name, &format!("h{}", level + 1), 1)),
        _ => Cow::Borrowed(tag),
    }
}

struct Part<'a> {
    id: String,
    path: &'a str,
    within: &'a dyn Fn(&str) -> bool,
}

impl Part<'_> {
    fn tag(&self, tag: &str, out: &mut String) {
        let mut rest = tag;
        while let Some((before, after)) = rest.split_once("=\"") {
            let Some((value, behind)) = after.split_once('"') else { break };
            let name = before.rsplit(char::is_whitespace).next().unwrap_or_default();
            out.extend([before, "=\"", &self.value(name, value), "\""]);
            rest = behind;
        }
        out.push_str(rest);
    }

    fn value(&self, name: &str, value: &str) -> String {
        match name {
            "id" => format!("{}--{value}", self.id),
            "href" | "src" | "xlink:href" => self.address(value),
            name if REFERENCES.contains(&name) => {
                let ids = value.split_ascii_whitespace().map(|id| format!("{}--{id}", self.id));
                ids.collect::<Vec<_>>().join(" ")
            }
            _ => value.replace("url(#", &format!("url(#{}--", self.id)),
        }
    }

    fn address(&self, address: &str) -> String {
        let is_outside = address.starts_with('/') || address.contains(':');
        if is_outside {
            return address.to_owned();
        }
        let (file, fragment) = address.split_once('#').unwrap_or((address, ""));
        let path = if file.is_empty() { self.path.to_owned() } else { resolve(self.path, file) };
        match ((self.within)(&path), fragment) {
            (true, "") => format!("#{}", part_id(&path)),
            (true, fragment) => format!("#{}--{fragment}", part_id(&path)),
            (false, "") => encode(&path),
            (false, fragment) => format!("{}#{fragment}", encode(&path)),
        }
    }
}

/// The path that a relative address leads to from a page.
pub(in crate::site) fn resolve(from: &str, address: &str) -> String {
    let address = percent_encoding::percent_decode_str(address).decode_utf8_lossy();
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in address.split('/') {
        match part {
            "." => {}
            ".." => _ = parts.pop(),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_links_are_those_of_the_whole() {
        let check = |html, expected: &str| {
            let within = |path: &str| path != "a.png";
            assert_eq!(prefixed(html, "guides/gpu.html", &within), expected);
        };
        check("<h2 id=\"x\">a</h2>", "<h3 id=\"guides-gpu--x\">a</h3>");
        check("a<nav><nav>b</nav></nav>c", "ac");
        check("<a href=\"#x\">", "<a href=\"#guides-gpu--x\">");
        check("<a href=\"../apps/index.html\">", "<a href=\"#apps-index\">");
        check("<a href=\"b.html#y\">", "<a href=\"#guides-b--y\">");
        check("<img src=\"../a.png\" alt=\"\">", "<img src=\"a.png\" alt=\"\">");
        check("<a href=\"https://example.com/#a\">", "<a href=\"https://example.com/#a\">");
        check("<path marker-end=\"url(#m)\">", "<path marker-end=\"url(#guides-gpu--m)\">");
        check("id=\"x\"", "id=\"x\"");
    }
}
