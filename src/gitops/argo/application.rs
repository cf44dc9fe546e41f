//! One Application: its sources, and where their objects go.
//!
//! In: an effective Application. Out: the objects of a folder as Argo CD builds it: with
//! kustomize where there is a kustomization, and else every manifest of the folder, of its
//! sub-folders only with `directory.recurse`.

use regex::Regex;

use crate::gitops::kustomize::{Builder, Overlay};
use crate::gitops::{Object, Via, labels, transform};
use crate::source::{Node, Root, Span};

/// What is read of an Application.
pub(super) struct Application {
    pub(super) name: String,
    /// `spec.destination.namespace`.
    pub(super) namespace: Option<String>,
    /// `spec.source` or `spec.sources`.
    pub(super) sources: Vec<Node>,
    pub(super) via: Via,
    pub(super) span: Span,
    root: Node,
}

impl Application {
    pub(super) fn read(object: &Object) -> Self {
        let spec = |path: &[&str]| object.root.get("spec").and_then(|spec| spec.at(path));
        let several = spec(&["sources"]).map_or(&[][..], Node::items);
        let sources = if several.is_empty() {
            spec(&["source"]).into_iter().cloned().collect()
        } else {
            several.to_vec()
        };
        Self {
            name: object.name.clone(),
            namespace: spec(&["destination", "namespace"])
                .and_then(Node::as_str)
                .map(str::to_owned),
            sources,
            via: object.via.then(format!("Application `{}`", object.id()), object.span()),
            span: object.span(),
            root: object.root.clone(),
        }
    }

    /// The namespace that Argo CD makes before it applies anything, and where it is told so.
    pub(super) fn creates_namespace(&self) -> Option<(&str, Span)> {
        let options = self.root.at(&["spec", "syncPolicy", "syncOptions"])?;
        let option =
            options.items().iter().find(|it| it.as_str() == Some("CreateNamespace=true"))?;
        Some((self.namespace.as_deref()?, option.span))
    }

    /// Puts an object that names no namespace into the destination's.
    pub(super) fn place(&self, object: &mut Object) {
        if object.namespace.is_none() && !transform::is_cluster_scoped(&object.kind) {
            let namespace = self.namespace.as_deref().unwrap_or("default");
            object.set_namespace(namespace, self.span);
        }
    }

    /// The objects of a folder that is no chart.
    pub(super) fn build(
        &self,
        source: &Node,
        folder: &str,
        builder: &mut Builder<'_>,
    ) -> Vec<Object> {
        if !builder.has_kustomization(folder) {
            return self.plain(source.get("directory"), folder, builder);
        }
        let options = source.get("kustomize");
        let list = |field: &str| {
            options.and_then(|options| options.get(field)).map_or(&[][..], Node::items).iter()
        };
        let overlay = Overlay {
            components: list("components").collect(),
            components_may_miss: options
                .and_then(|options| options.get("ignoreMissingComponents"))
                .and_then(Node::as_bool)
                == Some(true),
            patches: list("patches").collect(),
            namespace: options.and_then(|options| options.get("namespace")),
        };
        let mut objects = builder.build(folder, &overlay, &self.via);
        if let Some(options) = options {
            transform::names(options, &mut objects);
            labels::apply(options, &mut objects);
        }
        objects
    }

    fn plain(
        &self,
        options: Option<&Node>,
        folder: &str,
        builder: &mut Builder<'_>,
    ) -> Vec<Object> {
        let recurse = options.and_then(|node| node.get("recurse")).and_then(Node::as_bool);
        let pattern = |field: &str| {
            let text = options.and_then(|node| node.str_at(&[field]))?;
            super::template::glob(text)
        };
        let (include, exclude) = (pattern("include"), pattern("exclude"));
        let files: Vec<_> = builder
            .sources
            .under(Root::Repository, folder)
            .filter(|(_, file)| {
                let below = file.path.strip_prefix(folder).unwrap_or(&file.path);
                let below = below.trim_start_matches('/');
                let fits = |pattern: &Regex| pattern.is_match(below);
                let is_manifest =
                    [".yaml", ".yml", ".json"].iter().any(|ending| below.ends_with(ending));
                is_manifest
                    && (recurse == Some(true) || !below.contains('/'))
                    && include.as_ref().is_none_or(fits)
                    && !exclude.as_ref().is_some_and(fits)
            })
            .map(|(id, _)| id)
            .collect();
        let mut objects = Vec::new();
        for file in files {
            builder.file(file, None, &self.via, &mut objects);
        }
        objects
    }
}
