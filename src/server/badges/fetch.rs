//! What is asked of a server for a badge or a graph, and what is remembered of it.
//!
//! In: specs and windows. Out: [`Fetched`] values, through the cache. The key of a value is what
//! was asked of whom, so a reload that changes nothing loses nothing, and two badges with the same
//! query share its answer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::app::App;
use super::book::Asked;
use super::counters::Counters;
use crate::badge::graph::Window;
use crate::badge::spec::BadgeKind;
use crate::badge::value::Failure;
use crate::prometheus::{self, Answer, Client, Held, Limits, Policy, QueryError, Range, Weigh};

/// An answer with the window that was asked for.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) answer: Answer,
    pub(super) window: Window,
}

impl Weigh for Fetched {
    fn weight(&self) -> usize {
        self.answer.weight() + size_of::<Self>()
    }
}

/// What to ask.
#[derive(Clone, Debug)]
pub(super) enum Question {
    Instant { query: String, time: f64 },
    Range { query: String, window: Window },
}

impl Question {
    /// What a badge asks at a time in seconds since the epoch.
    pub(super) fn of_badge(query: &str, kind: BadgeKind, now: f64) -> Self {
        let query = query.to_owned();
        match kind {
            BadgeKind::Instant | BadgeKind::Up | BadgeKind::Alerts => {
                Self::Instant { query, time: now }
            }
            BadgeKind::Range { last, offset, step, .. } => {
                let end = now - offset.as_secs_f64();
                let start = end - last.as_secs_f64();
                Self::Range { query, window: Window { start, end, step: step.as_secs_f64() } }
            }
        }
    }

    async fn ask(self, client: &Client) -> Result<Fetched, QueryError> {
        let limits = Limits::default();
        let (answer, window) = match self {
            Self::Instant { query, time } => {
                let window = Window { start: time, end: time, step: 0.0 };
                (client.instant(&prometheus::Instant { query, time }, limits).await?, window)
            }
            Self::Range { query, window } => {
                let Window { start, end, step } = window;
                (client.range(&Range { query, start, end, step }, limits).await?, window)
            }
        };
        Ok(Fetched { answer, window })
    }
}

/// The value for a key: known, from memory, or from a server.
pub(super) async fn fetch(
    app: &App,
    asked: &Asked,
    key: &str,
    policy: Policy,
    question: impl FnOnce() -> Question + Send,
) -> Result<Held<Fetched>, Failure> {
    let client = match asked {
        Asked::Server(client) => client,
        Asked::Known(value) => {
            let value = Arc::clone(value);
            return Ok(Held { value, age: Duration::ZERO, is_stale: false });
        }
        Asked::Nobody => return Err(Failure::no_source()),
    };
    let asking = || {
        let (client, counters) = (client.clone(), Arc::clone(&app.shared.counters));
        let (question, key) = (question(), key.to_owned());
        async move { timed(question, &client, &counters, &key).await }
    };
    app.shared.cache.get(key, policy, asking).await.map_err(Failure::query)
}

async fn timed(
    question: Question,
    client: &Client,
    counters: &Counters,
    key: &str,
) -> Result<Fetched, QueryError> {
    let begun = Instant::now();
    let result = question.ask(client).await;
    counters.upstream.record(begun.elapsed());
    if let Err(error) = &result {
        tracing::warn!(server = client.server(), query = key, %error, "a query failed");
    }
    result
}
