//! Expressions through `format=json`, as a client sees them.

use std::fmt::Write as _;

use super::upstream::vector;
use super::{Upstream, with};

/// Checks rows of value, expression and message with one server.
fn check(rows: &[(&'static str, &str, &str)]) {
    let mut config = "badges:\n".to_owned();
    for (idx, (_, expression, _)) in rows.iter().enumerate() {
        let expression = expression.replace('\'', "''");
        _ = writeln!(config, "  - {{id: b{idx}, query: q{idx}, valueExpr: '{expression}'}}");
    }
    let values: Vec<&'static str> = rows.iter().map(|row| row.0).collect();
    let upstream = Upstream::new(move |asked| {
        let idx: usize = asked.field("query")[1..].parse().expect("a number");
        vector(&[(r#""version":"v1.2.3""#, values[idx])])
    });
    let (_upstream, server) = with(upstream, &config);
    for (idx, (value, expression, expected)) in rows.iter().enumerate() {
        let json = server.get(&format!("/badges/b{idx}?format=json")).json();
        assert_eq!(json["value"], *expected, "{expression} of {value}");
    }
}

#[test]
fn expressions_make_messages() {
    check(&[
        ("17.6", "string(math.round(result))", "18"),
        ("17.5", "string(result)", "17.5"),
        ("9000", "humanizeDuration(result)", "2h30m"),
        ("1", "labels[\"version\"]", "v1.2.3"),
        ("1", "labels[?\"none\"].orValue(\"x\")", "x"),
        ("0", "result == 0.0 ? \"Healthy\" : \"Critical\"", "Healthy"),
        ("34", "result < 35 ? \"low\" : \"high\"", "low"),
        ("35", "colorScale(result, [35.0, 75.0], [\"green\", \"orange\", \"red\"])", "orange"),
        ("NaN", "colorScale(result, [35.0, 75.0], [\"green\", \"orange\", \"red\"])", "grey"),
        ("1", "labels[\"version\"].replace(\"v\", \"\")", "1.2.3"),
    ]);
}

#[test]
fn numbers_are_written_for_people() {
    check(&[
        ("93166031", "humanize(result)", "93.17M"),
        ("999999", "humanize(result)", "1000k"),
        ("999949", "humanizeBytes(result)", "999.9kB"),
        ("999950", "humanizeBytes(result)", "1MB"),
        ("1572864", "humanizeBytes(result)", "1.6MB"),
        ("157121", "humanizeCommas(result)", "157,121"),
        ("40348800", "humanizeDuration(result)", "1y3mo12d"),
        ("3024000", "humanizeDuration(result)", "1mo5d"),
        ("0", "humanizeDuration(result)", "0s"),
        ("NaN", "humanize(result)", "NaN"),
        ("+Inf", "humanizeBytes(result)", "+Inf"),
    ]);
}

#[test]
fn an_expression_that_cannot_finish_is_an_error() {
    let config = "badges:\n  - {id: a, query: up, valueExpr: 'labels[\"none\"]'}\n  \
                  - {id: b, query: up, colorExpr: 'labels[\"none\"]'}\n";
    let (_upstream, server) = with(Upstream::of("1", ""), config);
    let json = server.get("/badges/a?format=json");
    assert_eq!(json.is(500, "application/json").json()["message"], "Expression Error");
    let color = server.get("/badges/b?format=json").is(200, "application/json").json();
    assert_eq!(color.get("color"), None);
    server.wait_for("colorExpr");
}

#[test]
fn results_without_digits_are_left_out() {
    for value in ["NaN", "+Inf", "-Inf"] {
        let upstream = Upstream::new(move |_| vector(&[("", value)]));
        let (_upstream, server) = with(upstream, "badges:\n  - {id: a, query: up}\n");
        let json = server.get("/badges/a?format=json").is(200, "application/json").json();
        assert_eq!((&json["value"], json.get("result")), (&value.into(), None));
    }
}
