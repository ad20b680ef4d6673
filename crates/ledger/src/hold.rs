//! One `watch` a ledger.

use crate::error::LedgerError;
use crate::open::{Ledger, Store};
use crate::sql::plain;
use sqlx::AnyConnection;
use sqlx::any::AnyConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The first half of the advisory lock of `PostgreSQL`; the second is the schema.
const LOCK: &str = "1701867635, hashtext(current_schema())";

/// Whoever asks for the holder takes the file's lock for a moment, and is gone before this many tries are over.
const TRIES: u32 = 10;
const BETWEEN_TRIES: Duration = Duration::from_millis(20);

/// What shows that nobody else watches. Given up when it is dropped and when the process ends, however it ends.
#[derive(Debug)]
pub struct Hold(Held);

#[derive(Debug)]
enum Held {
    /// Locked as long as it is open.
    Sqlite { _lock: File },
    /// Locked as long as it lasts.
    Postgres(AnyConnection),
}

impl Hold {
    /// Asks whether we still hold the ledger. A database that was started anew has let go of it, and so has one that
    /// the network cut off; a file never does.
    ///
    /// # Errors
    /// [`LedgerError::HoldLost`].
    pub async fn verify(&mut self) -> Result<(), LedgerError> {
        match &mut self.0 {
            Held::Sqlite { .. } => Ok(()),
            Held::Postgres(connection) => connection
                .ping()
                .await
                .map_err(|source| LedgerError::HoldLost { source }),
        }
    }
}

impl Ledger {
    /// Takes the ledger for one `watch`; `holder` says in one line who that is.
    ///
    /// # Errors
    /// [`LedgerError::Held`] with the words of whoever has it; [`LedgerError::Path`] where its lock file cannot be
    /// written; those of the store.
    pub async fn hold(&self, holder: &str) -> Result<Hold, LedgerError> {
        match &self.store {
            Store::Sqlite(file) => {
                let path = lock_path(file);
                for _ in 1..TRIES {
                    match hold_file(&path, holder) {
                        Err(LedgerError::Held { .. }) => tokio::time::sleep(BETWEEN_TRIES).await,
                        held => return held,
                    }
                }
                hold_file(&path, holder)
            }
            Store::Postgres(options) => self.hold_database(options, holder).await,
        }
    }

    /// Who watches now, if anybody does.
    ///
    /// # Errors
    /// [`LedgerError::Path`] where the lock file cannot be read; those of the store.
    pub async fn holder(&self) -> Result<Option<String>, LedgerError> {
        match &self.store {
            Store::Sqlite(file) => {
                let path = lock_path(file);
                if !path.exists() {
                    return Ok(None);
                }
                let lock = File::open(&path).map_err(|source| LedgerError::Path {
                    path: path.clone(),
                    source,
                })?;
                match lock.try_lock_shared() {
                    Ok(()) => Ok(None),
                    Err(TryLockError::WouldBlock) => Ok(Some(words(lock))),
                    Err(TryLockError::Error(source)) => Err(LedgerError::Path { path, source }),
                }
            }
            Store::Postgres(_) => {
                let held: i64 = sqlx::query_scalar(
                    "SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND granted \
                     AND classid = 1701867635 AND objid = hashtext(current_schema())::oid AND objsubid = 2 \
                     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
                )
                .fetch_one(&self.readers)
                .await?;
                if held == 0 {
                    return Ok(None);
                }
                self.holder_says().await.map(Some)
            }
        }
    }

    async fn hold_database(
        &self,
        options: &AnyConnectOptions,
        holder: &str,
    ) -> Result<Hold, LedgerError> {
        let mut connection = options.connect().await?;
        let sql = format!("SELECT pg_try_advisory_lock({LOCK})");
        let taken: bool = sqlx::query_scalar(sqlx::AssertSqlSafe(sql))
            .fetch_one(&mut connection)
            .await?;
        if !taken {
            let by = self.holder_says().await?;
            return Err(LedgerError::Held { by });
        }
        sqlx::query(
            "INSERT INTO holder (id, says) VALUES (1, $1) \
             ON CONFLICT (id) DO UPDATE SET says = excluded.says",
        )
        .bind(plain(holder))
        .execute(&mut connection)
        .await?;
        Ok(Hold(Held::Postgres(connection)))
    }

    async fn holder_says(&self) -> Result<String, LedgerError> {
        let says: Option<String> = sqlx::query_scalar("SELECT says FROM holder WHERE id = 1")
            .fetch_optional(&self.readers)
            .await?;
        Ok(named(says.unwrap_or_default()))
    }
}

fn lock_path(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn hold_file(path: &Path, holder: &str) -> Result<Hold, LedgerError> {
    let failed = |source| LedgerError::Path {
        path: path.to_owned(),
        source,
    };
    // Not truncated: until it is locked, the words in it are somebody else's.
    let mut lock = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(LedgerError::Held { by: words(lock) }),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    lock.set_len(0)
        .and_then(|()| lock.rewind())
        .and_then(|()| lock.write_all(holder.as_bytes()))
        .map_err(failed)?;
    Ok(Hold(Held::Sqlite { _lock: lock }))
}

/// What the holder wrote into its lock file, as far as it can be read.
fn words(lock: File) -> String {
    let mut words = vec![];
    // A file that is locked but cannot be read still tells that somebody is there.
    let _read = lock.take(4096).read_to_end(&mut words);
    named(String::from_utf8_lossy(&words).trim().to_owned())
}

/// Between the lock and the words there is a moment without words.
fn named(words: String) -> String {
    if words.is_empty() {
        "somebody who has not said who they are".to_owned()
    } else {
        words
    }
}
