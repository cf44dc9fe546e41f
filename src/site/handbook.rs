//! The whole site of one repository: [`handbook`].
//!
//! In: what the stages before made. Out: a [`Site`]. It renders the content with everything that
//! Markdown can call, and hands pages, theme and files to [`assemble`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::audit::Settled;
use crate::content::{self, CallError, Components, Fragment, ManifestRequest};
use crate::diagnostic::Diagnostic;
use crate::gitops::Effective;
use crate::inventory::Cluster;
use crate::source::{Documents, Sources};

use super::links::AppPaths;
use super::{Meta, Site, Theme, assemble, book, components, fragment};

/// What the stages before made.
#[derive(Clone, Copy)]
pub struct Stages<'a> {
    /// All files.
    pub sources: &'a Sources,
    /// Their trees.
    pub documents: &'a Documents,
    /// What Flux would apply.
    pub effective: &'a Effective,
    /// What was read from it.
    pub cluster: &'a Cluster,
    /// What the rules found.
    pub settled: &'a Settled,
}

/// Makes the site, and says what is wrong in its pages.
pub fn handbook(stages: Stages<'_>, theme: &Theme, meta: &Meta) -> (Site, Vec<Diagnostic>) {
    let Stages { sources, cluster, settled, .. } = stages;
    let meta = &Meta { overlay: components::overlay(sources, cluster), ..meta.clone() };
    let facts = json!({ "cluster": cluster });
    let callable = Callable { stages, theme, meta };
    let generated = generated(cluster);
    let (mut pages, mut diagnostics, mut assets) = (vec![], vec![], site_files(sources));
    let settings = content::Settings {
        math: meta.math,
        drafts: meta.drafts,
        url: meta.url.as_deref().map(|url| url.trim_end_matches('/').to_owned()),
    };
    if let Some(folder) = content_folder(sources) {
        let input = content::Input {
            sources,
            folder,
            facts: &facts,
            components: &callable,
            generated: &generated,
            settings: &settings,
        };
        (pages, diagnostics) = content::render(&input);
        assets.extend(
            content::assets(sources, folder)
                .into_iter()
                .map(|(path, file)| (path, Arc::clone(sources.file(file).bytes()))),
        );
    }
    let content_folder = content_folder(sources).unwrap_or_default().to_owned();
    let meta = &Meta { content_folder, ..meta.clone() };
    let (site, wrong) = assemble(cluster, settled, &pages, theme, meta, assets);
    diagnostics.extend(wrong);
    diagnostics.extend(components::hand_written(sources, cluster));
    (site, diagnostics)
}

/// Where guides are: `content/`, else `docs/`.
fn content_folder(sources: &Sources) -> Option<&'static str> {
    let root = sources.site_root();
    ["content", "docs"].into_iter().find(|folder| sources.is_folder(root, folder))
}

/// Slugs of the pages that are made from the cluster alone.
fn generated(cluster: &Cluster) -> BTreeSet<String> {
    let apps = AppPaths::new(cluster);
    let fixed = book::generated().chain(book::own()).map(str::to_owned);
    let generated = fixed.chain(apps.all().map(str::to_owned));
    generated.map(|path| path.trim_end_matches(".html").to_owned()).collect()
}

/// What lies in `site/static/`, by its path in the site.
fn site_files(sources: &Sources) -> BTreeMap<String, Arc<[u8]>> {
    const FOLDER: &str = "site/static";
    let files = sources.under(sources.site_root(), FOLDER);
    files
        .filter_map(|(_, file)| {
            let path = file.path.strip_prefix(FOLDER)?.trim_start_matches('/');
            Some((path.to_owned(), Arc::clone(file.bytes())))
        })
        .collect()
}

/// What Markdown can call.
struct Callable<'a> {
    stages: Stages<'a>,
    theme: &'a Theme,
    meta: &'a Meta,
}

impl Components for Callable<'_> {
    fn names(&self) -> Vec<&'static str> {
        vec!["table", "diagram", "findings", "badge"]
    }

    fn call(&self, name: &str, args: &Map<String, Value>) -> Result<String, CallError> {
        if name == "badge" {
            return components::badge(args);
        }
        if name == "findings" {
            let Stages { cluster, settled, .. } = self.stages;
            return components::findings(cluster, settled, self.meta, self.theme, args, "/");
        }
        if name == "diagram" && args.contains_key("file") {
            let Stages { sources, cluster, .. } = self.stages;
            return components::file(sources, cluster, self.meta, self.theme, args);
        }
        let component = if name == "diagram" { components::diagram } else { components::table };
        component(self.stages.cluster, self.meta, self.theme, args, "/")
    }

    fn mermaid(&self, text: &str, title: &str) -> Result<Option<String>, Vec<Diagnostic>> {
        components::mermaid(self.stages.cluster, self.theme, text, title)
    }

    fn manifest(&self, request: &ManifestRequest) -> Result<Fragment, CallError> {
        let href = |path: &str, first: u32, last: u32| {
            let base = self.meta.source_base.as_ref()?;
            let is_linked = !self.meta.unlinked.contains(path);
            is_linked.then(|| format!("{base}{path}#L{first}-L{last}"))
        };
        let Stages { sources, documents, effective, .. } = self.stages;
        fragment::find(request, effective, documents, sources, &href)
    }
}
