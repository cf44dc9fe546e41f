//! Lines such as `:::tabs` and `:::` become blocks of their own for the Markdown parser.
//!
//! In: Markdown without expressions. Out: the same, in which each such line outside code is an HTML
//! comment with a number, the directives by number, and a map back. CommonMark knows no containers,
//! and a comment is what ends a paragraph, needs no blank lines, and stands where its line stood.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::source_map::SourceMap;

/// Stands before and behind the number of a directive.
pub(super) const SIGN: char = '\u{7}';

/// A line that opens or closes a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directive {
    /// Where its colons start and its line ends, in the text before.
    pub(super) range: Range<usize>,
    /// The line, from its colons on.
    pub(super) line: String,
    /// How many colons it has.
    pub(super) colons: usize,
    /// The name; empty where it closes.
    pub(super) name: String,
    /// What stands between the name and the attributes.
    pub(super) title: String,
    /// What stands between the braces.
    pub(super) attributes: String,
}

/// A text with its directives marked.
pub(super) struct Marked<'a> {
    /// What the parser reads.
    pub(super) text: Cow<'a, str>,
    /// From bytes of it to bytes of the text before.
    pub(super) map: SourceMap,
    /// By number.
    pub(super) directives: Vec<Directive>,
}

/// Marks all directives of a text.
pub(super) fn mark(text: &str, options: Options) -> Marked<'_> {
    let found = if text.contains(":::") { find(text, options) } else { vec![] };
    if found.is_empty() {
        let (map, directives) = (SourceMap::default(), found);
        return Marked { text: Cow::Borrowed(text), map, directives };
    }
    let (mut marked, mut map, mut from) =
        (String::with_capacity(text.len()), SourceMap::default(), 0);
    for (number, directive) in found.iter().enumerate() {
        map.push(marked.len(), from, directive.range.start - from);
        marked.push_str(&text[from..directive.range.start]);
        marked.push_str(&token(number));
        from = directive.range.end;
    }
    map.push(marked.len(), from, text.len() - from);
    marked.push_str(&text[from..]);
    Marked { text: Cow::Owned(marked), map, directives: found }
}

fn token(number: usize) -> String {
    format!("<!--{SIGN}{number}{SIGN}-->")
}

/// The number of the directive that an HTML block is.
pub(super) fn number(html: &str) -> Option<usize> {
    let rest = html.trim().strip_prefix("<!--")?.strip_prefix(SIGN)?;
    rest.strip_suffix("-->")?.strip_suffix(SIGN)?.parse().ok()
}

/// The text with the lines that marks stand for: those that ended up in code after all.
pub(super) fn restored(text: String, directives: &[Directive]) -> String {
    if !text.contains(SIGN) {
        return text;
    }
    let text = text.replace("<!--\u{7}", "\u{7}").replace("\u{7}-->", "\u{7}");
    let line = |(at, part): (usize, &str)| match part.parse::<usize>() {
        Ok(number) if at % 2 == 1 => {
            directives.get(number).map_or_else(String::new, |one| one.line.clone())
        }
        _ => part.to_owned(),
    };
    text.split(SIGN).enumerate().map(line).collect()
}

/// The HTML without marks: those that ended up within other HTML.
pub(super) fn without(html: &str) -> Cow<'_, str> {
    if !html.contains(SIGN) {
        return Cow::Borrowed(html);
    }
    Cow::Owned(html.split(SIGN).step_by(2).collect::<String>().replace("<!---->", ""))
}

fn find(text: &str, options: Options) -> Vec<Directive> {
    let code: Vec<Range<usize>> = Parser::new_ext(text, options)
        .into_offset_iter()
        .filter(|(event, _)| matches!(event, Event::Start(Tag::CodeBlock(_)) | Event::Code(_)))
        .map(|(_, range)| range)
        .collect();
    let is_code = |at: usize| {
        let after = code.partition_point(|range| range.start <= at);
        after.checked_sub(1).is_some_and(|last| code[last].contains(&at))
    };
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some(directive) = directive(line.trim_end_matches(['\n', '\r']), start)
            && !is_code(directive.range.start)
        {
            found.push(directive);
        }
        start += line.len();
    }
    found
}

/// The directive that a line is; `start` is where the line starts.
fn directive(line: &str, start: usize) -> Option<Directive> {
    let rest = line.trim_start_matches([' ', '\t', '>']);
    let at = line.len() - rest.len();
    let behind = rest.trim_start_matches(':');
    let colons = rest.len() - behind.len();
    if colons < 3 {
        return None;
    }
    let words = behind.trim();
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    let end = words.find(|letter| !is_name(letter)).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    if name.is_empty() != words.is_empty() {
        return None;
    }
    let (title, attributes) = match rest.split_once('{') {
        Some((title, attributes)) => (title, attributes.trim_end().trim_end_matches('}')),
        None => (rest, ""),
    };
    let title = title.trim();
    let bare = title.strip_prefix('[').and_then(|title| title.strip_suffix(']')).unwrap_or(title);
    Some(Directive {
        range: start + at..start + line.trim_end().len(),
        line: rest.trim_end().to_owned(),
        colons,
        name: name.to_owned(),
        title: bare.to_owned(),
        attributes: attributes.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, &str, &str)]) {
        let options = crate::content::markdown::options(false);
        let marked = mark(text, options);
        let found = marked.directives.iter();
        let found: Vec<_> = found
            .map(|one| (one.name.as_str(), one.title.as_str(), one.attributes.as_str()))
            .collect();
        assert_eq!(found, expected);
        for (number, one) in marked.directives.iter().enumerate() {
            let at = marked.text.find(&token(number)).expect("its token");
            assert_eq!(marked.map.to_source(at), one.range.start);
        }
        assert!(marked.text.ends_with(text.rsplit('\n').next().unwrap()) || text.ends_with(':'));
    }

    #[test]
    fn lines_are_found() {
        check(":::tabs\na\n:::\nb", &[("tabs", "", ""), ("", "", "")]);
        check("a\n  > ::: table [My disks] {sortable}\nb", &[("table", "My disks", "sortable")]);
        check("a ::: b\n::: .x\n:: c", &[]);
    }

    #[test]
    fn code_is_left_alone() {
        check("```\n:::tabs\n```\n\n:::steps\nü", &[("steps", "", "")]);
        check("    :::tabs\nx", &[]);
    }

    #[test]
    fn marks_are_found_again() {
        assert_eq!(number(" <!--\u{7}12\u{7}-->\n"), Some(12));
        assert_eq!(number("<!-- a -->"), None);
        assert_eq!(without("<p><!--\u{7}1\u{7}--></p>"), "<p></p>");
    }
}
