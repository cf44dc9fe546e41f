//! What templates read: facts, sources, links and tables as plain serialisable values.
//!
//! In: facts of the inventory, through [`Links`](super::links::Links). Out: view-models with text
//! that is not yet escaped (templates escape) except where a field is named `svg` or `html`. No
//! view-model holds ciphertext.

use serde::Serialize;

/// A value and how far it is known, ready to show.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct FactView {
    /// `known`, `templated`, `encrypted` or `unknown`.
    pub(crate) state: &'static str,
    /// The value or the expression as written; empty for the other two.
    pub(crate) text: String,
    /// Why it is unknown; empty otherwise.
    pub(crate) reason: String,
    /// Where it was read.
    pub(crate) source: Option<SourceView>,
}

impl FactView {
    pub(crate) fn is_known(&self) -> bool {
        self.state == "known"
    }
}

/// A place in a file, as a chip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct SourceView {
    /// The end of the path and the line.
    pub(crate) short: String,
    /// The file's name and the line, where there is little room.
    pub(crate) tiny: String,
    /// The whole path and line.
    pub(crate) full: String,
    /// Where it can be read; none where no address is known for this state of the file.
    pub(crate) href: Option<String>,
}

/// A text that leads somewhere, where there is somewhere to lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct LinkView {
    pub(crate) text: String,
    pub(crate) href: Option<String>,
}

/// The mark of a network with the words that say the same.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MarkerView {
    /// Finished SVG.
    pub(crate) svg: String,
    /// What the mark stands for.
    pub(crate) label: String,
    /// What the label leaves out: VLAN tag, address range.
    pub(crate) detail: String,
}

/// A word that stands out, and what it means.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Mark {
    pub(crate) text: String,
    /// `good`, `warn`, `bad` or `plain`: never the only sign, the text says the same.
    pub(crate) tone: &'static str,
    /// What pointing at it shows; empty for nothing.
    pub(crate) title: String,
}

impl Mark {
    pub(crate) fn new(text: &str, tone: &'static str, title: &str) -> Self {
        Self { text: text.to_owned(), tone, title: title.to_owned() }
    }
}

/// A number that sums up a page.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) href: Option<String>,
}

/// A line of a contents list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Section {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) level: u8,
}

impl Section {
    pub(crate) fn new(id: &str, title: &str) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), level: 2 }
    }
}

/// A table: the same on generated pages and in Markdown.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Table {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// Ids of the rows, by which links name them; empty text, or no entry, for a row without one.
    pub(crate) anchors: Vec<String>,
    /// What to say in place of a table without rows.
    pub(crate) empty: String,
    /// What the scrolling frame is called for a screen reader.
    pub(crate) label: String,
    /// What style sheets call it.
    pub(crate) name: &'static str,
    /// Columns without a value in any row: not shown unless asked for by name.
    #[serde(skip)]
    blank: Vec<Column>,
}

impl Table {
    /// A table of these columns, called `label`, that says `empty` where it has no rows.
    pub(crate) fn new(label: &str, empty: &str, columns: Vec<Column>) -> Self {
        let (empty, label) = (empty.to_owned(), label.to_owned());
        let (rows, anchors, blank) = (vec![], vec![], vec![]);
        Self { columns, rows, anchors, empty, label, name: "plain", blank }
    }

    /// Adds a row, of as many cells as there are columns.
    pub(crate) fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len(), "a cell for each column");
        self.rows.push(cells);
    }

    /// Adds a row that links can name.
    pub(crate) fn anchored(&mut self, id: String, cells: Vec<Cell>) {
        self.anchors.resize(self.rows.len(), String::new());
        self.anchors.push(id);
        self.row(cells);
    }

    /// Leaves out columns in which `matters` is true of no cell.
    pub(crate) fn without_empty_columns(mut self, optional: &[&str]) -> Self {
        for key in optional {
            let Some(at) = self.columns.iter().position(|column| column.key == *key) else {
                continue;
            };
            if self.rows.iter().all(|row| row[at].is_blank()) {
                self.blank.push(self.columns.remove(at));
                for row in &mut self.rows {
                    row.remove(at);
                }
            }
        }
        self
    }

    /// The same table without these columns, where it has them and others remain.
    pub(crate) fn without(self, keys: &[&str]) -> Self {
        let kept = self.columns.iter().map(|column| column.key.clone());
        let kept: Vec<String> = kept.filter(|key| !keys.contains(&key.as_str())).collect();
        self.select(&kept).expect("bug: these columns are its own")
    }

    /// The same table with only these columns, in this order; the name of one that does not exist
    /// otherwise.
    pub(crate) fn select(self, keys: &[String]) -> Result<Self, String> {
        let named =
            |columns: &[Column], key: &String| columns.iter().position(|column| column.key == *key);
        let mut columns = Vec::with_capacity(keys.len());
        let mut places = Vec::with_capacity(keys.len());
        for key in keys {
            let place = named(&self.columns, key);
            let column = match place {
                Some(at) => &self.columns[at],
                None => named(&self.blank, key).map(|at| &self.blank[at]).ok_or(key.clone())?,
            };
            columns.push(column.clone());
            places.push(place);
        }
        let cell = |row: &[Cell], at: Option<usize>| {
            at.map_or_else(|| Cell::text(""), |at| row[at].clone())
        };
        let pick = |row: &Vec<Cell>| places.iter().map(|at| cell(row, *at)).collect();
        let rows = self.rows.iter().map(pick).collect();
        Ok(Self { columns, rows, ..self })
    }

    /// Names of its columns, the blank ones too.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.columns.iter().chain(&self.blank).map(|column| column.key.clone()).collect()
    }
}

/// A column's head.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Column {
    /// Name in `table(columns=[…])`.
    pub(crate) key: String,
    pub(crate) label: String,
    /// Words below the label, such as a VLAN tag.
    pub(crate) detail: String,
    /// Finished SVG before the label.
    pub(crate) svg: String,
    /// `text` or `number`.
    pub(crate) align: &'static str,
}

impl Column {
    pub(crate) fn text(key: &str, label: &str) -> Self {
        Self {
            key: key.to_owned(),
            label: label.to_owned(),
            detail: String::new(),
            svg: String::new(),
            align: "text",
        }
    }

    pub(crate) fn number(key: &str, label: &str) -> Self {
        Self { align: "number", ..Self::text(key, label) }
    }
}

/// A cell of a table.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Cell {
    /// Plain words.
    Text { text: String },
    /// What the row is about, with a line of explanation.
    Name {
        text: String,
        href: Option<String>,
        note: String,
        svg: String,
        source: Option<SourceView>,
    },
    /// Values, one below the other; `none` where there are none.
    Facts { facts: Vec<FactView>, code: bool, none: String },
    /// Links, one below the other; `none` where there are none.
    Links { links: Vec<LinkView>, code: bool, none: String },
    /// Marks of networks.
    Markers { markers: Vec<MarkerView> },
    /// Words that stand out, such as a severity; `none` where there are none.
    Marks { marks: Vec<Mark>, none: String },
    /// Where the row was read.
    Source { source: SourceView },
    /// Where it was read, where that is several places.
    Sources { sources: Vec<SourceView> },
    /// Sentences that open on demand, below a few words.
    Folded { summary: String, lines: Vec<String> },
    /// Whether traffic is allowed: `allowed`, `restricted`, `denied` or `no-policy`.
    Verdict { verdict: &'static str, label: String },
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text { text: text.into() }
    }

    pub(crate) fn number(count: usize) -> Self {
        Self::text(count.to_string())
    }

    pub(crate) fn name(text: &str, href: Option<String>) -> Self {
        let (note, svg) = (String::new(), String::new());
        Self::Name { text: text.to_owned(), href, note, svg, source: None }
    }

    /// A name with a line of explanation, which may be empty.
    pub(crate) fn noted(text: &str, href: Option<String>, note: &str) -> Self {
        let (text, note, svg) = (text.to_owned(), note.to_owned(), String::new());
        Self::Name { text, href, note, svg, source: None }
    }

    /// A name with where the row was read below it, for tables that have no room for a column.
    pub(crate) fn sourced_name(text: &str, source: SourceView) -> Self {
        let (note, svg) = (String::new(), String::new());
        Self::Name { text: text.to_owned(), href: None, note, svg, source: Some(source) }
    }

    pub(crate) fn fact(fact: FactView) -> Self {
        Self::Facts { facts: vec![fact], code: false, none: String::new() }
    }

    pub(crate) fn code(fact: FactView) -> Self {
        Self::Facts { facts: vec![fact], code: true, none: String::new() }
    }

    pub(crate) fn codes(facts: Vec<FactView>, none: &str) -> Self {
        Self::Facts { facts, code: true, none: none.to_owned() }
    }

    /// Values that are words, one below the other.
    pub(crate) fn facts(facts: Vec<FactView>, none: &str) -> Self {
        Self::Facts { facts, code: false, none: none.to_owned() }
    }

    /// Names of things that have no page of their own.
    pub(crate) fn names<T: AsRef<str>>(names: &[T], none: &str) -> Self {
        let link = |name: &T| LinkView { text: name.as_ref().to_owned(), href: None };
        Self::links(names.iter().map(link).collect(), none)
    }

    /// One word that stands out.
    pub(crate) fn mark(mark: Mark) -> Self {
        Self::Marks { marks: vec![mark], none: String::new() }
    }

    pub(crate) fn links(links: Vec<LinkView>, none: &str) -> Self {
        Self::Links { links, code: false, none: none.to_owned() }
    }

    /// Its words without notes, one after the other; none where nothing is known.
    pub(crate) fn words(&self) -> Option<String> {
        let words: Vec<&str> = match self {
            Self::Text { text } | Self::Name { text, .. } => vec![text],
            Self::Facts { facts, .. } => {
                facts.iter().filter(|fact| fact.is_known()).map(|fact| fact.text.as_str()).collect()
            }
            Self::Links { links, .. } => links.iter().map(|link| link.text.as_str()).collect(),
            Self::Markers { markers } => markers.iter().map(|one| one.label.as_str()).collect(),
            Self::Marks { marks, .. } => marks.iter().map(|mark| mark.text.as_str()).collect(),
            Self::Folded { summary, .. } => vec![summary],
            Self::Verdict { label, .. } => vec![label],
            Self::Source { .. } | Self::Sources { .. } => vec![],
        };
        let words: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }

    /// Whether a reader would learn nothing from it.
    fn is_blank(&self) -> bool {
        match self {
            Self::Text { text } => text.is_empty() || text == "0",
            Self::Name { text, .. } => text.is_empty(),
            Self::Facts { facts, .. } => facts.iter().all(|fact| fact.state == "unknown"),
            Self::Links { links, .. } => links.is_empty(),
            Self::Markers { markers } => markers.is_empty(),
            Self::Marks { marks, .. } => marks.is_empty(),
            Self::Source { .. } | Self::Verdict { .. } => false,
            Self::Folded { lines, .. } => lines.is_empty(),
            Self::Sources { sources } => sources.is_empty(),
        }
    }
}
