//! The report as annotations of GitHub Actions.
//!
//! In: entries. Out: one workflow command for each, which the runner puts beside the line. Format:
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands>.

use std::fmt::Write as _;

use super::{Entry, committed};
use crate::diagnostic::Severity;
use crate::source::Sources;

pub(super) fn text(entries: &[Entry<'_>], sources: &Sources) -> String {
    let mut text = String::new();
    for entry in entries.iter().filter(|entry| entry.acknowledged.is_none()) {
        let _ = writeln!(text, "{}", command(entry, sources));
    }
    text
}

fn command(entry: &Entry<'_>, sources: &Sources) -> String {
    let one = &entry.diagnostic;
    let name = match one.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut properties = vec![];
    if let Some(place) = committed(&one.place, sources) {
        properties.push(format!("file={}", property(&place.path)));
        if let Some((line, column, end)) = place.lines {
            properties.push(format!("line={line}"));
            properties.push(format!("col={column}"));
            if end > column {
                properties.push(format!("endColumn={end}"));
            }
        }
    }
    properties.push(format!("title={}", property(one.code)));
    let mut message = one.message.clone();
    for note in &one.notes {
        let _ = write!(message, "\n{note}");
    }
    if let Some(help) = &one.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    format!("::{name} {}::{}", properties.join(","), data(&message))
}

/// A message as the runner reads it back.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property as the runner reads it back.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::source::{Root, Span};

    #[test]
    fn what_would_end_a_command_is_escaped() {
        let sources = Sources::from_memory([("a,b:c%.yaml", b"a: b\n".as_slice())]);
        let file = sources.find(Root::Repository, "a,b:c%.yaml").expect("the file");
        let diagnostic = Diagnostic::warning("a/b", "100 %\n::error::").at(Span::new(file, 3, 4));
        let entry = Entry { diagnostic, finding: None, acknowledged: None };
        assert_eq!(
            text(&[entry], &sources),
            "::warning file=a%2Cb%3Ac%25.yaml,line=1,col=4,endColumn=5,title=a/b::100 %25%0A::error::\n"
        );
    }
}
