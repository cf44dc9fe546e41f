//! Manifests that nothing applies, beside manifests that Flux does apply.
//!
//! In: files and those that the walk came to. Out: one finding for each folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::{Entity, EntityKind, Finding, Input, Rule};
use crate::diagnostic::Severity;
use crate::inventory::Source;
use crate::source::{Document, File, FileId, Root, path};

pub(super) const RULE: Rule = Rule {
    code: "kustomize/file-unreached",
    severity: Severity::Warning,
    title: "A manifest that no kustomization reaches",
    explanation: "\
The file holds Kubernetes objects and lies in a folder that Flux applies, but no \
`kustomization.yaml` on the way from the sync root names it: its objects are not in the cluster, \
however current they look. Name it under `resources`, or delete it.

Only folders of which at least one other file is applied are looked at, so that archives, \
templates and other clusters stay out.",
    blind_spot: "Files that a person or a job applies by hand look the same.",
    example: "# kustomization.yaml, in a folder that also holds podmonitor.yaml\nresources:\n  - ./helmrelease.yaml",
    check,
};

fn check(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let Input { sources, effective, .. } = *input;
    if effective.sync_roots.is_empty() {
        return vec![];
    }
    let folder = |id: FileId| path::parent(&sources.file(id).path).to_owned();
    // What the walk starts from is applied by hand, once, and so is what lies beside it.
    let held: BTreeSet<FileId> = effective.objects.iter().map(|object| object.file).collect();
    let applied: BTreeSet<String> =
        held.iter().filter(|id| effective.reached.contains(id)).map(|id| folder(*id)).collect();
    let starts: BTreeSet<FileId> = effective.sync_roots.iter().map(|root| root.span.file).collect();
    let is_known =
        |id: &FileId| effective.reached.contains(id) || held.contains(id) || starts.contains(id);
    let mut left_out: BTreeMap<String, Vec<(FileId, &File)>> = BTreeMap::new();
    for (id, file) in sources.files() {
        let is_open = file.root == Root::Repository && !is_known(&id);
        if is_open
            && applied.contains(path::parent(&file.path))
            && is_manifest(input, id, file)
            && !is_named(input, file)
        {
            left_out.entry(folder(id)).or_default().push((id, file));
        }
    }
    left_out.values().map(|files| finding(input, rule, files)).collect()
}

fn finding(input: &Input<'_>, rule: &Rule, files: &[(FileId, &File)]) -> Finding {
    let source = |id: FileId| {
        let root = input.documents.of(id).iter().find(|document| is_object(document));
        root.map(|document| Source::new(input.sources, name_span(document), ""))
    };
    let folder = path::parent(&files[0].1.path);
    let message = match files {
        [(_, only)] => format!("`{}` is applied by nothing", only.path),
        _ => format!("{} files in `{folder}` are applied by nothing", files.len()),
    };
    let mut finding = rule
        .finding(message)
        .at_any(source(files[0].0).as_ref())
        .help("name it in a `kustomization.yaml`, or delete it");
    if files.len() > 1 {
        for (id, file) in files {
            let entity = Entity::new(EntityKind::File, file.path.clone());
            finding =
                finding.item(format!("`{}`", file.name()), source(*id).as_ref(), Some(entity));
        }
    } else {
        finding = finding.about(EntityKind::File, files[0].1.path.clone());
    }
    finding
}

fn name_span(document: &Document) -> crate::source::Span {
    let name = document.root.at(&["metadata", "name"]);
    name.map_or(document.root.span, |name| name.span)
}

/// Whether a file holds nothing but objects that Flux could apply.
fn is_manifest(input: &Input<'_>, id: FileId, file: &File) -> bool {
    let is_yaml = file.path.ends_with(".yaml") || file.path.ends_with(".yml");
    let documents = input.documents.of(id);
    is_yaml && !documents.is_empty() && documents.iter().all(is_object)
}

/// Whether the `kustomization.yaml` beside a file names it, in whatever way.
fn is_named(input: &Input<'_>, file: &File) -> bool {
    let beside = |name: &str| match path::parent(&file.path) {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    };
    let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
    let mut beside = names.iter().filter_map(|name| {
        let id = input.sources.find(Root::Repository, &beside(name))?;
        input.documents.of(id).first()
    });
    beside.any(|document| {
        let mut found = false;
        document.root.for_each_scalar(&mut |scalar, _| {
            let last = scalar.text.rsplit(['/', '=']).next().unwrap_or_default();
            found |= last == file.name();
        });
        found
    })
}

/// Whether a document is an object with a name; kustomize's own files and tools' files are not.
fn is_object(document: &Document) -> bool {
    let foreign =
        ["kustomize.config.k8s.io", "config.kubernetes.io", "kustomize.", "helmfile", "skaffold"];
    let Some((_, version)) = document.kind() else { return false };
    let is_known = version.contains('/') || version == "v1";
    is_known
        && !foreign.iter().any(|group| version.starts_with(group) && !version.contains("toolkit"))
        && document.root.at(&["metadata", "name"]).is_some()
}
