//! Charts and images, once for each place that names one: [`Artifact`].
//!
//! In: apps, effective objects, values of releases, Renovate's comments. Out: what is used by whom
//! in which version. Images that a chart fills in itself are not known.

use super::Given;
use super::renovate;
use super::tree::{Tree, visit};
use crate::inventory::fact::{Fact, Source};
use crate::inventory::image;
use crate::inventory::model::{App, Artifact, ArtifactKind, RenovateComment};
use crate::inventory::natural;

/// All of them: charts, then images, by name and user.
pub(super) fn read(given: &Given, trees: &[Tree], comments: &[RenovateComment]) -> Vec<Artifact> {
    let mut found: Vec<Artifact> = given.apps.iter().filter_map(chart).collect();
    for tree in trees {
        visit(&tree.cursor, &mut |path, value| {
            if matches!(path.last(), Some(&("image" | "imageName"))) {
                found.extend(image::from_values(value).map(|image| {
                    let source = value.source();
                    Artifact {
                        kind: ArtifactKind::Image,
                        name: tree.resolve(image.repository),
                        version: tree.resolve(image.tag),
                        digest: image.digest,
                        repository: Fact::unknown("the name holds it"),
                        user: tree.owner(),
                        renovate: None,
                        source,
                    }
                }));
            }
        });
    }
    for one in &mut found {
        let facts = [one.version.source.as_ref(), one.name.source.as_ref(), Some(&one.source)];
        let places: Vec<&Source> = facts.into_iter().flatten().collect();
        one.renovate = renovate::of(comments, given, &places).cloned();
    }
    found.sort_by(|left, right| {
        left.kind
            .cmp(&right.kind)
            .then_with(|| natural::compare(left.name.shown(), right.name.shown()))
            .then_with(|| natural::compare(&left.user, &right.user))
            .then_with(|| left.source.cmp(&right.source))
    });
    found
}

fn chart(app: &App) -> Option<Artifact> {
    let chart = app.chart.as_ref()?;
    let (version, digest) = split_digest(chart.version.clone());
    Some(Artifact {
        kind: ArtifactKind::Chart,
        name: chart.name.clone(),
        source: version.source.clone().unwrap_or_else(|| app.source.clone()),
        version,
        digest,
        repository: chart.repository.clone(),
        user: app.id.clone(),
        renovate: None,
    })
}

/// `1.2@sha256:…` is how Renovate pins tags of OCI repositories.
fn split_digest(version: Fact<String>) -> (Fact<String>, Fact<String>) {
    let none = Fact::unknown("not pinned by digest");
    let Some(text) = version.get() else { return (version, none) };
    if text.starts_with("sha256:") {
        return (Fact::unknown("only the digest is written"), version);
    }
    match text.split_once('@').map(|(left, right)| (left.to_owned(), right.to_owned())) {
        Some((tag, digest)) => (version.clone().map(|_| tag), version.map(|_| digest)),
        None => (version, none),
    }
}
