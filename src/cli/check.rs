//! `rackbook check`: what is wrong, what disagrees, and what is missing.
//!
//! In: flags. Out: diagnostics of all stages and findings, sorted by place, in one of four formats.
//! It writes nothing but its report.

mod explain;
mod external;
mod github;
mod json;
mod sarif;
mod text;

use clap::{Args, ValueEnum};

use super::pipeline::Checked;
use super::settings::Common;
use super::{Failure, pipeline, report};
use crate::audit::{Acknowledged, Finding};
use crate::diagnostic::{Diagnostic, Place, Severity};
use crate::source::{Root, Sources, Span};

/// Tell what is wrong, what disagrees, and what is missing.
///
/// Reads all files as `build` does and applies the rules of the handbook: broken references between
/// manifests, volumes without backup, overlapping addresses, versions that disagree, and so on.
/// Each finding has a code, its file and line, what to do, and what its rule cannot see.
/// `findings:` in `site/site.yaml` sets severities and acknowledges what is meant.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// What to print
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Severity from which on the exit status is 1
    #[arg(long, value_name = "SEVERITY", default_value = "error")]
    fail_on: FailOn,

    /// Also ask other hosts whether the pages that are linked to exist
    ///
    /// Each host is asked for one page after another, and what was found is kept for a week in
    /// `.rackbook/` of the site's folder. Private addresses and names of examples are not asked.
    #[arg(long)]
    external: bool,

    /// Explain a code, or list all of them, and end
    #[arg(long, value_name = "CODE", num_args = 0..=1, default_missing_value = "")]
    explain: Option<String>,
}

const EXAMPLES: &str = "\
Examples:
  rackbook check                                     The repository you are in
  rackbook check --fail-on warning                   In CI, also for warnings
  rackbook check --format github                     Annotations on a pull request
  rackbook check --format sarif > rackbook.sarif     For code scanning
  rackbook check --explain storage/backup-missing    What a code means

Exit status: 0 nothing as bad as `--fail-on`, 1 something is, 2 could not run.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For scripts
    Json,
    /// Annotations of GitHub Actions
    Github,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Error,
    Warning,
    Note,
}

impl FailOn {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warning => Severity::Warning,
            Self::Note => Severity::Note,
        }
    }
}

/// One thing that is told: a diagnostic, and the finding that it is.
struct Entry<'a> {
    diagnostic: Diagnostic,
    finding: Option<&'a Finding>,
    /// Set where somebody has said that it is meant.
    acknowledged: Option<&'a Acknowledged>,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if let Some(code) = &options.explain {
        return explain::run(code);
    }
    let mut checked = pipeline::check(&options.common)?;
    if options.external {
        checked.diagnostics.extend(external::check(&checked.external, &checked.cache)?);
    }
    let entries = entries(&checked);
    let sources = &checked.sources;
    let style = options.common.style();
    let text = match options.format {
        Format::Text => text::text(&entries, sources, &style),
        Format::Json => json::text(&entries, sources),
        Format::Github => github::text(&entries, sources),
        Format::Sarif => sarif::text(&entries, sources),
    };
    report::print(&text)?;
    let mut open = entries.iter().filter(|entry| entry.acknowledged.is_none());
    let limit = options.fail_on.severity();
    let fails = open.any(|entry| entry.diagnostic.severity <= limit);
    if fails { Err(Failure::Problems) } else { Ok(()) }
}

/// Everything by place, each once.
fn entries(checked: &Checked) -> Vec<Entry<'_>> {
    let said = checked.diagnostics.iter().map(|diagnostic| Entry {
        diagnostic: diagnostic.clone(),
        finding: None,
        acknowledged: None,
    });
    let found = checked.settled.findings.iter().map(|finding| Entry {
        diagnostic: finding.to_diagnostic(),
        finding: Some(finding),
        acknowledged: None,
    });
    let meant = checked.settled.acknowledged.iter().map(|one| Entry {
        diagnostic: one.finding.to_diagnostic(),
        finding: Some(&one.finding),
        acknowledged: Some(one),
    });
    let mut entries: Vec<Entry<'_>> = said.chain(found).chain(meant).collect();
    entries.sort_by_cached_key(|entry| key(&entry.diagnostic, &checked.sources));
    entries.dedup_by(|later, earlier| {
        later.diagnostic == earlier.diagnostic
            && later.acknowledged.is_some() == earlier.acknowledged.is_some()
    });
    entries
}

fn key(one: &Diagnostic, sources: &Sources) -> (String, u32, &'static str, String) {
    let (path, start) = match &one.place {
        Place::Span(span) => (sources.file(span.file).path.clone(), span.start),
        Place::Path(path) => (path.clone(), 0),
        Place::Nowhere => (String::new(), 0),
    };
    (path, start, one.code, one.message.clone())
}

/// Path, first and last line and column of a place; columns count characters.
fn located(place: &Place, sources: &Sources) -> Option<Located> {
    match place {
        Place::Span(span) => {
            let start = sources.position(span.file, span.start);
            let end = sources.position(span.file, span.end);
            // A block's span ends where the next line starts.
            let is_one_line = end.line == start.line;
            let end = if is_one_line { end } else { start };
            let path = sources.file(span.file).path.clone();
            Some(Located { path, lines: Some((start.line, start.column, end.column)) })
        }
        Place::Path(path) => Some(Located { path: path.clone(), lines: None }),
        Place::Nowhere => None,
    }
}

/// The same for reports about files of the repository: none for a file that another tool rendered.
fn committed(place: &Place, sources: &Sources) -> Option<Located> {
    let is_rendered = |span: &Span| sources.file(span.file).root == Root::Rendered;
    match place {
        Place::Span(span) if is_rendered(span) => None,
        _ => located(place, sources),
    }
}

/// A place as reports write it.
struct Located {
    path: String,
    /// Line, first column, and the column behind the last one; within one line.
    lines: Option<(u32, u32, u32)>,
}
