//! Paths on the site: what exists, and how one page names another.
//!
//! In: the files of the content folder and the slugs of generated pages. Out: [`Paths`], known
//! before any page is rendered, [`Anchors`], known after, and relative addresses that work below
//! any base path and from `file://`.

use std::collections::{BTreeMap, BTreeSet};

use super::Input;
use super::page::{Draft, PageFile};
use crate::source::path::parent;
use crate::source::{FileId, Root, Sources};

/// Every page and file that a link can lead to.
pub(super) struct Paths<'a> {
    /// Content-relative path → slug.
    pages: BTreeMap<String, String>,
    /// Former addresses → slug.
    aliases: BTreeMap<String, String>,
    /// Slugs of pages written by hand.
    slugs: BTreeSet<String>,
    /// Content-relative paths of files that are copied.
    assets: BTreeSet<String>,
    generated: &'a BTreeSet<String>,
    /// Where the site is published, without `/` at its end; empty where that is not known.
    pub(super) address: String,
    /// The content folder.
    pub(super) folder: &'a str,
    /// All files, to tell what exists beside the site.
    pub(super) sources: &'a Sources,
}

/// Where a path leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// A page written by hand, by slug.
    Page(String),
    /// A generated page, by slug.
    Generated(String),
    /// A file that is copied, by site path.
    Asset(String),
}

impl<'a> Paths<'a> {
    /// The paths of a site.
    pub(super) fn new(input: &Input<'a>, files: &[PageFile]) -> Self {
        let pages: BTreeMap<_, _> =
            files.iter().map(|file| (file.path.clone(), file.slug.clone())).collect();
        let assets = super::assets(input.sources, input.folder);
        let aliases = files.iter().flat_map(|file| {
            file.settings.aliases.iter().map(|alias| (alias.slug.clone(), file.slug.clone()))
        });
        Self {
            aliases: aliases.collect(),
            address: input.settings.url.clone().unwrap_or_default(),
            slugs: pages.values().cloned().collect(),
            pages,
            assets: assets.into_iter().map(|(path, _)| path).collect(),
            generated: input.generated,
            folder: input.folder,
            sources: input.sources,
        }
    }

    /// What a content-relative path of a file names.
    pub(super) fn file(&self, path: &str) -> Option<Target> {
        if let Some(slug) = self.pages.get(path) {
            return Some(Target::Page(slug.clone()));
        }
        self.assets.contains(path).then(|| Target::Asset(path.to_owned()))
    }

    /// What a site path names, with or without its extension or `index`.
    pub(super) fn site(&self, path: &str) -> Option<Target> {
        let path = path.trim_matches('/');
        let stem = path.strip_suffix(".html").unwrap_or(path);
        let index = if stem.is_empty() { "index".to_owned() } else { format!("{stem}/index") };
        self.slug(stem).or_else(|| self.slug(&index)).or_else(|| self.static_file(path))
    }

    fn slug(&self, slug: &str) -> Option<Target> {
        if self.slugs.contains(slug) {
            return Some(Target::Page(slug.to_owned()));
        }
        if self.generated.contains(slug) || slug == "index" {
            return Some(Target::Generated(slug.to_owned()));
        }
        self.aliases.get(slug).map(|slug| Target::Page(slug.clone()))
    }

    fn static_file(&self, path: &str) -> Option<Target> {
        let root = self.sources.site_root();
        let is_static = self.sources.find(root, &format!("site/static/{path}")).is_some();
        (is_static || self.assets.contains(path)).then(|| Target::Asset(path.to_owned()))
    }

    /// The file that is copied to a site path.
    pub(super) fn asset(&self, path: &str) -> Option<FileId> {
        let find = |path: String| self.sources.find(self.sources.site_root(), &path);
        let own = self.assets.contains(path).then(|| find(format!("{}/{path}", self.folder)));
        own.flatten().or_else(|| find(format!("site/static/{path}")))
    }

    /// The path below the site's address that a whole address names, with its `/`.
    pub(super) fn own_path<'b>(&self, address: &'b str) -> Option<&'b str> {
        let rest = address.strip_prefix(self.address.as_str()).filter(|_| !self.address.is_empty());
        match rest {
            Some("") => Some("/"),
            rest => rest.filter(|rest| rest.starts_with(['/', '#', '?'])),
        }
    }

    /// The path from the top of the site for one that starts with its base path, as in `/repo/x`.
    pub(super) fn without_base(&self, path: &str) -> Option<String> {
        let host = self.address.split_once("://")?.1;
        let (_, base) = host.split_once('/').filter(|(_, base)| !base.is_empty())?;
        let rest = path.strip_prefix('/')?.strip_prefix(base)?;
        (rest.is_empty() || rest.starts_with('/'))
            .then(|| format!("/{}", rest.trim_start_matches('/')))
    }

    /// Whether a path is a file of the site's root or the repository.
    pub(super) fn exists(&self, path: &str) -> bool {
        let roots = [self.sources.site_root(), Root::Repository];
        roots.iter().any(|root| {
            self.sources.find(*root, path).is_some() || self.sources.is_folder(*root, path)
        })
    }

    /// Content-relative paths of all pages.
    pub(super) fn page_files(&self) -> impl Iterator<Item = &str> {
        self.pages.keys().map(String::as_str)
    }

    /// Content-relative paths of all files that are copied.
    pub(super) fn asset_files(&self) -> impl Iterator<Item = &str> {
        self.assets.iter().map(String::as_str)
    }

    /// Root-relative paths of all pages, as links write them.
    pub(super) fn site_paths(&self) -> Vec<String> {
        let slugs = self.slugs.iter().chain(self.generated);
        slugs.map(|slug| format!("/{}", slug.strip_suffix("/index").unwrap_or(slug))).collect()
    }
}

/// The anchors of every page written by hand.
pub(super) struct Anchors(BTreeMap<String, BTreeSet<String>>);

impl Anchors {
    /// The anchors of rendered pages.
    pub(super) fn new(drafts: &[Draft]) -> Self {
        let of = |draft: &Draft| (draft.slug.clone(), draft.anchors.clone());
        Self(drafts.iter().map(of).collect())
    }

    /// The anchors of one page.
    pub(super) fn of(&self, slug: &str) -> Option<&BTreeSet<String>> {
        self.0.get(slug)
    }
}

/// Whether a path is that of a page.
pub(super) fn is_markdown(path: &str) -> bool {
    path.rsplit_once('.').is_some_and(|(_, extension)| {
        extension.eq_ignore_ascii_case("md") || extension.eq_ignore_ascii_case("markdown")
    })
}

/// The part of a path below a folder.
pub(super) fn below<'a>(folder: &str, path: &'a str) -> &'a str {
    path.strip_prefix(folder).map_or(path, |rest| rest.trim_start_matches('/'))
}

/// The address of a site path as the page `from` (a slug) writes it.
pub(super) fn relative(from: &str, to: &str) -> String {
    let from: Vec<_> = parent(from).split('/').filter(|part| !part.is_empty()).collect();
    let to: Vec<_> = to.split('/').collect();
    let shared = from.iter().zip(&to[..to.len() - 1]).take_while(|(left, right)| left == right);
    let shared = shared.count();
    format!("{}{}", "../".repeat(from.len() - shared), to[shared..].join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_relative() {
        assert_eq!(relative("index", "hardware.html"), "hardware.html");
        assert_eq!(relative("guides/a", "hardware.html"), "../hardware.html");
        assert_eq!(relative("guides/a", "guides/b.html"), "b.html");
        assert_eq!(relative("apps/a/b", "apps/index.html"), "../index.html");
    }
}
