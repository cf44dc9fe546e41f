//! What can stand anywhere below a workload or in a chart's values: [`Scan`].
//!
//! In: a tree. Out: GPUs that are asked for, fixed load-balancer addresses, Multus networks, images
//! and a description. Only keys with a fixed meaning are read; nothing is taken from prose.

use super::cursor::Cursor;
use super::devices::is_gpu;
use super::fact::Fact;
use super::image;
use super::model::Image;
use crate::source::{Entry, Node, yaml};

/// Annotations that fix a load balancer's address (Cilium, MetalLB, kube-vip).
const ADDRESS_KEYS: [&str; 6] = [
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "kube-vip.io/loadbalancerIPs",
    "loadBalancerIP",
];
/// Multus' annotation, <https://github.com/k8snetworkplumbingwg/multi-net-spec>.
const NETWORKS_KEY: &str = "k8s.v1.cni.cncf.io/networks";

/// What was found below one tree.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// `nvidia.com/gpu: 1` and the like, each once.
    pub(crate) gpus: Vec<Fact<String>>,
    /// Fixed addresses.
    pub(crate) addresses: Vec<Fact<String>>,
    /// Multus networks as `namespace/name`, or `name` alone.
    pub(crate) networks: Vec<String>,
    /// Images in the form that charts use.
    pub(crate) images: Vec<Image>,
    /// A description for a dashboard.
    pub(crate) purpose: Option<Fact<String>>,
}

/// Reads everything below a cursor.
pub(crate) fn read(cursor: &Cursor) -> Scan {
    let mut scan = Scan::default();
    scan.visit(cursor, "");
    scan
}

/// Whether an object's pods are put on networks by Multus' annotation, wherever it stands.
pub(crate) fn is_on_networks(node: &Node) -> bool {
    let is_set = |entry: &Entry| {
        entry.key == NETWORKS_KEY && entry.value.as_str().is_some_and(|text| !text.is_empty())
    };
    node.items().iter().any(is_on_networks)
        || node.entries().iter().any(|entry| is_set(entry) || is_on_networks(&entry.value))
}

impl Scan {
    fn visit(&mut self, cursor: &Cursor, parent: &str) {
        for item in cursor.items() {
            self.visit(&item, parent);
        }
        for (key, value) in cursor.entries() {
            self.entry(parent, key, &value);
            self.visit(&value, key);
        }
    }

    fn entry(&mut self, parent: &str, key: &str, value: &Cursor) {
        if ADDRESS_KEYS.contains(&key) {
            self.add_addresses(value);
        } else if matches!(parent, "limits" | "requests")
            && is_gpu(key)
            && !value.node.is_collection()
        {
            let fact = value.text().map(|count| format!("{key}: {count}"));
            if fact.get().is_none_or(|text| !text.ends_with(": 0")) && !has(&self.gpus, &fact) {
                self.gpus.push(fact);
            }
        } else if key == NETWORKS_KEY {
            self.networks.extend(networks(value));
        } else if key == "image" {
            self.images.extend(image::from_values(value));
        } else if key == "gethomepage.dev/description" && self.purpose.is_none() {
            self.purpose = Some(value.text());
        }
    }

    fn add_addresses(&mut self, value: &Cursor) {
        let fact = value.text();
        let Some(text) = fact.get() else { return };
        for address in text.split(',').map(str::trim).filter(|address| !address.is_empty()) {
            let one = fact.clone().map(|_| address.to_owned());
            if !has(&self.addresses, &one) {
                self.addresses.push(one);
            }
        }
    }
}

fn has(facts: &[Fact<String>], fact: &Fact<String>) -> bool {
    facts.iter().any(|one| one.value == fact.value)
}

/// The networks of an annotation: `ns/name@eth1, name`, or a JSON list.
fn networks(value: &Cursor) -> Vec<String> {
    let Some(text) = value.node.as_str() else { return vec![] };
    if let Some(list) = yaml::parse_embedded(value.node, value.sources)
        .filter(|_| text.trim_start().starts_with('['))
    {
        let id = |item: &crate::source::Node| {
            let name = item.str_at(&["name"])?;
            Some(
                item.str_at(&["namespace"])
                    .map_or(name.to_owned(), |space| format!("{space}/{name}")),
            )
        };
        return list.items().iter().filter_map(id).collect();
    }
    text.split(',')
        .map(|part| part.trim().split('@').next().unwrap_or_default().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, parse};

    fn scan(text: &str) -> Scan {
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        read(&Cursor::new(&documents.iter().next().expect("a document").root, &sources))
    }

    #[test]
    fn both_forms_of_networks() {
        assert_eq!(scan("k8s.v1.cni.cncf.io/networks: a/b@net1, c\n").networks, ["a/b", "c"]);
        let json =
            "k8s.v1.cni.cncf.io/networks: |-\n  [{\"name\": \"iot\", \"namespace\": \"net\"}]\n";
        assert_eq!(scan(json).networks, ["net/iot"]);
    }

    #[test]
    fn the_annotation_counts_wherever_it_stands() {
        let is_on = |text: &str| {
            let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
            parse(&sources).0.iter().any(|document| is_on_networks(&document.root))
        };
        assert!(is_on("a: [{b: {k8s.v1.cni.cncf.io/networks: iot}}]\n"));
        assert!(!is_on("a: {k8s.v1.cni.cncf.io/networks: ''}\nb: k8s.v1.cni.cncf.io/networks\n"));
    }

    #[test]
    fn gpus_are_counted_once_for_requests_and_limits() {
        let text = "resources: {requests: {nvidia.com/gpu: 1}, limits: {nvidia.com/gpu: 1}}\n";
        assert_eq!(scan(text).gpus.len(), 1);
        assert!(scan("nodeSelector: {gpu.intel.com/family: arc}\n").gpus.is_empty());
    }
}
