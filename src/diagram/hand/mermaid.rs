//! A Mermaid flowchart becomes a [`Sketch`].
//!
//! In: text that starts with `graph` or `flowchart`. Out: its nodes, subgraphs and links, or the
//! line that cannot be read. Styles are left out, because a picture has the colours of the site.
//! Source of the grammar: <https://mermaid.js.org/syntax/flowchart.html>.

mod scan;

use std::collections::BTreeMap;

use super::Text;
use super::sketch::{DEEPEST, Item, Kind, MOST_ITEMS, MOST_TIES, Sketch, Tie};
use crate::diagnostic::Diagnostic;
use crate::source::Span;
use scan::{Line, Scanner};

/// Code of what cannot be read.
const SYNTAX: &str = "diagram/mermaid";
/// First words of statements that say nothing but how things look or behave.
const LOOKS: [&str; 8] =
    ["style", "classDef", "class", "linkStyle", "direction", "accTitle", "accDescr", "accTitle:"];

/// Whether a text is a flowchart.
pub(super) fn is_flowchart(text: &str) -> bool {
    let first = lines(text).map(|(_, line)| line).find(|line| !line.is_empty());
    first.is_some_and(|line| header(line).is_some())
}

/// Whether a flowchart runs to the right, by its first line.
fn header(line: &str) -> Option<bool> {
    let line = line.split(';').next().unwrap_or(line);
    let mut words = line.split_whitespace();
    let first = words.next()?;
    let known = matches!(first, "graph" | "flowchart" | "flowchart-elk");
    known.then(|| matches!(words.next(), Some("LR" | "RL")))
}

/// Lines without comments and front matter, with the byte that each starts at.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let mut matter = text.trim_start().starts_with("---");
    let mut opened = false;
    let mut directive = false;
    text.split_inclusive('\n').map(move |whole| {
        let start = at + whole.len() - whole.trim_start().len();
        at += whole.len();
        let line = whole.trim();
        if matter {
            matter = !(opened && line == "---");
            opened |= line == "---";
            return (start, "");
        }
        directive |= line.starts_with("%%{");
        let is_left_out = directive || line.starts_with("%%");
        directive &= !line.contains("}%%");
        (start, if is_left_out { "" } else { line })
    })
}

/// The title of the front matter.
fn title(text: &str) -> Option<String> {
    let rest = text.trim_start().strip_prefix("---")?;
    let (matter, _) = rest.split_once("\n---")?;
    let line = matter.lines().find_map(|line| line.strip_prefix("title:"))?;
    let title = line.trim().trim_matches(['"', '\'']);
    (!title.is_empty()).then(|| title.to_owned())
}

/// Reads a flowchart.
pub(super) fn read(text: Text<'_>) -> (Sketch, Vec<Diagnostic>) {
    let mut reader = Reader {
        text,
        sketch: Sketch {
            title: title(text.text).unwrap_or_else(|| text.name.to_owned()),
            ..Sketch::default()
        },
        ids: BTreeMap::new(),
        groups: Vec::new(),
        diagnostics: Vec::new(),
    };
    let mut started = false;
    for (start, line) in lines(text.text) {
        if line.is_empty() {
            continue;
        }
        if !started {
            started = true;
            let Some(sideways) = header(line) else {
                let help = "only `graph` and `flowchart` are drawn";
                let message = "this is no Mermaid flowchart";
                reader.wrong(message.to_owned(), start, line.len(), Some(help));
                break;
            };
            reader.sketch.sideways = sideways;
            if let Some((head, rest)) = line.split_once(';') {
                reader.statements(rest, start + head.len() + 1);
            }
            continue;
        }
        reader.statements(line, start);
    }
    if let Some((_, start)) = reader.groups.last() {
        let start = *start;
        reader.wrong("this `subgraph` has no `end`".to_owned(), start, 8, None);
    }
    reader.finish()
}

struct Reader<'a> {
    text: Text<'a>,
    sketch: Sketch,
    ids: BTreeMap<String, usize>,
    /// Open subgraphs, with where each starts.
    groups: Vec<(usize, usize)>,
    diagnostics: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn wrong(&mut self, message: String, start: usize, length: usize, help: Option<&str>) {
        let start = self.text.base + start;
        let span = Span::new(self.text.file, start, start + length.max(1));
        let found = Diagnostic::error(SYNTAX, message).at(span);
        self.diagnostics.push(match help {
            Some(help) => found.help(help),
            None => found,
        });
    }

    /// The statements of a line.
    fn statements(&mut self, line: &str, start: usize) {
        for (at, statement) in scan::split(line) {
            let trimmed = statement.trim_start();
            let start = start + at + statement.len() - trimmed.len();
            let trimmed = trimmed.trim_end();
            if !trimmed.is_empty() && self.diagnostics.len() < 20 {
                self.statement(trimmed, start);
            }
        }
    }

    fn statement(&mut self, line: &str, start: usize) {
        let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match first {
            "subgraph" => self.open(rest.trim(), start),
            "end" if rest.trim().is_empty() => {
                if self.groups.pop().is_none() {
                    self.wrong("this `end` ends nothing".to_owned(), start, line.len(), None);
                }
            }
            "click" => self.click(rest.trim()),
            word if LOOKS.contains(&word) && !rest.trim_start().starts_with(['-', '=', '<']) => {}
            _ => self.chain(line, start),
        }
    }

    fn open(&mut self, rest: &str, start: usize) {
        let named = scan::node(&mut Scanner::new(rest));
        let (id, label) = match named {
            Some(found) if found.length == rest.len() => (found.id, found.label),
            _ => (rest.to_owned(), None),
        };
        let id = if id.is_empty() { format!("subgraph-{start}") } else { id };
        let label = label.unwrap_or_else(|| scan::plain(&id));
        if self.groups.len() >= DEEPEST {
            let message = format!("subgraphs lie more than {DEEPEST} deep in each other");
            self.wrong(message, start, 8, None);
        }
        let at = match self.ids.get(&id) {
            // Links may name a subgraph before it comes.
            Some(at) => *at,
            None => self.add(id, Kind::Group),
        };
        let parent = self.groups.last().map(|(group, _)| *group).filter(|group| *group != at);
        let item = &mut self.sketch.items[at];
        (item.kind, item.label, item.parent) = (Kind::Group, label, parent);
        self.groups.push((at, start));
    }

    fn add(&mut self, id: String, kind: Kind) -> usize {
        let at = self.sketch.items.len();
        self.ids.insert(id.clone(), at);
        self.sketch.items.push(Item {
            label: scan::plain(&id),
            id,
            kind,
            parent: self.groups.last().map(|(group, _)| *group),
            lane: 0,
            sub: String::new(),
            target: None,
            link: None,
            tone: None,
            icon: None,
        });
        at
    }

    /// `click a "https://…"`, with or without `href`.
    fn click(&mut self, rest: &str) {
        let Some((id, rest)) = rest.split_once(char::is_whitespace) else { return };
        let address = rest.trim().trim_start_matches("href").trim();
        let address = address.trim_start_matches('"').split(['"', ' ']).next().unwrap_or_default();
        let leads = ["https://", "http://"].iter().any(|start| address.starts_with(start));
        if let Some(at) = self.ids.get(id).filter(|_| leads) {
            self.sketch.items[*at].link = Some(address.to_owned());
        }
    }

    /// Nodes with links between: `a & b --> c -- words --> d`.
    fn chain(&mut self, line: &str, start: usize) {
        let mut scanner = Scanner::new(line);
        let Some(mut from) = self.nodes(&mut scanner, start) else { return };
        while !scanner.is_done() {
            let at = scanner.at();
            let Some(found) = scan::link(&mut scanner) else {
                let rest = line.len() - at;
                let help = "write `a --> b`, `a -- words --> b` or `a -->|words| b`";
                let message = "a link is expected here".to_owned();
                return self.wrong(message, start + at, rest, Some(help));
            };
            let Some(to) = self.nodes(&mut scanner, start) else { return };
            self.link(&found, &from, &to, start + at);
            from = to;
        }
    }

    fn link(&mut self, line: &Line, from: &[usize], to: &[usize], start: usize) {
        if line.hidden {
            return;
        }
        for (from, to) in from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to))) {
            if self.sketch.ties.len() >= MOST_TIES {
                let message = format!("more than {MOST_TIES} links make no picture");
                return self.wrong(message, start, 1, None);
            }
            let (label, way, arrows) = (line.label.clone(), line.way, line.arrows);
            self.sketch.ties.push(Tie { from, to, label, way, tone: None, arrows });
        }
    }

    /// Nodes with `&` between.
    fn nodes(&mut self, scanner: &mut Scanner<'_>, start: usize) -> Option<Vec<usize>> {
        let mut nodes = Vec::new();
        loop {
            scanner.space();
            let at = scanner.at();
            let Some(found) = scan::node(scanner) else {
                let rest = scanner.rest().len();
                self.wrong("a node is expected here".to_owned(), start + at, rest, None);
                return None;
            };
            if found.unclosed {
                let rest = found.length + scanner.rest().len();
                let message = format!("the shape of `{}` is not closed", found.id);
                let help = "put words with brackets in quotes: `a[\"words (more)\"]`";
                self.wrong(message, start + at, rest, Some(help));
                return None;
            }
            if self.sketch.items.len() >= MOST_ITEMS {
                let message = format!("more than {MOST_ITEMS} nodes make no picture");
                self.wrong(message, start + at, 1, None);
                return None;
            }
            nodes.push(self.node(found));
            scanner.space();
            if !scanner.take("&") {
                return Some(nodes);
            }
        }
    }

    fn node(&mut self, found: scan::Node) -> usize {
        let at = match self.ids.get(&found.id) {
            Some(at) => *at,
            None => self.add(found.id, Kind::Node),
        };
        let group = self.groups.last().map(|(group, _)| *group);
        let item = &mut self.sketch.items[at];
        if let Some(label) = found.label {
            let mut parts = label.splitn(2, '\n');
            parts.next().unwrap_or_default().clone_into(&mut item.label);
            item.sub = parts.next().unwrap_or_default().replace('\n', " · ");
        }
        // A node belongs to the innermost subgraph that names it first.
        if item.kind == Kind::Node && item.parent.is_none() {
            item.parent = group;
        }
        at
    }

    /// Brings frames before what they hold, and leaves out lines that lead into their own start.
    fn finish(mut self) -> (Sketch, Vec<Diagnostic>) {
        if self.sketch.items.is_empty() && self.diagnostics.is_empty() {
            self.wrong("there is nothing to draw".to_owned(), 0, 1, None);
        }
        self.uncircle();
        let sketch = &mut self.sketch;
        let mut order: Vec<usize> = (0..sketch.items.len()).collect();
        order.sort_by_key(|at| sketch.depth(*at));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        sketch.items = order.iter().map(|old| sketch.items[*old].clone()).collect();
        for item in &mut sketch.items {
            item.parent = item.parent.map(|parent| place[parent]);
        }
        for tie in &mut sketch.ties {
            (tie.from, tie.to) = (place[tie.from], place[tie.to]);
        }
        let ties = std::mem::take(&mut sketch.ties);
        sketch.ties = ties
            .into_iter()
            .filter(|tie| !sketch.holds(tie.from, tie.to) && !sketch.holds(tie.to, tie.from))
            .collect();
        (self.sketch, self.diagnostics)
    }

    /// A subgraph that is opened again within itself must not hold itself.
    fn uncircle(&mut self) {
        for at in 0..self.sketch.items.len() {
            let parents = std::iter::successors(self.sketch.items[at].parent, |parent| {
                self.sketch.items[*parent].parent
            });
            let mut parents = parents.take(self.sketch.items.len() + 1);
            if parents.any(|parent| parent == at) {
                self.sketch.items[at].parent = None;
            }
        }
        for at in 0..self.sketch.items.len() {
            let depth = std::iter::successors(self.sketch.items[at].parent, |parent| {
                self.sketch.items[*parent].parent
            });
            if depth.take(DEEPEST + 2).count() > DEEPEST {
                self.sketch.items[at].parent = None;
            }
        }
    }
}
