//! Routes on gateways, and to Services, that are not declared.
//!
//! In: routes and effective objects. Out: one finding for each name. Where a chart or an operator
//! in the namespace could make the Service, nothing is said.

use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::{Severity, closest};
use crate::gitops::{FLUX_HELM, Object};
use crate::inventory::{Route, Source};
use crate::source::Node;

pub(super) const GATEWAY: Rule = Rule {
    code: "exposure/gateway-missing",
    severity: Severity::Warning,
    title: "A route on a gateway that is not declared",
    explanation: "\
The route names a Gateway that is not declared in this repository. Where it does not exist, no \
gateway takes the route, and its host names lead nowhere. Mind the namespace: `parentRefs` without \
one means the route's own.",
    blind_spot: "Gateways that charts make are not visible.",
    example: "parentRefs:\n  - name: envoy-extrenal\n    namespace: network",
    check: gateways,
};

pub(super) const BACKEND: Rule = Rule {
    code: "exposure/backend-missing",
    severity: Severity::Warning,
    title: "A route to a Service that is not declared",
    explanation: "\
The route leads to a Service that neither a manifest nor the values of app-template make, and \
nothing else in its namespace could: visitors get an error. Correct the name, or declare the \
Service.",
    blind_spot: "Services of charts and operators are not visible, so namespaces that hold one are left out.",
    example: "rules:\n  - backendRefs:\n      - name: wbe\n        port: 80",
    check: backends,
};

fn gateways(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let known: Vec<&str> = input.cluster.gateways.iter().map(|one| one.id.as_str()).collect();
    let missing = |route: &Route| {
        let names = route.missing_gateways.iter();
        let known_names =
            names.filter_map(|fact| Some((fact.get()?.clone(), fact.source.clone()?)));
        known_names.collect::<Vec<_>>()
    };
    let mut found = vec![];
    for route in &input.cluster.routes {
        for (name, source) in missing(route) {
            let help = closest(&name, known.iter().copied()).map_or_else(
                || "declare the gateway, or name one that exists".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            let message = format!(
                "gateway `{name}` of {} `{}` is not declared in this repository",
                route.kind, route.id
            );
            let mut finding =
                rule.finding(message).at(&source).about(EntityKind::Route, route.id.clone());
            finding
                .entities
                .extend(route.app.iter().map(|app| Entity::new(EntityKind::App, app.clone())));
            found.push(finding.help(help));
        }
    }
    found
}

fn backends(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let routes = input.effective.objects.iter().filter(|object| {
        object.group == "gateway.networking.k8s.io" && object.kind.ends_with("Route")
    });
    let mut found = vec![];
    for route in routes {
        for (space, name, node) in backend_refs(route) {
            if could_exist(input, &space, name) {
                continue;
            }
            let services = services(input, &space);
            let help = closest(name, services.iter().copied()).map_or_else(
                || "correct the name, or declare the Service".to_owned(),
                |near| format!("did you mean `{near}`?"),
            );
            found.push(
                rule.finding(format!(
                    "Service `{space}/{name}` of {} `{}` is not declared in this repository",
                    route.kind,
                    route.id()
                ))
                .at(&Source::new(input.sources, node.span, "spec.rules"))
                .about(EntityKind::Route, route.id())
                .help(help),
            );
        }
    }
    found
}

/// Namespace and name of each Service that a route leads to.
fn backend_refs(route: &Object) -> Vec<(String, &str, &Node)> {
    let mut found = vec![];
    let rules = route.root.at(&["spec", "rules"]).map_or(&[][..], Node::items);
    for one in rules.iter().flat_map(|rule| rule.get("backendRefs").map_or(&[][..], Node::items)) {
        let is_service = one.str_at(&["kind"]).is_none_or(|kind| kind == "Service")
            && one.str_at(&["group"]).is_none_or(str::is_empty);
        let space = one.str_at(&["namespace"]).or(route.namespace.as_deref());
        let (Some(node), Some(space)) = (one.get("name").filter(|_| is_service), space) else {
            continue;
        };
        let Some(name) = node.as_str().filter(|name| !crate::inventory::is_template(name)) else {
            continue;
        };
        found.push((space.to_owned(), name, node));
    }
    found
}

fn services<'a>(input: &Input<'a>, space: &str) -> Vec<&'a str> {
    let services = input.objects().filter(|object| object.is("", "Service"));
    let here = services.filter(|service| service.namespace.as_deref() == Some(space));
    here.map(|service| service.name.as_str()).collect()
}

/// Whether a Service of this name is declared, or could be made by something that is not visible.
fn could_exist(input: &Input<'_>, space: &str, name: &str) -> bool {
    services(input, space).contains(&name) || may_be_made(input, space, name)
}

/// Whether a chart, an operator or another repository could make something of this name.
pub(super) fn may_be_made(input: &Input<'_>, space: &str, name: &str) -> bool {
    let release_of = |object: &Object| {
        object.root.str_at(&["spec", "releaseName"]).unwrap_or(&object.name).to_owned()
    };
    let objects =
        || input.effective.objects.iter().filter(|one| one.namespace.as_deref() == Some(space));
    let is_app_template = |object: &Object| {
        let app = input.cluster.apps.iter().find(|app| app.id == object.id());
        app.and_then(|app| app.chart.as_ref()).is_some_and(|chart| chart.app_template)
    };
    // A namespace of which nothing is known may be filled from elsewhere.
    let is_known = objects().any(|object| object.kind != "Namespace");
    !is_known
        || objects().filter(|object| object.is(FLUX_HELM, "HelmRelease")).any(|object| {
            let release = release_of(object);
            !is_app_template(object) || name == release || name.starts_with(&format!("{release}-"))
        })
        || input.effective.objects.iter().any(|object| {
            // Charts can be installed into other namespaces than their release's.
            object.root.str_at(&["spec", "targetNamespace"]) == Some(space)
        })
        || objects().any(|object| {
            let is_custom = object.group.contains('.')
                && !object.group.ends_with(".k8s.io")
                && !object.group.ends_with("fluxcd.io");
            is_custom && (name.contains(object.name.as_str()) || object.name.contains(name))
        })
}
