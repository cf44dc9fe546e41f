//! An object on its way from a file to the cluster: [`Object`] and the steps that led to it.
//!
//! In: documents. Out: objects with identity, tree and [`Via`]. Nothing here decides which objects
//! there are.

use std::sync::Arc;

use crate::source::{Document, FileId, Node, Span};

/// A Kubernetes object as Flux would apply it.
#[derive(Clone, Debug)]
pub struct Object {
    /// API group, empty for the core group.
    pub group: String,
    /// API version without the group.
    pub version: String,
    /// Kind.
    pub kind: String,
    /// Namespace after kustomize and Flux; none for what has none.
    pub namespace: Option<String>,
    /// Name after prefixes, suffixes and renaming.
    pub name: String,
    /// Name as declared, which patches may still use.
    pub declared_name: String,
    /// Namespace as declared.
    pub declared_namespace: Option<String>,
    /// The whole object, patched and substituted.
    pub root: Node,
    /// The file that declares it.
    pub file: FileId,
    /// What led to it, innermost step first.
    pub via: Via,
    /// Index into [`Effective::kustomizations`](super::Effective) of what applies it.
    pub kustomization: Option<usize>,
}

impl Object {
    /// The object of a document, or none where it is no Kubernetes object with a name.
    pub(crate) fn from_document(document: &Document, via: Via) -> Option<Self> {
        let (kind, api_version) = document.kind()?;
        let (kind, api_version) = (kind.to_owned(), api_version.to_owned());
        Self::new(&kind, &api_version, document.root.clone(), document.file, via)
    }

    pub(crate) fn new(
        kind: &str,
        api_version: &str,
        root: Node,
        file: FileId,
        via: Via,
    ) -> Option<Self> {
        let name = root.str_at(&["metadata", "name"])?.to_owned();
        let namespace = root.str_at(&["metadata", "namespace"]).map(str::to_owned);
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Some(Self {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.to_owned(),
            declared_namespace: namespace.clone(),
            namespace,
            declared_name: name.clone(),
            name,
            root,
            file,
            via,
            kustomization: None,
        })
    }

    /// `namespace/name`, or the name alone.
    pub fn id(&self) -> String {
        match &self.namespace {
            Some(namespace) => format!("{namespace}/{}", self.name),
            None => self.name.clone(),
        }
    }

    /// Whether it is of a kind of an API group.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind == kind && self.group == group
    }

    /// Sets name and namespace again from the tree, after a patch.
    pub(crate) fn refresh(&mut self) {
        if let Some(name) = self.root.str_at(&["metadata", "name"]) {
            name.clone_into(&mut self.name);
        }
        self.namespace = self.root.str_at(&["metadata", "namespace"]).map(str::to_owned);
    }

    /// Renames it, in its tree too.
    pub(crate) fn set_name(&mut self, name: String) {
        let span = self.root.span;
        let metadata = self.root.get_or_insert("metadata");
        let span = metadata.get("name").map_or(span, |node| node.span);
        metadata.set("name", Node::string(name.as_str(), span));
        self.name = name;
    }

    /// Moves it to a namespace, in its tree too; the span is that of what says so.
    pub(crate) fn set_namespace(&mut self, namespace: &str, span: Span) {
        self.root.get_or_insert("metadata").set("namespace", Node::string(namespace, span));
        self.namespace = Some(namespace.to_owned());
    }

    /// Where the object stands: its name, or its start.
    pub fn span(&self) -> Span {
        let name = self.root.at(&["metadata", "name"]).map(|node| node.span);
        name.filter(|span| span.file == self.file)
            .or_else(|| self.root.entry("kind").map(|entry| entry.key_span))
            .unwrap_or(self.root.span)
    }

    /// An annotation of the object.
    pub fn annotation(&self, key: &str) -> Option<&Node> {
        self.root.at(&["metadata", "annotations"])?.get(key)
    }
}

/// One step on the way from the sync root to an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is, such as ``Flux Kustomization `media/jellyfin` ``.
    pub label: String,
    /// Where it stands.
    pub span: Span,
}

/// The steps from the sync root to an object, as a list that shares its tail.
#[derive(Clone, Debug, Default)]
pub struct Via(Option<Arc<(Step, Via)>>);

impl Via {
    /// These steps and one more.
    pub(crate) fn then(&self, label: impl Into<String>, span: Span) -> Self {
        Self(Some(Arc::new((Step { label: label.into(), span }, self.clone()))))
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> Vec<&Step> {
        let (mut steps, mut at) = (Vec::new(), self);
        while let Some(link) = &at.0 {
            steps.push(&link.0);
            at = &link.1;
        }
        steps.reverse();
        steps
    }
}
