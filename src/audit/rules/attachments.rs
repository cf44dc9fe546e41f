//! Multus attachments that give an address twice, and those that nothing uses.
//!
//! In: attachments, their users and the nodes. Out: one finding for each attachment and rule.

use crate::audit::{EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::{Attachment, Cluster};

pub(super) const HOST_LOCAL: Rule = Rule {
    code: "network/attachment-host-local",
    severity: Severity::Warning,
    title: "Addresses that are given out by each node for itself",
    explanation: "\
The `host-local` IPAM plugin remembers on each node which addresses it gave out there. On a \
network that several nodes share, two nodes can give the same address to two pods. Use fixed \
addresses (`static` IPAM with `ips` in the annotation), DHCP, or Whereabouts.

It is a note while fewer than two apps use the attachment.",
    blind_spot: "Whether the users are held on one node by other means is not visible.",
    example: "\"ipam\": {\"type\": \"host-local\", \"subnet\": \"192.0.2.0/24\"}",
    check: host_local,
};

pub(super) const UNUSED: Rule = Rule {
    code: "network/attachment-unused",
    severity: Severity::Note,
    title: "A network attachment that no pod uses",
    explanation: "\
No workload and no chart values in the repository name this `NetworkAttachmentDefinition`. It \
makes a network look connected to the cluster that is not. Delete it, or use it.",
    blind_spot: "Pods that charts and operators make without values for it are not visible.",
    example: "kind: NetworkAttachmentDefinition\nmetadata:\n  name: dmz",
    check: unused,
};

fn host_local(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let of_kind = |one: &&Attachment| one.ipam.get().is_some_and(|kind| kind == "host-local");
    let mut found = vec![];
    for attachment in cluster.attachments.iter().filter(of_kind) {
        let nodes = nodes(cluster, attachment);
        if nodes < 2 {
            continue;
        }
        let severity = if attachment.users.len() < 2 { Severity::Note } else { rule.severity };
        found.push(
            rule.finding(format!(
                "attachment `{}` lets each of {} give out the same addresses",
                attachment.id,
                words::count(nodes, "node", "nodes")
            ))
            .at(attachment.ipam.source.as_ref().unwrap_or(&attachment.source))
            .about(EntityKind::Attachment, attachment.id.clone())
            .severity(severity)
            .help("use fixed addresses, DHCP or Whereabouts"),
        );
    }
    found
}

/// How many nodes are on the network of an attachment.
fn nodes(cluster: &Cluster, attachment: &Attachment) -> usize {
    let own =
        |network: &&crate::inventory::Network| Some(&network.id) == attachment.network.as_ref();
    let network = cluster.networks.iter().find(own);
    network
        .map(|network| network.nodes.len())
        .filter(|number| *number > 0)
        .unwrap_or(cluster.nodes.len())
}

fn unused(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let cluster = input.cluster;
    let is_used = |one: &Attachment| {
        !one.users.is_empty() || cluster.attachment_uses.iter().any(|it| it.attachment == one.id)
    };
    let open = cluster.attachments.iter().filter(|one| !is_used(one));
    open.map(|one| {
        rule.finding(format!("attachment `{}` is used by no pod", one.id))
            .at(&one.source)
            .about(EntityKind::Attachment, one.id.clone())
            .help("use it, or delete it")
    })
    .collect()
}
