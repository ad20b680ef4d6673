//! Writes that fail on demand.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::error::LakeError;

/// How a write fails.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// The segment is not there, and an error is returned.
    Lost,
    /// The segment is there, and an error is returned all the same.
    Kept,
    /// The segment is not there, and the disk is full.
    Full,
}

/// Which write is to fail, counted down.
#[derive(Default, Debug)]
pub(crate) struct Faults(Mutex<Option<(u32, Fault)>>);

impl Faults {
    pub(crate) fn set(&self, writes: u32, fault: Fault) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((writes, fault));
    }

    /// Counts a write, and gives its fault if it is to have one.
    pub(crate) fn next(&self) -> Option<Fault> {
        let mut set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match set.take() {
            Some((0, fault)) => Some(fault),
            later => {
                *set = later.map(|(writes, fault)| (writes - 1, fault));
                None
            }
        }
    }
}

impl Fault {
    pub(crate) fn error(self, path: &Path) -> LakeError {
        let kind = match self {
            Fault::Lost | Fault::Kept => io::ErrorKind::Other,
            Fault::Full => io::ErrorKind::StorageFull,
        };
        LakeError::io("write", path)(io::Error::new(kind, "a fault that was asked for"))
    }
}
