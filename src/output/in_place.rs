//! Writing into a folder that cannot be exchanged: a mounted volume, or one whose parent is
//! read-only, as in a container.
//!
//! In: the site and the folder. Out: the folder with exactly these files. Everything is written
//! beside the old files first, so that a full disk leaves them; then each file is exchanged alone.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes the site")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{MARKER, Staging, WriteError, disk, fill, sync};

/// The folder within the output that holds the new files until they are whole.
const STAGING: &str = ".rackbook-new";

/// Writes the site, and counts the files that changed; `former` are the files of the old one.
pub(super) fn write(
    files: &BTreeMap<String, Arc<[u8]>>,
    out: &Path,
    former: &BTreeSet<String>,
) -> Result<usize, WriteError> {
    let staging = Staging(out.join(STAGING));
    if fs::symlink_metadata(&staging.0).is_ok() {
        fs::remove_dir_all(&staging.0).map_err(disk(&staging.0))?;
    }
    let changed = fill(files, &staging.0, out)?;
    place(&staging.0, out, MARKER)?;
    for path in files.keys() {
        clear_way(out, path)?;
        place(&staging.0, out, path)?;
    }
    let is_stale = |path: &&String| !files.contains_key(*path) && !path.starts_with(STAGING);
    for path in former.iter().filter(is_stale) {
        remove(out, path)?;
    }
    sync(out)?;
    Ok(changed)
}

fn place(staging: &Path, out: &Path, path: &str) -> Result<(), WriteError> {
    let target = out.join(path);
    fs::rename(staging.join(path), &target).map_err(disk(&target))
}

/// Makes the folders of a file, and removes a former file or folder that stands in its way.
fn clear_way(out: &Path, path: &str) -> Result<(), WriteError> {
    for (at, _) in path.match_indices('/') {
        let folder = out.join(&path[..at]);
        if fs::symlink_metadata(&folder).is_ok_and(|metadata| !metadata.is_dir()) {
            fs::remove_file(&folder).map_err(disk(&folder))?;
        }
        fs::create_dir_all(&folder).map_err(disk(&folder))?;
    }
    let target = out.join(path);
    if fs::symlink_metadata(&target).is_ok_and(|metadata| metadata.is_dir()) {
        fs::remove_dir_all(&target).map_err(disk(&target))?;
    }
    Ok(())
}

/// Removes a file of the old site, and its folders where they are empty then.
fn remove(out: &Path, path: &str) -> Result<(), WriteError> {
    let file = out.join(path);
    match fs::remove_file(&file) {
        // It stood in the way of a new folder or file, or in a folder that did.
        Err(error) if is_gone(&error) => return Ok(()),
        result => result.map_err(disk(&file))?,
    }
    for folder in Path::new(path).ancestors().skip(1).filter(|folder| *folder != Path::new("")) {
        if fs::remove_dir(out.join(folder)).is_err() {
            break;
        }
    }
    Ok(())
}

fn is_gone(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    matches!(error.kind(), NotFound | NotADirectory | IsADirectory)
}

#[cfg(test)]
mod tests {
    use super::super::list;
    use super::*;

    fn check(steps: &[&[&str]]) {
        let folder = tempfile::tempdir().expect("a folder");
        for paths in steps {
            let site: BTreeMap<String, Arc<[u8]>> =
                paths.iter().map(|path| ((*path).to_owned(), path.as_bytes().into())).collect();
            let mut former = BTreeSet::new();
            list(folder.path(), "", &mut former).expect("a folder");
            former.remove(MARKER);
            write(&site, folder.path(), &former).expect("a site");
            let mut found = BTreeSet::new();
            list(folder.path(), "", &mut found).expect("a folder");
            let expected = paths.iter().chain([&MARKER]).map(|path| (*path).to_owned()).collect();
            assert_eq!(found, expected);
            assert_eq!(
                fs::read(folder.path().join(paths[0])).expect("a file"),
                paths[0].as_bytes()
            );
        }
    }

    #[test]
    fn the_folder_holds_the_site_alone() {
        check(&[&["a", "b/c"], &["a", "b/c"], &["b/d/e"], &["x"]]);
    }

    #[test]
    fn files_and_folders_may_trade_places() {
        check(&[&["a", "b/c/d"], &["a/b", "b"], &["a", "b/c/d"]]);
    }

    #[test]
    fn what_a_dead_run_left_is_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join(STAGING).join("x")).expect("a folder");
        write(&BTreeMap::new(), folder.path(), &BTreeSet::new()).expect("a site");
        assert!(!folder.path().join(STAGING).exists());
    }
}
