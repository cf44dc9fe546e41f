//! Go templates, as Helm, Talos and Flux' notifications write them.
//!
//! In: text, or one `{{ … }}`. Out: classified lines or words: keywords, functions, fields,
//! variables, strings and comments. It knows no template's functions: a bare word is one.

use super::{Class, Line};

const KEYWORDS: [&str; 12] = [
    "if", "else", "end", "range", "with", "define", "template", "block", "break", "continue",
    "include", "tpl",
];

/// The lines of a text that is a template as a whole.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut state = State::Outside;
    for text in text.lines() {
        let mut line = Line::default();
        state.line(text, &mut line);
        lines.push(line);
    }
    lines
}

/// Where a line starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// In text.
    #[default]
    Outside,
    /// In an action.
    Action,
    /// In a comment.
    Comment,
}

impl State {
    /// Classifies a line, whose text outside of actions is plain.
    fn line(&mut self, text: &str, line: &mut Line) {
        let mut rest = text;
        while !rest.is_empty() {
            if *self == Self::Outside {
                let start = rest.find("{{").unwrap_or(rest.len());
                line.push(Class::Plain, &rest[..start]);
                rest = &rest[start..];
                if rest.is_empty() {
                    return;
                }
            }
            let length = self.action(rest, line);
            rest = &rest[length..];
        }
    }

    /// Classifies an action from its braces, or from where the former line ended in it. Gives its
    /// length within the line.
    pub(super) fn action(&mut self, text: &str, line: &mut Line) -> usize {
        let mut at = 0;
        if *self == Self::Outside {
            at = opening(text);
            let is_comment = text[at..].trim_start().starts_with("/*");
            *self = if is_comment { Self::Comment } else { Self::Action };
            line.push(if is_comment { Class::Comment } else { Class::Punctuation }, &text[..at]);
        }
        if *self == Self::Comment {
            let end = text[at..].find("}}").map(|end| at + end + 2);
            line.push(Class::Comment, &text[at..end.unwrap_or(text.len())]);
            if end.is_some() {
                *self = Self::Outside;
            }
            return end.unwrap_or(text.len());
        }
        while at < text.len() {
            let rest = &text[at..];
            if rest.starts_with("}}") || rest.starts_with("-}}") {
                let length = if rest.starts_with('-') { 3 } else { 2 };
                line.push(Class::Punctuation, &rest[..length]);
                *self = Self::Outside;
                return at + length;
            }
            let (class, length) = word(rest);
            line.push(class, &rest[..length]);
            at += length;
        }
        at
    }
}

/// The length of `{{` or `{{-`.
fn opening(text: &str) -> usize {
    if text.starts_with("{{-") { 3 } else { 2.min(text.len()) }
}

fn word(rest: &str) -> (Class, usize) {
    let Some(letter) = rest.chars().next() else { return (Class::Plain, 0) };
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let name = |from: usize, more: &str| {
        let ends = |letter: char| !is_word(letter) && !more.contains(letter);
        rest[from..].find(ends).map_or(rest.len(), |end| from + end)
    };
    match letter {
        '"' | '`' | '\'' => (Class::Text, quoted(rest, letter)),
        '.' | '$' => (Class::Variable, name(1, ".")),
        _ if letter.is_ascii_digit() => (Class::Number, name(0, ".")),
        _ if is_word(letter) => {
            let length = name(0, "");
            let class = match &rest[..length] {
                "true" | "false" | "nil" => Class::Constant,
                word if KEYWORDS.contains(&word) => Class::Key,
                _ => Class::Function,
            };
            (class, length)
        }
        _ if letter.is_whitespace() => (Class::Plain, letter.len_utf8()),
        _ => (Class::Punctuation, letter.len_utf8()),
    }
}

fn quoted(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if quote != '`' => is_escaped = true,
            _ if letter == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let words = |line: &Line| {
            let words = line.0.iter().map(|(class, text)| match class.name() {
                Some(name) => format!("{}({})", &name[3..], text.trim_end()),
                None => text.trim().to_owned(),
            });
            words.collect::<Vec<_>>().join(" ").trim().to_owned()
        };
        assert_eq!(lines(text).iter().map(words).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn actions() {
        check(
            "a {{- if eq .Values.x \"y\" }}b{{ end -}}",
            &["a p({{-) k(if) f(eq) v(.Values.x) s(\"y\") p(}}) b p({{) k(end) p(-}})"],
        );
        check(
            "{{ $a := 1 | default true }}",
            &["p({{) v($a) p(:=) n(1) p(|) f(default) l(true) p(}})"],
        );
        check("{{- /* a\nb */ -}}c", &["c({{- /* a)", "c(b */ -}}) c"]);
        check("{{ a\n  .b }}", &["p({{) f(a)", "v(.b) p(}})"]);
        check("{{", &["p({{)"]);
    }
}
