//! Renovate: what its comments say, and how it is set up.
//!
//! In: the text of all files. Out: [`RenovateComment`]s and [`RenovateConfig`]s. Formats:
//! <https://docs.renovatebot.com/modules/manager/regex/>,
//! <https://docs.renovatebot.com/configuration-options/>. The configuration is JSON5, of which only
//! strings behind known keys are read.

use super::Given;
use crate::inventory::fact::{Fact, Source};
use crate::inventory::model::{RenovateComment, RenovateConfig, RenovateName};
use crate::source::{File, FileId, Root, Span};

/// Files of Renovate's own configuration, by name.
const CONFIGS: [&str; 8] = [
    "renovate.json",
    "renovate.json5",
    ".renovaterc",
    ".renovaterc.json",
    ".renovaterc.json5",
    "renovate-config.json",
    "renovate.js",
    "default.json5",
];

/// All comments, by place.
pub(super) fn comments(given: &Given) -> Vec<RenovateComment> {
    files(given).flat_map(|(id, file)| in_file(given, id, file)).collect()
}

fn files<'a>(given: &'a Given) -> impl Iterator<Item = (FileId, &'a File)> {
    given.sources.files().filter(|(_, file)| file.root == Root::Repository)
}

fn in_file(given: &Given, id: FileId, file: &File) -> Vec<RenovateComment> {
    let text = file.text().unwrap_or_default();
    let mut found = Vec::new();
    // Prose and rules speak about the comments rather than having them.
    if is_config(&file.path) || file.path.ends_with(".md") || !text.contains("renovate:") {
        return found;
    }
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if let Some((at, name)) = comment(line) {
            let span = Span::new(id, start + at, start + line.trim_end().len());
            found.push(RenovateComment { name, source: Source::new(given.sources, span, "") });
        }
        start += line.len();
    }
    found
}

/// The name that a line's comment gives, and where the comment starts.
fn comment(line: &str) -> Option<(usize, RenovateName)> {
    let word = line.find("renovate:")?;
    let before = line[..word].trim_end();
    let sign = ["#", "//", "<!--", "/*"].into_iter().find(|sign| before.ends_with(sign))?;
    let rest = &line[word + "renovate:".len()..];
    let of = |key: &str| {
        let mut words = rest.split_whitespace();
        let value = words.find_map(|word| word.strip_prefix(key)?.strip_prefix('='));
        value.unwrap_or_default().to_owned()
    };
    let datasource = of("datasource");
    if datasource.is_empty() {
        return None;
    }
    let name = ["packageName", "depName", "lookupName", "image"].map(of);
    let name = name.into_iter().find(|name| !name.is_empty()).unwrap_or_default();
    let registry = of("registryUrl");
    Some((before.len() - sign.len(), RenovateName { datasource, name, registry }))
}

/// The comment that speaks of a value: on its line, right above it, or above the key that opens
/// the map it is in.
pub(super) fn of<'a>(
    comments: &'a [RenovateComment],
    given: &Given,
    places: &[&Source],
) -> Option<&'a RenovateName> {
    let at = |path: &str, line: u32| {
        let fits = |one: &&RenovateComment| one.source.path == path && one.source.line == line;
        comments.iter().find(fits).map(|one| &one.name)
    };
    let direct = |place: &&Source| {
        at(&place.path, place.line).or_else(|| at(&place.path, place.line.checked_sub(1)?))
    };
    let above = |place: &&Source| {
        let line = place.line.checked_sub(1)?;
        let start = given.sources.line_start(place.span.file, line as usize);
        let text = given.sources.text(place.span.file).get(start..)?.lines().next()?;
        text.trim_end().ends_with(':').then(|| at(&place.path, line.checked_sub(1)?))?
    };
    places.iter().find_map(direct).or_else(|| places.iter().find_map(above))
}

/// All configuration files, by path.
pub(super) fn configs(given: &Given) -> Vec<RenovateConfig> {
    let found = files(given).filter(|(_, file)| is_config(&file.path));
    found.map(|(id, file)| config(given, id, file.text().unwrap_or_default())).collect()
}

fn is_config(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let is_data = name.ends_with(".json") || name.ends_with(".json5");
    let in_folder =
        matches!(folder, ".github/renovate" | ".renovate" | "renovate" | ".gitea/renovate");
    let is_home = matches!(folder, "" | ".github" | ".gitlab" | ".gitea" | ".forgejo");
    (in_folder && is_data) || (is_home && CONFIGS.contains(&name) && name != "default.json5")
}

fn config(given: &Given, id: FileId, text: &str) -> RenovateConfig {
    let fact = |(start, value): (usize, &str)| {
        let span = Span::new(id, start, start + value.len());
        Fact::known(value.to_owned(), Source::new(given.sources, span, ""))
    };
    let mut groups: Vec<Fact<String>> = Vec::new();
    for group in strings_behind(text, "groupName").into_iter().map(fact) {
        if !groups.iter().any(|known| known.value == group.value) {
            groups.push(group);
        }
    }
    RenovateConfig {
        groups,
        extends: strings_behind(text, "extends").into_iter().map(fact).collect(),
        source: Source::new(given.sources, Span::new(id, 0, 0), ""),
    }
}

/// The string, or the strings of the list, behind each use of a key.
fn strings_behind<'a>(text: &'a str, key: &str) -> Vec<(usize, &'a str)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(key) {
        let rest = &text[at + key.len()..];
        let rest = rest.trim_start_matches(['"', '\'']).trim_start();
        let Some(rest) = rest.strip_prefix(':').map(str::trim_start) else { continue };
        let offset = |part: &str| part.as_ptr() as usize - text.as_ptr() as usize;
        match rest.strip_prefix('[') {
            Some(list) => {
                let list = &list[..list.find(']').unwrap_or(list.len())];
                let lines = list.lines().map(|line| {
                    line.split("//")
                        .next()
                        .filter(|_| line.trim_start().starts_with("//"))
                        .unwrap_or(line)
                });
                found.extend(lines.flat_map(quoted).map(|part| (offset(part), part)));
            }
            None if rest.starts_with(['"', '\'']) => {
                let line = rest.lines().next().unwrap_or_default();
                found.extend(quoted(line).into_iter().take(1).map(|part| (offset(part), part)));
            }
            None => {}
        }
    }
    found
}

/// The quoted strings of a line.
fn quoted(line: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    while let Some(open) = rest.find(['"', '\'']) {
        let quote = rest[open..].chars().next().unwrap_or('"');
        let inner = &rest[open + 1..];
        let Some(close) = inner.find(quote) else { break };
        found.push(&inner[..close]);
        rest = &inner[close + 1..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn comments_and_configuration() {
        let made = made(&[
            (
                "a/env.yaml",
                "# renovate: datasource=docker depName=ghcr.io/siderolabs/installer\ntalosVersion: v1\n# renovate: nothing\n",
            ),
            ("README.md", "# renovate: datasource=docker depName=x\n"),
            (
                ".github/renovate.json5",
                "{extends: ['config:base', // a comment\n 'x'], packageRules: [{groupName: 'Ceph'}, {\"groupName\": \"Flux\"}, {groupName: }]}",
            ),
            (".github/renovate/groups.json5", "{ extends: [ "),
        ]);
        let [comment] = made.cluster.renovate_comments.as_slice() else { panic!("one comment") };
        assert_eq!(
            (comment.name.datasource.as_str(), comment.name.name.as_str()),
            ("docker", "ghcr.io/siderolabs/installer")
        );
        assert_eq!((comment.source.path.as_str(), comment.source.line), ("a/env.yaml", 1));
        let [main, _] = made.cluster.renovate_configs.as_slice() else { panic!("two files") };
        let groups: Vec<_> = main.groups.iter().map(crate::inventory::Fact::shown).collect();
        assert_eq!((groups.as_slice(), main.extends.len()), (&["Ceph", "Flux"][..], 2));
    }
}
