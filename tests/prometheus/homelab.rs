//! What the exporters of three invented clusters say.
//!
//! In: the time. Out: [`Recording`]s: a cluster with everything, one that is bare, and one that is in
//! trouble. Names and numbers are made up; addresses are those for documentation.

use super::recorded::Recording;

const NODES: [(&str, &str); 3] =
    [("alder", "192.0.2.11:9100"), ("birch", "192.0.2.12:9100"), ("cedar", "192.0.2.13:9100")];

/// Two replicas of kube-state-metrics, which say the same.
const REPLICAS: [&str; 2] = ["192.0.2.21:8080", "192.0.2.22:8080"];

const GIB: f64 = 1_073_741_824.0;

/// With recording rules, replicas, every exporter, and a machine outside of the cluster.
pub(super) fn whole() -> Recording {
    let mut it = Recording::new();
    exporters(&mut it);
    versions(&mut it);
    kube_state(&mut it);
    alerts(&mut it);
    gpus(&mut it);
    it.flat("upsAdvOutputActivePower{instance=\"198.51.100.8\"}", 230.0);
    it.flat("upsAdvOutputActivePower{instance=\"198.51.100.9\"}", 195.6);
    it.flat("rPDU2DeviceStatusPower{instance=\"198.51.100.7\"}", 99.0);
    it.flat("ceph_health_status{instance=\"192.0.2.31:9283\"}", 1.0);
    let expiry = "certmanager_certificate_expiration_timestamp_seconds";
    for (name, days) in [("grafana", -60.5), ("wildcard", -10.5)] {
        let time = it.days_ago(days);
        it.flat(&format!("{expiry}{{name=\"{name}\"}}"), time);
    }
    it.flat(&format!("{expiry}{{name=\"not-issued-yet\"}}"), 0.0);
    it
}

fn exporters(it: &mut Recording) {
    let boot = it.days_ago(200.5);
    for ((node, instance), usage) in NODES.iter().zip([0.2, 0.3, 0.4]) {
        let labels = format!("{{instance=\"{instance}\",pod=\"node-exporter-{node}\"}}");
        it.flat(&format!("instance:node_cpu_utilisation:rate5m{labels}"), usage);
        it.flat(&format!("node_memory_MemTotal_bytes{labels}"), 64.0 * GIB);
        it.flat(&format!("node_memory_MemAvailable_bytes{labels}"), 24.0 * GIB);
        it.flat(&format!("node_boot_time_seconds{labels}"), boot);
    }
    // A storage server that the cluster's Prometheus scrapes as well.
    let labels = "{instance=\"198.51.100.5:9100\"}";
    it.flat(&format!("instance:node_cpu_utilisation:rate5m{labels}"), 0.9);
    it.flat(&format!("node_memory_MemTotal_bytes{labels}"), 512.0 * GIB);
    it.flat(&format!("node_memory_MemAvailable_bytes{labels}"), 1.0 * GIB);
    let boot = it.days_ago(900.0);
    it.flat(&format!("node_boot_time_seconds{labels}"), boot);
}

/// In the middle of an update.
fn versions(it: &mut Recording) {
    for ((_, instance), version) in NODES.iter().zip(["v1.11.2", "v1.11.3", "v1.11.3"]) {
        let labels = format!("instance=\"{instance}\",name=\"Talos\",version_id=\"{version}\"");
        it.flat(&format!("node_os_info{{{labels}}}"), 1.0);
    }
    it.flat("node_os_info{instance=\"198.51.100.5:9100\",name=\"Debian\",version_id=\"13\"}", 1.0);
    let build = "kubernetes_build_info";
    it.flat(&format!("{build}{{service=\"kubernetes\",git_version=\"v1.34.1\"}}"), 1.0);
    for (_, instance) in NODES {
        let labels = format!("instance=\"{instance}\",service=\"kubelet\",git_version=\"v1.34.0\"");
        it.flat(&format!("{build}{{{labels}}}"), 1.0);
    }
    let digest = "5f1c".repeat(16);
    it.flat(&format!("flux_instance_info{{revision=\"v2.7.3@sha256:{digest}\"}}"), 1.0);
}

fn kube_state(it: &mut Recording) {
    for replica in REPLICAS {
        nodes(it, replica, &[true, true, false]);
        for number in 0..15 {
            let labels = format!("instance=\"{replica}\",namespace=\"media\",pod=\"app-{number}\"");
            let runs = f64::from(number < 12);
            it.flat(&format!("kube_pod_status_phase{{{labels},phase=\"Running\"}}"), runs);
            it.flat(&format!("kube_pod_status_phase{{{labels},phase=\"Pending\"}}"), 1.0 - runs);
        }
        let created = it.days_ago(400.5);
        let labels = format!("instance=\"{replica}\",namespace=\"kube-system\"");
        it.flat(&format!("kube_namespace_created{{{labels}}}"), created);
        let created = it.days_ago(30.5);
        it.flat(&format!("kube_node_created{{instance=\"{replica}\",node=\"alder\"}}"), created);
    }
}

fn nodes(it: &mut Recording, replica: &str, are_ready: &[bool]) {
    for ((node, _), is_ready) in NODES.iter().zip(are_ready) {
        for (status, value) in [("true", *is_ready), ("false", !is_ready), ("unknown", false)] {
            let labels = format!("instance=\"{replica}\",node=\"{node}\",condition=\"Ready\"");
            let series = format!("kube_node_status_condition{{{labels},status=\"{status}\"}}");
            it.flat(&series, f64::from(value));
        }
    }
}

fn alerts(it: &mut Recording) {
    let rows = [
        ("Watchdog", "none", "firing"),
        ("InfoInhibitor", "none", "firing"),
        ("KubePodCrashLooping", "warning", "firing"),
        ("CephHealthError", "critical", "firing"),
        ("NodeClockSkew", "warning", "pending"),
    ];
    for (name, severity, state) in rows {
        let labels = format!("alertname=\"{name}\",severity=\"{severity}\",alertstate=\"{state}\"");
        it.flat(&format!("ALERTS{{{labels}}}"), 1.0);
    }
}

/// Two cards, one of which two pods share.
fn gpus(it: &mut Recording) {
    let rows = [
        ("GPU-1", "chat", 40.0, 6000.0, 18_000.0),
        ("GPU-1", "paint", 40.0, 6000.0, 18_000.0),
        ("GPU-2", "", 80.0, 12_000.0, 12_000.0),
    ];
    for (card, pod, load, used, free) in rows {
        let labels = format!("{{UUID=\"{card}\",exported_pod=\"{pod}\"}}");
        it.flat(&format!("DCGM_FI_DEV_GPU_UTIL{labels}"), load);
        it.flat(&format!("DCGM_FI_DEV_FB_USED{labels}"), used);
        it.flat(&format!("DCGM_FI_DEV_FB_FREE{labels}"), free);
    }
}

/// Without recording rules, labels for pods, alerts, and what not everybody has.
pub(super) fn bare() -> Recording {
    let mut it = Recording::new();
    let boot = it.days_ago(2.5);
    let created = it.days_ago(45.5);
    for (node, instance) in NODES {
        let about = "os_image=\"Talos (v1.11.2)\",kubelet_version=\"v1.33.5\"";
        it.flat(&format!("kube_node_info{{node=\"{node}\",{about}}}"), 1.0);
        it.flat(&format!("kube_node_created{{node=\"{node}\"}}"), created);
        for cpu in 0..2 {
            for (mode, share) in [("idle", 0.70), ("iowait", 0.05), ("user", 0.25)] {
                let labels = format!("instance=\"{instance}\",cpu=\"{cpu}\",mode=\"{mode}\"");
                it.rising(&format!("node_cpu_seconds_total{{{labels}}}"), share);
            }
        }
        it.flat(&format!("node_memory_MemTotal_bytes{{instance=\"{instance}\"}}"), 16.0 * GIB);
        it.flat(&format!("node_memory_MemAvailable_bytes{{instance=\"{instance}\"}}"), 12.0 * GIB);
        it.flat(&format!("node_boot_time_seconds{{instance=\"{instance}\"}}"), boot);
    }
    nodes(&mut it, REPLICAS[0], &[true; 3]);
    it.flat("ALERTS{alertname=\"Watchdog\",severity=\"none\",alertstate=\"firing\"}", 1.0);
    it.flat("network_ups_tools_ups_load{ups=\"rack\"}", 50.0);
    it.flat("network_ups_tools_ups_realpower_nominal{ups=\"rack\"}", 600.0);
    it
}

/// Everything is at its worst, or has a form of its own.
pub(super) fn troubled() -> Recording {
    let mut it = Recording::new();
    nodes(&mut it, REPLICAS[0], &[false; 3]);
    it.flat("kubernetes_build_info{job=\"k3s\",git_version=\"v1.33.4+k3s1\"}", 1.0);
    it.flat("flux_instance_info{revision=\"v2.6.0\"}", 1.0);
    it.flat("ceph_health_status", 2.0);
    // Hundredths of kilowatts; the second one cannot tell.
    it.flat("rPDU2DeviceStatusPower{instance=\"198.51.100.7\",rPDU2DeviceStatusIndex=\"1\"}", 78.0);
    it.flat("rPDU2DeviceStatusPower{instance=\"198.51.100.7\",rPDU2DeviceStatusIndex=\"2\"}", -1.0);
    let expired = it.days_ago(1.0);
    it.flat("certmanager_certificate_expiration_timestamp_seconds{name=\"wildcard\"}", expired);
    it.flat("instance:node_cpu_utilisation:rate5m{pod=\"node-exporter\"}", 0.999);
    it.flat("DCGM_FI_DEV_GPU_UTIL{UUID=\"GPU-1\"}", 0.0);
    it
}
