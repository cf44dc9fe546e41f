//! The network page: a picture, then networks, pools, attachments, gateways and routes.
//!
//! In: all of the cluster that carries packets. Out: the picture with its rows, and tables.

use serde::Serialize;

use crate::inventory::Cluster;

use super::{Made, TableSection};
use crate::site::stand_in;
use crate::site::tables::{self, Scope};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    picture: Option<Picture>,
    tables: Vec<TableSection>,
}

/// A diagram with the same facts as rows.
#[derive(Serialize)]
pub(crate) struct Picture {
    pub(crate) svg: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) rows: Vec<Vec<String>>,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let mut tables = vec![TableSection::new("networks", "Networks", "", tables::networks(scope))];
    let pools = TableSection::new(
        "pools",
        "Load-balancer addresses",
        "Where Services of type `LoadBalancer` get their addresses from.",
        tables::pools(scope),
    );
    tables.push(pools);
    let attachments = TableSection::new(
        "attachments",
        "Second networks of pods",
        "Network policies do not see what passes over these interfaces.",
        tables::attachments(scope),
    );
    if !attachments.table.rows.is_empty() {
        tables.push(attachments);
    }
    tables.push(TableSection::new("gateways", "Gateways", "", tables::gateways(scope)));
    tables.push(TableSection::new(
        "routes",
        "Routes",
        &routes_note(cluster),
        tables::routes(scope),
    ));
    let view = View { picture: picture(scope), tables };
    let mut sections: Vec<(&str, &str)> = Vec::new();
    if view.picture.is_some() {
        sections.push(("picture", "At a glance"));
    }
    sections.extend(view.tables.iter().map(|it| (it.id.as_str(), it.title.as_str())));
    Made::new("Network", sentence(cluster), "pages/network.html", &view).sections(&sections)
}

/// The picture of the networks; none where there is nothing to draw.
pub(crate) fn picture(scope: Scope<'_>) -> Option<Picture> {
    if scope.cluster.networks.is_empty() {
        return None;
    }
    let diagram = stand_in::network(scope.cluster);
    Some(Picture {
        svg: diagram.svg("network"),
        title: diagram.title.clone(),
        description: diagram.description.clone(),
        rows: diagram.rows().to_vec(),
    })
}

/// What carries the cluster, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let networks = cluster.networks.len();
    if networks == 0 {
        return "No network is declared in this repository.".to_owned();
    }
    let tagged = cluster.networks.iter().filter(|network| network.vlan.is_known()).count();
    let mut parts = vec![words::sentence(&format!(
        "{} {} the cluster{}.",
        words::count(networks, "network", "networks"),
        words::pick(networks, "carries", "carry"),
        tags(tagged, networks)
    ))];
    let gateways = cluster.gateways.len();
    let names = cluster.counts.get("hostnames").copied().unwrap_or_else(|| hostnames(cluster));
    if gateways > 0 {
        parts.push(words::sentence(&format!(
            "{} {} {}.",
            words::count(gateways, "gateway", "gateways"),
            words::pick(gateways, "publishes", "publish"),
            words::count(names, "host name", "host names")
        )));
    }
    parts.join(" ")
}

fn tags(tagged: usize, all: usize) -> String {
    match (tagged, all) {
        (0, _) => "; no VLAN tag is declared".to_owned(),
        (1, 1) => ", as a VLAN".to_owned(),
        (some, all) if some == all => ", all of them VLANs".to_owned(),
        (some, _) => {
            format!(", {} of them as {}", words::number(some), words::pick(some, "a VLAN", "VLANs"))
        }
    }
}

/// Distinct host names of all routes.
fn hostnames(cluster: &Cluster) -> usize {
    let names = cluster.routes.iter().flat_map(|route| &route.hostnames);
    names.map(|name| name.shown()).collect::<std::collections::BTreeSet<_>>().len()
}

fn routes_note(cluster: &Cluster) -> String {
    let templated = cluster
        .routes
        .iter()
        .flat_map(|route| &route.hostnames)
        .filter(|name| matches!(name.value, crate::inventory::Value::Templated(_)))
        .count();
    if templated == 0 {
        return String::new();
    }
    words::sentence(&format!(
        "{} with a dotted line {} a part that is set in the cluster, not in the repository.",
        words::count(templated, "host name", "host names"),
        words::pick(templated, "holds", "hold")
    ))
}
