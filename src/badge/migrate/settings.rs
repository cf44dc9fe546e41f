//! Everything outside `metrics` in a file of an older schema.
//!
//! In: the root of the file. Out: [`Settings`], with the keys of 0.10 and those of the 0.11 interim
//! schema as one. It never writes.

use std::collections::BTreeMap;

use super::read::Map;
use super::told::Told;
use crate::badge::Font;
use crate::badge::spec::parse_duration;
use crate::source::Span;

const KEYS: &[&str] = &[
    "prometheus",
    "metrics",
    "badge",
    "hideAll",
    "history",
    "templates",
    "cacheSeconds",
    "defaults",
];

/// Whether there are graphs, and of how long.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct History {
    pub(super) enabled: Option<bool>,
    pub(super) max_duration: Option<String>,
}

#[derive(Debug, Default)]
pub(super) struct Settings {
    pub(super) prometheus: Option<String>,
    pub(super) font: Option<String>,
    pub(super) size: Option<u32>,
    /// Whether the gallery leaves out what does not say otherwise.
    pub(super) hidden: bool,
    pub(super) history: History,
    pub(super) cache_seconds: Option<u32>,
    pub(super) templates: BTreeMap<String, String>,
}

/// Reads them; what they need by hand is left in `told` for a comment above them.
pub(super) fn read(root: Map, told: &mut Told) -> Settings {
    root.only(KEYS, told);
    let defaults = root.map("defaults", told);
    if let Some(defaults) = defaults {
        defaults.only(&["hidden", "cacheSeconds", "timeseries"], told);
    }
    let top_cache = root.count("cacheSeconds", told);
    let cache = defaults.and_then(|map| map.count("cacheSeconds", told)).or(top_cache);
    let hide_all = root.truth("hideAll", told);
    let hidden = defaults.and_then(|map| map.truth("hidden", told)).or(hide_all);
    let timeseries = defaults.and_then(|map| map.map("timeseries", told));
    let of_all = timeseries.or_else(|| root.map("history", told));
    let (font, size) = badge(root, told);
    Settings {
        prometheus: root.text("prometheus", told).map(|(url, _)| url.to_owned()),
        font,
        size,
        hidden: hidden.unwrap_or(true),
        history: of_all.map(|map| history(map, told)).unwrap_or_default(),
        cache_seconds: cache.map(|(seconds, _)| seconds),
        templates: templates(root, told),
    }
}

/// `{enabled, maxDuration}` of the file or of one metric.
pub(super) fn history(map: Map, told: &mut Told) -> History {
    map.only(&["enabled", "maxDuration"], told);
    let max = map.text("maxDuration", told);
    History {
        enabled: map.truth("enabled", told),
        max_duration: max.and_then(|max| duration("maxDuration", max, told)),
    }
}

/// A duration that today's reader takes.
pub(super) fn duration(key: &str, (text, span): (&str, Span), told: &mut Told) -> Option<String> {
    if parse_duration(text).is_ok_and(|nanos| nanos >= 0) {
        return Some(text.to_owned());
    }
    let message = format!("`{key}` must be a duration such as `7d`; it is left out");
    told.hand("migrate/wrong-type", message, span);
    None
}

fn badge(root: Map, told: &mut Told) -> (Option<String>, Option<u32>) {
    let Some(badge) = root.map("badge", told) else { return (None, None) };
    badge.only(&["font", "size"], told);
    let font = badge.text("font", told).and_then(|(font, span)| {
        let known = Font::from_name(font).map(|font| font.name().to_owned());
        if known.is_none() {
            let message = format!(
                "font files such as `{font}` cannot be used: badges are in `dejavu-sans` unless \
                 `defaults.badge.font` names another"
            );
            told.hand("migrate/font", message, span);
        }
        known
    });
    let size = badge.count("size", told).map(|(size, _)| size).filter(|size| *size > 0);
    (font, size)
}

fn templates(root: Map, told: &mut Told) -> BTreeMap<String, String> {
    let Some(map) = root.map("templates", told) else { return BTreeMap::new() };
    let keys = map.node.entries().iter().map(|entry| entry.key.as_str());
    let named = keys.filter_map(|key| Some((key.to_owned(), map.text(key, told)?.0.to_owned())));
    named.collect()
}
