//! What publishes DNS records: external-dns in all its wrappings, and k8s-gateway.
//!
//! In: releases and workloads. Out: [`DnsPublisher`]s with their filters, from chart values,
//! `extraArgs` (list or map) and command lines. Flags:
//! <https://kubernetes-sigs.github.io/external-dns/latest/docs/flags/>. Who reads a provider's
//! records is known for providers that serve the internet or a home only; for others it is open.

use super::tree::{Tree, visit};
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{Audience, DnsPublisher};
use crate::inventory::{natural, source_of};

/// Providers and webhooks whose records only the own network reads, as parts of names.
const LOCAL: [&str; 14] = [
    "adguard",
    "blocky",
    "coredns",
    "dnsmasq",
    "mikrotik",
    "opnsense",
    "openwrt",
    "pfsense",
    "pihole",
    "routeros",
    "technitium",
    "unbound",
    "unifi",
    "vyos",
];
/// Providers whose records the internet reads.
const PUBLIC: [&str; 26] = [
    "akamai",
    "aws",
    "azure",
    "bunny",
    "civo",
    "cloudflare",
    "digitalocean",
    "dnsimple",
    "dnspod",
    "exoscale",
    "gandi",
    "godaddy",
    "google",
    "hetzner",
    "infomaniak",
    "inwx",
    "ionos",
    "linode",
    "namecheap",
    "ns1",
    "oci",
    "ovh",
    "porkbun",
    "route53",
    "scaleway",
    "vultr",
];
const NOT_SET: &str = "not set";

/// All publishers, by id.
pub(super) fn read(trees: &[Tree]) -> Vec<DnsPublisher> {
    let mut found: Vec<DnsPublisher> = trees.iter().filter_map(publisher).collect();
    natural::sort_by(&mut found, |one| &one.id);
    found
}

fn publisher(tree: &Tree) -> Option<DnsPublisher> {
    tree.app?;
    let chart = tree.release.and_then(|release| release.chart.name.as_deref()).unwrap_or_default();
    let images = images(tree);
    let is_image = |name: &str| images.iter().any(|image| last(image.shown()) == name);
    if chart.contains("external-dns") || is_image("external-dns") {
        return Some(external_dns(tree, &images));
    }
    if chart.contains("k8s-gateway") || is_image("k8s_gateway") || is_image("k8s-gateway") {
        return Some(k8s_gateway(tree));
    }
    None
}

/// The last part of an image's repository.
fn last(image: &str) -> &str {
    let name = image.rsplit('/').next().unwrap_or(image);
    name.split([':', '@']).next().unwrap_or(name)
}

fn images(tree: &Tree) -> Vec<Fact<String>> {
    let mut found = Vec::new();
    visit(&tree.cursor, &mut |path, value| {
        let key = path.last().copied().unwrap_or_default();
        if key == "repository" || (key == "image" && !value.node.is_collection()) {
            found.push(value.text());
        }
    });
    found
}

/// Flags as `(name, value)`, from lists of arguments and from maps of them.
fn flags(tree: &Tree) -> Vec<(String, Fact<String>)> {
    let mut found = Vec::new();
    visit(&tree.cursor, &mut |path, value| {
        if !matches!(path.last(), Some(&("args" | "extraArgs" | "command"))) {
            return;
        }
        let items = value.items();
        for (idx, item) in items.iter().enumerate() {
            let fact = item.text();
            let text = fact.shown().to_owned();
            let Some(flag) = text.strip_prefix("--") else { continue };
            if let Some((name, rest)) = flag.split_once('=') {
                found.push((name.to_owned(), super::labels::with_text(fact, |_| rest.to_owned())));
            } else {
                let next = items.get(idx + 1).map(Cursor::text);
                let next = next.filter(|next| !next.shown().starts_with("--"));
                let value = next.unwrap_or_else(|| Fact::known("true".to_owned(), item.source()));
                found.push((flag.to_owned(), value));
            }
        }
        for (name, inner) in value.entries() {
            let facts = if inner.node.is_collection() {
                inner.items().iter().map(Cursor::text).collect()
            } else {
                vec![inner.text()]
            };
            let name = name.trim_start_matches("--").to_owned();
            found.extend(facts.into_iter().map(|fact| (name.clone(), fact)));
        }
    });
    found
}

fn external_dns(tree: &Tree, images: &[Fact<String>]) -> DnsPublisher {
    let (values, flags) = (&tree.cursor, flags(tree));
    let of = |names: &[&str]| -> Vec<Fact<String>> {
        let fits = flags.iter().filter(|(name, _)| names.contains(&name.as_str()));
        fits.flat_map(|(_, fact)| super::served::split(fact)).collect()
    };
    let both = |key: &str, names: &[&str]| -> Vec<Fact<String>> {
        let mut all = of_values(values, key);
        all.extend(of(names));
        all
    };
    let provider = provider(values, &of(&["provider"]), images);
    let mut filters = Vec::new();
    for (key, flag, word) in [
        ("labelFilter", "label-filter", ""),
        ("annotationFilter", "annotation-filter", ""),
        ("gatewayLabelFilter", "gateway-label-filter", "gateway "),
    ] {
        let written = values.get(key).map(|filter| filter.text()).into_iter();
        let flags = flags.iter().filter(|(name, _)| name == flag).map(|(_, fact)| fact.clone());
        for filter in written.chain(flags) {
            let parts = requirements(filter.shown()).into_iter();
            filters.extend(
                parts.map(|part| {
                    super::labels::with_text(filter.clone(), |_| format!("{word}{part}"))
                }),
            );
        }
    }
    let mut resources = both("sources", &["source"]);
    if resources.is_empty() && tree.release.is_some() {
        // What the chart sets where the values do not.
        resources =
            ["service", "ingress"].map(|word| Fact::known(word.to_owned(), values.source())).into();
    }
    DnsPublisher {
        id: tree.owner(),
        kind: "external-dns".to_owned(),
        audience: audience(&provider),
        provider,
        resources,
        domains: both("domainFilters", &["domain-filter"]),
        excluded_domains: both("excludeDomains", &["exclude-domains"]),
        gateways: of(&["gateway-name"]),
        ingress_classes: both("ingressClassFilters", &["ingress-class"]),
        filters,
        source: source_of(tree.object, values.sources),
    }
}

/// The texts at a key of values, written as a list or as one string.
fn of_values(values: &Cursor, key: &str) -> Vec<Fact<String>> {
    let Some(found) = values.get(key) else { return vec![] };
    if found.node.is_collection() {
        return found.items().iter().map(Cursor::text).collect();
    }
    super::served::split(&found.text())
}

/// The requirements of a filter: parts between commas that are in no list.
fn requirements(filter: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_usize);
    for one in filter.chars() {
        match one {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(one);
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// The provider's name; for a webhook, the image that speaks to it.
fn provider(values: &Cursor, flags: &[Fact<String>], images: &[Fact<String>]) -> Fact<String> {
    let written = values.get("provider").map(|provider| {
        if provider.node.is_collection() { provider.fact("name", NOT_SET) } else { provider.text() }
    });
    let found = written.or_else(|| flags.first().cloned());
    let found = found.unwrap_or_else(|| Fact::unknown(NOT_SET));
    if !matches!(found.shown(), "webhook" | "—") {
        return found;
    }
    let is_hook = |image: &&Fact<String>| last(image.shown()) != "external-dns";
    images.iter().find(is_hook).map_or(found, |image| {
        super::labels::with_text(image.clone(), |text| last(text).to_owned())
    })
}

fn audience(provider: &Fact<String>) -> Audience {
    let name = provider.shown().to_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    match () {
        () if !provider.is_known() => Audience::Unknown,
        () if holds(&LOCAL) => Audience::Lan,
        () if holds(&PUBLIC) => Audience::Wan,
        () => Audience::Unknown,
    }
}

fn k8s_gateway(tree: &Tree) -> DnsPublisher {
    let values = &tree.cursor;
    let filter =
        |key: &str| values.get("filters").map(|map| of_values(&map, key)).unwrap_or_default();
    let domain = values.get("domain").map(|domain| super::served::split(&domain.text()));
    let source = source_of(tree.object, values.sources);
    let mut resources = of_values(values, "watchedResources");
    if resources.is_empty() {
        resources = ["Ingress", "Service", "HTTPRoute"]
            .map(|word| Fact::known(word.to_owned(), source.clone()))
            .into();
    }
    DnsPublisher {
        id: tree.owner(),
        kind: "k8s-gateway".to_owned(),
        provider: Fact::known("k8s-gateway".to_owned(), source.clone()),
        audience: Audience::Lan,
        resources,
        domains: domain.unwrap_or_default(),
        excluded_domains: vec![],
        gateways: vec![],
        ingress_classes: filter("ingressClasses"),
        filters: filter("gatewayClasses")
            .into_iter()
            .map(|fact| super::labels::with_text(fact, |class| format!("gateway class {class}")))
            .collect(),
        source,
    }
}
