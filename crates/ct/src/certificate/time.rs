//! Times of a certificate (RFC 5280 §4.1.2.5), also as some have written them.

/// `UTCTime`, with two digits for the year; every other type is read as `GeneralizedTime`, with four.
const UTC_TIME: u8 = 0x17;

/// Seconds since the epoch. Seconds may be missing, and so may the `Z`; fractions are cut off; an offset (`+0100`)
/// counts. `None` if this is no time.
pub(super) fn read(tag: u8, raw: &[u8]) -> Option<i64> {
    let year_digits = if tag == UTC_TIME { 2 } else { 4 };
    let mut rest = raw;
    let mut number = |digits: usize| {
        let (front, behind) = rest.split_at_checked(digits)?;
        let value = decimal(front)?;
        rest = behind;
        Some(value)
    };
    let year = match number(year_digits)? {
        // RFC 5280 §4.1.2.5.1.
        year if tag == UTC_TIME && year < 50 => 2000 + year,
        year if tag == UTC_TIME => 1900 + year,
        year => year,
    };
    let (month, day) = (number(2)?, number(2)?);
    let (hour, minute) = (number(2)?, number(2)?);
    let second = number(2).unwrap_or(0);
    let valid = (1..=12).contains(&month)
        && (1..=days_of(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    let offset = offset(rest)?;
    valid.then(|| ((days(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second)
}

/// Minutes east of Greenwich, from what stands after the seconds.
fn offset(rest: &[u8]) -> Option<i64> {
    let fraction = rest
        .iter()
        .take_while(|&&byte| byte.is_ascii_digit() || byte == b'.');
    match &rest[fraction.count()..] {
        b"" | b"Z" => Some(0),
        [sign @ (b'+' | b'-'), digits @ ..] if digits.len() == 4 => {
            let minutes = decimal(&digits[..2])? * 60 + decimal(&digits[2..])?;
            Some(if *sign == b'+' { minutes } else { -minutes })
        }
        _ => None,
    }
}

fn decimal(digits: &[u8]) -> Option<i64> {
    digits.iter().try_fold(0, |value, &digit| {
        digit
            .is_ascii_digit()
            .then(|| value * 10 + i64::from(digit - b'0'))
    })
}

fn days_of(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 in the Gregorian calendar, which is taken to have been always in use.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its leap day at the end.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let to_month = (153 * month + 2) / 5;
    year * 365 + leap_days + to_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENERALIZED_TIME: u8 = 0x18;

    #[track_caller]
    fn check(tag: u8, raw: &str, expected: Option<i64>) {
        assert_eq!(read(tag, raw.as_bytes()), expected);
    }

    #[test]
    fn as_it_should_be() {
        check(UTC_TIME, "700101000000Z", Some(0));
        check(UTC_TIME, "260520174812Z", Some(1_779_299_292));
        check(UTC_TIME, "491231235959Z", Some(2_524_607_999));
        check(UTC_TIME, "500101000000Z", Some(-631_152_000));
        check(GENERALIZED_TIME, "20000229000000Z", Some(951_782_400));
        check(GENERALIZED_TIME, "99991231235959Z", Some(253_402_300_799));
        check(GENERALIZED_TIME, "00000101000000Z", Some(-62_167_219_200));
    }

    #[test]
    fn as_some_write_it() {
        check(UTC_TIME, "260520174812", Some(1_779_299_292));
        check(UTC_TIME, "2605201748Z", Some(1_779_299_280));
        check(UTC_TIME, "260520184812+0100", Some(1_779_299_292));
        check(UTC_TIME, "260520164812-0100", Some(1_779_299_292));
        check(GENERALIZED_TIME, "20260520174812.123Z", Some(1_779_299_292));
        check(GENERALIZED_TIME, "20261231235960Z", Some(1_798_761_600));
    }

    #[test]
    fn no_time() {
        for raw in [
            "",
            "Z",
            "260532174812Z",
            "260229000000Z",
            "261320174812Z",
            "260520244812Z",
            "26052017481xZ",
            "260520174812X",
            "260520174812+01",
        ] {
            check(UTC_TIME, raw, None);
        }
    }
}
