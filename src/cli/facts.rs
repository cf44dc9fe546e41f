//! `rackbook facts`: what was read, for people and for scripts.

mod json;
mod table;

use clap::{Args, ValueEnum};

use super::settings::Common;
use super::{Failure, pipeline, report};

/// Print what was read about the cluster.
///
/// `table` is an overview for people. `json` is everything, each value with the file and line it
/// was read from: `counts` (numbers by name), `node_names`, `namespaces` and `hostnames` (sorted
/// lists), then every list of things. No secret value is in it. Diagnostics go to standard error.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,
}

const EXAMPLES: &str = "\
Examples:
  rackbook facts
  rackbook facts --format json | jq .counts.nodes
  rackbook facts --format json | jq -r '.apps[] | \"\\(.id) \\(.source.path):\\(.source.line)\"'";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An overview for people
    Table,
    /// Everything, for scripts
    Json,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let finished = pipeline::run(&options.common, None)?;
    let cluster = finished.cluster.as_ref();
    let text = match options.format {
        Format::Json => json::text(cluster),
        Format::Table => cluster.map(table::text).unwrap_or_default(),
    };
    report::print(&text)?;
    finished.check()
}
