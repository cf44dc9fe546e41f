//! Where a page stands among the others: sidebar, breadcrumbs, and the pages before and after.
//!
//! In: the generated pages and the pages written by hand. Out: one [`Nav`] for the whole site, and
//! from it a view for each page. A folder that does not hold the page is one line, and long lists
//! show what is near the page, so that pages do not grow with the site; the page of all pages
//! lists the rest.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::links::Links;
use super::view::LinkView;
use super::words;
use crate::content::Page;

/// A page or a folder of the site.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node {
    pub(crate) title: String,
    /// The page of its own, such as a folder's `index.html`.
    pub(crate) path: Option<String>,
    /// Folder of the site whose pages it holds, with a `/` at its end; empty for a page.
    folder: String,
    /// A place on another page that stands for it, as path and fragment.
    place: Option<(String, String)>,
    order: Option<i64>,
    children: Vec<Node>,
}

/// The site as groups of pages.
#[derive(Clone, Debug, Default)]
pub(crate) struct Nav {
    groups: Vec<Node>,
    /// How many of them hold generated pages; they come first and are always whole.
    n_generated: usize,
}

/// With up to so many folders of pages written by hand the sidebar names them all.
const MOST_GROUPS: usize = 8;
/// With up to so many pages written by hand the sidebar shows what is in each folder.
const MOST_OPEN: usize = 40;
/// How many lines of one list are shown around the page.
const WINDOW: usize = 30;

/// A line of the sidebar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct NavItem {
    pub(crate) title: String,
    pub(crate) href: Option<String>,
    /// Whether it is the page itself.
    pub(crate) current: bool,
    /// Whether the page is somewhere below it.
    pub(crate) open: bool,
    /// Whether it is a folder whose pages are not listed here.
    pub(crate) more: bool,
    pub(crate) items: Vec<NavItem>,
    /// How many pages of the list are left out.
    pub(crate) left_out: usize,
}

impl Nav {
    /// The sidebar's groups: those of generated pages first, then the folders of `content/`.
    pub(crate) fn new(generated: Vec<Node>, pages: &[Page], taken: &BTreeSet<String>) -> Self {
        let mut root = Folder::default();
        for page in pages.iter().filter(|page| !taken.contains(&page_path(page))) {
            let path = page_path(page);
            let folders: Vec<&str> = path.split('/').collect();
            root.add(&folders, "", page, &path);
        }
        let Node { children, .. } = root.into_node("", "");
        let (folders, loose): (Vec<Node>, Vec<Node>) =
            children.into_iter().partition(|node| !node.folder.is_empty());
        let mut groups = generated;
        let n_generated = groups.len();
        if !loose.is_empty() {
            groups.push(Node::group("Handbook", None, loose));
        }
        groups.extend(folders);
        Self { groups, n_generated }
    }

    /// The sidebar as seen from `path`.
    pub(crate) fn sidebar(&self, path: &str, links: Links<'_>) -> Vec<NavItem> {
        let (generated, written) = self.groups.split_at(self.n_generated);
        let is_large = written.iter().map(Node::count).sum::<usize>() > MOST_OPEN;
        let shown = |group: &&Node| written.len() <= MOST_GROUPS || group.contains(path);
        let seen = Seen { path, links };
        let generated = generated.iter().map(|group| seen.item(group, true));
        let written = written.iter().filter(shown);
        generated.chain(written.map(|group| seen.item(group, !is_large))).collect()
    }

    /// All pages, in their groups, with nothing folded or left out.
    pub(crate) fn everything(&self, links: Links<'_>) -> Vec<NavItem> {
        self.groups.iter().map(|group| group.whole(links)).collect()
    }

    /// A page to begin with in each group.
    pub(crate) fn ways(&self, links: Links<'_>) -> Vec<LinkView> {
        let way = |group: &Node| LinkView { text: group.title.clone(), href: group.href(links) };
        self.groups.iter().map(way).collect()
    }

    /// Where a page comes when the site is read from first to last; pages in no list come last.
    pub(crate) fn place(&self, path: &str) -> usize {
        let (mut at, mut found) = (0, None);
        for group in &self.groups {
            group.seek(path, &mut at, &mut found);
        }
        found.unwrap_or(usize::MAX)
    }

    /// The way from the group down to the page, without the page itself.
    pub(crate) fn breadcrumbs(&self, path: &str, links: Links<'_>) -> Vec<LinkView> {
        let mut crumbs = Vec::new();
        let mut nodes = &self.groups;
        while let Some(node) = nodes.iter().find(|node| node.contains(path)) {
            if node.path.as_deref() == Some(path) && node.children.iter().all(|n| !n.contains(path))
            {
                break;
            }
            crumbs.push(LinkView { text: node.title.clone(), href: node.own_href(links) });
            nodes = &node.children;
        }
        crumbs
    }

    /// The pages before and after, as a reader would turn them: parts of a page, such as the apps
    /// of the list of apps, are a book of their own.
    pub(crate) fn neighbours(&self, path: &str, links: Links<'_>) -> [Option<LinkView>; 2] {
        let (mut pages, mut parts) = (Vec::new(), Vec::new());
        for group in &self.groups {
            group.flatten(&mut pages, &mut parts);
        }
        if parts.iter().any(|(_, other)| *other == path) {
            pages = parts;
        }
        let link = |at: usize| {
            let (title, path) = pages.get(at)?;
            Some(LinkView { text: (*title).to_owned(), href: Some(links.page(path)) })
        };
        match pages.iter().position(|(_, other)| *other == path) {
            Some(at) => [at.checked_sub(1).and_then(link), link(at + 1)],
            None => [None, None],
        }
    }
}

/// The sidebar as one page sees it.
#[derive(Clone, Copy)]
struct Seen<'a> {
    path: &'a str,
    links: Links<'a>,
}

impl Seen<'_> {
    /// A line of the sidebar; the lines below it where it is `unfolded` or holds the page.
    fn item(self, node: &Node, unfolded: bool) -> NavItem {
        let open = node.children.iter().any(|child| child.contains(self.path));
        let current = node.path.as_deref() == Some(self.path);
        let shown = unfolded || open || current;
        let children = if shown { self.near(&node.children) } else { &[] };
        NavItem {
            title: node.title.clone(),
            href: if unfolded { node.own_href(self.links) } else { node.href(self.links) },
            current,
            open,
            more: !shown && !node.children.is_empty() && node.place.is_none(),
            items: children.iter().map(|child| self.item(child, false)).collect(),
            left_out: if shown { node.children.len() - children.len() } else { 0 },
        }
    }

    /// Of a long list, what is around the page.
    fn near(self, nodes: &[Node]) -> &[Node] {
        if nodes.len() <= WINDOW {
            return nodes;
        }
        let at = nodes.iter().position(|node| node.contains(self.path)).unwrap_or(0);
        let start = at.saturating_sub(WINDOW / 2).min(nodes.len() - WINDOW);
        &nodes[start..start + WINDOW]
    }
}

/// A page's title and path.
type Leaf<'a> = (&'a str, &'a str);

impl Node {
    /// A page.
    pub(crate) fn page(title: &str, path: &str) -> Self {
        Self { title: title.to_owned(), path: Some(path.to_owned()), ..Self::default() }
    }

    /// A page with others below it, which are shown where one of them is open.
    pub(crate) fn parent(title: &str, path: &str, children: Vec<Node>) -> Self {
        Self { children, ..Self::page(title, path) }
    }

    /// A part of another page that has pages of its own.
    pub(crate) fn section(title: &str, path: &str, id: &str, children: Vec<Node>) -> Self {
        let place = Some((path.to_owned(), id.to_owned()));
        Self { title: title.to_owned(), place, children, ..Self::default() }
    }

    /// A heading of the sidebar with pages below it.
    pub(crate) fn group(title: &str, path: Option<&str>, children: Vec<Node>) -> Self {
        let path = path.map(str::to_owned);
        Self { title: title.to_owned(), path, children, ..Self::default() }
    }

    fn contains(&self, path: &str) -> bool {
        self.path.as_deref() == Some(path) || self.children.iter().any(|child| child.contains(path))
    }

    /// Counts pages until the one that is sought.
    fn seek(&self, path: &str, at: &mut usize, found: &mut Option<usize>) {
        if self.path.as_deref() == Some(path) {
            found.get_or_insert(*at);
        }
        *at += 1;
        for child in &self.children {
            child.seek(path, at, found);
        }
    }

    /// How many pages it is or holds.
    fn count(&self) -> usize {
        let own = usize::from(self.path.is_some());
        own + self.children.iter().map(Node::count).sum::<usize>()
    }

    /// Its line with all lines below it.
    fn whole(&self, links: Links<'_>) -> NavItem {
        NavItem {
            title: self.title.clone(),
            href: self.own_href(links),
            current: false,
            open: false,
            more: false,
            items: self.children.iter().map(|child| child.whole(links)).collect(),
            left_out: 0,
        }
    }

    fn own_href(&self, links: Links<'_>) -> Option<String> {
        match (&self.path, &self.place) {
            (Some(path), _) => Some(links.page(path)),
            (None, Some((path, id))) => Some(format!("{}#{id}", links.page(path))),
            (None, None) => None,
        }
    }

    fn href(&self, links: Links<'_>) -> Option<String> {
        self.own_href(links).or_else(|| self.first().map(|path| links.page(path)))
    }

    /// Its own page, or the first one below it.
    fn first(&self) -> Option<&str> {
        self.path.as_deref().or_else(|| self.children.iter().find_map(Node::first))
    }

    fn flatten<'a>(&'a self, pages: &mut Vec<Leaf<'a>>, parts: &mut Vec<Leaf<'a>>) {
        if let Some(path) = &self.path {
            pages.push((&self.title, path));
        }
        for child in &self.children {
            // A group and its first page are one page; the page's own title says more.
            if self.path.is_some() && child.path == self.path {
                pages.pop();
            }
            if child.place.is_some() {
                child.flatten(parts, &mut Vec::new());
            } else {
                child.flatten(pages, parts);
            }
        }
    }
}

/// The path of a page in the site.
pub(crate) fn page_path(page: &Page) -> String {
    format!("{}.html", page.slug)
}

/// A folder of `content/` while its pages are gathered.
#[derive(Debug, Default)]
struct Folder<'a> {
    index: Option<(&'a Page, String)>,
    pages: Vec<(&'a Page, String)>,
    folders: BTreeMap<String, Folder<'a>>,
}

impl<'a> Folder<'a> {
    fn add(&mut self, parts: &[&str], within: &str, page: &'a Page, path: &str) {
        match parts {
            [] => {}
            ["index.html"] if !within.is_empty() => self.index = Some((page, path.to_owned())),
            [_] => self.pages.push((page, path.to_owned())),
            [folder, rest @ ..] => {
                let inner = format!("{within}{folder}/");
                self.folders.entry((*folder).to_owned()).or_default().add(rest, &inner, page, path);
            }
        }
    }

    fn into_node(self, name: &str, within: &str) -> Node {
        let mut children: Vec<Node> = Vec::new();
        for (page, path) in self.pages {
            children.push(Node { order: page.order, ..Node::page(&page.title, &path) });
        }
        for (name, folder) in self.folders {
            let inner = format!("{within}{name}/");
            children.push(folder.into_node(&name, &inner));
        }
        children.sort_by(|one, other| {
            let key = |node: &Node| node.order.unwrap_or(i64::MAX);
            key(one)
                .cmp(&key(other))
                .then_with(|| natord::compare(&one.title, &other.title))
                .then_with(|| one.path.cmp(&other.path))
        });
        let (title, order, path) = match self.index {
            Some((page, path)) => (page.title.clone(), page.order, Some(path)),
            None => (words::title(name), None, None),
        };
        Node { title, path, folder: within.to_owned(), place: None, order, children }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(slug: &str, title: &str, order: Option<i64>) -> Page {
        let (path, slug, title) = (format!("{slug}.md"), slug.to_owned(), title.to_owned());
        Page { path, slug, title, order, ..Page::default() }
    }

    fn titles(items: &[NavItem]) -> Vec<String> {
        let mut out = Vec::new();
        for item in items {
            out.push(item.title.clone());
            out.extend(titles(&item.items).into_iter().map(|title| format!("> {title}")));
        }
        out
    }

    fn check(pages: &[Page], at: &str, expected: &[&str]) {
        let overview = vec![Node::page("Overview", "index.html")];
        let cluster = Node::group("Cluster", Some("index.html"), overview);
        let nav = Nav::new(vec![cluster], pages, &BTreeSet::new());
        let (meta, paths) =
            (super::super::Meta::default(), super::super::links::AppPaths::default());
        let root = super::super::links::root_from(at);
        let links = Links::new(&meta, &paths, &root);
        assert_eq!(titles(&nav.sidebar(at, links)), expected);
    }

    #[test]
    fn folders_are_groups_in_order_then_by_title() {
        let pages = [
            page("guides/b", "B", None),
            page("guides/a", "A", None),
            page("guides/z", "Z", Some(1)),
            page("about", "About", None),
        ];
        let expected =
            ["Cluster", "> Overview", "Handbook", "> About", "Guides", "> Z", "> A", "> B"];
        check(&pages, "index.html", &expected);
    }

    #[test]
    fn index_page_heads_its_folder() {
        let pages = [page("guides/index", "How to", None), page("guides/a", "A", None)];
        check(&pages, "index.html", &["Cluster", "> Overview", "How to", "> A"]);
    }

    #[test]
    fn inner_folders_open_only_around_the_page() {
        let pages = [page("a/b/c", "C", None), page("a/d", "D", None)];
        check(&pages, "index.html", &["Cluster", "> Overview", "A", "> B", "> D"]);
        check(&pages, "a/b/c.html", &["Cluster", "> Overview", "A", "> B", "> > C", "> D"]);
    }

    #[test]
    fn long_lists_show_what_is_near() {
        let pages: Vec<Page> =
            (0..90).map(|at| page(&format!("a/{at}"), &format!("T{at}"), Some(at))).collect();
        let nav = Nav::new(vec![], &pages, &BTreeSet::new());
        let (meta, paths) =
            (super::super::Meta::default(), super::super::links::AppPaths::default());
        let [group] = &nav.sidebar("a/50.html", Links::new(&meta, &paths, "../"))[..] else {
            panic!("one group")
        };
        assert_eq!((group.items.len(), group.left_out), (WINDOW, 60));
        assert!(group.items.iter().any(|item| item.current && item.title == "T50"));
        let everything = nav.everything(Links::new(&meta, &paths, ""));
        assert_eq!(everything[0].items.len(), 90);
    }

    #[test]
    fn sidebar_does_not_grow_with_the_site() {
        let lines = |folders: usize| {
            let slug = |at: usize| format!("part-{:02}/sec-{}/page-{at}", at / 50, at / 10);
            let pages: Vec<Page> =
                (0..folders * 50).map(|at| page(&slug(at), "Page", None)).collect();
            let nav = Nav::new(vec![], &pages, &BTreeSet::new());
            let (meta, paths) =
                (super::super::Meta::default(), super::super::links::AppPaths::default());
            let links = Links::new(&meta, &paths, "../../");
            titles(&nav.sidebar("part-00/sec-0/page-3.html", links)).len()
        };
        assert_eq!(lines(1), lines(20));
    }
}
