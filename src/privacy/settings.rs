//! `privacy:` of `site/site.yaml` as [`Rules`].
//!
//! In: the file among the sources. Out: rules, and a diagnostic for each key, word or pattern that is
//! wrong. Other parts of the file are not looked at.

use regex::Regex;

use super::{Do, Pattern, Rules};
use crate::config;
use crate::diagnostic::Diagnostic;
use crate::source::{Entry, Node, Sources, parse_one};

const KEYS: [&str; 5] =
    ["public_addresses", "mac_addresses", "email_addresses", "patterns", "exclude"];
const ACTIONS: [&str; 3] = ["show", "mask", "hide"];

/// Reads the file, where there is one.
pub fn read(sources: &Sources) -> (Rules, Vec<Diagnostic>) {
    let mut reader = Reader::default();
    let file = sources.find(sources.site_root(), config::FILE);
    let documents = file.map(|file| parse_one(sources, file)).unwrap_or_default();
    let privacy = documents.first().and_then(|document| document.root.entry("privacy"));
    if let Some(entry) = privacy.filter(|entry| !entry.value.is_null()) {
        reader.all(entry);
    }
    (reader.rules, reader.wrong)
}

#[derive(Default)]
struct Reader {
    rules: Rules,
    wrong: Vec<Diagnostic>,
}

impl Reader {
    fn all(&mut self, entry: &Entry) {
        if entry.value.entries().is_empty() {
            return self.invalid(&entry.value, "`privacy` is a map", &KEYS);
        }
        for part in entry.value.entries() {
            match part.key.as_str() {
                "public_addresses" => self.rules.public_addresses = self.action(&part.value),
                "mac_addresses" => self.rules.mac_addresses = self.action(&part.value),
                "email_addresses" => self.rules.email_addresses = self.action(&part.value),
                "patterns" => part.value.items().iter().for_each(|item| self.pattern(item)),
                "exclude" => self.exclude(&part.value),
                _ => self.unknown(part, &KEYS),
            }
        }
    }

    fn action(&mut self, value: &Node) -> Do {
        match value.as_str() {
            Some("show") => Do::Show,
            Some("mask") => Do::Mask,
            Some("hide") => Do::Hide,
            other => {
                let message = format!("`{}` is no way to treat a value", other.unwrap_or("this"));
                self.invalid(value, &message, &ACTIONS);
                // What was to be kept back must not get out by a slip.
                Do::Hide
            }
        }
    }

    fn pattern(&mut self, item: &Node) {
        for part in
            item.entries().iter().filter(|part| !["match", "as"].contains(&part.key.as_str()))
        {
            self.unknown(part, &["match", "as"]);
        }
        let Some(fits) = item.get("match") else {
            return self.invalid(item, "a pattern needs `match`", &["match", "as"]);
        };
        let action = item.get("as").map_or(Do::Mask, |value| self.action(value));
        match Regex::new(fits.as_str().unwrap_or_default()) {
            Ok(regex) if !regex.is_match("") => {
                self.rules.patterns.push(Pattern { fits: regex, action });
            }
            Ok(_) => {
                self.invalid(fits, "a pattern that fits nothing at all would fit everywhere", &[]);
            }
            Err(error) => {
                let reason = error.to_string();
                let reason = reason.lines().last().unwrap_or_default().trim().to_owned();
                self.invalid(fits, &format!("this is no regular expression: {reason}"), &[]);
            }
        }
    }

    fn exclude(&mut self, value: &Node) {
        for part in value.entries() {
            let texts: Vec<String> = part
                .value
                .items()
                .iter()
                .filter_map(|item| item.as_str().map(str::to_owned))
                .collect();
            if texts.len() != part.value.items().len() || texts.is_empty() {
                self.invalid(&part.value, &format!("`{}` is a list of texts", part.key), &[]);
            }
            match part.key.as_str() {
                "folders" => {
                    self.rules.folders =
                        texts.iter().map(|text| text.trim_matches('/').to_owned()).collect();
                }
                "kinds" => self.rules.kinds = texts,
                _ => self.unknown(part, &["folders", "kinds"]),
            }
        }
    }

    fn unknown(&mut self, part: &Entry, known: &[&str]) {
        let message = format!("unknown key `{}`", part.key);
        let error = Diagnostic::error("config/unknown-key", message).at(part.key_span);
        self.wrong.push(listed(error, known).suggest(&part.key, known.iter().copied()));
    }

    fn invalid(&mut self, node: &Node, message: &str, known: &[&str]) {
        let error = Diagnostic::error("config/invalid", message).at(node.span);
        self.wrong.push(listed(error, known));
    }
}

fn listed(error: Diagnostic, known: &[&str]) -> Diagnostic {
    let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { error } else { error.help(format!("use one of {}", names.join(", "))) }
}
