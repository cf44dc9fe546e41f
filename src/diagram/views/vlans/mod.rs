//! The address plan: networks with their tags and ranges, and who has which address.
//!
//! In: a [`Cluster`] and where each thing leads. Out: one [`Diagram`]: for each network a bar, strips
//! to scale, and a box for each claim in the order of addresses. It draws what is declared: leases
//! and what else answers on a network no file tells.

mod draw;
mod gather;
mod range;
mod words;

#[cfg(test)]
mod tests;

use super::super::{Diagram, Target};
use super::kit;
use crate::diagram::layout::{MARGIN, WIDEST};
use crate::diagram::scene::{Scene, px};
use crate::inventory::Cluster;
use draw::Pen;
use gather::Gathered;

/// Networks beyond which the rest is in the table only.
const MOST_PLANS: usize = 16;
/// Space between networks.
const PLAN_GAP: i32 = px(28);

/// Draws the address plan.
///
/// `links` tells the relative URL of a thing's page, or nothing where it has none. Where no network
/// is known, the picture is empty.
pub fn vlans(cluster: &Cluster, links: &dyn Fn(&Target) -> Option<String>) -> Diagram {
    let gathered = Gathered::new(cluster);
    let shown = &gathered.plans[..gathered.plans.len().min(MOST_PLANS)];
    let mut scene = Scene { width: WIDEST, ..Scene::default() };
    let mut y = MARGIN;
    let pen = Pen { links };
    for (plan, at) in shown.iter().zip(0..) {
        y = pen.plan(&mut scene, plan, at, y) + PLAN_GAP;
    }
    scene.height = y - PLAN_GAP;
    kit::legend(&mut scene, &words::legend(&gathered));
    Diagram {
        title: "Networks and their addresses".to_owned(),
        description: words::description(&gathered),
        caption: words::caption(&gathered, gathered.plans.len() - shown.len()),
        table: words::table(&gathered),
        scene,
    }
}
