//! The two template languages of ApplicationSets, as far as paths and parameters need them.
//!
//! In: text and parameters. Out: text. `{{path.basename}}` and `{{path[0]}}` of the plain one,
//! `{{ .path.basename }}` and `{{ index .path.segments 1 }}` of the Go one, with a few filters.
//! What else stands between braces stays as written.

use regex::Regex;

use crate::source::{Node, Value};

/// A tree with the parameters put into its keys and values.
pub(super) fn filled(node: &Node, parameters: &Node) -> Node {
    let mut node = node.clone();
    fill(&mut node, parameters);
    node
}

fn fill(node: &mut Node, parameters: &Node) {
    match &mut node.value {
        Value::Scalar(scalar) => scalar.text = text(&scalar.text, parameters),
        Value::Sequence(items) => items.iter_mut().for_each(|item| fill(item, parameters)),
        Value::Mapping(entries) => {
            for entry in entries {
                entry.key = text(&entry.key, parameters);
                fill(&mut entry.value, parameters);
            }
        }
    }
}

/// A text with the parameters put in.
pub(super) fn text(template: &str, parameters: &Node) -> String {
    let template = unescaped(template);
    let (mut out, mut rest) = (String::new(), template.as_str());
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((inner, behind)) = after.split_once("}}") else { break };
        out.push_str(before);
        match evaluate(inner.trim_matches('-').trim(), parameters) {
            Some(value) => out.push_str(&value),
            None => out.push_str(&rest[before.len()..before.len() + inner.len() + 4]),
        }
        rest = behind;
    }
    out + rest
}

/// Templates in the values of a chart are hidden from Helm as ``{{`{{ … }}`}}``.
fn unescaped(text: &str) -> String {
    if !text.contains('`') && !text.contains("\"{{\"") {
        return text.to_owned();
    }
    let hidden = Regex::new(r"\{\{-?\s*`([^`]*)`\s*-?\}\}").expect("bug: a valid pattern");
    let text = hidden.replace_all(text, "$1");
    text.replace("{{ \"{{\" }}", "{{").replace("{{\"{{\"}}", "{{")
}

fn evaluate(expression: &str, parameters: &Node) -> Option<String> {
    let mut pipe = expression.split('|').map(str::trim);
    let value = value(pipe.next()?, parameters)?.to_owned();
    pipe.try_fold(value, |value, filter| match filter {
        "quote" | "squote" | "trim" | "toString" => Some(value.trim().to_owned()),
        "lower" => Some(value.to_lowercase()),
        "upper" => Some(value.to_uppercase()),
        "normalize" | "slugify" => Some(normalized(&value)),
        _ => None,
    })
}

fn value<'a>(term: &str, parameters: &'a Node) -> Option<&'a str> {
    let mut parts: Vec<&str> = Vec::new();
    if let Some(indexed) = term.strip_prefix("index ") {
        let mut words = indexed.split_whitespace();
        parts.extend(words.next()?.trim_start_matches('.').split('.'));
        parts.extend(words.map(|word| word.trim_matches('"')));
    } else {
        let path = term.trim_start_matches('.').split_once('[');
        let (path, index) = path.unwrap_or((term.trim_start_matches('.'), ""));
        parts.extend(path.split('.'));
        if let Some(index) = index.strip_suffix(']') {
            parts.extend(["segments", index]);
        }
    }
    let found = parameters.at(&parts)?;
    found.as_str().or_else(|| found.str_at(&["path"]))
}

/// A text as it can be part of a host name.
pub(super) fn normalized(text: &str) -> String {
    let lower = text.to_lowercase();
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '-' };
    lower.chars().map(plain).collect::<String>().trim_matches('-').to_owned()
}

/// A pattern of paths: `*` within a folder, `**` through folders, `?`, and `{a,b}`.
pub(super) fn glob(pattern: &str) -> Option<Regex> {
    let mut out = String::from("^");
    let mut letters = pattern.trim_start_matches("./").chars().peekable();
    let mut open = 0usize;
    while let Some(letter) = letters.next() {
        match letter {
            '*' if letters.next_if_eq(&'*').is_some() => {
                // `**/` stands for no folder too.
                let slash = letters.next_if_eq(&'/').is_some();
                out.push_str(if slash { "(?:.*/)?" } else { ".*" });
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '{' => {
                open += 1;
                out.push_str("(?:");
            }
            '}' if open > 0 => {
                open -= 1;
                out.push(')');
            }
            ',' if open > 0 => out.push('|'),
            letter => out.push_str(&regex::escape(&letter.to_string())),
        }
    }
    Regex::new(&(out + "$")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, yaml};

    #[test]
    fn both_languages_are_read() {
        let parameters =
            "path: {path: apps/web, basename: web, segments: [apps, web]}\nteam: Red Team\n";
        let parameters = yaml::parse(FileId(0), parameters).0.remove(0).root;
        for (template, expected) in [
            ("{{path}}/{{path.basename}}", "apps/web/web"),
            ("{{path[0]}}-{{ .path.path }}", "apps-apps/web"),
            ("{{ index .path.segments 1 | upper }}", "WEB"),
            ("{{ .team | normalize }}", "red-team"),
            ("{{`{{path.basename}}`}} {{ unknown }} {{", "web {{ unknown }} {{"),
        ] {
            assert_eq!(text(template, &parameters), expected);
        }
    }

    #[test]
    fn globs() {
        let fits = |pattern: &str, path: &str| glob(pattern).unwrap().is_match(path);
        assert!(fits("apps/*", "apps/web") && !fits("apps/*", "apps/web/sub"));
        assert!(fits("**/config.yaml", "a/b/config.yaml") && fits("**/config.yaml", "config.yaml"));
        assert!(fits("{a,b}*.yaml", "bx.yaml") && !fits("{a,b}*.yaml", "c.yaml"));
    }
}
