//! Alarms about the feeds and about us: raised once, counted while they last, cleared.

use crate::error::LedgerError;
use crate::events::{AlarmBody, Announcement, Event, EventKind, Subject};
use crate::open::Ledger;
use crate::outbox::Channel;
use crate::sql::{milliseconds, short, signed, timestamp, unsigned};
use crate::turn::Turn;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::any::AnyRow;

/// Something that is wrong. Of one kind there is at most one open alarm a feed.
#[derive(Clone, PartialEq, Debug)]
pub struct NewAlarm<'a> {
    /// What was found, by its id: `wrong-hash`, `behind`, ….
    pub kind: &'a str,
    /// The feed, by its id; none where it is about us.
    pub feed: Option<&'a str>,
    /// A sentence for people.
    pub says: &'a str,
    /// What proves it, such as both signed heads of a split view.
    pub evidence: Option<&'a Value>,
    /// When it was found.
    pub at: Timestamp,
    /// Who is to be told.
    pub channels: &'a [Channel],
}

/// An alarm. Serialised it is the object that programs read.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Alarm {
    /// What was found.
    pub id: String,
    /// The feed, by its id; none where it is about us.
    pub feed: Option<String>,
    /// A sentence for people, as of the last time.
    pub says: String,
    /// What proved it the first time.
    pub evidence: Option<Value>,
    /// When it was first found.
    pub raised_at: Timestamp,
    /// When it was last found.
    pub last_at: Timestamp,
    /// How often it was found.
    pub count: u64,
    /// When it was over; none while it lasts.
    pub cleared_at: Option<Timestamp>,
}

impl Ledger {
    /// Raises an alarm. One that is open already is counted once more, and no event is made; found again at a time
    /// that is no later than the last, it is not even counted.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn raise(&self, alarm: &NewAlarm<'_>) -> Result<Option<Event>, LedgerError> {
        let mut turn = self.turn().await?;
        let says = short(alarm.says);
        if let Some((id, open)) = open(&mut turn, alarm.feed, alarm.kind).await? {
            if milliseconds(alarm.at) <= milliseconds(open.last_at) {
                return Ok(None);
            }
            sqlx::query(
                "UPDATE alarms SET count = count + 1, last_at = $1, says = $2 WHERE id = $3",
            )
            .bind(milliseconds(alarm.at))
            .bind(says)
            .bind(id)
            .execute(turn.connection())
            .await?;
            turn.commit().await?;
            return Ok(None);
        }
        turn.numbers.alarm += 1;
        sqlx::query(
            "INSERT INTO alarms (id, kind, feed, says, evidence, raised_at, last_at, count) \
             VALUES ($1, $2, $3, $4, $5, $6, $6, 1)",
        )
        .bind(signed(turn.numbers.alarm)?)
        .bind(alarm.kind)
        .bind(alarm.feed.unwrap_or_default())
        .bind(says.as_str())
        .bind(alarm.evidence.map(Value::to_string))
        .bind(milliseconds(alarm.at))
        .execute(turn.connection())
        .await?;
        let announcement = Announcement {
            at: alarm.at,
            kind: EventKind::Alarm,
            subject: Subject::Alarm(AlarmBody {
                id: alarm.kind,
                feed: alarm.feed,
                says: &says,
                evidence: alarm.evidence,
                raised_at: alarm.at,
            }),
        };
        turn.announce(&announcement, names(alarm.channels));
        Ok(turn.commit().await?.pop())
    }

    /// Clears the open alarm of this kind of the feed, if there is one.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn clear(
        &self,
        feed: Option<&str>,
        kind: &str,
        at: Timestamp,
        channels: &[Channel],
    ) -> Result<Option<Event>, LedgerError> {
        let mut turn = self.turn().await?;
        let Some((id, alarm)) = open(&mut turn, feed, kind).await? else {
            return Ok(None);
        };
        sqlx::query("UPDATE alarms SET cleared_at = $1 WHERE id = $2")
            .bind(milliseconds(at))
            .bind(id)
            .execute(turn.connection())
            .await?;
        let announcement = Announcement {
            at,
            kind: EventKind::AlarmCleared,
            subject: Subject::Alarm(AlarmBody {
                id: kind,
                feed,
                says: &alarm.says,
                evidence: alarm.evidence.as_ref(),
                raised_at: alarm.raised_at,
            }),
        };
        turn.announce(&announcement, names(channels));
        Ok(turn.commit().await?.pop())
    }

    /// The alarms, those raised last first; all that ever were, or the open ones.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn alarms(&self, open_only: bool) -> Result<Vec<Alarm>, LedgerError> {
        let rows =
            sqlx::query("SELECT * FROM alarms WHERE $1 = 0 OR cleared_at IS NULL ORDER BY id DESC")
                .bind(i64::from(open_only))
                .fetch_all(&self.readers)
                .await?;
        rows.iter().map(alarm).collect()
    }
}

fn names(channels: &[Channel]) -> impl Iterator<Item = &str> {
    channels.iter().map(|channel| channel.name.as_str())
}

/// The open alarm of a kind, with its number.
async fn open(
    turn: &mut Turn,
    feed: Option<&str>,
    kind: &str,
) -> Result<Option<(i64, Alarm)>, LedgerError> {
    let row =
        sqlx::query("SELECT * FROM alarms WHERE feed = $1 AND kind = $2 AND cleared_at IS NULL")
            .bind(feed.unwrap_or_default())
            .bind(kind)
            .fetch_optional(turn.connection())
            .await?;
    row.map(|row| Ok((row.try_get("id")?, alarm(&row)?)))
        .transpose()
}

fn alarm(row: &AnyRow) -> Result<Alarm, LedgerError> {
    let feed: String = row.try_get("feed")?;
    let evidence: Option<String> = row.try_get("evidence")?;
    let cleared_at: Option<i64> = row.try_get("cleared_at")?;
    Ok(Alarm {
        id: row.try_get("kind")?,
        feed: (!feed.is_empty()).then_some(feed),
        says: row.try_get("says")?,
        evidence: evidence
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|why| LedgerError::corrupt("the evidence of an alarm", why))?,
        raised_at: timestamp(row.try_get("raised_at")?)?,
        last_at: timestamp(row.try_get("last_at")?)?,
        count: unsigned(row.try_get("count")?),
        cleared_at: cleared_at.map(timestamp).transpose()?,
    })
}
