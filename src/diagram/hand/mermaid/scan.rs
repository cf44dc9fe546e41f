//! The pieces of a flowchart's line: nodes with their shapes, links with their words.
//!
//! In: text. Out: pieces and how far each goes. It knows no picture.

use super::super::sketch::Way;

/// Opening and closing brackets of shapes, longer ones first.
const SHAPES: [(&str, &[&str]); 12] = [
    ("(((", &[")))"]),
    ("((", &["))"]),
    ("([", &["])"]),
    ("[[", &["]]"]),
    ("[(", &[")]"]),
    ("[/", &["/]", "\\]"]),
    ("[\\", &["\\]", "/]"]),
    ("{{", &["}}"]),
    ("[", &["]"]),
    ("(", &[")"]),
    ("{", &["}"]),
    (">", &["]"]),
];

/// Reads text from its start.
pub(super) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest().trim().is_empty()
    }

    pub(super) fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    pub(super) fn take(&mut self, word: &str) -> bool {
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    /// Text up to the first of some words, which is taken too.
    fn until(&mut self, words: &[&str]) -> Option<&'a str> {
        let rest = self.rest();
        let found = words.iter().filter_map(|word| Some((rest.find(word)?, word.len())));
        let (at, length) = found.min()?;
        self.at += at + length;
        Some(&rest[..at])
    }

    /// The characters at the start that fit.
    fn run(&mut self, fits: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|character| !fits(character)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }
}

/// A node as it is named.
pub(super) struct Node {
    pub(super) id: String,
    pub(super) label: Option<String>,
    /// Whether its shape is opened and not closed.
    pub(super) unclosed: bool,
    pub(super) length: usize,
}

/// Statements of a line: `;` outside of quotes and brackets parts them.
pub(super) fn split(line: &str) -> Vec<(usize, &str)> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut quoted, mut depth) = (false, 0_i32);
    for (at, character) in line.char_indices() {
        match character {
            '"' => quoted = !quoted,
            '[' | '(' | '{' if !quoted => depth += 1,
            ']' | ')' | '}' if !quoted => depth -= 1,
            ';' if !quoted && depth <= 0 => {
                parts.push((start, &line[start..at]));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push((start, &line[start..]));
    parts
}

/// An id: letters, digits and more, with single hyphens, slashes and dots within.
fn id(scanner: &mut Scanner<'_>) -> String {
    let rest = scanner.rest();
    let mut end = 0;
    for (at, character) in rest.char_indices() {
        let next = rest[at + character.len_utf8()..].chars().next();
        let joins = next.is_some_and(|next| next.is_alphanumeric() || next == '_');
        let fits = character.is_alphanumeric()
            || matches!(character, '_' | '*' | '+' | '$' | '#' | '!' | '?' | '\'' | ':')
            || (matches!(character, '-' | '/' | '.' | ',') && at > 0 && joins);
        // `:::` starts a class.
        if !fits || rest[at..].starts_with(":::") {
            break;
        }
        end = at + character.len_utf8();
    }
    scanner.at += end;
    rest[..end].to_owned()
}

/// A node: an id, and perhaps a shape with words.
pub(super) fn node(scanner: &mut Scanner<'_>) -> Option<Node> {
    let start = scanner.at();
    let id = id(scanner);
    if id.is_empty() {
        return None;
    }
    let mut label = None;
    let mut unclosed = false;
    let before = scanner.at;
    scanner.space();
    let has_space = scanner.at > before;
    if scanner.take("@{") {
        let body = scanner.until(&["}"]);
        unclosed = body.is_none();
        label = body.and_then(attribute);
    } else if let Some((open, close)) = SHAPES
        .iter()
        .find(|(open, _)| scanner.rest().starts_with(open) && !(has_space && *open == ">"))
    {
        scanner.take(open);
        match words(scanner, close) {
            Some(words) => label = Some(words),
            None => unclosed = true,
        }
    } else {
        scanner.at = before;
    }
    if scanner.take(":::") {
        scanner.run(|character| character.is_alphanumeric() || matches!(character, '_' | '-'));
    }
    Some(Node { id, label, unclosed, length: scanner.at() - start })
}

/// `label: "…"` of `@{ shape: …, label: "…" }`.
fn attribute(body: &str) -> Option<String> {
    let (_, rest) = body.split_once("label:")?;
    let rest = rest.trim_start();
    let label = match rest.strip_prefix('"') {
        Some(quoted) => quoted.split('"').next()?,
        None => rest.split(',').next()?,
    };
    Some(plain(label))
}

/// Words up to the closing bracket.
fn words(scanner: &mut Scanner<'_>, close: &[&str]) -> Option<String> {
    scanner.space();
    if scanner.take("\"") {
        let words = scanner.until(&["\""])?;
        scanner.space();
        return close.iter().any(|close| scanner.take(close)).then(|| plain(words));
    }
    scanner.until(close).map(plain)
}

/// Words without quotes, tags, icons and escapes; a line break stays one.
pub(super) fn plain(text: &str) -> String {
    let text = text.trim().trim_matches('"').trim_matches('`');
    let mut text = text.replace("\\n", "\n");
    for tag in ["<br/>", "<br />", "<br>", "<BR>", "<BR/>"] {
        text = text.replace(tag, "\n");
    }
    let mut plain = String::new();
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '#', '&']) {
        let (before, from) = rest.split_at(at);
        plain.push_str(before);
        let (piece, taken) = special(from);
        plain.push_str(&piece);
        rest = &from[taken..];
    }
    plain.push_str(rest);
    let word = |word: &&str| !(is_icon(word));
    let line = |line: &str| line.split_whitespace().filter(word).collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = plain.lines().map(line).filter(|line| !line.is_empty()).collect();
    lines.join("\n").replace("**", "")
}

/// `fa:fa-server` and its like.
fn is_icon(word: &str) -> bool {
    let (set, name) = word.split_once(':').unwrap_or(("", ""));
    matches!(set, "fa" | "fab" | "fas" | "far") && name.starts_with("fa-")
}

/// A tag, an escape or the character itself, and how many bytes it takes.
fn special(text: &str) -> (String, usize) {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let itself = (text[..first].to_owned(), first);
    if let Some(rest) = text.strip_prefix('<') {
        let is_tag = rest.starts_with(|it: char| it.is_ascii_alphabetic() || it == '/');
        return match rest.find('>').filter(|_| is_tag) {
            Some(end) => (String::new(), end + 2),
            None => itself,
        };
    }
    let Some(end) = text.find(';').filter(|end| *end <= 8) else { return itself };
    let name = text[1..end].trim_start_matches('#');
    let number = name.parse().ok().and_then(char::from_u32).filter(|it| !it.is_control());
    let character = match name {
        "quot" => Some('"'),
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "nbsp" => Some(' '),
        _ => number,
    };
    character.map_or(itself, |character| (character.to_string(), end + 1))
}

/// A link.
pub(super) struct Line {
    pub(super) way: Way,
    pub(super) arrows: (bool, bool),
    pub(super) label: String,
    /// Whether it only keeps nodes apart (`~~~`).
    pub(super) hidden: bool,
}

/// A link with its words, in front of or within it.
pub(super) fn link(scanner: &mut Scanner<'_>) -> Option<Line> {
    scanner.space();
    named_edge(scanner);
    if scanner.rest().starts_with("~~~") {
        scanner.run(|character| character == '~');
        let (way, arrows, label) = (Way::Plain, (false, false), String::new());
        return Some(Line { way, arrows, label, hidden: true });
    }
    let back = start_tip(scanner);
    let body = scanner.run(|character| matches!(character, '-' | '=' | '.'));
    let way = match body {
        _ if body.len() < 2 => return None,
        _ if body.contains('.') => Way::Dotted,
        _ if body.starts_with('=') => Way::Thick,
        _ => Way::Plain,
    };
    let mut forward = end_tip(scanner);
    let is_open = !forward && matches!(body, "--" | "==" | "-.");
    let mut label = String::new();
    if is_open {
        let close: &[&str] = match way {
            Way::Thick => &["=="],
            Way::Dotted => &[".-"],
            _ => &["--"],
        };
        label = inner_words(scanner, close)?;
        scanner.run(|character| matches!(character, '-' | '=' | '.'));
        forward = end_tip(scanner);
    }
    scanner.space();
    if scanner.take("|") {
        label = plain(scanner.until(&["|"])?);
    }
    Some(Line { way, arrows: (back, forward), label: label.replace('\n', " "), hidden: false })
}

/// Words between the halves of a link.
fn inner_words(scanner: &mut Scanner<'_>, close: &[&str]) -> Option<String> {
    scanner.space();
    if scanner.take("\"") {
        let words = plain(scanner.until(&["\""])?);
        scanner.space();
        return close.iter().any(|close| scanner.take(close)).then_some(words);
    }
    scanner.until(close).map(plain)
}

/// `e1@` before a link names it.
fn named_edge(scanner: &mut Scanner<'_>) {
    let before = scanner.at;
    let name = scanner.run(|character| character.is_alphanumeric() || character == '_');
    if name.is_empty() || !scanner.take("@") {
        scanner.at = before;
    }
}

/// `<`, `o` or `x` before a link.
fn start_tip(scanner: &mut Scanner<'_>) -> bool {
    let rest = scanner.rest();
    let is_tip = ["<", "o", "x"]
        .iter()
        .any(|tip| rest.strip_prefix(tip).is_some_and(|rest| rest.starts_with(['-', '='])));
    if is_tip {
        scanner.at += 1;
    }
    is_tip && rest.starts_with('<')
}

/// `>`, `o` or `x` behind a link; the letters only where a space follows.
fn end_tip(scanner: &mut Scanner<'_>) -> bool {
    if scanner.take(">") {
        return true;
    }
    let ends = ["o", "x"].iter().any(|tip| {
        scanner.rest().strip_prefix(tip).is_some_and(|rest| rest.starts_with([' ', '|']))
    });
    if ends {
        scanner.at += 1;
    }
    false
}
