//! Reports about a text that is not among the sources, such as a configuration file.
//!
//! In: reports with lines and columns, and the text. Out: one string in the shape of all other
//! diagnostics. It never prints.

use std::fmt::Write as _;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::Severity;

/// One report.
#[derive(Clone, Copy, Debug)]
pub struct TextReport<'a> {
    /// How bad it is.
    pub severity: Severity,
    /// Permanent name, `area/what`.
    pub code: &'a str,
    /// What is wrong.
    pub message: &'a str,
    /// A few words beside the caret.
    pub label: &'a str,
    /// Line and column from 1, and how many characters are meant.
    pub place: Option<(usize, usize, usize)>,
    /// What to do about it.
    pub help: Option<&'a str>,
}

/// Bytes of a line that are shown.
const LONGEST: usize = 400;

/// The reports in the order given, each followed by an empty line; `colour` adds ANSI styles.
pub fn render_text(reports: &[TextReport], path: &str, text: &str, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let mut out = String::new();
    for report in reports {
        let level = match report.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(report.message).id(report.code);
        let mut group = Group::with_title(title);
        group = match report.place.and_then(|place| snippet(place, report.label, path, text)) {
            Some(snippet) => group.element(snippet),
            None => group.element(Origin::path(path)),
        };
        if let Some(help) = report.help {
            group = group.element(Level::HELP.message(help));
        }
        let _ = writeln!(out, "{}\n", renderer.render(&[group]));
    }
    out
}

fn snippet<'a>(
    (row, column, length): (usize, usize, usize),
    label: &'a str,
    path: &'a str,
    text: &'a str,
) -> Option<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let line = text.lines().nth(row.checked_sub(1)?)?;
    let line = &line[..line.floor_char_boundary(LONGEST)];
    let byte = |n_chars: usize| line.char_indices().nth(n_chars).map_or(line.len(), |(at, _)| at);
    let start = column.saturating_sub(1);
    let annotation = AnnotationKind::Primary.span(byte(start)..byte(start + length));
    let annotation = if label.is_empty() { annotation } else { annotation.label(label) };
    Some(Snippet::source(line).line_start(row).path(path).annotation(annotation))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(place: Option<(usize, usize, usize)>, expected: &str) {
        let report = TextReport {
            severity: Severity::Error,
            code: "badge/wrong",
            message: "a word is wrong",
            label: "here",
            place,
            help: Some("mend it"),
        };
        let text = render_text(&[report], "a.yaml", "a: ü\nb: über\n", false);
        assert_eq!(text.trim_end(), expected.trim());
    }

    #[test]
    fn places_are_marked() {
        let expected = "
error[badge/wrong]: a word is wrong
 --> a.yaml:2:5
  |
2 | b: über
  |     ^^ here
  |
  = help: mend it";
        check(Some((2, 5, 2)), expected);
    }

    #[test]
    fn places_that_are_not_there_do_no_harm() {
        let expected = "
error[badge/wrong]: a word is wrong
--> a.yaml
 = help: mend it";
        check(None, expected);
        check(Some((9, 9, 9)), expected);
        check(Some((0, 0, 0)), expected);
    }
}
