//! Graphics cards of nodes, and how many pods share one.
//!
//! In: nodes with labels, virtual machines, and the `ConfigMap` of NVIDIA's device plugin. Out:
//! [`Gpu`]s. It does not look at who asks for them.

use std::collections::BTreeMap;

use super::cursor::Cursor;
use super::fact::{Fact, Source};
use super::model::{Gpu, Node, Vm};
use crate::source::{Node as Tree, Sources, yaml};

/// Labels whose value is a model.
const MODEL_LABELS: &[&str] = &["gpu.nvidia.com/model", "nvidia.com/gpu.product"];
/// Labels that say that a card is there.
const PRESENCE_LABELS: &[&str] =
    &["nvidia.com/gpu.present", "node.kubernetes.io/gpu", "intel.feature.node.kubernetes.io/gpu"];

/// The cards of all nodes, in the order of nodes.
///
/// `slots` comes from [`time_slicing`]; it holds for every card of the cluster.
///
/// `declared` says by name which virtual machines have one.
pub(crate) fn collect(
    nodes: &[Node],
    vms: &[Vm],
    declared: &BTreeMap<String, Source>,
    slots: Option<&Fact<u32>>,
) -> Vec<Gpu> {
    let gpu = |node: &Node| {
        let vm = vms.iter().find(|vm| Some(&vm.name) == node.vm.as_ref());
        gpu(node, vm, vm.and_then(|vm| declared.get(&vm.name)), slots)
    };
    nodes.iter().filter_map(gpu).collect()
}

fn gpu(
    node: &Node,
    vm: Option<&Vm>,
    from_vm: Option<&Source>,
    slots: Option<&Fact<u32>>,
) -> Option<Gpu> {
    let label = MODEL_LABELS.iter().find_map(|label| node.labels.get(*label));
    let source = from_vm.cloned().or_else(|| label?.source.clone()).or_else(|| present(node))?;
    let model = label.cloned().unwrap_or_else(|| Fact::unknown("no file names the model"));
    Some(Gpu {
        node: node.name.clone(),
        model: vm.map_or(model.clone(), |vm| vm.gpu_model.clone().or(model)),
        mapping: vm.map_or_else(
            || Fact::unknown("no virtual machine is declared"),
            |vm| vm.gpu_mapping.clone(),
        ),
        slots: slots.cloned().unwrap_or_else(|| Fact::unknown("no time-slicing is set up")),
        source,
    })
}

/// Where a label says that the node has a card.
fn present(node: &Node) -> Option<Source> {
    PRESENCE_LABELS
        .iter()
        .filter_map(|label| node.labels.get(*label))
        .find(|value| value.get().is_some_and(|text| text == "true"))
        .and_then(|value| value.source.clone())
}

/// Pods that may share a card, as a `ConfigMap` of NVIDIA's device plugin says.
///
/// Its data holds YAML as text with `sharing.timeSlicing.resources[].replicas` (or
/// `sharing.mps.resources[].replicas`).
pub(crate) fn time_slicing(config_map: &Tree, sources: &Sources) -> Option<Fact<u32>> {
    let data = Cursor::new(config_map, sources).get("data")?;
    data.entries().into_iter().find_map(|(_, text)| {
        // Dashboards are ConfigMaps too, and large: parse only what can hold the answer.
        text.node.as_str().filter(|content| content.contains("replicas"))?;
        let node = yaml::parse_embedded(text.node, sources)?;
        let sharing = text.embedded(&node).get("sharing")?;
        let resources = ["timeSlicing", "mps"].iter().flat_map(|kind| {
            sharing.get(kind).map(|kind| kind.list("resources")).unwrap_or_default()
        });
        resources
            .filter_map(|resource| resource.get("replicas"))
            .map(|replicas| replicas.text().parse())
            .next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    #[test]
    fn slots_are_read_from_embedded_yaml() {
        let manifest = "kind: ConfigMap\ndata:\n  readme: hello\n  config.yaml: |\n    version: v1\n    \
                        sharing:\n      timeSlicing:\n        resources:\n          - name: nvidia.com/gpu\n            replicas: 3\n";
        let sources = Sources::from_memory([("a.yaml", manifest.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = documents.iter().next().map(|document| &document.root).expect("a document");
        let slots = time_slicing(root, &sources).expect("slots");
        let source = slots.source.clone().expect("known");
        assert_eq!((slots.get(), source.line), (Some(&3), 10));
        assert!(source.field.starts_with("data.config.yaml.sharing.timeSlicing.resources[0]"));
        assert_eq!(time_slicing(root.get("data").expect("data"), &sources), None);
    }
}
