//! The example homelab: what is read from it, and the site that is made of it.
#![expect(clippy::disallowed_methods, reason = "a test runs the program and reads what it wrote")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Counted by hand and script from the manifests, apart from Rackbook.
const COUNTS: [(&str, u64); 30] = [
    ("nodes", 9),
    ("control_plane_nodes", 3),
    ("worker_nodes", 6),
    ("hosts", 4),
    ("vms", 9),
    ("gpus", 2),
    ("networks", 3),
    ("apps", 35),
    ("flux_kustomizations", 43),
    ("flux_dependencies", 52),
    ("flux_dependencies_dangling", 0),
    ("helm_releases", 33),
    ("app_template_releases", 13),
    ("namespaces", 13),
    ("storage_claims", 10),
    ("backed_up_claims", 6),
    ("http_routes", 15),
    ("hostnames", 14),
    ("gateways", 2),
    ("network_attachments", 2),
    ("lb_pools", 3),
    ("cilium_network_policies", 7),
    ("external_secrets", 15),
    ("pod_monitors", 1),
    ("service_monitors", 5),
    ("cron_jobs", 1),
    ("prometheus_rules", 1),
    ("gpu_workloads", 2),
    ("dra_workloads", 1),
    ("multus_workloads", 2),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn rackbook(arguments: &[&str]) -> (String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_rackbook"))
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}", text(&output.stderr));
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn counts_are_those_of_the_manifests() {
    let (json, said) = rackbook(&["facts", "--repo", "examples/homelab", "--format", "json"]);
    assert_eq!(said, "", "the example has nothing wrong");
    let facts: Value = serde_json::from_str(&json).expect("JSON");
    for (name, count) in COUNTS {
        assert_eq!(facts["counts"][name], count, "{name}");
    }
}

/// Entries of each list, counted in the same way.
const LISTS: [(&str, usize); 20] = [
    // Six apps with the component for VolSync, one scheduled backup, one archived log.
    ("backups", 8),
    ("restores", 6),
    ("backup_repositories", 1),
    ("snapshot_classes", 1),
    ("databases", 1),
    // The database, Prometheus, Alertmanager and Loki.
    ("volume_templates", 4),
    ("volumes", 1),
    // Three apps mount one each, and one is a volume.
    ("shares", 4),
    ("ceph", 1),
    ("storage_classes", 2),
    // Five ServiceMonitors, one PodMonitor, one ScrapeConfig.
    ("monitors", 7),
    ("rules", 1),
    ("dashboards", 2),
    ("alert_routing", 1),
    ("gpu_sharing", 1),
    ("device_claims", 1),
    ("device_classes", 1),
    ("runtime_classes", 1),
    ("schematics", 2),
    // Six claims, the database, one CronJob.
    ("schedules", 8),
];

#[test]
fn lists_are_those_of_the_manifests() {
    let (json, _) = rackbook(&["facts", "--repo", "examples/homelab", "--format", "json"]);
    let facts: Value = serde_json::from_str(&json).expect("JSON");
    for (name, count) in LISTS {
        assert_eq!(facts[name].as_array().map(Vec::len), Some(count), "{name}");
    }
    let uncovered = ["ai/ollama-models", "iot/mosquitto", "media/audiobookshelf", "media/podcasts"];
    assert_eq!(facts["uncovered_claims"], serde_json::json!(uncovered));
    let named: usize = facts["schematics"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|schematic| schematic["nodes"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(named, 9, "every node has the image of a schematic");
}

#[test]
fn every_value_names_a_line_that_exists() {
    let (json, _) = rackbook(&["facts", "--repo", "examples/homelab", "--format", "json"]);
    let facts: Value = serde_json::from_str(&json).expect("JSON");
    let mut checked = 0;
    sources(&facts, &mut |source| {
        let path = root().join("examples/homelab").join(source["path"].as_str().expect("a path"));
        let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()));
        let line = source["line"].as_u64().expect("a line") as usize;
        assert!(line <= text.lines().count().max(1), "{source}");
        checked += 1;
    });
    assert!(checked > 900, "{checked}");
}

fn sources(value: &Value, check: &mut impl FnMut(&Value)) {
    match value {
        Value::Object(map) => {
            if let Some(source) = map.get("source").filter(|source| source.is_object()) {
                check(source);
            }
            map.values().for_each(|inner| sources(inner, check));
        }
        Value::Array(items) => items.iter().for_each(|inner| sources(inner, check)),
        _ => {}
    }
}

#[test]
fn the_handbook_has_its_pages_and_no_ciphertext() {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().join("site");
    let (_, said) = rackbook(&["build", "--out", folder.to_str().expect("a path")]);
    assert_eq!(said, "", "the handbook has nothing wrong");
    let files = tree(&folder);
    for page in [
        "index.html",
        "hardware.html",
        "network.html",
        "apps/index.html",
        "apps/media/jellyfin.html",
        "guides/gpu-on-talos.html",
        "not-visible.html",
        "404.html",
    ] {
        assert!(files.contains_key(page), "no {page}");
    }
    for (path, bytes) in &files {
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains("ENC["), "ciphertext in {path}");
        for (_, tag) in text.match_indices("<script").map(|(at, _)| text[at..].split_at(7)) {
            assert!(tag.starts_with(" src=\""), "a script in {path}");
        }
    }
    let hardware = String::from_utf8_lossy(&files["hardware.html"]);
    for words in ["Four Proxmox hosts run nine Talos machines", "RTX A4000", "talconfig.yaml:"] {
        assert!(hardware.contains(words), "no {words:?}");
    }
}

/// What pages that are made of tables say of the example, read from its manifests by hand.
const SAID: [(&str, &[&str]); 10] = [
    (
        "storage.html",
        &[
            "Ten volume claims and four templates for claims are declared. \
             Seven of them are saved by declared backups.",
            "href=\"storage.html#backups\">VolSync media/jellyfin</a>",
            "every day at 03:15",
            "not visible here",
        ],
    ),
    ("gpu.html", &["Shared, they serve six pods.", "RTX A4000", "lantern-work-4", "bluetooth"]),
    ("monitoring.html", &["GpuNotAnnounced", "volsync_volume_out_of_sync == 1", "phone"]),
    (
        "schedules.html",
        &["on Sundays at 04:40", "<code class=\"value\">40 4 * * 0</code>", "Etc/UTC"],
    ),
    ("gitops.html", &["43 Flux Kustomizations are applied, with 52 dependencies."]),
    ("versions.html", &["Talos v1.12.4 and Kubernetes v1.34.3", "app-template"]),
    (
        "exposure.html",
        &[
            "Routes, tunnels and DNS records name sixteen host names.",
            ">internet</span>",
            ">unpublished</span>",
        ],
    ),
    ("isolation.html", &["verdict-no-policy", "verdict-restricted", "(Multus)"]),
    ("secrets.html", &["ClusterSecretStore/", "default/miniflux-tidy", "These are names."]),
    ("security.html", &["Tetragon has one policy; it only observes.", "privileged"]),
];

#[test]
fn pages_of_tables_say_what_the_manifests_say() {
    let out = tempfile::tempdir().expect("a folder");
    let folder = out.path().join("site");
    let to = folder.to_str().expect("a path");
    rackbook(&["build", "--repo", "examples/homelab", "--out", to]);
    let files = tree(&folder);
    for (path, said) in SAID {
        // Long names may break; their words are the same.
        let page = String::from_utf8_lossy(&files[path]).replace("<wbr>", "");
        for words in said {
            assert!(page.contains(words), "{path}: no {words:?}");
        }
        assert!(page.contains("class=\"source\""), "{path} names no source");
    }
    let storage = String::from_utf8_lossy(&files["storage.html"]);
    // Four claims, and the volumes of Prometheus, Alertmanager and Loki.
    assert_eq!(storage.matches(">nothing seen</span>").count(), 7);
    for (app, sections) in [
        ("media/jellyfin", &["reach", "policies", "backups", "gpu", "mounts", "monitors"][..]),
        ("default/miniflux", &["reach", "external-secrets"][..]),
        ("iot/home-assistant", &["second-interfaces", "devices", "schedules"][..]),
    ] {
        let page = String::from_utf8_lossy(&files[format!("apps/{app}.html").as_str()]);
        for section in sections {
            assert!(page.contains(&format!("<h2 id=\"{section}\"")), "{app}: no {section:?}");
        }
    }
}

fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(at) = open.pop() {
        for entry in fs::read_dir(&at).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                files.insert(name, fs::read(&path).expect("a file"));
            }
        }
    }
    files
}
