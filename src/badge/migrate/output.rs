//! The new file: settings, badges and graphs as text.
//!
//! In: [`Settings`], entries, and the comments of the old file. Out: YAML. It never judges.

use std::fmt::Write as _;

use super::comments::Comments;
use super::entry::{self, Entry};
use super::settings::Settings;
use super::yaml;

/// The parts of a new file.
pub(super) struct Parts {
    /// What the settings need by hand.
    pub(super) hands: Vec<String>,
    pub(super) badges: Vec<Entry>,
    pub(super) graphs: Vec<Entry>,
}

pub(super) fn write(settings: &Settings, comments: &mut Comments, parts: &Parts) -> String {
    let mut take = |names: &[&str]| {
        let found = names.iter().filter_map(|name| comments.keys.remove(*name));
        found.flatten().collect::<Vec<_>>()
    };
    let of_badges = take(&["metrics"]);
    let of_cache = take(&["cacheSeconds"]);
    let of_prometheus = take(&["prometheus"]);
    let of_defaults = take(&["badge", "hideAll", "history", "defaults"]);
    let rest: Vec<_> = std::mem::take(&mut comments.keys).into_values().flatten().collect();
    let mut sections = vec![
        section(&comments.header, ""),
        section(&parts.hands, ""),
        section(&rest, ""),
        section(&of_prometheus, &prometheus(settings)),
        section(&[], LEGACY_ROUTES),
        section(&of_cache, &cache(settings)),
        section(&of_defaults, &defaults(settings, !parts.graphs.is_empty())),
        section(&of_badges, &list("badges", &parts.badges)),
    ];
    if !parts.graphs.is_empty() {
        sections.push(entry::list("graphs", &parts.graphs));
    }
    sections.push(section(&comments.footer, ""));
    sections.retain(|section| !section.is_empty());
    sections.join("\n")
}

/// The switch that keeps links of the old schemas alive.
const LEGACY_ROUTES: &str = "\
# Also answers at the addresses of older versions, such as /ID?format=endpoint.
legacyRoutes: true
";

fn section(comments: &[String], text: &str) -> String {
    let mut out = String::new();
    entry::lines(comments, 0, &mut out);
    out + text
}

/// An empty list where a file had no metrics, which is a file that can grow.
fn list(name: &str, entries: &[Entry]) -> String {
    if entries.iter().any(|entry| !entry.keys.is_empty()) {
        return entry::list(name, entries);
    }
    let mut out = format!("{name}: []\n");
    for entry in entries {
        entry::lines(&entry.lead, 2, &mut out);
        entry::lines(&entry.tail, 2, &mut out);
    }
    out
}

fn prometheus(settings: &Settings) -> String {
    let url = settings.prometheus.as_deref();
    url.map(|url| format!("prometheus: {}\n", yaml::scalar(url))).unwrap_or_default()
}

fn cache(settings: &Settings) -> String {
    match settings.cache_seconds {
        None => String::new(),
        Some(0) => "cache:\n  enabled: false\n".to_owned(),
        Some(seconds) => format!("cache:\n  maxAge: {seconds}\n"),
    }
}

fn defaults(settings: &Settings, has_graphs: bool) -> String {
    let mut badge = String::new();
    if let Some(font) = &settings.font {
        _ = writeln!(badge, "    font: {font}");
    }
    if let Some(size) = settings.size {
        _ = writeln!(badge, "    size: {size}");
    }
    let gallery = if settings.hidden { "    gallery:\n      hidden: true\n" } else { "" };
    badge.push_str(gallery);
    let mut graph = String::new();
    if let Some(max) = &settings.history.max_duration {
        _ = writeln!(graph, "    maxDuration: {}", yaml::duration(max));
    }
    graph.push_str(gallery);
    let mut out = String::new();
    if !badge.is_empty() {
        _ = write!(out, "  badge:\n{badge}");
    }
    if has_graphs && !graph.is_empty() {
        _ = write!(out, "  graph:\n{graph}");
    }
    if out.is_empty() { out } else { format!("defaults:\n{out}") }
}
