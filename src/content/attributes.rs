//! Attributes behind a code fence or a container's name: `title="a b" {3,5-7} ins={2} numbers`.
//!
//! In: the text behind the language or name. Out: [`Attribute`]s in their order, each with its
//! bytes. It never judges a name: who asked for the attributes knows which exist.

use std::ops::Range;

/// A name with its value; the name of `{3,5-7}` and of text in quotes alone is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Attribute {
    /// What stands before `=`.
    pub(super) name: String,
    /// The value without its quotes or braces; empty for a name alone.
    pub(super) value: String,
    /// Whether there is a `=`, or braces or quotes alone.
    pub(super) has_value: bool,
    /// Where it stands in the text.
    pub(super) range: Range<usize>,
}

/// All attributes of a text.
pub(super) fn parse(text: &str) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    let mut at = 0;
    loop {
        let rest = &text[at..];
        at += rest.len() - rest.trim_start().len();
        if at >= text.len() {
            return attributes;
        }
        let (attribute, length) = first(&text[at..]);
        let range = at..at + length;
        attributes.push(Attribute { range, ..attribute });
        at += length;
    }
}

/// The attribute that a text starts with, and its length (at least one character).
fn first(text: &str) -> (Attribute, usize) {
    if let Some((value, length)) = value(text) {
        let value = value.to_owned();
        return (Attribute { value, has_value: true, ..Attribute::default() }, length);
    }
    let ends = |letter: char| letter.is_whitespace() || letter == '=';
    let end = text.find(ends).unwrap_or(text.len());
    let name = text[..end].to_owned();
    let Some(behind) = text[end..].strip_prefix('=') else {
        return (Attribute { name, ..Attribute::default() }, end);
    };
    let (value, length) = value(behind).unwrap_or_else(|| {
        let end = behind.find(char::is_whitespace).unwrap_or(behind.len());
        (&behind[..end], end)
    });
    let value = value.to_owned();
    (Attribute { name, value, has_value: true, range: 0..0 }, end + 1 + length)
}

/// A value in quotes or braces at the start, and its length with them.
fn value(text: &str) -> Option<(&str, usize)> {
    let close = match text.chars().next()? {
        quote @ ('"' | '\'') => quote,
        '{' => '}',
        _ => return None,
    };
    let end = text[1..].find(close)?;
    Some((&text[1..=end], end + 2))
}

/// Numbers and ranges such as `3,5-7` or `3 5-7`, in order of the text.
pub(super) fn ranges(text: &str) -> Option<Vec<(usize, usize)>> {
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
            (first > 0 && first <= last).then_some((first, last))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, bool)]) {
        let found = parse(text);
        let found: Vec<_> =
            found.iter().map(|at| (at.name.as_str(), at.value.as_str(), at.has_value)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn names_values_braces() {
        check(
            " title=\"a b\" {3,5-7} ins={2} numbers start=10",
            &[
                ("title", "a b", true),
                ("", "3,5-7", true),
                ("ins", "2", true),
                ("numbers", "", false),
                ("start", "10", true),
            ],
        );
        check("", &[]);
        check("title=\"open {", &[("title", "\"open", true), ("{", "", false)]);
        check("ü=é =x", &[("ü", "é", true), ("", "x", true)]);
    }

    #[test]
    fn lines() {
        assert_eq!(ranges("3,5-7 9"), Some(vec![(3, 3), (5, 7), (9, 9)]));
        assert_eq!(ranges("7-5"), None);
        assert_eq!(ranges("0"), None);
        assert_eq!(ranges("a"), None);
    }
}
