//! One value of the cluster within a sentence.
//!
//! In: a path such as `counts.nodes`, `platform.talos_version` or `hosts.length`, with the names that
//! `rackbook facts --format json` has. Out: the value in words. A list is its length only when asked.

use serde_json::Value;

use super::Made;
use super::gfm;
use super::kinds::{Call, text, unknown};
use crate::diagnostic::Diagnostic;

pub(super) fn make(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let Some(of) = call.block.argument("of") else {
        let help = "write `of=\"counts.nodes\"`; `rackbook facts --format json` shows all names";
        return Err(call.wrong(None, "`fact` needs the argument `of`", help));
    };
    let facts =
        serde_json::to_value(call.input.cluster).expect("bug: a cluster has string keys only");
    let mut value = &facts;
    let length;
    for step in of.value.split('.') {
        if let (Value::Array(items), "length") = (value, step) {
            length = Value::from(items.len());
            value = &length;
            break;
        }
        let known = || value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        value = value.get(step).ok_or_else(|| {
            let message = format!("there is no fact `{}`", of.value);
            let more = value.is_array().then_some("length");
            unknown(&message, step, of.value_span, known().chain(more))
        })?;
    }
    let words = words(value).ok_or_else(|| {
        let help = "go on with the name of one value in it, or with `length` for a list";
        call.wrong(Some(of), &format!("`{}` is more than one value", of.value), help)
    })?;
    Ok(text(words))
}

/// A plain value, or a fact with its state.
fn words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(gfm::escaped(text)),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(if *is { "yes" } else { "no" }.to_owned()),
        Value::Null => Some("—".to_owned()),
        Value::Array(_) => None,
        Value::Object(fact) => match fact.get("state")?.as_str()? {
            "known" => words(fact.get("value")?),
            "templated" => Some(gfm::code(fact.get("value")?.as_str()?)),
            "encrypted" => Some("_encrypted_".to_owned()),
            _ => Some("unknown".to_owned()),
        },
    }
}
