//! What the picture of an app shows: who reaches it, what it stores and uses, what it waits for.
//!
//! In: a [`Cluster`] and one of its apps. Out: short lists of boxes. It looks up only what belongs to
//! the app, so that a site with many apps stays quick.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagram::Target;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::Look;
use crate::diagram::views::columns::{counted, listed, natural, parted};
use crate::inventory::{
    App, Audience, Authentication, Claim, Cluster, Coverage, Direction, Exposure, Fact, Verdict,
};

/// Boxes on each side.
pub(super) const MOST_LEFT: usize = 4;
pub(super) const MOST_RIGHT: usize = 5;
/// Claims with a box each.
const MOST_CLAIMS: usize = 3;
/// Names in tooltips.
const MOST_NAMES: usize = 4;

const QUIET: Tone = Tone::Plain(Neutral::Muted);
const OPEN: Tone = Tone::Plain(Neutral::Warn);
const LOCK: Tone = Tone::Plain(Neutral::Ink);

/// A box beside the app, in words.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) target: Option<Target>,
    pub(super) look: Look,
    pub(super) tone: Option<Tone>,
    pub(super) name: String,
    pub(super) detail: String,
    pub(super) title: String,
}

impl Thing {
    fn new(name: impl Into<String>, detail: impl Into<String>, title: impl Into<String>) -> Self {
        let (name, detail, title) = (name.into(), detail.into(), title.into());
        Self { target: None, look: Look::Card, tone: None, name, detail, title }
    }
}

/// All that is around an app.
#[derive(Clone, Debug, Default)]
pub(super) struct Around {
    pub(super) left: Vec<Thing>,
    pub(super) right: Vec<Thing>,
    pub(super) below: Vec<Thing>,
    /// Things that have no box.
    pub(super) more: usize,
}

impl Around {
    pub(super) fn new(cluster: &Cluster, app: &App) -> Self {
        let mut left = names(cluster, app);
        left.extend(addresses(cluster, app));
        let (left_cut, mut left) = cut(left, MOST_LEFT - 1);
        let mut right = claims(cluster, app);
        right.extend(mounts(cluster, app));
        right.extend(networks(cluster, app));
        right.extend(cards(app));
        right.extend(secrets(cluster, app));
        right.extend(databases(cluster, app));
        let (right_cut, right) = cut(right, MOST_RIGHT);
        let below = waits(cluster, app);
        if !left.is_empty() || !right.is_empty() || !below.is_empty() {
            left.extend(policies(cluster, app));
        }
        Self { left, right, below, more: left_cut + right_cut }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.left.is_empty() && self.right.is_empty() && self.below.is_empty()
    }
}

/// The first things, and a counted one for the rest.
fn cut(mut things: Vec<Thing>, most: usize) -> (usize, Vec<Thing>) {
    if things.len() <= most {
        return (0, things);
    }
    let rest = things.split_off(most - 1);
    let title = listed(rest.iter().map(|thing| thing.name.as_str()), MOST_NAMES);
    things.push(Thing::new(format!("and {} more", rest.len()), "", title));
    (rest.len(), things)
}

fn audience(audience: Audience) -> &'static str {
    match audience {
        Audience::Wan => "Internet",
        Audience::Overlay => "overlay network",
        Audience::Lan => "LAN",
        Audience::Unpublished => "unpublished",
        Audience::Unknown => "way not known",
    }
}

/// One box for each gateway, class or none through which host names lead to it.
fn names(cluster: &Cluster, app: &App) -> Vec<Thing> {
    let mut doors: BTreeMap<(u8, String), Vec<&Exposure>> = BTreeMap::new();
    for exposure in cluster.exposures.iter().filter(|it| it.apps.contains(&app.id)) {
        let gateways = exposure.gateways.iter().map(|id| (0, id.clone()));
        let classes = exposure.ingress_classes.iter().map(|it| (1, it.shown().to_owned()));
        let mut all: Vec<(u8, String)> = gateways.chain(classes).collect();
        if all.is_empty() {
            all.push((2, String::new()));
        }
        for door in all {
            doors.entry(door).or_default().push(exposure);
        }
    }
    doors.iter().map(|((kind, door), names)| names_by(cluster, *kind, door, names)).collect()
}

fn names_by(cluster: &Cluster, kind: u8, door: &str, exposures: &[&Exposure]) -> Thing {
    let widest = exposures.iter().map(|it| it.audience).max().unwrap_or(Audience::Unknown);
    let asked = exposures.iter().all(|it| it.authentication == Authentication::Required);
    let unasked = exposures.iter().any(|it| it.authentication == Authentication::NoneDeclared);
    let mut shown: Vec<&str> = exposures.iter().map(|it| it.name.shown()).collect();
    shown.sort_by(|one, other| natural(one, other));
    let name = match kind {
        2 => "No gateway",
        _ => parted(door).1,
    };
    let count = counted(shown.len(), "name", "names");
    let login = if asked {
        ", login asked"
    } else if unasked {
        ", no login declared"
    } else {
        ""
    };
    let names = listed(shown.iter().copied(), MOST_NAMES);
    let mut thing = Thing::new(
        name,
        format!("{} · {count}", audience(widest)),
        format!("{}{login}: {names}", audience(widest)),
    );
    let declared = kind == 0 && cluster.gateways.iter().any(|gateway| gateway.id == door);
    thing.target = declared.then(|| Target::Gateway(door.to_owned()));
    thing.tone = match (asked, unasked && widest == Audience::Wan) {
        (true, _) => Some(LOCK),
        (_, true) => Some(OPEN),
        _ => None,
    };
    if kind == 2 || (kind == 0 && !declared) {
        thing.look = Look::Absent(QUIET);
    }
    thing
}

/// Services with addresses of their own, together.
fn addresses(cluster: &Cluster, app: &App) -> Option<Thing> {
    let own = cluster.exposed_services.iter();
    let own: Vec<_> = own.filter(|it| it.app.as_ref() == Some(&app.id)).collect();
    let kinds: BTreeSet<&str> = own.iter().map(|service| service.kind.as_str()).collect();
    let mut all: Vec<&str> =
        own.iter().flat_map(|service| &service.addresses).map(Fact::shown).collect();
    all.sort_by(|one, other| natural(one, other));
    all.dedup();
    let name = kinds.iter().copied().collect::<Vec<_>>().join(", ");
    let shown =
        if all.is_empty() { "given by the cluster".to_owned() } else { listed(all.into_iter(), 2) };
    let title = format!("{name} at an address of its own: {shown}");
    (!own.is_empty()).then(|| Thing::new(name, shown, title))
}

/// Who else in the cluster may reach it.
fn policies(cluster: &Cluster, app: &App) -> Option<Thing> {
    let own = cluster.isolation.iter().find(|it| it.namespace == app.namespace)?;
    let selected = || {
        let mut parts = cluster.policies.iter().flat_map(|policy| &policy.parts);
        parts.any(|part| part.isolates.contains(&Direction::Ingress) && part.apps.contains(&app.id))
    };
    let is_closed = match own.ingress.coverage {
        Coverage::None => false,
        Coverage::Some => selected(),
        Coverage::All => true,
    };
    if !is_closed {
        let why = if own.ingress.coverage == Coverage::None {
            "no policy"
        } else {
            "no policy known for it"
        };
        let title = format!("Every pod of the cluster may reach it: {why}");
        let thing = Thing::new("Every pod", why, title);
        return Some(Thing { look: Look::Absent(QUIET), ..thing });
    }
    let others = cluster.isolation.iter().filter(|other| other.towards(own) != Verdict::Denied);
    let mut may: Vec<&str> = others.map(|other| other.namespace.as_str()).collect();
    may.sort_by(|one, other| natural(one, other));
    let title = match may.len() {
        0 => "Policies let no namespace in".to_owned(),
        _ => format!(
            "Policies let in, wholly or in part: {}",
            listed(may.iter().copied(), MOST_NAMES)
        ),
    };
    let name = if may.is_empty() {
        "No namespace".to_owned()
    } else {
        counted(may.len(), "namespace", "namespaces")
    };
    Some(Thing::new(name, "let in by policies", title))
}

fn claims(cluster: &Cluster, app: &App) -> Vec<Thing> {
    let mut own: Vec<&Claim> =
        cluster.claims.iter().filter(|claim| app.claims.contains(&claim.id)).collect();
    own.sort_by(|one, other| natural(&one.id, &other.id));
    let rest = own.split_off(own.len().min(MOST_CLAIMS));
    let mut things: Vec<Thing> = own.iter().map(|claim| claim_thing(claim)).collect();
    let mut templates: Vec<_> = cluster.volume_templates.iter().collect();
    templates.retain(|template| template.app.as_ref() == Some(&app.id));
    let unsaved = rest.iter().filter(|claim| claim.backups.is_empty()).count()
        + templates.iter().filter(|template| template.backups.is_empty()).count();
    let count = rest.len() + templates.len();
    if count > 0 {
        let names =
            rest.iter().map(|it| it.id.as_str()).chain(templates.iter().map(|it| it.id.as_str()));
        let mut names: Vec<&str> = names.collect();
        names.sort_by(|one, other| natural(one, other));
        let detail =
            if unsaved > 0 { format!("{unsaved} without backup") } else { "saved".to_owned() };
        let name = if rest.is_empty() {
            counted(count, "claim template", "claim templates")
        } else {
            counted(count, "more claim", "more claims")
        };
        let thing = Thing::new(name, detail, listed(names.into_iter(), MOST_NAMES));
        things.push(marked(thing, unsaved > 0));
    }
    things
}

fn marked(thing: Thing, open: bool) -> Thing {
    if open { Thing { look: Look::Absent(OPEN), ..thing } } else { thing }
}

fn claim_thing(claim: &Claim) -> Thing {
    let name = parted(&claim.id).1;
    let class = claim.class.get().or_else(|| claim.volume.get());
    let class = class.map_or("no class", String::as_str);
    let saved = if claim.backups.is_empty() { "no backup" } else { "saved" };
    let size = claim.size.get().map(|size| format!(", {size}")).unwrap_or_default();
    let thing =
        Thing::new(name, format!("{class} · {saved}"), format!("claim {name}{size}; {saved}"));
    marked(thing, claim.backups.is_empty())
}

fn mounts(cluster: &Cluster, app: &App) -> Option<Thing> {
    let own = cluster.shares.iter().filter(|share| share.app.as_ref() == Some(&app.id));
    let own: Vec<_> = own.collect();
    let mut paths: Vec<&str> = own.iter().map(|share| share.path.shown()).collect();
    paths.sort_by(|one, other| natural(one, other));
    let server = own.iter().map(|share| share.server.shown()).min()?;
    let name = format!("{} of {server}", counted(paths.len(), "share", "shares"));
    let paths = listed(paths.into_iter(), MOST_NAMES);
    Some(Thing::new(name, paths.clone(), format!("mounts {paths} of {server}")))
}

/// Second networks of its pods, by name.
fn networks(cluster: &Cluster, app: &App) -> Vec<Thing> {
    let used = cluster.attachments.iter().filter(|it| app.attachments.contains(&it.id));
    let on: BTreeSet<&str> = used.filter_map(|it| it.network.as_deref()).collect();
    let mut found: Vec<_> =
        cluster.networks.iter().filter(|it| on.contains(it.id.as_str())).collect();
    found.sort_by(|one, other| one.rank.cmp(&other.rank).then_with(|| natural(&one.id, &other.id)));
    let thing = |network: &crate::inventory::Network| {
        let cidr = network.cidr.get().cloned().unwrap_or_default();
        let name = network.name.get().unwrap_or(&network.id);
        let title = format!("second interface on {name} {cidr}");
        let thing = Thing::new(name, if cidr == *name { String::new() } else { cidr }, title);
        let target = Some(Target::Network(network.id.clone()));
        Thing { tone: Some(Tone::Network(network.rank)), target, ..thing }
    };
    found.into_iter().map(thing).collect()
}

fn cards(app: &App) -> Option<Thing> {
    let mut asked: Vec<&str> = app.gpus.iter().map(Fact::shown).collect();
    asked.sort_by(|one, other| natural(one, other));
    asked.dedup();
    let words = listed(asked.iter().copied(), 2);
    (!asked.is_empty())
        .then(|| Thing::new("Graphics card", words.clone(), format!("asks for {words}")))
}

/// Secrets together, with the stores that they come from. Names only.
fn secrets(cluster: &Cluster, app: &App) -> Option<Thing> {
    let external = cluster.external_secrets.iter().filter(|it| it.apps.contains(&app.id));
    let stores: BTreeSet<&str> =
        external.flat_map(|secret| &secret.stores).map(|store| parted(store.shown()).1).collect();
    let mut names: Vec<&str> = app.secrets.iter().map(String::as_str).collect();
    names.sort_by(|one, other| natural(one, other));
    names.dedup();
    let from = listed(stores.into_iter(), 2);
    let detail = if from.is_empty() { String::new() } else { format!("from {from}") };
    let title = format!("uses {} {detail}", listed(names.iter().copied(), MOST_NAMES));
    let name = counted(names.len(), "Secret", "Secrets");
    (!names.is_empty()).then(|| Thing::new(name, detail, title.trim_end()))
}

/// Database clusters that the same Kustomization applies.
fn databases(cluster: &Cluster, app: &App) -> Vec<Thing> {
    let beside = |id: &str| {
        let (namespace, name) = parted(id);
        namespace == app.namespace && app.objects.iter().any(|object| object.name == name)
    };
    let mut found: Vec<_> = cluster.databases.iter().filter(|one| beside(&one.id)).collect();
    found.sort_by(|one, other| natural(&one.id, &other.id));
    let thing = |database: &crate::inventory::DatabaseCluster| {
        let saved = if database.backups.is_empty() { "no backup" } else { "saved" };
        let name = parted(&database.id).1;
        let detail = format!("{} · {saved}", database.engine);
        let title = format!("{name}, {} beside it; {saved}", database.engine);
        Thing::new(name, detail, title)
    };
    found.into_iter().map(thing).collect()
}

/// What its Kustomization waits for, and what waits for that.
fn waits(cluster: &Cluster, app: &App) -> Vec<Thing> {
    let Some(id) = &app.kustomization else { return vec![] };
    let own = cluster.kustomizations.iter().find(|entry| entry.id == *id);
    let before: BTreeSet<&str> =
        own.into_iter().flat_map(|it| &it.depends_on).map(|it| it.id.as_str()).collect();
    let after = cluster.kustomizations.iter();
    let after = after.filter(|entry| entry.depends_on.iter().any(|edge| edge.id == *id));
    let after: BTreeSet<&str> = after.map(|entry| entry.id.as_str()).collect();
    let thing = |(name, all): (&str, BTreeSet<&str>)| {
        let mut ids: Vec<&str> = all.into_iter().collect();
        ids.sort_by(|one, other| natural(one, other));
        let detail = match ids.len() {
            0 => return None,
            1 => parted(ids[0]).1.to_owned(),
            many => format!("{} +{}", parted(ids[0]).1, many - 1),
        };
        let target = (ids.len() == 1).then(|| Target::Kustomization(ids[0].to_owned()));
        let title = format!("{name} {}", listed(ids.iter().copied(), MOST_NAMES));
        Some(Thing { target, ..Thing::new(name, detail, title) })
    };
    [("Waits for", before), ("Needed by", after)].into_iter().filter_map(thing).collect()
}
