//! What the exposure picture shows: ways in, doors, and groups of apps behind them.
//!
//! In: a [`Cluster`] and a namespace or none. Out: sorted lists that do not depend on the order of
//! the input. It places nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{Audience, Authentication, Cluster, ExposedService, Exposure};

/// A way by which visitors come.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// The Internet, through the tunnel of an app.
    Tunnel(String),
    /// The Internet, to a published address.
    Internet,
    /// A private overlay network.
    Overlay,
    /// The local network.
    Lan,
    /// An address, by whoever has a way to it.
    Address,
    /// By a name that no publisher publishes.
    Unpublished,
    /// Nothing tells.
    Unknown,
}

/// How far away visitors may be, the farthest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    Internet,
    Overlay,
    Lan,
    Address,
    Unpublished,
    Unknown,
}

/// Whether something asks who the visitor is, the most open first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Asks {
    No,
    Partly,
    Unknown,
    Yes,
}

/// What visitors come to before they reach an app.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Door {
    /// A gateway by its id, declared or not.
    Gateway(String),
    /// An Ingress class.
    Class(String),
    /// Nothing: Services of a kind have addresses of their own.
    Own(String),
    /// No gateway is named.
    None,
}

/// An app, or a Service of which no app is known, within a group.
#[derive(Clone, Debug, Default)]
pub(super) struct Entry {
    /// Host names as written.
    pub(super) names: BTreeSet<String>,
    /// Addresses of its own.
    pub(super) addresses: BTreeSet<String>,
    /// What asks who the visitor is.
    pub(super) asked_by: BTreeSet<String>,
    pub(super) doors: BTreeSet<Door>,
    /// Whether it is an app.
    pub(super) is_app: bool,
}

/// Apps that are reached from equally far, with the same being asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// By id.
    pub(super) entries: BTreeMap<String, Entry>,
    /// Host names that lead to no app that can be told.
    pub(super) strays: BTreeSet<String>,
    pub(super) doors: BTreeSet<Door>,
}

/// Everything that is drawn.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Ways with the number of host names, or of Services.
    pub(super) ways: BTreeMap<Way, usize>,
    pub(super) doors: BTreeMap<Door, usize>,
    pub(super) inwards: BTreeSet<(Way, Door)>,
    pub(super) groups: BTreeMap<(Reach, Asks), Group>,
    /// All host names.
    pub(super) names: usize,
}

impl Gathered {
    pub(super) fn new(cluster: &Cluster, namespace: Option<&str>) -> Self {
        let is_in = |id: &str| {
            namespace.is_none_or(|name| id.strip_prefix(name).is_some_and(|it| it.starts_with('/')))
        };
        let mut gathered = Self::default();
        for exposure in &cluster.exposures {
            if namespace.is_none() || exposure.apps.iter().any(|app| is_in(app)) {
                gathered.exposure(exposure, &is_in);
            }
        }
        for service in &cluster.exposed_services {
            if is_in(service.app.as_ref().unwrap_or(&service.id)) {
                gathered.service(service);
            }
        }
        gathered
    }

    fn exposure(&mut self, exposure: &Exposure, is_in: &dyn Fn(&str) -> bool) {
        self.names += 1;
        let (ways, doors) = (ways(exposure), doors(exposure));
        for way in &ways {
            *self.ways.entry(way.clone()).or_default() += 1;
            self.inwards.extend(doors.iter().map(|door| (way.clone(), door.clone())));
        }
        for door in &doors {
            *self.doors.entry(door.clone()).or_default() += 1;
        }
        let group = self.groups.entry((reach(exposure), asks(exposure))).or_default();
        group.doors.extend(doors.iter().cloned());
        let name = exposure.name.shown().to_owned();
        for app in exposure.apps.iter().filter(|app| is_in(app)) {
            let entry = group.entries.entry(app.clone()).or_default();
            entry.is_app = true;
            entry.names.insert(name.clone());
            entry.asked_by.extend(exposure.auth_by.iter().cloned());
            entry.doors.extend(doors.iter().cloned());
        }
        if exposure.apps.is_empty() {
            group.strays.insert(name);
        }
    }

    fn service(&mut self, service: &ExposedService) {
        let overlay = service.kind == "Tailscale";
        let (way, reach) =
            if overlay { (Way::Overlay, Reach::Overlay) } else { (Way::Address, Reach::Address) };
        let door = Door::Own(service.kind.clone());
        *self.ways.entry(way.clone()).or_default() += 1;
        *self.doors.entry(door.clone()).or_default() += 1;
        self.inwards.insert((way, door.clone()));
        let group = self.groups.entry((reach, Asks::No)).or_default();
        group.doors.insert(door.clone());
        let id = service.app.as_ref().unwrap_or(&service.id);
        let entry = group.entries.entry(id.clone()).or_default();
        entry.is_app = service.app.is_some();
        entry.names.extend(service.hostnames.iter().map(|name| name.shown().to_owned()));
        entry.addresses.extend(service.addresses.iter().map(|it| it.shown().to_owned()));
        entry.doors.insert(door);
    }
}

fn ways(exposure: &Exposure) -> BTreeSet<Way> {
    let own = [exposure.audience];
    let audiences = if exposure.audiences.is_empty() { &own[..] } else { &exposure.audiences };
    let mut ways = BTreeSet::new();
    for audience in audiences {
        match audience {
            Audience::Wan if exposure.tunnels.is_empty() => drop(ways.insert(Way::Internet)),
            Audience::Wan => ways.extend(exposure.tunnels.iter().cloned().map(Way::Tunnel)),
            Audience::Overlay => drop(ways.insert(Way::Overlay)),
            Audience::Lan => drop(ways.insert(Way::Lan)),
            Audience::Unpublished => drop(ways.insert(Way::Unpublished)),
            Audience::Unknown => drop(ways.insert(Way::Unknown)),
        }
    }
    ways
}

fn doors(exposure: &Exposure) -> BTreeSet<Door> {
    let gateways = exposure.gateways.iter().cloned().map(Door::Gateway);
    let classes = exposure.ingress_classes.iter().map(|it| Door::Class(it.shown().to_owned()));
    let mut doors: BTreeSet<Door> = gateways.chain(classes).collect();
    if doors.is_empty() {
        doors.insert(Door::None);
    }
    doors
}

fn reach(exposure: &Exposure) -> Reach {
    match exposure.audience {
        Audience::Wan => Reach::Internet,
        Audience::Overlay => Reach::Overlay,
        Audience::Lan => Reach::Lan,
        Audience::Unpublished => Reach::Unpublished,
        Audience::Unknown => Reach::Unknown,
    }
}

fn asks(exposure: &Exposure) -> Asks {
    match exposure.authentication {
        Authentication::NoneDeclared => Asks::No,
        Authentication::Partial => Asks::Partly,
        Authentication::Unknown => Asks::Unknown,
        Authentication::Required => Asks::Yes,
    }
}
