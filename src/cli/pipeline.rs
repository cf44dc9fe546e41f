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
    let (sources, mut diagnostics) = read(&config)?;
    let git = if config.embedded { Git::default() } else { source::describe(&config.repository) };
    let mut assembled = assemble(&sources, &config, &git, embedded::theme());
    diagnostics.append(&mut assembled.diagnostics);
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

fn read(config: &Config) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    if config.embedded {
        return Ok((embedded::example(), vec![]));
    }
    let roots = Roots { repository: config.repository.clone(), site: config.site.clone() };
    Ok(source::read(&roots)?)
}

/// Everything between reading and writing: a pure function of its arguments.
pub(crate) fn assemble(
    sources: &Sources,
    config: &Config,
    _git: &Git,
    _theme: &[(&str, &[u8])],
) -> Assembled {
    let cluster_name = config.cluster.as_deref();
    let (documents, mut diagnostics) = source::parse(sources);
    let (effective, wrong) = gitops::walk(sources, &documents, cluster_name);
    diagnostics.extend(wrong);
    let (cluster, wrong) =
        inventory::collect(sources, &documents, &effective, cluster_name, &diagnostics);
    diagnostics.extend(wrong);
    let title = html_escape::encode_text(&config.title);
    let page = format!(
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\n\
         <h1>{title}</h1>\n</html>\n"
    );
    let site_files = BTreeMap::from([("index.html".to_owned(), page.into_bytes().into())]);
    Assembled { site_files, cluster: Some(cluster), diagnostics }
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
