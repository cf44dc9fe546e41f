//! YAML text → [`Document`]s, through the events of granit-parser.
//!
//! In: the text of a file, or of a scalar that holds YAML or JSON. Out: one [`Node`] tree for each
//! document, with aliases and merge keys resolved, plus comments and diagnostics. It never
//! resolves a scalar's type (see [`Node`]), never expands aliases without bound, and gives up a
//! file at its first syntax error: half a file is not what a cluster would apply.
//!
//! YAML 1.2 as Kubernetes' tools read it: anchors may be re-used, `*app:` is an alias used as a
//! key, `=` is a string, tags are kept, and a repeated key is reported and its last value wins.

use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};

use super::{Comment, Document, Entry, FileId, Node, Scalar, Sources, Span, Value};
use crate::diagnostic::Diagnostic;

/// Levels of nesting that one document may have, aliases included.
const DEPTH_BUDGET: usize = 200;
/// Nodes that the aliases of one document may add.
const ALIAS_BUDGET: usize = 200_000;

/// The documents of a file, or the one diagnostic that says why there are none.
pub fn parse(file: FileId, text: &str) -> (Vec<Document>, Vec<Diagnostic>) {
    match Builder::new(file, text, &|at| at).documents() {
        Ok(found) => found,
        Err(first) => match separate_alias_keys(text) {
            Some((fixed, inserted)) => {
                let back = |at: usize| at - inserted.iter().take_while(|gap| **gap < at).count();
                Builder::new(file, &fixed, &back)
                    .documents()
                    .unwrap_or_else(|_| (vec![], vec![first]))
            }
            None => (vec![], vec![first]),
        },
    }
}

/// The first document of a scalar's text, with spans that point into the scalar's lines.
///
/// Kubernetes objects carry YAML and JSON in strings: patches, CNI configurations, values. Nothing
/// is reported: a string need not be YAML.
pub fn parse_embedded(scalar: &Node, sources: &Sources) -> Option<Node> {
    parse_embedded_all(scalar, sources).into_iter().next()
}

/// All documents of a scalar's text; see [`parse_embedded`].
pub fn parse_embedded_all(scalar: &Node, sources: &Sources) -> Vec<Node> {
    let Some(text) = scalar.as_str() else { return vec![] };
    let back = line_map(scalar.span, text, sources);
    let parsed = Builder::new(scalar.span.file, text, &back).documents();
    parsed.map_or_else(|_| vec![], |(found, _)| found.into_iter().map(|it| it.root).collect())
}

/// Maps bytes of a literal block scalar to bytes of its file; anything else maps to its start.
fn line_map(outer: Span, text: &str, sources: &Sources) -> impl Fn(usize) -> usize + use<> {
    let first = sources.position(outer.file, outer.start);
    let slice = sources.slice(outer);
    let inner_lines: Vec<&str> = text.split_inclusive('\n').collect();
    let literal = inner_lines.len() == slice.lines().count()
        && inner_lines
            .iter()
            .zip(slice.lines())
            .all(|(inner, source)| source.trim_start().trim_end() == inner.trim_start().trim_end());
    let indent = first.column as usize - 1;
    let starts: Vec<(usize, usize)> = inner_lines
        .iter()
        .scan(0, |at, line| {
            let start = *at;
            *at += line.len();
            Some(start)
        })
        .enumerate()
        .map(|(idx, start)| {
            let line = first.line as usize + idx;
            (start, sources.line_start(outer.file, line) + indent)
        })
        .collect();
    move |at| {
        if !literal {
            return outer.start as usize;
        }
        let idx = starts.partition_point(|(start, _)| *start <= at).max(1) - 1;
        let mapped = starts.get(idx).map_or(outer.start as usize, |(start, to)| to + at - start);
        mapped.min(outer.end as usize)
    }
}

/// Puts a space behind aliases that are keys (`*app: x`), and says where.
fn separate_alias_keys(text: &str) -> Option<(String, Vec<usize>)> {
    let mut fixed = String::with_capacity(text.len() + 16);
    let mut inserted = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start_matches([' ', '-', '\t']).len();
        let word = line[start..].split([' ', '\r', '\n']).next().unwrap_or_default();
        if word.len() > 2 && word.starts_with('*') && word.ends_with(':') {
            let colon = start + word.len() - 1;
            fixed.push_str(&line[..colon]);
            inserted.push(fixed.len());
            fixed.push(' ');
            fixed.push_str(&line[colon..]);
        } else {
            fixed.push_str(line);
        }
    }
    (!inserted.is_empty()).then_some((fixed, inserted))
}

/// A failed parse: the diagnostic that says why.
type Failure = Diagnostic;

struct Builder<'a> {
    file: FileId,
    text: &'a str,
    back: &'a dyn Fn(usize) -> usize,
    parser: std::iter::Peekable<Parser<'a, granit_parser::StrInput<'a>>>,
    anchors: BTreeMap<usize, (Node, usize)>,
    spent: usize,
    comments: Vec<Comment>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Builder<'a> {
    fn new(file: FileId, text: &'a str, back: &'a dyn Fn(usize) -> usize) -> Self {
        let mut options = granit_parser::Options::default();
        options.max_buffered_comment_events = 100_000;
        options.simple_key_max_lookahead = 16_384;
        let parser = Parser::new_from_str_with_options(text, options).peekable();
        Self {
            file,
            text,
            back,
            parser,
            anchors: BTreeMap::new(),
            spent: 0,
            comments: vec![],
            diagnostics: vec![],
        }
    }

    fn documents(mut self) -> Result<(Vec<Document>, Vec<Diagnostic>), Failure> {
        let mut documents = Vec::new();
        while let Some((event, span)) = self.next()? {
            if matches!(event, Event::DocumentStart(..)) {
                self.anchors.clear();
                self.spent = 0;
                let (root, _) = self.node(0)?;
                let index = documents.len();
                documents.push(Document { file: self.file, index, root, comments: vec![] });
            } else if !matches!(event, Event::DocumentEnd | Event::StreamStart | Event::StreamEnd) {
                return Err(self.fail("yaml/syntax", "this is no YAML document", span));
            }
        }
        self.attach_comments(&mut documents);
        Ok((documents, self.diagnostics))
    }

    /// Gives each document the comments from the end of the one before it to its own end.
    fn attach_comments(&mut self, documents: &mut [Document]) {
        for comment in std::mem::take(&mut self.comments) {
            let home =
                documents.iter().position(|document| comment.span.start < document.root.span.end);
            if let Some(document) = documents.get_mut(home.unwrap_or(usize::MAX)) {
                document.comments.push(comment);
            } else if let Some(last) = documents.last_mut() {
                last.comments.push(comment);
            }
        }
    }

    /// The next event that is no comment.
    fn next(&mut self) -> Result<Option<(Event<'a>, Span)>, Failure> {
        loop {
            let Some(next) = self.parser.next() else { return Ok(None) };
            let (event, span) = next.map_err(|error| self.syntax(&error))?;
            let range = span.byte_range().unwrap_or_default();
            let span = Span::new(self.file, (self.back)(range.start), (self.back)(range.end));
            match event {
                Event::Comment(text, _) => {
                    self.comments.push(Comment { span, text: text.trim().to_owned() });
                }
                event => return Ok(Some((event, span))),
            }
        }
    }

    fn syntax(&self, error: &granit_parser::ScanError) -> Failure {
        let at = (self.back)(error.marker().byte_offset().unwrap_or(0).min(self.text.len()));
        let span = Span::new(self.file, at, at + 1);
        Diagnostic::warning("yaml/syntax", format!("this is not valid YAML: {}", error.info()))
            .at(span)
            .label("here")
            .help("correct it; nothing of this file is on the site until then")
    }

    fn fail(&self, code: &'static str, message: impl Into<String>, span: Span) -> Failure {
        let _ = self;
        Diagnostic::warning(code, message.into()).at(span)
    }

    /// The node that starts with the next event, and how many nodes it holds.
    fn node(&mut self, depth: usize) -> Result<(Node, usize), Failure> {
        let Some((event, span)) = self.next()? else {
            return Err(self.fail(
                "yaml/syntax",
                "the file ends too early",
                Span::new(self.file, 0, 0),
            ));
        };
        if depth > DEPTH_BUDGET {
            return Err(self
                .fail("yaml/depth", format!("nested deeper than {DEPTH_BUDGET} levels"), span)
                .help("flatten it; nothing of this file is on the site until then"));
        }
        let (node, size, anchor) = match event {
            Event::Alias(id) => return self.alias(id, span, depth),
            Event::Scalar(text, style, anchor, tag) => {
                (scalar(&text, style, tag.as_deref(), span), 1, anchor)
            }
            Event::SequenceStart(_, anchor, tag) => {
                let (node, size) = self.sequence(span, tag.as_deref(), depth)?;
                (node, size, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                let (node, size) = self.mapping(span, tag.as_deref(), depth)?;
                (node, size, anchor)
            }
            _ => return Err(self.fail("yaml/syntax", "a value is missing here", span)),
        };
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok((node, size))
    }

    fn alias(&mut self, id: usize, span: Span, depth: usize) -> Result<(Node, usize), Failure> {
        let Some((node, size)) = self.anchors.get(&id) else {
            let message = "this alias stands inside its own anchor";
            return Err(self.fail("yaml/syntax", message, span));
        };
        let (mut node, size) = (node.clone(), *size);
        self.spent += size;
        if self.spent > ALIAS_BUDGET || depth + depth_of(&node) > DEPTH_BUDGET {
            let message = format!("aliases here stand for more than {ALIAS_BUDGET} values");
            return Err(self
                .fail("yaml/alias-budget", message, span)
                .help("write the values out; nothing of this file is on the site until then"));
        }
        node.span = span;
        Ok((node, size))
    }

    fn sequence(
        &mut self,
        start: Span,
        tag: Option<&Tag>,
        depth: usize,
    ) -> Result<(Node, usize), Failure> {
        let (mut items, mut size) = (Vec::new(), 1);
        loop {
            if self.at_end(|event| matches!(event, Event::SequenceEnd)) {
                let end = self.end_of(start, items.last().map(|item: &Node| item.span))?;
                let value = Value::Sequence(items);
                return Ok((Node { span: end, tag: custom(tag), value }, size));
            }
            let (item, count) = self.node(depth + 1)?;
            size += count;
            items.push(item);
        }
    }

    fn mapping(
        &mut self,
        start: Span,
        tag: Option<&Tag>,
        depth: usize,
    ) -> Result<(Node, usize), Failure> {
        let (mut entries, mut merges, mut size) = (Vec::new(), Vec::new(), 1);
        let mut template = false;
        loop {
            if self.at_end(|event| matches!(event, Event::MappingEnd)) {
                let last = entries.last().map(|entry: &Entry| entry.value.span);
                let span = self.end_of(start, last)?;
                for merge in merges {
                    merge_into(&mut entries, &merge);
                }
                let node = Node { span, tag: custom(tag), value: Value::Mapping(entries) };
                return Ok((if template { self.as_written(node) } else { node }, size));
            }
            let (key, _) = self.node(depth + 1)?;
            let (value, count) = self.node(depth + 1)?;
            size += count;
            match key.value {
                Value::Scalar(scalar) if scalar.plain && scalar.text == "<<" => merges.push(value),
                Value::Scalar(scalar) => self.insert(&mut entries, scalar.text, key.span, value),
                // `{{ name }}` without quotes reads as a map within a map: keep it as text.
                _ if self.text[start.range().start.min(self.text.len())..].starts_with("{{") => {
                    template = true;
                }
                _ => self.diagnostics.push(
                    self.fail("yaml/complex-key", "a key that is itself a collection", key.span)
                        .help("use a plain key; this entry is left out"),
                ),
            }
        }
    }

    fn as_written(&self, node: Node) -> Node {
        let text = self.text.get(node.span.range()).unwrap_or_default().to_owned();
        Node { value: Value::Scalar(Scalar { text, plain: false }), ..node }
    }

    fn insert(&mut self, entries: &mut Vec<Entry>, key: String, key_span: Span, value: Node) {
        if let Some(old) = entries.iter_mut().find(|entry| entry.key == key) {
            self.diagnostics.push(
                Diagnostic::warning("yaml/duplicate-key", format!("key `{key}` stands here twice"))
                    .at(key_span)
                    .label("this value wins")
                    .related(old.key_span, "this one is ignored")
                    .help("remove one of the two"),
            );
            (old.value, old.key_span) = (value, key_span);
        } else {
            entries.push(Entry { key, key_span, value });
        }
    }

    fn at_end(&mut self, is_end: impl Fn(&Event<'_>) -> bool) -> bool {
        while let Some(Ok((Event::Comment(..), _))) = self.parser.peek() {
            if let Some(Ok((Event::Comment(text, _), span))) = self.parser.next() {
                let range = span.byte_range().unwrap_or_default();
                let span = Span::new(self.file, (self.back)(range.start), (self.back)(range.end));
                self.comments.push(Comment { span, text: text.trim().to_owned() });
            }
        }
        matches!(self.parser.peek(), Some(Ok((event, _))) if is_end(event))
    }

    /// Takes the end event: a flow collection ends there, a block one with its last child.
    fn end_of(&mut self, start: Span, last: Option<Span>) -> Result<Span, Failure> {
        let end = self.next()?.map_or(start, |(_, span)| span);
        let flow = end.end > end.start;
        let stop = if flow { end.end } else { last.map_or(start.end, |span| span.end) };
        Ok(Span { file: self.file, start: start.start, end: stop.max(start.start) })
    }
}

fn scalar(text: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Node {
    let is_string = tag.and_then(Tag::core_suffix) == Some("str");
    let plain = style == ScalarStyle::Plain && !is_string;
    let value = Value::Scalar(Scalar { text: text.to_owned(), plain });
    Node { span, tag: custom(tag), value }
}

fn custom(tag: Option<&Tag>) -> Option<String> {
    tag.filter(|tag| !tag.is_yaml_core_schema()).map(Tag::original)
}

/// Adds what a merge key brings; keys that stand in the map itself, or came first, win.
fn merge_into(entries: &mut Vec<Entry>, merge: &Node) {
    for source in merge.items() {
        merge_into(entries, source);
    }
    for entry in merge.entries() {
        if !entries.iter().any(|own| own.key == entry.key) {
            entries.push(entry.clone());
        }
    }
}

fn depth_of(node: &Node) -> usize {
    match &node.value {
        Value::Scalar(_) => 0,
        Value::Sequence(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
        Value::Mapping(entries) => {
            1 + entries.iter().map(|entry| depth_of(&entry.value)).max().unwrap_or(0)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn show(node: &Node, out: &mut String) {
        match &node.value {
            Value::Scalar(scalar) => out.push_str(&scalar.text),
            Value::Sequence(items) => {
                out.push('[');
                for item in items {
                    show(item, out);
                    out.push(',');
                }
                out.push(']');
            }
            Value::Mapping(entries) => {
                out.push('{');
                for entry in entries {
                    let _ = write!(out, "{}:", entry.key);
                    show(&entry.value, out);
                    out.push(',');
                }
                out.push('}');
            }
        }
    }

    fn check(text: &str, expected: &str) {
        let (documents, diagnostics) = parse(FileId(0), text);
        let mut out = String::new();
        for document in &documents {
            show(&document.root, &mut out);
        }
        for diagnostic in diagnostics {
            let _ = write!(out, "!{}", diagnostic.code);
        }
        assert_eq!(out, expected, "{text}");
    }

    #[test]
    fn reads_what_kubernetes_reads() {
        check("a: &x 1\nb: &x 2\nc: *x\n", "{a:1,b:2,c:2,}");
        check("a: &app web\n*app: yes\nl:\n  - *app: 1\n", "{a:web,web:yes,l:[{web:1,},],}");
        check("matchType: =\n", "{matchType:=,}");
        check("a: !env X\nb: !!str 1\n", "{a:X,b:1,}");
        check("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\n", "{x:{a:1,b:2,},y:{b:3,a:1,},}");
        check("<<: [{a: 1}, {a: 2, b: 3}]\n", "{a:1,b:3,}");
        check("\u{feff}a: 1\r\nb:\r\n  - 2\r\n---\r\nc: 3\r\n", "{a:1,b:[2,],}{c:3,}");
        check("a: 1\na: 2\n", "{a:2,}!yaml/duplicate-key");
        check("a: {{ b }}\n", "{a:{{ b }},}");
        check("a: [b\n", "!yaml/syntax");
        check("a: *nope\n", "!yaml/syntax");
        check("", "");
        check("# only\n", "");
    }

    #[test]
    fn laughs_are_counted() {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for level in 1..10 {
            let refs = vec![format!("*a{}", level - 1); 10].join(", ");
            let _ = writeln!(text, "a{level}: &a{level} [{refs}]");
        }
        check(&text, "!yaml/alias-budget");
    }

    #[test]
    fn depth_is_bounded() {
        check(&"[".repeat(100_000), "!yaml/syntax");
        let deep = format!("a: {}x{}", "[".repeat(240), "]".repeat(240));
        check(&deep, "!yaml/depth");
    }

    #[test]
    fn spans_are_those_of_the_file() {
        let text = "a: 1\nb:\n  c: &n \"x\"\n  *n: y\n  d: *n\n";
        let (documents, _) = parse(FileId(0), text);
        let root = &documents[0].root;
        assert_eq!(&text[root.at(&["b", "c"]).unwrap().span.range()], "\"x\"");
        assert_eq!(&text[root.at(&["b", "x"]).unwrap().span.range()], "y");
        assert_eq!(&text[root.at(&["b", "d"]).unwrap().span.range()], "*n");
    }

    #[test]
    fn embedded_text_keeps_its_lines() {
        let text = "config: |\n  {\n    \"type\": \"macvlan\",\n    \"mtu\": 1500\n  }\nfolded: '{a: 1}'\n";
        let sources = Sources::from_memory([("a.yaml", text.as_bytes())]);
        let (documents, _) = parse(FileId(0), text);
        let root = &documents[0].root;
        let inner = parse_embedded(root.get("config").unwrap(), &sources).unwrap();
        assert_eq!(sources.slice(inner.get("mtu").unwrap().span), "1500");
        let inner = parse_embedded(root.get("folded").unwrap(), &sources).unwrap();
        assert_eq!(inner.str_at(&["a"]), Some("1"));
        assert_eq!(inner.get("a").unwrap().span.start, root.get("folded").unwrap().span.start);
    }
}
