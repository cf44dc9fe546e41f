//! Tables of what watches and limits pods at run time, and of what pods are allowed beyond the usual.
//!
//! In: the cluster's security. Out: tables with one row for each.

use std::collections::BTreeMap;

use crate::inventory::{Mode, PodPrivilege, PodSecurity};

use super::Scope;
use crate::site::view::{Cell, Column, Mark, Table};

/// Tetragon's policies.
pub(crate) fn tracing_policies(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("policy", "Policy"),
        Column::text("mode", "Does"),
        Column::text("hooks", "Watches"),
        Column::text("actions", "Actions"),
        Column::text("pods", "Pods"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Tracing policies", "No policy of Tetragon is declared.", columns);
    for policy in scope.cluster.tracing_policies.iter().filter(|it| scope.includes(&it.id)) {
        let links = scope.links;
        table.row(vec![
            Cell::noted(&policy.id, None, &policy.kind),
            Cell::mark(mode(policy.mode)),
            Cell::codes(links.facts(&policy.hooks), "nothing that is known here"),
            Cell::codes(links.facts(&policy.actions), "none: it only reports"),
            Cell::codes(links.facts(&policy.pod_selector), "all"),
            scope.source(&policy.source),
        ]);
    }
    table
}

/// A word for whether a rule acts.
fn mode(mode: Mode) -> Mark {
    match mode {
        Mode::Observe => Mark::new("observes", "plain", "it only reports"),
        Mode::Enforce => Mark::new("enforces", "good", "it acts: kills, overrides, rejects"),
        Mode::Mutate => Mark::new("changes", "plain", "it changes or makes objects"),
        Mode::Unknown => Mark::new("not known", "plain", "nothing tells"),
    }
}

/// Rules on objects as they are made.
pub(crate) fn admission_policies(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("policy", "Policy"),
        Column::text("mode", "Does"),
        Column::text("written_mode", "As written"),
        Column::text("rules", "Rules"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Admission policies", "No admission policy is declared.", columns);
    for policy in scope.cluster.admission_policies.iter().filter(|it| scope.includes(&it.id)) {
        table.row(vec![
            Cell::noted(&policy.id, None, &policy.kind),
            Cell::mark(mode(policy.mode)),
            Cell::fact(scope.links.fact(&policy.written_mode)),
            Cell::facts(scope.links.facts(&policy.rules), "none"),
            scope.source(&policy.source),
        ]);
    }
    table
}

/// Pod Security levels, one row for each namespace that declares one.
pub(crate) fn pod_security(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("namespace", "Namespace"),
        Column::text("enforce", "Enforces"),
        Column::text("audit", "Audits"),
        Column::text("warn", "Warns"),
        Column::text("source", "Source"),
    ];
    let empty = "No namespace declares a Pod Security level.";
    let mut table = Table::new("Pod Security levels", empty, columns);
    let mut rows: BTreeMap<&str, Vec<&PodSecurity>> = BTreeMap::new();
    let listed = |it: &&PodSecurity| scope.includes_namespace(&it.namespace);
    for level in scope.cluster.pod_security.iter().filter(listed) {
        rows.entry(&level.namespace).or_default().push(level);
    }
    for (namespace, levels) in rows {
        let of = |mode: &str| {
            let found = levels.iter().filter(|level| level.mode == mode);
            Cell::facts(found.map(|level| scope.links.fact(&level.level)).collect(), "—")
        };
        let mut places = levels.iter().filter_map(|level| level.level.source.as_ref());
        let place = places.next().map(|source| scope.source(source));
        table.row(vec![
            Cell::name(namespace, None),
            of("enforce"),
            of("audit"),
            of("warn"),
            place.unwrap_or_else(|| Cell::text("")),
        ]);
    }
    table.without_empty_columns(&["audit", "warn"])
}

/// What pods are allowed beyond the usual.
pub(crate) fn pod_privileges(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("owner", "Whose pods"),
        Column::text("privilege", "Privilege"),
        Column::text("value", "Value"),
        Column::text("source", "Source"),
    ];
    let empty = "No pod with more than the usual rights is declared.";
    let mut table = Table::new("What pods are allowed beyond the usual", empty, columns);
    let listed = |it: &&PodPrivilege| scope.lists(&it.owner, Some(&it.owner));
    for privilege in scope.cluster.pod_privileges.iter().filter(listed) {
        table.row(vec![
            Cell::name(&privilege.owner, scope.links.app(&privilege.owner)),
            Cell::text(&privilege.privilege),
            Cell::code(scope.links.fact(&privilege.value)),
            scope.source(&privilege.source),
        ]);
    }
    table
}
