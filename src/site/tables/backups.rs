//! Tables of what saves data and brings it back, and of databases.
//!
//! In: the cluster's backups. Out: tables with one row for each. Repositories and stores are named;
//! what opens them is not.

use std::collections::BTreeMap;

use crate::inventory::{Backup, DatabaseCluster, Fact};

use super::storage::saved_by;
use super::{Scope, schedules};
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, LinkView, Mark, Table};

/// What saves data.
pub(crate) fn backups(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("backup", "Backup"),
        Column::text("tool", "By"),
        Column::text("saves", "Saves"),
        Column::text("when", "When"),
        Column::text("time_zone", "Time zone"),
        Column::text("keeps", "Keeps"),
        Column::text("repository", "To"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Backups", "No backup is declared.", columns);
    let listed = |it: &&Backup| scope.includes(&it.id) && saves_app(scope, it);
    for backup in scope.cluster.backups.iter().filter(listed) {
        table.row(backup_row(scope, backup));
    }
    table.without_empty_columns(&["time_zone"])
}

/// Whether a backup saves a claim of the app that is asked for, if one is.
fn saves_app(scope: Scope<'_>, backup: &Backup) -> bool {
    let Some(id) = scope.app else { return true };
    let own = |app: Option<&String>| app.is_some_and(|app| app == id);
    let mut apps = scope.cluster.apps.iter().filter(|app| app.id == id);
    let claim = apps.any(|app| app.claims.iter().any(|claim| backup.claims.contains(claim)));
    let mut templates = scope.cluster.volume_templates.iter().filter(|it| own(it.app.as_ref()));
    claim || templates.any(|it| backup.templates.contains(&it.id))
}

/// One row of [`backups`].
fn backup_row(scope: Scope<'_>, backup: &Backup) -> Vec<Cell> {
    let links = scope.links;
    let when = if backup.suspended {
        Cell::mark(Mark::new("switched off", "warn", "it is suspended in its manifest"))
    } else {
        let facts = backup.schedules.iter().flat_map(|cron| schedules::when(links, cron));
        Cell::codes(facts.collect(), "nothing starts it")
    };
    vec![
        Cell::name(&backup.id, None),
        Cell::noted(&backup.tool, None, &backup.kind),
        Cell::facts(saves(links, backup), "nothing that can be told"),
        when,
        Cell::fact(links.fact(&backup.time_zone)),
        Cell::facts(labelled(links, &backup.retention), "not declared"),
        Cell::fact(links.fact(&backup.repository)),
        scope.source(&backup.source),
    ]
}

/// Names of what a backup saves, those that are declared nowhere marked.
fn saves(links: Links<'_>, backup: &Backup) -> Vec<FactView> {
    let declared = backup.claims.iter().chain(&backup.templates).chain(&backup.databases);
    let mut found: Vec<FactView> = declared.map(|id| super::fact_of(id)).collect();
    for missing in &backup.missing {
        let view = links.fact(missing);
        found.push(if view.is_known() { super::missing(&view.text) } else { view });
    }
    let selection = links.fact(&backup.selection);
    if selection.state != "unknown" {
        found.push(selection);
    }
    found
}

/// Facts with their names before them: `daily: 7`.
pub(super) fn labelled(links: Links<'_>, facts: &BTreeMap<String, Fact<String>>) -> Vec<FactView> {
    let view = |(key, fact): (&String, &Fact<String>)| {
        let mut view = links.fact(fact);
        view.text = match view.state {
            "known" | "templated" => format!("{key}: {}", view.text),
            _ => format!("{key}:"),
        };
        view
    };
    facts.iter().map(view).collect()
}

/// What brings data back.
pub(crate) fn restores(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("restore", "Restore"),
        Column::text("tool", "By"),
        Column::text("from", "Reads"),
        Column::text("claims", "Fills"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Restores", "No restore is declared.", columns);
    for restore in scope.cluster.restores.iter().filter(|it| scope.includes(&it.id)) {
        table.row(vec![
            Cell::name(&restore.id, None),
            Cell::noted(&restore.tool, None, &restore.kind),
            Cell::fact(scope.links.fact(&restore.from)),
            Cell::names(&restore.claims, "no declared claim"),
            scope.source(&restore.source),
        ]);
    }
    table
}

/// Places that backups go to.
pub(crate) fn backup_repositories(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("repository", "Repository"),
        Column::text("tool", "Of"),
        Column::text("storage", "Stored as"),
        Column::number("backups", "Backups"),
        Column::text("source", "Source"),
    ];
    let empty = "No place that backups go to is declared as an object.";
    let mut table = Table::new("Where backups go", empty, columns);
    for repository in &scope.cluster.backup_repositories {
        table.row(vec![
            Cell::name(&repository.id, None),
            Cell::noted(&repository.tool, None, &repository.kind),
            Cell::fact(scope.links.fact(&repository.storage)),
            Cell::number(repository.backups.len()),
            scope.source(&repository.source),
        ]);
    }
    table
}

/// Snapshot classes.
pub(crate) fn snapshot_classes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("class", "Snapshot class"),
        Column::text("driver", "Driver"),
        Column::text("deletion_policy", "When a snapshot is deleted"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Snapshot classes", "No snapshot class is declared.", columns);
    for class in &scope.cluster.snapshot_classes {
        let note = if class.is_default { "the driver's default" } else { "" };
        table.row(vec![
            Cell::noted(&class.name, None, note),
            Cell::code(scope.links.fact(&class.driver)),
            Cell::fact(scope.links.fact(&class.deletion_policy)),
            scope.source(&class.source),
        ]);
    }
    table
}

/// Database clusters.
pub(crate) fn databases(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("database", "Database cluster"),
        Column::text("engine", "Engine"),
        Column::number("instances", "Instances"),
        Column::text("image", "Image"),
        Column::text("class", "Storage class"),
        Column::number("size", "Size of each"),
        Column::text("databases", "Databases"),
        Column::text("backups", "Saved by"),
        Column::text("archive", "Log goes to"),
        Column::text("source", "Source"),
    ];
    let empty = "No database cluster of an operator is declared.";
    let mut table = Table::new("Database clusters", empty, columns);
    for database in scope.cluster.databases.iter().filter(|it| scope.includes(&it.id)) {
        table.row(database_row(scope, database));
    }
    table.without_empty_columns(&["archive", "databases"])
}

fn database_row(scope: Scope<'_>, database: &DatabaseCluster) -> Vec<Cell> {
    let links = scope.links;
    let operator =
        if database.operator == database.engine { "" } else { database.operator.as_str() };
    let inside = database.databases.iter().map(|it| LinkView {
        text: match it.owner.get() {
            Some(owner) => format!("{} of {owner}", it.name.shown()),
            None => it.name.shown().to_owned(),
        },
        href: None,
    });
    vec![
        Cell::name(&database.id, None),
        Cell::noted(&database.engine, None, operator),
        Cell::fact(links.fact(&database.instances)),
        Cell::code(links.fact(&database.image)),
        Cell::fact(links.fact(&database.class)),
        Cell::fact(links.fact(&database.size)),
        Cell::links(inside.collect(), "—"),
        saved_by(scope, &database.backups),
        Cell::fact(links.fact(&database.archive)),
        scope.source(&database.source),
    ]
}
