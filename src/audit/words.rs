//! Lists and numbers as findings say them.
//!
//! In: names and counts. Out: text. It adds no judgement.

use super::Item;

/// How many things are named before the rest is counted.
const NAMED: usize = 12;

/// `1 claim`, `2 claims`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// `` `a`, `b` and `c` ``; beyond the first few, a number.
pub(crate) fn names<T: AsRef<str>>(names: &[T]) -> String {
    let ticked = |name: &T| format!("`{}`", name.as_ref());
    match names {
        [] => String::new(),
        [only] => ticked(only),
        [front @ .., last] if names.len() <= NAMED => {
            let front: Vec<String> = front.iter().map(ticked).collect();
            format!("{} and {}", front.join(", "), ticked(last))
        }
        _ => {
            let shown: Vec<String> = names[..NAMED].iter().map(ticked).collect();
            format!("{} and {} more", shown.join(", "), names.len() - NAMED)
        }
    }
}

/// Items one a line with their places, for text.
pub(crate) fn items(items: &[Item]) -> String {
    let line = |item: &Item| match &item.source {
        Some(at) => format!("{} ({}:{})", item.text, at.path, at.line),
        None => item.text.clone(),
    };
    let shown = if items.len() <= NAMED + 1 { items.len() } else { NAMED };
    let mut lines: Vec<String> = items[..shown].iter().map(line).collect();
    if shown < items.len() {
        lines.push(format!("and {} more", items.len() - shown));
    }
    lines.join("\n")
}

/// A sentence as a message: no capital, no full stop.
pub(crate) fn unstopped(sentence: &str) -> String {
    let text = sentence.trim_end_matches('.');
    let mut characters = text.chars();
    // Names such as `HelmRelease` or `PSA` keep their capital.
    let is_name = text.chars().nth(1).is_some_and(char::is_uppercase);
    match characters.next() {
        Some(first) if !is_name => first.to_lowercase().chain(characters).collect(),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_end_in_a_number() {
        let many: Vec<String> = (0..15).map(|at| at.to_string()).collect();
        assert!(names(&many).ends_with("`11` and 3 more"), "{}", names(&many));
        assert_eq!(names(&many[..2]), "`0` and `1`");
    }

    #[test]
    fn sentences_become_messages() {
        assert_eq!(unstopped("Charts can do it. Twice."), "charts can do it. Twice");
    }
}
