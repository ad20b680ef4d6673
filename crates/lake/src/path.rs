//! How segments lie in the lake: `day=2026-11-22/000000000042.parquet`.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;

use crate::error::LakeError;

/// Where a segment lies, relative to the lake.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct SegmentPath {
    pub(crate) day: Date,
    pub(crate) number: u64,
}

impl SegmentPath {
    pub(crate) fn folder(self) -> String {
        format!("{DAY}{}", self.day)
    }

    /// Where it is written before it gets its name.
    pub(crate) fn temporary(self) -> String {
        format!("{}/.{:012}{PARQUET}{TEMPORARY}", self.folder(), self.number)
    }
}

impl fmt::Display for SegmentPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{:012}{PARQUET}", self.folder(), self.number)
    }
}

/// Reads exactly what [`Display`](fmt::Display) writes, so that no path leads out of the lake.
impl FromStr for SegmentPath {
    type Err = LakeError;

    fn from_str(text: &str) -> Result<Self, LakeError> {
        let read = || {
            let (folder, file) = text.split_once('/')?;
            let day = folder.strip_prefix(DAY)?.parse().ok()?;
            let number = file.strip_suffix(PARQUET)?.parse().ok()?;
            Some(SegmentPath { day, number })
        };
        read()
            .filter(|path| path.to_string() == text)
            .ok_or_else(|| LakeError::NotASegment {
                path: text.to_owned(),
            })
    }
}

/// Whether a file of a day's folder is one that [`SegmentPath::temporary`] names.
pub(crate) fn is_temporary(file: &str) -> bool {
    file.starts_with('.') && file.ends_with(concat!(".parquet", ".tmp"))
}

const DAY: &str = "day=";
const PARQUET: &str = ".parquet";
const TEMPORARY: &str = ".tmp";

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<(&str, u64)>) {
        let told = text.parse::<SegmentPath>().ok();
        let told = told.map(|path| (path.day.to_string(), path.number));
        assert_eq!(
            told,
            expected.map(|(day, number)| (day.to_owned(), number)),
            "{text}"
        );
    }

    #[test]
    fn paths_of_segments() {
        check(
            "day=2026-11-22/000000000042.parquet",
            Some(("2026-11-22", 42)),
        );
        check(
            "day=2026-11-22/18446744073709551615.parquet",
            Some(("2026-11-22", u64::MAX)),
        );
        for other in [
            "",
            "day=2026-11-22/42.parquet",
            "day=2026-11-22/.000000000042.parquet.tmp",
            "day=2026-11-22/000000000042.parquet/",
            "day=2026-11-32/000000000042.parquet",
            "day=20261122/000000000042.parquet",
            "day=2026-11-22/../../000000000042.parquet",
            "/day=2026-11-22/000000000042.parquet",
            "day=2026-11-22/+00000000042.parquet",
        ] {
            check(other, None);
        }
    }

    #[test]
    fn temporary_files_are_known_again() {
        let path = SegmentPath {
            day: jiff::civil::date(2026, 11, 22),
            number: 7,
        };
        let (_, file) = path
            .temporary()
            .split_once('/')
            .map(|(folder, file)| (folder.to_owned(), file.to_owned()))
            .expect("a folder");
        assert_eq!(file, ".000000000007.parquet.tmp");
        assert!(is_temporary(&file));
        assert!(!is_temporary("000000000007.parquet"));
    }
}
