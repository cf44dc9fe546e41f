//! `rackbook diagram`: a picture of the cluster as a file, for a README or a program.
#![expect(clippy::disallowed_methods, reason = "imperative shell: writes the picture")]

mod file;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::Value;

use super::settings::Common;
use super::{Failure, pipeline, report};
use crate::badge::png::{self, Scale, png_within};
use crate::diagnostic::closest;
use crate::diagram::palette::Theme;
use crate::diagram::views::{self, Subject, Takes, VIEWS, View};
use crate::diagram::{Colours, Diagram};
use crate::inventory::Cluster;
use crate::output::WriteError;
use crate::site;

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
    #[arg(value_name = "NAME", required_unless_present_any = ["list", "file"])]
    name: Option<String>,

    #[command(flatten)]
    common: Common,

    /// Draw a file of the site's `diagrams/` folder instead: YAML, Mermaid or SVG
    #[arg(long, value_name = "FILE", conflicts_with_all = ["name", "list", "namespace", "app", "part"])]
    file: Option<String>,

    /// Only this namespace, where the picture can be narrowed to one
    #[arg(long, value_name = "NAME")]
    namespace: Option<String>,

    /// The app that the picture is of, where it is of one
    #[arg(long, value_name = "NAMESPACE/NAME")]
    app: Option<String>,

    /// Which one, where it takes several pictures to show all
    #[arg(long, value_name = "NUMBER")]
    part: Option<usize>,

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
  rackbook diagram flux --namespace media --out docs/flux-media.svg
  rackbook diagram --file diagrams/home.yaml --out docs/home.svg
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
    /// The theme of pixels.
    fn theme(self) -> Theme {
        if self == Self::Dark { Theme::Dark } else { Theme::Light }
    }

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
    check_format(options)?;
    if let Some(path) = &options.file {
        return file::run(options, path);
    }
    let view = find(options.name.as_deref().unwrap_or_default())?;
    let (sources, cluster, problems) = pipeline::sources_and_cluster(&options.common)?;
    warn_of(problems);
    let overlay = site::components::overlay(&sources, &cluster);
    let subject = Subject { overlay: overlay.as_ref(), ..subject(options, view, &cluster)? };
    let diagrams = (view.draw)(&cluster, subject, &|_| None);
    if diagrams.is_empty() {
        let none = view.none.trim_end_matches('.');
        report::warn(&format!("there is nothing to draw for `{}`: {none}\n", view.name));
        return Err(Failure::Problems);
    }
    let diagram = one(options, view, &diagrams)?;
    give(&drawn(options, view.name, &cluster, diagram)?, options.out.as_deref())
}

fn check_format(options: &Options) -> Result<(), Failure> {
    if options.scale.is_some() && options.format != Format::Png {
        let message = "`--scale` is for PNG: add `--format png`, or give `<img>` a `width`";
        return Err(Failure::Usage(message.to_owned()));
    }
    if options.format == Format::Png && options.out.is_none() && report::prints_to_terminal() {
        let message = "a PNG is no text for a terminal: name a file with `--out FILE`";
        return Err(Failure::Usage(message.to_owned()));
    }
    Ok(())
}

fn subject<'a>(
    options: &'a Options,
    view: &View,
    cluster: &Cluster,
) -> Result<Subject<'a>, Failure> {
    let (namespace, app) = (options.namespace.as_deref(), options.app.as_deref());
    let subject = Subject { namespace, app, overlay: None };
    let given = [
        ("--namespace", subject.namespace.is_some() && view.takes != Takes::Namespace),
        ("--app", subject.app.is_some() && view.takes != Takes::App),
    ];
    if let Some((flag, _)) = given.iter().find(|(_, idle)| *idle) {
        return Err(Failure::Usage(format!("`{}` takes no `{flag}`: remove it", view.name)));
    }
    views::check(cluster, view, subject).map_err(|unknown| {
        let near = closest(&unknown.name, unknown.known.iter().map(String::as_str));
        let help = match (near, unknown.name.is_empty()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, true) => "name one with `--app`".to_owned(),
            (None, false) => "`rackbook facts` lists those there are".to_owned(),
        };
        Failure::Usage(format!("{}: {help}", unknown.message))
    })?;
    Ok(subject)
}

/// The picture that is asked for, of those that it takes to show all.
fn one<'a>(
    options: &Options,
    view: &View,
    diagrams: &'a [Diagram],
) -> Result<&'a Diagram, Failure> {
    let all = diagrams.len();
    let number = match options.part {
        None if all == 1 => 1,
        None => {
            let narrow = if view.takes == Takes::Namespace { ", or one `--namespace`" } else { "" };
            let message = format!(
                "`{}` takes {all} pictures here: choose one with `--part 1` to `--part {all}`{narrow}",
                view.name
            );
            return Err(Failure::Usage(message));
        }
        Some(number) => number,
    };
    let found = number.checked_sub(1).and_then(|at| diagrams.get(at));
    found.ok_or_else(|| {
        let plural = if all == 1 { "" } else { "s" };
        Failure::Usage(format!("there is no part {number}: it takes {all} picture{plural}"))
    })
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
    views::find(name).ok_or_else(|| {
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
    name: &str,
    cluster: &Cluster,
    diagram: &Diagram,
) -> Result<Vec<u8>, Failure> {
    Ok(match options.format {
        Format::Svg => {
            diagram.file(&format!("rackbook-{name}"), options.theme.colours()).into_bytes()
        }
        Format::Png => {
            pixels(&diagram.raster(options.theme.theme()), options.scale.unwrap_or(1.0))?
        }
        Format::Json => format!("{:#}\n", json(cluster, diagram)).into_bytes(),
    })
}

fn json(cluster: &Cluster, diagram: &Diagram) -> Value {
    diagram.json(&|target| {
        let source = views::source(cluster, target)?;
        Some(serde_json::to_value(source).expect("bug: a place has string keys only"))
    })
}

fn pixels(svg: &str, scale: f32) -> Result<Vec<u8>, Failure> {
    let made = png_within(svg, Scale::new(scale), MAX_PIXELS);
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
