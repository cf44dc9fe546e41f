//! What is shown when Prometheus, the configuration or clients misbehave.

use rustix::process::Signal;

use super::server::receive;
use super::upstream::{Reply, data, usual as answered, vector};
use super::{CPU, Server, Upstream, usual, with};

/// Values are asked for anew after a second.
const BRIEF: &str = "cache: {maxAge: 1}\n";

fn fails(reply: fn() -> Reply) {
    let (_upstream, server) = with(Upstream::new(move |_| reply()), CPU);
    for path in ["/badges/cpu", "/graphs/cpu"] {
        let svg = server.get(path);
        svg.is(200, "image/svg+xml").has("cpu: Query Error").has("#939393").lacks("secret");
        assert_eq!(svg.header("cache-control"), "no-store");
        let json = server.get(&format!("{path}?format=json"));
        json.is(500, "application/json").has("Query Error").lacks("secret");
    }
    assert!(server.metric("rackbook_upstream_errors_total") >= 2.0);
}

#[test]
fn errors_of_prometheus_are_errors_without_its_words() {
    fails(|| Reply::Status(500, "secret".to_owned()));
    fails(|| {
        Reply::Status(422, r#"{"status":"error","errorType":"x","error":"secret"}"#.to_owned())
    });
    fails(|| Reply::Json("<html>secret".to_owned()));
    fails(|| Reply::Json(r#"{"status":"error","error":"secret"}"#.to_owned()));
    fails(|| data("nonsense", "[]"));
    fails(|| Reply::Nothing);
}

#[test]
fn an_endless_answer_is_cut_off() {
    fails(|| Reply::Endless);
}

#[test]
fn nobody_listens() {
    let server = Server::start(&format!("prometheus: http://user:secret@127.0.0.1:1\n{CPU}"));
    server.get("/badges/cpu").is(200, "image/svg+xml").has("Query Error");
    let log = server.wait_for("a query failed");
    assert!(log.contains("refused") && !log.contains("secret"), "{log}");
}

#[test]
fn a_slow_prometheus_is_given_up() {
    let upstream = Upstream::usual();
    upstream.shut();
    let config = format!("prometheus: {}\n{CPU}", upstream.url);
    let server = Server::with(&config, &[("KROMGO_QUERY_TIMEOUT", "10ms")]);
    server.get("/badges/cpu?format=json").is(500, "application/json").has("Query Error");
    server.wait_for("did not answer within 10 ms");
    upstream.open();
}

#[test]
fn many_at_once_are_one_query() {
    let (upstream, server) = usual(CPU);
    upstream.shut();
    let asking: Vec<_> = (0..40).map(|_| server.send("GET", "/badges/cpu", &[])).collect();
    upstream.wait_for(1);
    upstream.open();
    for stream in asking {
        receive(stream).is(200, "image/svg+xml").has("17.5%");
    }
    assert_eq!(upstream.asked().len(), 1);
}

#[test]
fn the_last_value_stands_in_and_says_its_age() {
    let (upstream, server) = usual(&format!("{BRIEF}{CPU}"));
    server.get("/badges/cpu").has("17.5%").lacks("old)");
    server.get("/graphs/cpu?format=json").lacks("stale");
    upstream.answer(|_| Reply::Status(500, String::new()));
    let until = |path: &str, words: &str| loop {
        let answer = server.get(path);
        assert_eq!(answer.status, 200);
        if answer.text().contains(words) {
            return answer;
        }
    };
    let svg = until("/badges/cpu", "old)");
    svg.has("17.5%").has("aria-label=\"cpu: 17.5% (");
    assert_eq!(svg.header("cache-control"), "public, max-age=30, s-maxage=30");
    until("/badges/cpu?format=json", "\"stale\":true").has("\"value\":\"17.5%\"").json();
    until("/graphs/cpu?format=json", "\"stale\":true").json();
    until("/graphs/cpu", " old)").is(200, "image/svg+xml");
    assert!(server.metric("rackbook_stale_total") > 0.0);
    upstream.answer(|_| vector(&[("", "18")]));
    until("/badges/cpu", "18%").lacks("old)");
}

#[test]
fn a_value_past_its_limit_is_an_error() {
    let upstream = Upstream::usual();
    let config = format!("prometheus: {}\n{BRIEF}{CPU}", upstream.url);
    let server = Server::with(&config, &[("RACKBOOK_STALE_LIMIT", "1ms")]);
    server.get("/badges/cpu?format=json").is(200, "application/json");
    upstream.answer(|_| Reply::Nothing);
    while server.get("/badges/cpu?format=json").status == 200 {}
    server.get("/badges/cpu").has("Query Error");
}

#[test]
fn a_slow_answer_is_not_waited_for_where_there_is_an_older_one() {
    let (upstream, server) = usual(&format!("{BRIEF}{CPU}"));
    server.get("/badges/cpu").has("17.5%");
    upstream.shut();
    while !server.get("/badges/cpu").text().contains("old)") {}
    upstream.open();
    while server.get("/badges/cpu").text().contains("old)") {}
}

#[test]
fn a_changed_configuration_is_loaded_and_a_wrong_one_is_not() {
    let (upstream, server) = usual(CPU);
    let with_url = |config: &str| format!("prometheus: {}\n{config}", upstream.url);
    server.get("/badges/cpu").has("17.5%");
    server.write(&with_url("badges:\n  - {id: other, query: up}\n"));
    server.wait_for("the configuration is loaded");
    server.get("/badges/other").has("other: 17.5");
    server.get("/badges/cpu").has("Not Found");
    server.write("badges: nonsense\n");
    server.wait_for("the old one stays in use");
    server.get("/badges/other").has("other: 17.5");
    assert!((server.metric("rackbook_config_last_reload_successful")).abs() < 0.1);
    server.write(&with_url(CPU));
    server.signal(Signal::HUP);
    while !server.get("/badges/cpu").text().contains("17.5%") {}
    assert!(server.metric("rackbook_config_last_reload_successful") > 0.9);
    assert!(upstream.asked().len() <= 3, "an unchanged query keeps its value");
}

#[test]
fn a_swapped_link_is_a_change() {
    use std::os::unix::fs::symlink;
    let upstream = Upstream::usual();
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    for (version, id) in [("..1", "one"), ("..2", "two")] {
        std::fs::create_dir(at(version)).expect("a folder");
        let text = format!("prometheus: {}\nbadges:\n  - {{id: {id}, query: up}}\n", upstream.url);
        std::fs::write(at(version).join("config.yaml"), text).expect("a file");
    }
    symlink("..1", at("..data")).expect("a link");
    symlink("..data/config.yaml", at("config.yaml")).expect("a link");
    let server = Server::at(folder);
    server.get("/badges/one").has("17.5");
    let at = |name: &str| server.folder.path().join(name);
    symlink("..2", at("..tmp")).expect("a link");
    std::fs::rename(at("..tmp"), at("..data")).expect("a link");
    server.wait_for("the configuration is loaded");
    server.get("/badges/two").has("17.5");
}

#[test]
fn a_request_under_way_is_answered_before_the_end() {
    let (upstream, mut server) = usual(CPU);
    upstream.shut();
    let asking: Vec<_> = (0..20).map(|_| server.send("GET", "/badges/cpu", &[])).collect();
    let graph = server.send("GET", "/graphs/cpu", &[]);
    upstream.wait_for(2);
    server.signal(Signal::TERM);
    server.wait_for("ending after the requests");
    upstream.open();
    for stream in asking {
        receive(stream).is(200, "image/svg+xml").has("17.5%");
    }
    receive(graph).is(200, "image/svg+xml");
    assert!(server.wait().success());
}

#[test]
fn every_signal_ends_it() {
    for signal in [Signal::TERM, Signal::INT, Signal::QUIT] {
        let mut server = Server::start("prometheus: http://127.0.0.1:1\n");
        server.signal(signal);
        assert!(server.wait().success());
    }
}

#[test]
fn strangers_make_no_work_and_no_memory() {
    let (upstream, server) = usual(CPU);
    let before = server.metric("process_resident_memory_bytes");
    for idx in 0..2000 {
        server.get(&format!("/badges/id-{idx}?format=json"));
    }
    for length in [1000, 30_000, 100_000] {
        let answer = server.get(&format!("/badges/{}", "x".repeat(length)));
        assert!(answer.body.len() < 20_000, "{}", answer.body.len());
        assert!([200, 414, 431].contains(&answer.status), "{}", answer.status);
    }
    let text = receive(super::server::send(&server.metrics, "GET", "/metrics", &[])).text();
    assert!(text.len() < 20_000 && text.contains("id=\"unknown\""));
    let after = server.metric("process_resident_memory_bytes");
    assert!(after - before < 16e6, "{before} {after}");
    assert_eq!(upstream.asked().len(), 0);
}

#[test]
fn hostile_values_stay_small() {
    let long = format!("\"a\":\"{}\"", "é<".repeat(300_000));
    let upstream = Upstream::new(move |asked| match asked.path.as_str() {
        "/api/v1/query" => vector(&[(&long, "1")]),
        _ => data("matrix", &format!("[{{\"metric\":{{{long}}},\"values\":[[1,\"1\"]]}}]")),
    });
    let config =
        "badges:\n  - {id: a, query: up, valueExpr: labels.a}\ngraphs:\n  - {id: a, query: up}\n";
    let (_upstream, server) = with(upstream, config);
    for path in ["/badges/a", "/badges/a?format=json", "/graphs/a", "/graphs/a?format=json"] {
        let answer = server.get(path);
        assert!(
            answer.status == 200 && answer.body.len() < 1_000_000,
            "{path} {}",
            answer.body.len()
        );
    }
}

#[test]
fn many_series_are_bounded() {
    let one = r#"{"metric":{"pod":"p"},"value":[1,"1"]}"#;
    let many = format!("[{}]", vec![one; 100_000].join(","));
    let upstream = Upstream::new(move |asked| match asked.path.as_str() {
        "/api/v1/query" => data("vector", &many),
        _ => answered(asked),
    });
    let (_upstream, server) = with(upstream, CPU);
    server.get("/badges/cpu").is(200, "image/svg+xml").has("cpu: 1%");
    let memory = server.metric("process_resident_memory_max_bytes");
    assert!(memory < 150e6, "{memory}: a debug build, but not for ever more");
}

#[test]
fn a_storm_of_pictures_is_answered_or_refused() {
    let (_upstream, server) = usual(CPU);
    let path = |idx: usize| format!("/graphs/cpu?format=png&width=1000&height={}", 900 + idx);
    let asking: Vec<_> = (0..40).map(|idx| server.send("GET", &path(idx), &[])).collect();
    let statuses: Vec<u16> = asking.into_iter().map(|stream| receive(stream).status).collect();
    assert!(statuses.iter().all(|status| [200, 503].contains(status)), "{statuses:?}");
    assert!(statuses.contains(&200));
    server.get("/healthz").is(200, "text/plain");
}
