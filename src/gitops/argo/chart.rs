//! Charts that Argo CD installs: from a chart repository, or wrapped in a folder.
//!
//! In: an Application and one of its sources. Out: [`ChartRelease`]s. A folder with `Chart.yaml`
//! is a release of each of its dependencies, with the values under the dependency's name; its own
//! templates are not rendered, and named as such.

use super::application::Application;
use crate::gitops::kustomize::Builder;
use crate::gitops::{ChartRelease, Object, Unseen, patch};
use crate::source::{FileId, Node, Root, Value, path, yaml};

/// A chart from a repository of charts.
pub(super) fn of_source(
    application: &Application,
    source: &Node,
    builder: &Builder<'_>,
) -> ChartRelease {
    let chart = source.get("chart");
    let at = chart.map_or(source.span, |node| node.span);
    ChartRelease {
        object: release(application, &application.name, source, at),
        name: chart.cloned(),
        version: source.get("targetRevision").cloned(),
        repository: source.get("repoURL").cloned(),
        values: values(application, source, None, builder),
    }
}

/// The releases of a folder that is a chart.
pub(super) fn of_folder(
    application: &Application,
    source: &Node,
    (folder, file): (&str, FileId),
    builder: &Builder<'_>,
) -> (Vec<ChartRelease>, Vec<Unseen>) {
    let Some(chart) = builder.documents.of(file).first().map(|document| &document.root) else {
        return (vec![], vec![]);
    };
    let values = values(application, source, Some(folder), builder);
    let dependencies = chart.get("dependencies").map_or(&[][..], Node::items);
    let is_on = |dependency: &&Node| {
        let path: Vec<&str> =
            dependency.str_at(&["condition"]).unwrap_or_default().split('.').collect();
        values.at(&path).and_then(Node::as_bool) != Some(false)
    };
    let on: Vec<&Node> = dependencies.iter().filter(is_on).collect();
    let mut releases = Vec::new();
    for dependency in &on {
        let name = dependency.get("name");
        let key = dependency.str_at(&["alias"]).or(name.and_then(Node::as_str)).unwrap_or_default();
        let own = if on.len() == 1 || key == application.name {
            application.name.clone()
        } else {
            format!("{}-{key}", application.name)
        };
        let at = name.map_or(dependency.span, |node| node.span);
        releases.push(ChartRelease {
            object: release(application, &own, source, at),
            name: name.cloned(),
            version: dependency.get("version").cloned(),
            repository: dependency.get("repository").cloned(),
            values: values.get(key).cloned().unwrap_or_else(|| Node::mapping(dependency.span)),
        });
    }
    let templates = path::join(folder, "templates").unwrap_or_default();
    let has_templates = builder.sources.is_folder(Root::Repository, &templates);
    if dependencies.is_empty() {
        let at = chart.get("name").map_or(chart.span, |node| node.span);
        releases.push(ChartRelease {
            object: release(application, &application.name, source, at),
            name: chart.get("name").cloned(),
            version: chart.get("version").cloned(),
            repository: None,
            values,
        });
    }
    let unseen = has_templates.then(|| Unseen {
        what: format!("what the templates in `{templates}` make"),
        reason: "templates of charts are not rendered".to_owned(),
        span: Some(chart.span),
    });
    (releases, unseen.into_iter().collect())
}

/// The object that stands for a release: the Application, where its objects go.
fn release(
    application: &Application,
    name: &str,
    source: &Node,
    at: crate::source::Span,
) -> Object {
    let mut root = Node::mapping(at);
    root.set("apiVersion", Node::string("argoproj.io/v1alpha1", at));
    root.set("kind", Node::string("Application", at));
    let metadata = root.get_or_insert("metadata");
    metadata.set("name", Node::string(name, at));
    let namespace = application.namespace.as_deref().unwrap_or("default");
    metadata.set("namespace", Node::string(namespace, at));
    // Helm's name of the release, as a `HelmRelease` would give it.
    let helm = source.str_at(&["helm", "releaseName"]).unwrap_or(&application.name);
    root.get_or_insert("spec").set("releaseName", Node::string(helm, at));
    let (kind, version) = ("Application", "argoproj.io/v1alpha1");
    Object::new(kind, version, root, at.file, application.via.clone())
        .expect("bug: just given a name")
}

/// Values as Helm merges them: the chart's, files, text, object, parameters.
fn values(
    application: &Application,
    source: &Node,
    folder: Option<&str>,
    builder: &Builder<'_>,
) -> Node {
    let tree = |path: &str| {
        let file = builder.sources.find(Root::Repository, path)?;
        builder.documents.of(file).first().map(|document| document.root.clone())
    };
    let mut all: Vec<Node> = Vec::new();
    if let Some(folder) = folder {
        all.extend(path::join(folder, "values.yaml").and_then(|path| tree(&path)));
    }
    let helm = source.get("helm");
    let list = |field: &str| helm.and_then(|helm| helm.get(field)).map_or(&[][..], Node::items);
    for file in list("valueFiles").iter().filter_map(Node::as_str) {
        let path = match file.strip_prefix('$') {
            Some(rest) => of_reference(application, rest),
            None => folder.and_then(|folder| path::join(folder, file)),
        };
        all.extend(path.and_then(|path| tree(&path)));
    }
    let text = helm.and_then(|helm| helm.get("values"));
    all.extend(text.and_then(|text| yaml::parse_embedded(text, builder.sources)));
    all.extend(helm.and_then(|helm| helm.get("valuesObject")).cloned());
    let mut merged = Node::mapping(source.span);
    for tree in all.iter().filter(|tree| matches!(tree.value, Value::Mapping(_))) {
        patch::merge(&mut merged, tree, false);
        merged.span = tree.span;
    }
    for parameter in list("parameters") {
        if let Some((name, value)) = parameter.str_at(&["name"]).zip(parameter.get("value")) {
            let node = name.split('.').fold(&mut merged, |node, part| node.get_or_insert(part));
            *node = value.clone();
        }
    }
    merged
}

/// `name/path` of a file in a source that another one refers to; this repository is meant.
fn of_reference(application: &Application, text: &str) -> Option<String> {
    let (name, file) = text.split_once('/')?;
    let is_named = |source: &&Node| source.str_at(&["ref"]) == Some(name);
    application.sources.iter().find(is_named)?;
    path::join("", file)
}
