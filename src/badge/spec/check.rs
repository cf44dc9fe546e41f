//! Words and numbers of the file that may only be some: ids, styles, names, durations.
//!
//! In: one value with its place. Out: what it means, or a problem. What exists outside this module
//! (icons, fonts, themes) is asked for through [`Known`].

use std::collections::BTreeSet;
use std::time::Duration;

use serde_saphyr::Spanned;

use super::raw::Text;
use super::{MarkLine, Place, Problem, Reduce, parse_duration};
use crate::badge::expr::quote;

const STYLES: &[&str] = &["flat", "flat-square", "plastic", "for-the-badge", "social"];

/// What drawings know by name.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// Whether an icon such as `mdi:server` exists.
    pub icon: &'a dyn Fn(&str) -> bool,
    /// Whether a theme of graphs exists.
    pub theme: &'a dyn Fn(&str) -> bool,
    /// Whether a font exists.
    pub font: &'a dyn Fn(&str) -> bool,
}

/// Whether a byte may stand in an id.
fn fits_id(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-".contains(&byte)
}

/// Collects what is wrong.
pub(super) struct Checker<'a> {
    known: Known<'a>,
    /// Names of `sources:`.
    pub(super) sources: BTreeSet<String>,
    pub(super) problems: Vec<Problem>,
}

/// A text that says something: by Go's `cmp.Or`, the empty one is none.
pub(super) fn set(text: Text) -> Text {
    text.filter(|text| !text.value.is_empty())
}

/// As [`set`], without a place.
pub(super) fn set_plain(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Where a value stands.
pub(super) fn place<T>(value: &Spanned<T>) -> Option<Place> {
    Place::of(value.referenced)
}

impl<'a> Checker<'a> {
    pub(super) fn new(known: Known<'a>) -> Self {
        Checker { known, sources: BTreeSet::new(), problems: vec![] }
    }

    pub(super) fn wrong(&mut self, message: String, place: Option<Place>) {
        self.problems.push(Problem { message, place });
    }

    /// The id, checked against its alphabet and those before it.
    pub(super) fn id(
        &mut self,
        text: Text,
        path: &str,
        at: Option<Place>,
        seen: &mut BTreeSet<String>,
    ) -> String {
        let Some(id) = set(text) else {
            self.wrong(format!("{path}: id is required"), at);
            return String::new();
        };
        if !id.value.bytes().all(fits_id) {
            let got = quote(&id.value);
            let message = format!("{path}: id must match ^[A-Za-z0-9._-]+$, got {got}");
            self.wrong(message, place(&id));
        } else if !seen.insert(id.value.clone()) {
            self.wrong(format!("{path}: duplicate id {}", quote(&id.value)), place(&id));
        }
        id.value
    }

    /// The id of many badges: its alphabet, and the label in braces once.
    pub(super) fn template_id(
        &mut self,
        id: &Spanned<String>,
        label: &str,
        path: &str,
        seen: &mut BTreeSet<String>,
    ) -> String {
        let hole = format!("{{{label}}}");
        let parts = id.value.split_once(&hole);
        let fits =
            parts.is_some_and(|(before, after)| before.bytes().chain(after.bytes()).all(fits_id));
        if !fits {
            let got = quote(&id.value);
            let message = format!(
                "{path}: with forEach the id must have `{hole}` in it once, and else match \
                 ^[A-Za-z0-9._-]+$, got {got}"
            );
            self.wrong(message, place(id));
        } else if !seen.insert(id.value.clone()) {
            self.wrong(format!("{path}: duplicate id {}", quote(&id.value)), place(id));
        }
        id.value.clone()
    }

    pub(super) fn query(&mut self, text: Text, path: &str, at: Option<Place>) -> String {
        let Some(query) = set(text) else {
            self.wrong(format!("{path}: query is required"), at);
            return String::new();
        };
        query.value
    }

    pub(super) fn style(&mut self, text: Text, path: &str) -> Option<String> {
        let exists = |style: &str| STYLES.contains(&style);
        self.name(text, &exists, &format!("{path}: unknown style"), &STYLES.join(", "))
    }

    pub(super) fn font(&mut self, text: Text, path: &str) -> Option<String> {
        self.name(text, self.known.font, &format!("{path}: unknown font"), "")
    }

    pub(super) fn theme(&mut self, text: Text, path: &str) -> Option<String> {
        self.name(text, self.known.theme, &format!("{path}: unknown theme"), "")
    }

    pub(super) fn icon(&mut self, text: Text, path: &str) -> Option<String> {
        self.name(text, self.known.icon, &format!("{path}: unknown icon"), "")
    }

    fn name(
        &mut self,
        text: Text,
        exists: &dyn Fn(&str) -> bool,
        message: &str,
        one_of: &str,
    ) -> Option<String> {
        let name = set(text)?;
        if !exists(&name.value) {
            let help = if one_of.is_empty() { String::new() } else { format!(", use {one_of}") };
            self.wrong(format!("{message} {}{help}", quote(&name.value)), place(&name));
        }
        Some(name.value)
    }

    /// A duration that is not below zero.
    pub(super) fn duration(&mut self, text: Text, path: &str) -> Option<Duration> {
        let text = text?;
        match parse_duration(&text.value).map(u64::try_from) {
            Ok(Ok(nanos)) => return Some(Duration::from_nanos(nanos)),
            Ok(Err(_)) => self.wrong(format!("{path}: must not be negative"), place(&text)),
            Err(error) => self.wrong(format!("{path}: {error}"), place(&text)),
        }
        None
    }

    pub(super) fn reduce(&mut self, text: Text, path: &str) -> Reduce {
        let Some(text) = set(text) else { return Reduce::default() };
        match text.value.as_str() {
            "last" => Reduce::Last,
            "first" => Reduce::First,
            "avg" => Reduce::Avg,
            "min" => Reduce::Min,
            "max" => Reduce::Max,
            "sum" => Reduce::Sum,
            other => {
                let message = format!(
                    "{path}: unknown reducer {}, use last, first, avg, min, max, sum",
                    quote(other)
                );
                self.wrong(message, place(&text));
                Reduce::default()
            }
        }
    }

    pub(super) fn mark_line(&mut self, text: &Spanned<String>, path: &str) -> Option<MarkLine> {
        match text.value.as_str() {
            "average" => Some(MarkLine::Average),
            "min" => Some(MarkLine::Min),
            "max" => Some(MarkLine::Max),
            "median" => Some(MarkLine::Median),
            other => {
                let message = format!(
                    "{path}: unknown mark line {}, use average, min, max, median",
                    quote(other)
                );
                self.wrong(message, place(text));
                None
            }
        }
    }
}
