//! `site/site.yaml` as a [`Layer`].
//!
//! In: the file among the sources. Out: what it says, and a diagnostic for each unknown key and
//! each value that cannot be. It never looks at other files.

use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};

use super::Layer;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};

/// The keys that the file may hold.
const KEYS: &[&str] = &[
    "title",
    "description",
    "url",
    "repo",
    "rendered",
    "cluster",
    "out",
    "math",
    FINDINGS,
    PRIVACY,
];
/// Read from the tree of the file by `audit`, which knows what its codes mean.
const FINDINGS: &str = "findings";
/// Read from the tree of the file by `privacy`.
const PRIVACY: &str = "privacy";

/// Reads the file; `root` is the site root, which its paths are relative to.
pub fn parse(sources: &Sources, file: FileId, root: &Path) -> (Layer, Vec<Diagnostic>) {
    let text = sources.text(file);
    if sources.file(file).text().is_none() {
        let message = format!("`{}` is not UTF-8 text", super::FILE);
        let place = sources.file(file).path.clone();
        return (
            Layer::default(),
            vec![Diagnostic::error("config/invalid", message).at_path(place)],
        );
    }
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    match serde_saphyr::from_str_with_options::<Option<Fields>>(text, options) {
        Ok(fields) => {
            let mut reader = Reader { text, file, root, layer: Layer::default(), wrong: vec![] };
            fields.unwrap_or_default().0.into_iter().for_each(|field| reader.field(field));
            (reader.layer, reader.wrong)
        }
        Err(serde_saphyr::Error::Eof { .. }) => (Layer::default(), vec![]),
        Err(error) => (Layer::default(), vec![invalid(text, file, &error)]),
    }
}

fn invalid(text: &str, file: FileId, error: &serde_saphyr::Error) -> Diagnostic {
    let message = match error {
        serde_saphyr::Error::DuplicateMappingKey { key: Some(key), .. } => {
            format!("`{key}` is set twice")
        }
        other => plain_message(&other.to_string()),
    };
    let at = error.location().map_or(Span::new(file, 0, 0), |at| span(text, file, at));
    Diagnostic::error("config/invalid", message).at(at)
}

/// The parser's message without the line that it names, which the diagnostic shows better.
fn plain_message(full: &str) -> String {
    let (first, rest) = full.split_once(": ").unwrap_or_default();
    let message = if first.starts_with("line ") { rest } else { full };
    message.split(" at line ").next().unwrap_or(message).to_owned()
}

/// The bytes of a location; from its line and column where the parser counts no bytes.
fn span(text: &str, file: FileId, at: Location) -> Span {
    let start = at.span().byte_offset().map_or_else(|| offset(text, at), |start| start as usize);
    let start = start.min(text.len());
    let end = start + at.span().byte_len().unwrap_or(0) as usize;
    Span::new(file, start, end.min(text.len()))
}

fn offset(text: &str, at: Location) -> usize {
    let before = at.line().saturating_sub(1) as usize;
    let start: usize = text.split_inclusive('\n').take(before).map(str::len).sum();
    let columns = at.column().saturating_sub(1) as usize;
    start + text[start..].chars().take(columns).map(char::len_utf8).sum::<usize>()
}

struct Reader<'a> {
    text: &'a str,
    file: FileId,
    root: &'a Path,
    layer: Layer,
    wrong: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn field(&mut self, (key, value): (Spanned<String>, Spanned<Text>)) {
        let at = span(self.text, self.file, value.referenced);
        let key_at = span(self.text, self.file, key.referenced);
        if !KEYS.contains(&key.value.as_str()) {
            return self.wrong.push(unknown_key(&key.value, key_at));
        }
        if key.value == FINDINGS || key.value == PRIVACY {
            return;
        }
        let text = match value.value {
            Text::Null => return,
            Text::Quoted(text) => text,
            Text::Plain => self.text[at.range()].to_owned(),
            Text::Collection => return self.wrong.push(not_text(&key.value, key_at)),
        };
        if text.trim().is_empty() {
            return self.wrong.push(empty(&key.value, key_at));
        }
        self.set(&key.value, text.trim().to_owned(), at);
    }

    fn set(&mut self, key: &str, text: String, at: Span) {
        match key {
            "title" => self.layer.title = Some(text),
            "description" => self.layer.description = Some(text),
            "cluster" => self.layer.cluster = Some(text),
            "repo" => self.layer.repo = Some(self.root.join(text)),
            "rendered" => self.layer.rendered = Some(self.root.join(text)),
            "out" => self.layer.out = Some(self.root.join(text)),
            "url" if is_web_address(&text) => {
                self.layer.url = Some(text.trim_end_matches('/').to_owned());
            }
            "url" => self.wrong.push(bad_url(&text, at)),
            "math" => match text.parse() {
                Ok(math) => self.layer.math = Some(math),
                Err(_) => self.wrong.push(no_flag(key, at)),
            },
            _ => unreachable!("bug: `{key}` is in KEYS and not here"),
        }
    }
}

fn unknown_key(key: &str, at: Span) -> Diagnostic {
    let error = Diagnostic::error("config/unknown-key", format!("unknown key `{key}`")).at(at);
    let all = KEYS.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    error.help(format!("the keys are {all}")).suggest(key, KEYS.iter().copied())
}

fn not_text(key: &str, at: Span) -> Diagnostic {
    Diagnostic::error("config/invalid", format!("`{key}` is not a single text")).at(at)
}

fn empty(key: &str, at: Span) -> Diagnostic {
    Diagnostic::error("config/invalid", format!("`{key}` is empty"))
        .at(at)
        .help("remove the key to use its default")
}

fn no_flag(key: &str, at: Span) -> Diagnostic {
    let error = Diagnostic::error("config/invalid", format!("`{key}` is neither true nor false"));
    error.at(at).help("write `true` or `false`")
}

fn bad_url(text: &str, at: Span) -> Diagnostic {
    Diagnostic::error("config/invalid", format!("`{text}` is no web address"))
        .at(at)
        .help("write the whole address, such as `https://handbook.example.com`")
}

/// Whether a text is `http(s)://host…` without blanks, quotes, query or fragment.
fn is_web_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let plain = |at: char| !at.is_whitespace() && !at.is_control() && !"\"'<>?#\\".contains(at);
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && rest.chars().all(plain))
}

/// The entries of the file in its order.
#[derive(Default)]
struct Fields(Vec<(Spanned<String>, Spanned<Text>)>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Fields;

            fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
                to.write_str("a map of settings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut fields = Fields::default();
                while let Some(entry) = map.next_entry()? {
                    fields.0.push(entry);
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Any value, as far as it can be a setting.
enum Text {
    Null,
    /// A text, with its escapes resolved.
    Quoted(String),
    /// A number or boolean, which stands in the file as it is meant.
    Plain,
    Collection,
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyText)
    }
}

struct AnyText;

impl<'de> Visitor<'de> for AnyText {
    type Value = Text;

    fn expecting(&self, to: &mut fmt::Formatter) -> fmt::Result {
        to.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<Text, E> {
        Ok(Text::Quoted(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Text, E> {
        Ok(Text::Null)
    }

    fn visit_none<E>(self) -> Result<Text, E> {
        Ok(Text::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Text, E> {
        Ok(Text::Plain)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Text, E> {
        Ok(Text::Plain)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Text, E> {
        Ok(Text::Plain)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Text, E> {
        Ok(Text::Plain)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Text, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Text::Collection)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Text::Collection)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Place, render};
    use crate::source::Root;

    fn read(text: &str) -> (Layer, Vec<Diagnostic>, Sources) {
        let sources = Sources::from_memory([(super::super::FILE, text.as_bytes())]);
        let file = sources.find(Root::Repository, super::super::FILE).expect("the file");
        let (layer, wrong) = parse(&sources, file, Path::new("/site"));
        (layer, wrong, sources)
    }

    /// Codes with their line and column, and the help.
    fn check(text: &str, expected: &[&str]) {
        let (_, wrong, sources) = read(text);
        let told: Vec<_> = wrong
            .iter()
            .map(|one| {
                let Place::Span(span) = one.place else { panic!("no span in {one:?}") };
                let at = sources.position(span.file, span.start);
                let help = one.help.as_deref().unwrap_or_default();
                format!("{}:{}:{}: {}; {help}", one.code, at.line, at.column, one.message)
            })
            .collect();
        assert_eq!(told, expected, "{}", render(&wrong, &sources, false));
    }

    #[test]
    fn all_keys_are_read() {
        let text = "title: 'Lab: ü'\ndescription: >-\n  Two\n  words\nurl: https://lab.example.com/a/\n\
                    repo: ../homelab\nrendered: made\ncluster: 01\nout: /srv/www\nmath: true\n";
        let (layer, wrong, _) = read(text);
        assert_eq!(wrong, []);
        let expected = Layer {
            title: Some("Lab: ü".to_owned()),
            description: Some("Two words".to_owned()),
            url: Some("https://lab.example.com/a".to_owned()),
            repo: Some("/site/../homelab".into()),
            rendered: Some("/site/made".into()),
            cluster: Some("01".to_owned()),
            out: Some("/srv/www".into()),
            math: Some(true),
            drafts: None,
        };
        assert_eq!(layer, expected);
    }

    #[test]
    fn an_empty_file_says_nothing() {
        for text in ["", "# later\n", "---\n", "title:\n", "title: null\n"] {
            let (layer, wrong, _) = read(text);
            assert_eq!((layer, wrong), (Layer::default(), vec![]), "{text:?}");
        }
    }

    #[test]
    fn every_unknown_key_is_told_with_its_place() {
        let all = "the keys are `title`, `description`, `url`, `repo`, `rendered`, `cluster`, `out`, `math`, `findings`, `privacy`";
        check(
            "title: ü\ntitel: a\n  # note\ncolour: {a: [b]}\n",
            &[
                "config/unknown-key:2:1: unknown key `titel`; did you mean `title`?",
                &format!("config/unknown-key:4:1: unknown key `colour`; {all}"),
            ],
        );
    }

    #[test]
    fn wrong_values_are_told_with_their_place() {
        check("title: [a]\n", &["config/invalid:1:1: `title` is not a single text; "]);
        let help = "write the whole address, such as `https://handbook.example.com`";
        let told = format!("config/invalid:1:6: `lab.example.com` is no web address; {help}");
        check("url: lab.example.com\n", &[&told]);
        let told = "config/invalid:1:1: `out` is empty; remove the key to use its default";
        check("out: ''\n", &[told]);
    }

    #[test]
    fn a_broken_line_is_pointed_at() {
        check("title: a\ntitle: b\n", &["config/invalid:2:1: `title` is set twice; "]);
        let told = "config/invalid:2:7: mapping values are not allowed in this context; ";
        check("title: ü\nout: b: c\n", &[told]);
    }

    #[test]
    fn broken_yaml_is_one_error_with_its_place() {
        for text in ["title: 'a\n", "- a\n", "title: a\ntitle: b\n", "a: b: c\n", "title: *x\n"] {
            let (_, wrong, sources) = read(text);
            let codes: Vec<_> = wrong.iter().map(|one| one.code).collect();
            assert_eq!(codes, ["config/invalid"], "{}", render(&wrong, &sources, false));
            assert!(matches!(wrong[0].place, Place::Span(_)));
            assert!(!wrong[0].message.contains("line "), "{}", wrong[0].message);
        }
    }
}
