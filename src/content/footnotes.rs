//! Footnotes are gathered at the end of the page, numbered as they are first named.
//!
//! In: references and definitions in the order of the text. Out: the marks in the text and the list
//! at the end, each leading to the other.

use std::fmt::Write as _;

use indexmap::IndexMap;
use pulldown_cmark::{Event, TagEnd};

use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// The footnotes of one page.
#[derive(Default)]
pub(super) struct Footnotes<'a> {
    /// How often each is named, in the order of first mention.
    named: IndexMap<String, usize>,
    defined: IndexMap<String, Vec<Event<'a>>>,
    /// Where each definition stands, in the order of the text.
    places: Vec<(String, Span)>,
}

impl<'a> Footnotes<'a> {
    /// The mark for a reference.
    pub(super) fn reference(&mut self, label: &str) -> String {
        let count = self.named.entry(label.to_owned()).or_default();
        *count += 1;
        let count = *count;
        let number = self.named.get_index_of(label).unwrap_or_default() + 1;
        let id = reference_id(number, count);
        format!(
            "<sup class=\"footnote-ref\"><a id=\"{id}\" href=\"#fn-{number}\">{number}</a></sup>"
        )
    }

    /// Notes where a definition stands.
    pub(super) fn place(&mut self, label: &str, span: Span) {
        self.places.push((label.to_owned(), span));
    }

    /// Definitions that nothing names, and those of a label that has one already.
    fn wrong(&self) -> Vec<Diagnostic> {
        let mut seen = std::collections::BTreeSet::new();
        let mut wrong = Vec::new();
        for (label, span) in &self.places {
            let (message, help) = if !seen.insert(label) {
                let message = format!("the footnote `{label}` is defined twice");
                (message, "give one of the two another label".to_owned())
            } else if self.named.contains_key(label) {
                continue;
            } else {
                let message = format!("nothing names the footnote `{label}`");
                (message, format!("write `[^{label}]` where it belongs, or remove it"))
            };
            wrong.push(Diagnostic::warning("content/footnote", message).at(*span).help(help));
        }
        wrong
    }

    /// Keeps the content of a definition; the first of a label wins.
    pub(super) fn define(&mut self, label: &str, content: Vec<Event<'a>>) {
        self.defined.entry(label.to_owned()).or_insert(content);
    }

    /// The list at the end of the page, nothing where there is no footnote; and what is wrong.
    ///
    /// Definitions that nothing names come last, since dropping text in silence is worse.
    pub(super) fn finish(mut self) -> (Vec<Event<'a>>, Vec<Diagnostic>) {
        if self.defined.is_empty() {
            return (vec![], vec![]);
        }
        let wrong = self.wrong();
        let mut events =
            vec![html("<section class=\"footnotes\" aria-label=\"Footnotes\">\n<ol>\n".to_owned())];
        for label in self.defined.keys() {
            self.named.entry(label.clone()).or_insert(0);
        }
        for (at, (label, count)) in self.named.iter().enumerate() {
            let content = self.defined.shift_remove(label).unwrap_or_default();
            events.push(html(format!("<li id=\"fn-{}\">\n", at + 1)));
            events.extend(with_back_links(content, at + 1, *count));
            events.push(html("</li>\n".to_owned()));
        }
        events.push(html("</ol>\n</section>\n".to_owned()));
        (events, wrong)
    }
}

fn with_back_links(mut content: Vec<Event<'_>>, number: usize, count: usize) -> Vec<Event<'_>> {
    let mut links = String::new();
    for count in 1..=count {
        let id = reference_id(number, count);
        write!(
            links,
            " <a href=\"#{id}\" class=\"footnote-back\" aria-label=\"Back to the text\">↩</a>"
        )
        .expect("bug: a string takes all text");
    }
    let is_paragraph = matches!(content.last(), Some(Event::End(TagEnd::Paragraph)));
    let at = content.len() - usize::from(is_paragraph);
    content.insert(at, html(links));
    content
}

fn reference_id(number: usize, count: usize) -> String {
    if count == 1 { format!("fnref-{number}") } else { format!("fnref-{number}-{count}") }
}

fn html<'a>(text: String) -> Event<'a> {
    Event::InlineHtml(text.into())
}
