//! The page of what happens at fixed times.
//!
//! In: the cluster's schedules. Out: one table, in the order of the day.

use crate::inventory::Cluster;

use super::lists::Lists;
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let note = "What runs often stands first, then by time of day as written. Where no time zone \
                is declared, that of the program that runs it counts.";
    let table = tables::schedules(scope);
    let sections = vec![TableSection::new("schedules", "By time", note, table)];
    let (title, lead) = ("Schedules", sentence(scope.cluster));
    Lists { title, lead, notes: vec![], figures: vec![], sections }.made()
}

/// How much runs at fixed times, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let all = cluster.schedules.len();
    if all == 0 {
        return "No cron job, backup or other thing that runs at fixed times is declared in this \
                repository."
            .to_owned();
    }
    let first = words::sentence(&format!(
        "{} {} at fixed times.",
        words::count(all, "thing", "things"),
        words::pick(all, "runs", "run")
    ));
    let suspended = cluster.schedules.iter().filter(|schedule| schedule.suspended).count();
    let off = words::part(suspended, all, "is switched off", "are switched off");
    off.map_or_else(|| first.clone(), |off| format!("{first} {off}"))
}
