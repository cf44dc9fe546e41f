//! What `ref: app/media/jellyfin` stands for.
//!
//! In: the text of a reference and the [`Cluster`]. Out: label, address, colour and where it leads,
//! or what is wrong with it. It never guesses.

use crate::diagnostic::closest;
use crate::diagram::Target;
use crate::diagram::palette::Tone;
use crate::inventory::{Cluster, Fact};

/// Kinds of things that a reference can name.
const KINDS: [&str; 7] = ["app", "node", "host", "network", "gateway", "namespace", "storage"];

/// What a reference stands for.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) label: String,
    pub(super) sub: String,
    pub(super) target: Target,
    pub(super) tone: Option<Tone>,
}

/// What is wrong with a reference.
#[derive(Clone, Debug)]
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: String,
}

/// Looks a reference up.
pub(super) fn find(cluster: &Cluster, text: &str) -> Result<Found, Wrong> {
    let (kind, name) = text.split_once('/').unwrap_or((text, ""));
    if !KINDS.contains(&kind) {
        let message = format!("`{text}` is no reference: there is no kind `{kind}`");
        let all = KINDS.map(|kind| format!("`{kind}/…`")).join(", ");
        let help = closest(kind, KINDS).map_or_else(
            || format!("use one of {all}"),
            |near| format!("did you mean `{near}/{name}`?"),
        );
        return Err(Wrong { message, help });
    }
    named(cluster, kind, name).ok_or_else(|| {
        let known = names(cluster, kind);
        let near = closest(name, known.iter().map(String::as_str));
        let ending = |known: &&String| known.rsplit('/').next() == Some(name);
        let near = near.or_else(|| known.iter().find(ending).map(String::as_str));
        let help = match near {
            Some(near) => format!("did you mean `{kind}/{near}`?"),
            None if known.is_empty() => format!("the repository declares no {kind}"),
            None => format!("`rackbook facts` lists each {kind} that there is"),
        };
        Wrong { message: format!("there is no {kind} `{name}`"), help }
    })
}

fn names(cluster: &Cluster, kind: &str) -> Vec<String> {
    macro_rules! all {
        ($list:ident, $key:ident) => {
            cluster.$list.iter().map(|one| one.$key.clone()).collect()
        };
    }
    match kind {
        "app" => all!(apps, id),
        "node" => all!(nodes, name),
        "host" => all!(hosts, name),
        "network" => all!(networks, id),
        "gateway" => all!(gateways, id),
        "namespace" => all!(namespaces, name),
        _ => stores(cluster),
    }
}

/// Storage backends in the order in which the network picture colours them.
fn stores(cluster: &Cluster) -> Vec<String> {
    let mut names: Vec<String> =
        cluster.storage_classes.iter().map(|class| class.backend.clone()).collect();
    names.sort_by(|one, other| natord::compare(one, other).then_with(|| one.cmp(other)));
    names.dedup();
    names
}

fn named(cluster: &Cluster, kind: &str, name: &str) -> Option<Found> {
    let known = |fact: &Fact<String>| fact.get().cloned().unwrap_or_default();
    let name = name.to_owned();
    let found = |label: &str, sub: String, target, tone| {
        Some(Found { label: label.to_owned(), sub, target, tone })
    };
    match kind {
        "app" => {
            let app = cluster.apps.iter().find(|app| app.id == name)?;
            let address = app.addresses.iter().find_map(Fact::get).cloned();
            let sub = address.unwrap_or_else(|| app.namespace.clone());
            found(&app.name, sub, Target::App(name), None)
        }
        "node" => {
            let node = cluster.nodes.iter().find(|node| node.name == name)?;
            found(&node.name, known(&node.address), Target::Node(name.clone()), None)
        }
        "host" => {
            let host = cluster.hosts.iter().find(|host| host.name == name)?;
            let address = bare(&known(&host.address));
            let sub = if address.is_empty() { known(&host.model) } else { address };
            found(&host.name, sub, Target::Host(name.clone()), None)
        }
        "network" => {
            let network = cluster.networks.iter().find(|network| network.id == name)?;
            let label = network.name.get().unwrap_or(&network.id);
            let vlan = network.vlan.get().map(|vlan| format!("VLAN {vlan}")).unwrap_or_default();
            let parts = [vlan, known(&network.cidr)];
            let parts: Vec<String> =
                parts.into_iter().filter(|part| !part.is_empty() && part != label).collect();
            let tone = Some(Tone::Network(network.rank));
            found(label, parts.join(" · "), Target::Network(name), tone)
        }
        "gateway" => {
            let mut ids: Vec<&String> = cluster.gateways.iter().map(|one| &one.id).collect();
            ids.sort_by(|one, other| natord::compare(one, other).then_with(|| one.cmp(other)));
            let at = ids.iter().position(|id| **id == name)?;
            let gateway = cluster.gateways.iter().find(|gateway| gateway.id == name)?;
            let address = gateway.addresses.iter().find_map(Fact::get).cloned();
            let label = name.rsplit('/').next().unwrap_or(&name).to_owned();
            let tone = Some(Tone::Gateway(at));
            found(&label, address.unwrap_or_default(), Target::Gateway(name), tone)
        }
        "namespace" => {
            let space = cluster.namespaces.iter().find(|space| space.name == name)?;
            let apps = cluster.apps.iter().filter(|app| app.namespace == name).count();
            let plural = if apps == 1 { "" } else { "s" };
            let sub = format!("{apps} app{plural}");
            found(&space.name, sub, Target::Namespace(name.clone()), None)
        }
        _ => {
            let at = stores(cluster).iter().position(|store| *store == name)?;
            let of = |class: &&crate::inventory::StorageClass| class.backend == name;
            let classes: Vec<&str> = cluster
                .storage_classes
                .iter()
                .filter(of)
                .map(|class| class.name.as_str())
                .collect();
            let (sub, tone) = (classes.join(", "), Some(Tone::Store(at)));
            found(&name.clone(), sub, Target::Storage(name), tone)
        }
    }
}

/// The host of an address that may be a URL.
fn bare(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    let port = host.rsplit_once(':').filter(|(host, _)| !host.contains(':') || host.ends_with(']'));
    port.map_or(host, |(host, _)| host).to_owned()
}
