//! Who can reach each host name: [`Exposure`].
//!
//! In: what serves host names, publishers of DNS records, tunnels, policies that ask who the
//! visitor is. Out: one entry for each distinct name, with reasons for its audience. A filter that
//! only the cluster can resolve neither lets through nor stops: the other filters decide. Where no
//! publisher and no tunnel is declared, the audience is unknown.

use std::collections::BTreeMap;

use super::auth;
use super::served::Served;
use crate::inventory::fact::{Fact, Value};
use crate::inventory::model::{
    Audience, Authentication, DnsPublisher, Exposure, Gateway, TunnelRule,
};
use crate::inventory::natural;

/// What decides about audiences.
pub(super) struct Parts<'a> {
    pub(super) served: &'a [Served],
    pub(super) publishers: &'a [DnsPublisher],
    pub(super) tunnels: &'a [TunnelRule],
    pub(super) policies: auth::Guards<'a>,
    pub(super) gateways: BTreeMap<&'a str, &'a Gateway>,
}

/// One entry for each host name, by name.
pub(super) fn read(parts: &Parts) -> Vec<Exposure> {
    let mut found = Found::default();
    for one in parts.served {
        for name in &one.names {
            add(&mut found, name, one, parts);
        }
    }
    let is_public = |one: &DnsPublisher| one.audience == Audience::Wan;
    let is_alone = !parts.publishers.iter().any(is_public);
    for rule in parts.tunnels {
        tunnel(&mut found, rule, is_alone);
    }
    let mut exposures: Vec<Exposure> =
        found.list.into_iter().map(|(one, guarded)| finish(one, &guarded, parts)).collect();
    natural::sort_by(&mut exposures, |one| one.name.shown());
    exposures
}

/// Entries in the order in which they were found, with what asks who the visitor is.
#[derive(Default)]
struct Found {
    list: Vec<(Exposure, Vec<Authentication>)>,
    by_name: BTreeMap<Value<String>, usize>,
}

/// The entry of a name, made where it is new.
fn entry<'a>(found: &'a mut Found, name: &Fact<String>) -> &'a mut (Exposure, Vec<Authentication>) {
    let Found { list, by_name } = found;
    let at = *by_name.entry(name.value.clone()).or_insert(list.len());
    if at == list.len() {
        list.push((empty(name.clone()), Vec::new()));
    }
    &mut list[at]
}

fn empty(name: Fact<String>) -> Exposure {
    Exposure {
        name,
        audience: Audience::Unknown,
        audiences: vec![],
        reasons: vec![],
        assumed: false,
        routes: vec![],
        apps: vec![],
        gateways: vec![],
        ingress_classes: vec![],
        publishers: vec![],
        tunnels: vec![],
        authentication: Authentication::Unknown,
        auth_by: vec![],
        sources: vec![],
    }
}

fn add_once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

fn add(found: &mut Found, name: &Fact<String>, one: &Served, parts: &Parts) {
    let (authentication, guards) = parts.policies.of(one);
    let (exposure, guarded) = entry(found, name);
    if one.kind != "DNSEndpoint" {
        guarded.push(authentication);
    }
    guards.into_iter().for_each(|guard| add_once(&mut exposure.auth_by, guard));
    one.route.iter().for_each(|id| add_once(&mut exposure.routes, id.clone()));
    one.app.iter().for_each(|id| add_once(&mut exposure.apps, id.clone()));
    one.gateways.iter().for_each(|id| add_once(&mut exposure.gateways, id.clone()));
    one.class.iter().for_each(|class| add_once(&mut exposure.ingress_classes, class.clone()));
    add_once(&mut exposure.sources, one.source.clone());
    for publisher in parts.publishers {
        if publishes(publisher, one, name, &parts.gateways) {
            publish(exposure, publisher, one, name);
        }
    }
    overlay(exposure, one);
}

fn publish(exposure: &mut Exposure, publisher: &DnsPublisher, one: &Served, name: &Fact<String>) {
    add_once(&mut exposure.publishers, publisher.id.clone());
    let (id, provider) = (&publisher.id, publisher.provider.shown());
    let mut reason = format!("{id} publishes it through {provider}");
    let mut audience = publisher.audience;
    if audience == Audience::Wan && !one.targets.is_empty() && one.targets.iter().all(is_private) {
        audience = Audience::Lan;
        reason.push_str(", with a private address");
    }
    if !publisher.domains.is_empty() && !publisher.domains.iter().any(|domain| within(domain, name))
    {
        let domains: Vec<_> = publisher.domains.iter().map(Fact::shown).collect();
        reason = format!("{reason}, if {} covers it", domains.join(" or "));
        exposure.assumed = true;
    }
    add_once(&mut exposure.audiences, audience);
    add_once(&mut exposure.reasons, reason);
}

/// Whether a target is an address that the internet does not route.
fn is_private(target: &Fact<String>) -> bool {
    use std::net::IpAddr;
    match target.get().and_then(|text| text.parse().ok()) {
        Some(IpAddr::V4(address)) => {
            address.is_private() || address.is_loopback() || address.is_link_local()
        }
        Some(IpAddr::V6(address)) => address.is_unique_local() || address.is_loopback(),
        None => false,
    }
}

/// Tailscale's ingress, and Cloudflare's, bring their own audience, as do records of tunnels.
fn overlay(exposure: &mut Exposure, one: &Served) {
    let is_tunnel = |target: &Fact<String>| target.shown().ends_with(".cfargotunnel.com");
    if one.targets.iter().any(is_tunnel) {
        add_once(&mut exposure.audiences, Audience::Wan);
        add_once(&mut exposure.reasons, "its record points to a Cloudflare tunnel".to_owned());
    }
    let class = one.class.as_ref().map_or("", Fact::shown);
    let is_on = |key: &str| one.annotation(key) == Some("true");
    let found = match () {
        () if is_on("tailscale.com/funnel") => Audience::Wan,
        () if class == "tailscale" || is_on("tailscale.com/expose") => Audience::Overlay,
        () if class.contains("cloudflare") => Audience::Wan,
        () => return,
    };
    add_once(&mut exposure.audiences, found);
    let what = if class.is_empty() {
        "an annotation".to_owned()
    } else {
        format!("ingress class {class}")
    };
    add_once(&mut exposure.reasons, format!("{what} exposes it"));
}

/// Whether a publisher publishes a name of one object.
fn publishes(
    publisher: &DnsPublisher,
    one: &Served,
    name: &Fact<String>,
    gateways: &BTreeMap<&str, &Gateway>,
) -> bool {
    if matches!(name.shown(), "*" | "—" | "") {
        return false;
    }
    if publisher.kind == "k8s-gateway" {
        return one.labels.get("k8s-gateway.dns/ignore").is_none_or(|on| on.shown() != "true")
            && publisher.resources.iter().any(|kind| same_kind(kind.shown(), &one.kind))
            && in_domains(publisher, name)
            && class_fits(publisher, one)
            && gateway_class_fits(publisher, one, gateways);
    }
    let controller = one.annotation("external-dns.alpha.kubernetes.io/controller");
    publisher.resources.iter().any(|source| looks_at(source.shown(), &one.kind))
        && controller.is_none_or(|name| name == "dns-controller")
        && in_domains(publisher, name)
        && gateway_fits(publisher, one)
        && class_fits(publisher, one)
        && publisher.filters.iter().all(|filter| filter_fits(filter, one))
}

fn same_kind(left: &str, kind: &str) -> bool {
    left.eq_ignore_ascii_case(kind)
}

/// Whether a source of external-dns looks at objects of a kind.
fn looks_at(source: &str, kind: &str) -> bool {
    match source {
        "crd" => kind == "DNSEndpoint",
        "ingress" => kind == "Ingress",
        "service" => kind == "Service",
        "traefik-proxy" => kind.starts_with("IngressRoute"),
        _ => source.strip_prefix("gateway-").is_some_and(|route| route.eq_ignore_ascii_case(kind)),
    }
}

fn in_domains(publisher: &DnsPublisher, name: &Fact<String>) -> bool {
    let within = |domain: &Fact<String>| within(domain, name);
    // A filter of which only the cluster knows the text stops nothing.
    let may = |domain: &Fact<String>| {
        within(domain)
            || (domain.is_known() != name.is_known())
            || !(domain.is_known() || name.is_known())
    };
    let is_out = publisher.excluded_domains.iter().any(within);
    (publisher.domains.is_empty() || publisher.domains.iter().any(may)) && !is_out
}

/// Whether a name is a domain, or ends with it.
fn within(domain: &Fact<String>, name: &Fact<String>) -> bool {
    let (name, domain) = (name.shown(), domain.shown().trim_start_matches('.'));
    name.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn gateway_fits(publisher: &DnsPublisher, one: &Served) -> bool {
    if publisher.gateways.is_empty() || !one.kind.ends_with("Route") || one.kind == "IngressRoute" {
        return true;
    }
    let named = |id: &String| {
        let name = id.rsplit('/').next().unwrap_or(id);
        publisher.gateways.iter().any(|wanted| wanted.shown() == name || !wanted.is_known())
    };
    one.gateways.iter().any(named)
}

fn class_fits(publisher: &DnsPublisher, one: &Served) -> bool {
    if publisher.ingress_classes.is_empty() || one.kind != "Ingress" {
        return true;
    }
    let class = one.class.as_ref().map_or("", Fact::shown);
    publisher.ingress_classes.iter().any(|wanted| wanted.shown() == class)
}

fn gateway_class_fits(
    publisher: &DnsPublisher,
    one: &Served,
    gateways: &BTreeMap<&str, &Gateway>,
) -> bool {
    let classes: Vec<&str> = publisher
        .filters
        .iter()
        .filter_map(|filter| filter.shown().strip_prefix("gateway class "))
        .collect();
    let fits = |id: &String| {
        let gateway = gateways.get(id.as_str());
        gateway.is_none_or(|gateway| classes.contains(&gateway.class.shown()))
    };
    classes.is_empty() || !one.kind.ends_with("Route") || one.gateways.iter().any(fits)
}

/// `key=value`, `key==value`, `key!=value`, `key in (a, b)`, `key`, `!key`, comma separated.
fn filter_fits(filter: &Fact<String>, one: &Served) -> bool {
    let Some(text) = filter.get() else { return true };
    // Labels of gateways are no part of what is served.
    if text.starts_with("gateway ") {
        return true;
    }
    let value = |key: &str| {
        let key = key.trim();
        one.annotations.get(key).or_else(|| one.labels.get(key)).map(Fact::shown)
    };
    if let Some((key, list)) = text.split_once(" notin ") {
        return value(key).is_none_or(|found| !listed(list, found));
    }
    if let Some((key, list)) = text.split_once(" in ") {
        return value(key).is_some_and(|found| listed(list, found));
    }
    if let Some((key, wanted)) = text.split_once("!=") {
        return value(key) != Some(wanted.trim());
    }
    if let Some((key, wanted)) = text.split_once('=') {
        return value(key) == Some(wanted.trim_start_matches('=').trim());
    }
    match text.strip_prefix('!') {
        Some(key) => value(key).is_none(),
        None => value(text).is_some(),
    }
}

fn listed(list: &str, found: &str) -> bool {
    let inner = list.trim().trim_start_matches('(').trim_end_matches(')');
    inner.split(',').any(|item| item.trim() == found)
}

/// Names of a tunnel are served, whether a route names them or not.
fn tunnel(found: &mut Found, rule: &TunnelRule, is_alone: bool) {
    if rule.service.shown().starts_with("http_status:") {
        return;
    }
    match (&rule.hostname.value, rule.hostname.shown()) {
        (Value::Encrypted, _) => {}
        (Value::Unknown(_), _) | (_, "*") => pattern(found, rule, "", is_alone),
        (_, name) if name.starts_with("*.") => pattern(found, rule, &name[1..], is_alone),
        _ => {
            let (exposure, _) = entry(found, &rule.hostname);
            bring_in(exposure, rule);
            rule.gateway.iter().for_each(|id| add_once(&mut exposure.gateways, id.clone()));
            add_once(&mut exposure.sources, rule.source.clone());
        }
    }
}

fn bring_in(exposure: &mut Exposure, rule: &TunnelRule) {
    add_once(&mut exposure.tunnels, rule.tunnel.clone());
    add_once(&mut exposure.audiences, Audience::Wan);
    add_once(&mut exposure.reasons, format!("tunnel {} brings it in", rule.tunnel));
}

/// A pattern speaks of names that its gateway serves and that a publisher shows to the world.
///
/// `is_alone` says that no publisher does that here: then all that the gateway serves comes in,
/// as far as the records exist elsewhere.
fn pattern(found: &mut Found, rule: &TunnelRule, ending: &str, is_alone: bool) {
    for (exposure, _) in &mut found.list {
        let is_served = rule.gateway.as_ref().is_some_and(|id| exposure.gateways.contains(id));
        let is_wan = exposure.audiences.contains(&Audience::Wan);
        let is_known = ending.is_empty() || rule.hostname.is_known() == exposure.name.is_known();
        let fits = exposure.name.shown().ends_with(ending) || !is_known;
        if is_served && (is_wan || is_alone) && fits {
            bring_in(exposure, rule);
            exposure.assumed |= is_alone || !is_known;
        }
    }
}

fn finish(mut one: Exposure, guarded: &[Authentication], parts: &Parts) -> Exposure {
    if one.audiences.is_empty() {
        let (audience, reason) = if parts.publishers.is_empty() {
            (Audience::Unknown, "no publisher of DNS records is declared")
        } else {
            (Audience::Unpublished, "no publisher of DNS records publishes it")
        };
        one.audiences.push(audience);
        one.reasons.push(reason.to_owned());
    }
    one.audiences.sort();
    one.audience = one.audiences.last().copied().unwrap_or(Audience::Unknown);
    one.authentication = match () {
        () if guarded.is_empty() => Authentication::Unknown,
        () if guarded.iter().all(|one| *one == Authentication::NoneDeclared) => {
            Authentication::NoneDeclared
        }
        () if guarded.iter().all(|one| *one == Authentication::Required) => {
            Authentication::Required
        }
        () => Authentication::Partial,
    };
    natural::sort_by(&mut one.routes, |id| id);
    natural::sort_by(&mut one.apps, |id| id);
    natural::sort_by(&mut one.gateways, |id| id);
    one
}
