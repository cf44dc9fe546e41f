//! Braces in code are hidden from the template engine.
//!
//! In: the Markdown of a page. Out: text of the same length in which no brace within a code span, a
//! code block or the attributes of a heading opens a tag.

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::tags::{Piece, pieces};

/// What a brace in code becomes; the page's text cannot hold it.
pub(super) const BRACE: char = '\u{1}';

/// The text with braces in code replaced, byte for byte, by a character that is no tag.
pub(super) fn mask_code(text: &str, options: Options) -> String {
    let mut bytes = clean(text).into_bytes();
    for range in code_ranges(&hide_bars(text), options) {
        for byte in &mut bytes[range] {
            if *byte == b'{' {
                *byte = 1;
            }
        }
    }
    for start in heading_attributes(&bytes) {
        bytes[start] = 1;
    }
    String::from_utf8(bytes).expect("bug: one ASCII byte replaced another")
}

/// Control characters in a file mean nothing; here they would.
pub(super) fn clean(text: &str) -> String {
    let is_ours = |letter: char| matches!(letter, '\u{1}'..='\u{8}');
    text.chars().map(|letter| if is_ours(letter) { ' ' } else { letter }).collect()
}

/// The text with bars in tags replaced, so that a filter does not end a table's cell.
fn hide_bars(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for part in pieces(text) {
        let Piece::Tag(tag) = part else { continue };
        if text[tag.range.clone()].contains('\n') {
            continue;
        }
        for byte in &mut bytes[tag.range] {
            if *byte == b'|' {
                *byte = b'!';
            }
        }
    }
    String::from_utf8(bytes).expect("bug: one ASCII byte replaced another")
}

fn code_ranges(text: &str, options: Options) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, options).into_offset_iter();
    let is_code = |event: &Event| {
        let is_block = matches!(event, Event::Start(Tag::CodeBlock(_)));
        is_block || matches!(event, Event::Code(_) | Event::InlineMath(_) | Event::DisplayMath(_))
    };
    events.filter(|(event, _)| is_code(event)).map(|(_, range)| range).collect()
}

/// Where `{#id}` starts, which is an attribute of a heading and no comment.
fn heading_attributes(bytes: &[u8]) -> Vec<usize> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-.: =#".contains(byte);
    let starts = bytes.windows(2).enumerate().filter(|(_, pair)| *pair == b"{#");
    starts
        .map(|(start, _)| start)
        .filter(|start| {
            let rest = &bytes[start + 2..];
            let length = rest.iter().take_while(|byte| is_name(byte)).count();
            let is_closed = rest.get(length) == Some(&b'}');
            is_closed && length > 0 && rest[length - 1] != b'#' && rest[0] != b' '
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let masked = mask_code(text, crate::content::markdown::options(true));
        assert_eq!(masked.len(), text.len());
        assert_eq!(masked.replace(BRACE, "~"), expected);
    }

    #[test]
    fn only_code_is_masked() {
        check("{{ a }} `{{ b }}`", "{{ a }} `~~ b }}`");
        check("```\n{% c %}\n```\n{% d %}", "```\n~% c %}\n```\n{% d %}");
        check("    {{ e }}\n", "    ~~ e }}\n");
        check("$\\frac{{a}}{b}$ {{ c }}", "$\\frac~~a}}~b}$ {{ c }}");
        check("| {{ a | b }} `{` |\n|---|\n", "| {{ a | b }} `~` |\n|---|\n");
    }

    #[test]
    fn ids_of_headings_are_no_comments() {
        check("# A {#b}\n{# c #} {#d#}", "# A ~#b}\n{# c #} {#d#}");
    }
}
