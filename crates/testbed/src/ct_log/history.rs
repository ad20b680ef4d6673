//! What a log has taken in, and what of it the world may see: the truth, or what a fault makes of it.

use ct::Hash;

use super::archive::Archive;
use super::fault::Fault;
use super::head::{Head, Signer};

/// How many of the last entries a fork replaces and a rollback forgets.
const DEPTH: u64 = 100;
/// How often the head has to be asked for before a fault that needs history acts.
const ASKED: u32 = 2;

/// The entries of a log, the head that is published, and the fault that acts on them.
#[derive(Debug)]
pub(crate) struct History {
    honest: Archive,
    /// Another history from some point on, of the same size.
    fork: Option<Archive>,
    /// The size that is signed after a rollback.
    rolled_back: Option<u64>,
    head: Head,
    /// The largest size ever published. Tiles up to it can be read.
    published: u64,
    fault: Option<Fault>,
    /// Since the fault was set.
    asked: u32,
    /// A fault that needs history has begun to act.
    acting: bool,
}

/// What a fault needs from the issuer when it begins to act.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Needed {
    /// An entry that is no certificate.
    Garbage,
    /// An entry of unknown type.
    Unknown,
    /// Other entries from this index up to the size of the log.
    Others(u64),
}

impl History {
    pub(crate) fn new(honest: Archive, signer: &Signer, now_ms: u64, fault: Option<Fault>) -> Self {
        let root = honest.tree().root(0);
        let head = signer.head(0, &root, now_ms.saturating_sub(1), false);
        let mut history = Self {
            honest,
            fork: None,
            rolled_back: None,
            head,
            published: 0,
            fault: None,
            asked: 0,
            acting: false,
        };
        history.set_fault(fault, signer, now_ms);
        history
    }

    /// Entries taken in, published or not.
    pub(crate) fn size(&self) -> u64 {
        self.honest.size()
    }

    /// Entries whose tiles can be read.
    pub(crate) fn published(&self) -> u64 {
        self.published
    }

    pub(crate) fn fault(&self) -> Option<Fault> {
        self.fault
    }

    /// Where the published entries are.
    pub(crate) fn shown(&self) -> &Archive {
        self.fork.as_ref().unwrap_or(&self.honest)
    }

    /// The published head, for somebody who asks for it.
    pub(crate) fn head(&mut self) -> Head {
        self.asked = self.asked.saturating_add(1);
        self.head.clone()
    }

    /// Sets a fault, or ends it: then the honest history is shown again.
    pub(crate) fn set_fault(&mut self, fault: Option<Fault>, signer: &Signer, now_ms: u64) {
        self.fork = None;
        self.rolled_back = None;
        self.asked = 0;
        self.acting = false;
        // First an honest head, which may then stand still or be contradicted.
        self.fault = fault.filter(|fault| *fault == Fault::BadSignature);
        self.publish(signer, now_ms);
        self.fault = fault;
    }

    /// Takes in an entry, given as it stands in a data tile, at the place [`History::size`].
    pub(crate) fn append(&mut self, tile_leaf: &[u8]) {
        self.honest.push(tile_leaf);
        if let Some(fork) = &mut self.fork {
            fork.push(tile_leaf);
        }
    }

    /// Lets a fault that needs history begin if it is time, and tells what it needs for that.
    pub(crate) fn begin(&mut self) -> Option<Needed> {
        let fault = self.fault.filter(|fault| fault.needs_history())?;
        if self.acting || self.asked < ASKED || self.head.size == 0 {
            return None;
        }
        self.acting = true;
        let before = self.head.size.saturating_sub(DEPTH);
        match fault {
            Fault::ForkedTree => Some(Needed::Others(before)),
            Fault::Rollback => {
                self.rolled_back = Some(before);
                None
            }
            Fault::GarbageCertificate => Some(Needed::Garbage),
            Fault::UnknownEntryType => Some(Needed::Unknown),
            _ => None,
        }
    }

    /// Shows `others` in the place of all entries from `point` on.
    pub(crate) fn fork(&mut self, point: u64, others: &[Vec<u8>]) {
        let mut fork = self.honest.clone();
        fork.truncate(point);
        for tile_leaf in others {
            fork.push(tile_leaf);
        }
        self.fork = Some(fork);
    }

    /// Signs a new head over what is to be seen.
    pub(crate) fn publish(&mut self, signer: &Signer, now_ms: u64) {
        if self.fault == Some(Fault::StaleHead) {
            return;
        }
        let waits =
            self.fault.is_some_and(Fault::contradicts) && !self.acting && self.head.size > 0;
        let size = match self.rolled_back {
            Some(size) => size,
            None if waits => self.head.size,
            None => self.shown().size(),
        };
        let root: Hash = self.shown().tree().root(size);
        let timestamp_ms = now_ms.max(self.head.timestamp_ms + 1);
        let badly = self.fault == Some(Fault::BadSignature);
        self.head = signer.head(size, &root, timestamp_ms, badly);
        self.published = self.published.max(size);
    }
}
