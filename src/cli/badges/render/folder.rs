//! The folder that pictures are written into: [`Folder`].
//!
//! In: names and bytes. Out: files, each exchanged as a whole. It follows no link below the folder,
//! so that nothing is written outside of it, and it removes nothing.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes files")]

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::output::WriteError;

/// Longest name of a file without its ending, in bytes.
const MAX_NAME: usize = 200;

/// A folder that exists.
pub(super) struct Folder(PathBuf);

impl Folder {
    /// Makes the folder where it is missing.
    pub(super) fn open(path: &Path) -> Result<Self, WriteError> {
        fs::create_dir_all(path).map_err(disk(path))?;
        Ok(Self(path.to_owned()))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// A file of the folder, where there is one.
    pub(super) fn get(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.0.join(name)).ok()
    }

    /// Writes a file in the folder, or in the folder `below` it where that is not empty.
    pub(super) fn put(&self, below: &str, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let folder = if below.is_empty() { self.0.clone() } else { self.0.join(below) };
        if !below.is_empty() {
            make(&folder)?;
        }
        let (new, path) = (folder.join(format!(".{name}.new")), folder.join(name));
        match fs::remove_file(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(disk(&new)(error)),
            _ => {}
        }
        let file = OpenOptions::new().write(true).create_new(true).open(&new);
        let written = file.and_then(|mut file| file.write_all(bytes));
        written.map_err(disk(&new))?;
        // This takes the place of a link, rather than of what it leads to.
        fs::rename(&new, &path).map_err(disk(&path))
    }
}

/// Whether an id can be a name of a file, alone.
pub(super) fn is_name(id: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    !id.is_empty() && id.len() <= MAX_NAME && id.bytes().all(fits)
}

/// Makes a folder, or finds one that is no link.
fn make(folder: &Path) -> Result<(), WriteError> {
    match fs::symlink_metadata(folder) {
        Ok(metadata) if metadata.is_dir() => Ok(()),
        Ok(_) => Err(WriteError::NotAFolder { path: folder.to_owned() }),
        Err(_) => fs::create_dir(folder).map_err(disk(folder)),
    }
}

fn disk(path: &Path) -> impl FnOnce(io::Error) -> WriteError {
    let path = path.to_owned();
    move |source| WriteError::Disk { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_exchanged() {
        let root = tempfile::tempdir().expect("a folder");
        let folder = Folder::open(&root.path().join("a/b")).expect("a folder");
        for bytes in ["one", "two"] {
            folder.put("badges", "...svg", bytes.as_bytes()).expect("a file");
            let path = root.path().join("a/b/badges/...svg");
            assert_eq!(fs::read(path).expect("a file"), bytes.as_bytes());
        }
        let left = fs::read_dir(root.path().join("a/b/badges")).expect("a folder").count();
        assert_eq!(left, 1);
    }

    #[test]
    fn links_lead_nowhere() {
        let root = tempfile::tempdir().expect("a folder");
        let (inside, outside) = (root.path().join("in"), root.path().join("out"));
        fs::create_dir_all(&outside).expect("a folder");
        let folder = Folder::open(&inside).expect("a folder");
        std::os::unix::fs::symlink(&outside, inside.join("badges")).expect("a link");
        assert!(folder.put("badges", "a.svg", b"a").is_err());
        std::os::unix::fs::symlink(outside.join("x"), inside.join("index.json")).expect("a link");
        std::os::unix::fs::symlink(outside.join("y"), inside.join(".index.json.new"))
            .expect("a link");
        folder.put("", "index.json", b"a").expect("a file");
        assert_eq!(fs::read_dir(&outside).expect("a folder").count(), 0);
        assert_eq!(fs::read(inside.join("index.json")).expect("a file"), b"a");
    }

    #[test]
    fn ids_are_names() {
        for (id, expected) in
            [("cpu", true), ("..", true), ("a/b", false), ("", false), ("ü", false)]
        {
            assert_eq!(is_name(id), expected, "{id}");
        }
        assert!(!is_name(&"x".repeat(201)));
    }
}
