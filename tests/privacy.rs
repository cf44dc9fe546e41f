//! What must not be published: masks, exclusions and secrets, in everything that comes out.
#![expect(clippy::disallowed_methods, reason = "a test runs the program in folders of its own")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Values that the repository below holds, none of which may come out.
const PRIVATE: &[&str] =
    &["150.136.194.98", "BC:24:11:0A:0B:0C", "jane@doe.example.io", "homelab0.test", "tulip"];

fn repository(privacy: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    write("site/site.yaml", &format!("title: mine\n{privacy}"));
    write(
        "apps/web.yaml",
        "# jane@doe.example.io keeps it\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n  \
         namespace: tulip\n  annotations:\n    contact: jane@doe.example.io\nspec:\n  template:\n    \
         spec:\n      containers:\n        - name: web\n          image: registry.homelab0.test/web:1\n",
    );
    write(
        "apps/route.yaml",
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: web\n  \
         namespace: tulip\nspec:\n  hostnames: [web.homelab0.test]\n  rules:\n    - backendRefs:\n        \
         - {name: web, port: 80}\n",
    );
    write(
        "apps/policy.yaml",
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: web\n  namespace: \
         tulip\nspec:\n  endpointSelector: {}\n  ingress:\n    - fromCIDR: [150.136.194.98/32]\n",
    );
    write(
        "talos/talconfig.yaml",
        "clusterName: mine\nnodes:\n  - hostname: one\n    ipAddress: 192.168.1.2\n    controlPlane: \
         true\n    networkInterfaces:\n      - deviceSelector:\n          hardwareAddr: \
         BC:24:11:0A:0B:0C\n        addresses: [192.168.1.2/24]\n",
    );
    write(
        "content/guide.md",
        "# Guide\n\nWrite to jane@doe.example.io, or go to https://web.homelab0.test at \
         150.136.194.98.\n\n```manifest\nfile: apps/policy.yaml\n```\n",
    );
    folder
}

const MASKS: &str = "privacy:\n  public_addresses: mask\n  mac_addresses: mask\n  \
                     email_addresses: hide\n  patterns:\n    - match: homelab0\\.test\n    - {match: tulip, as: hide}\n";

fn run(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    let program = program.args(arguments).args(["--repo", "."]).current_dir(folder);
    let output = program.env("NO_COLOR", "1").output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder").flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, into) } else { into.push(path) }
    }
}

/// Everything that is written, by path, with the paths themselves.
fn site(folder: &Path) -> String {
    let mut all = vec![];
    files(&folder.join("public"), &mut all);
    let texts = all.iter().map(|path| {
        format!("{}\n{}", path.display(), String::from_utf8_lossy(&fs::read(path).expect("a file")))
    });
    texts.collect::<Vec<_>>().join("\n")
}

#[test]
fn without_rules_everything_is_shown() {
    let folder = repository("");
    let (status, said) = run(folder.path(), &["build"]);
    assert_eq!(status, Some(0), "{said}");
    let site = site(folder.path());
    assert!(site.contains("homelab0.test") && site.contains("150.136.194.98"));
}

#[test]
fn masked_values_are_nowhere() {
    let folder = repository(MASKS);
    let (status, said) = run(folder.path(), &["build"]);
    assert_eq!(status, Some(0), "{said}");
    let mut outputs = vec![("build", said), ("site", site(folder.path()))];
    for arguments in [
        &["facts", "--format", "json"][..],
        &["check", "--format", "json"],
        &["diagram", "network"],
    ] {
        outputs.push((arguments[0], run(folder.path(), arguments).1));
    }
    for (name, text) in &outputs {
        for value in PRIVATE {
            let is_there = text.to_lowercase().contains(&value.to_lowercase());
            assert!(!is_there, "`{value}` is in {name}");
        }
    }
    let site = &outputs[1].1;
    assert!(site.contains("web.xxxxxxxx.xxxx"), "masks keep their form");
    assert!(site.contains("150.136.xxx.xx"));
}

#[test]
fn excluded_folders_and_kinds_are_not_read() {
    let folder = repository("privacy:\n  exclude:\n    folders: [talos]\n    kinds: [HTTPRoute]\n");
    let (status, facts) = run(folder.path(), &["facts", "--format", "json"]);
    assert_eq!(status, Some(0), "{facts}");
    assert!(!facts.contains("web.homelab0.test") && !facts.contains("192.168.1.2"), "{facts}");
    let (_, said) = run(folder.path(), &["build"]);
    assert!(said.contains("1 file of `talos` is left out"), "{said}");
}

#[test]
fn a_secret_is_not_published_and_not_printed() {
    let folder = repository("");
    let secret = format!("{}_{}", "ghp", "Ab3dEf6hIj9lMn2pQr5tUv8xYz1bCd4fGh7j");
    fs::write(folder.path().join("content/b.md"), format!("# B\n\nUse `{secret}`.\n"))
        .expect("a file");
    let (status, said) = run(folder.path(), &["build"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("privacy/secret") && said.contains("content/b.md:3"), "{said}");
    assert!(!said.contains(&secret) && !folder.path().join("public").exists(), "{said}");
    let (_, said) = run(folder.path(), &["check"]);
    assert!(said.contains("a GitHub token") && !said.contains(&secret), "{said}");
}

#[test]
fn wrong_rules_are_errors_and_let_nothing_out() {
    for (rules, said) in [
        ("privacy: {mac_addresses: maks}", "is no way to treat a value"),
        ("privacy: {mac_adresses: mask}", "did you mean `mac_addresses`?"),
        ("privacy: {patterns: [{match: '('}]}", "this is no regular expression"),
        ("privacy: {patterns: [{match: 'a*'}]}", "would fit everywhere"),
        ("privacy: {exclude: {folder: [a]}}", "did you mean `folders`?"),
        ("privacy: 7", "`privacy` is a map"),
    ] {
        let folder = repository(rules);
        let (status, told) = run(folder.path(), &["build"]);
        assert_eq!(status, Some(1), "{rules}: {told}");
        assert!(told.contains(said) && told.contains("site/site.yaml:2:"), "{rules}: {told}");
        assert!(!folder.path().join("public").exists());
    }
}

#[test]
fn what_the_settings_say_themselves_is_looked_at() {
    let folder = repository(&format!("url: https://docs.homelab0.test\n{MASKS}"));
    let (status, said) = run(folder.path(), &["build"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("privacy/left"), "{said}");
}
