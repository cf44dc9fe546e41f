//! Containers: `:::tabs`, `:::steps`, `:::cards`, `:::tree` and `:::table`, up to `:::`.
//!
//! What stands within is gathered, and becomes the component where the container ends. On GitHub
//! the two lines are text, and what stands between them reads as it is.

use pulldown_cmark::{Event, HeadingLevel, Tag, TagEnd};

use super::{Diagnostic, Range, Writer, escape};
use crate::content::attributes::{self, Attribute};
use crate::content::directives::Directive;
use crate::content::headings::slug;
use crate::content::{names, tree};
use crate::diagnostic::closest;
use crate::source::Span;

/// What a container becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Tabs,
    Steps,
    Cards,
    Tree,
    Table,
    /// Nothing: its name is wrong, and that is said.
    Unknown,
}

const KINDS: [(&str, Kind); 5] = [
    ("tabs", Kind::Tabs),
    ("steps", Kind::Steps),
    ("cards", Kind::Cards),
    ("tree", Kind::Tree),
    ("table", Kind::Table),
];

/// What other generators write where there are alerts here.
const ALERTS: [(&str, &str); 9] = [
    ("note", "NOTE"),
    ("info", "NOTE"),
    ("tip", "TIP"),
    ("important", "IMPORTANT"),
    ("warning", "WARNING"),
    ("caution", "CAUTION"),
    ("danger", "CAUTION"),
    ("details", "NOTE]-"),
    ("success", "TIP"),
];

const CODE: &str = "content/container";

/// More containers within each other are no page that somebody reads.
const MAX_DEPTH: usize = 12;

/// A container that is open.
pub(super) struct Container<'text> {
    pub(super) kind: Kind,
    pub(super) title: String,
    attributes: Vec<Attribute>,
    /// How many colons opened it.
    colons: usize,
    /// How deep in quotes and lists it stands.
    depth: usize,
    /// The line that opened it.
    span: Span,
    tabs: Vec<Tab<'text>>,
    /// The level of the headings that are tabs.
    level: Option<HeadingLevel>,
}

impl Container<'_> {
    /// Whether it has an attribute.
    pub(super) fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.name == name)
    }
}

/// A tab, from its heading on.
struct Tab<'text> {
    id: String,
    label: Vec<Event<'text>>,
    text: String,
    /// The first of its events in what the container gathers.
    from: usize,
}

impl<'text> Writer<'_, 'text> {
    /// Opens or closes a container.
    pub(super) fn directive(&mut self, number: usize, range: &Range<usize>) {
        let Some(directive) = self.directives.get(number) else { return };
        // The mark is longer than the line, which the map knows: both ends are clamped to it.
        let start = self.span(range.clone()).start as usize;
        let at = self.reader.map.to_source(directive.range.start).max(start);
        let length = directive.range.len();
        let span = Span::new(self.reader.file, at, at + length);
        if directive.name.is_empty() {
            self.close(directive.colons, span);
        } else {
            self.open_container(directive, span);
        }
    }

    fn open_container(&mut self, directive: &Directive, span: Span) {
        if self.containers.len() >= MAX_DEPTH {
            let message = format!("more than {MAX_DEPTH} containers are open here");
            let found = Diagnostic::error(CODE, message).at(span);
            return self.report(found.help("close some of them with lines `:::`"));
        }
        let name = directive.name.as_str();
        let kind = KINDS.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
        if kind.is_none() {
            self.report(unknown(name, span));
        }
        let kind = kind.unwrap_or(Kind::Unknown);
        let attributes = attributes::parse(&directive.attributes);
        let takes = |name: &str| kind == Kind::Table && name == "sortable" || kind == Kind::Unknown;
        if let Some(wrong) = attributes.iter().find(|attribute| !takes(&attribute.name)) {
            let message = format!("`{name}` has no attribute `{}`", wrong.name);
            let found = Diagnostic::warning(CODE, message).at(span);
            self.report(names::suggest(
                found,
                &wrong.name,
                &["sortable"][..usize::from(kind == Kind::Table)],
            ));
        }
        self.containers.push(Container {
            kind,
            title: directive.title.clone(),
            attributes,
            colons: directive.colons,
            depth: self.depth,
            span,
            tabs: vec![],
            level: None,
        });
        self.buffers.push(Vec::new());
    }

    fn close(&mut self, colons: usize, span: Span) {
        let mut open = self.containers.iter().enumerate().rev();
        let open = open.by_ref().take_while(|(_, container)| container.depth >= self.depth);
        let open: Vec<(usize, usize)> = open.map(|(at, one)| (at, one.colons)).collect();
        let found = open.iter().find(|(_, own)| *own == colons).or(open.first());
        let Some((number, _)) = found else {
            let message = "there is no container to close here";
            let help = "remove the line, or open one with `:::tabs` or another name";
            return self.report(Diagnostic::warning(CODE, message).at(span).help(help));
        };
        let number = *number;
        while self.containers.len() > number + 1 {
            self.close_unclosed();
        }
        self.end_container();
    }

    /// Closes the containers that stand in the quote, list or item that ends here.
    pub(super) fn close_containers_within(&mut self) {
        while self.containers.last().is_some_and(|container| container.depth >= self.depth) {
            self.close_unclosed();
        }
    }

    fn close_unclosed(&mut self) {
        if let Some(container) = self.containers.last() {
            let found = Diagnostic::error(CODE, "the container is never closed").at(container.span);
            let help = "add a line `:::` below its content, as deep in lists and quotes";
            self.report(found.label("opened here").help(help));
        }
        self.end_container();
    }

    fn end_container(&mut self) {
        let Some(container) = self.containers.pop() else { return };
        let content = self.buffers.pop().unwrap_or_default();
        match container.kind {
            Kind::Tabs => self.tabs(container, content),
            Kind::Steps => self.list(&container, content, "steps", "an ordered list"),
            Kind::Cards => self.list(&container, content, "cards", "a list of links"),
            Kind::Tree => {
                let (content, has_list) = tree::entries(content);
                self.check_content(has_list, &container, "tree", "a list of names");
                let title = escape::html(&container.title);
                let caption = match &*title {
                    "" => String::new(),
                    title => format!("<figcaption>{title}</figcaption>\n"),
                };
                self.push(Event::Html(format!("<figure class=\"tree\">\n{caption}").into()));
                self.extend(content);
                self.push(Event::Html("</figure>\n".into()));
            }
            Kind::Table => {
                let is_table = |event: &Event| matches!(event, Event::End(TagEnd::Table));
                let has_table = content.iter().any(is_table);
                self.check_content(has_table, &container, "table", "a table");
                self.extend(content);
            }
            Kind::Unknown => self.extend(content),
        }
    }

    fn extend(&mut self, events: Vec<Event<'text>>) {
        if let Some(buffer) = self.buffers.last_mut() {
            buffer.extend(events);
        }
    }

    fn check_content(&mut self, is_right: bool, container: &Container, name: &str, what: &str) {
        if !is_right {
            let message = format!("`{name}` holds {what}, and there is none");
            let found = Diagnostic::warning(CODE, message).at(container.span);
            self.report(found.help(format!("write {what} before the closing `:::`")));
        }
    }

    /// The content, with a class on its first list.
    fn list(
        &mut self,
        container: &Container,
        mut content: Vec<Event<'text>>,
        class: &str,
        what: &str,
    ) {
        let is_steps = container.kind == Kind::Steps;
        let is_list = |event: &Event| match event {
            Event::Start(Tag::List(first)) => first.is_some() == is_steps,
            _ => false,
        };
        let at = content.iter().position(is_list);
        self.check_content(at.is_some(), container, class, what);
        if let Some(at) = at {
            let tag = match &content[at] {
                Event::Start(Tag::List(Some(1))) => format!("<ol class=\"{class}\">\n"),
                Event::Start(Tag::List(Some(first))) => {
                    format!("<ol class=\"{class}\" start=\"{first}\">\n")
                }
                _ => format!("<ul class=\"{class}\">\n"),
            };
            content[at] = Event::Html(tag.into());
        }
        self.extend(if is_steps { content } else { without_colons(content) });
    }

    /// Whether a heading opens a tab.
    pub(super) fn is_tab(&self, level: HeadingLevel) -> bool {
        self.containers.last().is_some_and(|container| {
            container.kind == Kind::Tabs
                && container.depth == self.depth
                && container.level.is_none_or(|own| own >= level)
        })
    }

    pub(super) fn start_tab(
        &mut self,
        level: HeadingLevel,
        id: String,
        text: &str,
        label: Vec<Event<'text>>,
    ) {
        let from = self.buffers.last().map_or(0, Vec::len);
        let text = text.to_owned();
        self.document.text.push_str(&text);
        self.document.text.push('\n');
        if let Some(container) = self.containers.last_mut() {
            container.level = container.level.or(Some(level));
            container.tabs.push(Tab { id, label, text, from });
        }
    }

    fn tabs(&mut self, container: Container<'text>, mut content: Vec<Event<'text>>) {
        self.check_content(
            !container.tabs.is_empty(),
            &container,
            "tabs",
            "headings, one for each tab",
        );
        if container.tabs.is_empty() {
            return self.extend(content);
        }
        self.tab_groups += 1;
        let group = self.tab_groups;
        let labels: Vec<&str> = container.tabs.iter().map(|tab| tab.text.as_str()).collect();
        let labels = labels.join(", ");
        let name = if container.title.is_empty() { &labels } else { &container.title };
        let name = escape::html(name).into_owned();
        let mut panels = Vec::new();
        for tab in container.tabs.iter().rev() {
            panels.push(content.split_off(tab.from.min(content.len())));
        }
        self.extend(content);
        self.push(Event::Html(
            format!("<div class=\"tabs\" role=\"group\" aria-label=\"{name}\">\n").into(),
        ));
        for (number, (tab, panel)) in
            container.tabs.into_iter().zip(panels.into_iter().rev()).enumerate()
        {
            self.tab(group, number + 1, tab, panel);
        }
        self.push(Event::Html("</div>\n".into()));
    }

    fn tab(&mut self, group: usize, number: usize, tab: Tab<'text>, panel: Vec<Event<'text>>) {
        let Tab { id, label, text, from: _ } = tab;
        let sync = slug(&text);
        let (id, sync) = (escape::html(&id), escape::html(&sync));
        let checked = if number == 1 { " checked" } else { "" };
        let input = format!("tabs-{group}-{number}");
        self.push(Event::Html(format!(
            "<input type=\"radio\" name=\"tabs-{group}\" id=\"{input}\" data-sync=\"{sync}\"{checked}>\n<label for=\"{input}\">"
        ).into()));
        self.extend(label);
        self.push(Event::Html(format!("</label>\n<div class=\"tab-panel\" id=\"{id}\">\n").into()));
        self.extend(panel);
        self.push(Event::Html("</div>\n".into()));
    }
}

fn unknown(name: &str, span: Span) -> Diagnostic {
    let found = Diagnostic::error(CODE, format!("there is no container `{name}`")).at(span);
    if let Some((_, kind)) = ALERTS.iter().find(|(other, _)| *other == name) {
        let kind = if kind.contains(']') { (*kind).to_owned() } else { format!("{kind}]") };
        return found.help(format!("write a quote that starts with `[!{kind}`"));
    }
    let known: Vec<&str> = KINDS.iter().map(|(known, _)| *known).collect();
    match closest(name, known.iter().copied()) {
        Some(near) => found.help(format!("did you mean `{near}`?")),
        None => names::suggest(found, name, &known),
    }
}

/// The cards without the colon or dash behind their links, which the layout says as well.
fn without_colons(content: Vec<Event<'_>>) -> Vec<Event<'_>> {
    let mut is_behind_link = false;
    let mut cut = Vec::with_capacity(content.len());
    for event in content {
        match event {
            Event::Text(text) if is_behind_link => {
                let kept = text.trim_start().trim_start_matches([':', '—', '–', '-']).trim_start();
                cut.push(Event::Text(kept.to_owned().into()));
            }
            other => cut.push(other),
        }
        is_behind_link = match cut.last() {
            Some(Event::InlineHtml(html)) => &**html == "</a>",
            _ => false,
        };
    }
    cut
}
