//! kustomize patches: strategic merge and JSON 6902.
//!
//! In: a patch's tree, a target selector, objects. Out: objects changed in place; what a patch
//! sets keeps the patch's own spans. Lists of built-in kinds merge by their keys as kustomize's
//! OpenAPI schema says; lists of custom resources are replaced.

use regex::Regex;

use super::Object;
use crate::source::{Entry, Node, Value};

/// What a patch applies to; an absent part matches everything.
#[derive(Debug, Default)]
pub(crate) struct Selector {
    group: Option<Pattern>,
    version: Option<Pattern>,
    kind: Option<Pattern>,
    name: Option<Pattern>,
    namespace: Option<Pattern>,
    labels: Vec<(String, Option<String>)>,
    annotations: Vec<(String, Option<String>)>,
}

/// What a part of an object is to be: most selectors are plain names, and a regular expression
/// takes long to compile.
#[derive(Debug)]
enum Pattern {
    /// A text in which `.` stands for any letter.
    Text(String),
    Regex(Regex),
    /// No valid pattern: it selects nothing.
    Invalid,
}

impl Pattern {
    fn read(text: &str) -> Self {
        let is_plain = |letter: char| letter.is_alphanumeric() || "-_/.".contains(letter);
        if text.chars().all(is_plain) {
            return Self::Text(text.to_owned());
        }
        Regex::new(&format!("^(?:{text})$")).map_or(Self::Invalid, Self::Regex)
    }

    fn fits(&self, text: &str) -> bool {
        match self {
            Self::Text(own) => {
                let mut pairs = own.chars().zip(text.chars());
                own.chars().count() == text.chars().count()
                    && pairs.all(|(own, letter)| own == '.' || own == letter)
            }
            Self::Regex(regex) => regex.is_match(text),
            Self::Invalid => false,
        }
    }
}

impl Selector {
    /// Reads a `target:` or `select:` map.
    pub(crate) fn read(node: &Node) -> Self {
        let anchored = |key: &str| {
            let text = node.get(key)?.as_str().filter(|text| !text.is_empty())?;
            Some(Pattern::read(text))
        };
        Self {
            group: anchored("group"),
            version: anchored("version"),
            kind: anchored("kind"),
            name: anchored("name"),
            namespace: anchored("namespace"),
            labels: requirements(node.str_at(&["labelSelector"])),
            annotations: requirements(node.str_at(&["annotationSelector"])),
        }
    }

    /// The selector that a strategic merge patch without a target stands for.
    fn of_patch(patch: &Node) -> Self {
        let exact = |text: &str| Some(Pattern::Text(text.to_owned()));
        let api_version = patch.str_at(&["apiVersion"]).unwrap_or_default();
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        Self {
            group: exact(group),
            version: exact(version),
            kind: exact(patch.str_at(&["kind"]).unwrap_or_default()),
            name: exact(patch.str_at(&["metadata", "name"]).unwrap_or_default()),
            namespace: patch.str_at(&["metadata", "namespace"]).and_then(exact),
            ..Self::default()
        }
    }

    pub(crate) fn matches(&self, object: &Object) -> bool {
        let fits = |pattern: &Option<Pattern>, texts: &[&str]| {
            pattern.as_ref().is_none_or(|pattern| texts.iter().any(|text| pattern.fits(text)))
        };
        let namespace = object.namespace.as_deref().unwrap_or_default();
        let declared = object.declared_namespace.as_deref().unwrap_or_default();
        fits(&self.group, &[&object.group])
            && fits(&self.version, &[&object.version])
            && fits(&self.kind, &[&object.kind])
            && fits(&self.name, &[&object.name, &object.declared_name])
            && fits(&self.namespace, &[namespace, declared])
            && meets(&self.labels, object, "labels")
            && meets(&self.annotations, object, "annotations")
    }
}

/// `a=b,c` as pairs; a key without value asks only that it exists.
fn requirements(text: Option<&str>) -> Vec<(String, Option<String>)> {
    let terms = text.into_iter().flat_map(|text| text.split(','));
    terms
        .map(str::trim)
        .filter(|term| !term.is_empty())
        .map(|term| match term.split_once('=') {
            Some((key, value)) => {
                let value = value.trim_start_matches('=').trim().to_owned();
                (key.trim().to_owned(), Some(value))
            }
            None => (term.to_owned(), None),
        })
        .collect()
}

fn meets(wanted: &[(String, Option<String>)], object: &Object, field: &str) -> bool {
    wanted.iter().all(|(key, value)| {
        let found = object.root.at(&["metadata", field]).and_then(|map| map.get(key));
        match value {
            Some(value) => found.and_then(Node::as_str) == Some(value),
            None => found.is_some(),
        }
    })
}

/// What an object may lose to a patch besides its fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identity {
    /// It keeps kind, name and namespace, whatever the patch says.
    Kept,
    /// The patch may rename it: `options.allowNameChange`.
    Name,
}

/// Applies one patch; the count says how many objects it changed.
pub(crate) fn apply(
    patch: &Node,
    target: Option<&Node>,
    identity: Identity,
    objects: &mut Vec<Object>,
) -> usize {
    let operations = matches!(patch.value, Value::Sequence(_));
    let selector = match target {
        Some(target) => Selector::read(target),
        None => Selector::of_patch(patch),
    };
    let (mut changed, mut removed) = (0, Vec::new());
    for (idx, object) in objects.iter_mut().enumerate().filter(|(_, it)| selector.matches(it)) {
        changed += 1;
        if operations {
            for operation in patch.items() {
                json_operation(&mut object.root, operation);
            }
            object.refresh();
        } else if patch.str_at(&["$patch"]) == Some("delete") {
            removed.push(idx);
        } else {
            merge_object(object, patch, identity);
        }
    }
    for idx in removed.into_iter().rev() {
        objects.remove(idx);
    }
    changed
}

/// A strategic merge; what a patch is found by may differ from what the object is called by now.
fn merge_object(object: &mut Object, patch: &Node, identity: Identity) {
    let mut patch = patch.clone();
    patch.remove("apiVersion");
    patch.remove("kind");
    if let Some(metadata) = patch.get_mut("metadata") {
        metadata.remove("namespace");
        if identity == Identity::Kept {
            metadata.remove("name");
        }
    }
    let by_key = is_builtin(&object.group);
    merge(&mut object.root, &patch, by_key);
    object.refresh();
}

fn is_builtin(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io") && !group.contains("gateway.networking")
}

/// Merges `patch` over `node`; null removes, lists of built-in kinds merge by key.
pub(crate) fn merge(node: &mut Node, patch: &Node, lists_by_key: bool) {
    match &patch.value {
        Value::Mapping(entries) if matches!(node.value, Value::Mapping(_)) => {
            if patch.str_at(&["$patch"]) == Some("replace") {
                *node = patch.clone();
                node.remove("$patch");
                return;
            }
            for entry in entries.iter().filter(|entry| entry.key != "$patch") {
                merge_entry(node, entry, lists_by_key);
            }
        }
        _ => *node = patch.clone(),
    }
}

fn merge_entry(node: &mut Node, entry: &Entry, lists_by_key: bool) {
    if entry.value.is_null() || entry.value.str_at(&["$patch"]) == Some("delete") {
        node.remove(&entry.key);
        return;
    }
    let merge_key = if lists_by_key { merge_key(&entry.key) } else { None };
    let Value::Mapping(entries) = &mut node.value else { return };
    match entries.iter_mut().find(|own| own.key == entry.key) {
        Some(own) => match merge_key {
            Some(key) if matches!(own.value.value, Value::Sequence(_)) => {
                merge_list(&mut own.value, &entry.value, key);
            }
            _ => merge(&mut own.value, &entry.value, lists_by_key),
        },
        None => entries.push(entry.clone()),
    }
}

/// The key by which a list of a built-in kind merges (Kubernetes API conventions, `patchMergeKey`).
fn merge_key(field: &str) -> Option<&'static str> {
    match field {
        "containers"
        | "initContainers"
        | "ephemeralContainers"
        | "volumes"
        | "env"
        | "imagePullSecrets"
        | "secrets" => Some("name"),
        "volumeMounts" => Some("mountPath"),
        "volumeDevices" => Some("devicePath"),
        "ports" => Some("containerPort"),
        "hostAliases" => Some("ip"),
        "topologySpreadConstraints" => Some("topologyKey"),
        _ => None,
    }
}

/// What the patch names comes first, in its order, as kustomize writes it.
fn merge_list(own: &mut Node, patch: &Node, key: &str) {
    let Value::Sequence(items) = &mut own.value else { return };
    let mut merged = Vec::with_capacity(items.len() + patch.items().len());
    for change in patch.items() {
        // A Service's ports have no `containerPort`; they merge by `port`.
        let key =
            if change.get(key).is_none() && change.get("port").is_some() { "port" } else { key };
        let wanted = change.str_at(&[key]);
        let found = items.iter().position(|item| wanted.is_some() && item.str_at(&[key]) == wanted);
        let old = found.map(|idx| items.remove(idx));
        if change.str_at(&["$patch"]) == Some("delete") {
            continue;
        }
        merged.push(match old {
            Some(mut old) => {
                merge(&mut old, change, true);
                old
            }
            None => change.clone(),
        });
    }
    merged.append(items);
    *items = merged;
}

/// One operation of RFC 6902; an operation that does not fit changes nothing.
fn json_operation(root: &mut Node, operation: &Node) {
    let Some(path) = operation.str_at(&["path"]).map(pointer) else { return };
    let from = || operation.str_at(&["from"]).map(pointer);
    match operation.str_at(&["op"]) {
        Some("add") => {
            if let Some(value) = operation.get("value") {
                add(root, &path, value.clone());
            }
        }
        Some("replace") => {
            if let Some((target, value)) = find(root, &path).zip(operation.get("value")) {
                *target = value.clone();
            }
        }
        Some("remove") => drop(take(root, &path)),
        Some("move") => {
            if let Some(value) = from().and_then(|from| take(root, &from)) {
                add(root, &path, value);
            }
        }
        Some("copy") => {
            if let Some(value) = from().and_then(|from| find(root, &from).cloned()) {
                add(root, &path, value);
            }
        }
        _ => {}
    }
}

fn pointer(path: &str) -> Vec<String> {
    path.trim_start_matches('/')
        .split('/')
        .map(|part| part.replace("~1", "/").replace("~0", "~"))
        .collect()
}

fn find<'a>(root: &'a mut Node, path: &[String]) -> Option<&'a mut Node> {
    path.iter().try_fold(root, |node, part| match &mut node.value {
        Value::Mapping(entries) => {
            entries.iter_mut().find(|entry| entry.key == *part).map(|entry| &mut entry.value)
        }
        Value::Sequence(items) => items.get_mut(part.parse::<usize>().ok()?),
        Value::Scalar(_) => None,
    })
}

fn add(root: &mut Node, path: &[String], value: Node) {
    let Some((last, parents)) = path.split_last() else { return };
    let Some(parent) = find(root, parents) else { return };
    match &mut parent.value {
        Value::Sequence(items) if last == "-" => items.push(value),
        Value::Sequence(items) => {
            if let Some(idx) = last.parse::<usize>().ok().filter(|idx| *idx <= items.len()) {
                items.insert(idx, value);
            }
        }
        Value::Mapping(_) => parent.set(last, value),
        Value::Scalar(_) => {}
    }
}

fn take(root: &mut Node, path: &[String]) -> Option<Node> {
    let (last, parents) = path.split_last()?;
    let parent = find(root, parents)?;
    match &mut parent.value {
        Value::Sequence(items) => {
            let idx = last.parse::<usize>().ok().filter(|idx| *idx < items.len())?;
            Some(items.remove(idx))
        }
        Value::Mapping(entries) => {
            let idx = entries.iter().position(|entry| entry.key == *last)?;
            Some(entries.remove(idx).value)
        }
        Value::Scalar(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gitops::Via;
    use crate::source::{FileId, yaml};

    fn object(text: &str) -> Object {
        let (documents, _) = yaml::parse(FileId(0), text);
        Object::from_document(&documents[0], Via::default()).unwrap()
    }

    fn patched(text: &str, patch: &str, target: Option<&str>) -> Vec<Object> {
        let read = |text: &str| yaml::parse(FileId(0), text).0.remove(0).root;
        let mut objects = vec![object(text)];
        apply(&read(patch), target.map(read).as_ref(), Identity::Kept, &mut objects);
        objects
    }

    const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - {name: a, image: x:1}\n  - {name: b, image: y:1}\n";

    #[test]
    fn lists_merge_by_key_for_built_in_kinds() {
        let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: b, image: y:2}]}\n";
        let objects = patched(POD, patch, None);
        assert_eq!(objects[0].root.str_at(&["spec", "containers", "0", "image"]), Some("y:2"));
        assert_eq!(objects[0].root.str_at(&["spec", "containers", "1", "image"]), Some("x:1"));
    }

    #[test]
    fn lists_of_custom_resources_are_replaced() {
        let release = "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\nspec: {values: {a: [1, 2], b: 1, c: 2}}\n";
        let patch = "spec: {values: {a: [3], b: null}}\n";
        let objects = patched(release, patch, Some("kind: HelmRelease"));
        let values = objects[0].root.at(&["spec", "values"]).unwrap();
        assert_eq!(values.get("a").unwrap().items().len(), 1);
        assert!(values.get("b").is_none());
        assert_eq!(values.str_at(&["c"]), Some("2"));
        assert_eq!(objects[0].name, "web");
    }

    #[test]
    fn json_operations() {
        let patch = "- {op: replace, path: /spec/containers/0/image, value: z:9}\n- {op: remove, path: /spec/containers/1}\n- {op: add, path: /metadata/labels, value: {a~b: c}}\n- {op: replace, path: /metadata/name, value: shop}\n- {op: replace, path: /nowhere/at/all, value: 1}\n";
        let objects = patched(POD, patch, Some("kind: Pod\nname: w.*"));
        let root = &objects[0].root;
        assert_eq!(root.str_at(&["spec", "containers", "0", "image"]), Some("z:9"));
        assert_eq!(root.at(&["spec", "containers"]).unwrap().items().len(), 1);
        assert_eq!(root.str_at(&["metadata", "labels", "a~b"]), Some("c"));
        assert_eq!(objects[0].name, "shop");
    }

    #[test]
    fn targets_are_anchored_and_deletions_delete() {
        assert_eq!(patched(POD, "$patch: delete\n", Some("kind: Po")).len(), 1);
        assert_eq!(patched(POD, "$patch: delete\n", Some("kind: Pod")).len(), 0);
        assert_eq!(patched(POD, "$patch: delete\n", Some("labelSelector: app=web")).len(), 1);
    }
}
