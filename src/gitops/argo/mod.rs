//! The walk through Argo CD's Applications.
//!
//! In: all documents of a repository without Flux. Out: [`Effective`], or none without Argo CD.
//! The walk starts from the Applications and ApplicationSets that no other one applies, wherever
//! they are declared: as objects or in the values of the chart that makes them. A folder is built
//! as Argo CD builds it: kustomize, a chart, or plain manifests. Other repositories are named and
//! not followed; clusters that an ApplicationSet would ask for are not known.
//! Format: <https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/>.

mod application;
mod chart;
mod generate;
mod template;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use self::application::Application;
use super::ignored::Ignored;
use super::kustomize::Builder;
use super::{Effective, Object, Unseen, Via, roots};
use crate::diagnostic::Diagnostic;
use crate::source::{Documents, FileId, Node, Root, Sources, Span, Value, path};

/// The API group of Argo CD.
pub(crate) const GROUP: &str = "argoproj.io";

/// What Argo CD would apply; none where nothing of it is in the repository.
pub(crate) fn walk(
    sources: &Sources,
    documents: &Documents,
) -> Option<(Effective, Vec<Diagnostic>)> {
    let declared = declared(sources, documents);
    if declared.is_empty() {
        return None;
    }
    let mut walk = Walk {
        builder: Builder::new(sources, documents, Ignored::default()),
        effective: Effective::default(),
        own_url: own_url(&declared, sources),
        seen: BTreeSet::new(),
        queue: VecDeque::new(),
    };
    for object in walk.topmost(&declared) {
        walk.take(object);
    }
    while let Some(object) = walk.queue.pop_front() {
        walk.visit(&object);
    }
    let Builder { diagnostics, remotes, reached, .. } = walk.builder;
    let mut effective = walk.effective;
    (effective.remotes, effective.reached) = (remotes, reached);
    Some((effective, diagnostics))
}

struct Walk<'a> {
    builder: Builder<'a>,
    effective: Effective,
    /// The address of this repository, as most sources name it.
    own_url: Option<String>,
    seen: BTreeSet<String>,
    queue: VecDeque<Object>,
}

impl Walk<'_> {
    /// The declared ones whose file lies in no folder of another one; all of them on a tie.
    fn topmost(&mut self, declared: &[Object]) -> Vec<Object> {
        let folders: Vec<Vec<String>> = declared.iter().map(|one| self.folders(one)).collect();
        let is_top = |(idx, one): &(usize, &Object)| {
            let file = &self.builder.sources.file(one.file).path;
            let others = folders.iter().enumerate().filter(|(other, _)| other != idx);
            !others.flat_map(|(_, folders)| folders).any(|folder| roots::is_under(file, folder))
        };
        let top: Vec<Object> =
            declared.iter().enumerate().filter(is_top).map(|(_, one)| one.clone()).collect();
        if top.is_empty() { declared.to_vec() } else { top }
    }

    /// The folders of this repository that an Application or ApplicationSet applies.
    fn folders(&self, object: &Object) -> Vec<String> {
        let applications = match &*object.kind {
            "ApplicationSet" => {
                generate::applications(object, self.builder.sources, self.builder.documents).0
            }
            _ => vec![object.clone()],
        };
        let sources = applications.iter().flat_map(|one| Application::read(one).sources);
        sources.filter_map(|source| self.local(&source)).collect()
    }

    /// The folder that a source means, where it is one of this repository.
    fn local(&self, source: &Node) -> Option<String> {
        let folder = path::join("", source.str_at(&["path"])?)?;
        let url = source.str_at(&["repoURL"]).map(plain_url);
        let is_ours =
            self.own_url.is_none() || url == self.own_url || url.is_none_or(|url| is_open(&url));
        let is_there = self.builder.sources.is_folder(Root::Repository, &folder);
        (is_ours && is_there).then_some(folder)
    }

    /// Adds an object, and queues it where it applies others.
    fn take(&mut self, object: Object) {
        let applies = matches!(&*object.kind, "Application" | "ApplicationSet");
        if object.group == GROUP && applies {
            if !self.seen.insert(format!("{} {}", object.kind, object.id())) {
                return;
            }
            self.queue.push_back(object.clone());
        }
        self.effective.objects.push(object);
    }

    fn visit(&mut self, object: &Object) {
        if object.kind == "ApplicationSet" {
            let (sources, documents) = (self.builder.sources, self.builder.documents);
            let (applications, unseen) = generate::applications(object, sources, documents);
            self.effective.unseen.extend(unseen);
            applications.into_iter().for_each(|one| self.take(one));
            return;
        }
        let application = Application::read(object);
        self.namespace(&application);
        for source in &application.sources {
            self.source(&application, source);
        }
    }

    /// The namespace that `CreateNamespace=true` makes.
    fn namespace(&mut self, application: &Application) {
        let Some((name, span)) = application.creates_namespace() else { return };
        if self.effective.of("", "Namespace").any(|object| object.name == name) {
            return;
        }
        let mut root = Node::mapping(span);
        root.set("apiVersion", Node::string("v1", span));
        root.set("kind", Node::string("Namespace", span));
        root.get_or_insert("metadata").set("name", Node::string(name, span));
        let via = application.via.clone();
        self.effective.objects.extend(Object::new("Namespace", "v1", root, span.file, via));
    }

    fn source(&mut self, application: &Application, source: &Node) {
        if source.get("chart").is_some() {
            let release = chart::of_source(application, source, &self.builder);
            self.charts(vec![release], application);
        } else if let Some(folder) = self.local(source) {
            self.folder(application, source, &folder);
        } else if let Some(path) = source.get("path") {
            self.effective.unseen.push(Unseen {
                what: format!("what Application `{}` applies", application.name),
                reason: match source.str_at(&["repoURL"]) {
                    Some(url) => format!("its source is not in this repository: {url}"),
                    None => "its source is not in this repository".to_owned(),
                },
                span: Some(path.span),
            });
        }
    }

    fn folder(&mut self, application: &Application, source: &Node, folder: &str) {
        let sources = self.builder.sources;
        let chart =
            path::join(folder, "Chart.yaml").and_then(|path| sources.find(Root::Repository, &path));
        let mut objects = if let Some(chart) = chart {
            self.builder.reached.insert(chart);
            let (releases, unseen) =
                chart::of_folder(application, source, (folder, chart), &self.builder);
            self.effective.unseen.extend(unseen);
            self.charts(releases, application);
            vec![]
        } else {
            application.build(source, folder, &mut self.builder)
        };
        for object in &mut objects {
            application.place(object);
        }
        objects.into_iter().for_each(|object| self.take(object));
    }

    /// Adds releases, and the Applications that their values hold.
    fn charts(&mut self, releases: Vec<super::ChartRelease>, application: &Application) {
        for release in releases {
            let via = application.via.clone();
            for object in in_values(&release.values, release.object.file, &via) {
                self.take(object);
            }
            self.effective.charts.push(release);
        }
    }
}

/// All Applications and ApplicationSets that the repository declares.
fn declared(sources: &Sources, documents: &Documents) -> Vec<Object> {
    let mut found = Vec::new();
    for document in documents.iter() {
        let file = sources.file(document.file);
        if file.root != Root::Repository || roots::is_chart_template(&file.path, sources) {
            continue;
        }
        match document.kind() {
            Some(("Application" | "ApplicationSet", version)) if version.starts_with(GROUP) => {
                found.extend(Object::from_document(document, Via::default()));
            }
            Some(_) => {}
            None => found.extend(in_values(&document.root, document.file, &Via::default())),
        }
    }
    found
}

/// Applications and ApplicationSets in the values of the chart `argocd-apps`, also as a dependency.
fn in_values(values: &Node, file: FileId, via: &Via) -> Vec<Object> {
    let inner = values.entries().iter().filter(|entry| entry.key.contains("argo"));
    let places = std::iter::once(values).chain(inner.map(|entry| &entry.value));
    places.flat_map(|place| listed(place, file, via)).collect()
}

fn listed(values: &Node, file: FileId, via: &Via) -> Vec<Object> {
    let mut found = Vec::new();
    for (field, kind) in [
        ("applications", "Application"),
        ("applicationsets", "ApplicationSet"),
        ("applicationSets", "ApplicationSet"),
    ] {
        let Some(all) = values.get(field) else { continue };
        let named = all.entries().iter().map(|entry| (Some(&entry.key), &entry.value));
        for (name, spec) in named.chain(all.items().iter().map(|item| (None, item))) {
            let is_one =
                ["source", "sources", "generators"].iter().any(|key| spec.get(key).is_some());
            let name = name.map(String::as_str).or(spec.str_at(&["name"]));
            if let Some(name) = name.filter(|_| is_one) {
                let object = object(kind, name, spec);
                found.extend(Object::new(kind, "argoproj.io/v1alpha1", object, file, via.clone()));
            }
        }
    }
    found
}

/// An object of Argo CD with that specification.
fn object(kind: &str, name: &str, spec: &Node) -> Node {
    let mut root = Node::mapping(spec.span);
    root.set("apiVersion", Node::string("argoproj.io/v1alpha1", spec.span));
    root.set("kind", Node::string(kind, spec.span));
    let metadata = root.get_or_insert("metadata");
    metadata.set("name", Node::string(name, Span { end: spec.span.start, ..spec.span }));
    let namespace = spec.str_at(&["namespace"]).unwrap_or("argocd").to_owned();
    metadata.set("namespace", Node::string(namespace, spec.span));
    root.set("spec", spec.clone());
    root
}

/// The address that most sources with a folder of this repository name.
fn own_url(declared: &[Object], sources: &Sources) -> Option<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for object in declared {
        urls(&object.root, sources, &mut counts);
    }
    let most = counts.values().max().copied()?;
    counts.into_iter().find(|(_, count)| *count == most).map(|(url, _)| url)
}

fn urls(node: &Node, sources: &Sources, counts: &mut BTreeMap<String, usize>) {
    let is_local = node
        .str_at(&["path"])
        .and_then(|text| path::join("", text))
        .is_some_and(|path| path.contains("{{") || sources.is_folder(Root::Repository, &path));
    let generates = node.get("directories").is_some() || node.get("files").is_some();
    let url = node.str_at(&["repoURL"]).map(plain_url);
    if let Some(url) = url.filter(|url| (is_local || generates) && !is_open(url)) {
        *counts.entry(url).or_insert(0) += 1;
    }
    match &node.value {
        Value::Mapping(entries) => entries.iter().for_each(|it| urls(&it.value, sources, counts)),
        Value::Sequence(items) => items.iter().for_each(|item| urls(item, sources, counts)),
        Value::Scalar(_) => {}
    }
}

/// An address that only the cluster can fill in.
fn is_open(url: &str) -> bool {
    url.contains("{{") || url.contains("${") || url.contains("$(")
}

fn plain_url(url: &str) -> String {
    roots::plain_url(url)
}
