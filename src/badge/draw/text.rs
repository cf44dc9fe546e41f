//! Text from outside made safe for XML.
//!
//! In: any text. Out: text of bounded length without characters that XML forbids or that turn the
//! direction of their surroundings, escaped for attributes and content; and names for `id`.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters of a label or message that are kept.
const LONGEST: usize = 256;
/// Characters of an id in an error that are kept.
const LONGEST_ID: usize = 64;

/// `text` as it can be shown: on one line, without control characters, and cut with an ellipsis.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let plain = |byte: u8| (b' '..=b'~').contains(&byte);
    if text.len() <= LONGEST && text.bytes().all(plain) {
        return Cow::Borrowed(text);
    }
    let mut shown = text.chars().filter_map(shown);
    let mut kept: String = shown.by_ref().take(LONGEST).collect();
    if shown.next().is_some() {
        kept.pop();
        kept.push('…');
    }
    Cow::Owned(kept)
}

/// An id from a request as a label.
pub(super) fn clean_id(id: &str) -> String {
    id.chars().filter_map(shown).take(LONGEST_ID).collect()
}

/// The character as it is shown; white space of any kind becomes a space.
fn shown(character: char) -> Option<char> {
    match character {
        '\t' | '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        _ if character.is_control() || turns_direction(character) => None,
        '\u{FDD0}'..='\u{FDEF}' => None,
        _ if u32::from(character) & 0xFFFE == 0xFFFE => None,
        _ => Some(character),
    }
}

/// Whether it is one of Unicode's explicit bidirectional controls, which reach beyond the text.
fn turns_direction(character: char) -> bool {
    matches!(
        character,
        '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
    )
}

/// Appends `text` with what XML reads as markup escaped.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some(place) = rest.find(['&', '<', '>', '"', '\'']) {
        out.push_str(&rest[..place]);
        out.push_str(match rest.as_bytes()[place] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&#34;",
            _ => "&#39;",
        });
        rest = &rest[place + 1..];
    }
    out.push_str(rest);
}

/// Appends a name for `id` and `url(#…)` that no other badge id has.
///
/// Badge ids consist of letters, digits, `.`, `_` and `-`. A dot becomes a hyphen, as kromgo does
/// it, and therefore a hyphen becomes a dot: so `a.b` and `a-b` stay two. Any other text is told
/// apart by a hash behind a colon, which no badge id has.
pub(super) fn name(out: &mut String, id: &str) {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    if id.len() > LONGEST || !id.bytes().all(plain) {
        let _ = write!(out, ":{:016x}", hash(id));
        return;
    }
    out.extend(id.chars().map(|character| match character {
        '.' => '-',
        '-' => '.',
        other => other,
    }));
}

/// Appends [`name`] as a selector of CSS spells it.
pub(super) fn selector(out: &mut String, id: &str) {
    let mut plain = String::new();
    name(&mut plain, id);
    for character in plain.chars() {
        if matches!(character, '.' | ':') {
            out.push('\\');
        }
        out.push(character);
    }
}

/// FNV-1a with 64 bits.
fn hash(text: &str) -> u64 {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    text.bytes().fold(0xcbf2_9ce4_8422_2325, mix)
}

/// A capital letter where one character has one, as `for-the-badge` shows text.
///
/// Characters that become several, such as `ß`, stay, so that the text keeps its length.
pub(super) fn upper(character: char) -> char {
    let mut capitals = character.to_uppercase();
    match (capitals.next(), capitals.next()) {
        (Some(capital), None) => capital,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_dropped() {
        let check = |text: &str, expected: &str| assert_eq!(clean(text), expected, "{text:?}");
        check("17.5%", "17.5%");
        check("a\u{1}b\u{0}c\u{7f}\u{9f}", "abc");
        check("two\nlines\tand\u{2028}more", "two lines and more");
        check("a\u{FFFE}b\u{FFFF}c\u{1FFFF}\u{FDD0}", "abc");
        check("\u{202E}evil\u{2066}\u{200F}", "evil");
        check("Größe → 日本 🦊", "Größe → 日本 🦊");
    }

    #[test]
    fn long_text_is_cut() {
        assert_eq!(clean(&"x".repeat(256)).len(), 256);
        let cut = clean(&"x".repeat(1_000_000)).into_owned();
        assert_eq!(cut.chars().count(), 256);
        assert!(cut.ends_with("x…"));
        assert_eq!(clean_id(&"é\u{1}".repeat(100)), "é".repeat(64));
    }

    #[test]
    fn markup_is_escaped() {
        let mut out = String::new();
        escape(&mut out, "a \"quote\" & <tag> it's");
        assert_eq!(out, "a &#34;quote&#34; &amp; &lt;tag&gt; it&#39;s");
    }

    #[test]
    fn names_never_meet() {
        let check = |id: &str, expected: &str| {
            let mut out = String::new();
            name(&mut out, id);
            assert_eq!(out, expected, "{id:?}");
        };
        check("cpu", "cpu");
        check("cluster_node_count", "cluster_node_count");
        check("a.b", "a-b");
        check("a-b", "a.b");
        check("a b", ":e63f991904833892");
        check("é", ":0ac21707b7181e01");
    }

    #[test]
    fn capitals_keep_the_length() {
        assert_eq!("straße µs".chars().map(upper).collect::<String>(), "STRAßE ΜS");
    }
}
