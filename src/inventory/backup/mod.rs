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

use std::collections::{BTreeMap, BTreeSet};

use self::draft::{Covers, Draft, Namespaces};
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
    let places = Places::new(&saved);
    let mut backups: Vec<_> =
        drafts.into_iter().map(|draft| join(draft, &mut saved, &places)).collect();
    natural::sort_by(&mut backups, |backup| &backup.id);
    let mut restores = volsync::restores(context);
    restores.extend(kopiur::restores(context));
    for restore in &mut restores {
        fills(restore, saved.claims, &places);
    }
    make_unique(&mut restores, |restore| (&mut restore.id, &restore.kind));
    natural::sort_by(&mut restores, |restore| &restore.id);
    let repositories = repositories(context, &backups);
    Backups { saving: backups, restores, repositories, classes: classes(context) }
}

/// Where what can be saved stands in its list, by id and by namespace.
struct Places {
    claims: BTreeMap<String, Vec<usize>>,
    claims_in: BTreeMap<String, Vec<usize>>,
    templates: BTreeMap<String, Vec<usize>>,
    templates_in: BTreeMap<String, Vec<usize>>,
    /// Templates by the database cluster that they are a part of.
    templates_of: BTreeMap<String, Vec<usize>>,
    databases: BTreeMap<String, Vec<usize>>,
}

impl Places {
    fn new(saved: &Saved) -> Self {
        let claims = || saved.claims.iter().map(|one| one.id.as_str());
        let templates = || saved.templates.iter().map(|one| one.id.as_str());
        let owner = |template: &VolumeTemplate| {
            let is_part = template.made_by == postgres::OPERATOR;
            let (owner, _) = template.id.rsplit_once('/').filter(|_| is_part)?;
            Some(owner.to_owned())
        };
        Self {
            claims: by(claims()),
            claims_in: by(claims().map(namespace_of)),
            templates: by(templates()),
            templates_in: by(templates().map(namespace_of)),
            templates_of: by(saved.templates.iter().map(|one| owner(one).unwrap_or_default())),
            databases: by(saved.databases.iter().map(|one| one.id.as_str())),
        }
    }
}

/// The places of each key, in their order.
fn by(keys: impl Iterator<Item = impl Into<String>>) -> BTreeMap<String, Vec<usize>> {
    let mut found: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, key) in keys.enumerate() {
        found.entry(key.into()).or_default().push(at);
    }
    found
}

fn at<'a>(places: &'a BTreeMap<String, Vec<usize>>, key: &str) -> &'a [usize] {
    places.get(key).map(Vec::as_slice).unwrap_or_default()
}

fn namespace_of(id: &str) -> &str {
    id.split('/').next().unwrap_or_default()
}

/// Ties one draft to claims, templates and databases.
fn join(draft: Draft, saved: &mut Saved, places: &Places) -> Backup {
    let mut backup = draft.backup;
    let id_of =
        |name: &Fact<String>| name.clone().map(|name| in_namespace(&draft.namespace, &name));
    backup.claims.extend(covered(&draft.covers, &draft.namespace, saved.claims, places));
    let exists = |places: &BTreeMap<_, _>, id: &String| {
        Some(id.clone()).filter(|id| places.contains_key(id))
    };
    for id in draft.claims.iter().map(id_of) {
        if let Some(claim) = id.get().and_then(|id| exists(&places.claims, id)) {
            backup.claims.push(claim);
        } else if let Some(template) = template_of(&id, saved.templates, places) {
            backup.templates.push(template.id.clone());
        } else {
            backup.missing.push(id);
        }
    }
    for id in draft.databases.iter().map(id_of) {
        match id.get().and_then(|id| exists(&places.databases, id)) {
            Some(database) => backup.databases.push(database),
            None => backup.missing.push(id),
        }
    }
    finish(backup, saved, places)
}

/// Ids of claims that are meant without being named.
fn covered(covers: &Covers, own: &str, claims: &[Claim], places: &Places) -> Vec<String> {
    let near: Vec<usize> = match covers {
        Covers::Nothing => return vec![],
        Covers::Claims { namespaces: Namespaces::Own, .. } => at(&places.claims_in, own).to_vec(),
        Covers::Claims { namespaces: Namespaces::These(these), .. } => {
            these.iter().flat_map(|name| at(&places.claims_in, name)).copied().collect()
        }
        Covers::Claims { namespaces: Namespaces::AllBut(_), .. } => (0..claims.len()).collect(),
    };
    let meant = near.into_iter().map(|at| &claims[at]).filter(|claim| covers.matches(claim, own));
    meant.map(|claim| claim.id.clone()).collect()
}

fn in_namespace(namespace: &str, name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("{namespace}/{name}") }
}

/// The template that makes a claim of that id: `data-db-0` is of the prefix `data-db-`.
fn template_of<'a>(
    id: &Fact<String>,
    templates: &'a [VolumeTemplate],
    places: &Places,
) -> Option<&'a VolumeTemplate> {
    let (namespace, name) = id.get()?.split_once('/')?;
    let mut near = at(&places.templates_in, namespace).iter().map(|at| &templates[*at]);
    near.find(|template| {
        let prefix = template.claim_prefix.as_deref();
        let number = prefix.and_then(|prefix| name.strip_prefix(prefix));
        number.is_some_and(|text| text.parse::<u32>().is_ok())
    })
}

/// Sorts the ids of a backup, and tells each thing that it is saved by it.
fn finish(mut backup: Backup, saved: &mut Saved, places: &Places) -> Backup {
    for ids in [&mut backup.claims, &mut backup.templates, &mut backup.databases] {
        natural::sort_by(ids, |id| id);
        ids.dedup();
    }
    // Volumes of a saved database are saved with it.
    let parts = backup.databases.iter().flat_map(|owner| at(&places.templates_of, owner));
    let mut parts: Vec<usize> = parts.copied().collect();
    parts.sort_unstable();
    backup.templates.extend(parts.into_iter().map(|at| saved.templates[at].id.clone()));
    let id = &backup.id;
    for place in stands(&backup.claims, &places.claims) {
        saved.claims[place].backups.push(id.clone());
    }
    for place in stands(&backup.templates, &places.templates) {
        saved.templates[place].backups.push(id.clone());
    }
    for place in stands(&backup.databases, &places.databases) {
        saved.databases[place].backups.push(id.clone());
    }
    backup
}

/// Each place of some ids once.
fn stands(ids: &[String], places: &BTreeMap<String, Vec<usize>>) -> BTreeSet<usize> {
    ids.iter().flat_map(|id| at(places, id)).copied().collect()
}

/// Adds the claims that are filled from a restore, and keeps those that it names if they exist.
fn fills(restore: &mut Restore, claims: &[Claim], places: &Places) {
    let (namespace, name) = restore.id.split_once('/').unwrap_or(("", &restore.id));
    let wanted = format!("{}/{name}", restore.kind);
    let named = std::mem::take(&mut restore.claims);
    let mut found = stands(&named, &places.claims);
    let is_filled = |at: &&usize| claims[**at].filled_from.get() == Some(&wanted);
    found.extend(at(&places.claims_in, namespace).iter().filter(is_filled));
    restore.claims = found.into_iter().map(|at| claims[at].id.clone()).collect();
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
    let mut by_name: BTreeMap<(&str, &str), Vec<&Backup>> = BTreeMap::new();
    for backup in backups {
        let Some(name) = backup.repository.get() else { continue };
        by_name.entry((&backup.tool, name)).or_default().push(backup);
    }
    for (group, kind, tool, path) in REPOSITORIES {
        for (object, root) in context.of(group, kind) {
            let goes_here = |backup: &&Backup| {
                let near = object.namespace.is_none()
                    || Some(namespace_of(&backup.id)) == object.namespace.as_deref()
                    || kind == "BackupStorageLocation";
                near.then(|| backup.id.clone())
            };
            let named = by_name.get(&(tool, object.name.as_str())).into_iter().flatten();
            found.push(BackupRepository {
                id: object.id(),
                kind: kind.to_owned(),
                tool: tool.to_owned(),
                storage: storage(root.at(path).as_ref()),
                backups: named.filter_map(goes_here).collect(),
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
