//! `rackbook build`: writes the site.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::Args;

use super::settings::Common;
use super::{Failure, pipeline, report};
use crate::config::Config;
use crate::output::{self, Written};

/// Write the site to a folder.
///
/// The folder is replaced in one step once the whole site is made, so that a run that fails leaves
/// the former site as it was. Files that did not change keep their time. The same input gives the
/// same bytes. With errors in the files that were read nothing is written.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    #[command(flatten)]
    common: Common,

    /// Folder to write [default: `public` in the site's folder]
    ///
    /// A folder that holds anything else than a site written by Rackbook is refused. `out:` in
    /// `site/site.yaml` sets it too.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  rackbook build                                The repository you are in, to `public/`
  rackbook build --repo ../home-ops --out site  Another folder, to `site/`
  rackbook build --cluster main                 One cluster of several";

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    let start = Instant::now();
    let finished = pipeline::run(&options.common, options.out.as_deref())?;
    finished.check()?;
    let Config { repository, site, out, embedded, .. } = &finished.config;
    let inputs = if *embedded { vec![] } else { vec![repository.as_path(), site.as_path()] };
    let written = output::write(&finished.site_files, out, &inputs)?;
    let shown = format!("{}/", report::short(out).trim_end_matches('/'));
    report::print(&line(written, &shown, start.elapsed()))?;
    report::print(&match finished.findings {
        0 => String::new(),
        1 => "1 finding (`rackbook check` shows it)\n".to_owned(),
        many => format!("{many} findings (`rackbook check` shows them)\n"),
    })
}

fn line(written: Written, out: &str, took: Duration) -> String {
    let Written { files, bytes: _, changed, removed } = written;
    let plural = if files == 1 { "" } else { "s" };
    let mut line = format!("wrote {files} file{plural} to {out} ({changed} changed");
    if removed > 0 {
        let _ = write!(line, ", {removed} removed");
    }
    let _ = writeln!(line, ") in {:.1} s", took.as_secs_f64());
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts() {
        let check = |files, removed, expected| {
            let written = Written { files, bytes: 9, changed: 1, removed };
            assert_eq!(line(written, "public/", Duration::from_millis(420)), expected);
        };
        check(143, 0, "wrote 143 files to public/ (1 changed) in 0.4 s\n");
        check(1, 2, "wrote 1 file to public/ (1 changed, 2 removed) in 0.4 s\n");
    }
}
