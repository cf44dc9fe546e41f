//! The two roots become [`Sources`].
//!
//! In: folders on disk. Out: the bytes of every file that a page may need, in sorted order, and a
//! diagnostic for whatever was passed over. It never writes, never leaves a root through a link,
//! and never reads more than its limits.
#![expect(clippy::disallowed_methods, reason = "imperative shell: reads the two roots")]

mod names;
mod told;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;

use self::names::{is_archive, is_manifest, is_text, relative};
use super::{Root, Sources};
use crate::diagnostic::Diagnostic;

/// Most files of one run.
const MAX_FILES: usize = 200_000;
/// Most bytes of one run.
const MAX_BYTES: u64 = 512 << 20;
/// Largest text file.
const MAX_TEXT: u64 = 8 << 20;
/// Largest other file.
const MAX_OTHER: u64 = 1 << 20;

/// Folders that hold no manifests, wherever they are.
const SKIPPED: &[&str] =
    &[".git", "node_modules", ".rackbook", ".venv", ".terraform", ".direnv", ".task"];
/// Folders that are build output at the top of a root; deeper down they may be namespaces.
const SKIPPED_AT_TOP: &[&str] = &["target", "public"];
/// What is read of a site that is not the repository itself.
const SITE_PARTS: &[&str] =
    &["content", "docs", "diagrams", "themes", "badges", "site", "README.md"];
/// The file that marks a folder as output of this program.
const MARKER: &str = ".rackbook";

/// The folders to read; equal where the repository holds its own site.
#[derive(Clone, Debug)]
pub struct Roots {
    /// The GitOps repository.
    pub repository: PathBuf,
    /// The folder with `content/`, `site/`, `themes/`, ….
    pub site: PathBuf,
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such folder, or no right to see it.
    #[error("cannot read the folder `{}`: {source}", path.display())]
    Root {
        /// The root.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A file where a folder should be.
    #[error("`{}` is not a folder", path.display())]
    NotAFolder {
        /// The root.
        path: PathBuf,
    },
    /// More files than one run reads.
    #[error(
        "`{}` holds more than {MAX_FILES} files: name the folder of the cluster with `--repo`, or \
         list what is not needed in `.gitignore`",
        path.display()
    )]
    TooManyFiles {
        /// The root.
        path: PathBuf,
    },
    /// More bytes than one run reads.
    #[error(
        "`{}` holds more than {} MiB to read: name the folder of the cluster with `--repo`, or \
         list what is not needed in `.gitignore`",
        path.display(),
        MAX_BYTES >> 20
    )]
    TooManyBytes {
        /// The root.
        path: PathBuf,
    },
}

/// Reads both roots.
///
/// `.gitignore` is honoured with or without Git. Symbolic links are followed to files within the
/// root only, so that no link can bring in what the root does not hold.
pub fn read(roots: &Roots) -> Result<(Sources, Vec<Diagnostic>), ReadError> {
    read_with(roots, None)
}

/// Reads both roots, and a folder of rendered manifests.
///
/// The folder may lie in the repository, whose manifests its files are not; it may be ignored by
/// Git, as what is made from other files often is.
pub fn read_with(
    roots: &Roots,
    rendered: Option<&Path>,
) -> Result<(Sources, Vec<Diagnostic>), ReadError> {
    let repository = folder(&roots.repository)?;
    let site = folder(&roots.site)?;
    let rendered = rendered.map(folder).transpose()?;
    let mut sources = Sources::default();
    sources.set_same_root(repository == site);
    let mut diagnostics = vec![];
    let apart = rendered.as_deref();
    add(&mut sources, &mut diagnostics, (Root::Repository, &repository), apart)?;
    if repository != site {
        add(&mut sources, &mut diagnostics, (Root::Site, &site), apart)?;
    }
    if let Some(rendered) = &rendered {
        add(&mut sources, &mut diagnostics, (Root::Rendered, rendered), None)?;
    }
    Ok((sources, diagnostics))
}

fn folder(path: &Path) -> Result<PathBuf, ReadError> {
    let at = |source| ReadError::Root { path: path.to_owned(), source };
    let real = fs::canonicalize(path).map_err(at)?;
    if !real.is_dir() {
        return Err(ReadError::NotAFolder { path: path.to_owned() });
    }
    fs::read_dir(&real).map_err(at)?;
    Ok(real)
}

fn add(
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
    (root, folder): (Root, &Path),
    apart: Option<&Path>,
) -> Result<(), ReadError> {
    let mut walk = Walk::new(root, folder);
    walk.run()?;
    if let Some(apart) = apart.and_then(|apart| relative(folder, apart)) {
        let is_apart = |path: &str| path.strip_prefix(&apart).is_some_and(|it| it.starts_with('/'));
        walk.found.retain(|path| !is_apart(path));
    }
    walk.found.sort();
    let contents: Vec<_> =
        walk.found.par_iter().map(|path| (path, fs::read(folder.join(path)))).collect();
    for (path, bytes) in contents {
        match bytes {
            Ok(bytes) => {
                walk.diagnostics.extend(told::not_text(path, &bytes));
                sources.add(root, path, bytes.into());
            }
            Err(error) => walk.diagnostics.push(told::unreadable(path, &error)),
        }
    }
    diagnostics.append(&mut walk.diagnostics);
    Ok(())
}

/// One walk through one root.
struct Walk<'a> {
    root: Root,
    folder: &'a Path,
    found: Vec<String>,
    /// Links with the paths of what they lead to.
    links: Vec<(String, String)>,
    bytes: u64,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    fn new(root: Root, folder: &'a Path) -> Self {
        Self { root, folder, found: vec![], links: vec![], bytes: 0, diagnostics: vec![] }
    }

    fn run(&mut self) -> Result<(), ReadError> {
        let above = if self.root == Root::Rendered { vec![] } else { ignored_above(self.folder) };
        let (root, above) = (self.root, Arc::new(above));
        let walk = WalkBuilder::new(self.folder)
            .standard_filters(false)
            .git_ignore(true)
            .git_exclude(true)
            .require_git(false)
            .filter_entry(move |entry| wanted(entry, root, &above))
            .build();
        for entry in walk {
            match entry {
                Ok(entry) => self.visit(&entry)?,
                Err(error) => self.failed(&error),
            }
        }
        self.follow_links()
    }

    fn visit(&mut self, entry: &DirEntry) -> Result<(), ReadError> {
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else { return Ok(()) };
        let Some(path) = relative(self.folder, entry.path()) else {
            self.diagnostics.push(told::bad_name(entry.path()));
            return Ok(());
        };
        if kind.is_dir() {
            self.visit_folder(&path);
        } else if kind.is_symlink() {
            self.visit_link(path, entry.path());
        } else if kind.is_file() {
            match entry.path().metadata() {
                Ok(metadata) => self.visit_file(path, metadata.len())?,
                Err(error) => self.diagnostics.push(told::unreadable(&path, &error)),
            }
        } else if is_manifest(&path) {
            self.diagnostics.push(told::not_a_file(path));
        }
        Ok(())
    }

    fn visit_folder(&mut self, path: &str) {
        if is_archive(path) {
            self.diagnostics.push(told::archive(path));
        }
    }

    fn visit_link(&mut self, path: String, link: &Path) {
        let Ok(target) = fs::canonicalize(link) else {
            let target = fs::read_link(link).unwrap_or_default();
            return self.diagnostics.push(told::dangling(path, &target));
        };
        match relative(self.folder, &target) {
            None => self.diagnostics.push(told::outside(path)),
            Some(inside) if target.is_dir() => {
                self.diagnostics.push(told::link_to_folder(path, &inside));
            }
            Some(inside) => self.links.push((path, inside)),
        }
    }

    /// Follows links to files that the walk found, so that no link leads to an ignored one.
    fn follow_links(&mut self) -> Result<(), ReadError> {
        let found: BTreeSet<_> = self.found.iter().cloned().collect();
        for (path, target) in std::mem::take(&mut self.links) {
            match fs::metadata(self.folder.join(&target)) {
                Ok(metadata) if found.contains(&target) => self.visit_file(path, metadata.len())?,
                _ => self.diagnostics.push(told::outside(path)),
            }
        }
        Ok(())
    }

    fn visit_file(&mut self, path: String, size: u64) -> Result<(), ReadError> {
        let limit = if is_text(&path) { MAX_TEXT } else { MAX_OTHER };
        if size > limit {
            self.diagnostics.extend(is_manifest(&path).then(|| told::too_large(path, size, limit)));
            return Ok(());
        }
        self.bytes += size;
        self.found.push(path);
        let path = || self.folder.to_owned();
        if self.found.len() > MAX_FILES {
            return Err(ReadError::TooManyFiles { path: path() });
        }
        if self.bytes > MAX_BYTES {
            return Err(ReadError::TooManyBytes { path: path() });
        }
        Ok(())
    }

    fn failed(&mut self, error: &ignore::Error) {
        let path = path_of(error).and_then(|path| relative(self.folder, path));
        let reason = error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
        let path = path.unwrap_or_else(|| ".".to_owned());
        self.diagnostics.push(told::unreadable(&path, &reason));
    }
}

/// The `.gitignore` files above a root, up to the checkout's own folder.
///
/// The walk itself looks at none of them: without this limit, a file in the home folder of whoever
/// runs it would count too.
fn ignored_above(folder: &Path) -> Vec<Gitignore> {
    let is_checkout = |folder: &Path| folder.join(".git").exists();
    if is_checkout(folder) {
        return vec![];
    }
    let above: Vec<_> = folder.ancestors().skip(1).collect();
    let Some(top) = above.iter().position(|folder| is_checkout(folder)) else { return vec![] };
    above[..=top].iter().filter_map(|folder| gitignore(folder)).collect()
}

fn gitignore(folder: &Path) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(folder);
    if builder.add(folder.join(".gitignore")).is_some() {
        return None;
    }
    builder.build().ok()
}

/// Whether the walk goes on with an entry; archives pass, so that they can be told of.
fn wanted(entry: &DirEntry, root: Root, above: &[Gitignore]) -> bool {
    if entry.depth() == 0 {
        return true;
    }
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let Some(name) = entry.file_name().to_str() else { return !is_folder };
    if entry.depth() == 1 && root == Root::Site && !SITE_PARTS.contains(&name) {
        return false;
    }
    if SKIPPED.contains(&name) || is_folder && entry.depth() == 1 && SKIPPED_AT_TOP.contains(&name)
    {
        return false;
    }
    let mut parents = entry.path().ancestors().skip(1).take(entry.depth() - 1);
    let in_archive = parents.any(|parent| parent.to_str().is_some_and(is_archive));
    let is_output = || is_folder && entry.path().join(MARKER).is_file();
    let is_ignored =
        || above.iter().any(|rules| rules.matched(entry.path(), is_folder).is_ignore());
    !in_archive && !is_output() && !is_ignored()
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::Loop { child, .. } => Some(child),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
            path_of(err)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    struct Case(tempfile::TempDir);

    impl Case {
        fn new(files: &[(&str, &[u8])]) -> Self {
            let folder = tempfile::tempdir().expect("a folder");
            for (path, bytes) in files {
                let path = folder.path().join(path);
                fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
                fs::write(path, bytes).expect("a file");
            }
            Self(folder)
        }

        fn path(&self) -> &Path {
            self.0.path()
        }

        /// Paths that were read, and codes with their paths.
        fn read(&self) -> (Vec<String>, Vec<String>) {
            let root = self.path().to_owned();
            let roots = Roots { repository: root.clone(), site: root };
            let (sources, diagnostics) = read(&roots).expect("a readable root");
            let files = sources.files().map(|(_, file)| file.path.clone()).collect();
            let told = diagnostics.iter().map(|one| format!("{} {:?}", one.code, one.place));
            (files, told.map(|text| text.replace("Path(", "").replace(['"', ')'], "")).collect())
        }
    }

    fn check(case: &Case, files: &[&str], told: &[&str]) {
        let (mut read, mut diagnostics) = case.read();
        read.sort();
        diagnostics.sort();
        assert_eq!(read, files);
        assert_eq!(diagnostics, told);
    }

    #[test]
    fn ignored_and_built_files_are_left_out() {
        let case = Case::new(&[
            (".gitignore", b"*.key\n"),
            (".sops.yaml", b"a: 1"),
            ("age.key", b"x"),
            (".github/ci.yml", b"a: 1"),
            ("node_modules/a/b.json", b"{}"),
            ("public/index.html", b"x"),
            ("apps/public/a.yaml", b"a: 1"),
            ("site-out/.rackbook", b"x"),
            ("site-out/index.html", b"x"),
            ("x.yaml/inner.yaml", b"a: 1"),
        ]);
        check(
            &case,
            &[
                ".github/ci.yml",
                ".gitignore",
                ".sops.yaml",
                "apps/public/a.yaml",
                "x.yaml/inner.yaml",
            ],
            &[],
        );
    }

    #[test]
    fn an_archive_is_told_of_once() {
        let case = Case::new(&[("a/.archive/b/c.yaml", b"x"), ("a/.archive/d.yaml", b"x")]);
        check(&case, &[], &["source/archive-skipped a/.archive"]);
    }

    #[test]
    fn links_stay_within_the_root() {
        let other = Case::new(&[("secret.yaml", b"x")]);
        let case = Case::new(&[
            ("a.yaml", b"a: 1"),
            ("folder/b.yaml", b"b: 1"),
            (".gitignore", b"*.key"),
            ("age.key", b"x"),
        ]);
        let link = |target: &Path, name: &str| {
            symlink(target, case.path().join(name)).expect("a link");
        };
        link(Path::new("a.yaml"), "link.yaml");
        link(Path::new("gone.yaml"), "dangling.yaml");
        link(Path::new("loop.yaml"), "loop.yaml");
        link(Path::new(".."), "folder/up");
        link(Path::new("age.key"), "key.yaml");
        link(&other.path().join("secret.yaml"), "out.yaml");
        let told = [
            "source/dangling-link dangling.yaml",
            "source/dangling-link loop.yaml",
            "source/link-outside key.yaml",
            "source/link-outside out.yaml",
            "source/link-to-folder folder/up",
        ];
        check(&case, &[".gitignore", "a.yaml", "folder/b.yaml", "link.yaml"], &told);
    }

    #[test]
    fn large_and_binary_manifests_are_told_of() {
        let large = vec![b' '; MAX_TEXT as usize + 1];
        let case = Case::new(&[
            ("large.yaml", &large),
            ("large.png", &large),
            ("latin.yaml", b"a: \xe9"),
            ("nul.yml", b"a: \0"),
            ("sealed.yaml", b"\0GITCRYPT\0\x80"),
        ]);
        let told = [
            "source/encrypted sealed.yaml",
            "source/not-utf8 latin.yaml",
            "source/not-utf8 nul.yml",
            "source/too-large large.yaml",
        ];
        check(&case, &["latin.yaml", "nul.yml", "sealed.yaml"], &told);
    }

    #[test]
    fn rendered_manifests_are_no_part_of_the_repository() {
        let case = Case::new(&[
            (".gitignore", b"made/\n"),
            ("a.yaml", b"a: 1"),
            ("made/b.yaml", b"b: 1"),
            ("made/sub/c.yaml", b"c: 1"),
            ("open/d.yaml", b"d: 1"),
        ]);
        let root = case.path().to_owned();
        let roots = Roots { repository: root.clone(), site: root.clone() };
        let paths = |rendered: &str| {
            let (sources, _) = read_with(&roots, Some(&root.join(rendered))).expect("readable");
            let paths = sources.files().map(|(_, file)| (file.root, file.path.clone()));
            paths.filter(|(_, path)| path.ends_with(".yaml")).collect::<Vec<_>>()
        };
        let own = |path: &str| (Root::Repository, path.to_owned());
        let made = |path: &str| (Root::Rendered, path.to_owned());
        let expected = [own("a.yaml"), own("open/d.yaml"), made("b.yaml"), made("sub/c.yaml")];
        assert_eq!(paths("made"), expected);
        assert_eq!(paths("open"), [own("a.yaml"), made("d.yaml")]);
        assert!(read_with(&roots, Some(&root.join("gone"))).is_err());
    }

    #[test]
    fn ignore_rules_above_the_root_count_within_the_checkout() {
        let case = Case::new(&[
            (".gitignore", b"*.key\n*.yml\n"),
            ("repo/.gitignore", b"*.key\n"),
            ("repo/.git/config", b""),
            ("repo/cluster/a.key", b"x"),
            ("repo/cluster/a.yml", b"a: 1"),
        ]);
        let root = case.path().join("repo/cluster");
        let (sources, _) =
            read(&Roots { repository: root.clone(), site: root }).expect("a readable root");
        let files: Vec<_> = sources.files().map(|(_, file)| file.path.as_str()).collect();
        assert_eq!(files, ["a.yml"]);
    }

    #[test]
    fn a_site_apart_is_read_in_its_parts() {
        let case = Case::new(&[
            ("content/a.md", b"a"),
            ("src/main.rs", b""),
            ("repo/a.yaml", b"a: 1"),
            ("README.md", b"a"),
        ]);
        let site = case.path().to_owned();
        let roots = Roots { repository: site.join("repo"), site };
        let (sources, _) = read(&roots).expect("readable roots");
        let files: Vec<_> =
            sources.files().map(|(_, file)| (file.root, file.path.as_str())).collect();
        let site = |path| (Root::Site, path);
        assert_eq!(files, [(Root::Repository, "a.yaml"), site("README.md"), site("content/a.md")]);
    }

    #[test]
    fn a_root_must_be_a_folder() {
        let case = Case::new(&[("file", b"")]);
        let message = |path: &str| {
            let root = case.path().join(path);
            let error = read(&Roots { repository: root.clone(), site: root }).expect_err("no root");
            error.to_string()
        };
        assert!(message("file").ends_with("file` is not a folder"));
        assert!(message("gone").contains("gone`: No such file"));
    }
}
