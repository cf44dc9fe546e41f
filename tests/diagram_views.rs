//! Pictures of whole repositories: the example, and others where a folder with some is at hand.
//!
//! The others are other people's and not part of this project: where the folder
//! `../shared/clusters` (or `clusters` in what `RACKBOOK_SHARED` names) is absent, the test says so.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test runs the program and says what it skips"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use resvg::usvg::roxmltree;
use serde_json::Value;

/// Widest picture in pixels.
const WIDEST: f64 = 1090.0;
/// Bytes that a picture of an app takes at most, as a file.
const APP_BYTES: usize = 14 * 1024;

fn repositories() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(root.join("../shared"), PathBuf::from);
    let mut all = vec![root.join("examples/homelab")];
    for name in ["prox-ops", "onedr0p"] {
        let folder = shared.join("clusters").join(name);
        if folder.is_dir() {
            all.push(folder);
        } else {
            // Written past the test harness, which shows what passing tests print to nobody.
            let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
        }
    }
    all
}

fn run(command: &[&str], repository: &Path) -> String {
    let program = env!("CARGO_BIN_EXE_rackbook");
    let output =
        Command::new(program).args(command).arg("--repo").arg(repository).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?} of {}: {said}", repository.display());
    String::from_utf8(output.stdout).unwrap()
}

struct Place {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Place {
    fn of(drawn: &Value) -> Self {
        let number = |key: &str| drawn[key].as_f64().unwrap();
        let (left, top) = (number("x"), number("y"));
        Self { left, top, right: left + number("width"), bottom: top + number("height") }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.left < other.right
            && other.left < self.right
            && self.top < other.bottom
            && other.top < self.bottom
    }

    fn holds(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }
}

/// No box overlaps another that it does not hold, and all are inside.
fn check(picture: &Value, of: &str) {
    let width = picture["width"].as_f64().unwrap();
    assert!(width <= WIDEST, "{width} wide: {of}");
    let boxes = picture["boxes"].as_array().unwrap();
    assert!(boxes.len() > 3, "{} boxes: {of}", boxes.len());
    let whole =
        Place { left: 0.0, top: 0.0, right: width, bottom: picture["height"].as_f64().unwrap() };
    for (at, drawn) in boxes.iter().enumerate() {
        let place = Place::of(drawn);
        assert!(whole.holds(&place), "{} outside: {of}", drawn["id"]);
        for other in &boxes[at + 1..] {
            let overlap = place.overlaps(&Place::of(other));
            if other["parent"] == drawn["id"] {
                assert!(place.holds(&Place::of(other)), "{} leaves: {of}", other["id"]);
            } else {
                assert!(!overlap, "{} on {}: {of}", drawn["id"], other["id"]);
            }
        }
    }
}

fn check_view(view: &[&str], repository: &Path) -> String {
    let of = format!("{view:?} of {}", repository.display());
    let command = [&["diagram"], view].concat();
    let json = run(&[&command[..], &["--format", "json"]].concat(), repository);
    check(&serde_json::from_str(&json).unwrap(), &of);
    let svg = run(&command, repository);
    roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{of}: {error}"));
    svg
}

#[test]
fn whole_clusters_are_drawn() {
    for repository in repositories() {
        for view in ["exposure", "isolation", "storage"] {
            check_view(&[view], &repository);
        }
    }
}

#[test]
fn apps_are_drawn_small() {
    for repository in repositories() {
        let facts: Value =
            serde_json::from_str(&run(&["facts", "--format", "json"], &repository)).unwrap();
        let ids = |list: &str, key: &str| -> Vec<String> {
            let all = facts[list].as_array().unwrap().iter();
            all.filter_map(|one| one[key].as_str().map(str::to_owned)).collect()
        };
        // Apps with claims have the fullest pictures.
        for app in ids("claims", "app").iter().step_by(7) {
            let svg = check_view(&["app", "--app", app], &repository);
            assert!(svg.len() < APP_BYTES, "{app} takes {}", svg.len());
        }
    }
}

#[test]
fn an_unprotected_name_of_the_example_stands_out() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/homelab");
    let svg = check_view(&["exposure"], &example);
    assert!(svg.contains("no login declared") && svg.contains("From the Internet"));
    let svg = check_view(&["storage"], &example);
    assert!(svg.contains("without backup") && svg.contains("192.0.2.8"));
    let svg = check_view(&["isolation"], &example);
    assert!(svg.contains("no policy"));
}
