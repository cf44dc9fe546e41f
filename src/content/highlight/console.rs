//! Shell sessions: prompts, commands, and what they print.
//!
//! In: text. Out: classified lines. A line that starts with a prompt is a command, and goes on where
//! it ends in a backslash; all else is output. The theme copies commands alone.

use super::{Class, Line, other};

/// What ends a prompt.
const ENDS: [&str; 5] = ["$ ", "# ", "% ", "❯ ", "> "];

/// The lines of a text.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let prompt = if is_open { Some(continued(line)) } else { prompt(line) };
        let Some(length) = prompt else {
            let mut output = Line::default();
            output.push(Class::Output, line);
            lines.push(output);
            continue;
        };
        let command = &line[length..];
        let mut whole = Line::default();
        whole.0.extend((length > 0).then(|| (Class::Prompt, line[..length].to_owned())));
        let words = other::lines("sh", command).unwrap_or_default();
        whole.0.extend(words.into_iter().flat_map(|line| line.0));
        lines.push(whole);
        is_open = command.ends_with('\\');
    }
    lines
}

/// The length of the prompt of a line that goes on a command.
fn continued(line: &str) -> usize {
    if line.starts_with("> ") { 2 } else { 0 }
}

/// The length of a prompt: `$ `, `root# `, `user@host:~/folder$ `, `[user@host ~]$ `, `PS C:\\> `.
fn prompt(line: &str) -> Option<usize> {
    let bare =
        |line: &str| ENDS[..4].iter().find(|end| line.starts_with(**end)).map(|end| end.len());
    if let Some(length) = bare(line) {
        return Some(length);
    }
    if matches!(line, "$" | "#" | "%") {
        return Some(1);
    }
    let is_shell = line.starts_with('[') || line.starts_with("PS ") || {
        let word = line.split([' ', ':', '$', '#', '%']).next().unwrap_or_default();
        let (user, host) = word.split_once('@')?;
        let is_name = |name: &str| {
            !name.is_empty()
                && name.chars().all(|at| at.is_ascii_alphanumeric() || "-_.".contains(at))
        };
        is_name(user) && is_name(host)
    };
    if !is_shell {
        return None;
    }
    ENDS.iter().filter_map(|end| Some(line.find(end)? + end.len())).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let shown = |line: &Line| {
            let first = line.0.first().map(|(class, text)| format!("{class:?}({text})"));
            first.unwrap_or_default()
        };
        assert_eq!(lines(text).iter().map(shown).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn prompts_and_output() {
        check("$ ls\na # b", &["Prompt($ )", "Output(a # b)"]);
        check("root@pve1:~# qm list\n", &["Prompt(root@pve1:~# )"]);
        check("[core@node ~]$ id\nPS C:\\> dir", &["Prompt([core@node ~]$ )", "Prompt(PS C:\\> )"]);
        check("$ a \\\n> b\nc", &["Prompt($ )", "Prompt(> )", "Output(c)"]);
        check("a@b.example is down", &["Output(a@b.example is down)"]);
    }
}
