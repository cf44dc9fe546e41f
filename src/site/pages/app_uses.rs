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
        section("mounts", "Volumes of its pods", "no mount", tables::mounts(scope), ""),
        section("backups", "Backups", "no backup", tables::backups(scope), ""),
        section("gpu", "Graphics cards", "no GPU request", tables::gpu_requests(scope), ""),
        section("devices", "Device claims", "no device claim", tables::device_users(scope), ""),
        section("schedules", "Schedules", "no schedule", tables::schedules(scope), ""),
        section("monitors", "Monitors", "no monitor", tables::monitors(scope), ""),
        section("alerts", "Alerts", "no alert", tables::alerts(scope), "rules"),
        section("dashboards", "Dashboards", "no dashboard", tables::dashboards(scope), ""),
    ]
}
