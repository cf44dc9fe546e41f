//! Shortcodes such as `:rocket:` become the emoji that GitHub shows for them.
//!
//! In: running text outside code. Out: the same with known shortcodes replaced. `10:30:15` and
//! `image:tag:x` are no shortcodes: a letter or digit beside the colons says so.

use std::borrow::Cow;

/// More letters than any shortcode has.
const LONGEST: usize = 64;

/// The text with emoji.
pub(super) fn replace(text: &str) -> Cow<'_, str> {
    let mut replaced = String::new();
    let (mut kept, mut search) = (0, 0);
    while let Some(start) = text[search..].find(':').map(|at| search + at) {
        search = start + 1;
        let Some((emoji, end)) = at(text, start) else { continue };
        replaced.push_str(&text[kept..start]);
        replaced.push_str(emoji);
        (kept, search) = (end, end);
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    replaced.push_str(&text[kept..]);
    Cow::Owned(replaced)
}

/// The emoji of a shortcode that starts at a colon, and where it ends.
fn at(text: &str, start: usize) -> Option<(&'static str, usize)> {
    let rest = &text[start + 1..];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"_+-".contains(byte);
    let length = rest.bytes().take(LONGEST).take_while(is_name).count();
    if length == 0 || rest.as_bytes().get(length) != Some(&b':') {
        return None;
    }
    let end = start + length + 2;
    let is_word = |letter: char| letter.is_alphanumeric() || matches!(letter, ':' | '/');
    let before = text[..start].chars().next_back();
    let after = text[end..].chars().next();
    if before.is_some_and(is_word) || after.is_some_and(is_word) {
        return None;
    }
    Some((emojis::get_by_shortcode(&rest[..length])?.as_str(), end))
}

#[cfg(test)]
mod tests {
    use super::replace;

    #[test]
    fn shortcodes_become_emoji() {
        assert_eq!(replace(":rocket: a (:+1:)"), "🚀 a (👍)");
        assert_eq!(replace("ü :warning:"), "ü ⚠\u{fe0f}");
    }

    #[test]
    fn colons_stay() {
        for text in ["10:30:15", "a:key:b", ":nothing_at_all:", "::", ": :", "ghcr.io/x:key:"] {
            assert_eq!(replace(text), text);
        }
    }
}
