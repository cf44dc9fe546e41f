//! Compares what is read about access with what was counted by hand in a real repository.
//!
//! The repository is another person's and not part of this project: where the folder `clusters` is
//! absent from `../shared`, or from what `RACKBOOK_SHARED` names, each test says so and passes.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test reads the disk, runs the program and says what it skips"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

fn facts(name: &str) -> Option<Value> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared");
    let shared = std::env::var("RACKBOOK_SHARED").map_or(beside, PathBuf::from);
    let folder = shared.join("clusters").join(name);
    if !folder.is_dir() {
        // Written past the test harness, which shows what passing tests print to nobody.
        let _ = writeln!(std::io::stderr(), "skipped: {} is not there", folder.display());
        return None;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(["facts", "--format", "json", "--repo"])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

fn list<'a>(facts: &'a Value, key: &str) -> &'a Vec<Value> {
    facts[key].as_array().unwrap_or_else(|| panic!("{key} is a list"))
}

/// A fact as text: its value, or its expression.
fn text(fact: &Value) -> &str {
    fact["value"].as_str().or(fact["text"].as_str()).unwrap_or("")
}

fn count_by<'a>(
    items: &'a [Value],
    key: impl Fn(&'a Value) -> &'a str,
) -> BTreeMap<&'a str, usize> {
    let mut counts = BTreeMap::new();
    items.iter().for_each(|item| *counts.entry(key(item)).or_insert(0) += 1);
    counts
}

#[test]
fn policies_by_namespace() {
    let Some(facts) = facts("prox-ops") else { return };
    let policies = list(&facts, "policies");
    let kinds = count_by(policies, |one| one["kind"].as_str().unwrap());
    assert_eq!(kinds, [("CiliumNetworkPolicy", 48), ("NetworkPolicy", 2)].into());
    let namespaces = count_by(policies, |one| one["namespace"].as_str().unwrap());
    let expected = [
        ("ai", 14),
        ("cache", 1),
        ("database", 3),
        ("downloads", 2),
        ("health", 1),
        ("infra-proxies", 1),
        ("iot", 1),
        ("mcp", 8),
        ("media", 15),
        ("network", 1),
        ("tools", 3),
    ];
    assert_eq!(namespaces, expected.into());
    let open = list(&facts, "isolation")
        .iter()
        .filter(|one| one["ingress"]["coverage"] == "none" && one["egress"]["coverage"] == "none");
    let open: Vec<_> = open.map(|one| one["namespace"].as_str().unwrap()).collect();
    assert_eq!(
        open,
        [
            "cert-manager",
            "default",
            "external-secrets",
            "flux-system",
            "github-actions",
            "kube-system",
            "observability",
            "rook-ceph",
            "security",
            "security-system",
        ]
    );
}

#[test]
fn host_names_by_gateway() {
    let Some(facts) = facts("prox-ops") else { return };
    let mut gateways: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for route in list(&facts, "routes") {
        for gateway in route["gateways"].as_array().unwrap() {
            let names = route["hostnames"].as_array().unwrap().iter().map(text);
            gateways.entry(gateway.as_str().unwrap()).or_default().extend(names);
        }
    }
    let counts: Vec<_> = gateways.iter().map(|(id, names)| (*id, names.len())).collect();
    // On the external one, 13 are of objects and one is of app-template's values.
    let expected =
        [("network/ai-gateway", 4), ("network/envoy-external", 14), ("network/envoy-internal", 32)];
    assert_eq!(counts, expected);
    // What the external gateway serves is published to the world, and nothing else that is routed.
    let exposures = list(&facts, "exposures");
    for one in exposures.iter().filter(|one| !one["routes"].as_array().unwrap().is_empty()) {
        let gateways = one["gateways"].as_array().unwrap();
        let is_external = gateways.iter().any(|id| id == "network/envoy-external");
        assert_eq!(one["audience"] == "wan", is_external, "{one}");
    }
    let guards = list(&facts, "auth_policies");
    let kinds = count_by(guards, |one| one["kind"].as_str().unwrap());
    assert_eq!(kinds["SecurityPolicy"], 4);
    assert!(guards.iter().all(|one| one["missing_targets"].as_array().unwrap().is_empty()));
    assert_eq!(list(&facts, "tunnel_rules").len(), 15);
}

#[test]
fn announcements_and_services() {
    let Some(facts) = facts("prox-ops") else { return };
    let interfaces: Vec<_> = list(&facts, "announcements")
        .iter()
        .map(|one| (one["name"].as_str().unwrap(), text(&one["interfaces"][0])))
        .collect();
    assert_eq!(
        interfaces,
        [
            ("dmz-l2-policy", "^(eth2|ens20)$"),
            ("iot-l2-policy", "^(eth1|ens19)$"),
            ("l2-policy", "^(eth0|ens18)$"),
        ]
    );
    let services: Vec<_> = list(&facts, "exposed_services")
        .iter()
        .map(|one| (text(&one["addresses"][0]), one["pools"][0].as_str().unwrap()))
        .collect();
    assert_eq!(
        services,
        [
            ("", "iot-pool"),
            ("10.20.81.100", "dmz-pool"),
            ("10.20.67.25", "pool"),
            ("10.20.67.21", "pool"),
            ("10.20.67.24", "pool"),
            ("10.20.67.26", "pool"),
        ]
    );
    let uses = list(&facts, "attachment_uses");
    assert_eq!(uses.len(), 1);
    assert_eq!(
        (uses[0]["user"].as_str(), uses[0]["attachment"].as_str()),
        (Some("iot/home-assistant"), Some("network/iot-vlan62"))
    );
}

#[test]
fn secrets_and_security() {
    let Some(facts) = facts("prox-ops") else { return };
    let secrets = list(&facts, "external_secrets");
    assert_eq!(secrets.len(), 75);
    let store = "ClusterSecretStore/onepassword-connect";
    assert!(secrets.iter().all(|one| text(&one["stores"][0]) == store));
    let sealed = list(&facts, "sealed_files");
    let of = |path: &str| {
        sealed
            .iter()
            .filter(|one| one["source"]["path"].as_str().unwrap().starts_with(path))
            .count()
    };
    assert_eq!((of("kubernetes/"), of("talos/"), of("bootstrap/")), (11, 1, 1));
    let lost = sealed.iter().filter(|one| {
        one["reachable"] == false
            && one["source"]["path"].as_str().unwrap().starts_with("kubernetes/")
    });
    assert_eq!(lost.count(), 3);
    let tracing = list(&facts, "tracing_policies");
    let kinds = count_by(tracing, |one| one["kind"].as_str().unwrap());
    assert_eq!(kinds, [("TracingPolicy", 2), ("TracingPolicyNamespaced", 4)].into());
    assert!(tracing.iter().all(|one| one["mode"] == "observe"));
}

#[test]
fn versions_and_other_kinds() {
    let Some(facts) = facts("prox-ops") else { return };
    assert_eq!(list(&facts, "renovate_comments").len(), 146);
    let talos: Vec<_> = list(&facts, "versions")
        .iter()
        .filter(|one| one["component"] == "Talos")
        .map(|one| (text(&one["version"]), one["origin"].as_str().unwrap()))
        .collect();
    assert_eq!(talos, [("1.13.8", "tool"), ("v1.13.4", "talenv"), ("1.13.8", "terraform")]);
    let others = count_by(list(&facts, "others"), |one| one["kind"].as_str().unwrap());
    assert_eq!(
        (others["MCPServer"], others["VirtualMCPServer"], others["AgentgatewayBackend"]),
        (5, 2, 11)
    );
}
