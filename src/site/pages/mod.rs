//! The generated pages: one file for each, which turns the cluster into what its template reads.
//!
//! In: the cluster and a page's links. Out: a [`Made`] page: words, a view and its sections. No
//! page touches templates or other pages.

pub(crate) mod app;
mod app_uses;
pub(crate) mod apps;
pub(crate) mod exposure;
pub(crate) mod findings;
pub(crate) mod gitops;
pub(crate) mod gpu;
pub(crate) mod hardware;
pub(crate) mod isolation;
mod lists;
pub(crate) mod monitoring;
pub(crate) mod network;
pub(crate) mod not_visible;
pub(crate) mod overview;
pub(crate) mod own;
pub(crate) mod picture;
pub(crate) mod schedules;
pub(crate) mod secrets;
pub(crate) mod security;
pub(crate) mod storage;
pub(crate) mod versions;

use serde::Serialize;

use super::view::{Section, Table};

/// A page before its template is filled in.
#[derive(Debug)]
pub(crate) struct Made {
    pub(crate) title: String,
    /// What is the case, in sentences; also what search engines show.
    pub(crate) lead: String,
    pub(crate) template: &'static str,
    pub(crate) view: tera::Value,
    pub(crate) sections: Vec<Section>,
}

impl Made {
    fn new(title: &str, lead: String, template: &'static str, view: &impl Serialize) -> Self {
        let view = tera::Value::from_serializable(view);
        Self { title: title.to_owned(), lead, template, view, sections: vec![] }
    }

    /// A page whose template needs no view.
    pub(crate) fn bare(title: &str, lead: String, template: &'static str) -> Self {
        Self::new(title, lead, template, &())
    }

    fn sections(mut self, sections: &[(&str, &str)]) -> Self {
        self.sections = sections.iter().map(|(id, title)| Section::new(id, title)).collect();
        self
    }
}

/// A heading with a table below it.
#[derive(Debug, Serialize)]
pub(crate) struct TableSection {
    pub(crate) id: String,
    pub(crate) title: String,
    /// A sentence between heading and table; empty for none.
    pub(crate) note: String,
    pub(crate) table: Table,
}

impl TableSection {
    pub(crate) fn new(id: &str, title: &str, note: &str, table: Table) -> Self {
        Self { id: id.to_owned(), title: title.to_owned(), note: note.to_owned(), table }
    }
}
