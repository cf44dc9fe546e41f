//! Rules of tunnels: cloudflared's configuration, wherever it is written.
//!
//! In: releases, workloads and `ConfigMap`s of apps that run a tunnel, and objects of tunnel
//! operators. Out: [`TunnelRule`]s. Format:
//! <https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/>. Rules that
//! the provider's dashboard holds are in no file.

use std::collections::{BTreeMap, BTreeSet};

use super::Given;
use super::tree::{Tree, visit};
use crate::inventory::app_template;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{Gateway, TunnelRule};
use crate::inventory::natural;
use crate::source::{Node, yaml};

const ANY: &str = "takes what no other rule takes";
const NO_PATH: &str = "any path";

/// All rules, by tunnel and then in their order; `tunnels` are ids of apps that run one.
pub(super) fn read(given: &Given, trees: &[Tree], tunnels: &[String]) -> Vec<TunnelRule> {
    let mut rules = Vec::new();
    let by_kustomization = by_kustomization(given, tunnels);
    for tree in trees {
        let owner = tunnel_of(tree, given, tunnels, &by_kustomization);
        if let Some(owner) = owner {
            visit(&tree.cursor, &mut |path, value| in_value(tree, &owner, path, value, &mut rules));
        }
        rules.extend(binding(tree));
    }
    for rule in &mut rules {
        rule.gateway = gateway(rule.service.shown(), given.gateways);
    }
    // The same `ConfigMap` may be named by more than one tree.
    let mut seen = BTreeSet::new();
    rules.retain(|rule| {
        let values = [&rule.hostname, &rule.path, &rule.service].map(|fact| fact.value.clone());
        seen.insert((rule.tunnel.clone(), values))
    });
    natural::sort_by(&mut rules, |rule| &rule.tunnel);
    rules
}

/// The first tunnel of each Flux Kustomization that applies one.
fn by_kustomization<'a>(given: &Given<'a>, tunnels: &'a [String]) -> BTreeMap<&'a str, &'a String> {
    let wanted: BTreeMap<&str, usize> =
        tunnels.iter().enumerate().rev().map(|(at, id)| (id.as_str(), at)).collect();
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for app in given.apps {
        let (Some(at), Some(of)) = (wanted.get(app.id.as_str()), &app.kustomization) else {
            continue;
        };
        first.entry(of).and_modify(|best| *best = (*best).min(*at)).or_insert(*at);
    }
    first.into_iter().map(|(of, at)| (of, &tunnels[at])).collect()
}

/// The tunnel that a tree belongs to: its own, or that of the same Flux Kustomization.
fn tunnel_of(
    tree: &Tree,
    given: &Given,
    tunnels: &[String],
    by_kustomization: &BTreeMap<&str, &String>,
) -> Option<String> {
    if let Some(app) = tree.app {
        return tunnels.iter().find(|id| *id == app).cloned();
    }
    let idx = tree.object.kustomization.filter(|_| tree.object.kind == "ConfigMap")?;
    let of = given.effective.kustomizations[idx].id();
    by_kustomization.get(of.as_str()).map(|id| (*id).clone())
}

fn in_value(tree: &Tree, owner: &str, path: &[&str], value: &Cursor, rules: &mut Vec<TunnelRule>) {
    let key = path.last().copied().unwrap_or_default();
    if key == "ingress" {
        rules.extend(value.items().iter().filter_map(|item| rule(tree, owner, item)));
    }
    if matches!(key, "args" | "command") {
        rules.extend(arguments(tree, owner, value));
    }
    let text = value.node.as_str().unwrap_or_default();
    if text.contains("ingress:") || text.contains("\"ingress\"") {
        let parsed = yaml::parse_embedded(value.node, value.sources).filter(Node::is_collection);
        let Some(node) = parsed else { return };
        let inner = value.embedded(&node);
        rules.extend(inner.list("ingress").iter().filter_map(|item| rule(tree, owner, item)));
    }
}

fn rule(tree: &Tree, owner: &str, item: &Cursor) -> Option<TunnelRule> {
    let service = item.get("service").filter(|service| !service.node.is_collection())?;
    Some(TunnelRule {
        tunnel: owner.to_owned(),
        hostname: resolved(tree, item.fact("hostname", ANY)),
        path: item.fact("path", NO_PATH),
        service: resolved(tree, service.text()),
        gateway: None,
        source: item.source(),
    })
}

/// A fact with the release put in, also where another expression stays.
fn resolved(tree: &Tree, fact: Fact<String>) -> Fact<String> {
    if tree.release.is_some() {
        return tree.resolve(fact);
    }
    let (namespace, name) = (tree.namespace(), tree.name().to_owned());
    app_template::Release { namespace: &namespace, name: &name, major: None }.resolve(fact)
}

/// `tunnel --hostname a.example.com --url http://app:80`.
fn arguments(tree: &Tree, owner: &str, value: &Cursor) -> Option<TunnelRule> {
    let items: Vec<Fact<String>> = value.items().iter().map(Cursor::text).collect();
    let of = |flag: &str| {
        let joined = items.iter().find_map(|fact| {
            let rest = fact.shown().strip_prefix(flag)?.strip_prefix('=')?.to_owned();
            Some(super::labels::with_text(fact.clone(), |_| rest.clone()))
        });
        let at = items.iter().position(|fact| fact.shown() == flag);
        joined.or_else(|| items.get(at? + 1).cloned())
    };
    let service = of("--url").or_else(|| of("--unix-socket"))?;
    Some(TunnelRule {
        tunnel: owner.to_owned(),
        hostname: of("--hostname").unwrap_or_else(|| Fact::unknown(ANY)),
        path: Fact::unknown(NO_PATH),
        service: resolved(tree, service),
        gateway: None,
        source: value.source(),
    })
}

/// `TunnelBinding` of the cloudflare-operator.
fn binding(tree: &Tree) -> Vec<TunnelRule> {
    let object = tree.object;
    if object.group != "networking.cfargotunnel.com" || object.kind != "TunnelBinding" {
        return vec![];
    }
    let rule = |item: &Cursor| {
        let spec = item.get("spec").unwrap_or_else(|| item.clone());
        TunnelRule {
            tunnel: object.id(),
            hostname: spec.fact("fqdn", "made from the Service's name"),
            path: spec.fact("path", NO_PATH),
            service: spec
                .get("target")
                .or_else(|| item.get("name"))
                .map_or_else(|| Fact::unknown("not set"), |target| target.text()),
            gateway: None,
            source: item.source(),
        }
    };
    tree.cursor.list("subjects").iter().map(rule).collect()
}

/// The gateway whose Service an address names.
fn gateway(service: &str, gateways: &[Gateway]) -> Option<String> {
    let host = service.split("//").nth(1).unwrap_or(service);
    let host = host.split(['/', ':']).next().unwrap_or(host);
    let mut parts = host.split('.');
    let (name, namespace) = (parts.next()?, parts.next());
    let fits = |gateway: &&Gateway| {
        let (of, own) = gateway.id.split_once('/').unwrap_or(("", &gateway.id));
        // Cilium and Istio put a word around the gateway's name.
        let bare = name.strip_prefix("cilium-gateway-").unwrap_or(name);
        own == bare && namespace.is_none_or(|namespace| namespace == of)
    };
    let by_address = |gateway: &&Gateway| {
        gateway.addresses.iter().any(|address| address.get().is_some_and(|it| it == host))
    };
    gateways
        .iter()
        .find(fits)
        .or_else(|| gateways.iter().find(by_address))
        .map(|one| one.id.clone())
}
