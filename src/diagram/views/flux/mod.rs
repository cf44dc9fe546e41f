//! The order in which Flux applies things: Kustomizations and what they wait for.
//!
//! In: a [`Cluster`], a namespace or none, and where each thing leads. Out: one [`Diagram`], or
//! several where one would be too wide or too full to read. It draws what is declared: what Flux
//! does at run time no file tells.

mod draw;
mod graph;
mod part;
mod places;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use super::super::{Diagram, Target};
use crate::inventory::Cluster;
use draw::Pen;
use graph::Graph;
use part::Part;
use places::Places;

/// Boxes that one picture holds at most.
const MOST_SPOTS: usize = 90;
/// Things beyond which nobody tries to draw one picture.
const MOST_THINGS: usize = 300;

/// A part that can be drawn, with the namespace that it is about.
struct Piece {
    namespace: Option<String>,
    part: Part,
    places: Places,
}

/// Pictures of what Flux waits for; none where nothing waits.
///
/// `namespace` narrows them to its Kustomizations and what these wait for. `links` tells the
/// relative URL of a thing's page, or nothing where it has none.
pub fn flux(
    cluster: &Cluster,
    namespace: Option<&str>,
    links: &dyn Fn(&Target) -> Option<String>,
) -> Vec<Diagram> {
    let graph = Graph::new(cluster);
    let pieces = pieces(&graph, namespace);
    let count = |namespace: &Option<String>| {
        pieces.iter().filter(|piece| piece.namespace == *namespace).count()
    };
    let mut seen: BTreeMap<&Option<String>, usize> = BTreeMap::new();
    let pen = Pen { graph: &graph, links };
    let mut diagrams: Vec<Diagram> = Vec::new();
    for piece in &pieces {
        let number = seen.entry(&piece.namespace).or_default();
        *number += 1;
        let mut title = match &piece.namespace {
            Some(namespace) => format!("Order of applying in {namespace}"),
            None => "Order of applying".to_owned(),
        };
        let all = count(&piece.namespace);
        if all > 1 {
            title = format!("{title}, part {number} of {all}");
        }
        diagrams.push(Diagram {
            title,
            description: words::description(&graph, &piece.part),
            caption: words::cut(piece.part.cut),
            table: words::table(&graph, &piece.part),
            scene: pen.scene(&piece.part, &piece.places),
        });
    }
    let of = |at: &&usize| namespace.is_none_or(|namespace| graph.namespace(**at) == namespace);
    let lone = graph.lone.iter().filter(of).count();
    let implied = if namespace.is_none() { graph.implied } else { 0 };
    if let Some(last) = diagrams.last_mut() {
        let words = std::iter::once(last.caption.clone()).chain(words::undrawn(implied, lone));
        let words: Vec<String> = words.filter(|words| !words.is_empty()).collect();
        last.caption = words.join(" ");
    }
    diagrams
}

fn pieces(graph: &Graph, namespace: Option<&str>) -> Vec<Piece> {
    let connected = graph.connected();
    let whole = namespace.is_none() && connected.len() <= MOST_THINGS;
    if let Some(piece) = whole.then(|| piece(graph, &connected, None)).flatten() {
        return vec![piece];
    }
    let mut spaces: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in connected {
        let space = graph.namespace(at);
        if namespace.is_none_or(|namespace| namespace == space) {
            spaces.entry(space).or_default().push(at);
        }
    }
    let mut pieces = Vec::new();
    for (space, things) in spaces {
        split(graph, things, space, &mut pieces);
    }
    pieces
}

/// A picture of things, if it can be read.
fn piece(graph: &Graph, things: &[usize], namespace: Option<&str>) -> Option<Piece> {
    let part = Part::new(graph, things);
    let too_long = |at, width| draw::is_too_long(graph, at, width);
    let places = Places::new(&part, &too_long);
    let fits = part.spots.len() <= MOST_SPOTS && places.fits && !part.spots.is_empty();
    fits.then(|| Piece { namespace: namespace.map(str::to_owned), part, places })
}

/// Pictures of things, halved by their order until each can be read.
fn split(graph: &Graph, things: Vec<usize>, namespace: &str, pieces: &mut Vec<Piece>) {
    let drawn =
        if things.len() <= MOST_THINGS { piece(graph, &things, Some(namespace)) } else { None };
    if let Some(piece) = drawn {
        pieces.push(piece);
    } else if things.len() > 1 {
        let mut things = things;
        things.sort_by_key(|at| (graph.layers[*at], *at));
        let later = things.split_off(things.len() / 2);
        split(graph, things, namespace, pieces);
        split(graph, later, namespace, pieces);
    }
}
