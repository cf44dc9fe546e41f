//! Comments of the old file find their places in the new one.
//!
//! In: the comments of a document, the spans of its keys and metrics. Out: the comments above each
//! metric, at its keys, behind it, at keys of the file, and those of the file itself. It never
//! changes what a comment says.

use std::collections::BTreeMap;

use super::entry::{Entry, Key};
use crate::source::{Document, Node, Position, Sources, Span};

/// The line that names a schema for editors; the one of the old file is none for the new one.
const SCHEMA: &str = "yaml-language-server:";

/// A comment with its `#` and where it stands.
#[derive(Clone)]
struct Placed {
    text: String,
    start: u32,
    at: Position,
    /// Whether nothing else stands on its line.
    is_alone: bool,
}

/// The comments of a file by their homes.
#[derive(Default)]
pub(super) struct Comments {
    /// At the beginning, apart from what follows.
    pub(super) header: Vec<String>,
    /// At the end.
    pub(super) footer: Vec<String>,
    /// By the name of a key of the file.
    pub(super) keys: BTreeMap<String, Vec<String>>,
    metrics: Vec<OfMetric>,
}

/// The comments of one metric.
#[derive(Clone, Default)]
struct OfMetric {
    lead: Vec<String>,
    above: BTreeMap<String, Vec<String>>,
    beside: BTreeMap<String, String>,
    tail: Vec<String>,
}

impl Comments {
    /// Finds a home for each comment; also gives the place of a schema line that was left out.
    pub(super) fn of(document: &Document, sources: &Sources) -> (Comments, Option<Span>) {
        let (schema, kept): (Vec<_>, Vec<_>) =
            document.comments.iter().partition(|comment| comment.text.starts_with(SCHEMA));
        let placed = kept.iter().map(|comment| placed(comment.span, sources)).collect();
        let metrics = document.root.get("metrics").map_or(&[][..], Node::items);
        let mut finder = Finder { document, sources, metrics, placed, found: Comments::default() };
        finder.found.metrics = vec![OfMetric::default(); metrics.len()];
        finder.find();
        (finder.found, schema.first().map(|comment| comment.span))
    }

    /// Puts the comments of a metric around its badge.
    pub(super) fn dress(&mut self, idx: usize, badge: &mut Entry) {
        let mut own = self.metrics.get_mut(idx).map(std::mem::take).unwrap_or_default();
        badge.lead.splice(0..0, own.lead);
        for key in &mut badge.keys {
            own_comments(key, &mut own.above, &mut own.beside);
        }
        // What belonged to keys that are gone stays with the badge.
        let homeless = own.above.into_values().flatten().chain(own.beside.into_values());
        badge.lead.extend(homeless);
        badge.tail.append(&mut own.tail);
    }
}

fn own_comments(
    key: &mut Key,
    above: &mut BTreeMap<String, Vec<String>>,
    beside: &mut BTreeMap<String, String>,
) {
    for from in key.from {
        key.above.extend(above.remove(*from).unwrap_or_default());
        let Some(comment) = beside.remove(*from) else { continue };
        if key.from.len() == 1 && key.beside.is_none() {
            key.beside = Some(comment);
        } else {
            key.above.push(comment);
        }
    }
}

fn placed(span: Span, sources: &Sources) -> Placed {
    let at = sources.position(span.file, span.start);
    let line_start = sources.line_start(span.file, at.line as usize);
    let before = sources.text(span.file).get(line_start..span.start as usize);
    Placed {
        text: sources.slice(span).trim_end().to_owned(),
        start: span.start,
        at,
        is_alone: before.is_some_and(|before| before.trim().is_empty()),
    }
}

struct Finder<'a> {
    document: &'a Document,
    sources: &'a Sources,
    metrics: &'a [Node],
    placed: Vec<Placed>,
    found: Comments,
}

impl Finder<'_> {
    fn find(&mut self) {
        let mut last: Option<(Home, u32)> = None;
        for comment in std::mem::take(&mut self.placed) {
            let home = self.home(&comment);
            if let Home::Beside(idx, key) = home {
                self.found.metrics[idx].beside.insert(key, comment.text);
                continue;
            }
            let follows = last.as_ref().filter(|(before, _)| *before == home);
            let gap = follows.is_some_and(|(_, line)| comment.at.line > line + 1);
            let list = self.list(&home);
            if gap {
                list.push(String::new());
            }
            list.push(comment.text);
            last = Some((home, comment.at.line));
        }
    }

    fn list(&mut self, home: &Home) -> &mut Vec<String> {
        let found = &mut self.found;
        match home {
            Home::Header => &mut found.header,
            Home::Footer => &mut found.footer,
            Home::Key(key) => found.keys.entry(key.clone()).or_default(),
            Home::Lead(idx) => &mut found.metrics[*idx].lead,
            Home::Above(idx, key) | Home::Beside(idx, key) => {
                found.metrics[*idx].above.entry(key.clone()).or_default()
            }
            Home::Tail(idx) => &mut found.metrics[*idx].tail,
        }
    }

    fn home(&self, comment: &Placed) -> Home {
        let entries = self.document.root.entries();
        let owner = entries.iter().rposition(|entry| entry.key_span.start < comment.start);
        let Some(owner) = owner else { return self.before_all(comment) };
        let next = entries.get(owner + 1).map(|entry| entry.key.clone());
        let after = || next.clone().map_or(Home::Footer, Home::Key);
        let entry = &entries[owner];
        if entry.key == "metrics" && !self.metrics.is_empty() {
            return self.in_metrics(comment, entry.key_span).unwrap_or_else(after);
        }
        let line = self.line(entry.value.span.end);
        let is_inside = comment.start < entry.value.span.end || comment.at.line == line;
        if is_inside || comment.at.column > 1 { Home::Key(entry.key.clone()) } else { after() }
    }

    fn line(&self, at: u32) -> u32 {
        self.sources.position(self.document.file, at.saturating_sub(1)).line
    }

    /// A comment before the first key belongs to it unless an empty line stands between.
    fn before_all(&self, comment: &Placed) -> Home {
        let Some(first) = self.document.root.entries().first() else { return Home::Header };
        let line = self.sources.position(first.key_span.file, first.key_span.start).line;
        let text = self.sources.text(self.document.file);
        let between = text.get(comment.start as usize..first.key_span.start as usize);
        let is_apart = line == comment.at.line
            || between.unwrap_or_default().lines().any(|line| line.trim().is_empty());
        let is_apart = is_apart || between.is_some_and(|text| text.contains("\n---"));
        if is_apart { Home::Header } else { Home::Key(first.key.clone()) }
    }

    /// Nothing for what stands behind the metrics and is not indented as they are.
    fn in_metrics(&self, comment: &Placed, key: Span) -> Option<Home> {
        let idx = self.metrics.iter().rposition(|item| item.span.start < comment.start);
        let Some(idx) = idx else {
            let is_at_key = comment.at.line == self.sources.position(key.file, key.start).line;
            return Some(if is_at_key { Home::Key("metrics".to_owned()) } else { Home::Lead(0) });
        };
        let item = &self.metrics[idx];
        let column = self.sources.position(item.span.file, item.span.start).column;
        let is_inside =
            comment.start < item.span.end || comment.at.line == self.line(item.span.end);
        if is_inside {
            return Some(self.in_metric(comment, idx, item));
        }
        let has_next = idx + 1 < self.metrics.len();
        if comment.at.column >= column {
            Some(Home::Tail(idx))
        } else if has_next {
            Some(Home::Lead(idx + 1))
        } else if comment.at.column > 1 {
            Some(Home::Tail(idx))
        } else {
            None
        }
    }

    /// At the key on its line, else at the next one.
    fn in_metric(&self, comment: &Placed, idx: usize, item: &Node) -> Home {
        let own = || {
            let within = |span: Span| item.span.start <= span.start && span.end <= item.span.end;
            item.entries().iter().filter(move |entry| within(entry.key_span))
        };
        let before = own().rfind(|entry| entry.key_span.start < comment.start);
        let next = own().find(|entry| entry.key_span.start > comment.start);
        let inside = before.filter(|entry| comment.start < entry.value.span.end);
        match (comment.is_alone, before, inside.or(next)) {
            (false, Some(entry), _) if !self.found.metrics[idx].beside.contains_key(&entry.key) => {
                Home::Beside(idx, entry.key.clone())
            }
            (false, Some(entry), _) | (true, _, Some(entry)) => Home::Above(idx, entry.key.clone()),
            (true, Some(_), None) => Home::Tail(idx),
            (_, None, _) => Home::Lead(idx),
        }
    }
}

/// Where a comment goes.
#[derive(Clone, PartialEq)]
enum Home {
    Header,
    Footer,
    Key(String),
    Lead(usize),
    Above(usize, String),
    Beside(usize, String),
    Tail(usize),
}
