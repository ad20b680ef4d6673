//! The versions of the ledger, and the way from each to the next.

use crate::error::LedgerError;
use crate::open::{Ledger, Store};
use crate::sql::{hex, milliseconds, signed, unsigned};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use sqlx::AnyConnection;
use sqlx::{Executor, Row};

/// Every migration ever released, in order; the first makes version 1. What is here never changes.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_first.sql"),
    include_str!("../migrations/0002_lag.sql"),
    include_str!("../migrations/0003_unreadable.sql"),
    include_str!("../migrations/0004_looks.sql"),
    include_str!("../migrations/0005_campaigns.sql"),
];

/// The advisory lock of `PostgreSQL` under which one program migrates at a time.
const LOCK: i64 = 0x656e_7061_7373;

/// Brings the ledger to the newest version, one transaction for each.
///
/// # Errors
/// [`LedgerError::Newer`] and [`LedgerError::Altered`] before anything is changed.
pub(crate) async fn migrate(ledger: &Ledger) -> Result<(), LedgerError> {
    while version(ledger).await? < MIGRATIONS.len() as u64 {
        let begin = match ledger.store {
            // The lock is taken at once, so that what is read stays true.
            Store::Sqlite(_) => "BEGIN IMMEDIATE",
            Store::Postgres(_) => "BEGIN",
        };
        let mut tx = ledger.writer.begin_with(begin).await?;
        if let Store::Postgres(_) = ledger.store {
            sqlx::query("SELECT pg_advisory_xact_lock($1)")
                .bind(LOCK)
                .execute(&mut *tx)
                .await?;
        }
        tx.execute(
            "CREATE TABLE IF NOT EXISTS migrations (\
             version BIGINT NOT NULL PRIMARY KEY, digest TEXT NOT NULL, applied_at BIGINT NOT NULL)",
        )
        .await?;
        // Somebody else may have been here while we waited.
        let version = check(&mut tx).await?;
        if let Some(next) = MIGRATIONS.get(version) {
            tx.execute(sqlx::raw_sql(*next)).await?;
            sqlx::query("INSERT INTO migrations (version, digest, applied_at) VALUES ($1, $2, $3)")
                .bind(signed(version as u64 + 1)?)
                .bind(digest(next))
                .bind(milliseconds(Timestamp::now()))
                .execute(&mut *tx)
                .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// The version that the ledger has; 0 when there is none yet. Only reads.
pub(crate) async fn version(ledger: &Ledger) -> Result<u64, LedgerError> {
    let exists = match ledger.store {
        Store::Sqlite(_) => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'migrations'",
        Store::Postgres(_) => {
            "SELECT COUNT(*) FROM information_schema.tables \
             WHERE table_name = 'migrations' AND table_schema = current_schema()"
        }
    };
    let mut connection = ledger.writer.acquire().await?;
    let tables: i64 = sqlx::query_scalar(exists)
        .fetch_one(&mut *connection)
        .await?;
    if tables == 0 {
        return Ok(0);
    }
    Ok(check(&mut connection).await? as u64)
}

/// Holds what was applied against what we know, and counts it.
async fn check(connection: &mut AnyConnection) -> Result<usize, LedgerError> {
    let applied = sqlx::query("SELECT version, digest FROM migrations ORDER BY version")
        .fetch_all(connection)
        .await?;
    if let Some(last) = applied.last() {
        let found = unsigned(last.try_get("version")?);
        let known = MIGRATIONS.len() as u64;
        if found > known {
            return Err(LedgerError::Newer { found, known });
        }
    }
    for (at, (row, migration)) in applied.iter().zip(MIGRATIONS).enumerate() {
        let version = at as u64 + 1;
        let same = unsigned(row.try_get("version")?) == version
            && row.try_get::<String, _>("digest")? == digest(migration);
        if !same {
            return Err(LedgerError::Altered { version });
        }
    }
    Ok(applied.len())
}

fn digest(migration: &str) -> String {
    hex(&Sha256::digest(migration).into())
}
