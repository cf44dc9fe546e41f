//! Markdown becomes HTML, block by block.
//!
//! In: text in which expressions are already evaluated, and the map back to its file. Out: HTML with
//! tokens where links and components go, the headings, the words, the links to check, and what is
//! wrong so far. It never follows a link and never looks at another page.

mod alert;
mod block;
mod code;
mod container;
mod link;
mod raw;
mod table;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{
    BrokenLink, CodeBlockKind, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd,
    TextMergeWithOffset, html::push_html,
};

use super::directives::{self, Directive};
use super::footnotes::Footnotes;
use super::headings::Slugger;
use super::html::Cleaned;
use super::ids::Ids;
use super::links::{From, Link};
use super::paths::Paths;
use super::source_map::SourceMap;
use super::{
    Components, ExternalLink, Heading, autolink, emoji, escape, fences, math, plain, slots,
};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Span};

/// The extensions of CommonMark that pages are written in.
pub(super) fn options(math: bool) -> Options {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST;
    if math { options | Options::ENABLE_MATH } else { options }
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
    /// Whether dollars enclose formulas.
    pub(super) math: bool,
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
    /// Links to other hosts.
    pub(super) external: Vec<ExternalLink>,
    /// What is wrong.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// Reads the Markdown of a page.
pub(super) fn read(reader: &Reader, text: &str) -> Document {
    let options = options(reader.math);
    let marked = directives::mark(text, options);
    let broken = RefCell::new(Vec::new());
    let note = |link: BrokenLink| {
        // `[x]` alone is text more often than a link, and so are `[ ]` and `[!NOTE]`.
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            broken.borrow_mut().push((link.span, link.reference.to_string()));
        }
        None
    };
    let mut writer = Writer::new(reader, &marked.text, &marked.map, &marked.directives);
    let parser = Parser::new_with_broken_link_callback(&marked.text, options, Some(note));
    for (event, range) in TextMergeWithOffset::new(parser.into_offset_iter()) {
        writer.event(event, range);
    }
    writer.missing_references(broken.take());
    writer.finish()
}

/// Something that is gathered until it ends.
enum Open {
    Heading(block::OpenHeading),
    Code { info: Option<String>, text: String, range: Range<usize> },
    Html { text: String, range: Range<usize> },
    Image { link: Link, title: String, alt: String },
    Footnote(String),
}

struct Writer<'a, 'text> {
    reader: &'a Reader<'a>,
    text: &'text str,
    /// From bytes of `text` to bytes of the text before directives were marked.
    marks: &'a SourceMap,
    directives: &'a [Directive],
    document: Document,
    /// What is written so far; the last is what an open heading, footnote or container gathers.
    buffers: Vec<Vec<Event<'text>>>,
    open: Vec<Open>,
    footnotes: Footnotes<'text>,
    slugger: Slugger,
    ids: Ids,
    /// The links that are open: how many words came before each, and where it stands.
    links: Vec<(usize, Span)>,
    /// How many words and pictures were gathered so far.
    gathered: usize,
    inline_html: Cleaned,
    /// The last image and its title, as HTML, where it has one.
    titled: Option<(String, String)>,
    /// The heading that a table stands below.
    section: String,
    tables: table::Tables,
    containers: Vec<container::Container<'text>>,
    /// How many groups of tabs there are.
    tab_groups: usize,
    /// How many quotes, lists, items and such are open.
    depth: usize,
    /// For each open quote, what closes it where that is not the parser's own end.
    quotes: Vec<Option<&'static str>>,
    alert: Option<alert::Head>,
    code: code::State,
}

impl<'a, 'text> Writer<'a, 'text> {
    fn new(
        reader: &'a Reader<'a>,
        text: &'text str,
        marks: &'a SourceMap,
        directives: &'a [Directive],
    ) -> Self {
        Self {
            reader,
            text,
            marks,
            directives,
            document: Document::default(),
            buffers: vec![Vec::new()],
            open: Vec::new(),
            footnotes: Footnotes::default(),
            slugger: Slugger::default(),
            ids: Ids::default(),
            links: Vec::new(),
            gathered: 0,
            inline_html: Cleaned::default(),
            titled: None,
            section: String::new(),
            tables: table::Tables::default(),
            containers: Vec::new(),
            tab_groups: 0,
            depth: 0,
            quotes: Vec::new(),
            alert: None,
            code: code::State::default(),
        }
    }

    fn event(&mut self, event: Event<'text>, range: Range<usize>) {
        self.flush_code(&event);
        if self.alert.is_some() && self.alert_head(&event, &range) {
            return;
        }
        match event {
            Event::Start(tag) => {
                self.depth += usize::from(is_nesting(tag.to_end()));
                self.start(tag, range);
            }
            Event::End(tag) => {
                if is_nesting(tag) {
                    self.close_containers_within();
                    self.depth = self.depth.saturating_sub(1);
                }
                self.end(tag);
            }
            Event::Text(text) => self.words(&text, &range),
            Event::Code(text) => self.inline_code(&text),
            Event::InlineMath(text) => self.math(&text, math::Display::Inline, range),
            Event::DisplayMath(text) => self.math(&text, math::Display::Block, range),
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
            Event::Rule => self.push(event),
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

    /// The place of a range of the text in its file.
    fn span(&self, range: Range<usize>) -> Span {
        let to_source = |at: usize| self.reader.map.to_source(self.marks.to_source(at));
        let start = to_source(range.start);
        let end = to_source(range.end.saturating_sub(1)) + 1;
        Span::new(self.reader.file, start, end.max(start))
    }

    /// The place of a part of a range, where the part stands there as it is; else of the range.
    fn span_of(&self, part: &str, range: &Range<usize>) -> Span {
        let written = self.text.get(range.clone()).unwrap_or_default();
        match (!part.is_empty()).then(|| written.rfind(part)).flatten() {
            Some(at) => self.span(range.start + at..range.start + at + part.len()),
            None => self.span(range.clone()),
        }
    }

    /// The place of the first line of a range.
    fn first_line(&self, range: &Range<usize>) -> Span {
        let line = self.text.get(range.clone()).and_then(|block| block.lines().next());
        self.span(range.start..range.start + line.map_or(1, |line| line.trim_end().len().max(1)))
    }

    fn report(&mut self, found: Diagnostic) {
        self.document.diagnostics.push(found);
    }

    fn warn(&mut self, code: &'static str, message: &str, span: Span, help: &str) {
        self.report(Diagnostic::warning(code, message).at(span).help(help));
    }

    /// Adds words to what is open, and to the words of the page.
    fn gather(&mut self, text: &str) {
        self.gathered += usize::from(!text.trim().is_empty());
        match self.open.last_mut() {
            Some(
                Open::Heading(block::OpenHeading { text: words, .. })
                | Open::Image { alt: words, .. },
            ) => {
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
                let heading = block::OpenHeading { level, id, classes, text: String::new(), range };
                self.open.push(Open::Heading(heading));
                self.buffers.push(Vec::new());
            }
            Tag::CodeBlock(kind) => {
                let info = match kind {
                    CodeBlockKind::Fenced(info) => Some(info.into_string()),
                    CodeBlockKind::Indented => None,
                };
                self.open.push(Open::Code { info, text: String::new(), range });
            }
            Tag::HtmlBlock => self.open.push(Open::Html { text: String::new(), range }),
            Tag::BlockQuote(kind) => self.start_quote(kind, &range),
            Tag::List(first) => self.start_list(first, &range),
            Tag::Item => self.start_item(),
            Tag::Table(sides) => self.start_table(sides),
            Tag::TableHead => self.start_row(tag, true),
            Tag::TableRow => self.start_row(tag, false),
            Tag::TableCell => self.start_cell(),
            Tag::FootnoteDefinition(label) => {
                self.footnotes.place(&label, self.first_line(&range));
                self.open.push(Open::Footnote(label.into_string()));
                self.buffers.push(Vec::new());
            }
            Tag::Link { link_type, dest_url, title, .. } => {
                self.link(link_type, &dest_url, &title, range);
            }
            Tag::Image { dest_url, title, .. } => {
                let link = self.place(&dest_url, range, super::links::Kind::Image);
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
            TagEnd::Link => self.end_link(),
            TagEnd::Paragraph if self.is_figure() => self.figure(),
            TagEnd::BlockQuote(_) => match self.quotes.pop().flatten() {
                Some(close) => self.html(close.to_owned()),
                None => self.push(Event::End(tag)),
            },
            TagEnd::List(_) => {
                self.push(Event::End(tag));
                self.end_list();
                self.separate(tag);
            }
            TagEnd::Table => {
                self.push(Event::End(tag));
                self.html("</section>\n".to_owned());
            }
            other => {
                self.push(Event::End(other));
                self.separate(other);
            }
        }
    }

    /// Keeps the words of one block from running into those of the next.
    fn separate(&mut self, tag: TagEnd) {
        let is_inline = matches!(tag, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough);
        if !is_inline && !self.document.text.is_empty() && !self.document.text.ends_with('\n') {
            self.document.text.push('\n');
        }
    }

    fn words(&mut self, text: &str, range: &Range<usize>) {
        if let Some(Open::Code { text: code, .. } | Open::Html { text: code, .. }) =
            self.open.last_mut()
        {
            code.push_str(text);
            return;
        }
        if self.inline_html.is_in_script {
            return;
        }
        self.missing_footnotes(text, range);
        let masked = plain::mask(text);
        let text = emoji::replace(&masked);
        self.gather(&text);
        if self.is_in_image() {
            return;
        }
        if !self.links.is_empty() {
            return self.push(Event::Text(text.into_owned().into()));
        }
        for part in autolink::parts(&text) {
            match part {
                autolink::Part::Text(text) => self.push(Event::Text(text.to_owned().into())),
                autolink::Part::Address(address) => {
                    let text = escape::html(address);
                    let href = escape::href(address);
                    let span = self.span_of(address, range);
                    self.external(address, span);
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

    fn math(&mut self, latex: &str, display: math::Display, range: Range<usize>) {
        self.gather(latex);
        match math::mathml(latex, display) {
            Ok(html) => self.html(html),
            Err(message) => {
                let span = self.span(range);
                let help = "correct the formula, or write `\\$` for a dollar";
                self.warn(
                    "content/math",
                    &format!("the formula cannot be read: {message}"),
                    span,
                    help,
                );
                self.html(format!("<code>{}</code>", escape::html(latex)));
            }
        }
    }

    fn finish(mut self) -> Document {
        self.flush_code(&Event::Rule);
        self.depth = 0;
        self.close_containers_within();
        let mut events = self.buffers.swap_remove(0);
        let (notes, wrong) = self.footnotes.finish();
        self.document.diagnostics.extend(wrong);
        events.extend(notes);
        push_html(&mut self.document.html, events.into_iter());
        if self.document.html.contains(directives::SIGN) {
            self.document.html = directives::without(&self.document.html).into_owned();
        }
        self.document
    }
}

/// Whether what ends here holds blocks of its own.
fn is_nesting(tag: TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::BlockQuote(_)
            | TagEnd::List(_)
            | TagEnd::Item
            | TagEnd::FootnoteDefinition
            | TagEnd::DefinitionList
            | TagEnd::DefinitionListDefinition
    )
}
