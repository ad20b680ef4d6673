//! What can go wrong with a ledger, and whose fault it is.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why the ledger did not do what it was asked.
///
/// Every call may be repeated after any of them; whether that helps, [`LedgerError::blame`] tells.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The store could not be reached or opened.
    #[error("cannot open the ledger {url}: {source}")]
    Open {
        /// Without a password.
        url: String,
        /// What the store said.
        source: sqlx::Error,
    },
    /// The file's path cannot be used.
    #[error("cannot open the ledger {}: {source}", path.display())]
    Path {
        /// As given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is no ledger where one was expected.
    #[error("there is no ledger at {url} yet; `watch` makes one")]
    Missing {
        /// Without a password.
        url: String,
    },
    /// A later version of the program made it, or changed it.
    #[error(
        "the ledger has version {found}, and this program knows versions up to {known}; use a newer one"
    )]
    Newer {
        /// Version of the ledger.
        found: u64,
        /// The newest that is known here.
        known: u64,
    },
    /// It was made by migrations that are not ours.
    #[error("the ledger's version {version} was made in another way than this program would have")]
    Altered {
        /// The first version that differs.
        version: u64,
    },
    /// Another `watch` is at work on it.
    #[error("the ledger is held by {by}; only one may watch")]
    Held {
        /// The holder's own words.
        by: String,
    },
    /// The hold on the ledger was lost, as when the database was started anew.
    #[error("the hold on the ledger was lost: {source}")]
    HoldLost {
        /// What the store said.
        source: sqlx::Error,
    },
    /// No space is left where the ledger is.
    #[error("the disk of the ledger is full; nothing was written")]
    Full,
    /// A feed that was never enrolled.
    #[error("the ledger knows no feed {feed}")]
    UnknownFeed {
        /// Its id.
        feed: String,
    },
    /// A settlement that does not begin where the last one ended.
    #[error("feed {feed} is settled up to {settled}, so {from} to {upto} cannot be settled")]
    Unsettled {
        /// Its id.
        feed: String,
        /// Where it stands.
        settled: u64,
        /// Where the settlement begins.
        from: u64,
        /// Where it ends.
        upto: u64,
    },
    /// A segment's number that is not greater than all before.
    #[error("segment {number} cannot be registered after segment {last}")]
    SegmentTaken {
        /// As given.
        number: u64,
        /// The last one registered.
        last: u64,
    },
    /// A number that no column can hold.
    #[error("{value} is too large a number for the ledger")]
    TooLarge {
        /// As given.
        value: u64,
    },
    /// Something in the store that this crate did not write.
    #[error("the ledger holds {what} that cannot be read: {why}")]
    Corrupt {
        /// What it should be.
        what: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The backup would overwrite something.
    #[error("{} is there already; name a new file", path.display())]
    BackupExists {
        /// As given.
        path: PathBuf,
    },
    /// The backup could not be written.
    #[error("cannot write the backup {}: {source}", path.display())]
    Backup {
        /// As given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A database has better means.
    #[error("a ledger in PostgreSQL is backed up with PostgreSQL's own pg_dump")]
    BackupPostgres,
    /// The store failed in another way.
    #[error("the ledger failed: {0}")]
    Store(#[source] sqlx::Error),
}

/// What is to be done about an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Blame {
    /// It may pass: the same call, a little later.
    Passing,
    /// A person has to make room.
    Disk,
    /// A person has to look; the same call would fail again.
    Lasting,
}

impl LedgerError {
    /// Whether it helps to try again.
    pub fn blame(&self) -> Blame {
        match self {
            Self::Full => Blame::Disk,
            Self::Store(source) | Self::Open { source, .. } if passes(source) => Blame::Passing,
            _ => Blame::Lasting,
        }
    }

    pub(crate) fn corrupt(what: &'static str, why: impl fmt::Display) -> Self {
        Self::Corrupt {
            what,
            why: why.to_string(),
        }
    }
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        match code(&error).as_deref() {
            // SQLITE_FULL; SQLITE_IOERR_SHMSIZE, no room for the index of the log; disk_full of PostgreSQL.
            Some("13" | "4874" | "53100") => Self::Full,
            _ => Self::Store(error),
        }
    }
}

/// The result code of `SQLite`, or the SQLSTATE of `PostgreSQL`.
fn code(error: &sqlx::Error) -> Option<String> {
    Some(error.as_database_error()?.code()?.into_owned())
}

fn passes(error: &sqlx::Error) -> bool {
    if matches!(error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut) {
        return true;
    }
    code(error).is_some_and(|code| {
        // SQLITE_BUSY; connection lost, start and stop, too many connections, serialisation of PostgreSQL.
        code == "5"
            || ["08", "57P", "53300", "40"]
                .iter()
                .any(|class| code.len() == 5 && code.starts_with(class))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FeedKind, Ledger, LedgerUrl, NewFeed};
    use jiff::Timestamp;
    use sqlx::Executor;

    #[tokio::test]
    async fn a_full_disk_is_told_and_spoils_nothing() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let url = LedgerUrl::file(directory.path().join("ledger.sqlite"));
        let ledger = Ledger::open(&url).await.expect("it is made");
        let feed = NewFeed {
            id: "ct:AAAA".to_owned(),
            kind: FeedKind::Tiles,
            description: String::new(),
            url: String::new(),
            start: 0,
            tree: "x".repeat(1_000_000),
            interval_start: None,
            interval_end: None,
            at: Timestamp::UNIX_EPOCH,
        };
        // SQLite's own limit, of the one connection that writes.
        let limit = async |pages| {
            let sql = sqlx::AssertSqlSafe(format!("PRAGMA max_page_count = {pages}"));
            ledger.writer.execute(sql).await.expect("it is taken");
        };
        limit(1).await;
        let error = ledger.enrol(&feed).await.expect_err("there is no room");
        assert!(matches!(error, LedgerError::Full), "{error:?}");
        assert_eq!(error.blame(), Blame::Disk);
        assert_eq!(ledger.feeds().await.expect("it reads"), []);
        limit(1_000_000).await;
        ledger.enrol(&feed).await.expect("there is room");
    }
}
