//! Pieces of CEL: literals, and the functions of kromgo 0.11 by their names of today.
//!
//! In: texts, numbers, expressions of the 0.11 schema. Out: CEL source. It never compiles.

use std::fmt::Write as _;

/// A function of kromgo 0.11, its name today, and what is different about it, if anything.
struct Renamed {
    old: &'static str,
    new: &'static str,
    remark: Option<&'static str>,
}

const FUNCTIONS: &[Renamed] = &[
    Renamed { old: "humanBytes", new: "humanizeBytes", remark: Some(super::template::BINARY) },
    Renamed { old: "humanSIBytes", new: "humanizeBytes", remark: Some(super::template::DECIMAL) },
    Renamed { old: "humanizeThousands", new: "humanizeCommas", remark: None },
    Renamed {
        old: "humanDuration",
        new: "humanizeDuration",
        remark: Some(super::template::DURATION),
    },
    Renamed {
        old: "humanizeAge",
        new: "humanizeDuration",
        remark: Some(
            "`humanizeAge` took days; `humanizeDuration` takes seconds and writes months as `mo`",
        ),
    },
];

/// A text as a CEL literal.
pub(super) fn string(text: &str) -> String {
    let mut quoted = String::from("\"");
    for at in text.chars() {
        match at {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            control if control.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(control));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// A number as a CEL literal of type double.
pub(super) fn number(value: f64) -> String {
    format!("{value:?}")
}

/// An expression of the 0.11 schema with today's names, and what is different about them.
pub(super) fn renamed(source: &str) -> (String, Vec<&'static str>) {
    let (mut out, mut remarks) = (String::new(), vec![]);
    let mut rest = source;
    while let Some(first) = rest.chars().next() {
        let length = token(rest);
        let (word, after) = rest.split_at(length);
        let known = FUNCTIONS.iter().find(|function| function.old == word);
        let is_call = after.trim_start().starts_with('(') && !out.trim_end().ends_with('.');
        match known.filter(|_| is_call) {
            None => {
                out.push_str(word);
                rest = &rest[length.max(first.len_utf8())..];
            }
            Some(function) => {
                out.push_str(function.new);
                remarks.extend(function.remark);
                let (argument, after) = if function.old == "humanizeAge" {
                    in_seconds(after, &mut remarks)
                } else {
                    (String::new(), after)
                };
                out.push_str(&argument);
                rest = after;
            }
        }
    }
    (out, remarks)
}

/// The arguments of a call that took days, as seconds, and what follows them.
fn in_seconds<'a>(text: &'a str, remarks: &mut Vec<&'static str>) -> (String, &'a str) {
    let (mut at, mut depth) = (0, 0_usize);
    while at < text.len() {
        let length = token(&text[at..]);
        match &text[at..at + length] {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += length;
        if depth == 0 && text[..at].ends_with(')') {
            break;
        }
    }
    let (call, after) = text.split_at(at);
    let inner = call.trim().strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
    let Some(inner) = inner else { return (String::new(), text) };
    let (inner, more) = renamed(inner.trim());
    remarks.extend(more);
    let is_word = inner.chars().all(|at| at.is_alphanumeric() || "_.".contains(at));
    let inner = if is_word { inner } else { format!("({inner})") };
    (format!("({inner} * 86400.0)"), after)
}

/// How many bytes of a text are its first token; at least one character.
fn token(text: &str) -> usize {
    let Some(first) = text.chars().next() else { return 0 };
    if first == '"' || first == '\'' {
        return literal(text, first);
    }
    let is_word = |at: char| at.is_alphanumeric() || at == '_';
    if is_word(first) {
        return text.find(|at| !is_word(at)).unwrap_or(text.len());
    }
    first.len_utf8()
}

/// How many bytes a string literal has, with its quotes.
fn literal(text: &str, quote: char) -> usize {
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let close = if text.starts_with(&triple) { triple } else { quote.to_string() };
    let mut at = close.len();
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(&close) {
            return at + close.len();
        }
        let mut chars = rest.chars();
        let first = chars.next().map_or(1, char::len_utf8);
        let escaped =
            if rest.starts_with('\\') { chars.next().map_or(0, char::len_utf8) } else { 0 };
        at += first + escaped;
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::badge::expr::Program;

    fn check(source: &str, expected: &str) {
        assert_eq!(renamed(source).0, expected);
    }

    #[test]
    fn functions_have_new_names() {
        check("humanBytes(result) + \"%\"", "humanizeBytes(result) + \"%\"");
        check("humanizeThousands(result)", "humanizeCommas(result)");
        check("humanizeAge(result)", "humanizeDuration(result * 86400.0)");
        check(
            "humanizeAge(result / 2.0) + ')'",
            "humanizeDuration((result / 2.0) * 86400.0) + ')'",
        );
        check("'humanBytes(' + string(result)", "'humanBytes(' + string(result)");
        check("labels.humanBytes", "labels.humanBytes");
        check("\"a\\\"humanBytes(\"", "\"a\\\"humanBytes(\"");
        check("'''it's humanBytes('''", "'''it's humanBytes('''");
        check("humanizeAge(", "humanizeDuration(");
        check("ü'", "ü'");
        check("", "");
    }

    #[test]
    fn literals_compile_to_themselves() {
        for text in ["", "%", "°C", "a\"b\\c\n\t\r\u{7}\u{85}", "'", "\\n"] {
            let program = Program::compile(&string(text)).expect("a literal");
            assert_eq!(program.eval(0.0, &std::collections::BTreeMap::new()).expect("text"), text);
        }
        for value in [0.0, -1.5, 35.0, 1e21, 1e-9, f64::MAX] {
            let source = format!("result == {} ? 'same' : 'other'", number(value));
            let program = Program::compile(&source).expect("a comparison");
            let text = program.eval(value, &std::collections::BTreeMap::new());
            assert_eq!(text.expect("text"), "same", "{source}");
        }
    }
}
