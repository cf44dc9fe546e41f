//! `rackbook badges render`: the files are what the server sends.

use std::path::Path;
use std::process::Command;

use super::upstream::{Reply, usual as answer};
use super::{CPU, Upstream, usual};

fn render(config: &str, folder: &Path, arguments: &[&str]) -> (String, Option<i32>) {
    std::fs::write(folder.join("c.yaml"), config).expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    command.args(["badges", "render", "--config", "c.yaml", "--out", "out"]).args(arguments);
    let output = command.current_dir(folder).env_clear().output().expect("a program");
    let text = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&text).into_owned(), output.status.code())
}

fn read(folder: &Path, path: &str) -> Vec<u8> {
    let path = folder.join("out").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn files_are_what_the_server_sends() {
    let (upstream, server) = usual(CPU);
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!("prometheus: {}\n{CPU}", upstream.url);
    let (text, code) = render(&config, folder.path(), &["--format", "svg,json,png,shields"]);
    assert_eq!((text.as_str(), code), ("out: 8 files written\n", Some(0)));
    for (path, route) in [
        ("badges/cpu.svg", "/badges/cpu"),
        ("badges/cpu.json", "/badges/cpu?format=json"),
        ("badges/cpu.png", "/badges/cpu?format=png"),
        ("shields/cpu.json", "/badges/cpu?format=shields"),
    ] {
        assert_eq!(read(folder.path(), path), server.get(route).body, "{path}");
    }
    assert!(read(folder.path(), "graphs/cpu.svg").starts_with(b"<svg"));
    assert!(read(folder.path(), "graphs/cpu.png").starts_with(b"\x89PNG"));
    let index: serde_json::Value =
        serde_json::from_slice(&read(folder.path(), "index.json")).expect("JSON");
    assert_eq!(index["badges"][0]["value"], "17.5%");
    assert_eq!(index["graphs"][0]["id"], "cpu");
    assert!(index["graphs"][0].get("series").is_none());
    assert!(index["time"].as_u64().expect("a time") > 1_700_000_000);
}

#[test]
fn what_fails_keeps_its_former_file() {
    let upstream = Upstream::usual();
    let folder = tempfile::tempdir().expect("a folder");
    let config = format!(
        "prometheus: {}\nbadges:\n  - {{id: a, query: a}}\n  - {{id: b, query: b}}\n",
        upstream.url
    );
    assert_eq!(render(&config, folder.path(), &[]).1, Some(0));
    let former = read(folder.path(), "badges/a.svg");
    upstream.answer(|asked| match asked.field("query") {
        "a" => Reply::Status(500, String::new()),
        _ => answer(asked),
    });
    std::fs::write(folder.path().join("out/badges/b.svg"), "old").expect("a file");
    let (text, code) = render(&config, folder.path(), &[]);
    assert!(text.contains("error: badge `a`: Query Error; its former files stay"), "{text}");
    assert_eq!(code, Some(1));
    assert_eq!(read(folder.path(), "badges/a.svg"), former);
    assert!(read(folder.path(), "badges/b.svg").starts_with(b"<svg"));
    let index: serde_json::Value =
        serde_json::from_slice(&read(folder.path(), "index.json")).expect("JSON");
    assert_eq!(index["badges"][0]["error"], "Query Error");
    assert_eq!(index["badges"][0]["value"], "17.5");
    assert!(index["badges"][1].get("error").is_none());
}

#[test]
fn a_wrong_configuration_writes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let (text, code) = render("badges:\n  - {id: a/b, query: a}\n", folder.path(), &[]);
    assert!(text.contains("id must match") && code == Some(1), "{text}");
    assert!(!folder.path().join("out").exists());
}
