//! Flags and `site/site.yaml` become one resolved [`Config`].
//!
//! In: layers, the strongest first, and the folders that the caller found. Out: a configuration in
//! which nothing is optional that has a default. It never touches the disk or the environment.

mod file;
mod layer;

pub use file::parse;
pub use layer::Layer;

use std::path::{Path, PathBuf};

/// Where `site.yaml` is, relative to the site root.
pub const FILE: &str = "site/site.yaml";

/// What all stages may ask about this run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// Title of the handbook.
    pub title: String,
    /// One sentence about it, for search engines and link previews.
    pub description: Option<String>,
    /// Address that the site is published at, without `/` at its end.
    pub url: Option<String>,
    /// The root with the manifests.
    pub repository: PathBuf,
    /// The root with `content/`, `site/`, `themes/`, ….
    pub site: PathBuf,
    /// Folder of rendered manifests, where one is read.
    pub rendered: Option<PathBuf>,
    /// The cluster to show, where the repository holds several.
    pub cluster: Option<String>,
    /// Folder that the site is written to.
    pub out: PathBuf,
    /// Whether the built-in example is shown, because there is no repository here.
    pub embedded: bool,
    /// Whether dollars enclose formulas in pages that do not say.
    pub math: bool,
    /// Whether pages that are marked as drafts are made too.
    pub drafts: bool,
}

/// The folders that the flags and the current folder point at, all absolute.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// `--repo`.
    pub repository: Option<PathBuf>,
    /// `--site`.
    pub site: Option<PathBuf>,
    /// Top of the Git checkout that the current folder is in.
    pub checkout: Option<PathBuf>,
}

impl Places {
    /// The site root, which alone says where `site.yaml` is; none means the built-in example.
    ///
    /// `--site`, else `--repo`, else the checkout.
    pub fn site_root(&self) -> Option<&Path> {
        let Self { repository, site, checkout } = self;
        site.as_deref().or(repository.as_deref()).or(checkout.as_deref())
    }

    /// The root with the manifests.
    ///
    /// `--repo`, else what `site.yaml` names, else the checkout, else the site itself.
    fn repository_root<'a>(&'a self, file: &'a Layer, site: &'a Path) -> &'a Path {
        let named = self.repository.as_deref().or(file.repo.as_deref());
        named.or(self.checkout.as_deref()).unwrap_or(site)
    }
}

/// The configuration of a site on disk, from its flags and its `site.yaml`.
///
/// `site` is what [`Places::site_root`] gave.
pub fn resolve(places: &Places, site: &Path, flags: Layer, file: Layer) -> Config {
    let repository = places.repository_root(&file, site).to_owned();
    let Layer { title, description, url, repo: _, rendered, cluster, out, math, drafts } =
        flags.over(file);
    Config {
        title: title.unwrap_or_else(|| default_title(&repository)),
        description,
        url,
        rendered,
        cluster,
        out: out.unwrap_or_else(|| site.join("public")),
        repository,
        site: site.to_owned(),
        embedded: false,
        math: math.unwrap_or_default(),
        drafts: drafts.unwrap_or_default(),
    }
}

/// The configuration of the built-in example; output goes below the current folder.
pub fn resolve_example(current: &Path, flags: Layer, file: Layer) -> Config {
    let Layer { title, description, url, repo: _, rendered, cluster, out, math, drafts } =
        flags.over(Layer { repo: None, rendered: None, out: None, ..file });
    Config {
        title: title.unwrap_or_else(|| "Homelab handbook".to_owned()),
        description,
        url,
        rendered,
        cluster,
        out: out.unwrap_or_else(|| current.join("public")),
        repository: PathBuf::from("examples/homelab"),
        site: PathBuf::new(),
        embedded: true,
        math: math.unwrap_or_default(),
        drafts: drafts.unwrap_or_default(),
    }
}

/// The path of a site's address, with `/` at both ends: `/rackbook/` of
/// `https://example.com/rackbook`, and `/` of a host alone.
pub fn base_path(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.split_once('/').map_or("", |(_, path)| path).trim_matches('/');
    if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }
}

fn default_title(repository: &Path) -> String {
    let name = repository.file_name().map(|name| name.to_string_lossy());
    name.map_or_else(|| "Homelab handbook".to_owned(), |name| format!("{name} handbook"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_paths_have_slashes_at_both_ends() {
        assert_eq!(base_path("https://example.com"), "/");
        assert_eq!(base_path("https://example.com/a/b/"), "/a/b/");
    }

    fn path(text: &str) -> Option<PathBuf> {
        Some(PathBuf::from(text)).filter(|_| !text.is_empty())
    }

    /// `--repo`, `--site`, checkout and the file's `repo:` → repository and site.
    fn check([repository, site, checkout, named]: [&str; 4], expected: [&str; 2]) {
        let places =
            Places { repository: path(repository), site: path(site), checkout: path(checkout) };
        let file = Layer { repo: path(named), ..Layer::default() };
        let root = places.site_root().expect("a root").to_owned();
        let config = resolve(&places, &root, Layer::default(), file);
        assert_eq!([config.repository, config.site], expected.map(PathBuf::from));
    }

    #[test]
    fn roots_follow_flags_then_file_then_checkout() {
        check(["/repo", "", "/git", ""], ["/repo", "/repo"]);
        check(["/repo", "", "/git", "/named"], ["/repo", "/repo"]);
        check(["/repo", "/site", "/git", "/named"], ["/repo", "/site"]);
        check(["", "/site", "/git", "/named"], ["/named", "/site"]);
        check(["", "/site", "/git", ""], ["/git", "/site"]);
        check(["", "/site", "", ""], ["/site", "/site"]);
        check(["", "", "/git", ""], ["/git", "/git"]);
        check(["", "", "/git", "/named"], ["/named", "/git"]);
        assert_eq!(Places::default().site_root(), None);
    }

    #[test]
    fn defaults_come_from_the_folders() {
        let places = Places { repository: path("/a/home-ops"), ..Places::default() };
        let config = resolve(&places, Path::new("/site"), Layer::default(), Layer::default());
        assert_eq!(config.title, "home-ops handbook");
        assert_eq!(config.out, Path::new("/site/public"));
    }

    #[test]
    fn the_example_keeps_out_of_its_own_folders() {
        let file = Layer { title: Some("Mine".to_owned()), out: path("/x"), ..Layer::default() };
        let config = resolve_example(Path::new("/here"), Layer::default(), file);
        assert_eq!(config.title, "Mine");
        assert_eq!(config.out, Path::new("/here/public"));
    }
}
