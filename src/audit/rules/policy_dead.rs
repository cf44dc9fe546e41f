//! Network policies that speak of namespaces that nothing declares.
//!
//! In: policies, namespaces and bases outside the repository. Out: one finding for each such name.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::{Severity, closest};
use crate::inventory::{Fact, NamespaceMatch, Peer, Policy, PolicyPart, Source};

pub(super) const RULE: Rule = Rule {
    code: "network/policy-dead-namespace",
    severity: Severity::Warning,
    title: "A network policy names a namespace that is not declared",
    explanation: "\
A rule allows or denies traffic with pods of a namespace that is not declared in this repository. \
Where no such namespace exists the rule matches nothing: a metrics scraper that was meant to get \
in stays out. Namespaces are often renamed without a look at policies.

It is a note where a base outside the repository could declare the namespace.",
    blind_spot: "Namespaces that remote bases, charts or people make are not visible.",
    example: "ingress:\n  - fromEndpoints:\n      - matchLabels:\n          io.kubernetes.pod.namespace: monitoring",
    check,
};

/// Namespaces that every cluster has.
const BUILT_IN: [&str; 4] = ["default", "kube-system", "kube-public", "kube-node-lease"];

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let known = known(input);
    let mut dead: BTreeMap<&str, Vec<(&Policy, &Source)>> = BTreeMap::new();
    for policy in &input.cluster.policies {
        for (fact, at) in policy.parts.iter().flat_map(|part| named(policy, part)) {
            let Some(name) = fact.get() else { continue };
            if !known.contains(name.as_str()) && !name.contains(['*', '?']) {
                dead.entry(name).or_default().push((policy, fact.source.as_ref().unwrap_or(at)));
            }
        }
    }
    dead.into_iter().map(|(name, uses)| finding(input, rule, &known, name, &uses)).collect()
}

fn finding(
    input: &Input<'_>,
    rule: &Rule,
    known: &BTreeSet<&str>,
    name: &str,
    uses: &[(&Policy, &Source)],
) -> Finding {
    let policies: BTreeSet<&str> = uses.iter().map(|(policy, _)| policy.id.as_str()).collect();
    let number = words::count(policies.len(), "network policy names", "network policies name");
    let remote = from_remote(input, name);
    let message =
        format!("{number} the namespace `{name}`, which is not declared in this repository");
    let help = match (remote, closest(name, known.iter().copied())) {
        (Some(url), _) => format!("check that `{url}` makes it"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => "name a namespace that exists, or remove the rule".to_owned(),
    };
    let mut finding = rule.finding(message).at(uses[0].1).help(help);
    if remote.is_some() {
        finding = finding.severity(Severity::Note);
    }
    let mut seen = BTreeSet::new();
    for (policy, at) in uses.iter().filter(|(policy, _)| seen.insert(&policy.id)) {
        let entity = Entity::new(EntityKind::Policy, policy.id.clone());
        finding = finding.item(format!("{} `{}`", policy.kind, policy.id), Some(at), Some(entity));
    }
    finding
}

/// All names that manifests give to namespaces.
fn known<'a>(input: &Input<'a>) -> BTreeSet<&'a str> {
    let declared = input.cluster.namespaces.iter().map(|space| space.name.as_str());
    // Something that is applied to a namespace says that it exists, and charts can make theirs.
    let used = input.objects().filter(|object| object.kind != "Kustomization");
    let used = used.filter_map(|object| object.namespace.as_deref());
    let made = input.objects().filter(|object| object.is("", "Namespace"));
    let made = made.map(|object| object.name.as_str());
    let targets = input
        .effective
        .objects
        .iter()
        .filter_map(|object| object.root.str_at(&["spec", "targetNamespace"]));
    declared.chain(used).chain(made).chain(targets).chain(BUILT_IN).collect()
}

/// The base outside the repository whose address or patches speak of a namespace.
fn from_remote<'a>(input: &Input<'a>, name: &str) -> Option<&'a str> {
    let is_word = |word: &&str| word.len() > 4 && !["system", "server"].contains(word);
    let words: Vec<&str> = name.split('-').filter(is_word).collect();
    let of = |url: &&str| words.iter().any(|word| url.contains(word));
    let mut urls = input.effective.remotes.iter().map(|remote| remote.url.as_str());
    // The last one that fits is the most special, as in `net-kourier` after `knative`.
    urls.rfind(of)
}

fn named<'a>(policy: &'a Policy, part: &'a PolicyPart) -> Vec<(&'a Fact<String>, &'a Source)> {
    let mut found = vec![];
    for rule in &part.rules {
        for peer in &rule.peers {
            if let Peer::Pods { namespaces: NamespaceMatch::Named { names }, .. } = peer {
                found.extend(names.iter().map(|name| (name, &rule.source)));
            }
        }
    }
    if policy.namespace.is_none()
        && let NamespaceMatch::Named { names } = &part.subject.namespaces
    {
        found.extend(names.iter().map(|name| (name, &policy.source)));
    }
    found
}
