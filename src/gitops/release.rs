//! Releases of charts: which chart, and with which values.
//!
//! In: effective objects. Out: [`Release`]s. Charts are never rendered. Values from a Secret are
//! not read; the release says so.

use std::collections::BTreeMap;

use super::{Effective, FLUX_HELM, FLUX_SOURCE, Object, patch};
use crate::source::{Node, Sources, yaml};

/// A `HelmRelease` with its chart and its values.
#[derive(Debug)]
pub struct Release<'a> {
    /// The object.
    pub object: &'a Object,
    /// The chart.
    pub chart: ChartRef<'a>,
    /// `valuesFrom` ConfigMaps and `values`, merged as Helm does.
    pub values: Node,
    /// Names of sources of values that are not visible: Secrets, and what is not in the repository.
    pub hidden_values: Vec<&'a Node>,
}

/// A chart as a release names it; each part is the node that says so.
#[derive(Debug, Default)]
pub struct ChartRef<'a> {
    /// Name, as written or as the last part of the OCI address.
    pub name: Option<String>,
    /// The node that the name was read from.
    pub name_node: Option<&'a Node>,
    /// Version, tag or digest.
    pub version: Option<&'a Node>,
    /// URL of the Helm repository or OCI artifact.
    pub repository: Option<&'a Node>,
}

impl ChartRef<'_> {
    /// Whether it is bjw-s app-template.
    pub fn is_app_template(&self) -> bool {
        self.name.as_deref() == Some("app-template")
    }
}

/// A chart that something else than a `HelmRelease` installs: Argo CD, or k3s' `HelmChart`.
#[derive(Clone, Debug)]
pub struct ChartRelease {
    /// What stands for the release: its name, and the namespace that its objects go to.
    pub object: Object,
    /// Name of the chart.
    pub name: Option<Node>,
    /// Version of the chart.
    pub version: Option<Node>,
    /// Repository of the chart.
    pub repository: Option<Node>,
    /// Its values, merged.
    pub values: Node,
}

impl ChartRelease {
    fn release(&self) -> Release<'_> {
        let name = self.name.as_ref().and_then(Node::as_str);
        let chart = ChartRef {
            name: name.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()),
            name_node: self.name.as_ref(),
            version: self.version.as_ref(),
            repository: self.repository.as_ref(),
        };
        Release { object: &self.object, chart, values: self.values.clone(), hidden_values: vec![] }
    }

    /// What k3s' `HelmChart` installs.
    pub(super) fn of_k3s(object: &Object, sources: &Sources) -> Option<Self> {
        if !object.is("helm.cattle.io", "HelmChart") {
            return None;
        }
        let spec = |key: &str| object.root.at(&["spec", key]);
        let mut object = object.clone();
        if let Some(target) = object.root.str_at(&["spec", "targetNamespace"]).map(str::to_owned) {
            object.namespace = Some(target);
        }
        let text = spec("valuesContent").and_then(|text| yaml::parse_embedded(text, sources));
        let values = text.or_else(|| spec("values").cloned());
        Some(Self {
            name: spec("chart").cloned(),
            version: spec("version").cloned(),
            repository: spec("repo").cloned(),
            values: values.unwrap_or_else(|| Node::mapping(object.root.span)),
            object,
        })
    }
}

impl Effective {
    /// All `HelmRelease`s, and charts that something else installs.
    pub fn releases<'a>(&'a self, sources: &Sources) -> Vec<Release<'a>> {
        let reader = Reader::new(self, sources);
        let of_flux = self.of(FLUX_HELM, "HelmRelease").map(|object| reader.release(object));
        of_flux.chain(self.charts.iter().map(ChartRelease::release)).collect()
    }
}

/// What releases refer to, by kind and name.
struct Reader<'a, 'b> {
    by_name: BTreeMap<(&'a str, &'a str), Vec<&'a Object>>,
    sources: &'b Sources,
}

impl<'a, 'b> Reader<'a, 'b> {
    fn new(effective: &'a Effective, sources: &'b Sources) -> Self {
        let mut by_name: BTreeMap<_, Vec<&Object>> = BTreeMap::new();
        for object in &effective.objects {
            if object.group == FLUX_SOURCE || object.is("", "ConfigMap") {
                by_name
                    .entry((object.kind.as_str(), object.name.as_str()))
                    .or_default()
                    .push(object);
            }
        }
        Self { by_name, sources }
    }

    fn release(&self, object: &'a Object) -> Release<'a> {
        let (values, hidden_values) = self.values(object);
        Release { object, chart: self.chart(object), values, hidden_values }
    }

    fn chart(&self, object: &'a Object) -> ChartRef<'a> {
        let spec = |path: &[&str]| object.root.get("spec").and_then(|spec| spec.at(path));
        if let Some(chart) = spec(&["chart", "spec"]) {
            return self.chart_of(chart, object);
        }
        let Some(reference) = spec(&["chartRef"]) else { return ChartRef::default() };
        let Some(source) = self.source(reference, object) else {
            let name_node = reference.get("name");
            let name = name_node.and_then(Node::as_str).map(str::to_owned);
            return ChartRef { name, name_node, ..ChartRef::default() };
        };
        match source.root.get("spec") {
            Some(chart) if source.kind == "HelmChart" => self.chart_of(chart, source),
            Some(artifact) => artifact_chart(artifact),
            None => ChartRef::default(),
        }
    }

    /// A chart in a `HelmRepository` or `GitRepository`.
    fn chart_of(&self, chart: &'a Node, object: &Object) -> ChartRef<'a> {
        let repository =
            chart.get("sourceRef").and_then(|reference| self.source(reference, object));
        let name_node = chart.get("chart");
        let name = name_node.and_then(Node::as_str);
        ChartRef {
            name: name.map(|name| name.rsplit('/').next().unwrap_or(name).to_owned()),
            name_node,
            version: chart.get("version"),
            repository: repository.and_then(|found| found.root.at(&["spec", "url"])),
        }
    }

    /// The object of that kind, name and namespace.
    fn find(&self, kind: &str, name: &str, namespace: Option<&str>) -> Option<&'a Object> {
        let mut found = self.by_name.get(&(kind, name))?.iter();
        found.find(|object| object.namespace.as_deref() == namespace).copied()
    }

    /// The source object that a reference names.
    fn source(&self, reference: &Node, from: &Object) -> Option<&'a Object> {
        let (kind, name) = (reference.str_at(&["kind"])?, reference.str_at(&["name"])?);
        let namespace = reference.str_at(&["namespace"]).or(from.namespace.as_deref());
        self.find(kind, name, namespace)
    }

    fn values(&self, object: &'a Object) -> (Node, Vec<&'a Node>) {
        let mut values = Node::mapping(object.root.span);
        let mut hidden = Vec::new();
        let from = object.root.at(&["spec", "valuesFrom"]).map_or(&[][..], Node::items);
        for item in from {
            match self.values_from(item, object) {
                Some(tree) => put(&mut values, item.str_at(&["targetPath"]), &tree),
                None => hidden.extend(item.get("name")),
            }
        }
        if let Some(inline) = object.root.at(&["spec", "values"]) {
            patch::merge(&mut values, inline, false);
            values.span = inline.span;
        }
        (values, hidden)
    }

    /// The values that a ConfigMap of the repository holds.
    fn values_from(&self, item: &Node, release: &Object) -> Option<Node> {
        let name =
            item.str_at(&["name"]).filter(|_| item.str_at(&["kind"]) == Some("ConfigMap"))?;
        let key = item.str_at(&["valuesKey"]).unwrap_or("values.yaml");
        let map = self.find("ConfigMap", name, release.namespace.as_deref())?;
        let text = map.root.at(&["data"])?.get(key)?;
        if item.get("targetPath").is_some() {
            return Some(text.clone());
        }
        yaml::parse_embedded(text, self.sources)
    }
}

fn artifact_chart(artifact: &Node) -> ChartRef<'_> {
    let repository = artifact.get("url");
    let name = repository
        .and_then(Node::as_str)
        .and_then(|url| url.trim_end_matches('/').rsplit('/').next());
    let version = ["tag", "semver", "digest"].iter().find_map(|key| artifact.at(&["ref", key]));
    ChartRef { name: name.map(str::to_owned), name_node: repository, version, repository }
}

fn put(values: &mut Node, target: Option<&str>, tree: &Node) {
    match target {
        None => patch::merge(values, tree, false),
        Some(path) => {
            let node = path.split('.').fold(values, |node, part| node.get_or_insert(part));
            *node = tree.clone();
        }
    }
}
