//! Which apps a policy is for, where their pods' labels are known.
//!
//! In: policies, and trees of apps. Out: ids of apps in the parts of policies. Labels are known
//! for plain workloads and for app-template, which names its pods by the release and the
//! controller; labels of other charts are not, so that only a policy for all pods selects those.

use std::collections::{BTreeMap, BTreeSet};

use super::labels::{Labels, labels};
use super::tree::Tree;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{NamespaceMatch, Policy, PolicyPart};
use crate::inventory::{natural, source_of, workload};

/// An app with the labels of each kind of its pods; none where they are not known.
struct Pods<'a> {
    app: &'a str,
    namespace: String,
    labels: Vec<Labels>,
}

/// Fills in the apps of all parts.
pub(super) fn fill(policies: &mut [Policy], trees: &[Tree]) {
    let all: Vec<Pods> = trees.iter().filter_map(pods).collect();
    let mut near: BTreeMap<&str, Vec<&Pods>> = BTreeMap::new();
    for pods in &all {
        near.entry(&pods.namespace).or_default().push(pods);
    }
    for part in policies.iter_mut().flat_map(|policy| &mut policy.parts) {
        if part.subject.nodes {
            continue;
        }
        let of = |name: &String| near.get(name.as_str()).into_iter().flatten().copied();
        let candidates: Vec<&Pods> = match &part.subject.namespaces {
            NamespaceMatch::All => all.iter().collect(),
            NamespaceMatch::Named { names } => {
                let names: BTreeSet<String> =
                    names.iter().map(|name| name.shown().to_owned()).collect();
                names.iter().flat_map(of).collect()
            }
            NamespaceMatch::Labelled { names, .. } => {
                names.iter().collect::<BTreeSet<_>>().into_iter().flat_map(of).collect()
            }
        };
        let apps = candidates.into_iter().filter(|pods| fits(part, pods));
        part.apps = apps.map(|pods| pods.app.to_owned()).collect();
        natural::sort_by(&mut part.apps, |id| id);
    }
}

fn pods<'a>(tree: &Tree<'a>) -> Option<Pods<'a>> {
    let (app, namespace) = (tree.app?, tree.namespace());
    let labels = if tree.is_app_template() { of_app_template(tree) } else { of_workload(tree) };
    Some(Pods { app, namespace, labels })
}

fn of_workload(tree: &Tree) -> Vec<Labels> {
    if tree.release.is_some() {
        return vec![];
    }
    let Some(spec) = workload::pod_path(tree.object) else { return vec![] };
    let above = &spec[..spec.len() - 1];
    let pod = if above.is_empty() { Some(tree.cursor.clone()) } else { tree.cursor.at(above) };
    let map = pod.and_then(|pod| pod.at(&["metadata", "labels"]));
    map.iter().map(|map| labels(Some(map))).collect()
}

fn of_app_template(tree: &Tree) -> Vec<Labels> {
    let source = source_of(tree.object, tree.cursor.sources);
    let known = |text: &str| Fact::known(text.to_owned(), source.clone());
    let common = tree.cursor.at(&["defaultPodOptions", "labels"]);
    let controllers = tree.cursor.get("controllers");
    let entries = controllers.as_ref().map(Cursor::entries).unwrap_or_default();
    let of = |(key, controller): (&str, Cursor)| {
        let mut found = labels(common.as_ref());
        found.extend(labels(controller.at(&["pod", "labels"]).as_ref()));
        for (name, value) in [
            ("app.kubernetes.io/name", tree.name()),
            ("app.kubernetes.io/instance", tree.name()),
            ("app.kubernetes.io/controller", key),
            ("app.kubernetes.io/component", key),
        ] {
            found.entry(name.to_owned()).or_insert_with(|| known(value));
        }
        found
    };
    entries.into_iter().map(of).collect()
}

/// Whether labels of the pods are those that a part selects.
fn fits(part: &PolicyPart, pods: &Pods) -> bool {
    let fits = |labels: &Labels| part.subject.labels.iter().all(|one| holds(one, labels));
    part.subject.labels.is_empty() || pods.labels.iter().any(fits)
}

/// Whether labels meet a requirement written as text; one that is not known is not met.
fn holds(requirement: &Fact<String>, labels: &Labels) -> bool {
    let Some(text) = requirement.get() else { return false };
    let of = |key: &str| {
        let key = key.strip_prefix("k8s:").or_else(|| key.strip_prefix("any:")).unwrap_or(key);
        labels.get(key).map(Fact::shown)
    };
    let listed = |list: &str, found: &str| {
        list.trim_matches(['(', ')']).split(", ").any(|item| item == found)
    };
    let words: Vec<&str> = text.splitn(3, ' ').collect();
    match words.as_slice() {
        [key, "In", list] => of(key).is_some_and(|found| listed(list, found)),
        [key, "NotIn", list] => of(key).is_none_or(|found| !listed(list, found)),
        [key, "Exists"] => of(key).is_some(),
        [key, "DoesNotExist"] => of(key).is_none(),
        [one] => one.split_once('=').is_some_and(|(key, value)| of(key) == Some(value)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    fn check(selector: &str, expected: &[&str]) {
        let text = format!(
            "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {{name: p, namespace: web}}\nspec: {{endpointSelector: {selector}, ingress: [{{}}]}}\n\
             ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: plain, namespace: web}}\nspec: {{template: {{metadata: {{labels: {{app: plain}}}}, spec: {{}}}}}}\n\
             ---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: tmpl, namespace: web}}\nspec: {{chart: {{spec: {{chart: app-template}}}}, values: {{controllers: {{main: {{pod: {{labels: {{tier: a}}}}}}, job: {{}}}}}}}}\n\
             ---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: other, namespace: web}}\nspec: {{chart: {{spec: {{chart: redis}}}}}}\n\
             ---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: far, namespace: db}}\nspec: {{template: {{metadata: {{labels: {{app: plain}}}}}}}}\n"
        );
        let made = made(&[("a.yaml", &text)]);
        assert_eq!(made.cluster.policies[0].parts[0].apps, expected, "{selector}");
    }

    #[test]
    fn apps_by_the_labels_of_their_pods() {
        check("{}", &["web/other", "web/plain", "web/tmpl"]);
        check("{matchLabels: {app: plain}}", &["web/plain"]);
        check("{matchLabels: {k8s:app.kubernetes.io/name: tmpl, tier: a}}", &["web/tmpl"]);
        check("{matchExpressions: [{key: app, operator: In, values: [x, plain]}]}", &["web/plain"]);
        check(
            "{matchExpressions: [{key: tier, operator: DoesNotExist}]}",
            &["web/plain", "web/tmpl"],
        );
        check("{matchLabels: {app.kubernetes.io/name: redis}}", &[]);
        check("{matchLabels: {app: '${APP}'}}", &[]);
    }
}
