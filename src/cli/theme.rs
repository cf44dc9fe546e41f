//! `rackbook theme`: the built-in theme's files, to start changes of one's own from.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes a file of the theme")]

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::settings::Common;
use super::{Failure, report, settings};
use crate::diagnostic::closest;
use crate::output::WriteError;
use crate::site::Theme;

/// Change how the site looks.
///
/// A file in `themes/default/` of the site's folder takes the place of the built-in file of the
/// same name: a template, a style sheet, a script, a picture, or words of the frame. Files that
/// are not there stay as they are built in.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Eject(Eject),
}

/// Copy a built-in file to `themes/default/`, to change it; without FILE, list them.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
struct Eject {
    #[command(flatten)]
    common: Common,

    /// File of the theme, such as `parts/table.html`
    #[arg(value_name = "FILE")]
    file: Option<String>,

    /// Replace a file of one's own
    #[arg(long)]
    force: bool,
}

const EXAMPLES: &str = "\
Examples:
  rackbook theme eject                     List the files of the theme
  rackbook theme eject strings.yaml        Translate or reword the frame
  rackbook theme eject parts/table.html    Change how tables are made";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let Command::Eject(eject) = &options.command;
    let Some(name) = &eject.file else {
        let names = Theme::built_in().iter().map(|(path, _)| format!("{path}\n"));
        return report::print(&names.collect::<String>());
    };
    let bytes = find(name)?;
    let config = settings::resolve(&eject.common, None)?;
    if config.embedded {
        let message = "the built-in example has no folder to write to: name one with `--site DIR`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let path = config.site.join("themes/default").join(name);
    write(&path, bytes, eject.force)?;
    report::print(&format!("wrote {}\n", report::short(&path)))
}

fn find(name: &str) -> Result<&'static [u8], Failure> {
    let files = Theme::built_in();
    let found = files.iter().find(|(path, _)| *path == name);
    found.map(|(_, bytes)| *bytes).ok_or_else(|| {
        let help = match closest(name, files.iter().map(|(path, _)| *path)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`rackbook theme eject` lists those there are".to_owned(),
        };
        Failure::Usage(format!("the theme has no file `{name}`: {help}"))
    })
}

fn write(path: &Path, bytes: &[u8], force: bool) -> Result<(), Failure> {
    if !force && path.exists() {
        let shown = report::short(path);
        let message = format!("`{shown}` exists already: add `--force` to replace it");
        return Err(Failure::Usage(message));
    }
    let failed = |source| Failure::Write(WriteError::Disk { path: PathBuf::from(path), source });
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, bytes).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_found_by_name() {
        assert!(find("parts/table.html").is_ok());
        let Err(Failure::Usage(message)) = find("part/table.html") else { panic!("found") };
        assert_eq!(
            message,
            "the theme has no file `part/table.html`: did you mean `parts/table.html`?"
        );
    }

    #[test]
    fn own_files_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("themes/default/strings.yaml");
        write(&path, b"one", false).unwrap();
        assert!(write(&path, b"two", false).is_err());
        write(&path, b"two", true).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"two");
    }
}
