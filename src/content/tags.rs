//! A template becomes literal pieces and tags, and a tag becomes tokens.
//!
//! In: text in which code is already masked. Out: byte ranges, in order and without gaps. It never
//! judges what it reads: the template engine says what is wrong with a tag.

use std::ops::Range;

/// A run of the template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Text that is copied.
    Literal(Range<usize>),
    /// `{{ … }}`, `{% … %}` or `{# … #}`.
    Tag(Tag),
}

/// A tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    /// All of it, with its braces.
    pub(super) range: Range<usize>,
    /// What stands between the braces and the dashes beside them.
    pub(super) inner: Range<usize>,
    /// What it does.
    pub(super) kind: Kind,
    /// Whether it ends in `-}}`, which eats the white space behind it.
    pub(super) trims_after: bool,
}

/// What a tag does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// `{{ … }}` shows a value.
    Output,
    /// `{% … %}` is a statement.
    Statement,
    /// `{# … #}`, `{% raw %} … {% endraw %}`, or a tag that never ends.
    Opaque,
}

/// A word of a tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// What it is.
    pub(super) word: Word,
    /// Where it stands in the template.
    pub(super) range: Range<usize>,
}

/// The kinds of [`Token`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name or keyword.
    Name,
    /// A string in quotes.
    Text,
    /// A number.
    Number,
    /// Any other character.
    Mark(char),
}

/// The pieces of a template.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(start) = next_tag(text, at) {
        pieces.push(Piece::Literal(at..start));
        let tag = tag(text, start);
        at = tag.range.end;
        pieces.push(Piece::Tag(tag));
    }
    pieces.push(Piece::Literal(at..text.len()));
    pieces
}

fn next_tag(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    (from..bytes.len().saturating_sub(1))
        .find(|at| bytes[*at] == b'{' && matches!(bytes[at + 1], b'{' | b'%' | b'#'))
}

fn tag(text: &str, start: usize) -> Tag {
    let (close, kind) = match text.as_bytes()[start + 1] {
        b'{' => ("}}", Kind::Output),
        b'%' => ("%}", Kind::Statement),
        _ => ("#}", Kind::Opaque),
    };
    let found = match kind {
        Kind::Opaque => text[start + 2..].find(close).map(|at| start + 2 + at),
        _ => close_of(text, start + 2, close),
    };
    let Some(end) = found else {
        let range = start..text.len();
        return Tag { inner: range.clone(), range, kind: Kind::Opaque, trims_after: false };
    };
    let mut inner = start + 2..end;
    let dashed = &text[inner.clone()];
    let trims_after = dashed.len() > 1 && dashed.ends_with('-');
    inner.end -= usize::from(trims_after);
    inner.start += usize::from(dashed.starts_with('-'));
    inner.end = inner.end.max(inner.start);
    let tag = Tag { range: start..end + 2, inner, kind, trims_after };
    if kind == Kind::Statement && text[tag.inner.clone()].trim() == "raw" {
        return raw(text, tag);
    }
    tag
}

/// Stretches a `{% raw %}` tag over all up to its end.
fn raw(text: &str, mut tag: Tag) -> Tag {
    let mut at = tag.range.end;
    tag.kind = Kind::Opaque;
    while let Some(found) = text[at..].find("{%").map(|found| at + found) {
        let Some(close) = text[found..].find("%}").map(|close| found + close) else { break };
        let word = text[found + 2..close].trim_matches(|at: char| at == '-' || at.is_whitespace());
        at = close + 2;
        if word == "endraw" {
            tag.trims_after = text[..close].ends_with('-');
            tag.range.end = at;
            return tag;
        }
    }
    tag.range.end = text.len();
    tag
}

/// Where the tag ends, past all strings in it.
fn close_of(text: &str, from: usize, close: &str) -> Option<usize> {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, letter) in text[from..].char_indices() {
        match quote {
            Some(_) if is_escaped => is_escaped = false,
            Some(_) if letter == '\\' => is_escaped = true,
            Some(open) if letter == open => quote = None,
            None if matches!(letter, '"' | '\'' | '`') => quote = Some(letter),
            None if text[from + at..].starts_with(close) => return Some(from + at),
            _ => {}
        }
    }
    None
}

/// The words of a range of the template.
pub(super) fn tokens(text: &str, range: Range<usize>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = range.start;
    while let Some(letter) = text[at..range.end].chars().next() {
        let rest = &text[at..range.end];
        let (word, length) = match letter {
            '"' | '\'' | '`' => (Word::Text, string_length(rest, letter)),
            _ if letter.is_ascii_alphabetic() || letter == '_' => (Word::Name, name_length(rest)),
            _ if letter.is_ascii_digit() => (Word::Number, name_length(rest)),
            _ => (Word::Mark(letter), letter.len_utf8()),
        };
        if !letter.is_whitespace() {
            tokens.push(Token { word, range: at..at + length });
        }
        at += length;
    }
    tokens
}

fn name_length(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len())
}

fn string_length(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in rest.char_indices().skip(1) {
        if is_escaped {
            is_escaped = false;
        } else if letter == '\\' {
            is_escaped = true;
        } else if letter == quote {
            return at + 1;
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = pieces(text)
            .into_iter()
            .map(|piece| match piece {
                Piece::Literal(range) => format!("={}", &text[range]),
                Piece::Tag(tag) => format!("{:?} {}", tag.kind, &text[tag.inner]),
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn tags_end_behind_their_strings() {
        check("a {{- \"}}\" -}} b", &["=a ", "Output  \"}}\" ", "= b"]);
        check("{% if x %}y{% endif %}", &["=", "Statement  if x ", "=y", "Statement  endif ", "="]);
        check("{{ open", &["=", "Opaque {{ open", "="]);
        check("{{-}}", &["=", "Output ", "="]);
    }

    #[test]
    fn raw_and_comments_are_opaque() {
        check("{% raw %}{{ x }}{% endraw %}z", &["=", "Opaque  raw ", "=z"]);
        check("{# a {{ b #}c", &["=", "Opaque  a {{ b ", "=c"]);
    }

    #[test]
    fn words_of_a_tag() {
        let text = "a.b2 | c(d=\"e)\")";
        let words: Vec<_> =
            tokens(text, 0..text.len()).into_iter().map(|token| &text[token.range]).collect();
        assert_eq!(words, ["a", ".", "b2", "|", "c", "(", "d", "=", "\"e)\"", ")"]);
    }
}
