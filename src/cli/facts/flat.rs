//! Facts as rows and columns.
//!
//! In: a part of the facts as JSON. Out: one row for each thing in it, whose nested values have
//! dotted names and whose lists are joined. It decides nothing about how cells are written.

use serde_json::{Map, Value};

/// Rows, each with a cell for every column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Flat {
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
}

/// How much is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// Every value, and the place of each fact in a column of its own.
    All,
    /// Values alone; a list of things within a thing is their number.
    Overview,
}

/// What is between the entries of a list.
const SEPARATOR: &str = "; ";

type Row = Vec<(String, String)>;

/// A list: a row each. Names with plain values, such as `counts`: a row each. Else one row.
pub(super) fn flat(value: &Value, detail: Detail) -> Flat {
    let rows = match value {
        Value::Array(items) => items.iter().map(|item| row(item, detail)).collect(),
        Value::Object(map) if map.values().all(is_plain) => map.iter().map(pair).collect(),
        other => vec![row(other, detail)],
    };
    table(&rows)
}

fn pair((name, value): (&String, &Value)) -> Row {
    vec![("name".to_owned(), name.clone()), ("value".to_owned(), plain(value))]
}

fn row(item: &Value, detail: Detail) -> Row {
    let mut row = vec![];
    match item {
        Value::Object(_) if fact(item).is_none() && place(item).is_none() => {
            walk("", item, detail, &mut row);
        }
        other => walk("value", other, detail, &mut row),
    }
    row
}

fn is_plain(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn walk(name: &str, value: &Value, detail: Detail, row: &mut Row) {
    if let Some(text) = place(value) {
        return row.push((name.to_owned(), text));
    }
    if let Some((known, source)) = fact(value) {
        walk(name, &known, detail, row);
        if detail == Detail::All {
            row.push((below(name, "source"), source.and_then(place).unwrap_or_default()));
        }
        return;
    }
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| walk(&below(name, key), value, detail, row));
        }
        Value::Array(items) => list(name, items, detail, row),
        other => row.push((name.to_owned(), plain(other))),
    }
}

fn below(name: &str, key: &str) -> String {
    if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") }
}

/// The entries of a list, joined column by column.
fn list(name: &str, items: &[Value], detail: Detail, row: &mut Row) {
    let is_thing = |item: &Value| item.is_object() && fact(item).is_none() && place(item).is_none();
    if items.is_empty() {
        return row.push((name.to_owned(), String::new()));
    }
    if detail == Detail::Overview && items.iter().any(is_thing) {
        return row.push((name.to_owned(), items.len().to_string()));
    }
    let mut rows: Vec<Row> = vec![];
    for item in items {
        let mut row = vec![];
        walk(name, item, detail, &mut row);
        rows.push(row);
    }
    let Flat { columns, rows } = table(&rows);
    for (at, column) in columns.into_iter().enumerate() {
        let cells: Vec<_> = rows.iter().map(|row| row[at].as_str()).collect();
        let is_empty = cells.iter().all(|cell| cell.is_empty());
        row.push((column, if is_empty { String::new() } else { cells.join(SEPARATOR) }));
    }
}

/// All columns of all rows; one that only some rows have stands behind what is before it there.
fn table(rows: &[Row]) -> Flat {
    let mut columns: Vec<String> = vec![];
    for row in rows {
        let mut at = 0;
        for (name, _) in row {
            let found = columns.iter().position(|column| column == name);
            if found.is_none() {
                columns.insert(at, name.clone());
            }
            at = found.unwrap_or(at) + 1;
        }
    }
    let cell = |row: &Row, column: &String| {
        let found = row.iter().find(|(name, _)| name == column);
        found.map(|(_, cell)| cell.clone()).unwrap_or_default()
    };
    let cells =
        rows.iter().map(|row| columns.iter().map(|column| cell(row, column)).collect()).collect();
    without_stems(Flat { columns, rows: cells })
}

/// Drops the empty column of a list that other rows have entries in: `a` beside `a.b`.
fn without_stems(flat: Flat) -> Flat {
    let Flat { columns, rows } = flat;
    let is_stem = |at: usize| {
        let stem = format!("{}.", columns[at]);
        columns.iter().any(|other| other.starts_with(&stem))
            && rows.iter().all(|row: &Vec<String>| row[at].is_empty())
            && columns
                .iter()
                .any(|other| *other != format!("{stem}source") && other.starts_with(&stem))
    };
    let kept: Vec<_> = (0..columns.len()).filter(|at| !is_stem(*at)).collect();
    let pick = |cells: &Vec<String>| kept.iter().map(|at| cells[*at].clone()).collect();
    Flat { columns: pick(&columns), rows: rows.iter().map(pick).collect() }
}

/// The value of a fact in the shape that `Fact` is written in, and its source.
fn fact(value: &Value) -> Option<(Value, Option<&Value>)> {
    let map = value.as_object()?;
    let known = match (map.get("state")?.as_str()?, map) {
        ("known", map) => map.get("value")?.clone(),
        ("templated", map) => map.get("text")?.clone(),
        ("encrypted", _) => Value::String("(encrypted)".to_owned()),
        ("unknown", map) => map.get("reason").map(|_| Value::Null)?,
        _ => return None,
    };
    only(map, &["state", "value", "text", "reason", "source"]).then(|| (known, map.get("source")))
}

/// `path:line` of a source.
fn place(value: &Value) -> Option<String> {
    let map = value.as_object()?;
    let (path, line) = (map.get("path")?.as_str()?, map.get("line")?.as_u64()?);
    only(map, &["path", "line", "column", "field", "from_site", "from_rendered"])
        .then(|| format!("{path}:{line}"))
}

fn only(map: &Map<String, Value>, names: &[&str]) -> bool {
    map.keys().all(|key| names.contains(&key.as_str()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn known(value: &str, line: u32) -> Value {
        let source = json!({ "path": "a.yaml", "line": line, "column": 1 });
        json!({ "state": "known", "value": value, "source": source })
    }

    #[track_caller]
    fn check(value: &Value, detail: Detail, columns: &[&str], rows: &[&[&str]]) {
        let flat = flat(value, detail);
        assert_eq!(flat.columns, columns);
        assert_eq!(flat.rows, rows.iter().map(|row| row.to_vec()).collect::<Vec<_>>());
    }

    #[test]
    fn facts_have_a_column_for_their_place() {
        let unknown = json!({ "state": "unknown", "reason": "none" });
        let things = json!([
            { "id": "a", "size": known("1Gi", 3), "labels": {}, "parts": [] },
            { "id": "b", "size": unknown, "labels": { "x": known("1", 4) },
              "parts": [{ "name": "p", "on": true }, { "name": "q", "on": null }] },
        ]);
        check(
            &things,
            Detail::All,
            &["id", "size", "size.source", "labels.x", "labels.x.source", "parts.name", "parts.on"],
            &[
                &["a", "1Gi", "a.yaml:3", "", "", "", ""],
                &["b", "", "", "1", "a.yaml:4", "p; q", "true; "],
            ],
        );
        check(
            &things,
            Detail::Overview,
            &["id", "size", "labels.x", "parts"],
            &[&["a", "1Gi", "", ""], &["b", "", "1", "2"]],
        );
    }

    #[test]
    fn names_with_plain_values_are_rows() {
        check(
            &json!({ "nodes": 2, "apps": 1 }),
            Detail::All,
            &["name", "value"],
            &[&["nodes", "2"], &["apps", "1"]],
        );
        check(&json!(["a", "b"]), Detail::All, &["value"], &[&["a"], &["b"]]);
        check(&json!([]), Detail::All, &[], &[]);
    }

    #[test]
    fn what_is_not_known_is_not_made_up() {
        let encrypted = json!({ "state": "encrypted" });
        let templated = json!({ "state": "templated", "text": "${X}" });
        let things = json!([{ "a": encrypted, "b": templated, "state": "on" }]);
        check(&things, Detail::Overview, &["a", "b", "state"], &[&["(encrypted)", "${X}", "on"]]);
    }
}
