//! The `.gitignore` files of a commit.
//!
//! In: a commit's listing. Out: whether a path is ignored, as in a checkout of it: a file can be
//! tracked and ignored at once, and is then not read there.

use std::collections::BTreeMap;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::resolve::Commit;
use super::tree::{Entry, Kind, MAX_TEXT};
use super::{RevisionError, blobs};

/// Rules by the folder that they are in, with paths relative to the top of the checkout.
#[derive(Debug, Default)]
pub(super) struct Ignored(BTreeMap<String, Gitignore>);

/// Reads every `.gitignore`.
pub(super) fn read(
    commit: &Commit,
    listing: &BTreeMap<String, Entry>,
) -> Result<Ignored, RevisionError> {
    let is_rules = |path: &str| path == ".gitignore" || path.ends_with("/.gitignore");
    let found: Vec<_> = listing
        .iter()
        .filter(|(path, entry)| {
            is_rules(path) && entry.kind == Kind::File && entry.size <= MAX_TEXT
        })
        .collect();
    let ids: Vec<_> = found.iter().map(|(_, entry)| entry.id.as_str()).collect();
    let texts = blobs::read(commit, &ids)?;
    let rules = found.iter().zip(texts).map(|((path, _), bytes)| {
        let folder = path.strip_suffix(".gitignore").unwrap_or_default().trim_end_matches('/');
        (folder.to_owned(), rules(folder, &String::from_utf8_lossy(&bytes)))
    });
    Ok(Ignored(rules.collect()))
}

/// The rules of one file; a line that is no pattern is passed over, as Git does.
fn rules(folder: &str, text: &str) -> Gitignore {
    let mut builder = GitignoreBuilder::new(Path::new("/").join(folder));
    for line in text.lines() {
        let _ = builder.add_line(None, line);
    }
    builder.build().unwrap_or_else(|_| Gitignore::empty())
}

impl Ignored {
    /// Whether a file, or a folder that it is in, is ignored.
    pub(super) fn holds(&self, path: &str) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let folders = path.match_indices('/').map(|(at, _)| (&path[..at], true));
        folders.chain([(path, false)]).any(|(path, is_folder)| self.matches(path, is_folder))
    }

    /// What the nearest file with an opinion says.
    fn matches(&self, path: &str, is_folder: bool) -> bool {
        let full = Path::new("/").join(path);
        let mut folder = path;
        while !folder.is_empty() {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
            let Some(rules) = self.0.get(folder) else { continue };
            match rules.matched(&full, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_rules_decide() {
        let files = [("", "*.log\n/out/\nsecret.yaml\n"), ("apps", "!secret.yaml\n")];
        let all = files.map(|(folder, text)| (folder.to_owned(), rules(folder, text)));
        let ignored = Ignored(all.into());
        assert!(ignored.holds("apps/a.log"));
        assert!(ignored.holds("out/deep/a.yaml"));
        assert!(ignored.holds("secret.yaml"));
        assert!(!ignored.holds("apps/secret.yaml"));
        assert!(!ignored.holds("apps/out/a.yaml"));
        assert!(!Ignored::default().holds("a.log"));
    }
}
