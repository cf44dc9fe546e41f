//! Tera expressions in Markdown become Markdown: [`Engine`].
//!
//! In: the body of a page, with code in it that must stay as it is. Out: text without expressions,
//! the calls of components that stand in it as short tokens, and a [`SourceMap`] back to the file.
//! It never ends a build: what is wrong is a diagnostic, and the rest of the page goes on.
//!
//! Control characters carry what Markdown must not see: U+0001 stands for a brace within code,
//! U+0002 … U+0003 marks where a literal piece starts, U+0004 … U+0005 is a call of a component.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;
use std::ops::Range;

use serde_json::{Map, Value as Json};
use tera::{Context, ErrorKind, Kwargs, State, Tera, TeraResult, Value};

use super::mask::{self, mask_code};
use super::names::{Call, Checker};
use super::prepared::{self, CALL, Prepared, SHOWN, SHOWN_IF_ANY, Shown};
use super::problem::{self, Problem};
use super::source_map::SourceMap;
use super::tags::{Kind, Piece, pieces};
use super::{escape, plain, slots};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::{FileId, Span};

/// How much text one page may become.
pub(super) const LIMIT: usize = 8 << 20;

/// How many tags of one page may fail before it is given up.
const MAX_ERRORS: usize = 20;

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
    /// How it is read.
    pub(super) options: pulldown_cmark::Options,
}

impl Body<'_> {
    /// The place of a range of the text within its file.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
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
        tera.register_filter(SHOWN_IF_ANY, |value: Value, _: Kwargs, _: &State| {
            shown(if value.is_undefined() { Value::none() } else { value })
        });
        for name in functions {
            tera.register_function(*name, |args: Kwargs, _: &State| token(name, &args));
        }
        let context = Context::from_serialize(&facts).unwrap_or_default();
        Self { tera, context, facts, functions: functions.iter().copied().collect() }
    }

    /// Evaluates all expressions of a body.
    pub(super) fn render(&self, body: Body) -> Rendered {
        let mut masked = if has_tags(body.text) {
            mask_code(body.text, body.options)
        } else {
            mask::clean(body.text)
        };
        if !has_tags(&masked) {
            return Rendered::plain(body, &masked);
        }
        let (mut diagnostics, calls) =
            Checker::new(&masked, body.file, body.base, &self.facts, &self.functions)
                .check(&pieces(&masked));
        let wrong = diagnostics.iter().filter_map(|found| match found.place {
            Place::Span(span) => Some(span.start as usize - body.base),
            _ => None,
        });
        hide_tags(&mut masked, &wrong.collect());
        let output = self.evaluate(body, &mut masked, &calls, &mut diagnostics);
        let (text, map, calls) = decode(&output, body, &masked, &calls);
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
                Err(problem) if problem.code == problem::VALUE => self
                    .write(&Prepared::full(masked, &parts, calls, Shown::Bare))
                    .err()
                    .unwrap_or(problem),
                Err(problem) => problem,
            };
            let (start, is_final) = (problem.range.start, problem.is_final);
            if !problem.is_known(body, &parts, diagnostics) {
                diagnostics.push(problem.diagnostic(body, masked));
            }
            if is_final || !hide_tags(masked, &BTreeSet::from([start])) {
                break;
            }
        }
        prepared::hidden(masked, &pieces(masked))
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

impl Rendered {
    /// A body with no tag in it, apart from code.
    fn plain(body: Body, masked: &str) -> Self {
        let mut map = SourceMap::default();
        map.push(0, body.base, masked.len());
        let text = masked.replace(mask::BRACE, "{");
        Self { text, map, calls: vec![], diagnostics: vec![] }
    }
}

/// Whether a tag may start somewhere.
fn has_tags(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = |at: usize| matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'#'));
    text.match_indices('{').any(|(at, _)| starts(at))
}

/// Text up to a limit.
struct Sink {
    text: Vec<u8>,
    limit: usize,
}

impl io::Write for Sink {
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

/// Makes the tags at some bytes comments of the same length; false where there are none.
///
/// Only tags that show a value: a statement without its end would change all that follows.
fn hide_tags(masked: &mut String, at: &BTreeSet<usize>) -> bool {
    let mut is_hidden = false;
    for part in pieces(masked) {
        let Piece::Tag(tag) = part else { continue };
        if tag.kind != Kind::Output || at.range(tag.range.clone()).next().is_none() {
            continue;
        }
        let inner = masked[tag.range.start + 2..tag.range.end - 2].replace("#}", "# ");
        masked.replace_range(tag.range, &format!("{{#{inner}#}}"));
        is_hidden = true;
    }
    is_hidden
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
    let mut text = String::from(slots::BLOCK);
    for byte in call.bytes() {
        write!(text, "{byte:02x}").expect("bug: a string takes all text");
    }
    text.push(slots::END);
    Ok(Value::safe_string(&text))
}

/// Takes marks and calls out of what the engine wrote.
fn decode(
    output: &str,
    body: Body,
    masked: &str,
    sites: &[Call],
) -> (String, SourceMap, Vec<ComponentCall>) {
    let kept = prepared::kept(masked, &pieces(masked));
    let mut text = String::with_capacity(output.len());
    let (mut map, mut calls) = (SourceMap::default(), Vec::new());
    let mut rest = output;
    while let Some(at) = rest.find([mask::BRACE, prepared::MARK, slots::BLOCK]) {
        text.push_str(&rest[..at]);
        let sign = char::from(rest.as_bytes()[at]);
        rest = &rest[at + 1..];
        if sign == mask::BRACE {
            text.push('{');
            continue;
        }
        let end = if sign == prepared::MARK { prepared::MARK_END } else { slots::END };
        let (word, behind) = rest.split_once(end).unwrap_or((rest, ""));
        rest = behind;
        if sign == slots::BLOCK {
            if let Some(call) = decode_call(word, body, sites) {
                text.push_str(&slots::block(calls.len()));
                calls.push(call);
            }
        } else if let Some(source) = word.parse().ok().and_then(|at: usize| kept.get(at)) {
            map.push(text.len(), body.base + source.start, source.len());
        }
    }
    text.push_str(rest);
    (text, map, calls)
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
