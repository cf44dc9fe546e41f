//! Code blocks and fragments of manifests become figures.
//!
//! In: what the fence says, and the text. Out: HTML, in which lines that are marked, numbered or
//! annotated are elements of their own. Ciphertext is masked. A theme's script copies the text of
//! `figure[data-copy] code` without `.hl-g`, `.hl-o` and `.line.deleted`.

use std::fmt::Write as _;

use super::fences::Info;
use super::{Fragment, escape, highlight, plain};

/// The numbers in comments at the ends of lines, as in `replicas: 2 # (1)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// The text without these comments.
    pub(super) text: String,
    /// Line from 0, and number.
    pub(super) marks: Vec<(usize, usize)>,
}

/// What opens a comment that holds nothing but numbers.
const COMMENTS: [&str; 6] = ["#", "//", "<!--", "--", ";", "/*"];

/// Finds the annotations of a text; none where it has none.
pub(super) fn notes(text: &str) -> Option<Notes> {
    if !text.contains('(') {
        return None;
    }
    let mut notes = Notes::default();
    for (at, line) in text.lines().enumerate() {
        let (kept, numbers) = note(line).unwrap_or((line, vec![]));
        notes.text.push_str(kept);
        notes.text.push('\n');
        notes.marks.extend(numbers.into_iter().map(|number| (at, number)));
    }
    (!notes.marks.is_empty()).then_some(notes)
}

/// A line without its annotations, and their numbers.
fn note(line: &str) -> Option<(&str, Vec<usize>)> {
    let end = line.trim_end();
    let end = end.strip_suffix("-->").or_else(|| end.strip_suffix("*/")).unwrap_or(end).trim_end();
    let mut rest = end.trim_end_matches('!');
    let mut numbers = Vec::new();
    while let Some(inner) = rest.trim_end().strip_suffix(')') {
        let (before, number) = inner.rsplit_once('(')?;
        numbers.push(number.parse().ok().filter(|number| (1..100).contains(number))?);
        rest = before.trim_end();
    }
    numbers.reverse();
    let sign = COMMENTS.iter().find(|sign| rest.ends_with(**sign))?;
    let before = &rest[..rest.len() - sign.len()];
    let is_comment = before.is_empty() || before.ends_with(char::is_whitespace);
    (is_comment && !numbers.is_empty()).then(|| (before.trim_end(), numbers))
}

/// A code block as it becomes a figure.
pub(super) struct Block<'a> {
    /// What the fence says.
    pub(super) info: &'a Info,
    /// The text.
    pub(super) text: &'a str,
    /// Annotations that a list behind the block explains, and the block's number on its page.
    pub(super) notes: Option<(&'a Notes, usize)>,
}

/// The figure of a code block.
pub(super) fn figure(block: &Block) -> String {
    let Block { info, text, notes } = block;
    let text = plain::mask(notes.as_ref().map_or(text, |(notes, _)| notes.text.as_str()));
    let caption = match &info.title {
        Some(title) => format!("<figcaption>{}</figcaption>\n", escape::html(title)),
        None => String::new(),
    };
    let text = text.trim_end_matches('\n');
    let body = if info.marks.is_empty() && info.numbers.is_none() && notes.is_none() {
        format!("{}\n", highlight::code(&info.language, text))
    } else {
        lines(info, &highlight::lines(&info.language, text), info.numbers, *notes)
    };
    let language = escape::html(if info.language.is_empty() { "text" } else { &info.language });
    let class = classes(info, info.numbers.is_some(), notes.is_some());
    format!(
        "<figure class=\"code{class}\" data-language=\"{language}\" data-copy>\n{caption}<pre tabindex=\"0\"><code>{body}</code></pre>\n</figure>\n"
    )
}

fn classes(info: &Info, is_numbered: bool, is_noted: bool) -> String {
    let all = [("numbered", is_numbered), ("wraps", info.wraps), ("noted", is_noted)];
    let set = all.iter().filter(|(_, is)| *is);
    set.flat_map(|(class, _)| [" ", *class]).collect()
}

/// Each line as an element, with its number, its mark and its annotations.
fn lines(
    info: &Info,
    lines: &[String],
    first: Option<u32>,
    notes: Option<(&Notes, usize)>,
) -> String {
    let mut classes = vec![""; lines.len()];
    for (mark, first, last) in &info.marks {
        let until = (*last).min(lines.len());
        classes.iter_mut().take(until).skip(first - 1).for_each(|class| *class = mark.class());
    }
    let mut marks = notes.map_or(&[][..], |(notes, _)| &notes.marks).iter().peekable();
    let mut body = String::new();
    for (at, (line, class)) in lines.iter().zip(classes).enumerate() {
        let space = if class.is_empty() { "" } else { " " };
        let number = first.map_or(String::new(), |first| {
            format!(" data-line=\"{}\"", u64::from(first) + at as u64)
        });
        write!(body, "<span class=\"line{space}{class}\"{number}>{line}")
            .expect("bug: a string takes all text");
        while let Some((_, number)) = marks.next_if(|(line, _)| *line == at) {
            let block = notes.map_or(0, |(_, block)| block);
            write!(
                body,
                " <a class=\"code-mark\" href=\"#note-{block}-{number}\" data-number=\"{number}\" aria-label=\"Note {number}\"></a>"
            )
            .expect("bug: a string takes all text");
        }
        body.push_str("</span>\n");
    }
    body
}

/// The figure of a fragment: each line with its number, and where it is from.
pub(super) fn manifest(info: &Info, fragment: &Fragment) -> String {
    let code = plain::mask(&fragment.code);
    let highlighted = highlight::lines(&fragment.language, code.trim_end_matches('\n'));
    let body = lines(info, &highlighted, Some(fragment.first_line), None);
    let place = format!("{}:{}", fragment.path, fragment.first_line);
    let place = escape::html(&place);
    let caption = match &fragment.href {
        Some(href) => format!("<a href=\"{}\">{place}</a>", escape::href(href)),
        None => place.into_owned(),
    };
    let caption = match &info.title {
        Some(title) => format!("{} · {caption}", escape::html(title)),
        None => caption,
    };
    let language = escape::html(&fragment.language);
    let class = classes(info, false, false);
    format!(
        "<figure class=\"code manifest numbered{class}\" data-language=\"{language}\" data-copy>\n<figcaption>{caption}</figcaption>\n<pre tabindex=\"0\" data-start=\"{}\"><code>{body}</code></pre>\n</figure>\n",
        fragment.first_line
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::fences;

    fn check(fence: &str, text: &str, body: &str) {
        let (info, _) = fences::info(fence);
        let found = notes(text);
        let notes = found.as_ref().map(|notes| (notes, 1));
        let html = figure(&Block { info: &info, text, notes });
        let code = html.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
        assert_eq!(code, Some(body), "{html}");
    }

    #[test]
    fn figures_show_no_ciphertext() {
        let (info, _) = fences::info("text title=\"<a>\"");
        let text = "x: ENC[AES256_GCM,data:abc]\n";
        assert_eq!(
            figure(&Block { info: &info, text, notes: None }),
            "<figure class=\"code\" data-language=\"text\" data-copy>\n<figcaption>&lt;a&gt;</figcaption>\n\
             <pre tabindex=\"0\"><code>x: encrypted\n</code></pre>\n</figure>\n"
        );
    }

    #[test]
    fn lines_are_marked() {
        check(
            "text {1} ins={2} del={3} numbers=9",
            "a\nb\nc\nd\n",
            "<span class=\"line marked\" data-line=\"9\">a</span>\n\
             <span class=\"line inserted\" data-line=\"10\">b</span>\n\
             <span class=\"line deleted\" data-line=\"11\">c</span>\n\
             <span class=\"line\" data-line=\"12\">d</span>\n",
        );
        check("text {7}", "a", "<span class=\"line\">a</span>\n");
    }

    #[test]
    fn notes_are_links() {
        check(
            "text",
            "a # (1)\nb (2)",
            "<span class=\"line\">a <a class=\"code-mark\" href=\"#note-1-1\" data-number=\"1\" aria-label=\"Note 1\"></a></span>\n\
             <span class=\"line\">b (2)</span>\n",
        );
    }

    #[test]
    fn comments_with_numbers_are_notes() {
        let check = |line: &str, expected: Option<(&str, Vec<usize>)>| {
            assert_eq!(note(line), expected, "{line}");
        };
        check("a: b # (1)", Some(("a: b", vec![1])));
        check("  # (1)!", Some(("", vec![1])));
        check("x // (1) (12)", Some(("x", vec![1, 12])));
        check("<a> <!-- (3) -->", Some(("<a>", vec![3])));
        for line in ["f(1)", "a # b (1)", "a# (1)", "a # (0)", "a # (x)", "# ()", ""] {
            check(line, None);
        }
    }
}
