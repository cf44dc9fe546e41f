//! kustomize's simple transformers: namespace, prefix and suffix, replicas, images.
//!
//! In: a kustomization and the objects so far. Out: objects changed in place. References between
//! objects are not renamed along with a prefix or suffix.

use super::Object;
use crate::source::{Node, Value};

/// Puts every namespaced object into a namespace, and renames `Namespace` objects to it.
pub(crate) fn namespace(wanted: &Node, objects: &mut [Object]) {
    let Some(name) = wanted.as_str() else { return };
    for object in objects {
        if object.is("", "Namespace") {
            object.set_name(name.to_owned());
        } else if !is_cluster_scoped(&object.kind) {
            object.set_namespace(name, wanted.span);
        }
    }
}

/// Whether a kind is known to live in no namespace.
pub(crate) fn is_cluster_scoped(kind: &str) -> bool {
    const KINDS: [&str; 28] = [
        "APIService",
        "CSIDriver",
        "CSINode",
        "CiliumBGPAdvertisement",
        "CiliumBGPClusterConfig",
        "CiliumBGPPeerConfig",
        "CiliumBGPPeeringPolicy",
        "CiliumClusterwideNetworkPolicy",
        "CiliumEgressGatewayPolicy",
        "CiliumL2AnnouncementPolicy",
        "CiliumLoadBalancerIPPool",
        "CustomResourceDefinition",
        "DeviceClass",
        "GatewayClass",
        "IngressClass",
        "MutatingWebhookConfiguration",
        "Namespace",
        "Node",
        "NodeFeatureRule",
        "PersistentVolume",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "TracingPolicy",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
        "VolumeSnapshotClass",
    ];
    // `Cluster` itself is CloudNativePG's, and namespaced.
    KINDS.contains(&kind) || (kind.starts_with("Cluster") && kind != "Cluster")
}

/// Adds `namePrefix` and `nameSuffix`.
pub(crate) fn names(root: &Node, objects: &mut [Object]) {
    let text = |key: &str| root.str_at(&[key]).unwrap_or_default().to_owned();
    let (prefix, suffix) = (text("namePrefix"), text("nameSuffix"));
    if prefix.is_empty() && suffix.is_empty() {
        return;
    }
    let keeps =
        |kind: &str| matches!(kind, "Namespace" | "CustomResourceDefinition" | "APIService");
    for object in objects.iter_mut().filter(|object| !keeps(&object.kind)) {
        object.set_name(format!("{prefix}{}{suffix}", object.name));
    }
}

/// Sets the number of replicas as `replicas` says.
pub(crate) fn replicas(root: &Node, objects: &mut [Object]) {
    const KINDS: [&str; 4] = ["Deployment", "ReplicaSet", "ReplicationController", "StatefulSet"];
    for rule in root.get("replicas").map_or(&[][..], Node::items) {
        let (Some(name), Some(count)) = (rule.str_at(&["name"]), rule.get("count")) else {
            continue;
        };
        let scaled = |object: &&mut Object| {
            KINDS.contains(&&*object.kind) && (object.name == name || object.declared_name == name)
        };
        for object in objects.iter_mut().filter(scaled) {
            object.root.get_or_insert("spec").set("replicas", count.clone());
        }
    }
}

/// Sets labels or annotations on every object.
pub(crate) fn set_all(pairs: &Node, field: &str, objects: &mut [Object]) {
    for object in objects {
        for entry in pairs.entries() {
            let map = object.root.get_or_insert("metadata").get_or_insert(field);
            map.set(&entry.key, entry.value.clone());
        }
    }
}

/// Rewrites container images as `images` says.
pub(crate) fn images(root: &Node, objects: &mut [Object]) {
    for rule in root.get("images").map_or(&[][..], Node::items) {
        for object in objects.iter_mut() {
            rewrite(&mut object.root, rule);
        }
    }
}

fn rewrite(node: &mut Node, rule: &Node) {
    match &mut node.value {
        Value::Mapping(entries) => {
            for entry in entries {
                let holds = matches!(entry.key.as_str(), "containers" | "initContainers");
                if let (true, Value::Sequence(items)) = (holds, &mut entry.value.value) {
                    items.iter_mut().for_each(|container| rewrite_container(container, rule));
                } else {
                    rewrite(&mut entry.value, rule);
                }
            }
        }
        Value::Sequence(items) => items.iter_mut().for_each(|item| rewrite(item, rule)),
        Value::Scalar(_) => {}
    }
}

fn rewrite_container(container: &mut Node, rule: &Node) {
    let Some(image) = container.get_mut("image") else { return };
    let text = image.as_str().unwrap_or_default().to_owned();
    let (name, tag) = split_image(&text);
    if rule.str_at(&["name"]) != Some(name) {
        return;
    }
    let name = rule.str_at(&["newName"]).unwrap_or(name);
    let (tag, span) = match (rule.get("digest"), rule.get("newTag")) {
        (Some(digest), _) => (format!("@{}", digest.as_str().unwrap_or_default()), digest.span),
        (None, Some(new)) => (format!(":{}", new.as_str().unwrap_or_default()), new.span),
        (None, None) => (tag.to_owned(), rule.span),
    };
    *image = Node::string(format!("{name}{tag}"), span);
}

/// Splits `registry:5000/path:tag@digest` before its tag or digest.
fn split_image(image: &str) -> (&str, &str) {
    let path_start = image.rfind('/').map_or(0, |at| at + 1);
    let at = image[path_start..].find([':', '@']).map_or(image.len(), |at| path_start + at);
    image.split_at(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_split_behind_the_port() {
        assert_eq!(
            split_image("r.example.com:5000/a/b:1@sha256:0"),
            ("r.example.com:5000/a/b", ":1@sha256:0")
        );
        assert_eq!(split_image("b"), ("b", ""));
    }

    #[test]
    fn a_postgres_cluster_lives_in_a_namespace() {
        assert!(is_cluster_scoped("ClusterIssuer"));
        assert!(!is_cluster_scoped("Cluster"));
    }
}
