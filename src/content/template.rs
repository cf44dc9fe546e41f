//! Tera expressions in Markdown become Markdown: [`Engine`].
//!
//! In: the body of a page, with code in it that must stay as it is. Out: text without expressions,
//! the calls of components that stand in it as short tokens, and a [`SourceMap`] back to the file.
//! It never ends a build: what is wrong is a diagnostic, and the rest of the page goes on.
//!
//! Control characters carry what Markdown must not see: U+0001 stands for a brace within code,
//! U+0002 … U+0003 marks where a literal piece starts, U+0004 … U+0005 is a call of a component.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::ops::Range;

use pulldown_cmark::{Event, Parser, Tag as MarkdownTag};
use serde_json::{Map, Value as Json};
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use super::names::{Call, Checker};
use super::source_map::SourceMap;
use super::tags::{Kind, Piece, Tag, pieces};
use super::{escape, markdown, plain};
use crate::diagnostic::{Diagnostic, Place, closest};
use crate::source::{FileId, Span};

/// How much text one page may become.
const LIMIT: usize = 8 << 20;

/// How many tags of one page may fail before it is given up.
const MAX_ERRORS: usize = 20;

/// The code of an expression that cannot be evaluated.
const VALUE: &str = "content/template-value";

/// The code of a page that grows beyond the limit.
const TOO_LARGE: &str = "content/page-too-large";

/// Names of an argument and a filter that are put in by us, and that no author writes.
const CALL: &str = "__call";
const SHOWN: &str = "__shown";

/// The template engine with all facts and functions, shared by all pages.
pub(super) struct Engine {
    tera: Tera,
    context: Context,
    facts: Map<String, Json>,
    functions: BTreeSet<&'static str>,
}

/// A body in which nothing is left to evaluate.
pub(super) struct Rendered {
    /// Markdown with tokens of [`Rendered::calls`].
    pub(super) text: String,
    /// From bytes of `text` to bytes of the file.
    pub(super) map: SourceMap,
    /// The calls whose tokens stand in the text, by number.
    pub(super) calls: Vec<ComponentCall>,
    /// What is wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A call of a component with its arguments evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ComponentCall {
    /// The function.
    pub(super) name: String,
    /// Its arguments.
    pub(super) args: Map<String, Json>,
    /// Where it is called.
    pub(super) span: Span,
}

/// The body of a page within its file.
#[derive(Clone, Copy)]
pub(super) struct Body<'a> {
    /// The file.
    pub(super) file: FileId,
    /// The byte of the file at which `text` starts.
    pub(super) base: usize,
    /// The Markdown.
    pub(super) text: &'a str,
}

impl Body<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, self.base + range.start, self.base + range.end)
    }
}

impl Engine {
    /// An engine for facts (by top-level name) and functions.
    pub(super) fn new(facts: &Json, functions: &[&'static str]) -> Self {
        let facts = match plain::plain(facts) {
            Json::Object(map) => map,
            _ => Map::new(),
        };
        let mut tera = Tera::new();
        tera.set_escape_fn(escape::markdown);
        tera.register_filter("code", |value: Value, _: Kwargs, _: &State| code(&value));
        tera.register_filter(SHOWN, |value: Value, _: Kwargs, _: &State| shown(value));
        for name in functions {
            tera.register_function(*name, |args: Kwargs, _: &State| token(name, &args));
        }
        let context = Context::from_serialize(&facts).unwrap_or_default();
        Self { tera, context, facts, functions: functions.iter().copied().collect() }
    }

    /// Evaluates all expressions of a body.
    pub(super) fn render(&self, body: Body) -> Rendered {
        let mut masked = mask_code(body.text);
        let (mut diagnostics, calls) =
            Checker::new(&masked, body.file, body.base, &self.facts, &self.functions)
                .check(&pieces(&masked));
        for found in &diagnostics {
            if let Place::Span(span) = found.place {
                hide_tag(&mut masked, span.start as usize - body.base);
            }
        }
        let output = self.evaluate(body, &mut masked, &calls, &mut diagnostics);
        let (text, map, calls) = decode(&output, body, &pieces(&masked), &calls);
        Rendered { text, map, calls, diagnostics }
    }

    /// Renders; a tag that fails is reported and left out, and the rest is tried again.
    fn evaluate(
        &self,
        body: Body,
        masked: &mut String,
        calls: &[Call],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> String {
        for _ in 0..MAX_ERRORS {
            let parts = pieces(masked);
            let written = self
                .syntax(&Prepared::plain(masked))
                .and_then(|()| self.write(&Prepared::full(masked, &parts, calls, Shown::Filtered)));
            let problem = match written {
                Ok(output) => return output,
                // Without our filter the engine knows which part of a path has no value.
                Err(problem) if problem.code == VALUE => self
                    .write(&Prepared::full(masked, &parts, calls, Shown::Bare))
                    .err()
                    .unwrap_or(problem),
                Err(problem) => problem,
            };
            let (start, is_final) = (problem.range.start, problem.is_final);
            if !problem.is_known(body, &parts, diagnostics) {
                diagnostics.push(problem.diagnostic(body, masked));
            }
            if is_final || !hide_tag(masked, start) {
                break;
            }
        }
        Prepared::hidden(masked)
    }

    fn write(&self, prepared: &Prepared) -> Result<String, Problem> {
        let mut sink = Sink { text: Vec::new(), limit: LIMIT };
        match self.tera.render_str_to(&prepared.text, &self.context, true, &mut sink) {
            Ok(()) => Ok(String::from_utf8_lossy(&sink.text).into_owned()),
            Err(error) => Err(Problem::new(&error, prepared)),
        }
    }

    /// Whether the template can be read at all; a sink that takes nothing ends it early.
    fn syntax(&self, prepared: &Prepared) -> Result<(), Problem> {
        let sink = Sink { text: Vec::new(), limit: 0 };
        match self.tera.render_str_to(&prepared.text, &self.context, true, sink) {
            Err(error) if !matches!(error.kind(), ErrorKind::Io(_)) => {
                Err(Problem::new(&error, prepared))
            }
            _ => Ok(()),
        }
    }
}

/// Text up to a limit.
struct Sink {
    text: Vec<u8>,
    limit: usize,
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.text.len() + bytes.len() > self.limit {
            return Err(io::Error::from(io::ErrorKind::StorageFull));
        }
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How values are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// Through our filter, which shows what is unknown as a dash.
    Filtered,
    /// As the engine writes them.
    Bare,
}

/// A template as the engine gets it, with what was put in.
struct Prepared {
    text: String,
    /// For each insertion, where it is in `text`, how long it is, and where it is in the template.
    insertions: Vec<(usize, usize, usize)>,
}

impl Prepared {
    /// The author's template, with a first byte that stops an engine which only checks.
    fn plain(masked: &str) -> Self {
        Self::insert(masked, vec![(0, "\u{2}".to_owned())])
    }

    /// The template with marks at literal pieces, numbers in calls, and the filter for values.
    fn full(masked: &str, parts: &[Piece], calls: &[Call], shown: Shown) -> Self {
        let mut added = Vec::new();
        let mut trims = false;
        for (number, part) in parts.iter().enumerate() {
            match part {
                Piece::Literal(range) => {
                    let text = &masked[range.clone()];
                    let blank = text.len() - text.trim_start().len();
                    let at = range.start + if trims { blank } else { 0 };
                    added.push((at, format!("\u{2}{number}\u{3}")));
                }
                Piece::Tag(tag) => {
                    trims = tag.trims_after;
                    if shown == Shown::Filtered {
                        added.extend(shown_filter(masked, tag));
                    }
                    added.extend(call_numbers(tag, calls));
                }
            }
        }
        added.sort_by_key(|(at, _)| *at);
        Self::insert(masked, added)
    }

    fn insert(masked: &str, added: Vec<(usize, String)>) -> Self {
        let mut prepared = Self { text: String::new(), insertions: Vec::new() };
        let mut from = 0;
        for (at, text) in added {
            prepared.text.push_str(&masked[from..at]);
            prepared.insertions.push((prepared.text.len(), text.len(), at));
            prepared.text.push_str(&text);
            from = at;
        }
        prepared.text.push_str(&masked[from..]);
        prepared
    }

    /// What is shown of a page whose template cannot be evaluated: all but its tags.
    fn hidden(masked: &str) -> String {
        let mut text = String::new();
        for (number, part) in pieces(masked).into_iter().enumerate() {
            if let Piece::Literal(range) = part {
                text.push_str(&format!("\u{2}{number}\u{3}"));
                text.push_str(&masked[range]);
            }
        }
        text
    }

    /// The byte of the masked template for a byte of the prepared one.
    fn to_masked(&self, offset: usize) -> usize {
        let after = self.insertions.partition_point(|(start, _, _)| *start <= offset);
        let last = after.checked_sub(1).map(|at| self.insertions[at]);
        last.map_or(offset, |(start, length, at)| at + (offset - start).saturating_sub(length))
    }
}

/// Parentheses and the filter that shows an unknown value as a dash.
fn shown_filter(masked: &str, tag: &Tag) -> Vec<(usize, String)> {
    let inner = &masked[tag.inner.clone()];
    if tag.kind != Kind::Output || inner.trim().is_empty() || inner.trim_start().starts_with('<') {
        return vec![];
    }
    let end = tag.inner.start + inner.trim_end().len();
    let start = tag.inner.end - inner.trim_start().len();
    vec![(start, "(".to_owned()), (end, format!(") | {SHOWN}"))]
}

fn call_numbers<'a>(tag: &'a Tag, calls: &'a [Call]) -> impl Iterator<Item = (usize, String)> + 'a {
    let within = calls
        .iter()
        .enumerate()
        .filter(|(_, call)| tag.kind != Kind::Opaque && tag.inner.contains(&call.range.start));
    within.map(|(number, call)| {
        let comma = if call.has_arguments { ", " } else { "" };
        (call.arguments, format!("{CALL}={number}{comma}"))
    })
}

/// What the engine says is wrong.
struct Problem {
    code: &'static str,
    message: String,
    help: Option<String>,
    /// In the masked template.
    range: Range<usize>,
    /// Whether no other tag can be tried after it.
    is_final: bool,
}

impl Problem {
    fn new(error: &tera::Error, prepared: &Prepared) -> Self {
        let end = prepared.to_masked(prepared.text.len());
        let (code, report) = match error.kind() {
            ErrorKind::SyntaxError(report) => ("content/template-syntax", report),
            ErrorKind::RenderingError(report) => (VALUE, report),
            ErrorKind::Io(_) => {
                let message = format!("the page grows beyond {} MiB", LIMIT >> 20);
                let help = Some("make its loops shorter".to_owned());
                return Self {
                    code: TOO_LARGE,
                    message,
                    help,
                    range: 0..end.min(1),
                    is_final: true,
                };
            }
            other => {
                let message = first_line(&other.to_string());
                let code = "content/template-syntax";
                return Self { code, message, help: None, range: 0..end.min(1), is_final: true };
            }
        };
        let range = report.span().range.clone();
        let range = prepared.to_masked(range.start)..prepared.to_masked(range.end);
        let message = first_line(report.message());
        Self { code, message, help: None, range, is_final: false }
    }

    /// Whether the tag has been reported already.
    fn is_known(&self, body: Body, parts: &[Piece], diagnostics: &[Diagnostic]) -> bool {
        let at = self.range.start;
        let tag = parts.iter().find_map(|part| match part {
            Piece::Tag(tag) if tag.range.contains(&at) => Some(body.span(tag.range.clone())),
            _ => None,
        });
        diagnostics.iter().any(|known| match known.place {
            Place::Span(span) => {
                self.is_final && self.code != TOO_LARGE
                    || tag.is_some_and(|tag| tag.range().contains(&(span.start as usize)))
            }
            _ => false,
        })
    }

    fn diagnostic(self, body: Body, masked: &str) -> Diagnostic {
        let mut range = self.range;
        range.end = range.end.clamp(range.start, masked.len());
        let (code, message, help) = match field(&self.message, masked, &range) {
            Some((message, help)) => ("content/unknown-fact", message, help),
            None => (self.code, self.message, self.help),
        };
        let found = Diagnostic::error(code, message).at(body.span(range));
        match help {
            Some(help) => found.help(help),
            None => found,
        }
    }
}

/// Words of ours for the engine's about a missing name.
fn field(message: &str, masked: &str, range: &Range<usize>) -> Option<(String, Option<String>)> {
    let (text, start) = (masked.get(range.clone())?, range.start);
    let name = message.strip_prefix("field `").and_then(|rest| rest.split('`').next());
    let variable = message.strip_prefix("variable `").and_then(|rest| rest.split('`').next());
    let wrong = name.or(variable).unwrap_or(text);
    let is_missing = message.contains("is not defined") || message.contains("undefined");
    if !is_missing {
        return None;
    }
    let names: Vec<_> = message
        .split_once("Available fields: ")
        .or_else(|| message.split_once("Available variables: "))
        .map(|(_, names)| names.trim_end_matches('.').split(", ").collect())
        .unwrap_or_default();
    let is_path = |letter: char| letter.is_ascii_alphanumeric() || "_.".contains(letter);
    let before = &masked[..start];
    let parent = before[before.trim_end_matches(is_path).len()..].trim_end_matches('.');
    let message = match name {
        Some(_) if !parent.is_empty() => format!("`{parent}` has no `{wrong}`"),
        _ => format!("`{}` has no value here", wrong.trim()),
    };
    let near = closest(wrong, names);
    Some((message, near.map(|near| format!("did you mean `{near}`?"))))
}

/// A message of the engine in our style.
fn first_line(message: &str) -> String {
    let line = message.lines().next().unwrap_or_default().trim_start_matches("error: ");
    let line = line.trim_end_matches('.');
    let mut letters = line.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

/// Makes the tag at a byte a comment of the same length; false where there is none.
fn hide_tag(masked: &mut String, at: usize) -> bool {
    let found = pieces(masked).into_iter().find_map(|part| match part {
        Piece::Tag(tag) if tag.range.contains(&at) && tag.kind == Kind::Output => Some(tag.range),
        _ => None,
    });
    let Some(range) = found else { return false };
    let inner = masked[range.start + 2..range.end - 2].replace("#}", "# ");
    masked.replace_range(range, &format!("{{#{inner}#}}"));
    true
}

/// The text with braces in code replaced, byte for byte, by a character that is no tag.
fn mask_code(text: &str) -> String {
    let mut bytes = clean(text).into_bytes();
    for range in code_ranges(&hide_bars(text)) {
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
fn clean(text: &str) -> String {
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

fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let events = Parser::new_ext(text, markdown::options()).into_offset_iter();
    events
        .filter(|(event, _)| {
            matches!(event, Event::Code(_) | Event::Start(MarkdownTag::CodeBlock(_)))
        })
        .map(|(_, range)| range)
        .collect()
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

/// A value as code, safe in tables and HTML too.
fn code(value: &Value) -> Value {
    if value.is_undefined() || value.is_none() {
        return shown(value.clone());
    }
    Value::safe_string(&format!("<code>{}</code>", escape::escaped(&value.to_string())))
}

/// A value as it is shown: a dash for what is not known.
fn shown(value: Value) -> Value {
    if value.is_none() { Value::safe_string("—") } else { value }
}

/// A call as a token: the engine is shared by all pages, so the token holds all of it.
fn token(name: &str, args: &Kwargs) -> TeraResult<Value> {
    let args: Map<String, Json> = args.deserialize()?;
    let call = serde_json::json!({ "name": name, "args": args }).to_string();
    let hex: String = call.bytes().map(|byte| format!("{byte:02x}")).collect();
    Ok(Value::safe_string(&format!("\u{4}{hex}\u{5}")))
}

/// Takes marks and calls out of what the engine wrote.
fn decode(
    output: &str,
    body: Body,
    parts: &[Piece],
    sites: &[Call],
) -> (String, SourceMap, Vec<ComponentCall>) {
    let mut text = String::with_capacity(output.len());
    let (mut map, mut calls) = (SourceMap::default(), Vec::new());
    let mut rest = output;
    while let Some(at) = rest.find(['\u{1}', '\u{2}', '\u{4}']) {
        text.push_str(&rest[..at]);
        let sign = rest.as_bytes()[at];
        rest = &rest[at + 1..];
        match sign {
            1 => text.push('{'),
            2 => {
                let (number, behind) = rest.split_once('\u{3}').unwrap_or((rest, ""));
                rest = behind;
                if let Some(source) = literal(parts, number, body.text) {
                    map.push(text.len(), body.base + source.start, source.len());
                }
            }
            _ => {
                let (hex, behind) = rest.split_once('\u{5}').unwrap_or((rest, ""));
                rest = behind;
                if let Some(call) = decode_call(hex, body, sites) {
                    text.push_str(&format!("\u{4}{}\u{5}", calls.len()));
                    calls.push(call);
                }
            }
        }
    }
    text.push_str(rest);
    (text, map, calls)
}

/// The bytes of the literal piece that a mark names, from where the mark stands.
fn literal(parts: &[Piece], number: &str, text: &str) -> Option<Range<usize>> {
    let number: usize = number.parse().ok()?;
    let Piece::Literal(range) = parts.get(number)? else { return None };
    let trims = number
        .checked_sub(1)
        .is_some_and(|before| matches!(&parts[before], Piece::Tag(tag) if tag.trims_after));
    let piece = &text[range.clone()];
    let blank = if trims { piece.len() - piece.trim_start().len() } else { 0 };
    Some(range.start + blank..range.end)
}

fn decode_call(hex: &str, body: Body, sites: &[Call]) -> Option<ComponentCall> {
    let bytes: Option<Vec<u8>> = (0..hex.len() / 2)
        .map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok())
        .collect();
    let mut call: Map<String, Json> = serde_json::from_slice(&bytes?).ok()?;
    let name = call.get("name")?.as_str()?.to_owned();
    let Some(Json::Object(mut args)) = call.remove("args") else { return None };
    let number = args.shift_remove(CALL).and_then(|number| number.as_u64());
    let site = number.and_then(|number| sites.get(number as usize));
    let range = site.map_or(0..0, |site| site.range.clone());
    Some(ComponentCall { name, args, span: body.span(range) })
}
