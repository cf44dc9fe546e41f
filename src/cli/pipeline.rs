//! The stages in their order: read, then everything that is pure.
//!
//! In: the flags. Out: the finished site and the cluster it shows, with all diagnostics printed.
//! It never writes.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::settings::Common;
use super::{Failure, embedded, report, settings};
use crate::audit::{self, Settled};
use crate::config::Config;
use crate::content::ExternalLink;
use crate::diagnostic::{self, Diagnostic, Severity};
use crate::gitops;
use crate::inventory::{self, Cluster};
use crate::privacy;
use crate::site::{self, Meta, Stages, Theme};
use crate::source::{self, Commit, Git, Roots, Sources};

/// What the pure stages make.
pub(crate) struct Assembled {
    /// Paths and bytes of the site.
    pub(crate) site_files: BTreeMap<String, Arc<[u8]>>,
    /// The cluster, where one was found.
    pub(crate) cluster: Option<Cluster>,
    /// What is wrong in the files that were read, without what is a finding.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// What the rules found.
    pub(crate) settled: Settled,
    /// Links of pages to other hosts.
    pub(crate) external: Vec<ExternalLink>,
}

/// Everything that `rackbook check` tells.
pub(super) struct Checked {
    pub(super) sources: Sources,
    /// Diagnostics that are no findings.
    pub(super) diagnostics: Vec<Diagnostic>,
    pub(super) settled: Settled,
    /// Links of pages to other hosts.
    pub(super) external: Vec<ExternalLink>,
    /// The folder that keeps what a run learnt for the next.
    pub(super) cache: PathBuf,
}

/// What files of the repository can be filled from.
pub(super) struct Known {
    pub(super) config: Config,
    pub(super) sources: Sources,
    pub(super) cluster: Cluster,
    pub(super) settled: Settled,
    /// Names of the clusters that the repository holds, where there are several.
    pub(super) clusters: Vec<String>,
}

/// A run whose diagnostics are printed.
pub(super) struct Finished {
    pub(super) config: Config,
    pub(super) site_files: BTreeMap<String, Arc<[u8]>>,
    pub(super) cluster: Option<Cluster>,
    /// How many findings the site shows.
    pub(super) findings: usize,
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
    finish(common, settings::resolve(common, out)?, None)
}

/// The same for a commit, tag or branch of the repository.
pub(super) fn run_at(common: &Common, revision: &str) -> Result<Finished, Failure> {
    let config = settings::resolve(common, None)?;
    let commit = commit(&config, revision)?;
    finish(common, config, Some(&commit))
}

/// The commit that a revision of the repository names.
pub(super) fn commit(config: &Config, revision: &str) -> Result<Commit, Failure> {
    if config.embedded {
        return Err(Failure::NoHistory);
    }
    Ok(source::resolve_revision(&config.repository, revision)?)
}

fn finish(common: &Common, config: Config, commit: Option<&Commit>) -> Result<Finished, Failure> {
    let (sources, assembled) = assembled(&config, commit)?;
    let Assembled { site_files, cluster, mut diagnostics, settled, external: _ } = assembled;
    diagnostics.extend(settled.findings.iter().filter_map(told_by_the_walk));
    diagnostic::sort(&mut diagnostics, &sources);
    report::diagnostics(&diagnostics, &sources, &common.style());
    let has_errors = diagnostic::has_errors(&diagnostics);
    Ok(Finished { config, site_files, cluster, findings: settled.findings.len(), has_errors })
}

/// Reads the roots and runs all stages for their findings.
pub(super) fn check(common: &Common) -> Result<Checked, Failure> {
    let config = settings::resolve(common, None)?;
    let (sources, assembled) = assembled(&config, None)?;
    let Assembled { diagnostics, settled, external, .. } = assembled;
    let cache = config.site.join(".rackbook");
    Ok(Checked { sources, diagnostics, settled, external, cache })
}

fn assembled(config: &Config, commit: Option<&Commit>) -> Result<(Sources, Assembled), Failure> {
    let (sources, unread) = read(config, commit)?;
    let mut git =
        if config.embedded { Git::default() } else { source::describe(&config.repository) };
    if !config.embedded {
        git.updated = source::last_changes(&config.site, &["content", "docs"]);
    }
    let mut assembled = assemble(&sources, config, &git, theme(&sources), unread, &report::today());
    assembled.diagnostics.extend(nothing_found(config, assembled.cluster.as_ref()));
    Ok((sources, assembled))
}

/// A finding that says what is missing from the site. It does not keep the site from being written.
fn told_by_the_walk(finding: &audit::Finding) -> Option<Diagnostic> {
    let mut diagnostic = finding.to_diagnostic();
    diagnostic.severity = diagnostic.severity.max(Severity::Warning);
    audit::adopts(finding.code).then_some(diagnostic)
}

/// The cluster and what the rules found, without a site and without a word about what is wrong in
/// the manifests.
pub(super) fn known(common: &Common) -> Result<Known, Failure> {
    let config = settings::resolve(common, None)?;
    let (sources, mut diagnostics) = read(&config, None)?;
    let (documents, effective, cluster) = model(&sources, &config, &mut diagnostics);
    let models = (&documents, &effective, &cluster);
    let settled = settle(&sources, models, &mut diagnostics, &report::today());
    Ok(Known { config, sources, cluster, settled, clusters: effective.clusters })
}

/// The cluster alone, without a site and without a word about what is wrong in the files.
pub(super) fn cluster(common: &Common) -> Result<Cluster, Failure> {
    Ok(cluster_and_problems(common)?.0)
}

/// The cluster alone, and how many errors and warnings its files gave.
pub(super) fn cluster_and_problems(common: &Common) -> Result<(Cluster, usize), Failure> {
    let (_, cluster, problems) = sources_and_cluster(common)?;
    Ok((cluster, problems))
}

/// The same with the files themselves.
pub(super) fn sources_and_cluster(common: &Common) -> Result<(Sources, Cluster, usize), Failure> {
    let config = settings::resolve(common, None)?;
    let (sources, mut diagnostics) = read(&config, None)?;
    let cluster = model(&sources, &config, &mut diagnostics).2;
    let problems = diagnostics.iter().filter(|one| one.severity != Severity::Note).count();
    Ok((sources, cluster, problems))
}

/// The cluster at a commit, or of the work tree, and what is wrong in its files, without places.
pub(super) fn cluster_at(
    config: &Config,
    commit: Option<&Commit>,
) -> Result<(Cluster, BTreeSet<String>), Failure> {
    let (sources, mut diagnostics) = read(config, commit)?;
    let cluster = model(&sources, config, &mut diagnostics).2;
    let wrong = diagnostics.iter().filter(|one| one.severity != Severity::Note);
    Ok((cluster, wrong.map(|one| format!("{}: {}", one.code, one.message)).collect()))
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
    let (mut effective, wrong) = gitops::walk(sources, &documents, cluster_name);
    diagnostics.extend(wrong);
    let (rules, _) = privacy::read(sources);
    effective.objects.retain(|object| !rules.excludes(&object.kind));
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

fn read(config: &Config, commit: Option<&Commit>) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    if config.embedded {
        return Ok((embedded::example(), vec![]));
    }
    let (sources, mut diagnostics) = read_as_is(config, commit)?;
    let (rules, wrong) = privacy::read(&sources);
    diagnostics.extend(wrong);
    let (sources, told) = privacy::apply(sources, &rules);
    diagnostics.extend(told);
    Ok((sources, diagnostics))
}

fn read_as_is(
    config: &Config,
    commit: Option<&Commit>,
) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    let rendered = config.rendered.as_deref();
    let roots = Roots { repository: config.repository.clone(), site: config.site.clone() };
    Ok(match commit {
        Some(commit) => source::read_at(&roots, rendered, commit)?,
        None => source::read_with(&roots, rendered)?,
    })
}

/// Everything between reading and writing: a pure function of its arguments.
///
/// `diagnostics` are those of reading: what was not read is named on the site too. `today` is a
/// date such as `2026-11-24`, by which acknowledgements of findings end.
pub(crate) fn assemble(
    sources: &Sources,
    config: &Config,
    git: &Git,
    theme: BTreeMap<String, Arc<[u8]>>,
    mut diagnostics: Vec<Diagnostic>,
    today: &str,
) -> Assembled {
    let (documents, effective, cluster) = model(sources, config, &mut diagnostics);
    let models = (&documents, &effective, &cluster);
    let settled = settle(sources, models, &mut diagnostics, today);
    let stages = Stages {
        sources,
        documents: &documents,
        effective: &effective,
        cluster: &cluster,
        settled: &settled,
    };
    let (site, wrong) = site::handbook(stages, &Theme::from_files(theme), &meta(config, git));
    diagnostics.extend(wrong);
    let (rules, _) = privacy::read(sources);
    diagnostics.extend(privacy::inspect(&site.files, &rules, sources));
    let site::Site { files: site_files, external } = site;
    Assembled { site_files, cluster: Some(cluster), diagnostics, settled, external }
}

/// What the rules found; what they tell themselves is taken out of the diagnostics.
fn settle(
    sources: &Sources,
    (documents, effective, cluster): (&source::Documents, &gitops::Effective, &Cluster),
    diagnostics: &mut Vec<Diagnostic>,
    today: &str,
) -> Settled {
    let input = audit::Input { sources, documents, effective, cluster, diagnostics };
    let mut settled = audit::settle(audit::audit(&input), sources, documents, today);
    diagnostics.retain(|diagnostic| !audit::adopts(diagnostic.code));
    diagnostics.append(&mut settled.diagnostics);
    settled
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
        site_source_base: base.as_deref().and_then(|base| of_the_site(config, base)),
        edit_base: git.edit_base().and_then(|base| of_the_site(config, &base)),
        updated: git.updated.clone(),
        content_folder: String::new(),
        source_base: base,
        unlinked: git.changed.clone(),
        repository_name: name.unwrap_or_else(|| "the repository".to_owned()),
        overlay: None,
        math: config.math,
        drafts: config.drafts,
    }
}

/// The address of the site's own files, from that of the repository's: they are in the same checkout
/// where the repository lies within the site.
fn of_the_site(config: &Config, base: &str) -> Option<String> {
    let below = config.repository.strip_prefix(&config.site).ok()?.to_str()?;
    let base = base.trim_end_matches('/').strip_suffix(below)?;
    Some(format!("{}/", base.trim_end_matches('/')))
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
