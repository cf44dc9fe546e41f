//! Objects in a chart's values, as far as they are policies.
//!
//! In: values of releases. Out: objects that the chart would make: app-template's
//! `networkpolicies`, and whole manifests in `rawResources`, `extraObjects` and the like. Charts
//! are not rendered: what stands in a string is not seen.

use super::tree::{Tree, visit};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::source::Node;

/// The objects of a release; none for anything else.
pub(super) fn objects(tree: &Tree) -> Vec<Object> {
    if tree.release.is_none() {
        return vec![];
    }
    let mut found = Vec::new();
    if tree.is_app_template() {
        let map = tree.cursor.get("networkpolicies");
        let mut entries = map.as_ref().map(Cursor::entries).unwrap_or_default();
        entries.retain(|(_, item)| item.node.is_collection() && !is_off(item));
        let is_single = entries.len() == 1;
        for (key, item) in entries {
            found.extend(of_app_template(tree, key, &item, is_single));
        }
    }
    visit(&tree.cursor, &mut |path, value| {
        let key = path.last().copied().unwrap_or_default();
        found.extend(whole(tree, key, value));
        found.extend(value.items().iter().filter_map(|item| whole(tree, key, item)));
    });
    found
}

fn is_off(item: &Cursor) -> bool {
    item.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false)
}

/// A map with `kind` and `apiVersion`; app-template names what has no name by its key.
fn whole(tree: &Tree, key: &str, value: &Cursor) -> Option<Object> {
    let (kind, version) = (value.node.str_at(&["kind"])?, value.node.str_at(&["apiVersion"])?);
    if is_off(value) || !kind.contains("NetworkPolicy") {
        return None;
    }
    let mut root = value.node.clone();
    // `rawResources.x.spec` holds all that stands below the metadata.
    if let Some(inner) = value.at(&["spec", "spec"]) {
        root.set("spec", inner.node.clone());
    }
    if root.str_at(&["metadata", "name"]).is_none() {
        let name = format!("{}-{key}", tree.name());
        root.get_or_insert("metadata").set("name", Node::string(name, value.node.span));
    }
    object(tree, kind, version, root)
}

fn object(tree: &Tree, kind: &str, version: &str, root: Node) -> Option<Object> {
    let file = root.span.file;
    let mut object = Object::new(kind, version, root, file, tree.object.via.clone())?;
    object.kustomization = tree.object.kustomization;
    let is_wide = ["Clusterwide", "Admin", "Global"].iter().any(|word| kind.contains(word));
    if object.namespace.is_none() && !is_wide {
        object.namespace = Some(tree.namespace());
    }
    Some(object)
}

/// `networkpolicies.x: {controller, podSelector, policyTypes, rules: {ingress, egress}}`.
fn of_app_template(tree: &Tree, key: &str, item: &Cursor, is_single: bool) -> Option<Object> {
    let span = item.node.span;
    let name = if is_single { tree.name().to_owned() } else { format!("{}-{key}", tree.name()) };
    let mut root = Node::mapping(span);
    root.get_or_insert("metadata").set("name", Node::string(name, span));
    let spec = root.get_or_insert("spec");
    for key in ["podSelector", "policyTypes"] {
        if let Some(value) = item.node.get(key) {
            spec.set(key, value.clone());
        }
    }
    if item.node.get("podSelector").is_none() {
        let labels = spec.get_or_insert("podSelector").get_or_insert("matchLabels");
        labels.set("app.kubernetes.io/instance", Node::string(tree.name(), span));
        if let Some(controller) = item.get("controller") {
            labels.set("app.kubernetes.io/controller", controller.node.clone());
        }
    }
    for key in ["ingress", "egress"] {
        if let Some(rules) = item.at(&["rules", key]) {
            spec.set(key, rules.node.clone());
        }
    }
    object(tree, "NetworkPolicy", "networking.k8s.io/v1", root)
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn policies_of_values() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: app, namespace: web}\n\
             spec: {chart: {spec: {chart: app-template}}, values: {\
             networkpolicies: {main: {controller: main, policyTypes: [Ingress], rules: {ingress: [{}]}}, off: {enabled: false}, bad: 3}, \
             rawResources: {cnp: {apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, spec: {spec: {endpointSelector: {}, egress: [{toEntities: [world]}]}}}}, \
             extra: [{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, spec: {podSelector: {}}}, 3]}}\n",
        )]);
        let lines: Vec<_> = made
            .cluster
            .policies
            .iter()
            .map(|one| format!("{} {} {}", one.kind, one.id, one.parts[0].rules.len()))
            .collect();
        assert_eq!(
            lines,
            [
                "NetworkPolicy web/app 1",
                "CiliumNetworkPolicy web/app-cnp 1",
                "NetworkPolicy web/x 0"
            ]
        );
        assert!(made.cluster.policies.iter().all(|one| one.from_values));
    }
}
