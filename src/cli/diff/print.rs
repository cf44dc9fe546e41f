//! Changes as text, Markdown and JSON.
//!
//! In: changes and the two ends they are between. Out: what is printed. Names and values of files
//! are shown as they are, with what a terminal or a browser would obey made harmless.

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Value, json};

use crate::changes::{Change, Part};
use crate::inventory::Source;

/// What was compared with what.
#[derive(Debug, Serialize)]
pub(super) struct Ends {
    pub(super) from: End,
    pub(super) to: End,
}

/// One of the two; both absent for the work tree.
#[derive(Debug, Serialize)]
pub(super) struct End {
    /// As typed.
    pub(super) revision: Option<String>,
    /// Full id.
    pub(super) commit: Option<String>,
}

impl End {
    pub(super) fn shown(&self) -> String {
        let Some(revision) = &self.revision else { return "the work tree".to_owned() };
        let short = self.commit.as_deref().and_then(|id| id.get(..7)).unwrap_or_default();
        if revision.starts_with(short) {
            format!("`{short}`")
        } else {
            format!("`{}` ({short})", printable(revision))
        }
    }
}

impl Ends {
    fn shown(&self) -> String {
        format!("{} to {}", self.from.shown(), self.to.shown())
    }
}

/// Groups under their headings, a line for each change with its place behind it.
pub(super) fn text(changes: &[Change], ends: &Ends) -> String {
    let mut out = format!("{}\n", title(changes, ends));
    for group in changes.chunk_by(|left, right| left.kind == right.kind) {
        let _ = writeln!(out, "\n{}", group[0].kind.heading());
        for change in group {
            let sentence = sentence(change, |code| format!("`{}`", printable(code)));
            let _ = writeln!(out, "  {sentence}{}", place(change, "  ", str::to_owned));
        }
    }
    out
}

/// The same as a heading and lists.
pub(super) fn markdown(changes: &[Change], ends: &Ends) -> String {
    let mut out = format!("{}\n", title(changes, ends));
    for group in changes.chunk_by(|left, right| left.kind == right.kind) {
        let _ = writeln!(out, "\n### {}\n", group[0].kind.heading());
        for change in group {
            let place = place(change, " · ", code);
            let _ = writeln!(out, "- {}{place}", sentence(change, code));
        }
    }
    out
}

/// `from`, `to` and `changes`, each change with its sentence as `text`.
pub(super) fn json(changes: &[Change], ends: &Ends) -> String {
    let entry = |change: &Change| {
        let mut value = serde_json::to_value(change).expect("bug: a change is plain data");
        let quoted = |code: &str| format!("`{code}`");
        value["text"] = Value::String(sentence(change, quoted));
        value
    };
    let changes: Vec<_> = changes.iter().map(entry).collect();
    format!("{:#}\n", json!({ "from": ends.from, "to": ends.to, "changes": changes }))
}

fn title(changes: &[Change], ends: &Ends) -> String {
    match changes.len() {
        0 => format!("Nothing changed in the cluster from {}", ends.shown()),
        1 => format!("1 change from {}", ends.shown()),
        number => format!("{number} changes from {}", ends.shown()),
    }
}

fn sentence(change: &Change, quote: impl Fn(&str) -> String) -> String {
    let part = |part: Part| match part {
        Part::Words(words) => words,
        Part::Code(text) => quote(&text),
    };
    change.sentence().into_iter().map(part).collect()
}

/// Where it stands, or stood where it is gone.
fn place(change: &Change, lead: &str, quote: impl Fn(&str) -> String) -> String {
    let source = change.sources.after.as_ref().or(change.sources.before.as_ref());
    let shown = |source: &Source| quote(&printable(&format!("{}:{}", source.path, source.line)));
    source.map(|source| format!("{lead}{}", shown(source))).unwrap_or_default()
}

/// Text of a file without what a terminal would obey.
fn printable(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// A code span of one line that no backtick within ends.
fn code(text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|at| at != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let is_bare = !text.starts_with('`') && !text.ends_with('`') && !text.is_empty();
    if is_bare { format!("{fence}{text}{fence}") } else { format!("{fence} {text} {fence}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_leaves_its_code_span() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a`<b>"), "``a`<b>``");
        assert_eq!(code("`a``"), "``` `a`` ```");
        assert_eq!(code("a\nb\u{1b}"), "`a\u{fffd}b\u{fffd}`");
    }

    #[test]
    fn ends_are_named_as_typed() {
        let end = |name: &str| End {
            revision: Some(name.to_owned()),
            commit: Some("0123456789abcdef".to_owned()),
        };
        assert_eq!(end("v1").shown(), "`v1` (0123456)");
        assert_eq!(end("0123456789").shown(), "`0123456`");
        let here = End { revision: None, commit: None };
        let ends = Ends { from: end("v1"), to: here };
        assert_eq!(
            text(&[], &ends),
            "Nothing changed in the cluster from `v1` (0123456) to the work tree\n"
        );
    }
}
