//! Diagrams that somebody wrote by hand: files of `diagrams/`.
//!
//! In: the text of a file, the [`Cluster`] that its references lead into, and where things lead. Out:
//! a [`Drawn`] picture, or what is wrong, at the bytes where it is wrong. It reads no file itself,
//! and adds nothing to what was written but what references name.

mod draw;
mod lay;
pub(super) mod marks;
mod mermaid;
mod read;
mod refs;
mod schema;
pub(super) mod sketch;
mod svg;
mod words;

#[cfg(test)]
mod tests;

use read::Read;

use super::views::{Links, network_with};
use super::{Diagram, Target};
use crate::diagnostic::{Diagnostic, has_errors};
use crate::inventory::Cluster;
use crate::source::FileId;

pub use schema::schema;
pub use svg::Picture;

/// The folder of hand-written diagrams, below the site's root.
pub const FOLDER: &str = "diagrams";

/// What a diagram is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Lanes, groups, nodes and links in YAML.
    Yaml,
    /// An SVG that another program made.
    Svg,
    /// A Mermaid flowchart.
    Mermaid,
}

impl Format {
    /// The format of a file by its ending.
    pub fn of(path: &str) -> Option<Self> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending {
            "yaml" | "yml" => Some(Self::Yaml),
            "svg" => Some(Self::Svg),
            "mmd" | "mermaid" => Some(Self::Mermaid),
            _ => None,
        }
    }
}

/// What a diagram is read with.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// What `ref` leads into.
    pub cluster: &'a Cluster,
    /// Where a thing's page is.
    pub links: Links<'a>,
    /// What addresses that start with `/` start with instead; without it they lead nowhere.
    pub root: Option<&'a str>,
}

impl Context<'_> {
    /// An address that somebody wrote, as it is on the page.
    fn address(&self, written: &str) -> Option<String> {
        match written.strip_prefix('/') {
            Some(rest) => self.root.map(|root| format!("{root}{rest}")),
            None => Some(written.to_owned()),
        }
    }

    fn page(&self, target: &Target) -> Option<String> {
        (self.links)(target)
    }
}

/// A text to read: the file that it is from, and the byte of the file at which it starts.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The file.
    pub file: FileId,
    /// Where the text starts.
    pub base: usize,
    /// The text.
    pub text: &'a str,
    /// A title for what names none.
    pub name: &'a str,
}

/// A picture.
#[derive(Clone, Debug)]
pub enum Drawn {
    /// Drawn by the same engine as the derived ones.
    Diagram(Box<Diagram>),
    /// Drawn by another program, made safe.
    Picture(Picture),
}

/// Reads and draws a diagram; none where an error says why.
pub fn read(
    text: Text<'_>,
    format: Format,
    context: Context<'_>,
) -> (Option<Drawn>, Vec<Diagnostic>) {
    let (read, diagnostics) = match format {
        Format::Svg => {
            let (picture, diagnostics) = svg::read(text, context);
            return (picture.map(Drawn::Picture), diagnostics);
        }
        Format::Yaml => read::read(text, context),
        Format::Mermaid => {
            let (sketch, diagnostics) = mermaid::read(text);
            (Read::Own(sketch), diagnostics)
        }
    };
    if has_errors(&diagnostics) {
        return (None, diagnostics);
    }
    let diagram = match read {
        Read::Own(sketch) => draw::diagram(&sketch),
        Read::Overlay(sketch) => {
            network_with(context.cluster, Some(&Overlay { sketch }), context.links)
        }
    };
    (Some(Drawn::Diagram(Box::new(diagram))), diagnostics)
}

/// What somebody adds to the derived network picture.
#[derive(Clone, Debug)]
pub struct Overlay {
    pub(super) sketch: sketch::Sketch,
}

/// The overlay that a file holds; none where it is a picture of its own or has errors.
pub fn overlay(text: Text<'_>, context: Context<'_>) -> Option<Overlay> {
    match read::read(text, context) {
        (Read::Overlay(sketch), diagnostics) if !has_errors(&diagnostics) => {
            Some(Overlay { sketch })
        }
        _ => None,
    }
}

/// Whether a Mermaid text is of a kind that is drawn.
pub fn is_flowchart(text: &str) -> bool {
    mermaid::is_flowchart(text)
}
