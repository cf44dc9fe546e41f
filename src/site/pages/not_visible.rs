//! The page of blind spots: what these pages cannot see, and why.
//!
//! In: what the readers of manifests could not read. Out: a list with reasons and places.

use serde::Serialize;

use crate::inventory::Cluster;

use super::Made;
use crate::site::tables::Scope;
use crate::site::view::SourceView;
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    /// Blind spots that share a reason.
    reasons: Vec<Reason>,
}

/// Why some things are not visible.
#[derive(Serialize)]
struct Reason {
    reason: String,
    spots: Vec<Spot>,
}

/// One thing that is not visible.
#[derive(Serialize)]
struct Spot {
    what: String,
    source: Option<SourceView>,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let mut reasons: Vec<Reason> = Vec::new();
    for spot in &scope.cluster.blind_spots {
        let source = spot.source.as_ref().map(|source| scope.links.source(source));
        let entry = Spot { what: words::sentence(&spot.what), source };
        match reasons.iter_mut().find(|reason| reason.reason == spot.reason) {
            Some(reason) => reason.spots.push(entry),
            None => reasons.push(Reason { reason: spot.reason.clone(), spots: vec![entry] }),
        }
    }
    let view = View { reasons };
    let title = "What these pages cannot see";
    Made::new(title, sentence(scope.cluster), "pages/not-visible.html", &view)
        .sections(&[("list", "Not visible"), ("always", "Never visible")])
}

/// How much is missing, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let spots = cluster.blind_spots.len();
    if spots == 0 {
        return "Everything that the repository declares could be read.".to_owned();
    }
    words::sentence(&format!(
        "{} could not be read, and {} therefore on no page.",
        words::count(spots, "thing", "things"),
        words::pick(spots, "is", "are")
    ))
}
