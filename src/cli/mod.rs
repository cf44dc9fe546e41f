//! The commands: arguments in, exit status out.
//!
//! Each command is a file of its own; what they share is in `settings` (folders and flags become a
//! `Config`), `pipeline` (the stages in their order) and `report` (what is printed). Exit
//! status: 0 clean, 1 problems in the user's files, 2 could not run.

mod badges;
mod build;
mod check;
mod completions;
mod diagram;
mod diff;
mod embedded;
mod facts;
mod init;
mod manual;
mod pipeline;
mod readme;
mod report;
mod serve;
mod settings;
mod theme;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::output::WriteError;
use crate::server::ServeError;
use crate::source::{ReadError, RevisionError};

/// The handbook of a homelab, read from its GitOps repository.
#[derive(Debug, Parser)]
#[command(version, about, long_about = LONG, after_long_help = EXAMPLES, max_term_width = 100)]
#[command(arg_required_else_help = true, subcommand_required = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const LONG: &str = "\
The handbook of a homelab, read from its GitOps repository.

Rackbook reads the manifests of a Kubernetes homelab (Talos, Flux, Cilium, and what it finds of \
others) and makes a documentation site from them: hardware, network, apps, storage and how they \
hang together. Every value names the file and line that it was read from. No configuration is \
needed; prose in `content/` and settings in `site/site.yaml` only add to it.";

const EXAMPLES: &str = "\
Examples:
  rackbook serve                      Read the handbook of the repository you are in
  rackbook serve --repo ../home-ops   The same for another folder
  rackbook build --out public         Write the site, for GitHub Pages or any web server
  rackbook check                      Be told what disagrees, and what is missing
  rackbook facts --format json        Ask the repository a question from a script
  rackbook diff main                  What this branch changes in the cluster
  rackbook diagram network --out network.svg   A picture for the README

Exit status: 0 clean, 1 problems in the files that were read, 2 could not run.";

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Options),
    Build(build::Options),
    Serve(serve::Options),
    Check(check::Options),
    Facts(facts::Options),
    Diff(diff::Options),
    Diagram(diagram::Options),
    Readme(readme::Options),
    Badges(badges::Options),
    Theme(theme::Options),
    Completions(completions::Options),
    Manual(manual::Options),
}

/// Why a command ended without success.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// Errors in the user's files, which are printed already.
    #[error("problems were found")]
    Problems,
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Revision(#[from] RevisionError),
    #[error("the built-in example has no history: name a Git checkout with `--repo DIR`")]
    NoHistory,
    #[error("{0}")]
    Usage(String),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("cannot write manual pages to `{}`: {source}", path.display())]
    WriteManual { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error("cannot read `{}`: {source}", path.display())]
    Settings { path: PathBuf, source: io::Error },
    #[error("cannot find out the current folder: {source}")]
    CurrentFolder { source: io::Error },
    #[error("cannot start the server: {source}")]
    Runtime { source: io::Error },
    #[error("there is no code `{code}`{help}")]
    UnknownCode { code: String, help: String },
    #[error("cannot print: {source}")]
    Print { source: io::Error },
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse_from(badges::spelled(std::env::args_os()));
    let result = match arguments.command {
        Command::Init(options) => init::run(&options),
        Command::Build(options) => build::run(&options),
        Command::Serve(options) => serve::run(&options),
        Command::Check(options) => check::run(&options),
        Command::Facts(options) => facts::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Diagram(options) => diagram::run(&options),
        Command::Readme(options) => readme::run(&options),
        Command::Badges(options) => badges::run(&options),
        Command::Theme(options) => theme::run(&options),
        Command::Completions(options) => completions::run(&options),
        Command::Manual(options) => manual::run(&options),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Problems) => ExitCode::from(1),
        Err(failure) => {
            report::warn(&format!("error: {failure}\n"));
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_arguments_are_consistent() {
        super::Arguments::command().debug_assert();
    }
}
