//! JSON from strangers, read object by object: one that is wrong spoils none of its neighbours.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{DeserializeOwned, IgnoredAny, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::{IntelError, MAX_BYTES, MAX_LIST, MAX_OBJECTS, Skip, Skipped};

/// The text of a file, if it is not too large, without a byte order mark.
pub(crate) fn text(bytes: &[u8]) -> Result<&str, IntelError> {
    if bytes.len() > MAX_BYTES {
        return Err(IntelError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|error| IntelError::NotText {
        at: error.valid_up_to(),
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The whole of a file, its parts unread.
pub(crate) fn whole<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, IntelError> {
    serde_json::from_str(text).map_err(|error| IntelError::malformed(&error))
}

/// One object, or one [`Skip::Malformed`].
pub(crate) fn object<'a, T: Deserialize<'a>>(
    raw: &'a RawValue,
    skipped: &mut Skipped,
) -> Option<T> {
    let read = serde_json::from_str(raw.get());
    if read.is_err() {
        skipped.count(Skip::Malformed);
    }
    read.ok()
}

/// The entries of a list, unread: at most `LIMIT`, and how many there were beyond. Anything but a list has none.
pub(crate) struct Limited<'a, const LIMIT: usize> {
    entries: Vec<&'a RawValue>,
    beyond: u64,
}

/// The objects of a file.
pub(crate) type Objects<'a> = Limited<'a, MAX_OBJECTS>;

/// The entries of a list within an object.
pub(crate) type List<'a> = Limited<'a, MAX_LIST>;

impl<'a, const LIMIT: usize> Limited<'a, LIMIT> {
    /// Whether one of the entries is as asked.
    pub(crate) fn any(&self, asked: impl FnMut(&&'a RawValue) -> bool) -> bool {
        self.entries.iter().any(asked)
    }

    /// The entries; those beyond the limit are counted.
    pub(crate) fn entries(self, skipped: &mut Skipped) -> Vec<&'a RawValue> {
        skipped.add(Skip::TooMany, self.beyond);
        self.entries
    }

    /// The entries that are texts fit to be kept.
    pub(crate) fn texts(self, skipped: &mut Skipped) -> Vec<String> {
        let entries = self.entries(skipped).into_iter();
        let texts = entries.filter_map(|raw| {
            let text = object::<String>(raw, skipped)?;
            kept(&text, skipped)
        });
        texts.collect()
    }
}

impl<const LIMIT: usize> Default for Limited<'_, LIMIT> {
    fn default() -> Self {
        Self {
            entries: vec![],
            beyond: 0,
        }
    }
}

impl<'de: 'a, 'a, const LIMIT: usize> Deserialize<'de> for Limited<'a, LIMIT> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries<const LIMIT: usize>;

        impl<'de, const LIMIT: usize> Visitor<'de> for Entries<LIMIT> {
            type Value = Limited<'de, LIMIT>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut limited = Limited::default();
                while limited.entries.len() < LIMIT {
                    match list.next_element()? {
                        Some(entry) => limited.entries.push(entry),
                        None => return Ok(limited),
                    }
                }
                while list.next_element::<IgnoredAny>()?.is_some() {
                    limited.beyond += 1;
                }
                Ok(limited)
            }
        }

        let raw: &RawValue = Deserialize::deserialize(deserializer)?;
        if !raw.get().starts_with('[') {
            return Ok(Self::default());
        }
        let mut whole = serde_json::Deserializer::from_str(raw.get());
        Deserializer::deserialize_seq(&mut whole, Entries::<LIMIT>)
            .map_err(serde::de::Error::custom)
    }
}

/// The objects of a field of the outermost object, if the field is there. It has to be a list.
pub(crate) fn list<'a>(
    field: &'static str,
    raw: Option<&'a RawValue>,
) -> Result<Option<Objects<'a>>, IntelError> {
    match raw {
        Some(raw) if !raw.get().starts_with('[') => Err(IntelError::NotAList { field }),
        Some(raw) => whole(raw.get()).map(Some),
        None => Ok(None),
    }
}

/// For a field that is kept unread; null is a value, too.
pub(crate) fn unread<'de: 'a, 'a, D>(deserializer: D) -> Result<Option<&'a RawValue>, D::Error>
where
    D: Deserializer<'de>,
{
    Deserialize::deserialize(deserializer).map(Some)
}

/// For a field whose value counts only if it has the type that is expected.
pub(crate) fn if_fit<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let raw: &RawValue = Deserialize::deserialize(deserializer)?;
    Ok(serde_json::from_str(raw.get()).ok())
}

/// A text fit to be kept and shown: trimmed, not empty, at most 200 characters, without controls.
pub(crate) fn kept(text: &str, skipped: &mut Skipped) -> Option<String> {
    let text = text.trim();
    let long = text.chars().nth(model::actor::MAX_TEXT).is_some();
    if text.is_empty() || long || text.chars().any(char::is_control) {
        skipped.count(Skip::BadText);
        return None;
    }
    Some(text.to_owned())
}

/// The time that a text tells (RFC 3339), or the first instant of the day that it names; seconds since the epoch, too.
pub(crate) fn time(text: &str, skipped: &mut Skipped) -> Option<Timestamp> {
    let text = text.trim();
    let seconds = || {
        let seconds = text.parse().ok()?;
        Timestamp::from_second(seconds).ok()
    };
    let day = || {
        let day: Date = text.parse().ok()?;
        let day = day.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(day.timestamp())
    };
    let time = text.parse().ok().or_else(seconds).or_else(day);
    if time.is_none() {
        skipped.count(Skip::BadTime);
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Thing<'a> {
        #[serde(default, deserialize_with = "if_fit")]
        name: Option<String>,
        #[serde(default, borrow)]
        list: List<'a>,
    }

    #[test]
    fn a_field_of_another_type_is_none_and_spoils_nothing() {
        let mut skipped = Skipped::default();
        for (json, name, texts) in [
            (
                r#"{"name": "a", "list": ["b", 7, " ", "c "]}"#,
                Some("a"),
                vec!["b", "c"],
            ),
            (r#"{"name": {"x": []}, "list": 7}"#, None, vec![]),
            (r#"{"other": [[[[]]]]}"#, None, vec![]),
        ] {
            let thing: Thing<'_> = whole(json).expect("an object");
            assert_eq!(thing.name.as_deref(), name, "{json}");
            assert_eq!(thing.list.texts(&mut skipped), texts, "{json}");
        }
        assert_eq!(skipped.to_string(), "1 malformed, 1 bad-text");
    }

    #[test]
    fn a_list_that_is_too_long_is_cut_and_the_rest_counted() {
        let json = format!("{{\"list\": [{}1]}}", "1,".repeat(MAX_LIST + 2));
        let thing: Thing<'_> = whole(&json).expect("an object");
        let mut skipped = Skipped::default();
        assert_eq!(thing.list.entries(&mut skipped).len(), MAX_LIST);
        assert_eq!(skipped.to_string(), "3 too-many");
    }

    #[test]
    fn nesting_has_no_end_but_the_stack_does() {
        let deep = format!(
            "{{\"name\": {}{}}}",
            "[".repeat(500_000),
            "]".repeat(500_000)
        );
        let thing: Thing<'_> =
            whole(&deep).expect("what is not looked at may be as deep as it likes");
        assert_eq!(thing.name, None);
    }

    #[test]
    fn times() {
        let mut skipped = Skipped::default();
        for text in [
            "2017-03-15",
            "2017-03-15T00:00:00Z",
            "2017-03-15T02:00:00.000+02:00",
            "1489536000",
        ] {
            let time = time(text, &mut skipped).expect("a time");
            assert_eq!(time.to_string(), "2017-03-15T00:00:00Z");
        }
        assert_eq!(time("soon", &mut skipped), None);
        assert_eq!(skipped.of(Skip::BadTime), 1);
    }
}
