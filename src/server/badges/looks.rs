//! How one request wants a badge to look: [`Looks`].
//!
//! In: parameters, and what the configuration lets them set. Out: a key for what is remembered,
//! with texts that are short. What may not be set makes no difference.

use super::ask::Parameters;
use super::book::BadgeEntry;
use super::counters::Format;
use crate::badge::Style;

/// Longest label or colour that an address may set, in bytes.
const MAX_TEXT: usize = 256;

/// A badge's format and looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Looks {
    pub(super) format: Format,
    pub(super) style: Style,
    /// The part of the id that stands for a value.
    pub(super) slug: Option<String>,
    pub(super) label: Option<String>,
    pub(super) color: Option<String>,
    pub(super) label_color: Option<String>,
}

impl Looks {
    pub(super) fn new(
        entry: &BadgeEntry,
        slug: Option<&str>,
        format: Format,
        parameters: &Parameters,
    ) -> Self {
        let style = parameters.get("style").filter(|_| format_has_style(format));
        let allowed = entry.spec.overrides;
        let set = |is_allowed: bool, name: &str| {
            let text = parameters.get(name).filter(|_| is_allowed)?;
            Some(text[..text.floor_char_boundary(MAX_TEXT)].to_owned())
        };
        Self {
            format,
            style: style.map_or(entry.style, |name| Style::from_name(name).unwrap_or_default()),
            slug: slug.map(str::to_owned),
            label: set(allowed.label, "label"),
            color: set(allowed.color, "color"),
            label_color: set(allowed.label_color, "labelColor"),
        }
    }

    /// The looks that the configuration gives a badge.
    pub(super) fn plain(entry: &BadgeEntry, slug: Option<&str>, format: Format) -> Self {
        Self::new(entry, slug, format, &Parameters::default())
    }
}

/// Whether a style makes a difference.
fn format_has_style(format: Format) -> bool {
    matches!(format, Format::Svg | Format::Png)
}
