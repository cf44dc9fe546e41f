//! Text in a graph: measured, cut to fit and made safe for XML.
//!
//! In: titles and label values as anyone wrote them. Out: widths in pixels and clean text.

use std::sync::LazyLock;

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

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
}

/// Widths of ASCII characters in ems, from the space on.
type Advances = [f64; 95];

static ADVANCES: LazyLock<[Advances; 2]> = LazyLock::new(|| {
    [Face::Regular, Face::SemiBold].map(|face| {
        let mut advances = [0.0; 95];
        for (code, advance) in (b' '..).zip(advances.iter_mut()) {
            *advance = look_up(char::from(code), face);
        }
        advances
    })
});

/// The font of a face.
pub(super) fn font(face: Face) -> skrifa::FontRef<'static> {
    let data = if face == Face::SemiBold { SEMI_BOLD } else { REGULAR };
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
    let table = &ADVANCES[face as usize];
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
