//! Raw bytes that dossiers rest on, each kept once.

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::{hex, milliseconds, signed, unsigned};
use crate::turn::Turn;
use jiff::Timestamp;
use model::{Evidence, EvidenceDigest};
use sqlx::Row;

/// Little time, most of the gain: what is kept is text, or packed already.
const LEVEL: i32 = 3;

impl Ledger {
    /// What is kept under a digest.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn evidence(&self, digest: EvidenceDigest) -> Result<Option<Evidence>, LedgerError> {
        let row = sqlx::query("SELECT media, size, packed FROM evidence WHERE sha256 = $1")
            .bind(hex(&digest.0))
            .fetch_optional(&self.readers)
            .await?;
        let Some(row) = row else {
            return Ok(None);
        };
        let packed: Vec<u8> = row.try_get("packed")?;
        let size = unsigned(row.try_get("size")?) as usize;
        let bytes = zstd::bulk::decompress(&packed, size)
            .map_err(|why| LedgerError::corrupt("evidence", why))?;
        Ok(Some(Evidence {
            digest,
            media: row.try_get("media")?,
            bytes,
        }))
    }
}

/// Keeps what is not kept yet.
pub(crate) async fn keep(
    turn: &mut Turn,
    at: Timestamp,
    evidence: &[Evidence],
) -> Result<(), LedgerError> {
    for piece in evidence {
        let packed = zstd::bulk::compress(&piece.bytes, LEVEL)
            .map_err(|why| LedgerError::corrupt("evidence to keep", why))?;
        sqlx::query(
            "INSERT INTO evidence (sha256, media, size, packed, first_at) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(hex(&piece.digest.0))
        .bind(piece.media.as_str())
        .bind(signed(piece.bytes.len() as u64)?)
        .bind(packed)
        .bind(milliseconds(at))
        .execute(turn.connection())
        .await?;
    }
    Ok(())
}
