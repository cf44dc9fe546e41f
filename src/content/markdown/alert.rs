//! Quotes that are alerts, also folded and with titles of their own.
//!
//! The parser knows `> [!NOTE]` alone on its line. `> [!NOTE]- Title` is a quote whose first line
//! becomes the title: GitHub shows it as a quote with just these words.

use pulldown_cmark::{BlockQuoteKind, Event, Tag, TagEnd};

use super::{Range, Writer};
use crate::content::alerts::{self, Line};
use crate::diagnostic::Diagnostic;

/// The first line of an alert, while it is read.
pub(super) struct Head {
    /// The line.
    line: Line,
    /// The end of the title.
    close: &'static str,
    /// How many events there were before the title; none until its paragraph starts.
    from: Option<usize>,
    /// Whether `[!NOTE]` is taken off already.
    is_cut: bool,
    /// How many marks such as `**` are open: a title does not end within one.
    marks: usize,
}

impl Writer<'_, '_> {
    pub(super) fn start_quote(&mut self, kind: Option<BlockQuoteKind>, range: &Range<usize>) {
        if let Some(kind) = kind {
            let kind = alerts::Kind::from(kind);
            self.quotes.push(Some(alerts::CLOSE));
            return self.html(alerts::open(kind));
        }
        match alerts::line(self.text.get(range.clone()).unwrap_or_default()) {
            Some(Ok(line)) => {
                let frame = alerts::frame(line.kind, line.fold);
                self.quotes.push(Some(frame.close));
                self.html(frame.open);
                let close = frame.close_title;
                self.alert = Some(Head { line, close, from: None, is_cut: false, marks: 0 });
            }
            Some(Err(name)) => {
                let message = format!("there is no alert `{name}`");
                let span = self.span_of_first(&name, range);
                let found = Diagnostic::warning("content/alert", message).at(span);
                self.report(super::super::names::suggest(found, &name, &alerts::NAMES));
                self.plain_quote();
            }
            None => self.plain_quote(),
        }
    }

    fn plain_quote(&mut self) {
        self.quotes.push(None);
        self.push(Event::Start(Tag::BlockQuote(None)));
    }

    fn span_of_first(&self, part: &str, range: &Range<usize>) -> crate::source::Span {
        let at = self.text.get(range.clone()).and_then(|text| text.find(part)).unwrap_or(0);
        self.span(range.start + at..range.start + at + part.len())
    }

    /// Handles an event of an alert's first line; true where nothing is left to do with it.
    pub(super) fn alert_head(&mut self, event: &Event, range: &Range<usize>) -> bool {
        let events = self.buffers.last().map_or(0, Vec::len);
        let Some(head) = self.alert.as_mut() else { return false };
        match (head.from, event) {
            (None, Event::Start(Tag::Paragraph)) => head.from = Some(events),
            (None, _) => {
                self.end_alert_title(events);
                return false;
            }
            (Some(_), Event::Text(text)) if !head.is_cut => {
                head.is_cut = true;
                let sign = head.line.sign.clone();
                let title = text.trim_start().strip_prefix(sign.as_str()).unwrap_or(text);
                self.words(title.trim_start(), range);
            }
            (Some(_), Event::Start(_)) => {
                head.marks += 1;
                return false;
            }
            (Some(from), Event::SoftBreak | Event::HardBreak) if head.marks == 0 => {
                self.end_alert_title(from);
                self.push(Event::Start(Tag::Paragraph));
            }
            (Some(from), Event::End(TagEnd::Paragraph)) => self.end_alert_title(from),
            (Some(_), Event::End(_)) => {
                head.marks = head.marks.saturating_sub(1);
                return false;
            }
            _ => return false,
        }
        true
    }

    fn end_alert_title(&mut self, from: usize) {
        let Some(head) = self.alert.take() else { return };
        if self.buffers.last().is_none_or(|buffer| buffer.len() == from) {
            self.html(head.line.kind.title().to_owned());
        }
        self.html(head.close.to_owned());
        if !self.document.text.is_empty() {
            self.document.text.push('\n');
        }
    }
}
