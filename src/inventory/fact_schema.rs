//! The JSON Schema of a [`Fact`].
//!
//! In: the schema of its value. Out: the four states that `fact.rs` writes, told apart by `state`.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Value, json};

use super::fact::{Fact, Source};

impl<T: JsonSchema> JsonSchema for Fact<T> {
    fn schema_name() -> Cow<'static, str> {
        let name = T::schema_name();
        let (first, rest) = name.split_at(name.chars().next().map_or(0, char::len_utf8));
        format!("FactOf{}{rest}", first.to_uppercase()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        format!("Fact<{}>", T::schema_id()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let source = generator.subschema_for::<Source>().to_value();
        let value = generator.subschema_for::<T>().to_value();
        let text = || json!({ "type": "string" });
        let state = |name, about, fields| state(name, about, fields, &source);
        json_schema!({
            "description": "A value with its source, and how far it is known.",
            "oneOf": [
                state("known", "Read as written.", Some(("value", value))),
                state(
                    "templated",
                    "Holds an expression that only the cluster can resolve.",
                    Some(("text", text())),
                ),
                state("encrypted", "Ciphertext; nothing of it is kept.", None),
                state("unknown", "Not in the repository, and why.", Some(("reason", text()))),
            ],
        })
    }
}

/// One state: its name, what it holds besides, and where it was read.
fn state(name: &str, about: &str, field: Option<(&str, Value)>, source: &Value) -> Value {
    let mut required = vec!["state"];
    let mut properties = json!({ "state": { "const": name } });
    if let Some((field, schema)) = field {
        properties[field] = schema;
        required.push(field);
    }
    properties["source"] = source.clone();
    json!({
        "description": about,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}
