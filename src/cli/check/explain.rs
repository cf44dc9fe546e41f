//! `rackbook check --explain`: what a code means.
//!
//! In: a code, or nothing. Out: its explanation, or a list of all codes. It reads no repository.

use std::fmt::Write as _;

use crate::audit::{READING, RULES, Rule, closest_code, rule};
use crate::cli::{Failure, report};

pub(super) fn run(code: &str) -> Result<(), Failure> {
    let Some(text) = text(code) else {
        let near = closest_code(code).map(|near| format!(", did you mean `{near}`?"));
        return Err(Failure::UnknownCode { code: code.to_owned(), help: near.unwrap_or_default() });
    };
    report::print(&text)
}

fn text(code: &str) -> Option<String> {
    if code.is_empty() {
        return Some(list());
    }
    if let Some(rule) = rule(code) {
        return Some(explained(rule));
    }
    let one = READING.iter().find(|one| one.code == code)?;
    Some(format!("{}\n{}\n\n{}\n", one.code, one.title, one.explanation))
}

fn explained(rule: &Rule) -> String {
    let Rule { code, title, explanation, blind_spot, example, .. } = rule;
    let severity = rule.severity.word();
    let mut text = format!("{code} ({severity})\n{title}\n\n{explanation}\n");
    if !blind_spot.is_empty() {
        let _ = write!(text, "\nWhat it cannot see: {blind_spot}\n");
    }
    text.push_str("\nExample:\n");
    for line in example.lines() {
        let _ = writeln!(text, "  {line}");
    }
    text
}

fn list() -> String {
    let mut text = "Findings:\n".to_owned();
    for rule in RULES {
        let _ = writeln!(text, "  {:<34} {:<8} {}", rule.code, rule.severity.word(), rule.title);
    }
    text.push_str("\nMessages of reading and building:\n");
    for one in READING {
        let _ = writeln!(text, "  {:<43} {}", one.code, one.title);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn codes_are_explained_and_listed() {
        let told = text("network/attachment-unused").expect("a rule");
        assert!(told.starts_with("network/attachment-unused (note)\n"), "{told}");
        assert!(text("yaml/syntax").is_some());
        assert!(text("yaml/sintax").is_none());
        assert!(text("").expect("a list").contains("storage/backup-missing"));
    }
}
