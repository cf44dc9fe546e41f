//! The JSON Schema of `rackbook facts --format json`.
//!
//! In: the types of the model with their documentation. Out: a schema (draft 2020-12) of what
//! `json.rs` makes of them, and the list of names that it describes.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::inventory::Cluster;

/// The schema.
pub(super) fn schema() -> Value {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<Cluster>().to_value();
    let own = std::mem::take(&mut schema["properties"]);
    let Value::Object(own) = own else { unreachable!("bug: a struct has properties") };
    let properties = properties(own);
    schema["title"] = json!("Output of rackbook facts --format json");
    let is_optional = |name: &&String| name.as_str() == "rendered_counts";
    schema["required"] = properties.keys().filter(|name| !is_optional(name)).cloned().collect();
    schema["properties"] = Value::Object(properties);
    plain_words(&mut schema);
    schema
}

/// The names in the order of the output, with the lists of names that the model does not have.
fn properties(mut own: Map<String, Value>) -> Map<String, Value> {
    let names = |about: &str| json!({ "description": about, "type": "array", "items": { "type": "string" } });
    let mut out = Map::new();
    for key in ["name", "counts"] {
        out.extend(own.shift_remove(key).map(|value| (key.to_owned(), value)));
    }
    let lists = [
        ("node_names", "Names of nodes, sorted."),
        ("namespaces", "Names of namespaces, sorted."),
        ("hostnames", "Distinct host names of routes, sorted; expressions stay as written."),
        ("uncovered_claims", "Ids of claims that no backup saves, sorted."),
    ];
    let details = own.shift_remove("namespaces");
    out.extend(lists.map(|(name, about)| (name.to_owned(), names(about))));
    out.extend(own);
    out.extend(details.map(|details| ("namespace_details".to_owned(), details)));
    out
}

/// Takes the links of documentation comments out of descriptions.
fn plain_words(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match value {
                    Value::String(text) if key == "description" => *text = unlinked(text),
                    other => plain_words(other),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(plain_words),
        _ => {}
    }
}

/// ``[`Cluster::claims`](super::Cluster)`` as `` `Cluster::claims` ``, on one line.
fn unlinked(text: &str) -> String {
    let link = regex::Regex::new(r"\[(`[^`]*`)\](\([^)]*\))?").expect("bug: a valid pattern");
    let plain: Cow<str> = link.replace_all(text, "$1");
    plain.replace("`Cluster::", "`").replace('\n', " ")
}

/// Each name with its description, for people.
pub(super) fn list() -> String {
    let schema = schema();
    let names = schema["properties"].as_object().into_iter().flatten();
    let rows = names.map(|(name, about)| {
        let about = about["description"].as_str().unwrap_or_default();
        vec![name.clone(), about.trim_end_matches('.').to_owned()]
    });
    super::table::grid(rows)
}

#[cfg(test)]
mod tests {
    use super::super::json::json as facts;
    use super::super::table::tests::small_cluster;
    use super::*;

    #[test]
    fn the_schema_has_the_names_of_the_output() {
        let value = facts(&small_cluster());
        let names: Vec<_> = value.as_object().expect("an object").keys().collect();
        let schema = schema();
        let described = schema["properties"].as_object().expect("names").keys();
        // Left out where no rendered manifests are read.
        let described: Vec<_> = described.filter(|name| *name != "rendered_counts").collect();
        assert_eq!(described, names);
        assert_eq!(schema["required"], json!(names));
    }

    #[test]
    fn every_name_is_listed_with_a_line() {
        for line in list().lines() {
            assert!(line.trim().split_once("  ").is_some(), "{line}");
        }
        assert_eq!(
            unlinked("Ids of [`Cluster::claims`](super::Cluster), [`A`]."),
            "Ids of `claims`, `A`."
        );
    }
}
