//! What charts make, as another tool has rendered it.
//!
//! In: a folder of rendered manifests, as `flate`, `flux-local` or `helm template` write them, and
//! the walk. Out: the objects that the walk does not have, each with the release that makes it
//! where something tells: labels, Helm's annotations, the file's name, or the comment with the
//! chart's name. Objects of the walk are never taken again, and tests of charts are left out.

use std::collections::{BTreeMap, BTreeSet};

use super::{Effective, FLUX_HELM, Object, Via, transform};
use crate::diagnostic::Diagnostic;
use crate::source::{Document, Documents, Sources};

/// An object that a chart makes.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// The object.
    pub object: Object,
    /// `namespace/name` of the release that makes it, as in [`Release::object`](super::Release).
    pub release: Option<String>,
}

/// Where the objects of a release go, and what they are told by.
struct Maker {
    id: String,
    /// Helm's name of the release.
    name: String,
    namespace: String,
    chart: Option<String>,
    via: Via,
}

/// The objects that the walk does not have; a note says how many belong to no known release.
pub(crate) fn join(
    sources: &Sources,
    documents: &Documents,
    effective: &Effective,
) -> (Vec<Rendered>, Vec<Diagnostic>) {
    if documents.rendered().next().is_none() {
        return (vec![], vec![]);
    }
    let makers = makers(effective, sources);
    let mut seen: BTreeSet<_> = effective.objects.iter().map(key).collect();
    let (mut found, mut strays) = (Vec::new(), Vec::new());
    for document in documents.rendered() {
        let Some(mut object) = Object::from_document(document, Via::default()) else { continue };
        if is_test(&object) || object.group == "kustomize.config.k8s.io" {
            continue;
        }
        let maker = makers.of(document, &object, sources);
        if object.namespace.is_none() && !transform::is_cluster_scoped(&object.kind) {
            let namespace = maker.map_or("default", |maker| maker.namespace.as_str()).to_owned();
            object.set_namespace(&namespace, object.span());
        }
        if !seen.insert(key(&object)) {
            continue;
        }
        match maker {
            Some(maker) => {
                object.via = maker.via.then("rendered from its chart", object.span());
            }
            None => strays.push(object.span()),
        }
        found.push(Rendered { object, release: maker.map(|maker| maker.id.clone()) });
    }
    let diagnostics = strays.first().map(|first| {
        let message = format!("{} rendered objects belong to no known release", strays.len());
        Diagnostic::note("rendered/no-release", message)
            .at(*first)
            .label("the first of them")
            .help("render with the labels of Flux, or one file for each release")
    });
    (found, diagnostics.into_iter().collect())
}

/// What tells an object from others; versions of one group name the same object.
fn key(object: &Object) -> (String, String, String, String) {
    let namespace = if transform::is_cluster_scoped(&object.kind) {
        String::new()
    } else {
        object.namespace.clone().unwrap_or_default()
    };
    (object.group.clone(), object.kind.clone(), namespace, object.name.clone())
}

/// Pods that `helm test` runs, and nothing else.
fn is_test(object: &Object) -> bool {
    let hook = object.annotation("helm.sh/hook").and_then(|node| node.as_str());
    hook.is_some_and(|hook| hook.split(',').all(|one| one.trim().starts_with("test")))
}

struct Makers {
    all: Vec<Maker>,
    by_id: BTreeMap<String, usize>,
    by_name: BTreeMap<String, Vec<usize>>,
}

fn makers(effective: &Effective, sources: &Sources) -> Makers {
    let mut makers = Makers { all: vec![], by_id: BTreeMap::new(), by_name: BTreeMap::new() };
    for release in effective.releases(sources) {
        let object = release.object;
        let spec = |key: &str| object.root.at(&["spec", key]).and_then(|node| node.as_str());
        let target = spec("targetNamespace");
        let name = match (spec("releaseName"), target) {
            (Some(name), _) => name.to_owned(),
            // Flux puts the target's name before that of the release.
            (None, Some(target)) if object.is(FLUX_HELM, "HelmRelease") => {
                format!("{target}-{}", object.name)
            }
            (None, _) => object.name.clone(),
        };
        let namespace = target.or(object.namespace.as_deref()).unwrap_or_default().to_owned();
        let idx = makers.all.len();
        makers.by_id.insert(object.id(), idx);
        for name in BTreeSet::from([name.clone(), object.name.clone()]) {
            makers.by_name.entry(name).or_default().push(idx);
        }
        let (id, chart, via) = (object.id(), release.chart.name.clone(), object.via.clone());
        makers.all.push(Maker { id, name, namespace, chart, via });
    }
    makers
}

impl Makers {
    /// The release that makes an object, by whatever tells it most surely.
    fn of(&self, document: &Document, object: &Object, sources: &Sources) -> Option<&Maker> {
        let label = |key: &str| object.root.at(&["metadata", "labels", key])?.as_str();
        let annotation = |key: &str| object.annotation(key)?.as_str();
        let flux = label("helm.toolkit.fluxcd.io/namespace")
            .zip(label("helm.toolkit.fluxcd.io/name"))
            .and_then(|(namespace, name)| self.by_id.get(&format!("{namespace}/{name}")))
            .map(|idx| &self.all[*idx]);
        let helm = || {
            let namespace = annotation("meta.helm.sh/release-namespace");
            self.named(annotation("meta.helm.sh/release-name")?, namespace)
        };
        let instance = || {
            let namespace = object.namespace.as_deref();
            self.named(label("app.kubernetes.io/instance")?, namespace)
        };
        flux.or_else(helm)
            .or_else(instance)
            .or_else(|| self.by_path(&sources.file(document.file).path))
            .or_else(|| self.by_comment(document))
    }

    /// The release of that name: the one of that namespace, or else the only one.
    fn named(&self, name: &str, namespace: Option<&str>) -> Option<&Maker> {
        let all: Vec<&Maker> = self.by_name.get(name)?.iter().map(|idx| &self.all[*idx]).collect();
        let here = all.iter().filter(|one| namespace == Some(one.namespace.as_str()));
        let exact = here.clone().find(|one| one.name == name);
        exact.or(here.clone().next()).copied().or_else(|| only(&all))
    }

    /// The release that a file or a folder on the way to it is named after.
    fn by_path(&self, path: &str) -> Option<&Maker> {
        let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
        let parts: Vec<&str> = stem.split('/').collect();
        for (at, part) in parts.iter().enumerate().rev() {
            let before = at.checked_sub(1).map(|at| parts[at]);
            if let Some(maker) = self.named(part, before) {
                return Some(maker);
            }
            // `namespace-name.yaml` and `namespace_name.yaml`.
            let joined = part.match_indices(['-', '_']).find_map(|(cut, _)| {
                self.by_id.get(&format!("{}/{}", &part[..cut], &part[cut + 1..]))
            });
            if let Some(idx) = joined {
                return Some(&self.all[*idx]);
            }
        }
        None
    }

    /// The only release of the chart that `helm template` names in `# Source: chart/templates/…`.
    fn by_comment(&self, document: &Document) -> Option<&Maker> {
        let mut texts = document.comments.iter().map(|comment| comment.text.as_str());
        let chart = texts.find_map(|text| text.strip_prefix("Source: ")?.split('/').next())?;
        let is_of = |maker: &&Maker| maker.chart.as_deref() == Some(chart);
        only(&self.all.iter().filter(is_of).collect::<Vec<_>>())
    }
}

fn only<'a>(found: &[&'a Maker]) -> Option<&'a Maker> {
    if let [one] = found { Some(one) } else { None }
}
