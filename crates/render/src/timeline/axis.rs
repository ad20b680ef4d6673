//! An axis of time: from hours to millennia.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// An axis of time over a number of pixels.
pub(super) struct Axis {
    /// Seconds since 1970 at the left and at the right.
    from: f64,
    to: f64,
    width: f64,
    ticks: Vec<Tick>,
}

/// A time with its label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Tick {
    pub(super) at: Timestamp,
    pub(super) label: String,
}

/// How far apart ticks are.
#[derive(Clone, Copy)]
enum Step {
    Hours(i64),
    Days(i64),
    Months(i64),
    Years(i64),
}

const DAY: f64 = 86_400.0;

/// The least room for a label, in pixels.
const LABEL: f64 = 84.0;

#[rustfmt::skip]
const STEPS: [Step; 24] = {
    use Step::{Days, Hours, Months, Years};
    [
        Hours(1), Hours(3), Hours(6), Hours(12), Days(1), Days(2), Days(7), Days(14), Months(1), Months(2), Months(3), Months(6),
        Years(1), Years(2), Years(5), Years(10), Years(20), Years(50), Years(100), Years(200), Years(500), Years(1000),
        Years(2000), Years(5000),
    ]
};

impl Axis {
    /// An axis that has room for both times, and shows twelve hours at least.
    pub(super) fn new(first: Timestamp, last: Timestamp, width: f64) -> Self {
        let (first, last) = (seconds(first), seconds(last));
        let room = ((last - first) * 0.03).max((DAY / 2.0 - (last - first)).max(0.0) / 2.0);
        let (from, to) = (first - room, last + room);
        let fits = |step: &&Step| (to - from) / step.seconds() * LABEL <= width;
        let step = STEPS.iter().find(fits).unwrap_or(&Step::Years(5000));
        let ticks = ticks(from, to, *step);
        Self {
            from,
            to,
            width,
            ticks,
        }
    }

    /// Where a time stands, in pixels from the left.
    pub(super) fn at(&self, time: Timestamp) -> f64 {
        (seconds(time) - self.from) / (self.to - self.from) * self.width
    }

    /// Times with labels, of which none touches the next.
    pub(super) fn ticks(&self) -> &[Tick] {
        &self.ticks
    }
}

impl Step {
    fn seconds(self) -> f64 {
        match self {
            Self::Hours(hours) => hours as f64 * 3600.0,
            Self::Days(days) => days as f64 * DAY,
            Self::Months(months) => months as f64 * 28.0 * DAY,
            Self::Years(years) => years as f64 * 365.0 * DAY,
        }
    }

    /// The last tick not after a time, as far as there is one.
    fn floor(self, at: DateTime) -> Option<DateTime> {
        let date = at.date();
        let floored = match self {
            Self::Hours(hours) => {
                let hour = i64::from(at.hour()) / hours * hours;
                return Some(date.at(i8::try_from(hour).ok()?, 0, 0, 0));
            }
            Self::Days(days) => {
                let monday = Date::constant(1970, 1, 5);
                let since = i64::from(monday.until(date).ok()?.get_days());
                date.checked_sub(since.rem_euclid(days).days()).ok()?
            }
            Self::Months(months) => {
                let month = (i64::from(date.month()) - 1) / months * months + 1;
                Date::new(date.year(), i8::try_from(month).ok()?, 1).ok()?
            }
            Self::Years(years) => {
                let year = i64::from(date.year()).div_euclid(years) * years;
                // Where time begins later, the first tick after it.
                let begins = year >= i64::from(Date::MIN.year());
                let year = if begins { year } else { year + years };
                Date::new(i16::try_from(year).ok()?, 1, 1).ok()?
            }
        };
        Some(floored.at(0, 0, 0, 0))
    }

    fn after(self, at: DateTime) -> Option<DateTime> {
        let span = match self {
            Self::Hours(hours) => hours.hours(),
            Self::Days(days) => days.days(),
            Self::Months(months) => months.months(),
            Self::Years(years) => years.years(),
        };
        at.checked_add(span).ok()
    }

    fn label(self, at: DateTime, with_year: bool) -> String {
        let form = match (self, at.hour(), with_year) {
            (Self::Hours(_), 1.., _) => "%H:%M",
            (Self::Hours(_) | Self::Days(_), _, false) => "%-d %b",
            (Self::Hours(_) | Self::Days(_), _, true) => "%-d %b %Y",
            (Self::Months(_), ..) => "%b %Y",
            (Self::Years(_), ..) => "%Y",
        };
        at.strftime(form).to_string()
    }
}

fn ticks(from: f64, to: f64, step: Step) -> Vec<Tick> {
    let begin = Timestamp::from_second(from as i64).unwrap_or(Timestamp::MIN);
    let mut next = step.floor(begin.to_zoned(TimeZone::UTC).datetime());
    let mut ticks: Vec<Tick> = vec![];
    let mut year = None;
    while let Some(civil) = next {
        let Ok(zoned) = civil.to_zoned(TimeZone::UTC) else {
            break;
        };
        let at = zoned.timestamp();
        if seconds(at) > to {
            break;
        }
        if seconds(at) >= from {
            let label = step.label(civil, year != Some(civil.year()));
            year = Some(civil.year());
            ticks.push(Tick { at, label });
        }
        next = step.after(civil);
    }
    ticks
}

fn seconds(at: Timestamp) -> f64 {
    at.as_second() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(first: &str, last: &str, says: &str) {
        let [first, last] = [first, last].map(|at| at.parse().expect("a time"));
        let axis = Axis::new(first, last, 640.0);
        let labels: Vec<&str> = axis.ticks().iter().map(|it| it.label.as_str()).collect();
        assert_eq!(labels.join(", "), says);
        assert!((0.0..=640.0).contains(&axis.at(first)));
        assert!(axis.at(first) <= axis.at(last) && axis.at(last) <= 640.0);
        for pair in axis.ticks().windows(2) {
            let apart = axis.at(pair[1].at) - axis.at(pair[0].at);
            assert!(apart >= LABEL * 0.9, "{apart} pixels between {pair:?}");
        }
    }

    #[test]
    fn one_moment_has_its_day() {
        let noon = "2017-03-15T12:00:00Z";
        check(noon, noon, "06:00, 09:00, 12:00, 15:00, 18:00");
    }

    #[test]
    fn days_weeks_months_years() {
        check(
            "2017-03-15T09:00:00Z",
            "2017-03-19T09:00:00Z",
            "16 Mar 2017, 17 Mar, 18 Mar, 19 Mar",
        );
        check(
            "2016-12-20T00:00:00Z",
            "2017-01-20T00:00:00Z",
            "26 Dec 2016, 2 Jan 2017, 9 Jan, 16 Jan",
        );
        check(
            "2017-03-15T00:00:00Z",
            "2017-07-15T00:00:00Z",
            "Apr 2017, May 2017, Jun 2017, Jul 2017",
        );
        check(
            "2010-03-15T00:00:00Z",
            "2020-03-15T00:00:00Z",
            "2010, 2012, 2014, 2016, 2018, 2020",
        );
    }

    #[test]
    fn all_of_time() {
        check(
            "-009999-01-02T01:59:59Z",
            "9999-12-30T22:00:00Z",
            "-5000, 0000, 5000",
        );
    }
}
