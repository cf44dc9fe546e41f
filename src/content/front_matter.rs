//! The YAML at the top of a page becomes [`FrontMatter`].
//!
//! In: the text of a Markdown file. Out: its settings, where its body starts, and what is wrong with
//! them, at the key or value that is wrong. It never guesses a value: one that cannot be read is
//! left out and reported.

use serde::Deserialize;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

const CODE: &str = "content/front-matter";

/// What the top of a page can set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FrontMatter {
    /// The page's name.
    pub(super) title: Option<String>,
    /// One sentence about it.
    pub(super) description: Option<String>,
    /// Its place among its siblings.
    pub(super) order: Option<i64>,
    /// Words to find it by.
    pub(super) tags: Vec<String>,
    /// Whether it stays unpublished.
    pub(super) draft: bool,
}

/// The names of all settings.
const KEYS: [&str; 5] = ["title", "description", "order", "tags", "draft"];

/// Where the parts of a file are.
struct Parts {
    /// The YAML, without its fences.
    yaml: std::ops::Range<usize>,
    /// Where the body starts.
    body: usize,
}

/// Reads the front matter; gives it with the byte at which the body starts.
pub(super) fn read(file: FileId, text: &str) -> (FrontMatter, usize, Option<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Some(open) = fence_length(&text[start..]) else {
        return (FrontMatter::default(), start, None);
    };
    let Some(parts) = parts(text, start + open) else {
        let message = "the front matter has no closing `---`";
        let found = Diagnostic::error(CODE, message).at(Span::new(file, start, start + 3));
        let found = found.label("opened here").help("add a line `---` below the last setting");
        return (FrontMatter::default(), start + open, Some(found));
    };
    match parse(&text[parts.yaml.clone()]) {
        Ok(settings) => (settings, parts.body, None),
        Err(error) => {
            let found = diagnostic(&error, file, text, parts.yaml.clone());
            (FrontMatter::default(), parts.body, Some(found))
        }
    }
}

/// The length of a line `---` with its line end, where the text starts with one.
fn fence_length(text: &str) -> Option<usize> {
    let line = text.split_inclusive('\n').next()?;
    (line.trim_end() == "---").then_some(line.len())
}

fn parts(text: &str, start: usize) -> Option<Parts> {
    let mut at = start;
    for line in text[start..].split_inclusive('\n') {
        if line.trim_end() == "---" {
            return Some(Parts { yaml: start..at, body: at + line.len() });
        }
        at += line.len();
    }
    None
}

fn parse(yaml: &str) -> Result<FrontMatter, serde_saphyr::Error> {
    if yaml.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(FrontMatter::default());
    }
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    serde_saphyr::from_str_with_options(yaml, options)
}

fn diagnostic(
    error: &serde_saphyr::Error,
    file: FileId,
    text: &str,
    yaml: std::ops::Range<usize>,
) -> Diagnostic {
    let error = error.without_snippet();
    let offset = error.location().and_then(|at| at.span().byte_offset()).unwrap_or(0) as usize;
    let start = (yaml.start + offset).min(yaml.end);
    let word = text[start..yaml.end].lines().next().unwrap_or_default().trim_end();
    if let serde_saphyr::Error::SerdeUnknownField { field, .. } = error {
        let span = Span::new(file, start, start + field.len().min(word.len()));
        let found = Diagnostic::error(CODE, format!("there is no setting `{field}`")).at(span);
        return super::names::suggest(found, field, &KEYS);
    }
    let span = Span::new(file, start, start + word.len());
    Diagnostic::error(CODE, message(&error.to_string())).at(span)
}

/// The parser's words without the position, which the diagnostic knows better.
pub(super) fn message(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default();
    let line = line.split(" at line ").next().unwrap_or(line);
    line.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn check(text: &str) -> (FrontMatter, String, Option<(String, String)>) {
        let (settings, body, found) = read(FileId(0), text);
        let found = found.map(|found| {
            let Place::Span(span) = found.place else { panic!("no span") };
            (text[span.range()].to_owned(), format!("{} ({:?})", found.message, found.help))
        });
        (settings, text[body..].to_owned(), found)
    }

    #[test]
    fn settings_are_read() {
        let text = "\u{feff}---\r\ntitle: A b\r\norder: 2\r\ntags: [x, y]\r\n---\r\nbody";
        let (settings, body, found) = check(text);
        assert_eq!((settings.title.as_deref(), settings.order), (Some("A b"), Some(2)));
        assert_eq!((settings.tags.len(), body.as_str(), found), (2, "body", None));
    }

    #[test]
    fn no_front_matter_is_fine() {
        assert_eq!(check("# a\n---\n").1, "# a\n---\n");
        assert_eq!(
            check("---\n# only a comment\n---\nb"),
            (FrontMatter::default(), "b".into(), None)
        );
    }

    #[test]
    fn unknown_keys_are_pointed_at() {
        let (_, body, found) = check("---\ntitle: ü\ndescripton: b\n---\nc");
        let (at, words) = found.unwrap();
        assert_eq!((body.as_str(), at.as_str()), ("c", "descripton"));
        assert_eq!(
            words,
            "there is no setting `descripton` (Some(\"did you mean `description`?\"))"
        );
    }

    #[test]
    fn wrong_types_are_pointed_at() {
        let (_, _, found) = check("---\ntitle: a\norder: first\n---\n");
        assert_eq!(found.unwrap().0, "first");
        let (_, _, found) = check("---\ndraft: yes\n---\n");
        assert_eq!(found.unwrap().0, "yes");
    }

    #[test]
    fn missing_end_is_an_error() {
        let (_, _, found) = check("---\ntitle: a\n");
        assert_eq!(found.unwrap().0, "---");
    }
}
