//! Views: which facts of a [`Cluster`] become which boxes and lines.
//!
//! In: the inventory. Out: a [`Diagram`] each, and where its things are declared. The engine places
//! what they give.

mod app;
#[cfg(test)]
pub(super) mod checks;
mod columns;
mod exposure;
mod flux;
mod gpu;
mod isolation;
mod kit;
mod namespace;
mod network;
mod rack;
mod storage;
mod vlans;

use std::collections::BTreeSet;

use super::hand::Overlay;
use super::{Diagram, Target};
use crate::inventory::{Cluster, Source};

pub use flux::flux;
pub use gpu::gpu;
pub use namespace::namespace;
pub(crate) use network::MOST_APPS;
pub use network::{network, network_with};
pub use rack::rack;
pub use vlans::vlans;

/// Tells the relative URL of a thing's page, or nothing where it has none.
pub type Links<'a> = &'a dyn Fn(&Target) -> Option<String>;

/// What a picture is narrowed to; nothing for the whole cluster.
#[derive(Clone, Copy, Debug, Default)]
pub struct Subject<'a> {
    /// A namespace by name.
    pub namespace: Option<&'a str>,
    /// An app by `namespace/name`.
    pub app: Option<&'a str>,
    /// What somebody adds to the network picture.
    pub overlay: Option<&'a Overlay>,
}

/// What a view takes in a [`Subject`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing: it is drawn whole.
    Nothing,
    /// A namespace, or nothing.
    Namespace,
    /// An app, always.
    App,
}

/// A picture that can be asked for by name.
#[derive(Clone, Copy, Debug)]
pub struct View {
    /// Its name in commands and in Markdown.
    pub name: &'static str,
    /// What it shows, in a line.
    pub about: &'static str,
    /// A sentence for where there is nothing to draw.
    pub none: &'static str,
    /// What it can be narrowed to.
    pub takes: Takes,
    /// Draws it: one picture, several where one would be too full to read, or none. No picture is
    /// [empty](Diagram::is_empty).
    pub draw: fn(&Cluster, Subject<'_>, Links<'_>) -> Vec<Diagram>,
}

/// All pictures, in the order in which a reader wants to know of them.
pub const VIEWS: &[View] = &[
    View {
        name: "network",
        about: "Internet, networks, machines, gateways, namespaces and storage, and what ties them",
        none: "No machine, network, gateway, app or storage was found.",
        takes: Takes::Nothing,
        draw: |cluster, subject, links| drawn(network_with(cluster, subject.overlay, links)),
    },
    View {
        name: "vlans",
        about: "Networks with their tags and ranges, and who has which address",
        none: "No network is declared.",
        takes: Takes::Nothing,
        draw: |cluster, _, links| drawn(vlans(cluster, links)),
    },
    View {
        name: "rack",
        about: "Hosts and racks from the front, with what is in them and runs on them",
        none: "No machine is declared.",
        takes: Takes::Nothing,
        draw: |cluster, _, links| drawn(rack(cluster, links)),
    },
    View {
        name: "gpu",
        about: "Graphics cards, the nodes that have them, and who asks for them",
        none: "No graphics card is declared, and nothing asks for one.",
        takes: Takes::Nothing,
        draw: |cluster, _, links| drawn(gpu(cluster, links)),
    },
    View {
        name: "namespace",
        about: "The apps of a namespace, and the networks, gateways and storage that they use",
        none: "No app was found.",
        takes: Takes::Namespace,
        draw: |cluster, subject, links| namespace(cluster, subject.namespace, links),
    },
    View {
        name: "flux",
        about: "The order in which Flux applies things: what waits for what",
        none: "No Flux Kustomization waits for another.",
        takes: Takes::Namespace,
        draw: |cluster, subject, links| flux(cluster, subject.namespace, links),
    },
    View {
        name: "exposure",
        about: "Who reaches which app by which way, and whether something asks who it is",
        none: "No host name, tunnel or Service that is reached from outside is declared.",
        takes: Takes::Namespace,
        draw: |cluster, subject, links| {
            drawn(exposure::exposure(cluster, subject.namespace, links))
        },
    },
    View {
        name: "isolation",
        about: "Which namespace may talk to which, and where no policy closes anything",
        none: "No namespace is declared.",
        takes: Takes::Nothing,
        draw: |cluster, _, links| drawn(isolation::isolation(cluster, links)),
    },
    View {
        name: "storage",
        about: "Where claims are kept, by which class or export, and what saves them",
        none: "No volume claim, storage class or share was found.",
        takes: Takes::Namespace,
        draw: |cluster, subject, links| drawn(storage::storage(cluster, subject.namespace, links)),
    },
    View {
        name: "app",
        about: "One app: who reaches it, what it stores and uses, and what it waits for",
        none: "Nothing around this app is declared.",
        takes: Takes::App,
        draw: |cluster, subject, links| {
            subject.app.and_then(|id| app::app(cluster, id, links)).into_iter().collect()
        },
    },
];

/// A view by its name.
pub fn find(name: &str) -> Option<&'static View> {
    VIEWS.iter().find(|view| view.name == name)
}

/// What a view was to be narrowed to and what does not exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// What is wrong, without a full stop.
    pub message: String,
    /// The name that was given; empty where one is missing.
    pub name: String,
    /// Names that there are.
    pub known: Vec<String>,
}

/// Checks that what a view is narrowed to exists, and that a view of one app has one.
///
/// It does not look at what the view does not take.
///
/// # Errors
///
/// Where a name is unknown or missing.
pub fn check(cluster: &Cluster, view: &View, subject: Subject<'_>) -> Result<(), Unknown> {
    let unknown = |message: String, name: &str, known: Vec<String>| {
        Err(Unknown { message, name: name.to_owned(), known })
    };
    match (view.takes, subject) {
        (Takes::Namespace, Subject { namespace: Some(name), .. }) => {
            let known = namespaces(cluster);
            if known.iter().any(|one| one == name) {
                return Ok(());
            }
            unknown(format!("there is no namespace `{name}`"), name, known)
        }
        (Takes::App, Subject { app, .. }) => {
            let known = || cluster.apps.iter().map(|one| one.id.clone()).collect();
            match app {
                Some(id) if cluster.apps.iter().any(|one| one.id == id) => Ok(()),
                Some(id) => unknown(format!("there is no app `{id}`"), id, known()),
                None => unknown(format!("`{}` needs an app", view.name), "", known()),
            }
        }
        _ => Ok(()),
    }
}

/// All namespaces that something is in.
fn namespaces(cluster: &Cluster) -> Vec<String> {
    let of = |id: &String| id.split_once('/').map(|(namespace, _)| namespace.to_owned());
    let apps = cluster.apps.iter().filter_map(|app| of(&app.id));
    let applied = cluster.kustomizations.iter().filter_map(|entry| of(&entry.id));
    let declared = cluster.namespaces.iter().map(|namespace| namespace.name.clone());
    let all: BTreeSet<String> = apps.chain(applied).chain(declared).collect();
    all.into_iter().collect()
}

/// A picture, if anything is in it.
fn drawn(diagram: Diagram) -> Vec<Diagram> {
    if diagram.is_empty() { Vec::new() } else { vec![diagram] }
}

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
        Target::Device(name) => found!(devices, name, name),
        Target::Network(id) => found!(networks, id, id),
        Target::Gateway(id) => found!(gateways, id, id),
        Target::Namespace(name) => found!(namespaces, name, name),
        Target::Storage(name) => found!(storage_classes, backend, name),
        Target::Kustomization(id) => found!(kustomizations, id, id),
    }
}

/// An id for a thing: unique for a kind and name, safe in XML and in CSS selectors.
pub(super) fn id(kind: &str, name: &str) -> String {
    let safe = |character: char| match character {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '-' => character.to_string(),
        '/' => "__".to_owned(),
        other => format!("_{:x}_", u32::from(other)),
    };
    format!("{kind}-{}", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests;
