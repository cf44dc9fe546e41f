//! `rackbook readme`: fills the blocks of Markdown files, or says whether they are current.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes Markdown and pictures")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use similar::TextDiff;

use super::badges::kept;
use super::pipeline::{self, Known};
use super::settings::Common;
use super::{Failure, report};
use crate::diagnostic::{self, Diagnostic};
use crate::output::WriteError;
use crate::readme::{self, Badge, Input, KINDS};
use crate::source::{FileId, Root};

/// Keep tables, pictures and badges of a README true.
///
/// Fills what stands between `<!-- rackbook:begin NAME … -->` and `<!-- rackbook:end -->` in Markdown
/// files, from the manifests. Everything else stays byte for byte. Pictures are written beside, to
/// `.github/rackbook/` unless a block names another folder with `dir="…"`. Without files, all
/// Markdown files of the repository that have a block are filled.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// Markdown files [default: all that have a block]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    #[command(flatten)]
    common: Common,

    /// Write nothing; print what would change, and exit with status 1 where something would
    #[arg(long)]
    check: bool,

    /// Write nothing; tell which tables written by hand a block could keep true, and what differs
    #[arg(long, conflicts_with = "check")]
    suggest: bool,

    /// List the blocks there are, and end
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  <!-- rackbook:begin hardware -->
  <!-- rackbook:end -->

  rackbook readme               Fill the blocks of all Markdown files
  rackbook readme --check       In CI: is everything current?
  rackbook readme --suggest     Which tables of README.md could be blocks, and where are they wrong?
  rackbook readme --list        Names and arguments of the blocks

Exit status: 0 done, 1 something is wrong or (with `--check`) not current, 2 could not run.";

/// A file of the repository as it should be.
struct Wanted {
    path: PathBuf,
    bytes: Vec<u8>,
    /// Whether it is the Markdown itself.
    is_text: bool,
}

/// A file that differs from the disk, with what is there.
type Changed = (Wanted, Option<Vec<u8>>);

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if options.list {
        return report::print(&list());
    }
    let known = pipeline::known(&options.common)?;
    if known.config.embedded {
        let message = "the built-in example has no README to fill: name a folder with `--repo DIR`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let files = files(options, &known)?;
    if options.suggest {
        return suggest(options, &known, &files);
    }
    let (wanted, blocks) = wanted(options, &known, &files)?;
    if blocks == 0 {
        return none(options, &files);
    }
    let changed = changed(wanted)?;
    if options.check { check(&changed, blocks) } else { write(&changed, blocks) }
}

fn list() -> String {
    let mut text = String::new();
    for kind in KINDS {
        let arguments = kind.arguments.join(", ");
        let arguments =
            if arguments.is_empty() { arguments } else { format!("\n{:12}{arguments}", "") };
        let _ = writeln!(text, "{:<11} {}{arguments}", kind.name, kind.about);
    }
    text
}

/// The files to look at.
fn files(options: &Options, known: &Known) -> Result<Vec<FileId>, Failure> {
    if options.files.is_empty() {
        let all = known.sources.files().filter(|(_, file)| file.root != Root::Rendered);
        let markdown = all.filter(|(_, file)| file.path.ends_with(".md"));
        let text = |file: &crate::source::File| file.text().unwrap_or_default().to_owned();
        let wanted = markdown.filter(|(_, file)| {
            if options.suggest { !file.path.contains('/') } else { readme::has_block(&text(file)) }
        });
        return Ok(wanted.map(|(id, _)| id).collect());
    }
    options.files.iter().map(|path| named(path, known)).collect()
}

fn named(path: &Path, known: &Known) -> Result<FileId, Failure> {
    let real = std::fs::canonicalize(path)
        .map_err(|source| Failure::Settings { path: path.to_owned(), source })?;
    let roots = [(Root::Repository, &known.config.repository), (Root::Site, &known.config.site)];
    let found = roots.into_iter().find_map(|(root, folder)| {
        let below = real.strip_prefix(folder).ok()?.to_str()?;
        known.sources.find(root, below)
    });
    found.filter(|file| known.sources.file(*file).text().is_some()).ok_or_else(|| {
        let place = known.config.repository.display();
        let path = path.display();
        Failure::Usage(format!("`{path}` is no text of the repository `{place}`"))
    })
}

fn input<'a>(known: &'a Known, badges: &'a [Badge]) -> Input<'a> {
    let Known { config, sources, cluster, settled, .. } = known;
    Input { sources, cluster, settled, url: config.url.as_deref(), badges }
}

fn tell(options: &Options, known: &Known, mut told: Vec<Diagnostic>) -> Result<(), Failure> {
    diagnostic::sort(&mut told, &known.sources);
    report::diagnostics(&told, &known.sources, &options.common.style());
    if diagnostic::has_errors(&told) { Err(Failure::Problems) } else { Ok(()) }
}

fn suggest(options: &Options, known: &Known, files: &[FileId]) -> Result<(), Failure> {
    let input = input(known, &[]);
    let told: Vec<Diagnostic> =
        files.iter().flat_map(|file| readme::suggest(&input, *file)).collect();
    if told.is_empty() {
        return report::print("no table was found that a block could keep true\n");
    }
    tell(options, known, told)
}

/// All files as they should be, and the number of blocks.
fn wanted(
    options: &Options,
    known: &Known,
    files: &[FileId],
) -> Result<(Vec<Wanted>, usize), Failure> {
    let has_badges = |file: &FileId| known.sources.text(*file).contains("rackbook:begin badges");
    let badges = if files.iter().any(has_badges) { kept::badges(&options.common)? } else { vec![] };
    let input = input(known, &badges);
    let (mut wanted, mut told, mut blocks) = (vec![], vec![], 0);
    for file in files {
        let (filled, wrong) = readme::fill(&input, *file);
        told.extend(wrong);
        blocks += filled.blocks;
        let own = known.sources.file(*file);
        let root = match own.root {
            Root::Site => &known.config.site,
            Root::Repository | Root::Rendered => &known.config.repository,
        };
        let text = (own.path.clone(), filled.text.into_bytes());
        wanted.push(Wanted { path: root.join(&text.0), bytes: text.1, is_text: true });
        let pictures: BTreeMap<String, Vec<u8>> = filled.files;
        wanted.extend(pictures.into_iter().map(|(path, bytes)| Wanted {
            path: root.join(path),
            bytes,
            is_text: false,
        }));
    }
    tell(options, known, told)?;
    Ok((wanted, blocks))
}

fn none(options: &Options, files: &[FileId]) -> Result<(), Failure> {
    let help = "`rackbook readme --list` tells what can stand in one";
    if options.check && !options.files.is_empty() && !files.is_empty() {
        return Err(Failure::Usage(format!("no block is in these files: {help}")));
    }
    report::print(&format!("no Markdown file has a block: {help}\n"))
}

/// Those that differ from the disk, with what is there.
fn changed(wanted: Vec<Wanted>) -> Result<Vec<Changed>, Failure> {
    let mut changed = vec![];
    for file in wanted {
        let there = match std::fs::read(&file.path) {
            Ok(bytes) => Some(bytes),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(source) => return Err(Failure::Settings { path: file.path, source }),
        };
        if there.as_ref() != Some(&file.bytes) {
            changed.push((file, there));
        }
    }
    Ok(changed)
}

fn counted(blocks: usize) -> String {
    format!("{blocks} block{}", if blocks == 1 { "" } else { "s" })
}

fn check(changed: &[Changed], blocks: usize) -> Result<(), Failure> {
    if changed.is_empty() {
        return report::print(&format!("{}: all current\n", counted(blocks)));
    }
    let mut text = String::new();
    for (file, there) in changed {
        let name = report::short(&file.path);
        match there {
            Some(there) if file.is_text => text.push_str(&difference(&name, there, &file.bytes)),
            Some(_) => _ = writeln!(text, "picture `{name}` is not current"),
            None => _ = writeln!(text, "picture `{name}` is missing"),
        }
    }
    report::print(&text)?;
    report::warn("error: not current; run `rackbook readme` and commit what it writes\n");
    Err(Failure::Problems)
}

fn difference(name: &str, old: &[u8], new: &[u8]) -> String {
    let [old, new] = [old, new].map(String::from_utf8_lossy);
    let diff = TextDiff::from_lines(old.as_ref(), new.as_ref());
    diff.unified_diff().header(&format!("a/{name}"), &format!("b/{name}")).to_string()
}

fn write(changed: &[Changed], blocks: usize) -> Result<(), Failure> {
    for (file, _) in changed {
        put(&file.path, &file.bytes)
            .map_err(|source| WriteError::Disk { path: file.path.clone(), source })?;
        report::print(&format!("wrote {}\n", report::short(&file.path)))?;
    }
    let state = if changed.is_empty() { "all current" } else { "filled" };
    report::print(&format!("{}: {state}\n", counted(blocks)))
}

/// Exchanges a file as a whole; where a link leads to it, what it leads to.
fn put(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.rackbook"));
    std::fs::write(&draft, bytes)?;
    if let Ok(found) = std::fs::metadata(&path) {
        std::fs::set_permissions(&draft, found.permissions())?;
    }
    std::fs::rename(&draft, &path)
}
