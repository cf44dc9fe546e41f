//! Values as Prometheus gives them: [`Vector`] and [`Matrix`].
//!
//! In: what the client parsed. Out: what badges and graphs are made from. Order is the server's.

use std::collections::BTreeMap;

/// One sample of an instant vector.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// Labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// When, in seconds since the epoch.
    pub time: f64,
    /// The value; may be NaN or infinite.
    pub value: f64,
}

/// The answer to an instant query.
pub type Vector = Vec<Sample>;

/// One series of a range query.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Labels, `__name__` included.
    pub labels: BTreeMap<String, String>,
    /// Seconds since the epoch and values, by time; values may be NaN or infinite.
    pub points: Vec<(f64, f64)>,
}

/// The answer to a range query.
pub type Matrix = Vec<Series>;

/// What the repository says, by the name that `query` of a badge has.
///
/// The label `value` holds the fact as a text, and `source` the file and line that it was read from;
/// the value itself is NaN where the fact is no number.
pub type Facts = BTreeMap<String, Sample>;
