//! Markdown and front matter become pages.
//!
//! In: the files below `content/` (or `docs/`), facts as JSON, and what functions in text may call.
//! Out: [`Page`]s in the order of their paths, and what is wrong with them, at the bytes where it is
//! wrong. It never reads a file, never writes one, and never fails as a whole.

mod alerts;
mod attributes;
mod autolink;
mod code;
mod data;
mod directives;
mod emoji;
mod escape;
mod fences;
mod footnotes;
mod front_matter;
mod headings;
pub mod highlight;
mod html;
mod ids;
mod images;
mod links;
mod markdown;
mod mask;
mod math;
mod names;
mod orphans;
mod page;
mod paths;
mod plain;
mod prepared;
mod problem;
mod slots;
mod source_map;
mod tags;
mod template;
#[cfg(test)]
mod tests;
mod tree;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::diagnostic::{Diagnostic, closest};
use crate::source::{FileId, Sources, Span};

/// What functions in text can call; `site` implements it.
///
/// Links in the HTML that [`call`](Components::call) returns, and
/// [`Fragment::href`], may start with `/`: they are made relative to the page that they stand in.
pub trait Components: Sync {
    /// Names of functions, such as `table` and `diagram`.
    fn names(&self) -> Vec<&'static str>;

    /// HTML of a block, or what is wrong with the call.
    fn call(
        &self,
        name: &str,
        args: &serde_json::Map<String, serde_json::Value>,
    ) -> Result<String, CallError>;

    /// The exact lines of an object of the repository.
    fn manifest(&self, request: &ManifestRequest) -> Result<Fragment, CallError>;

    /// HTML of a Mermaid diagram with its title; nothing where its kind is not drawn.
    ///
    /// Diagnostics count bytes from the start of `text`.
    fn mermaid(&self, text: &str, title: &str) -> Result<Option<String>, Vec<Diagnostic>> {
        let _ = (text, title);
        Ok(None)
    }
}

/// What is wrong with a call of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// What is wrong: lower case, names in backticks, no full stop.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl CallError {
    /// What is wrong, with no help yet.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    /// Says "did you mean", or lists what there is.
    #[must_use]
    pub fn suggest<'a>(
        mut self,
        wrong: &str,
        known: impl Iterator<Item = &'a str> + Clone,
    ) -> Self {
        let near = closest(wrong, known.clone()).map(|near| format!("did you mean `{near}`?"));
        self.help = Some(near.unwrap_or_else(|| {
            let names: Vec<String> = known.map(|name| format!("`{name}`")).collect();
            format!("use one of {}", names.join(", "))
        }));
        self
    }
}

/// What a `manifest` fence asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManifestRequest {
    /// An object, as `Kind/name` or `Kind/namespace/name`.
    pub object: Option<String>,
    /// Path of keys within the object, such as `spec.values.controllers`.
    pub field: Option<String>,
    /// A file of the repository, in place of an object.
    pub file: Option<String>,
    /// First and last line of the file, from 1.
    pub lines: Option<(u32, u32)>,
    /// A stretch of the file that comments name: `ANCHOR: name` to `ANCHOR_END: name`.
    pub anchor: Option<String>,
}

/// Lines of a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The lines, as they are in the file.
    pub code: String,
    /// `yaml`, `hcl`, …
    pub language: String,
    /// The file, relative to its root.
    pub path: String,
    /// The number of the first line, from 1.
    pub first_line: u32,
    /// Where the lines can be read in full.
    pub href: Option<String>,
}

/// A page written by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The Markdown file.
    pub source: FileId,
    /// Its path below the content folder: `guides/gpu-on-talos.md`.
    pub path: String,
    /// Site path without extension: `guides/gpu-on-talos`, `guides/index`, `index`.
    pub slug: String,
    /// From the front matter, the first heading of level 1, or the file's name.
    pub title: String,
    /// One sentence for lists and search engines.
    pub description: Option<String>,
    /// Place among its siblings; those without come last.
    pub order: Option<i64>,
    /// Tags as written.
    pub tags: Vec<String>,
    /// Day of the last change of substance, as the author says: `2026-11-24`.
    pub updated: Option<String>,
    /// Whether it is unpublished, and only made because drafts were asked for.
    pub is_draft: bool,
    /// Its former addresses.
    pub aliases: Vec<Redirect>,
    /// Its links to other hosts.
    pub external: Vec<ExternalLink>,
    /// The body; without the first heading of level 1 where that says the title.
    pub html: String,
    /// The headings of the body in order, for the list of contents.
    pub headings: Vec<Heading>,
    /// The words of the body, without code blocks, for search and descriptions.
    pub text: String,
}

/// A former address of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// Site path without extension: `guides/old-name`.
    pub slug: String,
    /// Where the front matter says so.
    pub span: Span,
}

/// A link of a page to another host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExternalLink {
    /// The address: `http://…` or `https://…`, without what stands behind `#`.
    pub address: String,
    /// Where it is written.
    pub span: Span,
}

/// A heading of a page.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its anchor, unique within the page.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// What [`render`] reads.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// All files.
    pub sources: &'a Sources,
    /// The folder below the site root, such as `content` or `docs`.
    pub folder: &'a str,
    /// Facts by top-level name, such as `cluster`; serialised facts in it become plain values.
    pub facts: &'a serde_json::Value,
    /// What functions in text call.
    pub components: &'a dyn Components,
    /// Slugs of generated pages that links may point to, such as `hardware` and `apps/index`.
    pub generated: &'a BTreeSet<String>,
    /// How pages are read.
    pub settings: &'a Settings,
}

/// How pages are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whether dollars enclose formulas where a page does not say.
    pub math: bool,
    /// Whether pages that are marked as drafts are made too.
    pub drafts: bool,
    /// Where the site is published, without `/` at its end: links to it are checked as its own.
    pub url: Option<String>,
}

/// The JSON Schema (draft 2020-12) of the YAML at the top of pages.
pub fn front_matter_schema() -> serde_json::Value {
    front_matter::schema()
}

/// Renders all pages of a folder, sorted by path.
///
/// Paths are known before the first page is rendered and anchors after the last, so links are
/// filled in last of all.
pub fn render(input: &Input) -> (Vec<Page>, Vec<Diagnostic>) {
    let (files, mut diagnostics) = page::load(input);
    let functions: Vec<_> = input.components.names().into_iter().chain([data::NAME]).collect();
    let engine = template::Engine::new(input.facts, &functions);
    let paths = paths::Paths::new(input, &files);
    let mut drafts: Vec<page::Draft> =
        files.par_iter().map(|file| page::draft(input, &engine, &paths, file)).collect();
    let anchors = paths::Anchors::new(&drafts);
    let finished: Vec<_> =
        drafts.par_iter_mut().map(|draft| page::finish(&paths, &anchors, draft)).collect();
    let targets: Vec<_> = finished.iter().map(|one| &one.targets).collect();
    diagnostics.extend(orphans::check(&drafts, &targets));
    let mut pages = Vec::new();
    for (draft, one) in drafts.into_iter().zip(finished) {
        diagnostics.extend(draft.diagnostics);
        diagnostics.extend(one.broken);
        pages.push(one.page);
    }
    (pages, diagnostics)
}

/// The files of a content folder that are not pages, with the path they get on the site.
pub fn assets(sources: &Sources, folder: &str) -> Vec<(String, FileId)> {
    let below = sources.under(sources.site_root(), folder);
    below
        .filter(|(_, file)| !paths::is_markdown(&file.path))
        .map(|(id, file)| (paths::below(folder, &file.path).to_owned(), id))
        .collect()
}
