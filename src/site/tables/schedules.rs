//! The table of what happens at fixed times, in the order of the day.
//!
//! In: the cluster's schedules. Out: one table; cron text stands beside its words, or alone where
//! words would not be true.

use crate::inventory::{Fact, Schedule};

use super::Scope;
use crate::site::cron;
use crate::site::links::Links;
use crate::site::view::{Cell, Column, FactView, Mark, Table};

/// Everything that runs at fixed times.
pub(crate) fn schedules(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("name", "What"),
        Column::text("when", "When"),
        Column::text("cron", "As written"),
        Column::text("time_zone", "Time zone"),
        Column::text("app", "App"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Schedules", "Nothing is declared to run at fixed times.", columns);
    let listed = |it: &&Schedule| scope.lists(&it.name, it.app.as_ref());
    let mut all: Vec<&Schedule> = scope.cluster.schedules.iter().filter(listed).collect();
    all.sort_by_key(|schedule| order(schedule));
    for schedule in all {
        table.row(schedule_row(scope, schedule));
    }
    table.without_empty_columns(&["time_zone", "app"])
}

/// What runs often first, then by time of day; what has no words stands last.
fn order(schedule: &Schedule) -> (u8, u32, String, String) {
    let text = (schedule.cron.shown().to_owned(), schedule.name.clone());
    match schedule.cron.get().and_then(|text| cron::read(text)) {
        Some(plan) => (u8::from(!plan.often), plan.first, text.0, text.1),
        None => (2, 0, text.0, text.1),
    }
}

fn schedule_row(scope: Scope<'_>, schedule: &Schedule) -> Vec<Cell> {
    let plan = schedule.cron.get().and_then(|text| cron::read(text));
    let when = match plan {
        _ if schedule.suspended => {
            Cell::mark(Mark::new("switched off", "warn", "it is suspended in its manifest"))
        }
        Some(plan) => Cell::text(plan.words),
        None if schedule.cron.is_known() => Cell::text("as written"),
        None => Cell::fact(scope.links.fact(&schedule.cron)),
    };
    vec![
        Cell::noted(&schedule.name, None, &schedule.kind),
        when,
        Cell::code(scope.links.fact(&schedule.cron)),
        Cell::fact(scope.links.fact(&schedule.time_zone)),
        scope.app_cell(schedule.app.as_ref(), "—"),
        scope.source(&schedule.source),
    ]
}

/// Cron text, and below it the words for it where there are some.
pub(super) fn when(links: Links<'_>, cron: &Fact<String>) -> Vec<FactView> {
    let mut views = vec![links.fact(cron)];
    if let Some(plan) = cron.get().and_then(|text| cron::read(text)) {
        let (reason, source) = (String::new(), None);
        views.push(FactView { state: "note", text: plan.words, reason, source });
    }
    views
}
