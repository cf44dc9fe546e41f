//! One file becomes one page, in two steps.
//!
//! In: a Markdown file. Out: first a [`Draft`] that knows its anchors, then, once all anchors are
//! known, the [`Page`].

use std::collections::{BTreeMap, BTreeSet};

use super::links::{From, Link, Resolver};
use super::markdown::{self, Reader};
use super::paths::{Anchors, Paths, below, is_markdown};
use super::template::{Body, ComponentCall, Engine};
use super::{
    ExternalLink, Heading, Input, Page, Redirect, data, escape, front_matter, plain, slots,
};
use crate::diagnostic::Diagnostic;
use crate::source::FileId;

/// How much HTML the components of one page may make.
const BLOCKS_LIMIT: usize = 32 << 20;

/// A file that becomes a page.
pub(super) struct PageFile {
    /// The file.
    pub(super) id: FileId,
    /// Its content-relative path.
    pub(super) path: String,
    /// Its slug.
    pub(super) slug: String,
    /// Its front matter.
    pub(super) settings: front_matter::FrontMatter,
    body: usize,
}

/// A page whose links are still open.
pub(super) struct Draft {
    /// The file.
    pub(super) id: FileId,
    /// Its content-relative path.
    pub(super) path: String,
    /// Its slug.
    pub(super) slug: String,
    settings: front_matter::FrontMatter,
    title: String,
    html: String,
    headings: Vec<Heading>,
    /// All anchors in it.
    pub(super) anchors: BTreeSet<String>,
    text: String,
    /// Its links.
    pub(super) links: Vec<Link>,
    external: Vec<ExternalLink>,
    blocks: Vec<String>,
    /// What is wrong so far.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Draft {
    /// Whether its author marked it as a draft.
    pub(super) fn is_unpublished(&self) -> bool {
        self.settings.draft
    }
}

/// All pages of a folder that are not drafts of their author, sorted by path.
pub(super) fn load(input: &Input) -> (Vec<PageFile>, Vec<Diagnostic>) {
    let (mut files, mut diagnostics) = (Vec::new(), Vec::new());
    for (id, file) in input.sources.under(input.sources.site_root(), input.folder) {
        if !is_markdown(&file.path) {
            continue;
        }
        let Some(text) = file.text() else {
            let found = Diagnostic::error("content/not-text", "the page is not UTF-8 text");
            diagnostics.push(found.at_path(&file.path).help("save the file as UTF-8"));
            continue;
        };
        let (settings, body, found) = front_matter::read(id, text);
        diagnostics.extend(found);
        let path = below(input.folder, &file.path).to_owned();
        if !settings.draft || input.settings.drafts {
            files.push(PageFile { id, slug: slug(&path), path, settings, body });
        }
    }
    diagnostics.extend(settle(&mut files, input));
    (files, diagnostics)
}

/// The slug of a path: without extension, and `README` as `index`.
fn slug(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let (folder, name) = stem.rsplit_once('/').map_or(("", stem), |(folder, name)| (folder, name));
    let name = if name.eq_ignore_ascii_case("readme") { "index" } else { name };
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

/// Keeps the first of files that would become the same page.
fn settle(files: &mut Vec<PageFile>, input: &Input) -> Vec<Diagnostic> {
    let mut taken: BTreeMap<String, String> = BTreeMap::new();
    let mut diagnostics = Vec::new();
    files.retain(|file| {
        if let Some(other) = taken.get(&file.slug) {
            let message = format!("`{}` and `{other}` are the same page", file.path);
            let found = Diagnostic::error("content/same-page", message);
            let path = &input.sources.file(file.id).path;
            diagnostics.push(found.at_path(path).help("rename one of them"));
            return false;
        }
        taken.insert(file.slug.clone(), file.path.clone());
        true
    });
    diagnostics
}

/// Renders a page but for its links.
pub(super) fn draft(input: &Input, engine: &Engine, paths: &Paths, file: &PageFile) -> Draft {
    let text = &input.sources.text(file.id)[file.body..];
    let math = file.settings.math.unwrap_or(input.settings.math);
    let options = markdown::options(math);
    let rendered = engine.render(Body { file: file.id, base: file.body, text, options });
    let reader = Reader {
        file: file.id,
        map: &rendered.map,
        from: From { path: &file.path, slug: &file.slug },
        paths,
        components: input.components,
        title: file.settings.title.as_deref(),
        math,
    };
    let document = markdown::read(&reader, &rendered.text);
    let mut diagnostics = rendered.diagnostics;
    diagnostics.extend(document.diagnostics);
    let (blocks, wrong) = call(input, file, &rendered.calls);
    diagnostics.extend(wrong);
    let settings = file.settings.clone();
    let title = settings.title.clone().or(document.title).unwrap_or_default();
    Draft {
        id: file.id,
        path: file.path.clone(),
        slug: file.slug.clone(),
        title: if title.is_empty() { name(&file.path) } else { title },
        settings,
        html: document.html,
        headings: document.headings,
        anchors: document.anchors,
        text: document.text.trim().to_owned(),
        links: document.links,
        external: document.external,
        blocks,
        diagnostics,
    }
}

/// A title from a file's name: `gpu-on-talos.md` is "Gpu on talos".
fn name(path: &str) -> String {
    let mut parts = path.rsplit('/');
    let file = parts.next().unwrap_or(path);
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let is_index = matches!(stem.to_ascii_lowercase().as_str(), "index" | "readme");
    let word = if is_index { parts.next().unwrap_or("Overview") } else { stem };
    let mut letters = word.chars().map(|at| if matches!(at, '-' | '_') { ' ' } else { at });
    letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect()
}

/// The HTML of all components that a page calls.
fn call(input: &Input, file: &PageFile, calls: &[ComponentCall]) -> (Vec<String>, Vec<Diagnostic>) {
    let (mut blocks, mut diagnostics, mut size) = (Vec::new(), Vec::new(), 0);
    for call in calls {
        if size > BLOCKS_LIMIT {
            let message = format!("the page's components exceed {} MiB", BLOCKS_LIMIT >> 20);
            let found = Diagnostic::error("content/page-too-large", message).at(call.span);
            diagnostics.push(found.help("make its loops shorter"));
            break;
        }
        let made = match call.name.as_str() {
            data::NAME => data::table(input, &file.path, &call.args),
            name => input.components.call(name, &call.args),
        };
        match made {
            Ok(html) => {
                size += html.len();
                blocks.push(slots::relative_to(&file.slug, &html));
            }
            Err(error) => {
                let found = Diagnostic::error("content/component", error.message).at(call.span);
                diagnostics.push(match error.help {
                    Some(help) => found.help(help),
                    None => found,
                });
                blocks.push(String::new());
            }
        }
    }
    (blocks, diagnostics)
}

/// A page with its links resolved.
pub(super) struct Finished {
    /// The page.
    pub(super) page: Page,
    /// The links that lead nowhere.
    pub(super) broken: Vec<Diagnostic>,
    /// Slugs of the pages written by hand that it links to.
    pub(super) targets: BTreeSet<String>,
}

/// Resolves the links of a draft.
pub(super) fn finish(paths: &Paths, anchors: &Anchors, draft: &mut Draft) -> Finished {
    let from = From { path: &draft.path, slug: &draft.slug };
    let resolver = Resolver { paths, anchors, from };
    let (mut addresses, mut broken, mut targets) = (Vec::new(), Vec::new(), BTreeSet::new());
    for link in &draft.links {
        match resolver.resolve(link) {
            Ok((address, target)) => {
                addresses.push(escape::href(&address));
                targets.extend(target);
            }
            Err(found) => {
                broken.push(*found);
                addresses.push("#".to_owned());
            }
        }
    }
    let page = Page {
        source: draft.id,
        path: draft.path.clone(),
        slug: draft.slug.clone(),
        title: plain::mask(&draft.title).into_owned(),
        description: draft
            .settings
            .description
            .as_deref()
            .map(|text| plain::mask(text).into_owned()),
        order: draft.settings.order,
        tags: std::mem::take(&mut draft.settings.tags),
        updated: draft.settings.updated.take(),
        is_draft: draft.settings.draft,
        aliases: redirects(&draft.settings.aliases),
        external: std::mem::take(&mut draft.external),
        html: plain::mask(&slots::fill(&draft.html, &draft.blocks, &addresses)).into_owned(),
        headings: std::mem::take(&mut draft.headings),
        text: std::mem::take(&mut draft.text),
    };
    Finished { page, broken, targets }
}

fn redirects(aliases: &[front_matter::Alias]) -> Vec<Redirect> {
    let redirect =
        |alias: &front_matter::Alias| Redirect { slug: alias.slug.clone(), span: alias.span };
    aliases.iter().map(redirect).collect()
}
