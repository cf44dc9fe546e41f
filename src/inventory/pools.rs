//! Load-balancer address pools of Cilium and `MetalLB` → [`Pool`]s.
//!
//! In: one effective object. Out: its blocks and what a Service needs to get an address from it.
//! Which network it is in is found by [`network`](super::network).

use super::cursor::Cursor;
use super::fact::Fact;
use super::model::Pool;
use crate::source::{Node, Sources};

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
}
