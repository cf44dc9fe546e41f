//! What watches the cluster: monitors, alerts, dashboards, and where alerts go.

use schemars::JsonSchema;
use serde::Serialize;

use super::super::fact::{Fact, Source};

/// Something that metrics are collected from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Monitor {
    /// `namespace/name`; a later one of the same id has its kind as suffix.
    pub id: String,
    /// `ServiceMonitor`, `PodMonitor`, `Probe`, `ScrapeConfig`, `VMServiceScrape`, …
    pub kind: String,
    /// Whether app-template's values make it.
    pub from_values: bool,
    /// Id of the app that it belongs to.
    pub app: Option<String>,
    /// Ports and paths that are read.
    pub endpoints: Vec<MonitorEndpoint>,
    /// Addresses that are probed or scraped by name.
    pub targets: Vec<Fact<String>>,
    /// Labels that it selects by, as `key=value`.
    pub selector: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// A port and path that metrics are read from.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MonitorEndpoint {
    /// Name or number of the port.
    pub port: Fact<String>,
    /// Path; `/metrics` where nothing is set.
    pub path: Fact<String>,
    /// Time between two reads.
    pub interval: Fact<String>,
}

/// A `PrometheusRule` or its like.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RuleSet {
    /// `namespace/name`; a later one of the same id has its kind as suffix.
    pub id: String,
    /// `PrometheusRule`, `VMRule`, …
    pub kind: String,
    /// Whether a chart's values make it.
    pub from_values: bool,
    /// Id of the app that it belongs to.
    pub app: Option<String>,
    /// Its alerts, in order.
    pub alerts: Vec<Alert>,
    /// Names of series that it records.
    pub records: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}

/// An alert.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Alert {
    /// Name.
    pub name: Fact<String>,
    /// Group that it is in.
    pub group: String,
    /// `severity` label.
    pub severity: Fact<String>,
    /// Expression as written.
    pub expr: Fact<String>,
    /// How long the expression has to hold.
    pub wait: Fact<String>,
    /// What it tells people; its `{{ }}` are filled by Prometheus.
    pub summary: Fact<String>,
    /// Where it is declared.
    pub source: Source,
}

/// A Grafana dashboard.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Dashboard {
    /// `namespace/name`, with the file's or entry's name where an object holds several.
    pub id: String,
    /// `ConfigMap`, `GrafanaDashboard`, or `values` of a chart.
    pub kind: String,
    /// Folder in Grafana.
    pub folder: Fact<String>,
    /// Where its content comes from: a URL, a number on grafana.com, a ConfigMap, or the manifest.
    pub origin: Fact<String>,
    /// Id of the app that it belongs to.
    pub app: Option<String>,
    /// Where it is declared.
    pub source: Source,
}

/// An `AlertmanagerConfig`: names only, never addresses or tokens.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct AlertRouting {
    /// `namespace/name`.
    pub id: String,
    /// Names of its receivers.
    pub receivers: Vec<Fact<String>>,
    /// Where it is declared.
    pub source: Source,
}
