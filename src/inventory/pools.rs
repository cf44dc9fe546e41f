//! Load-balancer address pools of Cilium, `MetalLB` and kube-vip → [`Pool`]s.
//!
//! In: one effective object, or the values of `MetalLB`'s chart. Out: its blocks and what a Service needs to get an address from it.
//! Which network it is in is found by [`network`](super::network).

use super::cursor::Cursor;
use super::fact::Fact;
use super::model::Pool;
use crate::gitops::{Object, Release};
use crate::source::{Node, Sources, yaml};

/// What stands as the kind of ranges that kube-vip's cloud provider gives out.
pub(crate) const KUBE_VIP: &str = "kube-vip";
/// The `ConfigMap` that holds them.
const KUBE_VIP_MAP: &str = "kubevip";

/// Reads one pool; `name` is its name after renaming.
pub(crate) fn read(name: &str, object: &Node, sources: &Sources) -> Pool {
    let root = Cursor::new(object, sources);
    let lists = ["blocks", "cidrs", "addresses"];
    let blocks = lists
        .iter()
        .flat_map(|list| root.at(&["spec", list]).map(|list| list.items()).unwrap_or_default());
    Pool {
        name: name.to_owned(),
        kind: object.str_at(&["kind"]).unwrap_or_default().to_owned(),
        blocks: blocks.map(|entry| block(&entry)).collect(),
        selector: selectors(&root).iter().flat_map(selector).collect(),
        network: None,
        source: root.source(),
    }
}

/// Pools that stand in the text of a `ConfigMap`: `MetalLB`'s before version 0.13, and those of
/// kube-vip's cloud provider.
pub(crate) fn of_config_map(object: &Object, sources: &Sources) -> Vec<Pool> {
    let root = Cursor::new(&object.root, sources);
    let Some(data) = root.get("data").filter(|_| object.is("", "ConfigMap")) else { return vec![] };
    if object.name == KUBE_VIP_MAP {
        return data.entries().iter().filter_map(|(key, value)| of_kube_vip(key, value)).collect();
    }
    let Some(text) = data.get("config").filter(|text| holds_pools(text)) else { return vec![] };
    let Some(node) = yaml::parse_embedded(text.node, sources) else { return vec![] };
    of_list(&text.embedded(&node))
}

fn holds_pools(text: &Cursor) -> bool {
    text.node.as_str().is_some_and(|text| text.contains("address-pools:"))
}

/// Pools in the values of `MetalLB`'s chart before version 0.13.
pub(crate) fn of_values(release: &Release<'_>, sources: &Sources) -> Vec<Pool> {
    let values = Cursor::below(&release.values, sources, "spec.values");
    let is_metallb = release.chart.name.as_deref() == Some("metallb");
    let inline = values.get("configInline").filter(|_| is_metallb);
    inline.iter().flat_map(of_list).collect()
}

/// `address-pools: [{name, protocol, addresses}]`.
fn of_list(config: &Cursor) -> Vec<Pool> {
    let pool = |item: &Cursor| {
        Some(Pool {
            name: item.node.str_at(&["name"])?.to_owned(),
            kind: "ConfigMap".to_owned(),
            blocks: item.texts(&["addresses"]),
            selector: vec![],
            network: None,
            source: item.source(),
        })
    };
    config.list("address-pools").iter().filter_map(pool).collect()
}

/// `range-NAMESPACE: first-last,…` and `cidr-NAMESPACE: …`, with `global` for all namespaces.
/// Format: <https://kube-vip.io/docs/usage/cloud-provider/>.
fn of_kube_vip(key: &str, value: &Cursor) -> Option<Pool> {
    let namespace = key.strip_prefix("range-").or_else(|| key.strip_prefix("cidr-"))?;
    let text = value.text();
    let blocks = match text.get() {
        Some(all) => {
            all.split(',').map(|one| text.clone().map(|_| one.trim().to_owned())).collect()
        }
        None => vec![text],
    };
    let needed = format!("io.kubernetes.service.namespace={namespace}");
    let is_for_all = namespace == "global";
    Some(Pool {
        name: format!("{KUBE_VIP_MAP} {key}"),
        kind: KUBE_VIP.to_owned(),
        blocks,
        selector: (!is_for_all).then(|| Fact::known(needed, value.source())).into_iter().collect(),
        network: None,
        source: value.source(),
    })
}

/// A block as `cidr`, `start` to `stop`, or a plain string.
fn block(entry: &Cursor) -> Fact<String> {
    let Some(start) = entry.get("start") else {
        return entry.get("cidr").unwrap_or_else(|| entry.clone()).text();
    };
    let first = start.text();
    match entry.get("stop").map(|stop| stop.text()) {
        Some(last) => match last.get().cloned() {
            Some(last) => first.map(|first| format!("{first}-{last}")),
            None => last,
        },
        None => first,
    }
}

fn selectors<'a>(root: &Cursor<'a>) -> Vec<Cursor<'a>> {
    let one = root.at(&["spec", "serviceSelector"]);
    let many = root.at(&["spec", "serviceAllocation", "serviceSelectors"]);
    one.into_iter().chain(many.iter().flat_map(Cursor::items)).collect()
}

/// A label selector, one entry for each requirement: `key=value`, `key In (a, b)`.
fn selector(selector: &Cursor) -> Vec<Fact<String>> {
    let labels = selector.get("matchLabels");
    let labels = labels.iter().flat_map(Cursor::entries);
    let equal = labels.map(|(key, value)| value.text().map(|value| format!("{key}={value}")));
    let expressions = selector.list("matchExpressions");
    equal.chain(expressions.iter().map(expression)).collect()
}

fn expression(entry: &Cursor) -> Fact<String> {
    let values = entry.texts(&["values"]);
    let values: Vec<_> = values.iter().map(Fact::shown).collect();
    let operator = entry.fact("operator", "not set").shown().to_owned();
    let suffix =
        if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
    entry.fact("key", "not set").map(|key| format!("{key} {operator}{suffix}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::parse;

    fn check(manifest: &str, blocks: &[&str], selector: &[&str]) {
        let sources = Sources::from_memory([("a.yaml", manifest.as_bytes())]);
        let (documents, _) = parse(&sources);
        let root = documents.iter().next().map(|document| &document.root).expect("a document");
        let pool = read("pool", root, &sources);
        assert_eq!(pool.blocks.iter().map(Fact::shown).collect::<Vec<_>>(), blocks);
        assert_eq!(pool.selector.iter().map(Fact::shown).collect::<Vec<_>>(), selector);
    }

    #[test]
    fn pools_of_both_kinds() {
        check(
            "kind: CiliumLoadBalancerIPPool\nspec:\n  blocks:\n  - cidr: 192.0.2.0/24\n  \
             - {start: 198.51.100.1, stop: 198.51.100.9}\n  - cidr: ${POOL}\n  \
             serviceSelector:\n    matchLabels: {network: dmz}\n    \
             matchExpressions: [{key: tier, operator: In, values: [a, b]}, {key: x, operator: Exists}]\n",
            &["192.0.2.0/24", "198.51.100.1-198.51.100.9", "${POOL}"],
            &["network=dmz", "tier In (a, b)", "x Exists"],
        );
        check(
            "kind: IPAddressPool\nspec:\n  addresses: [192.0.2.1-192.0.2.9, 2001:db8::/64]\n  \
             serviceAllocation: {serviceSelectors: [{matchLabels: {a: b}}]}\n",
            &["192.0.2.1-192.0.2.9", "2001:db8::/64"],
            &["a=b"],
        );
    }

    #[test]
    fn pools_in_text() {
        let text = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: config, namespace: metallb-system}\ndata:\n  config: |\n    \
                    address-pools:\n    - name: lan\n      protocol: layer2\n      addresses: [192.0.2.10-192.0.2.20, 198.51.100.0/28]\n---\n\
                    kind: ConfigMap\napiVersion: v1\nmetadata: {name: kubevip, namespace: kube-system}\ndata:\n  \
                    range-global: 192.0.2.30-192.0.2.39,192.0.2.41-192.0.2.49\n  cidr-web: 198.51.100.64/28\n  other: x\n---\n\
                    kind: ConfigMap\napiVersion: v1\nmetadata: {name: config, namespace: web}\ndata: {config: 'address-pools: 3'}\n---\n\
                    kind: HelmRelease\napiVersion: helm.toolkit.fluxcd.io/v2\nmetadata: {name: metallb, namespace: web}\n\
                    spec: {chart: {spec: {chart: metallb}}, values: {configInline: {address-pools: [{name: old, addresses: [192.0.2.99/32]}, 3]}}}\n";
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let (effective, _) = crate::gitops::walk(&sources, &documents, None);
        let (cluster, _) = crate::inventory::collect(&sources, &documents, &effective, None, &[]);
        let line = |pool: &Pool| {
            let blocks: Vec<_> = pool.blocks.iter().map(Fact::shown).collect();
            let selector: Vec<_> = pool.selector.iter().map(Fact::shown).collect();
            format!("{} {} {} {}", pool.kind, pool.name, blocks.join("+"), selector.join(","))
        };
        assert_eq!(
            cluster.pools.iter().map(line).collect::<Vec<_>>(),
            [
                "kube-vip kubevip cidr-web 198.51.100.64/28 io.kubernetes.service.namespace=web",
                "kube-vip kubevip range-global 192.0.2.30-192.0.2.39+192.0.2.41-192.0.2.49 ",
                "ConfigMap lan 192.0.2.10-192.0.2.20+198.51.100.0/28 ",
                "ConfigMap old 192.0.2.99/32 ",
            ]
        );
        assert_eq!(cluster.counts["lb_pools"], 2, "kube-vip's are none of Cilium or MetalLB");
    }
}
