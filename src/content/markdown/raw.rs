//! Raw HTML, and the comments that stand for containers.

use super::{Diagnostic, Event, Open, Range, Writer, directives, plain};
use crate::content::html::{self, Cleaned, Flaw};
use crate::content::links::Link;

impl Writer<'_, '_> {
    pub(super) fn html_line(&mut self, text: &str, range: Range<usize>) {
        match self.open.last_mut() {
            Some(Open::Html { text: block, .. }) => block.push_str(text),
            _ => self.inline_html(text, range),
        }
    }

    pub(super) fn end_html(&mut self) {
        let Some(Open::Html { text, range }) = self.open.pop() else { return };
        if let Some(number) = directives::number(&text) {
            return self.directive(number, &range);
        }
        if text.contains(directives::SIGN) {
            let message = "containers do not work within an HTML block";
            let help = "leave an empty line between the HTML and `:::`";
            let span = self.first_line(&range);
            self.warn("content/container", message, span, help);
        }
        let cleaned = html::clean(&text, &Cleaned::default(), self.document.links.len());
        self.clean(&cleaned, &range);
        let html = plain::mask(&directives::without(&cleaned.html)).into_owned();
        self.push(Event::Html(html.into()));
    }

    pub(super) fn inline_html(&mut self, text: &str, range: Range<usize>) {
        let cleaned = html::clean(text, &self.inline_html, self.document.links.len());
        self.clean(&cleaned, &range);
        self.gathered += usize::from(text.starts_with("<img") || text.starts_with("<svg"));
        if !self.is_in_image() && !cleaned.html.is_empty() {
            let html = plain::mask(&directives::without(&cleaned.html)).into_owned();
            self.push(Event::InlineHtml(html.into()));
        }
        self.inline_html = cleaned;
    }

    /// Takes over what a stretch of HTML holds: links, ids, and what is wrong.
    fn clean(&mut self, cleaned: &Cleaned, range: &Range<usize>) {
        let moved = |at: &Range<usize>| range.start + at.start..range.start + at.end;
        for (at, what) in &cleaned.dropped {
            self.runs(what, self.span(moved(at)));
        }
        for address in &cleaned.links {
            let (destination, span) = (address.value.clone(), self.span(moved(&address.range)));
            self.document.links.push(Link { destination, span, kind: address.kind });
        }
        for (id, at) in &cleaned.ids {
            let span = self.span(moved(at));
            self.document.anchors.insert(id.clone());
            if let Some(found) = self.ids.take(id, span) {
                self.report(found);
            }
        }
        for (flaw, at) in &cleaned.flaws {
            let span = self.span(moved(at));
            match flaw {
                Flaw::ExternalImage => self.external_image(span),
                Flaw::NoAlt => {
                    let found =
                        Diagnostic::warning("content/image-alt", "the image has no description");
                    self.report(found.at(span).help("add `alt=\"…\"`, empty if it only decorates"));
                }
            }
        }
    }
}
