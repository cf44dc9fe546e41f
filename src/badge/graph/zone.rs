//! Time zones: how far a wall clock is from UTC at an instant.
//!
//! In: the text of a `TZ` variable or a zone's name. Out: offsets. The zones' rules are built in, so
//! that no file is read and a container without them is no different.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use super::request::offset;

/// A zone's name is never longer; nor is a rule that makes sense.
const LONGEST: usize = 128;

/// A time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone(TimeZone);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(TimeZone::UTC);

    /// The zone that a text names, or `None` when it names none.
    ///
    /// Known are names of the IANA database (`Europe/Berlin`), offsets east of Greenwich as RFC 3339
    /// writes them (`+02:00`), and the rules of POSIX's `TZ` (`CET-1CEST,M3.5.0,M10.5.0/3`, where
    /// numbers count west). A colon before a name is dropped, and the empty text is UTC, as is usual
    /// for `TZ`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.strip_prefix(':').unwrap_or(text);
        if text.len() > LONGEST {
            return None;
        }
        if text.is_empty() {
            return Some(Self::UTC);
        }
        if text.starts_with(['+', '-']) {
            let offset = jiff::tz::Offset::from_seconds(offset(text)? as i32).ok()?;
            return Some(Self(TimeZone::fixed(offset)));
        }
        let named = TimeZoneDatabase::bundled().get(text).ok();
        named.or_else(|| TimeZone::posix(text).ok()).map(Self)
    }

    /// Seconds east of Greenwich at a moment in seconds since the epoch; far away times are taken as
    /// the last ones that have a date.
    pub fn offset_at(&self, time: f64) -> i32 {
        let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
        let second = (time as i64).clamp(first, last);
        let moment = Timestamp::from_second(second).unwrap_or_default();
        self.0.to_offset(moment).seconds()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-15 and 2026-07-15, noon in UTC.
    const TIMES: [f64; 2] = [1_768_478_400.0, 1_784_116_800.0];

    fn check(text: &str, hours: [f64; 2]) {
        let zone = Zone::parse(text).expect("a zone");
        let seconds = hours.map(|hours| (hours * 3600.0) as i32);
        assert_eq!(TIMES.map(|time| zone.offset_at(time)), seconds, "{text}");
    }

    #[test]
    fn zones_have_offsets_by_date() {
        check("Europe/Berlin", [1.0, 2.0]);
        check(":Europe/Berlin", [1.0, 2.0]);
        check("America/New_York", [-5.0, -4.0]);
        check("Australia/Sydney", [11.0, 10.0]);
        check("Asia/Kolkata", [5.5, 5.5]);
        check("UTC", [0.0, 0.0]);
        check("", [0.0, 0.0]);
    }

    #[test]
    fn rules_and_offsets_are_zones() {
        check("CET-1CEST,M3.5.0,M10.5.0/3", [1.0, 2.0]);
        check("<-03>3", [-3.0, -3.0]);
        check("+02:00", [2.0, 2.0]);
        check("-03:30", [-3.5, -3.5]);
    }

    #[test]
    fn other_texts_are_none() {
        for text in ["Europe/Nowhere", "+2", "+99:00", "/etc/localtime", "../x", "日本", "\0"] {
            assert_eq!(Zone::parse(text), None, "{text}");
        }
        assert_eq!(Zone::parse(&"x".repeat(1_000_000)), None);
    }

    #[test]
    fn the_change_is_to_the_second() {
        let zone = Zone::parse("Europe/Berlin").expect("a zone");
        let change = 1_774_746_000.0;
        assert_eq!([zone.offset_at(change - 1.0), zone.offset_at(change)], [3600, 7200]);
        for time in [f64::NAN, f64::INFINITY, -1e300] {
            assert!(zone.offset_at(time).abs() < 86_400);
        }
    }
}
