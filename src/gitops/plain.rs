//! A repository that neither Flux nor Argo CD applies: its objects as declared.
//!
//! In: all documents. Out: every Kubernetes object among them, except templates of charts and
//! patches. Nothing tells which of them are applied, and the result says so.

use std::collections::BTreeSet;

use super::{Effective, Object, Unseen, Via, roots};
use crate::source::{Documents, Node, Root, Sources, path};

/// Groups of files that are for tools on somebody's desk, and for no cluster.
const FOR_TOOLS: [&str; 6] = [
    "config.kubernetes.io",
    "eksctl.io",
    "k3d.io",
    "kind.x-k8s.io",
    "kubeadm.k8s.io",
    "kustomize.config.k8s.io",
];

/// The objects of a repository as declared.
pub(crate) fn declared(sources: &Sources, documents: &Documents) -> Effective {
    let patches = patches(sources, documents);
    let mut effective = Effective::default();
    for document in documents.iter() {
        let file = sources.file(document.file);
        let counts = file.root == Root::Repository
            && !file.name().ends_with(".j2")
            && !patches.contains(&file.path)
            && !roots::is_chart_template(&file.path, sources);
        let object = Object::from_document(document, Via::default()).filter(|_| counts);
        if let Some(object) = object.filter(is_kubernetes) {
            effective.reached.insert(object.file);
            effective.objects.push(object);
        }
    }
    if !effective.objects.is_empty() {
        effective.unseen.push(Unseen {
            what: "which of these manifests are applied".to_owned(),
            reason: "the repository holds neither Flux nor Argo CD, which would tell".to_owned(),
            span: None,
        });
    }
    effective
}

/// Whether it is for a cluster: not for kustomize, Talos, or a tool on somebody's desk.
fn is_kubernetes(object: &Object) -> bool {
    let version = object.version.as_str();
    !FOR_TOOLS.contains(&object.group.as_str())
        && version.starts_with('v')
        && !(object.group.is_empty() && version != "v1")
        && object.root.get("$patch").is_none()
}

/// Files that a kustomization names as patches: they change objects, and are none.
fn patches(sources: &Sources, documents: &Documents) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in documents.iter() {
        let file = sources.file(document.file);
        if !file.name().starts_with("kustomization.") && file.name() != "Kustomization" {
            continue;
        }
        let list = |field: &str| document.root.get(field).map_or(&[][..], Node::items).iter();
        let named = list("patches").chain(list("patchesJson6902")).filter_map(|it| it.get("path"));
        for node in named.chain(list("patchesStrategicMerge")) {
            let text = node.as_str().unwrap_or_default();
            found.extend(path::join(path::parent(&file.path), text));
        }
    }
    found
}
