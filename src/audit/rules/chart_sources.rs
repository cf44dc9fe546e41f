//! Sources of charts that are not declared, and those that nothing uses.
//!
//! In: effective objects. Out: one finding for each missing source, and one for all unused ones. A
//! source that is named anywhere, in whatever kind of object, counts as used.

use std::collections::BTreeSet;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::{Severity, closest};
use crate::gitops::{FLUX_HELM, FLUX_SOURCE, Object};
use crate::inventory::{Source, is_template};
use crate::source::Node;

pub(super) const MISSING: Rule = Rule {
    code: "flux/source-missing",
    severity: Severity::Warning,
    title: "A release whose chart comes from nowhere",
    explanation: "\
The `HelmRelease` takes its chart from a source that is not declared in this repository. Flux waits \
for it, and neither installs nor updates the release. Mind the namespace: a reference without one \
means the release's own.

It is a note where some Kustomizations come from another repository.",
    blind_spot: "Sources that another repository, an operator or a person applies are not visible.",
    example: "chartRef:\n  kind: OCIRepository\n  name: app-tempalte",
    check: missing,
};

pub(super) const UNUSED: Rule = Rule {
    code: "flux/source-unused",
    severity: Severity::Note,
    title: "Sources of charts that nothing uses",
    explanation: "\
No object in the repository names these `HelmRepository`, `OCIRepository` and `HelmChart` objects. \
Flux still asks for news of them again and again. Delete them.",
    blind_spot: "What names them outside of this repository is not visible.",
    example: "kind: HelmRepository\nmetadata:\n  name: forgotten",
    check: unused,
};

/// Kinds of sources that people declare for charts; the others come with Flux itself.
const KINDS: [&str; 3] = ["HelmRepository", "OCIRepository", "HelmChart"];

fn missing(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let known: BTreeSet<(&str, String)> =
        sources(input).map(|object| (object.kind.as_str(), object.id())).collect();
    let is_known = |kind: &str, id: &str| known.iter().any(|(one, own)| *one == kind && own == id);
    let is_elsewhere = input.effective.kustomizations.iter().any(|one| one.external.is_some());
    let mut found = vec![];
    for release in input.effective.of(FLUX_HELM, "HelmRelease") {
        for reference in references(release) {
            let Some((kind, id, node)) = named(reference, release) else { continue };
            if !KINDS.contains(&kind) || is_template(&id) || is_known(kind, &id) {
                continue;
            }
            let of_kind = known.iter().filter(|(one, _)| *one == kind).map(|(_, id)| id.as_str());
            let help = closest(&id, of_kind).map_or_else(
                || "declare it, or correct the name".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!(
                "{kind} `{id}` of HelmRelease `{}` is not declared in this repository",
                release.id()
            );
            let severity = if is_elsewhere { Severity::Note } else { rule.severity };
            let finding = rule
                .finding(message)
                .at(&Source::new(input.sources, node.span, ""))
                .about(EntityKind::App, release.id())
                .severity(severity);
            found.push(finding.help(help));
        }
    }
    found
}

fn sources<'a>(input: &Input<'a>) -> impl Iterator<Item = &'a Object> {
    let is_source =
        |object: &&Object| object.group == FLUX_SOURCE && KINDS.contains(&object.kind.as_str());
    input.effective.objects.iter().filter(is_source)
}

fn references(release: &Object) -> impl Iterator<Item = &Node> {
    let paths: [&[&str]; 2] = [&["spec", "chartRef"], &["spec", "chart", "spec", "sourceRef"]];
    paths.into_iter().filter_map(|path| release.root.at(path))
}

/// Kind, `namespace/name` and the node that names it.
fn named<'a>(reference: &'a Node, from: &Object) -> Option<(&'a str, String, &'a Node)> {
    let node = reference.get("name")?;
    let space = reference.str_at(&["namespace"]).or(from.namespace.as_deref())?;
    Some((reference.str_at(&["kind"])?, format!("{space}/{}", node.as_str()?), node))
}

fn unused(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let mut used: BTreeSet<(&str, &str)> = BTreeSet::new();
    for object in &input.effective.objects {
        for entry in object.root.entries() {
            each_reference(&entry.value, &mut used);
        }
    }
    let open: Vec<&Object> = sources(input)
        .filter(|object| !used.contains(&(object.kind.as_str(), object.name.as_str())))
        .collect();
    let Some(first) = open.first() else { return vec![] };
    let verb = if open.len() == 1 { "is" } else { "are" };
    let place = |object: &Object| Source::new(input.sources, object.span(), "");
    let mut finding = rule
        .finding(format!(
            "{} of charts {verb} used by nothing",
            words::count(open.len(), "source", "sources")
        ))
        .at(&place(first))
        .help("delete what nothing needs");
    for object in open {
        let entity = Entity::new(EntityKind::App, object.id());
        let text = format!("{} `{}`", object.kind, object.id());
        finding = finding.item(text, Some(&place(object)), Some(entity));
    }
    vec![finding]
}

/// Kind and name of all that a tree refers to.
fn each_reference<'a>(node: &'a Node, found: &mut BTreeSet<(&'a str, &'a str)>) {
    if let Some(pair) = node.str_at(&["kind"]).zip(node.str_at(&["name"])) {
        found.insert(pair);
    }
    node.items().iter().for_each(|item| each_reference(item, found));
    node.entries().iter().for_each(|entry| each_reference(&entry.value, found));
}
