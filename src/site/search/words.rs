//! Text becomes the words that can be searched: [`words`].
//!
//! In: text. Out: words in lower case. `js/search.js` cuts what a reader types in the same way; a
//! test holds both together.

/// The words of a text: runs of letters and digits, and numbers with dots between them, such as
/// `192.0.2.10`.
pub(super) fn words(text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    let (mut words, mut rest) = (vec![], text.as_str());
    while let Some(start) = rest.find(char::is_alphanumeric) {
        rest = &rest[start..];
        let end = dotted(rest).unwrap_or_else(|| plain(rest));
        words.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
    words
}

fn plain(text: &str) -> usize {
    text.find(|at: char| !at.is_alphanumeric()).unwrap_or(text.len())
}

/// The length of digits with at least one dot between them.
fn dotted(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut end = digits(text);
    let first = end;
    while end > 0 && text[end..].starts_with('.') {
        match digits(&text[end + 1..]) {
            0 => break,
            more => end += 1 + more,
        }
    }
    (end > first).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_dotted_numbers() {
        let check = |text, expected: &[&str]| assert_eq!(words(text), expected, "{text}");
        check("Rook-Ceph, twice", &["rook", "ceph", "twice"]);
        check("at 192.0.2.10:53.", &["at", "192.0.2.10", "53"]);
        check("v1.13.4 is Ärger", &["v1", "13.4", "is", "ärger"]);
        check("…", &[]);
    }
}
