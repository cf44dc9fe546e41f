//! A namespace that two manifests declare.
//!
//! In: effective objects. Out: one finding for each such namespace.

use std::collections::BTreeMap;

use crate::audit::{EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::gitops::Object;
use crate::inventory::Source;

pub(super) const RULE: Rule = Rule {
    code: "kustomize/namespace-twice",
    severity: Severity::Warning,
    title: "A namespace that is declared twice",
    explanation: "\
Two files declare the same Namespace. Whichever Flux Kustomization applies last sets its labels, \
among them the Pod Security level, and with `prune` either of them can delete the namespace with \
everything in it. Keep one.",
    blind_spot: "",
    example: "# namespace.yaml and app/namespace.yaml\nkind: Namespace\nmetadata:\n  name: network",
    check,
};

const LEVEL: &str = "pod-security.kubernetes.io/enforce";

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let mut by_name: BTreeMap<&str, Vec<&Object>> = BTreeMap::new();
    for object in input.effective.of("", "Namespace") {
        let same = by_name.entry(&object.name).or_default();
        // One file that several folders include is one declaration.
        if !same.iter().any(|other| other.file == object.file) {
            same.push(object);
        }
    }
    let twice = by_name.into_iter().filter(|(_, objects)| objects.len() > 1);
    twice.map(|(name, objects)| finding(input, rule, name, &objects)).collect()
}

fn finding(input: &Input<'_>, rule: &Rule, name: &str, objects: &[&Object]) -> Finding {
    let place = |object: &Object| Source::new(input.sources, object.span(), "metadata.name");
    let level = |object: &Object| {
        let labels = object.root.at(&["metadata", "labels"]);
        labels.and_then(|labels| labels.get(LEVEL)?.as_str()).unwrap_or("none").to_owned()
    };
    let differ = objects.iter().any(|object| level(object) != level(objects[0]));
    let more = if differ { ", with different Pod Security levels" } else { "" };
    let mut finding = rule
        .finding(format!("namespace `{name}` is declared {} times{more}", objects.len()))
        .at(&place(objects[0]))
        .about(EntityKind::Namespace, name)
        .help("keep one of them");
    for object in &objects[1..] {
        let label =
            if differ { format!("level here: {}", level(object)) } else { "here too".to_owned() };
        finding = finding.related(&place(object), label);
    }
    finding
}
