//! Facts become pictures: a view makes boxes and lines, the engine places them, a writer gives SVG.
//!
//! In: a [`Cluster`](crate::inventory::Cluster), read by the views. Out: [`Diagram`]s: SVG for the
//! web and for pixels, words for those who do not see it, and the same facts as a table. The engine
//! (`layout`, `route`, `label`, `compose`) knows boxes and lines only. It never guesses: what the
//! inventory does not hold is not drawn.

mod compose;
mod data;
mod file;
pub mod hand;
mod json;
mod label;
mod layout;
pub mod palette;
mod route;
mod scene;
mod strokes;
mod svg;
mod text;
pub mod views;

use palette::Theme;
use scene::Scene;
use serde_json::Value;

pub use svg::stylesheet;

/// What a box of a diagram stands for, so that the site can tell where it leads.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An app by `namespace/name`.
    App(String),
    /// A Kubernetes node by name.
    Node(String),
    /// A hypervisor by name.
    Host(String),
    /// A switch, router, UPS or the like by name.
    Device(String),
    /// A network by id.
    Network(String),
    /// A gateway by `namespace/name`.
    Gateway(String),
    /// A namespace by name.
    Namespace(String),
    /// A storage backend by name.
    Storage(String),
    /// A Flux Kustomization by `namespace/name`.
    Kustomization(String),
}

/// The colours that a picture's file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Those of a theme.
    Of(Theme),
    /// Light ones, and the dark ones where the reader's system asks for dark. A viewer without CSS
    /// shows the light ones.
    Reader,
}

/// A table of plain text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// A picture with its words.
#[derive(Clone, Debug)]
pub struct Diagram {
    /// What it shows, in a few words.
    pub title: String,
    /// What it shows, in a sentence or two, for those who do not see it.
    pub description: String,
    /// What it leaves out; empty where that is nothing.
    pub caption: String,
    table: Table,
    scene: Scene,
}

impl Diagram {
    /// Whether there is nothing to draw; then all SVG is empty text.
    pub fn is_empty(&self) -> bool {
        self.scene.nodes.is_empty()
    }

    /// Width in CSS pixels at which text has its natural size; a page gives its frame less than
    /// this only with a scroll bar.
    pub fn width(&self) -> u32 {
        u32::try_from(self.scene.width / 2).unwrap_or(0)
    }

    /// Inline SVG for a page whose theme sets [`palette::css_variables`].
    ///
    /// `id` is unique on its page and starts all ids within. The picture is as wide as its
    /// container, up to its natural width.
    pub fn svg(&self, id: &str) -> String {
        svg::web(self, id)
    }

    /// An SVG file that needs nothing around it, for `<img>` in a README.
    ///
    /// `id` starts all ids within. Text is set in Inter or the viewer's own sans-serif, always as
    /// wide as it was measured.
    pub fn file(&self, id: &str, colours: Colours) -> String {
        file::svg(self, id, colours)
    }

    /// What is drawn and where, for programs; lengths in CSS pixels from the upper left.
    ///
    /// `source` tells where the thing that a box stands for is declared. `content/guides/diagrams.md`
    /// describes the keys.
    pub fn json(&self, source: &dyn Fn(&Target) -> Option<Value>) -> Value {
        json::value(self, source)
    }

    /// SVG with literal colours and no CSS, for renderers that know neither variables nor media
    /// queries. It holds no links.
    pub fn raster(&self, theme: Theme) -> String {
        svg::raster(self, theme)
    }

    /// The facts of the picture as a table.
    pub fn rows(&self) -> &Table {
        &self.table
    }
}
