//! Makes Jinja templates of YAML readable as YAML: [`blank`] and [`Blanked::restore`].
//!
//! In: the text of a template for Jinja, minijinja or makejinja. Out: text of the same length in
//! which statements and comments are spaces and expressions are placeholders, so that every byte
//! position still holds. It evaluates nothing.

use std::ops::Range;

use super::Span;

/// Stands at the start of each placeholder: a private-use character that YAML takes as a letter.
const MARK: char = '\u{e000}';

/// A delimiter pair; makejinja ends a comment with either of two forms.
struct Delimiter {
    open: &'static str,
    close: &'static [&'static str],
    expression: bool,
}

const DELIMITERS: &[Delimiter] = &[
    Delimiter { open: "{%", close: &["%}"], expression: false },
    Delimiter { open: "{#", close: &["#}"], expression: false },
    Delimiter { open: "#%", close: &["%#"], expression: false },
    Delimiter { open: "#|", close: &["|#", "#|"], expression: false },
    Delimiter { open: "{{", close: &["}}"], expression: true },
    Delimiter { open: "#{", close: &["}#"], expression: true },
];

/// A template that reads as YAML, and what its placeholders stand for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blanked {
    /// As many bytes and lines as the template has.
    pub(crate) text: String,
    expressions: Vec<Expression>,
}

/// An expression that became a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Expression {
    start: usize,
    text: String,
    /// Bytes of the placeholder: the part of the expression that is on its first line.
    placeholder: usize,
}

/// Replaces what only a template engine understands.
///
/// A line that an expression has for itself becomes spaces, since what it expands to may be any
/// number of lines. An opening delimiter without its end stays as it is.
pub(crate) fn blank(template: &str) -> Blanked {
    let mut text = String::with_capacity(template.len());
    let mut expressions = Vec::new();
    let mut at = 0;
    let delimiters = with_an_end(template);
    while let Some((range, delimiter)) = next(template, at, &delimiters) {
        text.push_str(&template[at..range.start]);
        let raw = &template[range.clone()];
        let first_line = raw.find(['\r', '\n']).unwrap_or(raw.len());
        if delimiter.expression && !fills_lines(template, &range) && first_line >= MARK.len_utf8() {
            text.push(MARK);
            text.extend(std::iter::repeat_n('_', first_line - MARK.len_utf8()));
            push_spaces(&mut text, &raw[first_line..]);
            let (start, placeholder) = (range.start, first_line);
            expressions.push(Expression { start, text: raw.to_owned(), placeholder });
        } else {
            push_spaces(&mut text, raw);
        }
        at = range.end;
    }
    text.push_str(&template[at..]);
    Blanked { text, expressions }
}

impl Blanked {
    /// The text of a scalar, or of a key, with its expressions as they were written.
    ///
    /// `span` is where the scalar stands.
    pub(crate) fn restore(&self, scalar_text: &str, span: Span) -> String {
        let first = self.expressions.partition_point(|one| one.start < span.range().start);
        let mut expressions =
            self.expressions[first..].iter().take_while(|one| one.start < span.range().end);
        let mut restored = String::with_capacity(scalar_text.len());
        let mut rest = scalar_text;
        while let Some(at) = rest.find(MARK) {
            let Some(expression) = expressions.next() else { break };
            restored.push_str(&rest[..at]);
            restored.push_str(&expression.text);
            let end = (at + expression.placeholder).min(rest.len());
            rest = rest.get(end..).unwrap_or_default();
        }
        restored.push_str(rest);
        restored
    }
}

/// The delimiters whose end occurs at all, with where it does so last.
///
/// No search beyond that place keeps the work linear where many parts are open.
fn with_an_end(template: &str) -> Vec<(usize, &'static Delimiter)> {
    let last = |delimiter: &Delimiter| {
        delimiter.close.iter().filter_map(|close| template.rfind(close)).max()
    };
    DELIMITERS.iter().filter_map(|delimiter| Some((last(delimiter)?, delimiter))).collect()
}

/// The first delimited part at or behind `from` that has an end.
fn next(
    template: &str,
    from: usize,
    delimiters: &[(usize, &'static Delimiter)],
) -> Option<(Range<usize>, &'static Delimiter)> {
    let mut at = from;
    loop {
        at += template[at..].find(['{', '#'])?;
        let rest = &template[at..];
        let part = delimiters
            .iter()
            .filter(|(last, delimiter)| at < *last && rest.starts_with(delimiter.open))
            .find_map(|(_, delimiter)| Some((at..at + length(rest, delimiter)?, *delimiter)));
        if part.is_some() {
            return part;
        }
        at += 1;
    }
}

fn length(rest: &str, delimiter: &Delimiter) -> Option<usize> {
    let inner = &rest[delimiter.open.len()..];
    let ends = delimiter.close.iter().filter_map(|close| Some(inner.find(close)? + close.len()));
    Some(delimiter.open.len() + ends.min()?)
}

/// Whether nothing but space stands around it on its first and last line.
fn fills_lines(template: &str, range: &Range<usize>) -> bool {
    let before = template[..range.start].rsplit('\n').next().unwrap_or_default();
    let after = template[range.end..].split('\n').next().unwrap_or_default();
    before.trim().is_empty() && after.trim().is_empty()
}

fn push_spaces(text: &mut String, raw: &str) {
    text.extend(raw.bytes().map(|byte| match byte {
        b'\n' => '\n',
        b'\r' => '\r',
        _ => ' ',
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    /// Blanks to `expected`, where `*` in it stands for the three bytes of the mark.
    fn check(template: &str, expected: &str) {
        let blanked = blank(template);
        assert_eq!(blanked.text, expected.replace('*', &MARK.to_string()));
        assert_eq!(blanked.text.len(), template.len());
        let breaks = |text: &str| text.match_indices('\n').map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(breaks(&blanked.text), breaks(template));
    }

    #[test]
    fn statements_and_comments_become_spaces() {
        check("{% if a %}\nb: 1\n{%- endif -%}\n", "          \nb: 1\n             \n");
        check("a: 1 {# ä\nb #}\n", "a: 1      \n    \n");
        check(
            "#% if a %#\nb: 1 #| why #|\nc: 2 #| why |#\n",
            concat!("          \n", "b: 1          \n", "c: 2          \n",),
        );
    }

    #[test]
    fn expressions_become_placeholders() {
        check("a: {{ b }}\n", "a: *____\n");
        check("a: #{ b }#-1\n", "a: *____-1\n");
        check("a: x:{{ b }}:v1\n", "a: x:*____:v1\n");
    }

    #[test]
    fn whole_lines_become_spaces() {
        check("a: 1\n  {{ rest }}\nb: 2\n", "a: 1\n            \nb: 2\n");
        check("a: {{ b\n  | c }}\nd: 1\n", "a: *_\n        \nd: 1\n");
    }

    #[test]
    fn what_has_no_end_stays() {
        check("a: ${#list[@]}\nb: {{ c\n", "a: ${#list[@]}\nb: {{ c\n");
        check("# {\na: {b: 1} # c\n", "# {\na: {b: 1} # c\n");
    }

    fn check_restored(template: &str, scalar: Range<usize>) {
        let blanked = blank(template);
        let span = Span::new(FileId(0), scalar.start, scalar.end);
        let restored = blanked.restore(&blanked.text[scalar.clone()], span);
        assert_eq!(restored, template[scalar]);
    }

    #[test]
    fn scalars_show_their_expressions() {
        check_restored("a: {{ b }}\n", 3..10);
        check_restored("a: {{ b }}\nc: x-{{ d }}_{{ e }}_f\n", 14..33);
        check_restored("a: plain\nb: {{ c }}\n", 3..8);
    }
}
