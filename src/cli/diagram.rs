//! `rackbook diagram`: a picture of the cluster as a file, for a README or a program.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes the picture")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::settings::Common;
use super::{Failure, pipeline, report};
use crate::badge::png::{self, Scale, png_within};
use crate::diagnostic::closest;
use crate::diagram::palette::Theme;
use crate::diagram::views::{self, VIEWS, View};
use crate::diagram::{Colours, Diagram};
use crate::inventory::Cluster;
use crate::output::WriteError;

/// Pixels of a PNG at most: 160 MB of memory while it is drawn.
const MAX_PIXELS: u64 = 40_000_000;

/// Draw a picture of the cluster.
///
/// It shows what manifests and `site/inventory.yaml` declare, and nothing else. SVG is for `<img>`
/// in a README: it needs no file beside it and follows the reader's light or dark setting. Problems
/// in the files that are read are counted only: `rackbook check` tells them.
#[derive(Debug, Args)]
#[command(after_long_help = EXAMPLES)]
pub(super) struct Options {
    /// What to draw; `--list` lists the names
    #[arg(value_name = "NAME", required_unless_present = "list")]
    name: Option<String>,

    #[command(flatten)]
    common: Common,

    /// How to give it
    #[arg(long, value_name = "FORMAT", default_value = "svg")]
    format: Format,

    /// Its colours
    #[arg(long, value_name = "THEME", default_value = "auto")]
    theme: Look,

    /// Pixels of a PNG for each pixel of the SVG, from 0.25 to 4 [default: 1]
    #[arg(long, value_name = "NUMBER", value_parser = scale)]
    scale: Option<f32>,

    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    /// List the names, and end
    #[arg(long)]
    list: bool,
}

const EXAMPLES: &str = "\
Examples:
  rackbook diagram network --out docs/network.svg          For a README, light or dark as its reader
  rackbook diagram network --theme dark --format png --scale 2 --out network.png
  rackbook diagram network --format json | jq -r '.boxes[] | select(.thing.kind == \"app\") | .title'

Exit status: 0 drawn, 1 there is nothing to draw, 2 could not run.";

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a README, or any page
    Svg,
    /// For what takes no SVG
    Png,
    /// For scripts: what is drawn, where, and where it was read
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Look {
    /// Dark on light
    Light,
    /// Light on dark
    Dark,
    /// As the reader's system asks; PNG is light
    Auto,
}

impl Look {
    fn colours(self) -> Colours {
        match self {
            Self::Light => Colours::Of(Theme::Light),
            Self::Dark => Colours::Of(Theme::Dark),
            Self::Auto => Colours::Reader,
        }
    }
}

fn scale(text: &str) -> Result<f32, String> {
    let range = 0.25..=4.0;
    let number = text.parse::<f32>().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| "a number from 0.25 to 4 is needed".to_owned())
}

pub(super) fn run(options: &Options) -> Result<(), Failure> {
    if options.list {
        return report::print(&list());
    }
    let view = find(options.name.as_deref().unwrap_or_default())?;
    if options.scale.is_some() && options.format != Format::Png {
        let message = "`--scale` is for PNG: add `--format png`, or give `<img>` a `width`";
        return Err(Failure::Usage(message.to_owned()));
    }
    if options.format == Format::Png && options.out.is_none() && report::prints_to_terminal() {
        let message = "a PNG is no text for a terminal: name a file with `--out FILE`";
        return Err(Failure::Usage(message.to_owned()));
    }
    let (cluster, problems) = pipeline::cluster_and_problems(&options.common)?;
    warn_of(problems);
    let diagram = (view.draw)(&cluster, &|_| None);
    if diagram.is_empty() {
        report::warn(&format!(
            "there is nothing to draw for `{}`: no machine, network, gateway, app or storage was \
             found\n",
            view.name
        ));
        return Err(Failure::Problems);
    }
    give(&drawn(options, view, &cluster, &diagram)?, options.out.as_deref())
}

/// Without a word, a picture that lacks what could not be read would look whole.
fn warn_of(problems: usize) {
    if problems > 0 {
        let plural = if problems == 1 { "" } else { "s" };
        report::warn(&format!(
            "warning: {problems} problem{plural} in the files, so the picture may lack something: \
             `rackbook check` lists them\n"
        ));
    }
}

fn list() -> String {
    let longest = VIEWS.iter().map(|view| view.name.len()).max().unwrap_or(0);
    VIEWS.iter().fold(String::new(), |mut text, view| {
        let _ = writeln!(text, "{:longest$}  {}", view.name, view.about);
        text
    })
}

fn find(name: &str) -> Result<&'static View, Failure> {
    let found = VIEWS.iter().find(|view| view.name == name);
    found.ok_or_else(|| {
        let near = closest(name, VIEWS.iter().map(|view| view.name));
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`rackbook diagram --list` lists those there are".to_owned(),
        };
        Failure::Usage(format!("there is no diagram `{name}`: {help}"))
    })
}

fn drawn(
    options: &Options,
    view: &View,
    cluster: &Cluster,
    diagram: &Diagram,
) -> Result<Vec<u8>, Failure> {
    Ok(match options.format {
        Format::Svg => {
            diagram.file(&format!("rackbook-{}", view.name), options.theme.colours()).into_bytes()
        }
        Format::Png => pixels(diagram, options.theme, options.scale.unwrap_or(1.0))?,
        Format::Json => format!("{:#}\n", json(cluster, diagram)).into_bytes(),
    })
}

fn json(cluster: &Cluster, diagram: &Diagram) -> Value {
    diagram.json(&|target| {
        let source = views::source(cluster, target)?;
        Some(serde_json::to_value(source).expect("bug: a place has string keys only"))
    })
}

fn pixels(diagram: &Diagram, look: Look, scale: f32) -> Result<Vec<u8>, Failure> {
    let theme = if look == Look::Dark { Theme::Dark } else { Theme::Light };
    let made = png_within(&diagram.raster(theme), Scale::new(scale), MAX_PIXELS);
    made.map_err(|error| {
        let help = match error {
            png::Error::TooLarge { .. } => ": choose a smaller `--scale`, or SVG",
            png::Error::Unreadable => "",
        };
        Failure::Usage(format!("{error}{help}"))
    })
}

fn give(bytes: &[u8], out: Option<&Path>) -> Result<(), Failure> {
    let Some(path) = out else { return report::print_bytes(bytes) };
    let failed = |source| Failure::Write(WriteError::Disk { path: path.to_owned(), source });
    std::fs::write(path, bytes).map_err(failed)
}
