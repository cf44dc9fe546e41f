//! Graphics cards: which node has them, how many pods share them, and who asks.
//!
//! In: a [`Cluster`] and where each thing leads. Out: one [`Diagram`], cards at the left, workloads
//! at the right. Which pod gets which card is decided in the cluster, so lines tell where one may
//! land. A request that no node can meet has no line and says so.

mod draw;
mod gather;
mod words;

#[cfg(test)]
mod tests;

use super::super::{Diagram, Target};
use super::kit;
use crate::diagram::scene::Scene;
use crate::inventory::Cluster;
use draw::Pen;
use gather::Gathered;

/// Nodes beyond which those that are alike are one box.
const MOST_ALONE: usize = 6;
/// Boxes of nodes and of workloads beyond which the rest is in the table only.
const MOST_PLACES: usize = 16;
const MOST_GROUPS: usize = 16;

/// Draws graphics cards and who asks for them.
///
/// `links` tells the relative URL of a thing's page, or nothing where it has none. Where there is no
/// card and nothing asks for one, the picture is empty.
pub fn gpu(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    let gathered = Gathered::new(cluster, MOST_ALONE);
    let places = gathered.places.len().min(MOST_PLACES);
    let groups = gathered.groups.len().min(MOST_GROUPS);
    let mut scene = Scene::default();
    if places + groups > 0 {
        scene = Pen { gathered: &gathered, links, places, groups }.scene();
        kit::legend(&mut scene, &words::legend(&gathered));
    }
    Diagram {
        title: "Graphics cards and who asks for them".to_owned(),
        description: words::description(&gathered),
        caption: words::caption(
            &gathered,
            gathered.places.len() - places,
            gathered.groups.len() - groups,
        ),
        table: words::table(&gathered),
        scene,
    }
}
