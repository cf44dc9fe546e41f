//! What the cluster makes one claim of for each replica: [`collect`].
//!
//! In: effective objects and values of charts. Out: [`VolumeTemplate`]s of stateful sets,
//! app-template, database clusters, and of the keys by which charts ask for volumes. A chart is
//! not rendered: only what its values say outright is taken.

use super::context::{Context, Values, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::VolumeTemplate;
use super::{databases, natural, persistence, storage};
use crate::gitops::Object;

/// Keys of charts whose map asks for a volume.
const VOLUME_KEYS: [&str; 3] = ["persistence", "persistentVolume", "persistentVolumeClaim"];
/// Charts whose volumes are there unless values say otherwise.
const ON_BY_DEFAULT: [&str; 8] = [
    "loki",
    "mariadb",
    "minio",
    "mongodb",
    "postgresql",
    "redis",
    "victoria-logs-single",
    "victoria-metrics-single",
];
/// Why a class is not known.
const DEFAULT_CLASS: &str = "the cluster's default class";

/// All volume templates, by id.
pub(crate) fn collect(context: &Context) -> Vec<VolumeTemplate> {
    let mut found: Vec<_> =
        context.objects().flat_map(|(object, root)| of_object(context, object, &root)).collect();
    for values in context.values() {
        if values.is_app_template {
            found.extend(persistence::templates(
                &values.root,
                values.release,
                values.app.as_deref(),
            ));
        } else {
            Walk { values: &values, found: &mut found }.visit(&values.root, "", 0);
        }
    }
    make_unique(&mut found, |one| (&mut one.id, &one.made_by));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

fn of_object(context: &Context, object: &Object, root: &Cursor) -> Vec<VolumeTemplate> {
    let app = context.owner_of(object);
    let template = |name: &str, made_by: &str, replicas: &[&str], source: &Cursor| VolumeTemplate {
        id: format!("{}/{name}", object.id()),
        made_by: made_by.to_owned(),
        claim_prefix: None,
        class: Fact::unknown(DEFAULT_CLASS),
        size: Fact::unknown("not set"),
        access: Fact::unknown("not set"),
        replicas: root.fact_at(replicas, "not set, which means 1").parse(),
        app: app.clone(),
        backups: vec![],
        source: source.source(),
    };
    if object.is("postgresql.cnpg.io", "Cluster") {
        let read = |key: &str| {
            let storage = root.at(&["spec", key])?;
            let one = template(key, "CloudNativePG", &["spec", "instances"], &storage);
            let class = storage.any_fact(&["storageClass"], DEFAULT_CLASS);
            Some(VolumeTemplate { class, size: storage.fact("size", "not set"), ..one })
        };
        return ["storage", "walStorage"].into_iter().filter_map(read).collect();
    }
    let read = |entry: &Cursor| {
        let name = entry.node.str_at(&["metadata", "name"]).unwrap_or("data");
        let one = template(name, &object.kind, &["spec", "replicas"], entry);
        let prefix = object.is("apps", "StatefulSet").then(|| format!("{name}-{}-", object.name));
        VolumeTemplate { claim_prefix: prefix, ..with_spec(one, entry) }
    };
    // Operators copy both keys from StatefulSet into their own kinds.
    let mut entries = root.list_at(&["spec", "volumeClaimTemplates"]);
    for set in root.list_at(&["spec", "nodeSets"]) {
        entries.extend(set.list("volumeClaimTemplates"));
    }
    for key in ["storage", "storageSpec"] {
        entries.extend(root.at(&["spec", key, "volumeClaimTemplate"]));
    }
    // Grafana's operator has a claim of its own shape.
    let claim =
        root.at(&["spec", "persistentVolumeClaim"]).filter(|claim| claim.get("spec").is_some());
    entries.extend(claim);
    entries.iter().map(read).collect()
}

/// Class, size and access of a claim's spec.
fn with_spec(template: VolumeTemplate, entry: &Cursor) -> VolumeTemplate {
    VolumeTemplate {
        class: entry.fact_at(&["spec", "storageClassName"], DEFAULT_CLASS),
        size: entry.fact_at(&["spec", "resources", "requests", "storage"], "not set"),
        access: storage::first_access(entry, &["spec", "accessModes"]),
        ..template
    }
}

/// A way through the values of a chart.
struct Walk<'a, 'b> {
    values: &'a Values<'a>,
    found: &'b mut Vec<VolumeTemplate>,
}

impl Walk<'_, '_> {
    fn visit(&mut self, at: &Cursor, path: &str, depth: usize) {
        if depth == 0 && self.values.chart == databases::CHART {
            self.found.extend(self.postgres(at));
            return;
        }
        for (key, value) in at.entries() {
            let below = if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            if key == "volumeClaimTemplate" && value.get("spec").is_some() {
                let one = self.template(&below, &value);
                self.found.push(with_spec(one, &value));
            } else if VOLUME_KEYS.contains(&key) && self.asks(&value) {
                let one = self.template(&below, &value);
                self.found.push(one);
            } else if is_on(&value) != Some(false) {
                self.visit(&value, &below, depth + 1);
            }
        }
    }

    /// The volume of CloudNativePG's chart.
    fn postgres(&self, root: &Cursor) -> Option<VolumeTemplate> {
        let cluster = root.get("cluster")?;
        let one = self.template("storage", &cluster.get("storage")?);
        Some(VolumeTemplate {
            id: format!("{}/storage", databases::chart_id(self.values)),
            made_by: "CloudNativePG".to_owned(),
            replicas: cluster.fact("instances", "the chart's default").parse(),
            ..one
        })
    }

    /// Whether a map of values asks for a volume of its own.
    fn asks(&self, map: &Cursor) -> bool {
        let on = is_on(map).unwrap_or_else(|| {
            let has_size = map.any(&["size"]).is_some();
            has_size && ON_BY_DEFAULT.contains(&self.values.chart)
        });
        on && map.any(&["existingClaim"]).is_none()
            && map.node.str_at(&["type"]) != Some("emptyDir")
    }

    fn template(&self, path: &str, map: &Cursor) -> VolumeTemplate {
        let release = self.values.release;
        let access = map.list("accessModes").first().map(Cursor::text);
        VolumeTemplate {
            id: format!("{}/{}/{path}", release.namespace, release.name),
            made_by: self.values.chart.to_owned(),
            claim_prefix: None,
            class: map.any_fact(&["storageClassName", "storageClass"], DEFAULT_CLASS),
            size: map.fact("size", "the chart's default"),
            access: access.unwrap_or_else(|| map.fact("accessMode", "the chart's default")),
            replicas: Fact::unknown("the chart's default"),
            app: self.values.app.clone(),
            backups: vec![],
            source: map.source(),
        }
    }
}

/// What `enabled` says, where it says something.
fn is_on(map: &Cursor) -> Option<bool> {
    map.get("enabled")?.node.as_bool()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const RELEASE: &str = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: prom\n  \
        namespace: watch\nspec:\n  chart:\n    spec:\n      chart: kube-prometheus-stack\n  values:\n    grafana:\n      \
        persistence:\n        enabled: true\n        size: 10Gi\n        storageClassName: block\n    prometheus:\n      \
        prometheusSpec:\n        storageSpec:\n          volumeClaimTemplate:\n            spec:\n              \
        storageClassName: block\n              resources:\n                requests:\n                  storage: 100Gi\n    \
        other:\n      enabled: false\n      persistence:\n        enabled: true\n    off:\n      persistence:\n        \
        size: 1Gi\n";

    fn check(text: &str, expected: &[&str]) {
        with_context(text, |context| {
            let line = |one: &VolumeTemplate| {
                format!("{} {} {}", one.id, one.class.shown(), one.size.shown())
            };
            assert_eq!(collect(context).iter().map(line).collect::<Vec<_>>(), expected);
        });
    }

    #[test]
    fn charts_ask_by_known_keys() {
        check(
            RELEASE,
            &[
                "watch/prom/grafana.persistence block 10Gi",
                "watch/prom/prometheus.prometheusSpec.storageSpec.volumeClaimTemplate block 100Gi",
            ],
        );
        let redis = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: a}\n\
                     spec: {chart: {spec: {chart: redis}}, values: {master: {persistence: {size: 2Gi}}, replica: {persistence: {enabled: false, size: 1Gi}}}}\n";
        check(redis, &["a/r/master.persistence — 2Gi"]);
        let cluster = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: c, namespace: a}\n\
                       spec: {chart: {spec: {chart: cluster}}, values: {cluster: {storage: {size: 3Gi}}}}\n";
        check(cluster, &["a/c-cluster/storage — 3Gi"]);
    }

    #[test]
    fn objects_have_templates() {
        let text = "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, namespace: a}\nspec: {volumeClaimTemplates: \
                    [{metadata: {name: data}, spec: {storageClassName: block, resources: {requests: {storage: 1Gi}}}}]}\n\
                    ---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p, namespace: a}\n\
                    spec: {storage: {volumeClaimTemplate: {spec: {storageClassName: fast}}}}\n";
        check(text, &["a/db/data block 1Gi", "a/p/data fast —"]);
        let sets = "apiVersion: elasticsearch.k8s.elastic.co/v1\nkind: Elasticsearch\nmetadata: {name: e, namespace: a}\n\
                    spec: {nodeSets: [{volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]}]}\n";
        check(sets, &["a/e/data fast —"]);
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(RELEASE) {
            with_context(&text, |context| assert!(collect(context).len() <= 4, "{text}"));
        }
    }
}
