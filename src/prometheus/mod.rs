//! Queries become values: the HTTP client of the badge server, with its cache.
//!
//! In: `PromQL` and the address of a Prometheus, Thanos, Mimir or `VictoriaMetrics`. Out: samples and
//! series, each with its age. What a server says in its error messages goes into the log and
//! nowhere else: it may name hosts, tenants and queries.

mod answer;
mod cache;
mod client;
mod error;

pub use answer::{Answer, Limits, parse};
pub use cache::{Cache, Held, Policy, Statistics, Weigh};
pub use client::{Access, Client, Instant, Options, Range};
pub use error::QueryError;
