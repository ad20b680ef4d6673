//! Dates as registries write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// The longest text that can be a date.
const MAX_TEXT: usize = 64;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// The moment that a registry's date means, if it is one.
///
/// Understood are the year first (`2011-03-30T19:36:27+02:00`, `2002.09.19 13:00:00`, `20110426`), the day first
/// (`27/07/2000`, `21.07.2000 15:21:00`, `16/09/03`), and months by their English names (`14-Feb-1999`,
/// `Tue Aug 08 23:59:59 GMT 2017`, `before Aug-1996`). A day without a time is its first second; a time without an offset or
/// with an unknown zone is UTC, so that it may be off by half a day. The day never stands behind the month in
/// figures alone, but where no such month is, as in `12/31/2001`.
pub fn read(text: &str) -> Option<Timestamp> {
    if text.len() > MAX_TEXT {
        return None;
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let mut parts = Parts::default();
    // "2002-02-01T10:00:00": the T is no word.
    let spaced = split_time(text);
    for word in spaced.split_whitespace() {
        parts.word(word)?;
    }
    parts.moment()
}

/// Sets a space where day and time are joined by a `T`, and before the offset behind a time.
fn split_time(text: &str) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut out = String::with_capacity(text.len() + 2);
    let mut time = false;
    for (at, letter) in text.char_indices() {
        let before = at > 0 && digit(at - 1);
        match letter {
            // One registrar writes `2019-05-17-T23:02:50Z`.
            'T' if digit(at + 1) => out.push(' '),
            '+' | '-' if time && before => {
                out.push(' ');
                out.push(letter);
            }
            'Z' if before => out.push(' '),
            '(' | ')' | ',' => out.push(' '),
            _ => {
                time |= letter == ':';
                out.push(letter);
            }
        }
    }
    out
}

/// What was found so far.
#[derive(Default)]
struct Parts {
    /// Numbers of the day with their lengths in figures.
    numbers: Vec<(u16, usize)>,
    month: Option<u16>,
    time: Option<Time>,
    offset: Option<Offset>,
}

impl Parts {
    /// Takes one word; `None` where it can be no part of a date.
    fn word(&mut self, word: &str) -> Option<()> {
        // A serial number behind the day, as .br writes.
        if word.starts_with('#') {
            return Some(());
        }
        if word.contains(':') {
            return self.clock(word);
        }
        for piece in word
            .split(['-', '/', '.'])
            .filter(|piece| !piece.is_empty())
        {
            let figures = piece.bytes().all(|byte| byte.is_ascii_digit());
            match piece.len() {
                8 if figures => {
                    let (year, rest) = piece.split_at(4);
                    let (month, day) = rest.split_at(2);
                    for part in [year, month, day] {
                        self.numbers.push((part.parse().ok()?, part.len()));
                    }
                }
                1..=4 if figures => self.numbers.push((piece.parse().ok()?, piece.len())),
                _ if figures => return None,
                _ => self.name(piece)?,
            }
        }
        Some(())
    }

    /// A month, a weekday, a zone, or another word that may stand there.
    fn name(&mut self, word: &str) -> Option<()> {
        let word = word.to_ascii_lowercase();
        let start = word.get(..3)?;
        if let Some(at) = MONTHS.iter().position(|month| *month == start) {
            self.month = Some(at as u16 + 1);
            return Some(());
        }
        match word.as_str() {
            "jst" | "kst" => self.offset = Some(Offset::constant(9)),
            // Weekdays, `before`, and zones, whose letters mean several things.
            word if word.len() <= 9 && word.is_ascii() => {}
            _ => return None,
        }
        Some(())
    }

    /// `15:21:00`, `15:21:00.5`, `+02:00`.
    fn clock(&mut self, word: &str) -> Option<()> {
        if let Some(rest) = word.strip_prefix(['+', '-']) {
            let (hours, minutes) = rest.split_once(':')?;
            let seconds = hours.parse::<i32>().ok()?.checked_mul(3600)?
                + minutes
                    .parse::<i32>()
                    .ok()
                    .filter(|minutes| (0..60).contains(minutes))?
                    * 60;
            let sign = if word.starts_with('-') { -1 } else { 1 };
            self.offset = Some(Offset::from_seconds(sign * seconds).ok()?);
            return Some(());
        }
        let whole = word.split_once('.').map_or(word, |(whole, _)| whole);
        let mut figures = whole.split(':').map(|part| part.parse::<i8>().ok());
        let (hour, minute) = (figures.next()??, figures.next()??);
        let second = figures.next().unwrap_or(Some(0))?;
        if figures.next().is_some() {
            return None;
        }
        self.time = Some(Time::new(hour, minute, second, 0).ok()?);
        Some(())
    }

    fn moment(self) -> Option<Timestamp> {
        let (year, month, day) = match (self.month, self.numbers.as_slice()) {
            (Some(month), [(day, 1..=2), year @ (_, 2 | 4)] | [year @ (_, 4), (day, 1..=2)]) => {
                (full_year(*year), month, *day)
            }
            // "before Aug-1996"
            (Some(month), [year @ (_, 4)]) => (full_year(*year), month, 1),
            (None, [year @ (_, 4), (month, _), (day, _)]) => (full_year(*year), *month, *day),
            (None, [(month, _), (day, _), year @ (_, 2 | 4)]) if *day > 12 => {
                (full_year(*year), *month, *day)
            }
            (None, [(day, _), (month, _), year @ (_, 2 | 4)]) => (full_year(*year), *month, *day),
            _ => return None,
        };
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()?;
        let moment = DateTime::from_parts(date, self.time.unwrap_or_default());
        let zone = TimeZone::fixed(self.offset.unwrap_or(Offset::UTC));
        Some(moment.to_zoned(zone).ok()?.timestamp())
    }
}

/// Of two figures, up to 69 are of this century.
fn full_year((year, figures): (u16, usize)) -> u16 {
    match (figures, year) {
        (2, 0..70) => 2000 + year,
        (2, _) => 1900 + year,
        _ => year,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let told = read(text).map_or_else(|| "none".to_owned(), |moment| moment.to_string());
        assert_eq!(told, expected, "{text}");
    }

    #[test]
    fn the_year_first() {
        check("2011-03-30T19:36:27+02:00", "2011-03-30T17:36:27Z");
        check("2015-04-02T03:00:00Z", "2015-04-02T03:00:00Z");
        check("2013-04-21 01:05:35", "2013-04-21T01:05:35Z");
        check("2002.09.19 13:00:00", "2002-09-19T13:00:00Z");
        check("2001. 06. 05.", "2001-06-05T00:00:00Z");
        check("20110426 17:57:27", "2011-04-26T17:57:27Z");
        check("19990518 #162310", "1999-05-18T00:00:00Z");
        check("2013/06/01 01:05:07 (JST)", "2013-05-31T16:05:07Z");
        check("2014-04-21", "2014-04-21T00:00:00Z");
        check("2010-02-24 10:12:13.45 UTC", "2010-02-24T10:12:13Z");
        check("2017-01-02 03:04:05-05:00", "2017-01-02T08:04:05Z");
        check("2019-05-17-T23:02:50Z", "2019-05-17T23:02:50Z");
    }

    #[test]
    fn the_day_first() {
        check("27/07/2000", "2000-07-27T00:00:00Z");
        check("27-05-1999", "1999-05-27T00:00:00Z");
        check("16/09/03", "2003-09-16T00:00:00Z");
        check("21.07.2000 15:21:00", "2000-07-21T15:21:00Z");
        check("2.9.1998", "1998-09-02T00:00:00Z");
        check("12/31/2001", "2001-12-31T00:00:00Z");
    }

    #[test]
    fn months_by_name() {
        check("14-Feb-1999", "1999-02-14T00:00:00Z");
        check("Tue Aug 08 23:59:59 GMT 2017", "2017-08-08T23:59:59Z");
        check("Tue Dec 12 2000", "2000-12-12T00:00:00Z");
        check("20-Dec-2012 17:20:40 UTC", "2012-12-20T17:20:40Z");
        check("before Aug-1996", "1996-08-01T00:00:00Z");
        check("1997-Sep-15.", "1997-09-15T00:00:00Z");
        check("21 January 1999", "1999-01-21T00:00:00Z");
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "-",
            "soon",
            "1",
            "99/99/9999",
            "2000-13-01",
            "2000-02-30",
            "25:00 2000-01-01",
            "2000-01-01 +99:99",
            "2000-01-01 1:2:3:4:5é",
            "１９９９-01-01",
            "2000-01-01T00:00:00+99:00",
        ] {
            check(text, "none");
        }
        check(&"1".repeat(65), "none");
    }
}
