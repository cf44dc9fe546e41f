//! The network page: a picture, then networks, pools, attachments, gateways and routes.
//!
//! In: all of the cluster that carries packets. Out: pictures with their rows, and tables.

use serde::Serialize;

use crate::inventory::{Cluster, Fact, Value};

use super::findings::{self, Block};
use super::picture::{self, Picture};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// What the template reads.
#[derive(Serialize)]
struct View {
    pictures: Vec<Picture>,
    /// Who has which address.
    plans: Vec<Picture>,
    tables: Vec<TableSection>,
    /// What there is none of, in sentences.
    absent: String,
    findings: Vec<Block>,
}

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let (tables, empty): (Vec<_>, Vec<_>) =
        sections(scope).into_iter().partition(|section| !section.table.rows.is_empty());
    let absent: Vec<&str> = empty.iter().map(|section| section.table.empty.as_str()).collect();
    let absent = if scope.cluster.networks.is_empty() { &absent[1..] } else { &absent };
    let findings = findings::of_areas(scope, &["network", "exposure"]);
    let pictures = picture::named(scope, "network");
    let plans = picture::named(scope, "vlans");
    let view = View { pictures, plans, tables, absent: absent.join(" "), findings };
    let mut sections: Vec<(&str, &str)> = Vec::new();
    if !view.pictures.is_empty() {
        sections.push(("picture", "At a glance"));
    }
    if !view.plans.is_empty() {
        sections.push(("addresses", "Address plan"));
    }
    sections.extend(view.tables.iter().map(|it| (it.id.as_str(), it.title.as_str())));
    if !view.findings.is_empty() {
        sections.push(("findings", "Findings"));
    }
    Made::new("Network", sentence(scope.cluster), "pages/network.html", &view).sections(&sections)
}

/// The page's tables in order, the empty ones too.
fn sections(scope: Scope<'_>) -> Vec<TableSection> {
    let pools = "Where Services of type `LoadBalancer` get their addresses from.";
    let attachments = "Network policies do not see what passes over these interfaces.";
    let routes = routes_note(scope.cluster);
    vec![
        TableSection::new("networks", "Networks", "", tables::networks(scope)),
        TableSection::new("pools", "Load-balancer addresses", pools, tables::pools(scope)),
        TableSection::new(
            "announcements",
            "How addresses get known",
            "",
            tables::announcements(scope),
        ),
        TableSection::new("bgp-peers", "BGP peers", "", tables::bgp_peers(scope)),
        TableSection::new(
            "attachments",
            "Second networks of pods",
            attachments,
            tables::attachments(scope),
        ),
        TableSection::new(
            "second-interfaces",
            "Pods with a second interface",
            "",
            tables::attachment_uses(scope),
        ),
        TableSection::new("gateways", "Gateways", "", tables::gateways(scope)),
        TableSection::new("routes", "Routes", &routes, tables::routes(scope)),
    ]
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
    names.map(Fact::shown).collect::<std::collections::BTreeSet<_>>().len()
}

fn routes_note(cluster: &Cluster) -> String {
    let templated = cluster
        .routes
        .iter()
        .flat_map(|route| &route.hostnames)
        .filter(|name| matches!(name.value, Value::Templated(_)))
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
