//! Multus `NetworkAttachmentDefinition`s → [`Attachment`]s.
//!
//! In: one effective object. Out: what its CNI configuration says, which is JSON in a string:
//! either one plugin or a chain of them, of which the first one makes the interface. Which network
//! it is on is found by [`network`](super::network).

use super::cursor::Cursor;
use super::fact::{Fact, Source};
use super::model::Attachment;
use super::subnet;
use crate::diagnostic::Diagnostic;
use crate::source::{Node, Sources, yaml};

/// What an absent configuration means.
const NO_CONFIG: &str = "the configuration is a file on the nodes";
/// What an unreadable configuration means.
const UNREADABLE: &str = "`spec.config` is not JSON";
/// What an absent key means.
const NOT_SET: &str = "the configuration does not set it";

/// An attachment with what joins it to a network.
pub(crate) struct Found {
    pub(crate) attachment: Attachment,
    /// Router that it gives to pods.
    pub(crate) gateway: Fact<String>,
}

/// Reads one attachment; `id` is its `namespace/name` after renaming.
pub(crate) fn read(id: &str, object: &Node, sources: &Sources) -> (Found, Vec<Diagnostic>) {
    let root = Cursor::new(object, sources);
    let without = |reason| Found {
        attachment: unknown(id, root.source(), reason),
        gateway: Fact::unknown(reason),
    };
    let Some(config) = root.at(&["spec", "config"]) else { return (without(NO_CONFIG), vec![]) };
    let Some(node) = yaml::parse_embedded(config.node, sources).filter(Node::is_collection) else {
        let message = format!("the CNI configuration of `{id}` is not JSON");
        let warning = Diagnostic::warning("inventory/attachment-config", message);
        return (without(UNREADABLE), vec![warning.at(config.node.span)]);
    };
    let config = config.embedded(&node);
    let plugin = config.list("plugins").into_iter().next().unwrap_or(config);
    let attachment = attachment(id, root.source(), &plugin);
    (Found { attachment, gateway: gateway(&plugin) }, vec![])
}

/// The router: the one of the range, or that of the first route.
fn gateway(plugin: &Cursor) -> Fact<String> {
    let Some(ipam) = plugin.get("ipam") else { return Fact::unknown(NOT_SET) };
    let of_range = first_range(&ipam).and_then(|range| range.get("gateway"));
    let of_route = || ipam.list("routes").into_iter().find_map(|route| route.get("gw"));
    let found = ipam.get("gateway").or(of_range).or_else(of_route);
    found.map_or_else(|| Fact::unknown(NOT_SET), |gateway| gateway.text())
}

fn unknown(id: &str, source: Source, reason: &str) -> Attachment {
    Attachment {
        id: id.to_owned(),
        plugin: Fact::unknown(reason),
        master: Fact::unknown(reason),
        ipam: Fact::unknown(reason),
        subnet: Fact::unknown(reason),
        range_start: Fact::unknown(reason),
        range_end: Fact::unknown(reason),
        network: None,
        users: Vec::new(),
        source,
    }
}

fn attachment(id: &str, source: Source, plugin: &Cursor) -> Attachment {
    let found = Attachment {
        plugin: plugin.fact("type", NOT_SET),
        master: plugin.any_fact(&["master", "bridge", "device"], NOT_SET),
        ..unknown(id, source, NOT_SET)
    };
    let Some(ipam) = plugin.get("ipam") else { return found };
    let range = first_range(&ipam);
    let of_range = |keys: &[&str]| {
        let first = range.as_ref().map(|range| range.any_fact(keys, NOT_SET));
        first.unwrap_or_else(|| Fact::unknown(NOT_SET)).or(ipam.any_fact(keys, NOT_SET))
    };
    Attachment {
        ipam: ipam.fact("type", NOT_SET),
        subnet: of_range(&["subnet", "range"]).or(static_subnet(&ipam)),
        range_start: of_range(&["rangeStart", "range_start"]),
        range_end: of_range(&["rangeEnd", "range_end"]),
        ..found
    }
}

/// `ranges[0][0]` of host-local, or `ipRanges[0]` of whereabouts.
fn first_range<'a>(ipam: &Cursor<'a>) -> Option<Cursor<'a>> {
    let lists = ipam.list("ranges").into_iter().chain(ipam.list("ipRanges"));
    lists.map(|range| range.items().into_iter().next().unwrap_or(range)).next()
}

/// The subnet of the first address that the static plugin gives.
fn static_subnet(ipam: &Cursor) -> Fact<String> {
    let first = ipam.list("addresses").into_iter().next();
    let fact = first.map_or_else(|| Fact::unknown(NOT_SET), |one| one.fact("address", NOT_SET));
    match fact.get().and_then(|address| subnet::of(address)) {
        Some(net) => fact.map(|_| net.to_string()),
        None => Fact::unknown(NOT_SET),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    /// Plugin, master, IPAM, subnet, start and end, and the line of the subnet.
    fn check(config: &str, expected: [&str; 6], line: u32) {
        let manifest = format!("kind: NetworkAttachmentDefinition\nspec:\n  config: {config}\n");
        let sources = Sources::from_memory([("a.yaml", manifest.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = documents.iter().next().map(|document| &document.root).expect("a document");
        let (found, diagnostics) = read("apps/lan", root, &sources);
        assert_eq!(diagnostics, []);
        let found = found.attachment;
        let facts = [
            &found.plugin,
            &found.master,
            &found.ipam,
            &found.subnet,
            &found.range_start,
            &found.range_end,
        ];
        assert_eq!(facts.map(Fact::shown), expected);
        assert_eq!(found.subnet.source.map_or(0, |source| source.line), line);
    }

    #[test]
    fn one_plugin() {
        let config = "|\n    {\n      \"type\": \"macvlan\",\n      \"master\": \"eth1\",\n      \"ipam\": {\n        \
                      \"type\": \"host-local\",\n        \"subnet\": \"192.0.2.0/24\",\n        \
                      \"rangeStart\": \"192.0.2.10\", \"rangeEnd\": \"192.0.2.20\"\n      }\n    }";
        check(
            config,
            ["macvlan", "eth1", "host-local", "192.0.2.0/24", "192.0.2.10", "192.0.2.20"],
            9,
        );
    }

    #[test]
    fn a_chain_of_plugins() {
        let config = "|-\n    {\"plugins\": [{\"type\": \"ipvlan\", \"master\": \"bond0.70\",\n      \
                      \"ipam\": {\"type\": \"static\", \"addresses\": [{\"address\": \"192.0.2.9/25\"}]}}, {\"type\": \"sbr\"}]}";
        check(config, ["ipvlan", "bond0.70", "static", "192.0.2.0/25", "—", "—"], 5);
    }

    #[test]
    fn ranges_of_lists() {
        let config = "'{\"type\": \"bridge\", \"bridge\": \"br0\", \"ipam\": {\"type\": \"host-local\", \
                      \"ranges\": [[{\"subnet\": \"192.0.2.0/24\"}]]}}'";
        check(config, ["bridge", "br0", "host-local", "192.0.2.0/24", "—", "—"], 3);
    }

    #[test]
    fn what_is_no_json_is_reported() {
        let sources = Sources::from_memory([("a.yaml", b"spec:\n  config: '{\"a'\n".as_slice())]);
        let (documents, _) = parse(&sources);
        let root = documents.iter().next().map(|document| &document.root).expect("a document");
        let (found, diagnostics) = read("apps/lan", root, &sources);
        assert_eq!(diagnostics[0].code, "inventory/attachment-config");
        assert_eq!(found.attachment.plugin, Fact::unknown(UNREADABLE));
    }
}
