//! `rackbook badges`: serves badges and graphs of Prometheus values, as kromgo does.
//!
//! In: a configuration file in kromgo's schema, kromgo's environment variables, and signals. Out: a
//! server that runs until it is told to end. The file may change while it runs; a wrong one changes
//! nothing.

mod check;
mod environment;
mod facts;
pub(super) mod kept;
mod listening;
mod log;
mod migrate;
mod progress;
mod render;
mod source;
mod watch;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Failure;
use super::settings::Common;
use environment::Environment;
use source::Source;

/// Serve badges and graphs of Prometheus values, and of the repository's facts.
///
/// Reads a configuration in kromgo's schema and serves `/badges/ID` and `/graphs/ID`; `/` lists
/// them. Without a configuration, badges of the repository at hand are served. Reads the file again
/// when it changes or on SIGHUP. SIGTERM ends it after the requests under way.
#[derive(Debug, Args)]
#[command(after_long_help = HELP, args_conflicts_with_subcommands = true)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    file: FileOptions,
}

#[derive(Debug, Args)]
struct FileOptions {
    /// Configuration file [default: /config/config.yaml, else badges/badges.yaml]
    #[arg(long, value_name = "PATH")]
    config: Option<PathBuf>,

    #[command(flatten)]
    common: Common,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tell everything that is wrong or doubtful in the configuration
    ///
    /// Checks keys, words, queries, expressions and colours without asking Prometheus; `--live`
    /// also asks it.
    Check(check::Options),
    /// Write every badge and graph into a folder once
    ///
    /// The files are the very bytes that the server would send, for a site or a README that has
    /// no server to ask.
    Render(render::Options),
    Migrate(migrate::Options),
    /// Print the JSON Schema of the configuration, for editors
    Schema,
}

const HELP: &str = "\
Environment:
  KROMGO_PROMETHEUS_URL        Wins over `prometheus:` in the file
  KROMGO_SERVER_HOST, _PORT    Where to serve [every address, 8080]
  KROMGO_METRICS_HOST, _PORT   Where to serve /metrics [every address, 8081]
  KROMGO_METRICS_ENABLED       false: no port for metrics
  KROMGO_SERVER_READ_TIMEOUT   For a client to send its request [15s]; 0: none
  KROMGO_SERVER_WRITE_TIMEOUT  For a client to take its answer [60s]; 0: none
  KROMGO_SERVER_LOGGING        true: one line per request
  KROMGO_QUERY_TIMEOUT         For Prometheus to answer [30s]; 0: none
  KROMGO_LOG_LEVEL, _FORMAT    debug, info, warn, error [info]; json, text [json]
  TZ                           Time zone of graphs, such as Europe/Berlin [UTC]
  RACKBOOK_STALE_LIMIT         How old a value may get while Prometheus fails [24h]
  RACKBOOK_BEARER_TOKEN_FILE   Token for Prometheus
  RACKBOOK_CA_FILE             Certificates to trust, in PEM
  RACKBOOK_HEADERS             Headers for Prometheus: `Name: value`, one a line

Examples:
  rackbook badges --config config.yaml
  rackbook badges check --config config.yaml
  rackbook badges render --out public
  rackbook badges migrate old.yaml --out config.yaml";

/// The arguments with `-config` spelled as `--config`: kromgo's flag has one dash.
pub(super) fn spelled(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let arguments: Vec<OsString> = arguments.collect();
    let is_ours = arguments.get(1).is_some_and(|command| command == "badges");
    let spell = |argument: OsString| match argument.to_str() {
        Some(text) if text == "-config" || text.starts_with("-config=") => {
            format!("-{text}").into()
        }
        _ => argument,
    };
    if is_ours { arguments.into_iter().map(spell).collect() } else { arguments }
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    match &options.command {
        Some(Command::Check(options)) => check::run(options),
        Some(Command::Render(options)) => render::run(options),
        Some(Command::Migrate(options)) => migrate::run(options),
        Some(Command::Schema) => {
            super::report::print(&format!("{:#}\n", crate::badge::spec::schema()))
        }
        None => serve(&options.file),
    }
}

fn serve(file: &FileOptions) -> Result<(), Failure> {
    log::start(source::variable);
    let started = Environment::read(source::variable).and_then(|environment| {
        let source = Source::find(file.config.as_deref(), &file.common, &environment);
        let (book, inputs) = source.load().map_err(|error| error.to_string())?;
        Ok((environment, source, book, inputs))
    });
    match started {
        Ok((environment, source, book, inputs)) => {
            listening::run(&environment, source, book, inputs)
        }
        Err(message) => {
            tracing::error!("cannot start: {message}");
            Err(Failure::Problems)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(given: &[&str], expected: &[&str]) {
        let spelled = spelled(given.iter().map(OsString::from));
        assert_eq!(spelled, expected.iter().map(OsString::from).collect::<Vec<_>>());
    }

    #[test]
    fn one_dash_is_enough_for_the_configuration() {
        check(&["r", "badges", "-config", "a"], &["r", "badges", "--config", "a"]);
        check(&["r", "badges", "-config=a"], &["r", "badges", "--config=a"]);
        check(
            &["r", "badges", "check", "-config", "a"],
            &["r", "badges", "check", "--config", "a"],
        );
        check(&["r", "build", "-config"], &["r", "build", "-config"]);
    }
}
