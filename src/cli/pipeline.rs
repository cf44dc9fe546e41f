//! The stages in their order: read, then everything that is pure.
//!
//! In: the flags. Out: the finished site and the cluster it shows, with all diagnostics printed.
//! It never writes.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::settings::Common;
use super::{Failure, embedded, report, settings};
use crate::config::Config;
use crate::diagnostic::{self, Diagnostic};
use crate::gitops;
use crate::inventory::{self, Cluster};
use crate::site::{self, Meta, Stages, Theme};
use crate::source::{self, Git, Roots, Sources};

/// What the pure stages make.
pub(crate) struct Assembled {
    /// Paths and bytes of the site.
    pub(crate) site_files: BTreeMap<String, Arc<[u8]>>,
    /// The cluster, where one was found.
    pub(crate) cluster: Option<Cluster>,
    /// What is wrong in the files that were read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A run whose diagnostics are printed.
pub(super) struct Finished {
    pub(super) config: Config,
    pub(super) site_files: BTreeMap<String, Arc<[u8]>>,
    pub(super) cluster: Option<Cluster>,
    /// Whether the site must not be written.
    pub(super) has_errors: bool,
}

impl Finished {
    /// Ends the run where there are errors.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if self.has_errors { Err(Failure::Problems) } else { Ok(()) }
    }
}

/// Reads the roots, runs all stages, and prints what they have to say.
pub(super) fn run(common: &Common, out: Option<&Path>) -> Result<Finished, Failure> {
    let config = settings::resolve(common, out)?;
    let (sources, unread) = read(&config)?;
    let git = if config.embedded { Git::default() } else { source::describe(&config.repository) };
    let assembled = assemble(&sources, &config, &git, theme(&sources), unread);
    let mut diagnostics = assembled.diagnostics;
    diagnostics.extend(nothing_found(&config, assembled.cluster.as_ref()));
    diagnostic::sort(&mut diagnostics, &sources);
    report::diagnostics(&diagnostics, &sources, &common.style());
    Ok(Finished {
        config,
        site_files: assembled.site_files,
        cluster: assembled.cluster,
        has_errors: diagnostic::has_errors(&diagnostics),
    })
}

/// The cluster alone, without a site and without a word about what is wrong in the files.
pub(super) fn cluster(common: &Common) -> Result<Cluster, Failure> {
    let config = settings::resolve(common, None)?;
    let (sources, mut diagnostics) = read(&config)?;
    Ok(model(&sources, &config, &mut diagnostics).2)
}

/// The stages up to the inventory.
fn model(
    sources: &Sources,
    config: &Config,
    diagnostics: &mut Vec<Diagnostic>,
) -> (source::Documents, gitops::Effective, Cluster) {
    let cluster_name = config.cluster.as_deref();
    let (documents, wrong) = source::parse(sources);
    diagnostics.extend(wrong);
    let (effective, wrong) = gitops::walk(sources, &documents, cluster_name);
    diagnostics.extend(wrong);
    // The machines shown are those of the cluster whose manifests are.
    let cluster_name = effective.cluster.as_deref().or(cluster_name);
    let (cluster, wrong) =
        inventory::collect(sources, &documents, &effective, cluster_name, diagnostics);
    diagnostics.extend(wrong);
    (documents, effective, cluster)
}

/// The user's own files of the theme, by their paths in it.
fn theme(sources: &Sources) -> BTreeMap<String, Arc<[u8]>> {
    const FOLDER: &str = "themes/default/";
    let own = sources.under(sources.site_root(), "themes/default");
    own.filter_map(|(_, file)| {
        let path = file.path.strip_prefix(FOLDER)?;
        Some((path.to_owned(), Arc::clone(file.bytes())))
    })
    .collect()
}

fn read(config: &Config) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    if config.embedded {
        return Ok((embedded::example(), vec![]));
    }
    let rendered = config.rendered.as_deref();
    let roots = Roots { repository: config.repository.clone(), site: config.site.clone() };
    Ok(source::read_with(&roots, rendered)?)
}

/// Everything between reading and writing: a pure function of its arguments.
///
/// `diagnostics` are those of reading: what was not read is named on the site too.
pub(crate) fn assemble(
    sources: &Sources,
    config: &Config,
    git: &Git,
    theme: BTreeMap<String, Arc<[u8]>>,
    mut diagnostics: Vec<Diagnostic>,
) -> Assembled {
    let (documents, effective, cluster) = model(sources, config, &mut diagnostics);
    let stages =
        Stages { sources, documents: &documents, effective: &effective, cluster: &cluster };
    let (site, wrong) = site::handbook(stages, &Theme::from_files(theme), &meta(config, git));
    diagnostics.extend(wrong);
    Assembled { site_files: site.files, cluster: Some(cluster), diagnostics }
}

/// What the site says of itself.
fn meta(config: &Config, git: &Git) -> Meta {
    let name = config.repository.file_name().map(|name| name.to_string_lossy().into_owned());
    let base = git.source_base();
    Meta {
        title: config.title.clone(),
        description: config.description.clone().unwrap_or_default(),
        url: config.url.clone(),
        generator: format!("Rackbook {}", env!("CARGO_PKG_VERSION")),
        commit: git.commit.as_ref().map(|commit| commit.chars().take(7).collect()),
        // The site's own files are in the same checkout where the repository lies within the site.
        site_source_base: base.as_ref().and_then(|base| {
            let below = config.repository.strip_prefix(&config.site).ok()?;
            let below = below.to_str()?.to_owned();
            let base = base.trim_end_matches('/').strip_suffix(&below)?;
            Some(format!("{}/", base.trim_end_matches('/')))
        }),
        source_base: base,
        unlinked: git.changed.clone(),
        repository_name: name.unwrap_or_else(|| "the repository".to_owned()),
    }
}

/// A warning where there is not one object or node to show.
fn nothing_found(config: &Config, cluster: Option<&Cluster>) -> Option<Diagnostic> {
    let is_empty = cluster.is_none_or(|cluster| {
        let Cluster { kinds, nodes, vms, apps, .. } = cluster;
        kinds.is_empty() && nodes.is_empty() && vms.is_empty() && apps.is_empty()
    });
    let message = format!("no Kubernetes manifest was found in `{}`", config.repository.display());
    let help = "name the folder of the GitOps repository with `--repo DIR`";
    is_empty.then(|| Diagnostic::warning("source/nothing-found", message).help(help))
}
