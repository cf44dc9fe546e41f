//! VLANs and subnets, found by joining what names them: [`join`].
//!
//! In: interfaces of nodes, cards of virtual machines, attachments, pools, routers, and the
//! inventory file. Out: [`Network`]s with fixed ids and ranks, and the ids filled in where they
//! belong. Two things are on one network only where a subnet, a tag or an interface's name says
//! so; a tag that no file declares stays unknown.

use std::collections::BTreeMap;

use super::attachments::Found;
use super::declared::{self, Declared};
use super::drafts::{Draft, Drafts};
use super::fact::Fact;
use super::hardware::Hardware;
use super::model::{Interface, Network, Node, Pool, Vm};
use super::subnet;
use crate::diagnostic::Diagnostic;

/// Finds the networks, and writes their ids into nodes, attachments and pools.
pub(crate) fn join(
    hardware: &mut Hardware,
    attachments: &mut [Found],
    pools: &mut [Pool],
    declared: &Declared,
) -> (Vec<Network>, Vec<Diagnostic>) {
    let mut drafts = Drafts::default();
    let links = place_interfaces(&mut drafts, hardware);
    place_cards(&mut drafts, &hardware.vms);
    let primary = find_primary(&mut drafts, hardware);
    let joined = place_attachments(&mut drafts, attachments);
    for gateway in &hardware.gateways {
        drafts.set_gateway(gateway);
    }
    let diagnostics = declare(&mut drafts, &declared.networks);
    let (networks, ids) = drafts.finish(primary);
    let mut networks = Filled { networks, ids };
    networks.fill_nodes(&mut hardware.nodes, &links, primary);
    networks.fill_attachments(attachments, &joined);
    networks.fill_pools(pools);
    (networks.networks, diagnostics)
}

/// Numbers of the draft for each node's interfaces.
type Links = BTreeMap<(usize, usize), usize>;

fn place_interfaces(drafts: &mut Drafts, hardware: &Hardware) -> Links {
    let mut links = Links::new();
    for (node_idx, node) in hardware.nodes.iter().enumerate() {
        let vm = hardware.vms.iter().find(|vm| Some(&vm.name) == node.vm.as_ref());
        for (link_idx, link) in node.interfaces.iter().enumerate() {
            if let Some(draft) = place_interface(drafts, node, vm, link) {
                links.insert((node_idx, link_idx), draft);
            }
        }
    }
    links
}

/// The draft of an interface's first address, which is made where it is new.
fn place_interface(
    drafts: &mut Drafts,
    node: &Node,
    vm: Option<&Vm>,
    link: &Interface,
) -> Option<usize> {
    let card_tag = || vm.and_then(|vm| card_tag(node, vm, link));
    let tag = Some(link.vlan.clone()).filter(Fact::is_known).or_else(card_tag);
    let mut subnets = link.addresses.iter().filter_map(|address| {
        let net = subnet::of(address.get()?)?;
        Some((net, address.clone().map(|_| net.to_string())))
    });
    let first = subnets.next();
    if first.is_none() && tag.is_none() {
        return None;
    }
    let source = first.as_ref().and_then(|(_, fact)| fact.source.clone());
    let source = source.or_else(|| tag.as_ref().and_then(|tag| tag.source.clone()))?;
    let draft = drafts.put(tag, first, source);
    drafts.set_interface(draft, &link.selector);
    for (net, fact) in subnets {
        let source = fact.source.clone();
        if let Some(source) = source.filter(|_| !drafts.is_other_family(draft, net)) {
            drafts.put(None, Some((net, fact)), source);
        }
    }
    Some(draft)
}

/// The tag of the card that an interface is: the one of its MAC address, or of its place.
///
/// Places are compared only where there are as many cards as interfaces that are no VLANs.
fn card_tag(node: &Node, vm: &Vm, link: &Interface) -> Option<Fact<u16>> {
    let selector = link.selector.get().map(|selector| selector.to_lowercase());
    let by_mac =
        vm.nics.iter().find(|nic| selector.is_some() && nic.mac.get() == selector.as_ref());
    let by_place = || {
        let mut cards = node.interfaces.iter().filter(|one| !one.vlan.is_known());
        let is_paired = cards.clone().count() == vm.nics.len();
        let place = cards.position(|one| std::ptr::eq(one, link)).filter(|_| is_paired)?;
        vm.nics.get(place)
    };
    let nic = by_mac.or_else(by_place)?;
    Some(nic.vlan.clone()).filter(Fact::is_known)
}

/// Makes drafts of tags that only virtual machines name.
fn place_cards(drafts: &mut Drafts, vms: &[Vm]) {
    for nic in vms.iter().flat_map(|vm| &vm.nics).filter(|nic| nic.vlan.is_known()) {
        if let Some(source) = nic.vlan.source.clone() {
            drafts.put(Some(nic.vlan.clone()), None, source);
        }
    }
}

/// The draft that most node addresses are in, else that of the subnet they are taken from.
fn find_primary(drafts: &mut Drafts, hardware: &Hardware) -> Option<usize> {
    for cidr in &hardware.node_cidrs {
        let net = cidr.get().and_then(|cidr| subnet::of(cidr));
        if let (Some(net), Some(source)) = (net, cidr.source.clone()) {
            drafts.put(None, Some((net, cidr.clone().map(|_| net.to_string()))), source);
        }
    }
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for address in hardware.nodes.iter().filter_map(|node| node.address.get()) {
        if let Some(draft) = drafts.containing(address) {
            *counts.entry(draft).or_default() += 1;
        }
    }
    let most = counts.iter().max_by_key(|(draft, count)| (**count, std::cmp::Reverse(**draft)));
    let of_cidr = || drafts.containing(hardware.node_cidrs.first()?.get()?);
    most.map(|(draft, _)| *draft).or_else(of_cidr)
}

/// Numbers of the draft for each attachment.
fn place_attachments(drafts: &mut Drafts, attachments: &[Found]) -> Vec<Option<usize>> {
    attachments.iter().map(|found| place_attachment(drafts, found)).collect()
}

fn place_attachment(drafts: &mut Drafts, found: &Found) -> Option<usize> {
    let attachment = &found.attachment;
    let subnet = attachment.subnet.get().and_then(|cidr| Some((subnet::of(cidr)?, cidr)));
    let fact = subnet.map(|(net, _)| (net, attachment.subnet.clone().map(|_| net.to_string())));
    let by_subnet = subnet.and_then(|(_, cidr)| drafts.containing(cidr));
    let by_master = || drafts.of_interface(attachment.master.get()?);
    let draft = match (by_subnet.or_else(by_master), fact) {
        (Some(draft), Some(fact)) => drafts.fill_cidr(draft, fact),
        (Some(draft), None) => draft,
        (None, Some(fact)) => drafts.put(None, Some(fact), attachment.source.clone()),
        (None, None) => return None,
    };
    drafts.set_interface(draft, &attachment.master);
    drafts.set_name(draft, &attachment.id, &attachment.source);
    drafts.set_own_gateway(draft, &found.gateway);
    Some(draft)
}

/// Applies the inventory file; a network with both tag and range may be new.
fn declare(drafts: &mut Drafts, declared: &[declared::Network]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    for entry in declared {
        let net = entry.cidr.get().and_then(|cidr| subnet::of(cidr));
        let cidr = net.map(|net| (net, entry.cidr.clone().map(|_| net.to_string())));
        let found = drafts.find(entry.vlan.get().copied(), net);
        let source = entry.cidr.source.clone().filter(|_| entry.vlan.is_known());
        let draft = match (found, source) {
            (Some(draft), _) => draft,
            (None, Some(source)) => drafts.put(Some(entry.vlan.clone()), cidr.clone(), source),
            (None, None) => {
                diagnostics.push(unknown_network(entry, drafts));
                continue;
            }
        };
        drafts.declare(draft, entry, cidr);
    }
    diagnostics
}

fn unknown_network(entry: &declared::Network, drafts: &Drafts) -> Diagnostic {
    let what = entry.vlan.get().map_or_else(
        || format!("no network has the range `{}`", entry.cidr.shown()),
        |tag| format!("no network has the VLAN tag {tag}"),
    );
    let known = drafts.labels().join(", ");
    let warning = Diagnostic::warning("inventory/unknown-name", what).at(entry.span);
    if known.is_empty() {
        return warning.help("give both `vlan` and `cidr` to add a network");
    }
    warning.help(format!("use one of {known}, or give both `vlan` and `cidr` to add a network"))
}

/// Networks with their ids by draft.
struct Filled {
    networks: Vec<Network>,
    ids: Vec<String>,
}

impl Filled {
    fn network(&mut self, draft: usize) -> &mut Network {
        let id = &self.ids[draft];
        let found = self.networks.iter_mut().find(|network| network.id == *id);
        found.expect("bug: each draft becomes a network")
    }

    fn fill_nodes(&mut self, nodes: &mut [Node], links: &Links, primary: Option<usize>) {
        for (node_idx, node) in nodes.iter_mut().enumerate() {
            for (link_idx, link) in node.interfaces.iter_mut().enumerate() {
                let Some(draft) = links.get(&(node_idx, link_idx)) else { continue };
                link.network = Some(self.ids[*draft].clone());
                push(&mut self.network(*draft).nodes, &node.name);
            }
            self.fill_primary(node, primary);
        }
    }

    /// Puts a node whose interfaces have no addresses on the primary network.
    ///
    /// Its own address says so, or that the cluster takes node addresses from there alone.
    fn fill_primary(&mut self, node: &mut Node, primary: Option<usize>) {
        let Some(draft) = primary else { return };
        let id = self.ids[draft].clone();
        if node.interfaces.iter().any(|link| !link.addresses.is_empty()) {
            return;
        }
        let network = self.network(draft);
        let cidr = network.cidr.shown().to_owned();
        if node.address.get().is_some_and(|address| !subnet::contains(&cidr, address)) {
            return;
        }
        push(&mut network.nodes, &node.name);
        if let Some(link) = node.interfaces.first_mut().filter(|link| link.network.is_none()) {
            link.network = Some(id);
            Draft::set_interface(network, &link.selector);
        }
    }

    fn fill_attachments(&mut self, attachments: &mut [Found], joined: &[Option<usize>]) {
        for (found, draft) in attachments.iter_mut().zip(joined) {
            let Some(draft) = draft else { continue };
            found.attachment.network = Some(self.ids[*draft].clone());
            push(&mut self.network(*draft).attachments, &found.attachment.id);
        }
    }

    fn fill_pools(&mut self, pools: &mut [Pool]) {
        for pool in pools {
            let Some(block) = pool.blocks.first().and_then(Fact::get) else { continue };
            let Some(network) = Draft::containing(&mut self.networks, block) else { continue };
            pool.network = Some(network.id.clone());
            push(&mut network.pools, &pool.name);
        }
    }
}

fn push(names: &mut Vec<String>, name: &str) {
    if !names.iter().any(|other| other == name) {
        names.push(name.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::super::{attachments, hardware, pools};
    use super::*;
    use crate::source::{Sources, parse};

    /// Each network as `id: tag cidr name interface gateway, nodes, attachments, pools`.
    fn check(files: &[(&str, &str)], expected: &[&str]) -> Vec<Diagnostic> {
        let sources =
            Sources::from_memory(files.iter().map(|(path, text)| (*path, text.as_bytes())));
        let (documents, wrong) = parse(&sources);
        assert_eq!(wrong, []);
        let (mut hardware, _) = hardware::read(&sources, &documents, None);
        let (declared, _) = declared::read(&sources, &documents);
        let objects = |kind: &'static str| {
            let roots = documents.iter().map(|document| &document.root);
            let named = roots.filter(move |root| root.str_at(&["kind"]) == Some(kind));
            named.map(|root| (root.str_at(&["metadata", "name"]).unwrap_or_default(), root))
        };
        let mut found: Vec<_> = objects("NetworkAttachmentDefinition")
            .map(|(name, root)| attachments::read(&format!("net/{name}"), root, &sources).0)
            .collect();
        let mut pools: Vec<_> = objects("CiliumLoadBalancerIPPool")
            .map(|(name, root)| pools::read(name, root, &sources))
            .collect();
        let (networks, diagnostics) = join(&mut hardware, &mut found, &mut pools, &declared);
        assert_eq!(networks.iter().map(line).collect::<Vec<_>>(), expected);
        assert_eq!(
            networks.iter().map(|network| network.rank).max(),
            networks.len().checked_sub(1)
        );
        diagnostics
    }

    fn line(network: &Network) -> String {
        format!(
            "{}: {} {} {} {} {}, {}, {}, {}",
            network.id,
            network.vlan.get().map_or("—".to_owned(), u16::to_string),
            network.cidr.shown(),
            network.name.shown(),
            network.interface.shown(),
            network.gateway.shown(),
            network.nodes.join(" "),
            network.attachments.join(" "),
            network.pools.join(" "),
        )
    }

    const NODES: &str = "nodes:\n\
        - hostname: n-1\n  ipAddress: 192.0.2.11\n  networkInterfaces:\n\
        \x20 - deviceSelector: {hardwareAddr: 'bc:24:11:00:00:01'}\n    addresses: [192.0.2.11/25]\n\
        \x20   routes: [{network: 0.0.0.0/0, gateway: 192.0.2.1}]\n\
        \x20 - deviceSelector: {busPath: '0000:06:13.0'}\n    addresses: [198.51.100.11/24]\n\
        - hostname: n-2\n  ipAddress: 192.0.2.12\n  networkInterfaces:\n\
        \x20 - {interface: ens18, addresses: [192.0.2.12/25]}\n";
    const MACHINES: &str = "worker_nodes = [{ name = \"n-1\", vm_id = 1, mac_addr = \"BC:24:11:00:00:01\",\n\
        additional_network_devices = [{ bridge = \"vmbr0\", vlan_id = 62 }] }]\n";
    const ATTACHMENT: &str = "kind: NetworkAttachmentDefinition\nmetadata: {name: iot-vlan62}\nspec:\n  config: |\n    \
        {\"type\": \"macvlan\", \"master\": \"eth1\", \"ipam\": {\"type\": \"host-local\", \"subnet\": \"198.51.100.0/24\",\n    \
        \"gateway\": \"198.51.100.1\"}}\n";
    const POOLS: &str = "kind: CiliumLoadBalancerIPPool\nmetadata: {name: iot-pool}\nspec: {blocks: [{start: 198.51.100.100, stop: 198.51.100.150}]}\n\
        ---\nkind: CiliumLoadBalancerIPPool\nmetadata: {name: far}\nspec: {blocks: [{cidr: 203.0.113.0/24}]}\n";

    #[test]
    fn machines_and_nodes_tell_tags() {
        let files = [
            ("talos/talconfig.yaml", NODES),
            ("a.tfvars", MACHINES),
            ("k/nad.yaml", ATTACHMENT),
            ("k/pools.yaml", POOLS),
        ];
        let diagnostics = check(
            &files,
            &[
                "net-192.0.2.0-25: — 192.0.2.0/25 192.0.2.0/25 ens18 192.0.2.1, n-1 n-2, , ",
                "vlan-62: 62 198.51.100.0/24 iot eth1 198.51.100.1, n-1, net/iot-vlan62, iot-pool",
            ],
        );
        assert_eq!(diagnostics, []);
    }

    #[test]
    fn the_inventory_file_adds_names_and_tags() {
        let inventory = "networks:\n- {cidr: 192.0.2.0/25, vlan: 66, name: Servers}\n\
                         - {vlan: 62, name: IoT, purpose: lamps}\n- {vlan: 63, name: Guests}\n\
                         - {vlan: 99, cidr: 203.0.113.0/24, name: Management}\n";
        let files = [
            ("talos/talconfig.yaml", NODES),
            ("a.tfvars", MACHINES),
            ("site/inventory.yaml", inventory),
        ];
        let diagnostics = check(
            &files,
            &[
                "vlan-66: 66 192.0.2.0/25 Servers ens18 192.0.2.1, n-1 n-2, , ",
                "vlan-62: 62 198.51.100.0/24 IoT — —, n-1, , ",
                "vlan-99: 99 203.0.113.0/24 Management — —, , , ",
            ],
        );
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].code, "inventory/unknown-name");
        assert_eq!(diagnostics[0].message, "no network has the VLAN tag 63");
    }

    #[test]
    fn talos_documents_tell_tags_and_subnets() {
        let shared = "apiVersion: v1alpha1\nkind: DHCPv4Config\nname: bond0\n---\n\
                      apiVersion: v1alpha1\nkind: VLANConfig\nname: bond0.70\nvlanID: 70\nparent: bond0\n---\n\
                      apiVersion: v1alpha1\nkind: KubeNodeConfig\nnodeIP: {validSubnets: [192.0.2.0/24]}\n";
        let node = "apiVersion: v1alpha1\nkind: HostnameConfig\nhostname: one\n";
        let attachment = "kind: NetworkAttachmentDefinition\nmetadata: {name: iot}\nspec:\n  config: |\n    \
                          {\"plugins\": [{\"type\": \"macvlan\", \"master\": \"bond0.70\",\n    \
                          \"ipam\": {\"type\": \"static\", \"routes\": [{\"gw\": \"198.51.100.1\"}]}}]}\n";
        let files = [
            ("talos/cluster.yaml.j2", shared),
            ("talos/nodes/controlplane/one.yaml.j2", node),
            ("k/nad.yaml", attachment),
        ];
        check(
            &files,
            &[
                "net-192.0.2.0-24: — 192.0.2.0/24 192.0.2.0/24 bond0 —, one, , ",
                "vlan-70: 70 — iot bond0.70 198.51.100.1, one, net/iot, ",
            ],
        );
    }

    #[test]
    fn a_subnet_of_an_attachment_alone_is_a_network() {
        check(
            &[("k/nad.yaml", ATTACHMENT)],
            &["net-198.51.100.0-24: — 198.51.100.0/24 iot eth1 198.51.100.1, , net/iot-vlan62, "],
        );
        check(&[("README.md", "x")], &[]);
    }

    #[test]
    fn both_families_of_an_interface_are_one_network() {
        let nodes = "nodes:\n- hostname: n-1\n  ipAddress: 192.0.2.11\n  networkInterfaces:\n\
                     \x20 - {interface: eth0, addresses: [192.0.2.11/24, '2001:db8::11/64', 192.0.2.20/32]}\n";
        check(
            &[("talos/talconfig.yaml", nodes)],
            &["net-192.0.2.0-24: — 192.0.2.0/24 192.0.2.0/24 eth0 —, n-1, , "],
        );
    }
}
