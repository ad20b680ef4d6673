//! Which segments have to go.

use std::time::Duration;

use jiff::Timestamp;

/// What the ledger knows of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Known {
    /// Its number.
    pub number: u64,
    /// Its size.
    pub bytes: u64,
    /// The latest time in it.
    pub last_at: Timestamp,
}

/// The numbers of the segments that are too old, and then of the oldest until the rest has at most `max_bytes`; sorted.
///
/// A segment is too old when all of it is older than `max_age`. By size, the newest segment always stays, whatever it
/// takes: a lake that is empty keeps nothing at all.
pub fn expired(
    segments: &[Known],
    now: Timestamp,
    max_age: Option<Duration>,
    max_bytes: Option<u64>,
) -> Vec<u64> {
    let mut segments = segments.to_vec();
    segments.sort_unstable_by_key(|segment| segment.number);
    // An age that reaches back before all times keeps everything.
    let oldest = max_age.and_then(|age| now.checked_sub(age).ok());
    let (mut gone, kept): (Vec<Known>, Vec<Known>) = segments
        .into_iter()
        .partition(|segment| oldest.is_some_and(|oldest| segment.last_at < oldest));
    let mut total: u64 = kept.iter().map(|segment| segment.bytes).sum();
    let newest = kept.last().map(|segment| segment.number);
    for segment in kept {
        if max_bytes.is_none_or(|most| total <= most) || Some(segment.number) == newest {
            break;
        }
        total -= segment.bytes;
        gone.push(segment);
    }
    let mut numbers: Vec<u64> = gone.iter().map(|segment| segment.number).collect();
    numbers.sort_unstable();
    numbers
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOUR: u64 = 3600;

    /// Segments 1 to 4, of 10 bytes each, 4 to 1 hours old.
    #[track_caller]
    fn check(max_age_hours: Option<u64>, max_bytes: Option<u64>, expected: &[u64]) {
        let now = Timestamp::from_second(1_800_000_000).expect("a time");
        let segments = [3, 1, 4, 2].map(|number| Known {
            number,
            bytes: 10,
            last_at: now - Duration::from_secs((5 - number) * HOUR),
        });
        let max_age = max_age_hours.map(|hours| Duration::from_secs(hours * HOUR));
        assert_eq!(expired(&segments, now, max_age, max_bytes), expected);
    }

    #[test]
    fn by_age_and_by_size() {
        check(None, None, &[]);
        check(Some(4), None, &[]);
        check(Some(3), None, &[1]);
        check(Some(0), None, &[1, 2, 3, 4]);
        check(Some(u64::MAX / HOUR), None, &[]);
        check(None, Some(40), &[]);
        check(None, Some(39), &[1]);
        check(None, Some(20), &[1, 2]);
        check(Some(3), Some(30), &[1]);
        check(Some(3), Some(29), &[1, 2]);
    }

    #[test]
    fn the_newest_stays_whatever_it_takes() {
        check(None, Some(0), &[1, 2, 3]);
    }

    proptest! {
        #[test]
        fn what_stays_fits(
            sizes in prop::collection::vec(0_u64..100, 0..20),
            max_bytes in 0_u64..1000,
        ) {
            let now = Timestamp::UNIX_EPOCH;
            let segments: Vec<Known> = (1..)
                .zip(&sizes)
                .map(|(number, &bytes)| Known { number, bytes, last_at: now })
                .collect();
            let gone = expired(&segments, now, None, Some(max_bytes));
            let rest: Vec<&Known> =
                segments.iter().filter(|segment| !gone.contains(&segment.number)).collect();
            let total: u64 = rest.iter().map(|segment| segment.bytes).sum();
            prop_assert!(total <= max_bytes || rest.len() == 1);
            prop_assert!(rest.iter().all(|kept| gone.iter().all(|gone| *gone < kept.number)));
        }
    }
}
