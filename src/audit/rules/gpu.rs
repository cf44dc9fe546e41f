//! Requests for graphics cards that no node can meet, or not all at once.
//!
//! In: requests, cards and node labels. Out: findings. A label that no file gives to any node is
//! set by something in the cluster, and is not held against a request.

use std::collections::BTreeSet;

use crate::audit::{Entity, EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Cluster, Gpu, GpuRequest, Node};

pub(super) const NO_NODE: Rule = Rule {
    code: "gpu/no-node",
    severity: Severity::Warning,
    title: "A request for a graphics card that no node can meet",
    explanation: "\
The pods insist on a node by name or label, together with a graphics card, and no node that is \
declared has all of it. They stay pending. Correct the selector, or label the node.",
    blind_spot: "Labels that the cluster sets itself, and nodes that no file declares, are not visible.",
    example: "nodeSelector:\n  kubernetes.io/hostname: node-9\nresources:\n  limits:\n    nvidia.com/gpu: 1",
    check: no_node,
};

pub(super) const OVERSUBSCRIBED: Rule = Rule {
    code: "gpu/oversubscribed",
    severity: Severity::Warning,
    title: "More requests for a graphics card than it has slots",
    explanation: "\
Pods that insist on this node ask for more graphics cards than it can share out. Not all of them \
can run at the same time: the last ones stay pending. Raise the `replicas` of time-slicing if \
memory allows, or move some.

It is a note where all of them can be scaled to zero, so that they take turns.",
    blind_spot: "How many replicas run at a time, and how much memory they need, is not visible.",
    example: "# two Deployments on one node, and no time-slicing\nresources:\n  limits:\n    nvidia.com/gpu: 1",
    check: oversubscribed,
};

/// Whether a node fits the labels that a request insists on, as far as files tell.
fn fits(cluster: &Cluster, request: &GpuRequest, node: &Node) -> bool {
    request.node_selector.iter().all(|(key, wanted)| {
        let Some(wanted) = wanted.get() else { return true };
        if key == "kubernetes.io/hostname" {
            return *wanted == node.name;
        }
        let is_declared = cluster.nodes.iter().any(|node| node.labels.contains_key(key));
        let label = node.labels.get(key);
        !is_declared || label.is_some_and(|label| label.get().is_none_or(|value| value == wanted))
    })
}

fn no_node(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let mut found = vec![];
    for request in &cluster.gpu_requests {
        let has_place = cluster.nodes.iter().any(|node| fits(cluster, request, node));
        if cluster.nodes.is_empty() || has_place || request.node_selector.is_empty() {
            continue;
        }
        let labels: Vec<String> = request
            .node_selector
            .iter()
            .map(|(key, value)| format!("{key}={}", value.shown()))
            .collect();
        let message = format!(
            "no declared node has {}, which `{}` insists on",
            words::names(&labels),
            request.user
        );
        found.push(
            entities(rule.finding(message).at(&request.source), [request])
                .help("correct the selector, or label the node"),
        );
    }
    found
}

fn oversubscribed(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let mut found = vec![];
    let nodes: BTreeSet<&str> = cluster.gpus.iter().map(|gpu| gpu.node.as_str()).collect();
    for name in nodes {
        let Some(node) = cluster.nodes.iter().find(|node| node.name == name) else { continue };
        let cards: Vec<&Gpu> = cluster.gpus.iter().filter(|gpu| gpu.node == name).collect();
        let slots: u64 =
            cards.iter().map(|gpu| u64::from(gpu.slots.get().copied().unwrap_or(1))).sum();
        let pinned: Vec<&GpuRequest> = cluster
            .gpu_requests
            .iter()
            .filter(|request| is_pinned(cluster, request, node))
            .collect();
        let asked: u64 =
            pinned.iter().map(|it| u64::from(it.count.get().copied().unwrap_or(1))).sum();
        if asked > slots {
            found.push(over(rule, &cards, &pinned, asked, slots));
        }
    }
    found
}

/// Whether a request can be met by this node alone.
fn is_pinned(cluster: &Cluster, request: &GpuRequest, node: &Node) -> bool {
    let mut places = cluster.nodes.iter().filter(|other| fits(cluster, request, other));
    let only = places.next().filter(|_| places.next().is_none());
    only.is_some_and(|only| only.name == node.name)
}

fn over(rule: &Rule, cards: &[&Gpu], pinned: &[&GpuRequest], asked: u64, slots: u64) -> Finding {
    let model = cards.first().and_then(|card| card.model.get());
    let card = model.map_or_else(|| "graphics card".to_owned(), |model| format!("`{model}`"));
    let turns = pinned.iter().all(|request| request.scales_to_zero);
    let more = if turns { "; all of them can scale to zero" } else { "" };
    let node = &cards[0].node;
    let slots = words::count(slots as usize, "slot", "slots");
    let mut finding = rule
        .finding(format!("{asked} requests for the {card} of `{node}`, which has {slots}{more}"))
        .at(cards[0].slots.source.as_ref().unwrap_or(&cards[0].source))
        .about(EntityKind::Node, node.clone())
        .help("share the card among more pods, or move some");
    if turns {
        finding = finding.severity(Severity::Note);
    }
    for request in pinned {
        let entity = Entity::new(
            EntityKind::App,
            request.app.clone().unwrap_or_else(|| request.user.clone()),
        );
        finding = finding.item(
            format!("{} `{}`", request.kind, request.user),
            Some(&request.source),
            Some(entity),
        );
    }
    finding
}

fn entities<'a>(
    mut finding: Finding,
    requests: impl IntoIterator<Item = &'a GpuRequest>,
) -> Finding {
    for request in requests {
        let id = request.app.clone().unwrap_or_else(|| request.user.clone());
        finding.entities.push(Entity::new(EntityKind::App, id));
    }
    finding
}
