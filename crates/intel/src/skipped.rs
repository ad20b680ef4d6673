//! What was not read, and why.

use std::collections::BTreeMap;
use std::fmt;

/// What was read from a file, and how much was not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read<T> {
    /// What was read.
    pub value: T,
    /// What was not.
    pub skipped: Skipped,
}

/// How many things were not read, by reason.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Skipped(BTreeMap<Skip, u64>);

/// Why something in a file was not read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Skip {
    /// An object of another kind than is looked for: malware, a tool, a file's hash.
    OtherKind,
    /// An object that is not as its format wants it.
    Malformed,
    /// A record without a name or an id.
    Nameless,
    /// A text that is empty, longer than 200 characters, or holds control characters.
    BadText,
    /// A value that is not what its type says: no domain name, no address, no hash.
    BadValue,
    /// An address that everybody has: private, loopback, none.
    CommonAddress,
    /// It was there before, in the same words.
    Again,
    /// More than are read.
    TooMany,
    /// Taken back or deleted by its publisher.
    Revoked,
    /// A campaign without a single indicator that can be compared.
    Bare,
    /// It refers to something that is not in the file.
    Dangling,
    /// The publisher says that it is context, not a sign to look for.
    Context,
    /// A comparison of a pattern that names no value: another operator, another kind of object.
    OtherComparison,
    /// A column that is not known.
    OtherColumn,
    /// A confidence that is no whole number from 0 to 100; what it belongs to was read without it.
    BadConfidence,
    /// A date or time that cannot be read; what it belongs to was read without it.
    BadTime,
}

impl Skip {
    /// Its id, for counters.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OtherKind => "other-kind",
            Self::Malformed => "malformed",
            Self::Nameless => "nameless",
            Self::BadText => "bad-text",
            Self::BadValue => "bad-value",
            Self::CommonAddress => "common-address",
            Self::Again => "again",
            Self::TooMany => "too-many",
            Self::Revoked => "revoked",
            Self::Bare => "bare",
            Self::Dangling => "dangling",
            Self::Context => "context",
            Self::OtherComparison => "other-comparison",
            Self::OtherColumn => "other-column",
            Self::BadConfidence => "bad-confidence",
            Self::BadTime => "bad-time",
        }
    }

    /// What it means, for people.
    pub fn says(self) -> &'static str {
        match self {
            Self::OtherKind => "of another kind than is looked for",
            Self::Malformed => "not as the format wants it",
            Self::Nameless => "without a name or an id",
            Self::BadText => "a text that is empty, too long or not printable",
            Self::BadValue => "a value that is not what its type says",
            Self::CommonAddress => "an address that everybody has",
            Self::Again => "said twice",
            Self::TooMany => "more than are read",
            Self::Revoked => "taken back by the publisher",
            Self::Bare => "a campaign without an indicator",
            Self::Dangling => "about something that is not in the file",
            Self::Context => "context by the publisher's own word",
            Self::OtherComparison => "a comparison that names no value",
            Self::OtherColumn => "a column that is not known",
            Self::BadConfidence => "a confidence that is no number from 0 to 100, left out",
            Self::BadTime => "a time that cannot be read, left out",
        }
    }
}

impl fmt::Display for Skip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Skipped {
    /// One more for this reason.
    pub(crate) fn count(&mut self, reason: Skip) {
        self.add(reason, 1);
    }

    /// So many more for this reason.
    pub(crate) fn add(&mut self, reason: Skip, many: u64) {
        if many > 0 {
            *self.0.entry(reason).or_default() += many;
        }
    }

    /// How many for this reason.
    pub fn of(&self, reason: Skip) -> u64 {
        self.0.get(&reason).copied().unwrap_or_default()
    }

    /// All reasons that occurred, with how often; in a fixed order.
    pub fn iter(&self) -> impl Iterator<Item = (Skip, u64)> {
        self.0.iter().map(|(reason, many)| (*reason, *many))
    }

    /// Whether everything was read.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `3 other-kind, 1 again`; nothing where everything was read.
impl fmt::Display for Skipped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (reason, many)) in self.iter().enumerate() {
            let comma = if at == 0 { "" } else { ", " };
            write!(f, "{comma}{many} {reason}")?;
        }
        Ok(())
    }
}
