//! Our own metrics, scraped by Prometheus and asked back through badges.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::process::{Prometheus, is_installed, until};
use super::server::{Server, receive, send};

/// A server whose badges say how often that of another was asked for.
fn counting(prometheus: &Prometheus) -> Server {
    let counted = "kromgo_requests_total{kind=\"badge\",id=\"cpu\",format=\"json\"}";
    Server::start(&format!(
        "prometheus: {}\ncache: {{maxAge: 1}}\nbadges:\n  - {{id: counted, query: '{counted}'}}\n  \
         - {{id: total, query: sum(kromgo_requests_total)}}\n  \
         - {{id: upstream, query: rackbook_upstream_queries_total}}\n  \
         - {{id: slow, query: 'histogram_quantile(0.5, rackbook_request_seconds_bucket)'}}\n  \
         - {{id: up, query: 'up{{job=\"rackbook\"}}'}}\n",
        prometheus.url()
    ))
}

fn shown(server: &Server, id: &str) -> String {
    let badge = server.get(&format!("/badges/{id}?format=json")).json();
    badge["value"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn our_metrics_are_scraped_and_asked_back() {
    if !is_installed() {
        return;
    }
    // What it asks does not answer, which is counted like everything else.
    let cpu = "prometheus: http://127.0.0.1:1\nbadges:\n  - {id: cpu, query: up}\n";
    let watched = Server::start(cpu);
    let prometheus = Prometheus::scraping(&watched.metrics);
    let server = counting(&prometheus);
    for path in ["cpu?format=json", "cpu?format=json", "cpu?format=json", "cpu", "nope"] {
        watched.get(&format!("/badges/{path}"));
    }
    until("three requests are counted", || shown(&server, "counted") == "3");
    until("all requests are counted", || shown(&server, "total") == "5");
    until("the target is up", || shown(&server, "up") == "1");
    assert_eq!(
        shown(&server, "upstream"),
        watched.metric("rackbook_upstream_queries_total").to_string()
    );
    let median: f64 = shown(&server, "slow").parse().expect("a number");
    assert!(median > 0.0 && median < 60.0, "{median}");
    let targets = prometheus.api("targets", &[("state", "active")]);
    let target = &targets["activeTargets"][0];
    assert_eq!((&target["health"], &target["lastError"]), (&"up".into(), &"".into()), "{target}");

    // Prometheus marks the series of a target that is gone as stale: they end at once, not after
    // the five minutes for which it looks back.
    drop(watched);
    until("the target is down", || shown(&server, "up") == "0");
    until("its series have ended", || shown(&server, "counted") == "no data");
    until("so have the others", || shown(&server, "total") == "no data");
}

#[test]
fn promtool_has_no_objections() {
    if !is_installed() {
        return;
    }
    let watched =
        Server::start("prometheus: http://127.0.0.1:1\nbadges:\n  - {id: a, query: up}\n");
    watched.get("/badges/a");
    let metrics = receive(send(&watched.metrics, "GET", "/metrics", &[]));
    // Prometheus 3 reads nothing without this.
    metrics.is(200, "text/plain; version=0.0.4").has("kromgo_requests_total{");
    let mut promtool = Command::new("promtool");
    promtool.args(["check", "metrics"]).stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut child = promtool.stdout(Stdio::piped()).spawn().expect("promtool");
    child.stdin.take().expect("a pipe").write_all(&metrics.body).expect("a reader");
    let output = child.wait_with_output().expect("a process");
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && said.is_empty(), "{said}");
}

#[test]
fn every_metric_has_a_type_and_help() {
    if !is_installed() {
        return;
    }
    let watched =
        Server::start("prometheus: http://127.0.0.1:1\nbadges:\n  - {id: a, query: up}\n");
    watched.get("/badges/a");
    let prometheus = Prometheus::scraping(&watched.metrics);
    let described =
        || prometheus.api("targets/metadata", &[("match_target", "{job=\"rackbook\"}")]);
    until("metadata is there", || described().as_array().is_some_and(|all| !all.is_empty()));
    let described = described();
    for metric in described.as_array().expect("a list") {
        let name = metric["metric"].as_str().expect("a name");
        assert_ne!(metric["help"], "", "{metric}");
        let is_counter = metric["type"] == "counter";
        assert_eq!(is_counter, name.ends_with("_total"), "{metric}");
        assert_ne!(metric["type"], "unknown", "{metric}");
    }
    let has = |name: &str| {
        described.as_array().is_some_and(|all| all.iter().any(|it| it["metric"] == name))
    };
    assert!(has("kromgo_requests_total") && has("rackbook_upstream_seconds"), "{described}");
}
