//! The page of versions: platform, charts and images.
//!
//! In: what manifests name. Out: tables. Which version runs is not known here.

use std::collections::BTreeSet;

use crate::inventory::{Cluster, Fact};

use super::lists::{self, Lists};
use super::{Made, TableSection};
use crate::site::tables::{self, Scope};
use crate::site::words;

/// Makes the page.
pub(crate) fn make(scope: Scope<'_>) -> Made {
    let cluster = scope.cluster;
    let figures = lists::figures(&[
        (charts(cluster), "chart", "charts"),
        (images(cluster), "image", "images"),
    ]);
    let section = |id, title, note, table| TableSection::new(id, title, note, table);
    let sections = vec![
        section(
            "platform",
            "Talos, Kubernetes and their like",
            "Every place that names a version; a `tool` is a client, which may be newer.",
            tables::versions(scope),
        ),
        section("charts", "Helm charts", "", tables::charts(scope)),
        section(
            "images",
            "Images",
            "What charts name by themselves is not among them.",
            tables::images(scope),
        ),
        section("others", "Named by other objects", "", tables::artifacts(scope)),
        section("renovate", "Renovate", "", tables::renovate(scope)),
    ];
    let (title, lead) = ("Versions", sentence(cluster));
    Lists { title, lead, notes: vec![], figures, sections }.made()
}

fn charts(cluster: &Cluster) -> usize {
    let charts = cluster.apps.iter().filter_map(|app| app.chart.as_ref());
    distinct(charts.map(|chart| &chart.name))
}

fn images(cluster: &Cluster) -> usize {
    distinct(cluster.apps.iter().flat_map(|app| &app.images).map(|image| &image.repository))
}

fn distinct<'a>(facts: impl Iterator<Item = &'a Fact<String>>) -> usize {
    facts.map(Fact::shown).collect::<BTreeSet<_>>().len()
}

/// What is versioned, in words.
pub(crate) fn sentence(cluster: &Cluster) -> String {
    let platform = &cluster.platform;
    let named = [("Talos", &platform.talos_version), ("Kubernetes", &platform.kubernetes_version)];
    let known: Vec<String> =
        named.iter().filter_map(|(name, fact)| Some(format!("{name} {}", fact.get()?))).collect();
    let (charts, images) = (charts(cluster), images(cluster));
    let mut sentences = Vec::new();
    if !known.is_empty() {
        sentences.push(format!("The cluster is declared to run {}.", words::list(&known)));
    }
    if charts + images > 0 {
        sentences.push(words::sentence(&format!(
            "{} and {} are named by manifests.",
            words::count(charts, "chart", "charts"),
            words::count(images, "image", "images")
        )));
    }
    if sentences.is_empty() {
        return "No version of Talos, Kubernetes, a chart or an image is declared in this \
                repository."
            .to_owned();
    }
    sentences.join(" ")
}
