//! Cards, the nodes that have them, and who asks: what may land where, as far as files say.
//!
//! In: a [`Cluster`] in any order. Out: [`Gathered`] in natural order. A card fits a request unless
//! both name a maker and these differ; a node fits where it declares all labels that are insisted on.

use std::collections::{BTreeMap, BTreeSet};

use super::super::kit;
use crate::diagram::Target;
use crate::inventory::{Cluster, DeviceUser, Fact, Gpu, GpuRequest, Node, Role};

/// Makers of cards, each with words by which its cards and resources are known.
const MAKERS: [(&str, &[&str]); 3] = [
    ("NVIDIA", &["nvidia", "geforce", "gtx", "rtx", "quadro", "tesla"]),
    ("Intel", &["intel"]),
    ("AMD", &["amd.com", "radeon", "amd "]),
];

/// A card.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Card {
    pub(super) model: Option<String>,
    pub(super) maker: Option<&'static str>,
    /// Memory as the node's labels tell it.
    pub(super) memory: Option<String>,
    /// Resource mapping of the hypervisor.
    pub(super) mapping: Option<String>,
    /// Pods that can share it.
    pub(super) slots: Option<u32>,
}

/// A node with cards, or several that are alike.
pub(super) struct Place {
    pub(super) names: Vec<String>,
    pub(super) role: &'static str,
    pub(super) hosts: Vec<String>,
    pub(super) cards: Vec<Card>,
}

/// What asks for a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ask {
    pub(super) user: String,
    /// `nvidia.com/gpu`, or the class of a device claim.
    pub(super) resource: String,
    pub(super) count: Option<u32>,
    pub(super) by_claim: bool,
    pub(super) runtime: Option<String>,
    /// Labels that it insists on, as `key=value`.
    pub(super) labels: Vec<String>,
    pub(super) may_stop: bool,
    pub(super) target: Option<Target>,
}

/// Where a group of asks can be met.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// On one of these places in [`Gathered::places`].
    On(BTreeSet<usize>),
    /// There are cards, and no node declares the labels.
    NoLabel,
    /// No node is known to have such a card.
    NoCard,
}

/// Asks that can be met in the same places.
pub(super) struct Group {
    pub(super) fit: Fit,
    pub(super) asks: Vec<Ask>,
}

pub(super) struct Gathered {
    pub(super) places: Vec<Place>,
    pub(super) groups: Vec<Group>,
    /// How cards are shared.
    pub(super) modes: Vec<String>,
    /// Users of claims for what is no graphics card.
    pub(super) others: usize,
}

/// The maker that a text names, if it names one only.
fn maker<'a>(texts: impl IntoIterator<Item = &'a str>) -> Option<&'static str> {
    let mut found: BTreeSet<&'static str> = BTreeSet::new();
    for text in texts {
        let text = text.to_lowercase();
        let named = MAKERS.iter().filter(|(_, words)| words.iter().any(|word| text.contains(word)));
        found.extend(named.map(|(maker, _)| *maker));
    }
    if found.len() == 1 { found.pop_first() } else { None }
}

fn compatible(card: &Card, resource: &str) -> bool {
    match (card.maker, maker([resource])) {
        (Some(one), Some(other)) => one == other,
        _ => true,
    }
}

fn card(gpu: &Gpu, node: Option<&Node>) -> Card {
    let labels = || node.into_iter().flat_map(|node| node.labels.keys().map(String::as_str));
    let model = gpu.model.get().cloned();
    let memory = node.and_then(|node| node.labels.get("nvidia.com/gpu.memory")?.get().cloned());
    let memory = memory.map(|mib| mib.parse().map_or(mib, |mib: u64| format!("{mib} MiB")));
    Card {
        maker: maker(model.as_deref()).or_else(|| maker(labels())),
        model,
        memory,
        mapping: gpu.mapping.get().cloned(),
        slots: gpu.slots.get().copied(),
    }
}

impl Gathered {
    /// Gathers; places that are alike are one where there are more than `most`.
    pub(super) fn new(cluster: &Cluster, most: usize) -> Self {
        let nodes = nodes(cluster);
        let mut others = 0;
        let mut asks: Vec<Ask> = cluster.gpu_requests.iter().map(requested).collect();
        for user in &cluster.device_users {
            match claimed(cluster, user) {
                Some(ask) => asks.push(ask),
                None => others += 1,
            }
        }
        asks.sort_by(|one, other| {
            kit::natural(&one.user, &other.user).then_with(|| one.resource.cmp(&other.resource))
        });
        let fits: Vec<Vec<usize>> = asks.iter().map(|ask| fitting(cluster, &nodes, ask)).collect();
        let (mut places, place_of) = places(cluster, nodes, &fits, most);
        let mut groups: BTreeMap<(Fit, String), Vec<Ask>> = BTreeMap::new();
        for (ask, fit) in asks.into_iter().zip(&fits) {
            let on: BTreeSet<usize> = fit.iter().map(|at| place_of[at]).collect();
            let any =
                places.iter().flat_map(|it| &it.cards).any(|it| compatible(it, &ask.resource));
            let fit = match (on.is_empty(), any) {
                (false, _) => Fit::On(on),
                (true, true) => Fit::NoLabel,
                (true, false) => Fit::NoCard,
            };
            let what = if fit == Fit::NoCard { ask.resource.clone() } else { String::new() };
            groups.entry((fit, what)).or_default().push(ask);
        }
        for place in &mut places {
            place.hosts.sort_by(|one, other| kit::natural(one, other));
            place.hosts.dedup();
        }
        let mut modes: Vec<String> =
            cluster.gpu_sharing.iter().map(|sharing| sharing.mode.clone()).collect();
        modes.sort_unstable();
        modes.dedup();
        let groups = groups.into_iter().map(|((fit, _), asks)| Group { fit, asks }).collect();
        Self { places, groups, modes, others }
    }

    /// Asks that may land on a place.
    pub(super) fn asks_on(&self, place: usize) -> usize {
        let here = |group: &&Group| matches!(&group.fit, Fit::On(on) if on.contains(&place));
        self.groups.iter().filter(here).map(|group| group.asks.len()).sum()
    }
}

/// Names of nodes with their cards, in natural order.
fn nodes(cluster: &Cluster) -> Vec<(String, Vec<Card>)> {
    let mut of: BTreeMap<&str, Vec<Card>> = BTreeMap::new();
    for gpu in &cluster.gpus {
        let node = cluster.nodes.iter().find(|node| node.name == gpu.node);
        of.entry(&gpu.node).or_default().push(card(gpu, node));
    }
    let mut nodes: Vec<(String, Vec<Card>)> =
        of.into_iter().map(|(name, cards)| (name.to_owned(), cards)).collect();
    nodes.iter_mut().for_each(|(_, cards)| cards.sort());
    nodes.sort_by(|one, other| kit::natural(&one.0, &other.0));
    nodes
}

/// Places, and the place of each node.
fn places(
    cluster: &Cluster,
    nodes: Vec<(String, Vec<Card>)>,
    fits: &[Vec<usize>],
    most: usize,
) -> (Vec<Place>, BTreeMap<usize, usize>) {
    let merge = nodes.len() > most;
    let mut places: Vec<Place> = Vec::new();
    let mut keys: Vec<(&'static str, Vec<Card>, Vec<bool>)> = Vec::new();
    let mut place_of = BTreeMap::new();
    for (at, (name, cards)) in nodes.into_iter().enumerate() {
        let node = cluster.nodes.iter().find(|node| node.name == name);
        let role = node.map_or("node", role);
        let host = node.and_then(|node| node.host.clone()).filter(|host| *host != name);
        // A mapping is of one host, and says nothing of what the card can do.
        let alike = cards.iter().map(|card| Card { mapping: None, ..card.clone() }).collect();
        let key = (role, alike, fits.iter().map(|fit| fit.contains(&at)).collect::<Vec<bool>>());
        let known = keys.iter().position(|other| merge && *other == key);
        let index = known.unwrap_or(places.len());
        if known.is_none() {
            keys.push(key);
            places.push(Place { names: vec![], role, hosts: vec![], cards });
        }
        places[index].names.push(name);
        places[index].hosts.extend(host);
        place_of.insert(at, index);
    }
    (places, place_of)
}

fn role(node: &Node) -> &'static str {
    match node.role.get() {
        Some(Role::ControlPlane) => "control plane",
        Some(Role::Worker) => "worker",
        None => "node",
    }
}

fn requested(request: &GpuRequest) -> Ask {
    let label = |(key, value): (&String, &Fact<String>)| format!("{key}={}", value.shown());
    Ask {
        user: request.user.clone(),
        resource: request.resource.clone(),
        count: request.count.get().copied(),
        by_claim: false,
        runtime: request.runtime_class.get().cloned(),
        labels: request.node_selector.iter().map(label).collect(),
        may_stop: request.scales_to_zero,
        target: request.app.clone().map(Target::App),
    }
}

/// What a user of device claims asks for, where one of its classes is of graphics cards.
fn claimed(cluster: &Cluster, user: &DeviceUser) -> Option<Ask> {
    let own = |id: &str| cluster.device_claims.iter().find(|claim| claim.id == id);
    let claims = cluster.device_claims.iter().filter(|claim| claim.users.contains(&user.user));
    let namespace = user.user.split('/').next().unwrap_or_default();
    let named = user.claims.iter().filter_map(|name| own(&format!("{namespace}/{}", name.get()?)));
    let mut classes: Vec<&str> =
        claims.chain(named).flat_map(|it| &it.device_classes).map(Fact::shown).collect();
    classes.sort_unstable();
    let is_card = |class: &&&str| class.contains("gpu") || maker([**class]).is_some();
    let class = *classes.iter().find(is_card)?;
    Some(Ask {
        user: user.user.clone(),
        resource: class.to_owned(),
        count: None,
        by_claim: true,
        runtime: None,
        labels: vec![],
        may_stop: false,
        target: user.app.clone().map(Target::App),
    })
}

/// Numbers of the nodes where a request can be met.
fn fitting(cluster: &Cluster, nodes: &[(String, Vec<Card>)], ask: &Ask) -> Vec<usize> {
    let fits = |(name, cards): &(String, Vec<Card>)| {
        let node = cluster.nodes.iter().find(|node| node.name == *name);
        let has = |label: &String| node.is_some_and(|node| has_label(node, label));
        cards.iter().any(|card| compatible(card, &ask.resource)) && ask.labels.iter().all(has)
    };
    nodes.iter().enumerate().filter(|(_, node)| fits(node)).map(|(at, _)| at).collect()
}

/// Whether a node has a label `key=value`; that of its name it has without being told.
fn has_label(node: &Node, label: &str) -> bool {
    let Some((key, value)) = label.split_once('=') else { return false };
    let named = key == "kubernetes.io/hostname" && node.name == value;
    named || node.labels.get(key).and_then(Fact::get).is_some_and(|it| it == value)
}
