//! What a request asks of a graph: its window and its looks.
//!
//! In: query parameters as text, the time now and a graph's configuration. Out: a [`Window`] to ask
//! the server for, or what is wrong; looks that cannot be read are left as they are.

use std::time::Duration;

use crate::badge::spec::parse_duration;

use super::calendar::Moment;
use super::{MAX_PIXELS, Options, Theme};

/// The window of a request that names none, in seconds.
const DEFAULT_WINDOW: f64 = 3600.0;

/// The least step, in seconds.
const LEAST_STEP: f64 = 60.0;

/// Samples of a series that Prometheus gives at most.
const MAX_POINTS: f64 = 11_000.0;

/// The last second of the year 9999: later times are no times.
const LATEST: i64 = 253_402_300_799;

/// Query parameters about time; an empty one is as good as none.
#[derive(Clone, Copy, Debug, Default)]
pub struct WindowParams<'a> {
    /// A duration up to now; stronger than `start` and `end`.
    pub last: Option<&'a str>,
    /// Unix seconds or RFC 3339.
    pub start: Option<&'a str>,
    /// Unix seconds or RFC 3339; now where it is missing.
    pub end: Option<&'a str>,
    /// A duration, at least a minute.
    pub step: Option<&'a str>,
}

/// The time that a graph shows, in seconds since the epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// The beginning.
    pub start: f64,
    /// The end, after the beginning.
    pub end: f64,
    /// Seconds between samples.
    pub step: f64,
}

/// Why a request has no window.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadRequest {
    /// A parameter cannot be read or makes no sense.
    #[error("Invalid parameter: {0}")]
    Parameter(String),
    /// The window is longer than the configuration allows.
    #[error("Requested time window exceeds maximum allowed duration")]
    TooLong,
}

/// The window of a request.
///
/// `max_duration` is the graph's limit, none for no limit. Without parameters the window is the
/// last hour, or less where the limit is less. The step is a hundredth of the window unless one is
/// asked for, at least a minute, and never so small that Prometheus would refuse to answer.
///
/// # Errors
/// Parameters that cannot be read, a beginning that is not before the end, and a window that is
/// longer than `max_duration`.
pub fn window(
    params: &WindowParams<'_>,
    now: f64,
    max_duration: Option<Duration>,
) -> Result<Window, BadRequest> {
    let limit = max_duration.map_or(f64::INFINITY, |limit| limit.as_secs_f64());
    let (start, end) = span(params, now, DEFAULT_WINDOW.min(limit))?;
    if start >= end {
        return Err(BadRequest::Parameter("start must be before end".to_owned()));
    }
    let length = end - start;
    let step = match given(params.step) {
        Some(text) => duration(text)?,
        None => length / 100.0,
    };
    if length > limit {
        return Err(BadRequest::TooLong);
    }
    let least = (length / MAX_POINTS).ceil().max(LEAST_STEP);
    let window = Window { start, end, step: step.max(least) };
    let is_rolling = given(params.last).is_some() || given(params.end).is_none();
    let is_anchored = given(params.last).is_none() && given(params.start).is_some();
    Ok(if is_rolling && !is_anchored { window.aligned() } else { window })
}

impl Window {
    /// The window moved back to a whole minute, so that looks within it ask for the same samples.
    fn aligned(self) -> Self {
        let late = self.end.rem_euclid(LEAST_STEP);
        Self { start: self.start - late, end: self.end - late, ..self }
    }
}

fn span(params: &WindowParams<'_>, now: f64, default: f64) -> Result<(f64, f64), BadRequest> {
    if let Some(text) = given(params.last) {
        let last = duration(text)?;
        if last <= 0.0 {
            return Err(BadRequest::Parameter("last must be a positive duration".to_owned()));
        }
        return Ok((now - last, now));
    }
    let end = given(params.end).map_or(Ok(now), time)?;
    let start = given(params.start).map_or(Ok(end - default), time)?;
    Ok((start, end))
}

fn given(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn wrong(what: &str, text: &str) -> BadRequest {
    let shown: String = text.chars().filter(|character| !character.is_control()).take(64).collect();
    BadRequest::Parameter(format!("invalid {what} \"{shown}\""))
}

/// Seconds of a duration as the configuration writes them.
fn duration(text: &str) -> Result<f64, BadRequest> {
    let nanoseconds = parse_duration(text).map_err(|_| wrong("duration", text))?;
    Ok(nanoseconds as f64 / 1e9)
}

/// Seconds since the epoch of a whole number of them or of an RFC 3339 date and time.
fn time(text: &str) -> Result<f64, BadRequest> {
    let seconds = text.parse::<i64>().ok().filter(|seconds| seconds.abs() <= LATEST);
    let seconds = seconds.map(|seconds| seconds as f64).or_else(|| rfc_3339(text));
    seconds.ok_or_else(|| wrong("time", text))
}

/// `2006-01-02T15:04:05Z` with a fraction or an offset; a blank stands for a `+` that the query
/// string's decoding made one.
fn rfc_3339(text: &str) -> Option<f64> {
    let shape = text.as_bytes().get(..19)?;
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
    if !text.is_ascii() || separators.iter().any(|(place, byte)| shape[*place] != *byte) {
        return None;
    }
    let field = |from: usize, to: usize, least: i64, most: i64| {
        digits(&text[from..to]).filter(|value| (least..=most).contains(value))
    };
    let (year, month) = (field(0, 4, 0, 9999)?, field(5, 7, 1, 12)?);
    let (hour, minute, second) =
        (field(11, 13, 0, 23)?, field(14, 16, 0, 59)?, field(17, 19, 0, 59)?);
    let second = hour * 3600 + minute * 60 + second;
    let moment = Moment { year, month, day: field(8, 10, 1, 31)?, second };
    // A day that the month lacks comes back as one of the next.
    if Moment::at(moment.seconds()) != moment {
        return None;
    }
    let (fraction, zone) = fraction(&text[19..])?;
    Some(moment.seconds() as f64 + fraction - offset(zone)?)
}

fn digits(text: &str) -> Option<i64> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn fraction(text: &str) -> Option<(f64, &str)> {
    let Some(rest) = text.strip_prefix('.') else { return Some((0.0, text)) };
    let end = rest.find(|character: char| !character.is_ascii_digit())?;
    Some((format!("0.{}", &rest[..end]).parse().ok().filter(|_| end > 0)?, &rest[end..]))
}

/// Seconds east of Greenwich of `Z` or `±hh:mm`.
pub(super) fn offset(zone: &str) -> Option<f64> {
    if zone == "Z" {
        return Some(0.0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' | b' ' => 1.0,
        b'-' => -1.0,
        _ => return None,
    };
    let (hours, minutes) = zone[1..].split_once(':')?;
    let part =
        |text: &str, most: i64| digits(text).filter(|value| text.len() == 2 && *value <= most);
    Some(sign * (part(hours, 23)? * 3600 + part(minutes, 59)? * 60) as f64)
}

/// Query parameters about looks, as they are in the address.
#[derive(Clone, Copy, Debug, Default)]
pub struct RenderParams<'a> {
    /// Pixels across, a positive number.
    pub width: Option<&'a str>,
    /// Pixels down, a positive number.
    pub height: Option<&'a str>,
    /// `true` or `false`.
    pub legend: Option<&'a str>,
    /// `true` or `false`.
    pub fill: Option<&'a str>,
    /// The lower end of the axis of values.
    pub ymin: Option<&'a str>,
    /// The upper end of the axis of values.
    pub ymax: Option<&'a str>,
    /// A theme's name; the default theme for any other.
    pub theme: Option<&'a str>,
}

impl Options<'_> {
    /// These looks with what a request asks for; what cannot be read is ignored.
    #[must_use]
    pub fn with(self, params: &RenderParams<'_>) -> Self {
        let value =
            |text: Option<&str>| given(text)?.parse().ok().filter(|value: &f64| value.is_finite());
        let theme = given(params.theme).map(|name| Theme::named(name).unwrap_or(Theme::DEFAULT));
        Self {
            width: pixels(params.width).unwrap_or(self.width),
            height: pixels(params.height).unwrap_or(self.height),
            legend: switch(params.legend).unwrap_or(self.legend),
            fill: switch(params.fill).unwrap_or(self.fill),
            y_min: value(params.ymin).or(self.y_min),
            y_max: value(params.ymax).or(self.y_max),
            theme: theme.unwrap_or(self.theme),
            ..self
        }
    }
}

fn pixels(text: Option<&str>) -> Option<u32> {
    let pixels = text?.parse::<u64>().ok().filter(|pixels| *pixels > 0)?;
    Some(pixels.min(u64::from(MAX_PIXELS)) as u32)
}

fn switch(text: Option<&str>) -> Option<bool> {
    match text? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: f64 = 1_767_225_600.0;

    fn ask(params: &[(&str, &str)], max: Option<u64>) -> Result<(f64, f64, f64), String> {
        let get = |name| params.iter().find(|pair| pair.0 == name).map(|pair| pair.1);
        let params = WindowParams {
            last: get("last"),
            start: get("start"),
            end: get("end"),
            step: get("step"),
        };
        let found = window(&params, NOW, max.map(Duration::from_secs));
        found.map(|found| (found.start, found.end, found.step)).map_err(|error| error.to_string())
    }

    fn check(params: &[(&str, &str)], expected: (f64, f64, f64)) {
        assert_eq!(ask(params, None), Ok(expected));
    }

    fn check_wrong(params: &[(&str, &str)], expected: &str) {
        assert_eq!(ask(params, None), Err(expected.to_owned()));
    }

    #[test]
    fn times_are_read_in_both_forms() {
        let expected = (1_704_067_200.0, 1_704_088_800.0, 216.0);
        check(&[("start", "2024-01-01T00:00:00Z"), ("end", "2024-01-01T06:00:00Z")], expected);
        check(&[("start", "1704067200"), ("end", "1704088800")], expected);
        check(
            &[("start", "2024-01-01T02:00:00+02:00"), ("end", "2024-01-01T01:00:00-05:00")],
            expected,
        );
        check(
            &[("start", "2024-01-01T02:00:00 02:00"), ("end", "2024-01-01T06:00:00.0Z")],
            expected,
        );
        check(&[("end", "1704067200")], (1_704_063_600.0, 1_704_067_200.0, 60.0));
        check(&[("start", "1767222000")], (NOW - 3600.0, NOW, 60.0));
        check(&[], (NOW - 3600.0, NOW, 60.0));
        check(&[("last", "2h"), ("start", "x"), ("end", "")], (NOW - 7200.0, NOW, 72.0));
    }

    #[test]
    fn steps_have_a_least() {
        let day = |step| [("last", "1d"), ("step", step)];
        check(&day("5m"), (NOW - 86_400.0, NOW, 300.0));
        check(&day("10s"), (NOW - 86_400.0, NOW, 60.0));
        check(&day("-5m"), (NOW - 86_400.0, NOW, 60.0));
        check(&day("1d"), (NOW - 86_400.0, NOW, 86_400.0));
        check(&[("last", "100h")], (NOW - 360_000.0, NOW, 3600.0));
        check(&[("last", "1y"), ("step", "1m")], (NOW - 31_536_000.0, NOW, 2867.0));
    }

    #[test]
    fn nonsense_is_refused() {
        check_wrong(&[("last", "bogus")], "Invalid parameter: invalid duration \"bogus\"");
        check_wrong(&[("last", "-1h")], "Invalid parameter: last must be a positive duration");
        check_wrong(&[("last", "0")], "Invalid parameter: last must be a positive duration");
        check_wrong(&[("start", "9"), ("end", "8")], "Invalid parameter: start must be before end");
        check_wrong(&[("start", "not-a-time")], "Invalid parameter: invalid time \"not-a-time\"");
        check_wrong(&[("step", "invalid")], "Invalid parameter: invalid duration \"invalid\"");
        for text in [
            "2024-02-30T00:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T25:00:00Z",
            "1.5",
            "9e9",
            "99999999999999",
            "2024-01-01T00:00:00.Z",
            "日本語日本語日本語",
        ] {
            assert!(ask(&[("start", text)], None).is_err(), "{text}");
        }
        let long = ask(&[("last", &"\u{7}x".repeat(5000))], None).unwrap_err();
        assert!(long.len() < 120 && !long.contains('\u{7}'));
    }

    #[test]
    fn windows_have_a_limit() {
        let too_long = Err("Requested time window exceeds maximum allowed duration".to_owned());
        assert_eq!(ask(&[("last", "2h")], Some(3600)), too_long);
        assert_eq!(ask(&[("last", "7d")], Some(86_400)), too_long);
        assert_eq!(ask(&[("start", "0")], Some(86_400)), too_long);
        assert!(ask(&[("last", "720h")], Some(720 * 3600)).is_ok());
        assert!(ask(&[("last", "100y")], None).is_ok());
        assert_eq!(ask(&[], Some(1800)), Ok((NOW - 1800.0, NOW, 60.0)));
    }

    #[test]
    fn durations_have_go_units_days_and_years() {
        let check = |text: &str, expected: f64| assert_eq!(duration(text), Ok(expected), "{text}");
        check("7d", 604_800.0);
        check("1y30d", 395.0 * 86_400.0);
        check("1d12h", 129_600.0);
        check("1.5d", 129_600.0);
        check("500ms", 0.5);
        check(".5h", 1800.0);
        check("+1m30s", 90.0);
        check("0", 0.0);
        for text in ["", "-", "5", "h", "1w", "1h5", "1..5h", "1 h", "NaN", "inf", "500y"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
