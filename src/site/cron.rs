//! Cron text in words: [`read`].
//!
//! In: cron text of five fields, or six with seconds first. Out: what it says in plain words and
//! when in the day it first runs; nothing for forms that words would make longer or wrong. The
//! fields are those of crontab(5); a step is worded only where it divides its hour or day evenly.

use super::words;

/// What a schedule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    /// `every day at 03:00`.
    pub(crate) words: String,
    /// Minute of the day of the first run, for order.
    pub(crate) first: u32,
    /// Whether it runs more often than at named times: every hour, every ten minutes.
    pub(crate) often: bool,
}

const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Reads cron text; nothing where it has a form that is not worded here.
pub(crate) fn read(text: &str) -> Option<Plan> {
    let text = text.trim();
    if let Some(word) = text.strip_prefix('@') {
        return named(word);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let fields = match fields.as_slice() {
        ["0" | "00", rest @ ..] if rest.len() == 5 => rest,
        five if five.len() == 5 => five,
        _ => return None,
    };
    let [minute, hour, month_day, month, week_day] = fields else { return None };
    if *month != "*" {
        return None;
    }
    let (times, first, repeats) = times(minute, hour)?;
    let days = days(month_day, week_day)?;
    let words = match (repeats, days.as_str()) {
        (true, "every day") => times,
        (true, days) => format!("{times}, {days}"),
        (false, days) => format!("{days} at {times}"),
    };
    Some(Plan { words, first, often: repeats })
}

fn named(word: &str) -> Option<Plan> {
    let words = match word {
        "hourly" => "every hour",
        "daily" | "midnight" => "every day at 00:00",
        "weekly" => "on Sundays at 00:00",
        "monthly" => "on day 1 of every month at 00:00",
        "yearly" | "annually" => "on 1 January at 00:00",
        _ => return None,
    };
    Some(Plan { words: words.to_owned(), first: 0, often: word == "hourly" })
}

/// The times of a day in words, the first of them, and whether the words already say how often.
fn times(minute: &str, hour: &str) -> Option<(String, u32, bool)> {
    if hour == "*" {
        return within_hours(minute);
    }
    let minutes = list(minute, 59)?;
    let [minute] = minutes.as_slice() else { return None };
    if let Some(step) = step(hour, 24) {
        let words = match minute {
            0 => format!("every {}", hours(step)),
            minute => format!("every {}, {minute} past", hours(step)),
        };
        return Some((words, *minute, true));
    }
    let hours = list(hour, 23)?;
    let clock: Vec<String> = hours.iter().map(|hour| format!("{hour:02}:{minute:02}")).collect();
    let first = hours.iter().min()? * 60 + minute;
    Some((words::list(&clock), first, false))
}

/// `every 15 minutes`, `every hour, 5 past`.
fn within_hours(minute: &str) -> Option<(String, u32, bool)> {
    if minute == "*" {
        return Some(("every minute".to_owned(), 0, true));
    }
    if let Some(step) = step(minute, 60) {
        let words =
            if step == 1 { "every minute".to_owned() } else { format!("every {step} minutes") };
        return Some((words, 0, true));
    }
    let minutes = list(minute, 59)?;
    let first = *minutes.iter().min()?;
    if minutes == [0] {
        return Some(("every hour".to_owned(), 0, true));
    }
    let past: Vec<String> = minutes.iter().map(ToString::to_string).collect();
    Some((format!("every hour, {} past", words::list(&past)), first, true))
}

fn hours(step: u32) -> String {
    if step == 1 { "hour".to_owned() } else { format!("{step} hours") }
}

/// The step of `*/step` where it divides the whole evenly, so that "every" is true.
fn step(field: &str, whole: u32) -> Option<u32> {
    let step: u32 = field.strip_prefix("*/").or_else(|| field.strip_prefix("0/"))?.parse().ok()?;
    (step > 0 && step < whole && whole.is_multiple_of(step)).then_some(step)
}

/// Numbers with commas between them, in order.
fn list(field: &str, most: u32) -> Option<Vec<u32>> {
    let number = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u32>().ok().filter(|number| digits && *number <= most)
    };
    let mut numbers: Vec<u32> = field.split(',').map(number).collect::<Option<_>>()?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

/// The days in words. Where both fields name days, cron means either; that is not worded.
fn days(month_day: &str, week_day: &str) -> Option<String> {
    let any = |field: &str| matches!(field, "*" | "?");
    match (any(month_day), any(week_day)) {
        (true, true) => Some("every day".to_owned()),
        (false, true) => {
            let numbers = list(month_day, 31).filter(|days| !days.contains(&0))?;
            let days: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            let noun = words::pick(days.len(), "day", "days");
            Some(format!("on {noun} {} of every month", words::list(&days)))
        }
        (true, false) => week_days(week_day),
        (false, false) => None,
    }
}

fn week_days(field: &str) -> Option<String> {
    if let Some((first, last)) = field.split_once('-') {
        let (first, last) = (week_day(first)?, week_day(last)?);
        // `0-6` and `1-7` are all days; a range that turns back is left as written.
        return match (first, last) {
            (0, 6) | (1, 7) => Some("every day".to_owned()),
            (first, last) if first < last => {
                Some(format!("{} to {}", day_name(first), day_name(last)))
            }
            _ => None,
        };
    }
    let mut days: Vec<usize> = field.split(',').map(week_day).collect::<Option<_>>()?;
    days.sort_unstable();
    days.dedup();
    let names: Vec<String> = days.iter().map(|day| format!("{}s", day_name(*day))).collect();
    Some(format!("on {}", words::list(&names)))
}

fn day_name(day: usize) -> &'static str {
    DAYS[day % 7]
}

/// A day of the week: 0 to 7, or three letters.
fn week_day(text: &str) -> Option<usize> {
    if let Some(number) = list(text, 7).and_then(|numbers| numbers.first().copied()) {
        return usize::try_from(number).ok();
    }
    DAYS.iter().position(|name| name[..3].eq_ignore_ascii_case(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(read(text).map(|plan| plan.words).as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn common_forms_have_words() {
        check("0 3 * * *", "every day at 03:00");
        check("30 3,15 * * *", "every day at 03:30 and 15:30");
        check("0 */6 * * *", "every 6 hours");
        check("15 */2 * * *", "every 2 hours, 15 past");
        check("*/15 * * * *", "every 15 minutes");
        check("5 * * * *", "every hour, 5 past");
        check("0 * * * *", "every hour");
        check("* * * * *", "every minute");
        check("0 4 * * 0", "on Sundays at 04:00");
        check("0 4 * * 7", "on Sundays at 04:00");
        check("0 4 * * mon,THU", "on Mondays and Thursdays at 04:00");
        check("0 4 * * 1-5", "Monday to Friday at 04:00");
        check("0 4 1 * *", "on day 1 of every month at 04:00");
        check("*/10 * * * 6", "every 10 minutes, on Saturdays");
        check("0 0 2 * * *", "every day at 02:00");
        check("@daily", "every day at 00:00");
    }

    #[test]
    fn forms_that_words_would_make_wrong_have_none() {
        for text in [
            "*/7 * * * *",
            "0 */5 * * *",
            "0 3 1 * 1",
            "0 3 * 6 *",
            "0 3 0 * *",
            "0 3 * * 5-1",
            "H 3 * * *",
            "30 0 3 * * *",
            "61 3 * * *",
            "0 24 * * *",
            "before 6am on Sunday",
            "+5 3 * * *",
            "",
            "@reboot",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn first_run_orders_them() {
        let first = |text| read(text).map(|plan| plan.first);
        assert_eq!(first("30 3,1 * * *"), Some(90));
        assert_eq!(first("*/15 * * * *"), Some(0));
    }
}
