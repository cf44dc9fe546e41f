//! What was done, as numbers in the text format of Prometheus.
//!
//! In: events. Out: the body of `/metrics`. Fixed buckets and atomic counters: nothing grows with
//! the number of requests, and ids that are not configured share the name `unknown`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::prometheus::Statistics;

/// Upper bounds in seconds.
const BOUNDS: [f64; 12] =
    [0.000_25, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The id under which requests for ids that do not exist are counted.
const UNKNOWN: &str = "unknown";

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Badge,
    Graph,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Badge => "badge",
            Self::Graph => "graph",
        }
    }
}

/// In which form it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Format {
    Svg,
    Shields,
    Json,
    Png,
}

impl Format {
    const ALL: [Self; 4] = [Self::Svg, Self::Shields, Self::Json, Self::Png];

    fn name(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Shields => "shields",
            Self::Json => "json",
            Self::Png => "png",
        }
    }
}

/// Requests for one badge or graph, by format.
#[derive(Debug, Default)]
pub(super) struct Requests([AtomicU64; 4]);

impl Requests {
    pub(super) fn count(&self, format: Format) {
        self.0[format as usize].fetch_add(1, Ordering::Relaxed);
    }
}

/// How long things took.
#[derive(Debug, Default)]
pub(super) struct Histogram {
    buckets: [AtomicU64; BOUNDS.len()],
    count: AtomicU64,
    microseconds: AtomicU64,
}

impl Histogram {
    pub(super) fn record(&self, took: Duration) {
        let seconds = took.as_secs_f64();
        if let Some(idx) = BOUNDS.iter().position(|bound| seconds <= *bound) {
            self.buckets[idx].fetch_add(1, Ordering::Relaxed);
        }
        self.count.fetch_add(1, Ordering::Relaxed);
        self.microseconds.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
    }

    fn write(&self, name: &str, out: &mut String) {
        let mut below = 0;
        for (bound, bucket) in BOUNDS.iter().zip(&self.buckets) {
            below += read(bucket);
            _ = writeln!(out, "{name}_bucket{{le=\"{bound}\"}} {below}");
        }
        let count = read(&self.count);
        _ = writeln!(out, "{name}_bucket{{le=\"+Inf\"}} {count}");
        _ = writeln!(out, "{name}_sum {}", read(&self.microseconds) as f64 / 1e6);
        _ = writeln!(out, "{name}_count {count}");
    }
}

/// All numbers of a server.
#[derive(Debug, Default)]
pub(super) struct Counters {
    requests: Mutex<BTreeMap<(Kind, String), Arc<Requests>>>,
    /// Time from a request's head to its answer.
    pub(super) answering: Histogram,
    /// Time of upstream queries.
    pub(super) upstream: Histogram,
    /// Answers by the hundred of their status.
    pub(super) statuses: [AtomicU64; 6],
    /// Answers without a body because the client has it.
    pub(super) not_modified: AtomicU64,
    /// Pictures refused because too many wait.
    pub(super) refused_renders: AtomicU64,
    pub(super) reloads: AtomicU64,
    pub(super) failed_reloads: AtomicU64,
    /// 1 when the last reload failed.
    pub(super) is_outdated: AtomicU64,
}

impl Counters {
    /// The counters of a badge or graph; they outlive reloads.
    pub(super) fn requests(&self, kind: Kind, id: &str) -> Arc<Requests> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(requests.entry((kind, id.to_owned())).or_default())
    }

    /// Counts a request for an id that is not configured.
    pub(super) fn unknown(&self, kind: Kind, format: Format) {
        self.requests(kind, UNKNOWN).count(format);
    }

    pub(super) fn answered(&self, status: u16, took: Duration) {
        self.answering.record(took);
        self.statuses[usize::from(status / 100).min(5)].fetch_add(1, Ordering::Relaxed);
    }

    /// The body of `/metrics`.
    pub(super) fn text(&self, cache: &Statistics, process: &[(&str, &str, f64)]) -> String {
        let mut out = String::new();
        self.write_requests(&mut out);
        head("rackbook_request_seconds", "histogram", "Time to answer a request.", &mut out);
        self.answering.write("rackbook_request_seconds", &mut out);
        head("rackbook_upstream_seconds", "histogram", "Time of a query to Prometheus.", &mut out);
        self.upstream.write("rackbook_upstream_seconds", &mut out);
        head("rackbook_responses_total", "counter", "Answers by status.", &mut out);
        for (hundred, counter) in self.statuses.iter().enumerate().skip(2) {
            let value = read(counter);
            _ = writeln!(out, "rackbook_responses_total{{status=\"{hundred}xx\"}} {value}");
        }
        for (name, help, value) in self.plain(cache) {
            head(name, "counter", help, &mut out);
            _ = writeln!(out, "{name} {value}");
        }
        let up_to_date = 1 - read(&self.is_outdated).min(1);
        let gauges = [(
            "rackbook_config_last_reload_successful",
            "Whether the newest configuration is in use.",
            up_to_date as f64,
        )];
        for (name, help, value) in gauges.iter().chain(process) {
            let kind = if name.ends_with("_total") { "counter" } else { "gauge" };
            head(name, kind, help, &mut out);
            _ = writeln!(out, "{name} {value}");
        }
        out
    }

    fn write_requests(&self, out: &mut String) {
        let name = "kromgo_requests_total";
        head(name, "counter", "Requests by kind, id and format.", out);
        let requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        for ((kind, id), counters) in requests.iter() {
            for format in Format::ALL {
                let value = read(&counters.0[format as usize]);
                if value > 0 {
                    let (kind, format) = (kind.name(), format.name());
                    let labels = format!("kind=\"{kind}\",id=\"{id}\",format=\"{format}\"");
                    _ = writeln!(out, "{name}{{{labels}}} {value}");
                }
            }
        }
    }

    fn plain(&self, cache: &Statistics) -> [(&'static str, &'static str, u64); 9] {
        [
            ("rackbook_cache_hits_total", "Values from memory.", read(&cache.hits)),
            ("rackbook_cache_misses_total", "Values that were waited for.", read(&cache.misses)),
            ("rackbook_stale_total", "Old values shown for lack of new ones.", read(&cache.stale)),
            ("rackbook_upstream_queries_total", "Queries to Prometheus.", read(&cache.fetches)),
            ("rackbook_upstream_errors_total", "Queries that failed.", read(&cache.failures)),
            (
                "rackbook_not_modified_total",
                "Answers without a body because the client has it.",
                read(&self.not_modified),
            ),
            (
                "rackbook_refused_renders_total",
                "Pictures refused because too many wait.",
                read(&self.refused_renders),
            ),
            ("rackbook_reloads_total", "Configurations loaded while running.", read(&self.reloads)),
            (
                "rackbook_failed_reloads_total",
                "Configurations refused while running.",
                read(&self.failed_reloads),
            ),
        ]
    }
}

fn head(name: &str, kind: &str, help: &str, out: &mut String) {
    _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(counters: &Counters, expected: &str) {
        let text = counters.text(&Statistics::default(), &[]);
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn requests_are_counted_by_kind_id_and_format() {
        let counters = Counters::default();
        counters.requests(Kind::Badge, "cpu").count(Format::Json);
        counters.requests(Kind::Badge, "cpu").count(Format::Json);
        counters.unknown(Kind::Graph, Format::Png);
        check(&counters, "kromgo_requests_total{kind=\"badge\",id=\"cpu\",format=\"json\"} 2\n");
        check(&counters, "kromgo_requests_total{kind=\"graph\",id=\"unknown\",format=\"png\"} 1\n");
    }

    #[test]
    fn times_fall_into_buckets() {
        let counters = Counters::default();
        counters.answered(200, Duration::from_millis(2));
        counters.answered(404, Duration::from_mins(1));
        check(&counters, "rackbook_request_seconds_bucket{le=\"0.001\"} 0\n");
        check(&counters, "rackbook_request_seconds_bucket{le=\"0.0025\"} 1\n");
        check(&counters, "rackbook_request_seconds_bucket{le=\"30\"} 1\n");
        check(&counters, "rackbook_request_seconds_bucket{le=\"+Inf\"} 2\n");
        check(&counters, "rackbook_request_seconds_sum 60.002\n");
        check(&counters, "rackbook_responses_total{status=\"4xx\"} 1\n");
    }

    #[test]
    fn every_family_says_what_it_is() {
        let process = [("process_open_fds", "Open files.", 7.0)];
        let text = Counters::default().text(&Statistics::default(), &process);
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let name = line.split(['{', ' ']).next().unwrap_or_default();
            let family = name.trim_end_matches("_bucket").trim_end_matches("_sum");
            let family = family.trim_end_matches("_count");
            assert!(text.contains(&format!("# TYPE {family} ")), "{name}");
        }
        assert!(text.contains("# TYPE process_open_fds gauge\nprocess_open_fds 7\n"));
    }
}
