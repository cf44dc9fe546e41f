//! Every preset: Prometheus reads its query, and the badge says what the recorded series mean.

use rackbook::badge::spec::preset::{ALL, Preset, PresetKind, find};

use super::homelab;
use super::process::{Prometheus, is_installed};
use super::recorded::Recording;
use super::server::Server;

/// The badge of a preset.
fn entry(preset: &Preset) -> String {
    format!("  - preset: {}\n", preset.name)
}

/// Message and colour of each preset; `no data` has no colour.
fn check(recording: &Recording, expected: &[(&str, &str, &str)]) {
    let prometheus = Prometheus::of(&recording.finish());
    let badges: String = ALL.iter().map(entry).collect();
    let server = Server::start(&format!("prometheus: {}\nbadges:\n{badges}", prometheus.url()));
    for (name, value, color) in expected {
        let preset = find(name).expect(name);
        let answer = server.get(&format!("/badges/{}?format=json", preset.id));
        let badge = answer.is(200, "application/json").json();
        let shown = (badge["value"].as_str(), badge["color"].as_str().unwrap_or_default());
        assert_eq!(shown, (Some(*value), *color), "{name}: {badge}");
        assert_eq!(badge["title"], preset.title);
    }
    let rest = ALL.iter().filter(|preset| preset.kind == PresetKind::Instant);
    let rest = rest.filter(|preset| expected.iter().all(|(name, ..)| *name != preset.name));
    for preset in rest {
        let answer = server.get(&format!("/badges/{}?format=json", preset.id));
        answer.is(200, "application/json").has("\"value\":\"no data\"");
    }
}

/// Names of the alerts that count.
fn firing(recording: &Recording) -> Vec<String> {
    let prometheus = Prometheus::of(&recording.finish());
    let query = find("alerts").expect("a preset").query;
    let data = prometheus.api("query", &[("query", query)]);
    let samples = data["result"].as_array().expect("a vector");
    let name =
        |sample: &serde_json::Value| sample["metric"]["alertname"].as_str().map(str::to_owned);
    let mut names: Vec<_> = samples.iter().filter_map(name).collect();
    names.sort();
    names
}

#[test]
fn every_query_is_read() {
    if !is_installed() {
        return;
    }
    let prometheus = Prometheus::of(&Recording::new().finish());
    for preset in ALL {
        let formatted = prometheus.api("format_query", &[("query", preset.query)]);
        assert!(formatted.as_str().is_some_and(|text| !text.is_empty()), "{}", preset.name);
        let found = prometheus.api("query", &[("query", preset.query)]);
        assert_eq!(found["resultType"], "vector", "{}", preset.name);
        assert_eq!(found["result"].as_array().map(Vec::len), Some(0), "{}", preset.name);
    }
}

#[test]
fn a_cluster_with_everything() {
    if !is_installed() {
        return;
    }
    let recording = homelab::whole();
    let expected = [
        ("talos", "1.11.3", ""),
        ("kubernetes", "1.34.1", ""),
        ("flux", "2.7.3", ""),
        ("nodes", "2/3", "orange"),
        ("pods", "12", "green"),
        ("cpu", "30%", "green"),
        ("memory", "62.5%", "orange"),
        ("uptime", "200d", "orange"),
        ("age", "400d", "green"),
        ("power", "426w", "orange"),
        ("ceph", "warning", "orange"),
        ("gpu-utilization", "60%", "orange"),
        ("gpu-memory", "37.5%", "orange"),
        ("certificates", "10d", "orange"),
    ];
    check(&recording, &expected);
    assert_eq!(firing(&recording), ["CephHealthError", "KubePodCrashLooping"]);
}

#[test]
fn a_bare_cluster() {
    if !is_installed() {
        return;
    }
    let recording = homelab::bare();
    let expected = [
        ("talos", "1.11.2", ""),
        ("kubernetes", "1.33.5", ""),
        ("nodes", "3", "green"),
        ("cpu", "25%", "green"),
        ("memory", "25%", "green"),
        ("uptime", "2d", "green"),
        ("age", "45d", "green"),
        ("power", "300w", "green"),
    ];
    check(&recording, &expected);
    assert_eq!(firing(&recording), [""; 0]);
}

#[test]
fn a_cluster_in_trouble() {
    if !is_installed() {
        return;
    }
    let expected = [
        ("kubernetes", "1.33.4+k3s1", ""),
        ("flux", "2.6.0", ""),
        ("nodes", "0/3", "red"),
        ("cpu", "99.9%", "red"),
        ("power", "780w", "red"),
        ("ceph", "error", "red"),
        ("gpu-utilization", "0%", "green"),
        ("certificates", "expired", "red"),
    ];
    check(&homelab::troubled(), &expected);
}
