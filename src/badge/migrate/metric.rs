//! One metric becomes a badge, and a graph where it had a history.
//!
//! In: a map of `metrics` and the [`Settings`] of its file. Out: the keys of both. Every expression
//! that it gives compiles; where one would not, the plain value stands in and a hand is asked for.

use std::collections::BTreeSet;

use super::cel;
use super::colors::{self, Range};
use super::entry::Key;
use super::read::Map;
use super::settings::{self, History, Settings};
use super::template::{self, Part};
use super::told::Told;
use crate::badge::expr::Program;
use crate::source::{Node, Span};

pub(super) const KEYS: &[&str] = &[
    "name",
    "title",
    "query",
    "label",
    "prefix",
    "suffix",
    "valueTemplate",
    "colors",
    "hidden",
    "history",
    "timeseries",
    "type",
    "range",
    "value",
    "color",
    "cacheSeconds",
];

/// The keys of a badge, and of its graph.
pub(super) struct Converted {
    pub(super) badge: Vec<Key>,
    pub(super) graph: Option<Vec<Key>>,
}

/// Nothing for an entry that cannot be one.
pub(super) fn convert(
    node: &Node,
    settings: &Settings,
    ids: &mut BTreeSet<String>,
    told: &mut Told,
) -> Option<Converted> {
    let map = Map::new(node, "metric");
    if node.entries().is_empty() {
        told.hand("migrate/wrong-type", "a metric must be a map; it is left out", node.span);
        return None;
    }
    map.only(KEYS, told);
    let name = map.text("name", told);
    let Some((query, _)) = map.text("query", told) else {
        let shown = name.map_or("a metric", |(name, _)| name);
        let message = format!("`{shown}` has no query; it is left out");
        told.hand("migrate/no-query", message, node.span);
        return None;
    };
    let id = id(name, node.span, ids, told);
    let title = map.text("title", told).map(|(title, _)| title);
    let mut shared = vec![Key::text("id", &id, &["name"])];
    shared.extend(title.map(|title| Key::text("title", title, &["title"])));
    shared.push(Key::text("query", query, &["query"]));
    let mut badge = shared.clone();
    badge.extend(range(map, told));
    badge.extend(expressions(map, settings, told));
    let hidden = map.truth("hidden", told);
    let looks: Vec<_> =
        gallery(hidden, settings).into_iter().chain(cache(map, settings, told)).collect();
    badge.extend(looks.clone());
    let graph = graph(history(map, settings, told), shared, looks);
    Some(Converted { badge, graph })
}

/// The name, made fit for today's ids and for being the only one.
fn id(name: Option<(&str, Span)>, at: Span, ids: &mut BTreeSet<String>, told: &mut Told) -> String {
    let fits = |at: char| at.is_ascii_alphanumeric() || "._-".contains(at);
    let wanted = match name {
        None => "unnamed".to_owned(),
        Some((name, _)) => name.chars().map(|at| if fits(at) { at } else { '_' }).collect(),
    };
    let mut id: String = wanted.clone();
    let mut number = 2;
    while !ids.insert(id.clone()) {
        id = format!("{wanted}_{number}");
        number += 1;
    }
    match name {
        None => told.hand("migrate/name", format!("a metric has no name; it is `{id}`"), at),
        Some((name, span)) if name != wanted => {
            let message = format!(
                "`{name}` is no id: letters, digits, `.`, `_` and `-` are; it is `{id}`, and links \
                 to it change"
            );
            told.hand("migrate/name", message, span);
        }
        Some((name, span)) if name != id => {
            let message = format!("`{name}` stands here twice; this one is `{id}`");
            told.hand("migrate/name", message, span);
        }
        Some(_) => {}
    }
    id
}

/// `type` and `range`, which are today's already.
fn range(map: Map, told: &mut Told) -> Vec<Key> {
    let kind = map.text("type", told);
    let range = map.map("range", told);
    match (kind, range) {
        (None | Some(("instant", _)), None) => vec![],
        (Some(("range", _)), Some(range)) => {
            range.only(&["last", "offset", "step", "reduce"], told);
            let mut parts = vec![];
            for key in ["last", "offset", "step"] {
                let text = range.text(key, told);
                let text = text.and_then(|text| settings::duration(key, text, told));
                parts.extend(text.map(|text| format!("{key}: {}", super::yaml::duration(&text))));
            }
            if let Some((reduce, span)) = range.text("reduce", told) {
                if ["last", "first", "avg", "min", "max", "sum"].contains(&reduce) {
                    parts.push(format!("reduce: {reduce}"));
                } else {
                    let message = format!("there is no reducer `{reduce}`; the last value is used");
                    told.hand("migrate/range", message, span);
                }
            }
            if !parts.first().is_some_and(|part| part.starts_with("last")) {
                let message = "a range needs `last`; the value of now is used";
                told.hand("migrate/range", message, range.node.span);
                return vec![];
            }
            let range = format!("{{ {} }}", parts.join(", "));
            vec![Key::text("type", "range", &["type"]), Key::yaml("range", range, &["range"])]
        }
        (kind, range) => {
            let span = kind.map(|(_, span)| span).or_else(|| range.map(|range| range.node.span));
            let message = "`type: range` and `range` belong together; the value of now is used";
            told.hand("migrate/range", message, span.unwrap_or(map.node.span));
            vec![]
        }
    }
}

fn expressions(map: Map, settings: &Settings, told: &mut Told) -> Vec<Key> {
    const VALUE: &[&str] = &["value", "label", "prefix", "suffix", "valueTemplate"];
    const COLOR: &[&str] = &["color", "colors"];
    let ranges = ranges(map, told);
    let new_value = map.text("value", told);
    let value = match new_value {
        Some((source, span)) => {
            let mixed = ["label", "prefix", "suffix", "valueTemplate"];
            if let Some(key) = mixed.into_iter().find(|key| map.get(key).is_some()) {
                let message = format!("`value` wins over `{key}`, which is left out");
                told.hand("migrate/mixed", message, map.node.span);
            }
            renamed(source, span, told)
        }
        None => old_value(map, settings, &ranges, told),
    };
    let color = match map.text("color", told) {
        Some((source, span)) => Some((renamed(source, span, told), span)),
        None => map.get("colors").filter(|_| !ranges.is_empty()).map(|node| {
            let color = colors::color(&ranges);
            color.gaps.into_iter().for_each(|gap| told.note("migrate/colour-gap", gap, node.span));
            color.ends.into_iter().for_each(|end| told.note("migrate/colour-end", end, node.span));
            (color.cel, node.span)
        }),
    };
    let span = new_value.map_or(map.node.span, |(_, span)| span);
    let value = compiled(&value, "valueExpr", span, told);
    let value = value.unwrap_or_else(|| "humanizeFloat(result)".to_owned());
    let color = color.and_then(|(color, span)| compiled(&color, "colorExpr", span, told));
    let mut keys = vec![Key::text("valueExpr", value, VALUE)];
    keys.extend(color.map(|color| Key::text("colorExpr", color, COLOR)));
    keys
}

fn compiled(source: &str, key: &str, span: Span, told: &mut Told) -> Option<String> {
    match Program::compile(source) {
        Ok(_) => Some(source.to_owned()),
        Err(error) => {
            let message = format!("`{key}` would be `{source}`, which does not compile: {error}");
            told.hand("migrate/expression", message, span);
            None
        }
    }
}

fn renamed(source: &str, span: Span, told: &mut Told) -> String {
    let (cel, remarks) = cel::renamed(source);
    remarks.into_iter().for_each(|remark| remarked(remark, span, told));
    cel
}

/// Bytes in other steps change what is read; the rest is worth knowing only.
fn remarked(remark: &'static str, span: Span, told: &mut Told) {
    if remark == template::BINARY {
        told.hand("migrate/format", remark, span);
    } else {
        told.note("migrate/format", remark, span);
    }
}

/// `prefix`, the value through its template, and `suffix`, unless a range says otherwise.
fn old_value(map: Map, settings: &Settings, ranges: &[Range], told: &mut Told) -> String {
    let label = map.text("label", told);
    let dot = match label {
        Some((label, _)) => Part::Text(format!("labels[{}]", cel::string(label))),
        None => Part::Number("result".to_owned()),
    };
    if let (Some((_, span)), false) = (label, ranges.is_empty()) {
        let message = "the colour is that of the sample's value, not of the label";
        told.note("migrate/label-colour", message, span);
    }
    let mut parts = vec![];
    let literal = |text: &str| Part::Literal(text.to_owned());
    parts.extend(map.text("prefix", told).map(|(text, _)| literal(text)));
    match map.text("valueTemplate", told) {
        None => parts.push(dot),
        Some((source, span)) => match template::translate(source, &dot, &settings.templates) {
            Ok(translated) => {
                translated.remarks.into_iter().for_each(|remark| remarked(remark, span, told));
                parts.extend(translated.parts);
            }
            Err(why) => {
                let message = format!("the template `{source}` is left out: {why}");
                told.hand("migrate/template", message, span);
                parts.push(dot);
            }
        },
    }
    parts.extend(map.text("suffix", told).map(|(text, _)| literal(text)));
    let base = template::join(&parts);
    colors::message(ranges, &base).unwrap_or(base)
}

fn ranges(map: Map, told: &mut Told) -> Vec<Range> {
    let Some(node) = map.get("colors") else { return vec![] };
    if node.items().is_empty() {
        if !node.is_collection() || !node.entries().is_empty() {
            told.hand("migrate/wrong-type", "`colors` must be a list; it is left out", node.span);
        }
        return vec![];
    }
    node.items().iter().filter_map(|item| one_range(item, told)).collect()
}

fn one_range(item: &Node, told: &mut Told) -> Option<Range> {
    let map = Map::new(item, "colour range");
    if item.entries().is_empty() {
        told.hand("migrate/wrong-type", "a colour range must be a map; it is left out", item.span);
        return None;
    }
    map.only(&["color", "min", "max", "valueOverride"], told);
    let mut end = |key: &'static str, open: f64| {
        let number = map.number(key, told).map(|(number, _)| number);
        if number.is_none() {
            let message = format!("a colour range has no `{key}`; it is taken as open there");
            told.hand("migrate/open-range", message, item.span);
        }
        number.unwrap_or(open)
    };
    let (min, max) = (end("min", f64::NEG_INFINITY), end("max", f64::INFINITY));
    if min > max {
        let message = "a colour range ends before it begins; it held no value and is left out";
        told.hand("migrate/empty-range", message, item.span);
        return None;
    }
    let color = map.text("color", told).map(|(color, _)| color.to_owned()).unwrap_or_default();
    let value = map.text("valueOverride", told).map(|(text, _)| text.to_owned());
    Some(Range { color, min, max, value })
}

/// Whether a metric hides otherwise than the file's default.
fn gallery(hidden: Option<bool>, settings: &Settings) -> Option<Key> {
    let hidden = hidden.filter(|hidden| *hidden != settings.hidden)?;
    Some(Key::yaml("gallery", format!("{{ hidden: {hidden} }}"), &["hidden"]))
}

fn cache(map: Map, settings: &Settings, told: &mut Told) -> Option<Key> {
    let (seconds, span) = map.count("cacheSeconds", told)?;
    match (seconds, settings.cache_seconds) {
        (0, Some(0)) => return None,
        (_, Some(0)) => {
            let message = "`cacheSeconds` of one metric cannot be while the file's is 0, which is \
                           `cache.enabled: false`; it is left out";
            told.hand("migrate/cache", message, span);
            return None;
        }
        (0, _) => {
            let message = "answers are kept for one second, the least there is; they were not kept";
            told.note("migrate/cache", message, span);
        }
        _ => {}
    }
    let cache = format!("{{ maxAge: {} }}", seconds.max(1));
    Some(Key::yaml("cache", cache, &["cacheSeconds"]))
}

/// Whether there is a graph, and how long its windows may be where the metric says so itself.
fn history(map: Map, settings: &Settings, told: &mut Told) -> History {
    let own = map.map("timeseries", told).or_else(|| map.map("history", told));
    let own = own.map(|own| settings::history(own, told)).unwrap_or_default();
    History { enabled: own.enabled.or(settings.history.enabled), ..own }
}

/// The graph of a metric that had a history.
fn graph(history: History, shared: Vec<Key>, looks: Vec<Key>) -> Option<Vec<Key>> {
    history.enabled.filter(|enabled| *enabled)?;
    let max = history.max_duration.map(|max| super::yaml::duration(&max));
    let max = max.map(|max| Key::yaml("maxDuration", max, &[]));
    let keys = shared.into_iter().chain(max).chain(looks);
    // The comments stand at the badge.
    Some(keys.map(|key| Key { from: &[], ..key }).collect())
}
