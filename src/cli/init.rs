//! `rackbook init`: writes the few files that a handbook of one's own begins with.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes the first files")]

mod files;

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use clap::Args;

use super::pipeline::{self, Known};
use super::settings::Common;
use super::{Failure, report};
use crate::config::Config;
use crate::output::WriteError;
use crate::source;
use files::Made;

/// Write the first files of a handbook: settings, inventory, workflow.
///
/// Looks at the repository and writes `site/site.yaml`, `site/inventory.yaml` with what is to be
/// filled in, and, where the repository is on GitHub, a workflow that publishes the handbook. Rackbook
/// needs none of them: they only add. A file that exists is kept as it is.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// Write nothing; print what would be written
    #[arg(long)]
    dry_run: bool,
}

const EXAMPLES: &str = "\
Examples:
  rackbook init --dry-run     Look first
  rackbook init               Write what is missing";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let known = pipeline::known(&options.common)?;
    let config = &known.config;
    if config.embedded {
        let message = "this folder is in no Git checkout: go into your repository, or name it with \
                       `--repo DIR`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let git = source::describe(&config.repository);
    let made = files::all(&known.cluster, &git, &config.title, &known.clusters);
    let mut text = found(&known);
    let mut is_new = false;
    for file in &made {
        is_new |= !config.site.join(file.path).exists();
        text += &one(file, config, options.dry_run)?;
    }
    if !options.dry_run {
        text += &next(config, &made, is_new);
    }
    report::print(&text)
}

fn found(known: &Known) -> String {
    let cluster = &known.cluster;
    let count = |number: usize, noun: &str| {
        format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
    };
    format!(
        "found {}, {}, {}, {}\n\n",
        count(cluster.hosts.len(), "host"),
        count(cluster.nodes.len(), "node"),
        count(cluster.networks.len(), "network"),
        count(cluster.apps.len(), "app"),
    )
}

/// Writes a file unless it exists, and says so.
fn one(file: &Made, config: &Config, is_dry: bool) -> Result<String, Failure> {
    let path = config.site.join(file.path);
    if path.symlink_metadata().is_ok() {
        return Ok(format!("kept  {}  (it is there already)\n", file.path));
    }
    if is_dry {
        let indented = file.text.lines().fold(String::new(), |mut all, line| {
            let _ = writeln!(all, "{}", format!("  {line}").trim_end());
            all
        });
        return Ok(format!("would write {}: {}\n{indented}\n", file.path, file.about));
    }
    put(&path, &file.text).map_err(|source| WriteError::Disk { path: path.clone(), source })?;
    Ok(format!("wrote {}: {}\n", file.path, file.about))
}

/// Makes a file that must not exist.
fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let file = std::fs::OpenOptions::new().write(true).create_new(true).open(path);
    io::Write::write_all(&mut file?, text.as_bytes())
}

fn next(config: &Config, made: &[Made], is_new: bool) -> String {
    if !is_new {
        return "\nnothing was missing\n".to_owned();
    }
    let ignored = std::fs::read_to_string(config.site.join(".gitignore")).unwrap_or_default();
    let is_ignored = ignored.lines().any(|line| line.trim().trim_matches('/') == "public");
    let is_github = made.iter().any(|file| file.path.starts_with(".github/"));
    let steps = [
        (true, "rackbook serve", "look at the handbook"),
        (true, "site/inventory.yaml", "fill in what no manifest says"),
        (is_github, "GitHub: Settings, Pages", "choose GitHub Actions as the source, then push"),
        (!is_ignored, ".gitignore", "add `/public/`, where `rackbook build` writes"),
        (true, "rackbook check", "what is wrong, what disagrees, what is missing"),
        (true, "rackbook readme --suggest", "which tables of your README could stay true"),
    ];
    steps.iter().filter(|(is_due, ..)| *is_due).fold("\nnext:\n".to_owned(), |mut text, step| {
        let _ = writeln!(text, "  {:<26} {}", step.1, step.2);
        text
    })
}
