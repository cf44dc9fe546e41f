//! `rackbook diff`: what changed in the cluster between two revisions.

mod print;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use self::print::{End, Ends};
use super::settings::{self, Common};
use super::{Failure, pipeline, report};
use crate::changes::changes;
use crate::config::Config;
use crate::source::{self, Commit};

/// Tell what changed in the cluster between two revisions.
///
/// Both are read as `rackbook facts --at` does, without a checkout, and compared thing by thing:
/// apps with their versions, host names, machines, networks, claims and what saves them, schedules
/// and so on. A line that only moved is no change. What is encrypted is compared by name only, and
/// what charts make is not visible, as everywhere.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// Commit, tag or branch to compare with; `A..B` names both ends, `A...B` what B changed since
    /// it left A
    #[arg(value_name = "FROM")]
    from: String,

    /// Commit, tag or branch to look at [default: the files at hand]
    #[arg(value_name = "TO")]
    to: Option<String>,

    #[command(flatten)]
    common: Common,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    format: Format,

    /// Exit with status 1 where there are changes, as `git diff` does
    #[arg(long)]
    exit_code: bool,
}

const EXAMPLES: &str = "\
Examples:
  rackbook diff HEAD                                 What is not committed yet
  rackbook diff v1.0 v2.0                            What changed between two tags
  rackbook diff HEAD~20 --format json | jq -r '.changes[] | select(.action == \"upgraded\") | .text'
  rackbook diff origin/main...HEAD --format markdown For a comment on a pull request

Exit status: 0 done, 1 there are changes (with `--exit-code`), 2 could not run.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a terminal
    Text,
    /// For a comment on a pull request
    Markdown,
    /// For scripts
    Json,
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let mut config = settings::resolve(&options.common, None)?;
    let ((old_end, old), (new_end, new)) = ends(options, &config)?;
    config.rendered = rendered(&config, [Some(&old), new.as_ref()])?;
    let (before, old_wrong) = pipeline::cluster_at(&config, Some(&old))?;
    let (after, new_wrong) = pipeline::cluster_at(&config, new.as_ref())?;
    unread(&old_end, old_wrong.difference(&new_wrong).count());
    unread(&new_end, new_wrong.difference(&old_wrong).count());
    let changes = changes(&before, &after);
    let ends = Ends { from: old_end, to: new_end };
    report::print(&match options.format {
        Format::Text => print::text(&changes, &ends),
        Format::Markdown => print::markdown(&changes, &ends),
        Format::Json => print::json(&changes, &ends),
    })?;
    if options.exit_code && !changes.is_empty() { Err(Failure::Problems) } else { Ok(()) }
}

/// The folder of rendered manifests where both sides have it: what only one side can see would all
/// look new.
fn rendered(config: &Config, commits: [Option<&Commit>; 2]) -> Result<Option<PathBuf>, Failure> {
    let Some(folder) = &config.rendered else { return Ok(None) };
    for commit in commits.into_iter().flatten() {
        if !source::has_folder(commit, folder)? {
            report::warn(&format!(
                "warning: rendered manifests are left out: commit {} has no `{}`\n",
                commit.short(),
                report::short(folder)
            ));
            return Ok(None);
        }
    }
    Ok(Some(folder.clone()))
}

/// Without a word, what one side could not read would look like a change.
fn unread(end: &End, problems: usize) {
    if problems > 0 {
        let flag = end.revision.as_ref().map(|name| format!(" --at {name}")).unwrap_or_default();
        let plural = if problems == 1 { "" } else { "s" };
        report::warn(&format!(
            "warning: {problems} problem{plural} in the files of {} alone, which may show as \
             changes: `rackbook facts{flag}` prints them\n",
            end.shown()
        ));
    }
}

type Side<C> = (End, C);

/// The two sides, with their commits; the work tree has none.
fn ends(
    options: &Options,
    config: &Config,
) -> Result<(Side<Commit>, Side<Option<Commit>>), Failure> {
    let commit = |name: &str| pipeline::commit(config, name);
    let end = |name: &str, commit: &Commit| End {
        revision: Some(name.to_owned()),
        commit: Some(commit.id.clone()),
    };
    let Some((from, to, is_since)) = range(options) else {
        let old = commit(&options.from)?;
        let here = End { revision: None, commit: None };
        return Ok(((end(&options.from, &old), old), (here, None)));
    };
    let (mut old, new) = (commit(from)?, commit(to)?);
    if is_since {
        old = source::merge_base((from, &old), (to, &new))?;
    }
    Ok(((end(from, &old), old), (end(to, &new), Some(new))))
}

/// Two names, and whether the first stands for the commit that both have in common.
fn range(options: &Options) -> Option<(&str, &str, bool)> {
    if let Some(to) = &options.to {
        return Some((&options.from, to, false));
    }
    let (from, to, is_since) = match options.from.split_once("...") {
        Some((from, to)) => (from, to, true),
        None => options.from.split_once("..").map(|(from, to)| (from, to, false))?,
    };
    Some((or_head(from), or_head(to), is_since))
}

fn or_head(name: &str) -> &str {
    if name.is_empty() { "HEAD" } else { name }
}
