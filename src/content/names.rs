//! The names in tags are checked before anything is rendered: facts, functions, filters, tests.
//!
//! In: the tags of a page and the facts. Out: one diagnostic for each name that does not exist, at
//! exactly its bytes, with the names that do exist at that level to choose a suggestion from. It
//! checks what it can follow (paths from the facts, and through loops over them) and leaves the
//! rest to the template engine, which is strict about values it shows.

use std::collections::BTreeSet;
use std::ops::Range;

use serde_json::{Map, Value};

use super::tags::{Kind, Piece, Tag, Token, Word, tokens};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// Filters that exist; those of the engine and `code`.
pub(super) const FILTERS: [&str; 38] = [
    "abs",
    "capitalize",
    "code",
    "default",
    "escape",
    "escape_html",
    "escape_xml",
    "first",
    "float",
    "get",
    "group_by",
    "indent",
    "int",
    "join",
    "keys",
    "last",
    "length",
    "lower",
    "newlines_to_br",
    "nth",
    "pairs",
    "pluralize",
    "replace",
    "reverse",
    "round",
    "safe",
    "sort",
    "split",
    "str",
    "title",
    "trim",
    "trim_end",
    "trim_start",
    "truncate",
    "unique",
    "upper",
    "values",
    "wordcount",
];

/// Tests that exist, as in `x is odd`.
pub(super) const TESTS: [&str; 17] = [
    "array",
    "bool",
    "containing",
    "defined",
    "divisible_by",
    "ending_with",
    "even",
    "float",
    "integer",
    "iterable",
    "map",
    "none",
    "number",
    "odd",
    "starting_with",
    "string",
    "undefined",
];

/// Functions of the engine.
pub(super) const FUNCTIONS: [&str; 2] = ["range", "throw"];

/// Filters whose result has items like those of what goes in.
const KEEP_ITEMS: [&str; 3] = ["reverse", "sort", "unique"];

/// Words that are not names.
const KEYWORDS: [&str; 14] = [
    "and", "or", "not", "in", "is", "if", "else", "elif", "true", "false", "True", "False", "none",
    "None",
];

/// What is known about the names of a page.
pub(super) struct Checker<'a> {
    text: &'a str,
    file: FileId,
    base: usize,
    facts: &'a Map<String, Value>,
    functions: &'a BTreeSet<&'static str>,
    loops: Vec<Vec<(&'a str, Values<'a>)>>,
    assigned: BTreeSet<&'a str>,
    has_components: bool,
    found: Vec<Diagnostic>,
    calls: Vec<Call>,
}

/// A call of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// From its name to its closing parenthesis, in the template.
    pub(super) range: Range<usize>,
    /// The byte behind its opening parenthesis.
    pub(super) arguments: usize,
    /// Whether there is an argument.
    pub(super) has_arguments: bool,
}

/// What a name can stand for: none where that cannot be told, else examples.
type Values<'a> = Option<Vec<&'a Value>>;

impl<'a> Checker<'a> {
    /// A checker for a template whose first byte is at `base` of its file.
    pub(super) fn new(
        text: &'a str,
        file: FileId,
        base: usize,
        facts: &'a Map<String, Value>,
        functions: &'a BTreeSet<&'static str>,
    ) -> Self {
        let (loops, assigned, found, calls) = (vec![], BTreeSet::new(), vec![], vec![]);
        let has_components = false;
        Self { text, file, base, facts, functions, loops, assigned, has_components, found, calls }
    }

    /// Checks all tags; gives what is wrong and the calls of components.
    pub(super) fn check(mut self, pieces: &[Piece]) -> (Vec<Diagnostic>, Vec<Call>) {
        for piece in pieces {
            if let Piece::Tag(tag) = piece {
                self.tag(tag);
            }
        }
        (self.found, self.calls)
    }

    fn tag(&mut self, tag: &Tag) {
        let tokens = tokens(self.text, tag.inner.clone());
        match tag.kind {
            Kind::Opaque => {}
            Kind::Output => self.expression(&tokens),
            Kind::Statement => self.statement(&tokens),
        }
    }

    fn statement(&mut self, tokens: &[Token]) {
        let Some((first, rest)) = tokens.split_first() else { return };
        match self.word(first) {
            "for" => self.start_loop(rest),
            "endfor" => drop(self.loops.pop()),
            "set" | "set_global" => {
                if let Some((name, value)) = rest.split_first() {
                    self.assigned.insert(self.word(name));
                    self.expression(value);
                }
            }
            "if" | "elif" => self.expression(rest),
            "filter" => {
                if let Some(name) = rest.first() {
                    self.one_of(name, "filter", "content/unknown-filter", &FILTERS);
                }
            }
            "component" => self.has_components = true,
            _ => {}
        }
    }

    /// `for name in …` and `for key, value in …`.
    fn start_loop(&mut self, tokens: &[Token]) {
        let Some(at) = tokens.iter().position(|token| self.word(token) == "in") else { return };
        let expression = &tokens[at + 1..];
        self.expression(expression);
        let names: Vec<_> = tokens[..at].iter().filter(|token| token.word == Word::Name).collect();
        let values = self.items(expression);
        let scope = match names.as_slice() {
            [name] => vec![(self.word(name), values)],
            [key, value] => vec![(self.word(key), None), (self.word(value), values)],
            _ => vec![],
        };
        self.loops.push(scope);
    }

    /// Examples of what a loop over an expression goes through.
    fn items(&self, tokens: &[Token]) -> Values<'a> {
        let length = path_length(tokens);
        let mut rest = &tokens[length..];
        while let Some((bar, behind)) = rest.split_first() {
            let name = behind.first()?;
            if bar.word != Word::Mark('|') || !KEEP_ITEMS.contains(&self.word(name)) {
                return None;
            }
            rest = &behind[1 + group_length(&behind[1..])..];
        }
        let containers = self.resolve(&tokens[..length]).ok()??;
        let items: Vec<_> = containers.into_iter().flat_map(items_of).collect();
        (!items.is_empty()).then_some(items)
    }

    fn expression(&mut self, tokens: &[Token]) {
        let is_comprehension = tokens.iter().any(|token| self.word(token) == "for");
        let mut at = 0;
        while at < tokens.len() {
            if tokens[at].word != Word::Name || self.is_attribute(tokens, at) {
                at += 1;
                continue;
            }
            at += self.name(tokens, at, is_comprehension);
        }
    }

    /// Checks the name at `at`; gives how many tokens are done with.
    fn name(&mut self, tokens: &[Token], at: usize, is_comprehension: bool) -> usize {
        let word = self.word(&tokens[at]);
        let before = |back: usize| at.checked_sub(back).map(|at| self.word(&tokens[at]));
        let after = tokens.get(at + 1).map(|token| token.word);
        let is_test = before(1) == Some("is")
            || before(1) == Some("not") && before(2) == Some("is") && word != "in";
        if before(1) == Some("|") {
            self.one_of(&tokens[at], "filter", "content/unknown-filter", &FILTERS);
            return 1;
        }
        if is_test && word != "not" {
            self.one_of(&tokens[at], "test", "content/unknown-test", &TESTS);
            return 1;
        }
        if after == Some(Word::Mark('(')) && !KEYWORDS.contains(&word) {
            self.function(tokens, at);
            return 1;
        }
        let is_argument = after == Some(Word::Mark('='))
            && tokens.get(at + 2).map(|token| token.word) != Some(Word::Mark('='));
        let is_key = after == Some(Word::Mark(':'));
        if KEYWORDS.contains(&word)
            || is_argument
            || is_key
            || is_comprehension
            || self.has_components
        {
            return 1;
        }
        let length = path_length(&tokens[at..]);
        let path = &tokens[at..at + length];
        if let Err(diagnostic) = self.resolve(path)
            && !self.is_guarded(&tokens[at + length..])
        {
            self.found.push(*diagnostic);
        }
        length.max(1)
    }

    /// Whether what follows a path says that it may be missing.
    fn is_guarded(&self, rest: &[Token]) -> bool {
        let words: Vec<_> = rest.iter().take(3).map(|token| self.word(token)).collect();
        matches!(
            words.as_slice(),
            ["|", "default", ..]
                | ["is", "defined" | "undefined", ..]
                | ["is", "not", "defined" | "undefined"]
                | ["?", ..]
        )
    }

    fn function(&mut self, tokens: &[Token], at: usize) {
        let word = self.word(&tokens[at]);
        if FUNCTIONS.contains(&word) || word == "super" {
            return;
        }
        if self.functions.contains(word) {
            let length = group_length(&tokens[at + 1..]);
            let last = &tokens[at + length];
            self.calls.push(Call {
                range: tokens[at].range.start..last.range.end,
                arguments: tokens[at + 1].range.end,
                has_arguments: length > 2,
            });
            return;
        }
        let mut names: Vec<_> = self.functions.iter().copied().collect();
        names.extend(FUNCTIONS);
        self.one_of(&tokens[at], "function", "content/unknown-function", &names);
    }

    fn one_of(&mut self, token: &Token, what: &str, code: &'static str, names: &[&str]) {
        let word = self.word(token);
        if token.word != Word::Name || names.contains(&word) {
            return;
        }
        let message = format!("there is no {what} `{word}`");
        let diagnostic = Diagnostic::error(code, message).at(self.span(token));
        self.found.push(suggest(diagnostic, word, names));
    }

    /// What a path of names stands for, or which part of it does not exist.
    fn resolve(&self, path: &[Token]) -> Result<Values<'a>, Box<Diagnostic>> {
        let Some((root, parts)) = path.split_first() else { return Ok(None) };
        let Some(mut values) = self.root(root)? else { return Ok(None) };
        let mut end = root.range.end;
        for part in parts.iter().filter(|token| token.word == Word::Name) {
            match step(&values, self.word(part)) {
                Step::To(next) => values = next,
                Step::Nowhere => return Ok(None),
                Step::Missing(names) => {
                    let start = root.range.start;
                    return Err(self.missing(&self.text[start..end], part, &names));
                }
            }
            end = part.range.end;
        }
        Ok(Some(values))
    }

    fn root(&self, token: &Token) -> Result<Values<'a>, Box<Diagnostic>> {
        let word = self.word(token);
        for scope in self.loops.iter().rev() {
            if let Some((_, values)) = scope.iter().find(|(name, _)| *name == word) {
                return Ok(values.clone());
            }
        }
        if self.assigned.contains(word) || matches!(word, "loop" | "__tera_context") {
            return Ok(None);
        }
        if let Some(value) = self.facts.get(word) {
            return Ok(Some(vec![value]));
        }
        let locals = self.loops.iter().flatten().map(|(name, _)| *name);
        let known: Vec<_> = self.facts.keys().map(String::as_str).chain(locals).collect();
        let message = format!("there is no fact `{word}`");
        let found = Diagnostic::error("content/unknown-fact", message).at(self.span(token));
        Err(Box::new(suggest(found, word, &known)))
    }

    fn missing(&self, parent: &str, part: &Token, names: &[&str]) -> Box<Diagnostic> {
        let word = self.word(part);
        let message = format!("`{parent}` has no `{word}`");
        let found = Diagnostic::error("content/unknown-fact", message).at(self.span(part));
        Box::new(suggest(found, word, names))
    }

    fn is_attribute(&self, tokens: &[Token], at: usize) -> bool {
        at > 0 && self.word(&tokens[at - 1]) == "."
    }

    fn word(&self, token: &Token) -> &'a str {
        &self.text[token.range.clone()]
    }

    fn span(&self, token: &Token) -> Span {
        Span::new(self.file, self.base + token.range.start, self.base + token.range.end)
    }
}

/// "Did you mean", or the names that exist where there are few.
pub(super) fn suggest(diagnostic: Diagnostic, wrong: &str, names: &[&str]) -> Diagnostic {
    let diagnostic = diagnostic.suggest(wrong, names.iter().copied());
    if diagnostic.help.is_some() || names.is_empty() {
        return diagnostic;
    }
    let shown: Vec<_> = names.iter().take(12).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > shown.len() { ", …" } else { "" };
    diagnostic.help(format!("use one of {}{more}", shown.join(", ")))
}

/// Where a name leads.
enum Step<'a> {
    To(Vec<&'a Value>),
    Nowhere,
    Missing(Vec<&'a str>),
}

fn step<'a>(values: &[&'a Value], name: &str) -> Step<'a> {
    let next: Vec<_> = values.iter().filter_map(|value| value.get(name)).collect();
    if !next.is_empty() {
        return Step::To(next);
    }
    if values.iter().any(|value| value.is_null() || value.is_array()) {
        return Step::Nowhere;
    }
    let mut names = Vec::new();
    for name in values.iter().filter_map(|value| value.as_object()).flat_map(Map::keys) {
        if !names.contains(&name.as_str()) {
            names.push(name.as_str());
        }
    }
    Step::Missing(names)
}

fn items_of(value: &Value) -> Vec<&Value> {
    match value {
        Value::Array(items) => items.iter().collect(),
        Value::Object(map) => map.values().collect(),
        _ => vec![],
    }
}

/// How many tokens from the first are one path: `a.b.c`.
fn path_length(tokens: &[Token]) -> usize {
    if tokens.first().is_none_or(|token| token.word != Word::Name) {
        return 0;
    }
    let is_part = |pair: &[Token]| pair[0].word == Word::Mark('.') && pair[1].word == Word::Name;
    1 + 2 * tokens[1..].chunks_exact(2).take_while(|pair| is_part(pair)).count()
}

/// How many tokens a group in parentheses at the start takes.
fn group_length(tokens: &[Token]) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate() {
        match token.word {
            Word::Mark('(') => depth += 1,
            Word::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return if at == 0 { 0 } else { at + 1 };
        }
    }
    tokens.len()
}
