//! Pages as people write them: a site with deliberate mistakes, a large one without, and what the
//! settings at the top of a page do.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs the program; gives its exit status and both of its outputs.
fn rackbook(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env("GIT_CEILING_DIRECTORIES", folder)
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// What `check` tells of pages: `path:line code`, each with its help.
fn told(folder: &Path) -> Vec<(String, String)> {
    let (_, json, said) = rackbook(folder, &["check", "--repo", ".", "--format", "json"]);
    let report: Value = serde_json::from_str(&json).unwrap_or_else(|_| panic!("{json}{said}"));
    let found = report["findings"].as_array().expect("a list").iter();
    let of_pages =
        found.filter(|one| one["code"].as_str().is_some_and(|at| at.starts_with("content/")));
    of_pages
        .map(|one| {
            let text = |key: &str| one[key].as_str().unwrap_or_default().to_owned();
            let place = format!("{}:{}", text("path"), one["line"].as_u64().unwrap_or(0));
            (format!("{place} {}", text("code")), text("help"))
        })
        .collect()
}

#[test]
fn every_deliberate_mistake_is_told_at_its_line() {
    let folder = root().join("tests/probe");
    let expected = fs::read_to_string(folder.join("expected.txt")).expect("the list");
    let lines = expected.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    let expected: Vec<(&str, &str)> =
        lines.map(|line| line.split_once(" | ").unwrap_or((line, ""))).collect();
    assert!(expected.len() >= 30, "{} mistakes", expected.len());
    let mut open = told(&folder);
    for (what, help) in &expected {
        let fits = |(found, said): &(String, String)| found == what && said.contains(help);
        let at = open.iter().position(fits);
        assert!(at.is_some(), "not told: {what} ({help})\nleft: {open:#?}");
        at.map(|at| open.remove(at));
    }
    assert_eq!(open, [], "told without a mistake");
}

/// A page with all that pages hold, which links to its neighbours.
fn page(number: usize, of: usize) -> String {
    let mut text = format!(
        "---\ntitle: Page {number}\ndescription: One of many.\ntags: [a{}]\norder: {number}\n---\n\n",
        number % 7
    );
    let (next, last) = ((number + 1) % of, (number + of - 1) % of);
    let folder = |number: usize| format!("../f{}/p{number}.md", number % 10);
    for section in 0..4 {
        let _ = write!(
            text,
            "## Section {section}\n\nSee [the next]({}#section-{section}), [the last]({}) and [hardware](/hardware).\n\
             A footnote[^{section}], `code`, $HOME, and {{{{ cluster.counts.nodes }}}} nodes.\n\n\
             | a | b |\n|---|--:|\n| c | {number} |\n\n\
             ```yaml title=\"a.yaml\" {{1}}\na: {number} # (1)\n```\n\n1. A note.\n\n\
             :::tabs\n### Talos\n- x\n### k3s\n- y\n:::\n\n> [!NOTE]- Own title\n> Text.\n\n\
             [^{section}]: A note on {section}.\n\n",
            folder(next),
            folder(last)
        );
    }
    text
}

#[test]
fn a_large_site_without_mistakes_is_told_of_none() {
    const PAGES: usize = 1_000;
    let folder = tempfile::tempdir().expect("a folder");
    let content = folder.path().join("content");
    for number in 0..PAGES {
        let place = content.join(format!("f{}", number % 10));
        fs::create_dir_all(&place).expect("a folder");
        fs::write(place.join(format!("p{number}.md")), page(number, PAGES)).expect("a page");
    }
    for number in 0..10 {
        let lines = (0..PAGES).filter(|page| page % 10 == number);
        let lines: Vec<String> = lines.map(|page| format!("- [{page}](p{page}.md)\n")).collect();
        fs::write(content.join(format!("f{number}/index.md")), lines.concat()).expect("a list");
    }
    assert_eq!(told(folder.path()), []);
}

#[test]
fn drafts_and_former_addresses() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("content/a/new.md", "---\naliases: [/old/name]\n---\n# New\n");
    write("content/draft.md", "---\ndraft: true\n---\n# Draft\n");
    let build = |more: &[&str]| {
        let arguments = [&["build", "--repo", ".", "--out", "out"], more].concat();
        let (status, _, said) = rackbook(folder.path(), &arguments);
        assert_eq!(status, Some(0), "{said}");
    };
    build(&[]);
    let old = fs::read_to_string(folder.path().join("out/old/name.html")).expect("a redirect");
    assert!(old.contains("content=\"0; url=../a/new.html\""), "{old}");
    assert!(!folder.path().join("out/draft.html").exists());
    build(&["--drafts"]);
    assert!(folder.path().join("out/draft.html").exists());
}

/// `RACKBOOK_WRITE=1 cargo test --test writing` writes the schema.
#[test]
fn the_committed_schema_is_current() {
    let path = root().join("schemas/front-matter.schema.json");
    let made = format!("{:#}\n", rackbook::content::front_matter_schema());
    if std::env::var_os("RACKBOOK_WRITE").is_some() {
        fs::write(&path, &made).expect("a file");
    }
    let committed = fs::read_to_string(&path).expect("the schema");
    assert!(committed == made, "RACKBOOK_WRITE=1 cargo test --test writing writes it");
}

#[test]
fn the_schema_names_every_setting() {
    let schema = rackbook::content::front_matter_schema();
    assert_eq!(schema["additionalProperties"], false);
    let properties = schema["properties"].as_object().expect("properties");
    let names: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
    let expected = ["title", "description", "order", "tags", "aliases", "updated", "draft", "math"];
    assert_eq!(names, BTreeSet::from(expected));
    for (name, property) in properties {
        assert!(property["description"].is_string(), "{name}");
    }
    assert_eq!(properties["updated"]["format"], "date");
    assert_eq!(properties["aliases"]["items"]["type"], "string");
}
