//! What can go wrong with files.

use std::io;
use std::path::PathBuf;

use parquet::errors::ParquetError;

/// Why the lake could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The disk, or the quota, is full. Nothing that was there is lost.
    #[error("no room left for the lake at {}", path.display())]
    Full {
        /// The file that found no room.
        path: PathBuf,
    },
    /// The system failed.
    #[error("cannot {act} {}: {source}", path.display())]
    Io {
        /// What was tried, such as `write`.
        act: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Another process writes into this lake.
    #[error("the lake at {} is in use by another process", path.display())]
    Held {
        /// The lake.
        path: PathBuf,
    },
    /// The lake holds segments, and the ledger knows not one of them: they are another ledger's, and nothing was removed.
    #[error(
        "the lake at {} holds {segments} segments, and this ledger knows none of them; \
         give the ledger that they belong to, or another folder",
        path.display()
    )]
    Foreign {
        /// The lake.
        path: PathBuf,
        /// How many segments there are.
        segments: usize,
    },
    /// The lake says of itself whose it is, and that is another ledger.
    #[error(
        "the lake at {} belongs to another ledger; give that ledger, or another folder with --lake",
        path.display()
    )]
    OtherLedger {
        /// The lake.
        path: PathBuf,
    },
    /// There are no rows to write.
    #[error("a segment without rows")]
    NoRows,
    /// Not the path of a segment.
    #[error("`{path}` is not the path of a segment")]
    NotASegment {
        /// As given.
        path: String,
    },
    /// A segment of a version that we do not know.
    #[error("{} has schema {found}, where we know {}", path.display(), crate::SCHEMA_VERSION)]
    Schema {
        /// The file.
        path: PathBuf,
        /// The version that it names, or `none`.
        found: String,
    },
    /// A file that is not what was written.
    #[error("{} is damaged: {why}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What was noticed.
        why: String,
    },
    /// The rows cannot be encoded, which is our fault.
    #[error("cannot encode the rows: {0}")]
    Encode(#[from] ParquetError),
}

impl LakeError {
    /// Sorts a failure of the system; `act` completes "cannot …".
    pub(crate) fn io(
        act: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => LakeError::Full { path },
            _ => LakeError::Io { act, path, source },
        }
    }
}
