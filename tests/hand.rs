//! Diagrams that are written by hand, from files to pages, with the real binary.
#![expect(clippy::disallowed_methods, reason = "a test writes files and runs the binary")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use rackbook::diagram::hand;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rackbook(site: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(args)
        .arg("--repo")
        .arg(root().join("examples/homelab"))
        .arg("--site")
        .arg(site)
        .output()
        .expect("the binary runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A site with these files.
fn site(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    folder
}

#[test]
fn the_schema_is_current() {
    let path = root().join("schemas/diagram.schema.json");
    let made = format!("{:#}\n", hand::schema());
    if std::env::var_os("UPDATE_SCHEMAS").is_some() {
        fs::write(&path, &made).expect("a file");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(written == made, "run this test with UPDATE_SCHEMAS=1");
}

const CABLES: &str = "title: With cables\noverlay: network\nlanes:\n  - name: Edge\n    nodes:\n      \
    - {id: router, label: Router, icon: 'mdi:router-network', href: /hardware.html}\n  - name: Switches\n    \
    nodes: [{id: one}, {id: two}]\nlinks:\n  - {from: internet, to: router, speed: 1 Gbit/s}\n  \
    - {from: router, to: [one, two], kind: fibre, speed: 10 Gbit/s}\n  \
    - {from: one, to: [host/alder, host/birch]}\n  - {from: two, to: network/vlan-30}\n";

#[test]
fn pages_show_what_is_written() {
    let page = "# Home\n\n{{ diagram(file=\"diagrams/a.yaml\") }}\n\n{{ diagram(file=\"diagrams/b.svg\") }}\n\n\
                ```mermaid\ngraph LR\n  a --> b\n```\n\n```mermaid\npie\n  \"a\": 1\n```\n";
    let yaml = "title: Mine\nnodes: [{ref: node/lantern-work-1}, {id: x, href: /gpu.html}]\n\
                links: [{from: node/lantern-work-1, to: x}]\n";
    let svg =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\"><g onclick=\"x\"/></svg>";
    let files = [
        ("content/guides/own.md", page),
        ("diagrams/a.yaml", yaml),
        ("diagrams/b.svg", svg),
        ("diagrams/cables.yaml", CABLES),
    ];
    let site = site(&files);
    let out = site.path().join("out");
    let run = rackbook(site.path(), &["build", "--out", out.to_str().expect("UTF-8")]);
    let told = text(&run.stderr);
    assert!(run.status.success(), "{told}");
    assert!(
        told.contains("warning[diagram/svg-removed]: the handler `onclick` is left out"),
        "{told}"
    );
    let page = fs::read_to_string(out.join("guides/own.html")).expect("the page");
    for part in [
        "id=\"hand-a-box-node__lantern-work-1\" href=\"../hardware.html#node-lantern-work-1\"",
        "href=\"../gpu.html\"",
        "id=\"hand-b\"",
        "id=\"mermaid-",
        "Mermaid, as text",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("onclick"));
    let network = fs::read_to_string(out.join("network.html")).expect("the page");
    for part in [
        "id=\"picture-network-hand-router\" href=\"hardware.html\"",
        "written by hand",
        "10 Gbit/s",
    ] {
        assert!(network.contains(part), "{part}");
    }
}

#[test]
fn mistakes_end_the_build_with_their_line() {
    let files = [
        ("diagrams/a.yaml", "title: Mine\nnodes:\n  - ref: app/media/jelyfin\n"),
        ("diagrams/b.mmd", "graph TD\n  a --> b\n  b -->\n"),
        (
            "content/a.md",
            "# A\n\n```mermaid\ngraph TD\n  a ->\n```\n\n{{ diagram(file=\"diagrams/c.yaml\") }}\n",
        ),
    ];
    let site = site(&files);
    let out = site.path().join("out");
    let run = rackbook(site.path(), &["build", "--out", out.to_str().expect("UTF-8")]);
    assert_eq!(run.status.code(), Some(1));
    let told = text(&run.stderr);
    for part in [
        "there is no app `media/jelyfin`",
        "diagrams/a.yaml:3:10",
        "did you mean `app/media/jellyfin`?",
        "diagrams/b.mmd:3:",
        "content/a.md:5:5",
        "there is no diagram at `diagrams/c.yaml`",
        "did you mean `diagrams/a.yaml`?",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
}

#[test]
fn a_file_can_be_drawn_for_a_readme() {
    let site =
        site(&[("diagrams/a.mmd", "graph TD\n  a --> b\n"), ("diagrams/cables.yaml", CABLES)]);
    let draw = |args: &[&str]| rackbook(site.path(), &[&["diagram"], args].concat());
    let run = draw(&["--file", "diagrams/a.mmd"]);
    assert!(text(&run.stdout).starts_with("<svg "), "{}", text(&run.stderr));
    let run = draw(&["--file", "diagrams/cables.yaml", "--format", "json"]);
    assert!(text(&run.stdout).contains("hand-router"), "{}", text(&run.stderr));
    let run = draw(&["network", "--format", "json"]);
    assert!(text(&run.stdout).contains("hand-router"), "{}", text(&run.stderr));
    let run = draw(&["--file", "diagrams/b.mmd"]);
    assert_eq!(run.status.code(), Some(2));
    assert!(text(&run.stderr).contains("did you mean `diagrams/a.mmd`?"), "{}", text(&run.stderr));
}
