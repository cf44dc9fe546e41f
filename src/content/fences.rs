//! Code blocks become figures, and `manifest` fences exact lines of the repository.
//!
//! In: the info string and the text of a code block. Out: HTML; for a `manifest` fence, what it asks
//! for, or what is wrong with it. Ciphertext is masked in either.

use std::fmt::Write as _;

use serde::Deserialize;

use super::{Fragment, ManifestRequest, escape, highlight, plain};

/// What stands behind the opening fence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Info {
    /// The language, in lower case; empty where there is none.
    pub(super) language: String,
    /// From `title="…"`.
    pub(super) title: Option<String>,
}

/// Reads an info string such as `yaml title="values.yaml"`.
pub(super) fn info(text: &str) -> Info {
    let text = text.trim();
    let (language, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let language = language.trim_start_matches("{.").trim_end_matches('}').to_ascii_lowercase();
    Info { language, title: title(rest) }
}

fn title(rest: &str) -> Option<String> {
    let value = rest.split_once("title=")?.1;
    let quote = value.chars().next().filter(|letter| matches!(letter, '"' | '\''));
    let title = match quote {
        Some(quote) => value[1..].split(quote).next(),
        None => value.split_whitespace().next(),
    };
    title.filter(|title| !title.is_empty()).map(str::to_owned)
}

/// The figure of a code block.
pub(super) fn figure(info: &Info, text: &str) -> String {
    let text = plain::mask(text);
    let caption = match &info.title {
        Some(title) => format!("<figcaption>{}</figcaption>\n", escape::html(title)),
        None => String::new(),
    };
    let code = highlight::code(&info.language, text.trim_end_matches('\n'));
    let language = escape::html(if info.language.is_empty() { "text" } else { &info.language });
    format!(
        "<figure class=\"code\" data-language=\"{language}\">\n{caption}<pre tabindex=\"0\"><code>{code}\n</code></pre>\n</figure>\n"
    )
}

/// The byte of a fenced block at which a byte of its text stands; lines may be indented in it.
pub(super) fn in_block(block: &str, text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or(text);
    let number = before.matches('\n').count();
    let column = before.len() - before.rfind('\n').map_or(0, |end| end + 1);
    let line = |of: &str, number: usize| of.split('\n').nth(number).map_or(0, str::len);
    let indent = line(block, number + 1).saturating_sub(line(text, number));
    let start = block.split_inclusive('\n').take(number + 1).map(str::len).sum::<usize>();
    (start + indent + column).min(block.len())
}

/// The figure of a fragment: each line with its number, and where it is from.
pub(super) fn manifest(fragment: &Fragment) -> String {
    let code = plain::mask(&fragment.code);
    let lines = highlight::lines(&fragment.language, code.trim_end_matches('\n'));
    let mut body = String::new();
    for (line, number) in lines.iter().zip(fragment.first_line..) {
        writeln!(body, "<span class=\"line\" data-line=\"{number}\">{line}</span>")
            .expect("bug: a string takes all text");
    }
    let place = format!("{}:{}", fragment.path, fragment.first_line);
    let place = escape::html(&place);
    let caption = match &fragment.href {
        Some(href) => format!("<a href=\"{}\">{place}</a>", escape::href(href)),
        None => place.into_owned(),
    };
    let language = escape::html(&fragment.language);
    format!(
        "<figure class=\"code manifest\" data-language=\"{language}\">\n<figcaption>{caption}</figcaption>\n<pre tabindex=\"0\" data-start=\"{}\"><code>{body}</code></pre>\n</figure>\n",
        fragment.first_line
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    object: Option<String>,
    field: Option<String>,
    file: Option<String>,
    lines: Option<serde_json::Value>,
}

/// What a `manifest` fence asks for.
pub(super) fn request(text: &str) -> Result<ManifestRequest, String> {
    let options = serde_saphyr::options! { strict_booleans: true, with_snippet: false };
    let request: Request = serde_saphyr::from_str_with_options(text, options)
        .map_err(|error| super::front_matter::message(&error.without_snippet().to_string()))?;
    let lines = request.lines.as_ref().map(lines).transpose()?;
    let Request { object, field, file, .. } = request;
    if object.is_some() == file.is_some() {
        return Err("a manifest fence names either an `object` or a `file`".to_owned());
    }
    Ok(ManifestRequest { object, field, file, lines })
}

/// `12`, `12-20` or `[12, 20]`.
fn lines(value: &serde_json::Value) -> Result<(u32, u32), String> {
    let number =
        |value: &serde_json::Value| value.as_u64().and_then(|number| u32::try_from(number).ok());
    let pair = match value {
        serde_json::Value::Array(items) => match items.as_slice() {
            [first, last] => number(first).zip(number(last)),
            _ => None,
        },
        serde_json::Value::String(text) => text.split_once('-').and_then(|(first, last)| {
            Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
        }),
        other => number(other).map(|line| (line, line)),
    };
    pair.filter(|(first, last)| *first > 0 && first <= last)
        .ok_or_else(|| "`lines` is neither a line nor a range such as `12-20`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn info_strings() {
        let found = info("YAML title=\"a b.yaml\" x");
        assert_eq!((found.language.as_str(), found.title.as_deref()), ("yaml", Some("a b.yaml")));
        assert_eq!(info(""), Info::default());
    }

    #[test]
    fn requests() {
        let request = |text| super::request(text).map(|request| (request.object, request.lines));
        let object = Some("Node/a".to_owned());
        assert_eq!(request("object: Node/a\nlines: 2-4"), Ok((object.clone(), Some((2, 4)))));
        assert_eq!(request("object: Node/a\nlines: [2, 4]"), Ok((object.clone(), Some((2, 4)))));
        assert_eq!(request("object: Node/a\nlines: 7"), Ok((object, Some((7, 7)))));
        assert!(request("object: Node/a\nlines: 4-2").is_err());
        assert!(request("object: a\nfile: b").is_err());
        assert!(request("objekt: a").unwrap_err().contains("objekt"));
    }

    #[test]
    fn figures_show_no_ciphertext() {
        let html = figure(&info("text title=\"<a>\""), "x: ENC[AES256_GCM,data:abc]\n");
        assert_eq!(
            html,
            "<figure class=\"code\" data-language=\"text\">\n<figcaption>&lt;a&gt;</figcaption>\n\
             <pre tabindex=\"0\"><code>x: encrypted\n</code></pre>\n</figure>\n"
        );
    }
}
