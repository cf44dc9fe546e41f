//! Pictures of namespaces: the apps of each, however many, with what ties them to the rest.
//!
//! In: a [`Cluster`], a namespace or none for all, and where each thing leads. Out: a [`Diagram`]
//! for each namespace that has apps, drawn as in the picture of the whole network and in the same
//! colours.

use std::collections::BTreeSet;

use super::{Links, network};
use crate::diagram::Diagram;
use crate::inventory::Cluster;

/// The pictures of a namespace, or of all that have apps, in natural order.
pub fn namespace(cluster: &Cluster, only: Option<&str>, links: Links<'_>) -> Vec<Diagram> {
    let names: BTreeSet<&str> = cluster.apps.iter().map(|app| app.namespace.as_str()).collect();
    let mut names: Vec<&str> =
        names.into_iter().filter(|name| only.is_none_or(|only| only == *name)).collect();
    names.sort_by(|one, other| natord::compare(one, other).then_with(|| one.cmp(other)));
    names.into_iter().map(|name| network::namespace(cluster, name, links)).collect()
}
