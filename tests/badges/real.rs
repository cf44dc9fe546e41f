//! Configurations of real homelabs: each loads, and each of its badges and graphs answers.
//!
//! The files are other people's and no part of the project; without them the test says that it is
//! skipped.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::server::Server;
use super::upstream::{Upstream, usual, vector};

fn folder() -> PathBuf {
    let shared = std::env::var_os("RACKBOOK_SHARED").map(PathBuf::from);
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    shared.unwrap_or_else(usual).join("kromgo/configs")
}

#[test]
fn real_configurations_load_and_answer() {
    let Ok(entries) = std::fs::read_dir(folder()) else {
        // Written past the harness, which shows what passing tests print to nobody.
        _ = writeln!(std::io::stderr(), "skipped: there are no real configurations here");
        return;
    };
    let mut n_badges = 0;
    for path in entries.flatten().map(|entry| entry.path()) {
        if !path.to_string_lossy().contains("LEGACY") {
            n_badges += check(&path);
        }
    }
    assert!(n_badges > 30, "{n_badges} badges");
}

/// How many badges a file has, each of which answered.
fn check(path: &Path) -> usize {
    let upstream = Upstream::new(|asked| {
        if asked.path.ends_with("query_range") {
            return usual(asked);
        }
        vector(&[(r#""version_id":"1.2.3","git_version":"1.2.3","revision":"1.2.3""#, "17.5")])
    });
    let text = std::fs::read_to_string(path).unwrap();
    let server = Server::with(&text, &[("KROMGO_PROMETHEUS_URL", &upstream.url)]);
    let config: serde_json::Value = serde_saphyr::from_str(&text).unwrap();
    let ids = |key: &str| {
        let entries = config[key].as_array().into_iter().flatten();
        entries.map(|entry| entry["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for id in ids("badges") {
        let json = server.get(&format!("/badges/{id}?format=json"));
        json.is(200, "application/json").lacks("isError");
        server.get(&format!("/badges/{id}")).is(200, "image/svg+xml").lacks("Error");
        server.get(&format!("/badges/{id}?format=shields")).is(200, "application/json");
        server.get(&format!("/badges/{id}?format=png")).is(200, "image/png");
    }
    for id in ids("graphs") {
        for (format, kind) in
            [("svg", "image/svg+xml"), ("png", "image/png"), ("json", "application/json")]
        {
            server.get(&format!("/graphs/{id}?format={format}")).is(200, kind);
        }
    }
    ids("badges").len()
}
