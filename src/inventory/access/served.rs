//! Every place that names a host name which the cluster serves: [`Served`].
//!
//! In: effective objects and releases. Out: routes, ingresses and Services, from objects,
//! app-template and other charts' values, with the class, gateways and annotations that decide who
//! publishes them. Whether someone does is found by [`exposure`](super::exposure).

use std::collections::BTreeMap;

use super::Given;
use super::labels::{Labels, labels};
use super::tree::{Tree, visit};
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::{Fact, Source};
use crate::inventory::model::Route;
use crate::inventory::natural;
use crate::inventory::source_of;
use crate::source::Span;

/// Annotation of external-dns that gives names, comma separated.
pub(super) const HOSTNAME: &str = "external-dns.alpha.kubernetes.io/hostname";
const INTERNAL_HOSTNAME: &str = "external-dns.alpha.kubernetes.io/internal-hostname";

/// One object, or part of a chart's values, that serves host names.
#[derive(Clone, Debug)]
pub(super) struct Served {
    pub(super) names: Vec<Fact<String>>,
    /// `HTTPRoute`, `Ingress`, `Service`, ….
    pub(super) kind: String,
    pub(super) namespace: String,
    /// Name, for what is an object.
    pub(super) name: String,
    /// `namespace/name` of gateways as meant.
    pub(super) gateways: Vec<String>,
    pub(super) class: Option<Fact<String>>,
    /// What it points to, for a record that is written out.
    pub(super) targets: Vec<Fact<String>>,
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    /// `Kind/name` of filters that are objects of their own.
    pub(super) filters: Vec<String>,
    /// Id of the route in the model.
    pub(super) route: Option<String>,
    /// Id of the app.
    pub(super) app: Option<String>,
    pub(super) source: Source,
}

impl Served {
    fn new(tree: &Tree, kind: &str, at: &Cursor) -> Self {
        let metadata = at.get("metadata").unwrap_or_else(|| at.clone());
        Self {
            names: vec![],
            kind: kind.to_owned(),
            namespace: tree.namespace(),
            name: tree.object.name.clone(),
            gateways: vec![],
            class: None,
            targets: vec![],
            labels: labels(metadata.get("labels").as_ref()),
            annotations: labels(metadata.get("annotations").as_ref()),
            filters: vec![],
            route: None,
            app: tree.app.map(str::to_owned),
            source: at.source(),
        }
    }

    /// An annotation's text.
    pub(super) fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations.get(key).map(Fact::shown)
    }
}

/// All of it, in the order of the walk.
pub(super) fn read(given: &Given, trees: &[Tree]) -> Vec<Served> {
    let mut found: Vec<Served> = trees.iter().flat_map(in_tree).collect();
    let mut routes: BTreeMap<Span, &Route> = BTreeMap::new();
    for route in given.routes {
        routes.entry(route.source.span).or_insert(route);
    }
    for one in &mut found {
        if let Some(route) = routes.get(&one.source.span) {
            one.route = Some(route.id.clone());
            one.app = route.app.clone().or(one.app.take());
        }
        natural::sort_by(&mut one.gateways, |id| id);
        one.gateways.dedup();
    }
    found.retain(|one| !one.names.is_empty());
    found
}

fn in_tree(tree: &Tree) -> Vec<Served> {
    let root = &tree.cursor;
    if tree.release.is_some() {
        return in_values(tree);
    }
    let object = tree.object;
    let spec = root.get("spec").unwrap_or_else(|| root.clone());
    let mut one = Served::new(tree, &object.kind, root);
    one.source = source_of(object, root.sources);
    match (object.group.as_str(), object.kind.as_str()) {
        ("gateway.networking.k8s.io", "Gateway") => {
            // Its controller copies these annotations to the Service that it makes.
            let copied = spec.get("infrastructure");
            let copied = copied.and_then(|map| map.get("annotations"));
            one.annotations = labels(copied.as_ref());
            "Service".clone_into(&mut one.kind);
            one.names = annotated(&one.annotations);
            one.gateways = vec![object.id()];
            vec![one]
        }
        ("gateway.networking.k8s.io", kind) if kind.ends_with("Route") => {
            fill_route(&mut one, &spec, tree);
            one.names.extend(annotated(&one.annotations));
            vec![one]
        }
        ("networking.k8s.io" | "extensions", "Ingress") => {
            fill_ingress(&mut one, &spec, tree);
            one.names.extend(annotated(&one.annotations));
            vec![one]
        }
        ("", "Service") => {
            one.names = annotated(&one.annotations);
            vec![one]
        }
        ("traefik.io" | "traefik.containo.us", "IngressRoute" | "IngressRouteTCP") => {
            fill_traefik(&mut one, &spec);
            vec![one]
        }
        ("externaldns.k8s.io" | "externaldns.nginx.org", "DNSEndpoint") => {
            let endpoints = spec.list("endpoints");
            endpoints.iter().map(|item| endpoint(&one, item)).collect()
        }
        ("serving.knative.dev", "DomainMapping") => {
            let name = Fact::known(object.name.clone(), one.source.clone());
            one.names.push(name);
            vec![one]
        }
        _ => vec![],
    }
}

/// A record that a manifest writes out; what it points to tells how far it reaches.
fn endpoint(object: &Served, item: &Cursor) -> Served {
    Served {
        names: item.get("dnsName").map(|name| name.text()).into_iter().collect(),
        targets: item.texts(&["targets"]),
        source: item.source(),
        ..object.clone()
    }
}

/// Host names that annotations of external-dns give.
fn annotated(annotations: &Labels) -> Vec<Fact<String>> {
    let keys = [HOSTNAME, INTERNAL_HOSTNAME, "coredns.io/hostname"];
    let facts = keys.iter().filter_map(|key| annotations.get(*key));
    facts.flat_map(split).collect()
}

/// The parts of a comma-separated list.
pub(super) fn split(fact: &Fact<String>) -> Vec<Fact<String>> {
    let parts = fact.shown().split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.map(|part| super::labels::with_text(fact.clone(), |_| part.to_owned())).collect()
}

fn fill_route(one: &mut Served, spec: &Cursor, tree: &Tree) {
    one.names = spec.texts(&["hostnames"]).into_iter().map(|name| tree.resolve(name)).collect();
    for parent in spec.list("parentRefs") {
        let kind = parent.node.str_at(&["kind"]).unwrap_or("Gateway");
        let Some(name) = parent.get("name") else { continue };
        let namespace = parent.node.str_at(&["namespace"]).unwrap_or(&one.namespace).to_owned();
        if kind == "Gateway" {
            let namespace = tree.resolve(Fact::known(namespace, parent.source()));
            one.gateways.push(format!(
                "{}/{}",
                namespace.shown(),
                tree.resolve(name.text()).shown()
            ));
        }
    }
    visit(spec, &mut |path, value| {
        if path.last() == Some(&"extensionRef") {
            let part = |key: &str| value.node.str_at(&[key]).unwrap_or_default().to_owned();
            one.filters.push(format!("{}/{}", part("kind"), part("name")));
        }
    });
}

fn fill_ingress(one: &mut Served, spec: &Cursor, tree: &Tree) {
    let rules = spec.list("rules").into_iter().chain(spec.list("hosts"));
    let host = |rule: Cursor| match rule.get("host") {
        Some(host) => Some(host.text()),
        None => (!rule.node.is_collection())
            .then(|| rule.text())
            .filter(|text| !text.shown().starts_with('/')),
    };
    one.names = rules.filter_map(host).map(|name| tree.resolve(name)).collect();
    let class = spec.any(&["ingressClassName", "className"]).map(|class| class.text());
    one.class = class.or_else(|| one.annotations.get("kubernetes.io/ingress.class").cloned());
    // Tailscale's ingress has its names in `tls` only.
    if one.names.is_empty() {
        let tls = spec.list("tls");
        one.names = tls
            .iter()
            .flat_map(|item| item.texts(&["hosts"]))
            .map(|name| tree.resolve(name))
            .collect();
    }
}

/// The names in ``Host(`a.example.com`)`` of a rule.
fn fill_traefik(one: &mut Served, spec: &Cursor) {
    for route in spec.list("routes") {
        let rule = route.fact("match", "not set");
        let text = rule.shown().to_owned();
        for call in text.split("Host").skip(1) {
            let inner = call.split(['(', ')']).nth(1).unwrap_or_default();
            let names = inner.split(',').map(|name| name.trim().trim_matches(['`', '"', '\'']));
            let names = names.filter(|name| !name.is_empty());
            one.names.extend(
                names.map(|name| super::labels::with_text(rule.clone(), |_| name.to_owned())),
            );
        }
        let middlewares = route.list("middlewares");
        one.filters.extend(
            middlewares
                .iter()
                .filter_map(|item| Some(format!("Middleware/{}", item.node.str_at(&["name"])?))),
        );
    }
}

/// Routes, ingresses and Services of a chart's values, wherever they stand.
fn in_values(tree: &Tree) -> Vec<Served> {
    let mut found = Vec::new();
    visit(&tree.cursor, &mut |path, value| {
        if !value.node.is_collection() || is_off(value) {
            return;
        }
        found.extend(route_values(tree, path, value));
        found.extend(ingress_values(tree, path, value));
        found.extend(service_values(tree, value));
    });
    found
}

fn is_off(value: &Cursor) -> bool {
    value.get("enabled").and_then(|flag| flag.node.as_bool()) == Some(false)
}

fn route_values(tree: &Tree, path: &[&str], value: &Cursor) -> Option<Served> {
    value.get("hostnames")?;
    value.get("parentRefs")?;
    // Objects in `extraManifests` and the like have a kind of their own.
    let under_spec = path.last() == Some(&"spec");
    let kind = value.node.str_at(&["kind"]).unwrap_or("HTTPRoute");
    let mut one = Served::new(tree, kind, value);
    fill_route(&mut one, value, tree);
    one.name = if under_spec { String::new() } else { tree.name().to_owned() };
    one.names.extend(annotated(&one.annotations));
    Some(one)
}

fn ingress_values(tree: &Tree, path: &[&str], value: &Cursor) -> Option<Served> {
    let is_ingress = path.iter().any(|key| key.to_lowercase().contains("ingress"));
    let has_class = value.any(&["className", "ingressClassName"]).is_some();
    if !(is_ingress || has_class) || value.get("parentRefs").is_some() {
        return None;
    }
    let mut one = Served::new(tree, "Ingress", value);
    fill_ingress(&mut one, value, tree);
    if one.names.is_empty() {
        let single = value.any(&["hostname", "host", "hostName"])?;
        if single.node.is_collection() || !value.is_true("enabled") {
            return None;
        }
        one.names.push(tree.resolve(single.text()));
    }
    one.names.extend(annotated(&one.annotations));
    Some(one)
}

fn service_values(tree: &Tree, value: &Cursor) -> Option<Served> {
    let annotations = value.get("annotations")?;
    annotations.get(HOSTNAME).or_else(|| annotations.get(INTERNAL_HOSTNAME))?;
    if value.get("hostnames").is_some() || value.get("hosts").is_some() {
        return None;
    }
    let mut one = Served::new(tree, "Service", value);
    one.names = annotated(&one.annotations).into_iter().map(|name| tree.resolve(name)).collect();
    Some(one)
}
