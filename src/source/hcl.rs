//! Terraform variable files (`.tfvars`) as [`Node`] trees.
//!
//! In: the text of one file. Out: the same tree that YAML becomes: objects are maps, tuples are
//! lists, literals are scalars, each with the bytes it stands at. It evaluates nothing: an
//! expression that is more than a literal stays as written, with the tag [`EXPRESSION`].

use std::ops::Range;

use hcl_edit::Span as _;
use hcl_edit::expr::{Expression, Object, ObjectKey, UnaryOperator};
use hcl_edit::structure::{Body, Structure};
use hcl_edit::template::{HeredocTemplate, Template};

use super::{Entry, FileId, Node, Scalar, Span, Value};
use crate::diagnostic::Diagnostic;

/// The tag of a scalar that is the source text of an expression.
pub const EXPRESSION: &str = "!expr";

/// Reads a variable file.
///
/// Fails with `source/hcl-syntax` where the text is not HCL, nests deeper than 64 levels, or holds
/// a block, which a variable file may not.
pub(crate) fn parse(file: FileId, text: &str) -> Result<Node, Diagnostic> {
    let reader = Reader { file, text };
    let body: Body = hcl_edit::parser::parse_body(text).map_err(|error| reader.syntax(&error))?;
    let mut entries = Vec::new();
    for structure in &body {
        let Structure::Attribute(attribute) = structure else {
            return Err(reader.block(structure.span()));
        };
        let whole = attribute.span().unwrap_or(0..text.len());
        let key_span = reader.span(attribute.key.span().unwrap_or(whole.clone()));
        let value = reader.node(&attribute.value, &whole);
        put(&mut entries, Entry { key: attribute.key.as_str().to_owned(), key_span, value });
    }
    let value = Value::Mapping(entries);
    Ok(Node { span: reader.span(0..text.len()), tag: None, value })
}

/// Adds an entry; the last of equal keys stays, as in Terraform.
fn put(entries: &mut Vec<Entry>, entry: Entry) {
    entries.retain(|other| other.key != entry.key);
    entries.push(entry);
}

struct Reader<'a> {
    file: FileId,
    text: &'a str,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.file, range.start, range.end)
    }

    fn syntax(&self, error: &hcl_edit::parser::Error) -> Diagnostic {
        let mut start = error.location().offset().min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
        let message = "this variable file is not valid HCL";
        Diagnostic::warning("source/hcl-syntax", message)
            .at(self.span(start..end))
            .label(error.message())
    }

    fn block(&self, range: Option<Range<usize>>) -> Diagnostic {
        let start = range.map_or(0, |range| range.start);
        let end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        Diagnostic::warning("source/hcl-syntax", "a variable file holds a block")
            .at(self.span(start..end))
            .help("write `name = value`; blocks belong into `.tf` files")
    }

    /// The node of an expression; `around` is where it stands if it does not know itself.
    fn node(&self, expression: &Expression, around: &Range<usize>) -> Node {
        let range = expression.span().unwrap_or_else(|| around.clone());
        let value = match expression {
            Expression::Null(_) => plain("null"),
            Expression::Bool(value) => plain(if *value.value() { "true" } else { "false" }),
            Expression::Number(_) => plain(self.slice(&range)),
            Expression::String(text) => quoted(text.value()),
            Expression::Array(items) => {
                Value::Sequence(items.iter().map(|item| self.node(item, &range)).collect())
            }
            Expression::Object(object) => Value::Mapping(self.entries(object, &range)),
            Expression::Parenthesis(inner) => return self.node(inner.inner(), &range),
            Expression::UnaryOp(operation) if is_negative_number(operation) => {
                plain(&self.slice(&range).replace(char::is_whitespace, ""))
            }
            Expression::StringTemplate(template) => match plain_text(template) {
                Some(text) => quoted(&text),
                None => return self.expression(range),
            },
            Expression::HeredocTemplate(heredoc) => match heredoc_text(heredoc) {
                Some(text) => quoted(&text),
                None => return self.expression(range),
            },
            _ => return self.expression(range),
        };
        Node { span: self.span(range), tag: None, value }
    }

    fn expression(&self, range: Range<usize>) -> Node {
        let value = quoted(self.slice(&range).trim());
        Node { span: self.span(range), tag: Some(EXPRESSION.to_owned()), value }
    }

    fn entries(&self, object: &Object, around: &Range<usize>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for (key, value) in object {
            let (name, range) = self.key(key);
            let key_span = self.span(range.unwrap_or_else(|| around.clone()));
            let value = self.node(value.expr(), around);
            put(&mut entries, Entry { key: name, key_span, value });
        }
        entries
    }

    fn key(&self, key: &ObjectKey) -> (String, Option<Range<usize>>) {
        match key {
            ObjectKey::Ident(name) => (name.as_str().to_owned(), name.span()),
            ObjectKey::Expression(Expression::String(text)) => (text.value().clone(), text.span()),
            ObjectKey::Expression(expression) => {
                let range = expression.span();
                let text = range.as_ref().map_or("", |range| self.slice(range).trim());
                (text.to_owned(), range)
            }
        }
    }

    fn slice(&self, range: &Range<usize>) -> &str {
        self.text.get(range.clone()).unwrap_or_default()
    }
}

fn plain(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.trim().to_owned(), plain: true })
}

fn quoted(text: &str) -> Value {
    Value::Scalar(Scalar { text: text.to_owned(), plain: false })
}

fn is_negative_number(operation: &hcl_edit::expr::UnaryOp) -> bool {
    *operation.operator.value() == UnaryOperator::Neg && operation.expr.is_number()
}

/// The text of a template without interpolations.
fn plain_text(template: &Template) -> Option<String> {
    template.iter().map(|element| element.as_literal().map(|text| text.value().as_str())).collect()
}

fn heredoc_text(heredoc: &HeredocTemplate) -> Option<String> {
    let mut heredoc = heredoc.clone();
    heredoc.dedent();
    plain_text(&heredoc.template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Place;

    fn read(text: &str) -> Node {
        parse(FileId(0), text).expect("valid HCL")
    }

    fn slice(text: &str, span: Span) -> &str {
        &text[span.range()]
    }

    /// The node at `path` has `expected` as its text and stands at `source`.
    fn check(text: &str, path: &[&str], expected: &str, source: &str) {
        let root = read(text);
        let node = root.at(path).expect("path exists");
        assert_eq!(node.as_str(), Some(expected));
        assert_eq!(slice(text, node.span).trim_end(), source);
    }

    #[test]
    fn literals_know_their_bytes() {
        let text = "# ä\nname = \"no\\\"de\"\ncount = 3 # why\nratio=-1.5\non = true\nlist = [\n  { vm_id = 901, \"ip\": \"192.0.2.1\" },\n]\n";
        check(text, &["name"], "no\"de", "\"no\\\"de\"");
        check(text, &["count"], "3", "3");
        check(text, &["ratio"], "-1.5", "-1.5");
        check(text, &["list", "0", "vm_id"], "901", "901");
        check(text, &["list", "0", "ip"], "192.0.2.1", "\"192.0.2.1\"");
        let root = read(text);
        assert_eq!(root.get("on").and_then(Node::as_bool), Some(true));
        assert_eq!(root.get("name").and_then(Node::as_bool), None);
        let entry = &root.get("list").expect("list").items()[0].entries()[0];
        assert_eq!(slice(text, entry.key_span).trim(), "vm_id");
    }

    #[test]
    fn quoted_booleans_stay_text() {
        let root = read("on = \"true\"\nnothing = null\n");
        assert_eq!(root.get("on").and_then(Node::as_bool), None);
        assert!(root.get("nothing").is_some_and(Node::is_null));
    }

    #[test]
    fn heredocs_lose_their_indent() {
        let root = read("text = <<-EOT\n    one\n      two\n  EOT\n");
        assert_eq!(root.str_at(&["text"]), Some("one\n  two\n"));
    }

    #[test]
    fn other_expressions_stay_as_written() {
        let root = read("a = var.name\nb = \"${var.name}-1\"\nc = (5)\nd = max(1, 2)\n");
        let tagged = |key: &str| {
            let node = root.get(key).expect("key");
            (node.tag.as_deref(), node.as_str().map(str::to_owned))
        };
        assert_eq!(tagged("a"), (Some(EXPRESSION), Some("var.name".to_owned())));
        assert_eq!(tagged("b"), (Some(EXPRESSION), Some("\"${var.name}-1\"".to_owned())));
        assert_eq!(tagged("c"), (None, Some("5".to_owned())));
        assert_eq!(tagged("d"), (Some(EXPRESSION), Some("max(1, 2)".to_owned())));
    }

    fn check_error(text: &str, line: usize) {
        let error = parse(FileId(0), text).expect_err("invalid HCL");
        assert_eq!(error.code, "source/hcl-syntax");
        let Place::Span(span) = error.place else { panic!("has a span") };
        assert_eq!(text[..span.range().start].matches('\n').count() + 1, line);
    }

    #[test]
    fn errors_point_at_their_line() {
        check_error("a = 1\nb = [1,, 2]\n", 2);
        check_error("a = 1\nb =\n", 2);
        check_error("a = 1\nresource \"x\" \"y\" {}\n", 2);
    }

    #[test]
    fn hostile_nesting_is_an_error() {
        for (open, close) in [("[", "]"), ("{a=", "}"), ("(", ")"), ("!", ""), ("-", "")] {
            let deep = format!("a = {}1{}\n", open.repeat(100_000), close.repeat(100_000));
            let outcome = parse(FileId(0), &deep);
            assert!(outcome.is_err() || open == "!" || open == "-", "{open}");
        }
        let deep = format!("a = {}1{}\n", "\"${".repeat(20_000), "}\"".repeat(20_000));
        assert!(parse(FileId(0), &deep).is_err());
        let open_only = format!("a = {}", "[".repeat(100_000));
        assert!(parse(FileId(0), &open_only).is_err());
    }
}
