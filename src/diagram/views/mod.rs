//! Views: which facts of a [`Cluster`] become which boxes and lines.
//!
//! In: the inventory. Out: a [`Diagram`] each, and where its things are declared. The engine places
//! what they give.

#[cfg(test)]
mod checks;
mod flux;
mod network;

use super::{Diagram, Target};
use crate::inventory::{Cluster, Source};

pub use flux::flux;
pub use network::network;

/// Tells the relative URL of a thing's page, or nothing where it has none.
pub type Links<'a> = &'a dyn Fn(&Target) -> Option<String>;

/// A picture that can be asked for by name.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name in commands.
    pub name: &'static str,
    /// What it shows, in a line.
    pub about: &'static str,
    /// Draws it.
    pub draw: fn(&Cluster, Links<'_>) -> Diagram,
}

/// All pictures.
pub const VIEWS: &[View] = &[View {
    name: "network",
    about: "Internet, networks, machines, gateways, namespaces and storage, and what ties them",
    draw: network,
}];

/// Where the thing that a box stands for is declared.
///
/// A storage backend is declared where its first class is.
pub fn source<'a>(cluster: &'a Cluster, target: &Target) -> Option<&'a Source> {
    macro_rules! found {
        ($list:ident, $key:ident, $name:expr) => {
            cluster.$list.iter().find(|one| one.$key == *$name).map(|one| &one.source)
        };
    }
    match target {
        Target::App(id) => found!(apps, id, id),
        Target::Node(name) => found!(nodes, name, name),
        Target::Host(name) => found!(hosts, name, name),
        Target::Network(id) => found!(networks, id, id),
        Target::Gateway(id) => found!(gateways, id, id),
        Target::Namespace(name) => found!(namespaces, name, name),
        Target::Storage(name) => found!(storage_classes, backend, name),
        Target::Kustomization(id) => found!(kustomizations, id, id),
    }
}

/// An id for a thing: unique for a kind and name, safe in XML and in CSS selectors.
fn id(kind: &str, name: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => character.to_string(),
        '/' => "__".to_owned(),
        other => format!("_{:x}_", u32::from(other)),
    };
    format!("{kind}-{}", name.chars().map(safe).collect::<String>())
}
