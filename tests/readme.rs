//! `rackbook readme`: blocks of Markdown files in repositories of their own.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]
#![expect(clippy::print_stdout, reason = "a test says what it skips")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A copy of the example with a README.
struct Repository {
    folder: TempDir,
}

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

impl Repository {
    fn new(readme: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab"), folder.path());
        let repository = Self { folder };
        repository.write("README.md", readme);
        repository
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn write(&self, below: &str, text: &str) {
        fs::create_dir_all(self.path(below).parent().expect("a folder")).expect("a folder");
        fs::write(self.path(below), text).expect("a file");
    }

    fn read(&self, below: &str) -> String {
        fs::read_to_string(self.path(below)).expect("a text")
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut program = Command::new(env!("CARGO_BIN_EXE_rackbook"));
        let program = program.arg("readme").args(["--repo", "."]).args(arguments);
        program.current_dir(self.folder.path()).env("NO_COLOR", "1").output().expect("it runs")
    }

    /// Checks the exit status; gives what was printed.
    #[track_caller]
    fn ends(&self, arguments: &[&str], status: i32) -> String {
        let output = self.run(arguments);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let printed = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(status), "{printed}");
        printed
    }
}

fn block(words: &str) -> String {
    format!("<!-- rackbook:begin {words} -->\n<!-- rackbook:end -->\n")
}

#[test]
fn every_block_is_filled_and_stays_so() {
    let names = "apps, badges, findings, hardware, hostnames, layout, nodes, tree, versions, vlans";
    let blocks: Vec<String> = names.split(", ").map(block).collect();
    let more = [block("diagram view=network"), block("table of=claims where_namespace=media")];
    let text = format!("# Home\r\n\n{}\n{}\nThe end", blocks.join("\n"), more.join("\n"));
    let repository = Repository::new(&text);
    let printed = repository.ends(&["--check"], 1);
    assert!(printed.contains("+| Host |") && printed.contains("not current"), "{printed}");
    assert_eq!(repository.read("README.md"), text, "`--check` writes nothing");
    assert!(repository.ends(&[], 0).contains("12 blocks: filled"));
    let filled = repository.read("README.md");
    assert!(filled.contains("lantern-work-1") && filled.contains("<picture>"), "{filled}");
    assert!(filled.contains("jellyfin"), "{filled}");
    assert!(repository.ends(&["--check"], 0).contains("all current"));
    assert!(repository.ends(&[], 0).contains("all current"));
    assert_eq!(repository.read("README.md"), filled);
    for theme in ["light", "dark"] {
        let picture = repository.read(&format!(".github/rackbook/network-{theme}.svg"));
        assert!(picture.starts_with("<svg "));
    }
}

#[test]
fn what_is_written_by_hand_stays_byte_for_byte() {
    let before = "\u{feff}# a\r\n\r\n\tb  \r\n| x | y |\r\n|---|---|\r\n| 1 | 2 |\r\n\r\n";
    let after = "\r\nc \\\r\n<details>\r\n\r\nd";
    let block =
        "<!--rackbook:begin nodes columns=\"node, role\"-->\r\nold\r\n<!-- rackbook:end -->";
    let repository = Repository::new(&format!("{before}{block}{after}"));
    repository.ends(&[], 0);
    let text = repository.read("README.md");
    assert!(text.starts_with(before), "{text:?}");
    assert!(text.ends_with(&format!("<!-- rackbook:end -->{after}")), "{text:?}");
    assert!(text.contains("| Node | Role |\r\n") && !text.contains("old"), "{text:?}");
}

#[test]
fn a_fact_stands_within_a_sentence() {
    let fact = |of: &str| format!("<!-- rackbook:begin fact of={of} -->?<!-- rackbook:end -->");
    let repository = Repository::new(&format!("It has {} nodes.\n", fact("counts.nodes")));
    repository.ends(&[], 0);
    let text = repository.read("README.md");
    let number = text.split("-->").nth(1).and_then(|rest| rest.split('<').next());
    assert!(number.is_some_and(|number| number.parse::<u32>().is_ok_and(|nodes| nodes > 0)));
    assert!(text.ends_with(" nodes.\n"), "{text}");
    for (of, said) in [("counts.node", "did you mean `nodes`?"), ("hosts", "more than one value")] {
        repository.write("README.md", &fact(of));
        let printed = repository.ends(&[], 1);
        assert!(printed.contains(said) && printed.contains("README.md:1:"), "{printed}");
    }
}

#[test]
fn a_changed_manifest_shows_in_the_check() {
    let repository = Repository::new(&block("nodes"));
    repository.ends(&[], 0);
    let path = "talos/talconfig.yaml";
    let text = repository.read(path).replacen(
        "hostname: lantern-work-1\n",
        "hostname: lantern-work-9\n",
        1,
    );
    repository.write(path, &text);
    let printed = repository.ends(&["--check"], 1);
    let removed = printed.lines().filter(|line| line.starts_with("-|")).count();
    assert!(removed == 1 && printed.contains("+| lantern-work-9 |"), "{printed}");
    assert!(printed.contains("--- a/README.md\n+++ b/README.md"), "{printed}");
}

#[test]
fn what_does_not_exist_is_told_and_changes_nothing() {
    for (words, said) in [
        ("nods", "there is no block `nods`"),
        ("table of=claim", "did you mean `claims`?"),
        ("table", "`table` needs the argument `of`"),
        ("nodes columns=\"node, rolle\"", "did you mean `role`?"),
        ("apps namespace=medai", "did you mean `media`?"),
        ("tree depth=x", "`depth` takes a number"),
        ("tree path=kubernete", "did you mean `kubernetes`?"),
        ("nodes of=a", "`nodes` has no argument `of`"),
        ("diagram view=netwrok", "did you mean `network`?"),
        ("diagram view=network dir=../x", "is no folder below"),
        ("diagram view=network dir=/x", "is no folder below"),
        ("badges ids=nothing", "there is no badge `nothing`"),
        ("table of=nodes where_namespace=media", "belong to no namespace"),
    ] {
        let text = block(words);
        let repository = Repository::new(&text);
        let printed = repository.ends(&[], 1);
        assert!(printed.contains(said), "{words}: {printed}");
        assert!(printed.contains("README.md:1:") && printed.contains("help:"), "{printed}");
        assert_eq!(repository.read("README.md"), text);
    }
}

#[test]
fn tables_by_hand_are_compared() {
    let repository = Repository::new("");
    let hosts = repository.ends(&["--list"], 0);
    assert!(hosts.contains("layout"), "{hosts}");
    let facts = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["facts", "--select", "hosts", "--format", "json", "--repo"])
        .arg(repository.folder.path())
        .output()
        .expect("it runs");
    let facts: serde_json::Value = serde_json::from_slice(&facts.stdout).expect("JSON");
    let names: Vec<&str> = facts
        .as_array()
        .or_else(|| facts["hosts"].as_array())
        .expect("a list of hosts")
        .iter()
        .filter_map(|host| host["name"].as_str())
        .collect();
    assert!(names.len() > 1, "the example has hosts: {facts}");
    let rows: Vec<String> = names.iter().map(|name| format!("| {name} | `control-9` |")).collect();
    let rows = rows.join("\n");
    repository.write("README.md", &format!("| Host | Control plane |\n|---|---|\n{rows}\n"));
    let printed = repository.ends(&["--suggest"], 0);
    assert!(printed.contains("rackbook:begin layout"), "{printed}");
    assert!(printed.contains("is `control-9` here and"), "{printed}");
}

#[test]
fn the_repositories_of_others_can_be_filled() {
    let shared = std::env::var("RACKBOOK_SHARED")
        .unwrap_or_else(|_| concat!(env!("CARGO_MANIFEST_DIR"), "/../shared").to_owned());
    for name in ["prox-ops", "onedr0p"] {
        let from = Path::new(&shared).join("clusters").join(name);
        if !from.is_dir() {
            println!("skipped: {} is not there", from.display());
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        copy(&from, folder.path());
        let repository = Repository { folder };
        let old = repository.read("README.md");
        let blocks = ["apps", "vlans", "nodes", "versions", "diagram view=network"].map(block);
        repository.write("README.md", &format!("{old}\n{}", blocks.join("\n")));
        assert!(repository.ends(&["README.md"], 0).contains("5 blocks: filled"));
        assert!(repository.ends(&["README.md", "--check"], 0).contains("all current"));
        assert!(repository.read("README.md").starts_with(&old));
        repository.ends(&["--suggest"], 0);
    }
}
