//! kustomize `replacements`: a value of one object copied into fields of others.
//!
//! In: one replacement and the objects. Out: objects changed in place; a field that does not exist
//! is made only with `options.create`.

use super::Object;
use super::patch::Selector;
use crate::source::{Node, Value};

/// Applies one replacement (or a list of them, as files hold).
pub(crate) fn apply(replacement: &Node, objects: &mut [Object]) {
    if let Value::Sequence(items) = &replacement.value {
        items.iter().for_each(|item| apply(item, objects));
        return;
    }
    let Some(value) = replacement.get("source").and_then(|source| value_of(source, objects)) else {
        return;
    };
    for target in replacement.get("targets").map_or(&[][..], Node::items) {
        let select = target.get("select").map(Selector::read).unwrap_or_default();
        let reject: Vec<Selector> =
            target.get("reject").map_or(&[][..], Node::items).iter().map(Selector::read).collect();
        for object in objects.iter_mut() {
            if select.matches(object) && !reject.iter().any(|rule| rule.matches(object)) {
                put_all(target, &value, object);
            }
        }
    }
}

fn value_of(source: &Node, objects: &[Object]) -> Option<Node> {
    let object = objects.iter().find(|object| Selector::read(source).matches(object))?;
    let path = parts(source.str_at(&["fieldPath"]).unwrap_or("metadata.name"));
    let mut found = Vec::new();
    let mut root = object.root.clone();
    visit(&mut root, &path, false, &mut |node| found.push(node.clone()));
    let value = found.into_iter().next()?;
    let Some(delimiter) = source.str_at(&["options", "delimiter"]) else { return Some(value) };
    let index = source.at(&["options", "index"]).and_then(Node::as_int).unwrap_or(0);
    let text = value.as_str()?.split(delimiter).nth(usize::try_from(index).ok()?)?.to_owned();
    Some(Node::string(text, value.span))
}

fn put_all(target: &Node, value: &Node, object: &mut Object) {
    let create = target.at(&["options", "create"]).and_then(Node::as_bool).unwrap_or(false);
    let delimiter = target.str_at(&["options", "delimiter"]);
    let index = target.at(&["options", "index"]).and_then(Node::as_int).unwrap_or(0);
    let default = [Node::string("metadata.name", target.span)];
    let paths = target.get("fieldPaths").map_or(&default[..], Node::items);
    for path in paths.iter().filter_map(Node::as_str) {
        visit(&mut object.root, &parts(path), create, &mut |node| {
            *node = match (delimiter, node.as_str()) {
                (Some(delimiter), Some(text)) => spliced(text, delimiter, index, value),
                _ => value.clone(),
            };
        });
    }
    object.refresh();
}

fn spliced(text: &str, delimiter: &str, index: i64, value: &Node) -> Node {
    let mut pieces: Vec<&str> = text.split(delimiter).collect();
    let new = value.as_str().unwrap_or_default();
    match usize::try_from(index) {
        Err(_) => pieces.insert(0, new),
        Ok(at) if at < pieces.len() => pieces[at] = new,
        Ok(_) => pieces.push(new),
    }
    Node::string(pieces.join(delimiter), value.span)
}

/// `spec.containers.[name=app].image` and `metadata.annotations.a\.b` as parts.
fn parts(path: &str) -> Vec<String> {
    let (mut parts, mut part, mut letters) = (Vec::new(), String::new(), path.chars());
    let mut bracket = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => part.extend(letters.next()),
            '.' if !bracket => parts.push(std::mem::take(&mut part)),
            letter => {
                bracket = (bracket || letter == '[') && letter != ']';
                part.push(letter);
            }
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

fn visit(node: &mut Node, path: &[String], create: bool, each: &mut impl FnMut(&mut Node)) {
    let Some((part, rest)) = path.split_first() else { return each(node) };
    let selector = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
    match &mut node.value {
        Value::Sequence(items) => {
            let pair = selector.and_then(|selector| selector.split_once('='));
            for (idx, item) in items.iter_mut().enumerate() {
                let fits = match pair {
                    Some((key, value)) => item.str_at(&[key]) == Some(value),
                    None => part == "*" || part.parse() == Ok(idx),
                };
                if fits {
                    visit(item, rest, create, each);
                }
            }
        }
        _ if create => visit(node.get_or_insert(part), rest, create, each),
        _ => {
            if let Some(inner) = node.get_mut(part) {
                visit(inner, rest, create, each);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gitops::Via;
    use crate::source::{FileId, yaml};

    #[test]
    fn copies_a_value_into_other_objects() {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars}\ndata: {where: a/b}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: c, image: x/y}]}\n";
        let (documents, _) = yaml::parse(FileId(0), text);
        let mut objects: Vec<Object> = documents
            .iter()
            .filter_map(|document| Object::from_document(document, Via::default()))
            .collect();
        let rule = "source: {kind: ConfigMap, fieldPath: data.where, options: {delimiter: /, index: 1}}\ntargets:\n- select: {kind: Pod}\n  fieldPaths: ['spec.containers.[name=c].image']\n  options: {delimiter: /, index: 0}\n- select: {kind: Pod}\n  fieldPaths: ['metadata.labels.a\\.b']\n  options: {create: true}\n";
        let (rule, _) = yaml::parse(FileId(0), rule);
        apply(&rule[0].root, &mut objects);
        assert_eq!(objects[1].root.str_at(&["spec", "containers", "0", "image"]), Some("b/y"));
        assert_eq!(objects[1].root.str_at(&["metadata", "labels", "a.b"]), Some("b"));
    }
}
