//! The real program in folders that a user may have.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// A folder with files, in which the program runs.
struct Case(tempfile::TempDir);

impl Case {
    fn new(files: &[(&str, &[u8])]) -> Self {
        let case = Self(tempfile::tempdir().expect("a folder"));
        for (path, bytes) in files {
            case.file(path, bytes);
        }
        case
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn file(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, bytes).expect("a file");
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
            .args(arguments)
            .current_dir(self.path())
            .env("NO_COLOR", "1")
            .env("GIT_CEILING_DIRECTORIES", self.path())
            .output()
            .expect("the program runs");
        Ran(output)
    }

    /// Builds this folder to `out`.
    fn build(&self) -> Ran {
        self.run(&["build", "--repo", ".", "--out", "out"])
    }

    /// Paths and bytes below a folder.
    fn tree(&self, folder: &str) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        list(&self.path().join(folder), "", &mut files);
        files
    }
}

fn list(folder: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            list(&entry.path(), &format!("{path}/"), files);
        } else {
            files.insert(path, fs::read(entry.path()).expect("a file"));
        }
    }
}

/// What the program did.
struct Ran(Output);

impl Ran {
    fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    #[track_caller]
    fn exits(self, status: i32) -> Self {
        assert_eq!(self.0.status.code(), Some(status), "{}{}", self.out(), self.err());
        self
    }

    #[track_caller]
    fn says(self, text: &str) -> Self {
        assert!(self.err().contains(text), "no {text:?} in:\n{}", self.err());
        self
    }
}

#[test]
fn an_empty_folder_becomes_a_site_and_a_warning() {
    let case = Case::new(&[]);
    let ran = case.build().exits(0).says("warning[source/nothing-found]").says("1 warning");
    assert!(ran.out().starts_with("wrote ") && ran.out().contains(" to out/ ("), "{}", ran.out());
    assert!(case.tree("out").contains_key("index.html"));
}

#[test]
fn a_folder_without_kubernetes_becomes_a_site_and_a_warning() {
    let case = Case::new(&[("package.json", b"{}"), ("README.md", b"# Hello\n")]);
    case.build().exits(0).says("warning[source/nothing-found]");
    assert!(case.tree("out").contains_key("index.html"));
}

#[test]
fn odd_files_are_told_of_and_end_nothing() {
    let case = Case::new(&[("x.yaml/inner.yaml", b"a: 1\n"), ("latin.yaml", b"a: \xe9\n")]);
    std::os::unix::fs::symlink("gone.yaml", case.path().join("link.yaml")).expect("a link");
    std::os::unix::fs::symlink("loop", case.path().join("loop")).expect("a link");
    let large = fs::File::create(case.path().join("large.yaml")).expect("a file");
    large.set_len(50 << 20).expect("a large file");
    let ran = case.build().exits(0);
    let ran = ran.says("`gone.yaml` leads nowhere (link.yaml)").says("(loop)");
    let ran = ran.says("file of 50 MiB is larger than 8 MiB (large.yaml)");
    let ran = ran.says("not UTF-8 at byte 3 and is not read (latin.yaml)");
    assert!(!ran.err().contains("x.yaml"), "{}", ran.err());
}

#[test]
fn many_warnings_of_one_kind_are_cut() {
    let case = Case::new(&[]);
    for number in 0..30 {
        let link = case.path().join(format!("link-{number}.yaml"));
        std::os::unix::fs::symlink("gone", link).expect("a link");
    }
    let cut = "… and 25 more `source/dangling-link`";
    case.build().exits(0).says(cut).says("31 warnings");
    let all = case.run(&["build", "--repo", ".", "--out", "out", "--verbose"]).exits(0);
    assert!(!all.err().contains("more `"), "{}", all.err());
}

#[test]
fn building_twice_gives_the_same_bytes() {
    let case = Case::new(&[("apps/one.yaml", b"kind: Namespace\n")]);
    case.build().exits(0);
    let first = case.tree("out");
    let second = case.build().exits(0);
    assert!(second.out().contains("(0 changed)"), "{}", second.out());
    assert_eq!(case.tree("out"), first);
    case.run(&["build", "--repo", ".", "--out", "other/deeper"]).exits(0);
    assert_eq!(case.tree("other/deeper"), first);
}

#[test]
fn a_missing_repository_cannot_be_run() {
    let case = Case::new(&[("file", b"")]);
    case.run(&["build", "--repo", "gone"]).exits(2).says("cannot read the folder").says("gone`");
    case.run(&["facts", "--repo", "file"]).exits(2).says("file` is not a folder");
    case.run(&["build", "--nonsense"]).exits(2).says("--nonsense");
}

#[test]
fn a_folder_that_is_not_ours_stays_as_it_is() {
    let case = Case::new(&[("mine/letter.txt", b"dear"), ("repo/a.yaml", b"a: 1\n")]);
    let before = case.tree(".");
    let refused = |out| case.run(&["build", "--repo", "repo", "--out", out]).exits(2);
    refused("mine").says("`").says("mine` is not empty and was not written by rackbook");
    refused("repo").says("which the site is made from");
    refused(".").says("which the site is made from");
    refused("mine/letter.txt").says("is not a folder");
    assert_eq!(case.tree("."), before);
}

#[test]
fn a_wrong_setting_ends_the_run_with_its_line() {
    let case = Case::new(&[("site/site.yaml", b"title: Lab\ntitel: Lab\n")]);
    let ran = case.build().exits(1).says("error[config/unknown-key]: unknown key `titel`");
    ran.says("site/site.yaml:2:1").says("did you mean `title`?").says("1 error");
    assert!(!case.path().join("out").exists());
}

#[test]
fn the_site_may_name_its_repository() {
    let case = Case::new(&[
        ("book/site/site.yaml", b"title: My lab\nrepo: ../manifests\nout: ../www\n"),
        ("manifests/a.yaml", b"a: 1\n"),
    ]);
    case.run(&["build", "--site", "book"]).exits(0).says("was found in `").says("/manifests`");
    let index = case.tree("www").remove("index.html").expect("the start page");
    assert!(String::from_utf8_lossy(&index).contains("My lab"));
}

#[test]
fn outside_a_checkout_the_example_is_shown() {
    let case = Case::new(&[]);
    case.run(&["build"]).exits(0).says("the built-in example is shown").says("--repo DIR");
    assert!(case.tree("public").contains_key("index.html"));
}

#[test]
fn facts_are_one_json_object() {
    let case = Case::new(&[]);
    let ran = case.run(&["facts", "--repo", ".", "--format", "json"]).exits(0);
    let value: serde_json::Value = serde_json::from_str(&ran.out()).expect("JSON");
    assert!(value.is_object());
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let case = Case::new(&[]);
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["facts", "--repo", ".", "--format", "json"])
        .current_dir(case.path())
        .stdout(writer)
        .status();
    assert_eq!(status.expect("the program runs").code(), Some(0));
}

#[test]
fn help_teaches() {
    let case = Case::new(&[]);
    for command in ["build", "serve", "facts"] {
        let help = case.run(&[command, "--help"]).exits(0).out();
        for part in ["Usage: rackbook", "Examples:", "--repo <DIR>", "--site <DIR>", "[default: "] {
            assert!(help.contains(part), "no {part:?} in:\n{help}");
        }
    }
    let help = case.run(&["--help"]).exits(0).out();
    for part in ["build", "serve", "facts", "Exit status: 0 clean"] {
        assert!(help.contains(part), "no {part:?} in:\n{help}");
    }
    case.run(&[]).exits(2);
}
