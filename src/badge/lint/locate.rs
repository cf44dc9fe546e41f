//! Where a piece of a query or an expression stands in the file.
//!
//! In: the file, where the value begins or else its key, and bytes of the value. Out: line and column in the file,
//! or nothing where the file spells the value in another way (escapes, folded lines).

use std::ops::Range;

use crate::badge::spec::Place;

/// Lines between a value's place and its first line: the mark of a block, and empty lines.
const SLACK: usize = 3;

/// The place of bytes of a value and how many characters they are in their first line.
pub(super) fn in_file(
    file: &str,
    from: Option<Place>,
    key: &str,
    value: &str,
    at: &Range<usize>,
) -> Option<(Place, usize)> {
    let start = value.floor_char_boundary(at.start.min(value.len()));
    let line_start = value[..start].rfind('\n').map_or(0, |at| at + 1);
    let line_end = value[start..].find('\n').map_or(value.len(), |at| start + at);
    let line = value[line_start..line_end].trim();
    if line.is_empty() {
        return None;
    }
    let indent = value[line_start..].len() - value[line_start..].trim_start().len();
    let n_before = value[..line_start].matches('\n').count();
    let (row, column) = match from {
        Some(place) => find(file, place, n_before, line)?,
        None => look_for(file, key, line)?,
    };
    let offset = value[line_start + indent..start.max(line_start + indent)].chars().count();
    let end = value.floor_char_boundary(at.end.min(line_end)).max(start);
    let length = value[start..end].trim_end().chars().count().max(1);
    Some((Place { line: row as u64, column: (column + offset) as u64 }, length))
}

/// Line and column of a byte, from 1.
pub(super) fn line_and_column(value: &str, at: usize) -> (usize, usize) {
    let before = &value[..value.floor_char_boundary(at.min(value.len()))];
    let line = before.rsplit('\n').next().unwrap_or_default();
    (before.matches('\n').count() + 1, line.chars().count() + 1)
}

/// The line and column of a line of the value in the file.
fn find(file: &str, from: Place, n_before: usize, line: &str) -> Option<(usize, usize)> {
    let first = from.line as usize + n_before;
    let rows = file.lines().enumerate().skip(first.saturating_sub(1)).take(SLACK + 1);
    rows.map(|(idx, row)| (idx + 1, row)).find_map(|(row, text)| {
        let is_first = n_before == 0 && row == first;
        let skipped = if is_first { (from.column as usize).saturating_sub(1) } else { 0 };
        let (start, _) = text.char_indices().nth(skipped)?;
        let found = start + text[start..].find(line)?;
        Some((row, text[..found].chars().count() + 1))
    })
}

/// As [`find`], anywhere: behind the key where there is such a line, else where it first stands.
fn look_for(file: &str, key: &str, line: &str) -> Option<(usize, usize)> {
    let marked = format!("{key}:");
    let rows = || file.lines().enumerate();
    let place = |idx: usize, text: &str, at: usize| (idx + 1, text[..at].chars().count() + 1);
    let behind_key = rows().find_map(|(idx, text)| {
        let start = text.find(&marked)? + marked.len();
        Some(place(idx, text, start + text[start..].find(line)?))
    });
    behind_key.or_else(|| rows().find_map(|(idx, text)| Some(place(idx, text, text.find(line)?))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, from: (u64, u64), value: &str, piece: &str, expected: Option<(u64, u64)>) {
        let start = value.find(piece).expect("a piece");
        let from = (from.0 > 0).then_some(Place { line: from.0, column: from.1 });
        let found = in_file(file, from, "q", value, &(start..start + piece.len()));
        let place = found.map(|(place, _)| (place.line, place.column));
        assert_eq!(place, expected, "{value:?}");
        if let Some((_, length)) = found {
            assert_eq!(length, piece.chars().count());
        }
    }

    #[test]
    fn values_are_found_as_they_are_written() {
        check("a: up\nquery: sum(up\n", (2, 8), "sum(up", "(", Some((2, 11)));
        check("a: up\nquery: 'sum(up'\n", (2, 8), "sum(up", "up", Some((2, 13)));
        check("q: |\n  sum(\n    up)\n", (1, 4), "sum(\n  up)\n", "up", Some((3, 5)));
        check("q: |\n  ü(\n", (1, 4), "ü(\n", "(", Some((2, 4)));
        check("x: up\nq: up\n", (0, 0), "up", "up", Some((2, 4)));
        check("x: up\n", (0, 0), "up", "up", Some((1, 4)));
        check("x: down\n", (0, 0), "up", "up", None);
    }

    #[test]
    fn values_that_are_written_otherwise_are_not_found() {
        check("q: \"a \\\"b\\\" c\"\n", (1, 4), "a \"b\" c", "c", None);
        check("q: >\n  a\n  b\n", (1, 4), "a b\n", "b", None);
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(line_and_column("a\nüb", 4), (2, 2));
        assert_eq!(line_and_column("", 9), (1, 1));
    }
}
