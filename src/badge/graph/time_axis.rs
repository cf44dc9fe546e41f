//! The axis of time: ticks at round times of the wall clock.
//!
//! In: a window, an offset from UTC and the room. Out: ticks with labels that differ from each
//! other and do not touch: `15:04` in windows under a day, `01/02` at midnights in others.

use std::collections::BTreeSet;

use super::calendar::{DAY, Moment};
use super::text::{Face, width};

/// A window and the room for its labels.
pub(super) struct Window {
    /// Seconds since the epoch.
    pub(super) start: f64,
    /// Seconds since the epoch; not before `start`.
    pub(super) end: f64,
    /// East of Greenwich, in seconds.
    pub(super) utc_offset: i32,
    /// Pixels from start to end.
    pub(super) room: f64,
    /// Size of the labels' font in pixels.
    pub(super) size: f64,
    /// Their face.
    pub(super) face: Face,
}

/// A tick and its label.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct TimeTick {
    /// Seconds since the epoch.
    pub(super) time: f64,
    /// Text, never the same as another tick's.
    pub(super) label: String,
}

/// How far ticks lie apart.
#[derive(Clone, Copy)]
enum Step {
    Seconds(i64),
    Days(i64),
    Months(i64),
}

const STEPS: [Step; 31] = [
    Step::Seconds(1),
    Step::Seconds(2),
    Step::Seconds(5),
    Step::Seconds(10),
    Step::Seconds(15),
    Step::Seconds(30),
    Step::Seconds(60),
    Step::Seconds(120),
    Step::Seconds(300),
    Step::Seconds(600),
    Step::Seconds(900),
    Step::Seconds(1800),
    Step::Seconds(3600),
    Step::Seconds(2 * 3600),
    Step::Seconds(3 * 3600),
    Step::Seconds(6 * 3600),
    Step::Seconds(12 * 3600),
    Step::Days(1),
    Step::Days(2),
    Step::Days(4),
    Step::Days(7),
    Step::Days(14),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Months(12),
    Step::Months(24),
    Step::Months(60),
    Step::Months(120),
    Step::Months(1200),
];

/// Monday 5 January 1970: weeks are counted from here.
const MONDAY: i64 = 4;

/// Ticks as close as their labels allow; the ends where no two round times fit between them.
pub(super) fn time_ticks(window: &Window) -> Vec<TimeTick> {
    let fitting = STEPS.iter().find_map(|step| ticks_at(window, *step));
    fitting.unwrap_or_else(|| ends(window))
}

fn ticks_at(window: &Window, step: Step) -> Option<Vec<TimeTick>> {
    let span = (window.end - window.start).max(1e-9);
    let distance = window.room * step.length() / span;
    if distance < window.size * 5.2 {
        return None;
    }
    let moments = step.moments(window);
    if moments.len() < 2 {
        return None;
    }
    let labels = labels(&moments, step, span);
    let widest = labels.iter().map(|label| width(label, window.size, window.face));
    if widest.fold(0.0, f64::max) + window.size * 1.9 > distance {
        return None;
    }
    let back = |moment: &Moment| (moment.seconds() - i64::from(window.utc_offset)) as f64;
    let tick = |(moment, label)| TimeTick { time: back(moment), label };
    Some(moments.iter().zip(labels).map(tick).collect())
}

impl Step {
    /// Seconds, those of the shortest month for months.
    fn length(self) -> f64 {
        let seconds = match self {
            Self::Seconds(seconds) => seconds,
            Self::Days(days) => days * DAY,
            Self::Months(months) => months * 28 * DAY,
        };
        seconds as f64
    }

    /// Round times of the wall clock inside a window.
    fn moments(self, window: &Window) -> Vec<Moment> {
        let offset = i64::from(window.utc_offset);
        let first = window.start.ceil() as i64 + offset;
        let last = window.end.floor() as i64 + offset;
        let even = |step: i64, origin: i64| {
            let begin = first + (origin - first).rem_euclid(step);
            let times = (0..).map(move |index| begin + index * step);
            times.take_while(|time| *time <= last).map(Moment::at).collect()
        };
        match self {
            Self::Seconds(seconds) => even(seconds, 0),
            Self::Days(days) if days % 7 == 0 => even(days * DAY, MONDAY * DAY),
            Self::Days(days) => even(days * DAY, 0),
            Self::Months(months) => {
                let from = Moment::at(first);
                let begin = (from.year * 12 + from.month - 1).div_euclid(months) * months;
                let times = (0..).map(|index| month_begin(begin + index * months));
                let inside = times.skip_while(|moment| moment.seconds() < first);
                inside.take_while(|moment| moment.seconds() <= last).collect()
            }
        }
    }
}

/// The first day of a month that is counted from year 0.
fn month_begin(months: i64) -> Moment {
    Moment { year: months.div_euclid(12), month: months.rem_euclid(12) + 1, day: 1, second: 0 }
}

fn labels(moments: &[Moment], step: Step, span: f64) -> Vec<String> {
    let forms: &[fn(&Moment) -> String] = match step {
        Step::Months(_) => &[date, year_and_month],
        Step::Days(_) => &[date, long_date],
        Step::Seconds(..60) => &[clock_with_seconds],
        Step::Seconds(_) if span < DAY as f64 => &[clock],
        Step::Seconds(_) => &[date_or_clock, date_and_clock],
    };
    let written = |form: &fn(&Moment) -> String| moments.iter().map(form).collect::<Vec<_>>();
    let differ =
        |labels: &Vec<String>| labels.iter().collect::<BTreeSet<_>>().len() == labels.len();
    let shortest = forms.iter().map(written).find(differ);
    shortest.unwrap_or_else(|| moments.iter().map(full).collect())
}

fn clock(moment: &Moment) -> String {
    format!("{:02}:{:02}", moment.second / 3600, moment.second / 60 % 60)
}

fn clock_with_seconds(moment: &Moment) -> String {
    format!("{}:{:02}", clock(moment), moment.second % 60)
}

fn date(moment: &Moment) -> String {
    format!("{:02}/{:02}", moment.month, moment.day)
}

fn date_or_clock(moment: &Moment) -> String {
    if moment.second == 0 { date(moment) } else { clock(moment) }
}

fn date_and_clock(moment: &Moment) -> String {
    if moment.second == 0 { date(moment) } else { format!("{} {}", date(moment), clock(moment)) }
}

fn year_and_month(moment: &Moment) -> String {
    format!("{:04}/{:02}", moment.year, moment.month)
}

fn long_date(moment: &Moment) -> String {
    format!("{:04}/{}", moment.year, date(moment))
}

fn full(moment: &Moment) -> String {
    format!("{} {}", long_date(moment), clock_with_seconds(moment))
}

/// Labels at start and end, or at one of them where there is no room or difference.
fn ends(window: &Window) -> Vec<TimeTick> {
    let span = window.end - window.start;
    let form = match span {
        ..60.0 => clock_with_seconds,
        ..86_400.0 => clock,
        ..31_536_000.0 => date,
        _ => long_date,
    };
    let tick = |time: f64| {
        let moment = Moment::at(time as i64 + i64::from(window.utc_offset));
        TimeTick { time, label: form(&moment) }
    };
    let (start, end) = (tick(window.start), tick(window.end));
    let both = width(&start.label, window.size, window.face) * 2.0 + window.size;
    if start.label == end.label || both > window.room { vec![end] } else { vec![start, end] }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01 00:00 UTC.
    const START: f64 = 1_767_225_600.0;

    fn window(start: f64, span: f64, room: f64) -> Window {
        Window { start, end: start + span, utc_offset: 0, room, size: 11.0, face: Face::Regular }
    }

    fn check(window: &Window, expected: &str) {
        let labels: Vec<_> = time_ticks(window).into_iter().map(|tick| tick.label).collect();
        assert_eq!(labels.join("|"), expected);
    }

    #[test]
    fn ticks_stand_at_round_times() {
        check(&window(START + 420.0, 3600.0, 520.0), "00:10|00:20|00:30|00:40|00:50|01:00");
        check(&window(START + 2100.0, 5.0 * 3600.0, 520.0), "01:00|02:00|03:00|04:00|05:00");
        check(
            &window(START + 30_000.0, 86_400.0, 520.0),
            "09:00|12:00|15:00|18:00|21:00|01/02|03:00|06:00",
        );
        check(
            &window(START + 7200.0, 7.0 * 86_400.0, 520.0),
            "01/02|01/03|01/04|01/05|01/06|01/07|01/08",
        );
        check(&window(START, 20.0, 520.0), "00:00:00|00:00:05|00:00:10|00:00:15|00:00:20");
    }

    #[test]
    fn times_that_come_twice_get_their_date() {
        check(&window(START, 2.0 * 86_400.0, 520.0), "01/01|01/01 12:00|01/02|01/02 12:00|01/03");
        check(
            &window(START, 400.0 * 86_400.0, 520.0),
            "2026/01|2026/03|2026/05|2026/07|2026/09|2026/11|2027/01",
        );
        let labels: Vec<_> = [3600.0, 86_400.0, 1e6, 1e7, 1e8, 1e9, 1e10, 2e11]
            .map(|span| time_ticks(&window(START + 1234.0, span, 900.0)))
            .into();
        for ticks in labels {
            let distinct: BTreeSet<_> = ticks.iter().map(|tick| &tick.label).collect();
            assert!(distinct.len() == ticks.len() && ticks.len() >= 2, "{ticks:?}");
        }
    }

    #[test]
    fn little_room_leaves_the_ends() {
        check(&window(START + 1.0, 3600.0, 90.0), "00:00|01:00");
        check(&window(START + 1.0, 3600.0, 40.0), "01:00");
        check(&window(START + 1.0, 0.0, 500.0), "00:00:01");
    }

    #[test]
    fn ticks_follow_the_offset() {
        let east = Window { utc_offset: 5 * 3600 + 1800, ..window(START, 3.0 * 86_400.0, 300.0) };
        let ticks = time_ticks(&east);
        assert_eq!((ticks[0].time, ticks[0].label.as_str()), (START + 18.5 * 3600.0, "01/02"));
    }
}
