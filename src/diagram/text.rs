//! How wide text is: measured with the font that comes along.
//!
//! In: text and its style. Out: widths in half pixels with some room for a fallback font, and text
//! cut to fit. It draws nothing.

use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};

/// Inter Regular, Latin, Greek and Cyrillic with some arrows and shapes.
pub(crate) const REGULAR: &[u8] = include_bytes!("../../themes/default/fonts/Inter-Regular.ttf");
/// Inter `SemiBold` with the same characters.
pub(crate) const SEMI_BOLD: &[u8] = include_bytes!("../../themes/default/fonts/Inter-SemiBold.ttf");

/// Characters that a label may have before it is cut.
pub(crate) const LONGEST: usize = 28;

/// Room for a fallback font, in hundredths.
const MARGIN: f32 = 1.03;

/// What text is for: it decides face, size and colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Style {
    /// Name of a box.
    Name,
    /// Detail below or beside a name.
    Detail,
    /// Name of an app.
    App,
    /// Name of a lane.
    Heading,
    /// Word in an outlined tag.
    Tag,
}

impl Style {
    /// All styles, for style sheets.
    pub(crate) const ALL: [Self; 5] =
        [Self::Name, Self::Detail, Self::App, Self::Heading, Self::Tag];

    /// Size in half pixels.
    pub(crate) fn size(self) -> i32 {
        match self {
            Self::Name | Self::Heading => 26,
            Self::App => 25,
            Self::Detail | Self::Tag => 24,
        }
    }

    /// Size at which it is drawn, as CSS and in pixels: [`size`](Self::size) in other words.
    pub(crate) fn drawn(self) -> (&'static str, f32) {
        match self {
            Self::Name | Self::Heading => ("13px", 13.0),
            Self::App => ("12.5px", 12.5),
            Self::Detail | Self::Tag => ("12px", 12.0),
        }
    }

    /// Whether it is a name, which is cut to [`LONGEST`] characters wherever it stands.
    fn is_name(self) -> bool {
        matches!(self, Self::Name | Self::App | Self::Heading)
    }

    /// Whether it is set in the heavier face.
    pub(crate) fn is_heavy(self) -> bool {
        matches!(self, Self::Name | Self::Heading)
    }
}

/// Width of `text` in half pixels, rounded up, with room for a fallback font.
///
/// A character that the font lacks counts as one em, or as two fifths more for pictures.
pub(crate) fn width(text: &str, style: Style) -> i32 {
    (advances(text, style, style.size() as f32) * MARGIN).ceil() as i32
}

/// Width of `text` in pixels as it is drawn in the embedded font.
pub(crate) fn drawn_width(text: &str, style: Style) -> f32 {
    advances(text, style, style.drawn().1)
}

fn advances(text: &str, style: Style, size: f32) -> f32 {
    let data = if style.is_heavy() { SEMI_BOLD } else { REGULAR };
    let font = skrifa::FontRef::new(data).expect("bug: the embedded font is whole");
    let charmap = font.charmap();
    let metrics = font.glyph_metrics(Size::new(size), LocationRef::default());
    let advance = |character: char| {
        let glyph = charmap.map(character);
        glyph
            .and_then(|glyph| metrics.advance_width(glyph))
            .unwrap_or_else(|| missing(character) * size)
    };
    text.chars().map(advance).sum::<f32>()
}

fn missing(character: char) -> f32 {
    if u32::from(character) >= 0x1_F000 { 1.4 } else { 1.0 }
}

/// `text` with at most [`LONGEST`] characters, the last an ellipsis where it was cut.
pub(crate) fn shorten(text: &str) -> String {
    cut(text, LONGEST)
}

/// `text` cut to a width in half pixels, and a name to [`LONGEST`] characters.
pub(crate) fn fit(text: &str, style: Style, room: i32) -> String {
    let mut shown = if style.is_name() { shorten(text) } else { text.to_owned() };
    let mut length = shown.chars().count();
    while width(&shown, style) > room && length > 1 {
        length -= 1;
        shown = cut(text, length);
    }
    shown
}

/// `text` in at most so many lines of a width in half pixels, broken at spaces; the last is cut.
pub(crate) fn wrap(text: &str, style: Style, room: i32, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut rest: Vec<&str> = text.split(' ').collect();
    while !rest.is_empty() && lines.len() + 1 < most {
        let fits = |count: &usize| width(&rest[..*count].join(" "), style) <= room;
        let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
        let line = rest.drain(..count).collect::<Vec<_>>().join(" ");
        lines.push(fit(line.trim_end_matches(" ·"), style, room));
        if rest.first() == Some(&"·") {
            rest.remove(0);
        }
    }
    if !rest.is_empty() {
        lines.push(fit(&rest.join(" "), style, room));
    }
    lines
}

fn cut(text: &str, length: usize) -> String {
    if text.chars().count() <= length {
        return text.to_owned();
    }
    let kept: String = text.chars().take(length.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end_matches([' ', '-', '.', '·', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_letters_are_wider() {
        assert!(width("mmm", Style::App) > width("iii", Style::App));
        assert!(width("mmm", Style::Name) > width("mmm", Style::App));
        assert_eq!(width("", Style::App), 0);
    }

    #[test]
    fn characters_without_a_glyph_take_room() {
        assert_eq!(width("名", Style::App), 26);
        assert!(width("🦊", Style::App) > width("名", Style::App));
    }

    #[test]
    fn drawn_text_takes_less_than_its_room() {
        for style in Style::ALL {
            let (css, pixels) = style.drawn();
            assert_eq!(css, format!("{pixels}px"));
            let room = width("10.20.0.0/16", style) as f32 / 2.0;
            let drawn = drawn_width("10.20.0.0/16", style);
            assert!(drawn > 0.7 * room && drawn < room, "{style:?} {drawn} {room}");
        }
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(shorten("short"), "short");
        assert_eq!(shorten("a-name-that-is-longer-than-it-should"), "a-name-that-is-longer-than…");
        let fitted = fit("kube-prometheus-stack", Style::App, 100);
        assert!(fitted.ends_with('…') && width(&fitted, Style::App) <= 100);
        assert_eq!(fit("abc", Style::App, 0), "…");
        let detail = "control plane · no address declared";
        assert_eq!(fit(detail, Style::Detail, 1000), detail);
    }

    #[test]
    fn details_break_at_spaces() {
        let check = |most, expected: &[&str]| {
            let text = "39 claims · ceph-block, ceph-filesystem";
            assert_eq!(wrap(text, Style::Detail, 300, most), expected);
        };
        check(1, &["39 claims · ceph-block,…"]);
        check(2, &["39 claims · ceph-block,", "ceph-filesystem"]);
        assert_eq!(wrap("192.0.2.1 · envoy", Style::Detail, 120, 2), ["192.0.2.1", "envoy"]);
    }
}
