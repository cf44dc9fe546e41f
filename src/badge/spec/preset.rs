//! Badges that most homelabs have, by name: a table.
//!
//! In: a name such as `cpu`. Out: the query, expressions, title and icon that stand where a
//! configuration says no other. It never asks a server; whether the metrics exist shows when asked.
//!
//! How the queries are written: series that two exporters or replicas give are counted once
//! (`max by`), exporters outside of the cluster do not count where those inside are known by their
//! label `pod`, and alternatives stand in order behind `or`, so that one query does with and without
//! recording rules.

/// One badge of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// What a configuration calls it: lower case with hyphens, unique.
    pub name: &'static str,
    /// The id of the badge: the one that most homelabs have in their links already.
    pub id: &'static str,
    /// Text of the left side.
    pub title: &'static str,
    /// `PromQL`.
    pub query: &'static str,
    /// Makes the message; absent where the kind makes it.
    pub value_expr: Option<&'static str>,
    /// Makes the colour; absent where the kind makes it.
    pub color_expr: Option<&'static str>,
    /// `mdi:name` or `si:name`.
    pub icon: Option<&'static str>,
    /// How the samples become one badge.
    pub kind: PresetKind,
    /// One sentence on what the badge says.
    pub about: &'static str,
    /// Which exporter has to be scraped, with its metrics; alternatives by `or`.
    pub needs: &'static str,
}

/// How the samples of a preset become one badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PresetKind {
    /// The first sample counts.
    Instant,
    /// Samples are alerts that fire.
    Alerts,
    /// Samples are targets that are up (1) or down (0).
    Up,
}

/// The preset of a name.
pub fn find(name: &str) -> Option<&'static Preset> {
    ALL.iter().find(|preset| preset.name == name)
}

/// All presets, in the order in which a list shows them.
pub const ALL: &[Preset] = &[
    Preset {
        name: "talos",
        id: "talos_version",
        title: "Talos",
        query: r#"topk(1, count by (version) (
  label_replace(node_os_info{name="Talos"}, "version", "$1", "version_id", "v?(.+)")
)) or on () topk(1, count by (version) (
  label_replace(kube_node_info{os_image=~"Talos.*"}, "version", "$1", "os_image", "Talos \\(v?(.+)\\)")
))"#,
        value_expr: Some(VERSION),
        icon: Some("si:talos"),
        about: "The version of Talos Linux that most nodes run.",
        needs: "node exporter (`node_os_info`) or kube-state-metrics (`kube_node_info`)",
        ..BARE
    },
    Preset {
        name: "kubernetes",
        id: "kubernetes_version",
        title: "Kubernetes",
        query: r#"topk(1, count by (version) (
  label_replace(kubernetes_build_info{service="kubernetes"}, "version", "$1", "git_version", "v?(.+)")
)) or on () topk(1, count by (version) (
  label_replace(kubernetes_build_info, "version", "$1", "git_version", "v?(.+)")
)) or on () topk(1, count by (version) (
  label_replace(kube_node_info, "version", "$1", "kubelet_version", "v?(.+)")
))"#,
        value_expr: Some(VERSION),
        icon: Some("si:kubernetes"),
        about: "The version of the Kubernetes API servers, else of most of its other parts.",
        needs: "Kubernetes itself (`kubernetes_build_info`) or kube-state-metrics (`kube_node_info`)",
        ..BARE
    },
    Preset {
        name: "flux",
        id: "flux_version",
        title: "Flux",
        query: r#"topk(1, count by (version) (
  label_replace(flux_instance_info, "version", "$1", "revision", "v?([^@]+)(@.*)?")
))"#,
        value_expr: Some(VERSION),
        icon: Some("si:flux"),
        about: "The version of the Flux distribution that the Flux Operator has installed.",
        needs: "Flux Operator (`flux_instance_info`)",
        ..BARE
    },
    Preset {
        name: "nodes",
        id: "cluster_node_count",
        title: "Nodes",
        query: r#"count(count by (node) (kube_node_status_condition{condition="Ready"}))
* on () group_right ()
count_values("ready",
  sum(max by (node) (kube_node_status_condition{condition="Ready", status="true"}))
)"#,
        value_expr: Some(
            r#"labels["ready"] == string(result) ? string(result) : labels["ready"] + "/" + string(result)"#,
        ),
        color_expr: Some(
            r#"labels["ready"] == string(result) ? "green" : labels["ready"] == "0" ? "red" : "orange""#,
        ),
        icon: Some("mdi:server"),
        about: "How many nodes the cluster has, as `2/3` while only two of three are ready.",
        needs: "kube-state-metrics (`kube_node_status_condition`)",
        ..BARE
    },
    Preset {
        name: "pods",
        id: "cluster_pod_count",
        title: "Pods",
        query: r#"sum(max by (namespace, pod) (kube_pod_status_phase{phase="Running"}))"#,
        value_expr: Some("humanizeCommas(result)"),
        color_expr: Some(GREEN),
        icon: Some("mdi:cube-outline"),
        about: "How many pods run.",
        needs: "kube-state-metrics (`kube_pod_status_phase`)",
        ..BARE
    },
    Preset {
        name: "cpu",
        id: "cluster_cpu_usage",
        title: "CPU",
        query: r#"round(100 * (
  avg(instance:node_cpu_utilisation:rate5m{pod!=""})
  or 1 - avg(sum by (instance, cpu) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal", pod!=""}[5m])))
  or 1 - avg(sum by (instance, cpu) (rate(node_cpu_seconds_total{mode=~"idle|iowait|steal"}[5m])))
), 0.1)"#,
        value_expr: Some(PERCENT),
        color_expr: Some(LOAD),
        icon: Some("mdi:cpu-64-bit"),
        about: "How much of the processors the nodes have used in the last five minutes.",
        needs: "node exporter (`instance:node_cpu_utilisation:rate5m`, a recording rule, \
                or `node_cpu_seconds_total`)",
        ..BARE
    },
    Preset {
        name: "memory",
        id: "cluster_memory_usage",
        title: "Memory",
        query: r#"round(100 * (1 - (
  sum(node_memory_MemAvailable_bytes{pod!=""}) / sum(node_memory_MemTotal_bytes{pod!=""})
  or sum(node_memory_MemAvailable_bytes) / sum(node_memory_MemTotal_bytes)
)), 0.1)"#,
        value_expr: Some(PERCENT),
        color_expr: Some(LOAD),
        icon: Some("mdi:memory"),
        about: "How much of the nodes' memory is in use.",
        needs: "node exporter (`node_memory_MemAvailable_bytes`, `node_memory_MemTotal_bytes`)",
        ..BARE
    },
    Preset {
        name: "uptime",
        id: "cluster_uptime_days",
        title: "Uptime",
        query: r#"round(
  avg(time() - node_boot_time_seconds{pod!=""})
  or avg(time() - node_boot_time_seconds)
)"#,
        value_expr: Some("humanizeDurationDays(result)"),
        color_expr: Some(
            r#"colorScale(result, [15552000.0, 31104000.0], ["green", "orange", "red"])"#,
        ),
        icon: Some("mdi:clock-outline"),
        about: "Days since the nodes were started, on average; after 180 a restart is due.",
        needs: "node exporter (`node_boot_time_seconds`)",
        ..BARE
    },
    Preset {
        name: "age",
        id: "cluster_age_days",
        title: "Age",
        query: r#"round(time() - min(
  kube_namespace_created{namespace="kube-system"} or kube_node_created
))"#,
        value_expr: Some("humanizeDurationDays(result)"),
        color_expr: Some(GREEN),
        icon: Some("mdi:calendar"),
        about: "Days since the cluster was made, also when every node has been replaced since.",
        needs: "kube-state-metrics (`kube_namespace_created` or `kube_node_created`)",
        ..BARE
    },
    Preset {
        name: "alerts",
        id: "cluster_alert_count",
        title: "Alerts",
        query: r#"ALERTS{alertstate="firing", alertname!~"Watchdog|InfoInhibitor"}"#,
        icon: Some("mdi:bell-outline"),
        kind: PresetKind::Alerts,
        about: "How many alerts fire, in the colour of the worst; the two that always may are left out.",
        needs: "alerting rules in Prometheus itself (`ALERTS`)",
        ..BARE
    },
    Preset {
        name: "power",
        id: "cluster_power_usage",
        title: "Power",
        query: r"round(
  sum(max by (instance) (upsAdvOutputActivePower))
  or sum(max by (instance, ups) (network_ups_tools_ups_realpower))
  or sum(max by (instance, ups) (network_ups_tools_ups_load / 100 * network_ups_tools_ups_realpower_nominal))
  or sum(10 * max by (instance, rPDU2DeviceStatusIndex) (rPDU2DeviceStatusPower >= 0))
)",
        value_expr: Some(r#"humanizeCommas(result) + "w""#),
        color_expr: Some(r#"colorScale(result, [400.0, 750.0], ["green", "orange", "red"])"#),
        icon: Some("mdi:lightning-bolt"),
        about: "Watts that all UPSs give, or all PDUs where no UPS is known.",
        needs: "snmp_exporter's module `apcups` (`upsAdvOutputActivePower` or \
                `rPDU2DeviceStatusPower`) or nut_exporter (`network_ups_tools_ups_realpower` or \
                `network_ups_tools_ups_load` with `network_ups_tools_ups_realpower_nominal`)",
        ..BARE
    },
    Preset {
        name: "ceph",
        id: "ceph_health",
        title: "Ceph",
        query: "max(ceph_health_status)",
        value_expr: Some(
            r#"result == 0.0 ? "healthy" : result == 1.0 ? "warning" : result == 2.0 ? "error" : "unknown""#,
        ),
        color_expr: Some(
            r#"result == 0.0 ? "green" : result == 1.0 ? "orange" : result == 2.0 ? "red" : "grey""#,
        ),
        icon: Some("si:ceph"),
        about: "Ceph's own judgement of its health.",
        needs: "Ceph's manager module `prometheus` (`ceph_health_status`)",
        ..BARE
    },
    Preset {
        name: "gpu-utilization",
        id: "gpu_utilization",
        title: "GPU",
        query: "round(avg(max by (UUID) (DCGM_FI_DEV_GPU_UTIL)), 0.1)",
        value_expr: Some(PERCENT),
        color_expr: Some(LOAD),
        icon: Some("si:nvidia"),
        about: "How much of the time NVIDIA GPUs have worked lately, on average over all.",
        needs: "NVIDIA's DCGM exporter (`DCGM_FI_DEV_GPU_UTIL`)",
        ..BARE
    },
    Preset {
        name: "gpu-memory",
        id: "gpu_memory",
        title: "GPU memory",
        query: r"round(100 * sum(max by (UUID, GPU_I_ID) (DCGM_FI_DEV_FB_USED)) / (
  sum(max by (UUID, GPU_I_ID) (DCGM_FI_DEV_FB_USED)) + sum(max by (UUID, GPU_I_ID) (DCGM_FI_DEV_FB_FREE))
), 0.1)",
        value_expr: Some(PERCENT),
        color_expr: Some(LOAD),
        icon: Some("si:nvidia"),
        about: "How much of the memory of all NVIDIA GPUs is in use.",
        needs: "NVIDIA's DCGM exporter (`DCGM_FI_DEV_FB_USED`, `DCGM_FI_DEV_FB_FREE`)",
        ..BARE
    },
    Preset {
        name: "certificates",
        id: "certificate_days",
        title: "Certificates",
        query: "round(min(certmanager_certificate_expiration_timestamp_seconds > 0) - time())",
        value_expr: Some(r#"result <= 0.0 ? "expired" : humanizeDurationDays(result)"#),
        color_expr: Some(
            r#"colorScale(result, [604800.0, 1209600.0], ["red", "orange", "green"])"#,
        ),
        icon: Some("mdi:certificate-outline"),
        about: "Days until the next certificate expires, red in its last week.",
        needs: "cert-manager (`certmanager_certificate_expiration_timestamp_seconds`)",
        ..BARE
    },
];

/// What a preset has that says nothing else.
const BARE: Preset = Preset {
    name: "",
    id: "",
    title: "",
    query: "",
    value_expr: None,
    color_expr: None,
    icon: None,
    kind: PresetKind::Instant,
    about: "",
    needs: "",
};

const VERSION: &str = r#"labels["version"]"#;
const PERCENT: &str = r#"string(result) + "%""#;
const GREEN: &str = r#""green""#;
const LOAD: &str = r#"colorScale(result, [35.0, 75.0], ["green", "orange", "red"])"#;

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::badge::expr::Program;
    use crate::badge::{color, icon};

    /// Message and colour of a preset for one sample.
    fn check(name: &str, result: f64, labels: &[(&str, &str)], expected: (&str, Option<&str>)) {
        let preset = find(name).expect(name);
        let pairs = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let labels: BTreeMap<_, _> = pairs.collect();
        let run = |source: &str| {
            let program =
                Program::compile(source).unwrap_or_else(|error| panic!("{name}: {error}"));
            program.eval(result, &labels).unwrap_or_else(|error| panic!("{name}: {error}"))
        };
        let value = preset.value_expr.map_or_else(|| result.to_string(), run);
        assert_eq!((value.as_str(), preset.color_expr.map(run).as_deref()), expected, "{name}");
    }

    #[test]
    fn the_table_is_whole() {
        let names: Vec<_> = ALL.iter().map(|preset| preset.name).collect();
        let expected = "talos kubernetes flux nodes pods cpu memory uptime age alerts power ceph \
                        gpu-utilization gpu-memory certificates";
        assert_eq!(names, expected.split_whitespace().collect::<Vec<_>>());
        let ids: BTreeSet<_> = ALL.iter().map(|preset| preset.id).collect();
        assert_eq!(ids.len(), ALL.len(), "an id is there twice");
        for preset in ALL {
            assert_eq!(find(preset.name), Some(preset));
            assert!(!preset.title.is_empty() && !preset.query.is_empty(), "{}", preset.name);
            assert!(preset.about.ends_with('.') && !preset.needs.is_empty(), "{}", preset.name);
            assert!(preset.icon.is_some_and(icon::exists), "{}: {:?}", preset.name, preset.icon);
            let id = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            assert!(preset.id.bytes().all(id), "{}", preset.id);
        }
        assert_eq!(find("nope"), None);
    }

    #[test]
    fn every_expression_compiles() {
        for preset in ALL {
            for source in [preset.value_expr, preset.color_expr].into_iter().flatten() {
                if let Err(error) = Program::compile(source) {
                    panic!("{}: {error}", preset.name);
                }
            }
            let makes_message = preset.value_expr.is_some();
            assert_eq!(makes_message, preset.kind == PresetKind::Instant, "{}", preset.name);
        }
    }

    #[test]
    fn parentheses_and_quotes_are_closed() {
        for preset in ALL {
            let count = |what: char| preset.query.matches(what).count();
            // The pattern of Talos's image has one pair, which is escaped and does not change this.
            assert_eq!(count('('), count(')'), "{}", preset.name);
            assert_eq!(count('{'), count('}'), "{}", preset.name);
            assert_eq!(count('"') % 2, 0, "{}", preset.name);
        }
    }

    #[test]
    fn messages_read_well() {
        check("talos", 3.0, &[("version", "1.11.3")], ("1.11.3", None));
        check("nodes", 3.0, &[("ready", "3")], ("3", Some("green")));
        check("nodes", 3.0, &[("ready", "2")], ("2/3", Some("orange")));
        check("nodes", 3.0, &[("ready", "0")], ("0/3", Some("red")));
        check("pods", 1234.0, &[], ("1,234", Some("green")));
        check("cpu", 12.5, &[], ("12.5%", Some("green")));
        check("memory", 75.0, &[], ("75%", Some("red")));
        check("uptime", 15_552_000.0, &[], ("180d", Some("orange")));
        check("age", 86_399.0, &[], ("0d", Some("green")));
        check("power", 1234.0, &[], ("1,234w", Some("red")));
        check("ceph", 0.0, &[], ("healthy", Some("green")));
        check("ceph", 1.0, &[], ("warning", Some("orange")));
        check("ceph", 2.0, &[], ("error", Some("red")));
        check("ceph", f64::NAN, &[], ("unknown", Some("grey")));
        check("certificates", 604_799.0, &[], ("6d", Some("red")));
        check("certificates", 5_184_000.0, &[], ("60d", Some("green")));
        check("certificates", 0.0, &[], ("expired", Some("red")));
        check("alerts", 2.0, &[], ("2", None));
    }

    #[test]
    fn colours_are_known() {
        for preset in ALL {
            let words = preset.color_expr.unwrap_or_default().split('"').skip(1).step_by(2);
            for word in words.filter(|word| !["ready", "0"].contains(word)) {
                assert!(color::parse(word).is_some(), "{}: {word}", preset.name);
            }
        }
    }
}
