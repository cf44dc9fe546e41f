//! What badges and graphs make of the answers of a real Prometheus.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};

use super::process::{Prometheus, is_installed, number, until};
use super::recorded::Recording;
use super::server::Server;

/// Minutes that the curve goes back, and on.
const CURVE: std::ops::Range<i64> = -180..40;

/// A curve whose values are sums of halves, so that sums are exact.
fn curve(minute: i64) -> f64 {
    (minute * minute % 61 + minute % 7) as f64 / 4.0
}

/// A Prometheus with curves, and the time that they call now.
struct Lab {
    prometheus: Prometheus,
    now: i64,
}

impl Lab {
    fn new() -> Self {
        let mut it = Recording::new();
        it.series("curve{node=\"alder\"}", CURVE, curve);
        it.series("curves{node=\"alder\"}", CURVE, curve);
        it.series("curves{node=\"birch\"}", CURVE, |minute| curve(minute) + 100.0);
        let all_but_ten_minutes = CURVE.filter(|minute| !(-30..-20).contains(minute));
        it.series("interrupted", all_but_ten_minutes, curve);
        let every_third = |minute: i64| if minute % 3 == 0 { f64::NAN } else { curve(minute) };
        it.series("patchy", CURVE, every_third);
        it.series("ended", -60..-10, curve);
        it.flat("not_a_number", f64::NAN)
            .flat("endless", f64::INFINITY)
            .flat("endless_debt", -f64::INFINITY);
        it.flat("quotient{node=\"alder\"}", 1.0).flat("quotient{node=\"birch\"}", 2.0);
        it.flat("precise", 0.1 + 0.2).flat("vast", 1.5e300).flat("tiny", 5e-324);
        it.flat("named{text=\"a \\\"quote\\\" & <tag> \\\\ ü\"}", 1.0);
        Self { prometheus: Prometheus::of(&it.finish()), now: it.now }
    }

    /// One for all tests that run at the same time; it ends with the last of them.
    fn get() -> Option<Arc<Self>> {
        static SHARED: Mutex<Weak<Lab>> = Mutex::new(Weak::new());
        if !is_installed() {
            return None;
        }
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        Some(shared.upgrade().unwrap_or_else(|| {
            let lab = Arc::new(Self::new());
            *shared = Arc::downgrade(&lab);
            lab
        }))
    }

    fn serve(&self, config: &str) -> Server {
        Server::start(&format!("prometheus: {}\n{config}", self.prometheus.url()))
    }

    /// A badge for each of these queries, named `b0`, `b1` and so on.
    fn badges(&self, queries: &[&str]) -> Server {
        let entry = |(idx, query): (usize, &&str)| json!({"id": format!("b{idx}"), "query": query});
        let badges: Vec<_> = queries.iter().enumerate().map(entry).collect();
        // JSON is YAML.
        self.serve(&format!("badges: {}\n", json!(badges)))
    }
}

#[track_caller]
fn near(one: f64, other: f64, what: &str) {
    assert!((one - other).abs() <= other.abs() * 1e-12, "{what}: {one} is not {other}");
}

/// The result of a range badge, and what Prometheus makes of the same points by this query.
fn check_reducer(lab: &Lab, range: &str, reduce: &str, at: At, of: impl Fn(&str) -> String) {
    let query = format!("curve # {range} {reduce}");
    let server = lab.serve(&format!(
        "badges:\n  - id: a\n    query: '{query}'\n    type: range\n    \
         range: {{{range}, reduce: {reduce}}}\n"
    ));
    let result = server.get("/badges/a?format=json").is(200, "application/json").json();
    let (start, end) = lab.prometheus.asked(&query);
    let time = match at {
        At::Start => start,
        At::End => end,
    };
    let expected = lab.prometheus.samples(&of("curve"), &time);
    near(result["result"].as_f64().expect("a result"), expected[0], &query);
}

#[derive(Clone, Copy)]
enum At {
    Start,
    End,
}

#[test]
fn reducers_agree_with_prometheus() {
    let Some(lab) = Lab::get() else { return };
    // A point each minute, and series with a sample each minute: both see the same 61 samples, the
    // oldest of which may lie up to a minute before the first point.
    for range in ["last: 1h", "last: 1h, offset: 30m", "last: 1h, step: 1m"] {
        for how in ["avg", "min", "max", "sum", "last"] {
            let over = |query: &str| format!("{how}_over_time({query}[1h59s999ms])");
            check_reducer(&lab, range, how, At::End, over);
        }
        check_reducer(&lab, range, "first", At::Start, str::to_owned);
    }
}

#[test]
fn a_hundredth_of_the_window_is_the_step() {
    let Some(lab) = Lab::get() else { return };
    for (range, n_points) in [("last: 150m", 101), ("last: 1h", 61), ("last: 2h, step: 25m", 5)] {
        let server = lab.serve(&format!(
            "badges:\n  - id: a\n    query: 0 * curve + 1\n    type: range\n    \
             range: {{{range}, reduce: sum}}\n"
        ));
        let badge = server.get("/badges/a?format=json").is(200, "application/json").json();
        assert_eq!(badge["result"], json!(n_points), "{range}");
    }
}

#[test]
fn points_that_are_no_numbers_are_passed_over() {
    let Some(lab) = Lab::get() else { return };
    for (reduce, over) in [("avg", "avg"), ("sum", "sum"), ("min", "min"), ("max", "max")] {
        let query = format!("patchy # {reduce}");
        let server = lab.serve(&format!(
            "badges:\n  - id: a\n    query: '{query}'\n    type: range\n    \
             range: {{last: 1h, step: 1m, reduce: {reduce}}}\n"
        ));
        let result = server.get("/badges/a?format=json").json()["result"].as_f64();
        let (_, end) = lab.prometheus.asked(&query);
        let window = |query: &str| lab.prometheus.api("query", &[("query", query), ("time", &end)]);
        let samples = window("patchy[1h59s999ms]")["result"][0]["values"].take();
        let samples = samples.as_array().expect("samples").iter().map(|one| number(&one[1]));
        let finite: Vec<_> = samples.filter(|value| value.is_finite()).collect();
        assert!(finite.len() < 45, "{finite:?}");
        let sum: f64 = finite.iter().sum();
        let expected = match over {
            "avg" => sum / finite.len() as f64,
            "sum" => sum,
            "min" => finite.into_iter().fold(f64::INFINITY, f64::min),
            _ => finite.into_iter().fold(f64::NEG_INFINITY, f64::max),
        };
        near(result.expect("a result"), expected, reduce);
    }
}

/// Times and values of a graph's series.
fn points(series: &Value) -> Vec<(i64, f64)> {
    let points = series["data"].as_array().expect("points").iter();
    points
        .map(|it| (it["t"].as_i64().expect("a time"), it["v"].as_f64().expect("a value")))
        .collect()
}

#[test]
fn graphs_have_exactly_the_recorded_points() {
    let Some(lab) = Lab::get() else { return };
    let server = lab.serve("graphs:\n  - {id: a, query: curves, maxDuration: 3h}\n");
    let (start, end) = (lab.now - 7200, lab.now - 60);
    let path = format!("/graphs/a?format=json&step=1m&start={start}&end={end}");
    let graph = server.get(&path).is(200, "application/json").json();
    assert_eq!(
        (&graph["start"], &graph["end"], &graph["step"]),
        (&json!(start), &json!(end), &json!(60))
    );
    let labels = |node| json!({"__name__": "curves", "node": node});
    for (idx, (node, more)) in [("alder", 0.0), ("birch", 100.0)].into_iter().enumerate() {
        let series = &graph["series"][idx];
        assert_eq!(series["labels"], labels(node));
        let recorded = (-120..0).map(|minute| (lab.now + minute * 60, curve(minute) + more));
        assert_eq!(points(series), recorded.collect::<Vec<_>>());
    }
    assert_eq!(graph["series"].as_array().map(Vec::len), Some(2));
    for format in ["svg", "png"] {
        let answer = server
            .get(&format!("{path}&format=svg").replace("format=json", &format!("format={format}")));
        answer.is(200, "image/");
    }
}

#[test]
fn graphs_have_the_gaps_that_prometheus_has() {
    let Some(lab) = Lab::get() else { return };
    let server = lab.serve(
        "graphs:\n  - {id: interrupted, query: interrupted}\n  - {id: patchy, query: patchy}\n",
    );
    let (start, end) = ((lab.now - 3600).to_string(), lab.now.to_string());
    for query in ["interrupted", "patchy"] {
        let path = format!("/graphs/{query}?format=json&step=1m&start={start}&end={end}");
        let graph = server.get(&path).is(200, "application/json").json();
        let window = [("query", query), ("start", &start), ("end", &end), ("step", "60")];
        let data = lab.prometheus.api("query_range", &window);
        let values = data["result"][0]["values"].as_array().expect("points").iter();
        let values = values.map(|it| (it[0].as_i64().expect("a time"), number(&it[1])));
        let finite: Vec<_> = values.filter(|(_, value)| value.is_finite()).collect();
        assert!((40..60).contains(&finite.len()), "{query}: {}", finite.len());
        assert_eq!(points(&graph["series"][0]), finite, "{query}");
        server.get(&path.replace("json", "svg")).is(200, "image/svg+xml").lacks("NaN");
    }
}

#[test]
fn long_windows_stay_within_what_prometheus_answers() {
    let Some(lab) = Lab::get() else { return };
    let server = lab.serve("graphs:\n  - {id: a, query: curve, maxDuration: '0'}\n");
    for (last, step) in [("30d", "1m"), ("1y", "1m"), ("11000m", "1m"), ("11001m", "1m")] {
        let answer = server.get(&format!("/graphs/a?format=json&last={last}&step={step}"));
        let graph = answer.is(200, "application/json").json();
        assert_eq!(graph["series"].as_array().map(Vec::len), Some(1), "{last}");
    }
}

#[test]
fn comments_and_lines_survive() {
    let Some(lab) = Lab::get() else { return };
    let queries = [
        "curve * 0 + 3 # - 1 & more=\"x\" + %41",
        "# the sum of both\nsum(quotient) # of two\n  + 0 # nothing\n",
        "quotient{node=\"birch\"} / 2 == 1 # a comparison",
        "label_replace(quotient{node=\"birch\"}, \"version\", \"$1\", \"node\", \"(.)irch\")",
    ];
    let server = lab.badges(&queries);
    for (idx, expected) in ["3", "3", "1", "2"].into_iter().enumerate() {
        let badge = server.get(&format!("/badges/b{idx}?format=json")).json();
        assert_eq!(badge["value"], expected, "{}", queries[idx]);
        // A comment that were lost would not be in the log.
        lab.prometheus.asked(queries[idx]);
    }
    assert_eq!(server.get("/badges/b3?format=json").json()["labels"]["version"], "b");
}

#[test]
fn what_is_no_vector_fails() {
    let Some(lab) = Lab::get() else { return };
    let queries = ["42", "time()", "scalar(curve)", "\"text\"", "curve[5m]"];
    let server = lab.badges(&queries);
    for (idx, query) in queries.into_iter().enumerate() {
        let error = json!({
            "schemaVersion": 1,
            "label": format!("b{idx}"),
            "message": "Unexpected result type",
            "isError": true,
        });
        let answer = server.get(&format!("/badges/b{idx}?format=json"));
        assert_eq!((answer.status, answer.json()), (500, error), "{query}");
        assert_eq!(answer.header("cache-control"), "no-store", "{query}");
        let svg = server.get(&format!("/badges/b{idx}"));
        svg.is(200, "image/svg+xml").has("Unexpected result type").has("#939393");
    }
    let server = lab.badges(&["vector(42)"]);
    assert_eq!(server.get("/badges/b0?format=json").json()["result"], json!(42));
}

#[test]
fn what_prometheus_refuses_fails_without_its_words() {
    let Some(lab) = Lab::get() else { return };
    let queries = ["sum(", "no_such_function(curve)", "quotient * on () quotient"];
    let server = lab.badges(&queries);
    for (idx, query) in queries.into_iter().enumerate() {
        let answer = server.get(&format!("/badges/b{idx}?format=json"));
        assert_eq!(answer.is(500, "application/json").json()["message"], "Query Error", "{query}");
        answer.lacks("parse").lacks("many-to-many").lacks(query);
    }
    server.wait_for("many-to-many");
}

#[test]
fn numbers_without_digits_are_shown_and_have_no_result() {
    let Some(lab) = Lab::get() else { return };
    let queries = ["not_a_number", "endless", "endless_debt", "quotient / 0", "quotient * NaN"];
    let server = lab.badges(&queries);
    for (idx, expected) in ["NaN", "+Inf", "-Inf", "+Inf", "NaN"].into_iter().enumerate() {
        let badge = server.get(&format!("/badges/b{idx}?format=json")).json();
        assert_eq!((&badge["value"], &badge["result"]), (&json!(expected), &Value::Null));
    }
}

#[test]
fn numbers_keep_every_digit() {
    let Some(lab) = Lab::get() else { return };
    let server = lab.badges(&["precise", "vast", "tiny", "named"]);
    for (idx, expected) in [0.1 + 0.2, 1.5e300, 5e-324].into_iter().enumerate() {
        let text = server.get(&format!("/badges/b{idx}?format=json")).text();
        let digits = text.split("\"result\":").nth(1).and_then(|rest| rest.split(',').next());
        let result: f64 = digits.expect("a result").parse().expect("a number");
        assert_eq!(result.to_bits(), f64::to_bits(expected), "{text}");
    }
    let badge = server.get("/badges/b3?format=json").json();
    assert_eq!(badge["labels"]["text"], "a \"quote\" & <tag> \\ ü");
}

#[test]
fn a_series_that_has_ended_is_no_data() {
    let Some(lab) = Lab::get() else { return };
    let server = lab.badges(&["ended", "ended offset 15m", "no_such_series"]);
    until("the server answers", || server.get("/healthz").status == 200);
    let value = |id: &str| server.get(&format!("/badges/{id}?format=json")).json()["value"].take();
    assert_eq!(value("b0"), "no data");
    assert_ne!(value("b1"), "no data");
    assert_eq!(value("b2"), "no data");
}

#[test]
fn a_server_below_a_path_and_behind_a_password_answers() {
    if !is_installed() {
        return;
    }
    let prometheus = Prometheus::behind_password(&Recording::new().flat("cpu", 17.5).finish());
    let ask = |user: &str| {
        let url = prometheus.url().replace("http://", &format!("http://{user}@"));
        let config = format!("prometheus: {url}\nbadges:\n  - {{id: cpu, query: cpu}}\n");
        let server = Server::start(&config);
        (server.get("/badges/cpu?format=json"), server)
    };
    let (answer, _server) = ask("reader:correct%20horse");
    assert_eq!(answer.is(200, "application/json").json()["value"], "17.5");
    for wrong in ["reader:wrong", "nobody:correct%20horse"] {
        let (answer, server) = ask(wrong);
        assert_eq!(answer.is(500, "application/json").json()["message"], "Query Error");
        server.wait_for("401");
        let log = server.log();
        assert!(!log.contains("correct"), "{log}");
        assert!(!log.contains(wrong), "{log}");
    }
}
