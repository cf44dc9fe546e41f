//! Tables get a frame that scrolls, and their cells classes in place of inline styles.

use pulldown_cmark::{Alignment, Event, Tag};

use super::container::Kind;
use super::{Writer, escape};

/// Where the writer is among tables.
#[derive(Default)]
pub(super) struct Tables {
    /// How many stand below the last heading.
    pub(super) count: usize,
    sides: Vec<Alignment>,
    is_head: bool,
    cell: usize,
}

impl<'text> Writer<'_, 'text> {
    pub(super) fn start_table(&mut self, sides: Vec<Alignment>) {
        self.tables.sides = sides;
        let (caption, is_sortable) = match self.containers.last() {
            Some(container) if container.kind == Kind::Table => {
                (container.title.clone(), container.has("sortable"))
            }
            _ => (String::new(), false),
        };
        let label = self.table_label(&caption);
        self.html(format!(
            "<section class=\"table-scroll\" tabindex=\"0\" aria-label=\"{label}\">\n"
        ));
        self.html(if is_sortable { "<table data-sortable>" } else { "<table>" }.to_owned());
        if !caption.is_empty() {
            self.html(format!("<caption>{}</caption>", escape::html(&caption)));
        }
    }

    pub(super) fn start_row(&mut self, tag: Tag<'text>, is_head: bool) {
        self.tables.is_head = is_head;
        self.tables.cell = 0;
        self.push(Event::Start(tag));
    }

    /// Alignment is a class: the site's policy forbids inline styles.
    pub(super) fn start_cell(&mut self) {
        let class = match self.tables.sides.get(self.tables.cell) {
            Some(Alignment::Left) => " class=\"col-left\"",
            Some(Alignment::Center) => " class=\"col-center\"",
            Some(Alignment::Right) => " class=\"col-right\"",
            _ => "",
        };
        self.tables.cell += 1;
        let cell = if self.tables.is_head { "th scope=\"col\"" } else { "td" };
        self.html(format!("<{cell}{class}>"));
    }

    /// A name for the region of a table: its caption or that of its section, with a number from the
    /// second on.
    fn table_label(&mut self, caption: &str) -> String {
        self.tables.count += 1;
        let label = match (caption, self.section.as_str()) {
            ("", "") => "Table",
            ("", section) => section,
            (caption, _) => return escape::html(caption).into_owned(),
        };
        let (label, count) = (escape::html(label), self.tables.count);
        if count == 1 { label.into_owned() } else { format!("{label} ({count})") }
    }
}
