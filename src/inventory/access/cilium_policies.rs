//! Cilium's policies → [`PolicyPart`]s.
//!
//! In: `CiliumNetworkPolicy` and `CiliumClusterwideNetworkPolicy`. Out: their rules with Cilium's
//! own meaning of absent and empty lists: a rule without peers speaks of everyone, a list of peers
//! that is empty speaks of nobody, and an empty rule allows nothing yet closes the direction.
//! Format: <https://docs.cilium.io/en/stable/security/policy/language/>.

use super::labels::{Operator, Requirement, Selector};
use super::policies::{Namespaces, namespace_key, own};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{
    Action, Direction, NamespaceMatch, Peer, PolicyPart, PolicyPort, PolicyRule, Subject,
};

/// Prefix of keys that speak of labels of the namespace.
const NAMESPACE_LABELS: &str = "io.cilium.k8s.namespace.labels.";

/// What the reading of one policy needs.
struct Reader<'a> {
    /// Namespace of the policy itself, or all for one of the whole cluster.
    own: NamespaceMatch,
    namespaces: &'a Namespaces,
}

/// The parts of a policy: `spec`, and each of `specs`.
pub(super) fn parts(object: &Object, root: &Cursor, namespaces: &Namespaces) -> Vec<PolicyPart> {
    let is_wide = object.kind == "CiliumClusterwideNetworkPolicy";
    let own = if is_wide { NamespaceMatch::All } else { own(object, root) };
    let reader = Reader { own, namespaces };
    let specs = root.get("spec").into_iter().chain(root.list("specs"));
    specs.map(|spec| reader.part(&spec)).collect()
}

impl Reader<'_> {
    fn part(&self, spec: &Cursor) -> PolicyPart {
        let nodes = spec.node.get("nodeSelector").is_some();
        let key = if nodes { "nodeSelector" } else { "endpointSelector" };
        let selector = Selector::read(spec.get(key).as_ref());
        let (namespaces, labels) = self.pods(&selector);
        let subject = Subject { nodes, namespaces, labels };
        let mut rules = Vec::new();
        let mut isolates = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            let (allow, deny, _) = words(direction);
            let lists = [(allow, Action::Allow), (deny, Action::Deny)];
            for (key, action) in lists {
                let items = spec.list(key);
                rules.extend(items.iter().filter_map(|rule| self.rule(rule, direction, action)));
            }
            let has_rules = lists.iter().any(|(key, _)| !spec.list(key).is_empty());
            let set = spec.at(&["enableDefaultDeny", allow]).and_then(|flag| flag.node.as_bool());
            if set.unwrap_or(has_rules) {
                isolates.push(direction);
            }
        }
        PolicyPart { subject, isolates, apps: vec![], rules }
    }

    /// Namespaces and other labels of a selector of pods.
    fn pods(&self, selector: &Selector) -> (NamespaceMatch, Vec<Fact<String>>) {
        let (of_namespace, rest): (Vec<_>, Vec<_>) =
            selector.requirements.iter().partition(|one| namespace_key(one));
        let (of_labels, rest): (Vec<_>, Vec<_>) =
            rest.into_iter().partition(|one| bare(&one.key).starts_with(NAMESPACE_LABELS));
        let labels = rest.iter().map(|one| one.text()).collect();
        (self.scope(&of_namespace, &of_labels), labels)
    }

    fn scope(&self, named: &[&Requirement], labelled: &[&Requirement]) -> NamespaceMatch {
        if let Some(one) = named.first() {
            return match one.operator {
                Operator::In => NamespaceMatch::Named { names: one.values.clone() },
                Operator::Exists => NamespaceMatch::All,
                _ => NamespaceMatch::Labelled { labels: vec![one.text()], names: vec![] },
            };
        }
        if labelled.is_empty() {
            return self.own.clone();
        }
        let strip = |one: &&Requirement| {
            let key = bare(&one.key).strip_prefix(NAMESPACE_LABELS).unwrap_or(&one.key).to_owned();
            Requirement { key, ..(*one).clone() }
        };
        self.namespaces.selected(&Selector { requirements: labelled.iter().map(strip).collect() })
    }

    fn rule(&self, rule: &Cursor, direction: Direction, action: Action) -> Option<PolicyRule> {
        let (_, _, prefix) = words(direction);
        let mut peers = Vec::new();
        let mut is_limited = false;
        for entry in rule.node.entries() {
            let Some(word) = entry.key.strip_prefix(prefix) else { continue };
            let Some(list) = rule.get(&entry.key) else { continue };
            if matches!(word, "Ports" | "Requires") {
                continue;
            }
            is_limited = true;
            peers.extend(list.items().iter().flat_map(|item| self.peers(word, item)));
        }
        let mut ports: Vec<_> = rule.list("toPorts").iter().flat_map(ports).collect();
        ports.extend(rule.list("icmps").iter().flat_map(icmps));
        if !is_limited && ports.is_empty() && rule.node.entries().is_empty() {
            return None;
        }
        if !is_limited {
            peers.push(Peer::Any);
        }
        let source = rule.source();
        (!peers.is_empty()).then_some(PolicyRule { direction, action, peers, ports, source })
    }

    fn peers(&self, word: &str, item: &Cursor) -> Vec<Peer> {
        match word {
            "Endpoints" => vec![self.endpoints(item)],
            "Entities" => vec![Peer::Entity { name: item.text() }],
            "CIDR" => vec![Peer::Cidr { cidr: item.text(), except: vec![] }],
            "CIDRSet" => vec![cidr_set(item)],
            "FQDNs" => {
                let pattern = item.any_fact(&["matchName", "matchPattern"], "not set");
                vec![Peer::Fqdn { pattern }]
            }
            "Services" => vec![service(item)],
            "Nodes" => vec![Peer::Nodes { labels: Selector::read(Some(item)).texts() }],
            "Groups" => {
                let name = item.node.entries().first().map(|entry| entry.key.clone());
                let name = name.map(|name| Fact::known(name, item.source()));
                vec![Peer::CidrGroup { name: name.unwrap_or_else(|| Fact::unknown("not set")) }]
            }
            _ => vec![],
        }
    }

    fn endpoints(&self, item: &Cursor) -> Peer {
        let selector = Selector::read(Some(item));
        let reserved = |one: &&Requirement| one.key.starts_with("reserved");
        if let Some(entity) = selector.requirements.iter().find(reserved) {
            let name = entity.key.trim_start_matches("reserved").trim_start_matches([':', '.']);
            return Peer::Entity { name: Fact::known(name.to_owned(), item.source()) };
        }
        let (namespaces, labels) = self.pods(&selector);
        Peer::Pods { namespaces, labels }
    }
}

/// The keys of a direction: what allows, what denies, and the prefix of peers.
fn words(direction: Direction) -> (&'static str, &'static str, &'static str) {
    match direction {
        Direction::Ingress => ("ingress", "ingressDeny", "from"),
        Direction::Egress => ("egress", "egressDeny", "to"),
    }
}

/// A key without the name of its source.
fn bare(key: &str) -> &str {
    key.strip_prefix("k8s:").or_else(|| key.strip_prefix("any:")).unwrap_or(key)
}

fn cidr_set(item: &Cursor) -> Peer {
    if let Some(group) = item.any(&["cidrGroupRef", "cidrGroupSelector"]) {
        let labels = Selector::read(Some(&group)).texts();
        let name = if group.node.is_collection() {
            let shown: Vec<_> = labels.iter().map(Fact::shown).collect();
            Fact::known(shown.join(", "), group.source())
        } else {
            group.text()
        };
        return Peer::CidrGroup { name };
    }
    Peer::Cidr { cidr: item.fact("cidr", "not set"), except: item.texts(&["except"]) }
}

fn service(item: &Cursor) -> Peer {
    let Some(one) = item.get("k8sService") else {
        let selector = item.at(&["k8sServiceSelector", "selector"]);
        let labels = Selector::read(selector.as_ref()).texts();
        let shown: Vec<_> = labels.iter().map(Fact::shown).collect();
        return Peer::Service { name: Fact::known(shown.join(", "), item.source()) };
    };
    let name = one.fact("serviceName", "not set");
    let namespace = one.node.str_at(&["namespace"]).unwrap_or("default").to_owned();
    Peer::Service { name: name.map(|name| format!("{namespace}/{name}")) }
}

fn ports(entry: &Cursor) -> Vec<PolicyPort> {
    let rules = entry.get("rules");
    let rules = rules.as_ref().map(|rules| rules.node.entries()).unwrap_or_default();
    let mut inspects: Vec<String> = rules.iter().map(|rule| rule.key.clone()).collect();
    if entry.list("serverNames").iter().any(|name| name.node.as_str().is_some()) {
        inspects.push("tls".to_owned());
    }
    let port = |item: &Cursor| {
        let first = item.fact("port", "all ports");
        let port = match (item.get("endPort"), first.get()) {
            (Some(end), Some(start)) => end.text().map(|end| format!("{start}-{end}")),
            _ => first,
        };
        let protocol = item.get("protocol").map(|word| word.text());
        let protocol = protocol.unwrap_or_else(|| Fact::known("ANY".to_owned(), item.source()));
        PolicyPort { port, protocol, inspects: inspects.clone() }
    };
    entry.list("ports").iter().map(port).collect()
}

fn icmps(entry: &Cursor) -> Vec<PolicyPort> {
    let port = |item: &Cursor| PolicyPort {
        port: item.fact("type", "all types").map(|word| format!("icmp {word}")),
        protocol: item.fact("family", "IPv4 where none is written"),
        inspects: vec![],
    };
    entry.list("fields").iter().map(port).collect()
}
