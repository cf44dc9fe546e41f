//! `rackbook badges check`: tells everything that is wrong or doubtful in a configuration.
//!
//! In: a file, and with `--live` the answers of its server. Out: findings with their places, as
//! text, JSON or annotations, and exit status 1 for any error. Without `--live` it asks no server.

mod live;
mod present;

use clap::{Args, ValueEnum};

use super::environment::Environment;
use super::source::{self, Inputs, Source, SourceError};
use crate::badge::lint::{self, Finding};
use crate::badge::spec::{Config, ConfigError, parse};
use crate::badge::value::check_expressions;
use crate::cli::{Failure, report};
use crate::diagnostic::Severity;
use crate::server::badges::{BookError, KNOWN};

#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(super) struct Options {
    #[command(flatten)]
    file: super::FileOptions,

    /// Run each query once and tell what it gives
    #[arg(long)]
    live: bool,

    /// How findings are printed
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    format: Format,

    /// Also print what is only worth knowing
    #[arg(long)]
    notes: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// One object, for scripts
    Json,
    /// Annotations of GitHub Actions
    Github,
}

const HELP: &str = "\
Exit status: 0 where there are at most warnings, 1 for an error.

Examples:
  rackbook badges check                        The usual file
  rackbook badges check --config config.yaml --notes
  rackbook badges check --live                 Also ask Prometheus, and show what badges would say
  rackbook badges check --format github        In a workflow: marks the lines of a pull request";

/// What is known at the end.
#[derive(Debug, Default)]
struct Report {
    path: String,
    text: String,
    /// How many badges and graphs there are.
    n_entries: usize,
    findings: Vec<Finding>,
    /// What the server answered, where it was asked.
    rows: Option<Vec<live::Row>>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let environment = match Environment::read(source::variable) {
        Ok(environment) => environment,
        Err(message) => return wrong(&message),
    };
    let source = Source::find(options.file.config.as_deref(), &options.file.common, &environment);
    let inputs = match source.inputs() {
        Ok(inputs) => inputs,
        Err(error) => return wrong(&error.to_string()),
    };
    let mut report = Report { path: source.name(), text: inputs.text.clone(), ..Report::default() };
    let config = examine(&source, &inputs, &mut report);
    if let (true, Some(config)) = (options.live, config) {
        live::ask(&source, &inputs, &config, &mut report)?;
    }
    lint::sort(&mut report.findings);
    present::print(&report, options)?;
    let is_wrong = report.findings.iter().any(|finding| finding.severity == Severity::Error);
    if is_wrong { Err(Failure::Problems) } else { Ok(()) }
}

/// Checks without a server; the configuration, where it could be read.
fn examine(source: &Source, inputs: &Inputs, report: &mut Report) -> Option<Config> {
    let config = match parse(&report.text, &KNOWN) {
        Ok(config) => config,
        Err(error) => {
            report.findings.extend(problems("badge/configuration", &error));
            return None;
        }
    };
    report.n_entries = config.badges.len() + config.graphs.len();
    report.findings.extend(lint::lint(&config, &report.text));
    match check_expressions(&config) {
        Err(error) => report.findings.extend(problems("badge/expression", &error)),
        Ok(()) => report.findings.extend(unservable(source, &config, inputs)),
    }
    Some(config)
}

/// Each problem of an error as a finding.
fn problems(code: &'static str, error: &ConfigError) -> Vec<Finding> {
    let finding = |problem: &crate::badge::spec::Problem| Finding {
        place: problem.place,
        ..Finding::new(Severity::Error, code, problem.message.clone())
    };
    error.problems().iter().map(finding).collect()
}

/// What else keeps a server from starting: addresses, and files that the environment names.
fn unservable(source: &Source, config: &Config, inputs: &Inputs) -> Vec<Finding> {
    let server = |message: String| vec![Finding::new(Severity::Error, "badge/server", message)];
    let is_template = |url: &String| url.contains("{{") || url.contains("${");
    match source.compile(inputs) {
        Ok(_) => vec![],
        Err(SourceError::Wrong { source: BookError::Config(error), .. }) => {
            problems("badge/configuration", &error)
        }
        Err(SourceError::Wrong { source: BookError::NoUrl, .. }) => {
            let message = "no Prometheus is named here, so the environment must say one";
            let finding = Finding::new(Severity::Note, "badge/no-server", message.to_owned());
            vec![Finding {
                help: Some("set `prometheus:` or KROMGO_PROMETHEUS_URL".to_owned()),
                ..finding
            }]
        }
        Err(_) if config.prometheus.as_ref().is_some_and(is_template) => {
            let message = "prometheus: not checked: it is a template".to_owned();
            vec![Finding::new(Severity::Note, "badge/not-checked", message)]
        }
        Err(SourceError::Wrong { source, .. }) => server(source.to_string()),
        Err(error) => server(error.to_string()),
    }
}

fn wrong(message: &str) -> Result<(), Failure> {
    report::warn(&format!("error: {message}\n"));
    Err(Failure::Problems)
}
