//! All pages of the site, from what stands in the sidebar to finished HTML: [`Book`].
//!
//! In: the cluster, the pages written by hand, and the theme. Out: paths with HTML. Pages are
//! filled in side by side; the result does not depend on the order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use serde::Serialize;
use tera::Context;

use crate::audit::Settled;
use crate::diagnostic::Diagnostic;
use crate::inventory::{App, Cluster};

use super::links::{AppPaths, Links, root_from};
use super::nav::{Nav, Node, page_path};
use super::pages::{self, Made};
use super::scripts::{FIRST, Linked};
use super::tables::Scope;
use super::view::{LinkView, Section};
use super::{Meta, Theme};
use crate::content::Page;

/// Makes a page from the cluster alone.
type Make = fn(Scope<'_>) -> Made;

/// A generated page: its path, its line in the sidebar, and what makes it. The overview needs the
/// site's title too, so it is made elsewhere.
type Generated = (&'static str, &'static str, Option<Make>);

/// The groups of the sidebar with their generated pages.
const GROUPS: [(&str, &[Generated]); 3] = [
    (
        "Cluster",
        &[
            ("index.html", "Overview", None),
            ("hardware.html", "Hardware", Some(pages::hardware::make)),
            ("gpu.html", "Graphics cards", Some(pages::gpu::make)),
            ("apps/index.html", "Apps", Some(pages::apps::make)),
            ("storage.html", "Storage and backups", Some(pages::storage::make)),
            ("not-visible.html", "What is not visible", Some(pages::not_visible::make)),
        ],
    ),
    (
        "Network and access",
        &[
            ("network.html", "Network", Some(pages::network::make)),
            ("exposure.html", "Exposure", Some(pages::exposure::make)),
            ("isolation.html", "Isolation", Some(pages::isolation::make)),
            ("secrets.html", "Secrets", Some(pages::secrets::make)),
            ("security.html", "Runtime security", Some(pages::security::make)),
        ],
    ),
    (
        "Operation",
        &[
            ("gitops.html", "GitOps", Some(pages::gitops::make)),
            ("monitoring.html", "Monitoring", Some(pages::monitoring::make)),
            ("schedules.html", "Schedules", Some(pages::schedules::make)),
            ("versions.html", "Versions", Some(pages::versions::make)),
            ("findings.html", "Findings", Some(pages::findings::make)),
        ],
    ),
];

fn all() -> impl Iterator<Item = &'static Generated> {
    GROUPS.iter().flat_map(|(_, pages)| pages.iter())
}

/// Paths of the pages that are made from the cluster alone.
pub(crate) fn generated() -> impl Iterator<Item = &'static str> {
    all().map(|(path, ..)| *path)
}

/// Everything that a page can be made from.
pub(crate) struct Book<'a> {
    cluster: &'a Cluster,
    settled: &'a Settled,
    theme: &'a Theme,
    meta: &'a Meta,
    linked: &'a Linked,
    apps: AppPaths,
    /// Pages written by hand, by path in the site.
    written: BTreeMap<String, &'a Page>,
    nav: Nav,
}

/// What a page is made from.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Overview,
    Generated(Make),
    App(&'a App),
    Written(&'a Page),
    NotFound,
}

/// What the base template reads of a page.
#[derive(Serialize)]
struct PageView<'a> {
    path: &'a str,
    title: &'a str,
    lead: &'a str,
    description: &'a str,
    canonical: Option<String>,
    breadcrumbs: Vec<LinkView>,
    contents: Vec<Section>,
    previous: Option<LinkView>,
    next: Option<LinkView>,
    /// Finished HTML of a page written by hand; empty otherwise.
    html: &'a str,
    tags: &'a [String],
    /// Whether it is made of tables and pictures, which want the whole width.
    wide: bool,
    root: &'a str,
    style: String,
    /// The script that chooses light or dark.
    first_script: Option<String>,
    icon: String,
}

/// What the base template reads of the site.
#[derive(Serialize)]
struct SiteView<'a> {
    title: &'a str,
    description: &'a str,
    repository: &'a str,
    commit: Option<&'a str>,
    generator: &'a str,
    home: String,
}

impl<'a> Book<'a> {
    pub(crate) fn new(
        (cluster, settled): (&'a Cluster, &'a Settled),
        pages: &'a [Page],
        theme: &'a Theme,
        meta: &'a Meta,
        linked: &'a Linked,
    ) -> Self {
        let apps = AppPaths::new(cluster);
        let written: BTreeMap<_, _> = pages.iter().map(|page| (page_path(page), page)).collect();
        let nav = Nav::new(generated_nodes(cluster, &apps, &written), pages, &taken(&apps));
        Self { cluster, settled, theme, meta, linked, apps, written, nav }
    }

    /// All pages as HTML, and what went wrong.
    pub(crate) fn render(&self) -> (BTreeMap<String, Arc<[u8]>>, Vec<Diagnostic>) {
        let pages = self.pages();
        let rendered: Vec<_> =
            pages.par_iter().map(|(path, kind)| (path, self.page(path, *kind))).collect();
        let mut files = BTreeMap::new();
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for (path, result) in rendered {
            match result {
                Ok((html, missing)) => {
                    files.insert(path.clone(), Arc::from(html.into_bytes()));
                    diagnostics.extend(missing.iter().map(|name| no_script(path, name)));
                }
                Err(problem) if diagnostics.contains(&problem) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
        (files, diagnostics)
    }

    /// The site's pages by path. What is written by hand wins over what is generated, except that
    /// the overview takes its text in.
    fn pages(&self) -> BTreeMap<String, Kind<'a>> {
        let mut pages = BTreeMap::from([("404.html".to_owned(), Kind::NotFound)]);
        pages.extend(all().map(|(path, _, make)| {
            ((*path).to_owned(), make.map_or(Kind::Overview, Kind::Generated))
        }));
        for app in &self.cluster.apps {
            let path = self.apps.get(&app.id).expect("bug: each app has a path");
            pages.insert(path.to_owned(), Kind::App(app));
        }
        for (path, page) in &self.written {
            if path != "index.html" {
                pages.insert(path.clone(), Kind::Written(page));
            }
        }
        pages
    }

    fn page(&self, path: &str, kind: Kind<'_>) -> Result<(String, Vec<String>), Box<Diagnostic>> {
        let root = self.root(path, kind);
        let links = Links::new(self.meta, &self.apps, &root);
        let scope = Scope::new(self.cluster, links).with_findings(self.settled);
        let overview_text = self.written.get("index.html").filter(|_| path == "index.html");
        let written = match kind {
            Kind::Written(page) => Some(page),
            _ => overview_text.copied(),
        };
        let made = self.made(scope, kind);
        let [previous, next] = self.nav.neighbours(path, links);
        let view = PageView {
            path,
            title: &made.title,
            lead: &made.lead,
            description: written
                .and_then(|page| page.description.as_deref())
                .unwrap_or(if made.lead.is_empty() { &self.meta.description } else { &made.lead }),
            canonical: self.canonical(path, kind),
            breadcrumbs: self.nav.breadcrumbs(path, links),
            contents: contents(written, &made),
            previous,
            next,
            html: written.map_or("", |page| page.html.as_str()),
            tags: written.map_or(&[], |page| page.tags.as_slice()),
            wide: matches!(kind, Kind::Overview | Kind::Generated(_) | Kind::App(_)),
            root: &root,
            style: links.page(&self.linked.style),
            first_script: self.linked.script(FIRST).map(|path| links.page(path)),
            icon: links.page("assets/icon.svg"),
        };
        let mut context = Context::new();
        context.insert("site", &self.site(links));
        context.insert("page", &view);
        context.insert("nav", &self.nav.sidebar(path, links));
        context.insert_value("view", made.view);
        let html = self.theme.render(made.template, &context)?;
        Ok(self.linked.fill(html, links))
    }

    fn made(&self, scope: Scope<'_>, kind: Kind<'_>) -> Made {
        match kind {
            Kind::Generated(make) => make(scope),
            Kind::Overview => {
                let written = self.written.get("index.html");
                let title = written.map_or(self.meta.title.as_str(), |page| page.title.as_str());
                pages::overview::make(scope, title)
            }
            Kind::App(app) => pages::app::make(scope, app),
            Kind::Written(page) => {
                let lead = page.description.clone().unwrap_or_default();
                Made::bare(&page.title, lead, "pages/content.html")
            }
            Kind::NotFound => {
                let lead = "There is no page at this address.".to_owned();
                Made::bare("Page not found", lead, "pages/not-found.html")
            }
        }
    }

    /// The way to the first folder. A server shows `404.html` at any depth, so that page names the
    /// whole address where it is known.
    fn root(&self, path: &str, kind: Kind<'_>) -> String {
        match (kind, &self.meta.url) {
            (Kind::NotFound, Some(url)) => crate::config::base_path(url),
            _ => root_from(path),
        }
    }

    fn canonical(&self, path: &str, kind: Kind<'_>) -> Option<String> {
        let url = self.meta.url.as_ref().filter(|_| !matches!(kind, Kind::NotFound))?;
        let path = path.strip_suffix("index.html").unwrap_or(path);
        Some(format!("{}/{}", url.trim_end_matches('/'), super::links::encode(path)))
    }

    fn site(&self, links: Links<'_>) -> SiteView<'a> {
        SiteView {
            title: &self.meta.title,
            description: &self.meta.description,
            repository: &self.meta.repository_name,
            commit: self.meta.commit.as_deref(),
            generator: &self.meta.generator,
            home: links.page("index.html"),
        }
    }
}

/// A page asks for a script that the theme does not have.
fn no_script(path: &str, name: &str) -> Diagnostic {
    let message = format!("`{path}` asks for the script `{name}`, which the theme does not have");
    let found = Diagnostic::warning("theme/no-script", message).at_path(path);
    found.help(format!("add `js/{name}.js` to the theme, or remove `data-script=\"{name}\"`"))
}

/// The contents list: headings of what is written, then sections of what is generated.
fn contents(written: Option<&Page>, made: &Made) -> Vec<Section> {
    let headings = written.map_or(&[][..], |page| page.headings.as_slice());
    let shown = headings.iter().filter(|heading| matches!(heading.level, 2 | 3));
    shown
        .map(|heading| Section {
            id: heading.id.clone(),
            title: heading.text.clone(),
            level: heading.level,
        })
        .chain(made.sections.iter().cloned())
        .collect()
}

/// Paths of generated pages: a page written by hand in their place has their place in the sidebar.
fn taken(apps: &AppPaths) -> BTreeSet<String> {
    let mut taken: BTreeSet<String> = generated().map(str::to_owned).collect();
    taken.extend(apps.all().map(str::to_owned));
    taken
}

fn generated_nodes(
    cluster: &Cluster,
    apps: &AppPaths,
    written: &BTreeMap<String, &Page>,
) -> Vec<Node> {
    let title = |path: &str, own: &'static str| {
        let page = written.get(path).filter(|_| path != "index.html");
        page.map_or_else(|| own.to_owned(), |page| page.title.clone())
    };
    let node = |(path, own, _): &Generated| match *path {
        "apps/index.html" => Node::parent(&title(path, own), path, namespace_nodes(cluster, apps)),
        path => Node::page(&title(path, own), path),
    };
    GROUPS
        .iter()
        .map(|(group, pages)| {
            let path = (*group == "Cluster").then_some("index.html");
            Node::group(group, path, pages.iter().map(node).collect())
        })
        .collect()
}

fn namespace_nodes(cluster: &Cluster, apps: &AppPaths) -> Vec<Node> {
    let page = |app: &App| {
        let path = apps.get(&app.id).expect("bug: each app has a path");
        Node::page(&app.name, path)
    };
    pages::apps::names(cluster)
        .into_iter()
        .map(|name| {
            let inside = cluster.apps.iter().filter(|app| app.namespace == name).map(page);
            let id = pages::apps::section_id(name);
            Node::section(name, "apps/index.html", &id, inside.collect())
        })
        .collect()
}
