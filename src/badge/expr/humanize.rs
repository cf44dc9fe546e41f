//! Numbers for people: with SI prefixes, thousands apart, or as spans of time.
//!
//! In: a number. Out: a short text. Numbers without digits are `NaN`, `+Inf` and `-Inf` everywhere.

use super::number::{non_finite, plain, significant};

const LARGE: [&str; 8] = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
const SMALL: [&str; 8] = ["m", "u", "n", "p", "f", "a", "z", "y"];
const DAY: u64 = 86_400;

/// Units of spans and their seconds; a year has 365 days and a month 30.
const SPANS: [(&str, u64); 6] =
    [("y", 365 * DAY), ("mo", 30 * DAY), ("d", DAY), ("h", 3600), ("m", 60), ("s", 1)];

/// Four digits and an SI prefix: `93.17M`, `12.5m`; as the templates of Prometheus do.
pub(super) fn humanize(value: f64) -> String {
    let mut value = value;
    let mut prefix = "";
    if value != 0.0 && value.is_finite() {
        if value.abs() >= 1.0 {
            for next in LARGE {
                if value.abs() < 1000.0 {
                    break;
                }
                (prefix, value) = (next, value / 1000.0);
            }
        } else {
            for next in SMALL {
                if value.abs() >= 1.0 {
                    break;
                }
                (prefix, value) = (next, value * 1000.0);
            }
        }
    }
    format!("{}{prefix}", significant(value, 4))
}

/// SI units of bytes with at most one decimal: `1.6MB`, `512B`.
pub(super) fn bytes(value: f64) -> String {
    if let Some(text) = non_finite(value) {
        return text.to_owned();
    }
    let mut scaled = value;
    let mut prefix = "";
    for next in LARGE {
        // Not 1000: what would round up to it belongs to the next unit.
        if tenths(scaled).abs() < 1000.0 {
            break;
        }
        (prefix, scaled) = (next, scaled / 1000.0);
    }
    // Adding zero turns -0 into 0.
    format!("{}{prefix}B", plain(tenths(scaled) + 0.0))
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// Thousands apart, with the decimals kept: `157,121.5`.
pub(super) fn commas(value: f64) -> String {
    let text = plain(value);
    if !value.is_finite() {
        return text;
    }
    let (sign, digits) = text.split_at(text.len() - text.trim_start_matches('-').len());
    let (whole, decimals) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::with_capacity(text.len() * 4 / 3 + 1);
    for (idx, digit) in whole.chars().enumerate() {
        if idx > 0 && (whole.len() - idx).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}{grouped}{decimals}")
}

/// The three greatest units that are not zero: `1y3mo12d`, `2h30m`; `0s` from zero down.
pub(super) fn duration(seconds: f64) -> String {
    if let Some(text) = non_finite(seconds) {
        return text.to_owned();
    }
    let mut rest = seconds.max(0.0) as u64;
    let mut parts = vec![];
    for (unit, length) in SPANS {
        let count = rest / length;
        rest %= length;
        if count > 0 && parts.len() < 3 {
            parts.push(format!("{count}{unit}"));
        }
    }
    if parts.is_empty() { "0s".to_owned() } else { parts.concat() }
}

/// Whole days: `69d`, never below `0d`.
pub(super) fn duration_days(seconds: f64) -> String {
    match non_finite(seconds) {
        Some(text) => text.to_owned(),
        // Adding zero turns -0 into 0.
        None => format!("{}d", plain((seconds / DAY as f64).trunc().max(0.0) + 0.0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(function: fn(f64) -> String, rows: &[(f64, &str)]) {
        for (value, expected) in rows {
            assert_eq!(function(*value), *expected, "of {value}");
        }
        let rest = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(function);
        assert_eq!(rest, ["NaN", "+Inf", "-Inf"]);
    }

    #[test]
    fn si_prefixes() {
        let rows = [
            (0.0, "0"),
            (1.0, "1"),
            (17.5, "17.5"),
            (999.0, "999"),
            (1000.0, "1k"),
            (1234.0, "1.234k"),
            (1_234_567.0, "1.235M"),
            (93_166_031.0, "93.17M"),
            (999_999.0, "1000k"),
            (1e9, "1G"),
            (1e27, "1000Y"),
            (-1500.0, "-1.5k"),
            (0.5, "500m"),
            (0.000_25, "250u"),
        ];
        check(humanize, &rows);
    }

    #[test]
    fn bytes_carry_to_the_next_unit() {
        let rows = [
            (0.0, "0B"),
            (1.0, "1B"),
            (999.0, "999B"),
            (999.96, "1kB"),
            (1000.0, "1kB"),
            (1024.0, "1kB"),
            (1500.0, "1.5kB"),
            (999_949.0, "999.9kB"),
            (999_950.0, "1MB"),
            (1_000_000.0, "1MB"),
            (1_572_864.0, "1.6MB"),
            (56e9, "56GB"),
            (1.5e12, "1.5TB"),
            (2e15, "2PB"),
            (1e27, "1000YB"),
            (-1500.0, "-1.5kB"),
            (-0.01, "0B"),
        ];
        check(bytes, &rows);
    }

    #[test]
    fn thousands_are_apart() {
        let rows = [
            (0.0, "0"),
            (12.0, "12"),
            (999.0, "999"),
            (1000.0, "1,000"),
            (1204.0, "1,204"),
            (157_121.0, "157,121"),
            (1_234_567.89, "1,234,567.89"),
            (0.5, "0.5"),
            (-999.0, "-999"),
            (-1000.0, "-1,000"),
            (-1234.5, "-1,234.5"),
            (1e15, "1,000,000,000,000,000"),
        ];
        check(commas, &rows);
    }

    #[test]
    fn spans_have_three_units() {
        let day = DAY as f64;
        let rows = [
            (-5.0, "0s"),
            (0.0, "0s"),
            (0.9, "0s"),
            (1.0, "1s"),
            (59.9, "59s"),
            (60.0, "1m"),
            (90.0, "1m30s"),
            (3600.0, "1h"),
            (9000.0, "2h30m"),
            (day, "1d"),
            (day + 3661.0, "1d1h1m"),
            (29.0 * day, "29d"),
            (30.0 * day, "1mo"),
            (35.0 * day, "1mo5d"),
            (365.0 * day, "1y"),
            (467.0 * day, "1y3mo12d"),
            (467.0 * day + 3600.0, "1y3mo12d"),
            (365.0 * day + 61.0, "1y1m1s"),
        ];
        check(duration, &rows);
    }

    #[test]
    fn days_are_cut() {
        let rows = [
            (-1.0, "0d"),
            (-2.0 * DAY as f64, "0d"),
            (0.0, "0d"),
            (86_399.0, "0d"),
            (86_400.0, "1d"),
            (69.9 * DAY as f64, "69d"),
            (1e15, "11574074074d"),
        ];
        check(duration_days, &rows);
    }

    #[test]
    fn plain_numbers_keep_all_digits() {
        check(plain, &[(1_234_567.0, "1234567"), (0.1, "0.1"), (1e21, "1000000000000000000000")]);
    }
}
