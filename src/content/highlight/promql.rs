//! PromQL: the query language of Prometheus, for which no grammar is shipped.
//!
//! In: text. Out: classified lines. Words are told apart by what stands around them: before `(` a
//! function, within `{…}` and behind `by (` a label, with a unit a duration.
//! Source: the "Querying basics" and "Operators" pages of Prometheus' documentation.

use super::{Class, Line};

const KEYWORDS: [&str; 14] = [
    "by",
    "without",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "offset",
    "bool",
    "and",
    "or",
    "unless",
    "atan2",
    "start",
    "end",
];

/// Keywords whose parentheses hold labels.
const GROUPS: [&str; 6] = ["by", "without", "on", "ignoring", "group_left", "group_right"];

/// What holds between lines.
#[derive(Default)]
struct State {
    /// Whether `{` is open.
    in_selector: bool,
    /// Whether the parentheses of a grouping are open, or will open next.
    in_group: bool,
}

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut state = State::default();
    text.lines().map(|text| line(text, &mut state)).collect()
}

fn line(text: &str, state: &mut State) -> Line {
    let mut line = Line::default();
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let (class, length) = match letter {
            '#' => (Class::Comment, rest.len()),
            '"' | '\'' | '`' => (Class::Text, string(rest, letter)),
            _ if letter.is_ascii_digit() => (Class::Number, word(rest)),
            _ if letter.is_alphabetic() || letter == '_' || letter == ':' => {
                let length = word(rest);
                (name(&rest[..length], &rest[length..], state), length)
            }
            _ if letter.is_whitespace() => (Class::Plain, letter.len_utf8()),
            _ => {
                match letter {
                    '{' => state.in_selector = true,
                    '}' => state.in_selector = false,
                    ')' => state.in_group = false,
                    _ => {}
                }
                (Class::Punctuation, letter.len_utf8())
            }
        };
        line.push(class, &rest[..length]);
        rest = &rest[length..];
    }
    line
}

fn name(word: &str, behind: &str, state: &mut State) -> Class {
    let is_called = behind.trim_start().starts_with('(');
    if state.in_selector {
        return Class::Variable;
    }
    if KEYWORDS.contains(&word.to_ascii_lowercase().as_str()) {
        state.in_group = GROUPS.contains(&word) && is_called;
        return Class::Key;
    }
    match (state.in_group, is_called) {
        (true, _) => Class::Variable,
        // `sum by (node) (…)`: an aggregation names its labels first.
        _ if is_called || AGGREGATIONS.contains(&word) => Class::Function,
        _ if matches!(word, "Inf" | "NaN" | "inf" | "nan") => Class::Number,
        _ => Class::Plain,
    }
}

const AGGREGATIONS: [&str; 14] = [
    "sum",
    "avg",
    "count",
    "min",
    "max",
    "group",
    "stddev",
    "stdvar",
    "topk",
    "bottomk",
    "count_values",
    "quantile",
    "limitk",
    "limit_ratio",
];

fn word(text: &str) -> usize {
    let ends = |letter: char| !(letter.is_alphanumeric() || "_:.".contains(letter));
    text.find(ends).unwrap_or(text.len())
}

fn string(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' if quote != '`' => is_escaped = true,
            _ if letter == quote => return at + quote.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_classes() {
        let text = "sum by (node) (rate(http_requests_total{job=\"a b\"}[5m])) > bool 1.5 # x";
        let found: Vec<_> = lines(text)[0]
            .0
            .iter()
            .filter_map(|(class, text)| Some(format!("{}({})", class.name()?, text.trim())))
            .filter(|word| !word.starts_with("hl-p"))
            .collect();
        assert_eq!(
            found,
            [
                "hl-f(sum)",
                "hl-k(by)",
                "hl-v(node)",
                "hl-f(rate)",
                "hl-v(job)",
                "hl-s(\"a b\")",
                "hl-n(5m)",
                "hl-k(bool)",
                "hl-n(1.5)",
                "hl-c(# x)",
            ]
        );
    }
}
