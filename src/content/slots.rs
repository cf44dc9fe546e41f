//! HTML that Markdown must not touch is put into the finished page.
//!
//! In: HTML with tokens, the blocks of components, the addresses of links. Out: the page. A block
//! that stands alone in a paragraph replaces the paragraph.

use super::paths::relative;

/// Starts the token of a component's block.
pub(super) const BLOCK: char = '\u{4}';
/// Starts the token of a link's address.
pub(super) const ADDRESS: char = '\u{6}';
/// Ends every token.
pub(super) const END: char = '\u{5}';

/// The token of a component's block.
pub(super) fn block(number: usize) -> String {
    format!("{BLOCK}{number}{END}")
}

/// The token of a link's address.
pub(super) fn address(number: usize) -> String {
    format!("{ADDRESS}{number}{END}")
}

/// The text without tokens.
pub(super) fn without(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find([BLOCK, ADDRESS]) {
        clean.push_str(&rest[..at]);
        rest = rest[at..].split_once(END).map_or("", |(_, behind)| behind);
    }
    clean.push_str(rest);
    clean
}

/// Replaces all tokens.
pub(super) fn fill(html: &str, blocks: &[String], addresses: &[String]) -> String {
    let mut filled = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find([BLOCK, ADDRESS]) {
        let (before, behind) = rest.split_at(at);
        if let Some((numbers, length)) = alone(before, behind) {
            filled.push_str(&before[..before.len() - "<p>".len()]);
            for number in numbers {
                filled.push_str(blocks.get(number).map_or("", String::as_str));
                filled.push('\n');
            }
            rest = &behind[length..];
            continue;
        }
        filled.push_str(before);
        let (number, length) = token(behind).unwrap_or((usize::MAX, 1));
        let values = if behind.starts_with(BLOCK) { blocks } else { addresses };
        filled.push_str(values.get(number).map_or("", String::as_str));
        rest = &behind[length..];
    }
    filled.push_str(rest);
    filled
}

/// The blocks that make up a whole paragraph, and how many bytes they take with its end.
fn alone(before: &str, text: &str) -> Option<(Vec<usize>, usize)> {
    if !before.ends_with("<p>") {
        return None;
    }
    let (mut numbers, mut at) = (Vec::new(), 0);
    loop {
        let rest = &text[at..];
        let rest = rest.trim_start();
        at = text.len() - rest.len();
        if rest.starts_with("</p>") {
            return Some((numbers, at + "</p>".len()));
        }
        let (number, length) = token(rest).filter(|_| rest.starts_with(BLOCK))?;
        numbers.push(number);
        at += length;
    }
}

/// The number of the token at the start, and its length.
fn token(text: &str) -> Option<(usize, usize)> {
    let (number, _) = text.get(1..)?.split_once(END)?;
    Some((number.parse().ok()?, 1 + number.len() + END.len_utf8()))
}

/// Makes addresses from the top of the site relative to a page.
pub(super) fn relative_to(slug: &str, html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("=\"/") {
        let (before, path) = rest.split_at(at + "=\"".len());
        out.push_str(before);
        let is_address = before.ends_with("href=\"") || before.ends_with("src=\"");
        if !is_address || path.starts_with("//") {
            rest = path;
            continue;
        }
        let (path, behind) = path.split_at(path.find(['"', '#', '?']).unwrap_or(path.len()));
        let path = if path == "/" { "index.html" } else { &path[1..] };
        out.push_str(&relative(slug, path));
        rest = behind;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_replace_their_paragraph() {
        let blocks = ["<table>".to_owned(), "<svg>".to_owned()];
        let check = |html: &str, expected: &str| {
            assert_eq!(fill(html, &blocks, &["b.html".to_owned()]), expected);
        };
        check("<p>\u{4}0\u{5}</p>", "<table>\n");
        check("<p>\u{4}0\u{5}\n\u{4}1\u{5}</p>\n", "<table>\n<svg>\n\n");
        check("<p>a \u{4}1\u{5}</p>", "<p>a <svg></p>");
        check("<p>\u{4}1\u{5} a</p>", "<p><svg> a</p>");
        check("<td>\u{4}1\u{5}</td><a href=\"\u{6}0\u{5}\">", "<td><svg></td><a href=\"b.html\">");
        check("\u{4}9\u{5}\u{4}x", "x");
    }

    #[test]
    fn addresses_become_relative() {
        let html = "<a href=\"/apps/x.html#y\"><img src=\"/\"><a href=\"//example.com\">";
        let expected =
            "<a href=\"../apps/x.html#y\"><img src=\"../index.html\"><a href=\"//example.com\">";
        assert_eq!(relative_to("guides/a", html), expected);
    }

    #[test]
    fn tokens_leave_text() {
        assert_eq!(without("a\u{4}12\u{5}b"), "ab");
    }
}
