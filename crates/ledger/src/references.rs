//! Campaigns that others published, kept to compare with, each with who imported it from where.

mod written;

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::{hex, milliseconds, short, timestamp};
use crate::stored;
use jiff::Timestamp;
use model::actor::Reference;
use sha2::{Digest, Sha256};
use sqlx::Row;
use sqlx::any::AnyRow;
use written::WrittenReference;

/// Where a kept campaign came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imported {
    /// When it was imported, to the millisecond.
    pub at: Timestamp,
    /// Who imported it.
    pub by: String,
    /// The name of the file that it was read from.
    pub from: String,
}

/// A campaign that others published, as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublishedReference {
    /// What was published.
    pub reference: Reference,
    /// How it came here.
    pub imported: Imported,
}

/// How many campaigns were kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Kept {
    /// Those that were not there before.
    pub added: u64,
    /// Those that took the place of one with the same id.
    pub replaced: u64,
}

impl Ledger {
    /// Keeps campaigns that others published, all or none. One with an id that is kept already takes its place whole, and so does its
    /// origin.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep_references(
        &self,
        references: &[Reference],
        imported: &Imported,
    ) -> Result<Kept, LedgerError> {
        let mut turn = self.turn().await?;
        let mut kept = Kept::default();
        for reference in references {
            let before = sqlx::query("DELETE FROM published WHERE digest = $1")
                .bind(digest(&reference.id))
                .execute(turn.connection())
                .await?;
            if before.rows_affected() > 0 {
                kept.replaced += 1;
            } else {
                kept.added += 1;
            }
            sqlx::query(
                "INSERT INTO published (digest, imported_at, imported_by, imported_from, body) \
                 VALUES ($1, $2, $3, $4, $5)",
            )
            .bind(digest(&reference.id))
            .bind(milliseconds(imported.at))
            .bind(short(&imported.by))
            .bind(short(&imported.from))
            .bind(stored::write(WrittenReference::from(reference)))
            .execute(turn.connection())
            .await?;
        }
        turn.commit().await?;
        Ok(kept)
    }

    /// All that is kept, sorted by name, then by id.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn references(&self) -> Result<Vec<PublishedReference>, LedgerError> {
        let rows =
            sqlx::query("SELECT imported_at, imported_by, imported_from, body FROM published")
                .fetch_all(&self.readers)
                .await?;
        let mut kept: Vec<_> = rows.iter().map(published).collect::<Result<_, _>>()?;
        kept.sort_by(|PublishedReference { reference: one, .. }, other| {
            let other = &other.reference;
            (&one.name, &one.id).cmp(&(&other.name, &other.id))
        });
        Ok(kept)
    }

    /// Forgets the campaign with this id. Whether there was one.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn forget_reference(&self, id: &str) -> Result<bool, LedgerError> {
        let mut turn = self.turn().await?;
        let gone = sqlx::query("DELETE FROM published WHERE digest = $1")
            .bind(digest(id))
            .execute(turn.connection())
            .await?;
        turn.commit().await?;
        Ok(gone.rows_affected() > 0)
    }
}

fn digest(id: &str) -> String {
    hex(&Sha256::digest(id).into())
}

fn published(row: &AnyRow) -> Result<PublishedReference, LedgerError> {
    let body: String = row.try_get("body")?;
    let written: WrittenReference = stored::read("a published campaign", &body)?;
    Ok(PublishedReference {
        reference: written.read()?,
        imported: Imported {
            at: timestamp(row.try_get("imported_at")?)?,
            by: row.try_get("imported_by")?,
            from: row.try_get("imported_from")?,
        },
    })
}
