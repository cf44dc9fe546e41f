//! `rackbook badges migrate`: a configuration of an older kromgo becomes one of the current schema.
//!
//! In: a file. Out: the new one, printed or written to a file that is not there yet, and what is
//! different on standard error. It never changes the file that it reads.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "imperative shell: reads the old file and writes the new one"
)]

use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::badge::migrate::{Migration, migrate};
use crate::cli::{Failure, report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::output::WriteError;
use crate::source::{Root, Sources};

/// The largest file that is read, in bytes.
const MAX_BYTES: u64 = 4 << 20;
/// How many notes of one kind are printed before they are cut.
const REPEATS: usize = 8;

/// Turn a configuration of an older kromgo into the current schema
///
/// Reads a file of kromgo 0.11 or older, with `metrics:`, and gives one with `badges:` and
/// `graphs:`: the same ids in the same order, comments kept. What cannot be carried over exactly is
/// told with its line. A file in the current schema is given back as it is.
#[derive(Debug, Args)]
#[command(after_long_help = HELP)]
pub(super) struct Options {
    /// File of the older schema, such as /kromgo/config.yaml
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// File to write; it must not exist yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// Print every note instead of the first few of a kind
    #[arg(long)]
    verbose: bool,
}

const HELP: &str = "\
What becomes of what:
  metrics[].name           id of a badge, and of a graph where history was enabled
  label, prefix, suffix    valueExpr: \"v\" + labels[\"version\"]
  valueTemplate            valueExpr with humanizeBytes, humanizeDuration and so on
  colors                   colorExpr; colors[].valueOverride goes into valueExpr
  value, color (0.11)      valueExpr, colorExpr, with functions by their new names
  hidden, hideAll          gallery.hidden
  history, timeseries      an entry in graphs, with its maxDuration
  badge.size               defaults.badge.size
Numbers are written by `humanizeFloat(result)`: all digits, as older versions did.
`legacyRoutes: true` keeps links to the old addresses alive.

Exit status: 0 everything was carried over, 1 something needs a hand (search the new file for
`By hand:`), 2 there is no new file.

Examples:
  rackbook badges migrate config.yaml
  rackbook badges migrate config.yaml --out badges.yaml
  rackbook badges check --config badges.yaml";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let bytes = read(&options.file)?;
    let path = options.file.display().to_string();
    let sources = Sources::from_memory([(path.as_str(), bytes.as_slice())]);
    let file = sources.find(Root::Repository, &path);
    let file = file.ok_or_else(|| invalid(&options.file, "it cannot be read as a file"))?;
    if sources.file(file).text().is_none() {
        return Err(invalid(&options.file, "it is not UTF-8"));
    }
    match migrate(&sources, file) {
        Migration::Current => {
            report::warn(&format!("{path}: already in the current schema, nothing is changed\n"));
            give(sources.text(file), options)
        }
        Migration::Migrated { text, notes } => {
            give(&text, options)?;
            tell(&notes, &sources, options);
            let is_hand = |note: &Diagnostic| note.severity != Severity::Note;
            if notes.iter().any(is_hand) { Err(Failure::Problems) } else { Ok(()) }
        }
        Migration::Unreadable(reasons) => {
            tell(&reasons, &sources, options);
            Err(invalid(&options.file, "it is no configuration"))
        }
    }
}

fn tell(notes: &[Diagnostic], sources: &Sources, options: &Options) {
    let repeats = if options.verbose { usize::MAX } else { REPEATS };
    let style = report::Style { colour: report::is_terminal_with_colour(), repeats };
    report::diagnostics(notes, sources, &style);
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::Settings { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.len() > MAX_BYTES {
        return Err(invalid(path, "it is larger than 4 MiB"));
    }
    std::fs::read(path).map_err(failed)
}

fn invalid(path: &Path, message: &'static str) -> Failure {
    let source = io::Error::new(io::ErrorKind::InvalidData, message);
    Failure::Settings { path: path.to_owned(), source }
}

/// Prints the new file, or writes it where there is none: so the old one can never be lost.
fn give(text: &str, options: &Options) -> Result<(), Failure> {
    let Some(path) = &options.out else { return report::print(text) };
    let failed = |source| Failure::Write(WriteError::Disk { path: path.clone(), source });
    let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(failed)
}
