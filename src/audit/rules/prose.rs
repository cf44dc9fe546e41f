//! Prose that speaks of nodes and files that are not there.
//!
//! In: `README.md`, comments of Terraform variables, node names and files. Out: findings. Only what
//! can be told for certain is: names that are formed like those of nodes, and relative links.

use std::collections::BTreeSet;

use crate::audit::{EntityKind, Finding, Input, Rule, words};
use crate::diagnostic::Severity;
use crate::inventory::Source;
use crate::source::{FileId, Root, Span, path};

pub(super) const NODE: Rule = Rule {
    code: "prose/node-unknown",
    severity: Severity::Warning,
    title: "A README or comment names a node that does not exist",
    explanation: "\
The name is formed like those of the nodes, such as `worker-14`, but no node has it. Most likely \
nodes were renamed or removed and the text was not. Correct it, or take the text out and let the \
handbook show the nodes.

`README.md` and the comments of `.tfvars` files are read.",
    blind_spot: "",
    example: "| Host | Workers |\n| --- | --- |\n| `alpha` | `worker-14` |",
    check: nodes,
};

pub(super) const LINK: Rule = Rule {
    code: "prose/link-missing",
    severity: Severity::Warning,
    title: "A README links to a file that does not exist",
    explanation: "\
A relative link in `README.md` leads to a file or folder that is not in the repository. Correct it.",
    blind_spot: "Files that Git ignores are not visible.",
    example: "See [the nodes](talos/nodes.yaml).",
    check: links,
};

fn nodes(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let known: BTreeSet<&str> = input.cluster.nodes.iter().map(|node| node.name.as_str()).collect();
    let stems: BTreeSet<&str> = known.iter().filter_map(|name| stem(name)).collect();
    if stems.is_empty() {
        return vec![];
    }
    let mut found = vec![];
    for (file, text, only_comments) in texts(input) {
        let mut names: Vec<(&str, Span)> = vec![];
        let mut offset = 0;
        for line in text.split_inclusive('\n') {
            let start = if only_comments { comment(line) } else { Some(0) };
            for (at, word) in start.map(|at| self::words_of(line, at)).unwrap_or_default() {
                let is_node = stem(word).is_some_and(|stem| stems.contains(stem));
                if is_node && !known.contains(word) {
                    names.push((word, Span::new(file, offset + at, offset + at + word.len())));
                }
            }
            offset += line.len();
        }
        let Some((_, first)) = names.first() else { continue };
        let distinct: BTreeSet<&str> = names.iter().map(|(name, _)| *name).collect();
        let distinct: Vec<&str> = distinct.into_iter().collect();
        let (noun, verb) = if distinct.len() == 1 { ("node", "is") } else { ("nodes", "are") };
        let mut finding = rule
            .finding(format!(
                "{} {verb} named here, but no such {noun} {verb} declared",
                words::names(&distinct)
            ))
            .at(&Source::new(input.sources, *first, ""))
            .about(EntityKind::File, input.sources.file(file).path.clone())
            .help("correct the text");
        for (name, span) in names[1..].iter().take(4) {
            finding =
                finding.related(&Source::new(input.sources, *span, ""), format!("`{name}` here"));
        }
        found.push(finding);
    }
    found
}

/// What comes before the number at the end of a name, where it is long enough to be a pattern.
fn stem(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|at: char| at.is_ascii_digit());
    (stem.len() > 3 && stem.len() < name.len() && stem.contains('-')).then_some(stem)
}

/// `README.md`, and Terraform variables of which only comments are prose.
fn texts<'a>(input: &Input<'a>) -> Vec<(FileId, &'a str, bool)> {
    let files = input.sources.files().filter(|(_, file)| file.root == Root::Repository);
    files
        .filter_map(|(id, file)| {
            let is_variables = file.path.ends_with(".tfvars");
            let is_prose = file.path == "README.md" || is_variables;
            is_prose.then(|| Some((id, file.text()?, is_variables))).flatten()
        })
        .collect()
}

/// Where a comment starts in a line of HCL; a `#` within quotes is none.
fn comment(line: &str) -> Option<usize> {
    let mut quoted = false;
    line.char_indices().find_map(|(at, character)| {
        quoted ^= character == '"';
        let starts = character == '#' || line[at..].starts_with("//");
        (starts && !quoted).then_some(at)
    })
}

/// The words of a line from a byte on, with their bytes.
fn words_of(line: &str, from: usize) -> Vec<(usize, &str)> {
    let is_part = |at: char| at.is_ascii_alphanumeric() || at == '-';
    let mut found = vec![];
    let mut start = None;
    for (at, character) in
        line.char_indices().chain([(line.len(), ' ')]).filter(|(at, _)| *at >= from)
    {
        match (start, is_part(character)) {
            (None, true) => start = Some(at),
            (Some(begin), false) => {
                found.push((begin, &line[begin..at]));
                start = None;
            }
            _ => {}
        }
    }
    found
}

fn links(input: &Input<'_>, rule: &Rule) -> Vec<Finding> {
    let Some(id) = input.sources.find(Root::Repository, "README.md") else { return vec![] };
    let text = input.sources.text(id);
    let mut found = vec![];
    for (at, _) in text.match_indices("](") {
        let rest = &text[at + 2..];
        let Some(end) = rest.find([')', '\n', ' ']) else { continue };
        let written = &rest[..end];
        let target = written.split(['#', '?']).next().unwrap_or_default();
        if !is_relative(target) || is_there(input, target) {
            continue;
        }
        let span = Span::new(id, at + 2, at + 2 + end);
        found.push(
            rule.finding(format!("`{target}` does not exist"))
                .at(&Source::new(input.sources, span, ""))
                .about(EntityKind::File, "README.md")
                .help("correct the link"),
        );
    }
    found
}

/// Whether a link leads to a YAML, HCL or Markdown file, or to a folder: other files are not read,
/// so that nothing can be said of them.
fn is_relative(target: &str) -> bool {
    let is_local = !target.is_empty()
        && !target.contains(':')
        && !target.starts_with(['/', '#', '<'])
        && !target.starts_with("../");
    let name = target.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    let is_read = [".yaml", ".yml", ".md", ".tfvars"].iter().any(|end| name.ends_with(end));
    is_local && is_read
}

fn is_there(input: &Input<'_>, target: &str) -> bool {
    let Some(path) = path::join("", target) else { return true };
    let sources = input.sources;
    sources.find(Root::Repository, &path).is_some() || sources.is_folder(Root::Repository, &path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_stems() {
        assert_eq!(stem("worker-14"), Some("worker-"));
        assert_eq!(stem("k8s-work-1"), Some("k8s-work-"));
        assert_eq!(stem("v1"), None);
        assert_eq!(stem("worker"), None);
    }

    #[test]
    fn comments_start_outside_of_quotes() {
        assert_eq!(comment("a = 1 # b"), Some(6));
        assert_eq!(comment("a = \"#b\""), None);
        assert_eq!(words_of("x # use worker-14, too\n", 2)[1], (8, "worker-14"));
    }
}
