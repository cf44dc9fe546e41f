//! What a release is made of, by the scripts that its workflow runs.

use std::fs;
use std::process::{Command, Output};

use super::{can_run, ours};

fn script(name: &str, arguments: &[&str]) -> Output {
    let script = ours(&format!("deploy/release/{name}.sh"));
    Command::new("bash").arg(script).args(arguments).output().unwrap()
}

#[test]
fn an_archive_has_all_that_a_package_installs() {
    if !can_run(&["bash", "tar", "gzip"]) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Stands in for the program, which is large before it is stripped.
    let program = folder.path().join("rackbook");
    let text = format!("#!/bin/sh\nexec '{}' \"$@\"\n", env!("CARGO_BIN_EXE_rackbook"));
    fs::write(&program, text).unwrap();
    let archive = |name: &str| {
        let path = folder.path().join(name);
        let ran = script("archive", &[program.to_str().unwrap(), path.to_str().unwrap()]);
        assert!(ran.status.success(), "{ran:?}");
        path
    };
    let (one, two) = (archive("one.tar.gz"), archive("two.tar.gz"));
    let listed = Command::new("tar").arg("-tzf").arg(&one).output().unwrap();
    let names = String::from_utf8_lossy(&listed.stdout).into_owned();
    for name in [
        "rackbook",
        "LICENSE",
        "man/rackbook.1",
        "man/rackbook-badges-check.1",
        "completions/_rackbook",
        "completions/rackbook.bash",
        "completions/rackbook.fish",
    ] {
        assert!(names.lines().any(|line| line == name), "{name} is not in\n{names}");
    }
    if cfg!(target_os = "linux") {
        assert!(fs::read(one).unwrap() == fs::read(two).unwrap(), "the bytes differ");
    }
}

#[test]
fn a_tag_must_be_the_version() {
    if !can_run(&["bash"]) {
        return;
    }
    let ran = script("version", &["v999.0.0"]);
    let text = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1));
    assert!(text.contains("the tag is v999.0.0, and Cargo.toml has "), "{text}");
    // The changelog must have its date.
    let version = env!("CARGO_PKG_VERSION");
    let ran = script("version", &[&format!("v{version}")]);
    let changelog = fs::read_to_string(ours("CHANGELOG.md")).unwrap();
    let is_dated = changelog.contains(&format!("\n## {version} – 20"));
    assert_eq!(ran.status.success(), is_dated, "{ran:?}");
}

/// The action, the archives and the guide name the same files.
#[test]
fn archives_have_one_name_everywhere() {
    let read = |path: &str| fs::read_to_string(ours(path)).unwrap();
    let (action, workflow, guide) = (
        read("deploy/action/install.sh"),
        read(".github/workflows/release.yml"),
        read("content/guides/install.md"),
    );
    for name in ["x86_64-linux", "aarch64-linux", "x86_64-macos", "aarch64-macos"] {
        assert!(action.contains(&format!("name=rackbook-{name} ;;")), "{name}");
        assert!(workflow.contains(&format!("{{name: {name}, os: ")), "{name}");
        assert!(guide.contains(&format!("rackbook-{name}.tar.gz")), "{name}");
    }
}

/// An action is pinned by a full digest, and says which version that is.
#[test]
fn actions_are_pinned() {
    let folder = fs::read_dir(ours(".github/workflows")).unwrap().flatten();
    let texts = folder.map(|file| fs::read_to_string(file.path()).unwrap());
    let guides = ["content/guides/publish.md"].map(|path| fs::read_to_string(ours(path)).unwrap());
    let mut seen = 0;
    for text in texts.chain(guides) {
        let lines = text.lines().map(|line| line.trim().trim_start_matches("- "));
        for line in lines.filter_map(|line| line.strip_prefix("uses: ")) {
            let Some((_, version)) = line.split_once('@') else { continue };
            let (digest, comment) = version.split_once(" # v").unwrap_or((version, ""));
            let is_digest =
                digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
            // Ours has no digest before it is released.
            if line.starts_with("rackbook/") {
                continue;
            }
            assert!(is_digest && !comment.is_empty(), "{line}");
            seen += 1;
        }
        assert!(!text.contains("pull_request_target:"), "{text}");
    }
    assert!(seen > 10, "{seen}");
}
