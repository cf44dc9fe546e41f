//! Pictures of badges as SVG.
//!
//! In: a [`Picture`], text and names as a configuration and a value gave them. Out: an SVG that
//! looks the same everywhere, because its text is outlines of glyphs. Text from outside is cleaned
//! and escaped here and nowhere else. It never fails: unknown colours are green, and characters
//! that the face lacks, or that are written from right to left, are left to the viewer as text.

mod geometry;
mod outline;
mod spark;
mod text;
mod write;

#[cfg(test)]
mod tests;

use super::font::Font;
use super::icon::Icon;

/// How a badge looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// `flat`: round corners and a faint gradient.
    #[default]
    Flat,
    /// `flat-square`: no gradient, no round corners.
    FlatSquare,
    /// `plastic`: a strong gradient.
    Plastic,
    /// `for-the-badge`: high, in capital letters.
    ForTheBadge,
    /// `social`: a key and a bubble in light grey, without the badge's colours.
    Social,
}

impl Style {
    /// All styles, for messages and samples.
    pub const ALL: [Self; 5] =
        [Self::Flat, Self::FlatSquare, Self::Plastic, Self::ForTheBadge, Self::Social];

    /// The name that configuration files and the `style` parameter use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Flat => "flat",
            Self::FlatSquare => "flat-square",
            Self::Plastic => "plastic",
            Self::ForTheBadge => "for-the-badge",
            Self::Social => "social",
        }
    }

    /// The style with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|style| style.name() == name)
    }
}

/// Whether a badge's colours depend on who looks at it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme<'a> {
    /// They do not.
    #[default]
    Fixed,
    /// The left part and the whole of `social` are dark where the reader's system is, as CSS's
    /// `prefers-color-scheme` tells. Viewers without style sheets, PNG among them, show it light.
    Auto {
        /// Colour of the left part for dark readers, in any spelling of
        /// [`color::parse`](super::color::parse). `None` or empty is the badge's `label_color`, or
        /// `#30363d` where that has none.
        dark_label_color: Option<&'a str>,
    },
}

/// All that a badge's picture depends on.
#[derive(Clone, Copy, Debug)]
pub struct Picture<'a> {
    /// The badge's id; it keeps ids inside the SVG apart when several badges are put into one page.
    pub id: &'a str,
    /// Text of the left part; `None` or empty leaves the part out.
    pub label: Option<&'a str>,
    /// Text of the right part.
    pub message: &'a str,
    /// Colour of the right part in any spelling that [`color::parse`](super::color::parse) knows;
    /// empty is blue.
    pub color: &'a str,
    /// Colour of the left part; `None` or empty is dark grey.
    pub label_color: Option<&'a str>,
    /// How it looks.
    pub style: Style,
    /// The face of the text.
    pub font: Font,
    /// Size of the text in pixels; `for-the-badge` has its own. At most 200 is drawn.
    pub size: u32,
    /// A picture before the text.
    pub icon: Option<&'a Icon>,
    /// What is said after the text to those who point at the badge or hear it, such as its age.
    pub title_suffix: Option<&'a str>,
    /// Values by time, drawn as a small line chart after the message; what is not finite is a gap.
    /// There is no chart where there is no finite value.
    pub sparkline: Option<&'a [f64]>,
    /// Whether colours follow the reader's colour scheme.
    pub scheme: Scheme<'a>,
}

impl<'a> Picture<'a> {
    /// A flat badge with this text, blue and without an icon.
    pub fn new(id: &'a str, label: Option<&'a str>, message: &'a str) -> Self {
        Self {
            id,
            label,
            message,
            color: "",
            label_color: None,
            style: Style::Flat,
            font: Font::DejaVuSans,
            size: 11,
            icon: None,
            title_suffix: None,
            sparkline: None,
            scheme: Scheme::Fixed,
        }
    }
}

/// The SVG of a badge.
pub fn svg(picture: &Picture<'_>) -> String {
    let label = picture.label.map(text::clean).filter(|label| !label.is_empty());
    let message = text::clean(picture.message);
    let words = geometry::Words { label: label.as_deref(), message: &message };
    write::svg(picture, &words, &geometry::plan(picture, &words))
}

/// The badge that stands for one that could not be made: the id and why.
///
/// It is red when the request was wrong (status 4xx) and grey when the server or its source was.
/// Control characters are dropped from the id, and it is cut to 64 characters.
pub fn error(id: &str, reason: &str, status: u16) -> String {
    let label = text::clean_id(id);
    let color = if (400..500).contains(&status) { "red" } else { "lightgrey" };
    svg(&Picture { color, ..Picture::new(&label, Some(&label), reason) })
}
