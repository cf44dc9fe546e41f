//! A commit's tree becomes the paths that are read of it.
//!
//! In: what `git ls-tree` lists. Out: paths relative to a root with the ids of their blobs, by the
//! rules of [`read`](crate::source::read()): the same folders are skipped, the same sizes refused,
//! and links followed to files within the root only.

use std::collections::{BTreeMap, BTreeSet};

use super::RevisionError;
use super::ignored::Ignored;
use super::resolve::{Commit, run, shallow};
use crate::diagnostic::Diagnostic;
use crate::source::read::names::{is_archive, is_manifest, is_text};
use crate::source::read::{
    MARKER, MAX_BYTES, MAX_FILES, MAX_OTHER, SITE_PARTS, SKIPPED, SKIPPED_AT_TOP, told,
};
use crate::source::{Root, path};

pub(super) use crate::source::read::MAX_TEXT;

/// What stands at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    /// A commit of another repository.
    Submodule,
}

/// One path of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) kind: Kind,
    pub(super) id: String,
    /// Bytes.
    pub(super) size: u64,
}

/// All paths of a commit, relative to the top of the checkout.
pub(super) fn list(commit: &Commit) -> Result<BTreeMap<String, Entry>, RevisionError> {
    let arguments = ["ls-tree", "-r", "-z", "--long", "--full-tree", &commit.id];
    let output = run(&commit.top, &arguments)?;
    if !output.status.success() {
        let help = shallow(&commit.top).unwrap_or_default();
        return Err(RevisionError::Incomplete { commit: commit.short().to_owned(), help });
    }
    let text = String::from_utf8_lossy(&output.stdout);
    Ok(text.split('\0').filter_map(entry).collect())
}

/// `MODE TYPE ID SIZE<tab>PATH`.
fn entry(line: &str) -> Option<(String, Entry)> {
    let (words, path) = line.split_once('\t')?;
    let mut words = words.split_whitespace();
    let kind = match words.next()? {
        "120000" => Kind::Link,
        "160000" => Kind::Submodule,
        _ => Kind::File,
    };
    let id = words.nth(1)?.to_owned();
    let size = words.next().and_then(|size| size.parse().ok()).unwrap_or(0);
    Some((path.to_owned(), Entry { kind, id, size }))
}

/// The paths to read below a root, sorted, with the ids of their blobs.
pub(super) fn pick(
    commit: &Commit,
    root: Root,
    listing: &BTreeMap<String, Entry>,
    ignored: &Ignored,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Vec<(String, String)>, RevisionError> {
    let below: BTreeMap<&str, &Entry> = listing
        .range(commit.prefix.clone()..)
        .take_while(|(path, _)| path.starts_with(&commit.prefix))
        .map(|(path, entry)| (&path[commit.prefix.len()..], entry))
        .collect();
    if below.is_empty() && root == Root::Repository && !commit.prefix.is_empty() {
        let folder = commit.prefix.trim_end_matches('/').to_owned();
        return Err(RevisionError::NoFolder { commit: commit.short().to_owned(), folder });
    }
    let outputs = outputs(&below);
    let mut picked = Picked { files: BTreeMap::new(), bytes: 0, diagnostics };
    let mut links = vec![];
    let mut archives = BTreeSet::new();
    for (path, entry) in &below {
        if !is_wanted(path, root) || outputs.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        if ignored.holds(&format!("{}{path}", commit.prefix)) {
            continue;
        }
        if let Some(folder) = archive(path) {
            archives.insert(folder);
            continue;
        }
        match entry.kind {
            // Names that are not UTF-8 came with replacement characters.
            _ if path.contains('\u{fffd}') => {
                picked.diagnostics.push(told::bad_name(std::path::Path::new(path)));
            }
            Kind::File => picked.add(path, entry),
            Kind::Link => links.push((*path, *entry)),
            Kind::Submodule => picked.diagnostics.push(told::submodule(path)),
        }
    }
    follow(commit, &links, &below, &mut picked)?;
    picked.diagnostics.extend(archives.into_iter().map(told::archive));
    picked.finish(commit)
}

/// What was chosen so far.
struct Picked<'a> {
    files: BTreeMap<String, (String, u64)>,
    bytes: u64,
    diagnostics: &'a mut Vec<Diagnostic>,
}

impl Picked<'_> {
    fn add(&mut self, path: &str, entry: &Entry) {
        let limit = if is_text(path) { MAX_TEXT } else { MAX_OTHER };
        if entry.size <= limit {
            self.bytes += entry.size;
            self.files.insert(path.to_owned(), (entry.id.clone(), entry.size));
        } else if is_manifest(path) {
            self.diagnostics.push(told::too_large(path.to_owned(), entry.size, limit));
        }
    }

    fn finish(self, commit: &Commit) -> Result<Vec<(String, String)>, RevisionError> {
        let too_much =
            |limit| Err(RevisionError::TooMuch { commit: commit.short().to_owned(), limit });
        if self.files.len() > MAX_FILES {
            return too_much(format!("{MAX_FILES} files"));
        }
        if self.bytes > MAX_BYTES {
            return too_much(format!("{} MiB", MAX_BYTES >> 20));
        }
        Ok(self.files.into_iter().map(|(path, (id, _))| (path, id)).collect())
    }
}

/// Follows links to files that were chosen themselves.
fn follow(
    commit: &Commit,
    links: &[(&str, &Entry)],
    below: &BTreeMap<&str, &Entry>,
    picked: &mut Picked,
) -> Result<(), RevisionError> {
    let short: Vec<_> = links.iter().filter(|(_, entry)| entry.size <= 4096).collect();
    let ids: Vec<_> = short.iter().map(|(_, entry)| entry.id.as_str()).collect();
    let targets = super::blobs::read(commit, &ids)?;
    let chosen: BTreeSet<_> = picked.files.keys().cloned().collect();
    for ((link, _), target) in short.into_iter().zip(targets) {
        let target = String::from_utf8_lossy(&target).into_owned();
        let folder = link.rsplit_once('/').map_or("", |(folder, _)| folder);
        match path::join(folder, &target).filter(|_| !target.starts_with('/')) {
            Some(inside) if chosen.contains(&inside) => {
                picked.add(link, below[inside.as_str()]);
            }
            Some(inside) if below.keys().any(|path| is_below(path, &inside)) => {
                picked.diagnostics.push(told::link_to_folder((*link).to_owned(), &inside));
            }
            Some(inside) if !below.contains_key(inside.as_str()) => {
                let target = std::path::Path::new(&target);
                picked.diagnostics.push(told::dangling((*link).to_owned(), target));
            }
            _ => picked.diagnostics.push(told::outside((*link).to_owned())),
        }
    }
    Ok(())
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Folders, with `/` at their ends, that are output of this program.
fn outputs(below: &BTreeMap<&str, &Entry>) -> Vec<String> {
    let marked = |path: &str| {
        let folder = path.strip_suffix(MARKER)?;
        folder.ends_with('/').then(|| folder.to_owned())
    };
    below.keys().filter_map(|path| marked(path)).collect()
}

fn is_wanted(path: &str, root: Root) -> bool {
    let mut parts = path.split('/').peekable();
    let (first, is_deep) = (parts.next().unwrap_or_default(), parts.peek().is_some());
    if root == Root::Site && !SITE_PARTS.contains(&first) {
        return false;
    }
    let is_skipped = path.split('/').any(|part| SKIPPED.contains(&part));
    !(is_skipped || is_deep && SKIPPED_AT_TOP.contains(&first))
}

/// The outermost archive folder that a path is in.
fn archive(path: &str) -> Option<&str> {
    path.match_indices('/').map(|(at, _)| &path[..at]).find(|folder| is_archive(folder))
}
