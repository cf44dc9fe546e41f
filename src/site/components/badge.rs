//! `badge(…)` in a guide: a badge with words that the guide or a fact gives.
//!
//! In: the arguments of a call. Out: an image that holds its own picture, so that a page needs
//! neither a server nor a file for it. It never asks Prometheus.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::{CallError, known_arguments, text};
use crate::badge::draw::Scheme;
use crate::badge::{Font, Picture, Style, color, draw, icon};

const ARGUMENTS: [&str; 9] =
    ["label", "message", "color", "label_color", "style", "icon", "font", "values", "color_scheme"];

/// `badge(label="Nodes", message=counts.nodes, color="green", icon="mdi:server")`.
pub(in crate::site) fn badge(args: &Map<String, Value>) -> Result<String, CallError> {
    known_arguments("badge", args, &ARGUMENTS)?;
    let message = match args.get("message") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err(CallError::new("`badge` needs the argument `message`")),
    };
    let label = text(args, "label")?;
    let icon = icon(args)?;
    let values = values(args)?;
    let svg = draw::svg(&Picture {
        color: colour(args, "color")?.unwrap_or_default(),
        label_color: colour(args, "label_color")?,
        style: named(args, "style", Style::from_name, &styles())?.unwrap_or_default(),
        font: named(args, "font", Font::from_name, FONTS)?.unwrap_or_default(),
        icon: icon.as_ref(),
        sparkline: values.as_deref(),
        scheme: scheme(args)?,
        ..Picture::new("b", label, &message)
    });
    let words = label.map_or_else(|| message.clone(), |label| format!("{label}: {message}"));
    let mut html = "<img class=\"badge\" src=\"data:image/svg+xml;base64,".to_owned();
    html.push_str(&STANDARD.encode(&svg));
    let alt = html_escape::encode_double_quoted_attribute(&words);
    _ = write!(html, "\" alt=\"{alt}\"{}>", size(&svg));
    Ok(html)
}

const FONTS: &[&str] = &["dejavu-sans", "dejavu-sans-bold", "comic-neue", "comic-neue-bold"];

fn styles() -> Vec<&'static str> {
    Style::ALL.into_iter().map(Style::name).collect()
}

fn named<T>(
    args: &Map<String, Value>,
    name: &str,
    find: impl Fn(&str) -> Option<T>,
    known: &[&'static str],
) -> Result<Option<T>, CallError> {
    let Some(text) = text(args, name)? else { return Ok(None) };
    find(text).map(Some).ok_or_else(|| {
        CallError::new(format!("there is no {name} `{text}`")).suggest(text, known.iter().copied())
    })
}

fn colour<'a>(args: &'a Map<String, Value>, name: &str) -> Result<Option<&'a str>, CallError> {
    let Some(text) = text(args, name)? else { return Ok(None) };
    match color::parse(text) {
        Some(_) => Ok(Some(text)),
        None => Err(CallError::new(format!("`{text}` is no colour"))),
    }
}

fn icon(args: &Map<String, Value>) -> Result<Option<crate::badge::Icon>, CallError> {
    let Some(name) = text(args, "icon")? else { return Ok(None) };
    let missing = || CallError {
        message: format!("there is no icon `{name}`"),
        help: Some(
            "use `mdi:` with a name of Material Design Icons, or `si:` with one of Simple Icons"
                .to_owned(),
        ),
    };
    icon::find(name).ok_or_else(missing).map(Some)
}

fn scheme(args: &Map<String, Value>) -> Result<Scheme<'static>, CallError> {
    match text(args, "color_scheme")? {
        None | Some("fixed") => Ok(Scheme::Fixed),
        Some("auto") => Ok(Scheme::Auto { dark_label_color: None }),
        Some(other) => {
            let error = CallError::new(format!("there is no colour scheme `{other}`"));
            Err(error.suggest(other, ["auto", "fixed"].into_iter()))
        }
    }
}

/// The points of a sparkline.
fn values(args: &Map<String, Value>) -> Result<Option<Vec<f64>>, CallError> {
    let wrong = || CallError::new("`values` takes a list of numbers");
    match args.get("values") {
        None => Ok(None),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| item.as_f64().ok_or_else(wrong))
            .collect::<Result<_, _>>()
            .map(Some),
        Some(_) => Err(wrong()),
    }
}

/// Width and height as attributes, so that the page does not move when the picture is there.
fn size(svg: &str) -> String {
    let head = svg.split('>').next().unwrap_or_default();
    let find = |name: &str| {
        let (_, rest) = head.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(number, _)| format!(" {name}=\"{number}\""))
    };
    [find("width"), find("height")].into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(args: &Value) -> Result<String, CallError> {
        badge(args.as_object().expect("an object"))
    }

    #[test]
    fn a_badge_is_an_image_with_its_size_and_words() {
        let html = call(&json!({"label": "Nodes <1>", "message": 9, "icon": "mdi:server"}));
        let html = html.expect("a badge");
        assert!(
            html.starts_with("<img class=\"badge\" src=\"data:image/svg+xml;base64,"),
            "{html}"
        );
        assert!(html.contains("alt=\"Nodes <1>: 9\"") || html.contains("&lt;1&gt;: 9\""), "{html}");
        assert!(html.contains(" width=\"") && html.contains(" height=\"20\""), "{html}");
    }

    #[test]
    fn what_does_not_exist_is_said() {
        for (args, message) in [
            (json!({"label": "a"}), "needs the argument `message`"),
            (json!({"message": "a", "style": "plastick"}), "there is no style `plastick`"),
            (json!({"message": "a", "icon": "mdi:nope"}), "there is no icon"),
            (json!({"message": "a", "color": "nope"}), "is no colour"),
            (json!({"message": "a", "colour": "red"}), "no argument `colour`"),
            (json!({"message": "a", "values": [1, "x"]}), "list of numbers"),
        ] {
            let error = call(&args).expect_err(message);
            assert!(error.message.contains(message), "{}", error.message);
        }
    }
}
