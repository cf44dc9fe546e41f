//! Starts that must fail, and the flags and variables.

use super::server::{Server, fails_with, send};
use super::{CPU, Upstream, usual};

#[track_caller]
fn check(config: &str, words: &str) {
    let (log, code) = fails_with(&format!("prometheus: http://127.0.0.1:1\n{config}"), &[]);
    assert_eq!(code, Some(1), "{log}");
    assert!(log.contains(words) && log.lines().count() == 1, "`{words}` is missing: {log}");
}

fn badge(settings: &str) -> String {
    format!("badges:\n  - id: a\n    query: up\n    {settings}\n")
}

#[test]
fn a_wrong_configuration_keeps_it_from_starting() {
    check("nonsense: 1\n", "nonsense");
    check("badges: [\n", "");
    check("badges:\n  - {id: a, query: b}\n  - {id: a, query: b}\n", "duplicate");
    check("badges:\n  - {id: a/b, query: b}\n", "id must match");
    check("badges:\n  - {id: a}\n", "query");
    check("metrics: []\n", "0.12");
    check("cache: {maxAge: -1}\n", "must not be negative");
    check("favicon: '!'\n", "invalid base64");
    check("favicon: dGV4dA==\n", "unsupported content type");
    check("defaults: {badge: {font: not-a-font}}\n", "unknown font");
    check(&badge("type: range"), "last");
    check(&badge("range: {last: 1h}"), "range");
    check(&badge("type: range\n    range: {last: 1h, reduce: median}"), "median");
    check(&badge("type: range\n    range: {last: bogus}"), "invalid duration");
    check(&badge("type: scalar"), "scalar");
    check(&badge("style: for-the-win"), "unknown style");
    check(&badge("icon: 'mdi:no-such-icon'"), "no-such-icon");
    check(&badge("colorExpr: nope(result)"), "colorExpr");
    for expression in ["nope(", "result + 1.0", "result +", "result"] {
        check(&badge(&format!("valueExpr: {expression}")), "valueExpr");
    }
    check("graphs:\n  - {id: a, query: b, theme: nope}\n", "nope");
    check("graphs:\n  - {id: a, query: b, markLine: [p99]}\n", "p99");
}

#[test]
fn the_world_may_be_wrong_too() {
    assert!(fails_with(CPU, &[]).0.contains("no prometheus url provided"));
    let (log, code) = fails_with("prometheus: nonsense\n", &[]);
    assert!(log.contains("not usable") && code == Some(1), "{log}");
    let (log, code) = fails_with(CPU, &[("KROMGO_SERVER_PORT", "x")]);
    assert!(log.contains("KROMGO_SERVER_PORT") && code == Some(1), "{log}");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let variables = [("KROMGO_SERVER_PORT", port.as_str())];
    let (log, code) = fails_with("prometheus: http://127.0.0.1:1\n", &variables);
    assert!(log.contains("cannot listen") && log.contains(&port) && code == Some(1), "{log}");
    let run = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rackbook"));
        command.args(arguments).env_clear().output().expect("a program")
    };
    let output = run(&["badges", "-config", "/nonexistent/config.yaml"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("/nonexistent/config.yaml"));
}

#[test]
fn the_environment_wins() {
    let upstream = Upstream::usual();
    let variables = [
        ("KROMGO_PROMETHEUS_URL", upstream.url.as_str()),
        ("KROMGO_METRICS_ENABLED", "false"),
        ("KROMGO_SERVER_LOGGING", "true"),
    ];
    let server = Server::with(&format!("prometheus: http://127.0.0.1:1\n{CPU}"), &variables);
    server.get("/badges/cpu?format=json").is(200, "application/json");
    assert!(server.wait_for("\"request\"").contains("\"status\":200"));
    assert!(!server.log().contains("serving metrics"));
    let (_upstream, server) = usual(CPU);
    server.get("/badges/cpu");
    assert!(!server.log().contains("\"request\""));
}

#[test]
fn check_tells_every_problem() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("c.yaml");
    let run = |text: &str| {
        std::fs::write(&path, text).expect("a file");
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_rackbook"));
        command.args(["badges", "check", "--config"]).arg(&path).env_clear();
        let output = command.output().expect("a program");
        let text = [output.stdout, output.stderr].concat();
        (String::from_utf8_lossy(&text).into_owned(), output.status.code())
    };
    let (text, code) = run(&format!("prometheus: http://127.0.0.1:1\n{CPU}"));
    assert!(text.contains("nothing is wrong") && code == Some(0), "{text}");
    let (text, code) =
        run("badges:\n  - {id: a/b, query: up, style: x}\n  - {id: c, query: up, type: d}\n");
    assert_eq!(code, Some(1), "{text}");
    for words in ["c.yaml:2:", "c.yaml:3:", "id must match", "unknown style", "3 errors"] {
        assert!(text.contains(words), "`{words}` is missing: {text}");
    }
}

#[test]
fn slow_clients_are_given_up() {
    let upstream = Upstream::usual();
    let config = format!("prometheus: {}\n{CPU}", upstream.url);
    let server = Server::with(&config, &[("KROMGO_SERVER_READ_TIMEOUT", "50ms")]);
    let mut stream = std::net::TcpStream::connect(&server.address).expect("a connection");
    std::io::Write::write_all(&mut stream, b"GET / HT").expect("half a request");
    let mut rest = vec![];
    // The end of the stream is what is waited for, with or without a last word.
    _ = std::io::Read::read_to_end(&mut stream, &mut rest);
    assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
    let answer = super::server::receive(send(&server.address, "GET", "/healthz", &[]));
    assert_eq!(answer.status, 200);
}
