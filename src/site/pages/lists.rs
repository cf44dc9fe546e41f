//! A page that is made of tables: what most generated pages are.
//!
//! In: sentences and tables. Out: a [`Made`] page that shows the tables with rows, and says in words
//! which have none, so that nothing is missing silently.

use serde::Serialize;

use super::picture::Picture;
use super::{Made, TableSection};
use crate::site::view::{Figure, Section};
use crate::site::words;

/// A page of tables.
pub(super) struct Lists {
    pub(super) title: &'static str,
    /// What is the case, in sentences.
    pub(super) lead: String,
    /// What a reader has to know before believing the tables.
    pub(super) notes: Vec<String>,
    pub(super) figures: Vec<Figure>,
    /// All tables in order, the empty ones too.
    pub(super) sections: Vec<TableSection>,
}

/// What the template reads.
#[derive(Serialize)]
struct View {
    /// Under a heading of their own, before the tables.
    pictures: Vec<Picture>,
    pictures_title: &'static str,
    figures: Vec<Figure>,
    notes: Vec<String>,
    tables: Vec<TableSection>,
    /// What was looked for and not found, in sentences.
    absent: String,
}

impl Lists {
    pub(super) fn made(self) -> Made {
        self.made_with("", vec![])
    }

    /// The page with pictures before its tables.
    pub(super) fn made_with(self, pictures_title: &'static str, pictures: Vec<Picture>) -> Made {
        let (tables, empty): (Vec<_>, Vec<_>) =
            self.sections.into_iter().partition(|section| !section.table.rows.is_empty());
        let absent: Vec<&str> = empty.iter().map(|section| section.table.empty.as_str()).collect();
        let drawn = (!pictures.is_empty()).then(|| Section::new("pictures", pictures_title));
        let listed = tables.iter().map(|section| Section::new(&section.id, &section.title));
        let sections: Vec<Section> = drawn.into_iter().chain(listed).collect();
        let (figures, notes, absent) = (self.figures, self.notes, absent.join(" "));
        let view = View { pictures, pictures_title, figures, notes, tables, absent };
        let made = Made::new(self.title, self.lead, "pages/tables.html", &view);
        Made { sections, ..made }
    }
}

/// Numbers that sum up a page, without those that are zero: number, singular, plural.
pub(super) fn figures(numbers: &[(usize, &str, &str)]) -> Vec<Figure> {
    let shown = numbers.iter().filter(|(count, ..)| *count > 0);
    shown
        .map(|(count, one, many)| Figure {
            value: count.to_string(),
            label: words::pick(*count, one, many).to_owned(),
            href: None,
        })
        .collect()
}
