//! Names of facts → those facts.
//!
//! In: all facts as JSON, and names such as `nodes` or `platform.talos_version`. Out: the parts that
//! they name, or which name is none and what may be meant.

use serde_json::{Map, Value};

/// One name: what it stands for. Several: an object with these names.
pub(super) fn pick(all: &Value, names: &[String]) -> Result<Value, String> {
    if let [name] = names {
        return find(all, name, name);
    }
    let each = names.iter().map(|name| Ok((name.clone(), find(all, name, name)?)));
    each.collect::<Result<Map<_, _>, String>>().map(Value::Object)
}

/// What is at the rest of a name; in a list, of each of its entries.
fn find(value: &Value, rest: &str, whole: &str) -> Result<Value, String> {
    match value {
        Value::Array(items) => {
            let found: Vec<_> = items.iter().map(|item| find(item, rest, whole)).collect();
            match found.iter().find_map(|one| one.as_ref().err()) {
                // A value that is optional is absent from some.
                Some(wrong) if found.iter().all(Result::is_err) => Err(wrong.clone()),
                _ => Ok(found.into_iter().map(Result::unwrap_or_default).collect()),
            }
        }
        Value::Object(map) => within(map, rest, whole),
        _ => Err(format!("`{whole}` goes too far: nothing is below {}", before(whole, rest))),
    }
}

fn before(whole: &str, rest: &str) -> String {
    format!("`{}`", whole.strip_suffix(rest).unwrap_or(whole).trim_end_matches('.'))
}

/// Keys may hold dots themselves, so that the longest one that fits is taken.
fn within(map: &Map<String, Value>, rest: &str, whole: &str) -> Result<Value, String> {
    if let Some(value) = map.get(rest) {
        return Ok(value.clone());
    }
    for (dot, _) in rest.rmatch_indices('.') {
        if let Some(value) = map.get(&rest[..dot]) {
            return find(value, &rest[dot + 1..], whole);
        }
    }
    let place = before(whole, rest);
    let place = if place == "``" { "the facts hold".to_owned() } else { format!("{place} holds") };
    let name = rest.split('.').next().unwrap_or(rest);
    Err(format!("{place} no `{name}`: {}", help(map, name)))
}

fn help(map: &Map<String, Value>, name: &str) -> String {
    let near = map.keys().map(|key| (strsim::jaro_winkler(name, key), key));
    let near = near.filter(|(score, _)| *score > 0.8).max_by(|a, b| a.0.total_cmp(&b.0));
    match near {
        Some((_, key)) => format!("did you mean `{key}`?"),
        None => "`rackbook facts --list` prints the names".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts() -> Value {
        json!({
            "counts": { "nodes": 2 },
            "nodes": [{ "name": "a", "labels": { "x.io/y": 1 } }, { "name": "b", "labels": {} }],
            "gpus": [],
        })
    }

    fn picked(names: &str) -> Result<Value, String> {
        pick(&facts(), &names.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn names_lead_into_lists_and_objects() {
        assert_eq!(picked("counts.nodes"), Ok(json!(2)));
        assert_eq!(picked("nodes.name"), Ok(json!(["a", "b"])));
        assert_eq!(picked("nodes.labels.x.io/y"), Ok(json!([1, null])));
        assert_eq!(picked("gpus.model"), Ok(json!([])));
        assert_eq!(picked("gpus,counts"), Ok(json!({ "gpus": [], "counts": { "nodes": 2 } })));
    }

    #[test]
    fn unknown_names_come_with_help() {
        let check = |name: &str, expected: &str| assert_eq!(picked(name), Err(expected.to_owned()));
        check("node", "the facts hold no `node`: did you mean `nodes`?");
        check("zzz", "the facts hold no `zzz`: `rackbook facts --list` prints the names");
        check("nodes.nam", "`nodes` holds no `nam`: did you mean `name`?");
        check("counts.nodes.x", "`counts.nodes.x` goes too far: nothing is below `counts.nodes`");
        check("", "the facts hold no ``: `rackbook facts --list` prints the names");
        check("nodes,apps", "the facts hold no `apps`: `rackbook facts --list` prints the names");
    }
}
