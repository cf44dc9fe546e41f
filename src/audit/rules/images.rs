//! Images that can change without a change in Git.
//!
//! In: images with their places. Out: one finding for all without a digest, and one for each app
//! with `latest` or no tag.

use std::collections::BTreeMap;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Artifact, ArtifactKind, Cluster};

pub(super) const NO_DIGEST: Rule = Rule {
    code: "images/no-digest",
    severity: Severity::Note,
    title: "Images that are not pinned by digest",
    explanation: "\
A tag can be moved to another image by whoever owns its repository; a digest (`sha256:…`) cannot. \
Without one, a node that pulls later may run something else than one that pulled before, and \
nothing in Git shows it. Renovate can add digests and keep them current (`docker:pinDigests`).",
    blind_spot: "Images that charts choose themselves are not visible.",
    example: "image:\n  repository: registry.example.com/web\n  tag: 1.4.2",
    check: no_digest,
};

pub(super) const LATEST: Rule = Rule {
    code: "images/latest",
    severity: Severity::Warning,
    title: "An image with the tag `latest`",
    explanation: "\
`latest` is another image every few weeks. Which version runs depends on when a node pulled it, \
and going back is not possible, because nothing says what it was. Name a version.",
    blind_spot: "",
    example: "image: busybox:latest",
    check: latest,
};

pub(super) const NO_TAG: Rule = Rule {
    code: "images/no-tag",
    severity: Severity::Warning,
    title: "An image without a tag",
    explanation: "\
An image without a tag is `latest`, which is another image every few weeks. Name a version.

Images in the values of other charts than app-template are left out: there the chart has a tag.",
    blind_spot: "",
    example: "image: busybox",
    check: no_tag,
};

fn images(cluster: &Cluster) -> impl Iterator<Item = &Artifact> {
    cluster.artifacts.iter().filter(|one| one.kind == ArtifactKind::Image && one.name.is_known())
}

fn entity(cluster: &Cluster, image: &Artifact) -> Option<Entity> {
    let app = cluster.apps.iter().find(|app| app.id == image.user)?;
    Some(Entity::new(EntityKind::App, app.id.clone()))
}

fn no_digest(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let is_told = |image: &&Artifact| image.version.is_known() || image.digest.is_known();
    let all: Vec<&Artifact> = images(cluster).filter(is_told).collect();
    let open: Vec<&Artifact> =
        all.iter().filter(|image| !image.digest.is_known()).copied().collect();
    let Some(first) = open.first() else { return vec![] };
    let verb = if open.len() == 1 { "is" } else { "are" };
    let mut finding = rule
        .finding(format!(
            "{} of {} {verb} not pinned by digest",
            open.len(),
            words::count(all.len(), "image", "images")
        ))
        .at(&first.source)
        .help("pin digests, which Renovate can do and keep current");
    for image in open {
        let text =
            format!("`{}:{}` in `{}`", image.name.shown(), image.version.shown(), image.user);
        finding = finding.item(text, Some(&image.source), entity(cluster, image));
    }
    vec![finding]
}

fn latest(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let is_latest = |image: &&Artifact| {
        image.version.get().is_some_and(|tag| tag == "latest") && !image.digest.is_known()
    };
    by_user(input.cluster, rule, images(input.cluster).filter(is_latest), "has the tag `latest`")
}

fn no_tag(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let is_bare = |image: &&Artifact| {
        let untold = |fact: &crate::inventory::Fact<String>| {
            matches!(fact.value, crate::inventory::Value::Unknown(_))
        };
        let app = cluster.apps.iter().find(|app| app.id == image.user);
        let decides =
            app.is_some_and(|app| app.chart.as_ref().is_none_or(|chart| chart.app_template));
        decides && untold(&image.version) && untold(&image.digest)
    };
    by_user(cluster, rule, images(cluster).filter(is_bare), "has no tag")
}

/// One finding for each app, with all its images of the kind.
fn by_user<'a>(
    cluster: &Cluster,
    rule: &Rule,
    images: impl Iterator<Item = &'a Artifact>,
    what: &str,
) -> Vec<Finding> {
    let mut users: BTreeMap<&str, Vec<&Artifact>> = BTreeMap::new();
    for image in images {
        users.entry(&image.user).or_default().push(image);
    }
    let made = |(user, images): (&str, Vec<&Artifact>)| {
        let mut names: Vec<&str> = images.iter().map(|image| image.name.shown()).collect();
        names.dedup();
        let mut finding = rule
            .finding(format!("{} of `{user}` {what}", words::names(&names)))
            .at(&images[0].source)
            .help("name a version");
        for image in &images[1..] {
            finding = finding.related(&image.source, "here too");
        }
        finding.entities.extend(entity(cluster, images[0]));
        finding
    };
    users.into_iter().map(made).collect()
}
