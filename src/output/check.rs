//! What must hold before anything is written.
//!
//! In: the site's paths and the folder that is asked for. Out: the real folder to write, or why
//! not. It never changes the disk.
#![expect(clippy::disallowed_methods, reason = "imperative shell: looks at the output folder")]

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use super::{MARKER, WriteError, disk};

/// Refuses paths that lead elsewhere, and a file that would also be a folder.
pub(super) fn paths(files: &BTreeMap<String, Arc<[u8]>>) -> Result<(), WriteError> {
    let wrong = |path: &&String| {
        let is_folder_too = || {
            let prefix = format!("{path}/");
            files.range(prefix.clone()..).next().is_some_and(|(next, _)| next.starts_with(&prefix))
        };
        !is_plain(path) || path.as_str() == MARKER || is_folder_too()
    };
    files.keys().find(wrong).map_or(Ok(()), |path| Err(WriteError::Path { path: path.clone() }))
}

/// Whether a path is relative, and each of its parts is a name.
fn is_plain(path: &str) -> bool {
    let is_name = |part: &str| !part.is_empty() && part != "." && part != "..";
    path.split('/').all(is_name) && !path.contains(['\\', '\0'])
}

/// The folder to write, with links resolved.
pub(super) fn target(out: &Path, inputs: &[&Path]) -> Result<PathBuf, WriteError> {
    let real = real_path(out)?;
    for input in inputs {
        let holds = fs::canonicalize(input).unwrap_or_else(|_| (*input).to_owned());
        if holds.starts_with(&real) {
            return Err(WriteError::HoldsInput { path: out.to_owned(), holds });
        }
    }
    if may_replace(&real)? { Ok(real) } else { Err(WriteError::NotOurs { path: out.to_owned() }) }
}

/// Resolves as much of a path as exists.
fn real_path(path: &Path) -> Result<PathBuf, WriteError> {
    let absolute = std::path::absolute(path).map_err(disk(path))?;
    let mut real = PathBuf::new();
    for part in absolute.components() {
        match part {
            Component::ParentDir => _ = real.pop(),
            other => real.push(other),
        }
        match fs::canonicalize(&real) {
            Ok(found) => real = found,
            Err(error) if error.kind() == io::ErrorKind::NotFound && !real.is_symlink() => {}
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(WriteError::NotAFolder { path: path.to_owned() });
            }
            Err(error) => return Err(disk(&real)(error)),
        }
    }
    Ok(real)
}

fn may_replace(real: &Path) -> Result<bool, WriteError> {
    match fs::metadata(real) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(disk(real)(error)),
        Ok(metadata) if !metadata.is_dir() => {
            return Err(WriteError::NotAFolder { path: real.to_owned() });
        }
        Ok(_) if real.parent().is_none() => return Err(WriteError::Root),
        Ok(_) => {}
    }
    let is_empty = fs::read_dir(real).map_err(disk(real))?.next().is_none();
    Ok(is_empty || real.join(MARKER).is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_below_the_folder() {
        let check = |all: &[&str], expected: Option<&str>| {
            let files = all.iter().map(|path| ((*path).to_owned(), Arc::from([]))).collect();
            let wrong = paths(&files).err().map(|error| error.to_string());
            let message =
                |path| format!("the site has a file `{path}`, whose path cannot be written");
            assert_eq!(wrong, expected.map(message));
        };
        check(&["a", "a-b", "b/c.d/e", "..a"], None);
        check(&["a", "a-b", "a/b"], Some("a"));
        for wrong in ["", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a\\b", "a\0", ".rackbook"] {
            check(&[wrong], Some(wrong));
        }
    }

    fn check(make: impl FnOnce(&Path), out: &str, expected: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("root");
        fs::create_dir_all(&root).expect("a folder");
        make(&root);
        let told = target(&root.join(out), &[&root.join("repo")]);
        let told = told.map_or_else(|error| error.to_string(), |_| "written".to_owned());
        assert!(told.contains(expected), "{told}");
    }

    #[test]
    fn only_our_own_folders_are_replaced() {
        let make = |path: &'static str| {
            move |root: &Path| {
                let path = root.join(path);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, "").expect("a file");
            }
        };
        check(|_| {}, "public", "written");
        check(|_| {}, "a/b/public", "written");
        check(make("public/.rackbook"), "public", "written");
        check(make("public/a"), "public", "not empty and was not written by rackbook");
        check(make("public"), "public", "is not a folder");
        check(make("public"), "public/a", "is not a folder");
        check(make("repo/a"), "repo", "which the site is made from");
        check(make("repo/a"), "repo/..", "which the site is made from");
        check(make("repo/a"), "../../../../../../../../..", "which the site is made from");
        let real = target(Path::new("/"), &[]).map_err(|error| error.to_string());
        assert!(real.is_err_and(|told| told.contains("cannot be replaced")));
    }
}
