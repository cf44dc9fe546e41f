//! Grafana dashboards: labelled ConfigMaps, `GrafanaDashboard`s, and those in chart values.
//!
//! In: effective objects and values of charts. Out: [`Dashboard`]s by name and origin. The JSON of
//! a dashboard is never parsed: it is large, and its name is the file's.

use super::context::{Context, Values, make_unique};
use super::cursor::Cursor;
use super::fact::Fact;
use super::model::Dashboard;
use super::natural;
use crate::gitops::Object;

/// The label by which Grafana's sidecar finds dashboards, unless a chart sets another one.
const LABEL: &str = "grafana_dashboard";
/// Annotations that name the folder.
const FOLDER_KEYS: [&str; 3] = ["grafana_folder", "k8s-sidecar-target-directory", "folder"];
const NO_FOLDER: &str = "not set";
const IN_MANIFEST: &str = "the manifest";

/// All dashboards, by id.
pub(crate) fn collect(context: &Context) -> Vec<Dashboard> {
    let mut found = Vec::new();
    for (object, root) in context.of("", "ConfigMap").filter(|(_, root)| is_labelled(root)) {
        found.extend(of_config_map(context, object, &root));
    }
    for group in ["grafana.integreatly.org", "integreatly.org"] {
        let objects = context.of(group, "GrafanaDashboard");
        found.extend(objects.map(|(object, root)| of_object(context, object, &root)));
    }
    found.extend(context.values().flat_map(|values| of_values(&values)));
    make_unique(&mut found, |one| (&mut one.id, &one.kind));
    natural::sort_by(&mut found, |one| &one.id);
    found
}

fn is_labelled(root: &Cursor) -> bool {
    let label = root.node.str_at(&["metadata", "labels", LABEL]);
    label.is_some_and(|value| !matches!(value, "0" | "false"))
}

fn of_config_map(context: &Context, object: &Object, root: &Cursor) -> Vec<Dashboard> {
    let annotations = root.at(&["metadata", "annotations"]);
    let folder = annotations
        .map_or_else(|| Fact::unknown(NO_FOLDER), |all| all.any_fact(&FOLDER_KEYS, NO_FOLDER));
    let data = ["data", "binaryData"].iter().filter_map(|key| root.get(key));
    let one = |(key, value): (&str, Cursor)| Dashboard {
        id: format!("{}/{}", object.id(), key.trim_end_matches(".json")),
        kind: "ConfigMap".to_owned(),
        folder: folder.clone(),
        origin: Fact::known(IN_MANIFEST.to_owned(), value.source()),
        app: context.owner_of(object),
        source: value.source(),
    };
    data.flat_map(|data| data.entries()).map(one).collect()
}

fn of_object(context: &Context, object: &Object, root: &Cursor) -> Dashboard {
    let spec = root.get("spec");
    let at = |path: &[&str]| spec.as_ref().and_then(|spec| spec.at(path));
    let in_manifest = ["json", "jsonnet", "gzipJson"].iter().find_map(|key| at(&[key]));
    let origin = at(&["url"])
        .map(|url| url.text())
        .or_else(|| Some(at(&["grafanaCom", "id"])?.text().map(|id| format!("grafana.com/{id}"))))
        .or_else(|| {
            Some(at(&["configMapRef", "name"])?.text().map(|name| format!("ConfigMap {name}")))
        })
        .or_else(|| Some(Fact::known(IN_MANIFEST.to_owned(), in_manifest?.source())));
    let folder = at(&["folder"]).or_else(|| at(&["folderRef"]));
    Dashboard {
        id: object.id(),
        kind: object.kind.clone(),
        folder: folder.map_or_else(|| Fact::unknown(NO_FOLDER), |folder| folder.text()),
        origin: origin.unwrap_or_else(|| Fact::unknown("not set")),
        app: context.owner_of(object),
        source: context.source(object),
    }
}

/// Dashboards of Grafana's chart, or of one that contains it.
fn of_values(values: &Values) -> Vec<Dashboard> {
    let at = match values.chart {
        "grafana" => values.root.get("dashboards"),
        "kube-prometheus-stack" => values.root.at(&["grafana", "dashboards"]),
        _ => None,
    };
    let providers = at.map(|all| all.entries()).unwrap_or_default();
    let mut found = Vec::new();
    for (provider, dashboards) in providers {
        for (name, one) in
            dashboards.entries().into_iter().filter(|(_, one)| one.node.is_collection())
        {
            let number =
                one.get("gnetId").map(|id| id.text().map(|id| format!("grafana.com/{id}")));
            let url = one.get("url").map(|url| url.text());
            let in_manifest = || Fact::known(IN_MANIFEST.to_owned(), one.source());
            found.push(Dashboard {
                id: format!("{}/{}/{name}", values.release.namespace, values.release.name),
                kind: "values".to_owned(),
                folder: Fact::known(provider.to_owned(), dashboards.source()),
                origin: number.or(url).unwrap_or_else(in_manifest),
                app: values.app.clone(),
                source: one.source(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inventory::context::tests::{hostile, with_context};

    const ALL: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: boards\n  namespace: watch\n  labels:\n    \
        grafana_dashboard: \"1\"\n  annotations:\n    grafana_folder: Home\ndata:\n  gpu.json: \"{}\"\n---\n\
        apiVersion: grafana.integreatly.org/v1beta1\nkind: GrafanaDashboard\nmetadata:\n  name: flux\n  namespace: watch\n\
        spec:\n  folder: Flux\n  grafanaCom:\n    id: 16714\n---\napiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n\
        metadata:\n  name: grafana\n  namespace: watch\nspec:\n  chart:\n    spec:\n      chart: grafana\n  values:\n    \
        dashboards:\n      default:\n        nodes:\n          gnetId: 1860\n        web:\n          url: https://example.com/a.json\n";

    #[test]
    fn dashboards_have_names_and_origins() {
        with_context(ALL, |context| {
            let line = |one: &Dashboard| {
                format!("{} {} {} {}", one.kind, one.id, one.folder.shown(), one.origin.shown())
            };
            assert_eq!(
                collect(context).iter().map(line).collect::<Vec<_>>(),
                [
                    "ConfigMap watch/boards/gpu Home the manifest",
                    "GrafanaDashboard watch/flux Flux grafana.com/16714",
                    "values watch/grafana/nodes default grafana.com/1860",
                    "values watch/grafana/web default https://example.com/a.json",
                ]
            );
        });
    }

    #[test]
    fn wrong_types_are_survived() {
        for text in hostile(ALL) {
            with_context(&text, |context| assert!(collect(context).len() <= 5, "{text}"));
        }
    }
}
