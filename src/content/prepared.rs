//! A template is prepared for the engine, and what it says can be led back: [`Prepared`].
//!
//! In: a masked template in its pieces. Out: the same with marks where literal pieces start, the
//! numbers of calls as arguments, a filter around shown values, and without the line that a
//! statement stands on alone. It never evaluates anything.

use std::fmt::Write as _;
use std::ops::Range;

use super::names::Call;
use super::tags::{Kind, Piece, Tag};

/// Opens the mark of a literal piece.
pub(super) const MARK: char = '\u{2}';
/// Closes it.
pub(super) const MARK_END: char = '\u{3}';
/// The argument that tells calls apart.
pub(super) const CALL: &str = "__call";
/// The filter that shows values.
pub(super) const SHOWN: &str = "__shown";
/// The same for paths with `?.`, which may lead nowhere.
pub(super) const SHOWN_IF_ANY: &str = "__shown_if_any";

/// How values are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// Through our filter, which shows what is unknown as a dash.
    Filtered,
    /// As the engine writes them.
    Bare,
}

/// A template as the engine gets it, with what was put in.
pub(super) struct Prepared {
    /// What the engine reads.
    pub(super) text: String,
    edits: Vec<Edit>,
}

/// A stretch of the template that was replaced.
#[derive(Clone, Copy)]
struct Edit {
    /// Where the new text is.
    start: usize,
    /// How long it is.
    length: usize,
    /// Where the old text ended in the template.
    source: usize,
}

impl Prepared {
    /// The author's template, with a first byte that stops an engine which only checks.
    pub(super) fn plain(masked: &str) -> Self {
        Self::edit(masked, vec![(0..0, MARK.to_string())])
    }

    /// The template with all that is put in.
    pub(super) fn full(masked: &str, parts: &[Piece], calls: &[Call], shown: Shown) -> Self {
        let kept = kept(masked, parts);
        let mut edits = Vec::new();
        for (number, (part, kept)) in parts.iter().zip(&kept).enumerate() {
            match part {
                Piece::Literal(range) => {
                    edits.push((range.start..kept.start, format!("{MARK}{number}{MARK_END}")));
                    edits.push((kept.end..range.end, String::new()));
                }
                Piece::Tag(tag) => {
                    if shown == Shown::Filtered {
                        edits.extend(shown_filter(masked, tag));
                    }
                    edits.extend(call_numbers(tag, calls));
                }
            }
        }
        edits.sort_by_key(|(range, _)| range.start);
        Self::edit(masked, edits)
    }

    fn edit(masked: &str, edits: Vec<(Range<usize>, String)>) -> Self {
        let mut prepared = Self { text: String::new(), edits: Vec::new() };
        let mut from = 0;
        for (range, text) in edits {
            prepared.text.push_str(&masked[from..range.start]);
            let start = prepared.text.len();
            prepared.edits.push(Edit { start, length: text.len(), source: range.end });
            prepared.text.push_str(&text);
            from = range.end;
        }
        prepared.text.push_str(&masked[from..]);
        prepared
    }

    /// The byte of the masked template for a byte of the prepared one.
    pub(super) fn to_masked(&self, offset: usize) -> usize {
        let after = self.edits.partition_point(|edit| edit.start <= offset);
        let last = after.checked_sub(1).map(|at| self.edits[at]);
        last.map_or(offset, |edit| edit.source + (offset - edit.start).saturating_sub(edit.length))
    }
}

/// What is shown of a page whose template cannot be evaluated: all but its tags.
pub(super) fn hidden(masked: &str, parts: &[Piece]) -> String {
    let mut text = String::new();
    for (number, (part, kept)) in parts.iter().zip(kept(masked, parts)).enumerate() {
        if matches!(part, Piece::Literal(_)) {
            write!(text, "{MARK}{number}{MARK_END}{}", &masked[kept])
                .expect("bug: a string takes all text");
        }
    }
    text
}

/// For each piece, the bytes of it that are copied; for tags, all of them.
///
/// White space behind `-}}` goes, and the line of statements that stand on it alone: else every loop
/// over the rows of a table would put empty lines between them, which end the table.
pub(super) fn kept(masked: &str, parts: &[Piece]) -> Vec<Range<usize>> {
    let lone = lone_tags(masked, parts);
    let is_lone = |number: Option<usize>| number.is_some_and(|at| lone.get(at) == Some(&true));
    let trims = |number: Option<usize>| {
        number.is_some_and(|at| matches!(&parts[at], Piece::Tag(tag) if tag.trims_after))
    };
    let range = |(number, part): (usize, &Piece)| match part {
        Piece::Tag(tag) => tag.range.clone(),
        Piece::Literal(range) => {
            let text = &masked[range.clone()];
            let before = number.checked_sub(1);
            let skipped = match () {
                () if trims(before) => text.len() - text.trim_start().len(),
                () if is_lone(before) => line_end(text),
                () => 0,
            };
            let indent = if is_lone(Some(number + 1)) { indentation(text) } else { 0 };
            let start = range.start + skipped;
            start..(range.end - indent).max(start)
        }
    };
    parts.iter().enumerate().map(range).collect()
}

/// The length of what is left of a line, where that is blank.
fn line_end(text: &str) -> usize {
    let end = text.find('\n').map_or(text.len(), |end| end + 1);
    if text[..end].trim().is_empty() { end } else { 0 }
}

/// The length of white space behind the last line end.
fn indentation(text: &str) -> usize {
    let line = &text[text.rfind('\n').map_or(0, |at| at + 1)..];
    if line.trim().is_empty() { line.len() } else { 0 }
}

/// For each piece, whether it is a statement or comment on a line with nothing but such.
fn lone_tags(masked: &str, parts: &[Piece]) -> Vec<bool> {
    let mut lone = vec![false; parts.len()];
    let (mut group, mut is_blank) = (Vec::<usize>::new(), true);
    for (number, part) in parts.iter().enumerate() {
        match part {
            Piece::Literal(range) => {
                let text = &masked[range.clone()];
                let Some((first, rest)) = text.split_once('\n') else {
                    is_blank &= text.trim().is_empty();
                    continue;
                };
                if is_blank && first.trim().is_empty() {
                    for at in &group {
                        lone[*at] = true;
                    }
                }
                group.clear();
                is_blank = rest.rsplit('\n').next().is_some_and(|last| last.trim().is_empty());
            }
            Piece::Tag(tag) => {
                let is_comment = masked[tag.range.clone()].starts_with("{#");
                is_blank &= tag.kind == Kind::Statement || is_comment;
                group.push(number);
            }
        }
    }
    if is_blank {
        for at in group {
            lone[at] = true;
        }
    }
    lone
}

/// Parentheses and the filter that shows an unknown value as a dash.
fn shown_filter(masked: &str, tag: &Tag) -> Vec<(Range<usize>, String)> {
    let inner = &masked[tag.inner.clone()];
    if tag.kind != Kind::Output || inner.trim().is_empty() || inner.trim_start().starts_with('<') {
        return vec![];
    }
    let end = tag.inner.start + inner.trim_end().len();
    let start = tag.inner.end - inner.trim_start().len();
    let is_optional = inner.contains("?.") || inner.contains("?[");
    let filter = if is_optional { SHOWN_IF_ANY } else { SHOWN };
    vec![(start..start, "(".to_owned()), (end..end, format!(") | {filter}"))]
}

/// The number of each call in a tag, as its first argument; calls are in the order of the text.
fn call_numbers(tag: &Tag, calls: &[Call]) -> Vec<(Range<usize>, String)> {
    if tag.kind == Kind::Opaque {
        return vec![];
    }
    let before = |end: usize| calls.partition_point(|call| call.range.start < end);
    let numbers = before(tag.inner.start)..before(tag.inner.end);
    let edit = |number: usize| {
        let call = &calls[number];
        let comma = if call.has_arguments { ", " } else { "" };
        (call.arguments..call.arguments, format!("{CALL}={number}{comma}"))
    };
    numbers.map(edit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::tags::pieces;

    fn check(text: &str, expected: &[&str]) {
        let parts = pieces(text);
        let kept = kept(text, &parts).into_iter().zip(&parts);
        let kept = kept.filter(|(_, part)| matches!(part, Piece::Literal(_)));
        assert_eq!(kept.map(|(range, _)| &text[range]).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn statements_alone_on_a_line_leave_no_line() {
        check("a\n  {% if x %} \nb\n{% endif %}\n\nc", &["a\n", "b\n", "\nc"]);
        check("a {% if x %}\nb {% endif %}", &["a ", "\nb ", ""]);
        check(
            "{% if x %}{% if y %}\r\nb\n{% endif %}{# c #}{% endif %}",
            &["", "", "b\n", "", "", ""],
        );
        check("{{ x }}\n", &["", "\n"]);
        check("{{ x -}}\n\n y", &["", "y"]);
    }

    #[test]
    fn bytes_lead_back() {
        let text = "ü {{ x }}\n{% if y %}\nz{% endif %}";
        let prepared = Prepared::full(text, &pieces(text), &[], Shown::Filtered);
        for word in ["x", "y", "z", "endif"] {
            let offset = prepared.text.find(word).unwrap();
            assert_eq!(prepared.to_masked(offset), text.find(word).unwrap(), "{word}");
        }
    }
}
