//! The objects of a `ResourceSet`: a template and the inputs that are put into it.
//!
//! In: an effective `ResourceSet`, and providers whose inputs stand in the repository. Out: one
//! object for each input and template. Inputs that only a service on the network knows are named
//! and make no object. Of the template language, `<< inputs.name >>` with a few filters is read;
//! what else stands between `<<` and `>>` stays as written.
//! Format: <https://fluxcd.control-plane.io/operator/resourcesets/introduction/>.

use std::collections::BTreeSet;

use super::lookup::Lookup;
use super::{Object, Unseen};
use crate::source::{Node, Sources, Value, yaml};

/// The API group of the operator that knows `ResourceSet`.
pub(crate) const GROUP: &str = "fluxcd.controlplane.io";

/// What a `ResourceSet` makes.
#[derive(Default)]
pub(crate) struct Made {
    pub(crate) objects: Vec<Object>,
    pub(crate) unseen: Vec<Unseen>,
}

/// One object for each template and input, identical ones once.
pub(crate) fn expand(set: &Object, lookup: &Lookup<'_>, sources: &Sources) -> Made {
    let mut made = Made::default();
    let inputs = inputs(set, lookup, &mut made.unseen);
    let templates = templates(set, sources, &mut made.unseen);
    let mut seen = BTreeSet::new();
    let via = set.via.then(format!("ResourceSet `{}`", set.id()), set.span());
    for input in &inputs {
        for template in &templates {
            let mut root = template.clone();
            put(&mut root, input);
            let (kind, version) = (root.str_at(&["kind"]), root.str_at(&["apiVersion"]));
            let Some((kind, version)) = kind.zip(version) else { continue };
            let (kind, version) = (kind.to_owned(), version.to_owned());
            let file = template.span.file;
            let Some(mut object) = Object::new(&kind, &version, root, file, via.clone()) else {
                continue;
            };
            if object.namespace.is_none() && !super::transform::is_cluster_scoped(&kind) {
                let namespace = set.namespace.clone().unwrap_or_default();
                object.set_namespace(&namespace, set.span());
            }
            if seen.insert((kind, object.id())) {
                made.objects.push(object);
            }
        }
    }
    made
}

/// The sets of inputs; one that is empty where the templates need none.
fn inputs(set: &Object, lookup: &Lookup<'_>, unseen: &mut Vec<Unseen>) -> Vec<Node> {
    let spec = |field: &str| set.root.at(&["spec", field]).map_or(&[][..], Node::items);
    let mut found = spec("inputs").to_vec();
    for from in spec("inputsFrom") {
        let name = from.str_at(&["name"]);
        let provider = name.and_then(|name| {
            lookup.nearest("ResourceSetInputProvider", name, set.file).map(|found| &found.root)
        });
        let is_static = |provider: &&Node| provider.str_at(&["spec", "type"]) == Some("Static");
        match provider.filter(is_static).and_then(|found| found.at(&["spec", "defaultValues"])) {
            Some(values) => found.push(values.clone()),
            None => unseen.push(Unseen {
                what: format!("what ResourceSet `{}` makes", set.id()),
                reason: format!(
                    "its inputs come from `{}`, which only the cluster asks",
                    name.unwrap_or("a selector")
                ),
                span: Some(from.span),
            }),
        }
    }
    if found.is_empty() && spec("inputsFrom").is_empty() {
        found.push(Node::mapping(set.root.span));
    }
    found
}

fn templates(set: &Object, sources: &Sources, unseen: &mut Vec<Unseen>) -> Vec<Node> {
    let listed = set.root.at(&["spec", "resources"]).map_or(&[][..], Node::items);
    let mut found: Vec<Node> = listed.to_vec();
    if let Some(text) = set.root.at(&["spec", "resourcesTemplate"]) {
        let written = text.as_str().unwrap_or_default();
        let controls = ["if ", "range ", "with ", "define "];
        let has_control = expressions(written)
            .any(|inner| controls.iter().any(|word| inner.trim_start().starts_with(word)));
        if has_control {
            unseen.push(Unseen {
                what: format!("what ResourceSet `{}` makes", set.id()),
                reason: "its template has conditions or loops, which are not followed".to_owned(),
                span: Some(text.span),
            });
        } else {
            found.extend(yaml::parse_embedded_all(text, sources));
        }
    }
    let key = "fluxcd.controlplane.io/reconcile";
    found.retain(|node| node.str_at(&["metadata", "annotations", key]) != Some("disabled"));
    found
}

/// What stands between `<<` and `>>`, without the signs that trim.
fn expressions(text: &str) -> impl Iterator<Item = &str> {
    let inner = text.split("<<").skip(1).filter_map(|part| part.split_once(">>"));
    inner.map(|(inner, _)| inner.trim_matches('-').trim())
}

fn put(node: &mut Node, input: &Node) {
    match &mut node.value {
        Value::Scalar(scalar) => put_text(&mut scalar.text, input),
        Value::Sequence(items) => items.iter_mut().for_each(|item| put(item, input)),
        Value::Mapping(entries) => {
            for entry in entries {
                put_text(&mut entry.key, input);
                put(&mut entry.value, input);
            }
        }
    }
}

fn put_text(text: &mut String, input: &Node) {
    let mut at = 0;
    while let Some(start) = text[at..].find("<<").map(|found| at + found) {
        let Some(end) = text[start..].find(">>").map(|found| start + found + 2) else { return };
        let inner = text[start + 2..end - 2].trim_matches('-').trim();
        at = match evaluate(inner, input) {
            Some(value) => {
                text.replace_range(start..end, &value);
                start + value.len()
            }
            None => end,
        };
    }
}

/// `inputs.a.b`, and filters behind it that need no argument.
fn evaluate(expression: &str, input: &Node) -> Option<String> {
    let mut pipe = expression.split('|').map(str::trim);
    let path: Vec<&str> = pipe.next()?.strip_prefix("inputs.")?.split('.').collect();
    let value = input.at(&path)?.as_str()?.to_owned();
    pipe.try_fold(value, |value, filter| match filter {
        "quote" | "squote" | "int" | "toString" | "trim" => Some(value.trim().to_owned()),
        "upper" => Some(value.to_uppercase()),
        "lower" => Some(value.to_lowercase()),
        _ => None,
    })
}
