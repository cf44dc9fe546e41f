//! What saves data: [`collect`].
//!
//! In: effective objects, claims, volume templates and database clusters. Out: [`Backup`]s tied to
//! what they save, [`Restore`]s, [`BackupRepository`]s and [`SnapshotClass`]es. One file for each
//! tool reads drafts; this one joins them. A repository is known by its name alone: addresses and
//! credentials are not read.

mod draft;
mod kopiur;
mod operators;
mod postgres;
mod volsync;

use self::draft::Draft;
pub(crate) use self::operators::SNAPSHOT_TOOL;
pub(crate) use self::postgres::archive;
use super::context::{Context, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{
    Backup, BackupRepository, Claim, DatabaseCluster, Restore, SnapshotClass, VolumeTemplate,
};
use super::natural;

/// All that saves data and brings it back.
#[derive(Debug, Default)]
pub(crate) struct Backups {
    pub(crate) saving: Vec<Backup>,
    pub(crate) restores: Vec<Restore>,
    pub(crate) repositories: Vec<BackupRepository>,
    pub(crate) classes: Vec<SnapshotClass>,
}

/// What a backup can save; each gets the ids of those that save it.
pub(crate) struct Saved<'a> {
    pub(crate) claims: &'a mut [Claim],
    pub(crate) templates: &'a mut [VolumeTemplate],
    pub(crate) databases: &'a mut [DatabaseCluster],
}

/// Collects backups and ties them to what they save.
pub(crate) fn collect(context: &Context, mut saved: Saved) -> Backups {
    let mut drafts = volsync::backups(context);
    drafts.extend(kopiur::backups(context));
    drafts.extend(postgres::backups(context));
    drafts.extend(operators::backups(context));
    make_unique(&mut drafts, |draft| (&mut draft.backup.id, &draft.backup.kind));
    let mut backups: Vec<_> = drafts.into_iter().map(|draft| join(draft, &mut saved)).collect();
    natural::sort_by(&mut backups, |backup| &backup.id);
    let mut restores = volsync::restores(context);
    restores.extend(kopiur::restores(context));
    for restore in &mut restores {
        fills(restore, saved.claims);
    }
    make_unique(&mut restores, |restore| (&mut restore.id, &restore.kind));
    natural::sort_by(&mut restores, |restore| &restore.id);
    let repositories = repositories(context, &backups);
    Backups { saving: backups, restores, repositories, classes: classes(context) }
}

/// Ties one draft to claims, templates and databases.
fn join(draft: Draft, saved: &mut Saved) -> Backup {
    let mut backup = draft.backup;
    let id_of =
        |name: &Fact<String>| name.clone().map(|name| in_namespace(&draft.namespace, &name));
    for claim in
        saved.claims.iter_mut().filter(|claim| draft.covers.matches(claim, &draft.namespace))
    {
        backup.claims.push(claim.id.clone());
    }
    for id in draft.claims.iter().map(id_of) {
        let exists = |claim: &&mut Claim| id.get() == Some(&claim.id);
        if let Some(claim) = saved.claims.iter_mut().find(exists) {
            backup.claims.push(claim.id.clone());
        } else if let Some(template) = template_of(&id, saved.templates) {
            backup.templates.push(template.id.clone());
        } else {
            backup.missing.push(id);
        }
    }
    for id in draft.databases.iter().map(id_of) {
        match saved.databases.iter().find(|one| id.get() == Some(&one.id)) {
            Some(database) => backup.databases.push(database.id.clone()),
            None => backup.missing.push(id),
        }
    }
    finish(backup, saved)
}

fn in_namespace(namespace: &str, name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("{namespace}/{name}") }
}

/// The template that makes a claim of that id: `data-db-0` is of the prefix `data-db-`.
fn template_of<'a>(
    id: &Fact<String>,
    templates: &'a [VolumeTemplate],
) -> Option<&'a VolumeTemplate> {
    let (namespace, name) = id.get()?.split_once('/')?;
    templates.iter().find(|template| {
        let prefix = template.claim_prefix.as_deref();
        let number = prefix.and_then(|prefix| name.strip_prefix(prefix));
        template.id.split('/').next() == Some(namespace)
            && number.is_some_and(|text| text.parse::<u32>().is_ok())
    })
}

/// Sorts the ids of a backup, and tells each thing that it is saved by it.
fn finish(mut backup: Backup, saved: &mut Saved) -> Backup {
    for ids in [&mut backup.claims, &mut backup.templates, &mut backup.databases] {
        natural::sort_by(ids, |id| id);
        ids.dedup();
    }
    // Volumes of a saved database are saved with it.
    for template in saved.templates.iter() {
        let owner = template.id.rsplit_once('/').map(|(owner, _)| owner.to_owned());
        let is_part = template.made_by == postgres::OPERATOR;
        if is_part && owner.is_some_and(|owner| backup.databases.contains(&owner)) {
            backup.templates.push(template.id.clone());
        }
    }
    let id = &backup.id;
    for claim in saved.claims.iter_mut().filter(|one| backup.claims.contains(&one.id)) {
        claim.backups.push(id.clone());
    }
    for template in saved.templates.iter_mut().filter(|one| backup.templates.contains(&one.id)) {
        template.backups.push(id.clone());
    }
    for database in saved.databases.iter_mut().filter(|one| backup.databases.contains(&one.id)) {
        database.backups.push(id.clone());
    }
    backup
}

/// Adds the claims that are filled from a restore, and keeps those that it names if they exist.
fn fills(restore: &mut Restore, claims: &[Claim]) {
    let (namespace, name) = restore.id.split_once('/').unwrap_or(("", &restore.id));
    let wanted = format!("{}/{name}", restore.kind);
    let named = std::mem::take(&mut restore.claims);
    let is_filled = |claim: &&Claim| {
        let same_namespace = claim.id.split('/').next() == Some(namespace);
        named.contains(&claim.id) || same_namespace && claim.filled_from.get() == Some(&wanted)
    };
    restore.claims = claims.iter().filter(is_filled).map(|claim| claim.id.clone()).collect();
}

/// Kinds of repositories, with the tool and the path to how they store.
const REPOSITORIES: [(&str, &str, &str, &[&str]); 6] = [
    (kopiur::GROUP, "ClusterRepository", kopiur::TOOL, &["spec", "backend"]),
    (kopiur::GROUP, "Repository", kopiur::TOOL, &["spec", "backend"]),
    (postgres::PLUGIN_GROUP, "ObjectStore", postgres::OPERATOR, &["spec", "configuration"]),
    (operators::VELERO, "BackupStorageLocation", "Velero", &["spec", "provider"]),
    (operators::VELERO, "VolumeSnapshotLocation", "Velero", &["spec", "provider"]),
    ("longhorn.io", "BackupTarget", "Longhorn", &["spec"]),
];

fn repositories(context: &Context, backups: &[Backup]) -> Vec<BackupRepository> {
    let mut found = Vec::new();
    for (group, kind, tool, path) in REPOSITORIES {
        for (object, root) in context.of(group, kind) {
            let goes_here = |backup: &&Backup| {
                let near = object.namespace.is_none()
                    || backup.id.split('/').next() == object.namespace.as_deref()
                    || kind == "BackupStorageLocation";
                backup.tool == tool && near && backup.repository.get() == Some(&object.name)
            };
            found.push(BackupRepository {
                id: object.id(),
                kind: kind.to_owned(),
                tool: tool.to_owned(),
                storage: storage(root.at(path).as_ref()),
                backups: backups.iter().filter(goes_here).map(|one| one.id.clone()).collect(),
                source: context.source(object),
            });
        }
    }
    make_unique(&mut found, |one| (&mut one.id, &one.kind));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

/// How a repository stores: the word itself, or the key that says so (`s3`, `s3Credentials`).
fn storage(backend: Option<&Cursor>) -> Fact<String> {
    const KNOWN: [&str; 9] =
        ["s3", "b2", "gcs", "azure", "filesystem", "nfs", "sftp", "webdav", "rclone"];
    let Some(backend) = backend else { return Fact::unknown("not set") };
    if !backend.node.is_collection() {
        return backend.text();
    }
    let entries = backend.entries();
    let found = entries.iter().find_map(|(key, value)| {
        let name = key.trim_end_matches("Credentials");
        let known = KNOWN.iter().find(|known| **known == name)?;
        Some(Fact::known((*known).to_owned(), value.source()))
    });
    found.unwrap_or_else(|| Fact::unknown("not told by a key that is known"))
}

fn classes(context: &Context) -> Vec<SnapshotClass> {
    let read = |(object, root): (&crate::gitops::Object, Cursor)| SnapshotClass {
        name: object.name.clone(),
        driver: root.fact("driver", "not set"),
        deletion_policy: root.fact("deletionPolicy", "not set"),
        is_default: object
            .annotation("snapshot.storage.kubernetes.io/is-default-class")
            .and_then(crate::source::Node::as_str)
            == Some("true"),
        source: context.source(object),
    };
    let mut found: Vec<_> =
        context.of("snapshot.storage.k8s.io", "VolumeSnapshotClass").map(read).collect();
    natural::sort_by(&mut found, |class| &class.name);
    found
}

#[cfg(test)]
mod tests;
