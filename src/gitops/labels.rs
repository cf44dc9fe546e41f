//! kustomize's labels and annotations, on objects and on what they hold.
//!
//! In: a kustomization and the objects so far. Out: objects changed in place. The places are those
//! of kustomize's default configuration: selectors and pod templates of the built-in kinds.

use super::Object;
use super::transform::set_all;
use crate::source::Node;

/// Where the labels of pods and claims stand in the kinds that make them.
const TEMPLATES: [(&str, &[&str]); 6] = [
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "metadata"]),
    ("DaemonSet", &["spec", "template", "metadata"]),
    ("Deployment", &["spec", "template", "metadata"]),
    ("Job", &["spec", "template", "metadata"]),
    ("ReplicaSet", &["spec", "template", "metadata"]),
    ("StatefulSet", &["spec", "template", "metadata"]),
];

/// Where selectors stand, and whether one is made where there is none.
const SELECTORS: [(&str, &[&str], bool); 7] = [
    ("DaemonSet", &["spec", "selector", "matchLabels"], true),
    ("Deployment", &["spec", "selector", "matchLabels"], true),
    ("ReplicaSet", &["spec", "selector", "matchLabels"], true),
    ("Service", &["spec", "selector"], true),
    ("StatefulSet", &["spec", "selector", "matchLabels"], true),
    ("NetworkPolicy", &["spec", "podSelector", "matchLabels"], false),
    ("PodDisruptionBudget", &["spec", "selector", "matchLabels"], false),
];

/// Adds `labels`, `commonLabels` and `commonAnnotations`.
pub(crate) fn apply(root: &Node, objects: &mut [Object]) {
    for set in root.get("labels").map_or(&[][..], Node::items) {
        let Some(pairs) = set.get("pairs") else { continue };
        let asks = |field: &str| set.get(field).and_then(Node::as_bool) == Some(true);
        set_all(pairs, "labels", objects);
        if asks("includeSelectors") {
            selectors(pairs, objects);
        }
        if asks("includeSelectors") || asks("includeTemplates") {
            templates(pairs, "labels", objects);
        }
    }
    if let Some(pairs) = root.get("commonLabels") {
        set_all(pairs, "labels", objects);
        selectors(pairs, objects);
        templates(pairs, "labels", objects);
    }
    if let Some(pairs) = root.get("commonAnnotations") {
        set_all(pairs, "annotations", objects);
        templates(pairs, "annotations", objects);
    }
}

/// Whether a kind is the built-in one of that name, and not another group's.
fn is_builtin(object: &Object) -> bool {
    matches!(&*object.group, "" | "apps" | "batch" | "networking.k8s.io" | "policy")
}

fn templates(pairs: &Node, field: &str, objects: &mut [Object]) {
    for object in objects.iter_mut().filter(|object| is_builtin(object)) {
        for (_, path) in TEMPLATES.iter().filter(|(kind, _)| *kind == object.kind) {
            let metadata =
                path.iter().fold(&mut object.root, |node, part| node.get_or_insert(part));
            put(pairs, metadata.get_or_insert(field));
        }
    }
}

fn selectors(pairs: &Node, objects: &mut [Object]) {
    for object in objects.iter_mut().filter(|object| is_builtin(object)) {
        for (_, path, make) in SELECTORS.iter().filter(|(kind, ..)| *kind == object.kind) {
            if *make || object.root.at(path).is_some() {
                let node =
                    path.iter().fold(&mut object.root, |node, part| node.get_or_insert(part));
                put(pairs, node);
            }
        }
    }
}

fn put(pairs: &Node, map: &mut Node) {
    for entry in pairs.entries() {
        map.set(&entry.key, entry.value.clone());
    }
}
