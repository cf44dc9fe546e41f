//! Multus: which pods use which attachment, and what an attachment's plugins are.
//!
//! In: effective objects, releases, and attachments with their ids. Out: [`AttachmentUse`]s and
//! [`AttachmentChain`]s. Format of the annotation:
//! <https://github.com/k8snetworkplumbingwg/multi-net-spec>. A use of an attachment that is not
//! declared is kept and marked.

use super::Given;
use super::tree::{Tree, visit};
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{AttachmentChain, AttachmentUse};
use crate::inventory::natural;
use crate::source::{Node, yaml};

/// Annotations that name attachments; the second one replaces the pod's first interface.
const KEYS: [&str; 2] = ["k8s.v1.cni.cncf.io/networks", "v1.multus-cni.io/default-network"];
const NOT_SET: &str = "not set";

/// All uses, by user and attachment.
pub(super) fn uses(given: &Given, trees: &[Tree]) -> Vec<AttachmentUse> {
    let mut found: Vec<AttachmentUse> = Vec::new();
    for tree in trees {
        visit(&tree.cursor, &mut |path, value| {
            if path.last().is_some_and(|key| KEYS.contains(key)) {
                for one in in_annotation(tree, value) {
                    let same = |other: &AttachmentUse| {
                        (&other.user, &other.attachment, &other.addresses)
                            == (&one.user, &one.attachment, &one.addresses)
                    };
                    if !found.iter().any(same) {
                        found.push(one);
                    }
                }
            }
        });
    }
    for one in &mut found {
        one.exists = given.attachments.iter().any(|known| known.id == one.attachment);
    }
    found.sort_by(|left, right| {
        natural::compare(&left.user, &right.user)
            .then_with(|| natural::compare(&left.attachment, &right.attachment))
    });
    found
}

fn in_annotation(tree: &Tree, value: &Cursor) -> Vec<AttachmentUse> {
    if !value.items().is_empty() {
        return value.items().iter().filter_map(|item| of_object(tree, item)).collect();
    }
    let Some(text) = value.node.as_str() else { return vec![] };
    if text.trim_start().starts_with(['[', '{']) {
        let parsed = yaml::parse_embedded(value.node, value.sources);
        let Some(node) = parsed.filter(Node::is_collection) else { return vec![] };
        let inner = value.embedded(&node);
        let items = if inner.items().is_empty() { vec![inner.clone()] } else { inner.items() };
        return items.iter().filter_map(|item| of_object(tree, item)).collect();
    }
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| of_text(tree, part, value)).collect()
}

/// `namespace/name@interface`, of which only the name is needed.
fn of_text(tree: &Tree, part: &str, value: &Cursor) -> AttachmentUse {
    let resolved = tree.resolve(Fact::known(part.to_owned(), value.source()));
    let text = resolved.shown().to_owned();
    let (id, interface) = text.split_once('@').map_or((text.as_str(), None), |(l, r)| (l, Some(r)));
    let interface = interface.map(|name| Fact::known(name.to_owned(), value.source()));
    AttachmentUse {
        attachment: full_id(tree, id),
        exists: false,
        user: tree.owner(),
        interface: interface.unwrap_or_else(|| Fact::unknown(NOT_SET)),
        addresses: vec![],
        mac: Fact::unknown(NOT_SET),
        gateways: vec![],
        source: value.source(),
    }
}

/// An entry of the list form.
fn of_object(tree: &Tree, item: &Cursor) -> Option<AttachmentUse> {
    let Some(name) = item.get("name") else {
        return item.node.as_str().map(|text| of_text(tree, text, item));
    };
    let name = tree.resolve(name.text());
    let id = match item.get("namespace") {
        Some(namespace) => format!("{}/{}", tree.resolve(namespace.text()).shown(), name.shown()),
        None => full_id(tree, name.shown()),
    };
    Some(AttachmentUse {
        attachment: id,
        exists: false,
        user: tree.owner(),
        interface: item.fact("interface", NOT_SET),
        addresses: one_or_more(item, "ips"),
        mac: item.fact("mac", NOT_SET).map(|mac| mac.to_lowercase()),
        gateways: one_or_more(item, "default-route")
            .into_iter()
            .chain(one_or_more(item, "gateway"))
            .collect(),
        source: item.source(),
    })
}

fn one_or_more(item: &Cursor, key: &str) -> Vec<Fact<String>> {
    let Some(value) = item.get(key) else { return vec![] };
    if value.node.is_collection() {
        value.items().iter().map(Cursor::text).collect()
    } else {
        vec![value.text()]
    }
}

fn full_id(tree: &Tree, id: &str) -> String {
    if id.contains('/') { id.to_owned() } else { format!("{}/{id}", tree.namespace()) }
}

/// The plugins of all attachments, by id.
pub(super) fn chains(given: &Given) -> Vec<AttachmentChain> {
    let objects = given.effective.of("k8s.cni.cncf.io", "NetworkAttachmentDefinition");
    let mut chains: Vec<AttachmentChain> = objects
        .filter_map(|object| {
            let root = Cursor::new(&object.root, given.sources);
            let mut chain = chain(object.id(), &root)?;
            if !chain.vlan.is_known() {
                chain.vlan = of_network(given, &chain.attachment).unwrap_or(chain.vlan);
            }
            Some(chain)
        })
        .collect();
    natural::sort_by(&mut chains, |chain| &chain.attachment);
    chains
}

fn chain(attachment: String, root: &Cursor) -> Option<AttachmentChain> {
    let config = root.at(&["spec", "config"])?;
    let node = yaml::parse_embedded(config.node, config.sources).filter(Node::is_collection)?;
    let config = config.embedded(&node);
    let listed = config.list("plugins");
    let plugins = if listed.is_empty() { vec![config] } else { listed };
    let first = plugins.first()?;
    let mtu = plugins.iter().find_map(|plugin| plugin.get("mtu"));
    Some(AttachmentChain {
        attachment,
        plugins: plugins.iter().map(|plugin| plugin.fact("type", NOT_SET)).collect(),
        mode: first.fact("mode", NOT_SET),
        vlan: tag(first),
        mtu: mtu.map_or_else(|| Fact::unknown(NOT_SET), |mtu| mtu.text().parse()),
        routes: first.get("ipam").map(|ipam| routes(&ipam)).unwrap_or_default(),
        source: root.source(),
    })
}

/// The tag of the network that an attachment is on, such as Talos' `VLANConfig` declares it.
fn of_network(given: &Given, attachment: &str) -> Option<Fact<u16>> {
    let found = given.attachments.iter().find(|one| one.id == attachment)?;
    let network = given.networks.iter().find(|one| Some(&one.id) == found.network.as_ref())?;
    Some(network.vlan.clone()).filter(Fact::is_known)
}

/// The tag: the plugin's own, or the suffix of the interface that it hangs on.
fn tag(plugin: &Cursor) -> Fact<u16> {
    if let Some(own) = plugin.any(&["vlanId", "vlan"]) {
        return own.text().parse();
    }
    let master = plugin.fact("master", NOT_SET);
    let suffix =
        master.get().and_then(|text| text.rsplit_once(['.', '@'])).map(|(_, tag)| tag.to_owned());
    let by_name = || {
        let digits = master.get()?.strip_prefix("vlan")?;
        Some(digits.trim_start_matches(['.', '-']).to_owned())
    };
    match suffix.or_else(by_name).and_then(|text| text.parse().ok()) {
        Some(tag) => master.map(|_| tag),
        None => Fact::unknown("neither the plugin nor its interface's name says"),
    }
}

fn routes(ipam: &Cursor) -> Vec<Fact<String>> {
    let route = |item: &Cursor| {
        let to = item.fact("dst", "default");
        match item.get("gw").map(|gateway| gateway.text()) {
            Some(via) => to.map(|to| format!("{to} via {}", via.shown())),
            None => to,
        }
    };
    ipam.list("routes").iter().map(route).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::made;

    fn check(annotation: &str, expected: &[&str]) {
        let text = format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: ha, namespace: iot}}\n\
             spec:\n  template:\n    metadata:\n      annotations:\n        k8s.v1.cni.cncf.io/networks: {annotation}\n\
             ---\napiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\nmetadata: {{name: lan, namespace: iot}}\n\
             spec: {{config: '{{\"plugins\": [{{\"type\": \"macvlan\", \"master\": \"bond0.70\", \"mode\": \"bridge\", \"ipam\": {{\"routes\": [{{\"dst\": \"0.0.0.0/0\", \"gw\": \"192.0.2.1\"}}]}}}}, {{\"type\": \"sbr\"}}]}}'}}\n"
        );
        let made = made(&[("a.yaml", &text)]);
        let line = |one: &crate::inventory::AttachmentUse| {
            let addresses: Vec<_> =
                one.addresses.iter().map(crate::inventory::Fact::shown).collect();
            format!(
                "{} {} {} {} {}",
                one.user,
                one.attachment,
                one.exists,
                addresses.join("+"),
                one.mac.shown()
            )
        };
        let lines: Vec<_> = made.cluster.attachment_uses.iter().map(line).collect();
        assert_eq!(lines, expected);
        let [chain] = made.cluster.attachment_chains.as_slice() else { panic!("one chain") };
        assert_eq!(
            (chain.vlan.get(), chain.plugins.len(), chain.mode.shown()),
            (Some(&70), 2, "bridge")
        );
        assert_eq!(chain.routes[0].shown(), "0.0.0.0/0 via 192.0.2.1");
    }

    #[test]
    fn all_forms_of_the_annotation() {
        check("lan", &["iot/ha iot/lan true  —"]);
        check("net/vpn@eth1, lan", &["iot/ha iot/lan true  —", "iot/ha net/vpn false  —"]);
        check(
            "'[{\"name\": \"lan\", \"namespace\": \"iot\", \"ips\": [\"192.0.2.9/24\"], \"mac\": \"AA:bb\", \"gateway\": [\"192.0.2.1\"]}]'",
            &["iot/ha iot/lan true 192.0.2.9/24 aa:bb"],
        );
        check("'{\"name\": \"lan\"}'", &["iot/ha iot/lan true  —"]);
        check("'[{\"a\": '", &[]);
        check("'[3, null]'", &["iot/ha iot/3 false  —"]);
        check("", &[]);
    }
}
