//! Series as if they had been scraped, in the text format of `OpenMetrics`.
//!
//! In: names with labels, and values by minute. Out: text for
//! `promtool tsdb create-blocks-from openmetrics`.
//!
//! The series go on for a while after now. Badges ask for this very moment, and Prometheus looks back
//! five minutes from there: so the answer stays the same for as long as a slow machine needs.

use std::fmt::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

/// Minutes before and after now for which series have samples.
const FLAT: std::ops::Range<i64> = -10..40;

/// Seconds of a day.
pub(super) const DAY: f64 = 86_400.0;

/// Series that are written.
pub(super) struct Recording {
    text: String,
    /// The last full minute, in seconds since the epoch.
    pub(super) now: i64,
}

impl Recording {
    pub(super) fn new() -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970");
        Self { text: String::new(), now: now.as_secs().cast_signed() / 60 * 60 }
    }

    /// A series with the same value all the time.
    pub(super) fn flat(&mut self, series: &str, value: f64) -> &mut Self {
        self.series(series, FLAT, |_| value)
    }

    /// A counter that grows by so much each second.
    pub(super) fn rising(&mut self, series: &str, each_second: f64) -> &mut Self {
        self.series(series, FLAT, |minute| each_second * 60.0 * (minute - FLAT.start) as f64)
    }

    /// A series with a value for each of these minutes, counted from now.
    pub(super) fn series(
        &mut self,
        series: &str,
        minutes: impl IntoIterator<Item = i64>,
        value: impl Fn(i64) -> f64,
    ) -> &mut Self {
        for minute in minutes {
            let time = self.now + minute * 60;
            writeln!(self.text, "{series} {} {time}", value(minute)).expect("a line");
        }
        self
    }

    /// Days before now, as a time in seconds since the epoch.
    pub(super) fn days_ago(&self, days: f64) -> f64 {
        self.now as f64 - days * DAY
    }

    pub(super) fn finish(&self) -> String {
        format!("{}# EOF\n", self.text)
    }
}
