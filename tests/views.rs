//! The pictures of racks, addresses and graphics cards of whole repositories, box by box.
//!
//! The example is always drawn, and the repositories of `../shared/clusters` (or `clusters` in what
//! `RACKBOOK_SHARED` names) where they are; what is absent is said and skipped.
#![expect(clippy::print_stderr, reason = "a skipped test says so")]
#![expect(clippy::disallowed_methods, reason = "a test runs the program")]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const VIEWS: [&str; 3] = ["rack", "vlans", "gpu"];
/// Widest picture in pixels.
const WIDEST: f64 = 1090.0;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The picture of a repository as JSON; `site` is the folder of its inventory file.
fn picture(view: &str, repo: &Path, site: &Path) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["diagram", view, "--format", "json", "--repo"])
        .arg(repo)
        .arg("--site")
        .arg(site)
        .current_dir(root())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{view} of {}: {said}", repo.display());
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn number(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

/// Left, top, right and bottom of a box.
fn edges(one: &Value) -> [f64; 4] {
    let (x, y) = (number(&one["x"]), number(&one["y"]));
    [x, y, x + number(&one["width"]), y + number(&one["height"])]
}

fn overlap(one: &Value, other: &Value) -> bool {
    let ([left, top, right, bottom], [l, t, r, b]) = (edges(one), edges(other));
    left < r && l < right && top < b && t < bottom
}

fn holds(outer: &Value, inner: &Value) -> bool {
    let ([left, top, right, bottom], [l, t, r, b]) = (edges(outer), edges(inner));
    left <= l && top <= t && r <= right && b <= bottom
}

fn check(view: &str, repo: &Path, site: &Path) {
    let picture = picture(view, repo, site);
    let of = format!("{view} of {}", repo.display());
    let (width, height) = (number(&picture["width"]), number(&picture["height"]));
    assert!(width <= WIDEST, "{of}: {width} wide");
    let boxes = picture["boxes"].as_array().expect("boxes");
    assert!(!boxes.is_empty(), "{of} is empty");
    for (at, one) in boxes.iter().enumerate() {
        let [left, top, right, bottom] = edges(one);
        let inside = left >= 0.0 && top >= 0.0 && right <= width && bottom <= height;
        assert!(inside, "{of}: {} leaves the picture", one["id"]);
        for other in &boxes[at + 1..] {
            assert_ne!(one["id"], other["id"], "{of}");
            if other["parent"] == one["id"] {
                assert!(holds(one, other), "{of}: {} leaves {}", other["id"], one["id"]);
            } else {
                assert!(!overlap(one, other), "{of}: {} over {}", other["id"], one["id"]);
            }
        }
    }
}

#[test]
fn the_example_is_drawn() {
    for view in VIEWS {
        check(view, &root().join("examples/homelab"), root());
    }
}

#[test]
fn the_example_has_a_rack() {
    let picture = picture("rack", &root().join("examples/homelab"), root());
    let boxes = picture["boxes"].as_array().expect("boxes");
    let find = |id: &str| boxes.iter().find(|one| one["id"] == id).expect(id);
    let (alder, birch) = (find("unit-host-alder"), find("unit-host-birch"));
    assert_eq!(alder["y"], birch["y"]);
    assert_eq!(find("unit-device-core")["thing"]["kind"], "device");
    assert_eq!(find("unit-device-core")["source"]["path"], "site/inventory.yaml");
}

#[test]
fn whole_repositories_are_drawn() {
    let beside = root().join("../shared");
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    for name in ["prox-ops", "onedr0p"] {
        let repo = shared.join("clusters").join(name);
        if !repo.is_dir() {
            eprintln!("skipped: {} is not there", repo.display());
            continue;
        }
        for view in VIEWS {
            check(view, &repo, &repo);
        }
    }
}
