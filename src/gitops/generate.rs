//! kustomize's generators: ConfigMaps with their clear text, Secrets by name only.
//!
//! In: a kustomization. Out: objects named without the hash suffix that kustomize adds. No value of
//! a Secret is ever read.

use super::kustomize::Builder;
use super::{Object, Via};
use crate::source::{FileId, Node, Span};

/// Adds what `configMapGenerator` and `secretGenerator` make.
pub(crate) fn run(
    root: &Node,
    folder: &str,
    via: &Via,
    builder: &mut Builder<'_>,
    objects: &mut Vec<Object>,
) {
    let defaults = root.get("generatorOptions");
    for (field, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
        for rule in root.get(field).map_or(&[][..], Node::items) {
            let Some(mut made) = object(kind, rule, defaults, via) else { continue };
            if kind == "ConfigMap" {
                data(rule, folder, builder, &mut made.root);
            }
            add(rule, made, objects);
        }
    }
}

fn object(kind: &str, rule: &Node, defaults: Option<&Node>, via: &Via) -> Option<Object> {
    let name = rule.get("name")?;
    let mut root = Node::mapping(rule.span);
    root.set("apiVersion", Node::string("v1", rule.span));
    root.set("kind", Node::string(kind, rule.span));
    let metadata = root.get_or_insert("metadata");
    metadata.set("name", name.clone());
    if let Some(namespace) = rule.get("namespace") {
        metadata.set("namespace", namespace.clone());
    }
    for options in [defaults, rule.get("options")].into_iter().flatten() {
        for field in ["labels", "annotations"] {
            for entry in options.get(field).map_or(&[][..], Node::entries) {
                metadata.get_or_insert(field).set(&entry.key, entry.value.clone());
            }
        }
    }
    Object::new(kind, "v1", root, rule.span.file, via.clone())
}

fn data(rule: &Node, folder: &str, builder: &mut Builder<'_>, root: &mut Node) {
    let list = |field: &str| rule.get(field).map_or(&[][..], Node::items);
    for item in list("literals") {
        if let Some((key, value)) = item.as_str().and_then(|text| text.split_once('=')) {
            let value = value.trim_matches(['"', '\'']);
            root.get_or_insert("data").set(key, Node::string(value, item.span));
        }
    }
    for item in list("files") {
        let Some(text) = item.as_str() else { continue };
        let (key, file) =
            text.split_once('=').unwrap_or_else(|| (text.rsplit('/').next().unwrap_or(text), text));
        let named = Node::string(file, item.span);
        if let Some(id) = builder.local_file(folder, &named) {
            let content = builder.sources.text(id);
            let span = Span::new(id, 0, content.len());
            root.get_or_insert("data").set(key, Node::string(content, span));
        }
    }
    for item in list("envs").iter().chain(rule.get("env")) {
        if let Some(id) = builder.local_file(folder, item) {
            variables(builder.sources.text(id), id, root);
        }
    }
}

fn variables(text: &str, file: FileId, root: &mut Node) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let span = Span::new(file, at, at + line.trim_end().len());
        at += line.len();
        if let Some((key, value)) =
            line.trim().split_once('=').filter(|(key, _)| !key.starts_with('#'))
        {
            root.get_or_insert("data").set(key.trim(), Node::string(value.trim(), span));
        }
    }
}

/// `behavior: merge` and `replace` change an object that is there already.
fn add(rule: &Node, made: Object, objects: &mut Vec<Object>) {
    let behavior = rule.str_at(&["behavior"]).unwrap_or("create");
    let old = objects
        .iter_mut()
        .find(|old| behavior != "create" && old.kind == made.kind && old.name == made.name);
    match old {
        Some(old) => {
            if behavior == "replace" {
                old.root.remove("data");
            }
            for entry in made.root.get("data").map_or(&[][..], Node::entries) {
                old.root.get_or_insert("data").set(&entry.key, entry.value.clone());
            }
        }
        None => objects.push(made),
    }
}
