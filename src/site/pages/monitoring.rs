//! The monitoring page: what is read, what alarms, what is drawn, and where alerts go.
//!
//! In: monitors, rules, dashboards and receivers. Out: tables. Receivers are named, never addressed.

use crate::inventory::Cluster;

use super::lists::{self, Lists};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.monitors.len(), "monitor", "monitors"),
        (alerts(cluster), "alert", "alerts"),
        (cluster.dashboards.len(), "dashboard", "dashboards"),
    ]);
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    let sections = vec![
        section("alerts", "Alerts", "", tables::alerts(scope)),
        section(
            "receivers",
            "Where alerts go",
            "Names only; addresses and tokens are not read.",
            tables::receivers(scope),
        ),
        section("monitors", "Monitors", "", tables::monitors(scope)),
        section("rules", "Sets of rules", "", tables::rules(scope)),
        section("dashboards", "Dashboards", "", tables::dashboards(scope)),
    ];
    let notes = vec![
        "Monitors, alerts and dashboards that a chart brings along are made by the chart and are \
         not visible here."
            .to_owned(),
    ];
    let (title, lead) = ("Monitoring", sentence(cluster));
    Lists { title, lead, notes, figures, sections }.made()
}

fn alerts(cluster: &Cluster) -> usize {
    cluster.rules.iter().map(|rules| rules.alerts.len()).sum()
}

/// How much is watched, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let counts = [
        (cluster.monitors.len(), "monitor", "monitors"),
        (alerts(cluster), "alert", "alerts"),
        (cluster.dashboards.len(), "dashboard", "dashboards"),
    ];
    let all: usize = counts.iter().map(|(count, ..)| count).sum();
    if all == 0 {
        return "No monitor, alert, dashboard or receiver is declared in this repository."
            .to_owned();
    }
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, many)| words::count(*count, one, many))
        .collect();
    let verb = words::pick(all, "is", "are");
    let critical = cluster.rules.iter().flat_map(|rules| &rules.alerts);
    let critical = critical.filter(|alert| tables::rank(&alert.severity) <= 1).count();
    let severe = match critical {
        0 => String::new(),
        count if count == alerts(cluster) => " All alerts are critical.".to_owned(),
        count => format!(
            " {} {} critical.",
            words::sentence(&words::count(count, "alert", "alerts")),
            words::pick(count, "is", "are")
        ),
    };
    format!("{} {verb} declared.{severe}", words::sentence(&words::list(&parts)))
}
