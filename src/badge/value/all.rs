//! Badges that look at every sample of an answer, not at its first: `up` and `alerts`.
//!
//! In: a vector. Out: one sample that stands for it, which the badge's expressions then see like any
//! other. Ready expressions for it stand here too.

use std::collections::BTreeMap;

use crate::badge::{Sample, Vector};

/// What a type of badge says where its entry does not.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// `PromQL`; absent where an entry must have one.
    pub query: Option<&'static str>,
    /// Makes the message.
    pub value_expr: &'static str,
    /// Makes the colour.
    pub color_expr: Option<&'static str>,
}

/// Of badges of type `up`.
pub const UP: Words = Words {
    query: None,
    value_expr: r#"result == 1.0 ? "up" : result == 0.0 ? "down" : labels["up"] + "/" + labels["total"] + " up""#,
    color_expr: Some(r#"result == 1.0 ? "brightgreen" : result == 0.0 ? "red" : "orange""#),
};

/// Of badges of type `alerts`. `Watchdog` always fires, and `InfoInhibitor` only mutes others.
pub const ALERTS: Words = Words {
    query: Some(r#"ALERTS{alertstate="firing",alertname!~"Watchdog|InfoInhibitor"}"#),
    value_expr: r#"result == 0.0 ? "none" : string(result) + " firing""#,
    color_expr: Some(
        r#"labels["critical"] != "0" ? "red" : labels["warning"] != "0" ? "orange" : result > 0.0 ? "blue" : "brightgreen""#,
    ),
};

/// Severities that alerts are counted by.
const SEVERITIES: [&str; 3] = ["critical", "warning", "info"];

/// The share of samples above 0, with the labels `up` and `total`; nothing where there are none.
///
/// A single sample keeps its own labels beside them.
pub(super) fn up(vector: &Vector) -> Option<Sample> {
    let first = vector.first()?;
    let n_up = vector.iter().filter(|sample| sample.value > 0.0).count();
    let mut labels = if vector.len() == 1 { first.labels.clone() } else { BTreeMap::new() };
    labels.insert("up".to_owned(), n_up.to_string());
    labels.insert("total".to_owned(), vector.len().to_string());
    let value = n_up as f64 / vector.len() as f64;
    Some(Sample { labels, time: first.time, value })
}

/// How many samples there are, with a label for each severity. None is a value too: nothing fires.
pub(super) fn alerts(vector: &Vector) -> Sample {
    let of = |severity: &str| {
        let is_one = |sample: &&Sample| {
            sample.labels.get("severity").is_some_and(|it| it.eq_ignore_ascii_case(severity))
        };
        vector.iter().filter(is_one).count().to_string()
    };
    let labels = SEVERITIES.map(|severity| (severity.to_owned(), of(severity))).into();
    let time = vector.first().map_or(0.0, |sample| sample.time);
    Sample { labels, time, value: vector.len() as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(value: f64, labels: &[(&str, &str)]) -> Sample {
        let pairs = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Sample { labels: pairs.collect(), time: 7.0, value }
    }

    #[test]
    fn the_share_that_is_up_counts() {
        let three = vec![sample(1.0, &[("job", "a")]), sample(0.0, &[]), sample(f64::NAN, &[])];
        let found = up(&three).expect("a sample");
        assert_eq!(found.labels["up"], "1");
        assert_eq!(found.labels["total"], "3");
        assert!((found.value - 1.0 / 3.0).abs() < 1e-9 && !found.labels.contains_key("job"));
        let one = up(&vec![sample(1.0, &[("job", "a")])]).expect("a sample");
        assert_eq!((one.value.to_bits(), one.labels["job"].as_str()), (1f64.to_bits(), "a"));
        assert_eq!(up(&vec![]), None);
    }

    #[test]
    fn alerts_are_counted_by_severity() {
        let severity = |name| sample(1.0, &[("severity", name)]);
        let found = alerts(&vec![severity("critical"), severity("Warning"), severity("none")]);
        assert_eq!(found.value.to_bits(), 3f64.to_bits());
        assert_eq!(
            (found.labels["critical"].as_str(), found.labels["warning"].as_str()),
            ("1", "1")
        );
        assert_eq!(alerts(&vec![]).value.to_bits(), 0f64.to_bits());
    }
}
