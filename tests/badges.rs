//! `rackbook badges` over sockets: what kromgo promises, and what happens when things go wrong.
#![expect(clippy::disallowed_methods, reason = "a test starts programs and writes files")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

#[path = "badges/beyond.rs"]
mod beyond;
#[path = "badges/check.rs"]
mod check;
#[path = "badges/conformance.rs"]
mod conformance;
#[path = "badges/expressions.rs"]
mod expressions;
#[path = "badges/faults.rs"]
mod faults;
#[path = "badges/graphs.rs"]
mod graphs;
#[path = "badges/real.rs"]
mod real;
#[path = "badges/render.rs"]
mod render;
#[path = "badges/schema.rs"]
mod schema;
#[path = "badges/server.rs"]
mod server;
#[path = "badges/starts.rs"]
mod starts;
#[path = "badges/storms.rs"]
mod storms;
#[path = "badges/tls.rs"]
mod tls;
#[path = "badges/upstream.rs"]
mod upstream;

use server::Server;
use upstream::Upstream;

/// A badge and a graph named `cpu`.
const CPU: &str = r#"
badges:
  - id: cpu
    query: instance:cpu
    valueExpr: string(result)+"%"
    colorExpr: 'result<=50.0?"green":"red"'
graphs:
  - {id: cpu, query: instance:cpu, maxDuration: 24h}
"#;

/// A server of this configuration, and what it asks.
fn usual(config: &str) -> (Upstream, Server) {
    with(Upstream::usual(), config)
}

fn with(upstream: Upstream, config: &str) -> (Upstream, Server) {
    let server = Server::start(&format!("prometheus: {}\n{config}", upstream.url));
    (upstream, server)
}
