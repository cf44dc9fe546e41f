//! What makes load-balancer addresses reachable: Cilium, `MetalLB`, kube-vip.
//!
//! In: effective objects and releases. Out: [`Announcement`]s and [`BgpPeer`]s. Formats:
//! <https://docs.cilium.io/en/stable/network/l2-announcements/>,
//! <https://docs.cilium.io/en/stable/network/bgp-control-plane/>, <https://metallb.io/apis/>,
//! <https://kube-vip.io/docs/installation/flags/>. Passwords and their Secrets are not read.

use super::Given;
use super::labels::Selector;
use super::tree::{Tree, visit};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{Announcement, BgpPeer};
use crate::inventory::{natural, source_of};

const NOT_SET: &str = "not set";

/// Announcements and peers, by name.
pub(super) fn read(given: &Given, trees: &[Tree]) -> (Vec<Announcement>, Vec<BgpPeer>) {
    let (mut announcements, mut peers) = (Vec::new(), Vec::new());
    for object in &given.effective.objects {
        let root = Cursor::new(&object.root, given.sources);
        let Some(spec) = root.get("spec") else { continue };
        announcements.extend(announcement(object, &root, &spec));
        peers.extend(bgp_peers(object, &spec, given));
    }
    announcements.extend(trees.iter().filter_map(kube_vip));
    natural::sort_by(&mut announcements, |one| &one.name);
    natural::sort_by(&mut peers, |one| &one.name);
    (announcements, peers)
}

fn announcement(object: &Object, root: &Cursor, spec: &Cursor) -> Option<Announcement> {
    let selector = |key: &str| Selector::read(spec.get(key).as_ref()).texts();
    let base = |protocol: &str| Announcement {
        name: object.name.clone(),
        kind: object.kind.clone(),
        protocol: protocol.to_owned(),
        announces: vec![],
        interfaces: spec.texts(&["interfaces"]),
        node_selector: selector("nodeSelector"),
        service_selector: selector("serviceSelector"),
        pools: vec![],
        source: source_of(object, root.sources),
    };
    Some(match (object.group.as_str(), object.kind.as_str()) {
        ("cilium.io", "CiliumL2AnnouncementPolicy") => {
            let switches = ["loadBalancerIPs", "externalIPs"];
            let on = switches.into_iter().filter(|key| spec.is_true(key));
            let announces = on.map(|key| Fact::known(key.to_owned(), spec.source())).collect();
            Announcement { announces, ..base("L2") }
        }
        ("cilium.io", "CiliumBGPAdvertisement") => {
            let items = spec.list("advertisements");
            let announces = items.iter().flat_map(advertised).collect();
            let selector = items.iter().find_map(|item| item.get("selector"));
            let service_selector = Selector::read(selector.as_ref()).texts();
            Announcement { announces, service_selector, ..base("BGP") }
        }
        ("cilium.io", "CiliumBGPPeeringPolicy") => {
            let routers = spec.list("virtualRouters");
            let announces = routers.iter().flat_map(virtual_router).collect();
            let selector = routers.iter().find_map(|one| one.get("serviceSelector"));
            let service_selector = Selector::read(selector.as_ref()).texts();
            Announcement { announces, service_selector, ..base("BGP") }
        }
        ("metallb.io", "L2Advertisement") => metallb(spec, base("L2")),
        ("metallb.io", "BGPAdvertisement") => metallb(spec, base("BGP")),
        _ => return None,
    })
}

/// `Service LoadBalancerIP`, `PodCIDR`, … of one entry.
fn advertised(item: &Cursor) -> Vec<Fact<String>> {
    let kind = item.fact("advertisementType", NOT_SET);
    let addresses = item.texts(&["service", "addresses"]);
    if addresses.is_empty() {
        return vec![kind];
    }
    let word = kind.shown().to_owned();
    addresses.into_iter().map(|one| one.map(|address| format!("{word} {address}"))).collect()
}

fn virtual_router(router: &Cursor) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    if router.is_true("exportPodCIDR") {
        found.push(Fact::known("PodCIDR".to_owned(), router.source()));
    }
    if let Some(selector) = router.get("serviceSelector") {
        found.push(Fact::known("Service LoadBalancerIP".to_owned(), selector.source()));
    }
    found
}

fn metallb(spec: &Cursor, base: Announcement) -> Announcement {
    let of_nodes = spec.list("nodeSelectors");
    let of_nodes = of_nodes.iter().flat_map(|one| Selector::read(Some(one)).texts());
    let of_pools = spec.list("ipAddressPoolSelectors");
    let of_pools = of_pools.iter().flat_map(|one| Selector::read(Some(one)).texts());
    let pools = spec.texts(&["ipAddressPools"]).into_iter().chain(of_pools).collect();
    Announcement { node_selector: of_nodes.collect(), pools, ..base }
}

fn bgp_peers(object: &Object, spec: &Cursor, given: &Given) -> Vec<BgpPeer> {
    let unknown = || Fact::unknown(NOT_SET);
    let base = |name: String| BgpPeer {
        name,
        object: object.name.clone(),
        kind: object.kind.clone(),
        local_asn: unknown(),
        peer_asn: unknown(),
        address: unknown(),
        node_selector: Selector::read(spec.get("nodeSelector").as_ref()).texts(),
        source: source_of(object, given.sources),
    };
    match (object.group.as_str(), object.kind.as_str()) {
        ("cilium.io", "CiliumBGPClusterConfig") => {
            let instances = spec.list("bgpInstances");
            let peers = instances.iter().flat_map(|instance| {
                let asn = instance.fact("localASN", NOT_SET);
                let peer = move |item: Cursor| cluster_peer(&item, asn.clone());
                instance.list("peers").into_iter().map(peer)
            });
            peers
                .map(|(name, local, peer, address, source)| BgpPeer {
                    local_asn: local,
                    peer_asn: peer,
                    address,
                    source,
                    ..base(name)
                })
                .collect()
        }
        ("cilium.io", "CiliumBGPPeeringPolicy") => {
            let routers = spec.list("virtualRouters");
            let peers = routers.iter().flat_map(|router| {
                let asn = router.fact("localASN", NOT_SET);
                router.list("neighbors").into_iter().map(move |item| (asn.clone(), item))
            });
            peers
                .map(|(local_asn, item)| {
                    let address = bare_address(item.fact("peerAddress", NOT_SET));
                    BgpPeer {
                        local_asn,
                        peer_asn: item.fact("peerASN", NOT_SET),
                        source: item.source(),
                        ..base(address.shown().to_owned())
                    }
                    .at(address)
                })
                .collect()
        }
        ("metallb.io", "BGPPeer") => {
            let of_nodes = spec.list("nodeSelectors");
            let of_nodes = of_nodes.iter().flat_map(|one| Selector::read(Some(one)).texts());
            vec![BgpPeer {
                local_asn: spec.any_fact(&["myASN", "my-asn"], NOT_SET),
                peer_asn: spec.any_fact(&["peerASN", "peer-asn"], NOT_SET),
                address: spec.any_fact(&["peerAddress", "peer-address"], NOT_SET),
                node_selector: of_nodes.collect(),
                ..base(object.name.clone())
            }]
        }
        _ => vec![],
    }
}

impl BgpPeer {
    fn at(self, address: Fact<String>) -> Self {
        Self { address, ..self }
    }
}

type Peer = (String, Fact<String>, Fact<String>, Fact<String>, crate::inventory::fact::Source);

fn cluster_peer(item: &Cursor, local: Fact<String>) -> Peer {
    let address = item.fact("peerAddress", "found by the nodes");
    let name = item.node.str_at(&["name"]).unwrap_or(address.shown()).to_owned();
    (name, local, item.fact("peerASN", NOT_SET), address, item.source())
}

/// An address without the prefix length that old policies write.
fn bare_address(fact: Fact<String>) -> Fact<String> {
    fact.map(|text| text.split('/').next().unwrap_or_default().to_owned())
}

/// kube-vip by its image; only the switches that say how it announces are read.
fn kube_vip(tree: &Tree) -> Option<Announcement> {
    tree.app?;
    let mut is_kube_vip = false;
    let mut switches: Vec<(String, Fact<String>)> = Vec::new();
    visit(&tree.cursor, &mut |path, value| {
        let key = path.last().copied().unwrap_or_default();
        let text = value.node.as_str().unwrap_or_default();
        if matches!(key, "image" | "repository") && text.contains("kube-vip/kube-vip") {
            is_kube_vip = !text.contains("cloud-provider") || is_kube_vip;
        }
        if SWITCHES.contains(&key) && !value.node.is_collection() {
            switches.push((key.to_owned(), value.text()));
        }
        for item in value.items() {
            let name = item.node.str_at(&["name"]).unwrap_or_default();
            if let Some(set) = item.get("value").filter(|_| SWITCHES.contains(&name)) {
                switches.push((name.to_owned(), set.text()));
            }
        }
    });
    is_kube_vip.then(|| kube_vip_announcement(tree, &switches))
}

/// Environment variables of kube-vip that hold no secret.
const SWITCHES: [&str; 8] = [
    "vip_interface",
    "vip_servicesinterface",
    "vip_arp",
    "bgp_enable",
    "svc_enable",
    "cp_enable",
    "address",
    "vip_address",
];

fn kube_vip_announcement(tree: &Tree, switches: &[(String, Fact<String>)]) -> Announcement {
    let of =
        |name: &str| switches.iter().find(|(key, _)| key == name).map(|(_, fact)| fact.clone());
    let is_on = |name: &str| of(name).is_some_and(|fact| fact.shown() == "true");
    let words = [("svc_enable", "loadBalancerIPs"), ("cp_enable", "control plane")];
    let announces = words
        .iter()
        .filter(|(key, _)| is_on(key))
        .filter_map(|(key, word)| of(key).map(|fact| fact.map(|_| (*word).to_owned())));
    Announcement {
        name: tree.object.name.clone(),
        kind: "kube-vip".to_owned(),
        protocol: if is_on("bgp_enable") { "BGP" } else { "L2" }.to_owned(),
        announces: announces.collect(),
        interfaces: ["vip_interface", "vip_servicesinterface"].into_iter().filter_map(of).collect(),
        node_selector: vec![],
        service_selector: vec![],
        pools: vec![],
        source: source_of(tree.object, tree.cursor.sources),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    #[test]
    fn layer_two() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: cilium.io/v2alpha1\nkind: CiliumL2AnnouncementPolicy\nmetadata: {name: l2}\n\
             spec: {loadBalancerIPs: true, interfaces: ['^(eth0|ens18)$'], nodeSelector: {matchExpressions: [{key: x, operator: DoesNotExist}]}}\n\
             ---\napiVersion: metallb.io/v1beta1\nkind: L2Advertisement\nmetadata: {name: metal}\nspec: {ipAddressPools: [lan], interfaces: [eth0]}\n\
             ---\napiVersion: metallb.io/v1beta1\nkind: L2Advertisement\nmetadata: {name: empty}\n",
        )]);
        let [l2, metal] = made.cluster.announcements.as_slice() else { panic!("two") };
        assert_eq!((l2.name.as_str(), l2.announces[0].shown()), ("l2", "loadBalancerIPs"));
        assert_eq!(
            (l2.interfaces[0].shown(), l2.node_selector[0].shown()),
            ("^(eth0|ens18)$", "x DoesNotExist")
        );
        assert_eq!((metal.pools[0].shown(), metal.protocol.as_str()), ("lan", "L2"));
    }

    #[test]
    fn bgp_in_three_forms() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: cilium.io/v2\nkind: CiliumBGPClusterConfig\nmetadata: {name: bgp}\n\
             spec: {nodeSelector: {matchLabels: {a: b}}, bgpInstances: [{localASN: 64513, peers: [{name: router, peerASN: 64512, peerAddress: 192.0.2.1}, 3]}]}\n\
             ---\napiVersion: cilium.io/v2\nkind: CiliumBGPAdvertisement\nmetadata: {name: adv}\n\
             spec: {advertisements: [{advertisementType: Service, service: {addresses: [LoadBalancerIP]}, selector: {matchLabels: {c: d}}}]}\n\
             ---\napiVersion: cilium.io/v2alpha1\nkind: CiliumBGPPeeringPolicy\nmetadata: {name: old}\n\
             spec: {virtualRouters: [{localASN: 1, exportPodCIDR: true, neighbors: [{peerAddress: 192.0.2.2/32, peerASN: 2}]}]}\n\
             ---\napiVersion: metallb.io/v1beta2\nkind: BGPPeer\nmetadata: {name: metal}\nspec: {myASN: 3, peerASN: 4, peerAddress: '${ROUTER}'}\n",
        )]);
        let peers: Vec<_> = made
            .cluster
            .bgp_peers
            .iter()
            .map(|one| {
                (
                    one.name.as_str(),
                    one.local_asn.shown(),
                    one.peer_asn.shown(),
                    one.address.shown(),
                )
            })
            .collect();
        assert_eq!(
            peers,
            [
                ("192.0.2.2", "1", "2", "192.0.2.2"),
                ("metal", "3", "4", "${ROUTER}"),
                ("router", "64513", "64512", "192.0.2.1"),
                ("—", "64513", "—", "—"),
            ]
        );
        let announces = &made.cluster.announcements[0];
        assert_eq!(
            (announces.name.as_str(), announces.announces[0].shown()),
            ("adv", "Service LoadBalancerIP")
        );
        assert_eq!(announces.service_selector[0].shown(), "c=d");
    }

    #[test]
    fn kube_vip_by_its_image() {
        let made = made(&[(
            "a.yaml",
            "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: kube-vip, namespace: kube-system}\n\
             spec: {template: {spec: {containers: [{name: a, image: 'ghcr.io/kube-vip/kube-vip:v1', env: [{name: vip_interface, value: eth0}, {name: vip_arp, value: 'true'}, {name: svc_enable, value: 'true'}]}]}}}\n",
        )]);
        let [one] = made.cluster.announcements.as_slice() else { panic!("one") };
        assert_eq!(
            (one.kind.as_str(), one.protocol.as_str(), one.interfaces[0].shown()),
            ("kube-vip", "L2", "eth0")
        );
        assert_eq!(one.announces[0].shown(), "loadBalancerIPs");
    }
}
