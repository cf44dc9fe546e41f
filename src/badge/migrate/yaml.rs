//! Text as YAML that is pleasant to read: quotes only where they are needed.
//!
//! In: strings, and how far they are indented. Out: YAML that reads back as the same strings. It
//! never decides what is written. Format: YAML 1.2, with the words of 1.1 quoted too.

use std::fmt::Write as _;

/// Words that some reader takes for something else than text.
const WORDS: &[&str] =
    &["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"];

/// Characters that mean something at the beginning of a value.
const INDICATORS: &str = "-?:,[]{}#&*!|>'\"%@`";

/// A value after `key: `; texts of several lines become a block below it.
pub(super) fn value(text: &str, indent: usize) -> String {
    if is_block(text) { block(text, indent) } else { scalar(text) }
}

/// A text on one line.
pub(super) fn scalar(text: &str) -> String {
    if text.chars().any(is_hidden) {
        double_quoted(text)
    } else if is_plain(text) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// A duration, also inside of `{ … }`: `7d` needs no quotes, `0` would be a number.
pub(super) fn duration(text: &str) -> String {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.';
    let is_plain =
        text.bytes().all(fits) && text.ends_with(|last: char| last.is_ascii_alphabetic());
    if is_plain { text.to_owned() } else { double_quoted(text) }
}

fn is_plain(text: &str) -> bool {
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    // What begins like a number may be one, a time or a version: a reader need not wonder.
    let number = text.trim_start_matches(['+', '.']);
    !is_word
        && text.trim() == text
        && !text.is_empty()
        && !text.starts_with(|first| INDICATORS.contains(first))
        && !number.starts_with(|first: char| first.is_ascii_digit())
        && ![".inf", ".nan", "+.inf"].contains(&text.to_ascii_lowercase().as_str())
        && !text.starts_with("...")
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
}

/// What does not show, or breaks a line for some reader.
fn is_hidden(at: char) -> bool {
    at.is_control()
        || matches!(
            at,
            '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{200b}'
                ..='\u{200f}' | '\u{fffe}' | '\u{ffff}'
        )
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for at in text.chars() {
        match at {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            hidden if is_hidden(hidden) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(hidden));
            }
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

/// Whether lines can stand as they are.
fn is_block(text: &str) -> bool {
    let lines = text.trim_end_matches('\n');
    let is_clean = |line: &str| !line.chars().any(is_hidden) && line.trim_end() == line;
    text.contains('\n')
        && !lines.is_empty()
        && !text.starts_with([' ', '\n'])
        && text.len() - lines.len() <= 1
        && lines.split('\n').all(is_clean)
}

fn block(text: &str, indent: usize) -> String {
    let mut out = String::from(if text.ends_with('\n') { "|" } else { "|-" });
    for line in text.trim_end_matches('\n').split('\n') {
        out.push('\n');
        if !line.is_empty() {
            let _ = write!(out, "{:indent$}{line}", "");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(value(text, 4), expected);
    }

    #[test]
    fn quotes_stand_where_they_are_needed() {
        check("up{job=\"a\"} * 100", "up{job=\"a\"} * 100");
        check("labels[\"a\"] + \"%\"", "labels[\"a\"] + \"%\"");
        check("result < 1.0 ? \"a\" : \"b\"", "'result < 1.0 ? \"a\" : \"b\"'");
        check("\"green\"", "'\"green\"'");
        check("it's #1", "'it''s #1'");
        check("", "''");
        check("yes", "'yes'");
        check("1.50", "'1.50'");
        check("v1.50", "v1.50");
        check("a\nb", "|-\n    a\n    b");
        check("a\n\n  b\n", "|\n    a\n\n      b");
        check(" a\nb", "\" a\\nb\"");
        check("a\tb", "\"a\\tb\"");
    }

    #[test]
    fn what_is_written_reads_back() {
        let texts = [
            "a",
            " a",
            "a ",
            "a: b",
            "a:b",
            "a:",
            "# a",
            "a #b",
            "- a",
            "-1",
            "~",
            "null",
            "True",
            "1e3",
            ".5",
            ".inf",
            "+.inf",
            "0x1f",
            "1_000",
            "2024-01-01",
            "12:30",
            "'",
            "\"",
            "''",
            "\\",
            "\\n",
            "a\n",
            "a\n\n",
            "\n",
            "\na",
            "a\r\nb",
            "\u{0}",
            "\u{7f}",
            "\u{85}",
            "ü°C",
            "\u{2028}",
            "\u{feff}a",
            "{{ . }}",
            "[a]",
            "*a",
            "&a",
            "!a",
            "%a",
            "@a",
            "`a`",
            "|",
            ">",
            "? a",
            "---",
            "...",
            "a\n---\nb",
            "a\n  b\n c",
            "<<",
            "=",
            "😀",
            "a\n\tb",
            "on",
        ];
        for text in texts {
            let written = format!("- k: {}\n", value(text, 6));
            let read = serde_saphyr::from_str::<Vec<std::collections::BTreeMap<String, String>>>;
            let read =
                read(&written).unwrap_or_else(|error| panic!("{text:?}: {error}: {written}"));
            assert_eq!(read[0]["k"], text, "{written}");
        }
    }
}
