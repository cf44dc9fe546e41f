//! Configurations, right and wrong.

use std::io::Write as _;
use std::time::Duration;

use super::*;

mod more;

const KNOWN: Known<'static> = Known {
    icon: &|name| name.starts_with("mdi:") || name.starts_with("si:"),
    theme: &|name| ["light", "dark", "dracula"].contains(&name),
    font: &|name| ["dejavu-sans", "dejavu-sans-bold", "comic-neue"].contains(&name),
};

fn read(text: &str) -> Config {
    parse(text, &KNOWN).unwrap_or_else(|error| panic!("{error}\nin\n{text}"))
}

/// Parts of the message, with its place.
fn check_wrong(text: &str, parts: &[&str]) {
    let error = parse(text, &KNOWN).expect_err(text).to_string();
    for part in parts {
        assert!(error.contains(part), "`{part}` is not in `{error}`");
    }
}

fn badge(settings: &str) -> String {
    format!("badges:\n  - id: cpu\n    query: up\n{settings}")
}

fn graph(settings: &str) -> String {
    format!("graphs:\n  - id: cpu\n    query: up\n{settings}")
}

#[test]
fn nothing_means_the_defaults() {
    for text in ["", "---\n", "# only words\n", "badges:\ngraphs: ~\ndefaults:\n"] {
        let config = read(text);
        assert!(config.gallery && config.badges.is_empty(), "{text:?}");
        assert_eq!(config.cache, Cache { enabled: true, max_age: 300, stale_limit: None });
        assert_eq!(config.prometheus, None);
    }
}

#[test]
fn a_badge_alone_has_all_defaults() {
    let config = read(&badge(""));
    let expected = BadgeSpec {
        id: "cpu".to_owned(),
        title: None,
        origin: Origin::Prometheus,
        query: "up".to_owned(),
        query_at: Some(Place { line: 3, column: 12 }),
        kind: BadgeKind::Instant,
        value_expr: "string(result)".to_owned(),
        value_at: None,
        color_expr: None,
        color_at: None,
        look: BadgeLook {
            font: "dejavu-sans".to_owned(),
            size: 11,
            style: "flat".to_owned(),
            label_color: None,
            scheme: ColorScheme::Fixed,
            dark_label_color: None,
        },
        icon: None,
        sparkline: false,
        for_each: None,
        overrides: Overrides::default(),
        max_age: None,
        hidden: false,
    };
    assert_eq!(config.badges, [expected]);
}

#[test]
fn a_graph_alone_has_all_defaults() {
    let config = read(&graph(""));
    let expected = GraphSpec {
        id: "cpu".to_owned(),
        title: None,
        origin: Origin::Prometheus,
        query: "up".to_owned(),
        query_at: Some(Place { line: 3, column: 12 }),
        max_duration: Some(Duration::from_hours(1)),
        width: 600,
        height: 200,
        legend: true,
        fill: false,
        theme: None,
        font: None,
        value_expr: None,
        value_at: None,
        y_min: None,
        y_max: None,
        mark_lines: vec![],
        max_age: None,
        hidden: false,
    };
    assert_eq!(config.graphs, [expected]);
}

#[test]
fn defaults_reach_badges_which_may_say_otherwise() {
    let text = "defaults:\n  badge:\n    font: comic-neue\n    size: 12\n    style: plastic\n    \
                labelColor: blue\n    gallery: { hidden: true }\nbadges:\n  - id: a\n    query: up\n  \
                - id: b\n    query: up\n    title: ''\n    style: flat-square\n    \
                labelColor: '#123456'\n    icon: mdi:server\n    gallery: { hidden: false }\n";
    let badges = read(text).badges;
    let [first, second] = badges.as_slice() else { panic!("{badges:?}") };
    assert_eq!((first.look.style.as_str(), first.hidden), ("plastic", true));
    assert_eq!((first.look.font.as_str(), first.look.size), ("comic-neue", 12));
    assert_eq!(first.label(), Some("a"));
    assert_eq!((second.look.style.as_str(), second.hidden), ("flat-square", false));
    assert_eq!(second.look.label_color.as_deref(), Some("#123456"));
    assert_eq!((second.label(), second.name()), (None, "b"));
}

#[test]
fn zero_and_the_empty_text_count_as_not_said() {
    let text = "prometheus: ''\ncache: { maxAge: 0 }\ndefaults:\n  badge: { size: 0, style: '' }\n  \
                graph: { width: 900, theme: dark, legend: false, yMin: 5, markLine: [max] }\n\
                graphs:\n  - id: a\n    query: up\n    width: 0\n    theme: ''\n    fill: false\n    \
                yMin: 0\n    markLine: []\n";
    let config = read(text);
    assert_eq!((config.prometheus, config.cache.max_age), (None, 300));
    assert_eq!((config.badge_defaults.size, config.badge_defaults.style.as_str()), (11, "flat"));
    let graph = &config.graphs[0];
    assert_eq!((graph.width, graph.theme.as_deref()), (900, Some("dark")));
    assert_eq!((graph.legend, graph.y_min), (false, Some(0.0)));
    assert_eq!(graph.mark_lines, [MarkLine::Max]);
}

#[test]
fn the_longest_window_is_inherited() {
    let with = |defaults: &str, own: &str| {
        let text = format!("defaults:\n  graph: {{ {defaults} }}\n{}", graph(own));
        read(&text).graphs[0].max_duration.map(|max| max.as_secs() / 3600)
    };
    assert_eq!(with("", ""), Some(1));
    assert_eq!(with("maxDuration: 24h", ""), Some(24));
    assert_eq!(with("maxDuration: 24h", "    maxDuration: 720h\n"), Some(720));
    assert_eq!(with("maxDuration: 24h", "    maxDuration: '0'\n"), None);
    assert_eq!(with("maxDuration: 0", ""), None);
    assert_eq!(with("maxDuration: 0", "    maxDuration: 7d\n"), Some(168));
}

#[test]
fn ranges_know_their_steps() {
    let with = |range: &str| {
        let text = badge(&format!("    type: range\n    range: {{ {range} }}\n"));
        read(&text).badges[0].kind
    };
    let seconds = Duration::from_secs;
    let expected = |last, offset, step, reduce| BadgeKind::Range {
        last: seconds(last),
        offset: seconds(offset),
        step: seconds(step),
        reduce,
    };
    assert_eq!(with("last: 1h"), expected(3600, 0, 60, Reduce::Last));
    assert_eq!(with("last: 7d, reduce: avg"), expected(604_800, 0, 6048, Reduce::Avg));
    let full = with("last: 1d, offset: 1h, step: 30s, reduce: max");
    assert_eq!(full, expected(86_400, 3600, 30, Reduce::Max));
}

#[test]
fn anchors_and_merge_keys_work() {
    let text =
        "badges:\n  - &first\n    id: a\n    query: up\n    title: T\n  - <<: *first\n    id: b\n";
    let badges = read(text).badges;
    assert_eq!((badges[1].id.as_str(), badges[1].title.as_deref()), ("b", Some("T")));
}

#[test]
fn ids_may_stand_once_among_badges_and_once_among_graphs() {
    read(&format!("{}{}", badge(""), graph("")));
    check_wrong(
        &badge("  - id: cpu\n    query: up\n"),
        &["badges[1]: duplicate id \"cpu\"", "line 4, column 9"],
    );
    check_wrong(&badge("").replace("cpu", "a/b"), &["id must match", "\"a/b\"", "line 2"]);
    check_wrong("badges:\n  - query: up\n", &["badges[0]: id is required"]);
    check_wrong("badges:\n  - id: a\n", &["badges[0]: query is required"]);
}

#[test]
fn unknown_keys_are_refused_with_their_place() {
    check_wrong("colour: red\n", &["unknown field `colour`", "line 1"]);
    check_wrong(&badge("    labelColour: red\n"), &["unknown field `labelColour`", "line 4"]);
    check_wrong(&graph("    hidden: true\n"), &["unknown field `hidden`", "line 4"]);
    check_wrong("badges: [\n", &["invalid configuration"]);
    check_wrong("badges: words\n", &["invalid configuration"]);
    check_wrong("gallery: {}\n---\ngallery: {}\n", &["more than one document", "line 3"]);
    check_wrong("prometheus: a\nprometheus: b\n", &["duplicate", "line 2"]);
}

#[test]
fn unknown_words_are_told() {
    check_wrong(&badge("    style: for-the-win\n"), &["unknown style \"for-the-win\"", "line 4"]);
    check_wrong(&badge("    icon: nope\n"), &["unknown icon \"nope\""]);
    check_wrong(&badge("    type: scalar\n"), &["unknown type \"scalar\""]);
    check_wrong(&badge("    type: range\n"), &["range.last"]);
    check_wrong(&badge("    type: range\n    range: { step: 1m }\n"), &["range.last"]);
    check_wrong(&badge("    range: { last: 1h }\n"), &["range is only for"]);
    let median = "    type: range\n    range: { last: 1h, reduce: median }\n";
    check_wrong(&badge(median), &["unknown reducer \"median\"", "line 5"]);
    check_wrong(&graph("    theme: nope\n"), &["unknown theme \"nope\""]);
    check_wrong(&graph("    font: not-a-font\n"), &["unknown font \"not-a-font\""]);
    check_wrong(&graph("    markLine: [p99]\n"), &["unknown mark line \"p99\""]);
    check_wrong(&graph("    maxDuration: bogus\n"), &["invalid duration \"bogus\""]);
    check_wrong(&graph("    maxDuration: -1h\n"), &["must not be negative"]);
    check_wrong("defaults:\n  badge: { font: papyrus }\n", &["unknown font \"papyrus\""]);
    check_wrong("cache: { maxAge: -1 }\n", &["cache.maxAge: must not be negative"]);
    check_wrong("favicon: anVzdCB3b3Jkcw==\n", &["favicon: unsupported content type"]);
    check_wrong("favicon: '*'\n", &["favicon: invalid base64"]);
}

#[test]
fn everything_wrong_is_told_at_once() {
    let text = badge("    style: none\n    icon: none\n");
    let error = parse(&text, &KNOWN).expect_err("two words are unknown");
    assert_eq!(error.problems().len(), 2, "{error}");
}

#[test]
fn older_schemas_are_named() {
    for key in ["metrics", "badge", "hideAll", "history", "templates"] {
        let text = format!("prometheus: x\n{key}:\n  - name: a\n");
        check_wrong(&text, &["0.12", key, "line 2, column 1"]);
    }
}

#[test]
fn a_number_as_text_stays_as_written() {
    assert_eq!(read(&badge("    title: 1.50\n")).badges[0].title.as_deref(), Some("1.50"));
    assert_eq!(read(&badge("    title: ' '\n")).badges[0].label(), Some(" "));
}

#[test]
fn expressions_know_their_place() {
    let spec = &read(&badge("    valueExpr: 'x'\n    colorExpr: y\n")).badges[0];
    assert_eq!(spec.value_at, Some(Place { line: 4, column: 16 }));
    assert_eq!(spec.color_at, Some(Place { line: 5, column: 16 }));
}

/// The folder with configurations of other people, which is no part of the project.
#[expect(clippy::disallowed_methods, reason = "the test reads files outside of the repository")]
fn real_file(name: &str) -> Option<String> {
    let shared = std::env::var("RACKBOOK_SHARED").unwrap_or_else(|_| "../shared".to_owned());
    let path = std::path::Path::new(&shared).join("kromgo/configs").join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        // Written past the test harness, which shows what passing tests print to nobody.
        let _ = writeln!(std::io::stderr(), "skipped: `{}` cannot be read", path.display());
    }
    text
}

#[test]
fn configurations_of_real_clusters_load() {
    let files = [
        ("onedr0p_home-ops.config-from-helmrelease.yaml", 14),
        ("bjw-s-labs_home-ops.config-from-helmrelease.yaml", 10),
        ("chrede88_home-ops.config.yaml", 13),
    ];
    for (name, n_badges) in files {
        let Some(text) = real_file(name) else { continue };
        let config = read(&text);
        assert_eq!(config.badges.len(), n_badges, "{name}");
        let checked = crate::badge::value::check_expressions(&config);
        assert_eq!(checked, Ok(()), "{name}");
    }
}

#[test]
fn a_real_configuration_of_an_older_schema_is_named() {
    let Some(text) = real_file("gavinmcfall_home-ops.LEGACY-v0.11-.config.yaml") else { return };
    check_wrong(&text, &["0.12", "`metrics`"]);
}
