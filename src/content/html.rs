//! Raw HTML in pages passes, except what would run code.
//!
//! In: a stretch of HTML. Out: the same without `<script>` elements, `on…` attributes and addresses
//! that run code, and where those were. It does not repair or check HTML otherwise.

use std::fmt::Write as _;
use std::ops::Range;

use super::links::{self, Kind};
use super::slots;

/// HTML that runs nothing, and what was taken out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cleaned {
    /// What is left.
    pub(super) html: String,
    /// Where something was taken out, and what.
    pub(super) dropped: Vec<(Range<usize>, String)>,
    /// The addresses that became tokens, in order.
    pub(super) links: Vec<Address>,
    /// Whether a `<script>` was opened and not closed.
    pub(super) is_in_script: bool,
    /// The ids of elements.
    pub(super) ids: Vec<(String, Range<usize>)>,
    /// What is wrong with images, and where their tags are.
    pub(super) flaws: Vec<(Flaw, Range<usize>)>,
}

/// What is wrong with an `<img>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It has no `alt`.
    NoAlt,
    /// Its file is on another host.
    ExternalImage,
}

/// An address in HTML that has to exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The address, with character references resolved.
    pub(super) value: String,
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What it has to lead to.
    pub(super) kind: Kind,
}

/// Cleans a stretch of HTML; `is_in_script` of the stretch before it goes in.
///
/// Addresses within the site become tokens with numbers from `first`.
pub(super) fn clean(text: &str, before: &Cleaned, first: usize) -> Cleaned {
    let mut cleaned = Cleaned { is_in_script: before.is_in_script, ..Cleaned::default() };
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        if cleaned.is_in_script {
            let Some(close) = find_ignoring_case(rest, "</script") else { return cleaned };
            at += close + tag_length(&rest[close..]);
            cleaned.is_in_script = false;
        } else if rest.starts_with("<!--") {
            let length = rest.find("-->").map_or(rest.len(), |end| end + 3);
            cleaned.html.push_str(&rest[..length]);
            at += length;
        } else if is_tag(rest) {
            let length = tag_length(rest);
            tag(&rest[..length], at, first, &mut cleaned);
            at += length;
        } else {
            let first = rest.chars().next().map_or(0, char::len_utf8);
            let next = rest[first..].find('<').map_or(rest.len(), |next| first + next);
            cleaned.html.push_str(&rest[..next]);
            at += next;
        }
    }
    cleaned
}

fn is_tag(text: &str) -> bool {
    let mut letters = text.chars();
    letters.next() == Some('<')
        && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic() || letter == '/')
}

fn find_ignoring_case(text: &str, what: &str) -> Option<usize> {
    text.as_bytes()
        .windows(what.len())
        .position(|window| window.eq_ignore_ascii_case(what.as_bytes()))
}

/// The length of a tag, with `>` in quotes skipped.
fn tag_length(text: &str) -> usize {
    let mut quote = None;
    for (at, letter) in text.char_indices() {
        match quote {
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '"' | '\'') => quote = Some(letter),
            None if letter == '>' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn tag(tag: &str, at: usize, first: usize, cleaned: &mut Cleaned) {
    let start = if tag.starts_with("</") { 2 } else { 1 };
    let ends_name = |letter: char| !(letter.is_ascii_alphanumeric() || letter == '-');
    let end = tag[start..].find(ends_name).map_or(tag.len(), |end| start + end);
    let name = tag[start..end].to_ascii_lowercase();
    if name == "script" {
        cleaned.is_in_script = !tag.starts_with("</") && !tag.ends_with("/>");
        if !tag.starts_with("</") {
            cleaned.dropped.push((at..at + tag.len(), "`<script>`".to_owned()));
        }
        return;
    }
    cleaned.html.push_str(&tag[..end]);
    let linked = match name.as_str() {
        "a" => Some(("href", Kind::Page)),
        "img" => Some(("src", Kind::Image)),
        _ => None,
    };
    let (mut from, mut has_alt) = (end, false);
    while from < tag.len() {
        let length = attribute_length(&tag[from..]);
        let name = attribute(&tag[from..from + length], at + from, first, linked, cleaned);
        has_alt |= name == "alt";
        from += length;
    }
    if start == 1 && name == "img" && !has_alt {
        cleaned.flaws.push((Flaw::NoAlt, at..at + tag.len()));
    }
}

/// Copies an attribute, but not one that runs code; an address of the site becomes a token. Gives
/// the attribute's name.
fn attribute(
    attribute: &str,
    at: usize,
    first: usize,
    linked: Option<(&str, Kind)>,
    cleaned: &mut Cleaned,
) -> String {
    let (name, written) = attribute.split_once('=').unwrap_or((attribute, ""));
    let written = written.trim().trim_matches(['"', '\'']);
    let value = html_escape::decode_html_entities(written);
    let blank = name.len() - name.trim_start().len();
    let name = name.trim_matches(|at: char| at.is_whitespace() || at == '/').to_ascii_lowercase();
    let runs = name.starts_with("on") && name.len() > 2 || name == "srcdoc";
    let is_address = ["href", "src", "action", "formaction", "xlink:href", "data"];
    if runs || is_address.contains(&name.as_str()) && links::is_script(&value) {
        cleaned.dropped.push((at..at + attribute.len(), format!("`{name}`")));
        return name;
    }
    let start = at + attribute.rfind(written).unwrap_or(0);
    let range = start..start + written.len();
    if name == "id" && !value.trim().is_empty() {
        cleaned.ids.push((value.trim().to_owned(), range.clone()));
    }
    if linked == Some(("src", Kind::Image)) && name == "src" && links::is_remote(value.trim()) {
        cleaned.flaws.push((Flaw::ExternalImage, range.clone()));
    }
    match linked {
        Some((linked, kind)) if linked == name && !links::is_external(value.trim()) => {
            let token = slots::address(first + cleaned.links.len());
            cleaned.html.push_str(&attribute[..blank]);
            write!(cleaned.html, "{name}=\"{token}\"").expect("bug: a string takes all text");
            cleaned.links.push(Address { value: value.into_owned(), range, kind });
        }
        _ => cleaned.html.push_str(attribute),
    }
    name
}

/// The length of leading white space, one attribute and its value; the tag's end counts as one.
fn attribute_length(text: &str) -> usize {
    let start =
        text.len() - text.trim_start_matches(|at: char| at.is_whitespace() || at == '/').len();
    let ends = |letter: char| letter.is_whitespace() || matches!(letter, '=' | '>' | '/');
    let name_end = text[start..].find(ends).map_or(text.len(), |end| start + end);
    if name_end == start {
        return text[start..].chars().next().map_or(text.len(), |one| start + one.len_utf8());
    }
    let rest = &text[name_end..];
    let Some(value) = rest.trim_start().strip_prefix('=') else { return name_end };
    let value = value.trim_start();
    let value_start = text.len() - value.len();
    let length = match value.chars().next() {
        Some(quote @ ('"' | '\'')) => value[1..].find(quote).map_or(value.len(), |end| end + 2),
        _ => value.find(|at: char| at.is_whitespace() || at == '>').unwrap_or(value.len()),
    };
    value_start + length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, html: &str, dropped: &[&str]) {
        let cleaned = clean(text, &Cleaned::default(), 0);
        assert_eq!(cleaned.html, html);
        let names: Vec<_> = cleaned.dropped.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, dropped);
    }

    #[test]
    fn what_runs_is_dropped() {
        check("a<SCRIPT src=x>y</scRipt >b", "ab", &["`<script>`"]);
        check("<p onclick=\"a>b\" class=c>", "<p class=c>", &["`onclick`"]);
        check("<svg/onerror=x src=a>", "<svg src=a>", &["`onerror`"]);
        check("<a href=' java&#115;cript:x'>", "<a>", &["`href`"]);
        check("<script>never closed", "", &["`<script>`"]);
    }

    #[test]
    fn ids_and_images_are_told() {
        let cleaned = clean(
            "<a id=\"x\"><img src=a.png><img src='https://a.b/c' alt>",
            &Cleaned::default(),
            0,
        );
        assert_eq!(cleaned.ids, [("x".to_owned(), 7..8)]);
        assert_eq!(cleaned.flaws, [(Flaw::NoAlt, 10..25), (Flaw::ExternalImage, 35..48)]);
    }

    #[test]
    fn all_else_passes() {
        for text in
            ["<br/>", "<details open>\n<summary>ü < x</summary>", "<!-- <script> -->", "a<b"]
        {
            check(text, text, &[]);
        }
        check(
            "<a href=\"https://example.com/on?x=1\">",
            "<a href=\"https://example.com/on?x=1\">",
            &[],
        );
    }
}
