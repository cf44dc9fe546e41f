//! `rackbook facts`: what was read, for people and for scripts.

mod csv;
mod flat;
mod json;
mod schema;
mod select;
mod table;
mod yaml;

use clap::{Args, ValueEnum};
use serde_json::Value;

use self::flat::Detail;
use super::settings::Common;
use super::{Failure, pipeline, report};

/// Print what was read about the cluster.
///
/// `table` is an overview for people. `json` and `yaml` are everything, each value with the file
/// and line it was read from: `counts` (numbers by name), `node_names`, `namespaces` and `hostnames`
/// (sorted lists), then every list of things. `csv` is one list, a row for each thing. No secret
/// value is in any of them. Diagnostics go to standard error.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    format: Format,

    /// Print these parts only, such as `nodes` or `counts,platform.talos_version`
    ///
    /// A name leads into what it names with a dot: `nodes.name` is the name of each node. One name
    /// prints what it stands for, several print an object with these names. `--list` lists them.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    select: Vec<String>,

    /// Read a commit, tag or branch and not the files at hand
    ///
    /// Nothing is checked out. The handbook's own files, such as `site/inventory.yaml`, are those of
    /// the same commit where they are in the same Git repository.
    #[arg(long, value_name = "REVISION")]
    at: Option<String>,

    /// List the names for `--select`, and end
    #[arg(long, conflicts_with_all = ["schema", "select"])]
    list: bool,

    /// Print the JSON Schema of `--format json`, and end
    #[arg(long, conflicts_with = "select")]
    schema: bool,
}

const EXAMPLES: &str = "\
Examples:
  rackbook facts                                      An overview
  rackbook facts --select counts.nodes --format json  How many nodes there are
  rackbook facts --select nodes --format csv          Nodes for a spreadsheet
  rackbook facts --at v1.0 --select apps              The apps as they were at a tag
  rackbook facts --format json | jq -r '.apps[] | \"\\(.id) \\(.source.path):\\(.source.line)\"'

`rackbook diff` tells what is different between two revisions.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For scripts
    Json,
    /// For people and scripts
    Yaml,
    /// For spreadsheets: one list, named by `--select`
    Csv,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if options.schema {
        return report::print(&format!("{:#}\n", schema::schema()));
    }
    if options.list || options.select == ["help"] {
        return report::print(&schema::list());
    }
    if options.format == Format::Csv && options.select.len() != 1 {
        let message = "CSV is one list: name it with `--select`, such as `--select nodes`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let finished = match &options.at {
        Some(revision) => pipeline::run_at(&options.common, revision)?,
        None => pipeline::run(&options.common, None)?,
    };
    let cluster = finished.cluster.as_ref();
    let text = if options.select.is_empty() {
        match options.format {
            Format::Table => cluster.map(table::text).unwrap_or_default(),
            Format::Yaml => yaml::text(&json::value(cluster)),
            Format::Json | Format::Csv => json::text(cluster),
        }
    } else {
        let mut all = json::value(cluster);
        // Left out of the whole where it is empty, and yet a name that may be asked for.
        if all.get("rendered_counts").is_none() {
            all["rendered_counts"] = Value::Object(serde_json::Map::new());
        }
        selected(&all, options)?
    };
    report::print(&text)?;
    finished.check()
}

/// The parts that are asked for.
fn selected(all: &Value, options: &Options) -> Result<String, Failure> {
    let parts = select::pick(all, &options.select).map_err(Failure::Usage)?;
    Ok(match options.format {
        Format::Json => format!("{parts:#}\n"),
        Format::Yaml => yaml::text(&parts),
        Format::Csv => csv::text(&flat::flat(&parts, Detail::All)),
        Format::Table if options.select.len() == 1 => table::part(&parts),
        Format::Table => table::parts(&parts),
    })
}
