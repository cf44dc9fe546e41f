//! Tables of where data is kept: claims, templates, classes, volumes, mounts, shares and Ceph.
//!
//! In: the cluster's storage. Out: tables with one row for each. What nothing saves says so.

use crate::inventory::{Claim, StorageClass, Volume, VolumeTemplate};

use super::{Scope, row_id};
use crate::site::links::Links;
use crate::site::view::{Cell, Column, LinkView, Mark, Table};

const FROM_VALUES: &str = "from chart values";

/// Persistent volume claims, and what saves them.
pub(crate) fn claims(scope: Scope<'_>) -> Table {
    let mut columns = claim_columns();
    columns.insert(2, Column::text("app", "Mounted by"));
    let mut table = Table::new("Volume claims", "No volume claim is declared.", columns);
    for claim in scope.cluster.claims.iter().filter(|claim| scope.includes(&claim.id)) {
        let mut cells = claim_cells(scope, claim);
        cells.insert(2, scope.app_cell(claim.app.as_ref(), "no app that can be told"));
        table.row(cells);
    }
    table.without_empty_columns(&["volume", "filled_from"])
}

/// The columns of [`claim_cells`].
pub(crate) fn claim_columns() -> Vec<Column> {
    vec![
        Column::text("claim", "Claim"),
        Column::text("backups", "Saved by"),
        Column::text("class", "Storage class"),
        Column::number("size", "Size"),
        Column::text("access", "Access"),
        Column::text("filled_from", "Filled from"),
        Column::text("volume", "Volume"),
        Column::text("source", "Source"),
    ]
}

/// A claim's name, class, size, access mode, backups, origin, volume and source.
pub(crate) fn claim_cells(scope: Scope<'_>, claim: &Claim) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::noted(&claim.id, None, if claim.from_values { FROM_VALUES } else { "" }),
        saved_by(scope, &claim.backups),
        Cell::fact(links.fact(&claim.class)),
        Cell::fact(links.fact(&claim.size)),
        Cell::fact(links.fact(&claim.access)),
        Cell::fact(links.fact(&claim.filled_from)),
        Cell::fact(links.fact(&claim.volume)),
        scope.source(&claim.source),
    ]
}

/// What saves something, or a mark that nothing is seen to.
pub(super) fn saved_by(scope: Scope<'_>, backups: &[String]) -> Cell {
    if backups.is_empty() {
        let title = "nothing in this repository saves it; backups outside Kubernetes are not \
                     visible here";
        return Cell::mark(Mark::new("nothing seen", "warn", title));
    }
    let href = format!("{}#backups", scope.links.page("storage.html"));
    let link = |id: &String| {
        let tool = scope.cluster.backups.iter().find(|backup| backup.id == *id);
        let text = tool.map_or_else(|| id.clone(), |it| format!("{} {id}", it.tool));
        LinkView { text, href: Some(href.clone()) }
    };
    Cell::links(backups.iter().map(link).collect(), "")
}

/// What one claim is made of for each replica.
pub(crate) fn volume_templates(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("template", "Template"),
        Column::text("made_by", "Made by"),
        Column::text("app", "App"),
        Column::number("replicas", "Claims"),
        Column::text("class", "Storage class"),
        Column::number("size", "Size of each"),
        Column::text("access", "Access"),
        Column::text("backups", "Saved by"),
        Column::text("source", "Source"),
    ];
    let empty = "No template for claims is declared.";
    let mut table = Table::new("Claims made for each replica", empty, columns);
    let listed = |it: &&VolumeTemplate| scope.includes(&it.id);
    for template in scope.cluster.volume_templates.iter().filter(listed) {
        let links = scope.links;
        let prefix = template.claim_prefix.as_ref().map(|prefix| format!("named {prefix}0, …"));
        table.row(vec![
            Cell::noted(&template.id, None, &prefix.unwrap_or_default()),
            Cell::text(&template.made_by),
            scope.app_cell(template.app.as_ref(), "—"),
            Cell::fact(links.fact(&template.replicas)),
            Cell::fact(links.fact(&template.class)),
            Cell::fact(links.fact(&template.size)),
            Cell::fact(links.fact(&template.access)),
            saved_by(scope, &template.backups),
            scope.source(&template.source),
        ]);
    }
    table
}

/// Storage classes.
pub(crate) fn storage_classes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("class", "Storage class"),
        Column::text("backend", "Backed by"),
        Column::text("provisioner", "Driver"),
        Column::text("pool", "Pool or share"),
        Column::text("reclaim_policy", "When a claim is deleted"),
        Column::number("claims", "Claims"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Storage classes", "No storage class is declared.", columns);
    for class in &scope.cluster.storage_classes {
        // A picture shows backends, and a backend's first class stands for it.
        let id = row_id("storage", &class.backend);
        let id = if table.anchors.contains(&id) { String::new() } else { id };
        table.anchored(id, class_row(scope, class));
    }
    table.without_empty_columns(&["pool"])
}

fn class_row(scope: Scope<'_>, class: &StorageClass) -> Vec<Cell> {
    let links = scope.links;
    let mut notes = Vec::new();
    if class.is_default {
        notes.push("for claims without a class");
    }
    if class.from_values {
        notes.push(FROM_VALUES);
    }
    let uses = |name: Option<&String>| name.is_some_and(|name| *name == class.name);
    let claims = scope.cluster.claims.iter().filter(|claim| uses(claim.class.get())).count();
    vec![
        Cell::noted(&class.name, None, &notes.join(", ")),
        Cell::text(&class.backend),
        Cell::code(links.fact(&class.provisioner)),
        Cell::code(links.fact(&class.pool)),
        Cell::fact(links.fact(&class.reclaim_policy)),
        Cell::number(claims),
        scope.source(&class.source),
    ]
}

/// Persistent volumes that are objects.
pub(crate) fn volumes(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("volume", "Volume"),
        Column::text("driver", "Kind"),
        Column::text("server", "Held by"),
        Column::text("path", "There"),
        Column::number("size", "Size"),
        Column::text("access", "Access"),
        Column::text("class", "Storage class"),
        Column::text("claim", "Claim"),
        Column::text("reclaim_policy", "When the claim is deleted"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Volumes", "No persistent volume is declared.", columns);
    for volume in &scope.cluster.volumes {
        table.row(volume_row(scope, volume));
    }
    table.without_empty_columns(&["server", "class"])
}

fn volume_row(scope: Scope<'_>, volume: &Volume) -> Vec<Cell> {
    let links = scope.links;
    vec![
        Cell::name(&volume.name, None),
        Cell::fact(links.fact(&volume.driver)),
        Cell::code(links.fact(&volume.server)),
        Cell::code(links.fact(&volume.path)),
        Cell::fact(links.fact(&volume.size)),
        Cell::fact(links.fact(&volume.access)),
        Cell::fact(links.fact(&volume.class)),
        Cell::text(volume.claim.clone().unwrap_or_default()),
        Cell::fact(links.fact(&volume.reclaim_policy)),
        scope.source(&volume.source),
    ]
}

/// Volumes of pods.
pub(crate) fn mounts(scope: Scope<'_>) -> Table {
    let mut columns = mount_columns();
    columns.insert(0, Column::text("user", "Mounted by"));
    let mut table = Table::new("Mounts", "No volume of a pod can be seen.", columns);
    for mount in scope.cluster.mounts.iter().filter(|it| scope.lists(&it.user, Some(&it.user))) {
        let mut cells = mount_cells(scope.links, mount);
        cells.insert(0, Cell::name(&mount.user, scope.links.app(&mount.user)));
        table.row(cells);
    }
    table
}

/// The columns of [`mount_cells`].
fn mount_columns() -> Vec<Column> {
    vec![
        Column::text("mount", "Volume"),
        Column::text("kind", "Kind"),
        Column::text("target", "What"),
        Column::text("paths", "Seen in containers as"),
        Column::text("access", "Access"),
        Column::text("source", "Source"),
    ]
}

/// A mount's name, kind, target, paths, access and source.
fn mount_cells(links: Links<'_>, mount: &crate::inventory::Mount) -> Vec<Cell> {
    let access = if mount.read_only { "read only" } else { "not limited" };
    vec![
        Cell::name(&mount.name, None),
        Cell::text(&mount.kind),
        Cell::code(links.fact(&mount.target)),
        Cell::codes(links.facts(&mount.paths), "not written"),
        Cell::text(access),
        Cell::Source { source: links.source(&mount.source) },
    ]
}

/// Shares of file servers.
pub(crate) fn shares(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("path", "Share"),
        Column::text("protocol", "Protocol"),
        Column::text("server", "Server"),
        Column::text("user", "Used by"),
        Column::text("source", "Source"),
    ];
    let empty = "No share of a file server is declared.";
    let mut table = Table::new("Shares of file servers", empty, columns);
    for share in &scope.cluster.shares {
        let user = match &share.app {
            Some(app) => Cell::links(vec![scope.links.app_link(app)], ""),
            None => Cell::text(&share.user),
        };
        table.row(vec![
            Cell::code(scope.links.fact(&share.path)),
            Cell::text(&share.protocol),
            Cell::code(scope.links.fact(&share.server)),
            user,
            scope.source(&share.source),
        ]);
    }
    table
}

/// Ceph clusters.
pub(crate) fn ceph(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("ceph", "Ceph cluster"),
        Column::text("where", "Runs"),
        Column::text("image", "Image"),
        Column::text("monitors", "Monitors"),
        Column::text("nodes", "Nodes"),
        Column::number("pools", "Pools"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Ceph clusters", "No Ceph cluster is declared.", columns);
    for ceph in scope.cluster.ceph.iter().filter(|ceph| scope.includes(&ceph.id)) {
        let links = scope.links;
        table.row(vec![
            Cell::name(&ceph.id, None),
            Cell::text(if ceph.external { "outside of this cluster" } else { "in this cluster" }),
            Cell::code(links.fact(&ceph.image)),
            Cell::codes(links.facts(&ceph.monitors), "not in files"),
            Cell::facts(links.facts(&ceph.nodes), "not listed"),
            Cell::number(ceph.pools.len()),
            scope.source(&ceph.source),
        ]);
    }
    table
}

/// Pools, file systems and object stores of Ceph.
pub(crate) fn ceph_pools(scope: Scope<'_>) -> Table {
    let columns = vec![
        Column::text("pool", "Pool"),
        Column::text("kind", "Kind"),
        Column::text("copies", "Copies"),
        Column::text("classes", "Storage classes"),
        Column::text("ceph", "Ceph cluster"),
        Column::text("source", "Source"),
    ];
    let mut table = Table::new("Ceph pools", "No pool of Ceph is declared.", columns);
    for ceph in scope.cluster.ceph.iter().filter(|ceph| scope.includes(&ceph.id)) {
        for pool in &ceph.pools {
            table.row(vec![
                Cell::name(&pool.name, None),
                Cell::text(&pool.kind),
                Cell::fact(scope.links.fact(&pool.copies)),
                Cell::names(&pool.classes, "none"),
                Cell::text(&ceph.id),
                scope.source(&pool.source),
            ]);
        }
    }
    table
}
