//! What somebody is still to be told.

use crate::error::LedgerError;
use crate::events::EventKind;
use crate::open::Ledger;
use crate::sql::{milliseconds, short, signed, timestamp, unsigned};
use jiff::Timestamp;
use model::Tier;
use serde::Serialize;
use sqlx::Row;
use sqlx::any::AnyRow;

/// A way to tell somebody.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Channel {
    /// By its name in the configuration.
    pub name: String,
    /// Detections of this tier and above are told.
    pub min_tier: Tier,
}

/// An event that a channel is to be given.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Delivery {
    /// The event, by its number.
    pub event: u64,
    /// The channel, by its name.
    pub channel: String,
    /// What happened.
    pub kind: EventKind,
    /// The event as a JSON object.
    pub body: String,
    /// How often it was tried.
    pub tries: u32,
}

/// How it stands with a channel that has something waiting.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Waiting {
    /// The channel, by its name.
    pub channel: String,
    /// How many events.
    pub events: u64,
    /// When the oldest of them happened.
    pub since: Timestamp,
    /// The most often that one of them was tried.
    pub tries: u32,
    /// Why the last try of the oldest failed.
    pub error: Option<String>,
}

impl Ledger {
    /// What `channel` is to be given by now, what has waited longest first; at most `limit` deliveries.
    ///
    /// Asked for one channel at a time, so that one that fails keeps nothing from the others.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn due(
        &self,
        channel: &str,
        now: Timestamp,
        limit: u32,
    ) -> Result<Vec<Delivery>, LedgerError> {
        let rows = sqlx::query(
            "SELECT o.event, o.tries, e.kind, e.body FROM outbox o JOIN events e ON e.number = o.event \
             WHERE o.channel = $1 AND o.delivered_at IS NULL AND o.again_at <= $2 \
             ORDER BY o.again_at, o.event LIMIT $3",
        )
        .bind(channel)
        .bind(milliseconds(now))
        .bind(i64::from(limit))
        .fetch_all(&self.readers)
        .await?;
        let delivery = |row: &AnyRow| {
            Ok(Delivery {
                event: unsigned(row.try_get("event")?),
                channel: channel.to_owned(),
                kind: row.try_get::<String, _>("kind")?.parse()?,
                body: row.try_get("body")?,
                tries: tries(row)?,
            })
        };
        rows.iter().map(delivery).collect()
    }

    /// Puts down that an event arrived; the first that arrives of a detection is when it was *told*.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn delivered(
        &self,
        event: u64,
        channel: &str,
        at: Timestamp,
    ) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        let changed = sqlx::query(
            "UPDATE outbox SET delivered_at = $1, error = NULL \
             WHERE event = $2 AND channel = $3 AND delivered_at IS NULL",
        )
        .bind(milliseconds(at))
        .bind(signed(event)?)
        .bind(channel)
        .execute(turn.connection())
        .await?
        .rows_affected();
        if changed == 0 {
            return Ok(());
        }
        sqlx::query(
            "UPDATE detections SET told = $1 WHERE told IS NULL \
             AND id = (SELECT detection FROM events WHERE number = $2)",
        )
        .bind(milliseconds(at))
        .bind(signed(event)?)
        .execute(turn.connection())
        .await?;
        turn.commit().await?;
        Ok(())
    }

    /// Puts down that a delivery failed for the `tries`-th time and is to be made again at `again_at`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn delivery_failed(
        &self,
        event: u64,
        channel: &str,
        error: &str,
        again_at: Timestamp,
        tries: u32,
    ) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query(
            "UPDATE outbox SET tries = $1, again_at = $2, error = $3 \
             WHERE event = $4 AND channel = $5 AND delivered_at IS NULL",
        )
        .bind(i64::from(tries))
        .bind(milliseconds(again_at))
        .bind(short(error))
        .bind(signed(event)?)
        .bind(channel)
        .execute(turn.connection())
        .await?;
        turn.commit().await?;
        Ok(())
    }

    /// The channels that have something waiting, also such as are no longer configured; by name.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn waiting(&self) -> Result<Vec<Waiting>, LedgerError> {
        let rows = sqlx::query(
            "SELECT w.channel, w.events, w.tries, e.at, o.error FROM \
             (SELECT channel, COUNT(*) AS events, MAX(tries) AS tries, MIN(event) AS oldest \
              FROM outbox WHERE delivered_at IS NULL GROUP BY channel) w \
             JOIN outbox o ON o.channel = w.channel AND o.event = w.oldest \
             JOIN events e ON e.number = w.oldest ORDER BY w.channel",
        )
        .fetch_all(&self.readers)
        .await?;
        let waiting = |row: &AnyRow| {
            Ok(Waiting {
                channel: row.try_get("channel")?,
                events: unsigned(row.try_get("events")?),
                since: timestamp(row.try_get("at")?)?,
                tries: tries(row)?,
                error: row.try_get("error")?,
            })
        };
        rows.iter().map(waiting).collect()
    }
}

fn tries(row: &AnyRow) -> Result<u32, LedgerError> {
    let tries: i64 = row.try_get("tries")?;
    u32::try_from(tries).map_err(|why| LedgerError::corrupt("a number of tries", why))
}
