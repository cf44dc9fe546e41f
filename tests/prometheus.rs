//! `rackbook badges` in front of a real Prometheus, whose answers are the measure.
//!
//! In: series that the tests invent, written into blocks by `promtool`, and our own metrics as
//! Prometheus scrapes them. Out: badges and graphs that must say what Prometheus says. Where
//! `prometheus` and `promtool` are not on the `PATH`, each test says so and passes.
#![expect(clippy::disallowed_methods, reason = "a test starts programs and writes files")]
#![expect(clippy::unwrap_used, reason = "helpers of tests may fail like tests")]

#[path = "prometheus/answers.rs"]
mod answers;
#[path = "prometheus/homelab.rs"]
mod homelab;
#[path = "prometheus/presets.rs"]
mod presets;
#[path = "prometheus/process.rs"]
mod process;
#[path = "prometheus/recorded.rs"]
mod recorded;
#[path = "prometheus/scraped.rs"]
mod scraped;
#[path = "badges/server.rs"]
#[expect(dead_code, reason = "what only the tests with a stand-in need")]
mod server;
