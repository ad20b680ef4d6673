//! A copy of the ledger, whole, while it is in use.

use crate::error::LedgerError;
use crate::open::{Ledger, Store};
use std::fs::File;
use std::io;
use std::path::Path;

impl Ledger {
    /// Writes a copy of a ledger in `SQLite`, as of one moment, to a file that must not exist. The file appears whole
    /// or not at all.
    ///
    /// # Errors
    /// [`LedgerError::BackupExists`], [`LedgerError::Backup`], [`LedgerError::Full`]; [`LedgerError::BackupPostgres`]
    /// for a ledger in `PostgreSQL`.
    pub async fn backup(&self, file: &Path) -> Result<(), LedgerError> {
        if let Store::Postgres(_) = self.store {
            return Err(LedgerError::BackupPostgres);
        }
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::StorageFull => LedgerError::Full,
            io::ErrorKind::AlreadyExists => LedgerError::BackupExists {
                path: file.to_owned(),
            },
            _ => LedgerError::Backup {
                path: file.to_owned(),
                source,
            },
        };
        if file.exists() {
            return Err(failed(io::ErrorKind::AlreadyExists.into()));
        }
        let directory = match file.parent() {
            Some(parent) if parent != Path::new("") => parent,
            _ => Path::new("."),
        };
        let copy = tempfile::Builder::new()
            .prefix(".ledger-backup-")
            .tempfile_in(directory)
            .map_err(failed)?;
        let path = copy.path().to_str().ok_or_else(|| {
            failed(io::Error::new(
                io::ErrorKind::InvalidFilename,
                "the path is not UTF-8",
            ))
        })?;
        // It takes an empty file for its own.
        sqlx::query("VACUUM INTO $1")
            .bind(path)
            .execute(&self.readers)
            .await?;
        copy.as_file().sync_all().map_err(failed)?;
        copy.persist_noclobber(file)
            .map_err(|error| failed(error.error))?;
        File::open(directory)
            .and_then(|directory| directory.sync_all())
            .map_err(failed)
    }
}
