//! `diagram(file="diagrams/home.yaml")` and Mermaid fences: pictures written by hand.
//!
//! In: files of the site, the cluster and the arguments of a call. Out: HTML, as for the pictures
//! that are derived. What is wrong in a file is told once, wherever it is used or not.

use serde_json::{Map, Value};
use tera::Context;

use super::{CallError, known_arguments, text};
use crate::diagnostic::Diagnostic;
use crate::diagram::hand::{self, Drawn, Format, Overlay, Text};
use crate::inventory::Cluster;
use crate::site::links::{AppPaths, Links};
use crate::site::pages::picture::{self, Picture};
use crate::site::tables::Scope;
use crate::site::{Meta, Theme};
use crate::source::{FileId, Sources};

/// What links start with; the content stage makes them relative.
const ROOT: &str = "/";

/// `diagram(file="diagrams/home.yaml")`.
pub(in crate::site) fn file(
    sources: &Sources,
    cluster: &Cluster,
    meta: &Meta,
    theme: &Theme,
    args: &Map<String, Value>,
) -> Result<String, CallError> {
    known_arguments("diagram", args, &["file"])?;
    let path = text(args, "file")?.unwrap_or_default();
    let known = || files(sources).map(|(_, _, path)| path);
    let Some((file, format, path)) = files(sources).find(|(_, _, known)| *known == path) else {
        let error = CallError::new(format!("there is no diagram at `{path}`"));
        let none = "put it into the folder `diagrams` of the site".to_owned();
        let has_any = known().next().is_some();
        return Err(if has_any {
            error.suggest(path, known().collect::<Vec<_>>().into_iter())
        } else {
            CallError { help: Some(none), ..error }
        });
    };
    let apps = AppPaths::new(cluster);
    let scope = Scope::new(cluster, Links::new(meta, &apps, ROOT));
    let links = |target: &_| picture::leads_to(scope, target);
    let context = hand::Context { cluster, links: &links, root: Some(ROOT) };
    let name = stem(path);
    let written = Text { file, base: 0, text: sources.text(file), name };
    // What is wrong in the file is told of the file itself.
    let drawn = hand::read(written, format, context).0;
    Ok(match drawn {
        Some(drawn) => html(theme, &drawn, &format!("hand-{}", picture::id(name)))?,
        None => String::new(),
    })
}

/// A Mermaid fence; nothing where its kind is not drawn.
pub(in crate::site) fn mermaid(
    cluster: &Cluster,
    theme: &Theme,
    text: &str,
    title: &str,
) -> Result<Option<String>, Vec<Diagnostic>> {
    if !hand::is_flowchart(text) {
        return Ok(None);
    }
    let context = hand::Context { cluster, links: &|_| None, root: Some(ROOT) };
    let written = Text { file: FileId::default(), base: 0, text, name: title };
    let (drawn, found) = hand::read(written, Format::Mermaid, context);
    let Some(drawn) = drawn else { return Err(found) };
    let id = format!("mermaid-{}", crate::site::scripts::content_hash(text.as_bytes()));
    html(theme, &drawn, &id).map(Some).map_err(|error| vec![*error])
}

/// All files of the folder that a diagram can be written in.
fn files(sources: &Sources) -> impl Iterator<Item = (FileId, Format, &str)> + Clone {
    let below: Vec<_> = sources.under(sources.site_root(), hand::FOLDER).collect();
    below
        .into_iter()
        .filter_map(|(id, file)| Some((id, Format::of(&file.path)?, file.path.as_str())))
}

/// What is wrong in the files of the folder, used or not.
pub(in crate::site) fn hand_written(sources: &Sources, cluster: &Cluster) -> Vec<Diagnostic> {
    let context = hand::Context { cluster, links: &|_| None, root: Some(ROOT) };
    let wrong = |(file, format, path): (FileId, Format, &str)| {
        let text = Text { file, base: 0, text: sources.text(file), name: stem(path) };
        hand::read(text, format, context).1
    };
    files(sources).flat_map(wrong).collect()
}

/// What the first overlay of the folder adds to the network picture.
pub(crate) fn overlay(sources: &Sources, cluster: &Cluster) -> Option<Overlay> {
    let context = hand::Context { cluster, links: &|_| None, root: Some(ROOT) };
    let mut written = files(sources).filter(|(_, format, _)| *format == Format::Yaml);
    written.find_map(|(file, _, path)| {
        let text = Text { file, base: 0, text: sources.text(file), name: stem(path) };
        hand::overlay(text, context)
    })
}

/// The name of a file without its ending.
fn stem(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

fn html(theme: &Theme, drawn: &Drawn, id: &str) -> Result<String, Box<Diagnostic>> {
    match drawn {
        Drawn::Diagram(diagram) => {
            let mut context = Context::new();
            context.insert("value", &Picture::new(diagram, id));
            let html = theme.component("picture", &context)?;
            Ok(html.replacen("class=\"picture\"", "class=\"picture picture-hand\"", 1))
        }
        Drawn::Picture(picture) => {
            let title = html_escape::encode_double_quoted_attribute(&picture.title);
            let caption = match picture.description.as_str() {
                "" => String::new(),
                text => format!("<figcaption>{}</figcaption>", html_escape::encode_text(text)),
            };
            Ok(format!(
                "<figure class=\"picture picture-hand picture-file\"><div class=\"picture-scroll\" \
                 role=\"region\" aria-label=\"{title}, drawn\" tabindex=\"0\">{}</div>{caption}\
                 </figure>\n",
                picture.svg(id)
            ))
        }
    }
}
