//! A diagram in YAML becomes a [`Sketch`].
//!
//! In: the text of a file. Out: the sketch with references and ends of lines resolved, and what is
//! wrong. An unknown key, reference or end is an error at its bytes, with the nearest name.

use std::collections::BTreeMap;

use super::refs::{self, Found};
use super::sketch::{DEEPEST, Item, Kind, MOST_ITEMS, MOST_TIES, Sketch, Tie, Way};
use super::{Context, Text};
use crate::badge::icon;
use crate::diagnostic::{Diagnostic, Severity, closest};
use crate::diagram::Target;
use crate::diagram::palette::Tone;
use crate::source::{Entry, FileId, Node, Span, yaml};

/// Keys of each part of a file.
pub(super) const FILE: &[&str] =
    &["title", "description", "overlay", "lanes", "groups", "nodes", "links"];
pub(super) const LANE: &[&str] = &["name", "groups", "nodes", "buses"];
pub(super) const GROUP: &[&str] = &["id", "label", "sub", "href", "ref", "nodes", "groups"];
pub(super) const NODE: &[&str] = &["id", "label", "sub", "icon", "href", "ref"];
pub(super) const BUS: &[&str] = &["id", "label", "sub", "href", "ref"];
pub(super) const LINK: &[&str] = &["from", "to", "label", "kind", "speed"];

/// Codes.
const INVALID: &str = "diagram/invalid";
const UNKNOWN_KEY: &str = "diagram/unknown-key";

/// Reads a file.
pub(super) fn read(text: Text<'_>, context: Context<'_>) -> (Read, Vec<Diagnostic>) {
    let (documents, mut diagnostics) = yaml::parse(text.file, text.text);
    for diagnostic in &mut diagnostics {
        // The site needs the picture: half of it is none.
        diagnostic.severity = Severity::Error;
        diagnostic.help = Some("correct it; the picture is not drawn until then".to_owned());
    }
    let (sketch, ids) = (Sketch::default(), BTreeMap::new());
    let mut reader = Reader { context, sketch, ids, overlay: false, diagnostics };
    match documents.first() {
        Some(document) if !document.root.entries().is_empty() => reader.file(&document.root),
        _ if reader.diagnostics.is_empty() => {
            let here = Span::new(text.file, 0, text.text.len().min(1));
            reader.wrong(INVALID, "a diagram is a map with `title` and `nodes` or `lanes`", here);
        }
        _ => {}
    }
    let sketch = reader.sketch;
    let read = if reader.overlay { Read::Overlay(sketch) } else { Read::Own(sketch) };
    (read, reader.diagnostics)
}

/// What a file is.
pub(super) enum Read {
    /// A picture of its own.
    Own(Sketch),
    /// An addition to the derived network picture.
    Overlay(Sketch),
}

struct Reader<'a> {
    context: Context<'a>,
    sketch: Sketch,
    /// Items by id, with where the id stands.
    ids: BTreeMap<String, (usize, Span)>,
    /// Whether the derived network picture is added to.
    overlay: bool,
    diagnostics: Vec<Diagnostic>,
}

/// Where an item stands.
#[derive(Clone, Copy)]
struct Spot {
    parent: Option<usize>,
    lane: usize,
}

impl Reader<'_> {
    fn wrong(&mut self, code: &'static str, message: impl Into<String>, at: Span) {
        self.diagnostics.push(Diagnostic::error(code, message).at(at));
    }

    fn helped(&mut self, code: &'static str, message: String, at: Span, help: impl Into<String>) {
        self.diagnostics.push(Diagnostic::error(code, message).at(at).help(help));
    }

    /// Reports keys that nothing reads.
    fn keys(&mut self, node: &Node, what: &str, known: &[&'static str]) {
        for entry in node.entries() {
            if known.contains(&entry.key.as_str()) {
                continue;
            }
            let near = closest(&entry.key, known.iter().copied());
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("use one of `{}`", known.join("`, `")),
            };
            let message = format!("{what} has no key `{}`", entry.key);
            self.helped(UNKNOWN_KEY, message, entry.key_span, help);
        }
        if node.entries().is_empty() {
            self.wrong(INVALID, format!("{what} is a map of `{}`", known.join("`, `")), node.span);
        }
    }

    /// A text; an error where it is none.
    fn text<'n>(&mut self, node: &'n Node, key: &str) -> Option<&'n str> {
        let value = node.get(key)?;
        if value.is_collection() {
            self.wrong(INVALID, format!("`{key}` takes a text"), value.span);
            return None;
        }
        value.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    /// The items of a list; an error where it is none.
    fn list<'n>(&mut self, entry: &'n Entry) -> &'n [Node] {
        if entry.value.items().is_empty() && !entry.value.is_null() {
            let message = format!("`{}` takes a list", entry.key);
            self.wrong(INVALID, message, entry.value.span);
        }
        entry.value.items()
    }

    fn file(&mut self, root: &Node) {
        self.keys(root, "a diagram", FILE);
        match self.text(root, "title") {
            Some(title) => title.clone_into(&mut self.sketch.title),
            None => self.helped(
                INVALID,
                "a diagram needs a `title`".to_owned(),
                root.entries().first().map_or(root.span, |entry| entry.key_span),
                "say in a few words what it shows: `title: Network at home`",
            ),
        }
        if let Some(description) = self.text(root, "description") {
            description.clone_into(&mut self.sketch.description);
        }
        self.overlay(root);
        let has_lanes = root.get("lanes").is_some();
        for entry in root.entries() {
            match entry.key.as_str() {
                "lanes" => {
                    for lane in self.list(entry) {
                        self.lane(lane);
                    }
                }
                "groups" | "nodes" if has_lanes => self.helped(
                    INVALID,
                    format!("`{}` beside `lanes` would stand in no lane", entry.key),
                    entry.key_span,
                    "move it into a lane",
                ),
                "groups" | "nodes" => self.inside(entry, Spot { parent: None, lane: 0 }),
                _ => {}
            }
        }
        if self.sketch.items.is_empty() && self.diagnostics.is_empty() {
            self.wrong(INVALID, "there is nothing to draw: add `nodes`", root.span);
        }
        if let Some(entry) = root.entry("links") {
            for link in self.list(entry) {
                self.link(link);
            }
        }
    }

    fn overlay(&mut self, root: &Node) {
        let Some(value) = root.get("overlay") else { return };
        self.overlay = true;
        if value.as_str() != Some("network") {
            let message = "only the view `network` can be added to".to_owned();
            self.helped(INVALID, message, value.span, "write `overlay: network`");
        }
        let is_loose = |it: &&Entry| matches!(it.key.as_str(), "groups" | "nodes");
        if let Some(entry) = root.entries().iter().find(is_loose) {
            let message = format!("`{}` of an overlay stand in `lanes`", entry.key);
            self.helped(INVALID, message, entry.key_span, "move it into a lane");
        }
    }

    fn lane(&mut self, node: &Node) {
        let is_more = |it: &&Entry| matches!(it.key.as_str(), "groups" | "buses");
        if self.overlay
            && let Some(entry) = node.entries().iter().find(is_more)
        {
            let message = format!("a lane of an overlay has no `{}`", entry.key);
            self.helped(INVALID, message, entry.key_span, "list its boxes as `nodes`");
        }
        self.keys(node, "a lane", LANE);
        let lane = self.sketch.lanes.len();
        let name = self.text(node, "name").unwrap_or_default().to_owned();
        self.sketch.lanes.push(name);
        for entry in node.entries() {
            if matches!(entry.key.as_str(), "groups" | "nodes" | "buses") {
                self.inside(entry, Spot { parent: None, lane });
            }
        }
    }

    /// The boxes of a list.
    fn inside(&mut self, entry: &Entry, spot: Spot) {
        for node in self.list(entry) {
            if self.sketch.items.len() >= MOST_ITEMS {
                let message = format!("more than {MOST_ITEMS} boxes make no picture");
                return self.helped(
                    "diagram/too-large",
                    message,
                    node.span,
                    "split it into several diagrams",
                );
            }
            match entry.key.as_str() {
                "groups" => self.group(node, spot),
                "buses" => {
                    self.keys(node, "a bus", BUS);
                    self.item(node, Kind::Bus, spot);
                }
                _ => {
                    self.keys(node, "a node", NODE);
                    self.item(node, Kind::Node, spot);
                }
            }
        }
    }

    fn group(&mut self, node: &Node, spot: Spot) {
        self.keys(node, "a group", GROUP);
        let Some(item) = self.item(node, Kind::Group, spot) else { return };
        if self.sketch.depth(item) >= DEEPEST {
            let message = format!("groups lie more than {DEEPEST} deep in each other");
            return self.wrong("diagram/too-large", message, node.span);
        }
        for entry in node.entries() {
            if matches!(entry.key.as_str(), "groups" | "nodes") {
                self.inside(entry, Spot { parent: Some(item), ..spot });
            }
        }
    }

    /// What a `ref` stands for.
    fn reference(&mut self, node: &Node) -> Option<Found> {
        let text = self.text(node, "ref")?;
        match refs::find(self.context.cluster, text) {
            Ok(found) => Some(found),
            Err(wrong) => {
                let span = node.get("ref").map_or(node.span, |value| value.span);
                self.helped("diagram/unknown-ref", wrong.message, span, wrong.help);
                None
            }
        }
    }

    /// Adds a box; none where it has no name.
    fn item(&mut self, node: &Node, kind: Kind, spot: Spot) -> Option<usize> {
        if node.entries().is_empty() {
            return None;
        }
        let found = self.reference(node);
        let [id, label, sub, reference] =
            ["id", "label", "sub", "ref"].map(|key| self.text(node, key).map(str::to_owned));
        let Some(name) = id.or(reference) else {
            let start = node.entries().first().map_or(node.span, |entry| entry.key_span);
            self.helped(INVALID, "a box needs an `id` or a `ref`".to_owned(), start, "add `id: …`");
            return None;
        };
        let key = if node.get("id").is_some() { "id" } else { "ref" };
        let span = node.get(key).map_or(node.span, |value| value.span);
        let at = self.sketch.items.len();
        if let Some((_, first)) = self.ids.get(&name) {
            let first = *first;
            let problem =
                Diagnostic::error("diagram/same-id", format!("`{name}` stands here twice"));
            let problem = problem.at(span).related(first, "the first is here");
            self.diagnostics.push(problem.help("give one of them another `id`"));
        } else {
            self.ids.insert(name.clone(), (at, span));
        }
        let item = Item {
            kind,
            parent: spot.parent,
            lane: spot.lane,
            label: label.or(found.as_ref().map(|it| it.label.clone())).unwrap_or(name.clone()),
            sub: sub.or(found.as_ref().map(|it| it.sub.clone())).unwrap_or_default(),
            link: self.address(node).or_else(|| self.context.page(&found.as_ref()?.target)),
            icon: self.icon(node),
            tone: found.as_ref().and_then(|it| it.tone),
            target: found.map(|it| it.target),
            id: name,
        };
        self.sketch.items.push(item);
        Some(at)
    }

    fn address(&mut self, node: &Node) -> Option<String> {
        let text = self.text(node, "href")?;
        let leads = ["https://", "http://", "mailto:"].iter().any(|start| text.starts_with(start))
            || (text.starts_with('/') && !text.starts_with("//"));
        if leads {
            return self.context.address(text);
        }
        let span = node.get("href").map_or(node.span, |value| value.span);
        let message = format!("`{text}` leads nowhere");
        let help = "start it with `https://`, or with `/` for a page of the site";
        self.helped(INVALID, message, span, help);
        None
    }

    fn icon(&mut self, node: &Node) -> Option<String> {
        let name = self.text(node, "icon")?;
        if let Some(icon) = icon::find(name) {
            return Some(icon.path().to_owned());
        }
        let known = icon::Set::ALL.into_iter().flat_map(icon::names).collect::<Vec<_>>();
        let help = match closest(name, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "use `mdi:` with a name of Material Design Icons, or `si:` with one of Simple \
                     Icons"
                .to_owned(),
        };
        let span = node.get("icon").map_or(node.span, |value| value.span);
        self.helped("diagram/unknown-icon", format!("there is no icon `{name}`"), span, help);
        None
    }

    /// The item that an end of a line names.
    fn end(&mut self, node: &Node) -> Option<usize> {
        let Some(name) = node.as_str() else {
            self.wrong(INVALID, "an end is the `id` of a box", node.span);
            return None;
        };
        if let Some((at, _)) = self.ids.get(name) {
            return Some(*at);
        }
        if self.overlay
            && let Some(at) = self.derived(name)
        {
            return Some(at);
        }
        let near = closest(name, self.ids.keys().map(String::as_str));
        let help = near.map_or_else(
            || "add a box with this `id`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        self.helped("diagram/unknown-end", format!("there is no box `{name}`"), node.span, help);
        None
    }

    /// A box of the derived picture: `internet`, or a reference to a network or host.
    fn derived(&mut self, name: &str) -> Option<usize> {
        let is_drawn = |found: &Found| matches!(found.target, Target::Network(_) | Target::Host(_));
        let found = refs::find(self.context.cluster, name).ok().filter(is_drawn);
        if found.is_none() && name != "internet" {
            return None;
        }
        let at = self.sketch.items.len();
        self.ids.insert(name.to_owned(), (at, Span::new(FileId::default(), 0, 0)));
        let label = found.as_ref().map_or_else(|| "Internet".to_owned(), |it| it.label.clone());
        self.sketch.items.push(Item {
            id: name.to_owned(),
            kind: Kind::Derived,
            parent: None,
            lane: 0,
            label,
            sub: String::new(),
            link: None,
            tone: found.as_ref().and_then(|it| it.tone),
            target: found.map(|it| it.target),
            icon: None,
        });
        Some(at)
    }

    /// Whether a line of an overlay leads from one row to a lower one.
    fn leads_down(&self, from: usize, to: usize) -> bool {
        let place = |at: usize| {
            let item = &self.sketch.items[at];
            match (item.kind, item.id.as_str()) {
                (Kind::Derived, "internet") => 0,
                (Kind::Derived, _) => usize::MAX,
                _ => item.lane + 1,
            }
        };
        place(from) < place(to)
    }

    fn link(&mut self, node: &Node) {
        self.keys(node, "a link", LINK);
        if node.entries().is_empty() {
            return;
        }
        let way = self.way(node);
        let [label, speed] = ["label", "speed"].map(|key| self.text(node, key).unwrap_or_default());
        let words: Vec<&str> = [label, speed].into_iter().filter(|it| !it.is_empty()).collect();
        let label = words.join(" · ");
        let (Some(start), Some(end)) = (node.get("from"), node.get("to")) else {
            let start = node.entries()[0].key_span;
            return self.wrong(INVALID, "a link needs `from` and `to`", start);
        };
        let ends = if end.items().is_empty() { std::slice::from_ref(end) } else { end.items() };
        let Some(from) = self.end(start) else { return };
        for end in ends {
            let Some(to) = self.end(end) else { continue };
            if self.sketch.holds(from, to) || self.sketch.holds(to, from) {
                self.wrong(INVALID, "a line cannot lead from a box to itself or into it", end.span);
                continue;
            }
            if self.overlay && !self.leads_down(from, to) {
                let message = "a line of an overlay leads to a later lane, a network or a host";
                let help = "change `from` and `to`, or the order of lanes";
                self.helped(INVALID, message.to_owned(), end.span, help);
                continue;
            }
            if self.sketch.ties.len() >= MOST_TIES {
                let message = format!("more than {MOST_TIES} lines make no picture");
                return self.wrong("diagram/too-large", message, end.span);
            }
            let tone = |at: usize| match self.sketch.items[at].tone {
                Some(tone @ Tone::Network(_)) => Some(tone),
                _ => None,
            };
            let tone = if way == Way::Cable { tone(from).or_else(|| tone(to)) } else { None };
            let arrows = (false, way == Way::Flow);
            self.sketch.ties.push(Tie { from, to, label: label.clone(), way, tone, arrows });
        }
    }

    fn way(&mut self, node: &Node) -> Way {
        let Some(name) = self.text(node, "kind") else { return Way::Cable };
        if let Some((_, way)) = Way::NAMED.iter().find(|(known, _)| *known == name) {
            return *way;
        }
        let known = Way::NAMED.map(|(known, _)| known);
        let help = closest(name, known).map_or_else(
            || format!("use one of `{}`", known.join("`, `")),
            |near| format!("did you mean `{near}`?"),
        );
        let span = node.get("kind").map_or(node.span, |value| value.span);
        self.helped(INVALID, format!("there is no kind of link `{name}`"), span, help);
        Way::Cable
    }
}
