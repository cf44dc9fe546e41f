//! The finished site becomes a folder.
//!
//! In: paths and bytes. Out: exactly these files under one folder, exchanged in one step, so that
//! a reader sees the old site or the new one and a failed run leaves the old one. It never removes
//! a folder that this program did not write.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes the site")]
#![expect(clippy::disallowed_types, reason = "imperative shell: writes the site")]

mod check;
mod in_place;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

/// The file in each output folder that says it may be replaced.
pub const MARKER: &str = ".rackbook";
const MARKER_TEXT: &str = "This folder is written by `rackbook build`, which replaces all of it.\n";

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Files of the site.
    pub files: usize,
    /// Their size in bytes.
    pub bytes: u64,
    /// Of those, the ones that are new or differ from before.
    pub changed: usize,
    /// Files of the former site that are gone.
    pub removed: usize,
}

/// Why the site was not written; the former one is as it was.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder holds something else.
    #[error(
        "`{}` is not empty and was not written by rackbook: choose another folder with `--out`, \
         or empty it yourself",
        path.display()
    )]
    NotOurs {
        /// The output folder.
        path: PathBuf,
    },
    /// The root of the file system.
    #[error("the root of the file system cannot be replaced: choose a folder with `--out`")]
    Root,
    /// A file stands where the folder should be.
    #[error("`{}` is not a folder: choose another one with `--out`", path.display())]
    NotAFolder {
        /// The output path.
        path: PathBuf,
    },
    /// Replacing the folder would remove what the site is made from.
    #[error(
        "`{}` contains `{}`, which the site is made from: choose another folder with `--out`",
        path.display(),
        holds.display()
    )]
    HoldsInput {
        /// The output folder.
        path: PathBuf,
        /// The root within it.
        holds: PathBuf,
    },
    /// A path of the site that is no path of a file.
    #[error("the site has a file `{path}`, whose path cannot be written")]
    Path {
        /// The path.
        path: String,
    },
    /// The disk.
    #[error("cannot write `{}`: {source}", path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes the site to `out`, and keeps files that did not change as they are.
///
/// `inputs` are folders that must not be inside `out`.
pub fn write(
    files: &BTreeMap<String, Arc<[u8]>>,
    out: &Path,
    inputs: &[&Path],
) -> Result<Written, WriteError> {
    check::paths(files)?;
    let out = check::target(out, inputs)?;
    let (parent, name) = split(&out)?;
    fs::create_dir_all(parent).map_err(disk(parent))?;
    let former = former_files(&out)?;
    let changed = match exchange(files, parent, &name, &out) {
        Err(error) if out.is_dir() && needs_in_place(&error) => {
            in_place::write(files, &out, &former)?
        }
        result => result?,
    };
    Ok(Written {
        files: files.len(),
        bytes: files.values().map(|bytes| bytes.len() as u64).sum(),
        changed,
        removed: former.iter().filter(|path| !files.contains_key(*path)).count(),
    })
}

/// Makes the new site beside the old one and puts it in its place.
fn exchange(
    files: &BTreeMap<String, Arc<[u8]>>,
    parent: &Path,
    name: &str,
    out: &Path,
) -> Result<usize, WriteError> {
    remove_stale(parent, name)?;
    let staging = Staging(parent.join(staging_name(name, std::process::id())));
    let changed = fill(files, &staging.0, out)?;
    swap(&staging.0, out)?;
    sync(parent)?;
    Ok(changed)
}

/// Whether a folder is a mounted one, or stands in a folder that may not be written.
fn needs_in_place(error: &WriteError) -> bool {
    use io::ErrorKind::{CrossesDevices, PermissionDenied, ReadOnlyFilesystem, ResourceBusy};
    let WriteError::Disk { source, .. } = error else { return false };
    matches!(source.kind(), CrossesDevices | PermissionDenied | ReadOnlyFilesystem | ResourceBusy)
}

fn split(out: &Path) -> Result<(&Path, String), WriteError> {
    let name = out.file_name().map(|name| name.to_string_lossy().into_owned());
    let none = || WriteError::NotAFolder { path: out.to_owned() };
    Ok((out.parent().ok_or_else(none)?, name.ok_or_else(none)?))
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Disk { path, source }
}

/// A folder that is gone when the run ends: the new site before the exchange, the old one after.
struct Staging(PathBuf);

impl Drop for Staging {
    fn drop(&mut self) {
        // A leftover is found and removed by the next run, so that this failure loses nothing.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn staging_name(name: &str, process: u32) -> String {
    format!(".{name}.rackbook-{process}")
}

/// Removes what runs left behind that ended before their exchange.
fn remove_stale(parent: &Path, name: &str) -> Result<(), WriteError> {
    let prefix = format!(".{name}.rackbook-");
    for entry in fs::read_dir(parent).map_err(disk(parent))?.flatten() {
        let file_name = entry.file_name();
        let process = file_name.to_str().and_then(|name| name.strip_prefix(&prefix)?.parse().ok());
        if process.is_some_and(|process| !is_other_run(process)) {
            fs::remove_dir_all(entry.path()).map_err(disk(&entry.path()))?;
        }
    }
    Ok(())
}

fn is_other_run(process: u32) -> bool {
    let id = i32::try_from(process).ok().and_then(rustix::process::Pid::from_raw);
    let is_alive = id.is_some_and(|id| rustix::process::test_kill_process(id) != Err(Errno::SRCH));
    is_alive && process != std::process::id()
}

/// Paths of the files of the former site, without the marker.
fn former_files(out: &Path) -> Result<BTreeSet<String>, WriteError> {
    let mut found = BTreeSet::new();
    if out.is_dir() {
        list(out, "", &mut found)?;
    }
    found.remove(MARKER);
    Ok(found)
}

fn list(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) -> Result<(), WriteError> {
    for entry in fs::read_dir(folder).map_err(disk(folder))? {
        let entry = entry.map_err(disk(folder))?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(disk(folder))?.is_dir() {
            list(&entry.path(), &format!("{path}/"), found)?;
        } else {
            found.insert(path);
        }
    }
    Ok(())
}

/// Makes the whole site in a new folder, and counts the files that differ from the former ones.
fn fill(
    files: &BTreeMap<String, Arc<[u8]>>,
    staging: &Path,
    former: &Path,
) -> Result<usize, WriteError> {
    fs::create_dir(staging).map_err(disk(staging))?;
    put(&staging.join(MARKER), MARKER_TEXT.as_bytes())?;
    let folders: BTreeSet<_> = files.keys().filter_map(|path| Path::new(path).parent()).collect();
    for folder in &folders {
        let folder = staging.join(folder);
        fs::create_dir_all(&folder).map_err(disk(&folder))?;
    }
    let changed: Result<Vec<_>, _> = files
        .par_iter()
        .map(|(path, bytes)| keep_or_put(&former.join(path), &staging.join(path), bytes))
        .collect();
    for folder in &folders {
        sync(&staging.join(folder))?;
    }
    sync(staging)?;
    Ok(changed?.into_iter().filter(|changed| *changed).count())
}

/// Links the former file where it holds the same bytes, so that its time stays; true where not.
fn keep_or_put(former: &Path, path: &Path, bytes: &[u8]) -> Result<bool, WriteError> {
    let is_same = holds(former, bytes);
    if !is_same || fs::hard_link(former, path).is_err() {
        put(path, bytes)?;
    }
    Ok(!is_same)
}

fn holds(path: &Path, bytes: &[u8]) -> bool {
    let is_candidate = fs::symlink_metadata(path)
        .is_ok_and(|metadata| metadata.is_file() && metadata.len() == bytes.len() as u64);
    is_candidate && fs::read(path).is_ok_and(|former| former == bytes)
}

fn put(path: &Path, bytes: &[u8]) -> Result<(), WriteError> {
    let write = || {
        let mut file = File::create_new(path)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(disk(path))
}

fn sync(folder: &Path) -> Result<(), WriteError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(disk(folder))
}

/// Puts the new folder in the old one's place; afterwards the old one is at `staging`.
fn swap(staging: &Path, out: &Path) -> Result<(), WriteError> {
    if fs::symlink_metadata(out).is_err() {
        return fs::rename(staging, out).map_err(disk(out));
    }
    match renameat_with(CWD, staging, CWD, out, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(()),
        Err(Errno::NOSYS | Errno::INVAL | Errno::NOTSUP) => swap_in_two_steps(staging, out),
        Err(error) => Err(disk(out)(error.into())),
    }
}

/// For file systems that cannot exchange: for a moment there is no site.
fn swap_in_two_steps(staging: &Path, out: &Path) -> Result<(), WriteError> {
    let aside = staging.with_extension("rackbook-old");
    fs::rename(out, &aside).map_err(disk(out))?;
    if let Err(error) = fs::rename(staging, out) {
        fs::rename(&aside, out).map_err(disk(&aside))?;
        return Err(disk(out)(error));
    }
    fs::rename(&aside, staging).map_err(disk(&aside))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(files: &[(&str, &str)]) -> BTreeMap<String, Arc<[u8]>> {
        files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into())).collect()
    }

    fn tree(folder: &Path) -> BTreeMap<String, String> {
        let mut paths = BTreeSet::new();
        list(folder, "", &mut paths).expect("a readable folder");
        let text = |path: &String| fs::read_to_string(folder.join(path)).expect("a text");
        paths.iter().map(|path| (path.clone(), text(path))).collect()
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a readable folder").flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
    }

    struct Case(tempfile::TempDir);

    impl Case {
        fn new() -> Self {
            Self(tempfile::tempdir().expect("a folder"))
        }

        fn out(&self) -> PathBuf {
            self.0.path().join("public")
        }

        fn write(&self, files: &[(&str, &str)]) -> Result<Written, WriteError> {
            write(&site(files), &self.out(), &[])
        }
    }

    #[test]
    fn writes_changes_and_nothing_else() {
        let case = Case::new();
        let first = case.write(&[("a.html", "1"), ("b/c.html", "2"), ("old/x", "")]);
        let expected = Written { files: 3, bytes: 2, changed: 3, removed: 0 };
        assert_eq!(first.expect("a site"), expected);
        let time = |path| fs::metadata(case.out().join(path)).and_then(|data| data.modified());
        let before = time("b/c.html").expect("a time");
        let second = case.write(&[("a.html", "new"), ("b/c.html", "2")]);
        let expected = Written { files: 2, bytes: 4, changed: 1, removed: 1 };
        assert_eq!(second.expect("a site"), expected);
        assert_eq!(time("b/c.html").expect("a time"), before);
        let expected = [(MARKER, MARKER_TEXT), ("a.html", "new"), ("b/c.html", "2")];
        let expected = expected.map(|(path, text)| (path.to_owned(), text.to_owned()));
        assert_eq!(tree(&case.out()), BTreeMap::from(expected));
        assert_eq!(names(case.0.path()), ["public"]);
    }

    #[test]
    fn a_failure_half_way_leaves_the_old_site() {
        let case = Case::new();
        case.write(&[("a", "old"), ("b", "old")]).expect("a site");
        let before = tree(&case.out());
        // The system refuses names of more than 255 bytes, after `a` and `b` are written.
        let long = "x".repeat(300);
        let failed = case.write(&[("a", "new"), ("b", "new"), (&long, "")]);
        assert!(matches!(failed, Err(WriteError::Disk { .. })), "{failed:?}");
        assert_eq!(tree(&case.out()), before);
        assert_eq!(names(case.0.path()), ["public"]);
    }

    #[test]
    fn the_exchange_in_two_steps_does_the_same() {
        let case = Case::new();
        case.write(&[("a", "old")]).expect("a site");
        let staging = case.0.path().join(".public.rackbook-1");
        fill(&site(&[("a", "new")]), &staging, &case.out()).expect("a folder");
        swap_in_two_steps(&staging, &case.out()).expect("an exchange");
        assert_eq!(tree(&case.out())["a"], "new");
        assert_eq!(tree(&staging)["a"], "old");
    }

    #[test]
    fn leftovers_of_dead_runs_are_removed() {
        let case = Case::new();
        let dead = case.0.path().join(staging_name("public", i32::MAX as u32));
        let alive = case.0.path().join(staging_name("public", 1));
        fs::create_dir_all(dead.join("x")).expect("a folder");
        fs::create_dir_all(&alive).expect("a folder");
        case.write(&[("a", "")]).expect("a site");
        assert!(!dead.exists() && alive.exists());
    }

    #[test]
    fn a_link_to_an_output_folder_stays_a_link() {
        let case = Case::new();
        case.write(&[("a", "old")]).expect("a site");
        let link = case.0.path().join("link");
        std::os::unix::fs::symlink("public", &link).expect("a link");
        write(&site(&[("a", "new")]), &link, &[]).expect("a site");
        assert!(link.is_symlink());
        assert_eq!(tree(&case.out())["a"], "new");
    }
}
