//! The storage page: every claim and what saves it, and all that stands behind.
//!
//! In: claims, classes, volumes, shares, Ceph, databases and backups. Out: a picture,
//! tables, and words about what these pages cannot see. That nothing saves a claim is said, not hidden.

use crate::inventory::Cluster;

use super::lists::{self, Lists};
use super::picture;
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.claims.len(), "volume claim", "volume claims"),
        (cluster.volume_templates.len(), "template for claims", "templates for claims"),
        (cluster.backups.len(), "backup", "backups"),
        (cluster.databases.len(), "database cluster", "database clusters"),
        (cluster.shares.len(), "use of a share", "uses of shares"),
    ]);
    let (title, lead, notes) = ("Storage and backups", sentence(cluster), notes(cluster));
    Lists { title, lead, notes, figures, sections: sections(scope) }
        .made_with("What is kept where", picture::named(scope, "storage"))
}

fn sections(scope: Scope<'_>) -> Vec<TableSection> {
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    vec![
        section("claims", "Volume claims", "", tables::claims(scope)),
        section(
            "volume-templates",
            "Claims made for each replica",
            "Stateful sets, database operators and charts make one claim of each for every replica.",
            tables::volume_templates(scope),
        ),
        section("databases", "Databases", "", tables::databases(scope)),
        section("backups", "Backups", "", tables::backups(scope)),
        section("restores", "Restores", "", tables::restores(scope)),
        section(
            "backup-repositories",
            "Where backups go",
            "By name; what opens them is not shown.",
            tables::backup_repositories(scope),
        ),
        section("storage-classes", "Storage classes", "", tables::storage_classes(scope)),
        section("snapshot-classes", "Snapshot classes", "", tables::snapshot_classes(scope)),
        section("volumes", "Volumes", "", tables::volumes(scope)),
        section("shares", "Shares of file servers", "", tables::shares(scope)),
        section("ceph", "Ceph", "", tables::ceph(scope)),
        section("ceph-pools", "Pools of Ceph", "", tables::ceph_pools(scope)),
    ]
}

/// What nothing is seen to save, of claims and templates.
fn unsaved(cluster: &Cluster) -> usize {
    let claims = cluster.claims.iter().filter(|claim| claim.backups.is_empty()).count();
    let templates = cluster.volume_templates.iter().filter(|it| it.backups.is_empty()).count();
    claims + templates
}

fn notes(cluster: &Cluster) -> Vec<String> {
    if cluster.claims.is_empty() && cluster.volume_templates.is_empty() {
        return vec![];
    }
    let mut notes = Vec::new();
    if unsaved(cluster) > 0 {
        notes.push(
            "“Nothing seen” means that nothing in this repository saves it. Backups outside \
             Kubernetes, such as those of a hypervisor or a file server, are not visible here, and \
             not all data needs one."
                .to_owned(),
        );
    }
    if !cluster.backups.is_empty() {
        notes.push(
            "That a backup is declared does not say that it ran, or that it can be restored."
                .to_owned(),
        );
    }
    notes
}

/// How much is kept, and how much of it is saved, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let all = cluster.claims.len() + cluster.volume_templates.len();
    if all == 0 {
        return nothing(cluster);
    }
    let mut kept = Vec::new();
    if !cluster.claims.is_empty() {
        kept.push(words::count(cluster.claims.len(), "volume claim", "volume claims"));
    }
    if !cluster.volume_templates.is_empty() {
        let count = cluster.volume_templates.len();
        kept.push(words::count(count, "template for claims", "templates for claims"));
    }
    let verb = words::pick(all, "is", "are");
    let first = words::sentence(&format!("{} {verb} declared.", words::list(&kept)));
    let saved = all - unsaved(cluster);
    let rest =
        words::part(saved, all, "is saved by a declared backup", "are saved by declared backups")
            .unwrap_or_else(|| {
                let what = words::pick(all, "it", "them");
                format!("Nothing in this repository is seen to save {what}.")
            });
    format!("{first} {rest}")
}

fn nothing(cluster: &Cluster) -> String {
    let more = !cluster.storage_classes.is_empty()
        || !cluster.volumes.is_empty()
        || !cluster.shares.is_empty()
        || !cluster.databases.is_empty()
        || !cluster.backups.is_empty();
    let claims = "No volume claim is declared in this repository.";
    if more {
        return claims.to_owned();
    }
    "No volume claim, storage class, volume, share, database or backup is declared in this \
     repository."
        .to_owned()
}
