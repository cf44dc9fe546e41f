//! What the isolation picture shows: rows that traffic comes from, columns that it goes to.
//!
//! In: a [`Cluster`]. Out: sorted lists that do not depend on the order of the input. Verdicts are
//! those of the model; none is made up.

use crate::diagram::views::columns::natural;
use crate::inventory::{Cluster, Coverage, Isolation, Network, Verdict, Zone};

/// Namespaces, and networks, that are drawn at most.
const MOST_SPACES: usize = 56;
const MOST_NETWORKS: usize = 5;

/// One side of a cell: what is no namespace, or a namespace.
#[derive(Clone, Debug)]
pub(super) enum Side<'a> {
    Outside(Zone, String),
    /// A namespace with its number.
    Space(usize, &'a Isolation),
}

/// Everything that is drawn, and the rest for the table.
#[derive(Debug)]
pub(super) struct Gathered<'a> {
    pub(super) outside: Vec<Side<'a>>,
    pub(super) spaces: Vec<Side<'a>>,
    /// Namespaces, and networks, that have no row.
    pub(super) undrawn: Vec<&'a Isolation>,
    pub(super) more_networks: usize,
    pub(super) policies: usize,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(cluster: &'a Cluster) -> Self {
        let mut all: Vec<&Isolation> = cluster.isolation.iter().collect();
        // Those that policies close come first where not all can be drawn.
        all.sort_by(|one, other| {
            let names = || natural(&one.namespace, &other.namespace);
            is_bare(one).cmp(&is_bare(other)).then_with(names)
        });
        let mut undrawn = all.split_off(all.len().min(MOST_SPACES));
        for list in [&mut all, &mut undrawn] {
            list.sort_by(|one, other| natural(&one.namespace, &other.namespace));
        }
        let spaces = all.into_iter().enumerate();
        Self {
            outside: outside(cluster),
            spaces: spaces.map(|(at, space)| Side::Space(at + 1, space)).collect(),
            undrawn,
            more_networks: cluster.networks.len().saturating_sub(MOST_NETWORKS),
            policies: cluster.policies.len(),
        }
    }

    /// All namespaces, drawn or not.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Isolation> + '_ {
        let drawn = self.spaces.iter().filter_map(|side| match side {
            Side::Space(_, space) => Some(*space),
            Side::Outside(..) => None,
        });
        drawn.chain(self.undrawn.iter().copied())
    }
}

/// Whether no policy selects any of its pods.
pub(super) fn is_bare(space: &Isolation) -> bool {
    space.ingress.coverage == Coverage::None && space.egress.coverage == Coverage::None
}

fn outside<'a>(cluster: &Cluster) -> Vec<Side<'a>> {
    let named = |zone, name: &str| Side::Outside(zone, name.to_owned());
    let mut sides = vec![
        named(Zone::World, "Internet"),
        named(Zone::Host, "nodes"),
        named(Zone::KubeApiserver, "API server"),
    ];
    let mut networks: Vec<&Network> = cluster.networks.iter().collect();
    networks
        .sort_by(|one, other| one.rank.cmp(&other.rank).then_with(|| natural(&one.id, &other.id)));
    networks.truncate(MOST_NETWORKS);
    for network in &networks {
        let name = called(network);
        let twin = networks.iter().filter(|other| called(other) == name).count() > 1;
        let name = if twin { format!("{name}, {}", network.id) } else { name };
        sides.push(named(Zone::Network(network.id.clone()), &name));
    }
    sides
}

fn called(network: &Network) -> String {
    let vlan = || network.vlan.get().map(|vlan| format!("VLAN {vlan}"));
    let name = network.name.get().cloned().or_else(vlan);
    let name = name.or_else(|| network.cidr.get().cloned());
    name.unwrap_or_else(|| network.id.clone())
}

impl Side<'_> {
    pub(super) fn name(&self) -> &str {
        match self {
            Side::Outside(_, name) => name,
            Side::Space(_, space) => &space.namespace,
        }
    }

    /// Whether traffic may go to another; nothing between two that are no namespaces.
    pub(super) fn towards(&self, other: &Side) -> Option<Verdict> {
        match (self, other) {
            (Side::Outside(..), Side::Outside(..)) => None,
            (Side::Outside(zone, _), Side::Space(_, space)) => Some(space.ingress.verdict(zone)),
            (Side::Space(_, space), Side::Outside(zone, _)) => Some(space.egress.verdict(zone)),
            (Side::Space(_, from), Side::Space(_, to)) => Some(from.towards(to)),
        }
    }
}
