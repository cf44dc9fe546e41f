//! The files of one run, read once and never changed: [`Sources`].
//!
//! In: paths and bytes from [`read`](super::read()) or from memory. Out: text, folders, and
//! positions. It never touches the disk, and its order is that of sorted paths.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::span::LineIndex;
use super::{FileId, Position, Span};

/// Which of the two roots a file belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Root {
    /// The GitOps repository with the manifests.
    Repository,
    /// The folder with `content/`, `site/`, `themes/`, … where it is not the repository itself.
    Site,
    /// The folder with what charts make, as another tool has rendered it.
    Rendered,
}

/// One file: where it stands and what it holds.
#[derive(Clone, Debug)]
pub struct File {
    /// The root that `path` is relative to.
    pub root: Root,
    /// Path relative to the root, with `/` between its parts.
    pub path: String,
    bytes: Arc<[u8]>,
    is_text: bool,
    lines: LineIndex,
}

impl File {
    /// What the file holds, as it is on disk.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// The text, where it is valid UTF-8.
    pub fn text(&self) -> Option<&str> {
        self.is_text.then(|| std::str::from_utf8(&self.bytes).ok()).flatten()
    }

    /// The part of the path behind the last `/`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// All files of one run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<File>,
    by_path: BTreeMap<(Root, String), FileId>,
    folders: BTreeSet<(Root, String)>,
    /// True where the site's files are the repository's own.
    same_root: bool,
}

impl Sources {
    /// A set of files for one root that is both repository and site, for tests and the example.
    pub fn from_memory<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut sources = Self { same_root: true, ..Self::default() };
        let sorted: BTreeMap<_, _> = files.into_iter().collect();
        for (path, bytes) in sorted {
            sources.add(Root::Repository, path, bytes.into());
        }
        sources
    }

    /// Says whether the site's files are looked up among the repository's.
    pub(crate) fn set_same_root(&mut self, same_root: bool) {
        self.same_root = same_root;
    }

    /// Adds one file and its folders.
    ///
    /// Callers add files in sorted order, which keeps ids stable between runs.
    pub(crate) fn add(&mut self, root: Root, path: &str, bytes: Arc<[u8]>) -> FileId {
        let id = FileId(self.files.len() as u32);
        let text = std::str::from_utf8(&bytes).ok().filter(|text| !text.contains('\0'));
        let (is_text, lines) = (text.is_some(), text.map(LineIndex::new).unwrap_or_default());
        self.files.push(File { root, path: path.to_owned(), bytes, is_text, lines });
        self.by_path.insert((root, path.to_owned()), id);
        self.folders.insert((root, String::new()));
        for (at, _) in path.match_indices('/') {
            self.folders.insert((root, path[..at].to_owned()));
        }
        id
    }

    /// The same files with other bytes, without those for which there are none.
    pub(crate) fn rewritten(&self, bytes: impl Fn(&File) -> Option<Arc<[u8]>>) -> Self {
        let mut rewritten = Self { same_root: self.same_root, ..Self::default() };
        for file in &self.files {
            if let Some(bytes) = bytes(file) {
                rewritten.add(file.root, &file.path, bytes);
            }
        }
        rewritten
    }

    /// The root under which the site's own files are found.
    pub fn site_root(&self) -> Root {
        if self.same_root { Root::Repository } else { Root::Site }
    }

    /// A file by its id.
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The text of a file; empty where it is binary.
    pub fn text(&self, id: FileId) -> &str {
        self.file(id).text().unwrap_or_default()
    }

    /// The file at a path of a root.
    pub fn find(&self, root: Root, path: &str) -> Option<FileId> {
        self.by_path.get(&(root, path.to_owned())).copied()
    }

    /// Whether a path of a root is a folder that holds at least one file that was read.
    pub fn is_folder(&self, root: Root, path: &str) -> bool {
        self.folders.contains(&(root, path.to_owned()))
    }

    /// All files with their ids, sorted by root and path.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File)> {
        self.by_path.values().map(|id| (*id, self.file(*id)))
    }

    /// The files below a folder of a root, sorted by path; the empty folder means all.
    pub fn under<'a>(
        &'a self,
        root: Root,
        folder: &'a str,
    ) -> impl Iterator<Item = (FileId, &'a File)> + 'a {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.by_path
            .range((root, prefix.clone())..)
            .take_while(move |((at, path), _)| *at == root && path.starts_with(&prefix))
            .map(|(_, id)| (*id, self.file(*id)))
    }

    /// All folders of a root that hold at least one file that was read, sorted.
    pub(crate) fn folders(&self, root: Root) -> impl Iterator<Item = &str> {
        let of_root = self.folders.iter().filter(move |(at, _)| *at == root);
        of_root.map(|(_, path)| path.as_str()).filter(|path| !path.is_empty())
    }

    /// The folders directly within a folder of a root, by name, sorted.
    pub fn folders_in(&self, root: Root, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self.folders
            .range((root, prefix.clone())..)
            .take_while(|(at, path)| *at == root && path.starts_with(&prefix))
            .map(|(_, path)| &path[prefix.len()..])
            .filter(|name| !name.is_empty() && !name.contains('/'))
            .map(str::to_owned)
            .collect()
    }

    /// Line and column of a byte.
    pub fn position(&self, file: FileId, offset: u32) -> Position {
        let file = self.file(file);
        file.lines.position(file.text().unwrap_or_default(), offset)
    }

    /// The byte at which a line (from 1) of a file starts.
    pub(crate) fn line_start(&self, file: FileId, line: usize) -> usize {
        self.file(file).lines.line_start(line)
    }

    /// The text that a span covers; empty where it does not fit the file.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or_default()
    }
}
