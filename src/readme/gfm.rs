//! A table in the words of GitHub Flavored Markdown.
//!
//! In: a [`Table`] of the site. Out: Markdown of one line for each row. Places in files are left
//! out: their lines move with each edit of a manifest, and the text would never be still. Values
//! that are not known are a dash.
//!
//! Source of the format: GitHub Flavored Markdown Spec, section 4.10.

use std::fmt::Write as _;

use crate::site::view::{Cell, FactView, LinkView, Table};

/// What stands for nothing.
const NONE: &str = "—";

/// The table, or its sentence for no rows. `links` tells whether names lead to the handbook.
pub(super) fn table(table: &Table, links: bool) -> String {
    if table.rows.is_empty() {
        return format!("_{}_", escaped(&table.empty));
    }
    let cells = Cells { links };
    let shown: Vec<usize> = (0..table.columns.len()).filter(|at| is_shown(table, *at)).collect();
    let mut text = String::new();
    line(&mut text, shown.iter().map(|at| head(table, *at)));
    let rule = |at: &usize| if table.columns[*at].align == "number" { "---:" } else { "---" };
    line(&mut text, shown.iter().map(|at| rule(at).to_owned()));
    let row = |row: &Vec<Cell>| shown.iter().map(|at| cells.cell(&row[*at])).collect::<Vec<_>>();
    let mut rows: Vec<Vec<String>> = table.rows.iter().map(row).collect();
    // Without their places, rows can say the same.
    rows.dedup();
    rows.into_iter().for_each(|row| line(&mut text, row.into_iter()));
    text
}

/// Whether a column says more than where things were read, and more than nothing.
fn is_shown(table: &Table, at: usize) -> bool {
    let cells = || table.rows.iter().map(|row| &row[at]);
    let is_place = |cell: &Cell| matches!(cell, Cell::Source { .. } | Cell::Sources { .. });
    at == 0
        || (!cells().any(is_place) && cells().any(|cell| Cells { links: false }.cell(cell) != NONE))
}

fn head(table: &Table, at: usize) -> String {
    let column = &table.columns[at];
    let label = escaped(&column.label);
    if column.detail.is_empty() {
        label
    } else {
        format!("{label}<br><sub>{}</sub>", escaped(&column.detail))
    }
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}

/// How cells become text.
struct Cells {
    links: bool,
}

impl Cells {
    fn cell(&self, cell: &Cell) -> String {
        let text = match cell {
            Cell::Text { text } => escaped(text),
            Cell::Name { text, href, note, .. } => self.name(text, href.as_deref(), note),
            Cell::Facts { facts, code, none } => {
                lines(facts.iter().map(|fact| self::fact(fact, *code)), none)
            }
            Cell::Links { links, code, none } => {
                lines(links.iter().map(|link| self.link(link, *code)), none)
            }
            Cell::Markers { markers } => {
                lines(markers.iter().map(|marker| escaped(&marker.label)), "")
            }
            Cell::Marks { marks, none } => {
                lines(marks.iter().map(|mark| escaped(&mark.text)), none)
            }
            Cell::Folded { summary, .. } => escaped(summary),
            Cell::Verdict { label, .. } => escaped(label),
            Cell::Source { .. } | Cell::Sources { .. } => String::new(),
        };
        if text.is_empty() { NONE.to_owned() } else { text }
    }

    fn name(&self, text: &str, href: Option<&str>, note: &str) -> String {
        let name = match href.filter(|_| self.links) {
            Some(href) => format!("[{}]({})", escaped(text), target(href)),
            None => escaped(text),
        };
        let note = if note.is_empty() {
            String::new()
        } else {
            format!("<br><sub>{}</sub>", escaped(note))
        };
        format!("{name}{note}")
    }

    fn link(&self, link: &LinkView, code: bool) -> String {
        let text = if code { self::code(&link.text) } else { escaped(&link.text) };
        match link.href.as_deref().filter(|_| self.links) {
            Some(href) => format!("[{text}]({})", target(href)),
            None => text,
        }
    }
}

/// Values one below the other; equal ones once.
fn lines(values: impl Iterator<Item = String>, none: &str) -> String {
    let mut values: Vec<String> = values.filter(|value| !value.is_empty()).collect();
    values.dedup();
    if values.is_empty() { escaped(none) } else { values.join("<br>") }
}

fn fact(fact: &FactView, is_code: bool) -> String {
    match fact.state {
        "encrypted" => "_encrypted_".to_owned(),
        "templated" => code(&fact.text),
        "known" | "missing" if is_code => code(&fact.text),
        _ => escaped(&fact.text),
    }
}

/// Text as it is: whatever Markdown or HTML would read is escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => out.extend(['\\', character]),
            '\n' | '\r' | '\t' => out.push(' '),
            other if other.is_control() => {}
            other => out.push(other),
        }
    }
    out
}

/// A code span for a cell: GitHub reads `\|` in it as a bar.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let text: String = text.chars().filter(|at| !at.is_control()).collect();
    let text = text.replace('|', "\\|");
    let longest = text.split(|at| at != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A link's target, with what would end it escaped.
pub(super) fn target(href: &str) -> String {
    href.replace(' ', "%20").replace('(', "%28").replace(')', "%29").replace('|', "%7C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::view::Column;

    #[test]
    fn a_table_leaves_out_places_and_empty_columns() {
        let columns = vec![
            Column::text("name", "Name"),
            Column::number("count", "Count"),
            Column::text("nothing", "Nothing"),
        ];
        let mut made = Table::new("Things", "No thing.", columns);
        made.row(vec![
            Cell::noted("a|b", Some("https://example.com/a b".to_owned()), "of_all"),
            Cell::number(2),
            Cell::text(""),
        ]);
        let expected = "| Name | Count |\n| --- | ---: |\n\
                        | [a\\|b](https://example.com/a%20b)<br><sub>of\\_all</sub> | 2 |\n";
        assert_eq!(table(&made, true), expected);
        assert!(table(&made, false).contains("| a\\|b<br>"));
        let empty = Table::new("Things", "No thing.", vec![]);
        assert_eq!(table(&empty, true), "_No thing._");
    }

    #[test]
    fn text_stays_what_it_is() {
        let check = |text, expected: &str| assert_eq!(escaped(text), expected);
        check("a <b> & *c*", "a &lt;b&gt; &amp; \\*c\\*");
        check("a\n|b\u{7}", "a \\|b");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("`a"), "`` `a ``");
        assert_eq!(code(""), "");
    }
}
