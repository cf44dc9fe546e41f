//! The walk through Flux Kustomizations.
//!
//! In: sync roots. Out: [`Effective`]. Each Kustomization is built once, with its components,
//! target namespace, patches, common metadata and variables; the Kustomizations among its objects
//! are walked next. One whose source is another repository is named and not followed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::ignored::Ignored;
use super::kustomize::{Builder, Overlay};
use super::lookup::Lookup;
use super::patch::Identity;
use super::substitute::Variables;
use super::{
    DependsOn, Effective, FLUX_KUSTOMIZE, FluxKustomization, Object, SyncRoot, Via, patch,
    resource_set, transform,
};
use crate::diagnostic::Diagnostic;
use crate::source::{Documents, Node, Root, Sources, Span, path, yaml};

pub(crate) fn walk(
    sources: &Sources,
    documents: &Documents,
    roots: Vec<SyncRoot>,
) -> (Effective, Vec<Diagnostic>) {
    let mut walk = Walk {
        builder: Builder::new(sources, documents, Ignored::read(sources, documents, &roots)),
        lookup: Lookup::new(sources, documents),
        maps: BTreeMap::new(),
        effective: Effective::default(),
        starts: vec![],
        roots,
        seen: BTreeSet::new(),
        queue: VecDeque::new(),
    };
    for root in walk.roots.clone() {
        walk.root(&root);
    }
    while let Some((object, via)) = walk.queue.pop_front() {
        walk.kustomization(&object, &via);
    }
    walk.add_starts();
    walk.check_dependencies();
    let Builder { diagnostics, remotes, reached, .. } = walk.builder;
    let mut effective = walk.effective;
    (effective.remotes, effective.reached) = (remotes, reached);
    effective.sync_roots = walk.roots;
    (effective, diagnostics)
}

struct Walk<'a> {
    builder: Builder<'a>,
    lookup: Lookup<'a>,
    /// Where the objects that variables can come from are among the effective ones.
    maps: BTreeMap<(String, String), Vec<usize>>,
    effective: Effective,
    /// Kustomizations that the walk starts from.
    starts: Vec<Object>,
    roots: Vec<SyncRoot>,
    seen: BTreeSet<String>,
    queue: VecDeque<(Object, Via)>,
}

impl Walk<'_> {
    fn root(&mut self, root: &SyncRoot) {
        let via = Via::default().then(format!("sync root `{}`", root.path), root.span);
        match &root.kustomization {
            Some(object) => {
                let applied = self.as_applied(root, object, &via);
                let mut object = applied.unwrap_or_else(|| object.clone());
                set_default_namespace(&mut object);
                self.starts.push(object.clone());
                self.queue.push_back((object, via));
            }
            None if self.builder.sources.is_folder(Root::Repository, &root.path) => {
                let made = self.made_by_instance(root);
                let objects = self.apply(&made, &root.path, &via);
                self.take(objects, None, &via);
            }
            None => self.missing_path(root.span, &root.path),
        }
    }

    /// The Kustomization as its own folder applies it again, patched as `flux bootstrap` lets it be.
    fn as_applied(&mut self, root: &SyncRoot, object: &Object, via: &Via) -> Option<Object> {
        if !self.has_own_file(root, object) {
            return None;
        }
        let said = (self.builder.diagnostics.len(), self.builder.remotes.len());
        let objects = self.builder.build(&root.path, &Overlay::default(), via);
        // The Kustomization builds it once more, and says it all again.
        self.builder.diagnostics.truncate(said.0);
        self.builder.remotes.truncate(said.1);
        objects.into_iter().find(|one| {
            one.is(FLUX_KUSTOMIZE, "Kustomization")
                && one.file == object.file
                && one.declared_name == object.name
        })
    }

    /// Puts the Kustomizations that nothing applies before all other objects.
    fn add_starts(&mut self) {
        let is_there = |start: &Object| {
            let mut all = self.effective.of(FLUX_KUSTOMIZE, "Kustomization");
            all.any(|object| object.id() == start.id())
        };
        let missing: Vec<Object> =
            self.starts.iter().filter(|start| !is_there(start)).cloned().collect();
        self.effective.objects.splice(0..0, missing);
    }

    /// Whether the root's folder applies the Kustomization's own file again, as bootstrap does.
    fn has_own_file(&self, root: &SyncRoot, object: &Object) -> bool {
        let file = &self.builder.sources.file(object.file).path;
        root.path.is_empty() || file.starts_with(&format!("{}/", root.path))
    }

    fn kustomization(&mut self, object: &Object, via: &Via) {
        if !self.seen.insert(object.id()) {
            return;
        }
        let spec = object.root.get("spec");
        let at = |path: &[&str]| spec.and_then(|spec| spec.at(path));
        let namespace = object.namespace.clone().unwrap_or_default();
        let external = self.external(object);
        let idx = self.effective.kustomizations.len();
        self.effective.kustomizations.push(FluxKustomization {
            depends_on: depends_on(at(&["dependsOn"]), &namespace),
            namespace,
            name: object.name.clone(),
            path: at(&["path"]).cloned(),
            external: external.clone(),
            objects: 0,
            span: object.span(),
        });
        if external.is_some() {
            return;
        }
        let via = via.then(format!("Flux Kustomization `{}`", object.id()), object.span());
        let written = at(&["path"]).and_then(Node::as_str).unwrap_or("");
        let folder_span = at(&["path"]).map_or(object.span(), |node| node.span);
        let Some(folder) = self.folder(written) else {
            return self.missing_path(folder_span, written);
        };
        let objects = self.apply(object, &folder, &via);
        self.effective.kustomizations[idx].objects = objects.len();
        self.take(objects, Some(idx), &via);
    }

    /// The objects of a folder as a Kustomization applies it.
    fn apply(&mut self, object: &Object, folder: &str, via: &Via) -> Vec<Object> {
        let spec = object.root.get("spec");
        let at = |path: &[&str]| spec.and_then(|spec| spec.at(path));
        let may_miss = at(&["ignoreMissingComponents"]).and_then(Node::as_bool);
        let overlay = Overlay {
            components: list(at(&["components"])),
            components_may_miss: may_miss == Some(true),
            patches: list(at(&["patches"])),
            namespace: at(&["targetNamespace"]),
        };
        let mut objects = self.builder.build(folder, &overlay, via);
        for field in ["labels", "annotations"] {
            if let Some(pairs) = at(&["commonMetadata", field]) {
                transform::set_all(pairs, field, &mut objects);
            }
        }
        if let Some(post_build) = at(&["postBuild"]) {
            let find = |kind: &str, name: &str| self.variables_from(kind, name, object);
            let variables = Variables::read(post_build, find);
            for object in objects.iter_mut().filter(|_| !variables.is_empty()) {
                variables.apply(object);
            }
        }
        objects
    }

    /// The Kustomization that an instance makes, with its patches; it is declared nowhere.
    fn made_by_instance(&self, root: &SyncRoot) -> Object {
        let mut tree = Node::mapping(root.span);
        let text = |text: &str| Node::string(text, root.span);
        tree.set("apiVersion", text("kustomize.toolkit.fluxcd.io/v1"));
        tree.set("kind", text("Kustomization"));
        let metadata = tree.get_or_insert("metadata");
        metadata.set("name", text(&root.source));
        metadata.set("namespace", text("flux-system"));
        tree.get_or_insert("spec").set("path", text(&root.path));
        let version = "kustomize.toolkit.fluxcd.io/v1";
        let made = Object::new("Kustomization", version, tree, root.span.file, Via::default());
        let made = made.expect("bug: just given a name");
        let mut patched = vec![made.clone()];
        for item in &root.patches {
            let Some(text) = item.get("patch") else { continue };
            for tree in yaml::parse_embedded_all(text, self.builder.sources) {
                patch::apply(&tree, item.get("target"), Identity::Kept, &mut patched);
            }
        }
        patched.pop().unwrap_or(made)
    }

    /// The folder of the repository that `spec.path` means.
    fn folder(&self, written: &str) -> Option<String> {
        let wanted = path::join("", written)?;
        let prefixes = self.roots.iter().map(|root| root.prefix.as_str());
        prefixes.chain([""]).find_map(|prefix| {
            let folder = path::join(prefix, &wanted)?;
            let is_there = self.builder.sources.is_folder(Root::Repository, &folder);
            (folder.is_empty() || is_there).then_some(folder)
        })
    }

    /// The object that variables come from: one that is applied, or else the nearest declared.
    fn variables_from(&self, kind: &str, name: &str, by: &Object) -> Option<&Node> {
        let applied = self.maps.get(&(kind.to_owned(), name.to_owned())).into_iter().flatten();
        let applied = applied.map(|idx| &self.effective.objects[*idx]);
        let declared = || self.lookup.nearest(kind, name, by.file).map(|found| &found.root);
        let mut fitting = applied.filter(|object| object.namespace == by.namespace);
        fitting.next_back().map(|object| &object.root).or_else(declared)
    }

    /// Adds objects, and queues the Kustomizations among them.
    fn take(&mut self, objects: Vec<Object>, applied_by: Option<usize>, via: &Via) {
        for mut object in objects {
            object.kustomization = applied_by;
            set_default_namespace(&mut object);
            if object.is(FLUX_KUSTOMIZE, "Kustomization") {
                self.queue.push_back((object.clone(), via.clone()));
            } else if object.is(resource_set::GROUP, "ResourceSet") {
                let made = resource_set::expand(&object, &self.lookup, self.builder.sources);
                self.effective.unseen.extend(made.unseen);
                self.effective.objects.push(object);
                self.take(made.objects, applied_by, via);
                continue;
            } else if object.group.is_empty() && matches!(&*object.kind, "ConfigMap" | "Secret") {
                let key = (object.kind.clone(), object.name.clone());
                self.maps.entry(key).or_default().push(self.effective.objects.len());
            }
            self.effective.objects.push(object);
        }
    }

    /// The source of a Kustomization, where it is not this repository.
    fn external(&self, object: &Object) -> Option<String> {
        let reference = object.root.at(&["spec", "sourceRef"])?;
        let (kind, name) = (reference.str_at(&["kind"])?, reference.str_at(&["name"])?);
        let declared = self.lookup.nearest(kind, name, object.file);
        let url = declared.and_then(|document| document.root.str_at(&["spec", "url"]));
        let is_ours = self.roots.iter().any(|root| root.is_source(name, url));
        let written = object.root.str_at(&["spec", "path"]).unwrap_or_default();
        let local = declared.is_none() && self.folder(written).is_some();
        if is_ours || local {
            return None;
        }
        Some(url.map_or_else(|| format!("{kind} `{name}`"), str::to_owned))
    }

    fn missing_path(&mut self, span: Span, written: &str) {
        let folder = path::join("", written).unwrap_or_default();
        let siblings = self.builder.sources.folders_in(Root::Repository, path::parent(&folder));
        let parent = path::parent(&folder);
        let candidates: Vec<String> =
            siblings.iter().map(|name| format!("./{parent}/{name}").replace("//", "/")).collect();
        self.builder.diagnostics.push(
            Diagnostic::warning("flux/path-missing", format!("folder `{written}` does not exist"))
                .at(span)
                .label("no such folder")
                .help("correct `spec.path`; what it would apply is not on the site")
                .suggest(&format!("./{folder}"), candidates.iter().map(String::as_str)),
        );
    }

    fn check_dependencies(&mut self) {
        let ids: BTreeSet<String> =
            self.effective.kustomizations.iter().map(FluxKustomization::id).collect();
        for dependency in self.effective.kustomizations.iter().flat_map(|one| &one.depends_on) {
            let wanted = format!("{}/{}", dependency.namespace, dependency.name);
            if ids.contains(&wanted) {
                continue;
            }
            let suffix = format!("/{}", dependency.name);
            let elsewhere = ids.iter().find(|id| id.ends_with(&suffix));
            let message = format!("Flux Kustomization `{wanted}` does not exist");
            let diagnostic = Diagnostic::warning("flux/dependency-missing", message)
                .at(dependency.span)
                .label("waited for here, for ever");
            self.builder.diagnostics.push(match elsewhere {
                Some(other) => diagnostic.help(format!("did you mean `{other}`?")),
                None => diagnostic.suggest(&wanted, ids.iter().map(String::as_str)),
            });
        }
    }
}

fn list(node: Option<&Node>) -> Vec<&Node> {
    node.map_or(&[][..], Node::items).iter().collect()
}

fn depends_on(node: Option<&Node>, own_namespace: &str) -> Vec<DependsOn> {
    list(node)
        .into_iter()
        .filter_map(|item| {
            Some(DependsOn {
                namespace: item.str_at(&["namespace"]).unwrap_or(own_namespace).to_owned(),
                name: item.str_at(&["name"])?.to_owned(),
                span: item.get("name")?.span,
            })
        })
        .collect()
}

/// What Kubernetes does with a namespaced object that names no namespace.
fn set_default_namespace(object: &mut Object) {
    if object.namespace.is_none() && !transform::is_cluster_scoped(&object.kind) {
        object.namespace = Some("default".to_owned());
    }
}
