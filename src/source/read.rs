//! The two roots become [`Sources`].
//!
//! In: folders on disk. Out: the bytes of every file that a page may need, in sorted order, and a
//! diagnostic for whatever was passed over. It never writes, never leaves a root through a link,
//! and never reads more than its limits.
#![expect(clippy::disallowed_methods, reason = "imperative shell: reads the two roots")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;

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
/// Folders whose manifests are no longer in use.
const ARCHIVES: &[&str] = &[".archive", "archive", "_archive"];
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
    let repository = folder(&roots.repository)?;
    let site = folder(&roots.site)?;
    let mut sources = Sources::default();
    sources.set_same_root(repository == site);
    let mut diagnostics = vec![];
    add(&mut sources, &mut diagnostics, Root::Repository, &repository)?;
    if repository != site {
        add(&mut sources, &mut diagnostics, Root::Site, &site)?;
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
    root: Root,
    folder: &Path,
) -> Result<(), ReadError> {
    let mut walk = Walk::new(root, folder);
    walk.run()?;
    walk.found.sort();
    let contents: Vec<_> =
        walk.found.par_iter().map(|path| (path, fs::read(folder.join(path)))).collect();
    for (path, bytes) in contents {
        match bytes {
            Ok(bytes) => {
                walk.diagnostics.extend(not_text(path, &bytes));
                sources.add(root, path, bytes.into());
            }
            Err(error) => walk.diagnostics.push(unreadable(path, &error)),
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
    bytes: u64,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Walk<'a> {
    fn new(root: Root, folder: &'a Path) -> Self {
        Self { root, folder, found: vec![], bytes: 0, diagnostics: vec![] }
    }

    fn run(&mut self) -> Result<(), ReadError> {
        let (root, above) = (self.root, Arc::new(ignored_above(self.folder)));
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
        Ok(())
    }

    fn visit(&mut self, entry: &DirEntry) -> Result<(), ReadError> {
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else { return Ok(()) };
        let Some(path) = relative(self.folder, entry.path()) else {
            self.diagnostics.push(bad_name(entry.path()));
            return Ok(());
        };
        if kind.is_dir() {
            self.visit_folder(&path);
        } else if kind.is_symlink() {
            self.visit_link(path, entry.path())?;
        } else if kind.is_file() {
            match entry.path().metadata() {
                Ok(metadata) => self.visit_file(path, metadata.len())?,
                Err(error) => self.diagnostics.push(unreadable(&path, &error)),
            }
        } else if is_manifest(&path) {
            self.diagnostics.push(not_a_file(path));
        }
        Ok(())
    }

    fn visit_folder(&mut self, path: &str) {
        if is_archive(path) {
            self.diagnostics.push(
                Diagnostic::note("source/archive-skipped", "an archive folder is not read")
                    .at_path(path),
            );
        }
    }

    fn visit_link(&mut self, path: String, link: &Path) -> Result<(), ReadError> {
        let Ok(target) = fs::canonicalize(link) else {
            self.diagnostics.push(dangling(path, link));
            return Ok(());
        };
        let inside = relative(self.folder, &target).filter(|inside| !is_skipped(inside));
        let Some(inside) = inside else {
            self.diagnostics.push(outside(path));
            return Ok(());
        };
        match fs::metadata(&target) {
            Ok(metadata) if metadata.is_file() => self.visit_file(path, metadata.len())?,
            Ok(metadata) if metadata.is_dir() => {
                self.diagnostics.push(link_to_folder(path, &inside));
            }
            Ok(_) => self.diagnostics.push(not_a_file(path)),
            Err(error) => self.diagnostics.push(unreadable(&path, &error)),
        }
        Ok(())
    }

    fn visit_file(&mut self, path: String, size: u64) -> Result<(), ReadError> {
        let limit = if is_text(&path) { MAX_TEXT } else { MAX_OTHER };
        if size > limit {
            self.diagnostics.extend(is_manifest(&path).then(|| too_large(path, size, limit)));
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
        self.diagnostics.push(unreadable(&path, &reason));
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

fn is_archive(path: &str) -> bool {
    ARCHIVES.contains(&path.rsplit('/').next().unwrap_or(path))
}

/// Whether a path goes through a folder that is not read.
fn is_skipped(path: &str) -> bool {
    path.split('/').any(|part| SKIPPED.contains(&part))
}

/// A path below a folder with `/` between its parts; none where it is outside or not UTF-8.
fn relative(folder: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<_>> =
        path.strip_prefix(folder).ok()?.iter().map(|part| part.to_str()).collect();
    parts.map(|parts| parts.join("/"))
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

fn extension(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path).rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Whether a file of that name may hold manifests or infrastructure, so that its absence matters.
fn is_manifest(path: &str) -> bool {
    matches!(extension(path), "yaml" | "yml" | "json" | "json5" | "tfvars" | "tf" | "hcl" | "j2")
}

/// Whether a file of that name is text.
fn is_text(path: &str) -> bool {
    const TEXT: &[&str] = &[
        "cfg",
        "conf",
        "css",
        "csv",
        "env",
        "gotmpl",
        "html",
        "ini",
        "js",
        "md",
        "properties",
        "py",
        "rs",
        "sh",
        "svg",
        "tera",
        "toml",
        "tpl",
        "txt",
        "xml",
    ];
    is_manifest(path) || TEXT.contains(&extension(path))
}

fn too_large(path: String, size: u64, limit: u64) -> Diagnostic {
    let message = format!("file of {} is larger than {}", mebibytes(size), mebibytes(limit));
    let help = "split the file, or list it in `.gitignore` where it is no manifest";
    Diagnostic::warning("source/too-large", message).at_path(path).help(help)
}

fn mebibytes(bytes: u64) -> String {
    let tenths = bytes.saturating_mul(10).div_ceil(1 << 20);
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{whole} MiB"),
        (whole, rest) => format!("{whole}.{rest} MiB"),
    }
}

fn not_text(path: &str, bytes: &[u8]) -> Option<Diagnostic> {
    let is_yaml = matches!(extension(path), "yaml" | "yml");
    let problem = match std::str::from_utf8(bytes) {
        _ if !is_yaml => return None,
        Ok(text) if !text.contains('\0') => return None,
        Ok(_) => "YAML file holds a NUL byte and is not read".to_owned(),
        Err(error) => {
            format!("YAML file is not UTF-8 at byte {} and is not read", error.valid_up_to())
        }
    };
    let help = "save the file as UTF-8";
    Some(Diagnostic::warning("source/not-utf8", problem).at_path(path).help(help))
}

fn unreadable(path: &str, reason: &impl std::fmt::Display) -> Diagnostic {
    Diagnostic::warning("source/unreadable", format!("cannot be read: {reason}")).at_path(path)
}

fn bad_name(path: &Path) -> Diagnostic {
    Diagnostic::warning("source/unreadable", "the name of a file is not UTF-8")
        .at_path(path.to_string_lossy())
        .help("rename the file")
}

fn dangling(path: String, link: &Path) -> Diagnostic {
    let target = fs::read_link(link).unwrap_or_default();
    let message = format!("symbolic link to `{}` leads nowhere", target.display());
    Diagnostic::warning("source/dangling-link", message)
        .at_path(path)
        .help("restore what it points to, or remove the link")
}

fn outside(path: String) -> Diagnostic {
    Diagnostic::note("source/link-outside", "symbolic link leads out of what is read")
        .at_path(path)
        .help("copy the file into the repository where its content is needed")
}

fn link_to_folder(path: String, target: &str) -> Diagnostic {
    let message = format!("symbolic link to the folder `{target}` is not followed");
    Diagnostic::note("source/link-to-folder", message).at_path(path)
}

fn not_a_file(path: String) -> Diagnostic {
    Diagnostic::note("source/not-a-file", "neither a file nor a folder").at_path(path)
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
        let case = Case::new(&[("a.yaml", b"a: 1"), ("folder/b.yaml", b"b: 1")]);
        let link = |target: &Path, name: &str| {
            symlink(target, case.path().join(name)).expect("a link");
        };
        link(Path::new("a.yaml"), "link.yaml");
        link(Path::new("gone.yaml"), "dangling.yaml");
        link(Path::new("loop.yaml"), "loop.yaml");
        link(Path::new(".."), "folder/up");
        link(&other.path().join("secret.yaml"), "out.yaml");
        let told = [
            "source/dangling-link dangling.yaml",
            "source/dangling-link loop.yaml",
            "source/link-outside out.yaml",
            "source/link-to-folder folder/up",
        ];
        check(&case, &["a.yaml", "folder/b.yaml", "link.yaml"], &told);
    }

    #[test]
    fn large_and_binary_manifests_are_told_of() {
        let large = vec![b' '; MAX_TEXT as usize + 1];
        let case = Case::new(&[
            ("large.yaml", &large),
            ("large.png", &large),
            ("latin.yaml", b"a: \xe9"),
            ("nul.yml", b"a: \0"),
        ]);
        let told = [
            "source/not-utf8 latin.yaml",
            "source/not-utf8 nul.yml",
            "source/too-large large.yaml",
        ];
        check(&case, &["latin.yaml", "nul.yml"], &told);
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
