//! Bare addresses in text become links, as on GitHub.
//!
//! In: running text outside links and code. Out: its parts, each plain or an address. Punctuation
//! that ends a sentence stays outside the link.

/// A part of running text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part<'a> {
    /// Text as it is.
    Text(&'a str),
    /// An `http://` or `https://` address.
    Address(&'a str),
}

/// The parts of a text.
pub(super) fn parts(text: &str) -> Vec<Part<'_>> {
    let (mut parts, mut from, mut search) = (Vec::new(), 0, 0);
    while let Some(found) = text[search..].find("http").map(|at| search + at) {
        search = found + 4;
        let is_start =
            text[..found].chars().next_back().is_none_or(|letter| !letter.is_alphanumeric());
        let length = address_length(&text[found..]);
        if !is_start || length == 0 {
            continue;
        }
        if from < found {
            parts.push(Part::Text(&text[from..found]));
        }
        parts.push(Part::Address(&text[found..found + length]));
        from = found + length;
        search = from;
    }
    if from < text.len() {
        parts.push(Part::Text(&text[from..]));
    }
    parts
}

/// The bytes of the address that a text starts with; 0 where it starts with none.
fn address_length(text: &str) -> usize {
    let scheme = ["https://", "http://"].into_iter().find(|scheme| text.starts_with(scheme));
    let Some(scheme) = scheme else { return 0 };
    let ends =
        |letter: char| letter.is_whitespace() || letter.is_control() || "<>\"`".contains(letter);
    let end = text.find(ends).unwrap_or(text.len());
    let end = trimmed(&text[..end]);
    let host = text.get(scheme.len()..end).unwrap_or_default();
    if host.starts_with(|letter: char| letter.is_alphanumeric() || letter == '[') { end } else { 0 }
}

/// The length without punctuation that belongs to the sentence.
fn trimmed(address: &str) -> usize {
    let (opened, mut closed) = (address.matches('(').count(), address.matches(')').count());
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        match last {
            ')' if closed > opened => closed -= 1,
            '.' | ',' | ':' | ';' | '!' | '?' | '*' | '_' | '~' | '\'' => {}
            _ => break,
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = parts(text)
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => text.to_owned(),
                Part::Address(address) => format!("<{address}>"),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn addresses_are_found() {
        check("See https://example.com/a_b.", &["See ", "<https://example.com/a_b>", "."]);
        check("(http://example.com/x_(y))", &["(", "<http://example.com/x_(y)>", ")"]);
        check("xhttps://a https:// http", &["xhttps://a https:// http"]);
        check(
            "https://a.example https://b.example",
            &["<https://a.example>", " ", "<https://b.example>"],
        );
    }
}
