//! What is in the lake for good: segment, positions, trees and counters, in one transaction.

use crate::error::LedgerError;
use crate::feeds::Head;
use crate::open::Ledger;
use crate::segments::{Segment, insert_segment};
use crate::sql::{milliseconds, plain, signed, unsigned};
use crate::turn::Turn;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Everything between two points of each feed, written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Settlement {
    /// The segment that has the names; none where there is no lake, or no name.
    pub segment: Option<Segment>,
    /// The feeds in it.
    pub feeds: Vec<SettledFeed>,
}

/// One feed's part of a settlement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SettledFeed {
    /// Its id.
    pub id: Arc<str>,
    /// Where the feed stood settled before.
    pub from: u64,
    /// Where it stands settled now; not below `from`.
    pub upto: u64,
    /// The tree of `[0, upto)`; empty for a feed without one.
    pub tree: String,
    /// The head that proves it.
    pub head: Option<Head>,
    /// What became of the names between, by outcome.
    pub counters: BTreeMap<&'static str, u64>,
}

impl Ledger {
    /// Registers the segment, moves *settled* of all its feeds (and *seen* where that is behind), keeps their trees and
    /// adds their counters.
    ///
    /// A settlement whose feeds all stand at its end, or beyond, was made before: then nothing is changed.
    ///
    /// # Errors
    /// [`LedgerError::Unsettled`] where a feed stands elsewhere than at the beginning; [`LedgerError::UnknownFeed`];
    /// [`LedgerError::SegmentTaken`]; those of the store. Nothing is written then.
    pub async fn settle(&self, settlement: &Settlement) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        let mut made_before = true;
        let mut elsewhere = None;
        for feed in &settlement.feeds {
            let settled = settled(&mut turn, &feed.id).await?;
            made_before &= settled >= feed.upto;
            if settled != feed.from {
                elsewhere = elsewhere.or(Some(LedgerError::Unsettled {
                    feed: feed.id.to_string(),
                    settled,
                    from: feed.from,
                    upto: feed.upto,
                }));
            }
        }
        if made_before {
            return Ok(());
        }
        if let Some(error) = elsewhere {
            return Err(error);
        }
        if let Some(segment) = &settlement.segment {
            insert_segment(&mut turn, segment).await?;
        }
        for feed in &settlement.feeds {
            advance(&mut turn, feed).await?;
        }
        turn.commit().await?;
        Ok(())
    }
}

async fn settled(turn: &mut Turn, feed: &str) -> Result<u64, LedgerError> {
    let settled = sqlx::query_scalar("SELECT settled FROM feeds WHERE id = $1")
        .bind(feed)
        .fetch_optional(turn.connection())
        .await?;
    settled
        .map(unsigned)
        .ok_or_else(|| LedgerError::UnknownFeed {
            feed: feed.to_owned(),
        })
}

async fn advance(turn: &mut Turn, feed: &SettledFeed) -> Result<(), LedgerError> {
    let head = feed.head.as_ref();
    sqlx::query(
        "UPDATE feeds SET settled = $1, seen = CASE WHEN seen < $1 THEN $1 ELSE seen END, tree = $2, \
         head_size = COALESCE($3, head_size), head_time = COALESCE($4, head_time), \
         head_evidence = COALESCE($5, head_evidence) WHERE id = $6",
    )
    .bind(signed(feed.upto)?)
    .bind(feed.tree.as_str())
    .bind(head.map(|head| signed(head.size)).transpose()?)
    .bind(head.map(|head| milliseconds(head.time)))
    .bind(head.map(|head| plain(&head.evidence)))
    .bind(feed.id.as_ref())
    .execute(turn.connection())
    .await?;
    for (name, value) in &feed.counters {
        sqlx::query(
            "INSERT INTO counters (feed, name, value) VALUES ($1, $2, $3) \
             ON CONFLICT (feed, name) DO UPDATE SET value = counters.value + excluded.value",
        )
        .bind(feed.id.as_ref())
        .bind(*name)
        .bind(signed(*value)?)
        .execute(turn.connection())
        .await?;
    }
    Ok(())
}
