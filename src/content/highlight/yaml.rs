//! YAML as Kubernetes writes it, with templates in its scalars.
//!
//! In: text. Out: classified lines. It works line by line with little state (an open block scalar,
//! an open quote, the depth of flow collections), so broken YAML is still shown in full.

use super::go_template;
use super::{Class, Line};

/// What goes on over the end of a line.
#[derive(Clone, Copy, Debug, Default)]
struct State {
    /// The least indentation of the lines of an open block scalar.
    block: Option<usize>,
    /// The quote of an open string.
    quote: Option<char>,
    /// How many `[` and `{` are open.
    depth: usize,
    /// Whether a Go template goes on.
    template: go_template::State,
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut state = State::default();
    text.lines().map(|line| Scanner::new(line, &mut state).scan()).collect()
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    state: &'a mut State,
    line: Line,
    /// The least indentation of a block scalar that starts on this line: one more than the column
    /// of the innermost `-` or key, 0 where there is none.
    inner: usize,
    /// Whether a value may start here.
    is_value: bool,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str, state: &'a mut State) -> Self {
        Self { text, at: 0, state, line: Line::default(), inner: 0, is_value: true }
    }

    fn scan(mut self) -> Line {
        if self.state.template != go_template::State::Outside {
            self.template();
        }
        // A statement of a template stands where it stands: it ends no block scalar.
        if self.at == 0 && self.text.trim_start().starts_with("{{") && self.state.block.is_some() {
            let indent = self.text.len() - self.text.trim_start().len();
            self.take(indent, Class::Plain);
            if self.text.contains("}}") {
                self.scalar(self.text.len(), Class::Text);
            } else {
                self.template();
            }
            return self.line;
        }
        if self.at == 0 && self.is_in_block() {
            let indent = self.text.len() - self.text.trim_start().len();
            self.take(indent, Class::Plain);
            self.scalar(self.text.len(), Class::Text);
            return self.line;
        }
        self.state.block = None;
        if let Some(quote) = self.state.quote.take() {
            self.quoted(quote, 0);
        } else if self.is_directive() {
            self.take(self.text.len(), Class::Comment);
        } else if self.is_document_mark() {
            self.take(3, Class::Punctuation);
        }
        while self.at < self.text.len() {
            self.word();
        }
        self.line
    }

    fn is_in_block(&self) -> bool {
        let Some(least) = self.state.block else { return false };
        let indent = self.text.len() - self.text.trim_start_matches(' ').len();
        self.text.trim().is_empty() || indent >= least
    }

    fn is_directive(&self) -> bool {
        self.state.depth == 0 && self.text.starts_with('%')
    }

    fn is_document_mark(&self) -> bool {
        let rest = self.text.strip_prefix("---").or_else(|| self.text.strip_prefix("..."));
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn take(&mut self, length: usize, class: Class) {
        let text = &self.text[self.at..self.at + length];
        self.line.push(class, text);
        self.at += length;
    }

    /// Whether the character behind `length` bytes ends a word.
    fn ends_at(&self, length: usize) -> bool {
        self.rest()[length..].chars().next().is_none_or(char::is_whitespace)
    }

    fn word(&mut self) {
        let rest = self.rest();
        let blank = rest.len() - rest.trim_start().len();
        if blank > 0 {
            return self.take(blank, Class::Plain);
        }
        let first = rest.chars().next().unwrap_or(' ');
        let before = self.text[..self.at].chars().next_back();
        match first {
            '#' if before.is_none_or(char::is_whitespace) => self.take(rest.len(), Class::Comment),
            '-' | '?' if self.ends_at(1) && self.state.depth == 0 => {
                self.inner = self.at + 1;
                self.take(1, Class::Punctuation);
            }
            '&' | '*' if self.name_length() > 1 => self.take(self.name_length(), Class::Variable),
            '!' => self.take(self.name_length(), Class::Type),
            '"' | '\'' => self.quoted(first, 1),
            '|' | '>' if self.is_block_header() => self.block_header(),
            '{' if rest.starts_with("{{") && !rest.contains("}}") => self.template(),
            '{' if rest.starts_with("{{") => self.plain(),
            '[' | '{' => {
                self.state.depth += 1;
                self.take(1, Class::Punctuation);
            }
            ']' | '}' | ',' if self.state.depth > 0 => {
                self.state.depth -= usize::from(first != ',');
                self.take(1, Class::Punctuation);
            }
            ':' if self.ends_at(1) => self.take(1, Class::Punctuation),
            _ => self.plain(),
        }
    }

    /// The length of an anchor, an alias or a tag.
    fn name_length(&self) -> usize {
        let in_flow = self.state.depth > 0;
        let ends = |letter: char| letter.is_whitespace() || in_flow && ",[]{}".contains(letter);
        self.rest().find(ends).unwrap_or(self.rest().len())
    }

    fn is_block_header(&self) -> bool {
        let rest = self.rest()[1..]
            .trim_start_matches(|at: char| at.is_ascii_digit() || "+-".contains(at));
        let rest = rest.trim_start();
        self.state.depth == 0 && self.is_value && (rest.is_empty() || rest.starts_with('#'))
    }

    fn block_header(&mut self) {
        self.state.block = Some(self.inner);
        self.take(self.name_length(), Class::Punctuation);
    }

    /// A quoted scalar or key, from `opened` bytes on; an open one goes on in the next line.
    fn quoted(&mut self, quote: char, opened: usize) {
        let Some(length) = quoted_length(&self.rest()[opened..], quote) else {
            self.state.quote = Some(quote);
            return self.scalar(self.text.len(), Class::Text);
        };
        let length = opened + length;
        let behind = &self.rest()[length..];
        let colon = behind.trim_start().strip_prefix(':');
        let is_key = colon.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with([' ', '\t']) || self.state.depth > 0
        });
        if is_key {
            return self.key(length);
        }
        self.scalar(self.at + length, Class::Text);
    }

    /// An unquoted scalar or key.
    fn plain(&mut self) {
        let (length, is_key) = plain_length(self.rest(), self.state.depth > 0);
        if is_key {
            return self.key(length);
        }
        let word = self.rest()[..length].trim_end();
        let class = kind(word);
        self.scalar(self.at + word.len().max(1), class);
    }

    fn key(&mut self, length: usize) {
        if self.state.depth == 0 {
            self.inner = self.at + 1;
        }
        self.scalar(self.at + length, Class::Key);
        let blank = self.rest().len() - self.rest().trim_start().len();
        self.take(blank, Class::Plain);
        self.take(usize::from(self.rest().starts_with(':')), Class::Punctuation);
    }

    /// Takes a scalar up to a byte, with the templates in it.
    fn scalar(&mut self, end: usize, class: Class) {
        let end = (end..=self.text.len()).find(|at| self.text.is_char_boundary(*at));
        let end = end.unwrap_or(self.text.len());
        while self.at < end {
            let rest = &self.text[self.at..end];
            let (start, length) = template(rest).unwrap_or((rest.len(), 0));
            self.take(start, class);
            if self.rest().starts_with("{{") && length > 0 {
                self.template();
            } else {
                self.take(length, Class::Variable);
            }
        }
    }

    /// Takes an action of a Go template, as far as it goes on this line.
    fn template(&mut self) {
        let length = self.state.template.action(&self.text[self.at..], &mut self.line);
        self.at += length;
    }
}

/// The length of a string with its closing quote.
fn quoted_length(text: &str, quote: char) -> Option<usize> {
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' && quote == '"' {
            letters.next();
        } else if letter == quote {
            if quote == '\'' && letters.peek().is_some_and(|(_, next)| *next == quote) {
                letters.next();
                continue;
            }
            return Some(at + 1);
        }
    }
    None
}

/// The length of an unquoted scalar, and whether it is a key.
fn plain_length(text: &str, in_flow: bool) -> (usize, bool) {
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        if matches!(letter, '$' | '{')
            && let Some((0, length)) = template(rest)
        {
            at += length;
            continue;
        }
        let next = rest[letter.len_utf8()..].chars().next();
        let ends =
            next.is_none_or(|next| next.is_whitespace() || in_flow && ",[]{}".contains(next));
        if letter == ':' && ends {
            return (at, true);
        }
        if letter.is_whitespace() && next == Some('#') || in_flow && ",[]{}".contains(letter) {
            return (at, false);
        }
        at += letter.len_utf8();
    }
    (text.len(), false)
}

/// The first `${…}`, `$(…)` or `{{ … }}`: where, and how long.
fn template(text: &str) -> Option<(usize, usize)> {
    let kinds = [("${", "}"), ("{{", "}}")];
    let found = kinds.iter().filter_map(|(open, close)| {
        let start = text.find(open)?;
        let length = text[start..].find(close)? + close.len();
        Some((start, length))
    });
    found.min()
}

/// What an unquoted scalar is read as.
fn kind(word: &str) -> Class {
    let constants = [
        "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", "yes",
        "no", "on", "off",
    ];
    if constants.contains(&word) {
        return Class::Constant;
    }
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    let is_based = ["0x", "0o"].iter().any(|prefix| {
        digits.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty() && rest.chars().all(|letter| letter.is_ascii_hexdigit())
        })
    });
    let is_number = digits.starts_with(|at: char| at.is_ascii_digit() || at == '.')
        && digits.replace('_', "").parse::<f64>().is_ok();
    if is_based || is_number { Class::Number } else { Class::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines as `class(text)`, plain text as it is.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<_> = lines(text)
            .iter()
            .map(|line| {
                let words = line.0.iter().map(|(class, text)| match class.name() {
                    Some(name) => format!("{}({})", &name[3..], text.trim_end()),
                    None => text.trim().to_owned(),
                });
                words.collect::<Vec<_>>().join(" ").trim().to_owned()
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn keys_and_scalars() {
        check(
            "a: 1\nb-c: x y # z\n\"d e\": true\nf: 10.0.0.1",
            &[
                "k(a) p(:) n(1)",
                "k(b-c) p(:) s(x y) c(# z)",
                "k(\"d e\") p(:) l(true)",
                "k(f) p(:) s(10.0.0.1)",
            ],
        );
    }

    #[test]
    fn sequences_anchors_tags() {
        check(
            "--- # d\n- &a !vault b: http://x\n- *a\n-",
            &["p(---) c(# d)", "p(-) v(&a) t(!vault) k(b) p(:) s(http://x)", "p(-) v(*a)", "p(-)"],
        );
    }

    #[test]
    fn block_scalars_end_with_their_indentation() {
        check(
            "- a: |-\n    x: 1\n\n    ${B} # no\n  c: >\n   d\ne: f",
            &[
                "p(-) k(a) p(: |-)",
                "s(x: 1)",
                "",
                "v(${B}) s( # no)",
                "k(c) p(: >)",
                "s(d)",
                "k(e) p(:) s(f)",
            ],
        );
    }

    #[test]
    fn flow_and_quotes() {
        check(
            "a: {b: [1, \"x\"], 'c': ~}",
            &["k(a) p(: {) k(b) p(: [) n(1) p(,) s(\"x\") p(],) k('c') p(:) l(~) p(})"],
        );
        check(
            "a: \"b\n  c\" # d\ne: 'it''s'",
            &["k(a) p(:) s(\"b)", "s(  c\") c(# d)", "k(e) p(:) s('it''s')"],
        );
    }

    #[test]
    fn templates() {
        check(
            "host: a.${DOMAIN:-x}\nb: {{ .Values.c }}\n{{ d }}: e",
            &[
                "k(host) p(:) s(a.) v(${DOMAIN:-x})",
                "k(b) p(: {{) v(.Values.c) p(}})",
                "p({{) f(d) p(}}:) s(e)",
            ],
        );
        check(
            "a: |\n  b\n{{- if .c }}\n  d\n{{- /* e\nf */}}\ng: {{ .h | quote }}",
            &[
                "k(a) p(: |)",
                "s(b)",
                "p({{-) k(if) v(.c) p(}})",
                "s(d)",
                "c({{- /* e)",
                "c(f */}})",
                "k(g) p(: {{) v(.h) p(|) f(quote) p(}})",
            ],
        );
    }
}
