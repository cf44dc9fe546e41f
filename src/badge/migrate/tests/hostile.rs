//! Files that nobody would write on purpose: none may panic, and what comes out is valid.

use super::*;

/// Migrates anything; what was migrated must be valid.
fn outcome(text: &str) -> String {
    let sources = Sources::from_memory([("old.yaml", text.as_bytes())]);
    let file = sources.find(Root::Repository, "old.yaml").expect("a file");
    match migrate(&sources, file) {
        Migration::Current => "current".to_owned(),
        Migration::Migrated { text, notes } => {
            config(&text);
            shown(&notes, &sources)
        }
        Migration::Unreadable(reasons) => {
            assert!(!reasons.is_empty());
            assert!(reasons.iter().all(|reason| reason.severity == Severity::Error));
            shown(&reasons, &sources)
        }
    }
}

#[test]
fn what_is_no_configuration_is_told() {
    let check = |text: &str, expected: &str| {
        let outcome = outcome(text);
        assert!(outcome.contains(expected), "{outcome}");
    };
    check("a: [b\n", "error yaml/syntax");
    check("- a\n", "error migrate/no-map 1:1");
    check("text\n", "error migrate/no-map 1:1");
    check("metrics: []\n---\nmetrics: []\n", "error migrate/documents");
    check("metrics: []\nbadges: []\n", "error migrate/mixed 2:1");
    check("apiVersion: v1\nkind: ConfigMap\ndata: {}\n", "error migrate/object");
    check("metrics: *nope\n", "error yaml/syntax");
    check(&format!("metrics: {}", "[".repeat(100_000)), "error yaml/");
}

#[test]
fn wrong_types_are_left_out() {
    let values =
        ["1", "[1]", "{a: 1}", "true", "''", "~", "[[]]", "{}", "[]", "'\\\"'", "!x y", ".nan"];
    let tops = [
        "metrics",
        "badge",
        "hideAll",
        "history",
        "templates",
        "cacheSeconds",
        "defaults",
        "prometheus",
    ];
    for value in values {
        for key in tops {
            outcome(&format!("hideAll: true\n{key}: {value}\n"));
        }
        for key in ["hidden", "cacheSeconds", "timeseries"] {
            outcome(&format!("metrics: []\ndefaults: {{ {key}: {value} }}\n"));
        }
        for key in super::super::metric::KEYS {
            let notes = outcome(&format!("metrics:\n  - query: up\n    {key}: {value}\n"));
            assert!(notes.contains("migrate/"), "{notes}");
        }
        for key in ["color", "min", "max", "valueOverride"] {
            outcome(&format!(
                "metrics: [{{ name: a, query: b, colors: [{{ {key}: {value} }}] }}]\n"
            ));
        }
    }
}

#[test]
fn odd_texts_come_out_whole() {
    let texts =
        ["a\nb", "\u{1}", "# x", "a: b", "'", "\"", "\\", "ü\u{2028}", "{{", "}}", "%", "😀\t"];
    for text in texts {
        let quoted = serde_json::to_string(text).expect("JSON");
        for key in [
            "name",
            "title",
            "query",
            "label",
            "prefix",
            "suffix",
            "valueTemplate",
            "value",
            "color",
        ] {
            let old = format!("metrics:\n  - name: a\n    query: up\n    {key}: {quoted}\n");
            let old = old.replace(if key == "name" { "    name: a\n" } else { "\u{0}" }, "");
            outcome(&old);
        }
        let old = format!(
            "metrics:\n  - {{ name: a, query: {quoted}, title: {quoted}, suffix: {quoted} }}\n"
        );
        let badge = &config(&migrated(&old).0).badges[0];
        assert_eq!((badge.query.as_str(), badge.title.as_deref()), (text, Some(text)), "{old}");
    }
}

#[test]
fn anchors_are_followed() {
    let (text, _) = migrated(
        "metrics:\n  - &a\n    name: a # first\n    query: up\n    colors: &c [{ color: red, min: 0, max: 1 }]\n  \
         - <<: *a\n    name: b\n    # own\n    colors: *c\n  - *a\n",
    );
    let config = config(&text);
    assert_eq!(config.badges.len(), 3);
    assert_eq!(config.badges[0].color_expr, config.badges[1].color_expr);
    assert_eq!(text.matches("# first").count(), 1, "{text}");
    assert_eq!(text.matches("# own").count(), 1, "{text}");
    let laughs = "a: &a [x, x]\nb: &b [*a, *a]\nmetrics: [*b, *b]\n";
    assert!(outcome(laughs).contains("must be a map"));
}

#[test]
fn great_files_end() {
    let metric = |at: usize| format!("  - {{ name: m{at}, query: up }} # {at}\n");
    let many: String = (0..3000).map(metric).collect();
    outcome(&format!("metrics:\n{many}"));
    let range = |at: usize| format!("{{ color: c{at}, min: {at}, max: {at}.5 }}, ");
    let ranges: String = (0..500).map(range).collect();
    let notes = outcome(&format!("metrics: [{{ name: a, query: b, colors: [{ranges}] }}]\n"));
    assert!(notes.contains("migrate/expression"), "{notes}");
    let deep = format!("{{{{ {}.{} }}}}", "(".repeat(5000), ")".repeat(5000));
    let notes = outcome(&format!("metrics: [{{ name: a, query: b, valueTemplate: '{deep}' }}]\n"));
    assert!(notes.contains("too deep"));
}

#[test]
fn pieces_of_a_file_never_panic() {
    let whole = "# a\nbadge: {size: 1}\nmetrics: # b\n  - name: ü # c\n    query: |\n      x\n    colors:\n    - {color: r, min: 0, max: 1}\n  # d\n\n  - {name: x, query: y}\n# e\n";
    for (at, _) in whole.char_indices() {
        outcome(&whole[..at]);
        outcome(&whole[at..]);
    }
}
