//! What an app uses and what looks after it, as tables for its page.
//!
//! In: an app and the cluster's mounts, backups, requests, schedules and monitors. Out: sections,
//! the empty ones too, whose words say in short what there is none of.

use crate::inventory::{App, Cluster, Coverage, Direction, IsolationSide};

use super::TableSection;
use crate::site::tables::{self, Scope};
use crate::site::view::Table;

/// How it is reached and whom it may talk to.
pub(super) fn access(scope: Scope<'_>, app: &App) -> Vec<TableSection> {
    let scope = Scope { app: Some(&app.id), ..scope };
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
    ]
}

/// What it uses and what looks after it.
pub(super) fn uses(scope: Scope<'_>, app: &App) -> Vec<TableSection> {
    let scope = Scope { app: Some(&app.id), ..scope };
    vec![
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

/// A table without what the page says of itself; `none` says in short that it is empty.
fn section(id: &str, title: &str, none: &str, table: Table, without: &str) -> TableSection {
    let mut table = table.without(&["app", "user", without]);
    none.clone_into(&mut table.empty);
    TableSection::new(id, title, "", table)
}

/// Who may reach its pods and whom they may reach, as far as policies say; nothing where its
/// namespace is not declared.
pub(super) fn talk(
    cluster: &Cluster,
    app: &App,
) -> impl Iterator<Item = (&'static str, String)> + use<> {
    let own = cluster.isolation.iter().find(|entry| entry.namespace == app.namespace);
    let lines = own.map(|own| {
        let into = direction(cluster, app, Direction::Ingress, &own.ingress);
        let out = direction(cluster, app, Direction::Egress, &own.egress);
        [("May be reached", into), ("May reach out", out)]
    });
    lines.into_iter().flatten()
}

fn direction(cluster: &Cluster, app: &App, direction: Direction, side: &IsolationSide) -> String {
    let mut parts = cluster.policies.iter().flat_map(|policy| &policy.parts);
    let selected =
        parts.any(|part| part.isolates.contains(&direction) && part.apps.contains(&app.id));
    let (who, what) = match direction {
        Direction::Ingress => ("by everyone in the cluster", "by whom policies name"),
        Direction::Egress => ("everyone", "whom policies name"),
    };
    match side.coverage {
        Coverage::None => format!("{who}: no policy closes this way"),
        Coverage::All => format!("only {what}"),
        Coverage::Some if selected => format!("only {what}"),
        Coverage::Some => {
            "policies close this way for some pods of the namespace; none of them is \
                           known to select these"
                .to_owned()
        }
    }
}
