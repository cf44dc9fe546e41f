//! What asks who the visitor is before an app is reached: [`AuthPolicy`].
//!
//! In: policies of gateways (Envoy, kgateway, agentgateway, Kuadrant), annotations of ingresses,
//! filters of routes. Out: policies with the routes they guard. That an app asks for a password
//! itself shows in no manifest.

use std::collections::BTreeMap;

use super::Given;
use super::labels::Selector;
use super::served::Served;
use super::tree::visit;
use crate::gitops::Object;
use crate::inventory::cursor::Cursor;
use crate::inventory::fact::Fact;
use crate::inventory::model::{AuthPolicy, Authentication};
use crate::inventory::{natural, source_of};

/// Kinds of policies that may ask, by group.
const KINDS: [(&str, &[&str]); 5] = [
    ("gateway.envoyproxy.io", &["SecurityPolicy"]),
    ("gateway.kgateway.dev", &["TrafficPolicy", "AgentgatewayPolicy"]),
    ("agentgateway.dev", &["AgentgatewayPolicy"]),
    ("kuadrant.io", &["AuthPolicy"]),
    ("security.istio.io", &["RequestAuthentication"]),
];
/// Keys of a policy that mean that it asks; others of a policy limit or change traffic.
const METHODS: [&str; 12] = [
    "apiKeyAuth",
    "apiKeyAuthentication",
    "authentication",
    "basicAuth",
    "basicAuthentication",
    "extAuth",
    "extAuthz",
    "jwt",
    "jwtAuthentication",
    "jwtRules",
    "mcpAuthentication",
    "oidc",
];
/// Annotations of ingresses that mean it.
const ANNOTATIONS: [&str; 8] = [
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.ingress.kubernetes.io/auth-signin",
    "nginx.ingress.kubernetes.io/auth-type",
    "haproxy.org/auth-type",
    "haproxy-ingress.github.io/auth-url",
    "traefik.ingress.kubernetes.io/auth-type",
    "konghq.com/auth",
    "authelia.com/policy",
];
/// Annotation of ingresses that lists middlewares, some of which ask.
const MIDDLEWARES: &str = "traefik.ingress.kubernetes.io/router.middlewares";
/// Words in the names of middlewares and filters that ask.
const WORDS: [&str; 8] =
    ["auth", "oidc", "sso", "oauth", "tinyauth", "authelia", "authentik", "pocket-id"];

/// All policies that ask, by id.
pub(super) fn read(given: &Given, served: &[Served]) -> Vec<AuthPolicy> {
    let kinds =
        KINDS.iter().flat_map(|(group, kinds)| kinds.iter().map(move |kind| (*group, *kind)));
    let objects = kinds.flat_map(|(group, kind)| given.effective.of(group, kind));
    let mut policies: Vec<AuthPolicy> =
        objects.filter_map(|object| policy(object, given, served)).collect();
    natural::sort_by(&mut policies, |policy| &policy.id);
    policies
}

fn policy(object: &Object, given: &Given, served: &[Served]) -> Option<AuthPolicy> {
    let root = Cursor::new(&object.root, given.sources);
    let spec = root.get("spec")?;
    let mut methods: Vec<String> = Vec::new();
    let mut provider = Fact::unknown("not set");
    visit(&spec, &mut |path, value| {
        let key = path.last().copied().unwrap_or_default();
        if path.len() <= 3 && METHODS.contains(&key) && !methods.iter().any(|known| known == key) {
            methods.push(key.to_owned());
        }
        let is_provider = matches!(path, [.., "backendRefs" | "backendRef", "name"])
            || matches!(path, [.., "provider" | "providers" | "jwtRules", "issuer"]);
        if is_provider && !provider.is_known() {
            provider = value.text();
        }
    });
    if methods.is_empty() {
        return None;
    }
    let mut found = AuthPolicy {
        id: object.id(),
        kind: object.kind.clone(),
        methods,
        targets: vec![],
        missing_targets: vec![],
        routes: vec![],
        partial_routes: vec![],
        provider,
        source: source_of(object, given.sources),
    };
    targets(&mut found, object, &spec, given, served);
    for list in [&mut found.routes, &mut found.partial_routes] {
        natural::sort_by(list, |id| id);
        list.dedup();
    }
    let whole = found.routes.clone();
    found.partial_routes.retain(|id| !whole.contains(id));
    Some(found)
}

fn targets(
    found: &mut AuthPolicy,
    object: &Object,
    spec: &Cursor,
    given: &Given,
    served: &[Served],
) {
    let own = object.namespace.clone().unwrap_or_default();
    for target in spec.get("targetRef").into_iter().chain(spec.list("targetRefs")) {
        let kind = target.node.str_at(&["kind"]).unwrap_or_default();
        let namespace = target.node.str_at(&["namespace"]).unwrap_or(&own);
        let id = format!("{namespace}/{}", target.node.str_at(&["name"]).unwrap_or_default());
        let section = target.node.str_at(&["sectionName"]);
        let list = if section.is_some() { &mut found.partial_routes } else { &mut found.routes };
        let is_known = if kind == "Gateway" {
            list.extend(on_gateway(&id, given));
            given.gateways.iter().any(|gateway| gateway.id == id)
        } else {
            let fits = given.routes.iter().find(|route| route.kind == kind && route.id == id);
            list.extend(fits.map(|route| route.id.clone()));
            fits.is_some() || !kind.ends_with("Route")
        };
        let section = section.map(|name| format!("#{name}")).unwrap_or_default();
        found.targets.push(format!("{kind} {id}{section}"));
        if !is_known {
            found.missing_targets.push(format!("{kind} {id}"));
        }
    }
    for target in spec.list("targetSelectors") {
        let kind = target.node.str_at(&["kind"]).unwrap_or_default();
        let selector = Selector::read(Some(&target));
        let texts = selector.texts();
        let shown: Vec<_> = texts.iter().map(Fact::shown).collect();
        let what = if shown.is_empty() { "*".to_owned() } else { shown.join(", ") };
        found.targets.push(format!("{kind} {own}/{what}"));
        if kind == "Gateway" {
            for gateway in gateways(given, &own, &selector) {
                found.routes.extend(on_gateway(&gateway, given));
            }
            continue;
        }
        let fits = served.iter().filter(|one| {
            one.kind == kind && one.namespace == own && selector.fits(&one.labels) == Some(true)
        });
        found.routes.extend(fits.filter_map(|one| one.route.clone()));
    }
}

fn on_gateway(id: &str, given: &Given) -> Vec<String> {
    let routes = given.routes.iter().filter(|route| route.gateways.iter().any(|one| one == id));
    routes.map(|route| route.id.clone()).collect()
}

fn gateways(given: &Given, namespace: &str, selector: &Selector) -> Vec<String> {
    let objects = given.effective.of("gateway.networking.k8s.io", "Gateway");
    let fits = objects.filter(|object| {
        let root = Cursor::new(&object.root, given.sources);
        let labels = super::labels::labels(root.at(&["metadata", "labels"]).as_ref());
        object.namespace.as_deref() == Some(namespace) && selector.fits(&labels) == Some(true)
    });
    fits.map(Object::id).collect()
}

/// Policies by the routes that they guard, and by those of which they guard a part.
#[derive(Default)]
pub(super) struct Guards<'a> {
    whole: BTreeMap<&'a str, Vec<&'a AuthPolicy>>,
    partial: BTreeMap<&'a str, Vec<&'a AuthPolicy>>,
}

impl<'a> Guards<'a> {
    /// Guards from policies, whose lists of routes hold each route once.
    pub(super) fn new(policies: &'a [AuthPolicy]) -> Self {
        let mut found = Self::default();
        for policy in policies {
            for route in &policy.routes {
                found.whole.entry(route).or_default().push(policy);
            }
            for route in &policy.partial_routes {
                found.partial.entry(route).or_default().push(policy);
            }
        }
        found
    }

    /// What asks on this way to an app, in words, and whether it asks everyone.
    pub(super) fn of(&self, served: &Served) -> (Authentication, Vec<String>) {
        let names = |by_route: &BTreeMap<&str, Vec<&AuthPolicy>>| {
            let policies = served.route.as_deref().and_then(|route| by_route.get(route));
            let words = |policy: &&AuthPolicy| format!("{} {}", policy.kind, policy.id);
            policies.into_iter().flatten().map(words).collect::<Vec<_>>()
        };
        let mut found = names(&self.whole);
        found.extend(on_object(served));
        let partial = names(&self.partial);
        let authentication = match () {
            () if !found.is_empty() => Authentication::Required,
            () if !partial.is_empty() => Authentication::Partial,
            () => Authentication::NoneDeclared,
        };
        found.extend(partial);
        (authentication, found)
    }
}

/// Annotations and filters that ask.
fn on_object(served: &Served) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let keys = ANNOTATIONS.iter().filter(|key| served.annotations.contains_key(**key));
    found.extend(keys.map(|key| format!("annotation {key}")));
    let asks = |name: &str| WORDS.iter().any(|word| name.to_lowercase().contains(word));
    let middlewares = served.annotation(MIDDLEWARES).unwrap_or_default().split(',').map(str::trim);
    found.extend(middlewares.filter(|name| asks(name)).map(|name| format!("middleware {name}")));
    let filters = served.filters.iter().filter(|name| asks(name));
    found.extend(filters.map(|name| format!("filter {name}")));
    // Authentik's outposts and nginx' snippets name the path that is asked.
    let snippet = served
        .annotations
        .iter()
        .find(|(key, value)| key.ends_with("-snippet") && value.shown().contains("auth_request"));
    found.extend(snippet.map(|(key, _)| format!("annotation {key}")));
    found
}
