//! Entries of which nobody can say that all names were read: kept, each an event, never passed over.

use crate::error::LedgerError;
use crate::events::{Announcement, EventKind, Subject};
use crate::sql::{hex, in_chunks, milliseconds, signed};
use crate::turn::Turn;
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rustc_hash::FxHashSet;
use serde::Serialize;
use sha2::{Digest, Sha256};
use sqlx::Row;
use std::sync::Arc;

/// So many of an entry's bytes are kept; the digest is of all.
pub const MAX_KEPT: usize = 16 << 10;

/// An entry that could not be read, or not to its end.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NewUnreadable {
    /// The feed, by its id.
    pub feed: Arc<str>,
    /// The entry's index in the feed.
    pub index: u64,
    /// Why, as a stable id.
    pub why: &'static str,
    /// What its leaf covers.
    pub raw: Vec<u8>,
}

/// The event that tells of one.
#[derive(Serialize)]
pub(crate) struct UnreadableBody<'a> {
    feed: &'a str,
    index: u64,
    why: &'static str,
    sha256: String,
    bytes: usize,
}

/// Keeps those that are not kept yet, and announces them. Nobody is owed a delivery: the feed's alarm tells once.
pub(crate) async fn keep(
    turn: &mut Turn,
    at: Timestamp,
    entries: &[NewUnreadable],
) -> Result<(), LedgerError> {
    let known = in_chunks(
        turn.connection(),
        [
            "WITH asked (feed, position) AS (VALUES",
            ") SELECT u.feed, u.position FROM asked JOIN unreadable u \
             ON u.feed = asked.feed AND u.position = asked.position",
        ],
        2,
        entries,
        |row, entry| {
            Ok(row
                .bind(entry.feed.as_ref())
                .bind(entry.index.cast_signed()))
        },
    )
    .await?;
    let mut known: FxHashSet<(String, i64)> = known
        .iter()
        .map(|row| Ok((row.try_get("feed")?, row.try_get("position")?)))
        .collect::<Result<_, LedgerError>>()?;
    let mut is_new =
        |entry: &&NewUnreadable| known.insert((entry.feed.to_string(), entry.index.cast_signed()));
    let new: Vec<(&NewUnreadable, String)> = entries
        .iter()
        .filter(&mut is_new)
        .map(|entry| (entry, hex(&Sha256::digest(&entry.raw).into())))
        .collect();
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO unreadable (feed, position, why, sha256, size, raw, at) VALUES",
            "",
        ],
        7,
        &new,
        |row, (entry, sha256)| {
            let kept = &entry.raw[..entry.raw.len().min(MAX_KEPT)];
            Ok(row
                .bind(entry.feed.as_ref())
                .bind(entry.index.cast_signed())
                .bind(entry.why)
                .bind(sha256.as_str())
                .bind(signed(entry.raw.len() as u64)?)
                .bind(HEXLOWER.encode(kept))
                .bind(milliseconds(at)))
        },
    )
    .await?;
    for (entry, sha256) in new {
        let announcement = Announcement {
            at,
            kind: EventKind::Unreadable,
            subject: Subject::Unreadable(UnreadableBody {
                feed: &entry.feed,
                index: entry.index,
                why: entry.why,
                sha256,
                bytes: entry.raw.len(),
            }),
        };
        turn.announce(&announcement, std::iter::empty());
    }
    Ok(())
}
