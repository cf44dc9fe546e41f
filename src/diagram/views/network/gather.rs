//! What the network picture shows, gathered from the inventory and put in order.
//!
//! In: a [`Cluster`] in any order. Out: [`Gathered`], in natural order, with what each app is on,
//! reached through and stores on. It places nothing.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::inventory::{App, Cluster, Fact, Gateway, Host, Network, Node, Tunnel, Vm};

/// Natural order, made total.
pub(super) fn natural(one: &str, other: &str) -> Ordering {
    natord::compare(one, other).then_with(|| one.cmp(other))
}

pub(super) use super::super::id;

/// A machine on a hypervisor: a node, a virtual machine that is none, or both.
pub(super) struct Machine<'a> {
    pub(super) name: &'a str,
    pub(super) node: Option<&'a Node>,
    /// Places in [`Gathered::networks`].
    pub(super) networks: BTreeSet<usize>,
    pub(super) has_gpu: bool,
}

/// A hypervisor, or the box for machines whose hypervisor is not declared.
pub(super) struct Group<'a> {
    pub(super) host: Option<&'a Host>,
    pub(super) machines: Vec<Machine<'a>>,
}

impl Group<'_> {
    pub(super) fn id(&self) -> String {
        self.host.map_or_else(|| "nodes".to_owned(), |host| id("host", &host.name))
    }

    /// Networks that any of its machines is on.
    pub(super) fn networks(&self) -> BTreeSet<usize> {
        self.machines.iter().flat_map(|machine| machine.networks.iter().copied()).collect()
    }
}

/// What an app hangs on, as places in the lists of [`Gathered`].
#[derive(Default)]
pub(super) struct Ties {
    pub(super) networks: BTreeSet<usize>,
    pub(super) gateways: BTreeSet<usize>,
    pub(super) stores: BTreeSet<usize>,
}

impl Ties {
    fn add(&mut self, other: &Self) {
        self.networks.extend(&other.networks);
        self.gateways.extend(&other.gateways);
        self.stores.extend(&other.stores);
    }
}

/// A namespace with apps.
pub(super) struct Space<'a> {
    pub(super) name: &'a str,
    pub(super) apps: Vec<&'a App>,
    /// What its apps hang on, together.
    pub(super) ties: Ties,
}

/// Where claims are kept.
pub(super) struct Store<'a> {
    /// Backend, or the class where the class is not declared.
    pub(super) name: String,
    pub(super) classes: BTreeSet<&'a str>,
    pub(super) claims: usize,
    pub(super) note: &'static str,
}

/// Everything in the picture, in the order in which it is drawn.
pub(super) struct Gathered<'a> {
    pub(super) networks: Vec<&'a Network>,
    pub(super) hosts: Vec<Group<'a>>,
    /// Machines without a known host.
    pub(super) loose: Group<'a>,
    pub(super) gateways: Vec<&'a Gateway>,
    pub(super) tunnels: Vec<&'a Tunnel>,
    pub(super) spaces: Vec<Space<'a>>,
    pub(super) stores: Vec<Store<'a>>,
    pub(super) ties: BTreeMap<&'a str, Ties>,
    /// Namespaces without apps.
    pub(super) bare_spaces: usize,
    /// What its only namespace is tied to, where the picture is of one.
    pub(super) only: Option<Ties>,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let mut networks: Vec<&Network> = cluster.networks.iter().collect();
        networks.sort_by(|one, other| {
            one.rank.cmp(&other.rank).then_with(|| natural(&one.id, &other.id))
        });
        let mut gateways: Vec<&Gateway> = cluster.gateways.iter().collect();
        gateways.sort_by(|one, other| natural(&one.id, &other.id));
        let mut tunnels: Vec<&Tunnel> = cluster.tunnels.iter().collect();
        tunnels.sort_by(|one, other| natural(&one.app, &other.app));
        let stores = stores(cluster);
        let ties = ties(cluster, &networks, &gateways, &stores);
        let spaces = spaces(cluster, &stores, &ties);
        let (hosts, loose) = groups(cluster, &networks);
        let bare = |name: &&str| !spaces.iter().any(|space| space.name == *name);
        let names: BTreeSet<&str> =
            cluster.namespaces.iter().map(|space| space.name.as_str()).collect();
        let bare_spaces = names.iter().filter(|name| bare(name)).count();
        let only = None;
        Self { networks, hosts, loose, gateways, tunnels, spaces, stores, ties, bare_spaces, only }
    }

    /// The same with one namespace and what its apps are tied to; all keep their colours.
    pub(super) fn of_namespace(mut self, cluster: &Cluster, name: &str) -> Self {
        self.hosts.clear();
        self.loose.machines.clear();
        self.tunnels.clear();
        self.bare_spaces = 0;
        self.spaces.retain(|space| space.name == name);
        let mut only = Ties::default();
        self.spaces.iter().for_each(|space| only.add(&space.ties));
        self.only = Some(only);
        let prefix = format!("{name}/");
        for store in &mut self.stores {
            let own = cluster.claims.iter().filter(|claim| claim.id.starts_with(&prefix));
            store.claims = own.filter(|it| backend(cluster, &it.class).0 == store.name).count();
        }
        self
    }

    /// Places of what the picture shows: all, or what its only namespace is tied to.
    fn drawn(&self, count: usize, tied: fn(&Ties) -> &BTreeSet<usize>) -> Vec<usize> {
        let shows = |at: &usize| self.only.as_ref().is_none_or(|only| tied(only).contains(at));
        (0..count).filter(shows).collect()
    }

    pub(super) fn drawn_networks(&self) -> impl Iterator<Item = usize> + use<> {
        self.drawn(self.networks.len(), |ties| &ties.networks).into_iter()
    }

    pub(super) fn drawn_gateways(&self) -> impl Iterator<Item = usize> + use<> {
        self.drawn(self.gateways.len(), |ties| &ties.gateways).into_iter()
    }

    pub(super) fn drawn_stores(&self) -> impl Iterator<Item = usize> + use<> {
        self.drawn(self.stores.len(), |ties| &ties.stores).into_iter()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.networks.is_empty()
            && self.hosts.is_empty()
            && self.loose.machines.is_empty()
            && self.gateways.is_empty()
            && self.tunnels.is_empty()
            && self.spaces.is_empty()
            && self.stores.is_empty()
    }

    pub(super) fn nodes(&self) -> usize {
        let groups = self.hosts.iter().chain(std::iter::once(&self.loose));
        groups.flat_map(|group| &group.machines).filter(|machine| machine.node.is_some()).count()
    }

    pub(super) fn apps(&self) -> usize {
        self.spaces.iter().map(|space| space.apps.len()).sum()
    }
}

/// The name of the backend that a class belongs to, and a note where the class is not declared.
fn backend(cluster: &Cluster, class: &Fact<String>) -> (String, &'static str) {
    let Some(name) = class.get() else {
        return ("No class named".to_owned(), "the default class, or a volume by name");
    };
    match cluster.storage_classes.iter().find(|other| other.name == *name) {
        Some(class) => (class.backend.clone(), ""),
        None => (name.clone(), "class not declared here"),
    }
}

fn stores<'a>(cluster: &'a Cluster) -> Vec<Store<'a>> {
    let mut stores: Vec<Store> = Vec::new();
    let mut add = |name: String, note: &'static str, class: Option<&'a str>, claims: usize| {
        let at = stores.iter().position(|store| store.name == name).unwrap_or_else(|| {
            stores.push(Store { name, classes: BTreeSet::new(), claims: 0, note });
            stores.len() - 1
        });
        stores[at].claims += claims;
        stores[at].classes.extend(class);
    };
    for class in &cluster.storage_classes {
        add(class.backend.clone(), "", Some(&class.name), 0);
    }
    for claim in &cluster.claims {
        let (name, note) = backend(cluster, &claim.class);
        add(name, note, None, 1);
    }
    stores.sort_by(|one, other| {
        let undeclared = |store: &Store| !store.note.is_empty();
        undeclared(one).cmp(&undeclared(other)).then_with(|| natural(&one.name, &other.name))
    });
    stores
}

fn ties<'a>(
    cluster: &'a Cluster,
    networks: &[&Network],
    gateways: &[&Gateway],
    stores: &[Store],
) -> BTreeMap<&'a str, Ties> {
    let mut ties: BTreeMap<&str, Ties> = BTreeMap::new();
    for route in &cluster.routes {
        let Some(app) = &route.app else { continue };
        let at = |id: &String| gateways.iter().position(|gateway| gateway.id == *id);
        ties.entry(app).or_default().gateways.extend(route.gateways.iter().filter_map(at));
    }
    for attachment in &cluster.attachments {
        let is_it = |network: &&Network| Some(&network.id) == attachment.network.as_ref();
        let Some(at) = networks.iter().position(is_it) else { continue };
        for user in &attachment.users {
            ties.entry(user).or_default().networks.insert(at);
        }
    }
    for claim in &cluster.claims {
        let Some(app) = &claim.app else { continue };
        let name = backend(cluster, &claim.class).0;
        let at = stores.iter().position(|store| store.name == name);
        ties.entry(app).or_default().stores.extend(at);
    }
    ties
}

fn spaces<'a>(
    cluster: &'a Cluster,
    stores: &[Store],
    ties: &BTreeMap<&str, Ties>,
) -> Vec<Space<'a>> {
    let mut by_name: BTreeMap<&str, Vec<&App>> = BTreeMap::new();
    for app in &cluster.apps {
        by_name.entry(&app.namespace).or_default().push(app);
    }
    let space = |(name, mut apps): (&'a str, Vec<&'a App>)| {
        apps.sort_by(|one, other| {
            natural(&one.name, &other.name).then_with(|| one.id.cmp(&other.id))
        });
        let mut all = Ties::default();
        for app in &apps {
            ties.get(app.id.as_str()).into_iter().for_each(|ties| all.add(ties));
        }
        let prefix = format!("{name}/");
        for claim in cluster.claims.iter().filter(|claim| claim.id.starts_with(&prefix)) {
            let backend = backend(cluster, &claim.class).0;
            all.stores.extend(stores.iter().position(|store| store.name == backend));
        }
        Space { name, apps, ties: all }
    };
    let mut spaces: Vec<Space> = by_name.into_iter().map(space).collect();
    spaces.sort_by(|one, other| natural(one.name, other.name));
    spaces
}

fn machine<'a>(
    cluster: &Cluster,
    networks: &[&Network],
    node: Option<&'a Node>,
    vm: Option<&'a Vm>,
) -> Option<Machine<'a>> {
    let name = node.map(|node| node.name.as_str()).or(vm.map(|vm| vm.name.as_str()))?;
    let is_on = |network: &Network| {
        node.is_some_and(|node| {
            let interface =
                node.interfaces.iter().any(|one| one.network.as_ref() == Some(&network.id));
            interface || network.nodes.contains(&node.name)
        })
    };
    let on = networks.iter().enumerate().filter(|(_, network)| is_on(network));
    let has_gpu = node.is_some_and(|node| cluster.gpus.iter().any(|gpu| gpu.node == node.name))
        || vm.is_some_and(|vm| vm.gpu_model.is_known() || vm.gpu_mapping.is_known());
    Some(Machine { name, node, networks: on.map(|(at, _)| at).collect(), has_gpu })
}

fn groups<'a>(cluster: &'a Cluster, networks: &[&Network]) -> (Vec<Group<'a>>, Group<'a>) {
    let mut hosts: Vec<Group> =
        cluster.hosts.iter().map(|host| Group { host: Some(host), machines: Vec::new() }).collect();
    hosts.sort_by(|one, other| {
        let name = |group: &Group<'a>| group.host.map_or("", |host| host.name.as_str());
        natural(name(one), name(other))
    });
    let mut loose = Group { host: None, machines: Vec::new() };
    let mut put = |host: Option<&str>, machine: Option<Machine<'a>>| {
        let is_it = |group: &&mut Group| group.host.map(|host| host.name.as_str()) == host;
        hosts.iter_mut().find(is_it).unwrap_or(&mut loose).machines.extend(machine);
    };
    for node in &cluster.nodes {
        let is_it =
            |vm: &&Vm| Some(&vm.name) == node.vm.as_ref() || vm.node.as_ref() == Some(&node.name);
        let vm = cluster.vms.iter().find(is_it);
        let host =
            node.host.as_deref().or_else(|| vm.and_then(|vm| vm.host.get()).map(String::as_str));
        put(host, machine(cluster, networks, Some(node), vm));
    }
    let is_node = |vm: &Vm| {
        let named = |node: &Node| {
            node.vm.as_ref() == Some(&vm.name) || vm.node.as_ref() == Some(&node.name)
        };
        cluster.nodes.iter().any(named)
    };
    for vm in cluster.vms.iter().filter(|vm| !is_node(vm)) {
        let host = vm.host.get().map(String::as_str);
        put(host, machine(cluster, networks, None, Some(vm)));
    }
    for group in hosts.iter_mut().chain(std::iter::once(&mut loose)) {
        group.machines.sort_by(|one, other| natural(one.name, other.name));
    }
    (hosts, loose)
}
