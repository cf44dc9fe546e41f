//! What the repository says, for badges: names and values, and a configuration that shows them.
//!
//! In: the folder at hand. Out: [`Facts`], whose names are those of `counts` in `rackbook facts`, and
//! a few words such as `talos_version`. Encrypted values say only that they are; what is not known
//! is not there.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::source::now;
use crate::badge::{Facts, Sample};
use crate::cli::settings::Common;
use crate::cli::{Failure, pipeline};
use crate::inventory::{Cluster, Fact, Value};

/// Facts that the built-in configuration shows, with title and icon.
const SHOWN: &[(&str, &str, &str)] = &[
    ("talos_version", "Talos", "si:talos"),
    ("kubernetes_version", "Kubernetes", "si:kubernetes"),
    ("nodes", "Nodes", "mdi:server"),
    ("helm_releases", "Helm releases", "si:helm"),
    ("flux_kustomizations", "Flux Kustomizations", "si:flux"),
    ("namespaces", "Namespaces", "mdi:select-group"),
    ("http_routes", "Routes", "mdi:routes"),
    ("hostnames", "Host names", "mdi:web"),
    ("storage_claims", "Storage claims", "mdi:database"),
    ("backed_up_claims", "Claims with a backup", "mdi:backup-restore"),
    ("gpu_workloads", "GPU workloads", "mdi:expansion-card"),
    ("external_secrets", "External secrets", "mdi:key"),
];

/// Reads the repository.
pub(super) fn read(common: &Common) -> Result<Facts, Failure> {
    Ok(facts(&pipeline::cluster(common)?, now()))
}

fn facts(cluster: &Cluster, time: f64) -> Facts {
    let mut facts = Facts::new();
    for (name, count) in &cluster.counts {
        let labels = BTreeMap::from([("value".to_owned(), count.to_string())]);
        facts.insert(name.clone(), Sample { labels, time, value: *count as f64 });
    }
    let platform = &cluster.platform;
    for (name, fact) in [
        ("cluster", &cluster.name),
        ("distribution", &platform.distribution),
        ("talos_version", &platform.talos_version),
        ("kubernetes_version", &platform.kubernetes_version),
    ] {
        if let Some(sample) = words(fact, time) {
            facts.insert(name.to_owned(), sample);
        }
    }
    facts
}

fn words(fact: &Fact<String>, time: f64) -> Option<Sample> {
    let value = match &fact.value {
        Value::Known(text) | Value::Templated(text) => text.clone(),
        Value::Encrypted => "encrypted".to_owned(),
        Value::Unknown(_) => return None,
    };
    let mut labels = BTreeMap::from([("value".to_owned(), value)]);
    if let Some(source) = &fact.source {
        labels.insert("source".to_owned(), format!("{}:{}", source.path, source.line));
    }
    Some(Sample { labels, time, value: f64::NAN })
}

/// A configuration that shows what there is.
pub(super) fn configuration(facts: &Facts) -> String {
    let mut text = "badges:\n".to_owned();
    for (name, title, icon) in SHOWN {
        // A number of nothing says nothing about a repository.
        if facts.get(*name).is_some_and(|sample| sample.value != 0.0) {
            _ = writeln!(
                text,
                "  - {{id: {name}, source: facts, query: {name}, title: {title}, icon: '{icon}'}}"
            );
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::badges::read;

    fn fact(name: &str, value: f64) -> (String, Sample) {
        let labels = BTreeMap::from([("value".to_owned(), value.to_string())]);
        (name.to_owned(), Sample { labels, time: 0.0, value })
    }

    #[test]
    fn the_built_in_configuration_shows_what_there_is() {
        let all: Facts = SHOWN.iter().map(|(name, ..)| fact(name, 3.0)).collect();
        let config = read(&configuration(&all)).expect("a configuration");
        assert_eq!(config.badges.len(), SHOWN.len());
        let some = Facts::from([fact("nodes", 3.0), fact("hostnames", 0.0)]);
        let config = read(&configuration(&some)).expect("a configuration");
        assert_eq!(config.badges.len(), 1);
        assert_eq!(config.badges[0].query, "nodes");
        assert!(read(&configuration(&Facts::new())).expect("a configuration").badges.is_empty());
    }
}
