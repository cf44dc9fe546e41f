//! What one place says about the configuration: [`Layer`].
//!
//! In: flags or a parsed file. Out: the stronger of two layers. It holds no defaults.

use std::path::PathBuf;

/// What the flags or `site.yaml` say; all of it optional. Paths are already joined to the folder
/// that they are relative to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer {
    /// Title of the handbook.
    pub title: Option<String>,
    /// One sentence about it.
    pub description: Option<String>,
    /// Address that the site is published at.
    pub url: Option<String>,
    /// Root with the manifests.
    pub repo: Option<PathBuf>,
    /// Folder of rendered manifests.
    pub rendered: Option<PathBuf>,
    /// Cluster to show.
    pub cluster: Option<String>,
    /// Folder that the site is written to.
    pub out: Option<PathBuf>,
    /// Whether dollars enclose formulas.
    pub math: Option<bool>,
    /// Whether drafts are made too.
    pub drafts: Option<bool>,
}

impl Layer {
    /// This layer, completed by a weaker one.
    #[must_use]
    pub fn over(self, weaker: Self) -> Self {
        let Self { title, description, url, repo, rendered, cluster, out, math, drafts } = self;
        Self {
            title: title.or(weaker.title),
            description: description.or(weaker.description),
            url: url.or(weaker.url),
            repo: repo.or(weaker.repo),
            rendered: rendered.or(weaker.rendered),
            cluster: cluster.or(weaker.cluster),
            out: out.or(weaker.out),
            math: math.or(weaker.math),
            drafts: drafts.or(weaker.drafts),
        }
    }
}
