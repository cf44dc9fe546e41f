//! From a repository to a handbook: `init`, `build`, and every link of what was built.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a readable folder").flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

fn git(folder: &Path, arguments: &[&str]) {
    let name =
        ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let mut program = Command::new("git");
    let program = program.arg("-C").arg(folder).args(name).args(arguments);
    let output = program.output().expect("git runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A copy of a repository with a history and a remote on GitHub.
fn cloned(from: &Path) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    copy(from, folder.path());
    git(folder.path(), &["init", "-q", "-b", "trunk"]);
    git(folder.path(), &["add", "-A", "-f"]);
    git(folder.path(), &["commit", "-q", "-m", "first"]);
    git(folder.path(), &["remote", "add", "origin", "git@github.com:Jane/home-ops.git"]);
    folder
}

/// Runs the program in a folder; its exit status has to be `status`.
#[track_caller]
fn rackbook(folder: &Path, arguments: &[&str], status: i32) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    let output = program.args(arguments).current_dir(folder).env("NO_COLOR", "1").output();
    let output = output.expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let printed = text(&output.stdout) + &text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{arguments:?}: {printed}");
    printed
}

fn pages(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            pages(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "html") {
            into.push(path);
        }
    }
}

/// Follows every link of every page, as a reader under `/repo/` would; gives how many.
fn crawled(site: &Path) -> usize {
    let mut all = vec![];
    pages(site, &mut all);
    let mut followed = 0;
    for page in &all {
        let html = fs::read_to_string(page).expect("a page");
        for attribute in ["href=\"", "src=\""] {
            for link in html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()) {
                let path = link.split(['#', '?']).next().unwrap_or_default();
                let is_elsewhere = link.contains(':') || path.is_empty();
                assert!(!path.starts_with('/'), "{}: {link} leaves /repo/", page.display());
                if is_elsewhere {
                    continue;
                }
                let path = path.replace("&#x2F;", "/").replace("&amp;", "&").replace("%20", " ");
                let target = page.parent().expect("a folder").join(&path);
                assert!(target.exists(), "{}: {link} leads nowhere", page.display());
                followed += 1;
            }
        }
    }
    followed
}

/// The way that a person goes with a repository.
fn whole_way(from: &Path) {
    let folder = cloned(from);
    let folder = folder.path();
    let dry = rackbook(folder, &["init", "--dry-run"], 0);
    assert!(dry.contains("would write site/site.yaml") && !folder.join("site").exists(), "{dry}");
    let made = rackbook(folder, &["init"], 0);
    assert!(made.contains("https://jane.github.io/home-ops"), "{made}");
    assert!(made.contains("next:"), "{made}");
    let workflow = fs::read_to_string(folder.join(".github/workflows/handbook.yml"));
    assert!(workflow.expect("a workflow").contains("branches: [trunk]"));
    let settings = folder.join("site/site.yaml");
    fs::write(&settings, "title: mine\n").expect("a file");
    let again = rackbook(folder, &["init"], 0);
    assert_eq!(again.matches("it is there already").count(), 3, "{again}");
    assert!(again.contains("nothing was missing"), "{again}");
    assert_eq!(fs::read_to_string(&settings).expect("settings"), "title: mine\n");
    let built = rackbook(folder, &["build"], 0);
    assert!(!built.contains("site/inventory.yaml"), "the inventory is read: {built}");
    assert!(crawled(&folder.join("public")) > 500);
    let readme = folder.join("README.md");
    let text = fs::read_to_string(&readme).unwrap_or_default();
    let block = "\n<!-- rackbook:begin nodes -->\n<!-- rackbook:end -->\n";
    fs::write(&readme, text + block).expect("a file");
    rackbook(folder, &["readme", "--check"], 1);
    rackbook(folder, &["readme"], 0);
    rackbook(folder, &["readme", "--check"], 0);
}

#[test]
fn the_example_goes_the_whole_way() {
    whole_way(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab"));
}

#[test]
fn repositories_of_others_go_the_whole_way() {
    let shared = std::env::var("RACKBOOK_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    for name in ["prox-ops", "onedr0p"] {
        let from = Path::new(&shared).join("clusters").join(name);
        if from.is_dir() {
            whole_way(&from);
        } else {
            println!("skipped: {} is not there", from.display());
        }
    }
}

#[test]
fn a_folder_that_is_no_checkout_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = rackbook(folder.path(), &["init"], 2);
    assert!(said.contains("no Git checkout") && said.contains("--repo DIR"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}
