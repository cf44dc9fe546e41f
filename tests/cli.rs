//! The real program in folders that a user may have.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
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
    case.file("large.yaml", &vec![b'#'; 50 << 20]);
    let ran = case.build().exits(0);
    let ran = ran.says("`gone.yaml` leads nowhere (link.yaml)").says("(loop)");
    let ran = ran.says("file of 50 MiB is larger than 8 MiB (large.yaml)");
    let ran = ran.says("not UTF-8 at byte 3 and is not read (latin.yaml)");
    assert!(!ran.err().contains("x.yaml"), "{}", ran.err());
    let page = String::from_utf8_lossy(&case.tree("out")["not-visible.html"]).into_owned();
    for path in ["large.yaml", "latin.yaml", "link.yaml"] {
        assert!(page.contains(path), "{path} is missing from the page of what is not visible");
    }
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

/// A namespace that any site can show, beside whatever else a test puts in.
const NAMESPACE: (&str, &[u8]) =
    ("ns.yaml", b"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: home\n");

#[test]
fn a_broken_file_is_told_of_with_its_line_and_hides_no_other() {
    let case = Case::new(&[NAMESPACE, ("bad.yaml", b"a: 1\nb: [1, 2\nc: 3\n")]);
    let ran = case.build().exits(0).says("warning[yaml/syntax]").says("bad.yaml:3:2");
    assert!(!ran.err().contains("source/nothing-found"), "{}", ran.err());
}

#[test]
fn a_billion_laughs_end_with_a_diagnostic() {
    let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        let _ = writeln!(text, "a{level}: &a{level} [{aliases}]");
    }
    let case = Case::new(&[NAMESPACE, ("laughs.yaml", text.as_bytes())]);
    case.build().exits(0).says("warning[yaml/alias-budget]").says("laughs.yaml:");
}

#[test]
fn a_kustomization_cycle_ends_with_a_diagnostic() {
    let case = Case::new(&[
        NAMESPACE,
        ("flux/ks.yaml", b"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: a, namespace: flux-system}\nspec: {path: ./a, sourceRef: {kind: GitRepository, name: flux-system}}\n"),
        ("a/kustomization.yaml", b"resources: [../b]\n"),
        ("b/kustomization.yaml", b"resources:\n  - ../a\n"),
    ]);
    case.build().exits(0).says("warning[kustomize/cycle]").says("b/kustomization.yaml:2:5");
}

#[test]
fn an_unknown_fact_fails_the_build_where_it_stands() {
    let guide = "---\ntitle: Größe\n---\n\nIt has {{ cluster.counts.nodse }} nodes.\n";
    let case = Case::new(&[NAMESPACE, ("content/guides/size.md", guide.as_bytes())]);
    let ran = case.build().exits(1).says("error[content/unknown-fact]");
    let ran = ran.says("content/guides/size.md:5:26").says("^^^^^").says("did you mean `nodes`?");
    assert!(!case.path().join("out").exists(), "nothing is written: {}", ran.err());
}

#[test]
fn an_unknown_fact_leaves_the_old_site_as_it_is() {
    let case = Case::new(&[NAMESPACE, ("content/a.md", b"# A\n")]);
    case.build().exits(0);
    let before = case.tree("out");
    case.file("content/a.md", b"# A\n\n{{ clustre.name }}\n");
    case.build().exits(1).says("did you mean `cluster`?");
    assert_eq!(case.tree("out"), before);
}

/// Secrets of every form that repositories hold, and that no output may.
#[test]
fn no_secret_reaches_an_output() {
    let marks = ["ENC[", "hunter2", "aHVudGVyMg", "swordfish"];
    let case = Case::new(&[
        NAMESPACE,
        ("secret.yaml", b"apiVersion: v1\nkind: Secret\nmetadata: {name: plain, namespace: home}\nstringData: {password: hunter2}\ndata: {other: aHVudGVyMg==}\n"),
        ("x.sops.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'ENC[AES256_GCM,data:AAAA,type:str]', namespace: home}\nsops: {mac: 'ENC[AES256_GCM,data:BBBB,type:str]'}\n"),
        ("route.yaml", b"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: web, namespace: home}\nspec: {hostnames: ['ENC[AES256_GCM,data:CCCC,type:str]']}\n"),
        ("web.yaml", b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: home}\nspec: {template: {spec: {containers: [{name: app, image: 'ENC[AES256_GCM,data:DDDD,type:str]', env: [{name: PASSWORD, value: swordfish}]}]}}}\n"),
        ("broken.sops.yaml", b"a: ENC[AES256_GCM,data:EEEE,type:str]\nb: [1\nc: ENC[AES256_GCM,data:FFFF,type:str]\n"),
        ("talos/talconfig.yaml", b"clusterName: 'ENC[AES256_GCM,data:GGGG,type:str]'\nnodes: [{hostname: n1, ipAddress: 'ENC[AES256_GCM,data:HHHH,type:str]', controlPlane: true}]\n"),
        ("content/a.md", b"# A\n\n```manifest\nfile: x.sops.yaml\nlines: 3-3\n```\n"),
    ]);
    let facts = case.run(&["facts", "--repo", ".", "--format", "json"]);
    let build = case.build().exits(0);
    let mut outputs = case.tree("out");
    outputs.insert("build's words".to_owned(), build.err().into_bytes());
    outputs.insert("facts".to_owned(), (facts.out() + &facts.err()).into_bytes());
    assert!(outputs.len() > 3);
    for (path, bytes) in outputs {
        let text = String::from_utf8_lossy(&bytes);
        for mark in marks {
            assert!(!text.contains(mark), "{mark} in {path}");
        }
    }
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
