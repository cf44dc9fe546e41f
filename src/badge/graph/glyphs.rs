//! Text as outlines, for pictures that are made of pixels at once.
//!
//! In: text and where it stands. Out: path data. A character that the font lacks becomes an empty
//! box, so that text never vanishes; there is no kerning, as text is measured so.

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};

use super::path::Path;
use super::text::{Face, PerFace, font};

/// How much finer than pixels outlines are written: [`Path`] has one decimal, letters need two.
pub(super) const FINE: f64 = 10.0;

/// A part of an outline, in ems with up being positive.
#[derive(Clone, Copy)]
enum Segment {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic([f32; 6]),
    Close,
}

/// A letter's outline and its advance, in ems.
#[derive(Default)]
struct Glyph {
    segments: Vec<Segment>,
    advance: f32,
}

impl OutlinePen for Glyph {
    fn move_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Move(x, y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.segments.push(Segment::Line(x, y));
    }

    fn quad_to(&mut self, middle_x: f32, middle_y: f32, x: f32, y: f32) {
        self.segments.push(Segment::Quad(middle_x, middle_y, x, y));
    }

    fn curve_to(&mut self, one_x: f32, one_y: f32, two_x: f32, two_y: f32, x: f32, y: f32) {
        self.segments.push(Segment::Cubic([one_x, one_y, two_x, two_y, x, y]));
    }

    fn close(&mut self) {
        self.segments.push(Segment::Close);
    }
}

/// ASCII from the space on, for each face.
static ASCII: PerFace<Vec<Glyph>> = PerFace::new();

fn load(character: char, face: Face) -> Glyph {
    let font = font(face);
    let Some(id) = font.charmap().map(character) else { return missing() };
    let mut glyph = Glyph::default();
    if let Some(outline) = font.outline_glyphs().get(id) {
        let settings = DrawSettings::unhinted(Size::new(1.0), LocationRef::default());
        if outline.draw(settings, &mut glyph).is_err() {
            glyph.segments.clear();
        }
    }
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    glyph.advance = metrics.advance_width(id).unwrap_or(1.0);
    glyph
}

/// An empty box.
fn missing() -> Glyph {
    let mut segments = vec![];
    for (left, bottom, right, top) in [(0.08, 0.0, 0.67, 0.72), (0.61, 0.06, 0.14, 0.66)] {
        let corners = [(right, bottom), (right, top), (left, top)];
        segments.push(Segment::Move(left, bottom));
        segments.extend(corners.map(|(x, y)| Segment::Line(x, y)));
        segments.push(Segment::Close);
    }
    Glyph { segments, advance: 0.75 }
}

/// Does something with a character's glyph.
fn with<T>(character: char, face: Face, then: impl FnOnce(&Glyph) -> T) -> T {
    let index = u32::from(character).checked_sub(u32::from(' '));
    let ascii = ASCII.get(face, || (' '..='~').map(|one| load(one, face)).collect());
    let known = index.and_then(|index| ascii.get(index as usize));
    match known {
        Some(glyph) => then(glyph),
        None => then(&load(character, face)),
    }
}

/// Width of a text as its outlines are set, in pixels.
pub(super) fn length(text: &str, size: f64, face: Face) -> f64 {
    let advances = text.chars().map(|character| with(character, face, |glyph| glyph.advance));
    f64::from(advances.sum::<f32>()) * size
}

/// Adds the outlines of a text that begins at a point on its baseline, [`FINE`] times as large.
pub(super) fn push_outlines(
    text: &str,
    size: f64,
    face: Face,
    (mut left, down): (f64, f64),
    path: &mut Path,
) {
    for character in text.chars() {
        with(character, face, |glyph| {
            let at = |x: f32, y: f32| {
                ((left + f64::from(x) * size) * FINE, (down - f64::from(y) * size) * FINE)
            };
            for segment in &glyph.segments {
                match *segment {
                    Segment::Move(x, y) => path.move_to(at(x, y)),
                    Segment::Line(x, y) => path.line_to(at(x, y)),
                    Segment::Quad(by_x, by_y, x, y) => path.quad_to(at(by_x, by_y), at(x, y)),
                    Segment::Cubic([one_x, one_y, two_x, two_y, x, y]) => {
                        path.cubic_to(at(one_x, one_y), at(two_x, two_y), at(x, y));
                    }
                    Segment::Close => path.close(),
                }
            }
            left += f64::from(glyph.advance) * size;
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlines(text: &str, face: Face) -> String {
        let mut path = Path::default();
        push_outlines(text, 10.0, face, (0.0, 10.0), &mut path);
        path.into_data()
    }

    #[test]
    fn letters_have_outlines_and_a_width() {
        let letter = outlines("o", Face::Regular);
        assert_eq!((letter.matches('M').count(), letter.matches('z').count()), (2, 2));
        assert_ne!(letter, outlines("o", Face::SemiBold));
        assert!(outlines(" ", Face::Regular).is_empty());
        let comic = outlines("o", Face::of_labels(Some(crate::badge::Font::ComicNeue)));
        assert!(comic.contains('c') && !comic.contains('q'), "{comic}");
        assert!(length("mm", 10.0, Face::Regular) > length("ii", 10.0, Face::Regular));
    }

    #[test]
    fn characters_without_a_glyph_do_not_vanish() {
        assert!(!outlines("名", Face::Regular).is_empty());
        assert!(length("名", 10.0, Face::Regular) > 1.0);
    }
}
