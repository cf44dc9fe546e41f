//! Folders of the repository as a tree.
//!
//! In: the paths of files that were read. Out: a code block. Folders that hold nothing that was read
//! and hidden ones, such as `.github`, are not in it.

use std::collections::BTreeSet;

use super::Made;
use super::kinds::{Call, text, unknown};
use crate::diagnostic::Diagnostic;
use crate::source::Root;

/// Folders at most.
const MOST: usize = 200;

pub(super) fn make(call: &Call<'_>) -> Result<Made, Box<Diagnostic>> {
    let (sources, depth) = (call.input.sources, call.number("depth", 2)?);
    let top = call.block.value("path").unwrap_or_default().trim_matches('/');
    let folders: BTreeSet<&str> = sources.folders(Root::Repository).collect();
    if let Some(path) =
        call.block.argument("path").filter(|_| !top.is_empty() && !folders.contains(top))
    {
        let message = format!("there is no folder `{}`", path.value);
        return Err(unknown(&message, &path.value, path.value_span, folders.into_iter()));
    }
    let below: BTreeSet<Vec<&str>> =
        folders.iter().filter_map(|path| parts(path, top, depth)).collect();
    let shown: Vec<Vec<&str>> = below.into_iter().take(MOST).collect();
    let name = if top.is_empty() { ".".to_owned() } else { format!("{top}/") };
    let lines: Vec<String> = shown.iter().map(|path| line(path, &shown)).collect();
    Ok(text(format!("```text\n{name}\n{}\n```", lines.join("\n"))))
}

/// The parts of a path below the top; none for what lies elsewhere or too deep.
fn parts<'a>(path: &'a str, top: &str, depth: usize) -> Option<Vec<&'a str>> {
    let below = match top {
        "" => path,
        top => path.strip_prefix(top)?.strip_prefix('/')?,
    };
    let parts: Vec<&str> = below.split('/').filter(|part| !part.is_empty()).collect();
    let is_hidden = parts.iter().any(|part| part.starts_with('.'));
    (!parts.is_empty() && parts.len() <= depth && !is_hidden).then_some(parts)
}

/// A folder after the lines that lead to it.
fn line(path: &[&str], all: &[Vec<&str>]) -> String {
    let is_last = |depth: usize| {
        let mut siblings =
            all.iter().filter(|other| other.len() == depth + 1 && other[..depth] == path[..depth]);
        siblings.next_back().is_some_and(|last| last[depth] == path[depth])
    };
    let mut line: String =
        (0..path.len() - 1).map(|depth| if is_last(depth) { "    " } else { "│   " }).collect();
    line += if is_last(path.len() - 1) { "└── " } else { "├── " };
    line + path[path.len() - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_folders_have_a_corner() {
        let all = [vec!["a"], vec!["a", "b"], vec!["a", "c"], vec!["d"], vec!["d", "e"]];
        let lines: Vec<String> = all.iter().map(|path| line(path, &all)).collect();
        assert_eq!(lines, ["├── a", "│   ├── b", "│   └── c", "└── d", "    └── e"]);
    }

    #[test]
    fn parts_end_with_the_depth() {
        assert_eq!(parts("a/b/c", "a", 2), Some(vec!["b", "c"]));
        assert_eq!(parts("a/b/c", "a", 1), None);
        assert_eq!(parts("ab", "a", 1), None);
        assert_eq!(parts("a", "a", 1), None);
    }
}
