//! `kustomize build` of one folder, with what Flux adds to it.
//!
//! In: a folder of the repository and an [`Overlay`]. Out: objects in kustomize's order, with
//! diagnostics for what is missing. Remote bases are recorded, never fetched; generators give
//! names and clear text only; a cycle ends with a diagnostic.
//! Order of the steps: resources, generators, components, then the transformers as kustomize runs
//! them (patches, namespace, prefix, suffix, labels, annotations, images, replacements).

use std::collections::BTreeSet;

use super::ignored::Ignored;
use super::patch::Identity;
use super::{Object, Remote, Via, generate, labels, patch, replace, transform};
use crate::diagnostic::Diagnostic;
use crate::source::{Document, Documents, FileId, Node, Root, Sources, Span, Value, path, yaml};

/// The names under which kustomize looks for its file.
const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
/// Fields that change objects in ways that are not followed here.
const NOT_FOLLOWED: [&str; 5] = ["helmCharts", "generators", "transformers", "vars", "helmGlobals"];

/// What a Flux Kustomization adds to the folder that it applies.
#[derive(Default)]
pub(crate) struct Overlay<'a> {
    pub(crate) components: Vec<&'a Node>,
    /// Whether a component that does not exist is passed over.
    pub(crate) components_may_miss: bool,
    pub(crate) patches: Vec<&'a Node>,
    pub(crate) namespace: Option<&'a Node>,
}

/// One walk over the repository: what it reads, and what it notes on the way.
pub(crate) struct Builder<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) documents: &'a Documents,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) remotes: Vec<Remote>,
    pub(crate) reached: BTreeSet<FileId>,
    ignored: Ignored,
    stack: Vec<String>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(sources: &'a Sources, documents: &'a Documents, ignored: Ignored) -> Self {
        Self {
            sources,
            documents,
            ignored,
            diagnostics: vec![],
            remotes: vec![],
            reached: BTreeSet::new(),
            stack: vec![],
        }
    }

    /// The objects of a folder with what Flux adds to it.
    pub(crate) fn build(&mut self, folder: &str, overlay: &Overlay<'_>, via: &Via) -> Vec<Object> {
        let mut objects = Vec::new();
        let root = self.kustomization(folder).map(|document| document.root.clone());
        if let Some(root) = &root {
            self.enter(folder, root.span, |builder| {
                builder.accumulate(folder, root, overlay, via, &mut objects);
            });
        } else {
            self.generated(folder, via, &mut objects);
            self.components(folder, &overlay.components, overlay, via, &mut objects);
            self.transform(folder, None, overlay, &mut objects);
        }
        objects
    }

    fn kustomization(&mut self, folder: &str) -> Option<&'a Document> {
        let file = FILES.iter().find_map(|name| {
            self.sources.find(Root::Repository, path::join(folder, name)?.as_str())
        })?;
        self.reached.insert(file);
        self.documents.of(file).first()
    }

    /// Whether a folder holds a file of kustomize.
    pub(crate) fn has_kustomization(&self, folder: &str) -> bool {
        FILES.iter().any(|name| {
            let path = path::join(folder, name).unwrap_or_default();
            self.sources.find(Root::Repository, &path).is_some()
        })
    }

    /// Runs `inner` unless the folder is being built already.
    fn enter(&mut self, folder: &str, span: Span, inner: impl FnOnce(&mut Self)) {
        if self.stack.iter().any(|open| open == folder) || self.stack.len() > 64 {
            let cycle = [self.stack.as_slice(), &[folder.to_owned()]].concat().join(" → ");
            self.diagnostics.push(
                Diagnostic::warning("kustomize/cycle", format!("`{folder}` includes itself"))
                    .at(span)
                    .label("the way round ends here")
                    .help(format!("break the cycle {cycle}")),
            );
            return;
        }
        self.stack.push(folder.to_owned());
        inner(self);
        self.stack.pop();
    }

    fn accumulate(
        &mut self,
        folder: &str,
        root: &Node,
        overlay: &Overlay<'_>,
        via: &Via,
        objects: &mut Vec<Object>,
    ) {
        for field in ["resources", "bases"] {
            for item in root.get(field).map_or(&[][..], Node::items) {
                self.resource(folder, item, via, objects);
            }
        }
        let own = root.get("components").map_or(&[][..], Node::items).iter();
        let components: Vec<&Node> = own.chain(overlay.components.iter().copied()).collect();
        generate::run(root, folder, via, self, objects);
        self.components(folder, &components, overlay, via, objects);
        self.transform(folder, Some(root), overlay, objects);
        for field in NOT_FOLLOWED {
            if let Some(entry) = root.entry(field) {
                self.diagnostics.push(
                    Diagnostic::note(
                        "kustomize/not-followed",
                        format!("`{field}` is not followed"),
                    )
                    .at(entry.key_span)
                    .help("what it makes or changes is not on the site"),
                );
            }
        }
    }

    fn resource(&mut self, folder: &str, item: &Node, via: &Via, objects: &mut Vec<Object>) {
        let Some(text) = item.as_str() else { return };
        if is_remote(text) {
            self.remotes.push(Remote { url: text.to_owned(), span: item.span });
            return;
        }
        let target = path::join(folder, text);
        let target = target.as_deref().unwrap_or("..");
        if let Some(file) = self.sources.find(Root::Repository, target) {
            self.file(file, Some(item.span), via, objects);
        } else if self.sources.is_folder(Root::Repository, target) {
            if !self.has_kustomization(target) {
                self.missing(item, &format!("`{text}` has no kustomization.yaml"), &[]);
                return;
            }
            let via = via.then(format!("kustomization `{target}`"), item.span);
            self.enter(target, item.span, |builder| {
                let mut inner = builder.build_entered(target, &via);
                objects.append(&mut inner);
            });
        } else {
            let names = self.neighbours(folder);
            self.missing(item, &format!("`{text}` does not exist"), &names);
        }
    }

    /// Builds a folder that [`Self::enter`] has put on the stack.
    fn build_entered(&mut self, folder: &str, via: &Via) -> Vec<Object> {
        let mut objects = Vec::new();
        if let Some(document) = self.kustomization(folder) {
            let root = document.root.clone();
            self.accumulate(folder, &root, &Overlay::default(), via, &mut objects);
        }
        objects
    }

    fn missing(&mut self, item: &Node, message: &str, candidates: &[String]) {
        let diagnostic = Diagnostic::warning("kustomize/resource-missing", message)
            .at(item.span)
            .label("named here")
            .help("create it, or remove this line; Flux refuses to apply this folder")
            .suggest(item.as_str().unwrap_or_default(), candidates.iter().map(String::as_str));
        self.diagnostics.push(diagnostic);
    }

    /// What a kustomization in `folder` could name, in the form it would be written.
    fn neighbours(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let files = self.sources.under(Root::Repository, folder).map(|(_, file)| &file.path);
        files.filter_map(|path| Some(format!("./{}", path.strip_prefix(&prefix)?))).collect()
    }

    /// Adds the objects of a file; `named_at` is where a kustomization names it.
    pub(crate) fn file(
        &mut self,
        file: FileId,
        named_at: Option<Span>,
        via: &Via,
        objects: &mut Vec<Object>,
    ) {
        self.reached.insert(file);
        for document in self.documents.of(file) {
            if is_list(document) {
                objects.extend(list_items(document, via));
            } else if let Some(object) = Object::from_document(document, via.clone()) {
                objects.push(object);
            } else if let Some(span) = named_at.filter(|_| !document.root.is_null()) {
                self.diagnostics.push(
                    Diagnostic::warning("kustomize/not-an-object", "this is no Kubernetes object")
                        .at(document.root.span)
                        .label("needs `apiVersion`, `kind` and `metadata.name`")
                        .related(span, "named here")
                        .help("remove it from `resources`, or complete it"),
                );
            }
        }
    }

    /// What Flux generates for a folder without a file of kustomize: every manifest below it.
    fn generated(&mut self, folder: &str, via: &Via, objects: &mut Vec<Object>) {
        let files: Vec<(FileId, String)> = self
            .sources
            .under(Root::Repository, folder)
            .filter(|(_, file)| file.path.ends_with(".yaml") || file.path.ends_with(".yml"))
            .filter(|(_, file)| !self.ignored.holds(&file.path))
            .map(|(id, file)| (id, file.path.clone()))
            .collect();
        let mut built: Option<String> = None;
        for (id, file) in files {
            if built.as_ref().is_some_and(|done| file.starts_with(&format!("{done}/"))) {
                continue;
            }
            match self.topmost_kustomization(folder, &file) {
                Some(inner) => {
                    let span = Span::new(id, 0, 0);
                    let via = via.then(format!("kustomization `{inner}`"), span);
                    self.enter(&inner, span, |builder| {
                        objects.append(&mut builder.build_entered(&inner, &via));
                    });
                    built = Some(inner);
                }
                None => self.file(id, None, via, objects),
            }
        }
    }

    /// The outermost folder below `folder`, on the way to `file`, that has a file of kustomize.
    fn topmost_kustomization(&self, folder: &str, file: &str) -> Option<String> {
        let below = file.strip_prefix(folder)?.trim_start_matches('/');
        let mut at = folder.to_owned();
        for part in path::parent(below).split('/').filter(|part| !part.is_empty()) {
            at = path::join(&at, part)?;
            if self.has_kustomization(&at) {
                return Some(at);
            }
        }
        None
    }

    fn components(
        &mut self,
        folder: &str,
        components: &[&Node],
        overlay: &Overlay<'_>,
        via: &Via,
        objects: &mut Vec<Object>,
    ) {
        for item in components {
            let Some(text) = item.as_str() else { continue };
            if is_remote(text) {
                self.remotes.push(Remote { url: text.to_owned(), span: item.span });
                continue;
            }
            let target = path::join(folder, text).unwrap_or_else(|| "..".to_owned());
            let Some(root) = self.kustomization(&target).map(|found| found.root.clone()) else {
                if !overlay.components_may_miss {
                    self.missing(item, &format!("component `{text}` does not exist"), &[]);
                }
                continue;
            };
            let via = via.then(format!("component `{target}`"), item.span);
            self.enter(&target, item.span, |builder| {
                builder.accumulate(&target, &root, &Overlay::default(), &via, objects);
            });
        }
    }

    fn transform(
        &mut self,
        folder: &str,
        root: Option<&Node>,
        overlay: &Overlay<'_>,
        objects: &mut Vec<Object>,
    ) {
        let list = |field: &str| root.and_then(|root| root.get(field)).map_or(&[][..], Node::items);
        for item in list("patchesStrategicMerge") {
            for tree in self.patch_text(folder, item) {
                patch::apply(&tree, None, Identity::Kept, objects);
            }
        }
        let own = list("patches").iter().chain(list("patchesJson6902"));
        for item in own.chain(overlay.patches.iter().copied()) {
            self.patch(folder, item, objects);
        }
        let namespace = root.and_then(|root| root.get("namespace"));
        if let Some(namespace) = overlay.namespace.or(namespace) {
            transform::namespace(namespace, objects);
        }
        if let Some(root) = root {
            transform::names(root, objects);
            labels::apply(root, objects);
            transform::replicas(root, objects);
            transform::images(root, objects);
            for item in list("replacements") {
                let from_file = self.replacement(folder, item);
                replace::apply(from_file.as_ref().unwrap_or(item), objects);
            }
        }
    }

    fn patch(&mut self, folder: &str, item: &Node, objects: &mut Vec<Object>) {
        let trees = match (item.get("patch"), item.get("path")) {
            (Some(text), _) => yaml::parse_embedded_all(text, self.sources),
            (None, Some(path)) => self.patch_text(folder, path),
            _ => vec![],
        };
        let renames = item.at(&["options", "allowNameChange"]).and_then(Node::as_bool);
        let identity = if renames == Some(true) { Identity::Name } else { Identity::Kept };
        for tree in trees {
            patch::apply(&tree, item.get("target"), identity, objects);
        }
    }

    /// The trees of a patch that is a file's path or the patch itself.
    fn patch_text(&mut self, folder: &str, item: &Node) -> Vec<Node> {
        let text = item.as_str().unwrap_or_default();
        if text.contains('\n') {
            return yaml::parse_embedded_all(item, self.sources);
        }
        match self.local_file(folder, item) {
            Some(file) => self.documents.of(file).iter().map(|found| found.root.clone()).collect(),
            None => vec![],
        }
    }

    /// A file that a kustomization names; reported where it is missing.
    pub(crate) fn local_file(&mut self, folder: &str, item: &Node) -> Option<FileId> {
        let text = item.as_str()?;
        let found = self.sources.find(Root::Repository, &path::join(folder, text)?);
        match found {
            Some(file) => {
                self.reached.insert(file);
            }
            None if is_remote(text) => {
                self.remotes.push(Remote { url: text.to_owned(), span: item.span });
            }
            None => {
                let names = self.neighbours(folder);
                self.missing(item, &format!("`{text}` does not exist"), &names);
            }
        }
        found
    }

    fn replacement(&mut self, folder: &str, item: &Node) -> Option<Node> {
        let file = self.local_file(folder, item.get("path")?)?;
        self.documents.of(file).first().map(|document| document.root.clone())
    }
}

/// Whether it stands for the objects in its `items`, as kustomize tells it.
fn is_list(document: &Document) -> bool {
    document.kind().is_some_and(|(kind, _)| kind.ends_with("List"))
        && document.root.get("items").is_some_and(|items| matches!(items.value, Value::Sequence(_)))
}

fn list_items(document: &Document, via: &Via) -> Vec<Object> {
    let items = document.root.get("items").map_or(&[][..], Node::items);
    let object = |item: &Node| {
        let (kind, version) = (item.str_at(&["kind"])?, item.str_at(&["apiVersion"])?);
        Object::new(kind, version, item.clone(), document.file, via.clone())
    };
    items.iter().filter_map(object).collect()
}

/// Whether kustomize would fetch it: a URL or a git address.
fn is_remote(text: &str) -> bool {
    text.contains("://")
        || text.contains("?ref=")
        || text.starts_with("git@")
        || text.starts_with("git::")
        || text.starts_with("github.com/")
}
