//! A commit's files become [`Sources`], without a look at the work tree.
//!
//! In: the two roots and the name of a revision. Out: what [`read`](super::read()) gives of a
//! checkout of that commit, within the same limits. It runs two `git` processes for a root however
//! many files there are, never writes to the repository, and never uses the network.

mod blobs;
mod ignored;
mod resolve;
mod tree;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use self::ignored::Ignored;
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

/// Reads both roots, and a folder of rendered manifests, as they were at a commit.
///
/// A site in another Git repository, or in none, has no such commit: its files are those of now.
/// Rendered manifests elsewhere are not read, for they are not what that commit would render.
pub fn read_at(
    roots: &Roots,
    rendered: Option<&Path>,
    commit: &Commit,
) -> Result<(Sources, Vec<Diagnostic>), RevisionError> {
    let (repository, site) = (real(&roots.repository), real(&roots.site));
    let listing = tree::list(commit)?;
    let below = |folder: &Path| commit.below_top(&real(folder));
    let apart = rendered.and_then(below);
    let reading = Reading { listing: &listing, apart: apart.as_deref() };
    let mut sources = Sources::default();
    sources.set_same_root(repository == site);
    let mut diagnostics = reading.add(&mut sources, Root::Repository, commit)?;
    if repository != site {
        diagnostics.extend(match below(&site) {
            Some(prefix) => {
                let commit = Commit { prefix, ..commit.clone() };
                reading.add(&mut sources, Root::Site, &commit)?
            }
            None => read::read_one(&mut sources, Root::Site, &site)?,
        });
    }
    if let Some(prefix) = apart.clone() {
        let commit = Commit { prefix, ..commit.clone() };
        let reading = Reading { apart: None, ..reading };
        diagnostics.extend(reading.add(&mut sources, Root::Rendered, &commit)?);
    }
    Ok((sources, diagnostics))
}

/// Whether a commit holds a folder.
pub fn has_folder(commit: &Commit, folder: &Path) -> Result<bool, RevisionError> {
    let Some(prefix) = commit.below_top(&real(folder)) else { return Ok(false) };
    let object = format!("{}:{}", commit.id, prefix.trim_end_matches('/'));
    Ok(resolve::run(&commit.top, &["cat-file", "-e", &object])?.status.success())
}

/// The path as the system knows it, where it exists.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// What all roots of a commit share.
struct Reading<'a> {
    listing: &'a BTreeMap<String, Entry>,
    /// A folder of the checkout that is a root of its own.
    apart: Option<&'a str>,
}

impl Reading<'_> {
    /// Adds the files below one folder of a commit.
    fn add(
        &self,
        sources: &mut Sources,
        root: Root,
        commit: &Commit,
    ) -> Result<Vec<Diagnostic>, RevisionError> {
        let mut diagnostics = vec![];
        let rules = match root {
            // What is made from other files is often ignored.
            Root::Rendered => Ignored::default(),
            Root::Repository | Root::Site => ignored::read(commit, self.listing)?,
        };
        let mut picked = tree::pick(commit, root, self.listing, &rules, &mut diagnostics)?;
        if let Some(apart) = self.apart {
            picked.retain(|(path, _)| !format!("{}{path}", commit.prefix).starts_with(apart));
        }
        let ids: Vec<_> = picked.iter().map(|(_, id)| id.as_str()).collect();
        let contents = blobs::read(commit, &ids)?;
        for ((path, _), bytes) in picked.iter().zip(contents) {
            diagnostics.extend(read::told::not_text(path, &bytes));
            sources.add(root, path, bytes.into());
        }
        Ok(diagnostics)
    }
}

#[cfg(test)]
mod tests;
