//! `rackbook manual`: the help of every command as manual pages.
//!
//! In: a folder, and the commands as they are declared. Out: one file in roff for each command. It
//! never removes a file.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes manual pages")]

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;

use super::{Arguments, Failure, report};

/// Write manual pages.
///
/// One for each command, such as `rackbook-badges-check.1`, with the text of `--help`. They have no
/// date: the same version gives the same bytes.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// Folder to write; it is made where there is none
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

const EXAMPLES: &str = "\
Examples:
  rackbook manual --out ~/.local/share/man/man1
  man rackbook-diff";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Options { out } = options;
    let cannot = |source| Failure::WriteManual { path: out.clone(), source };
    fs::create_dir_all(out).map_err(cannot)?;
    let pages = pages();
    for (name, page) in &pages {
        fs::write(out.join(name), page).map_err(cannot)?;
    }
    report::print(&format!("wrote {} pages to {}\n", pages.len(), report::short(out)))
}

/// Names and texts of all pages.
fn pages() -> Vec<(String, Vec<u8>)> {
    // Each command has its page; `help` would only repeat them.
    let mut command = Arguments::command().disable_help_subcommand(true);
    command.build();
    let mut pages = vec![];
    add(&command, &mut pages);
    pages
}

fn add(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let (manual, mut page) = (Man::new(command.clone()), vec![]);
    manual.render(&mut page).expect("bug: a vector takes every byte");
    pages.push((manual.get_filename(), page));
    command.get_subcommands().for_each(|inner| add(inner, pages));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_has_a_page() {
        let pages = pages();
        let names: Vec<_> = pages.iter().map(|(name, _)| name.as_str()).collect();
        for name in ["rackbook.1", "rackbook-build.1", "rackbook-badges-check.1"] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
        assert!(names.iter().all(|name| !name.contains("help")), "{names:?}");
    }

    #[test]
    fn a_page_says_how_its_command_is_called() {
        let pages = pages();
        let (_, page) = pages.iter().find(|(name, _)| name == "rackbook-diff.1").expect("a page");
        let page = String::from_utf8_lossy(page).replace("\\-", "-").replace("\\fR", "");
        assert!(page.contains(".TH rackbook-diff 1"), "{page}");
        assert!(page.contains("--exit-code"), "{page}");
        assert!(page.contains("rackbook diff"), "{page}");
    }
}
