//! Tables of what watches the cluster: monitors, rules, alerts, dashboards and receivers.
//!
//! In: the cluster's monitoring. Out: tables with one row for each. Receivers are named, never
//! addressed.

use crate::inventory::{Alert, Fact, Monitor, RuleSet};

use super::Scope;
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, Mark, Table};

/// What metrics are collected from.
pub(crate) fn monitors(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("monitor", "Monitor"),
        Column::text("app", "App"),
        Column::text("endpoints", "Reads"),
        Column::text("targets", "Targets"),
        Column::text("selector", "Selects by"),
        Column::text("source", "Source"),
    ];
    let mut table =
        Table::new("Monitors", "No monitor of Prometheus or its like is declared.", columns);
    for monitor in scope.cluster.monitors.iter().filter(|it| scope.lists(&it.id, it.app.as_ref())) {
        table.row(monitor_row(scope, monitor));
    }
    table.without_empty_columns(&["app", "targets", "selector", "endpoints"])
}

/// One row of [`monitors`].
fn monitor_row(scope: Scope<'_>, monitor: &Monitor) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::noted(&monitor.id, None, &kind(&monitor.kind, monitor.from_values)),
        scope.app_cell(monitor.app.as_ref(), "—"),
        Cell::codes(endpoints(links, monitor), "—"),
        Cell::codes(links.facts(&monitor.targets), "—"),
        Cell::codes(links.facts(&monitor.selector), "—"),
        scope.source(&monitor.source),
    ]
}

fn kind(kind: &str, from_values: bool) -> String {
    if from_values { format!("{kind}, from chart values") } else { kind.to_owned() }
}

/// `http /metrics every 30s`, as far as it is known.
fn endpoints(links: Links<'_>, monitor: &Monitor) -> Vec<FactView> {
    let each = monitor.endpoints.iter().map(|endpoint| {
        let parts = [&endpoint.port, &endpoint.path, &endpoint.interval].map(|it| links.fact(it));
        let [port, path, interval] = &parts;
        let mut words: Vec<&str> = [port, path].map(|view| view.text.as_str()).to_vec();
        let every = format!("every {}", interval.text);
        words.push(if interval.text.is_empty() { "" } else { &every });
        words.retain(|word| !word.is_empty());
        let text = if words.is_empty() { "not declared".to_owned() } else { words.join(" ") };
        let worst = parts.iter().find(|view| matches!(view.state, "templated" | "encrypted"));
        FactView { state: worst.map_or("known", |view| view.state), ..super::fact_of(&text) }
    });
    each.collect()
}

/// Sets of rules.
pub(crate) fn rules(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("rules", "Rules"),
        Column::text("app", "App"),
        Column::number("alerts", "Alerts"),
        Column::text("records", "Recorded series"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Sets of rules", "No set of alert rules is declared.", columns);
    for rules in scope.cluster.rules.iter().filter(|it| scope.lists(&it.id, it.app.as_ref())) {
        table.row(vec![
            Cell::noted(&rules.id, None, &kind(&rules.kind, rules.from_values)),
            scope.app_cell(rules.app.as_ref(), "—"),
            Cell::number(rules.alerts.len()),
            Cell::codes(scope.links.facts(&rules.records), "none"),
            scope.source(&rules.source),
        ]);
    }
    table.without_empty_columns(&["app"])
}

/// Alerts, the most severe first.
pub(crate) fn alerts(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("alert", "Alert"),
        Column::text("severity", "Severity"),
        Column::text("expr", "Fires when"),
        Column::text("wait", "For"),
        Column::text("summary", "Says"),
        Column::text("rules", "Rules"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Alerts", "No alert is declared.", columns);
    table.name = "alerts";
    let sets = scope.cluster.rules.iter().filter(|it| scope.lists(&it.id, it.app.as_ref()));
    let mut all: Vec<(&RuleSet, &Alert)> =
        sets.flat_map(|set| set.alerts.iter().map(move |alert| (set, alert))).collect();
    // Stable, so that alerts of one severity stay in the order of their files.
    all.sort_by_key(|(_, alert)| rank(&alert.severity));
    for (set, alert) in all {
        table.row(alert_row(scope, set, alert));
    }
    table.without_empty_columns(&["summary", "wait"])
}

fn alert_row(scope: Scope<'_>, set: &RuleSet, alert: &Alert) -> Vec<Cell> {
    let links = scope.links;
    // Its braces are filled by Prometheus, so what is written is the whole of it.
    let mut summary = links.fact(&alert.summary);
    if summary.state == "templated" {
        summary.state = "known";
    }
    let severity = match alert.severity.get() {
        Some(text) => Cell::mark(Mark::new(text, tone(text), "")),
        None => Cell::fact(links.fact(&alert.severity)),
    };
    vec![
        Cell::noted(alert.name.shown(), None, &alert.group),
        severity,
        Cell::code(links.fact(&alert.expr)),
        Cell::fact(links.fact(&alert.wait)),
        Cell::fact(summary),
        Cell::text(&set.id),
        scope.source(&alert.source),
    ]
}

/// Places of severities that are usual, and the rest after them.
pub(crate) fn rank(severity: &Fact<String>) -> usize {
    const ORDER: [&str; 6] = ["page", "critical", "error", "warning", "info", "none"];
    let text = severity.shown().to_ascii_lowercase();
    ORDER.iter().position(|word| *word == text).unwrap_or(ORDER.len())
}

fn tone(severity: &str) -> &'static str {
    match severity.to_ascii_lowercase().as_str() {
        "page" | "critical" | "error" => "bad",
        "warning" => "warn",
        _ => "plain",
    }
}

/// Grafana dashboards.
pub(crate) fn dashboards(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("dashboard", "Dashboard"),
        Column::text("folder", "Folder"),
        Column::text("origin", "Comes from"),
        Column::text("app", "App"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Dashboards", "No Grafana dashboard is declared.", columns);
    for dashboard in
        scope.cluster.dashboards.iter().filter(|it| scope.lists(&it.id, it.app.as_ref()))
    {
        table.row(vec![
            Cell::noted(&dashboard.id, None, &dashboard.kind),
            Cell::fact(scope.links.fact(&dashboard.folder)),
            Cell::code(scope.links.fact(&dashboard.origin)),
            scope.app_cell(dashboard.app.as_ref(), "—"),
            scope.source(&dashboard.source),
        ]);
    }
    table.without_empty_columns(&["folder", "app"])
}

/// Where alerts go, by name.
pub(crate) fn receivers(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("config", "Declared by"),
        Column::text("receivers", "Receivers"),
        Column::text("source", "Source"),
    ];
    let empty = "No receiver of alerts is declared; one that a Secret holds is not visible.";
    let mut table = Table::new("Where alerts go", empty, columns);
    for routing in scope.cluster.alert_routing.iter().filter(|it| scope.includes(&it.id)) {
        table.row(vec![
            Cell::name(&routing.id, None),
            Cell::facts(scope.links.facts(&routing.receivers), "none"),
            scope.source(&routing.source),
        ]);
    }
    table
}
