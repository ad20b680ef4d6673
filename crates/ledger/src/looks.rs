//! Looks at what was detected: durable work, taken by lease, written once.
//!
//! A look that was leased and not written is due again when its lease ends; one that is written twice, because whoever
//! wrote it could not know that it was kept, changes nothing the second time: looks of a detection are numbered.

use crate::campaigns::{self, Company};
use crate::error::LedgerError;
use crate::events::{Announcement, Event, EventKind, RiskBody, StageBody, Subject};
use crate::evidence;
use crate::facts;
use crate::open::Ledger;
use crate::outbox::Channel;
use crate::rulings;
use crate::sql::{in_chunks, kept_time, milliseconds, plain, short, signed, timestamp, unsigned};
use crate::turn::Turn;
use crate::{Detail, detail};
use jiff::{SignedDuration, Timestamp};
use model::{Direction, Evidence, Fact, Reached, Risk, Stage, Step};
use rustc_hash::FxHashMap;
use serde::Serialize;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// A detection that is to be looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct DueLook {
    /// The detection, by its id.
    pub detection: u64,
    /// Its strongest name and the case against it.
    pub detail: Detail,
    /// When it was first seen.
    pub first_seen: Timestamp,
    /// From when its first certificate is valid.
    pub issued: Option<Timestamp>,
    /// The number of this look, from 1.
    pub number: u64,
    /// Looks since the last step.
    pub quiet: u32,
    /// Looks in a row in which a question failed.
    pub failed: u32,
    /// The stages that it stood on at the last look.
    pub stages: Vec<Reached>,
    /// The company that it keeps, where that raises it.
    pub company: Option<Company>,
}

/// What a look gave.
#[derive(Clone, Copy, Debug)]
pub struct NewLook<'a> {
    /// What was leased.
    pub of: &'a DueLook,
    /// When it was written.
    pub at: Timestamp,
    /// When it was taken.
    pub taken: Timestamp,
    /// The dossier as `render` writes it.
    pub dossier: &'a str,
    /// The raw bytes that it rests on.
    pub evidence: &'a [Evidence],
    /// What others may share.
    pub facts: &'a [Fact],
    /// The stages after it.
    pub stages: &'a [Reached],
    /// The steps that led there.
    pub steps: &'a [Step],
    /// What it came to.
    pub risk: &'a Risk,
    /// The same as `render` writes it.
    pub risk_written: &'a Value,
    /// Looks since the last step.
    pub quiet: u32,
    /// Looks in a row in which a question failed.
    pub failed: u32,
    /// When to look again.
    pub next: Timestamp,
    /// Who is to be told.
    pub channels: &'a [Channel],
}

/// How it stands with a detection, as the last look showed it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Looked {
    /// How often it was looked at.
    pub looks: u64,
    /// When it is to be looked at again.
    pub next: Timestamp,
    /// The stages that it stands on, in order.
    pub stages: Vec<StageLine>,
    /// What it came to, as `render` writes it; none before the first look.
    pub risk: Option<Value>,
}

/// A stage that was reached.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StageLine {
    /// Which, by its id.
    pub stage: &'static str,
    /// Since when.
    pub since: Timestamp,
    /// What shows it.
    pub says: String,
    /// What it could be for, as techniques of MITRE ATT&CK.
    pub techniques: &'static [&'static str],
}

/// How many looks are to be taken.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, Serialize)]
pub struct LookCounts {
    /// Detections that are looked at.
    pub detections: u64,
    /// Those that were looked at once or more.
    pub looked: u64,
    /// Looks that are due, and that nobody has begun.
    pub due: u64,
    /// Those of them that have been due for ten minutes or more.
    pub overdue: u64,
    /// Looks that somebody has begun.
    pub under_way: u64,
}

/// From when a look that is due is overdue.
const OVERDUE: SignedDuration = SignedDuration::from_mins(10);

impl Ledger {
    /// How many looks are to be taken.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn look_counts(&self, now: Timestamp) -> Result<LookCounts, LedgerError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS detections, \
             COUNT(CASE WHEN done > 0 THEN 1 END) AS looked, \
             COUNT(CASE WHEN due_at <= $1 AND leased_until <= $1 THEN 1 END) AS due, \
             COUNT(CASE WHEN due_at <= $2 AND leased_until <= $1 THEN 1 END) AS overdue, \
             COUNT(CASE WHEN leased_until > $1 THEN 1 END) AS under_way FROM looks",
        )
        .bind(milliseconds(now))
        .bind(milliseconds(
            now.checked_sub(OVERDUE).unwrap_or(Timestamp::MIN),
        ))
        .fetch_one(&self.readers)
        .await?;
        let count = |name| row.try_get::<i64, _>(name).map(unsigned);
        Ok(LookCounts {
            detections: count("detections")?,
            looked: count("looked")?,
            due: count("due")?,
            overdue: count("overdue")?,
            under_way: count("under_way")?,
        })
    }

    /// The last dossier of a detection, as `render` writes it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn dossier(&self, detection: u64) -> Result<Option<String>, LedgerError> {
        let body = sqlx::query_scalar(
            "SELECT body FROM dossiers WHERE detection = $1 ORDER BY number DESC LIMIT 1",
        )
        .bind(signed(detection)?)
        .fetch_optional(&self.readers)
        .await?;
        Ok(body)
    }

    /// Takes up to `limit` looks that are due by `now`, the longest due first; nobody else gets them until `until`.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn lease_looks(
        &self,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<DueLook>, LedgerError> {
        let mut turn = self.turn().await?;
        let rows = sqlx::query(
            "SELECT l.detection, l.done, l.quiet, l.failed, d.detail, d.first_seen, d.not_before \
             FROM looks l JOIN detections d ON d.id = l.detection \
             WHERE l.due_at <= $1 AND l.leased_until <= $1 ORDER BY l.due_at, l.detection LIMIT $2",
        )
        .bind(milliseconds(now))
        .bind(i64::from(limit))
        .fetch_all(turn.connection())
        .await?;
        let mut due = rows.iter().map(due_look).collect::<Result<Vec<_>, _>>()?;
        let ids = due.iter().map(|look| signed(look.detection));
        let ids = ids.collect::<Result<Vec<_>, _>>()?;
        let mut stages = stages_of(turn.connection(), &ids).await?;
        let domains: Vec<String> = due
            .iter()
            .map(|look| look.detail.registrable.clone())
            .collect();
        let company = campaigns::company(turn.connection(), &domains).await?;
        for look in &mut due {
            look.company = company.get(&look.detail.registrable).cloned();
            look.stages = stages.remove(&signed(look.detection)?).unwrap_or_default();
        }
        for id in ids {
            sqlx::query("UPDATE looks SET leased_until = $1 WHERE detection = $2")
                .bind(milliseconds(until))
                .bind(id)
                .execute(turn.connection())
                .await?;
        }
        turn.commit().await?;
        Ok(due)
    }

    /// Gives back all leases: for whoever begins to watch, and knows that nobody else does.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn release_looks(&self) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query("UPDATE looks SET leased_until = 0 WHERE leased_until <> 0")
            .execute(turn.connection())
            .await?;
        turn.commit().await?;
        Ok(())
    }

    /// Gives a lease back, to be due at `until`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn postpone_look(&self, detection: u64, until: Timestamp) -> Result<(), LedgerError> {
        let mut turn = self.turn().await?;
        sqlx::query("UPDATE looks SET due_at = $1, leased_until = 0 WHERE detection = $2")
            .bind(milliseconds(until))
            .bind(signed(detection)?)
            .execute(turn.connection())
            .await?;
        turn.commit().await?;
        Ok(())
    }

    /// When the next look is due that nobody has leased; none where nothing is to be looked at.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn next_look(&self, now: Timestamp) -> Result<Option<Timestamp>, LedgerError> {
        let due = sqlx::query_scalar::<_, Option<i64>>(
            "SELECT MIN(due_at) FROM looks WHERE leased_until <= $1",
        )
        .bind(milliseconds(now))
        .fetch_one(&self.readers)
        .await?;
        due.map(timestamp).transpose()
    }

    /// Writes a look: dossier, evidence, stages, risk, the events that tell of it, and when the next one is due.
    ///
    /// Each step is an event, and so is another tier. Of these, channels of that tier or below are owed the furthest step
    /// up, ends, and a tier higher than the detection had; of what a decision lets pass, nothing. Written again, it changes nothing.
    ///
    /// # Errors
    /// Those of the store. Nothing is written then, unless the connection broke at the very commit.
    pub async fn record_look(&self, look: &NewLook<'_>) -> Result<Vec<Event>, LedgerError> {
        let mut turn = self.turn().await?;
        let id = signed(look.of.detection)?;
        let row = sqlx::query(
            "SELECT l.done, l.tier, d.tier AS named FROM looks l \
             JOIN detections d ON d.id = l.detection WHERE l.detection = $1",
        )
        .bind(id)
        .fetch_optional(turn.connection())
        .await?;
        let Some(row) = row else {
            return Ok(vec![]);
        };
        if unsigned(row.try_get("done")?) >= look.of.number {
            return Ok(vec![]);
        }
        let before = if look.of.number > 1 {
            row.try_get("tier")?
        } else {
            row.try_get("named")?
        };
        store(&mut turn, look, id).await?;
        let is_let_pass = rulings::after_look(&mut turn, id).await?;
        announce(&mut turn, look, before, is_let_pass);
        turn.commit().await
    }
}

async fn store(turn: &mut Turn, look: &NewLook<'_>, id: i64) -> Result<(), LedgerError> {
    sqlx::query("INSERT INTO dossiers (detection, number, taken, body) VALUES ($1, $2, $3, $4)")
        .bind(id)
        .bind(signed(look.of.number)?)
        .bind(milliseconds(look.taken))
        .bind(plain(look.dossier))
        .execute(turn.connection())
        .await?;
    evidence::keep(turn, look.at, look.evidence).await?;
    let registrable = &look.of.detail.registrable;
    facts::keep(turn, registrable, look.of.first_seen, look.facts).await?;
    // Who was raised, or let down, while the look was under way is looked at again.
    let domains = [registrable.clone()];
    let company = campaigns::company(turn.connection(), &domains).await?;
    let next = if company.get(registrable) == look.of.company.as_ref() {
        look.next
    } else {
        look.at
    };
    sqlx::query("DELETE FROM stages WHERE detection = $1")
        .bind(id)
        .execute(turn.connection())
        .await?;
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO stages (detection, stage, since, says) VALUES",
            "",
        ],
        4,
        look.stages,
        |row, reached| {
            Ok(row
                .bind(id)
                .bind(reached.stage.as_str())
                .bind(milliseconds(reached.since))
                .bind(short(&reached.says)))
        },
    )
    .await?;
    sqlx::query(
        "UPDATE looks SET due_at = $1, leased_until = 0, done = $2, quiet = $3, failed = $4, \
         tier = $5, risk = $6, alone = $7 WHERE detection = $8",
    )
    .bind(milliseconds(next))
    .bind(signed(look.of.number)?)
    .bind(i64::from(look.quiet))
    .bind(i64::from(look.failed))
    .bind(detail::rank(look.risk.tier))
    .bind(plain(&look.risk_written.to_string()))
    .bind(detail::rank(look.risk.alone))
    .bind(id)
    .execute(turn.connection())
    .await?;
    Ok(())
}

fn announce(turn: &mut Turn, look: &NewLook<'_>, before: i64, is_let_pass: bool) {
    let tier = look.risk.tier;
    let told = |owed: bool| {
        let channels = look.channels.iter();
        channels
            .filter(move |channel| owed && !is_let_pass && tier >= Some(channel.min_tier))
            .map(|channel| channel.name.as_str())
    };
    let up = |step: &&Step| step.direction == Direction::Up;
    let furthest = look.steps.iter().rfind(up).map(|step| step.stage);
    for step in look.steps {
        let ends = step.direction == Direction::Down && step.stage.is_end();
        let is_news = step.direction == Direction::Up && Some(step.stage) == furthest;
        let announcement = Announcement {
            at: look.at,
            kind: EventKind::Stage,
            subject: Subject::Stage(StageBody {
                id: look.of.detection,
                name: &look.of.detail.name,
                registrable: &look.of.detail.registrable,
                organisation: &look.of.detail.organisation,
                stage: step.stage.as_str(),
                direction: step.direction.as_str(),
                says: short(&step.says),
                techniques: step.stage.techniques(),
                looked: kept_time(look.taken),
                risk: look.risk_written,
            }),
        };
        turn.announce(&announcement, told(ends || is_news));
    }
    let after = detail::rank(tier);
    if after == before {
        return;
    }
    let announcement = Announcement {
        at: look.at,
        kind: EventKind::Risk,
        subject: Subject::Risk(RiskBody {
            id: look.of.detection,
            name: &look.of.detail.name,
            registrable: &look.of.detail.registrable,
            organisation: &look.of.detail.organisation,
            looked: kept_time(look.taken),
            risk: look.risk_written,
        }),
    };
    turn.announce(&announcement, told(after > before));
}

fn due_look(row: &AnyRow) -> Result<DueLook, LedgerError> {
    let count = |name| row.try_get::<i64, _>(name).map(unsigned);
    let few = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(DueLook {
        detection: count("detection")?,
        detail: Detail::restore(&row.try_get::<String, _>("detail")?)?,
        first_seen: timestamp(row.try_get("first_seen")?)?,
        issued: row
            .try_get::<Option<i64>, _>("not_before")?
            .map(timestamp)
            .transpose()?,
        number: count("done")? + 1,
        quiet: few(count("quiet")?),
        failed: few(count("failed")?),
        stages: vec![],
        company: None,
    })
}

/// How it stands with detections.
pub(crate) async fn looked(
    connection: &mut AnyConnection,
    detections: &[i64],
) -> Result<BTreeMap<i64, Looked>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT detection, done, due_at, risk FROM asked JOIN looks ON detection = id",
        ],
        1,
        detections,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let mut stages = stages_of(connection, detections).await?;
    let looked = |row: &AnyRow| {
        let id: i64 = row.try_get("detection")?;
        let risk: Option<String> = row.try_get("risk")?;
        let risk = risk.map(|risk| serde_json::from_str(&risk)).transpose();
        let line = |reached: Reached| StageLine {
            stage: reached.stage.as_str(),
            since: reached.since,
            says: reached.says,
            techniques: reached.stage.techniques(),
        };
        let looked = Looked {
            looks: unsigned(row.try_get("done")?),
            next: timestamp(row.try_get("due_at")?)?,
            stages: stages.remove(&id).into_iter().flatten().map(line).collect(),
            risk: risk.map_err(|why| LedgerError::corrupt("a risk", why))?,
        };
        Ok((id, looked))
    };
    rows.iter().map(looked).collect()
}

pub(crate) async fn stages_of(
    connection: &mut AnyConnection,
    detections: &[i64],
) -> Result<FxHashMap<i64, Vec<Reached>>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT detection, stage, since, says FROM asked JOIN stages ON detection = id",
        ],
        1,
        detections,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let mut stages: FxHashMap<i64, Vec<Reached>> = FxHashMap::default();
    for row in &rows {
        let of = stages.entry(row.try_get("detection")?);
        of.or_default().push(reached(row)?);
    }
    for reached in stages.values_mut() {
        reached.sort_by_key(|reached| reached.stage);
    }
    Ok(stages)
}

/// A row of `stages`.
fn reached(row: &AnyRow) -> Result<Reached, LedgerError> {
    let stage: String = row.try_get("stage")?;
    Ok(Reached {
        stage: stage
            .parse::<Stage>()
            .map_err(|_| LedgerError::corrupt("a stage", &stage))?,
        since: timestamp(row.try_get("since")?)?,
        says: row.try_get("says")?,
    })
}
