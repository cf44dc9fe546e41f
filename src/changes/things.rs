//! A cluster → the things that are compared, one file for each part of the model.
//!
//! In: a cluster. Out: [`Things`]. What follows from other entries, such as the routes of a gateway
//! or the rank of a network, is left out: it would tell one change twice.

mod apps;
mod guard;
mod machines;
mod network;
mod storage;
mod watch;

use super::thing::Things;
use crate::inventory::Cluster;

pub(super) fn of(cluster: &Cluster) -> Things {
    let mut things = Things::default();
    machines::add(cluster, &mut things);
    network::add(cluster, &mut things);
    guard::add(cluster, &mut things);
    apps::add(cluster, &mut things);
    storage::add(cluster, &mut things);
    watch::add(cluster, &mut things);
    things
}
