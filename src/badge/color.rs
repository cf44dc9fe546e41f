//! Colours of badges: what a name or an expression's answer means.
//!
//! In: text from a configuration or a query parameter. Out: a colour that is safe to put in an SVG
//! attribute. It never fails: what it does not know is green, as readers of kromgo expect.

mod function;
mod named;

use std::fmt::{self, Write as _};

/// Names that badges give colours, which differ from those of CSS.
const BADGE: [(&str, &str); 18] = [
    ("", "#007ec6"),
    ("blue", "#007ec6"),
    ("brightgreen", "#4b0"),
    ("critical", "#dd4343"),
    ("gray", "#555"),
    ("green", "#67ac09"),
    ("grey", "#555"),
    ("important", "#ea7233"),
    ("inactive", "#939393"),
    ("informational", "#007ec6"),
    ("lightgray", "#939393"),
    ("lightgrey", "#939393"),
    ("orange", "#ea7233"),
    ("red", "#dd4343"),
    ("success", "#4b0"),
    ("transparent", "#0000"),
    ("yellow", "#d8b800"),
    ("yellowgreen", "#95991a"),
];

/// Colours that are brighter than this, of 1000, have dark text on them.
const LIGHT: u32 = 690;

/// A colour in the sRGB space.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Color {
    channels: [u8; 3],
    text: [u8; 9],
    length: u8,
}

impl Color {
    /// What an unknown colour becomes: the green of badges.
    const UNKNOWN: Self = Self { channels: [0x67, 0xac, 0x09], text: *b"#67ac09\0\0", length: 7 };

    /// The colour as `#` and three to eight hexadecimal digits, as written or as short as its
    /// name's definition.
    pub fn as_str(&self) -> &str {
        let text = &self.text[..usize::from(self.length)];
        std::str::from_utf8(text).unwrap_or_default()
    }

    /// Red, green and blue.
    pub fn channels(self) -> [u8; 3] {
        self.channels
    }

    /// Whether text on it must be dark to be read.
    ///
    /// The brightness is the one of the W3C's accessibility rules, with shields.io's limit of 0.69.
    pub fn is_light(self) -> bool {
        let [red, green, blue] = self.channels.map(u32::from);
        (red * 299 + green * 587 + blue * 114) > LIGHT * 255
    }

    fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?.as_bytes();
        let digit = |place: usize| char::from(digits[place]).to_digit(16).map(|value| value as u8);
        let channels = match digits.len() {
            3 | 4 => [digit(0)? * 17, digit(1)? * 17, digit(2)? * 17],
            6 | 8 => {
                [digit(0)? * 16 + digit(1)?, digit(2)? * 16 + digit(3)?, digit(4)? * 16 + digit(5)?]
            }
            _ => return None,
        };
        if !digits.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        let mut kept = [0; 9];
        kept[..text.len()].copy_from_slice(text.as_bytes());
        Some(Self { channels, text: kept, length: text.len() as u8 })
    }

    /// `alpha` of 255 is left out of the text.
    fn from_channels(channels: [u8; 3], alpha: u8) -> Self {
        let [red, green, blue] = channels;
        let mut text = format!("#{red:02x}{green:02x}{blue:02x}");
        if alpha < 255 {
            let _ = write!(text, "{alpha:02x}");
        }
        Self::from_hex(&text).unwrap_or(Self::UNKNOWN)
    }
}

impl fmt::Debug for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl fmt::Display for Color {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The colour that `text` means, or `None` when it is none that is known.
///
/// Known are the names of badges, hexadecimal digits with `#` (three, four, six or eight) or
/// without (three or six), the names of CSS, `rgb()`, `rgba()`, `hsl()` and `hsla()`. Letters may be
/// of either case. The empty text is blue.
pub fn parse(text: &str) -> Option<Color> {
    let text = text.trim();
    if text.starts_with('#') {
        return Color::from_hex(text);
    }
    if text.len() > 64 || !text.is_ascii() {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    let own = BADGE.iter().find(|(name, _)| *name == lower);
    own.and_then(|(_, hex)| Color::from_hex(hex))
        .or_else(|| by_css_name(&lower))
        .or_else(|| bare_hex(text))
        .or_else(|| function::parse(&lower))
}

/// The colour that `text` means; green when it is unknown.
pub fn resolve(text: &str) -> Color {
    parse(text).unwrap_or(Color::UNKNOWN)
}

/// The colour of a label: that of `text`, or dark grey when it is empty.
pub fn resolve_label(text: &str) -> Color {
    resolve(if text.trim().is_empty() { "grey" } else { text })
}

/// Every name that means a colour.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    let own = BADGE.iter().map(|(name, _)| *name).filter(|name| !name.is_empty());
    own.chain(named::NAMED.iter().map(|(name, _)| *name))
}

fn by_css_name(name: &str) -> Option<Color> {
    let place = named::NAMED.binary_search_by(|(other, _)| (*other).cmp(name)).ok()?;
    let [_, red, green, blue] = named::NAMED[place].1.to_be_bytes();
    Some(Color::from_channels([red, green, blue], 255))
}

fn bare_hex(text: &str) -> Option<Color> {
    matches!(text.len(), 3 | 6).then(|| Color::from_hex(&format!("#{text}"))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(resolve(text).as_str(), expected, "{text:?}");
    }

    #[test]
    fn badges_have_names_of_their_own() {
        check("", "#007ec6");
        check("blue", "#007ec6");
        check("informational", "#007ec6");
        check("brightgreen", "#4b0");
        check("success", "#4b0");
        check("green", "#67ac09");
        check("yellow", "#d8b800");
        check("yellowgreen", "#95991a");
        check("orange", "#ea7233");
        check("important", "#ea7233");
        check("red", "#dd4343");
        check("critical", "#dd4343");
        check("grey", "#555");
        check("gray", "#555");
        check("lightgrey", "#939393");
        check("lightgray", "#939393");
        check("inactive", "#939393");
    }

    #[test]
    fn digits_stay_as_written() {
        check("#abc", "#abc");
        check("#ABCD", "#ABCD");
        check("#12aBcd", "#12aBcd");
        check("#12abcdef", "#12abcdef");
        check("cba6f7", "#cba6f7");
    }

    #[test]
    fn css_is_understood() {
        check("rebeccapurple", "#663399");
        check("Tomato", "#ff6347");
        check("rgb(1, 2, 3)", "#010203");
        check("hsl(120 100% 25% / 50%)", "#00800080");
    }

    #[test]
    fn what_is_unknown_is_green() {
        for text in
            ["nope", "#12345", "#1234567", "#ggg", "#", "\"><script>", "rgb(1,2)", "グリーン"]
        {
            check(text, "#67ac09");
            assert_eq!(parse(text), None);
        }
    }

    #[test]
    fn labels_without_colour_are_dark_grey() {
        assert_eq!(resolve_label("").as_str(), "#555");
        assert_eq!(resolve_label("nope").as_str(), "#67ac09");
    }

    #[test]
    fn text_is_dark_on_light_colours() {
        let check = |text, expected| assert_eq!(resolve(text).is_light(), expected, "{text}");
        check("#eeeeee", true);
        check("#fff", true);
        check("yellow", false);
        check("#555", false);
        check("#b0b0b0", true);
        check("#afafaf", false);
    }

    #[test]
    fn the_table_can_be_searched() {
        assert!(named::NAMED.is_sorted_by_key(|(name, _)| *name));
        assert!(
            named::NAMED.iter().all(|(name, _)| name.bytes().all(|byte| byte.is_ascii_lowercase()))
        );
    }
}
