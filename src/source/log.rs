//! When files changed last: [`last_changes`].
//!
//! In: a folder of a checkout. Out: a day for each path. It runs `git log` once, however many files
//! there are, and says nothing of a shallow clone, in which every file looks as old as its one
//! commit.

use std::collections::BTreeMap;
use std::path::Path;

use super::git::git;

/// What stands before the day of a commit.
const MARK: char = '\u{1}';

/// The day, such as `2026-11-20`, of the last commit that changed each file below these folders, by
/// path relative to the root.
pub fn last_changes(root: &Path, folders: &[&str]) -> BTreeMap<String, String> {
    if git(root, &["rev-parse", "--is-shallow-repository"])
        .is_none_or(|text| text.trim() != "false")
    {
        return BTreeMap::new();
    }
    let mut arguments =
        vec!["log", "--format=%x01%cs", "--name-only", "--no-renames", "--relative", "--"];
    arguments.extend(folders);
    git(root, &arguments).map(|text| parse(&text)).unwrap_or_default()
}

/// Newest first: the first day that is seen of a path is its last change.
fn parse(text: &str) -> BTreeMap<String, String> {
    let (mut days, mut day) = (BTreeMap::new(), "");
    for line in text.lines().filter(|line| !line.is_empty()) {
        match line.strip_prefix(MARK) {
            Some(of_commit) => day = of_commit,
            None => _ = days.entry(line.to_owned()).or_insert_with(|| day.to_owned()),
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_day_is_the_last_change() {
        let text =
            "\u{1}2026-11-20\n\ncontent/a.md\n\u{1}2026-10-01\n\ncontent/a.md\ncontent/b c.md\n";
        let day = |path: &str, day: &str| (path.to_owned(), day.to_owned());
        let expected = [day("content/a.md", "2026-11-20"), day("content/b c.md", "2026-10-01")];
        assert_eq!(parse(text), BTreeMap::from(expected));
    }

    #[test]
    fn a_folder_without_history_has_no_days() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(last_changes(folder.path(), &["content"]).is_empty());
    }
}
