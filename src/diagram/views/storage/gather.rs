//! What the storage picture shows: backends, classes and exports, claims by namespace, backups.
//!
//! In: a [`Cluster`] and a namespace or none. Out: sorted lists that do not depend on the order of
//! the input. A claim without a class is not guessed to have the default one.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::views::columns::parted;
use crate::inventory::{Backup, Claim, Cluster, Fact, Share, StorageClass, VolumeTemplate};

/// What keeps data.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Base {
    /// What the driver of a class belongs to.
    Backend(String),
    /// A file server: protocol, and name or address.
    Server(String, String),
    /// Nothing tells.
    Unknown,
}

/// What claims are made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Maker {
    /// A storage class by name.
    Class(String),
    /// An export of a file server: protocol, server, path.
    Export(String, String, String),
    /// A volume of another kind, by its driver.
    Volume(String),
    /// No class is declared.
    None,
}

/// What backups go to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Goal {
    /// A declared repository by its id, with the tool.
    Repository(String, String),
    /// What a tool writes to, where no repository is declared.
    Tool(String),
}

/// What a thing that uses storage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Claim,
    Template,
    /// An app that mounts a share without a claim.
    Mount,
}

/// A claim, a template for claims, or a mount.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Use {
    pub(super) namespace: String,
    /// Its name without the namespace.
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) app: Option<String>,
    pub(super) size: String,
    pub(super) makers: BTreeSet<Maker>,
    pub(super) goals: BTreeSet<Goal>,
}

impl Use {
    /// Whether it is something that a backup could save and none does.
    pub(super) fn is_unsaved(&self) -> bool {
        self.kind != Kind::Mount && self.goals.is_empty()
    }
}

/// What is known of a goal.
#[derive(Clone, Debug, Default)]
pub(super) struct Saving {
    pub(super) backups: usize,
    pub(super) suspended: usize,
    pub(super) storage: String,
    pub(super) schedules: BTreeSet<String>,
}

/// Everything that is drawn.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) makers: BTreeMap<Maker, Base>,
    pub(super) uses: Vec<Use>,
    pub(super) goals: BTreeMap<Goal, Saving>,
    /// Classes by name: pool, and whether it is the default one.
    pub(super) classes: BTreeMap<String, (String, bool)>,
}

impl Gathered {
    pub(super) fn new(cluster: &Cluster, namespace: Option<&str>) -> Self {
        let mut gathered = Self::default();
        for class in &cluster.storage_classes {
            gathered.class(class, namespace.is_none());
        }
        let goals = gathered.goals(cluster, namespace);
        let saved = |backups: &[String]| -> BTreeSet<Goal> {
            backups.iter().filter_map(|id| goals.get(id.as_str()).cloned()).collect()
        };
        let exports = exports(cluster);
        let mut uses = Vec::new();
        for claim in &cluster.claims {
            uses.push(claim_use(claim, &exports, saved(&claim.backups)));
        }
        for template in &cluster.volume_templates {
            uses.push(template_use(template, saved(&template.backups)));
        }
        uses.extend(mounts(cluster));
        uses.retain(|one| namespace.is_none_or(|name| one.namespace == name));
        uses.sort_unstable();
        for one in &uses {
            for maker in &one.makers {
                let base = base(maker, &cluster.storage_classes);
                gathered.makers.entry(maker.clone()).or_insert(base);
            }
        }
        gathered.uses = uses;
        if namespace.is_some() {
            let used: BTreeSet<&Goal> = gathered.uses.iter().flat_map(|one| &one.goals).collect();
            let used: BTreeSet<Goal> = used.into_iter().cloned().collect();
            gathered.goals.retain(|goal, _| used.contains(goal));
        }
        gathered
    }

    fn class(&mut self, class: &StorageClass, drawn: bool) {
        let pool = class.pool.get().cloned().unwrap_or_default();
        self.classes.insert(class.name.clone(), (pool, class.is_default));
        if drawn {
            let maker = Maker::Class(class.name.clone());
            self.makers.insert(maker, Base::Backend(class.backend.clone()));
        }
    }

    /// Where each backup goes, by its id.
    fn goals<'a>(
        &mut self,
        cluster: &'a Cluster,
        namespace: Option<&str>,
    ) -> BTreeMap<&'a str, Goal> {
        let mut goals: BTreeMap<&str, Goal> = BTreeMap::new();
        for repository in &cluster.backup_repositories {
            let goal = Goal::Repository(repository.id.clone(), repository.tool.clone());
            let saving = self.goals.entry(goal.clone()).or_default();
            saving.storage = repository.storage.get().cloned().unwrap_or_default();
            for backup in &repository.backups {
                let of = goals.entry(backup).or_insert_with(|| goal.clone());
                *of = goal.clone().min(of.clone());
            }
        }
        let is_in = |backup: &Backup| namespace.is_none_or(|name| parted(&backup.id).0 == name);
        for backup in &cluster.backups {
            let tool = || Goal::Tool(backup.tool.clone());
            let goal = goals.entry(&backup.id).or_insert_with(tool).clone();
            if is_in(backup) {
                let saving = self.goals.entry(goal).or_default();
                saving.backups += 1;
                saving.suspended += usize::from(backup.suspended);
                saving.schedules.extend(backup.schedules.iter().map(|it| it.shown().to_owned()));
            }
        }
        goals
    }

    pub(super) fn bases(&self) -> BTreeSet<&Base> {
        self.makers.values().collect()
    }

    /// What uses storage, by namespace.
    pub(super) fn spaces(&self) -> BTreeMap<&str, Vec<&Use>> {
        let mut spaces: BTreeMap<&str, Vec<&Use>> = BTreeMap::new();
        for one in &self.uses {
            spaces.entry(&one.namespace).or_default().push(one);
        }
        spaces
    }
}

/// What claims take of volumes that are objects, by the claim's id.
fn exports(cluster: &Cluster) -> BTreeMap<&str, Maker> {
    let mut exports = BTreeMap::new();
    for volume in &cluster.volumes {
        let Some(claim) = &volume.claim else { continue };
        let driver = volume.driver.shown();
        let maker = match driver {
            "nfs" | "smb.csi.k8s.io" | "nfs.csi.k8s.io" => {
                let protocol = if driver.starts_with("nfs") { "NFS" } else { "SMB" };
                export(protocol, &volume.server, &volume.path)
            }
            _ => Maker::Volume(driver.to_owned()),
        };
        let of = exports.entry(claim.as_str()).or_insert_with(|| maker.clone());
        *of = maker.min(of.clone());
    }
    exports
}

fn export(protocol: &str, server: &Fact<String>, path: &Fact<String>) -> Maker {
    Maker::Export(protocol.to_owned(), server.shown().to_owned(), path.shown().to_owned())
}

fn base(maker: &Maker, classes: &[StorageClass]) -> Base {
    match maker {
        Maker::Class(name) => {
            let class = classes.iter().find(|class| class.name == *name);
            class.map_or(Base::Unknown, |class| Base::Backend(class.backend.clone()))
        }
        Maker::Export(protocol, server, _) => Base::Server(protocol.clone(), server.clone()),
        Maker::Volume(driver) => Base::Backend(driver.clone()),
        Maker::None => Base::Unknown,
    }
}

fn maker(class: &Fact<String>) -> Maker {
    if matches!(class.value, crate::inventory::Value::Unknown(_)) {
        return Maker::None;
    }
    Maker::Class(class.shown().to_owned())
}

fn claim_use(claim: &Claim, exports: &BTreeMap<&str, Maker>, goals: BTreeSet<Goal>) -> Use {
    let (namespace, name) = parted(&claim.id);
    let made = exports.get(claim.id.as_str()).cloned().unwrap_or_else(|| maker(&claim.class));
    Use {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        kind: Kind::Claim,
        id: claim.id.clone(),
        app: claim.app.clone(),
        size: claim.size.get().cloned().unwrap_or_default(),
        makers: [made].into(),
        goals,
    }
}

fn template_use(template: &VolumeTemplate, goals: BTreeSet<Goal>) -> Use {
    let (namespace, name) = parted(&template.id);
    Use {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        kind: Kind::Template,
        id: template.id.clone(),
        app: template.app.clone(),
        size: template.size.get().cloned().unwrap_or_default(),
        makers: [maker(&template.class)].into(),
        goals,
    }
}

/// One for each app that mounts shares directly.
fn mounts(cluster: &Cluster) -> Vec<Use> {
    let mut apps: BTreeMap<&str, BTreeSet<Maker>> = BTreeMap::new();
    let direct =
        cluster.shares.iter().filter_map(|share: &Share| Some((share.app.as_ref()?, share)));
    for (app, share) in direct {
        let export = export(&share.protocol, &share.server, &share.path);
        apps.entry(app).or_default().insert(export);
    }
    let mount = |(app, makers): (&str, BTreeSet<Maker>)| Use {
        namespace: parted(app).0.to_owned(),
        name: parted(app).1.to_owned(),
        kind: Kind::Mount,
        id: app.to_owned(),
        app: Some(app.to_owned()),
        size: String::new(),
        makers,
        goals: BTreeSet::new(),
    };
    apps.into_iter().map(mount).collect()
}
