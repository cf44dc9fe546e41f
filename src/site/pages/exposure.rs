//! The exposure page: which host names and Services can be reached from where, and by way of what.
//!
//! In: host names, Services, tunnels, DNS and authentication. Out: a picture,
//! tables, and words about what an app does by itself, which is not visible.

use crate::inventory::{Audience, Authentication, Cluster};

use super::lists::{self, Lists};
use super::picture;
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (cluster.exposures.len(), "host name", "host names"),
        (from(cluster, Audience::Wan), "from the internet", "from the internet"),
        (from(cluster, Audience::Lan), "from the LAN only", "from the LAN only"),
        (from(cluster, Audience::Unpublished), "unpublished", "unpublished"),
        (cluster.exposed_services.len(), "own address", "own addresses"),
    ]);
    let (title, lead) = ("Exposure", sentence(cluster));
    Lists { title, lead, notes: notes(cluster), figures, sections: sections(scope) }
        .made_with("Ways in", picture::named(scope, "exposure"))
}

fn sections(scope: Scope<'_>) -> Vec<TableSection> {
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    vec![
        section("host-names", "Host names", "", tables::exposures(scope)),
        section(
            "services",
            "Services with an address of their own",
            "They are reached without a gateway, so nothing in front of them asks who it is.",
            tables::exposed_services(scope),
        ),
        section("gateways", "Gateways", "", tables::gateways(scope)),
        section(
            "authentication",
            "Authentication before the app",
            "",
            tables::auth_policies(scope),
        ),
        section("tunnels", "Tunnels", "", tables::tunnels(scope)),
        section("tunnel-rules", "Rules of tunnels", "", tables::tunnel_rules(scope)),
        section("dns", "Who publishes names", "", tables::dns_publishers(scope)),
        section("dns-records", "Names written out", "", tables::dns_records(scope)),
    ]
}

fn from(cluster: &Cluster, audience: Audience) -> usize {
    cluster.exposures.iter().filter(|exposure| exposure.audience == audience).count()
}

fn notes(cluster: &Cluster) -> Vec<String> {
    if cluster.exposures.is_empty() && cluster.exposed_services.is_empty() {
        return vec![];
    }
    let mut notes = vec![
        "“None declared” means that nothing in front of the app is declared to ask who the visitor \
         is. Most apps have a login of their own, which is not visible here."
            .to_owned(),
        "Open ports of the router and rules of a firewall are not in this repository.".to_owned(),
    ];
    if cluster.exposures.iter().any(|exposure| exposure.assumed) {
        let text = "Where a filter is set in the cluster, it is taken to fit; pointing at the mark \
                    says so.";
        notes.push(text.to_owned());
    }
    notes
}

/// How much can be reached from where, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let all = cluster.exposures.len();
    let services = cluster.exposed_services.len();
    if all == 0 && services == 0 {
        return "No host name, tunnel or Service that is reached from outside is declared in this \
                repository."
            .to_owned();
    }
    let mut sentences = Vec::new();
    if all > 0 {
        sentences.push(words::sentence(&format!(
            "Routes, tunnels and DNS records name {}.",
            words::count(all, "host name", "host names")
        )));
        let wan = from(cluster, Audience::Wan);
        let reach = "can be reached from the internet";
        sentences.extend(words::part(wan, all, reach, reach));
        sentences.extend(unasked(cluster, wan));
    }
    if services > 0 {
        sentences.push(words::sentence(&format!(
            "{} {} an address of {} own.",
            words::count(services, "Service", "Services"),
            words::pick(services, "has", "have"),
            words::pick(services, "its", "their")
        )));
    }
    sentences.join(" ")
}

/// How many of the names on the internet have nothing declared that asks who the visitor is.
fn unasked(cluster: &Cluster, wan: usize) -> Option<String> {
    let open = cluster.exposures.iter().filter(|exposure| exposure.audience == Audience::Wan);
    let open = open.filter(|it| it.authentication == Authentication::NoneDeclared).count();
    let asks = "is declared that asks who the visitor is";
    match open {
        0 => None,
        1 if wan == 1 => Some(format!("Before it, nothing {asks}.")),
        all if all == wan => Some(format!("Before none of these is anything {}.", &asks[3..])),
        some => Some(format!("Before {} of these, nothing {asks}.", words::number(some))),
    }
}
