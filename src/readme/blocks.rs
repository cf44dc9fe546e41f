//! Where blocks are in a Markdown text: comments that open and close them.
//!
//! In: Markdown. Out: blocks with the bytes of what they hold, in order. A comment within code is
//! none. Blocks do not nest.
//!
//! ```text
//! <!-- rackbook:begin table of="nodes" columns="node, role" -->
//! …
//! <!-- rackbook:end -->
//! ```

use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser};

use super::kinds::Kind;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// What opens a block, after the start of a comment.
pub(super) const BEGIN: &str = "rackbook:begin";
const END: &str = "rackbook:end";

/// A block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// The comment that opens it.
    pub(super) marker: Span,
    /// Its first word.
    pub(super) name: Span,
    /// The first word's text; empty where there is none.
    pub(super) kind: String,
    pub(super) arguments: Vec<Argument>,
    /// Bytes between the two comments.
    pub(super) inner: Range<usize>,
    /// Whether it opens and closes within a line.
    pub(super) is_inline: bool,
    /// Blanks before the comment that opens it.
    indent: String,
}

/// `key="value"` of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Argument {
    pub(super) key: String,
    pub(super) key_span: Span,
    pub(super) value: String,
    pub(super) value_span: Span,
}

impl Block {
    /// A block without arguments, which no text holds.
    pub(super) fn bare() -> Self {
        let nowhere = Span::new(FileId(0), 0, 0);
        Self {
            marker: nowhere,
            name: nowhere,
            kind: String::new(),
            arguments: vec![],
            inner: 0..0,
            is_inline: false,
            indent: String::new(),
        }
    }

    pub(super) fn argument(&self, key: &str) -> Option<&Argument> {
        self.arguments.iter().find(|argument| argument.key == key)
    }

    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.argument(key).map(|argument| argument.value.as_str())
    }

    pub(super) fn check_arguments(&self, kind: &Kind) -> Result<(), Box<Diagnostic>> {
        let wrong = |argument: &&Argument| !kind.arguments.contains(&argument.key.as_str());
        let Some(wrong) = self.arguments.iter().find(wrong) else { return Ok(()) };
        let message = format!("`{}` has no argument `{}`", kind.name, wrong.key);
        let problem = Diagnostic::error("readme/argument", message).at(wrong.key_span);
        let known = kind.arguments.iter().copied();
        let problem = problem.suggest(&wrong.key, known.clone());
        if problem.help.is_some() {
            return Err(Box::new(problem));
        }
        let names: Vec<String> = known.map(|name| format!("`{name}`")).collect();
        let help = match names.as_slice() {
            [] => format!("`{}` takes none", kind.name),
            names => format!("use one of {}", names.join(", ")),
        };
        Err(Box::new(problem.help(help)))
    }

    /// What stands between the comments, with the line ends and the indent of the file.
    pub(super) fn wrapped(&self, content: &str, text: &str) -> String {
        if self.is_inline {
            return content.to_owned();
        }
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut wrapped = newline.repeat(2);
        for line in content.trim_end().lines() {
            if !line.is_empty() {
                wrapped.push_str(&self.indent);
            }
            wrapped.push_str(line);
            wrapped.push_str(newline);
        }
        wrapped.push_str(newline);
        wrapped.push_str(&self.indent);
        wrapped
    }
}

/// A comment of ours.
struct Marker {
    range: Range<usize>,
    /// The text after `<!--`, without blanks around it, and its first byte.
    body: Range<usize>,
}

/// All blocks of a text, and what is wrong with them.
pub(super) fn find(text: &str, file: FileId) -> (Vec<Block>, Vec<Diagnostic>) {
    let (mut blocks, mut diagnostics) = (vec![], vec![]);
    let mut open: Option<Marker> = None;
    for marker in markers(text) {
        let span = Span::new(file, marker.range.start, marker.range.end);
        let is_end = text[marker.body.clone()].starts_with(END);
        match (open.take(), is_end) {
            (Some(begin), true) => match block(text, file, &begin, marker.range.start) {
                Ok(block) => blocks.push(block),
                Err(problem) => diagnostics.push(*problem),
            },
            (None, true) => diagnostics.push(
                Diagnostic::error("readme/end-without-begin", "no block is open here")
                    .at(span)
                    .help("remove the comment, or put `<!-- rackbook:begin NAME -->` before it"),
            ),
            (None, false) => open = Some(marker),
            (Some(begin), false) => {
                diagnostics.push(unclosed(file, &begin).related(span, "the next one begins here"));
                open = Some(marker);
            }
        }
    }
    diagnostics.extend(open.map(|begin| unclosed(file, &begin)));
    (blocks, diagnostics)
}

fn unclosed(file: FileId, begin: &Marker) -> Diagnostic {
    Diagnostic::error("readme/unclosed", "this block has no end")
        .at(Span::new(file, begin.range.start, begin.range.end))
        .help("put `<!-- rackbook:end -->` where it ends")
}

/// Comments of ours outside of code.
fn markers(text: &str) -> Vec<Marker> {
    let mut found: Vec<Marker> = vec![];
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        if !matches!(event, Event::Html(_) | Event::InlineHtml(_)) {
            continue;
        }
        for (at, _) in text[range.clone()].match_indices("<!--") {
            let start = range.start + at;
            let is_new = found.last().is_none_or(|last| last.range.end <= start);
            found.extend(marker(text, start).filter(|_| is_new));
        }
    }
    found
}

fn marker(text: &str, start: usize) -> Option<Marker> {
    let end = start + text[start..].find("-->")? + 3;
    let body = &text[start + 4..end - 3];
    let trimmed = body.trim();
    if !trimmed.starts_with(BEGIN) && !trimmed.starts_with(END) {
        return None;
    }
    let first = start + 4 + (body.len() - body.trim_start().len());
    Some(Marker { range: start..end, body: first..first + trimmed.len() })
}

fn block(text: &str, file: FileId, begin: &Marker, end: usize) -> Result<Block, Box<Diagnostic>> {
    let line = text[..begin.range.start].rfind('\n').map_or(0, |at| at + 1);
    let before = &text[line..begin.range.start];
    let is_inline = !text[begin.range.end..end].contains('\n');
    if !is_inline && !before.trim().is_empty() {
        let message = "a block of several lines begins a line";
        let span = Span::new(file, begin.range.start, begin.range.end);
        let problem = Diagnostic::error("readme/not-alone", message).at(span);
        return Err(Box::new(problem.help("put the comment on a line of its own")));
    }
    let mut words = Words { text, file, at: begin.body.start + BEGIN.len(), end: begin.body.end };
    let name = words.word();
    let kind = text[name.range()].to_owned();
    let arguments = words.arguments()?;
    let marker = Span::new(file, begin.range.start, begin.range.end);
    let name = if kind.is_empty() { marker } else { name };
    let inner = begin.range.end..end;
    Ok(Block { marker, name, kind, arguments, inner, is_inline, indent: before.to_owned() })
}

/// Reads a comment from left to right.
struct Words<'a> {
    text: &'a str,
    file: FileId,
    at: usize,
    end: usize,
}

impl Words<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..self.end]
    }

    fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// Letters up to a blank or `=`.
    fn word(&mut self) -> Span {
        self.skip_blanks();
        let rest = self.rest();
        let length = rest.find(|at: char| at.is_whitespace() || at == '=').unwrap_or(rest.len());
        self.at += length;
        Span::new(self.file, self.at - length, self.at)
    }

    fn arguments(&mut self) -> Result<Vec<Argument>, Box<Diagnostic>> {
        let mut arguments: Vec<Argument> = vec![];
        loop {
            let key_span = self.word();
            if key_span.range().is_empty() && self.rest().is_empty() {
                return Ok(arguments);
            }
            let key = self.text[key_span.range()].to_owned();
            let value_span = self.value(key_span)?;
            let value = self.text[value_span.range()].to_owned();
            if let Some(first) = arguments.iter().find(|argument| argument.key == key) {
                let problem =
                    Diagnostic::error("readme/argument", format!("`{key}` is there twice"));
                let problem = problem.at(key_span).related(first.key_span, "first here");
                return Err(Box::new(problem.help("remove one of the two")));
            }
            arguments.push(Argument { key, key_span, value, value_span });
        }
    }

    /// What follows a key: `="…"`, `='…'` or `=word`.
    fn value(&mut self, key: Span) -> Result<Span, Box<Diagnostic>> {
        let wrong = |message: &str| {
            let problem = Diagnostic::error("readme/argument", message).at(key);
            Box::new(problem.help("write it as `key=\"value\"`"))
        };
        if key.range().is_empty() || !self.rest().starts_with('=') {
            return Err(wrong("an argument needs a key and a value"));
        }
        self.at += 1;
        let Some(quote) = self.rest().chars().next().filter(|at| matches!(at, '"' | '\'')) else {
            return Ok(self.word());
        };
        let start = self.at + 1;
        let length = self.text[start..self.end].find(quote);
        let length = length.ok_or_else(|| wrong("the quotation mark is not closed"))?;
        self.at = start + length + 1;
        Ok(Span::new(self.file, start, start + length))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: FileId = FileId(0);

    fn blocks(text: &str) -> Vec<Block> {
        let (blocks, wrong) = find(text, FILE);
        assert!(wrong.is_empty(), "{wrong:?}");
        blocks
    }

    #[test]
    fn a_block_has_a_name_arguments_and_what_it_holds() {
        let text = "a\n\n<!-- rackbook:begin table of=\"nodes\" columns='a, b' max=3 -->\nold\n\
                    <!-- rackbook:end -->\n";
        let found = blocks(text);
        let [block] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(block.kind, "table");
        assert_eq!(&text[block.inner.clone()], "\nold\n");
        let values = ["of", "columns", "max"].map(|key| block.value(key));
        assert_eq!(values, [Some("nodes"), Some("a, b"), Some("3")]);
        assert_eq!(block.wrapped("new", text), "\n\nnew\n\n");
    }

    #[test]
    fn a_block_within_a_line_keeps_the_line() {
        let text = "It has <!-- rackbook:begin fact of=a -->9<!-- rackbook:end --> nodes.";
        let [block] = &blocks(text)[..] else { panic!() };
        assert!(block.is_inline);
        assert_eq!(block.wrapped("10", text), "10");
    }

    #[test]
    fn line_ends_and_indents_are_kept() {
        let text = "- a\r\n\r\n  <!-- rackbook:begin tree -->\r\n  <!-- rackbook:end -->\r\n";
        let [block] = &blocks(text)[..] else { panic!() };
        assert_eq!(block.wrapped("x\n\ny", text), "\r\n\r\n  x\r\n\r\n  y\r\n\r\n  ");
    }

    #[test]
    fn code_is_left_alone() {
        let text = "```html\n<!-- rackbook:begin tree -->\n<!-- rackbook:end -->\n```\n\
                    `<!-- rackbook:begin tree -->`\n\n    <!-- rackbook:end -->\n";
        assert!(blocks(text).is_empty());
    }

    fn wrong(text: &str, code: &str, at: &str) {
        let (_, found) = find(text, FILE);
        let [problem] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(problem.code, code);
        assert!(problem.help.is_some());
        let crate::diagnostic::Place::Span(span) = &problem.place else { panic!() };
        assert!(text[span.range()].contains(at), "{}", &text[span.range()]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        wrong("<!-- rackbook:begin a -->\n", "readme/unclosed", "begin a");
        wrong("x\n\n<!-- rackbook:end -->\n", "readme/end-without-begin", "end");
        let two = "<!-- rackbook:begin a -->\n\n<!-- rackbook:begin b -->\n\n<!-- rackbook:end -->";
        wrong(two, "readme/unclosed", "begin a");
        let end = "\n<!-- rackbook:end -->\n";
        wrong(&format!("<!-- rackbook:begin a b -->{end}"), "readme/argument", "b");
        wrong(&format!("<!-- rackbook:begin a b=\"c -->{end}"), "readme/argument", "b");
        wrong(&format!("<!-- rackbook:begin a b=1 b=2 -->{end}"), "readme/argument", "b");
        wrong(&format!("x <!-- rackbook:begin a -->{end}"), "readme/not-alone", "begin");
    }
}
