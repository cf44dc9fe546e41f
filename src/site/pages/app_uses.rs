//! What an app uses and what looks after it, as tables for its page.
//!
//! In: an app and the cluster's mounts, backups, requests, schedules and monitors. Out: sections,
//! the empty ones too, whose words say in short what there is none of.

use crate::inventory::App;

use super::TableSection;
use crate::site::tables::{self, Scope};
use crate::site::view::Table;

/// The sections in order.
pub(super) fn sections(scope: Scope<'_>, app: &App) -> Vec<TableSection> {
    let scope = Scope { app: Some(&app.id), ..scope };
    let section = |id, title, none: &str, table: Table, without: &str| {
        let mut table = table.without(&["app", "user", without]);
        none.clone_into(&mut table.empty);
        TableSection::new(id, title, "", table)
    };
    vec![
        section("reach", "Who can reach it", "no host name", tables::exposures(scope), "apps"),
        section("services", "Addresses", "no own address", tables::exposed_services(scope), ""),
        section(
            "tunnel",
            "Rules of its tunnel",
            "no tunnel",
            tables::tunnel_rules(scope),
            "tunnel",
        ),
        section("policies", "Network policies", "no policy", tables::policies(scope), "apps"),
        section(
            "second-interfaces",
            "Second interfaces",
            "no second interface",
            tables::attachment_uses(scope),
            "",
        ),
        section("mounts", "Volumes of its pods", "no mount", tables::mounts(scope), ""),
        section("backups", "Backups", "no backup", tables::backups(scope), ""),
        section("gpu", "Graphics cards", "no GPU request", tables::gpu_requests(scope), ""),
        section("devices", "Device claims", "no device claim", tables::device_users(scope), ""),
        section("schedules", "Schedules", "no schedule", tables::schedules(scope), ""),
        section("monitors", "Monitors", "no monitor", tables::monitors(scope), ""),
        section("alerts", "Alerts", "no alert", tables::alerts(scope), "rules"),
        section(
            "external-secrets",
            "Where its Secrets come from",
            "no external secret",
            tables::external_secrets(scope),
            "",
        ),
        section(
            "secret-manifests",
            "Secrets in the repository",
            "no Secret manifest",
            tables::secrets(scope),
            "",
        ),
        section(
            "privileges",
            "Allowed beyond the usual",
            "no privilege",
            tables::pod_privileges(scope),
            "owner",
        ),
        section("dashboards", "Dashboards", "no dashboard", tables::dashboards(scope), ""),
    ]
}
