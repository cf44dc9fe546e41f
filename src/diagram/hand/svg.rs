//! An SVG that another program made becomes one that a page can hold.
//!
//! In: the text of a file, as Excalidraw, draw.io or Inkscape export it. Out: a [`Picture`] of known
//! elements and attributes alone: no script, no handler, no foreign content, nothing that is loaded
//! from elsewhere, no style that a page's policy forbids. What was visible and is left out is a
//! warning at its line.

mod known;
mod style;

use resvg::usvg::roxmltree::{self, Document, Node, ParsingOptions};

use super::{Context, Text};
use crate::diagnostic::Diagnostic;
use crate::diagram::svg::clean;
use crate::source::Span;
use html_escape::encode_double_quoted_attribute as escape;
use style::Sheet;

/// Largest file, most elements, and deepest nesting.
const LARGEST: usize = 2 << 20;
const MOST_NODES: u32 = 60_000;
const DEEPEST: usize = 100;
/// Warnings of one file at most.
const MOST_WARNINGS: usize = 20;
/// Stands for the id of the picture until it is known; XML cannot hold it.
const ID: char = '\u{1}';

/// Codes.
const INVALID: &str = "diagram/svg";
const REMOVED: &str = "diagram/svg-removed";

/// A picture of another program, made safe.
#[derive(Clone, Debug)]
pub struct Picture {
    /// From its `<title>`, or the file's name.
    pub title: String,
    /// From its `<desc>`; may be empty.
    pub description: String,
    /// Natural width in CSS pixels.
    pub width: u32,
    view_box: String,
    body: String,
}

impl Picture {
    /// The SVG; `id` is unique on its page and starts all ids within.
    pub fn svg(&self, id: &str) -> String {
        let id = escape(id);
        let (title, description) = (clean(&self.title), clean(&self.description));
        let desc = match description.as_str() {
            "" => String::new(),
            text => format!("<desc id=\"{id}-desc\">{}</desc>", escape(text)),
        };
        let named = if desc.is_empty() { String::new() } else { format!(" {id}-desc") };
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"{id}\" class=\"dg dg-file\" \
             role=\"group\" aria-labelledby=\"{id}-title{named}\" viewBox=\"{}\" \
             width=\"{}\"><title id=\"{id}-title\">{}</title>{desc}{}</svg>\n",
            self.view_box,
            self.width,
            escape(&title),
            self.body.replace(ID, &id),
        )
    }
}

/// Reads a file.
pub(super) fn read(text: Text<'_>, context: Context<'_>) -> (Option<Picture>, Vec<Diagnostic>) {
    let span = |start: usize, end: usize| {
        Span::new(text.file, text.base + start, text.base + end.max(start + 1))
    };
    let failed = |message: String, at: usize| {
        (None, vec![Diagnostic::error(INVALID, message).at(span(at, at + 1))])
    };
    if text.text.len() > LARGEST {
        return failed(format!("the picture is larger than {} MiB", LARGEST >> 20), 0);
    }
    let plain = match without_doctype(text.text) {
        Ok(plain) => plain,
        Err(at) => return failed("a picture must not declare entities".to_owned(), at),
    };
    let options = ParsingOptions { nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(&plain, options) {
        Ok(document) => document,
        Err(error) => {
            let at = offset(&plain, error.pos());
            return failed(format!("this is not valid XML: {}", lowered(&error.to_string())), at);
        }
    };
    let root = document.root_element();
    if root.tag_name().name() != "svg" {
        return failed("this is no SVG: its first element is not `svg`".to_owned(), 0);
    }
    let Some(view_box) = view_box(&root) else {
        let message = "the picture has neither a `viewBox` nor a size".to_owned();
        return failed(message, root.range().start);
    };
    let rules = style::text(&document);
    let mut writer = Writer {
        text,
        context,
        sheet: Sheet::new(&rules),
        out: String::new(),
        diagnostics: Vec::new(),
    };
    if rules.contains("@font-face") || rules.contains("@import") {
        let at = document.descendants().find(|node| node.has_tag_name("style"));
        let at = at.or_else(|| document.descendants().find(|it| it.tag_name().name() == "style"));
        let range = at.map_or(0..1, |node| node.range().start..node.range().start + 6);
        let found = Diagnostic::note(REMOVED, "fonts that the picture brings along are left out");
        writer.diagnostics.push(found.at(span(range.start, range.end)));
    }
    writer.root(&root);
    let told = |name: &str| {
        let child = root.children().find(|node| node.tag_name().name() == name);
        child.and_then(|node| node.text()).map(str::trim).unwrap_or_default().to_owned()
    };
    let title = told("title");
    let picture = Picture {
        title: if title.is_empty() { text.name.to_owned() } else { title },
        description: told("desc"),
        width: view_box[2].ceil().clamp(1.0, 4000.0) as u32,
        view_box: view_box.map(|number| number.to_string()).join(" "),
        body: writer.out,
    };
    (Some(picture), writer.diagnostics)
}

/// The text with a plain document type blanked, or where one declares entities.
fn without_doctype(text: &str) -> Result<String, usize> {
    let Some(start) = text.find("<!DOCTYPE").or_else(|| text.find("<!doctype")) else {
        return Ok(text.to_owned());
    };
    let rest = &text[start..];
    let end = rest.find('>').unwrap_or(rest.len().saturating_sub(1));
    if rest[..=end.min(rest.len() - 1)].contains('[') {
        return Err(start);
    }
    let blank: String = rest[..end].chars().map(|it| if it == '\n' { '\n' } else { ' ' }).collect();
    Ok(format!("{}{blank} {}", &text[..start], rest.get(end + 1..).unwrap_or_default()))
}

/// The byte of a position.
fn offset(text: &str, position: roxmltree::TextPos) -> usize {
    let line = text.split_inclusive('\n').take(position.row.saturating_sub(1) as usize);
    let start = line.map(str::len).sum::<usize>();
    let rest = text.get(start..).unwrap_or_default();
    let column = position.col.saturating_sub(1) as usize;
    start + rest.char_indices().nth(column).map_or(0, |(at, _)| at)
}

fn lowered(message: &str) -> String {
    let mut letters = message.chars();
    let first = letters.next().map(|letter| letter.to_lowercase().to_string());
    format!("{}{}", first.unwrap_or_default(), letters.as_str().trim_end_matches('.'))
}

fn view_box(root: &Node<'_, '_>) -> Option<[f64; 4]> {
    let fits = |number: &f64| number.is_finite() && number.abs() < 1e6;
    if let Some(text) = root.attribute("viewBox") {
        let numbers = text.split([' ', ',', '\n', '\t']).filter(|part| !part.is_empty());
        let numbers: Vec<f64> = numbers.filter_map(|it| it.parse().ok()).filter(fits).collect();
        if let Ok(numbers) = <[f64; 4]>::try_from(numbers)
            && numbers[2] > 0.0
            && numbers[3] > 0.0
        {
            return Some(numbers);
        }
    }
    let length = |name: &str| {
        let text = root.attribute(name)?.trim();
        let digits = text.trim_end_matches(|it: char| it.is_ascii_alphabetic());
        let number: f64 = digits.parse().ok().filter(fits)?;
        (number > 0.0 && !text.ends_with('%')).then_some(number)
    };
    Some([0.0, 0.0, length("width")?, length("height")?])
}

struct Writer<'a> {
    text: Text<'a>,
    context: Context<'a>,
    sheet: Sheet<'a>,
    out: String,
    diagnostics: Vec<Diagnostic>,
}

impl Writer<'_> {
    fn removed(&mut self, what: &str, node: &Node<'_, '_>) {
        let start = self.text.base + node.range().start;
        let name = node.tag_name().name().len() + 1;
        let span = Span::new(self.text.file, start, start + name);
        let found = Diagnostic::warning(REMOVED, format!("{what} is left out")).at(span);
        if self.diagnostics.len() < MOST_WARNINGS {
            self.diagnostics.push(found.help("remove it from the picture"));
        }
    }

    /// What the root says of all within it, as a group.
    fn root(&mut self, root: &Node<'_, '_>) {
        let mut attributes = self.attributes(root);
        let of_all = |name: &str| known::PAINT.contains(&name) || name == "id";
        attributes.retain(|(name, _)| of_all(name) && name != "transform");
        self.open("g", &attributes);
        self.children(root, 0);
        self.out.push_str("</g>");
    }

    fn open(&mut self, name: &str, attributes: &[(String, String)]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            // The mark of the picture's id is no character of XML, and stays.
            let parts = value.split(ID).map(|part| escape(&clean(part)).into_owned());
            self.out.push_str(&parts.collect::<Vec<_>>().join(&ID.to_string()));
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn children(&mut self, node: &Node<'_, '_>, depth: usize) {
        let is_root = node.parent_element().is_none();
        for child in node.children() {
            let name = child.tag_name().name();
            if child.is_text() {
                let text = child.text().unwrap_or_default();
                if known::HOLDS_TEXT.contains(&node.tag_name().name()) {
                    self.out.push_str(&escape(&clean(&text.replace(['\n', '\t'], " "))));
                }
            } else if child.is_element() && !(is_root && matches!(name, "title" | "desc")) {
                self.element(&child, depth + 1);
            }
        }
    }

    fn element(&mut self, node: &Node<'_, '_>, depth: usize) {
        let name = node.tag_name().name();
        let namespace = node.tag_name().namespace();
        let is_svg = namespace.is_none_or(|it| it == "http://www.w3.org/2000/svg");
        if !is_svg || known::SILENT.contains(&name) {
            return;
        }
        if depth > DEEPEST {
            return self.removed("what is nested more than 100 deep", node);
        }
        if !known::ELEMENTS.contains(&name) {
            // A `switch` has another way to show the same.
            let parent = node.parent_element();
            let within_switch = parent.is_some_and(|parent| {
                parent.tag_name().name() == "switch"
                    && parent.children().filter(Node::is_element).count() > 1
            });
            if !(name == "foreignObject" && within_switch) {
                self.removed(&format!("the element `{}`", clean(name)), node);
            }
            return;
        }
        let attributes = self.attributes(node);
        let has_source = attributes.iter().any(|(name, _)| name == "href");
        if matches!(name, "image" | "use") && !has_source {
            return;
        }
        self.open(name, &attributes);
        self.children(node, depth);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Known attributes, with styles among them.
    fn attributes(&mut self, node: &Node<'_, '_>) -> Vec<(String, String)> {
        let mut kept: Vec<(String, String)> = Vec::new();
        let mut set = |name: &str, value: String| {
            kept.retain(|(known, _)| known != name);
            kept.push((name.to_owned(), value));
        };
        let tag = node.tag_name().name();
        let mut removed = Vec::new();
        for attribute in node.attributes() {
            let (name, value) = (attribute.name(), attribute.value());
            let namespace = attribute.namespace().unwrap_or_default();
            match name {
                "href" if namespace.is_empty() || namespace.ends_with("xlink") => {
                    match self.address(tag, value) {
                        Some(address) => set("href", address),
                        None => removed.push(format!("an address of `{tag}`")),
                    }
                }
                "space" if namespace.contains("XML") => set("xml:space", "preserve".to_owned()),
                _ if !namespace.is_empty() => {}
                "id" => set("id", format!("{ID}-{}", known::id(value))),
                _ if name.len() > 2 && name.to_ascii_lowercase().starts_with("on") => {
                    removed.push(format!("the handler `{}`", clean(name)));
                }
                _ if known::ATTRIBUTES.contains(&name) || known::PAINT.contains(&name) => {
                    match style::value(value) {
                        Some(value) => set(name, value),
                        None => removed.push(format!("the value of `{name}`")),
                    }
                }
                _ => {}
            }
        }
        let declared = self.sheet.declarations(node);
        for (name, value) in declared {
            if name == "white-space" && value.starts_with("pre") {
                set("xml:space", "preserve".to_owned());
            }
            if !known::PAINT.contains(&name.as_str()) {
                continue;
            }
            match style::value(&value) {
                Some(value) => set(&name, value),
                None => removed.push(format!("the value of `{name}`")),
            }
        }
        for what in removed {
            self.removed(&what, node);
        }
        kept
    }

    /// An address that an element may have.
    fn address(&self, tag: &str, value: &str) -> Option<String> {
        let value = value.trim();
        if let Some(id) = value.strip_prefix('#') {
            return Some(format!("#{ID}-{}", known::id(id)));
        }
        match tag {
            "a" => {
                let outside = ["https://", "http://", "mailto:"];
                let leads = outside.iter().any(|start| value.starts_with(start))
                    || (value.starts_with('/') && !value.starts_with("//"));
                leads.then(|| self.context.address(value)).flatten()
            }
            "image" | "feImage" => {
                let kinds = ["png", "jpeg", "jpg", "gif", "webp"];
                let rest = value.strip_prefix("data:image/")?;
                let (kind, data) = rest.split_once(";base64,")?;
                let fits = |it: char| it.is_ascii_alphanumeric() || "+/=".contains(it);
                let data: String = data.chars().filter(|it| !it.is_whitespace()).collect();
                let safe = kinds.contains(&kind) && data.chars().all(fits);
                safe.then(|| format!("data:image/{kind};base64,{data}"))
            }
            _ => None,
        }
    }
}
