//! When Renovate may open pull requests: [`read`].
//!
//! In: Renovate's configuration files, JSON with comments. Out: [`Schedule`]s. Presets of other
//! repositories are not read; what a preset's own name says (`schedule:weekly`) is.

use super::cursor::Cursor;
use super::model::Schedule;
use crate::source::{File, FileId, Root, Sources, yaml};

/// Schedules of all configuration files, by path.
pub(crate) fn read(sources: &Sources) -> Vec<Schedule> {
    let files = sources.under(Root::Repository, "");
    files
        .filter(|(_, file)| is_configuration(&file.path))
        .flat_map(|(id, file)| of_file(sources, id, file))
        .collect()
}

/// Whether Renovate reads a file of that path, or one of its presets commonly is there.
fn is_configuration(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_json = name.ends_with(".json") || name.ends_with(".json5");
    let is_place = matches!(
        folder,
        "" | ".github" | ".gitlab" | ".renovate" | ".github/renovate" | ".renovate/presets"
    );
    let is_name = name.starts_with("renovate.json") || name.starts_with(".renovaterc");
    is_place && is_name
        || is_json && matches!(folder, ".github/renovate" | ".renovate" | ".renovate/presets")
}

fn of_file(sources: &Sources, id: FileId, file: &File) -> Vec<Schedule> {
    let Some(text) = file.text() else { return vec![] };
    let (documents, _) = yaml::parse(id, &without_comments(text));
    let Some(document) = documents.first() else { return vec![] };
    let root = Cursor::new(&document.root, sources);
    let mut time_zone = root.fact("timezone", "not set");
    let mut found = Vec::new();
    visit(&root, &mut |key, item| {
        let fact = item.text();
        let text = fact.get().cloned().unwrap_or_default();
        match preset(key, &text) {
            Some(("timezone", zone)) if !time_zone.is_known() => {
                time_zone = fact.map(|_| zone.to_owned());
            }
            Some(("schedule", words)) => {
                found.push((fact.map(|_| words.to_owned()), item.source()));
            }
            _ => {}
        }
    });
    let row = |(cron, source)| Schedule {
        kind: "Renovate".to_owned(),
        name: file.path.clone(),
        cron,
        time_zone: time_zone.clone(),
        suspended: false,
        app: None,
        source,
    };
    found.into_iter().map(row).collect()
}

/// What a text says about time: an entry of `schedule`, or a preset's name.
fn preset<'a>(key: &str, text: &'a str) -> Option<(&'static str, &'a str)> {
    match key {
        "schedule" => Some(("schedule", text)),
        "extends" => {
            let zone = text.strip_prefix(":timezone(").and_then(|rest| rest.strip_suffix(')'));
            let schedule = text.strip_prefix("schedule:");
            zone.map(|zone| ("timezone", zone)).or(schedule.map(|words| ("schedule", words)))
        }
        _ => None,
    }
}

/// Calls `each` with every scalar and the key that it or its list has.
fn visit<'a>(at: &Cursor<'a>, each: &mut impl FnMut(&str, &Cursor<'a>)) {
    for item in at.items() {
        visit(&item, each);
    }
    for (key, value) in at.entries() {
        if value.node.is_collection() {
            for item in value.items().iter().filter(|item| !item.node.is_collection()) {
                each(key, item);
            }
            visit(&value, each);
        } else {
            each(key, &value);
        }
    }
}

/// JSON5 with its comments as spaces, so that places stay.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut quote: Option<char> = None;
    while let Some(first) = rest.chars().next() {
        let end = match (quote, rest.get(..2)) {
            (None, Some("//")) => rest.find('\n').unwrap_or(rest.len()),
            (None, Some("/*")) => rest[2..].find("*/").map_or(rest.len(), |at| at + 4),
            _ => 0,
        };
        if end > 0 {
            out.extend(rest[..end].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
            rest = &rest[end..];
            continue;
        }
        let escaped = quote.is_some() && first == '\\';
        let taken =
            if escaped { rest.chars().take(2).map(char::len_utf8).sum() } else { first.len_utf8() };
        quote = match quote {
            None if matches!(first, '"' | '\'') => Some(first),
            Some(open) if open == first => None,
            same => same,
        };
        // Tabs may not indent YAML.
        out.push_str(if first == '\t' && quote.is_none() { " " } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, text: &str, expected: &[&str]) {
        let sources = Sources::from_memory([(path, text.as_bytes())]);
        let line = |one: &Schedule| {
            format!("{} {} {}", one.cron.shown(), one.time_zone.shown(), one.source.line)
        };
        assert_eq!(read(&sources).iter().map(line).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn schedules_and_presets() {
        let text = "{\n  // when\n  extends: [\"schedule:weekly\", ':timezone(Etc/UTC)'], /* a\n b */\n  \
                    \"url\": \"https://example.com\",\n  packageRules: [{ schedule: [\"before 6am on Sunday\"] }],\n}\n";
        check(".renovaterc.json5", text, &["weekly Etc/UTC 3", "before 6am on Sunday Etc/UTC 6"]);
        check(".github/renovate/groups.json5", "{schedule: \"* 0-5 * * *\"}", &["* 0-5 * * * — 1"]);
        check("package.json", "{\"schedule\": \"daily\"}", &[]);
    }

    #[test]
    fn what_is_no_json_is_survived() {
        for text in
            ["", "{", "//", "/*", "\"\\", "[1, {}]", "{schedule: {a: [b]}}", "\t{\n\t\"a\": 1}"]
        {
            check("renovate.json", text, &[]);
        }
    }
}
