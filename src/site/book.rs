//! All pages of the site, from what stands in the sidebar to finished HTML: [`Book`].
//!
//! In: the cluster, the pages written by hand, and the theme. Out: paths with HTML. Pages are
//! filled in side by side; the result does not depend on the order.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tera::Context;

use crate::audit::Settled;
use crate::diagnostic::Diagnostic;
use crate::inventory::{App, Cluster};

use super::links::{AppPaths, Links, root_from};
use super::mentions::Mentions;
use super::nav::{Nav, Node, page_path};
use super::page_view::{PageView, SearchView, SiteView};
use super::pages::own::{self, Forms, Tags, Whole};
use super::pages::{self, Made};
use super::scripts::{FIRST, Linked};
use super::tables::Scope;
use super::view::Section;
use super::{Meta, Theme, feeds, llms, markup};
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

/// Paths of pages about the pages.
pub(crate) fn own() -> impl Iterator<Item = &'static str> {
    [own::PAGES, own::SEARCH, own::TAGS, own::PRINT].into_iter()
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
    /// Paths of generated pages.
    taken: BTreeSet<String>,
    nav: Nav,
    tags: Tags<'a>,
    mentions: Mentions,
}

/// What a page is made from.
#[derive(Clone, Copy)]
enum Kind<'a> {
    Overview,
    Generated(Make),
    App(&'a App),
    Written(&'a Page),
    AllPages,
    Search,
    Tags,
    NotFound,
}

/// What a page is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    Cluster,
    App,
    Guide,
}

/// A page as HTML, with what its other forms need.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) path: String,
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) sort: Sort,
    /// The app's id, on its page.
    pub(crate) app: Option<String>,
    pub(crate) tags: Vec<String>,
    /// Day of the last change of what is written, such as `2026-11-20`.
    pub(crate) updated: Option<String>,
    /// Whether it is a page to be found, and not one that helps to find.
    pub(crate) is_listed: bool,
    pub(crate) html: String,
    /// Scripts that it asks for and the theme does not have.
    missing: Vec<String>,
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
        let taken = taken(&apps);
        let nav = Nav::new(generated_nodes(cluster, &apps, &written), pages, &taken);
        let (tags, mentions) = (Tags::new(pages), Mentions::new(pages));
        Self { cluster, settled, theme, meta, linked, apps, written, taken, nav, tags, mentions }
    }

    /// All pages as HTML, by path, and what went wrong.
    pub(crate) fn render(&self) -> (Vec<Rendered>, Vec<Diagnostic>) {
        let results: Vec<_> =
            self.pages().par_iter().map(|(path, kind)| self.page(path, *kind)).collect();
        let mut pages = vec![];
        let mut diagnostics: Vec<Diagnostic> = Vec::new();
        for result in results {
            match result {
                Ok(page) => {
                    diagnostics.extend(page.missing.iter().map(|name| no_script(&page.path, name)));
                    pages.push(page);
                }
                Err(problem) if diagnostics.contains(&problem) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
        if !self.written.contains_key(own::PRINT) {
            match self.print(&pages) {
                Ok(page) => pages.push(page),
                Err(problem) if diagnostics.contains(&problem) => {}
                Err(problem) => diagnostics.push(*problem),
            }
        }
        (pages, diagnostics)
    }

    /// The site's pages by path. What is written by hand wins over what is generated, except that
    /// the overview takes its text in.
    fn pages(&self) -> BTreeMap<String, Kind<'a>> {
        let own = [
            ("404.html", Kind::NotFound),
            (own::PAGES, Kind::AllPages),
            (own::SEARCH, Kind::Search),
            (own::TAGS, Kind::Tags),
        ];
        let own = own.into_iter().filter(|(path, _)| *path != own::TAGS || !self.tags.is_empty());
        let mut pages: BTreeMap<_, _> = own.map(|(path, kind)| (path.to_owned(), kind)).collect();
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

    fn page(&self, path: &str, kind: Kind<'_>) -> Result<Rendered, Box<Diagnostic>> {
        let root = self.root(path, kind);
        let links = Links::new(self.meta, &self.apps, &root);
        let scope = Scope::new(self.cluster, links).with_findings(self.settled);
        let made = self.made(scope, kind);
        self.rendered(path, kind, links, made)
    }

    /// The whole handbook as one page.
    fn print(&self, pages: &[Rendered]) -> Result<Rendered, Box<Diagnostic>> {
        let listed: Vec<&Rendered> = pages.iter().filter(|page| page.is_listed).collect();
        let paths: BTreeSet<&str> = listed.iter().map(|page| page.path.as_str()).collect();
        let within = |path: &str| paths.contains(path);
        let part = |page: &&Rendered| Whole {
            id: markup::part_id(&page.path),
            title: page.title.clone(),
            html: markup::prefixed(markup::main_of(&page.html), &page.path, &within),
        };
        let mut order: Vec<&Rendered> = listed.clone();
        order.sort_by_key(|page| self.nav.place(&page.path));
        let parts = order.par_iter().map(part).collect();
        let made = own::print(&self.meta.title, parts, self.theme.strings());
        let links = Links::new(self.meta, &self.apps, "");
        self.rendered(own::PRINT, Kind::AllPages, links, made)
    }

    fn rendered(
        &self,
        path: &str,
        kind: Kind<'_>,
        links: Links<'_>,
        made: Made,
    ) -> Result<Rendered, Box<Diagnostic>> {
        let overview_text = self.written.get("index.html").filter(|_| path == "index.html");
        let written = match kind {
            Kind::Written(page) => Some(page),
            _ => overview_text.copied(),
        };
        let view = self.view(path, kind, links, written, &made);
        let (description, is_listed) = (view.description.to_owned(), view.is_listed);
        let updated = view.updated.map(str::to_owned);
        let mut context = Context::new();
        context.insert("text", self.theme.strings().all());
        context.insert("site", &self.site(links));
        context.insert("page", &view);
        context.insert("nav", &self.nav.sidebar(path, links));
        context.insert_value("view", made.view.clone());
        let html = self.theme.render(made.template, &context)?;
        let (html, missing) = self.linked.fill(html, links);
        let (sort, app) = match kind {
            Kind::App(app) => (Sort::App, Some(app.id.clone())),
            Kind::Written(page) if !self.taken.contains(&page_path(page)) => (Sort::Guide, None),
            _ => (Sort::Cluster, None),
        };
        Ok(Rendered {
            path: path.to_owned(),
            title: made.title,
            description,
            sort,
            app,
            tags: written.map_or(vec![], |page| page.tags.clone()),
            updated,
            is_listed,
            html,
            missing,
        })
    }

    fn view<'b>(
        &'b self,
        path: &'b str,
        kind: Kind<'_>,
        links: Links<'b>,
        written: Option<&'b Page>,
        made: &'b Made,
    ) -> PageView<'b> {
        let [previous, next] = self.nav.neighbours(path, links);
        let is_listed =
            !matches!(kind, Kind::AllPages | Kind::Search | Kind::Tags | Kind::NotFound);
        let source = written.map(|page| self.meta.content_path(page));
        let link = |path: &str| links.page(path);
        PageView {
            path,
            title: &made.title,
            lead: &made.lead,
            description: written
                .and_then(|page| page.description.as_deref())
                .unwrap_or(if made.lead.is_empty() { &self.meta.description } else { &made.lead }),
            is_listed,
            canonical: self.canonical(path, kind),
            breadcrumbs: self.nav.breadcrumbs(path, links),
            contents: contents(written, made),
            previous,
            next,
            html: written.map_or("", |page| page.html.as_str()),
            tags: written.map_or(vec![], |page| self.tags.links(page, links)),
            wide: matches!(kind, Kind::Overview | Kind::Generated(_) | Kind::App(_)),
            root: links.root(),
            style: links.page(&self.linked.style),
            first_script: self.linked.script(FIRST).map(link),
            icon: links.page("assets/icon.svg"),
            search: self
                .linked
                .search()
                .map(|scripts| SearchView { page: links.page(own::SEARCH), scripts }),
            pages: links.page(own::PAGES),
            markdown: is_listed.then(|| links.page(&llms::twin(path))),
            feed: feeds::has_feed(self.meta).then(|| links.page(feeds::FEED)),
            card: None,
            mentions: self.mentions.of(path, links),
            updated: source
                .as_ref()
                .and_then(|source| self.meta.updated.get(source))
                .map(String::as_str),
            edit: source.as_ref().and_then(|source| self.meta.edit_address(source)),
            source: source.as_ref().and_then(|source| self.meta.view_address(source)),
        }
    }

    fn made(&self, scope: Scope<'_>, kind: Kind<'_>) -> Made {
        let strings = self.theme.strings();
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
            Kind::AllPages => {
                own::all(self.nav.everything(scope.links), self.forms(scope.links), strings)
            }
            Kind::Search => own::search(self.nav.ways(scope.links), strings),
            Kind::Tags => self.tags.page(scope.links, strings),
            Kind::NotFound => {
                let lead = strings.get("not_found_lead").to_owned();
                Made::bare(strings.get("not_found"), lead, "pages/not-found.html")
            }
        }
    }

    /// The site's other forms.
    fn forms(&self, links: Links<'_>) -> Forms {
        Forms {
            tags: (!self.tags.is_empty()).then(|| links.page(own::TAGS)),
            print: links.page(own::PRINT),
            llms: links.page("llms.txt"),
            feed: feeds::has_feed(self.meta).then(|| links.page(feeds::FEED)),
            sitemap: self.meta.url.is_some().then(|| links.page("sitemap.xml")),
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
        Some(feeds::absolute(url, path))
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
