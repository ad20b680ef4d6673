//! For whom the lake has been scanned, and how far.
//!
//! An organisation that comes to the watchlist, or whose entry changes, was not looked for so far; the names in the
//! lake are to be judged for it.

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::{hex, in_chunks, milliseconds, signed, unsigned};
use jiff::Timestamp;
use model::OrganisationId;
use sqlx::Row;
use sqlx::any::AnyRow;

/// An organisation on the watchlist.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guarded {
    /// Its id.
    pub organisation: OrganisationId,
    /// Digest of its entry; another digest is another entry.
    pub digest: [u8; 32],
}

/// A scan that is not finished.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RetroScan {
    /// For whom, by its id.
    pub organisation: String,
    /// The segments up to this number are done.
    pub scanned_upto: u64,
    /// The segments up to this number are to be scanned; those after were judged with this entry.
    pub wanted_upto: u64,
}

impl Ledger {
    /// Who is guarded, and whom anything was detected for, by id.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn organisations(&self) -> Result<Vec<String>, LedgerError> {
        let known = sqlx::query_scalar(
            "SELECT id FROM organisations UNION SELECT organisation FROM detections WHERE test = 0 ORDER BY 1",
        );
        Ok(known.fetch_all(&self.readers).await?)
    }

    /// Puts down who is guarded from now on. For whoever is new, or has another entry, the segments up to
    /// `wanted_upto` are to be scanned: the last one, or the one being filled. Whoever is gone is forgotten.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn guard(
        &self,
        watchlist: &[Guarded],
        wanted_upto: u64,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        let rows = sqlx::query("SELECT id FROM organisations")
            .fetch_all(turn.connection())
            .await?;
        for row in &rows {
            let id: String = row.try_get("id")?;
            if watchlist
                .iter()
                .all(|guarded| guarded.organisation.as_str() != id)
            {
                sqlx::query("DELETE FROM organisations WHERE id = $1")
                    .bind(id)
                    .execute(turn.connection())
                    .await?;
            }
        }
        in_chunks(
            turn.connection(),
            [
                "INSERT INTO organisations (id, digest, first_seen, scanned_upto, wanted_upto) VALUES",
                "ON CONFLICT (id) DO UPDATE SET digest = excluded.digest, scanned_upto = 0, \
                 wanted_upto = excluded.wanted_upto WHERE organisations.digest <> excluded.digest",
            ],
            5,
            watchlist,
            |row, guarded| {
                Ok(row
                    .bind(guarded.organisation.as_str())
                    .bind(hex(&guarded.digest))
                    .bind(milliseconds(at))
                    .bind(0_i64)
                    .bind(signed(wanted_upto)?))
            },
        )
        .await?;
        turn.commit().await?;
        Ok(())
    }

    /// The scans that are not finished, by organisation.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn retro_todo(&self) -> Result<Vec<RetroScan>, LedgerError> {
        let rows = sqlx::query(
            "SELECT id, scanned_upto, wanted_upto FROM organisations \
             WHERE scanned_upto < wanted_upto ORDER BY id",
        )
        .fetch_all(&self.readers)
        .await?;
        let scan = |row: &AnyRow| {
            Ok(RetroScan {
                organisation: row.try_get("id")?,
                scanned_upto: unsigned(row.try_get("scanned_upto")?),
                wanted_upto: unsigned(row.try_get("wanted_upto")?),
            })
        };
        rows.iter().map(scan).collect()
    }

    /// Puts down that the lake was scanned for `guarded` up to a segment. A scan by an entry that is no
    /// longer the current one counts for nothing.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn retro_progress(
        &self,
        guarded: &Guarded,
        scanned_upto: u64,
    ) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query(
            "UPDATE organisations SET scanned_upto = $1 \
             WHERE id = $2 AND digest = $3 AND scanned_upto < $1",
        )
        .bind(signed(scanned_upto)?)
        .bind(guarded.organisation.as_str())
        .bind(hex(&guarded.digest))
        .execute(turn.connection())
        .await?;
        turn.commit().await?;
        Ok(())
    }
}
