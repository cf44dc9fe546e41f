//! Seconds since the epoch as dates of the Gregorian calendar, and back.
//!
//! In: seconds or dates. Out: dates or seconds. Leap seconds do not exist, as in Unix time.

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;

/// A date and the time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    /// The year; before 1 for years before the first.
    pub(super) year: i64,
    /// 1 to 12.
    pub(super) month: i64,
    /// 1 to 31.
    pub(super) day: i64,
    /// Seconds since midnight.
    pub(super) second: i64,
}

impl Moment {
    /// The moment of seconds since the epoch.
    pub(super) fn at(seconds: i64) -> Self {
        let (days, second) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
        // Years begin in March, so that the day of a leap year is the last one of its year.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self { year: year + era * 400 + i64::from(month <= 2), month, day, second }
    }

    /// Seconds since the epoch.
    pub(super) fn seconds(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let month = (self.month + 9) % 12;
        let of_year = (153 * month + 2) / 5 + self.day - 1;
        let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
        days * DAY + self.second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(seconds: i64, expected: (i64, i64, i64, i64)) {
        let moment = Moment::at(seconds);
        assert_eq!((moment.year, moment.month, moment.day, moment.second), expected);
        assert_eq!(moment.seconds(), seconds);
    }

    #[test]
    fn dates_and_seconds_agree() {
        check(0, (1970, 1, 1, 0));
        check(-1, (1969, 12, 31, 86_399));
        check(951_782_400, (2000, 2, 29, 0));
        check(1_704_067_200, (2024, 1, 1, 0));
        check(4_107_542_399, (2100, 2, 28, 86_399));
        check(-62_167_219_200, (0, 1, 1, 0));
    }
}
