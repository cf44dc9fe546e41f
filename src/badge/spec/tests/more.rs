//! What our schema adds to kromgo's.

use std::time::Duration;

use super::super::*;
use super::{badge, check_wrong, graph, read};
use crate::badge::value::{ALERTS, check_expressions};

#[test]
fn presets_fill_what_is_not_said() {
    let config =
        read("badges:\n  - preset: cpu\n  - {preset: cpu, id: mine, title: Load, query: up}\n");
    let preset = preset::find("cpu").expect("a preset");
    let [usual, own] = &config.badges[..] else { panic!("two badges") };
    assert_eq!((usual.id.as_str(), usual.query.as_str()), (preset.id, preset.query));
    assert_eq!(usual.title.as_deref(), Some(preset.title));
    assert_eq!((own.id.as_str(), own.query.as_str()), ("mine", "up"));
    assert_eq!(own.title.as_deref(), Some("Load"));
    assert_eq!(own.value_expr, usual.value_expr);
    check_wrong("badges: [{preset: cpus}]", &["unknown preset \"cpus\"", "gpu-memory"]);
    check_wrong("badges: [{preset: cpu}, {preset: cpu}]", &["duplicate id"]);
}

#[test]
fn every_preset_makes_a_badge() {
    for preset in preset::ALL {
        let config = read(&format!("badges: [{{preset: {}}}]", preset.name));
        assert_eq!(check_expressions(&config), Ok(()), "{}", preset.name);
    }
}

#[test]
fn types_that_look_at_all_samples_have_their_own_words() {
    let config = read("badges: [{id: a, type: alerts}, {id: b, type: up, query: up}]");
    assert_eq!(config.badges[0].query, ALERTS.query.expect("a query"));
    assert_eq!(config.badges[0].kind, BadgeKind::Alerts);
    assert_eq!(config.badges[1].kind, BadgeKind::Up);
    assert_eq!(check_expressions(&config), Ok(()));
    check_wrong("badges: [{id: b, type: up}]", &["badges[0]: query is required"]);
    check_wrong(&badge("    type: up\n    range: {last: 1h}\n"), &["range is only for"]);
}

#[test]
fn sources_have_names() {
    let server = "sources:\n  thanos:\n    url: https://thanos.example.com\n    timeout: 10s\n    \
                  basicAuth: {username: u, passwordFile: /p}\n    headers: {X-Scope-OrgID: home}\n";
    let config = read(&format!("{server}{}", badge("    source: thanos\n")));
    assert_eq!(config.badges[0].origin, Origin::Named("thanos".to_owned()));
    let spec = &config.sources["thanos"];
    assert_eq!(spec.basic_auth, Some(("u".to_owned(), "/p".to_owned())));
    assert_eq!(spec.timeout, Some(Duration::from_secs(10)));
    assert_eq!(spec.headers, [("X-Scope-OrgID".to_owned(), "home".to_owned())]);
    check_wrong(&badge("    source: mimir\n"), &["unknown source \"mimir\"", "line 4, column 13"]);
    check_wrong("sources: {facts: {url: http://a}}", &["this name is taken"]);
    check_wrong("sources: {a: {timeout: 1s}}", &["sources.a: url is required"]);
    let both = "sources: {a: {url: http://a, bearerTokenFile: /t, basicAuth: {username: u, passwordFile: p}}}";
    check_wrong(both, &["use either basicAuth or bearerTokenFile"]);
}

#[test]
fn facts_are_one_value() {
    let config = read("badges: [{id: n, source: facts, query: nodes}]");
    assert_eq!(config.badges[0].origin, Origin::Facts);
    assert_eq!(config.badges[0].value_expr, "labels[\"value\"]");
    check_wrong("badges: [{id: n, source: facts, query: nodes, type: up}]", &["one value"]);
    check_wrong(&graph("    source: facts\n"), &["facts have no past"]);
}

#[test]
fn one_badge_per_label_needs_the_label_in_its_id() {
    let text =
        |id: &str, each: &str| format!("badges: [{{id: '{id}', query: up, forEach: {each}}}]");
    let config = read(&text("temp_{node}", "{label: node, max: 9}"));
    assert_eq!(config.badges[0].for_each, Some(ForEach { label: "node".to_owned(), max: 9 }));
    assert_eq!(config.badges[0].slug_in("temp_a.b"), Some("a.b"));
    assert_eq!(config.badges[0].slug_in("temp_"), None);
    let most = read(&text("{node}", "{label: node, max: 100000}"));
    assert_eq!(most.badges[0].for_each.as_ref().map(|each| each.max), Some(500));
    for id in ["temp", "temp_{job}", "{node}/{node}", "{node}{node}", "a b{node}"] {
        check_wrong(&text(id, "{label: node}"), &["`{node}` in it once"]);
    }
    check_wrong(&text("{a b}", "{label: a b}"), &["is not a label"]);
    check_wrong("badges: [{query: up, forEach: {label: a}}]", &["forEach needs an id"]);
    let up = "badges: [{id: '{a}', query: up, type: up, forEach: {label: a}}]";
    check_wrong(up, &["forEach is only for types"]);
}

#[test]
fn sparklines_need_a_past() {
    let config = read(&badge("    type: range\n    range: {last: 1h}\n    sparkline: true\n"));
    assert!(config.badges[0].sparkline);
    check_wrong(&badge("    sparkline: true\n"), &["sparkline needs type range"]);
    let long = badge("    type: range\n    range: {last: 30d, step: 1m}\n");
    check_wrong(&long, &["range.step: 43200 points are more than the 11000"]);
}

#[test]
fn looks_follow_the_defaults() {
    let defaults =
        "defaults: {badge: {colorScheme: auto, darkLabelColor: '#111', overrides: [label]}}\n";
    let config = read(&format!("{defaults}{}", badge("")));
    let spec = &config.badges[0];
    assert_eq!((spec.look.scheme, spec.overrides.label), (ColorScheme::Auto, true));
    assert_eq!(spec.look.dark_label_color.as_deref(), Some("#111"));
    let config =
        read(&format!("{defaults}{}", badge("    colorScheme: fixed\n    overrides: []\n")));
    let spec = &config.badges[0];
    assert_eq!((spec.look.scheme, spec.overrides), (ColorScheme::Fixed, Overrides::default()));
    check_wrong(&badge("    colorScheme: dim\n"), &["unknown scheme \"dim\""]);
    check_wrong(&badge("    overrides: [style]\n"), &["unknown \"style\""]);
}

#[test]
fn times_and_origins_are_checked() {
    let config =
        read("cache: {staleLimit: 2d}\ncors: {origins: ['https://A.example.com/', '*']}\n");
    assert_eq!(config.cache.stale_limit, Some(Duration::from_hours(48)));
    assert_eq!(config.cors, ["https://a.example.com", "*"]);
    assert_eq!(read(&badge("    cache: {maxAge: 60}\n")).badges[0].max_age, Some(60));
    assert!(read("legacyRoutes: true").legacy_routes);
    check_wrong(
        &badge("    cache: {maxAge: -1}\n"),
        &["badges[0].cache.maxAge: must not be negative"],
    );
    for origin in ["a.example.com", "https://", "https://a/b", "ftp://a"] {
        check_wrong(&format!("cors: {{origins: ['{origin}']}}"), &["a scheme and a host"]);
    }
}
