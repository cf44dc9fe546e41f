//! The page of graphics cards: from the card to the node, its slots, and who asks for them.
//!
//! In: cards, requests, sharing, device claims, runtime classes and schematics. Out: a picture and tables.

use crate::inventory::Cluster;

use super::lists::{self, Lists};
use super::picture;
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.gpus.len(), "graphics card", "graphics cards"),
        (slots(cluster).unwrap_or(0), "slot", "slots"),
        (cluster.gpu_requests.len(), "request", "requests"),
        (cluster.device_users.len(), "user of device claims", "users of device claims"),
    ]);
    let notes = if cluster.gpu_requests.is_empty() && cluster.gpus.is_empty() {
        vec![]
    } else {
        vec![
            "Which card a pod gets is decided in the cluster. Requests that charts make by \
             themselves are not visible here."
                .to_owned(),
        ]
    };
    let (title, lead) = ("Graphics cards", sentence(cluster));
    let lists = Lists { title, lead, notes, figures, sections: sections(scope) };
    lists.made_with("At a glance", picture::named(scope, "gpu"))
}

fn sections(scope: Scope<'_>) -> Vec<TableSection> {
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    vec![
        section(
            "cards",
            "Cards and their nodes",
            "Who may land on a card is told by declared node labels alone.",
            tables::gpu_cards(scope),
        ),
        section("sharing", "How cards are shared", "", tables::gpu_sharing(scope)),
        section("requests", "Who asks", "", tables::gpu_requests(scope)),
        section(
            "device-users",
            "Who asks by device claim",
            "Dynamic resource allocation: pods name a claim, and the claim names a class.",
            tables::device_users(scope),
        ),
        section("device-claims", "Device claims", "", tables::device_claims(scope)),
        section("device-classes", "Device classes", "", tables::device_classes(scope)),
        section("runtime-classes", "Runtime classes", "", tables::runtime_classes(scope)),
        section(
            "schematics",
            "Image schematics",
            "Talos images with their extensions, which drivers come in.",
            tables::schematics(scope),
        ),
    ]
}

/// How many pods the cards can serve at once; none where that is not known of each.
fn slots(cluster: &Cluster) -> Option<usize> {
    let each = cluster.gpus.iter().map(|gpu| gpu.slots.get().map(|slots| *slots as usize));
    each.sum::<Option<usize>>().filter(|slots| *slots > 0)
}

/// Where cards are and who asks, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let cards = cluster.gpus.len();
    let asks = cluster.gpu_requests.len() + cluster.device_users.len();
    let asking = format!(
        "{} {} for one.",
        words::count(asks, "workload", "workloads"),
        words::pick(asks, "asks", "ask")
    );
    let asking = match asks {
        0 => "Nothing is seen to ask for one.".to_owned(),
        _ => words::sentence(&asking),
    };
    if cards == 0 && asks == 0 {
        return "No graphics card, and nothing that asks for one, is declared in this repository."
            .to_owned();
    }
    if cards == 0 {
        return format!("No graphics card is given to a node in this repository. {asking}");
    }
    let mut nodes: Vec<&str> = cluster.gpus.iter().map(|gpu| gpu.node.as_str()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let first = words::sentence(&format!(
        "{} {} given to {}.",
        words::count(cards, "graphics card", "graphics cards"),
        words::pick(cards, "is", "are"),
        words::count(nodes.len(), "node", "nodes")
    ));
    let shared = slots(cluster).filter(|slots| *slots > cards).map_or_else(String::new, |slots| {
        format!(" Shared, they serve {}.", words::count(slots, "pod", "pods"))
    });
    let shared = if cards == 1 { shared.replace("they serve", "it serves") } else { shared };
    format!("{first}{shared} {asking}")
}
