//! Markdown becomes HTML, block by block.
//!
//! In: text in which expressions are already evaluated, and the map back to its file. Out: HTML with
//! tokens where links and components go, the headings, the words, the links to check, and what is
//! wrong so far. It never follows a link and never looks at another page.

use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{
    CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeWithOffset, html::push_html,
};

use super::footnotes::Footnotes;
use super::headings::Slugger;
use super::html::Cleaned;
use super::links::{self, From, Kind, Link};
use super::paths::Paths;
use super::source_map::SourceMap;
use super::{Components, Heading, alerts, autolink, escape, fences, html, plain, slots};
use crate::diagnostic::{Diagnostic, Place};
use crate::source::{FileId, Span};

/// The extensions of CommonMark that pages are written in.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// What a page's Markdown is read with.
pub(super) struct Reader<'a> {
    /// The file.
    pub(super) file: FileId,
    /// From bytes of the text to bytes of the file.
    pub(super) map: &'a SourceMap,
    /// The page, for its images.
    pub(super) from: From<'a>,
    /// What exists.
    pub(super) paths: &'a Paths<'a>,
    /// For `manifest` fences.
    pub(super) components: &'a dyn Components,
    /// The title from the front matter; a first heading that says the same is left out.
    pub(super) title: Option<&'a str>,
}

/// A page's body, but for its links and components.
#[derive(Default)]
pub(super) struct Document {
    /// HTML with tokens.
    pub(super) html: String,
    /// The words of the first heading of level 1.
    pub(super) title: Option<String>,
    /// The headings, without the title.
    pub(super) headings: Vec<Heading>,
    /// All anchors.
    pub(super) anchors: BTreeSet<String>,
    /// The words.
    pub(super) text: String,
    /// The links, by the numbers of their tokens.
    pub(super) links: Vec<Link>,
    /// What is wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads the Markdown of a page.
pub(super) fn read(reader: &Reader, text: &str) -> Document {
    let mut writer = Writer::new(reader, text);
    let parser = Parser::new_ext(text, options()).into_offset_iter();
    for (event, range) in TextMergeWithOffset::new(parser) {
        writer.event(event, range);
    }
    writer.finish()
}

/// Something that is gathered until it ends.
enum Open {
    Heading { level: HeadingLevel, id: Option<String>, classes: Vec<String>, text: String },
    Code { info: Option<fences::Info>, text: String, range: Range<usize> },
    Html { text: String, range: Range<usize> },
    Image { link: Link, title: String, alt: String },
    Footnote(String),
}

struct Writer<'a, 'text> {
    reader: &'a Reader<'a>,
    text: &'text str,
    document: Document,
    /// What is written so far; the last is what an open heading or footnote gathers.
    buffers: Vec<Vec<Event<'text>>>,
    open: Vec<Open>,
    footnotes: Footnotes<'text>,
    slugger: Slugger,
    /// How many links are open.
    links: usize,
    inline_html: Cleaned,
    /// The heading that a table stands below.
    section: String,
    /// How many tables stand below it so far.
    tables: usize,
}

impl<'a, 'text> Writer<'a, 'text> {
    fn new(reader: &'a Reader<'a>, text: &'text str) -> Self {
        Self {
            reader,
            text,
            document: Document::default(),
            buffers: vec![Vec::new()],
            open: Vec::new(),
            footnotes: Footnotes::default(),
            slugger: Slugger::default(),
            links: 0,
            inline_html: Cleaned::default(),
            section: String::new(),
            tables: 0,
        }
    }

    fn event(&mut self, event: Event<'text>, range: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.words(&text),
            Event::Code(text) => self.inline_code(&text),
            Event::Html(text) => self.html_line(&text, range),
            Event::InlineHtml(text) => self.inline_html(&text, range),
            Event::FootnoteReference(label) => {
                let mark = self.footnotes.reference(&label);
                self.html(mark);
            }
            Event::SoftBreak | Event::HardBreak => {
                self.gather(" ");
                if !self.is_in_image() {
                    self.push(event);
                }
            }
            Event::TaskListMarker(is_done) => {
                let (checked, label) = if is_done { (" checked", "Done") } else { ("", "To do") };
                let input = "<input type=\"checkbox\" disabled";
                self.html(format!("{input}{checked} aria-label=\"{label}\"> "));
            }
            other => self.push(other),
        }
    }

    fn push(&mut self, event: Event<'text>) {
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.push(event);
        }
    }

    fn html(&mut self, html: String) {
        if !self.is_in_image() {
            self.push(Event::InlineHtml(html.into()));
        }
    }

    fn is_in_image(&self) -> bool {
        matches!(self.open.last(), Some(Open::Image { .. }))
    }

    fn span(&self, range: Range<usize>) -> Span {
        let start = self.reader.map.to_source(range.start);
        let end = self.reader.map.to_source(range.end.saturating_sub(1)) + 1;
        Span::new(self.reader.file, start, end.max(start))
    }

    /// Adds words to what is open, and to the words of the page.
    fn gather(&mut self, text: &str) {
        match self.open.last_mut() {
            Some(Open::Heading { text: words, .. } | Open::Image { alt: words, .. }) => {
                words.push_str(&slots::without(text));
            }
            _ => self.document.text.push_str(&slots::without(text)),
        }
    }

    fn start(&mut self, tag: Tag<'text>, range: Range<usize>) {
        match tag {
            Tag::Heading { level, id, classes, .. } => {
                let id = id.map(CowStr::into_string);
                let classes = classes.into_iter().map(CowStr::into_string).collect();
                self.open.push(Open::Heading { level, id, classes, text: String::new() });
                self.buffers.push(Vec::new());
            }
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(fences::info(&info)),
                    CodeBlockKind::Indented => None,
                };
                self.open.push(Open::Code { info, text: String::new(), range });
            }
            Tag::HtmlBlock => self.open.push(Open::Html { text: String::new(), range }),
            Tag::BlockQuote(Some(kind)) => self.html(alerts::open(kind)),
            Tag::Table(_) => {
                let label = self.table_label();
                self.html(format!(
                    "<div class=\"table-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\">\n"
                ));
                self.push(Event::Start(tag));
            }
            Tag::FootnoteDefinition(label) => {
                self.open.push(Open::Footnote(label.into_string()));
                self.buffers.push(Vec::new());
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => {
                let link = self.place(&dest_url, range, Kind::Image);
                let title = title.into_string();
                self.open.push(Open::Image { link, title, alt: String::new() });
            }
            other => self.push(Event::Start(other)),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::Image => self.end_image(),
            TagEnd::FootnoteDefinition => {
                let content = self.buffers.pop().unwrap_or_default();
                if let Some(Open::Footnote(label)) = self.open.pop() {
                    self.footnotes.define(&label, content);
                }
            }
            TagEnd::Link => {
                self.links = self.links.saturating_sub(1);
                self.html("</a>".to_owned());
            }
            TagEnd::BlockQuote(Some(_)) => self.html(alerts::CLOSE.to_owned()),
            TagEnd::Table => {
                self.push(Event::End(tag));
                self.html("</div>\n".to_owned());
            }
            other => {
                self.push(Event::End(other));
                self.separate(other);
            }
        }
    }

    /// A name for the region of a table: that of its section, with a number from the second on.
    fn table_label(&mut self) -> String {
        self.tables += 1;
        let label = if self.section.is_empty() { "Table" } else { &self.section };
        let label = escape::html(label);
        if self.tables == 1 { label.into_owned() } else { format!("{label} ({})", self.tables) }
    }

    /// Keeps the words of one block from running into those of the next.
    fn separate(&mut self, tag: TagEnd) {
        let is_inline = matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough);
        if !is_inline && !self.document.text.is_empty() && !self.document.text.ends_with('\n') {
            self.document.text.push('\n');
        }
    }

    fn words(&mut self, text: &str) {
        if let Some(Open::Code { text: code, .. } | Open::Html { text: code, .. }) =
            self.open.last_mut()
        {
            code.push_str(text);
            return;
        }
        if self.inline_html.is_in_script {
            return;
        }
        let text = plain::mask(text);
        self.gather(&text);
        if self.is_in_image() {
            return;
        }
        if self.links > 0 {
            return self.push(Event::Text(text.into_owned().into()));
        }
        for part in autolink::parts(&text) {
            match part {
                autolink::Part::Text(text) => self.push(Event::Text(text.to_owned().into())),
                autolink::Part::Address(address) => {
                    let text = escape::html(address);
                    let href = escape::href(address);
                    self.html(format!("<a href=\"{href}\">{text}</a>"));
                }
            }
        }
    }

    fn inline_code(&mut self, text: &str) {
        let text = plain::mask(text).into_owned();
        self.gather(&text);
        if !self.is_in_image() && !self.inline_html.is_in_script {
            self.push(Event::Code(text.into()));
        }
    }

    /// Where a link or image leads, at the bytes of the destination where they can be told.
    fn place(&self, destination: &str, range: Range<usize>, kind: Kind) -> Link {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let found = (!destination.is_empty()).then(|| written.rfind(destination)).flatten();
        let range = match found {
            Some(at) => range.start + at..range.start + at + destination.len(),
            None => range,
        };
        let destination = destination.to_owned();
        Link { destination, span: self.span(range), kind }
    }

    fn link(&mut self, kind: LinkType, destination: &str, title: &str, range: Range<usize>) {
        self.links += 1;
        let mut link = self.place(destination, range, Kind::Page);
        if kind == LinkType::Email && !destination.starts_with("mailto:") {
            link.destination = format!("mailto:{destination}");
        }
        if links::is_script(destination) {
            self.runs("a link that runs code", link.span);
            "#".clone_into(&mut link.destination);
        }
        let title = match title {
            "" => String::new(),
            title => format!(" title=\"{}\"", escape::html(title)),
        };
        let address = slots::address(self.document.links.len());
        self.document.links.push(link);
        self.html(format!("<a href=\"{address}\"{title}>"));
    }

    fn runs(&mut self, what: &str, span: Span) {
        let found = Diagnostic::warning("content/html-script", format!("{what} is left out"));
        let found = found.at(span).label("pages run no code");
        self.document.diagnostics.push(found.help("remove it from the page"));
    }

    fn end_heading(&mut self) {
        let content = self.buffers.pop().unwrap_or_default();
        let Some(Open::Heading { level, id, classes, text }) = self.open.pop() else { return };
        let text = text.trim().to_owned();
        let id = self.slugger.id(id.as_deref(), &text);
        self.document.anchors.insert(id.clone());
        let anchor = escape::html(&id).into_owned();
        if self.is_title(level, &text) {
            self.html(format!("<span id=\"{anchor}\"></span>\n"));
            return;
        }
        self.section.clone_from(&text);
        self.tables = 0;
        let class = match classes.join(" ") {
            classes if classes.is_empty() => String::new(),
            classes => format!(" class=\"{}\"", escape::html(&classes)),
        };
        let number = level as usize;
        self.html(format!("<h{number} id=\"{anchor}\"{class}>"));
        for event in content {
            self.push(event);
        }
        let link = "aria-label=\"Link to this section\"";
        self.html(format!(" <a class=\"anchor\" href=\"#{anchor}\" {link}>#</a></h{number}>\n"));
        self.document.text.push_str(&text);
        self.document.text.push('\n');
        self.document.headings.push(Heading { level: number as u8, id, text });
    }

    /// Whether a heading is the page's title, which the theme writes.
    fn is_title(&mut self, level: HeadingLevel, text: &str) -> bool {
        if level != HeadingLevel::H1 || self.document.title.is_some() {
            return false;
        }
        self.document.title = Some(text.to_owned());
        self.reader.title.is_none_or(|title| title == text)
    }

    fn end_code(&mut self) {
        let Some(Open::Code { info, text, range }) = self.open.pop() else { return };
        let figure = match info {
            Some(info) if info.language == "manifest" => self.manifest(&text, range),
            Some(info) if info.language == "mermaid" => self.mermaid(info, &text, &range),
            info => fences::figure(&info.unwrap_or_default(), &text),
        };
        self.push(Event::Html(figure.into()));
    }

    /// A diagram, or its text where its kind is not drawn or an error says why.
    fn mermaid(&mut self, mut info: fences::Info, text: &str, range: &Range<usize>) -> String {
        let title = info.title.as_deref().unwrap_or("Flowchart");
        match self.reader.components.mermaid(text, title) {
            Ok(Some(html)) => return html,
            Ok(None) => info.title = info.title.or_else(|| Some("Mermaid, as text".to_owned())),
            Err(found) => {
                let block = self.text.get(range.clone()).unwrap_or_default();
                let place = |at| range.start + fences::in_block(block, text, at);
                let moved = |mut one: Diagnostic| {
                    if let Place::Span(span) = one.place {
                        let (start, end) = (place(span.range().start), place(span.range().end));
                        one.place = Place::Span(self.span(start..end.max(start)));
                    }
                    one
                };
                let found: Vec<Diagnostic> = found.into_iter().map(moved).collect();
                self.document.diagnostics.extend(found);
            }
        }
        fences::figure(&info, text)
    }

    fn manifest(&mut self, text: &str, range: Range<usize>) -> String {
        let line = self.text.get(range.clone()).and_then(|block| block.lines().next());
        let span = self.span(range.start..range.start + line.map_or(1, str::len));
        let code = "content/manifest-fragment";
        match fences::request(text).map(|request| self.reader.components.manifest(&request)) {
            Ok(Ok(mut fragment)) => {
                if let Some(href) = fragment.href.as_mut().filter(|href| href.starts_with('/')) {
                    *href = super::paths::relative(self.reader.from.slug, &href[1..]);
                }
                return fences::manifest(&fragment);
            }
            Ok(Err(error)) => {
                let found = Diagnostic::error(code, error.message).at(span);
                self.document.diagnostics.push(match error.help {
                    Some(help) => found.help(help),
                    None => found,
                });
            }
            Err(message) => {
                let help = "name an `object` (and a `field`), or a `file` (and `lines`)";
                let found = Diagnostic::error(code, message).at(span).help(help);
                self.document.diagnostics.push(found);
            }
        }
        String::new()
    }

    fn html_line(&mut self, text: &str, range: Range<usize>) {
        match self.open.last_mut() {
            Some(Open::Html { text: block, .. }) => block.push_str(text),
            _ => self.inline_html(text, range),
        }
    }

    fn end_html(&mut self) {
        let Some(Open::Html { text, range }) = self.open.pop() else { return };
        let cleaned = html::clean(&text, &Cleaned::default(), self.document.links.len());
        self.report(&cleaned, &range);
        let html = plain::mask(&cleaned.html).into_owned();
        self.push(Event::Html(html.into()));
    }

    fn inline_html(&mut self, text: &str, range: Range<usize>) {
        let cleaned = html::clean(text, &self.inline_html, self.document.links.len());
        self.report(&cleaned, &range);
        if !self.is_in_image() && !cleaned.html.is_empty() {
            let html = plain::mask(&cleaned.html).into_owned();
            self.push(Event::InlineHtml(html.into()));
        }
        self.inline_html = cleaned;
    }

    fn report(&mut self, cleaned: &Cleaned, range: &Range<usize>) {
        for (at, what) in &cleaned.dropped {
            let span = self.span(range.start + at.start..range.start + at.end);
            self.runs(what, span);
        }
        for address in &cleaned.links {
            let (start, end) = (range.start + address.range.start, range.start + address.range.end);
            let (destination, span) = (address.value.clone(), self.span(start..end));
            self.document.links.push(Link { destination, span, kind: address.kind });
        }
    }

    fn end_image(&mut self) {
        let Some(Open::Image { link, title, alt }) = self.open.pop() else { return };
        if alt.trim().is_empty() {
            let found = Diagnostic::warning("content/image-alt", "the image has no description");
            let help = "say in the square brackets what the image shows";
            self.document.diagnostics.push(found.at(link.span).help(help));
        }
        let address = match links::image(self.reader.paths, self.reader.from, &link) {
            Ok(address) => address,
            Err(broken) => return self.document.diagnostics.push(*broken),
        };
        let title = match title.as_str() {
            "" => String::new(),
            title => format!(" title=\"{}\"", escape::html(title)),
        };
        self.gather(&alt);
        let (address, alt) = (escape::href(&address), escape::html(&alt).into_owned());
        self.html(format!("<img src=\"{address}\" alt=\"{alt}\"{title} loading=\"lazy\">"));
    }

    fn finish(mut self) -> Document {
        let mut events = self.buffers.swap_remove(0);
        events.extend(self.footnotes.finish());
        push_html(&mut self.document.html, events.into_iter());
        align_by_class(&mut self.document.html);
        self.document
    }
}

/// Alignment of table cells by class: the site's policy forbids inline styles.
fn align_by_class(html: &mut String) {
    for side in ["left", "center", "right"] {
        for cell in ["th", "td"] {
            let styled = format!("<{cell} style=\"text-align: {side}\">");
            *html = html.replace(&styled, &format!("<{cell} class=\"col-{side}\">"));
        }
    }
}
