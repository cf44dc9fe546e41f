//! The YAML at the top of a page becomes [`FrontMatter`].
//!
//! In: the text of a Markdown file. Out: its settings, where its body starts, and what is wrong with
//! them, at the key or value that is wrong. It never guesses a value: one that cannot be read is
//! left out and reported.

use std::ops::Range;

use schemars::JsonSchema;

use super::names::suggest;
use crate::diagnostic::{Diagnostic, Place};
use crate::source::{Entry, FileId, Node, Span, Value, yaml};

const CODE: &str = "content/front-matter";

/// Front matter of a page of a Rackbook handbook. All keys are optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, default)]
pub(super) struct FrontMatter {
    /// Name of the page; without it, the first heading.
    pub(super) title: Option<String>,
    /// One sentence about the page, for lists and search engines.
    pub(super) description: Option<String>,
    /// Place among its siblings: lower numbers come first, pages without one last.
    pub(super) order: Option<i64>,
    /// Words to find the page by.
    pub(super) tags: Vec<String>,
    /// Former addresses of the page, such as `/guides/old-name`: each becomes a redirect.
    pub(super) aliases: Vec<Alias>,
    /// Day of the last change of substance, such as `2026-11-24`.
    #[schemars(extend("format" = "date"))]
    pub(super) updated: Option<String>,
    /// Whether the page stays unpublished, except with `--drafts`.
    pub(super) draft: bool,
    /// Whether `$…$` and `$$…$$` are formulas on this page; `math` in `site.yaml` says so for all.
    pub(super) math: Option<bool>,
}

/// A former address of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alias {
    /// As a slug: no `/` at its start, no extension.
    pub(super) slug: String,
    /// Where it is written.
    pub(super) span: Span,
}

impl JsonSchema for Alias {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Alias".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

/// The names of all settings.
const KEYS: [&str; 8] =
    ["title", "description", "order", "tags", "aliases", "updated", "draft", "math"];

/// The JSON Schema (draft 2020-12) of front matter.
pub(super) fn schema() -> serde_json::Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    let mut schema = settings.into_generator().into_root_schema_for::<FrontMatter>().to_value();
    schema["title"] = "Front matter of a page".into();
    schema
}

/// Where the parts of a file are.
struct Parts {
    /// The YAML, without its fences.
    yaml: Range<usize>,
    /// Where the body starts.
    body: usize,
}

/// Reads the front matter; gives it with the byte at which the body starts.
pub(super) fn read(file: FileId, text: &str) -> (FrontMatter, usize, Vec<Diagnostic>) {
    let start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let Some(open) = fence_length(&text[start..]) else {
        return (FrontMatter::default(), start, vec![]);
    };
    let Some(parts) = parts(text, start + open) else {
        let message = "the front matter has no closing `---`";
        let found = Diagnostic::error(CODE, message).at(Span::new(file, start, start + 3));
        let found = found.label("opened here").help("add a line `---` below the last setting");
        return (FrontMatter::default(), start + open, vec![found]);
    };
    let mut reader = Reader::new(file, parts.yaml.start);
    reader.read(&text[parts.yaml]);
    (reader.settings, parts.body, reader.found)
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

/// Reads one block of settings.
struct Reader {
    file: FileId,
    /// The byte of the file at which the YAML starts.
    base: usize,
    settings: FrontMatter,
    found: Vec<Diagnostic>,
}

impl Reader {
    fn new(file: FileId, base: usize) -> Self {
        Self { file, base, settings: FrontMatter::default(), found: vec![] }
    }

    fn read(&mut self, text: &str) {
        let (documents, wrong) = yaml::parse(self.file, text);
        for mut one in wrong {
            let at = match one.place {
                Place::Span(span) => self.moved(span),
                _ => Span::new(self.file, self.base, self.base),
            };
            one.related.clear();
            self.found.push(Diagnostic { code: CODE, ..one }.at(at));
        }
        let Some(document) = documents.first() else { return };
        match &document.root.value {
            Value::Mapping(entries) => entries.iter().for_each(|entry| self.setting(entry)),
            _ if document.root.is_null() => {}
            _ => self.wrong(&document.root, "the front matter holds no settings", "`key: value`"),
        }
    }

    fn moved(&self, span: Span) -> Span {
        Span::new(self.file, self.base + span.start as usize, self.base + span.end as usize)
    }

    fn setting(&mut self, entry: &Entry) {
        let value = &entry.value;
        match entry.key.as_str() {
            key if !KEYS.contains(&key) => {
                let message = format!("there is no setting `{key}`");
                let found = Diagnostic::error(CODE, message).at(self.moved(entry.key_span));
                self.found.push(suggest(found, key, &KEYS));
            }
            _ if value.is_null() => {}
            "title" => self.settings.title = self.text(entry),
            "description" => self.settings.description = self.text(entry),
            "order" => {
                self.settings.order = value.as_int();
                self.expect(value.as_int().is_some(), entry, "a whole number");
            }
            "tags" => {
                self.settings.tags = self.texts(entry).into_iter().map(|(tag, _)| tag).collect();
            }
            "aliases" => {
                let aliases = self.texts(entry).into_iter();
                self.settings.aliases =
                    aliases.map(|(path, span)| Alias { slug: alias(&path), span }).collect();
            }
            "updated" => {
                let day = value.as_str().filter(|day| day.parse::<jiff::civil::Date>().is_ok());
                let day = day.filter(|day| day.len() == "2026-01-01".len());
                self.settings.updated = day.map(str::to_owned);
                self.expect(day.is_some(), entry, "a day such as `2026-11-24`");
            }
            "draft" => self.settings.draft = self.flag(entry).unwrap_or_default(),
            _ => self.settings.math = self.flag(entry),
        }
    }

    /// `true` or `false`, as YAML 1.2 spells them.
    fn flag(&mut self, entry: &Entry) -> Option<bool> {
        let flag = match (&entry.value.value, entry.value.as_str()) {
            (Value::Scalar(scalar), Some("true")) if scalar.plain => Some(true),
            (Value::Scalar(scalar), Some("false")) if scalar.plain => Some(false),
            _ => None,
        };
        self.expect(flag.is_some(), entry, "`true` or `false`");
        flag
    }

    fn text(&mut self, entry: &Entry) -> Option<String> {
        let text = entry.value.as_str().map(str::to_owned);
        self.expect(text.is_some(), entry, "a text");
        text
    }

    fn texts(&mut self, entry: &Entry) -> Vec<(String, Span)> {
        let items = entry.value.items();
        let text = |item: &Node| Some((item.as_str()?.to_owned(), self.moved(item.span)));
        let texts: Option<Vec<_>> = items.iter().map(text).collect();
        let is_list = matches!(entry.value.value, Value::Sequence(_));
        self.expect(is_list && texts.is_some(), entry, "a list such as `[one, two]`");
        texts.unwrap_or_default()
    }

    fn expect(&mut self, is_right: bool, entry: &Entry, what: &str) {
        if !is_right {
            self.wrong(&entry.value, &format!("`{}` is wrong here", entry.key), what);
        }
    }

    fn wrong(&mut self, value: &Node, message: &str, expected: &str) {
        let found = Diagnostic::error(CODE, message).at(self.moved(value.span));
        self.found.push(found.help(format!("write {expected}")));
    }
}

/// An address as a slug: `/guides/old.html`, `guides/old.md` and `guides/old/` are `guides/old`.
fn alias(path: &str) -> String {
    let path = path.trim_matches('/');
    let stem = [".html", ".md"].iter().find_map(|end| path.strip_suffix(end));
    stem.unwrap_or(path).to_owned()
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

    fn check(text: &str) -> (FrontMatter, String, Vec<(String, String)>) {
        let (settings, body, found) = read(FileId(0), text);
        let found = found.into_iter().map(|found| {
            let Place::Span(span) = found.place else { panic!("no span") };
            let help = found.help.unwrap_or_default();
            (text[span.range()].to_owned(), format!("{} ({help})", found.message))
        });
        (settings, text[body..].to_owned(), found.collect())
    }

    #[test]
    fn settings_are_read() {
        let text = "\u{feff}---\r\ntitle: A b\r\norder: 2\r\ntags: [x, y]\r\n---\r\nbody";
        let (settings, body, found) = check(text);
        assert_eq!((settings.title.as_deref(), settings.order), (Some("A b"), Some(2)));
        assert_eq!((settings.tags.len(), body.as_str(), found), (2, "body", vec![]));
        let text = "---\naliases: [/old.html, a/b]\nupdated: 2026-11-24\nmath: true\n---\n";
        let (settings, _, found) = check(text);
        let slugs: Vec<_> = settings.aliases.iter().map(|alias| alias.slug.as_str()).collect();
        assert_eq!((slugs, found), (vec!["old", "a/b"], vec![]));
        assert_eq!((settings.updated.as_deref(), settings.math), (Some("2026-11-24"), Some(true)));
    }

    #[test]
    fn no_front_matter_is_fine() {
        assert_eq!(check("# a\n---\n").1, "# a\n---\n");
        let nothing = (FrontMatter::default(), "b".to_owned(), vec![]);
        assert_eq!(check("---\n# only a comment\n---\nb"), nothing);
        assert_eq!(check("---\n---\nb"), nothing);
    }

    #[test]
    fn every_unknown_key_is_pointed_at() {
        let (_, body, found) = check("---\ntitle: ü\ndescripton: b\nodrer: 1\n---\nc");
        assert_eq!(body, "c");
        let told = |at: &str, near: &str| {
            (at.to_owned(), format!("there is no setting `{at}` (did you mean `{near}`?)"))
        };
        assert_eq!(found, [told("descripton", "description"), told("odrer", "order")]);
    }

    #[test]
    fn wrong_values_are_pointed_at() {
        let wrong = |text: &str| check(text).2.into_iter().map(|(at, _)| at).collect::<Vec<_>>();
        assert_eq!(wrong("---\ntitle: a\norder: first\n---\n"), ["first"]);
        assert_eq!(wrong("---\ndraft: yes\nmath: 1\n---\n"), ["yes", "1"]);
        assert_eq!(wrong("---\nupdated: 2026-13-01\ntags: a\n---\n"), ["2026-13-01", "a"]);
        assert_eq!(wrong("---\ntitle: [a]\naliases: [[b]]\n---\n"), ["[a]", "[[b]]"]);
        assert_eq!(wrong("---\ntitle: a: b\n---\n").len(), 1);
        assert_eq!(wrong("---\ntitle: a\ntitle: b\n---\n").len(), 1);
    }

    #[test]
    fn missing_end_is_an_error() {
        assert_eq!(check("---\ntitle: a\n").2[0].0, "---");
    }
}
