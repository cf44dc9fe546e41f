//! Graphs: windows, looks and forms.

use super::upstream::data;
use super::{CPU, Upstream, usual, with};

#[test]
fn a_graph_has_three_forms() {
    let (_upstream, server) = usual(CPU);
    let svg = server.get("/graphs/cpu?last=1h");
    assert!(svg.is(200, "image/svg+xml").text().starts_with("<svg"));
    let json = server.get("/graphs/cpu?format=json&last=1h").is(200, "application/json").json();
    assert_eq!((&json["id"], json["series"].as_array().map(Vec::len)), (&"cpu".into(), Some(1)));
    let points = json["series"][0]["data"].as_array().expect("points");
    let values: Vec<_> = points.iter().map(|point| point["v"].as_f64()).collect();
    assert_eq!(values, [Some(10.0), Some(20.0), Some(15.0)]);
    let png = server.get("/graphs/cpu?format=png&last=1h");
    assert!(png.is(200, "image/png").body.starts_with(b"\x89PNG"));
}

#[test]
fn windows_are_asked_for_as_told() {
    let (upstream, server) = usual("graphs:\n  - {id: cpu, query: up, maxDuration: '0'}\n");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let now = now.expect("a time after 1970").as_secs_f64();
    let day = "start=2024-01-01T00:00:00Z&end=2024-01-01T06:00:00Z";
    let cases = [
        (day.to_owned(), Some((1_704_067_200.0, 1_704_088_800.0)), 216.0),
        (
            "start=1704067200&end=1704088800&step=5m".to_owned(),
            Some((1_704_067_200.0, 1_704_088_800.0)),
            300.0,
        ),
        (format!("{day}&step=10s"), Some((1_704_067_200.0, 1_704_088_800.0)), 60.0),
        (format!("{day}&step=1d"), Some((1_704_067_200.0, 1_704_088_800.0)), 86_400.0),
        (format!("last=100h&{day}"), Some((now - 360_000.0, now)), 3600.0),
        (String::new(), Some((now - 3600.0, now)), 60.0),
    ];
    for (query, window, step) in cases {
        server.get(&format!("/graphs/cpu?format=json&{query}")).is(200, "application/json");
        let asked = upstream.asked().pop().expect("a query");
        let (start, end) = window.expect("a window");
        let near = |name: &str, expected: f64, slack: f64| {
            assert!((asked.number(name) - expected).abs() <= slack, "{query} {asked:?}");
        };
        near("start", start, if start > 1_704_067_200.0 { 60.0 } else { 0.0 });
        near("end", end, if start > 1_704_067_200.0 { 60.0 } else { 0.0 });
        near("step", step, 0.0);
    }
}

#[test]
fn wrong_windows_are_refused_without_a_query() {
    let (upstream, server) = usual(CPU);
    let cases = [
        ("last=invalid", "Invalid parameter: invalid duration \"invalid\""),
        ("last=-1h", "Invalid parameter: last must be a positive duration"),
        ("last=0", "Invalid parameter: last must be a positive duration"),
        ("start=1704088800&end=1704067200", "Invalid parameter: start must be before end"),
        ("last=7d", "Requested time window exceeds maximum allowed duration"),
    ];
    for (query, reason) in cases {
        let answer = server.get(&format!("/graphs/cpu?format=json&{query}"));
        assert_eq!(answer.is(400, "application/json").json()["message"], reason);
        server.get(&format!("/graphs/cpu?{query}")).is(200, "image/svg+xml").has("#dd4343");
    }
    for query in ["start=not-a-time", "step=invalid"] {
        server.get(&format!("/graphs/cpu?format=json&{query}")).is(400, "application/json");
    }
    assert_eq!(upstream.asked().len(), 0);
}

#[test]
fn longest_windows_come_from_the_configuration() {
    let config = "graphs:\n  - {id: none, query: a}\n  - {id: own, query: b, maxDuration: 720h}\n  \
                  - {id: free, query: c, maxDuration: '0'}\n";
    let (_upstream, server) = usual(config);
    let status = |path: &str| server.get(&format!("/graphs/{path}&format=json")).status;
    assert_eq!((status("none?last=1h"), status("none?last=61m")), (200, 400));
    assert_eq!((status("own?last=30d"), status("own?last=31d")), (200, 400));
    assert_eq!(status("free?last=9y"), 200);
    let (_upstream, server) =
        usual("defaults: {graph: {maxDuration: 24h}}\ngraphs:\n  - {id: a, query: a}\n");
    assert_eq!(server.get("/graphs/a?last=24h&format=json").status, 200);
    assert_eq!(server.get("/graphs/a?last=25h&format=json").status, 400);
}

#[test]
fn looks_come_from_the_configuration_and_the_request() {
    let config = "graphs:\n  - {id: cpu, query: up, title: 'The CPU', width: 400, height: 150, \
                  valueExpr: 'string(result) + \"w\"', markLine: [average]}\n";
    let (upstream, server) = usual(config);
    let plain = server.get("/graphs/cpu");
    plain.has("<svg").has("width=\"400\"").has("height=\"150\"").has("The CPU").has("w</text>");
    plain.has("stroke-dasharray").lacks("NaN").lacks("Inf");
    server.get("/graphs/cpu?width=500&height=99999").has("width=\"500\"").has("height=\"2048\"");
    server.get("/graphs/cpu?width=-3&height=x").has("width=\"400\"").has("height=\"150\"");
    server.get("/graphs/cpu?theme=dracula").has("rgb(40,42,54)");
    server.get("/graphs/cpu?ymin=0&ymax=100").has(">100w</text>").has(">0w</text>");
    assert_eq!(upstream.asked().len(), 1, "looks are no matter of Prometheus");
}

#[test]
fn large_pictures_are_refused() {
    let (upstream, server) = usual(CPU);
    let large = server.get("/graphs/cpu?format=png&width=2048&height=2048");
    large.is(400, "application/json").has("\"isError\":true");
    assert_eq!(upstream.asked().len(), 0);
    server.get("/graphs/cpu?format=png&width=1000&height=1000").is(200, "image/png");
}

#[test]
fn series_are_bounded_and_gaps_dropped() {
    let one = r#"{"metric":{},"values":[[1,"1"],[2,"NaN"],[3,"+Inf"],[4,"-Inf"],[5,"2"]]}"#;
    let many = format!("[{}]", vec![one; 150].join(","));
    let (_upstream, server) = with(Upstream::new(move |_| data("matrix", &many)), CPU);
    let json = server.get("/graphs/cpu?format=json").json();
    assert_eq!(json["series"].as_array().map(Vec::len), Some(100));
    assert_eq!(json["series"][0]["data"], serde_json::json!([{"t": 1, "v": 1}, {"t": 5, "v": 2}]));
    server.get("/graphs/cpu").is(200, "image/svg+xml").lacks("NaN").lacks("Inf");
}
