//! The name of a revision becomes a [`Commit`].
//!
//! In: a folder and what a user typed. Out: the commit's id, or why there is none and what to do.
//! What was typed reaches `git` as one argument that cannot be an option.
#![expect(clippy::disallowed_methods, reason = "imperative shell: runs the `git` program")]

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::RevisionError;

/// A commit of the repository that a folder is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Full id.
    pub id: String,
    /// The folder that holds the checkout.
    pub(super) top: PathBuf,
    /// The folder within it: empty, or with a `/` at its end.
    pub(super) prefix: String,
}

impl Commit {
    /// The first digits of its id.
    pub fn short(&self) -> &str {
        self.id.get(..7).unwrap_or(&self.id)
    }

    /// Where a folder is in this checkout, in the form of `prefix`; none where it is elsewhere.
    ///
    /// A folder with a repository of its own further in is elsewhere too.
    pub(super) fn below_top(&self, folder: &Path) -> Option<String> {
        let (top, prefix) = places(folder).ok()?;
        (top == self.top).then_some(prefix)
    }
}

/// The commit that a user's words name: a commit, tag or branch, and what Git can say of them, such
/// as `HEAD~3`.
pub fn resolve(folder: &Path, name: &str) -> Result<Commit, RevisionError> {
    check(name)?;
    let (top, prefix) = places(folder)?;
    let wanted = format!("{name}^{{commit}}");
    let output = run(&top, &["rev-parse", "--verify", "--quiet", &wanted])?;
    let id = first_line(&output.stdout);
    if output.status.success() && is_id(&id) {
        return Ok(Commit { id, top, prefix });
    }
    Err(RevisionError::Unknown { name: name.to_owned(), help: help(&top, name) })
}

/// The newest commit that two have in common, with which a branch began.
pub fn merge_base(from: (&str, &Commit), to: (&str, &Commit)) -> Result<Commit, RevisionError> {
    let top = &to.1.top;
    let output = run(top, &["merge-base", &from.1.id, &to.1.id])?;
    let id = first_line(&output.stdout);
    if output.status.success() && is_id(&id) {
        return Ok(Commit { id, ..to.1.clone() });
    }
    Err(RevisionError::Unrelated {
        from: from.0.to_owned(),
        to: to.0.to_owned(),
        help: shallow(top).unwrap_or_default(),
    })
}

/// Refuses what `git` could take for something else than a revision.
fn check(name: &str) -> Result<(), RevisionError> {
    let bad = |reason| {
        let name = name.replace(char::is_control, "\u{fffd}");
        Err(RevisionError::BadName { name, reason })
    };
    match name {
        "" => bad("it is empty"),
        _ if name.starts_with('-') => bad("it begins with `-`"),
        _ if name.contains(char::is_control) => bad("it holds a control character"),
        _ if name.contains("..") => bad("it is a range; name one end"),
        _ if name.contains(':') => bad("it names a file or text within a revision"),
        _ if name.len() > 1000 => bad("it is too long"),
        _ => Ok(()),
    }
}

/// The top of the checkout that a folder is in, and the folder within it.
fn places(folder: &Path) -> Result<(PathBuf, String), RevisionError> {
    let path = || folder.to_owned();
    let output = run(folder, &["rev-parse", "--show-toplevel", "--show-prefix"])?;
    if !output.status.success() {
        let told = first_line(&output.stderr);
        return Err(if told.contains("not a git repository") {
            RevisionError::NoRepository { path: path() }
        } else {
            RevisionError::Refused { path: path(), told }
        });
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut lines = text.lines();
    let top = lines.next().filter(|line| !line.is_empty());
    let top = top.ok_or_else(|| RevisionError::NoRepository { path: path() })?;
    Ok((super::real(Path::new(top)), lines.next().unwrap_or_default().to_owned()))
}

fn first_line(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.lines().next().unwrap_or_default().trim().to_owned()
}

fn is_id(text: &str) -> bool {
    text.len() >= 40 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// What to do about an unknown name, behind a colon; empty where nothing helps.
fn help(top: &Path, name: &str) -> String {
    let names = run(top, &["for-each-ref", "--count=5000", "--format=%(refname:short)"]);
    let names = names.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let names = names.unwrap_or_default();
    let remote = format!("origin/{name}");
    if names.lines().any(|known| known == remote) {
        return format!(": did you mean `{remote}`?");
    }
    let close = names.lines().map(|known| (strsim::jaro_winkler(name, known), known));
    let close = close.filter(|(score, _)| *score > 0.85).max_by(|a, b| a.0.total_cmp(&b.0));
    match close {
        Some((_, known)) => format!(": did you mean `{known}`?"),
        None => shallow(top).unwrap_or_default(),
    }
}

/// What to do where the checkout holds the last commits only.
pub(super) fn shallow(top: &Path) -> Option<String> {
    let output = run(top, &["rev-parse", "--is-shallow-repository"]).ok()?;
    (first_line(&output.stdout) == "true").then(|| {
        ": this is a shallow clone; fetch the rest with `git fetch --unshallow`, or set \
         `fetch-depth: 0` in `actions/checkout`"
            .to_owned()
    })
}

/// A `git` process without prompts, locks, hooks, replacements or network.
pub(super) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    command
        // Older versions know no `GIT_NO_LAZY_FETCH`: without a protocol nothing is fetched.
        .args(["-c", "core.quotepath=off", "-c", "core.fsmonitor=", "-c", "protocol.allow=never"])
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_NO_REPLACE_OBJECTS", "1")
        .env("LC_ALL", "C")
        .stdin(Stdio::null());
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"] {
        command.env_remove(name);
    }
    command
}

pub(super) fn run(folder: &Path, arguments: &[&str]) -> Result<Output, RevisionError> {
    command(folder, arguments).output().map_err(no_git)
}

pub(super) fn no_git(source: io::Error) -> RevisionError {
    RevisionError::NoGit { source }
}
