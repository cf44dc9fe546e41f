//! The manifests of `deploy/`: what kubectl makes of them, and that all ways to deploy agree.

use std::fs;
use std::process::Command;

use super::{can_run, ours};

/// What `kubectl kustomize` gives, as text.
fn rendered() -> Option<String> {
    // kubectl knows no `--version`; it prints its help and ends well.
    if !can_run(&["kubectl"]) {
        return None;
    }
    let ran = Command::new("kubectl").arg("kustomize").arg(ours("deploy/kustomize")).output();
    let ran = ran.unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    Some(String::from_utf8_lossy(&ran.stdout).into_owned())
}

/// The manifest of a kind, of those that kustomize printed.
fn of<'a>(manifests: &'a str, kind: &str) -> &'a str {
    let line = format!("kind: {kind}");
    let mut all = manifests.split("\n---\n");
    let found = all.find(|text| text.lines().any(|found| found == line));
    found.unwrap_or_else(|| panic!("no {kind} in\n{manifests}"))
}

#[track_caller]
fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "`{part}` is missing from\n{text}");
    }
}

#[test]
fn kubectl_makes_plain_manifests() {
    let Some(all) = rendered() else { return };
    has(
        of(&all, "Deployment"),
        &[
            "runAsNonRoot: true",
            "runAsUser: 65532",
            "readOnlyRootFilesystem: true",
            "allowPrivilegeEscalation: false",
            "automountServiceAccountToken: false",
            "- ALL",
            "image: ghcr.io/rackbook/rackbook:",
            "mountPath: /config",
        ],
    );
    let selected = "matchLabels:\n      app.kubernetes.io/name: rackbook";
    for kind in ["Deployment", "PodDisruptionBudget", "NetworkPolicy"] {
        has(of(&all, kind), &[selected]);
    }
    has(of(&all, "Service"), &["selector:\n    app.kubernetes.io/name: rackbook"]);
    assert!(!all.contains("subPath"), "a file that is mounted alone never changes");
}

#[test]
fn the_configuration_of_the_plain_manifests_is_valid() {
    let ran = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["badges", "check", "--config"])
        .arg(ours("deploy/kustomize/config.yaml"))
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

/// What is released together says one version.
#[test]
fn every_way_to_deploy_names_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, line) in [
        ("deploy/chart/Chart.yaml", format!("\nversion: {version}\nappVersion: {version}\n")),
        ("deploy/kustomize/kustomization.yaml", format!("    newTag: {version}\n")),
        ("deploy/flux/chart.yaml", format!("    tag: {version}\n")),
        ("deploy/flux/app-template.yaml", format!("              tag: {version}\n")),
    ] {
        let text = fs::read_to_string(ours(path)).unwrap();
        assert!(text.contains(&line), "{path} does not name {version}");
    }
}
