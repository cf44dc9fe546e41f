//! A commit's files become [`Sources`], without a look at the work tree.
//!
//! In: the two roots and the name of a revision. Out: what [`read`](super::read()) gives of a
//! checkout of that commit, within the same limits. It runs two `git` processes for a root however
//! many files there are, never writes to the repository, and never uses the network.
#![expect(clippy::disallowed_methods, reason = "imperative shell: runs the `git` program")]

mod blobs;
mod ignored;
mod resolve;
mod tree;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use self::tree::Entry;
use super::read::{self, ReadError, Roots};
use super::{Root, Sources};
use crate::diagnostic::Diagnostic;

pub use self::resolve::{Commit, merge_base, resolve};

/// Why a revision was not read.
#[derive(Debug, thiserror::Error)]
pub enum RevisionError {
    /// No `git` program.
    #[error("cannot run `git`, which history is read with: {source}")]
    NoGit {
        /// What the system says.
        source: io::Error,
    },
    /// Not a checkout.
    #[error("`{}` is in no Git repository, so that it has no history", path.display())]
    NoRepository {
        /// The folder.
        path: PathBuf,
    },
    /// A repository that Git does not trust, or cannot read.
    #[error("git cannot read the repository of `{}`: {told}", path.display())]
    Refused {
        /// The folder.
        path: PathBuf,
        /// The first line that Git says.
        told: String,
    },
    /// Text that can be no revision.
    #[error("`{name}` cannot be the name of a commit, tag or branch: {reason}")]
    BadName {
        /// As given, without control characters.
        name: String,
        /// Why.
        reason: &'static str,
    },
    /// Nothing of that name.
    #[error("no commit, tag or branch is called `{name}`{help}")]
    Unknown {
        /// As given.
        name: String,
        /// What to do, behind a colon.
        help: String,
    },
    /// Two revisions without a common ancestor.
    #[error("`{from}` and `{to}` have no commit in common{help}")]
    Unrelated {
        /// The older one, as given.
        from: String,
        /// The newer one, as given.
        to: String,
        /// What to do, behind a colon.
        help: String,
    },
    /// The folder was not there then.
    #[error("commit {commit} holds no folder `{folder}`: name another with `--repo`")]
    NoFolder {
        /// First digits of the commit.
        commit: String,
        /// Relative to the top of the checkout.
        folder: String,
    },
    /// Objects that are not on this machine, or broken.
    #[error("commit {commit} cannot be read in full{help}")]
    Incomplete {
        /// First digits of the commit.
        commit: String,
        /// What is missing and what to do, behind a colon.
        help: String,
    },
    /// More than one run reads.
    #[error("commit {commit} holds more than {limit} to read: name a smaller folder with `--repo`")]
    TooMuch {
        /// First digits of the commit.
        commit: String,
        /// Files or MiB.
        limit: String,
    },
    /// A site that is apart from the repository.
    #[error(transparent)]
    Site(#[from] ReadError),
}

/// Reads both roots as they were at a commit of the repository.
///
/// A site in another Git repository, or in none, has no such commit: its files are those of now.
pub fn read_at(
    roots: &Roots,
    commit: &Commit,
) -> Result<(Sources, Vec<Diagnostic>), RevisionError> {
    let mut sources = Sources::default();
    let mut diagnostics = vec![];
    let repository = real(&roots.repository);
    let site = real(&roots.site);
    sources.set_same_root(repository == site);
    let listing = tree::list(commit)?;
    add(&mut sources, &mut diagnostics, Root::Repository, commit, &listing)?;
    if repository == site {
        return Ok((sources, diagnostics));
    }
    match commit.below_top(&site) {
        Some(prefix) => {
            let commit = Commit { prefix, ..commit.clone() };
            add(&mut sources, &mut diagnostics, Root::Site, &commit, &listing)?;
        }
        None => read::add(&mut sources, &mut diagnostics, Root::Site, &read::folder(&site)?)?,
    }
    Ok((sources, diagnostics))
}

/// The path as the system knows it, where it exists.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// Adds the files below one folder of a commit.
fn add(
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
    root: Root,
    commit: &Commit,
    listing: &BTreeMap<String, Entry>,
) -> Result<(), RevisionError> {
    let rules = ignored::read(commit, listing)?;
    let picked = tree::pick(commit, root, listing, &rules, diagnostics)?;
    let ids: Vec<_> = picked.iter().map(|(_, id)| id.as_str()).collect();
    let contents = blobs::read(commit, &ids)?;
    for ((path, _), bytes) in picked.iter().zip(contents) {
        diagnostics.extend(read::told::not_text(path, &bytes));
        sources.add(root, path, bytes.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests;
