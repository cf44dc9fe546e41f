//! Tables of who may talk to whom: the matrices, what is closed in each namespace, and policies.
//!
//! In: the cluster's policies and what they add up to. Out: tables. "No policy" is an answer of its
//! own: everything is allowed there, which is not the same as a policy that allows everything.

use crate::inventory::{Cluster, Coverage, Isolation, IsolationSide, Verdict, Zone};

use super::{Scope, network_label};
use crate::site::view::{Cell, Column, Mark, Table};

const EMPTY: &str = "No namespace is declared, so there is nothing to compare.";

/// What pods of each namespace may reach: other namespaces, and what is no namespace.
pub(crate) fn isolation_matrix(scope: Scope<'_>) -> Table {
    let all = &scope.cluster.isolation;
    let zones = outside(scope.cluster);
    let mut columns = vec![Column::text("namespace", "From")];
    columns.extend(zones.iter().map(|(zone, label)| Column::text(&key(zone), label)));
    columns.extend(all.iter().map(|to| Column::text(&to.namespace, &to.namespace)));
    let mut table = Table::new("What pods may reach", EMPTY, columns);
    table.name = "matrix";
    for from in all.iter().filter(|from| scope.includes_namespace(&from.namespace)) {
        let mut cells = vec![named(&from.namespace, &from.egress)];
        let way = |to: &str| format!("from {} to {to}", from.namespace);
        cells.extend(
            zones.iter().map(|(zone, label)| verdict(from.egress.verdict(zone), &way(label))),
        );
        cells.extend(all.iter().map(|to| verdict(from.towards(to), &way(&to.namespace))));
        table.row(cells);
    }
    table
}

/// What may reach pods of each namespace from outside of all namespaces.
pub(crate) fn ingress_matrix(scope: Scope<'_>) -> Table {
    let zones = outside(scope.cluster);
    let mut columns = vec![Column::text("namespace", "To")];
    columns.extend(zones.iter().map(|(zone, label)| Column::text(&key(zone), label)));
    let mut table = Table::new("What may reach pods from outside", EMPTY, columns);
    table.name = "matrix";
    let all = scope.cluster.isolation.iter();
    for to in all.filter(|to| scope.includes_namespace(&to.namespace)) {
        let mut cells = vec![named(&to.namespace, &to.ingress)];
        cells.extend(zones.iter().map(|(zone, label)| {
            verdict(to.ingress.verdict(zone), &format!("from {label} to {}", to.namespace))
        }));
        table.row(cells);
    }
    table
}

/// A row's namespace, with a word where its answers are for some of its pods only.
fn named(namespace: &str, side: &IsolationSide) -> Cell {
    let note = if side.coverage == Coverage::Some { "some pods" } else { "" };
    Cell::noted(namespace, None, note)
}

/// What is no namespace, with its name, in the order of the columns.
fn outside(cluster: &Cluster) -> Vec<(Zone, String)> {
    let mut zones = vec![
        (Zone::World, "internet".to_owned()),
        (Zone::Host, "nodes".to_owned()),
        (Zone::KubeApiserver, "API server".to_owned()),
    ];
    let networks = cluster.networks.iter();
    zones.extend(networks.map(|it| (Zone::Network(it.id.clone()), network_label(it))));
    zones
}

/// What a zone's column is called in `table(columns=…)`.
fn key(zone: &Zone) -> String {
    match zone {
        Zone::World => "@world".to_owned(),
        Zone::Host => "@nodes".to_owned(),
        Zone::KubeApiserver => "@api-server".to_owned(),
        Zone::Network(id) => format!("@{id}"),
        Zone::Namespace(name) => name.clone(),
    }
}

fn verdict(verdict: Verdict, way: &str) -> Cell {
    let (name, words) = match verdict {
        Verdict::NoPolicy => ("no-policy", "no policy: everything is allowed"),
        Verdict::Allowed => ("allowed", "allowed"),
        Verdict::Restricted => ("restricted", "allowed in part"),
        Verdict::Denied => ("denied", "closed"),
    };
    Cell::Verdict { verdict: name, label: format!("{way}: {words}") }
}

/// How far the pods of each namespace are closed, and by which policies.
pub(crate) fn isolation(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("namespace", "Namespace"),
        Column::text("ingress", "Into its pods"),
        Column::text("ingress_policies", "By"),
        Column::text("egress", "Out of its pods"),
        Column::text("egress_policies", "By"),
    ];
    let mut table = Table::new("How far namespaces are closed", EMPTY, columns);
    let listed = |it: &&Isolation| scope.includes_namespace(&it.namespace);
    for entry in scope.cluster.isolation.iter().filter(listed) {
        table.row(vec![
            Cell::name(&entry.namespace, None),
            coverage(&entry.ingress),
            Cell::names(&entry.ingress.policies, "—"),
            coverage(&entry.egress),
            Cell::names(&entry.egress.policies, "—"),
        ]);
    }
    table
}

fn coverage(side: &IsolationSide) -> Cell {
    let (text, tone, title) = match side.coverage {
        Coverage::None => ("no policy", "warn", "no policy selects a pod: everything is allowed"),
        Coverage::Some => ("some pods", "plain", "the other pods of the namespace are open"),
        Coverage::All => ("all pods", "good", "closed except for what rules allow"),
    };
    Cell::mark(Mark::new(text, tone, title))
}
