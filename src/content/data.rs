//! Tables from files: `{{ data(file="disks.csv") }}`.
//!
//! In: a CSV, TSV, YAML or JSON file of the content folder, the site or the repository. Out: an HTML
//! table. Cells are text, never HTML or Markdown, and ciphertext is masked. It never sorts: a
//! reader does, by `data-sortable`.

use std::fmt::Write as _;

use serde_json::{Map, Value as Json};

use super::{CallError, Input, escape, links, plain};
use crate::diagnostic::closest;
use crate::source::path::{join, parent};
use crate::source::{Entry, FileId, Node, Root, Value, yaml};

/// The function's name.
pub(super) const NAME: &str = "data";

const ARGUMENTS: [&str; 5] = ["file", "of", "columns", "caption", "sortable"];

/// More rows than this are an error: a page is no database.
const MAX_ROWS: usize = 5_000;

/// A table before it is written.
struct Table {
    columns: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The HTML of a call of `data(…)` on the page at a content-relative path.
pub(super) fn table(
    input: &Input,
    page: &str,
    args: &Map<String, Json>,
) -> Result<String, CallError> {
    if let Some(wrong) = args.keys().find(|name| !ARGUMENTS.contains(&name.as_str())) {
        let error = CallError::new(format!("`data` has no argument `{wrong}`"));
        return Err(error.suggest(wrong, ARGUMENTS.into_iter()));
    }
    let name =
        text(args, "file")?.ok_or_else(|| CallError::new("`data` needs the argument `file`"))?;
    let file = find(input, page, name)?;
    let content = input.sources.file(file).text();
    let content = content.ok_or_else(|| CallError::new(format!("`{name}` is not UTF-8 text")))?;
    let extension = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let table = match extension.as_str() {
        "csv" => csv(content, b','),
        "tsv" => csv(content, b'\t'),
        "yaml" | "yml" | "json" => tree(content, text(args, "of")?),
        _ => Err("it is neither CSV, TSV, YAML nor JSON".to_owned()),
    };
    let table = table.map_err(|why| CallError::new(format!("`{name}` is no table: {why}")))?;
    if table.rows.len() > MAX_ROWS {
        let message = format!("`{name}` has more than {MAX_ROWS} rows");
        return Err(CallError::new(message));
    }
    let table = chosen(table, args)?;
    Ok(html(&table, text(args, "caption")?, args.get("sortable") != Some(&Json::Bool(false))))
}

fn text<'a>(args: &'a Map<String, Json>, name: &str) -> Result<Option<&'a str>, CallError> {
    match args.get(name) {
        None => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(CallError::new(format!("`{name}` takes a text in quotes"))),
    }
}

/// The file: beside the page, or with `/` from the top of the content, the site or the repository.
fn find(input: &Input, page: &str, name: &str) -> Result<FileId, CallError> {
    let (sources, site) = (input.sources, input.sources.site_root());
    let below = |path: &str| sources.find(site, &format!("{}/{path}", input.folder));
    let found = match name.strip_prefix('/') {
        Some(path) => below(path)
            .or_else(|| sources.find(site, path))
            .or_else(|| sources.find(Root::Repository, path)),
        None => join(parent(page), name).and_then(|path| below(&path)),
    };
    found.ok_or_else(|| {
        let (message, folder) = (format!("there is no file `{name}`"), input.folder);
        let known: Vec<String> = super::assets(sources, folder)
            .into_iter()
            .map(|(path, _)| {
                let is_rooted = name.starts_with('/');
                if is_rooted { format!("/{path}") } else { super::paths::relative(page, &path) }
            })
            .collect();
        let near = closest(name, known.iter().map(String::as_str));
        let help = near.map(|near| format!("did you mean `{near}`?"));
        CallError { message, help }
    })
}

fn csv(text: &str, delimiter: u8) -> Result<Table, String> {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let words = |record: &csv::StringRecord| record.iter().map(str::to_owned).collect();
    let columns: Vec<String> = reader.headers().map(words).map_err(|error| error.to_string())?;
    let rows = reader.records().take(MAX_ROWS + 1);
    let rows: Result<Vec<Vec<String>>, _> =
        rows.map(|record| record.as_ref().map(words).map_err(ToString::to_string)).collect();
    Ok(Table { columns, rows: rows? })
}

/// A list of maps, a map of maps (its keys are the first column), or a map of values.
fn tree(text: &str, of: Option<&str>) -> Result<Table, String> {
    let (documents, wrong) = yaml::parse(FileId::default(), text);
    if let Some(wrong) = wrong.into_iter().next() {
        return Err(wrong.message);
    }
    let mut node = &documents.first().ok_or("it is empty")?.root;
    for key in of.into_iter().flat_map(|of| of.split('.')) {
        node = node.get(key).ok_or_else(|| format!("there is no `{key}` in it"))?;
    }
    match &node.value {
        Value::Sequence(items) => Ok(records(items.iter().map(|item| (None, item)))),
        Value::Mapping(entries) => {
            Ok(records(entries.iter().map(|entry| (Some(entry.key.as_str()), &entry.value))))
        }
        Value::Scalar(_) => Err("it holds a single value".to_owned()),
    }
}

fn records<'a>(items: impl Iterator<Item = (Option<&'a str>, &'a Node)> + Clone) -> Table {
    let items = items.take(MAX_ROWS + 1);
    let mut columns: indexmap::IndexSet<&str> = indexmap::IndexSet::new();
    for (key, item) in items.clone() {
        columns.extend(key.map(|_| "name"));
        match &item.value {
            Value::Mapping(entries) => {
                columns.extend(entries.iter().map(|entry| entry.key.as_str()));
            }
            _ => drop(columns.insert("value")),
        }
    }
    let of_row = |(key, item): (Option<&str>, &Node), column: &str| match &item.value {
        Value::Mapping(_) => match (item.get(column), key) {
            (Some(value), _) => cell(value),
            (None, Some(key)) if column == "name" => key.to_owned(),
            _ => String::new(),
        },
        _ if column == "value" => cell(item),
        _ => key.unwrap_or_default().to_owned(),
    };
    let row = |item| columns.iter().map(|column| of_row(item, column)).collect();
    let rows = items.map(row).collect();
    Table { columns: columns.iter().map(|column| (*column).to_owned()).collect(), rows }
}

/// A value as it is written: lists with commas, maps with their keys.
fn cell(value: &Node) -> String {
    match &value.value {
        Value::Scalar(_) => value.as_str().unwrap_or_default().to_owned(),
        Value::Sequence(items) => items.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Mapping(entries) => {
            let entry = |entry: &Entry| format!("{}: {}", entry.key, cell(&entry.value));
            entries.iter().map(entry).collect::<Vec<_>>().join(", ")
        }
    }
}

/// The table with the columns that `columns=[…]` names.
fn chosen(table: Table, args: &Map<String, Json>) -> Result<Table, CallError> {
    let Some(names) = args.get("columns") else { return Ok(table) };
    let names: Option<Vec<&str>> =
        names.as_array().map(|names| names.iter().filter_map(Json::as_str).collect());
    let names = names.ok_or_else(|| CallError::new("`columns` takes a list of column names"))?;
    let mut places = Vec::new();
    for name in names {
        let at = table.columns.iter().position(|column| column == name);
        places.push(at.ok_or_else(|| {
            let error = CallError::new(format!("the file has no column `{name}`"));
            error.suggest(name, table.columns.iter().map(String::as_str))
        })?);
    }
    let pick = |row: &Vec<String>| -> Vec<String> {
        places.iter().map(|at| row.get(*at).cloned().unwrap_or_default()).collect()
    };
    Ok(Table { columns: pick(&table.columns), rows: table.rows.iter().map(pick).collect() })
}

fn html(table: &Table, caption: Option<&str>, is_sortable: bool) -> String {
    let is_number = |at: usize| {
        let mut cells = table.rows.iter().map(|row| row[at].trim()).filter(|cell| !cell.is_empty());
        cells.clone().next().is_some()
            && cells.all(|cell| cell.replace('_', "").parse::<f64>().is_ok())
    };
    let classes: Vec<&str> = (0..table.columns.len())
        .map(|at| if is_number(at) { " class=\"col-right\"" } else { "" })
        .collect();
    let label = escape::html(caption.unwrap_or("Table")).into_owned();
    let sortable = if is_sortable { " data-sortable" } else { "" };
    let mut html = format!(
        "<section class=\"table-scroll\" tabindex=\"0\" aria-label=\"{label}\">\n<table{sortable}>"
    );
    if caption.is_some() {
        let _ = write!(html, "<caption>{label}</caption>");
    }
    html += "<thead><tr>";
    for (column, class) in table.columns.iter().zip(&classes) {
        let _ = write!(html, "<th scope=\"col\"{class}>{}</th>", shown(column));
    }
    html += "</tr></thead><tbody>\n";
    for row in &table.rows {
        html += "<tr>";
        for (cell, class) in row.iter().zip(&classes) {
            let _ = write!(html, "<td{class}>{}</td>", shown(cell));
        }
        html += "</tr>\n";
    }
    html + "</tbody></table>\n</section>\n"
}

/// A cell as HTML; an address is a link.
fn shown(cell: &str) -> String {
    let cell: String = plain::mask(cell).chars().filter(|letter| !letter.is_control()).collect();
    let text = escape::html(&cell).into_owned();
    if links::is_remote(&cell) && !cell.contains(char::is_whitespace) {
        return format!("<a href=\"{}\">{text}</a>", escape::href(&cell));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(table: Result<Table, String>) -> Result<Vec<Vec<String>>, String> {
        table.map(|table| [vec![table.columns], table.rows].concat())
    }

    fn check(table: Result<Table, String>, expected: &[&[&str]]) {
        let expected: Vec<Vec<String>> = expected
            .iter()
            .map(|row| row.iter().map(|cell| (*cell).to_owned()).collect())
            .collect();
        assert_eq!(rows(table), Ok(expected));
    }

    #[test]
    fn files_become_rows() {
        check(csv("\u{feff}a, b\n1,\"x, y\"\n", b','), &[&["a", "b"], &["1", "x, y"]]);
        check(
            tree("- {a: 1.10, b: [x, y]}\n- {c: null, a: z}", None),
            &[&["a", "b", "c"], &["1.10", "x, y", ""], &["z", "", ""]],
        );
        check(tree("x:\n  nas: {size: 2}\n", Some("x")), &[&["name", "size"], &["nas", "2"]]);
        check(tree("a: 1", None), &[&["name", "value"], &["a", "1"]]);
    }

    #[test]
    fn what_is_no_table_is_said() {
        assert!(rows(csv("a,b\n1\n", b',')).is_err());
        assert!(rows(tree("3", None)).is_err());
        assert!(rows(tree("a: [", None)).is_err());
        assert_eq!(rows(tree("a: 1", Some("b"))), Err("there is no `b` in it".to_owned()));
    }

    #[test]
    fn cells_are_text() {
        assert_eq!(shown("<b>"), "&lt;b&gt;");
        assert_eq!(shown("ENC[AES256_GCM,data:x]"), "encrypted");
        assert_eq!(
            shown("https://a.example/?b"),
            "<a href=\"https://a.example/?b\">https://a.example/?b</a>"
        );
    }
}
