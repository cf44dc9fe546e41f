//! Several badge servers over one Prometheus: nothing is shared, and the queries add up.

use std::fmt::Write as _;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use super::server::{Server, Upstream};

/// Visitors at each server, each of whom asks for each badge.
const VISITORS: usize = 8;

/// Badges of the configuration.
const BADGES: usize = 5;

fn replica(config: &std::path::Path) -> Server {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rackbook"));
    command.args(["badges", "--config"]).arg(config).env_clear();
    command.envs([
        ("KROMGO_SERVER_HOST", "127.0.0.1"),
        ("KROMGO_SERVER_PORT", "0"),
        ("KROMGO_METRICS_ENABLED", "false"),
    ]);
    Server::start(&mut command)
}

/// `n_replicas` servers with the same configuration, asked at once: queries that reached the
/// upstream.
fn queries(n_replicas: usize) -> usize {
    let upstream = Upstream::taking(Duration::from_millis(20));
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.yaml");
    let mut text = format!("prometheus: {}\ncache: {{maxAge: 300}}\nbadges:\n", upstream.url);
    for badge in 0..BADGES {
        writeln!(text, "  - {{id: b{badge}, query: 'up{{n=\"{badge}\"}}'}}").unwrap();
    }
    std::fs::write(&config, text).unwrap();
    let servers: Vec<_> = (0..n_replicas).map(|_| Arc::new(replica(&config))).collect();
    let visitors = servers.iter().flat_map(|server| (0..VISITORS).map(move |_| server.clone()));
    let threads: Vec<_> = visitors
        .map(|server| {
            std::thread::spawn(move || {
                for badge in 0..BADGES {
                    let (status, text) = server.get(&format!("/badges/b{badge}?format=json"));
                    assert!(status == 200 && text.contains(r#""value":"42""#), "{text}");
                }
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
    upstream.asked()
}

/// A query once for each badge and server within an interval, however many visitors there are.
#[test]
fn each_server_asks_once() {
    assert_eq!(queries(1), BADGES);
    assert_eq!(queries(2), 2 * BADGES);
}
