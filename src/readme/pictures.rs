//! Pictures of a block: diagrams for light and dark readers, and badges.
//!
//! In: views of the cluster and badges. Out: HTML that a forge shows, and the files that it names.

use std::fmt::Write as _;

use super::kinds::{Call, text, unknown};
use super::{Badge, Made, PICTURES, gfm};
use crate::diagnostic::Diagnostic;
use crate::diagram::palette::Theme;
use crate::diagram::views::{self, Subject, Takes, VIEWS, View};
use crate::diagram::{Colours, Diagram};
use crate::site::components;

/// `diagram view="network"`.
pub(super) fn diagram(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let names = || VIEWS.iter().map(|view| view.name);
    let Some(named) = call.block.argument("view") else {
        let help = format!("name one of {}", names().collect::<Vec<_>>().join(", "));
        return Err(call.wrong(None, "`diagram` needs the argument `view`", &help));
    };
    let view = views::find(&named.value).ok_or_else(|| {
        let message = format!("there is no diagram `{}`", named.value);
        unknown(&message, &named.value, named.value_span, names())
    })?;
    let subject = subject(call, view)?;
    let overlay = components::overlay(call.input.sources, call.input.cluster);
    let subject = Subject { overlay: overlay.as_ref(), ..subject };
    let diagrams = (view.draw)(call.input.cluster, subject, &|_| None);
    if diagrams.is_empty() {
        return Ok(text(format!("_{}_", gfm::escaped(view.none))));
    }
    let (stem, folder) = (stem(view, subject), folder(call)?);
    let mut made = Made::default();
    for (at, diagram) in diagrams.iter().enumerate() {
        let number = if diagrams.len() > 1 { format!("-{}", at + 1) } else { String::new() };
        picture((call.path, folder), &mut made, diagram, &format!("{stem}{number}"));
    }
    Ok(made)
}

fn subject<'a>(call: &'a Call<'_>, view: &View) -> Result<Subject<'a>, Box<Diagnostic>> {
    let block = call.block;
    for (key, taken) in [("namespace", Takes::Namespace), ("app", Takes::App)] {
        if let Some(idle) = block.argument(key).filter(|_| view.takes != taken) {
            let message = format!("`{}` takes no `{key}`", view.name);
            return Err(call.wrong(Some(idle), &message, "remove it"));
        }
    }
    let (namespace, app) = (block.value("namespace"), block.value("app"));
    let subject = Subject { namespace, app, overlay: None };
    let span = block.argument("namespace").or(block.argument("app"));
    let span = span.map_or(block.marker, |argument| argument.value_span);
    views::check(call.input.cluster, view, subject).map_err(|wrong| {
        unknown(&wrong.message, &wrong.name, span, wrong.known.iter().map(String::as_str))
    })?;
    Ok(subject)
}

/// What the files of a picture are called.
fn stem(view: &View, subject: Subject<'_>) -> String {
    let of = subject.app.or(subject.namespace).map(|of| format!("-{}", plain(of)));
    format!("{}{}", view.name, of.unwrap_or_default())
}

fn plain(name: &str) -> String {
    name.replace(|at: char| !at.is_ascii_alphanumeric(), "-")
}

fn picture((path, folder): (&str, &str), made: &mut Made, diagram: &Diagram, stem: &str) {
    let [light, dark] = [("light", Theme::Light), ("dark", Theme::Dark)].map(|(name, theme)| {
        let file = format!("{folder}/{stem}-{name}.svg");
        let svg = diagram.file(&format!("rackbook-{stem}"), Colours::Of(theme));
        made.files.insert(file.clone(), svg.into_bytes());
        gfm::target(&relative(path, &file))
    });
    let alt = html_escape::encode_double_quoted_attribute(&diagram.description);
    let _ = write!(
        made.text,
        "<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"{dark}\">\n  \
         <img alt=\"{alt}\" src=\"{light}\">\n</picture>\n\n"
    );
}

/// `badges url="https://badges.example.com"`, or files.
pub(super) fn badges(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let (chosen, folder) = (chosen(call)?, folder(call)?);
    let mut made = Made::default();
    let mut images = Vec::new();
    for badge in chosen {
        let address = match (call.block.value("url"), &badge.svg) {
            (Some(url), _) => format!("{}/badges/{}", url.trim_end_matches('/'), badge.id),
            (None, Some(svg)) => {
                let file = format!("{folder}/badge-{}.svg", plain(&badge.id));
                made.files.insert(file.clone(), svg.clone());
                relative(call.path, &file)
            }
            (None, None) if call.block.argument("ids").is_some() => {
                let message = format!("`{}` needs a Prometheus, so it cannot be a file", badge.id);
                let help = "name the badge server with `url`, or take it out of `ids`";
                return Err(call.wrong(call.block.argument("ids"), &message, help));
            }
            (None, None) => continue,
        };
        images.push(format!("![{}]({})", gfm::escaped(&badge.words), gfm::target(&address)));
    }
    made.text = if images.is_empty() { "_No badge._".to_owned() } else { images.join("\n") };
    Ok(made)
}

fn chosen<'a>(call: &Call<'a>) -> Result<Vec<&'a Badge>, Box<Diagnostic>> {
    let all = call.input.badges;
    let Some(ids) = call.block.argument("ids") else { return Ok(all.iter().collect()) };
    let one = |id: &str| {
        all.iter().find(|badge| badge.id == id).ok_or_else(|| {
            let known = all.iter().map(|badge| badge.id.as_str());
            unknown(&format!("there is no badge `{id}`"), id, ids.value_span, known)
        })
    };
    ids.value.split(',').map(|id| one(id.trim())).collect()
}

/// Where files go: below the root, never above it.
fn folder<'a>(call: &Call<'a>) -> Result<&'a str, Box<Diagnostic>> {
    let Some(named) = call.block.argument("dir") else { return Ok(PICTURES) };
    let folder = named.value.trim_end_matches('/');
    let is_part = |part: &str| !part.is_empty() && part != "." && part != "..";
    if folder.split('/').all(is_part) && !folder.contains('\\') {
        return Ok(folder);
    }
    let message = format!("`{}` is no folder below the repository's first", named.value);
    Err(call.wrong(Some(named), &message, "write it as `docs/pictures`"))
}

/// The way from a file to another, both from the same root.
fn relative(from: &str, to: &str) -> String {
    let here: Vec<&str> = from.split('/').collect();
    let here = &here[..here.len() - 1];
    let there: Vec<&str> = to.split('/').collect();
    let shared = here.iter().zip(&there).take_while(|(one, other)| one == other).count();
    format!("{}{}", "../".repeat(here.len() - shared), there[shared..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_go_up_and_down() {
        let check = |from, to, expected: &str| assert_eq!(relative(from, to), expected);
        check("README.md", ".github/rackbook/a.svg", ".github/rackbook/a.svg");
        check("docs/a/b.md", "docs/x.svg", "../x.svg");
        check("docs/b.md", ".github/x.svg", "../.github/x.svg");
    }
}
