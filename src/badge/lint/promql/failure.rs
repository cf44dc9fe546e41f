//! What is wrong in a query that does not parse, and where.
//!
//! In: a query, its tokens and the parser's message, which names no place. Out: a finding. The place
//! is found by asking the parser about beginnings of the query: the first token after which no
//! ending would make it a query is the wrong one.

use std::ops::Range;

use promql_parser::parser::{lexer, parse};

use super::scan::{Scan, other};
use crate::badge::lint::part::Part;
use crate::badge::lint::{Finding, Severity};
use crate::diagnostic::closest;

const SYNTAX: &str = "badge/promql-syntax";
const TYPES: &str = "badge/promql-types";

/// What the parser says where it knows no more.
const NO_QUERY: &str = "invalid promql query";

/// What could follow a beginning, before its brackets are closed.
const NEXT: &[&str] =
    &["", "x", "(x)", "1", "5m", "\"a\"", "a=\"b\"", "=\"b\"", "(1) x", "by (x) (x)"];

/// What could follow the closed brackets.
const AFTER: &[&str] = &["", "x", "(x)"];

/// Functions of Prometheus, for "did you mean"; the parser does not list them.
const FUNCTIONS: &[&str] = &[
    "abs",
    "absent",
    "absent_over_time",
    "avg",
    "avg_over_time",
    "bottomk",
    "ceil",
    "changes",
    "clamp",
    "clamp_max",
    "clamp_min",
    "count",
    "count_over_time",
    "count_values",
    "day_of_month",
    "day_of_week",
    "day_of_year",
    "days_in_month",
    "delta",
    "deriv",
    "exp",
    "floor",
    "group",
    "histogram_quantile",
    "hour",
    "idelta",
    "increase",
    "irate",
    "label_join",
    "label_replace",
    "last_over_time",
    "ln",
    "log10",
    "log2",
    "max",
    "max_over_time",
    "min",
    "min_over_time",
    "minute",
    "month",
    "predict_linear",
    "present_over_time",
    "quantile",
    "quantile_over_time",
    "rate",
    "resets",
    "round",
    "scalar",
    "sgn",
    "sort",
    "sort_desc",
    "sqrt",
    "stddev",
    "stdvar",
    "sum",
    "sum_over_time",
    "time",
    "timestamp",
    "topk",
    "vector",
    "year",
];

/// The finding for a query that does not parse.
pub(super) fn finding(part: &Part, scan: &Scan, message: &str) -> Finding {
    let source = part.source;
    if let Some(broken) = &scan.broken {
        let end = broken.at + source[broken.at..].chars().next().map_or(1, char::len_utf8);
        return syntax(part, &broken.what, broken.at..end);
    }
    if lexer(source).is_err() {
        let at = wrong_word(source, scan);
        let what = format!("`{}` is not understood", &source[at.clone()]);
        return advised(syntax(part, &what, at.clone()), &source[at.start..]);
    }
    if is_syntax(message) {
        return match wrong_token(source, scan) {
            Some(token) => {
                let what = format!("`{}` cannot stand here", &source[token.clone()]);
                advised(syntax(part, &what, token.clone()), &source[token.start..])
            }
            None => syntax(part, "it ends too early", last(source)),
        };
    }
    types(part, scan, message)
}

/// Whether the words are out of order, rather than functions or types wrong.
fn is_syntax(message: &str) -> bool {
    message == NO_QUERY || message.starts_with("unexpected")
}

fn syntax(part: &Part, what: &str, at: Range<usize>) -> Finding {
    let message = format!("not PromQL: {what}");
    part.finding(Severity::Error, SYNTAX, &message, at)
}

/// Says how `PromQL` spells what other languages spell so.
fn advised(finding: Finding, rest: &str) -> Finding {
    match rest {
        _ if rest.starts_with("&&") => finding.help("write `and`"),
        _ if rest.starts_with("||") => finding.help("write `or`"),
        _ if rest.starts_with("!=") || rest.starts_with("=~") => finding,
        _ if rest.starts_with('=') => finding.help("compare with `==`"),
        _ => finding,
    }
}

/// The last character that says something.
fn last(source: &str) -> Range<usize> {
    let end = source.trim_end().len();
    let start = source[..end].char_indices().next_back().map_or(0, |(at, _)| at);
    start..end
}

/// What the lexer refuses, whose messages name no place: the first token that it does not take.
fn wrong_word(source: &str, scan: &Scan) -> Range<usize> {
    let is_taken = |token: &Range<usize>| match lexer(&source[..token.end]) {
        Ok(_) => true,
        Err(message) => is_half(&message),
    };
    let idx = scan.tokens.partition_point(is_taken);
    scan.tokens.get(idx).cloned().unwrap_or_else(|| last(source))
}

/// Whether the lexer only misses the rest.
fn is_half(message: &str) -> bool {
    ["unclosed", "unterminated", "end of input", "at the end", "not terminated"]
        .iter()
        .any(|words| message.contains(words))
}

/// The first token that makes every ending wrong; nothing where only the end is missing.
fn wrong_token(source: &str, scan: &Scan) -> Option<Range<usize>> {
    let tokens = &scan.tokens;
    let (mut good, mut bad) = (0, tokens.len() + 1);
    while bad - good > 1 {
        let middle = usize::midpoint(good, bad);
        let is_good = can_go_on(source, &tokens[..middle]);
        if is_good { good = middle } else { bad = middle }
    }
    tokens.get(bad - 1).cloned()
}

/// Whether some ending makes a query of these tokens.
fn can_go_on(source: &str, tokens: &[Range<usize>]) -> bool {
    let Some(end) = tokens.last().map(|token| token.end) else { return true };
    let closing = closing(source, tokens);
    let ends = NEXT.iter().flat_map(|next| AFTER.iter().map(move |after| (next, after)));
    let mut whole = ends.map(|(next, after)| format!("{} {next}{closing} {after}", &source[..end]));
    whole.any(|whole| lexer(&whole).is_ok() && !parse(&whole).is_err_and(|it| is_syntax(&it)))
}

/// The signs that close what is open.
fn closing(source: &str, tokens: &[Range<usize>]) -> String {
    let mut open = vec![];
    for token in tokens {
        match source[token.clone()].chars().next() {
            Some(sign @ ('(' | '[' | '{')) => open.push(other(sign)),
            Some(')' | ']' | '}') => _ = open.pop(),
            _ => {}
        }
    }
    open.iter().rev().collect()
}

/// The message as Prometheus would say it.
fn in_its_words(message: &str) -> String {
    let words = [
        ("'", "`"),
        ("type matrix", "a range vector"),
        ("type vector", "an instant vector"),
        ("got matrix", "got a range vector"),
        ("got vector", "got an instant vector"),
    ];
    words.iter().fold(message.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// A query whose words are in order and whose functions or types are not.
///
/// It is a warning: VictoriaMetrics knows more functions, and fills in missing windows.
fn types(part: &Part, scan: &Scan, message: &str) -> Finding {
    let source = part.source;
    let name = message.split('\'').nth(1).unwrap_or_default();
    let word = |token: &&Range<usize>| source[(*token).clone()] == *name;
    let all = 0..source.trim_end().len();
    let at = scan.tokens.iter().find(word).cloned().unwrap_or(all);
    let what = format!("Prometheus refuses this: {}", in_its_words(message));
    let finding = part.finding(Severity::Warning, TYPES, &what, at);
    let near =
        message.contains("unknown function").then(|| closest(name, FUNCTIONS.iter().copied()));
    match near.flatten() {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None if message.contains("range vector") || message.contains("matrix") => {
            finding.help("give it a window of time, such as `[5m]`")
        }
        None => finding,
    }
}
