//! What each rule reports, and what it must leave alone.

use super::*;
use crate::badge::spec::{Known, parse};

const KNOWN: Known<'static> = Known { icon: &|_| true, theme: &|_| true, font: &|_| true };

/// Findings as `severity code line:column+length message`.
fn told(text: &str) -> Vec<String> {
    let config = parse(text, &KNOWN).unwrap_or_else(|error| panic!("{error}"));
    let one = |finding: &Finding| {
        let Finding { severity, code, message, label, place, length, help: _ } = finding;
        let place = place.map_or_else(String::new, |at| format!("{}:{}", at.line, at.column));
        let severity = format!("{severity:?}").to_lowercase();
        let code = code.trim_start_matches("badge/");
        let (_, message) = message.split_once(": ").expect("an owner");
        format!("{severity} {code} {place}+{length} {message} {label}").trim_end().to_owned()
    };
    lint(&config, text).iter().map(one).collect()
}

#[track_caller]
fn query(source: &str, expected: &[&str]) {
    let text = format!("badges:\n  - id: a\n    query: |\n      {source}\n");
    assert_eq!(told(&text), expected, "{source}");
}

#[track_caller]
fn color(source: &str, expected: &[&str]) {
    let text =
        format!("badges:\n  - id: a\n    query: sum(up)\n    colorExpr: >-\n      {source}\n");
    assert_eq!(told(&text), expected, "{source}");
}

#[test]
fn queries_are_parsed() {
    for fine in [
        "sum(up) # (",
        "sum(up) OR vector(0)",
        "count(count by (node) (kube_node_status_condition{condition=\"Ready\"}))",
        "avg(instance:node_cpu_utilisation:rate5m{pod!=\"\"}) * 100",
        "sum by () (rate(a_total[5m] offset -1d))",
        "max_over_time(sum(up)[1h:5m])",
        "sum(a * on (instance, chip) group_left (label) b)",
        "max({__name__=~\"a.+\", job!~'x|y'})",
        "sum({\"my.metric\", a=\"b\"})",
        "sum(up @ end())",
        "quantile(0.95, 1 - up)",
        "sum(up) > bool 1e3",
        "sum(label_replace(up, \"a\", \"${1}\", \"b\", \"v(.+)\"))",
        "sum(up) / 0x1F ^ 2 % 7 - -1",
        "count(up unless ignoring (job) down)",
        "histogram_quantile(0.9, sum(rate(x_bucket[5m])))",
        "sum(up{job=`a`}) or vector(Inf)",
    ] {
        query(fine, &[]);
    }
}

#[test]
fn wrong_queries_point_at_the_wrong_word() {
    for (source, expected) in [
        ("sum(up", "4:10+1 query: not PromQL: `(` is not closed"),
        ("sum(up))", "4:14+1 query: not PromQL: `)` closes nothing"),
        ("sum(up]", "4:13+1 query: not PromQL: `(` is closed by `]`"),
        ("up{job=\"x}", "4:14+1 query: not PromQL: the text that begins with `\"` does not end"),
        ("sum(up) = 5", "4:15+1 query: not PromQL: `=` cannot stand here"),
        ("sum(up) && up", "4:15+1 query: not PromQL: `&` is not understood"),
        ("sum(up) 5", "4:15+1 query: not PromQL: `5` cannot stand here"),
        ("sum(up) by by (job)", "4:18+2 query: not PromQL: `by` cannot stand here"),
        ("rate(up[5z])", "4:15+2 query: not PromQL: `5z` is not understood"),
        ("rate(up[$__interval])", "4:15+11 query: not PromQL: `$__interval` is not understood"),
        ("up{job==\"x\"}", "4:13+2 query: not PromQL: `==` cannot stand here"),
        ("sum(up) /", "4:15+1 query: not PromQL: it ends too early"),
    ] {
        query(source, &[&format!("error promql-syntax {expected}")]);
    }
}

#[test]
fn what_only_other_servers_take_is_a_warning() {
    query(
        "sum(rate(up))",
        &[
            "warning promql-types 4:11+4 query: Prometheus refuses this: expected a range vector in call to function `rate`, got an instant vector",
        ],
    );
    query(
        "sum(rat(up[5m]))",
        &[
            "warning promql-types 4:11+3 query: Prometheus refuses this: unknown function with name `rat`",
        ],
    );
    query(
        "sum(median_over_time(up[5m]))",
        &[
            "warning promql-types 4:11+16 query: Prometheus refuses this: unknown function with name `median_over_time`",
        ],
    );
    query(
        "sum(up,)",
        &[
            "warning promql-types 4:7+8 query: Prometheus refuses this: trailing commas not allowed in function call args",
        ],
    );
    query(
        "abs()",
        &[
            "warning promql-types 4:7+3 query: Prometheus refuses this: expected 1 argument(s) in call to `abs`, got 0",
        ],
    );
}

#[test]
fn what_cannot_be_checked_is_noted() {
    let note =
        |why: &str, length| format!("note not-checked 4:7+{length} query: not checked: {why}");
    query("sum(up{ns=\"{{ .Release.Namespace }}\"})", &[&note("it is a template", 38)]);
    query("sum(up{ns=$${NS}})", &[&note("it has variables", 18)]);
    query("sum(up) default 0", &[&note("it is written in MetricsQL", 17)]);
    query("sum(rate(up[1i]))", &[&note("it is written in MetricsQL", 17)]);
    query("with (a = up) sum(a)", &[&note("it is written in MetricsQL", 20)]);
    let deep = format!("sum{}up{}", "(".repeat(100), ")".repeat(100));
    query(&deep, &[&note("it is too long", 205)]);
    let long = format!("sum(up) + {}1", "1 + ".repeat(3000));
    query(&long, &[&note("it is too long", long.len())]);
}

#[test]
fn the_first_of_many_series_is_noted() {
    let many = "it may give more than one series, and only the first of them is shown";
    for source in [
        "up",
        "rate(up[5m])",
        "label_replace(up, \"a\", \"$1\", \"b\", \"(.*)\")",
        "up * 100",
        "-(up)",
        "up / down",
        "up or vector(0)",
        "sum by (job) (up)",
        "sum without (job) (up)",
        "count_values(\"a\", up)",
        "a * on (b) group_left sum(c)",
        "up and on () vector(1)",
        "topk(3, up)",
        "max_over_time(up[1d:1h])",
    ] {
        let length = source.len();
        query(source, &[&format!("note many-series 4:7+{length} query: {many}")]);
    }
    for source in [
        "sum(up)",
        "scalar(up) + sum(up)",
        "absent(up)",
        "vector(1)",
        "count(up) / count(down)",
        "topk(1, up)",
        "sum by () (up)",
        "sum(up) * up",
        "time() - max(up)",
    ] {
        query(source, &[]);
    }
}

#[test]
fn what_is_no_vector_is_told() {
    query(
        "time()",
        &[
            "warning result-type 4:7+6 query: Prometheus answers with a scalar, which a badge cannot show",
        ],
    );
    query(
        "up[5m]",
        &[
            "warning result-type 4:7+6 query: Prometheus answers with a range of values, which a badge cannot show",
        ],
    );
    let range = "badges:\n  - {id: a, query: time(), type: range, range: {last: 1h}}\n";
    assert!(told(range).is_empty());
}

#[test]
fn branches_that_nothing_reaches_are_told() {
    for (source, expected) in [
        (
            "result < 75 ? 'red' : result < 35 ? 'green' : 'blue'",
            "warning unreachable-branch 5:29+11 colorExpr: `result < 35` is never true here",
        ),
        (
            "result < 1 ? 'red' : result >= 5.0 && result < 3 ? 'green' : 'blue'",
            "warning unreachable-branch 5:28+27 colorExpr: `result >= 5.0 && result < 3` is never true here",
        ),
        (
            "result > 5 && result <= 5 ? 'red' : 'green'",
            "warning unreachable-branch 5:7+25 colorExpr: `result > 5 && result <= 5` is never true here",
        ),
        (
            "result == 1.0 ? 'red' : 1.0 == result ? 'orange' : 'green'",
            "warning unreachable-branch 5:31+13 colorExpr: `1.0 == result` is never true here",
        ),
        (
            "result < 5 || !(result < 5) ? 'red' : 'green'",
            "warning unreachable-branch 5:45+7 colorExpr: this is never reached, for `result < 5 || !(result < 5)` is always true here",
        ),
        (
            "result < 5 ? 'red' : 'red'",
            "warning equal-branches 5:28+5 colorExpr: `result < 5` decides nothing: both branches are equal",
        ),
    ] {
        color(source, &[expected]);
    }
}

#[test]
fn branches_that_something_reaches_are_left_alone() {
    for source in [
        "result < 35 ? 'green' : result < 75 ? 'orange' : 'red'",
        "result == 0.0 ? 'green' : result == 1.0 ? 'orange' : 'red'",
        "result > 100.0 ? 'red' : 'green'",
        // Only what is no number comes last.
        "result < 5 ? 'red' : result >= 5 ? 'green' : 'grey'",
        "result < 5 ? 'red' : result <= 5 ? 'orange' : 'green'",
        "labels['a'] == 'b' ? 'red' : labels['a'] == 'b' ? 'orange' : 'green'",
        "result * 2.0 < 5.0 ? 'red' : result * 2.0 < 4.0 ? 'orange' : 'green'",
        "result < 5 && labels['a'] == 'b' ? 'red' : result < 3 ? 'orange' : 'green'",
        "result != result ? 'grey' : 'green'",
        "colorScale(result, [35.0, 75.0], ['green', 'orange', 'red'])",
        "result < 1 ? 'green' : result < 2 ? 'orange' : 'green'",
    ] {
        color(source, &[]);
    }
}

#[test]
fn scales_that_do_not_fit_are_told() {
    color(
        "colorScale(result, [35.0, 75.0], ['green', 'red'])",
        &[
            "error scale-lengths 5:7+50 colorExpr: 2 steps and 2 colours do not fit: the badge is always grey",
        ],
    );
    color(
        "colorScale(result, [75.0, 35.0], ['green', 'orange', 'red'])",
        &["warning scale-order 5:33+4 colorExpr: step 35 is never reached: 75 stands before it"],
    );
    color(
        "colorScale(result, [5.0, 5.0], ['green', 'orange', 'red'])",
        &["warning scale-order 5:32+3 colorExpr: step 5 is never reached: 5 stands before it"],
    );
    color("colorScale(result, [double(labels['a']), 5.0], ['green', 'orange', 'red'])", &[]);
}

#[test]
fn unknown_colours_are_told() {
    color(
        "'grean'",
        &[
            "warning unknown-colour 5:7+7 colorExpr: `grean` is no colour that is known, and is shown as green",
        ],
    );
    color(
        "result < 1 ? '#12345' : 'RED'",
        &[
            "warning unknown-colour 5:20+8 colorExpr: `#12345` is no colour that is known, and is shown as green",
        ],
    );
    color(
        "colorScale(result, [1.0], ['gren', 'cba6f7'])",
        &[
            "warning unknown-colour 5:34+6 colorExpr: `gren` is no colour that is known, and is shown as green",
        ],
    );
    color("'#' + labels['hex']", &[]);
    color("labels['a'] == 'nope' ? 'red' : 'green'", &[]);
    let text = "defaults:\n  badge:\n    labelColor: blu\nbadges:\n  - {id: a, query: sum(up)}\n  \
                - {id: b, query: sum(up), labelColor: nope}\n";
    assert_eq!(
        told(text),
        [
            "warning unknown-colour 3:17+3 labelColor: `blu` is no colour that is known, and is shown as green",
            "warning unknown-colour 6:41+4 labelColor: `nope` is no colour that is known, and is shown as green"
        ]
    );
}

#[test]
fn an_empty_gallery_is_told() {
    let hidden = "badges:\n  - {id: a, query: sum(up), gallery: {hidden: true}}\n";
    assert_eq!(
        told(hidden),
        [
            "warning empty-gallery 2:39+12 hidden: every badge and graph is hidden, so the gallery is empty"
        ]
    );
    assert!(told(&format!("gallery: {{enabled: false}}\n{hidden}")).is_empty());
    assert!(told(&format!("{hidden}  - {{id: b, query: sum(up)}}\n")).is_empty());
    assert!(told("{}").is_empty());
}

#[test]
fn ids_that_are_nearly_the_same_are_told() {
    let text = "badges:\n  - {id: a.b, query: sum(up)}\n  - {id: A.b, query: sum(up)}\n  \
                - {id: a-b, query: sum(up)}\ngraphs:\n  - {id: a.b, query: up}\n";
    assert_eq!(
        told(text),
        [
            "warning similar-ids 3:10+3 id: differs from `a.b` in case alone; as files they may be one",
            "note similar-ids 4:10+3 id: differs from `a.b` in `.` and `-` alone; they are easily confused"
        ]
    );
}

#[test]
fn places_are_those_of_the_file() {
    let text = "badges:\n  - id: a\n    query: 'sum(up'\n    colorExpr: \"result < 5 ? \\\"grean\\\" : 'red'\"\n";
    assert_eq!(
        told(text),
        [
            "error promql-syntax 3:16+1 query: not PromQL: `(` is not closed",
            "warning unknown-colour 4:16+1 colorExpr: `grean` is no colour that is known, and is shown as green at its column 14"
        ]
    );
}

#[test]
fn hostile_texts_do_no_harm() {
    for source in [
        "\u{0}",
        "ü{é=\"ß\"",
        "((((((((",
        "a[",
        "-",
        "{",
        "}",
        "\\",
        "'",
        "1e",
        "a #",
        "0x",
        "%%%",
        "🦀 🦀",
        "# nothing",
        " ",
        "sum(up) \n",
    ] {
        let text = format!(
            "badges:\n  - id: a\n    query: {}\n",
            serde_json::to_string(source).expect("JSON")
        );
        for finding in lint(&parse(&text, &KNOWN).expect("it parses"), &text) {
            assert!(finding.length > 0, "{finding:?}");
        }
    }
    // The longest that is checked, wrong in the middle.
    let half = "up + ".repeat(800);
    for wrong in ["up up", "up && up", "~"] {
        let text = format!("badges:\n  - id: a\n    query: {half}{wrong} + {half}1\n");
        assert!(told(&text)[0].starts_with("error promql-syntax 3:"), "{wrong}");
    }
    let minus = format!("badges:\n  - id: a\n    query: '{}up'\n", "-".repeat(8000));
    assert_eq!(told(&minus).len(), 1);
}
