//! Durations such as `1y30d`, `1.5h` and `500ms`.
//!
//! In: text. Out: nanoseconds. The units are Go's and two more, `d` (24 hours) and `y` (365 days), in any
//! order. Format: Go's `time.ParseDuration`.

const NANOS: f64 = 1e9;

/// Units and what they are in nanoseconds; a longer one stands before its own beginning.
const UNITS: &[(&str, f64)] = &[
    ("ns", 1.0),
    ("us", 1e3),
    ("µs", 1e3),
    ("μs", 1e3),
    ("ms", 1e6),
    ("s", NANOS),
    ("m", 60.0 * NANOS),
    ("h", 3600.0 * NANOS),
    ("d", 86_400.0 * NANOS),
    ("y", 31_536_000.0 * NANOS),
];

/// What Go can hold: about 292 years.
const MAX: f64 = i64::MAX as f64;

/// A text that is no duration; displays as Go quotes it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid duration {}", crate::badge::expr::quote(.0))]
pub struct DurationError(pub String);

/// Reads a duration into nanoseconds, which are below zero for `-1h`, as in Go.
pub fn parse_duration(text: &str) -> Result<i64, DurationError> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits == "0" {
        return Ok(0);
    }
    let wrong = || DurationError(text.chars().take(64).collect());
    let nanos = sum(digits).filter(|nanos| *nanos < MAX).ok_or_else(wrong)? as i64;
    Ok(if text.starts_with('-') { -nanos } else { nanos })
}

/// The nanoseconds of numbers with units; nothing when a number or unit is missing or unknown.
fn sum(mut rest: &str) -> Option<f64> {
    let mut nanos = None;
    while !rest.is_empty() {
        let end = rest.find(|at: char| !at.is_ascii_digit() && at != '.')?;
        let (number, after) = rest.split_at(end);
        let number = decimal(number)?;
        let (unit, factor) = UNITS.iter().find(|(unit, _)| is_unit(after, unit))?;
        nanos = Some(nanos.unwrap_or(0.0) + number * factor);
        rest = &after[unit.len()..];
    }
    nanos
}

/// Whether a text begins with the unit and no more letters.
fn is_unit(text: &str, unit: &str) -> bool {
    let next = |rest: &str| rest.chars().next().is_none_or(|at| at.is_ascii_digit() || at == '.');
    text.strip_prefix(unit).is_some_and(next)
}

/// `1`, `1.5`, `.5` and `1.`; a lone point or two of them are nothing.
fn decimal(text: &str) -> Option<f64> {
    let has_digit = text.bytes().any(|byte| byte.is_ascii_digit());
    if has_digit { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, seconds: f64) {
        let parsed = parse_duration(text).map(|nanos| nanos as f64 / NANOS);
        assert_eq!(parsed, Ok(seconds), "{text}");
    }

    #[test]
    fn units_add_up_in_any_order() {
        check("7d", 604_800.0);
        check("1y", 31_536_000.0);
        check("1y30d", 34_128_000.0);
        check("30d1y", 34_128_000.0);
        check("1d12h", 129_600.0);
        check("1.5d", 129_600.0);
        check(".5h", 1800.0);
        check("500ms", 0.5);
        check("2m3s", 123.0);
        check("250µs", 0.000_25);
        check("0", 0.0);
        check("0s", 0.0);
        check("+1h", 3600.0);
        check("-1h", -3600.0);
        check("-0", 0.0);
    }

    #[test]
    fn what_is_none_is_told() {
        for text in ["", "-", "bogus", "1", "1w", "h", ".h", "1..5h", "1h ", "1hh", "400y", "1e3s"]
        {
            let error = parse_duration(text).expect_err(text);
            assert_eq!(error.to_string(), format!("invalid duration \"{text}\""));
        }
    }
}
