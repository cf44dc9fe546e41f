//! What stands behind an opening fence, and what a `manifest` fence asks for.
//!
//! In: the info string and the text of a code block. Out: [`Info`] with what is wrong in it; for a
//! `manifest` fence, a [`ManifestRequest`], or what is wrong with it.

use std::ops::Range;

use serde::Deserialize;

use super::ManifestRequest;
use super::attributes::{self, Attribute};
use crate::diagnostic::closest;

/// What stands behind the opening fence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// The language, in lower case; empty where there is none.
    pub(super) language: String,
    /// From `title="…"`.
    pub(super) title: Option<String>,
    /// From `numbers` or `numbers=10`: the number of the first line.
    pub(super) numbers: Option<u32>,
    /// From `wrap`: long lines are broken.
    pub(super) wraps: bool,
    /// From `{…}`, `ins={…}` and `del={…}`: lines, counted from 1.
    pub(super) marks: Vec<(Mark, usize, usize)>,
}

/// How a line is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// Worth a look.
    Marked,
    /// New.
    Inserted,
    /// Gone.
    Deleted,
}

impl Mark {
    /// The class of such a line.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Marked => "marked",
            Self::Inserted => "inserted",
            Self::Deleted => "deleted",
        }
    }
}

/// What is wrong with an info string, and where in it.
pub(super) type Problem = (String, Option<String>, Range<usize>);

/// Attributes of a code block.
const NAMES: [&str; 6] = ["title", "numbers", "mark", "ins", "del", "wrap"];

/// How other generators call them.
const FOREIGN: [(&str, &str); 6] = [
    ("linenums", "write `numbers`, or `numbers=10` to start there"),
    ("showLineNumbers", "write `numbers`, or `numbers=10` to start there"),
    ("startLineNumber", "write `numbers=10`"),
    ("hl_lines", "write the lines in braces, such as `{3,5-7}`"),
    ("filename", "write `title=\"…\"`"),
    ("file", "write `title=\"…\"`"),
];

/// Reads an info string such as `yaml title="values.yaml" {3,5-7}`.
pub(super) fn info(text: &str) -> (Info, Vec<Problem>) {
    let start = text.len() - text.trim_start().len();
    let ends = |letter: char| letter.is_whitespace() || letter == ',';
    let words = text.trim_start();
    let end = if is_attribute(words) { 0 } else { words.find(ends).unwrap_or(words.len()) };
    let language = words[..end].trim_start_matches("{.").trim_end_matches('}').to_ascii_lowercase();
    let (mut info, mut problems) = (Info { language, ..Info::default() }, vec![]);
    // `rust,ignore`: what stands behind a comma is for other tools.
    let skipped = words[end..].find(char::is_whitespace).unwrap_or(words.len() - end);
    let rest = if end == 0 { 0 } else { end + skipped };
    let base = start + rest;
    for attribute in attributes::parse(&text[base..]) {
        let range = base + attribute.range.start..base + attribute.range.end;
        if let Err((message, help)) = set(&mut info, attribute) {
            problems.push((message, help, range));
        }
    }
    (info, problems)
}

/// Whether an info string starts with an attribute, because it names no language.
fn is_attribute(words: &str) -> bool {
    let braces = words.strip_prefix('{').is_some_and(|rest| !rest.starts_with('.'));
    braces
        || NAMES.iter().any(|name| words.strip_prefix(name).is_some_and(|at| at.starts_with('=')))
}

fn set(info: &mut Info, attribute: Attribute) -> Result<(), (String, Option<String>)> {
    let Attribute { name, value, has_value, range: _ } = attribute;
    let mark = match name.as_str() {
        "" | "mark" => Mark::Marked,
        "ins" => Mark::Inserted,
        "del" => Mark::Deleted,
        "title" if has_value => {
            info.title = Some(value).filter(|title| !title.is_empty());
            return Ok(());
        }
        "wrap" => {
            info.wraps = true;
            return Ok(());
        }
        "numbers" => {
            let first = if has_value { value.parse().ok() } else { Some(1) };
            let wrong = || (format!("`{value}` is no line number"), None);
            info.numbers = Some(first.ok_or_else(wrong)?);
            return Ok(());
        }
        other => return Err(unknown(other)),
    };
    let lines = attributes::ranges(&value).filter(|lines| !lines.is_empty());
    let help = "write lines such as `{3,5-7}`".to_owned();
    let lines = lines.ok_or_else(|| (format!("`{value}` names no lines"), Some(help)))?;
    info.marks.extend(lines.into_iter().map(|(first, last)| (mark, first, last)));
    Ok(())
}

fn unknown(name: &str) -> (String, Option<String>) {
    let foreign = FOREIGN.iter().find(|(other, _)| *other == name);
    let help = foreign.map(|(_, help)| (*help).to_owned()).or_else(|| {
        let near = closest(name, NAMES);
        let names = NAMES.map(|name| format!("`{name}`")).join(", ");
        Some(near.map_or(format!("use one of {names}"), |near| format!("did you mean `{near}`?")))
    });
    (format!("code blocks have no attribute `{name}`"), help)
}

/// The byte of a fenced block at which a byte of its text stands; lines may be indented in it.
pub(super) fn in_block(block: &str, text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let number = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
    let line = |of: &str, number: usize| of.split('\n').nth(number).map_or(0, str::len);
    let indent = line(block, number + 1).saturating_sub(line(text, number));
    let start = block.split_inclusive('\n').take(number + 1).map(str::len).sum::<usize>();
    (start + indent + column).min(block.len())
}

/// The lines of a code block that marks name and that it does not have.
pub(super) fn beyond(info: &Info, lines: usize) -> Option<Problem> {
    let (_, _, last) = info.marks.iter().find(|(_, _, last)| *last > lines)?;
    let plural = if lines == 1 { "" } else { "s" };
    Some((format!("line {last} is marked, and the code has {lines} line{plural}"), None, 0..0))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    object: Option<String>,
    field: Option<String>,
    file: Option<String>,
    lines: Option<serde_json::Value>,
    anchor: Option<String>,
}

/// What a `manifest` fence asks for.
pub(super) fn request(text: &str) -> Result<ManifestRequest, String> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    let request: Request = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| super::front_matter::message(&error.without_snippet().to_string()))?;
    let lines = request.lines.as_ref().map(lines).transpose()?;
    let Request { object, field, file, anchor, .. } = request;
    if object.is_some() == file.is_some() {
        return Err("a manifest fence names either an `object` or a `file`".to_owned());
    }
    if anchor.is_some() && (file.is_none() || lines.is_some()) {
        return Err("an `anchor` goes with a `file`, and without `lines`".to_owned());
    }
    Ok(ManifestRequest { object, field, file, lines, anchor })
}

/// `12`, `12-20` or `[12, 20]`.
fn lines(value: &serde_json::Value) -> Result<(u32, u32), String> {
    let number =
        |value: &serde_json::Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let pair = match value {
        serde_json::Value::Array(items) => match items.as_slice() {
            [first, last] => number(first).zip(number(last)),
            _ => None,
        },
        serde_json::Value::String(text) => text.split_once('-').and_then(|(first, last)| {
            Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
        }),
        other => number(other).map(|line| (line, line)),
    };
    pair.filter(|(first, last)| *first > 0 && first <= last)
        .ok_or_else(|| "`lines` is neither a line nor a range such as `12-20`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<String> {
        let problems = info(text).1.into_iter();
        problems
            .map(|(message, help, range)| {
                format!("{} «{}» {}", message, &text[range], help.unwrap_or_default())
            })
            .collect()
    }

    #[test]
    fn info_strings() {
        let (found, problems) =
            info("YAML title=\"a b.yaml\" {2} ins={3-4} del={5} numbers=10 wrap");
        assert_eq!((found.language.as_str(), found.title.as_deref()), ("yaml", Some("a b.yaml")));
        let marks = [(Mark::Marked, 2, 2), (Mark::Inserted, 3, 4), (Mark::Deleted, 5, 5)];
        assert_eq!((found.marks.as_slice(), found.numbers), (&marks[..], Some(10)));
        assert_eq!((found.wraps, problems), (true, vec![]));
        assert_eq!(info("").0, Info::default());
        assert_eq!(info("rust,ignore {1}").0.language, "rust");
        assert_eq!(info("{1}").0.marks, [(Mark::Marked, 1, 1)]);
        assert_eq!(info("{.yaml}").0.language, "yaml");
    }

    #[test]
    fn wrong_attributes_are_told() {
        assert_eq!(
            told("yaml titel=x linenums=\"1\" {a} numbers=b"),
            [
                "code blocks have no attribute `titel` «titel=x» did you mean `title`?",
                "code blocks have no attribute `linenums` «linenums=\"1\"» write `numbers`, or `numbers=10` to start there",
                "`a` names no lines «{a}» write lines such as `{3,5-7}`",
                "`b` is no line number «numbers=b» ",
            ]
        );
        let (found, _) = info("yaml {3,9-10}");
        let beyond = beyond(&found, 4).map(|(message, ..)| message);
        assert_eq!(beyond.as_deref(), Some("line 10 is marked, and the code has 4 lines"));
    }

    #[test]
    fn requests() {
        let request = |text| super::request(text).map(|request| (request.object, request.lines));
        let object = Some("Node/a".to_owned());
        assert_eq!(request("object: Node/a\nlines: 2-4"), Ok((object.clone(), Some((2, 4)))));
        assert_eq!(request("object: Node/a\nlines: [2, 4]"), Ok((object.clone(), Some((2, 4)))));
        assert_eq!(request("object: Node/a\nlines: 7"), Ok((object, Some((7, 7)))));
        assert!(request("object: Node/a\nlines: 4-2").is_err());
        assert!(request("object: a\nfile: b").is_err());
        assert!(request("objekt: a").unwrap_err().contains("objekt"));
    }
}
