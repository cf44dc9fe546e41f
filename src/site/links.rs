//! Addresses: of pages from where one stands, and of lines in files.
//!
//! In: the site's metadata, the cluster's apps and a page's depth. Out: relative links, source
//! chips and facts ready to show. It links to no file whose text differs from the commit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use crate::diagram::hand::Overlay;
use crate::inventory::{Cluster, Fact, Source, Value};

use super::Meta;
use super::view::{FactView, LinkView, SourceView};

/// The page of each app, by the app's id.
#[derive(Clone, Debug, Default)]
pub(crate) struct AppPaths(BTreeMap<String, String>);

impl AppPaths {
    /// Gives each app a path of safe characters that no other app has, also where letters' case
    /// does not count.
    pub(crate) fn new(cluster: &Cluster) -> Self {
        let mut taken = BTreeSet::from(["apps/index.html".to_owned()]);
        let mut paths = BTreeMap::new();
        for app in &cluster.apps {
            let stem = format!("apps/{}/{}", safe(&app.namespace), safe(&app.name));
            let path = free_path(&stem, &taken);
            taken.insert(path.to_lowercase());
            paths.insert(app.id.clone(), path);
        }
        Self(paths)
    }

    pub(crate) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }

    /// All paths.
    pub(crate) fn all(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(String::as_str)
    }
}

/// The first of `stem.html`, `stem-2.html`, … that is not taken.
fn free_path(stem: &str, taken: &BTreeSet<String>) -> String {
    let mut path = format!("{stem}.html");
    let mut number = 2;
    while taken.contains(&path.to_lowercase()) {
        path = format!("{stem}-{number}.html");
        number += 1;
    }
    path
}

/// A name with everything but letters, digits, `.`, `_` and `-` replaced.
fn safe(name: &str) -> String {
    let keep = |character: char| {
        if character.is_ascii_alphanumeric() || matches!(character, '.' | '_' | '-') {
            character
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(keep).collect();
    let name = name.trim_matches('.');
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

/// Makes links as seen from one page.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Links<'a> {
    meta: &'a Meta,
    apps: &'a AppPaths,
    root: &'a str,
}

impl<'a> Links<'a> {
    /// Links from a page whose way to the site's first folder is `root`, as [`root_from`] tells.
    pub(crate) fn new(meta: &'a Meta, apps: &'a AppPaths, root: &'a str) -> Self {
        Self { meta, apps, root }
    }

    /// What somebody adds to the network picture by hand.
    pub(crate) fn overlay(&self) -> Option<&'a Overlay> {
        self.meta.overlay.as_ref()
    }

    /// The way to the site's first folder.
    pub(crate) fn root(&self) -> &'a str {
        self.root
    }

    /// A link to a file of the site.
    pub(crate) fn page(&self, path: &str) -> String {
        format!("{}{}", self.root, encode(path))
    }

    /// A link to an app's page, where it has one.
    pub(crate) fn app(&self, id: &str) -> Option<String> {
        self.apps.get(id).map(|path| self.page(path))
    }

    /// An app's name as a link to its page.
    pub(crate) fn app_link(&self, id: &str) -> LinkView {
        LinkView { text: id.to_owned(), href: self.app(id) }
    }

    /// A place in a file.
    pub(crate) fn source(&self, source: &Source) -> SourceView {
        let base = match source {
            Source { from_rendered: true, .. } => None,
            Source { from_site: true, .. } => self.meta.site_source_base.as_ref(),
            _ => self.meta.source_base.as_ref(),
        };
        let base = base.filter(|_| !self.meta.unlinked.contains(&source.path));
        let mark = if source.from_rendered { "rendered · " } else { "" };
        SourceView {
            short: format!("{mark}{}:{}", short(&source.path), source.line),
            tiny: format!("{}:{}", source.path.rsplit('/').next().unwrap_or_default(), source.line),
            full: format!("{mark}{}:{}", source.path, source.line),
            href: base.map(|base| format!("{base}{}#L{}", encode(&source.path), source.line)),
        }
    }

    /// A fact as it is.
    pub(crate) fn fact<T: Display>(&self, fact: &Fact<T>) -> FactView {
        self.fact_as(fact, ToString::to_string)
    }

    /// A fact whose known value is worded by `show`.
    pub(crate) fn fact_as<T>(&self, fact: &Fact<T>, show: impl Fn(&T) -> String) -> FactView {
        let (state, text, reason) = match &fact.value {
            Value::Known(value) => ("known", show(value), String::new()),
            Value::Templated(text) => ("templated", text.clone(), String::new()),
            Value::Encrypted => ("encrypted", String::new(), String::new()),
            Value::Unknown(reason) => ("unknown", String::new(), reason.clone()),
        };
        let source = fact.source.as_ref().map(|source| self.source(source));
        FactView { state, text, reason, source }
    }

    /// Facts as they are.
    pub(crate) fn facts<T: Display>(&self, facts: &[Fact<T>]) -> Vec<FactView> {
        facts.iter().map(|fact| self.fact(fact)).collect()
    }
}

/// The way from a page to the site's first folder: empty, `../`, `../../`, ….
pub(crate) fn root_from(path: &str) -> String {
    "../".repeat(path.matches('/').count())
}

/// The last two parts of a path, marked where more went before.
fn short(path: &str) -> String {
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [.., folder, file] if parts.len() > 2 => format!("…/{folder}/{file}"),
        _ => path.to_owned(),
    }
}

/// A path with what a URL cannot hold percent-encoded.
pub(crate) fn encode(path: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe() {
        let check = |name, expected| assert_eq!(safe(name), expected);
        check("jellyfin", "jellyfin");
        check("${APP}", "--APP-");
        check("..", "unnamed");
    }

    #[test]
    fn long_paths_keep_their_end() {
        let check = |path, expected| assert_eq!(short(path), expected);
        check("a.yaml", "a.yaml");
        check("talos/a.yaml", "talos/a.yaml");
        check("apps/media/app/a.yaml", "…/app/a.yaml");
    }

    #[test]
    fn urls_hold_no_odd_characters() {
        let check = |path, expected| assert_eq!(encode(path), expected);
        check("a/b c#d?.yaml", "a/b%20c%23d%3F.yaml");
    }
}
