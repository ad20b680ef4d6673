//! Commits that fail on request: both rows of the fault table of a durable write.

use crate::error::LedgerError;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};

/// How a commit fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// Nothing was written, and it says so.
    Lost,
    /// Everything was written, but it says that it failed.
    Kept,
}

/// Which commits fail. They are counted from 1, over all clones of a ledger.
#[derive(Debug)]
pub struct FaultPlan {
    faults: Vec<(u64, Fault)>,
    commits: AtomicU64,
}

impl FaultPlan {
    /// The given commits fail, all others do not.
    pub fn new(faults: impl IntoIterator<Item = (u64, Fault)>) -> Self {
        Self {
            faults: faults.into_iter().collect(),
            commits: AtomicU64::new(0),
        }
    }

    /// What becomes of this commit.
    pub(crate) fn next(&self) -> Option<Fault> {
        let commit = self.commits.fetch_add(1, Ordering::Relaxed) + 1;
        let planned = self.faults.iter().find(|(at, _)| *at == commit);
        planned.map(|(_, fault)| *fault)
    }
}

impl Fault {
    /// What a connection that broke off would say, in either case.
    pub(crate) fn error(self) -> LedgerError {
        let says = match self {
            Self::Lost => "the commit was lost, as planned",
            Self::Kept => "the commit was kept, and failed as planned",
        };
        LedgerError::Store(io::Error::new(io::ErrorKind::ConnectionReset, says).into())
    }
}
