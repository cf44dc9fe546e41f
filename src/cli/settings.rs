//! The flags that all commands share, and the `Config` that comes of them.
//!
//! In: flags, the current folder, and `site/site.yaml`. Out: a resolved configuration. It never
//! reads manifests.
#![expect(clippy::disallowed_methods, reason = "imperative shell: finds the two roots")]

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{Failure, embedded, report};
use crate::config::{self, Config, Layer, Places};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::source::{Root, Sources};

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub(super) struct Common {
    /// Folder of the GitOps repository [default: the Git checkout you are in]
    ///
    /// Its manifests are read, and its `content/` and `site/` too unless `--site` names another
    /// folder for them. Outside any checkout the built-in example is shown.
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,

    /// Folder with `content/`, `site/` and `themes/` [default: the repository]
    ///
    /// Set it where the handbook's prose is kept apart from the manifests. Its `site/site.yaml`
    /// may name the repository with `repo:`.
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,

    /// Cluster to show, where the repository holds several
    ///
    /// Without it, a repository with several clusters lists their names.
    #[arg(long, value_name = "NAME")]
    cluster: Option<String>,

    /// Folder of rendered manifests, to complete what charts make
    ///
    /// YAML as flate, flux-local or `helm template` write it, in any arrangement of files. Its
    /// objects are matched to their releases and never counted twice.
    #[arg(long, value_name = "DIR")]
    rendered: Option<PathBuf>,

    /// Also show pages whose front matter says `draft: true`
    #[arg(long)]
    drafts: bool,

    /// When to colour messages
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: When,

    /// Print every warning, however often it repeats
    #[arg(long, short)]
    verbose: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum When {
    /// On a terminal, unless `NO_COLOR` is set
    Auto,
    /// Also into files and pipes
    Always,
    /// Not at all
    Never,
}

impl Common {
    /// The folder of the handbook's own files: as told, else the checkout or folder at hand.
    pub(super) fn site_folder(&self) -> PathBuf {
        if let Some(folder) = self.site.as_ref().or(self.repo.as_ref()) {
            return folder.clone();
        }
        let current = std::env::current_dir().unwrap_or_default();
        let mut folders = current.ancestors();
        let checkout = folders.find(|folder| folder.join(".git").exists());
        checkout.unwrap_or(&current).to_owned()
    }

    /// How messages are printed.
    pub(super) fn style(&self) -> report::Style {
        let colour = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => report::is_terminal_with_colour(),
        };
        report::Style { colour, repeats: if self.verbose { usize::MAX } else { 20 } }
    }
}

/// The configuration of this run, with what `site.yaml` has wrong already printed.
pub(super) fn resolve(common: &Common, out: Option<&Path>) -> Result<Config, Failure> {
    let current = std::env::current_dir().map_err(|source| Failure::CurrentFolder { source })?;
    let absolute = |path: &Path| real(&current.join(path));
    let flags = Layer {
        cluster: common.cluster.clone(),
        rendered: common.rendered.as_deref().map(absolute),
        out: out.map(|out| current.join(out)),
        drafts: common.drafts.then_some(true),
        ..Layer::default()
    };
    let places = Places {
        repository: common.repo.as_deref().map(absolute),
        site: common.site.as_deref().map(absolute),
        checkout: current.ancestors().find(|folder| folder.join(".git").exists()).map(real),
    };
    match places.site_root() {
        Some(site) => {
            let file = read_file(site, &common.style())?;
            Ok(config::resolve(&places, site, flags, file))
        }
        None => example(&current, flags, &common.style()),
    }
}

fn example(current: &Path, flags: Layer, style: &report::Style) -> Result<Config, Failure> {
    report::warn(
        "This folder is in no Git repository: the built-in example is shown. Name your own with \
         `--repo DIR`.\n",
    );
    let file = parse(&embedded::example(), Root::Site, Path::new(""), style)?;
    Ok(config::resolve_example(current, flags, file))
}

/// The path as the system knows it, where it exists.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

fn read_file(site: &Path, style: &report::Style) -> Result<Layer, Failure> {
    let path = site.join(config::FILE);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let sources = Sources::from_memory([(config::FILE, bytes.as_slice())]);
            let layer = parse(&sources, Root::Repository, site, style)?;
            Ok(Layer { repo: layer.repo.as_deref().map(real), ..layer })
        }
        Err(error) if is_absent(&error) => Ok(Layer::default()),
        Err(source) => Err(Failure::Settings { path, source }),
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Without a right `site.yaml` the repository is not known, so its errors end the run.
fn parse(
    sources: &Sources,
    root: Root,
    site: &Path,
    style: &report::Style,
) -> Result<Layer, Failure> {
    let Some(file) = sources.find(root, config::FILE) else { return Ok(Layer::default()) };
    let (layer, wrong): (Layer, Vec<Diagnostic>) = config::parse(sources, file, site);
    report::diagnostics(&wrong, sources, style);
    if has_errors(&wrong) { Err(Failure::Problems) } else { Ok(layer) }
}
