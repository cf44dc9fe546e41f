//! ApplicationSets: generators and the Applications that they make.
//!
//! In: an ApplicationSet, the folders and files of the repository. Out: Applications. `list`,
//! `git` (directories and files), `matrix` and `merge` are followed; `clusters` is taken to be the
//! cluster that Argo CD runs in. Generators that ask a service on the network are named.
//! Format: <https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators/>.

use super::template;
use crate::gitops::{Object, Unseen};
use crate::source::{Documents, Node, Root, Sources, Span, path, yaml};

/// The Applications of a set, identical names once.
pub(super) fn applications(
    set: &Object,
    sources: &Sources,
    documents: &Documents,
) -> (Vec<Object>, Vec<Unseen>) {
    let mut read = Generators { sources, documents, unseen: vec![], set };
    let spec = set.root.get("spec");
    let generators = spec.and_then(|spec| spec.get("generators")).map_or(&[][..], Node::items);
    let all: Vec<Node> = generators.iter().flat_map(|one| read.parameters(one, 0)).collect();
    let Some(template) = spec.and_then(|spec| spec.get("template")) else {
        return (vec![], read.unseen);
    };
    let via = set.via.then(format!("ApplicationSet `{}`", set.id()), set.span());
    let mut found: Vec<Object> = Vec::new();
    for parameters in &all {
        let mut root = template::filled(template, parameters);
        root.set("apiVersion", Node::string("argoproj.io/v1alpha1", template.span));
        root.set("kind", Node::string("Application", template.span));
        if root.at(&["metadata", "namespace"]).is_none() {
            let namespace = set.namespace.as_deref().unwrap_or("argocd");
            let namespace = Node::string(namespace, template.span);
            root.get_or_insert("metadata").set("namespace", namespace);
        }
        let made = Object::new("Application", "argoproj.io/v1alpha1", root, set.file, via.clone());
        found.extend(made.filter(|one| !found.iter().any(|other| other.name == one.name)));
    }
    (found, read.unseen)
}

/// Two lists of parameters become one; the keys are those of `merge`.
type Combine = fn(&[Node], &[Node], &[&str]) -> Vec<Node>;

struct Generators<'a> {
    sources: &'a Sources,
    documents: &'a Documents,
    unseen: Vec<Unseen>,
    set: &'a Object,
}

impl Generators<'_> {
    /// The sets of parameters that a generator makes.
    fn parameters(&mut self, generator: &Node, depth: usize) -> Vec<Node> {
        // Generators nest in each other two levels deep at most.
        if depth > 3 {
            return vec![];
        }
        let mut found = Vec::new();
        for entry in generator.entries() {
            let inner = &entry.value;
            let mut made = match entry.key.as_str() {
                "list" => self.list(inner),
                "git" => self.git(inner),
                "clusters" => vec![in_cluster(inner.span)],
                "matrix" => self.combined(inner, depth, matrix),
                "merge" => self.combined(inner, depth, merge),
                "selector" | "template" => continue,
                other => {
                    self.unseen.push(Unseen {
                        what: format!("Applications of ApplicationSet `{}`", self.set.id()),
                        reason: format!("its generator `{other}` asks outside the repository"),
                        span: Some(entry.key_span),
                    });
                    continue;
                }
            };
            if let Some(values) = inner.get("values") {
                made.iter_mut().for_each(|one| {
                    let values = template::filled(values, one);
                    one.set("values", values);
                });
            }
            found.extend(made);
        }
        found
    }

    fn list(&self, list: &Node) -> Vec<Node> {
        let written = list.get("elementsYaml");
        let parsed = written.and_then(|text| yaml::parse_embedded(text, self.sources));
        let elements = list.get("elements").or(parsed.as_ref());
        elements.map_or(&[][..], Node::items).to_vec()
    }

    fn git(&self, git: &Node) -> Vec<Node> {
        let list = |field: &str| git.get(field).map_or(&[][..], Node::items).iter();
        let patterns = |field: &'static str, excluded: bool| {
            list(field)
                .filter(move |it| {
                    (it.get("exclude").and_then(Node::as_bool) == Some(true)) == excluded
                })
                .filter_map(|it| Some((template::glob(it.str_at(&["path"])?)?, it.span)))
                .collect::<Vec<_>>()
        };
        let mut found = Vec::new();
        let (wanted, unwanted) = (patterns("directories", false), patterns("directories", true));
        for folder in self.sources.folders(Root::Repository) {
            let fits = wanted.iter().find(|(pattern, _)| pattern.is_match(folder));
            let is_hidden = folder.split('/').any(|part| part.starts_with('.'));
            let is_out = unwanted.iter().any(|(pattern, _)| pattern.is_match(folder));
            if let Some((_, span)) = fits.filter(|_| !is_out && !is_hidden) {
                let mut parameters = Node::mapping(*span);
                parameters.set("path", of_path(folder, *span));
                found.push(parameters);
            }
        }
        let (wanted, unwanted) = (patterns("files", false), patterns("files", true));
        if wanted.is_empty() {
            return found;
        }
        for (id, file) in self.sources.files().filter(|(_, file)| file.root == Root::Repository) {
            let fits = wanted.iter().find(|(pattern, _)| pattern.is_match(&file.path));
            let is_out = unwanted.iter().any(|(pattern, _)| pattern.is_match(&file.path));
            let Some((_, span)) = fits.filter(|_| !is_out) else { continue };
            let Some(document) = self.documents.of(id).first() else { continue };
            let items = document.root.items();
            let sets = if items.is_empty() { std::slice::from_ref(&document.root) } else { items };
            for parameters in sets {
                let mut parameters = parameters.clone();
                let mut at = of_path(path::parent(&file.path), *span);
                at.set("filename", Node::string(file.name(), *span));
                parameters.set("path", at);
                found.push(parameters);
            }
        }
        found
    }

    fn combined(&mut self, node: &Node, depth: usize, combine: Combine) -> Vec<Node> {
        let keys: Vec<&str> = node
            .get("mergeKeys")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(Node::as_str)
            .collect();
        let inner = node.get("generators").map_or(&[][..], Node::items);
        let mut sets = inner.iter().map(|one| self.parameters(one, depth + 1));
        let Some(first) = sets.next() else { return vec![] };
        sets.fold(first, |left, right| combine(&left, &right, &keys))
    }
}

fn over(mut under: Node, top: &Node) -> Node {
    for entry in top.entries() {
        under.set(&entry.key, entry.value.clone());
    }
    under
}

fn matrix(left: &[Node], right: &[Node], _: &[&str]) -> Vec<Node> {
    let pairs = left.iter().flat_map(|one| right.iter().map(move |other| (one, other)));
    // A repository holds hundreds of applications, not more.
    pairs.take(10_000).map(|(one, other)| over(one.clone(), other)).collect()
}

fn merge(left: &[Node], right: &[Node], keys: &[&str]) -> Vec<Node> {
    let same = |one: &Node, other: &Node| {
        keys.iter().all(|key| {
            let path: Vec<&str> = key.split('.').collect();
            one.str_at(&path) == other.str_at(&path)
        })
    };
    let merged = |one: &Node| match right.iter().find(|other| same(one, other)) {
        Some(other) => over(one.clone(), other),
        None => one.clone(),
    };
    left.iter().map(merged).collect()
}

fn in_cluster(span: Span) -> Node {
    let mut node = Node::mapping(span);
    for (key, value) in [
        ("name", "in-cluster"),
        ("nameNormalized", "in-cluster"),
        ("server", "https://kubernetes.default.svc"),
    ] {
        node.set(key, Node::string(value, span));
    }
    node
}

fn of_path(folder: &str, span: Span) -> Node {
    let name = folder.rsplit('/').next().unwrap_or(folder);
    let mut node = Node::mapping(span);
    node.set("path", Node::string(folder, span));
    node.set("basename", Node::string(name, span));
    node.set("basenameNormalized", Node::string(template::normalized(name), span));
    let segments = folder.split('/').map(|part| Node::string(part, span)).collect();
    node.set("segments", Node { span, tag: None, value: crate::source::Value::Sequence(segments) });
    node
}
