//! Gateways, routes and ingresses.
//!
//! In: effective objects and app-template's `route` and `ingress`. Out: [`Gateway`]s and
//! [`Route`]s. A parent that is not declared here is kept as missing, never guessed.

use super::app_template::Release;
use super::cursor::Cursor;
use super::fact::{Fact, Source};
use super::model::{Gateway, Listener, Route};
use super::scan;
use crate::gitops::Object;

/// The API group of the Gateway API.
pub(crate) const GATEWAY: &str = "gateway.networking.k8s.io";

/// A route whose parents and app are not looked up yet.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    pub(crate) namespace: String,
    pub(crate) name: String,
    kind: String,
    from_values: bool,
    hostnames: Vec<Fact<String>>,
    /// `namespace/name` of gateways as meant, with the fact as written.
    parents: Vec<(String, Fact<String>)>,
    /// Names of Services as meant.
    pub(crate) backends: Vec<Fact<String>>,
    pub(crate) purpose: Option<Fact<String>>,
    source: Source,
}

impl Draft {
    /// The route with its parents told apart, belonging to `app`.
    pub(crate) fn finish(self, gateways: &[Gateway], app: Option<String>) -> Route {
        let exists = |id: &str| gateways.iter().any(|gateway| gateway.id == id);
        let (found, missing): (Vec<_>, Vec<_>) =
            self.parents.into_iter().partition(|(id, _)| exists(id));
        let mut gateways: Vec<String> = found.into_iter().map(|(id, _)| id).collect();
        gateways.sort();
        gateways.dedup();
        Route {
            id: format!("{}/{}", self.namespace, self.name),
            kind: self.kind,
            from_values: self.from_values,
            hostnames: self.hostnames,
            gateways,
            missing_gateways: missing.into_iter().map(|(id, fact)| fact.map(|_| id)).collect(),
            backends: self.backends,
            app,
            source: self.source,
        }
    }
}

/// A Gateway object.
pub(crate) fn gateway(object: &Object, root: &Cursor) -> Gateway {
    let mut addresses: Vec<Fact<String>> = root
        .at(&["spec", "addresses"])
        .map(|list| list.items())
        .unwrap_or_default()
        .iter()
        .filter_map(|item| Some(item.get("value")?.text()))
        .collect();
    addresses.extend(scan::read(root).addresses);
    let listeners = root.at(&["spec", "listeners"]).map(|list| list.items()).unwrap_or_default();
    Gateway {
        id: object.id(),
        class: root
            .at(&["spec", "gatewayClassName"])
            .map_or_else(|| Fact::unknown("not set"), |class| class.text()),
        addresses,
        listeners: listeners.iter().map(listener).collect(),
        network: None,
        routes: vec![],
        source: super::source_of(object, root.sources),
    }
}

fn listener(item: &Cursor) -> Listener {
    Listener {
        name: item.node.str_at(&["name"]).unwrap_or_default().to_owned(),
        port: item.fact("port", "not set").parse(),
        protocol: item.fact("protocol", "not set"),
        hostname: item.fact("hostname", "any host name"),
    }
}

/// A route or ingress object, if it is one.
pub(crate) fn draft(object: &Object, root: &Cursor) -> Option<Draft> {
    let namespace = object.namespace.clone().unwrap_or_default();
    let spec = root.get("spec");
    let list = |field: &str| spec.as_ref().map(|spec| spec.list(field)).unwrap_or_default();
    let source = super::source_of(object, root.sources);
    let purpose = scan::read(root).purpose;
    let base = Draft {
        name: object.name.clone(),
        kind: object.kind.clone(),
        from_values: false,
        hostnames: vec![],
        parents: vec![],
        backends: vec![],
        purpose,
        source,
        namespace: namespace.clone(),
    };
    if object.group == GATEWAY && object.kind.ends_with("Route") {
        let hostnames = list("hostnames").iter().map(Cursor::text).collect();
        let parents =
            list("parentRefs").iter().filter_map(|item| parent(item, &namespace)).collect();
        let backends = list("rules").iter().flat_map(backends).collect();
        return Some(Draft { hostnames, parents, backends, ..base });
    }
    if object.is("networking.k8s.io", "Ingress") {
        let rules = list("rules");
        let hostnames = rules.iter().filter_map(|rule| Some(rule.get("host")?.text())).collect();
        let backends = rules.iter().flat_map(ingress_backends).collect();
        return Some(Draft { hostnames, backends, ..base });
    }
    None
}

fn parent(item: &Cursor, own_namespace: &str) -> Option<(String, Fact<String>)> {
    if item.node.str_at(&["kind"]).is_some_and(|kind| kind != "Gateway") {
        return None;
    }
    let name = item.get("name")?;
    let namespace = item.node.str_at(&["namespace"]).unwrap_or(own_namespace);
    Some((format!("{namespace}/{}", name.node.as_str()?), name.text()))
}

fn backends<'a>(rule: &Cursor<'a>) -> Vec<Fact<String>> {
    let refs = rule.list("backendRefs");
    let is_service =
        |item: &&Cursor<'a>| item.node.str_at(&["kind"]).is_none_or(|kind| kind == "Service");
    refs.iter().filter(is_service).filter_map(|item| Some(item.get("name")?.text())).collect()
}

fn ingress_backends(rule: &Cursor) -> Vec<Fact<String>> {
    let paths = rule.get("http").map(|http| http.list("paths")).unwrap_or_default();
    let name = |path: &Cursor| Some(path.at(&["backend", "service", "name"])?.text());
    paths.iter().filter_map(name).collect()
}

/// An entry of app-template's `route`.
pub(crate) fn from_values(item: &Cursor, release: Release<'_>, name: String) -> Draft {
    let texts = item.list("hostnames").iter().map(|host| release.resolve(host.text())).collect();
    let namespace = release.namespace;
    let parents = item.list("parentRefs");
    Draft {
        namespace: namespace.to_owned(),
        name,
        kind: item.node.str_at(&["kind"]).unwrap_or("HTTPRoute").to_owned(),
        from_values: true,
        hostnames: texts,
        parents: parents.iter().filter_map(|one| parent(one, namespace)).collect(),
        backends: vec![],
        purpose: scan::read(item).purpose,
        source: item.source(),
    }
}

/// An entry of app-template's `ingress`.
pub(crate) fn from_ingress_values(item: &Cursor, release: Release<'_>, name: String) -> Draft {
    let hosts = item.list("hosts");
    let hostname = |host: &Cursor| Some(release.resolve(host.get("host")?.text()));
    Draft {
        namespace: release.namespace.to_owned(),
        name,
        kind: "Ingress".to_owned(),
        from_values: true,
        hostnames: hosts.iter().filter_map(hostname).collect(),
        parents: vec![],
        backends: vec![],
        purpose: scan::read(item).purpose,
        source: item.source(),
    }
}
