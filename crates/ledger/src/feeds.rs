//! Feeds: what is followed, how far it has been read, and how it is.

use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::{milliseconds, plain, short, signed, timestamp, unsigned};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::AnyConnection;
use sqlx::Row;
use sqlx::any::AnyRow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// What kind of feed it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum FeedKind {
    /// A log that serves tiles (static-ct-api).
    Tiles,
    /// A log of RFC 6962.
    Rfc6962,
    /// A certstream server, which promises no completeness.
    Certstream,
    /// Our own planted names.
    Canary,
    /// Imitations that somebody could register, asked of the DNS.
    Permutations,
}

/// A feed to be followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewFeed {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: FeedKind,
    /// For people.
    pub description: String,
    /// Where it is read.
    pub url: String,
    /// Where to begin, when it is new.
    pub start: u64,
    /// The tree of `[0, start)`, when it is new; empty for a feed without one.
    pub tree: String,
    /// Certificates in it expire from here on.
    pub interval_start: Option<Timestamp>,
    /// Certificates in it expire before this.
    pub interval_end: Option<Timestamp>,
    /// Now.
    pub at: Timestamp,
}

/// A feed as the ledger knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedState {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: FeedKind,
    /// For people.
    pub description: String,
    /// Where it is read.
    pub url: String,
    /// In the follower's words; `enrolled` until it says something.
    pub state: String,
    /// The next index to read: everything before has been judged and recorded.
    pub seen: u64,
    /// Everything before is in the lake as well; here a restart begins.
    pub settled: u64,
    /// The tree of `[0, settled)`; empty for a feed without one.
    pub tree: String,
    /// The newest head that it signed.
    pub head: Option<Head>,
    /// Entries read in 1,000 seconds.
    pub rate_milli: u64,
    /// How long the newest entries have been waiting to be read.
    pub lag: Duration,
    /// The last thing that went wrong, and when.
    pub last_error: Option<(String, Timestamp)>,
    /// When anything of this was last written.
    pub updated_at: Timestamp,
    /// Certificates in it expire from here on.
    pub interval_start: Option<Timestamp>,
    /// Certificates in it expire before this.
    pub interval_end: Option<Timestamp>,
}

/// A signed head.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Head {
    /// Entries in the tree.
    pub size: u64,
    /// When it was signed, by the log's clock.
    pub time: Timestamp,
    /// The head as received, signature and all.
    pub evidence: String,
}

/// How a feed is; `None` leaves what was there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FeedHealth {
    /// Its id.
    pub id: Arc<str>,
    /// In the follower's words.
    pub state: String,
    /// The newest head.
    pub head: Option<Head>,
    /// Entries read in 1,000 seconds.
    pub rate_milli: u64,
    /// How long the newest entries have been waiting to be read.
    pub lag: Duration,
    /// What went wrong, and when.
    pub error: Option<(String, Timestamp)>,
    /// Now.
    pub at: Timestamp,
}

impl Ledger {
    /// Makes a feed known, or brings what describes it up to date; its positions and tree are left as they are then.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn enrol(&self, feed: &NewFeed) -> Result<FeedState, LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query(
            "INSERT INTO feeds (id, kind, description, url, state, seen, settled, tree, rate_milli, \
             updated_at, interval_start, interval_end) \
             VALUES ($1, $2, $3, $4, 'enrolled', $5, $5, $6, 0, $7, $8, $9) \
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, description = excluded.description, \
             url = excluded.url, updated_at = excluded.updated_at, \
             interval_start = excluded.interval_start, interval_end = excluded.interval_end",
        )
        .bind(feed.id.as_str())
        .bind(feed.kind.as_str())
        .bind(short(&feed.description))
        .bind(plain(&feed.url))
        .bind(signed(feed.start)?)
        .bind(feed.tree.as_str())
        .bind(milliseconds(feed.at))
        .bind(feed.interval_start.map(milliseconds))
        .bind(feed.interval_end.map(milliseconds))
        .execute(turn.connection())
        .await?;
        let row = sqlx::query("SELECT * FROM feeds WHERE id = $1")
            .bind(feed.id.as_str())
            .fetch_one(turn.connection())
            .await?;
        let state = state(&row)?;
        turn.commit().await?;
        Ok(state)
    }

    /// All feeds ever enrolled, by id.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn feeds(&self) -> Result<Vec<FeedState>, LedgerError> {
        let rows = sqlx::query("SELECT * FROM feeds ORDER BY id")
            .fetch_all(&self.readers)
            .await?;
        rows.iter().map(state).collect()
    }

    /// Puts down how feeds are.
    ///
    /// # Errors
    /// [`LedgerError::UnknownFeed`], and then nothing is written; those of the store.
    pub async fn report(&self, health: &[FeedHealth]) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        for feed in health {
            let head = feed.head.as_ref();
            let error = feed.error.as_ref();
            let changed = sqlx::query(
                "UPDATE feeds SET state = $1, rate_milli = $2, updated_at = $3, lag_ms = $10, \
                 head_size = COALESCE($4, head_size), head_time = COALESCE($5, head_time), \
                 head_evidence = COALESCE($6, head_evidence), \
                 last_error = COALESCE($7, last_error), last_error_at = COALESCE($8, last_error_at) \
                 WHERE id = $9",
            )
            .bind(short(&feed.state))
            .bind(signed(feed.rate_milli)?)
            .bind(milliseconds(feed.at))
            .bind(head.map(|head| signed(head.size)).transpose()?)
            .bind(head.map(|head| milliseconds(head.time)))
            .bind(head.map(|head| plain(&head.evidence)))
            .bind(error.map(|(says, _)| short(says)))
            .bind(error.map(|(_, at)| milliseconds(*at)))
            .bind(feed.id.as_ref())
            .bind(i64::try_from(feed.lag.as_millis()).unwrap_or(i64::MAX))
            .execute(turn.connection())
            .await?
            .rows_affected();
            known(changed, &feed.id)?;
        }
        turn.commit().await?;
        Ok(())
    }

    /// Takes *seen* back to *settled*: what was read since is to be read again.
    ///
    /// # Errors
    /// [`LedgerError::UnknownFeed`]; those of the store.
    pub async fn rewind(&self, feed: &str) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        let changed = sqlx::query("UPDATE feeds SET seen = settled WHERE id = $1")
            .bind(feed)
            .execute(turn.connection())
            .await?
            .rows_affected();
        known(changed, feed)?;
        turn.commit().await?;
        Ok(())
    }

    /// What became of the names of each feed, counted over all settlements; by feed, then by counter.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn counters(&self) -> Result<BTreeMap<String, BTreeMap<String, u64>>, LedgerError> {
        let rows = sqlx::query("SELECT feed, name, value FROM counters")
            .fetch_all(&self.readers)
            .await?;
        let mut counters: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
        for row in &rows {
            let of_feed = counters.entry(row.try_get("feed")?).or_default();
            of_feed.insert(row.try_get("name")?, unsigned(row.try_get("value")?));
        }
        Ok(counters)
    }
}

/// Moves *seen* of each feed forward.
pub(crate) async fn advance_seen(
    connection: &mut AnyConnection,
    seen: &[(Arc<str>, u64)],
) -> Result<(), LedgerError> {
    for (feed, upto) in seen {
        let changed = sqlx::query(
            "UPDATE feeds SET seen = CASE WHEN seen < $1 THEN $1 ELSE seen END WHERE id = $2",
        )
        .bind(signed(*upto)?)
        .bind(feed.as_ref())
        .execute(&mut *connection)
        .await?
        .rows_affected();
        known(changed, feed)?;
    }
    Ok(())
}

/// An update that found no feed tells that there is none.
fn known(changed: u64, feed: &str) -> Result<(), LedgerError> {
    match changed {
        0 => Err(LedgerError::UnknownFeed {
            feed: feed.to_owned(),
        }),
        _ => Ok(()),
    }
}

fn state(row: &AnyRow) -> Result<FeedState, LedgerError> {
    let time = |name| {
        let kept: Option<i64> = row.try_get(name)?;
        kept.map(timestamp).transpose()
    };
    let size: Option<i64> = row.try_get("head_size")?;
    let head = match (size, time("head_time")?, row.try_get("head_evidence")?) {
        (Some(size), Some(time), Some(evidence)) => Some(Head {
            size: unsigned(size),
            time,
            evidence,
        }),
        _ => None,
    };
    let error: Option<String> = row.try_get("last_error")?;
    Ok(FeedState {
        id: row.try_get("id")?,
        kind: row.try_get::<String, _>("kind")?.parse()?,
        description: row.try_get("description")?,
        url: row.try_get("url")?,
        state: row.try_get("state")?,
        seen: unsigned(row.try_get("seen")?),
        settled: unsigned(row.try_get("settled")?),
        tree: row.try_get("tree")?,
        head,
        rate_milli: unsigned(row.try_get("rate_milli")?),
        lag: Duration::from_millis(unsigned(row.try_get("lag_ms")?)),
        last_error: error.zip(time("last_error_at")?),
        updated_at: timestamp(row.try_get("updated_at")?)?,
        interval_start: time("interval_start")?,
        interval_end: time("interval_end")?,
    })
}

impl FeedKind {
    /// Its id: `tiles`, `rfc6962`, `certstream` or `canary`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tiles => "tiles",
            Self::Rfc6962 => "rfc6962",
            Self::Certstream => "certstream",
            Self::Canary => "canary",
            Self::Permutations => "permutations",
        }
    }
}

impl fmt::Display for FeedKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FeedKind {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        [
            Self::Tiles,
            Self::Rfc6962,
            Self::Certstream,
            Self::Canary,
            Self::Permutations,
        ]
        .into_iter()
        .find(|kind| kind.as_str() == text)
        .ok_or_else(|| LedgerError::corrupt("the kind of a feed", text))
    }
}
