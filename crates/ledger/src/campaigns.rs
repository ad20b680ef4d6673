//! Campaigns, kept up to date: what a look or a decision touched is joined anew, the rest stands.
//!
//! Which domains belong together is a function of the facts and the decisions, and of nothing else. So it does not matter
//! how much is joined at a time, in which order, and who was killed in between: what is stale stays stale until a transaction has
//! written what came of it.

mod decisions;
mod diff;
mod read;
mod region;
mod said;
mod written;

pub use decisions::{Upshot, Word};
pub use read::Company;

pub(crate) use decisions::standing_rulings;
pub(crate) use read::company;

use crate::error::LedgerError;
use crate::events::{Announcement, CampaignBody, Event, EventKind, Subject};
use crate::open::Ledger;
use crate::sql::{in_chunks, milliseconds, of_numbers, short, signed};
use crate::turn::Turn;
use diff::{Change, Diff};
use jiff::Timestamp;
use judge::{Group, Rarity, campaign_name};
use region::Region;
use std::collections::{BTreeMap, BTreeSet};
use std::iter;
use written::WrittenTies;

/// How many stale domains are joined in one turn.
const AT_ONCE: i64 = 256;

impl Ledger {
    /// Joins campaigns anew where something changed since they were joined last: new facts, a tier, a decision. Each change of a
    /// campaign is an event. Whoever is raised by the company that it keeps, or no more, is due to be looked at.
    ///
    /// One turn joins some of what is stale; nothing was where no turn was needed, which is `None`.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn join(
        &self,
        rarity: &Rarity,
        at: Timestamp,
    ) -> Result<Option<Vec<Event>>, LedgerError> {
        let any: Option<i64> =
            sqlx::query_scalar("SELECT id FROM suspects WHERE stale = 1 LIMIT 1")
                .fetch_optional(&self.readers)
                .await?;
        if any.is_none() {
            return Ok(None);
        }
        let mut turn = self.turn().await?;
        join_some(&mut turn, rarity, at).await?;
        Ok(Some(turn.commit().await?))
    }
}

/// Joins some of what is stale; whether anything was.
async fn join_some(turn: &mut Turn, rarity: &Rarity, at: Timestamp) -> Result<bool, LedgerError> {
    let stale: Vec<i64> =
        sqlx::query_scalar("SELECT id FROM suspects WHERE stale = 1 ORDER BY id LIMIT $1")
            .bind(AT_ONCE)
            .fetch_all(turn.connection())
            .await?;
    if stale.is_empty() {
        return Ok(false);
    }
    let region = Region::around(turn.connection(), &stale, rarity).await?;
    let groups = judge::campaigns(
        &region.suspects,
        |pivot| region.holders.get(pivot).copied().unwrap_or(0),
        &region.decisions,
        rarity,
    );
    let diff = Diff::between(&region, &groups);
    write(turn, &region, &groups, &diff, at).await?;
    settle(turn, &stale).await?;
    Ok(true)
}

/// What was stale is no more, and neither are its values.
async fn settle(turn: &mut Turn, stale: &[i64]) -> Result<(), LedgerError> {
    of_numbers(
        turn.connection(),
        "UPDATE suspects SET stale = 0 WHERE id IN (SELECT id FROM asked)",
        stale,
    )
    .await?;
    of_numbers(
        turn.connection(),
        "UPDATE pivots SET joined_holders = holders WHERE joined_holders <> holders AND id IN \
         (SELECT f.pivot FROM asked JOIN facts f ON f.suspect = asked.id)",
        stale,
    )
    .await?;
    Ok(())
}

async fn write(
    turn: &mut Turn,
    region: &Region,
    groups: &[Group],
    diff: &Diff<'_>,
    at: Timestamp,
) -> Result<(), LedgerError> {
    in_chunks(
        turn.connection(),
        [
            "WITH moved (id, campaign) AS (VALUES",
            ") UPDATE suspects SET campaign = (SELECT moved.campaign FROM moved WHERE moved.id = suspects.id) \
             WHERE id IN (SELECT id FROM moved)",
        ],
        2,
        &diff.moved,
        |row, (suspect, campaign)| {
            Ok(row
                .bind(*suspect)
                .bind(campaign.map(|id| id.0.clone())))
        },
    )
    .await?;
    for id in &diff.made {
        sqlx::query(
            "INSERT INTO campaigns (id, made_at) VALUES ($1, $2) \
             ON CONFLICT (id) DO UPDATE SET successor = NULL, dissolved_at = NULL",
        )
        .bind(id.0.as_str())
        .bind(milliseconds(at))
        .execute(turn.connection())
        .await?;
    }
    for (id, successor) in &diff.ended {
        sqlx::query("UPDATE campaigns SET successor = $1, dissolved_at = $2 WHERE id = $3")
            .bind(successor.map(|id| id.0.as_str()))
            .bind(milliseconds(at))
            .bind(id)
            .execute(turn.connection())
            .await?;
    }
    write_links(turn, region, groups).await?;
    for (number, promoted) in &diff.promoted {
        promote(turn, region, *number, promoted.as_deref(), at).await?;
    }
    for change in &diff.changes {
        tell(turn, change, at).await?;
    }
    Ok(())
}

/// The links of a region, where they differ from those that are kept.
async fn write_links(
    turn: &mut Turn,
    region: &Region,
    groups: &[Group],
) -> Result<(), LedgerError> {
    let mut links = BTreeMap::new();
    for group in groups {
        for link in &group.links {
            let (Some(one), Some(other)) = (region.number(&link.one), region.number(&link.other))
            else {
                continue;
            };
            let why = written::write(WrittenTies::from(link.reasons.as_slice()));
            links.insert((one, other), (group.id.0.as_str(), link, why));
        }
    }
    let (mut kept, mut gone) = (BTreeSet::new(), vec![]);
    for (one, other, campaign, why) in region.links(turn.connection()).await? {
        let new = links.get(&(one, other));
        if new.is_some_and(|(id, _, new)| *id == campaign && *new == why) {
            kept.insert((one, other));
        } else {
            gone.push((one, other));
        }
    }
    in_chunks(
        turn.connection(),
        [
            "WITH gone (one, other) AS (VALUES",
            ") DELETE FROM links WHERE (one, other) IN (SELECT one, other FROM gone)",
        ],
        2,
        &gone,
        |row, (one, other)| Ok(row.bind(*one).bind(*other)),
    )
    .await?;
    let new: Vec<_> = links
        .iter()
        .filter(|(ends, _)| !kept.contains(*ends))
        .collect();
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO links (one, other, campaign, strength, since, why) VALUES",
            "",
        ],
        6,
        &new,
        |row, ((one, other), (campaign, link, why))| {
            Ok(row
                .bind(*one)
                .bind(*other)
                .bind(*campaign)
                .bind(i64::from(link.strength))
                .bind(milliseconds(link.since))
                .bind(why.as_str()))
        },
    )
    .await?;
    Ok(())
}

/// Raises a domain, or lets it down again; it is looked at soon, so that its risk follows.
async fn promote(
    turn: &mut Turn,
    region: &Region,
    number: usize,
    promoted: Option<&str>,
    at: Timestamp,
) -> Result<(), LedgerError> {
    sqlx::query("UPDATE suspects SET promoted = $1 WHERE id = $2")
        .bind(promoted)
        .bind(region.rows[number].id)
        .execute(turn.connection())
        .await?;
    sqlx::query(
        "UPDATE looks SET due_at = $1 WHERE due_at > $1 AND detection IN \
         (SELECT id FROM detections WHERE registrable = $2 AND test = 0)",
    )
    .bind(milliseconds(at))
    .bind(region.suspects[number].domain.as_str())
    .execute(turn.connection())
    .await?;
    Ok(())
}

/// Writes a change into the history of its campaign, and announces it.
async fn tell(turn: &mut Turn, change: &Change<'_>, at: Timestamp) -> Result<(), LedgerError> {
    turn.numbers.moment += 1;
    sqlx::query(
        "INSERT INTO moments (id, campaign, at, kind, domain, says) VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(signed(turn.numbers.moment)?)
    .bind(change.campaign.0.as_str())
    .bind(milliseconds(at))
    .bind(change.kind)
    .bind(change.domain.map(ToString::to_string))
    .bind(short(&change.says))
    .execute(turn.connection())
    .await?;
    let announcement = Announcement {
        at,
        kind: EventKind::Campaign,
        subject: Subject::Campaign(CampaignBody {
            campaign: &change.campaign.0,
            name: campaign_name(change.campaign),
            change: change.kind,
            domain: change.domain.map(ToString::to_string),
            domains: change.domains,
            says: short(&change.says),
        }),
    };
    turn.announce(&announcement, iter::empty());
    Ok(())
}
