//! Files with every key, as they are written and as they come out.

use super::*;

#[track_caller]
fn check(old: &str, new: &str, notes: &[&str]) {
    let (text, told) = migrated(old);
    assert_eq!(text, new);
    config(&text);
    for note in notes {
        assert!(told.contains(note), "`{note}` is missing: {told}");
    }
    assert_eq!(
        told.matches("warning ").count(),
        notes.iter().filter(|it| it.starts_with("warning ")).count(),
        "{told}"
    );
}

const OLD: &str = "\
---
# My badges.
# yaml-language-server: $schema=https://example.com/config.schema.json

# The server.
prometheus: http://prometheus.example.com:9090
hideAll: false # all are shown
badge:
  font: Verdana.ttf
  size: 12
history: { enabled: false, maxDuration: 7d }
templates:
  up: '{{ . | humanDuration }}'

# All of them.
metrics:
  # ── Cluster ──

  # Load of all nodes.
  - name: cpu
    title: CPU
    # five minutes
    query: |
      avg(load)
        * 100
    suffix: \"%\" # percent
    colors:
      - { color: green, min: 0, max: 35 } # fine
      - { color: red, min: 36, max: 1000 }
    history:
      enabled: true
      maxDuration: 30d
    # suffix: \"percent\"

  - name: uptime
    query: up
    valueTemplate: up
    hidden: true
# the end
";

const NEW: &str = "\
# My badges.

# By hand: font files such as `Verdana.ttf` cannot be used: badges are in `dejavu-sans` unless \
`defaults.badge.font` names another

# The server.
prometheus: http://prometheus.example.com:9090

# Also answers at the addresses of older versions, such as /ID?format=endpoint.
legacyRoutes: true

# all are shown
defaults:
  badge:
    size: 12
  graph:
    maxDuration: 7d

# All of them.
badges:
  # ── Cluster ──

  # Load of all nodes.
  - id: cpu
    title: CPU
    # five minutes
    query: |
      avg(load)
        * 100
    # percent
    valueExpr: humanizeFloat(result) + \"%\"
    # fine
    colorExpr: 'result < 36.0 ? \"green\" : \"red\"'
    # suffix: \"percent\"

  - id: uptime
    query: up
    valueExpr: humanizeDuration(result)
    gallery: { hidden: true }

graphs:
  - id: cpu
    title: CPU
    query: |
      avg(load)
        * 100
    maxDuration: 30d

# the end
";

#[test]
fn a_file_of_0_10() {
    check(
        OLD,
        NEW,
        &[
            "note migrate/schema 3:1",
            "warning migrate/font 9:9",
            "note migrate/colour-gap 28:7",
            "note migrate/format 37:20",
            "note migrate/cache -",
            "note migrate/graph-size -",
            "`PROMETHEUS_URL` is `KROMGO_PROMETHEUS_URL`",
        ],
    );
}

#[test]
fn a_file_of_0_11() {
    check(
        "defaults:\n  hidden: true\n  cacheSeconds: 60\n  timeseries:\n    enabled: true\n    maxDuration: 1d\n\
         metrics:\n  - name: a\n    type: range\n    query: up\n    range: { last: 7d, offset: 1d, step: 1h, reduce: avg }\n    \
         value: string(result) + \"%\"\n    color: '\"blue\"'\n    hidden: false\n    cacheSeconds: 30\n    \
         timeseries: { maxDuration: 2d }\n  - name: b\n    query: up\n    cacheSeconds: 0\n    \
         timeseries: { enabled: false }\n",
        "# Also answers at the addresses of older versions, such as /ID?format=endpoint.\n\
         legacyRoutes: true\n\ncache:\n  maxAge: 60\n\n\
         defaults:\n  badge:\n    gallery:\n      hidden: true\n  graph:\n    maxDuration: 1d\n    \
         gallery:\n      hidden: true\n\n\
         badges:\n  - id: a\n    query: up\n    type: range\n    \
         range: { last: 7d, offset: 1d, step: 1h, reduce: avg }\n    \
         valueExpr: string(result) + \"%\"\n    colorExpr: '\"blue\"'\n    \
         gallery: { hidden: false }\n    cache: { maxAge: 30 }\n\n  \
         - id: b\n    query: up\n    valueExpr: humanizeFloat(result)\n    cache: { maxAge: 1 }\n\n\
         graphs:\n  - id: a\n    query: up\n    maxDuration: 2d\n    \
         gallery: { hidden: false }\n    cache: { maxAge: 30 }\n",
        &["note migrate/cache 19:19", "note migrate/hidden -"],
    );
}

#[test]
fn names_become_ids() {
    let (text, notes) = migrated(
        "metrics:\n  - { name: a b/ü, query: up }\n  - { name: a, query: up }\n  \
         - { name: a, query: up }\n  - { query: up }\n",
    );
    let ids: Vec<_> = config(&text).badges.into_iter().map(|badge| badge.id).collect();
    assert_eq!(ids, ["a_b__", "a", "a_2", "unnamed"]);
    for note in ["2:13 `a b/ü` is no id", "4:13 `a` stands here twice", "5:5 a metric has no name"]
    {
        assert!(notes.contains(&format!("warning migrate/name {note}")), "{notes}");
    }
    assert!(text.contains("  # By hand: `a` stands here twice; this one is `a_2`\n  - id: a_2\n"));
}

#[test]
fn what_is_left_out_stands_as_a_comment() {
    let (text, notes) = migrated(
        "metricz: 1\nmetrics:\n  - name: a\n    query: up\n    sufix: x\n  - { name: b }\n  - c\n",
    );
    assert_eq!(config(&text).badges.len(), 1);
    assert!(notes.contains("warning migrate/unknown-key 1:1"), "{notes}");
    assert!(notes.contains("warning migrate/unknown-key 5:5"), "{notes}");
    assert!(notes.contains("warning migrate/no-query 6:5 `b` has no query"), "{notes}");
    assert!(notes.contains("warning migrate/wrong-type 7:5"), "{notes}");
    assert_eq!(text.matches("# By hand: ").count(), 4, "{text}");
}

#[test]
fn a_file_of_today_is_left_alone() {
    for text in
        ["", "# nothing\n", "badges: []\n", "prometheus: x\ndefaults: { badge: { size: 1 } }\n"]
    {
        let sources = Sources::from_memory([("new.yaml", text.as_bytes())]);
        let file = sources.find(Root::Repository, "new.yaml").expect("a file");
        assert!(matches!(migrate(&sources, file), Migration::Current), "{text}");
    }
}

#[test]
fn what_kept_nothing_keeps_nothing() {
    let (text, notes) = migrated(
        "cacheSeconds: 0\nhideAll: false\nmetrics:\n  - { name: a, query: up, cacheSeconds: 0 }\n  \
         - { name: b, query: up, cacheSeconds: 9 }\n",
    );
    assert!(!config(&text).cache.enabled && !text.contains("maxAge"), "{text}");
    assert_eq!(notes.matches("migrate/cache").count(), 1, "{notes}");
    assert!(notes.contains("warning migrate/cache 5:41"), "{notes}");
}
