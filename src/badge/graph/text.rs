//! Text in a graph: measured, cut to fit and made safe for XML.
//!
//! In: titles and label values as anyone wrote them. Out: widths in pixels and clean text.

use std::sync::OnceLock;

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

use crate::badge::Font;

/// Inter Regular.
pub(in crate::badge) const REGULAR: &[u8] =
    include_bytes!("../../../themes/default/fonts/Inter-Regular.ttf");
/// Inter `SemiBold`.
pub(in crate::badge) const SEMI_BOLD: &[u8] =
    include_bytes!("../../../themes/default/fonts/Inter-SemiBold.ttf");

/// Characters of a text that are looked at; no text that is shown has more.
const LONGEST: usize = 160;

/// Room for a fallback font that is wider.
const MARGIN: f64 = 1.07;

/// The face of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Face {
    /// Labels.
    Regular,
    /// The title.
    SemiBold,
    /// A badge's face, where the graph asks for one.
    Own(Font),
}

impl Face {
    /// All faces, by their index.
    const ALL: [Self; 6] = [
        Self::Regular,
        Self::SemiBold,
        Self::Own(Font::DejaVuSans),
        Self::Own(Font::DejaVuSansBold),
        Self::Own(Font::ComicNeue),
        Self::Own(Font::ComicNeueBold),
    ];

    /// The face of labels.
    pub(super) fn of_labels(font: Option<Font>) -> Self {
        font.map_or(Self::Regular, Self::Own)
    }

    /// The face of titles.
    pub(super) fn of_titles(font: Option<Font>) -> Self {
        font.map_or(Self::SemiBold, |font| Self::Own(font.bold()))
    }

    fn index(self) -> usize {
        match self {
            Self::Regular => 0,
            Self::SemiBold => 1,
            Self::Own(font) => 2 + font as usize,
        }
    }
}

/// What is made once for each face, when it is used first.
pub(super) struct PerFace<T>([OnceLock<T>; Face::ALL.len()]);

impl<T> PerFace<T> {
    /// Nothing yet.
    pub(super) const fn new() -> Self {
        Self([const { OnceLock::new() }; Face::ALL.len()])
    }

    /// What is kept for a face.
    pub(super) fn get(&self, face: Face, make: impl FnOnce() -> T) -> &T {
        self.0[face.index()].get_or_init(make)
    }
}

/// Widths of ASCII characters in ems, from the space on.
type Advances = [f64; 95];

static ADVANCES: PerFace<Advances> = PerFace::new();

fn advances(face: Face) -> &'static Advances {
    ADVANCES
        .get(face, || std::array::from_fn(|index| look_up(char::from(b' ' + index as u8), face)))
}

/// The font of a face.
pub(super) fn font(face: Face) -> skrifa::FontRef<'static> {
    let data = match face {
        Face::Regular => REGULAR,
        Face::SemiBold => SEMI_BOLD,
        Face::Own(font) => font.bytes(),
    };
    skrifa::FontRef::new(data).expect("bug: the embedded font is whole")
}

fn look_up(character: char, face: Face) -> f64 {
    let font = font(face);
    let metrics = font.glyph_metrics(Size::new(1.0), LocationRef::default());
    let advance = font.charmap().map(character).and_then(|glyph| metrics.advance_width(glyph));
    advance.map_or_else(|| missing(character), f64::from)
}

fn missing(character: char) -> f64 {
    if u32::from(character) >= 0x1_F000 { 1.4 } else { 1.0 }
}

/// Width of `text` in pixels with room for a fallback font.
///
/// A character that the font lacks counts as one em, or as two fifths more for pictures.
pub(super) fn width(text: &str, size: f64, face: Face) -> f64 {
    let table = advances(face);
    let advance = |character: char| {
        let ascii = u32::from(character).checked_sub(u32::from(' '));
        let known = ascii.and_then(|index| table.get(index as usize));
        known.copied().unwrap_or_else(|| look_up(character, face))
    };
    text.chars().map(advance).sum::<f64>() * size * MARGIN
}

/// `text` on one line without characters that XML or the eye cannot take, cut where very long.
pub(super) fn clean(text: &str) -> String {
    let spaced = text
        .chars()
        .take(LONGEST)
        .map(|character| if character.is_whitespace() { ' ' } else { character });
    let clean: String = spaced.filter(|character| is_visible(*character)).collect();
    clean.trim().to_owned()
}

/// Whether a character draws something by itself: not controls, marks of direction and noncharacters.
fn is_visible(character: char) -> bool {
    let code = u32::from(character);
    !(character.is_control()
        || matches!(code, 0x061c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff)
        || code & 0xfffe == 0xfffe)
}

/// `text` cut to a width in pixels, with an ellipsis; empty where not even one letter fits.
pub(super) fn fit(text: &str, size: f64, face: Face, room: f64) -> String {
    if width(text, size, face) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", size, face);
    let mut kept = String::new();
    for character in text.chars() {
        left -= width(character.encode_utf8(&mut [0; 4]), size, face);
        if left < 0.0 {
            break;
        }
        kept.push(character);
    }
    let kept = kept.trim_end_matches([' ', '-', '.', '_', '·']);
    if kept.is_empty() { String::new() } else { format!("{kept}…") }
}

/// Adds `text` to XML as text or as an attribute's value.
pub(super) fn escape(text: &str, out: &mut String) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_and_heavy_letters_are_wider() {
        assert!(width("mm", 11.0, Face::Regular) > width("ii", 11.0, Face::Regular));
        assert!(width("mm", 11.0, Face::SemiBold) > width("mm", 11.0, Face::Regular));
        assert!(width("🦊", 10.0, Face::Regular) > width("名", 10.0, Face::Regular));
        assert!(width("", 11.0, Face::Regular) < 0.001);
        let widths = Face::ALL.map(|face| (face.index(), width("m", 100.0, face) as u32));
        assert!(widths.iter().enumerate().all(|(place, (index, _))| place == *index));
        assert!(widths[2].1 < widths[3].1 && widths[2].1 != widths[4].1, "{widths:?}");
    }

    #[test]
    fn text_is_made_safe() {
        assert_eq!(clean(" a\u{1}b\n\u{202e}c\u{ffff} "), "ab c");
        assert_eq!(clean(&"x".repeat(1_000_000)).len(), LONGEST);
        let mut out = String::new();
        escape("a \"b\" & <c> 'd'", &mut out);
        assert_eq!(out, "a &quot;b&quot; &amp; &lt;c&gt; &#39;d&#39;");
    }

    #[test]
    fn text_is_cut_to_fit() {
        assert_eq!(fit("node", 11.0, Face::Regular, 100.0), "node");
        let cut = fit("a-long-name-of-a-node", 11.0, Face::Regular, 60.0);
        assert!(cut.ends_with('…') && width(&cut, 11.0, Face::Regular) <= 60.0, "{cut}");
        assert_eq!(fit("node", 11.0, Face::Regular, 4.0), "");
    }
}
