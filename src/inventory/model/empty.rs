//! A cluster of which nothing is known: [`Cluster::empty`].
//!
//! In: a name. Out: empty lists, which tests fill. Programs get theirs from `collect`.

use std::collections::BTreeMap;

use super::super::fact::Fact;
use super::{Cluster, Platform};

impl Cluster {
    /// A cluster of which nothing is known, for tests to fill.
    pub fn empty(name: Fact<String>) -> Self {
        let unknown = || Fact::unknown("nothing was read");
        let platform = Platform {
            distribution: unknown(),
            talos_version: unknown(),
            kubernetes_version: unknown(),
            endpoint: unknown(),
            vip: unknown(),
            pod_cidrs: vec![],
            service_cidrs: vec![],
        };
        Self {
            name,
            platform,
            counts: BTreeMap::new(),
            rendered_counts: BTreeMap::new(),
            sync_roots: vec![],
            hosts: vec![],
            vms: vec![],
            nodes: vec![],
            gpus: vec![],
            networks: vec![],
            attachments: vec![],
            pools: vec![],
            gateways: vec![],
            routes: vec![],
            tunnels: vec![],
            namespaces: vec![],
            apps: vec![],
            kustomizations: vec![],
            storage_classes: vec![],
            claims: vec![],
            kinds: vec![],
            blind_spots: vec![],
            volume_templates: vec![],
            volumes: vec![],
            mounts: vec![],
            shares: vec![],
            ceph: vec![],
            backups: vec![],
            restores: vec![],
            backup_repositories: vec![],
            snapshot_classes: vec![],
            databases: vec![],
            monitors: vec![],
            rules: vec![],
            dashboards: vec![],
            alert_routing: vec![],
            gpu_requests: vec![],
            gpu_sharing: vec![],
            device_claims: vec![],
            device_classes: vec![],
            device_users: vec![],
            runtime_classes: vec![],
            schematics: vec![],
            schedules: vec![],
            exposures: vec![],
            dns_publishers: vec![],
            dns_records: vec![],
            tunnel_rules: vec![],
            auth_policies: vec![],
            exposed_services: vec![],
            policies: vec![],
            isolation: vec![],
            attachment_uses: vec![],
            attachment_chains: vec![],
            announcements: vec![],
            bgp_peers: vec![],
            cni_settings: vec![],
            external_secrets: vec![],
            secret_stores: vec![],
            push_secrets: vec![],
            sealed_files: vec![],
            secret_objects: vec![],
            tracing_policies: vec![],
            admission_policies: vec![],
            pod_privileges: vec![],
            pod_security: vec![],
            versions: vec![],
            artifacts: vec![],
            renovate_comments: vec![],
            renovate_configs: vec![],
            others: vec![],
            rendered: vec![],
        }
    }
}
