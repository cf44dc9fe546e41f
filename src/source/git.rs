//! What Git knows about a folder: [`Git`].
//!
//! In: a folder. Out: its commit, the web address of its remote, and which files differ from the
//! commit, so that pages link to lines that exist. It never writes to the repository, never uses
//! the network, and never fails: without `git` or a repository there is simply nothing to say.
#![expect(clippy::disallowed_methods, reason = "imperative shell: runs the `git` program")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};

/// What is escaped in the path of a link.
const ESCAPED: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// What Git says about one folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Git {
    /// The folder that holds the checkout.
    pub toplevel: Option<PathBuf>,
    /// Full id of the commit that is checked out.
    pub commit: Option<String>,
    /// Web address of the remote, without credentials and without `.git`.
    pub remote: Option<String>,
    /// The branch that a clone begins with, else the one that is checked out.
    pub branch: Option<String>,
    /// The folder relative to `toplevel`: empty, or with a `/` at its end.
    pub prefix: String,
    /// Paths relative to the folder that differ from the commit or are not tracked.
    pub changed: BTreeSet<String>,
    /// Day of the last change of the site's own files, where it was asked for: see
    /// [`last_changes`](super::last_changes).
    pub updated: BTreeMap<String, String>,
}

impl Git {
    /// The address that a path relative to the folder is appended to, to see it at the commit.
    ///
    /// None where the forge is not one whose addresses are known: GitHub, GitLab, Codeberg, Gitea,
    /// Forgejo and Bitbucket, told by the host's name.
    pub fn source_base(&self) -> Option<String> {
        let (remote, commit) = (self.remote.as_deref()?, self.commit.as_deref()?);
        let view = view_of(host_of(remote)?)?;
        Some(format!("{remote}/{view}/{commit}/{}", encode(&self.prefix)))
    }

    /// The address that a path relative to the folder is appended to, to edit it on its branch.
    ///
    /// None where no branch is checked out, and where the forge is not known.
    pub fn edit_base(&self) -> Option<String> {
        let (remote, branch) = (self.remote.as_deref()?, self.branch.as_deref()?);
        let host = host_of(remote)?;
        let edit = match view_of(host)? {
            "blob" => "edit",
            "-/blob" => "-/edit",
            "src/commit" => "_edit",
            _ => return None,
        };
        Some(format!("{remote}/{edit}/{}/{}", encode(branch), encode(&self.prefix)))
    }
}

/// Asks Git about a folder.
pub fn describe(root: &Path) -> Git {
    let Some(places) = git(root, &["rev-parse", "--show-toplevel", "--show-prefix"]) else {
        return Git::default();
    };
    let (toplevel, prefix) = parse_places(&places);
    let commit = git(root, &["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
    let status = ["status", "--porcelain=v1", "-z", "--no-renames", "--untracked-files=all", "."];
    let changed = git(root, &status).map(|text| parse_status(&text, &prefix)).unwrap_or_default();
    Git {
        toplevel,
        commit: commit.map(|text| text.trim().to_owned()),
        remote: remote(root),
        branch: branch(root),
        prefix,
        changed,
        updated: BTreeMap::new(),
    }
}

/// The address of `origin`, or of the first remote where none has that name.
fn remote(root: &Path) -> Option<String> {
    let names = git(root, &["remote"])?;
    let name = names.lines().find(|name| *name == "origin").or(names.lines().next())?;
    web_address(git(root, &["remote", "get-url", "--", name])?.trim())
}

fn branch(root: &Path) -> Option<String> {
    let first = git(root, &["symbolic-ref", "--short", "--quiet", "refs/remotes/origin/HEAD"]);
    let first = first.and_then(|name| name.trim().strip_prefix("origin/").map(str::to_owned));
    let here = || git(root, &["symbolic-ref", "--short", "--quiet", "HEAD"]);
    first.or_else(|| Some(here()?.trim().to_owned()))
}

/// Runs Git without prompts, locks, hooks or network; none where it fails.
pub(super) fn git(root: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(["-c", "core.quotepath=off", "-c", "core.fsmonitor=", "-C"])
        .arg(root)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .env("GIT_TERMINAL_PROMPT", "0")
        .env("GIT_NO_LAZY_FETCH", "1")
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .env_remove("GIT_PREFIX")
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The two lines of `rev-parse --show-toplevel --show-prefix`.
fn parse_places(text: &str) -> (Option<PathBuf>, String) {
    let mut lines = text.lines();
    let toplevel = lines.next().filter(|line| !line.is_empty()).map(PathBuf::from);
    (toplevel, lines.next().unwrap_or_default().to_owned())
}

/// Paths of `status --porcelain=v1 -z --no-renames`, made relative to the folder.
fn parse_status(text: &str, prefix: &str) -> BTreeSet<String> {
    text.split('\0')
        .filter_map(|entry| entry.get(3..))
        .filter_map(|path| path.strip_prefix(prefix))
        .map(str::to_owned)
        .collect()
}

/// The web address behind a remote's URL; credentials, port of SSH and `.git` are dropped.
fn web_address(url: &str) -> Option<String> {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) => (scheme, rest.to_owned()),
        None => ("ssh", scp_form(url)?),
    };
    let (authority, path) = rest.split_once('/')?;
    let host = authority.rsplit('@').next()?;
    let (scheme, host) = match scheme {
        "http" | "https" => (scheme, host),
        "ssh" | "git" | "git+ssh" => ("https", host.split(':').next()?),
        _ => return None,
    };
    let path = path.split(['?', '#']).next()?.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = |text: &str| !text.is_empty() && !text.contains(|at: char| at.is_whitespace());
    (plain(host) && plain(path)).then(|| format!("{scheme}://{host}/{path}"))
}

/// `user@host:path` as `user@host/path`; none for a path on this machine.
fn scp_form(url: &str) -> Option<String> {
    let (host, path) = url.split_once(':')?;
    let is_remote = !host.contains('/') && host.len() > 1;
    is_remote.then(|| format!("{host}/{}", path.trim_start_matches('/')))
}

fn host_of(remote: &str) -> Option<&str> {
    let rest = remote.split_once("://")?.1;
    rest.split(['/', ':']).next()
}

/// What stands between the repository and the commit in a forge's addresses.
fn view_of(host: &str) -> Option<&'static str> {
    let known = [
        ("github", "blob"),
        ("gitlab", "-/blob"),
        ("codeberg", "src/commit"),
        ("gitea", "src/commit"),
        ("forgejo", "src/commit"),
        ("bitbucket", "src"),
    ];
    known.into_iter().find(|(name, _)| host.contains(name)).map(|(_, view)| view)
}

fn encode(path: &str) -> String {
    percent_encoding::utf8_percent_encode(path, ESCAPED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(web_address(url).as_deref(), expected, "{url}");
    }

    #[test]
    fn remotes_become_web_addresses() {
        let expected = Some("https://github.com/example/home-ops");
        check("git@github.com:example/home-ops.git", expected);
        check("github.com:example/home-ops", expected);
        check("ssh://git@github.com:22/example/home-ops.git", expected);
        check("https://github.com/example/home-ops.git/", expected);
        check("https://name:word@github.com/example/home-ops?a=b#c", expected);
        check("git://github.com/example/home-ops.git", expected);
        check("http://git.example.com:3000/a/b.git", Some("http://git.example.com:3000/a/b"));
        check("/srv/git/home-ops.git", None);
        check("file:///srv/git/home-ops.git", None);
        check("C:/git/home-ops", None);
        check("https://github.com", None);
        check("", None);
    }

    #[test]
    fn links_are_those_of_the_forge() {
        let base = |remote: &str| {
            let (remote, commit) = (Some(remote.to_owned()), Some("abc".to_owned()));
            Git { remote, commit, prefix: "my apps/".to_owned(), ..Git::default() }.source_base()
        };
        let expect = |remote: &str, view: &str| {
            assert_eq!(base(remote), Some(format!("{remote}/{view}/abc/my%20apps/")));
        };
        expect("https://github.com/a/b", "blob");
        expect("https://gitlab.com/a/sub/b", "-/blob");
        expect("https://codeberg.org/a/b", "src/commit");
        let edit = |remote: &str| {
            let (remote, branch) = (Some(remote.to_owned()), Some("main".to_owned()));
            Git { remote, branch, ..Git::default() }.edit_base()
        };
        let expected = Some("https://github.com/a/b/edit/main/".to_owned());
        assert_eq!(edit("https://github.com/a/b"), expected);
        assert_eq!(edit("https://git.example.com/a/b"), None);
        assert_eq!(base("https://git.example.com/a/github"), None);
    }

    #[test]
    fn status_is_relative_to_the_folder() {
        let text = " M apps/a b.yaml\0?? apps/ü.yaml\0 D other.yaml\0";
        let expected = ["a b.yaml", "ü.yaml"].map(str::to_owned);
        assert_eq!(parse_status(text, "apps/"), BTreeSet::from(expected));
    }

    #[test]
    fn a_checkout_is_described() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        assert_eq!(describe(&root), Git::default());
        if git(&root, &["init", "--quiet"]).is_none() {
            return;
        }
        std::fs::create_dir_all(root.join("apps")).expect("a folder");
        std::fs::write(root.join("apps/one.yaml"), "a: 1\n").expect("a file");
        let described = describe(&root.join("apps"));
        assert_eq!(described.toplevel.as_deref(), Some(root.as_path()));
        assert_eq!((described.commit, described.prefix.as_str()), (None, "apps/"));
        assert_eq!(described.changed, BTreeSet::from(["one.yaml".to_owned()]));
    }
}
