//! Graphics cards of nodes, and how many pods share one.
//!
//! In: nodes with labels, virtual machines, and how many pods share a card. Out: [`Gpu`]s. It does
//! not look at who asks for them.

use std::collections::BTreeMap;

use super::fact::{Fact, Source};
use super::model::{Gpu, Node, Vm};

/// Labels whose value is a model.
const MODEL_LABELS: &[&str] = &["gpu.nvidia.com/model", "nvidia.com/gpu.product"];
/// Labels that say that a card is there.
const PRESENCE_LABELS: &[&str] =
    &["nvidia.com/gpu.present", "node.kubernetes.io/gpu", "intel.feature.node.kubernetes.io/gpu"];

/// The cards of all nodes, in the order of nodes.
///
/// `slots` comes from `devices`; it holds for every card of the cluster.
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
