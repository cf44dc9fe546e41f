//! `rackbook badges migrate`, the real program.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in a folder of its own")]

use std::fs;
use std::process::{Command, Output};

struct Case(tempfile::TempDir);

impl Case {
    fn new(text: &[u8]) -> Case {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("old.yaml"), text).expect("a file");
        Case(folder)
    }

    fn run(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
        command.args(["badges", "migrate"]).args(arguments).current_dir(self.0.path());
        let Output { status, stdout, stderr } = command.output().expect("the program runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (status.code(), text(stdout), text(stderr))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.0.path().join(name)).expect("a file")
    }
}

const PLAIN: &str = "hideAll: false\nmetrics:\n  - { name: a, query: up, suffix: '%' }\n";

#[test]
fn the_new_file_is_printed() {
    let case = Case::new(PLAIN.as_bytes());
    let (code, out, notes) = case.run(&["old.yaml"]);
    assert_eq!(code, Some(0), "{notes}");
    assert!(
        out.contains("  - id: a\n    query: up\n    valueExpr: humanizeFloat(result) + \"%\"\n")
    );
    assert!(notes.contains("`PROMETHEUS_URL` is `KROMGO_PROMETHEUS_URL`"), "{notes}");
    assert_eq!(case.read("old.yaml"), PLAIN);
}

#[test]
fn what_needs_a_hand_is_told_with_its_line() {
    let case = Case::new(b"metrics:\n  - { name: a/b, query: up }\n");
    let (code, out, notes) = case.run(&["old.yaml"]);
    assert_eq!(code, Some(1), "{notes}");
    assert!(out.contains("# By hand: `a/b` is no id") && out.contains("- id: a_b\n"), "{out}");
    assert!(notes.contains("old.yaml:2:13"), "{notes}");
}

#[test]
fn a_file_of_today_comes_back_as_it_is() {
    let text = "badges:   # today\n- {id: a, query: up}\n";
    let (code, out, notes) = Case::new(text.as_bytes()).run(&["old.yaml"]);
    assert_eq!((code, out.as_str()), (Some(0), text));
    assert!(notes.contains("already in the current schema"), "{notes}");
}

#[test]
fn no_file_is_ever_overwritten() {
    let case = Case::new(PLAIN.as_bytes());
    for out in ["old.yaml", "./old.yaml"] {
        let (code, _, notes) = case.run(&["old.yaml", "--out", out]);
        assert_eq!(code, Some(2), "{notes}");
        assert!(notes.contains("cannot write"), "{notes}");
        assert_eq!(case.read("old.yaml"), PLAIN);
    }
    let (code, out, _) = case.run(&["old.yaml", "--out", "new.yaml"]);
    assert_eq!((code, out.as_str()), (Some(0), ""));
    assert!(case.read("new.yaml").contains("legacyRoutes: true"));
    assert_eq!(case.run(&["old.yaml", "--out", "new.yaml"]).0, Some(2));
}

#[test]
fn what_is_no_configuration_gives_no_file() {
    for text in [&b"a: [b"[..], b"\xff\xfe", b"kind: ConfigMap\napiVersion: v1\n", b"a\0b"] {
        let case = Case::new(text);
        let (code, out, notes) = case.run(&["old.yaml", "--out", "new.yaml"]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{notes}");
        assert!(notes.contains("old.yaml"), "{notes}");
        assert!(!case.0.path().join("new.yaml").try_exists().expect("a folder"));
    }
    let (code, _, notes) = Case::new(b"").run(&["missing.yaml"]);
    assert!(code == Some(2) && notes.contains("missing.yaml"), "{notes}");
}
