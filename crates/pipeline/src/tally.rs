//! What became of every name, counted; each is in exactly one counter.

use names::NameFault;
use std::collections::BTreeMap;
use std::ops::AddAssign;

/// Names of a stretch of entries, by what became of them.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Tally {
    /// Entries that were read.
    pub entries: u64,
    /// Entries of which nobody can say that all names were read.
    pub unread_entries: u64,
    /// No DNS name.
    pub unreadable: u64,
    /// Belongs to a guarded organisation, or to a service that one uses.
    pub own: u64,
    /// Every organisation that it resembles lets it pass.
    pub allowed: u64,
    /// Resembles nothing that is guarded.
    pub unlike: u64,
    /// Made a detection, or added to one.
    pub candidate: u64,
    /// Its detection was there, and knew it already. What was recorded and not settled when a watch was killed is read
    /// again, and counted here then.
    pub duplicate: u64,
}

impl Tally {
    /// Counts a name that is none.
    pub(crate) fn unreadable(&mut self, _fault: NameFault) {
        self.unreadable += 1;
    }

    /// All names, as the sum of what became of them.
    pub fn names(&self) -> u64 {
        self.outcomes().iter().map(|(_, count)| count).sum()
    }

    /// The six outcomes of a name.
    pub fn outcomes(&self) -> [(&'static str, u64); 6] {
        [
            ("unreadable", self.unreadable),
            ("own", self.own),
            ("allowed", self.allowed),
            ("unlike", self.unlike),
            ("candidate", self.candidate),
            ("duplicate", self.duplicate),
        ]
    }

    /// All counters that are not zero, as the ledger adds them up.
    pub fn counters(&self) -> BTreeMap<&'static str, u64> {
        let entries = [
            ("entries", self.entries),
            ("unread_entries", self.unread_entries),
        ];
        let all = self.outcomes().into_iter().chain(entries);
        all.filter(|(_, count)| *count > 0).collect()
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.entries += other.entries;
        self.unread_entries += other.unread_entries;
        self.unreadable += other.unreadable;
        self.own += other.own;
        self.allowed += other.allowed;
        self.unlike += other.unlike;
        self.candidate += other.candidate;
        self.duplicate += other.duplicate;
    }
}
