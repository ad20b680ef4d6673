//! The lake's segments, as far as they count.

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::{milliseconds, signed, timestamp, unsigned};
use crate::turn::Turn;
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::Row;
use sqlx::any::AnyRow;

/// One file of the lake. A file that is not registered here is not part of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Segment {
    /// Its number, from 1; greater than those of all registered before.
    pub number: u64,
    /// Its path in the lake.
    pub path: String,
    /// Names in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
    /// The day under which it lies.
    pub day: Date,
    /// The earliest time in it.
    pub first_at: Timestamp,
    /// The latest time in it.
    pub last_at: Timestamp,
}

impl Ledger {
    /// The registered segments, by number.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn segments(&self) -> Result<Vec<Segment>, LedgerError> {
        let rows = sqlx::query("SELECT * FROM segments ORDER BY number")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(segment).collect()
    }

    /// The number of the last segment ever registered, also when it has been forgotten since.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn last_segment(&self) -> Result<Option<u64>, LedgerError> {
        let number = sqlx::query_scalar("SELECT segment FROM numbers WHERE id = 1");
        let number = unsigned(number.fetch_one(&self.readers).await?);
        Ok((number > 0).then_some(number))
    }

    /// Strikes a segment off, before its file is deleted. One that is not there is no error.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn forget_segment(&self, number: u64) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query("DELETE FROM segments WHERE number = $1")
            .bind(signed(number)?)
            .execute(turn.connection())
            .await?;
        turn.commit().await?;
        Ok(())
    }
}

pub(crate) async fn insert_segment(turn: &mut Turn, segment: &Segment) -> Result<(), LedgerError> {
    let last = turn.numbers.segment;
    if segment.number <= last {
        return Err(LedgerError::SegmentTaken {
            number: segment.number,
            last,
        });
    }
    turn.numbers.segment = segment.number;
    sqlx::query(
        "INSERT INTO segments (number, path, rows, bytes, day, first_at, last_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(signed(segment.number)?)
    .bind(segment.path.as_str())
    .bind(signed(segment.rows)?)
    .bind(signed(segment.bytes)?)
    .bind(segment.day.to_string())
    .bind(milliseconds(segment.first_at))
    .bind(milliseconds(segment.last_at))
    .execute(turn.connection())
    .await?;
    Ok(())
}

fn segment(row: &AnyRow) -> Result<Segment, LedgerError> {
    let day: String = row.try_get("day")?;
    Ok(Segment {
        number: unsigned(row.try_get("number")?),
        path: row.try_get("path")?,
        rows: unsigned(row.try_get("rows")?),
        bytes: unsigned(row.try_get("bytes")?),
        day: day
            .parse()
            .map_err(|why| LedgerError::corrupt("the day of a segment", why))?,
        first_at: timestamp(row.try_get("first_at")?)?,
        last_at: timestamp(row.try_get("last_at")?)?,
    })
}
