//! Tables written by hand that a block could keep true, and where they disagree with the manifests.
//!
//! In: a Markdown file and the tables of the handbook. Out: a note for each table of which at least
//! half of the rows name things that the cluster has, with what differs. It compares names and the
//! cells of columns that are called the same; what the cluster does not know is not compared.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Range;

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::kinds::{Call, table_of};
use super::{Input, apps, blocks};
use crate::diagnostic::Diagnostic;
use crate::site::pages;
use crate::site::tables;
use crate::site::view::{Cell, Table};
use crate::source::{FileId, Span};

/// Differences that are told of one table.
const MOST: usize = 12;

/// A table of the text.
#[derive(Debug, Default)]
struct Written {
    range: Range<usize>,
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// A table of the handbook, and the block that gives it.
struct Candidate {
    block: String,
    columns: Vec<String>,
    /// Name of the row, and the words of each cell; none where nothing is known.
    rows: Vec<(String, Vec<Option<String>>)>,
}

/// Notes on the tables of a file that stand in no block yet.
pub fn suggest(input: &Input<'_>, file: FileId) -> Vec<Diagnostic> {
    let text = input.sources.text(file);
    let (filled, _) = blocks::find(text, file);
    let is_filled =
        |range: &Range<usize>| filled.iter().any(|block| block.inner.contains(&range.start));
    let candidates = candidates(input);
    let written = written(text);
    let own = written.iter().filter(|table| !is_filled(&table.range));
    own.filter_map(|table| note(table, &candidates, text, file)).collect()
}

fn candidates(input: &Input<'_>) -> Vec<Candidate> {
    let block = blocks::Block::bare();
    let call = Call { input, block: &block, path: "" };
    let named = [
        ("hardware", "hosts"),
        ("nodes", "nodes"),
        ("vlans", "networks"),
        ("versions", "versions"),
    ];
    let plain = named
        .into_iter()
        .filter_map(|(name, of)| Some(candidate(name.to_owned(), &call.made(table_of(of)?, None))));
    let names = pages::apps::names(input.cluster).into_iter();
    let of_namespace = |name: &str| {
        let table = call.made(tables::apps, Some(name));
        candidate(format!("apps namespace=\"{name}\""), &table)
    };
    let layout = candidate("layout".to_owned(), &apps::layout_table(input.cluster));
    plain.chain([layout]).chain(names.map(of_namespace)).collect()
}

fn candidate(block: String, table: &Table) -> Candidate {
    let columns = table.columns.iter().map(|column| column.label.clone()).collect();
    let row = |row: &Vec<Cell>| {
        let cells: Vec<Option<String>> = row.iter().map(Cell::words).collect();
        Some((cells.first()?.clone()?, cells))
    };
    Candidate { block, columns, rows: table.rows.iter().filter_map(row).collect() }
}

/// All tables of a text, with the words of their cells.
fn written(text: &str) -> Vec<Written> {
    let (mut tables, mut table) = (vec![], Written::default());
    let (mut row, mut cell) = (vec![], String::new());
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Table(_)) => table = Written { range, ..Written::default() },
            Event::Start(Tag::TableCell) => cell.clear(),
            Event::Text(words) | Event::Code(words) => cell.push_str(&words),
            Event::InlineHtml(_) => cell.push(' '),
            Event::End(TagEnd::TableCell) => row.push(cell.trim().to_owned()),
            Event::End(TagEnd::TableHead) => table.header = std::mem::take(&mut row),
            Event::End(TagEnd::TableRow) => table.rows.push(std::mem::take(&mut row)),
            Event::End(TagEnd::Table) => tables.push(std::mem::take(&mut table)),
            _ => {}
        }
    }
    tables
}

/// Letters and digits alone, in lower case.
fn plain(text: &str) -> String {
    text.chars().filter(|at| at.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The names that a cell gives: `Sonarr / Radarr` are two, `Tetragon (+ policies)` is one.
fn names(cell: &str) -> Vec<String> {
    let outside = cell.split('(').next().unwrap_or(cell);
    outside.split(['/', '+', ',']).map(plain).filter(|name| !name.is_empty()).collect()
}

/// What columns are called elsewhere.
fn column(label: &str) -> String {
    match plain(label).as_str() {
        "ram" | "mem" => "memory".to_owned(),
        "cpu" | "cpus" => "processor".to_owned(),
        "cidr" | "subnet" => "range".to_owned(),
        "id" | "vlanid" | "tag" => "vlan".to_owned(),
        other => other.to_owned(),
    }
}

fn note(table: &Written, candidates: &[Candidate], text: &str, file: FileId) -> Option<Diagnostic> {
    let fits = candidates.iter().filter(|candidate| shared(table, candidate) > 0);
    let scored = fits.map(|candidate| (score(table, candidate), candidate));
    let (score, best) = scored.max_by_key(|(score, candidate)| {
        (*score, shared(table, candidate), Reverse(candidate.rows.len()))
    })?;
    if score < 2 || score * 2 < table.rows.len() {
        return None;
    }
    let first = text[table.range.clone()].find('\n').unwrap_or(table.range.len());
    let span = Span::new(file, table.range.start, table.range.start + first);
    let message = format!(
        "`rackbook readme` can keep this table true ({score} of {} rows match)",
        table.rows.len()
    );
    let help = format!(
        "put `<!-- rackbook:begin {} -->` and `<!-- rackbook:end -->` in its place",
        best.block
    );
    let note = Diagnostic::note("readme/table", message).at(span).help(help);
    let mut differences = differences(table, best);
    let more = differences.len().saturating_sub(MOST);
    differences.truncate(MOST);
    if more > 0 {
        differences.push(format!("and {more} more"));
    }
    Some(differences.into_iter().fold(note, Diagnostic::note_below))
}

/// Columns that are called the same.
fn shared(table: &Written, candidate: &Candidate) -> usize {
    let known: BTreeSet<String> = candidate.columns.iter().map(|label| column(label)).collect();
    table.header.iter().filter(|label| known.contains(&column(label))).count()
}

/// Rows of which a name is known.
fn score(table: &Written, candidate: &Candidate) -> usize {
    let known: BTreeSet<String> = candidate.rows.iter().map(|(name, _)| plain(name)).collect();
    let is_known = |row: &&Vec<String>| {
        row.first().is_some_and(|cell| names(cell).iter().any(|name| known.contains(name)))
    };
    table.rows.iter().filter(is_known).count()
}

fn differences(table: &Written, candidate: &Candidate) -> Vec<String> {
    let mut told = vec![];
    let here: BTreeSet<String> =
        table.rows.iter().filter_map(|row| row.first()).flat_map(|cell| names(cell)).collect();
    for row in &table.rows {
        let Some(first) = row.first() else { continue };
        let found =
            |(name, _): &&(String, Vec<Option<String>>)| names(first).contains(&plain(name));
        match candidate.rows.iter().find(found) {
            Some((_, cells)) => told.extend(cells_differ(table, row, candidate, cells)),
            None => told.push(format!("`{first}` is here, and in no manifest by this name")),
        }
    }
    let missing = candidate.rows.iter().filter(|(name, _)| !here.contains(&plain(name)));
    told.extend(missing.map(|(name, _)| format!("`{name}` is missing here")));
    told
}

fn cells_differ(
    table: &Written,
    row: &[String],
    candidate: &Candidate,
    cells: &[Option<String>],
) -> Vec<String> {
    let pair = |(at, label): (usize, &String)| {
        let here = row.get(at)?;
        let there = candidate.columns.iter().position(|other| column(other) == column(label))?;
        let there = cells.get(there)?.as_ref()?;
        let same = words(here) == words(there);
        (!same).then(|| {
            format!("`{label}` of `{}` is `{here}` here and `{there}` in the manifests", row[0])
        })
    };
    table.header.iter().enumerate().skip(1).filter_map(pair).collect()
}

/// The words of a cell in no order; a dash is no word, and a gigabyte is as good as a gibibyte.
fn words(cell: &str) -> BTreeSet<String> {
    let cell = cell.replace("GiB", "GB").replace(['\u{a0}', '→'], " ");
    let words = cell.split(|at: char| at.is_whitespace() || at == ',');
    words.map(plain).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(rows: &[(&str, &str)]) -> Candidate {
        let row = |(name, memory): &(&str, &str)| {
            ((*name).to_owned(), vec![Some((*name).to_owned()), Some((*memory).to_owned())])
        };
        let columns = ["Host", "Memory"].map(str::to_owned).to_vec();
        Candidate { block: "hardware".to_owned(), columns, rows: rows.iter().map(row).collect() }
    }

    #[test]
    fn differences_are_told_and_equal_words_are_not() {
        let text =
            "| Host | RAM |\n|---|---|\n| **alpha** | 64 GB |\n| beta | 32 GB |\n| old | 1 |\n";
        let known = candidate(&[("alpha", "64\u{a0}GiB"), ("beta", "48\u{a0}GiB"), ("gamma", "1")]);
        let note = note(&written(text)[0], &[known], text, FileId(0)).expect("a note");
        assert!(note.message.contains("2 of 3 rows match"), "{}", note.message);
        assert!(note.help.expect("help").contains("rackbook:begin hardware"));
        let expected = [
            "`RAM` of `beta` is `32 GB` here and `48\u{a0}GiB` in the manifests",
            "`old` is here, and in no manifest by this name",
            "`gamma` is missing here",
        ];
        assert_eq!(note.notes, expected);
    }

    #[test]
    fn tables_of_other_things_are_left_alone() {
        let text = "| Tool | Why |\n|---|---|\n| alpha | a |\n| b | b |\n| c | c |\n";
        let known = candidate(&[("alpha", "1"), ("d", "1")]);
        assert!(note(&written(text)[0], &[known], text, FileId(0)).is_none());
    }

    #[test]
    fn a_cell_may_name_several() {
        assert_eq!(names("Sonarr / Radarr"), ["sonarr", "radarr"]);
        assert_eq!(names("Tetragon (+ cluster policies)"), ["tetragon"]);
    }
}
