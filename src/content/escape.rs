//! Values become text that Markdown, tables and HTML all show literally.
//!
//! In: any string. Out: the same string with what could be syntax as numeric character references,
//! which mean the character itself in running text, in table cells, in link destinations and in
//! raw HTML alike (a backslash does not work in the last). It never drops a printable character.

use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes `text` so that Markdown shows exactly it; the shape that `tera` wants.
pub(super) fn markdown(text: &str, out: &mut dyn Write) -> io::Result<()> {
    out.write_all(escaped(text).as_bytes())
}

/// The text with everything that could be syntax as character references.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut before = None;
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        if is_literal(before, letter, letters.peek().copied()) {
            out.push(letter);
        } else if !letter.is_control() || matches!(letter, '\n' | '\t') {
            write!(out, "&#{};", u32::from(letter)).expect("bug: a string takes all text");
        }
        before = Some(letter);
    }
    out
}

/// Whether a character can never start or be syntax where it stands.
fn is_literal(before: Option<char>, letter: char, after: Option<char>) -> bool {
    let both = |is: fn(char) -> bool| before.is_some_and(is) && after.is_some_and(is);
    match letter {
        ',' => true,
        ' ' => both(|beside| !beside.is_whitespace()),
        '.' | '-' | '/' | ':' => both(char::is_alphanumeric),
        _ => letter.is_alphanumeric() || !letter.is_ascii() && !letter.is_control(),
    }
}

/// HTML text and attribute values.
pub(super) fn html(text: &str) -> std::borrow::Cow<'_, str> {
    html_escape::encode_quoted_attribute(text)
}

/// An address for an attribute: spaces and what ends attributes cannot get out.
pub(super) fn href(address: &str) -> String {
    html(&address.replace(' ', "%20")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_readable() {
        assert_eq!(escaped("node-1.example.com, 10/8"), "node-1.example.com, 10/8");
    }

    #[test]
    fn syntax_becomes_references() {
        assert_eq!(escaped("*a*"), "&#42;a&#42;");
        assert_eq!(escaped("- a"), "&#45; a");
        assert_eq!(escaped("a\u{1}\n|"), "a&#10;&#124;");
    }

    #[test]
    fn addresses_cannot_leave_their_attribute() {
        assert_eq!(href("a b\"><i>"), "a%20b&quot;&gt;&lt;i&gt;");
    }
}
