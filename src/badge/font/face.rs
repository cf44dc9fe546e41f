//! One face: what its glyphs look like and how far they reach.
//!
//! In: a font file that is embedded. Out: advances in 64ths of a pixel and outlines in font units.
//! Latin characters are read once and kept; others are read from the file each time.

use std::borrow::Cow;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};

use super::Font;

/// The first character that is kept, and one past the last: ASCII and Latin-1.
const KEPT: std::ops::Range<u32> = 0x20..0x100;

/// Sizes in pixels beyond this one are taken as this one, so that advances fit their type.
const LARGEST: u32 = 4096;

/// A step of an outline in font units, with y upwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Segment {
    /// A new contour begins here.
    Move([f32; 2]),
    /// A straight line.
    Line([f32; 2]),
    /// A quadratic curve: control point and end.
    Quadratic([f32; 2], [f32; 2]),
    /// A cubic curve: two control points and end.
    Cubic([f32; 2], [f32; 2], [f32; 2]),
    /// The contour ends where it began.
    Close,
}

/// What is drawn for one character.
#[derive(Clone, Debug)]
struct Glyph {
    advance: u32,
    outline: Box<[Segment]>,
}

/// A face with its Latin glyphs.
pub(crate) struct Face {
    file: FontRef<'static>,
    units_per_em: u32,
    kept: Vec<Option<Glyph>>,
}

impl Face {
    /// The face of an embedded file.
    pub(crate) fn read(font: Font) -> Self {
        let file = FontRef::new(font.bytes()).expect("bug: the embedded font is whole");
        let metrics = file.metrics(Size::unscaled(), LocationRef::default());
        let glyph = |code| char::from_u32(code).and_then(|character| glyph(&file, character));
        let kept = KEPT.map(glyph).collect();
        Self { units_per_em: metrics.units_per_em.into(), kept, file }
    }

    /// Font units in an em.
    pub(crate) fn units_per_em(&self) -> u32 {
        self.units_per_em
    }

    /// How far a character reaches at `size` pixels, in 64ths of a pixel.
    ///
    /// Each advance is rounded on its own, as Go's font library does. A character that the face
    /// lacks takes half an em.
    pub(crate) fn advance(&self, character: char, size: u32) -> i32 {
        let size = size.min(LARGEST);
        let units = match self.kept(character) {
            Some(glyph) => glyph.as_ref().map(|glyph| glyph.advance),
            None => advance(&self.file, character),
        };
        let advance = match units {
            Some(units) => (size * 64 * units + self.units_per_em / 2) / self.units_per_em,
            None => size * 32,
        };
        advance.cast_signed()
    }

    /// Whether the face has a glyph for a character.
    pub(crate) fn has(&self, character: char) -> bool {
        match self.kept(character) {
            Some(glyph) => glyph.is_some(),
            None => self.file.charmap().map(character).is_some(),
        }
    }

    /// The outline of a character; empty when the face lacks it.
    pub(crate) fn outline(&self, character: char) -> Cow<'_, [Segment]> {
        match self.kept(character) {
            Some(Some(glyph)) => Cow::Borrowed(&glyph.outline),
            Some(None) => Cow::Borrowed(&[]),
            None => {
                let glyph = self.file.charmap().map(character);
                Cow::Owned(glyph.map(|glyph| outline(&self.file, glyph)).unwrap_or_default())
            }
        }
    }

    /// `None` when the character is not among those that are kept.
    fn kept(&self, character: char) -> Option<&Option<Glyph>> {
        let place = u32::from(character).checked_sub(KEPT.start)?;
        self.kept.get(place as usize)
    }
}

fn glyph(file: &FontRef<'_>, character: char) -> Option<Glyph> {
    let glyph = file.charmap().map(character)?;
    let advance = advance(file, character)?;
    Some(Glyph { advance, outline: outline(file, glyph).into() })
}

fn advance(file: &FontRef<'_>, character: char) -> Option<u32> {
    let glyph = file.charmap().map(character)?;
    let metrics = file.glyph_metrics(Size::unscaled(), LocationRef::default());
    metrics.advance_width(glyph).map(|units| units as u32)
}

fn outline(file: &FontRef<'_>, glyph: GlyphId) -> Vec<Segment> {
    let mut segments = Segments::default();
    let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
    if let Some(outline) = file.outline_glyphs().get(glyph)
        && outline.draw(settings, &mut segments).is_err()
    {
        segments.0.clear();
    }
    segments.0
}

#[derive(Default)]
struct Segments(Vec<Segment>);

impl OutlinePen for Segments {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Move([x, y]));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.push(Segment::Line([x, y]));
    }

    fn quad_to(&mut self, cx0: f32, cy0: f32, x: f32, y: f32) {
        self.0.push(Segment::Quadratic([cx0, cy0], [x, y]));
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.push(Segment::Cubic([cx0, cy0], [cx1, cy1], [x, y]));
    }

    fn close(&mut self) {
        self.0.push(Segment::Close);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outlines_are_closed_contours() {
        for font in Font::ALL {
            let outline = font.face().outline('%');
            let count =
                |wanted: fn(&Segment) -> bool| outline.iter().filter(|it| wanted(it)).count();
            let begun = count(|segment| matches!(segment, Segment::Move(_)));
            assert_eq!(begun, count(|segment| matches!(segment, Segment::Close)));
            assert_eq!(begun, 5, "{font:?}");
        }
    }

    #[test]
    fn characters_outside_latin_are_found_in_the_file() {
        let face = Font::DejaVuSans.face();
        assert!(!face.outline('→').is_empty() && !face.outline('Ж').is_empty());
        assert_eq!(face.advance('→', 11), 590);
        assert!(face.has('→') && face.has('a') && !face.has('日') && !face.has('\u{7f}'));
        assert!(face.outline('日').is_empty() && face.outline('\u{1}').is_empty());
        assert_eq!(face.advance('日', 11), 352);
        assert_eq!(face.advance('%', u32::MAX), face.advance('%', LARGEST));
    }
}
