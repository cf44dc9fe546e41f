//! The configuration that is measured: fourteen badges as a homelab's README has them, and a graph.

use std::fmt::Write as _;

use super::upstream::Upstream;

/// Id, icon, query and what is added to the value.
const BADGES: [(&str, &str, &str, &str); 14] = [
    ("cpu", "", "instance:cpu:rate5m * 100", "%"),
    ("memory", "mdi:memory", "instance:memory:ratio * 100", "%"),
    ("talos", "si:talos", "node_os_info{name=\"Talos\"}", ""),
    ("kubernetes", "si:kubernetes", "kubernetes_build_info{job=\"apiserver\"}", ""),
    ("flux", "si:flux", "flux_instance_info", ""),
    ("nodes", "mdi:server-outline", "count(kube_node_info)", ""),
    ("pods", "mdi:cube-outline", "sum(kube_pod_status_phase{phase=\"Running\"})", ""),
    ("age", "mdi:calendar", "(time() - min(kube_namespace_created)) / 86400", "d"),
    ("uptime", "mdi:clock-outline", "avg(time() - node_boot_time_seconds) / 86400", "d"),
    ("power", "mdi:flash", "sum(ups_power_watts)", "W"),
    ("alerts", "mdi:bell-outline", "count(ALERTS{alertstate=\"firing\"})", ""),
    ("ceph", "si:ceph", "ceph_health_status", ""),
    ("gpu", "mdi:expansion-card", "avg(gpu_busy_ratio) * 100", "%"),
    ("certificates", "mdi:certificate", "min(certificate_expires_days)", "d"),
];

pub(super) fn ids() -> impl Iterator<Item = &'static str> {
    BADGES.iter().map(|(id, ..)| *id)
}

/// Values serve for so many seconds.
pub(super) fn usual(upstream: &Upstream, max_age: u32) -> String {
    let mut out = format!("prometheus: {}\ncache: {{maxAge: {max_age}}}\nbadges:\n", upstream.url);
    for (id, icon, query, unit) in BADGES {
        _ = writeln!(out, "  - id: {id}\n    query: '{query}'");
        _ = writeln!(out, "    valueExpr: string(result)+\"{unit}\"");
        _ = writeln!(out, "    colorExpr: 'result <= 75.0 ? \"green\" : \"red\"'");
        if !icon.is_empty() {
            _ = writeln!(out, "    icon: {icon}");
        }
    }
    out + "graphs:\n  - {id: cpu, query: 'instance:cpu:rate5m', maxDuration: 24h}\n"
}

/// So many badges named by numbers, with a query each or one for all.
pub(super) fn many(upstream: &Upstream, n_badges: usize, is_shared: bool) -> String {
    let mut out = format!("prometheus: {}\nbadges:\n", upstream.url);
    for idx in 0..n_badges {
        let query = if is_shared { "one".to_owned() } else { format!("query_{idx}") };
        _ = writeln!(out, "  - {{id: b{idx}, title: Badge {idx}, query: {query}}}");
    }
    out
}
