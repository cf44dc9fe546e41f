//! Monitors, alerts and alert routing.
//!
//! In: effective objects and values of charts. Out: [`Monitor`]s, [`RuleSet`]s and
//! [`AlertRouting`]s, for the Prometheus operator and for VictoriaMetrics' copies of its kinds.
//! Formats: <https://prometheus-operator.dev/docs/api-reference/api/> and
//! <https://docs.victoriametrics.com/operator/resources/>. Monitors that other charts than
//! app-template make are not visible.

use super::app_template::{enabled, full_name};
use super::context::{Context, Values, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::{Alert, AlertRouting, Monitor, MonitorEndpoint, RuleSet};
use super::natural;
use crate::gitops::Object;

/// The API group of the Prometheus operator.
pub(crate) const PROMETHEUS: &str = "monitoring.coreos.com";
/// The API group of VictoriaMetrics' operator.
const VICTORIA: &str = "operator.victoriametrics.com";

/// Kinds of monitors with the keys of their endpoints.
const MONITORS: [(&str, &str, &str); 10] = [
    (PROMETHEUS, "ServiceMonitor", "endpoints"),
    (PROMETHEUS, "PodMonitor", "podMetricsEndpoints"),
    (PROMETHEUS, "Probe", ""),
    (PROMETHEUS, "ScrapeConfig", ""),
    (VICTORIA, "VMServiceScrape", "endpoints"),
    (VICTORIA, "VMPodScrape", "podMetricsEndpoints"),
    (VICTORIA, "VMProbe", ""),
    (VICTORIA, "VMScrapeConfig", ""),
    (VICTORIA, "VMStaticScrape", "targetEndpoints"),
    (VICTORIA, "VMNodeScrape", ""),
];
const RULES: [(&str, &str); 2] = [(PROMETHEUS, "PrometheusRule"), (VICTORIA, "VMRule")];
const ROUTINGS: [(&str, &str); 2] =
    [(PROMETHEUS, "AlertmanagerConfig"), (VICTORIA, "VMAlertmanagerConfig")];
/// Keys under which charts take rules that are written out, by their name or without one.
const RULE_MAPS: [&str; 2] = ["additionalPrometheusRulesMap", "customRules"];

/// All monitors, by id.
pub(crate) fn monitors(context: &Context) -> Vec<Monitor> {
    let mut found = Vec::new();
    for (group, kind, key) in MONITORS {
        let objects = context.of(group, kind);
        found.extend(objects.map(|(object, root)| of_object(context, object, &root, key)));
    }
    for values in context.app_templates() {
        found.extend(of_values(&values, "serviceMonitor", "ServiceMonitor"));
        found.extend(of_values(&values, "podMonitor", "PodMonitor"));
    }
    make_unique(&mut found, |one| (&mut one.id, &one.kind));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

fn of_object(context: &Context, object: &Object, root: &Cursor, key: &str) -> Monitor {
    let mut endpoints = root.list_at(&["spec", key]);
    if key.is_empty() {
        endpoints.extend(root.get("spec").filter(|spec| spec.get("interval").is_some()));
    }
    let labels = root.map_at(&["spec", "selector", "matchLabels"]);
    Monitor {
        id: object.id(),
        kind: object.kind.clone(),
        from_values: false,
        app: context.owner_of(object),
        endpoints: endpoints.iter().map(endpoint).collect(),
        targets: targets(root),
        selector: pairs(labels),
        source: context.source(object),
    }
}

fn pairs(labels: std::collections::BTreeMap<String, Fact<String>>) -> Vec<Fact<String>> {
    labels.into_iter().map(|(key, value)| value.map(|value| format!("{key}={value}"))).collect()
}

fn endpoint(entry: &Cursor) -> MonitorEndpoint {
    MonitorEndpoint {
        port: entry.any_fact(&["port", "targetPort", "portNumber"], "not set"),
        path: entry.fact("path", "not set, which means `/metrics`"),
        interval: entry.any_fact(&["interval", "scrapeInterval"], "the server's default"),
    }
}

/// Addresses that a probe or scrape configuration names.
fn targets(root: &Cursor) -> Vec<Fact<String>> {
    let lists: [&[&str]; 3] = [
        &["spec", "targets", "staticConfig", "static"],
        &["spec", "targets", "staticConfig", "targets"],
        &["spec", "targets"],
    ];
    let mut found: Vec<_> = lists.iter().flat_map(|path| root.texts(path)).collect();
    for key in ["staticConfigs", "targetEndpoints"] {
        for entry in root.list_at(&["spec", key]) {
            found.extend(entry.texts(&["targets"]));
        }
    }
    found.retain(|target| {
        target.source.is_some() && !matches!(target.value, super::Value::Unknown(_))
    });
    found
}

/// Monitors that app-template makes of its values.
fn of_values(values: &Values, key: &str, kind: &str) -> Vec<Monitor> {
    let entries = enabled(&values.root, key);
    let name = full_name(&values.root, values.release);
    let single = entries.len() == 1;
    let read = |(key, item): (String, Cursor)| {
        // Before version 4 only the key `main` was left out of names.
        let is_plain =
            single && values.release.major.is_none_or(|major| major > 3) || key == "main";
        let name = if is_plain { name.clone() } else { format!("{name}-{key}") };
        let mut endpoints = item.list("endpoints");
        endpoints.extend(item.list("podMetricsEndpoints"));
        Monitor {
            id: format!("{}/{name}", values.release.namespace),
            kind: kind.to_owned(),
            from_values: true,
            app: values.app.clone(),
            endpoints: endpoints.iter().map(endpoint).collect(),
            targets: vec![],
            selector: pairs(item.map_at(&["selector", "matchLabels"])),
            source: item.source(),
        }
    };
    entries.into_iter().map(read).collect()
}

/// All rules, by id.
pub(crate) fn rules(context: &Context) -> Vec<RuleSet> {
    let mut found = Vec::new();
    for (group, kind) in RULES {
        for (object, root) in context.of(group, kind) {
            let base = RuleSet {
                id: object.id(),
                kind: kind.to_owned(),
                from_values: false,
                app: context.owner_of(object),
                alerts: vec![],
                records: vec![],
                source: context.source(object),
            };
            found.push(with_groups(base, &root.list_at(&["spec", "groups"])));
        }
    }
    found.extend(
        context
            .values()
            .filter(|values| !values.is_app_template)
            .flat_map(|values| chart_rules(&values)),
    );
    make_unique(&mut found, |one| (&mut one.id, &one.kind));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

/// Rules that are written out in a chart's values.
fn chart_rules(values: &Values) -> Vec<RuleSet> {
    let maps = RULE_MAPS.iter().filter_map(|key| values.root.get(key));
    let named = maps.flat_map(|map| map.entries());
    let lists = values.root.list("additionalPrometheusRules").into_iter();
    let listed = lists.map(|item| (item.node.str_at(&["name"]).unwrap_or("rules"), item.clone()));
    let read = |(name, item): (&str, Cursor)| {
        let groups = item.list("groups");
        let base = RuleSet {
            id: format!("{}/{}-{name}", values.release.namespace, values.release.name),
            kind: "PrometheusRule".to_owned(),
            from_values: true,
            app: values.app.clone(),
            alerts: vec![],
            records: vec![],
            source: item.source(),
        };
        (!groups.is_empty()).then(|| with_groups(base, &groups))
    };
    named
        .map(|(name, item)| (name.to_owned(), item))
        .chain(listed.map(|(name, item)| (name.to_owned(), item)))
        .filter_map(|(name, item)| read((&name, item)))
        .collect()
}

fn with_groups(mut set: RuleSet, groups: &[Cursor]) -> RuleSet {
    for group in groups {
        let name = group.node.str_at(&["name"]).unwrap_or_default();
        for rule in group.list("rules") {
            if rule.get("alert").is_some() {
                set.alerts.push(alert(&rule, name));
            }
            set.records.extend(rule.get("record").map(|record| record.text()));
        }
    }
    set
}

fn alert(rule: &Cursor, group: &str) -> Alert {
    let summary = rule.get("annotations");
    Alert {
        name: rule.fact("alert", "not set"),
        group: group.to_owned(),
        severity: rule.fact_at(&["labels", "severity"], "not set"),
        expr: rule.fact("expr", "not set"),
        wait: rule.fact("for", "not set"),
        summary: summary.map_or_else(
            || Fact::unknown("not set"),
            |all| all.any_fact(&["summary", "description", "message"], "not set"),
        ),
        source: rule.source(),
    }
}

/// Where alerts go, by the names of receivers.
pub(crate) fn routing(context: &Context) -> Vec<AlertRouting> {
    let mut found = Vec::new();
    for (group, kind) in ROUTINGS {
        found.extend(context.of(group, kind).map(|(object, root)| {
            AlertRouting {
                id: object.id(),
                receivers: root
                    .list_at(&["spec", "receivers"])
                    .iter()
                    .map(|receiver| receiver.fact("name", "not set"))
                    .collect(),
                source: context.source(object),
            }
        }));
    }
    natural::sort_by(&mut found, |one| &one.id);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const MANIFESTS: &str = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata:\n  name: films\n  \
        namespace: media\nspec:\n  selector:\n    matchLabels:\n      app: films\n  endpoints:\n    - port: metrics\n      \
        interval: 1m\n---\napiVersion: monitoring.coreos.com/v1\nkind: Probe\nmetadata:\n  name: films\n  \
        namespace: media\nspec:\n  interval: 5m\n  targets:\n    staticConfig:\n      static:\n        - nas.example.com\n\
        ---\napiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: films\n  namespace: media\n\
        spec:\n  groups:\n    - name: one\n      rules:\n        - alert: Down\n          expr: up == 0\n          for: 5m\n          \
        labels:\n            severity: critical\n          annotations:\n            summary: \"{{ $labels.job }} is down\"\n        \
        - record: a:b\n          expr: sum(a)\n---\napiVersion: monitoring.coreos.com/v1alpha1\n\
        kind: AlertmanagerConfig\nmetadata:\n  name: main\n  namespace: media\nspec:\n  receivers:\n    \
        - name: pushover\n";

    #[test]
    fn monitors_have_endpoints_and_targets() {
        with_context(MANIFESTS, |context| {
            let found = monitors(context);
            let ids: Vec<_> = found.iter().map(|one| one.id.as_str()).collect();
            assert_eq!(ids, ["media/films", "media/films.probe"]);
            assert_eq!(found[0].endpoints[0].port.shown(), "metrics");
            assert_eq!(found[0].selector[0].shown(), "app=films");
            assert_eq!(found[1].targets[0].shown(), "nas.example.com");
            assert_eq!(found[1].endpoints[0].interval.shown(), "5m");
        });
    }

    #[test]
    fn rules_have_alerts() {
        with_context(MANIFESTS, |context| {
            let found = rules(context);
            let alert = &found[0].alerts[0];
            let facts = [&alert.name, &alert.severity, &alert.expr, &alert.wait];
            assert_eq!(facts.map(Fact::shown), ["Down", "critical", "up == 0", "5m"]);
            assert_eq!((alert.group.as_str(), found[0].records[0].shown()), ("one", "a:b"));
            assert_eq!(routing(context)[0].receivers[0].shown(), "pushover");
        });
    }

    #[test]
    fn app_template_makes_monitors_and_charts_take_rules() {
        let text = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: tube, namespace: media}\n\
                    spec: {chart: {spec: {chart: app-template, version: 4.4.0}}, values: {serviceMonitor: {app: {endpoints: [{port: http}]}, off: {enabled: false}}}}\n\
                    ---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: prom, namespace: media}\n\
                    spec: {chart: {spec: {chart: kube-prometheus-stack}}, values: {additionalPrometheusRulesMap: {x: {groups: [{name: g, rules: [{alert: A, expr: b}]}]}}}}\n";
        with_context(text, |context| {
            let found = monitors(context);
            assert_eq!((found.len(), found[0].id.as_str()), (1, "media/tube"));
            assert_eq!(found[0].app.as_deref(), Some("media/tube"));
            let found = rules(context);
            assert_eq!((found[0].id.as_str(), found[0].alerts.len()), ("media/prom-x", 1));
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(MANIFESTS) {
            with_context(&text, |context| {
                let total = monitors(context).len() + rules(context).len() + routing(context).len();
                assert!(total >= 3, "{text}");
            });
        }
    }
}
