//! What may go wrong with a log, on demand.

use std::fmt;
use std::str::FromStr;

use crate::error::TestbedError;

/// One way for a log to fail or to lie.
///
/// It acts from the moment it is set and until another, or none, is set. Those that contradict what a reader saw
/// ([`Fault::needs_history`]) first hold still until the head has been asked for twice, so that a reader can have
/// taken in all that is to be contradicted.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Fault {
    /// Tiles and entries are refused with 429, `Retry-After: 1`.
    Throttled,
    /// Everything is refused with 503.
    Unavailable,
    /// Tiles and entries come a byte a second and do not end.
    Slow,
    /// A data tile ends after half of its entries; `get-entries` gives half of what it should, at last an empty page.
    TruncatedTile,
    /// In each data tile or page one bit of the last entry is flipped, in what its leaf covers. The hash tiles are right.
    WrongHash,
    /// The last entries are replaced by others, and the tree over them is properly signed: of the same size, then growing.
    ForkedTree,
    /// A smaller tree is signed, with newer timestamps.
    Rollback,
    /// The head stands still: neither its size nor its timestamp moves.
    StaleHead,
    /// Heads are signed by another key than the log's.
    BadSignature,
    /// Issuing certificates are not found; in `get-entries` the chains are empty.
    MissingIssuer,
    /// One more entry, properly in the tree, is no certificate: random bytes, with a name of a certificate among them.
    GarbageCertificate,
    /// One more entry, properly in the tree, has the type 0x8001.
    UnknownEntryType,
    /// Data tiles and `get-entries` answer with 100 MB that claim to be one entry.
    HugeEntry,
}

impl Fault {
    /// All of them, in the order of their description.
    pub const ALL: [Self; 13] = [
        Self::Throttled,
        Self::Unavailable,
        Self::Slow,
        Self::TruncatedTile,
        Self::WrongHash,
        Self::ForkedTree,
        Self::Rollback,
        Self::StaleHead,
        Self::BadSignature,
        Self::MissingIssuer,
        Self::GarbageCertificate,
        Self::UnknownEntryType,
        Self::HugeEntry,
    ];

    /// Stable, for the command line.
    pub fn id(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Unavailable => "unavailable",
            Self::Slow => "slow",
            Self::TruncatedTile => "truncated-tile",
            Self::WrongHash => "wrong-hash",
            Self::ForkedTree => "forked-tree",
            Self::Rollback => "rollback",
            Self::StaleHead => "stale-head",
            Self::BadSignature => "bad-signature",
            Self::MissingIssuer => "missing-issuer",
            Self::GarbageCertificate => "garbage-certificate",
            Self::UnknownEntryType => "unknown-entry-type",
            Self::HugeEntry => "huge-entry",
        }
    }

    /// Whether it waits for the head to be asked for twice: it contradicts an earlier head, or adds an entry that a
    /// reader who begins at the head should not miss.
    pub fn needs_history(self) -> bool {
        self.contradicts() || matches!(self, Self::GarbageCertificate | Self::UnknownEntryType)
    }

    /// Whether the tree stands still while the fault waits.
    pub(crate) fn contradicts(self) -> bool {
        matches!(self, Self::ForkedTree | Self::Rollback)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

impl FromStr for Fault {
    type Err = TestbedError;

    fn from_str(given: &str) -> Result<Self, TestbedError> {
        Self::ALL
            .into_iter()
            .find(|fault| fault.id() == given)
            .ok_or_else(|| TestbedError::UnknownFault {
                given: given.to_owned(),
                known: Self::ALL.map(Self::id).join(", "),
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_lead_back() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse::<Fault>().expect("a fault"), fault);
        }
        let refused = "forked".parse::<Fault>().expect_err("no fault").to_string();
        assert!(
            refused.contains("`forked`") && refused.contains("forked-tree, rollback"),
            "{refused}"
        );
    }
}
