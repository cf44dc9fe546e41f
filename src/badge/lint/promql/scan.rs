//! A query as tokens, with what is not closed.
//!
//! In: a query. Out: the byte ranges of its words, texts and signs, without comments. It knows no
//! grammar.

use std::ops::Range;

/// What a look at the signs of a query shows.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// In their order.
    pub(super) tokens: Vec<Range<usize>>,
    /// The most brackets that are open at once.
    pub(super) depth: usize,
    /// A bracket or quotation mark without its other one.
    pub(super) broken: Option<Broken>,
}

/// Something without its other half.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) at: usize,
    pub(super) what: String,
}

/// Signs of two characters.
const PAIRS: &[&str] = &["==", "!=", "=~", "!~", ">=", "<="];

pub(super) fn scan(source: &str) -> Scan {
    let mut scan = Scan::default();
    let mut open = vec![];
    let mut at = 0;
    while let Some(first) = source[at..].chars().next() {
        let end = at + length(&source[at..], first);
        let is_blank = first.is_whitespace() || first == '#';
        if !is_blank {
            scan.note(source, at..end, &mut open);
        }
        at = end;
    }
    if let (None, Some((at, sign))) = (&scan.broken, open.last()) {
        scan.broken = Some(Broken { at: *at, what: format!("`{sign}` is not closed") });
    }
    scan
}

impl Scan {
    fn note(&mut self, source: &str, token: Range<usize>, open: &mut Vec<(usize, char)>) {
        let text = &source[token.clone()];
        let at = token.start;
        let mut broken = None;
        match text.chars().next() {
            Some(quote @ ('"' | '\'' | '`')) if text.len() < 2 || !text.ends_with(quote) => {
                broken = Some(format!("the text that begins with `{}` does not end", mark(quote)));
            }
            Some(sign @ ('(' | '[' | '{')) => open.push((at, sign)),
            Some(sign @ (')' | ']' | '}')) => match open.pop() {
                Some((_, opened)) if other(opened) == sign => {}
                Some((_, opened)) => broken = Some(format!("`{opened}` is closed by `{sign}`")),
                None => broken = Some(format!("`{sign}` closes nothing")),
            },
            _ => {}
        }
        self.depth = self.depth.max(open.len());
        self.tokens.push(token);
        if let (None, Some(what)) = (&self.broken, broken) {
            self.broken = Some(Broken { at, what });
        }
    }
}

/// A quotation mark that can stand between backticks.
fn mark(quote: char) -> &'static str {
    match quote {
        '"' => "\"",
        '\'' => "'",
        _ => "grave accent",
    }
}

/// The sign that closes.
pub(super) fn other(opened: char) -> char {
    match opened {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// The bytes of a token, or of what stands between two.
fn length(rest: &str, first: char) -> usize {
    let until = |end: &dyn Fn(char) -> bool| rest.find(end).unwrap_or(rest.len());
    match first {
        '#' => until(&|at| at == '\n'),
        '"' | '\'' | '`' => text(rest, first),
        _ if is_word(first) => until(&|at| !is_word(at)),
        _ if PAIRS.iter().any(|pair| rest.starts_with(pair)) => 2,
        _ => first.len_utf8(),
    }
}

fn is_word(at: char) -> bool {
    at.is_alphanumeric() || matches!(at, '_' | ':' | '.' | '$')
}

/// The bytes of a text with its quotation marks; all that is left where it does not end.
fn text(rest: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, character) in rest.char_indices().skip(1) {
        if !is_escaped && character == quote {
            return at + 1;
        }
        is_escaped = !is_escaped && character == '\\' && quote != '`';
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, tokens: &[&str], broken: Option<(usize, &str)>) {
        let scan = scan(source);
        let found: Vec<_> = scan.tokens.iter().map(|token| &source[token.clone()]).collect();
        assert_eq!(found, tokens);
        let broken = broken.map(|(at, what)| Broken { at, what: what.to_owned() });
        assert_eq!(scan.broken, broken, "{source}");
    }

    #[test]
    fn comments_and_texts_hide_brackets() {
        check("up # (", &["up"], None);
        check("a{b=\"(\"}", &["a", "{", "b", "=", "\"(\"", "}"], None);
        check("a{b=\"\\\")\"}", &["a", "{", "b", "=", "\"\\\")\"", "}"], None);
        check("x>=1", &["x", ">=", "1"], None);
    }

    #[test]
    fn halves_are_found() {
        check("sum(up", &["sum", "(", "up"], Some((3, "`(` is not closed")));
        check("up)", &["up", ")"], Some((2, "`)` closes nothing")));
        check("a(b]", &["a", "(", "b", "]"], Some((3, "`(` is closed by `]`")));
        check("'a", &["'a"], Some((0, "the text that begins with `'` does not end")));
    }
}
