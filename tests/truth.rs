//! Compares what is read from real repositories with counts made by independent scripts.
//!
//! The repositories are other people's and not part of this project: where the folder
//! `../shared/clusters` (or `clusters` in what `RACKBOOK_SHARED` names) is absent, each test says so and passes.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the disk, runs the program and says what it skips"
)]

use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn clusters() -> Option<PathBuf> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var_os("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("clusters");
    if folder.is_dir() {
        return Some(folder);
    }
    // Written past the test harness, which shows what passing tests print to nobody.
    let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
    None
}

fn facts(repository: &PathBuf) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["facts", "--format", "json", "--repo"])
        .arg(repository)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn check(name: &str) {
    let Some(clusters) = clusters() else { return };
    let truth: Value =
        serde_json::from_str(&std::fs::read_to_string(clusters.join("truth.json")).unwrap())
            .unwrap();
    let (truth, facts) = (&truth[name], facts(&clusters.join(name)));
    let counts = truth["counts"].as_object().unwrap();
    assert!(counts.len() > 20, "{name}: the contract has {} counts", counts.len());
    let mut wrong = vec![];
    for (count, expected) in counts {
        if facts["counts"][count] != *expected {
            wrong.push(format!("{count} is {}, not {expected}", facts["counts"][count]));
        }
    }
    let lists = truth.as_object().unwrap().iter().filter(|(_, value)| value.is_array());
    for (list, expected) in lists.filter(|(list, _)| *list != "sync_roots") {
        if facts[list] != *expected {
            wrong.push(format!("{list} is {}, not {expected}", facts[list]));
        }
    }
    let roots = facts["sync_roots"].as_array().unwrap().iter().map(|root| root["path"].clone());
    assert_eq!(Value::Array(roots.collect()), truth["sync_roots"], "{name}: sync_roots");
    assert!(wrong.is_empty(), "{name}:\n{}", wrong.join("\n"));
}

#[test]
fn prox_ops() {
    check("prox-ops");
}

#[test]
fn onedr0p() {
    check("onedr0p");
}

#[test]
fn cluster_template_is_read() {
    let Some(clusters) = clusters() else { return };
    let facts = facts(&clusters.join("cluster-template"));
    assert_eq!(facts["counts"]["nodes"], 4);
    assert_eq!(facts["counts"]["flux_dependencies_dangling"], 0);
}

/// What the manifests of prox-ops say, against what prose about it says elsewhere.
#[test]
fn prox_ops_networks_and_machines() {
    let Some(clusters) = clusters() else { return };
    let facts = facts(&clusters.join("prox-ops"));
    let networks: Vec<String> = facts["networks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|network| format!("{}:{}", network["vlan"]["value"], network["cidr"]["value"]))
        .collect();
    assert_eq!(
        networks,
        ["null:\"10.20.66.0/23\"", "62:\"10.20.62.0/23\"", "81:\"10.20.81.0/24\""]
    );
    assert_eq!(facts["hosts"].as_array().unwrap().len(), 4);
    assert_eq!(facts["vms"].as_array().unwrap().len(), 15);
    assert!(facts["vms"].as_array().unwrap().iter().all(|vm| vm["node"].is_string()));
    let gpus = facts["gpus"].as_array().unwrap();
    let gpu = |idx: usize, key: &str| gpus[idx][key]["value"].clone();
    assert_eq!(gpus.len(), 2);
    assert_eq!((gpu(0, "model"), gpu(0, "mapping")), ("rtx-a2000".into(), "heimdall-gpu".into()));
    assert_eq!((gpu(1, "model"), gpu(1, "mapping")), ("rtx-a5000".into(), "thor-gpu".into()));
}

/// Every YAML file of the three repositories parses, or is reported where it stands.
#[test]
fn every_file_parses() {
    use rackbook::source::{Roots, parse, read};
    let Some(clusters) = clusters() else { return };
    let (mut files, mut wrong) = (0, Vec::new());
    for name in ["prox-ops", "onedr0p", "cluster-template"] {
        let root = clusters.join(name);
        let (sources, _) = read(&Roots { repository: root.clone(), site: root }).unwrap();
        let (documents, diagnostics) = parse(&sources);
        files += sources.files().filter(|(_, file)| file.name().contains(".y")).count();
        let kept = |path: &str| documents.iter().any(|one| sources.file(one.file).path == path);
        assert!(kept("kubernetes/flux/cluster/ks.yaml"), "{name}");
        wrong.extend(diagnostics.into_iter().map(|one| format!("{} {}", one.code, one.message)));
    }
    assert!(files > 1150, "{files} files");
    assert_eq!(wrong, Vec::<String>::new());
}
