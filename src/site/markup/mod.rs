//! Finished HTML is read again: what the site's other forms are made from.
//!
//! In: HTML of our own templates, with raw HTML of users in it. Out: pieces ([`pieces`]), a tree
//! ([`tree()`]) and what is made from them: Markdown, plain words, and pages that can stand in one
//! document. It never fails: what is not well formed is read as far as it goes.

mod join;
mod markdown;
mod tree;

pub(super) use join::{part_id, prefixed, resolve};
pub(super) use markdown::markdown;
pub(super) use tree::{Element, Node, tree};

/// A part of a document, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Between tags, with its entities.
    Text(&'a str),
    /// `<a href="x">`, whole.
    Open(&'a str),
    /// `</a>`, whole.
    Close(&'a str),
    /// A comment or a declaration.
    Other(&'a str),
}

/// The pieces of a document; put together again they are the document.
pub(super) fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = html;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, length) = first(rest);
        rest = &rest[length..];
        Some(piece)
    })
}

fn first(html: &str) -> (Piece<'_>, usize) {
    if html.starts_with("<!--") {
        let end = html.find("-->").map_or(html.len(), |at| at + 3);
        return (Piece::Other(&html[..end]), end);
    }
    if is_tag(html) {
        let end = end_of_tag(html);
        let tag = &html[..end];
        let piece = match tag.as_bytes()[1] {
            b'/' => Piece::Close(tag),
            b'!' => Piece::Other(tag),
            _ => Piece::Open(tag),
        };
        return (piece, end);
    }
    let mut ends = html.match_indices('<').map(|(at, _)| at).filter(|at| *at > 0);
    let end = ends.find(|at| is_tag(&html[*at..])).unwrap_or(html.len());
    (Piece::Text(&html[..end]), end)
}

fn is_tag(html: &str) -> bool {
    let mut bytes = html.bytes();
    let starts = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!');
    bytes.next() == Some(b'<') && bytes.next().is_some_and(starts)
}

/// Where a tag ends, behind its `>`; one in quotes does not end it.
fn end_of_tag(html: &str) -> usize {
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    html.len()
}

/// The name of a tag.
pub(super) fn name(tag: &str) -> &str {
    let rest = tag.trim_start_matches(['<', '/']);
    let end = rest.find(|at: char| !at.is_ascii_alphanumeric() && at != '-');
    &rest[..end.unwrap_or(rest.len())]
}

/// An attribute of a tag, with its entities.
pub(super) fn attribute<'a>(tag: &'a str, wanted: &str) -> Option<&'a str> {
    attributes(tag).find(|(name, _)| *name == wanted).map(|(_, value)| value)
}

/// The attributes of a tag that have a value in double quotes, which is how we write them.
pub(super) fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = &tag[name(tag).len() + 1..];
    std::iter::from_fn(move || {
        let (before, after) = rest.split_once("=\"")?;
        let (value, behind) = after.split_once('"')?;
        rest = behind;
        Some((before.rsplit(char::is_whitespace).next().unwrap_or_default(), value))
    })
}

/// The part of a page between `<main …>` and `</main>`; empty where a theme has none.
pub(super) fn main_of(html: &str) -> &str {
    let Some(start) = html.find("<main").map(|at| at + end_of_tag(&html[at..])) else { return "" };
    let end = html.rfind("</main>").unwrap_or(html.len());
    html.get(start..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_the_document() {
        for html in
            ["a<b c=\"x>y\">d</b>", "<!-- <a> -->é", "1 < 2 <", "<a", "ä<", "<!doctype html>"]
        {
            let joined: String = pieces(html)
                .map(|piece| match piece {
                    Piece::Text(text)
                    | Piece::Open(text)
                    | Piece::Close(text)
                    | Piece::Other(text) => text,
                })
                .collect();
            assert_eq!(joined, html);
        }
        let all: Vec<_> = pieces("<b c=\"x>y\">d</b>").collect();
        assert_eq!(all, [Piece::Open("<b c=\"x>y\">"), Piece::Text("d"), Piece::Close("</b>")]);
    }

    #[test]
    fn attributes_are_found() {
        let tag = "<a class=\"b c\" hidden href=\"x\">";
        assert_eq!((name(tag), attribute(tag, "href")), ("a", Some("x")));
        assert_eq!(attribute(tag, "ref"), None);
    }

    #[test]
    fn main_is_cut_out() {
        assert_eq!(main_of("<nav></nav><main id=\"main\">a</main>b"), "a");
        assert_eq!(main_of("<p>"), "");
    }
}
