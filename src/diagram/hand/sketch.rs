//! What somebody drew, whatever they wrote it in: [`Sketch`].
//!
//! In: filled by the readers of YAML and Mermaid. Out: read by the drawer. All names in it are
//! resolved; it holds no place and no colour but what a colour stands for.

use crate::diagram::Target;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::Stroke;

/// Boxes of one picture at most.
pub(super) const MOST_ITEMS: usize = 300;
/// Lines of one picture at most.
pub(super) const MOST_TIES: usize = 600;
/// Frames within frames at most.
pub(super) const DEEPEST: usize = 4;

/// What a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Node,
    Group,
    Bus,
}

/// A box.
#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// The group that holds it, which comes before it.
    pub(super) parent: Option<usize>,
    pub(super) lane: usize,
    pub(super) label: String,
    /// A second line, or nothing.
    pub(super) sub: String,
    pub(super) target: Option<Target>,
    pub(super) link: Option<String>,
    pub(super) tone: Option<Tone>,
    /// SVG path data in a square of 24.
    pub(super) icon: Option<String>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Way {
    /// A copper cable, or a line that says no more.
    #[default]
    Cable,
    Fibre,
    Wireless,
    Tunnel,
    Flow,
    /// A line of a flowchart, by its stroke.
    Plain,
    Dotted,
    Thick,
}

impl Way {
    /// Those that YAML names.
    pub(super) const NAMED: [(&'static str, Self); 5] = [
        ("cable", Self::Cable),
        ("fibre", Self::Fibre),
        ("wireless", Self::Wireless),
        ("tunnel", Self::Tunnel),
        ("flow", Self::Flow),
    ];

    pub(super) fn name(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(_, way)| *way == self).map(|(name, _)| *name)
    }

    pub(super) fn stroke(self) -> Stroke {
        match self {
            Self::Cable | Self::Flow | Self::Plain => Stroke::Solid,
            Self::Fibre | Self::Thick => Stroke::Heavy,
            Self::Wireless | Self::Tunnel | Self::Dotted => Stroke::Dashed,
        }
    }

    pub(super) fn tone(self) -> Tone {
        match self {
            Self::Tunnel | Self::Flow => Tone::Plain(Neutral::Focus),
            _ => Tone::Plain(Neutral::Muted),
        }
    }
}

/// A line between two boxes.
#[derive(Clone, Debug)]
pub(super) struct Tie {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) label: String,
    pub(super) way: Way,
    /// In place of that of its way.
    pub(super) tone: Option<Tone>,
    /// Whether an arrow points to its start, and to its end.
    pub(super) arrows: (bool, bool),
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(super) struct Sketch {
    pub(super) title: String,
    pub(super) description: String,
    /// Whether it runs from left to right, if there is room.
    pub(super) sideways: bool,
    /// Names of lanes; without any, rows follow from the lines.
    pub(super) lanes: Vec<String>,
    pub(super) items: Vec<Item>,
    pub(super) ties: Vec<Tie>,
}

impl Sketch {
    /// How many frames are around an item.
    pub(super) fn depth(&self, item: usize) -> usize {
        std::iter::successors(self.items[item].parent, |at| self.items[*at].parent).count()
    }

    /// Whether one item is the other or holds it.
    pub(super) fn holds(&self, one: usize, other: usize) -> bool {
        std::iter::successors(Some(other), |at| self.items[*at].parent).any(|at| at == one)
    }
}
