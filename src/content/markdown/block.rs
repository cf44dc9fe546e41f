//! Headings, lists and what is missing in text.

use super::{Diagnostic, Event, Heading, HeadingLevel, Open, Range, Writer, escape};

/// A heading whose end is not reached.
pub(super) struct OpenHeading {
    pub(super) level: HeadingLevel,
    /// From `{#id}`.
    pub(super) id: Option<String>,
    pub(super) classes: Vec<String>,
    pub(super) text: String,
    pub(super) range: Range<usize>,
}

impl<'text> Writer<'_, 'text> {
    pub(super) fn end_heading(&mut self) {
        let content = self.buffers.pop().unwrap_or_default();
        let Some(Open::Heading(mut heading)) = self.open.pop() else { return };
        heading.text.truncate(heading.text.trim_end().len());
        heading.text.drain(..heading.text.len() - heading.text.trim_start().len());
        let id = self.heading_id(&heading);
        if self.is_tab(heading.level) {
            return self.start_tab(heading.level, id, &heading.text, content);
        }
        let anchor = escape::html(&id).into_owned();
        if self.is_title(heading.level, &heading.text) {
            self.html(format!("<span id=\"{anchor}\"></span>\n"));
            return;
        }
        self.section.clone_from(&heading.text);
        self.tables.count = 0;
        self.write_heading(&heading, &anchor, content);
        self.document.text.push_str(&heading.text);
        self.document.text.push('\n');
        let level = heading.level as u8;
        self.document.headings.push(Heading { level, id, text: heading.text });
    }

    fn write_heading(&mut self, heading: &OpenHeading, anchor: &str, content: Vec<Event<'text>>) {
        let class = match heading.classes.join(" ") {
            classes if classes.is_empty() => String::new(),
            classes => format!(" class=\"{}\"", escape::html(&classes)),
        };
        let number = heading.level as usize;
        self.html(format!("<h{number} id=\"{anchor}\"{class}>"));
        for event in content {
            self.push(event);
        }
        let link = "aria-label=\"Link to this section\"";
        self.html(format!(" <a class=\"anchor\" href=\"#{anchor}\" {link}>#</a></h{number}>\n"));
    }

    /// The id of a heading; one that the author wrote has to be free.
    fn heading_id(&mut self, heading: &OpenHeading) -> String {
        let explicit = heading.id.as_deref();
        let id = self.slugger.id(explicit, &heading.text);
        self.document.anchors.insert(id.clone());
        let (wanted, span) = match explicit {
            Some(wanted) => (wanted, self.span_of(&format!("#{wanted}"), &heading.range)),
            None => (id.as_str(), self.first_line(&heading.range)),
        };
        if let Some(found) = self.ids.take(wanted, span) {
            self.report(found);
        }
        id
    }

    /// Whether a heading is the page's title, which the theme writes.
    fn is_title(&mut self, level: HeadingLevel, text: &str) -> bool {
        if level != HeadingLevel::H1 || self.document.title.is_some() {
            return false;
        }
        self.document.title = Some(text.to_owned());
        self.reader.title.is_none_or(|title| title == text)
    }

    /// Tells of `[text][label]` without a definition of the label.
    pub(super) fn missing_references(&mut self, missing: Vec<(Range<usize>, String)>) {
        for (range, label) in missing {
            let message = format!("the link's label `{label}` is not defined");
            let found = Diagnostic::warning("content/missing-reference", message);
            let found = found.at(self.span(range)).label("stays as it is written");
            self.report(found.help(format!("add a line `[{label}]: address`")));
        }
    }

    /// Tells of `[^label]` without a definition.
    pub(super) fn missing_footnotes(&mut self, text: &str, range: &Range<usize>) {
        let (mut rest, mut from) = (text, range.start);
        while let Some((_, behind)) = rest.split_once("[^") {
            rest = behind;
            let Some((label, behind)) = behind.split_once(']') else { return };
            let is_label = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
            if label.is_empty() || !label.chars().all(is_label) {
                continue;
            }
            rest = behind;
            let sign = format!("[^{label}]");
            let written = self.text.get(from..range.end).unwrap_or_default();
            let at = from + written.find(&sign).unwrap_or(0);
            from = (at + sign.len()).min(range.end);
            let span = self.span(at..from.max(at + 1));
            let help = format!("add a line `[^{label}]: text`");
            let message = format!("the footnote `{label}` is not defined");
            self.warn("content/footnote", &message, span, &help);
        }
    }
}
