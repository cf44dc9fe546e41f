//! What is in a picture: boxes, bars, marks, paths, labels and a legend, all at their places.
//!
//! In: filled by layout, router and label placer. Out: read by the SVG writers. Coordinates are
//! whole numbers of half pixels, so that a picture's bytes never depend on rounding. It holds no
//! colour, only what a colour stands for.

use super::Target;
use super::palette::Tone;
use super::text::Style;

/// Half pixels of a number of pixels.
pub(crate) const fn px(pixels: i32) -> i32 {
    pixels * 2
}

/// A number of things as a factor of lengths.
pub(crate) fn times(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// A point.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Point {
    pub(crate) x: i32,
    pub(crate) y: i32,
}

impl Point {
    pub(crate) const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: i32,
    pub(crate) y: i32,
    pub(crate) width: i32,
    pub(crate) height: i32,
}

impl Rect {
    pub(crate) const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width, height }
    }

    pub(crate) const fn right(&self) -> i32 {
        self.x + self.width
    }

    pub(crate) const fn bottom(&self) -> i32 {
        self.y + self.height
    }

    pub(crate) const fn middle(&self) -> Point {
        Point::new(self.x + self.width / 2, self.y + self.height / 2)
    }

    /// The smallest rectangle around a horizontal or vertical line.
    pub(crate) fn around(from: Point, to: Point) -> Self {
        let (left, top) = (from.x.min(to.x), from.y.min(to.y));
        Self::new(left, top, (from.x - to.x).abs(), (from.y - to.y).abs())
    }

    /// The rectangle with `by` more on every side.
    pub(crate) const fn grown(&self, by: i32) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)
    }

    /// Whether both share more than an edge.
    pub(crate) const fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether the other lies within.
    #[cfg(test)]
    pub(crate) const fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && self.right() >= other.right()
            && self.bottom() >= other.bottom()
    }

    pub(crate) const fn moved(&self, by: Point) -> Self {
        Self::new(self.x + by.x, self.y + by.y, self.width, self.height)
    }
}

/// A line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// Left end of the baseline.
    pub(crate) at: Point,
    pub(crate) words: String,
    pub(crate) style: Style,
    /// Whether it is drawn quieter than its style.
    pub(crate) quiet: bool,
    /// Measured width.
    pub(crate) width: i32,
}

impl Text {
    pub(crate) fn new(at: Point, words: impl Into<String>, style: Style) -> Self {
        let words = words.into();
        let width = super::text::width(&words, style);
        Self { at, words, style, quiet: false, width }
    }

    pub(crate) fn quiet(mut self) -> Self {
        self.quiet = true;
        self
    }

    /// The space it takes.
    pub(crate) fn rect(&self) -> Rect {
        let size = self.style.size();
        Rect::new(self.at.x, self.at.y - size * 4 / 5, self.width, size)
    }
}

/// A coloured shape that says what something belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Mark {
    /// Its middle.
    pub(crate) at: Point,
    pub(crate) tone: Tone,
}

/// A word in an outlined box, or an outlined box alone: a bay, a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) rect: Rect,
    pub(crate) text: String,
}

/// What a box looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Holds other boxes.
    Frame,
    /// Stands for a thing.
    Card,
    /// A card whose edge has a colour.
    Toned(Tone),
    /// A card whose edge has a colour and is dashed: stands for a thing that is not there.
    Absent(Tone),
    /// A bus bar, which paths may cross.
    Bar(Tone),
    /// A hatched strip without an edge.
    Hatched(Tone),
}

/// A box, chip or bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// Unique within the picture; letters, digits and hyphens.
    pub(crate) id: String,
    pub(crate) rect: Rect,
    /// Id of the box that holds it.
    pub(crate) parent: Option<String>,
    pub(crate) look: Look,
    /// What it stands for.
    pub(crate) target: Option<Target>,
    pub(crate) link: Option<String>,
    /// What a tooltip and a screen reader say.
    pub(crate) title: String,
    pub(crate) texts: Vec<Text>,
    pub(crate) marks: Vec<Mark>,
    pub(crate) tags: Vec<Tag>,
}

impl Node {
    #[cfg(test)]
    pub(crate) fn is_bar(&self) -> bool {
        matches!(self.look, Look::Bar(_))
    }

    /// The same box with all it shows elsewhere.
    pub(crate) fn moved(mut self, by: Point) -> Self {
        self.rect = self.rect.moved(by);
        for text in &mut self.texts {
            text.at = Point::new(text.at.x + by.x, text.at.y + by.y);
        }
        for mark in &mut self.marks {
            mark.at = Point::new(mark.at.x + by.x, mark.at.y + by.y);
        }
        for tag in &mut self.tags {
            tag.rect = tag.rect.moved(by);
        }
        self
    }
}

/// What stands at the end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum CapKind {
    /// A dot: plugged in.
    Dot,
    /// An arrow that points down: goes there.
    Arrow,
    /// An arrow that points right: comes next.
    Next,
    /// An arrow that points up.
    Up,
    /// An arrow that points left.
    Back,
}

/// The end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Cap {
    pub(crate) at: Point,
    pub(crate) kind: CapKind,
}

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stroke {
    /// Unbroken.
    Solid,
    /// In dashes.
    Dashed,
    /// Unbroken and thicker.
    Heavy,
}

/// All lines of one bundle, each horizontal and vertical only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) id: String,
    /// Ids of the boxes and bars that it connects, first the one that all its lines share.
    pub(crate) ends: Vec<String>,
    pub(crate) lines: Vec<Vec<Point>>,
    pub(crate) caps: Vec<Cap>,
    pub(crate) tone: Tone,
    pub(crate) stroke: Stroke,
    pub(crate) title: String,
}

impl Path {
    /// Its straight pieces.
    pub(crate) fn segments(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        self.lines.iter().flat_map(|line| line.windows(2).map(|pair| (pair[0], pair[1])))
    }
}

/// Words beside a path, or a number that the legend explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// Id of the path that it names.
    pub(crate) path: String,
    pub(crate) rect: Rect,
    pub(crate) text: Text,
}

/// A small picture in a box, drawn in the colour of details.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Icon {
    /// Id of the box.
    pub(crate) node: String,
    /// A square.
    pub(crate) rect: Rect,
    /// SVG path data in a square of 24.
    pub(crate) path: String,
}

/// A picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scene {
    pub(crate) width: i32,
    pub(crate) height: i32,
    /// Names of lanes and other words that belong to no box.
    pub(crate) notes: Vec<Text>,
    /// Boxes and bars in reading order, each before what it holds.
    pub(crate) nodes: Vec<Node>,
    pub(crate) icons: Vec<Icon>,
    pub(crate) paths: Vec<Path>,
    pub(crate) labels: Vec<Label>,
    /// Marks of the legend; its words are in `legend_texts`.
    pub(crate) legend_marks: Vec<Mark>,
    pub(crate) legend_texts: Vec<Text>,
}
