//! Rows as CSV, by RFC 4180.
//!
//! In: rows and columns. Out: a header and lines that end with CR LF. A cell that a spreadsheet
//! would take for a formula gets an apostrophe in front.

use super::flat::Flat;

pub(super) fn text(flat: &Flat) -> String {
    if flat.columns.is_empty() {
        return String::new();
    }
    std::iter::once(&flat.columns).chain(&flat.rows).map(|cells| line(cells)).collect()
}

fn line(cells: &[String]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| quoted(&guarded(cell))).collect();
    format!("{}\r\n", cells.join(","))
}

/// Spreadsheets run what begins like this, also behind a tab or a line break.
fn guarded(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if is_formula { format!("'{cell}") } else { cell.to_owned() }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &str) {
        let flat = Flat { columns: vec!["a".to_owned()], rows: vec![vec![cell.to_owned()]] };
        assert_eq!(text(&flat), format!("a\r\n{expected}\r\n"));
    }

    #[test]
    fn cells_are_quoted_and_guarded() {
        check("plain text", "plain text");
        check("a,b", "\"a,b\"");
        check("say \"hi\"\nthere", "\"say \"\"hi\"\"\nthere\"");
        check("=SUM(A1)", "'=SUM(A1)");
        check("-1", "'-1");
        check("+1", "'+1");
        check("@x", "'@x");
        check("=HYPERLINK(\"a\",\"b\")", "\"'=HYPERLINK(\"\"a\"\",\"\"b\"\")\"");
        check("1.2-x", "1.2-x");
        assert_eq!(text(&Flat::default()), "");
    }
}
