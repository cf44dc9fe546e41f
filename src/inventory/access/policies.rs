//! Kubernetes' own policies: `NetworkPolicy` and the admin policies of `policy.networking.k8s.io`.
//!
//! In: effective objects, and the namespaces with their labels. Out: [`Policy`]s of all kinds,
//! Cilium's among them. Formats: <https://kubernetes.io/docs/concepts/services-networking/network-policies/>,
//! <https://network-policy-api.sigs.k8s.io/>. A policy that is not valid gives what can be read.

use super::Given;
use super::calico;
use super::labels::{Labels, Requirement, Selector, labels};
use super::tree::Tree;
use super::{cilium_policies, policy_apps, value_policies};
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{
    Action, Direction, NamespaceMatch, Peer, Policy, PolicyPart, PolicyPort, PolicyRule, Subject,
};
use crate::inventory::{natural, source_of};

/// Label that every namespace carries its name in.
const NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// Declared namespaces with their labels, the one with their name included.
pub(super) struct Namespaces(Vec<(String, Labels)>);

impl Namespaces {
    pub(super) fn read(given: &Given) -> Self {
        let mut found: Vec<(String, Labels)> = Vec::new();
        for object in given.effective.of("", "Namespace") {
            let root = Cursor::new(&object.root, given.sources);
            let mut own = labels(root.at(&["metadata", "labels"]).as_ref());
            let name = Fact::known(object.name.clone(), source_of(object, given.sources));
            own.insert(NAME_LABEL.to_owned(), name);
            match found.iter_mut().find(|(name, _)| *name == object.name) {
                Some((_, labels)) => labels.extend(own),
                None => found.push((object.name.clone(), own)),
            }
        }
        Self(found)
    }

    /// The namespaces that a selector means; an absent or empty one means all.
    pub(super) fn selected(&self, selector: &Selector) -> NamespaceMatch {
        if selector.requirements.is_empty() {
            return NamespaceMatch::All;
        }
        if let [one] = selector.requirements.as_slice()
            && one.key == NAME_LABEL
            && one.operator == super::labels::Operator::In
        {
            return NamespaceMatch::Named { names: one.values.clone() };
        }
        let fits = self.0.iter().filter(|(_, labels)| selector.fits(labels) == Some(true));
        let names = fits.map(|(name, _)| name.clone()).collect();
        NamespaceMatch::Labelled { labels: selector.texts(), names }
    }
}

/// The namespace that an object is in.
pub(super) fn own(object: &Object, root: &Cursor) -> NamespaceMatch {
    let name = object.namespace.clone().unwrap_or_else(|| "default".to_owned());
    NamespaceMatch::Named { names: vec![Fact::known(name, source_of(object, root.sources))] }
}

/// All network policies, by id and kind.
pub(super) fn read(given: &Given, trees: &[Tree]) -> Vec<Policy> {
    let namespaces = Namespaces::read(given);
    let policy = |object: &Object, from_values: bool| {
        let root = Cursor::new(&object.root, given.sources);
        let parts = parts(object, &root, &namespaces)?;
        let is_wide = object.group == "policy.networking.k8s.io"
            || object.kind == "CiliumClusterwideNetworkPolicy"
            || object.kind == "GlobalNetworkPolicy";
        Some(Policy {
            id: object.id(),
            kind: object.kind.clone(),
            group: object.group.clone(),
            priority: priority(object, &root),
            namespace: object.namespace.clone().filter(|_| !is_wide),
            description: description(&root),
            from_values,
            parts,
            source: source_of(object, given.sources),
        })
    };
    let objects = given.effective.objects.iter();
    let mut policies: Vec<Policy> = objects.filter_map(|object| policy(object, false)).collect();
    let made = trees.iter().flat_map(value_policies::objects);
    policies.extend(made.filter_map(|object| policy(&object, true)));
    policy_apps::fill(&mut policies, trees);
    policies.sort_by(|left, right| {
        natural::compare(&left.id, &right.id).then_with(|| left.kind.cmp(&right.kind))
    });
    policies
}

fn parts(object: &Object, root: &Cursor, namespaces: &Namespaces) -> Option<Vec<PolicyPart>> {
    Some(match (object.group.as_str(), object.kind.as_str()) {
        ("networking.k8s.io", "NetworkPolicy") => vec![network_policy(object, root, namespaces)],
        (
            "policy.networking.k8s.io",
            "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy" | "ClusterNetworkPolicy",
        ) => vec![admin_policy(root, namespaces)],
        ("cilium.io", "CiliumNetworkPolicy" | "CiliumClusterwideNetworkPolicy") => {
            cilium_policies::parts(object, root, namespaces)
        }
        (group, kind) if calico::is_policy(group, kind) => vec![calico::part(object, root)],
        _ => return None,
    })
}

fn description(root: &Cursor) -> Fact<String> {
    let annotations = root.at(&["metadata", "annotations"]);
    let of_annotations = |keys: &[&str]| annotations.as_ref().and_then(|map| map.any(keys));
    root.at(&["spec", "description"])
        .or_else(|| root.list("specs").iter().find_map(|spec| spec.get("description")))
        .or_else(|| of_annotations(&["description", "kubernetes.io/description"]))
        .map_or_else(|| Fact::unknown("it does not say"), |text| text.text())
}

/// The rank of a policy among others, as written.
fn priority(object: &Object, root: &Cursor) -> Fact<String> {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    match object.kind.as_str() {
        _ if calico::is_policy(&object.group, &object.kind) => calico::priority(&spec),
        "BaselineAdminNetworkPolicy" => Fact::unknown("it is asked last"),
        "AdminNetworkPolicy" | "ClusterNetworkPolicy" => spec.fact("priority", "not set"),
        _ => Fact::unknown("policies of its kind have none"),
    }
}

fn network_policy(object: &Object, root: &Cursor, namespaces: &Namespaces) -> PolicyPart {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let labels = Selector::read(spec.get("podSelector").as_ref()).texts();
    let subject = Subject { nodes: false, namespaces: own(object, root), labels };
    let mut rules = Vec::new();
    for (direction, key, side) in
        [(Direction::Ingress, "ingress", "from"), (Direction::Egress, "egress", "to")]
    {
        let peer = |item: &Cursor| pod_peer(item, object, namespaces);
        for rule in spec.list(key) {
            let peers = sides(&rule, side, &peer);
            let ports = rule.list("ports").iter().map(port).collect();
            let source = rule.source();
            rules.push(PolicyRule { direction, action: Action::Allow, peers, ports, source });
        }
    }
    PolicyPart { subject, isolates: isolates(&spec), apps: vec![], rules }
}

/// Directions as the API server fills them in: always ingress, egress where it has a section.
fn isolates(spec: &Cursor) -> Vec<Direction> {
    let types = spec.texts(&["policyTypes"]);
    if types.is_empty() {
        let egress = spec.get("egress").map(|_| Direction::Egress);
        return std::iter::once(Direction::Ingress).chain(egress).collect();
    }
    let has = |word: &str| types.iter().any(|one| one.shown() == word);
    let both = [("Ingress", Direction::Ingress), ("Egress", Direction::Egress)];
    both.into_iter().filter(|(word, _)| has(word)).map(|(_, direction)| direction).collect()
}

/// The peers of a rule; none listed means everyone.
fn sides(rule: &Cursor, key: &str, peer: &impl Fn(&Cursor) -> Peer) -> Vec<Peer> {
    let items = rule.list(key);
    if items.is_empty() { vec![Peer::Any] } else { items.iter().map(peer).collect() }
}

fn pod_peer(item: &Cursor, object: &Object, namespaces: &Namespaces) -> Peer {
    if let Some(block) = item.get("ipBlock") {
        return Peer::Cidr {
            cidr: block.fact("cidr", "not set"),
            except: block.texts(&["except"]),
        };
    }
    let pods = Selector::read(item.get("podSelector").as_ref());
    // An empty selector is a value, which means all namespaces.
    let namespaces = match item.node.get("namespaceSelector") {
        Some(_) => namespaces.selected(&Selector::read(item.get("namespaceSelector").as_ref())),
        None => own(object, item),
    };
    Peer::Pods { namespaces, labels: pods.texts() }
}

fn port(item: &Cursor) -> PolicyPort {
    let first = item.fact("port", "all ports");
    let port = match (item.get("endPort"), first.get()) {
        (Some(end), Some(start)) => end.text().map(|end| format!("{start}-{end}")),
        _ => first,
    };
    let protocol = item.get("protocol").map(|word| word.text());
    let protocol = protocol.unwrap_or_else(|| Fact::known("TCP".to_owned(), item.source()));
    PolicyPort { port, protocol, inspects: vec![] }
}

fn admin_policy(root: &Cursor, namespaces: &Namespaces) -> PolicyPart {
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let (of, labels) = spec
        .get("subject")
        .map_or((NamespaceMatch::All, vec![]), |subject| admin_pods(&subject, namespaces));
    let mut rules = Vec::new();
    for (direction, key, side) in
        [(Direction::Ingress, "ingress", "from"), (Direction::Egress, "egress", "to")]
    {
        for rule in spec.list(key) {
            let action = match rule.node.str_at(&["action"]) {
                Some("Deny") => Action::Deny,
                Some("Pass") => Action::Pass,
                _ => Action::Allow,
            };
            let peers: Vec<_> =
                rule.list(side).iter().flat_map(|item| admin_peers(item, namespaces)).collect();
            let peers = if peers.is_empty() { vec![Peer::Any] } else { peers };
            let lists = rule.list("ports").into_iter().chain(rule.list("protocols"));
            let ports = lists.map(|item| admin_port(&item)).collect();
            rules.push(PolicyRule { direction, action, peers, ports, source: rule.source() });
        }
    }
    let subject = Subject { nodes: false, namespaces: of, labels };
    PolicyPart { subject, isolates: vec![], apps: vec![], rules }
}

/// `namespaces: selector`, or `pods: {namespaceSelector, podSelector}`.
fn admin_pods(subject: &Cursor, namespaces: &Namespaces) -> (NamespaceMatch, Vec<Fact<String>>) {
    let pods = subject.get("pods");
    let part = |key: &str| pods.as_ref().and_then(|pods| pods.get(key));
    let selector = subject.get("namespaces").or_else(|| part("namespaceSelector"));
    let of = namespaces.selected(&Selector::read(selector.as_ref()));
    (of, Selector::read(part("podSelector").as_ref()).texts())
}

fn admin_peers(item: &Cursor, namespaces: &Namespaces) -> Vec<Peer> {
    let mut peers = Vec::new();
    if item.node.get("namespaces").is_some() || item.node.get("pods").is_some() {
        let (of, labels) = admin_pods(item, namespaces);
        peers.push(Peer::Pods { namespaces: of, labels });
    }
    if item.node.get("nodes").is_some() {
        let selector = Selector::read(item.get("nodes").as_ref());
        peers.push(Peer::Nodes { labels: selector.texts() });
    }
    let cidrs = item.texts(&["networks"]).into_iter();
    peers.extend(cidrs.map(|cidr| Peer::Cidr { cidr, except: vec![] }));
    let names = item.texts(&["domainNames"]).into_iter();
    peers.extend(names.map(|pattern| Peer::Fqdn { pattern }));
    peers
}

fn admin_port(item: &Cursor) -> PolicyPort {
    let of_protocol = ["tcp", "udp", "sctp"].iter().find_map(|word| Some((*word, item.get(word)?)));
    if let Some((word, inner)) = of_protocol {
        let port = inner.get("destinationPort").unwrap_or(inner);
        let protocol = Fact::known(word.to_uppercase(), item.source());
        return PolicyPort { port: admin_number(&port), protocol, inspects: vec![] };
    }
    let inner = item.any(&["portNumber", "portRange"]).unwrap_or_else(|| item.clone());
    let protocol = inner.fact("protocol", "TCP where none is written");
    let port = item.get("namedPort").map_or_else(|| admin_number(&inner), |name| name.text());
    PolicyPort { port, protocol, inspects: vec![] }
}

fn admin_number(inner: &Cursor) -> Fact<String> {
    let inner = &inner.get("range").unwrap_or_else(|| inner.clone());
    let start = inner.any_fact(&["port", "number", "start"], "all ports");
    match (inner.get("end"), start.get()) {
        (Some(end), Some(start)) => end.text().map(|end| format!("{start}-{end}")),
        _ => start,
    }
}

/// The namespace that a requirement of Cilium names, by any of its spellings.
pub(super) fn namespace_key(requirement: &Requirement) -> bool {
    matches!(
        requirement.key.as_str(),
        "io.kubernetes.pod.namespace"
            | "k8s:io.kubernetes.pod.namespace"
            | "any:io.kubernetes.pod.namespace"
            | "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"
            | "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name"
    )
}
