//! What badges show: values, templates and colours, evaluated as the server would.

use std::collections::BTreeMap;

use super::*;
use crate::badge::value::Programs;

/// The badge of one metric with these settings.
#[track_caller]
fn badge(settings: &str) -> (crate::badge::spec::BadgeSpec, String) {
    let (text, notes) = migrated(&format!("metrics:\n  - name: a\n    query: up\n{settings}"));
    (config(&text).badges[0].clone(), notes)
}

/// Values with labels and what is shown for them: message and colour.
#[track_caller]
fn check(settings: &str, rows: &[(f64, &str, &str)]) {
    let (spec, _) = badge(settings);
    let programs = Programs::compile(&spec).expect("it compiles");
    let labels = BTreeMap::from([("v".to_owned(), "V1.2".to_owned()), ("n".into(), "1500".into())]);
    for (value, message, color) in rows {
        let shown = programs.value.eval(*value, &labels);
        let shown = shown.unwrap_or_else(|error| panic!("{error:?} {}", spec.value_expr));
        assert_eq!(shown, *message, "{} of {value}", spec.value_expr);
        let program = programs.color.as_ref();
        let shown = program.map(|program| program.eval(*value, &labels).expect("a colour"));
        let source = spec.color_expr.as_deref().unwrap_or_default();
        assert_eq!(shown.unwrap_or_default(), *color, "{source} of {value}");
    }
}

#[track_caller]
fn check_expr(settings: &str, value: &str, color: &str) {
    let (spec, _) = badge(settings);
    assert_eq!(spec.value_expr, value);
    assert_eq!(spec.color_expr.as_deref().unwrap_or_default(), color);
}

#[test]
fn values_are_written_as_before() {
    check(
        "",
        &[(17.5, "17.5", ""), (93_166_031.0, "93166031", ""), (0.000_012_5, "0.0000125", "")],
    );
    check("    suffix: \"%\"\n", &[(18.0, "18%", "")]);
    check("    prefix: 'a\"\\'\n    suffix: \"\\n°C\"\n", &[(1.0, "a\"\\1\n°C", "")]);
    check("    label: v\n    prefix: v\n", &[(1.0, "vV1.2", "")]);
    check_expr("    label: 'a\"b'\n", "labels[\"a\\\"b\"]", "");
}

#[test]
fn templates_become_functions() {
    let template = |template: &str| format!("    valueTemplate: '{template}'\n");
    check(&template("{{ . | simplifyDays }}"), &[(1159.0, "3y64d", ""), (69.4, "69d", "")]);
    check(&template("{{ humanDuration . }}"), &[(9000.0, "2h30m", "")]);
    check(&template("{{ . | humanSIBytes }}"), &[(1_500_000.0, "1.5MB", "")]);
    check(&template("{{.|humanizeThousands}} !"), &[(157_121.0, "157,121 !", "")]);
    check(&template("a {{- . -}} b{{/* c */}}"), &[(5.0, "a5b", "")]);
    check(&template("{{ printf \"%s of %v%%\" . \"x\" }}"), &[(5.0, "5 of x%", "")]);
    check(&template("{{ \"{{ . }}\" }}"), &[(5.0, "{{ . }}", "")]);
    check(&template("{{ (. | humanBytes) | toLower }}"), &[(1_500_000.0, "1.5mb", "")]);
    let label = |text: &str| format!("    label: v\n{}    suffix: '!'\n", template(text));
    check(&label("{{ . | toLower }}"), &[(0.0, "v1.2!", "")]);
    check(&label("{{ . | trim | toUpper }}-{{ $ }}"), &[(0.0, "V1.2-V1.2!", "")]);
    check(&format!("    label: n\n{}", template("{{ . | humanSIBytes }}")), &[(0.0, "1.5kB", "")]);
    let suffixed = format!("{}    suffix: ' up'\n", template("{{ . | simplifyDays }}"));
    check(&suffixed, &[(400.0, "1y35d up", "")]);
}

#[test]
fn named_templates_are_found() {
    let text = "templates:\n  age: '{{ . | simplifyDays }}'\n  more: '({{ template \"age\" . }})'\n\
                metrics:\n  - { name: a, query: up, valueTemplate: age }\n  \
                - { name: b, query: up, valueTemplate: more }\n";
    let config = config(&migrated(text).0);
    assert!(config.badges[0].value_expr.starts_with("result < 365.0"));
    assert!(config.badges[1].value_expr.starts_with("\"(\" + (result < 365.0"));
}

#[test]
fn what_has_no_counterpart_is_told() {
    for (template, why) in [
        ("{{ if . }}a{{ end }}", "`if` has no counterpart"),
        ("{{ .Value }}", "`.Value` has no counterpart"),
        ("{{ printf \"%.1f\" . }}", "has no counterpart"),
        ("{{ printf \"%s\" }}", "too few values"),
        ("{{ printf \"%s\" . . }}", "too many values"),
        ("{{ . ", "not closed"),
        ("{{ }}", "empty"),
        ("{{ (. }}", "not closed"),
        ("{{ . ) }}", "not opened"),
        ("{{ \"a\" | humanBytes }}", "`a` is no number"),
        ("{{ template \"nope\" . }}", "no template `nope`"),
        ("{{ . . }}", "takes no arguments"),
    ] {
        let (spec, notes) = badge(&format!("    valueTemplate: '{template}'\n    suffix: '%'\n"));
        assert_eq!(spec.value_expr, "humanizeFloat(result) + \"%\"", "{template}");
        assert!(notes.contains("warning migrate/template 4:20"), "{notes}");
        assert!(notes.contains(why), "`{why}` is missing: {notes}");
    }
    let (text, notes) = migrated(
        "templates: { a: '{{ template \"a\" . }}' }\nmetrics: [{ name: a, query: b, valueTemplate: a }]\n",
    );
    assert!(notes.contains("too deep"), "{notes}");
    assert!(text.contains("  # By hand: the template `a` is left out: "), "{text}");
}

#[test]
fn steps_become_a_scale() {
    let usual = "    colors:\n      - { color: green, min: 0, max: 35 }\n      \
                 - { color: orange, min: 36, max: 75 }\n      - { color: red, min: 76, max: 9999 }\n";
    let scale = "colorScale(result, [36.0, 76.0], [\"green\", \"orange\", \"red\"])";
    check_expr(usual, "humanizeFloat(result)", scale);
    let rows = [(0.0, "0", "green"), (35.0, "35", "green"), (36.0, "36", "orange")];
    check(usual, &rows);
    check(usual, &[(35.5, "35.5", "green"), (75.0, "75", "orange"), (76.0, "76", "red")]);
    let (_, notes) = badge(usual);
    assert!(notes.contains("values between 35 and 36 are `green`, 75 and 76 are `orange` now"));
    assert!(notes.contains("values below 0 are `green`, above 9999 are `red` now"), "{notes}");
    let descending = "    colors:\n      - { color: green, min: 90, max: 100 }\n      \
                      - { color: orange, min: 50, max: 89 }\n      - { color: red, min: 0, max: 49 }\n";
    check(descending, &[(100.0, "100", "green"), (89.5, "89.5", "orange"), (101.0, "101", "")]);
}

#[test]
fn other_ranges_keep_their_ends() {
    let touching = "    colors: [{ color: a, min: 0, max: 60 }, { color: b, min: 60, max: 75 }]\n";
    check(touching, &[(60.0, "60", "a"), (60.1, "60.1", "b"), (75.0, "75", "b"), (76.0, "76", "")]);
    let first_wins =
        "    colors: [{ color: b, min: 60, max: 75 }, { color: a, min: 0, max: 60 }]\n";
    check(first_wins, &[(60.0, "60", "b"), (59.9, "59.9", "a")]);
    let gap = "    colors: [{ color: a, min: 5, max: 10 }, { color: b, min: 20, max: 1000 }]\n";
    check(gap, &[(4.0, "4", ""), (10.0, "10", "a"), (15.0, "15", ""), (20.0, "20", "b")]);
    let overlap = "    colors: [{ color: a, min: 0, max: 50 }, { color: b, min: 40, max: 80 }]\n";
    check(overlap, &[(45.0, "45", "a"), (60.0, "60", "b"), (81.0, "81", ""), (-1.0, "-1", "")]);
    check_expr(
        "    colors: [{ color: green, min: 0, max: 9999 }]\n",
        "humanizeFloat(result)",
        "\"green\"",
    );
    check(
        "    colors: [{ color: '#e05d44', min: -5, max: 5 }]\n",
        &[(6.0, "6", ""), (0.0, "0", "#e05d44")],
    );
}

#[test]
fn overrides_replace_the_whole_value() {
    let health = "    suffix: '%'\n    colors:\n      \
                  - { color: green, min: 0, max: 0, valueOverride: Healthy }\n      \
                  - { color: orange, min: 1, max: 1, valueOverride: Warning }\n      \
                  - { color: red, min: 2, max: 2 }\n";
    check(
        health,
        &[
            (0.0, "Healthy", "green"),
            (1.0, "Warning", "orange"),
            (2.0, "2%", "red"),
            (0.5, "0.5%", ""),
        ],
    );
    let shadowed = "    colors:\n      - { color: green, min: 0, max: 10 }\n      \
                    - { color: red, min: 5, max: 20, valueOverride: High }\n";
    check(shadowed, &[(7.0, "7", "green"), (11.0, "High", "red"), (21.0, "21", "")]);
}

#[test]
fn ranges_without_an_end_are_open() {
    let open = "    colors: [{ color: green, max: 5 }, { color: red, min: 6 }]\n";
    check(open, &[(-3.0, "-3", "green"), (7000.0, "7000", "red")]);
    let (_, notes) = badge(open);
    assert!(notes.contains("warning migrate/open-range 4:14"), "{notes}");
    let (spec, notes) = badge("    colors: [{ color: red, min: 9, max: 1 }]\n");
    assert_eq!(spec.color_expr, None);
    assert!(notes.contains("migrate/empty-range"), "{notes}");
}

#[test]
fn expressions_of_the_interim_schema_stay() {
    check(
        "    value: string(result) + \"%\"\n    color: 'result < 35.0 ? \"green\" : \"red\"'\n",
        &[(1.0, "1%", "green"), (35.0, "35%", "red")],
    );
    check("    value: humanizeAge(result)\n", &[(467.0, "1y3mo12d", "")]);
    let (spec, notes) = badge("    value: humanBytes(result)\n");
    assert_eq!(spec.value_expr, "humanizeBytes(result)");
    assert!(notes.contains("warning migrate/format 4:12"), "{notes}");
    let (spec, notes) = badge("    value: nope(result)\n    color: result\n");
    assert_eq!((spec.value_expr.as_str(), spec.color_expr), ("humanizeFloat(result)", None));
    assert!(notes.contains("migrate/expression 4:12") && notes.contains("migrate/expression 5:12"));
}
