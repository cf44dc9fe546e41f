//! `findings:` of `site/site.yaml` as data.
//!
//! In: the parsed file. Out: severities by code and acknowledgements, and a diagnostic for all that
//! is wrong. Keys of other parts of the file are not looked at.

use std::collections::BTreeMap;

use crate::audit::{RULES, closest_code};
use crate::config;
use crate::diagnostic::{Diagnostic, Severity};
use crate::source::{Documents, Entry, Node, Sources, Span};

/// What the file says.
#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) severity: BTreeMap<&'static str, Level>,
    pub(super) acknowledge: Vec<Acknowledgement>,
}

/// What is made of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Not reported.
    Off,
    /// Reported as this.
    Severity(Severity),
}

/// That something is meant.
#[derive(Debug)]
pub(super) struct Acknowledgement {
    pub(super) code: &'static str,
    /// Id of a thing, or a path; `*` and `**` as in globs.
    pub(super) place: String,
    pub(super) reason: String,
    pub(super) until: Option<String>,
    pub(super) span: Span,
}

/// Reads the file, where there is one.
pub(super) fn read(sources: &Sources, documents: &Documents) -> (Settings, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    let file = sources.find(sources.site_root(), config::FILE);
    let document = file.and_then(|file| documents.of(file).first());
    if let Some(entry) = document.and_then(|document| document.root.entry("findings")) {
        reader.findings(entry);
    }
    (reader.settings, reader.wrong)
}

#[derive(Default)]
struct Reader {
    settings: Settings,
    wrong: Vec<Diagnostic>,
}

impl Reader {
    fn findings(&mut self, entry: &Entry) {
        const KEYS: [&str; 2] = ["severity", "acknowledge"];
        for part in self.entries(entry, "a map with `severity` and `acknowledge`") {
            match part.key.as_str() {
                "severity" => self.severities(part),
                "acknowledge" => self.acknowledgements(part),
                key => self.unknown_key(key, part.key_span, &KEYS),
            }
        }
    }

    fn entries<'a>(&mut self, entry: &'a Entry, what: &str) -> &'a [Entry] {
        if entry.value.entries().is_empty() && !entry.value.is_null() && !is_empty_map(&entry.value)
        {
            self.invalid(entry.key_span, format!("`{}` is not {what}", entry.key));
        }
        entry.value.entries()
    }

    fn severities(&mut self, entry: &Entry) {
        for part in self.entries(entry, "a map of codes and severities") {
            let level = match part.value.as_str() {
                Some("off") => Some(Level::Off),
                Some("note") => Some(Level::Severity(Severity::Note)),
                Some("warning") => Some(Level::Severity(Severity::Warning)),
                Some("error") => Some(Level::Severity(Severity::Error)),
                other => {
                    let message = format!("`{}` is no severity", other.unwrap_or_default());
                    let help = "write `off`, `note`, `warning` or `error`";
                    self.wrong.push(
                        Diagnostic::error("config/invalid", message).at(part.value.span).help(help),
                    );
                    None
                }
            };
            if let (Some(code), Some(level)) = (self.code(&part.key, part.key_span), level) {
                self.settings.severity.insert(code, level);
            }
        }
    }

    fn acknowledgements(&mut self, entry: &Entry) {
        if entry.value.items().is_empty() && !entry.value.is_null() {
            self.invalid(entry.key_span, "`acknowledge` is not a list of entries".to_owned());
        }
        for item in entry.value.items() {
            let read = self.acknowledgement(item);
            self.settings.acknowledge.extend(read);
        }
    }

    fn acknowledgement(&mut self, item: &Node) -> Option<Acknowledgement> {
        const KEYS: [&str; 4] = ["code", "where", "reason", "until"];
        for part in item.entries().iter().filter(|part| !KEYS.contains(&part.key.as_str())) {
            self.unknown_key(&part.key, part.key_span, &KEYS);
        }
        let code = self.needed(item, "code");
        let place = self.needed(item, "where");
        let reason = self.needed(item, "reason");
        let until = match item.get("until").filter(|until| !until.is_null()) {
            Some(node) => Some(self.date(node)?),
            None => None,
        };
        let code = code?;
        let span = code.span;
        let code = self.code(code.as_str()?, span)?;
        let (place, reason) = (place?.as_str()?.to_owned(), reason?.as_str()?.to_owned());
        Some(Acknowledgement { code, place, reason, until, span })
    }

    fn needed<'a>(&mut self, item: &'a Node, key: &str) -> Option<&'a Node> {
        let found =
            item.get(key).filter(|node| node.as_str().is_some_and(|text| !text.trim().is_empty()));
        if found.is_none() {
            self.invalid(item.span, format!("an acknowledgement needs `{key}`"));
        }
        found
    }

    fn date(&mut self, node: &Node) -> Option<String> {
        let text = node.as_str().unwrap_or_default();
        let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
        if date.is_none() {
            let message = format!("`{text}` is no date");
            let help = "write it as `2027-01-31`";
            self.wrong.push(Diagnostic::error("config/invalid", message).at(node.span).help(help));
        }
        date.map(|date| date.to_string())
    }

    fn code(&mut self, text: &str, span: Span) -> Option<&'static str> {
        let found = RULES.iter().find(|rule| rule.code == text).map(|rule| rule.code);
        if found.is_none() {
            let error =
                Diagnostic::error("config/unknown-code", format!("there is no finding `{text}`"))
                    .at(span);
            self.wrong.push(match closest_code(text).filter(|near| *near != text) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => error.help("`rackbook check --explain` lists all codes"),
            });
        }
        found
    }

    fn unknown_key(&mut self, key: &str, span: Span, keys: &[&str]) {
        let all: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
        let error = Diagnostic::error("config/unknown-key", format!("unknown key `{key}`"));
        let error = error.at(span).help(format!("the keys are {}", all.join(", ")));
        self.wrong.push(error.suggest(key, keys.iter().copied()));
    }

    fn invalid(&mut self, span: Span, message: String) {
        self.wrong.push(Diagnostic::error("config/invalid", message).at(span));
    }
}

fn is_empty_map(node: &Node) -> bool {
    matches!(&node.value, crate::source::Value::Mapping(entries) if entries.is_empty())
}
