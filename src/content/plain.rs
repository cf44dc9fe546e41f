//! Serialised facts become plain values, as text wants them.
//!
//! In: JSON in which `inventory::Fact`s are objects with a `state`. Out: the same JSON with each
//! fact as its value, its expression, `encrypted`, or null where it is unknown. No control
//! character and no ciphertext gets through.

use std::borrow::Cow;

use serde_json::{Map, Value};

/// What stands in for ciphertext.
const MASK: &str = "encrypted";

/// The value with facts replaced and strings cleaned.
pub(super) fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(clean(text)),
        Value::Array(items) => Value::Array(items.iter().map(plain).collect()),
        Value::Object(map) => fact(map).unwrap_or_else(|| Value::Object(object(map))),
        other => other.clone(),
    }
}

fn object(map: &Map<String, Value>) -> Map<String, Value> {
    map.iter().map(|(key, value)| (key.clone(), plain(value))).collect()
}

/// The plain value of a serialised fact; none for any other object.
fn fact(map: &Map<String, Value>) -> Option<Value> {
    let known = ["state", "value", "text", "reason", "source"];
    if !map.keys().all(|key| known.contains(&key.as_str())) {
        return None;
    }
    match map.get("state")?.as_str()? {
        "known" => map.get("value").map(plain),
        "templated" => map.get("text").map(plain),
        "encrypted" => Some(Value::String(MASK.to_owned())),
        "unknown" => Some(Value::Null),
        _ => None,
    }
}

fn clean(text: &str) -> String {
    let is_kept = |letter: &char| !letter.is_control() || matches!(letter, '\n' | '\t');
    mask(text).chars().filter(is_kept).collect()
}

/// The text with SOPS and age ciphertext replaced by a word.
pub(super) fn mask(text: &str) -> Cow<'_, str> {
    let sops = mask_between(Cow::Borrowed(text), "ENC[", "]");
    mask_between(sops, "-----BEGIN AGE ENCRYPTED FILE-----", "-----END AGE ENCRYPTED FILE-----")
}

fn mask_between<'a>(text: Cow<'a, str>, open: &str, close: &str) -> Cow<'a, str> {
    if !text.contains(open) {
        return text;
    }
    let mut masked = String::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some(start) = rest.find(open) {
        masked.push_str(&rest[..start]);
        masked.push_str(MASK);
        let inner = &rest[start + open.len()..];
        rest = inner.find(close).map_or("", |end| &inner[end + close.len()..]);
    }
    masked.push_str(rest);
    Cow::Owned(masked)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn facts_become_values() {
        let facts = json!({
            "known": {"state": "known", "value": 3, "source": {"path": "a.yaml"}},
            "templated": {"state": "templated", "text": "${DOMAIN}"},
            "encrypted": {"state": "encrypted"},
            "unknown": {"state": "unknown", "reason": "not in the repository"},
            "other": {"state": "running", "replicas": 1},
        });
        let expected = json!({
            "known": 3,
            "templated": "${DOMAIN}",
            "encrypted": "encrypted",
            "unknown": null,
            "other": {"state": "running", "replicas": 1},
        });
        assert_eq!(plain(&facts), expected);
    }

    #[test]
    fn ciphertext_and_control_characters_are_removed() {
        assert_eq!(plain(&json!("a\u{4}b ENC[AES256,data:x] c")), json!("ab encrypted c"));
        assert_eq!(mask("ENC[open"), "encrypted");
        assert_eq!(mask("[plain]"), "[plain]");
    }
}
