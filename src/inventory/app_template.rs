//! The values of bjw-s app-template: [`read`].
//!
//! In: a release's values. Out: its workloads, routes, claims and Services as the chart would name
//! them. Schema: <https://github.com/bjw-s-labs/helm-charts>, versions 1 to 4. Of Helm's templates
//! only `.Release.Name` and `.Release.Namespace` are resolved; the rest stays as written.

use super::cursor::Cursor;
use super::fact::{Fact, Source, is_template};
use super::model::{Claim, Workload};
use super::route::{self, Draft};
use super::{persistence, workload};
use crate::gitops;
use crate::source::Value as Node;

/// What a release's values make.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) workloads: Vec<Workload>,
    pub(crate) routes: Vec<Draft>,
    pub(crate) claims: Vec<Claim>,
    /// Names of claims that are mounted but made elsewhere.
    pub(crate) mounted: Vec<String>,
    /// Names of Services.
    pub(crate) services: Vec<String>,
}

/// The release that values belong to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Release<'a> {
    pub(crate) namespace: &'a str,
    pub(crate) name: &'a str,
    /// Major version of the chart, where it is known.
    pub(crate) major: Option<u32>,
}

impl<'a> Release<'a> {
    /// The names that a `HelmRelease` gives its chart.
    pub(crate) fn of(release: &gitops::Release<'a>) -> Self {
        let object = release.object;
        let target = object.root.str_at(&["spec", "targetNamespace"]);
        let namespace = target.or(object.namespace.as_deref()).unwrap_or_default();
        let name = object.root.str_at(&["spec", "releaseName"]).unwrap_or(&object.name);
        let version = release.chart.version.and_then(crate::source::Node::as_str);
        // A range that is open upwards says nothing.
        let major = version.and_then(|text| {
            text.trim_start_matches(['v', '=', '~', '^', ' ']).split('.').next()?.parse().ok()
        });
        Self { namespace, name, major }
    }

    /// A fact with `.Release.Name` and `.Release.Namespace` put in.
    pub(crate) fn resolve(&self, fact: Fact<String>) -> Fact<String> {
        match &fact.value {
            super::Value::Templated(text) => {
                let resolved = self.resolve_text(text);
                if is_template(&resolved) {
                    Fact { value: super::Value::Templated(resolved), source: fact.source }
                } else {
                    Fact { value: super::Value::Known(resolved), source: fact.source }
                }
            }
            _ => fact,
        }
    }

    /// Text with `.Release.Name` and `.Release.Namespace` put in.
    pub(crate) fn resolve_text(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((start, end)) = rest.find("{{").zip(rest.find("}}")).filter(|(l, r)| l < r) {
            out.push_str(&rest[..start]);
            match rest[start + 2..end].trim_matches(['-', ' ']) {
                ".Release.Name" | "$.Release.Name" => out.push_str(self.name),
                ".Release.Namespace" | "$.Release.Namespace" => out.push_str(self.namespace),
                _ => out.push_str(&rest[start..end + 2]),
            }
            rest = &rest[end + 2..];
        }
        out.push_str(rest);
        out
    }
}

/// Reads the values of one release.
pub(crate) fn read(values: &Cursor, release: Release<'_>) -> Made {
    let name = full_name(values, release);
    let mut made = Made { workloads: workloads(values, &name), ..Made::default() };
    for (key, service) in enabled(values, "service") {
        let _ = service;
        made.services.push(key);
    }
    let single = made.services.len() == 1;
    for service in &mut made.services {
        *service = if single { name.clone() } else { format!("{name}-{service}") };
    }
    let claims = persistence::claims(values, release);
    (made.claims, made.mounted) = (claims.made, claims.existing);
    let routes = enabled(values, "route");
    let single = routes.len() == 1;
    for (key, item) in routes {
        let id = if single { name.clone() } else { format!("{name}-{key}") };
        made.routes.push(route::from_values(&item, release, id));
    }
    let ingresses = enabled(values, "ingress");
    let single = ingresses.len() == 1;
    for (key, item) in ingresses {
        let id = if single { name.clone() } else { format!("{name}-{key}") };
        made.routes.push(route::from_ingress_values(&item, release, id));
    }
    made
}

/// The name that the chart's objects begin with.
pub(crate) fn full_name(values: &Cursor, release: Release<'_>) -> String {
    let global = values.get("global");
    let any = |key: &str| {
        global.as_ref().and_then(|global| global.any(&[key])).or_else(|| values.any(&[key]))
    };
    let (replaced, part) = (any("fullnameOverride"), any("nameOverride"));
    if let Some(text) = replaced.as_ref().and_then(|name| name.node.as_str()) {
        return release.resolve_text(text);
    }
    match part.as_ref().and_then(|name| name.node.as_str()) {
        Some(text) if !release.name.contains(text) => {
            format!("{}-{}", release.name, release.resolve_text(text))
        }
        _ => release.name.to_owned(),
    }
}

/// The entries of a map that are not switched off.
pub(crate) fn enabled<'a>(values: &Cursor<'a>, field: &str) -> Vec<(String, Cursor<'a>)> {
    let map = values.get(field);
    let entries = map.map(|map| map.entries()).unwrap_or_default();
    entries
        .into_iter()
        .filter(|(_, item)| matches!(item.node.value, Node::Mapping(_)))
        .filter(|(_, item)| item.get("enabled").and_then(|flag| flag.node.as_bool()) != Some(false))
        .map(|(key, item)| (key.to_owned(), item))
        .collect()
}

fn workloads(values: &Cursor, name: &str) -> Vec<Workload> {
    let controllers = enabled(values, "controllers");
    // Version 1 has one controller, and its image at the top.
    if controllers.is_empty() && values.get("image").is_some() {
        let kind = values.node.str_at(&["controller", "type"]).unwrap_or("deployment");
        let container = workload::container(values, Some("main"), false);
        return vec![Workload {
            name: name.to_owned(),
            kind: kind_of(kind),
            containers: vec![container],
            replicas: Fact::unknown("not set"),
            node_selector: workload::node_selector(Some(values)),
            source: values.source(),
        }];
    }
    let single = controllers.len() == 1;
    controllers
        .into_iter()
        .map(|(key, controller)| {
            let name = if single { name.to_owned() } else { format!("{name}-{key}") };
            controller_workload(&controller, name, values)
        })
        .collect()
}

fn controller_workload(controller: &Cursor, name: String, values: &Cursor) -> Workload {
    let containers = [("initContainers", true), ("containers", false)]
        .into_iter()
        .flat_map(|(field, init)| {
            let found = enabled(controller, field).into_iter();
            found.map(move |(key, one)| workload::container(&one, Some(&key), init))
        })
        .collect();
    let mut node_selector = workload::node_selector(values.get("defaultPodOptions").as_ref());
    node_selector.extend(workload::node_selector(controller.get("pod").as_ref()));
    let replicas = controller.get("replicas");
    Workload {
        name,
        kind: kind_of(controller.node.str_at(&["type"]).unwrap_or("deployment")),
        containers,
        replicas: replicas.map_or_else(|| Fact::unknown("not set"), |count| count.text().parse()),
        node_selector,
        source: key_source(controller),
    }
}

fn kind_of(word: &str) -> String {
    match word.to_ascii_lowercase().as_str() {
        "deployment" => "Deployment",
        "statefulset" => "StatefulSet",
        "daemonset" => "DaemonSet",
        "cronjob" => "CronJob",
        "job" => "Job",
        _ => word,
    }
    .to_owned()
}

/// Where an entry of the values stands.
fn key_source(item: &Cursor) -> Source {
    item.source()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, parse};

    fn check(text: &str, expected: &str) {
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(&sources);
        let values = Cursor::new(&documents.iter().next().expect("a document").root, &sources);
        let made = read(&values, Release { namespace: "media", name: "tube", major: None });
        let workloads: Vec<_> =
            made.workloads.iter().map(|one| format!("{}:{}", one.kind, one.name)).collect();
        let claims: Vec<_> = made.claims.iter().map(|claim| claim.id.clone()).collect();
        let routes: Vec<_> = made.routes.iter().map(|route| route.name.clone()).collect();
        let parts = [workloads, claims, made.mounted, made.services, routes];
        assert_eq!(parts.map(|part| part.join(",")).join("|"), expected, "{text}");
    }

    #[test]
    fn names_follow_the_chart() {
        check(
            "controllers: {tube: {containers: {app: {image: {repository: a}}}}}",
            "Deployment:tube||||",
        );
        check(
            "controllers: {a: {type: cronjob}, b: {enabled: false}, c: {type: statefulset}}",
            "CronJob:tube-a,StatefulSet:tube-c||||",
        );
        check(
            "persistence: {config: {size: 1Gi}, tmp: {type: emptyDir}, off: {enabled: false}}",
            "|media/tube|||",
        );
        check(
            "persistence: {config: {}, cache: {}, old: {existingClaim: '{{ .Release.Name }}-old'}}",
            "|media/tube-config,media/tube-cache|tube-old||",
        );
        check(
            "service: {app: {ports: {}}}\nroute: {app: {hostnames: [x.example.com]}}",
            "|||tube|tube",
        );
        check(
            "service: {app: {}, web: {}}\nroute: {a: {}, b: {}, c: {enabled: false}}",
            "|||tube-app,tube-web|tube-a,tube-b",
        );
    }

    #[test]
    fn release_names_are_put_in() {
        let release = Release { namespace: "media", name: "tube", major: None };
        assert_eq!(release.resolve_text("{{ .Release.Name }}.example.com"), "tube.example.com");
        assert_eq!(
            release.resolve_text("{{.Release.Namespace}}-{{ .Values.x }}"),
            "media-{{ .Values.x }}"
        );
        assert_eq!(release.resolve_text("}} {{"), "}} {{");
    }
}
