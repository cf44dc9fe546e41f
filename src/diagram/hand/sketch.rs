//! What somebody drew, whatever they wrote it in: [`Sketch`].
//!
//! In: filled by the readers of YAML and Mermaid. Out: read by the drawer. All names in it are
//! resolved; it holds no place and no colour but what a colour stands for.

use crate::diagram::Target;
use crate::diagram::palette::{Neutral, Tone};
use crate::diagram::scene::Stroke;

/// Boxes of one picture at most.
pub(in crate::diagram) const MOST_ITEMS: usize = 300;
/// Lines of one picture at most.
pub(in crate::diagram) const MOST_TIES: usize = 600;
/// Frames within frames at most.
pub(in crate::diagram) const DEEPEST: usize = 4;

/// What a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::diagram) enum Kind {
    Node,
    Group,
    Bus,
    /// In the derived picture that is added to.
    Derived,
}

/// A box.
#[derive(Clone, Debug)]
pub(in crate::diagram) struct Item {
    pub(in crate::diagram) id: String,
    pub(in crate::diagram) kind: Kind,
    /// The group that holds it, which comes before it.
    pub(in crate::diagram) parent: Option<usize>,
    pub(in crate::diagram) lane: usize,
    pub(in crate::diagram) label: String,
    /// A second line, or nothing.
    pub(in crate::diagram) sub: String,
    pub(in crate::diagram) target: Option<Target>,
    pub(in crate::diagram) link: Option<String>,
    pub(in crate::diagram) tone: Option<Tone>,
    /// SVG path data in a square of 24.
    pub(in crate::diagram) icon: Option<String>,
}

/// What a line is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::diagram) enum Way {
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
    pub(in crate::diagram) const NAMED: [(&'static str, Self); 5] = [
        ("cable", Self::Cable),
        ("fibre", Self::Fibre),
        ("wireless", Self::Wireless),
        ("tunnel", Self::Tunnel),
        ("flow", Self::Flow),
    ];

    pub(in crate::diagram) fn name(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(_, way)| *way == self).map(|(name, _)| *name)
    }

    pub(in crate::diagram) fn stroke(self) -> Stroke {
        match self {
            Self::Cable | Self::Flow | Self::Plain => Stroke::Solid,
            Self::Fibre | Self::Thick => Stroke::Heavy,
            Self::Wireless | Self::Tunnel | Self::Dotted => Stroke::Dashed,
        }
    }

    pub(in crate::diagram) fn tone(self) -> Tone {
        match self {
            Self::Tunnel | Self::Flow => Tone::Plain(Neutral::Focus),
            _ => Tone::Plain(Neutral::Muted),
        }
    }
}

/// A line between two boxes.
#[derive(Clone, Debug)]
pub(in crate::diagram) struct Tie {
    pub(in crate::diagram) from: usize,
    pub(in crate::diagram) to: usize,
    pub(in crate::diagram) label: String,
    pub(in crate::diagram) way: Way,
    /// In place of that of its way.
    pub(in crate::diagram) tone: Option<Tone>,
    /// Whether an arrow points to its start, and to its end.
    pub(in crate::diagram) arrows: (bool, bool),
}

/// A picture.
#[derive(Clone, Debug, Default)]
pub(in crate::diagram) struct Sketch {
    pub(in crate::diagram) title: String,
    pub(in crate::diagram) description: String,
    /// Whether it runs from left to right, if there is room.
    pub(in crate::diagram) sideways: bool,
    /// Names of lanes; without any, rows follow from the lines.
    pub(in crate::diagram) lanes: Vec<String>,
    pub(in crate::diagram) items: Vec<Item>,
    pub(in crate::diagram) ties: Vec<Tie>,
}

impl Sketch {
    /// How many frames are around an item.
    pub(in crate::diagram) fn depth(&self, item: usize) -> usize {
        std::iter::successors(self.items[item].parent, |at| self.items[*at].parent).count()
    }

    /// Whether one item is the other or holds it.
    pub(in crate::diagram) fn holds(&self, one: usize, other: usize) -> bool {
        std::iter::successors(Some(other), |at| self.items[*at].parent).any(|at| at == one)
    }
}
