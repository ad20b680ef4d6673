//! What people decided: kept with who, when and why, and taken back by a further word, never erased.

use super::join_some;
use super::written::{self, WrittenDecision};
use crate::error::LedgerError;
use crate::events::Event;
use crate::open::Ledger;
use crate::rulings;
use crate::sql::{milliseconds, short, signed, timestamp, unsigned};
use crate::turn::Turn;
use jiff::Timestamp;
use judge::Rarity;
use model::{Decided, Decision, Undone};
use names::DomainName;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};

impl Ledger {
    /// Keeps a decision; returns its number. Of two that contradict each other the later one holds: what is put apart was not
    /// pinned together, and the other way round, and the earlier one is taken back. The same from the same person for the same reason, while it
    /// stands, changes nothing.
    ///
    /// Campaigns follow at the next [`join`](Ledger::join).
    ///
    /// # Errors
    /// Those of the store.
    pub async fn decide(
        &self,
        decision: &Decision,
        by: &str,
        why: &str,
        at: Timestamp,
    ) -> Result<u64, LedgerError> {
        let mut turn = self.turn().await?;
        let number = keep(&mut turn, decision, by, why, at).await?;
        turn.commit().await?;
        Ok(number)
    }

    /// What would come of decisions: the events of the [`join`](Ledger::join) after them. Nothing is kept.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn rehearse(
        &self,
        decisions: &[Decision],
        by: &str,
        why: &str,
        rarity: &Rarity,
        at: Timestamp,
    ) -> Result<Vec<Event>, LedgerError> {
        let mut turn = self.turn().await?;
        for decision in decisions {
            keep(&mut turn, decision, by, why, at).await?;
        }
        while join_some(&mut turn, rarity, at).await? {}
        turn.abandon().await
    }

    /// Takes a decision back. Whether there was one that stood.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn undo(
        &self,
        number: u64,
        by: &str,
        why: &str,
        at: Timestamp,
    ) -> Result<bool, LedgerError> {
        let mut turn = self.turn().await?;
        let standing = standing(turn.connection()).await?;
        let Some(decided) = standing.into_iter().find(|decided| decided.id == number) else {
            return Ok(false);
        };
        take_back(&mut turn, &decided, by, why, at).await?;
        turn.commit().await?;
        Ok(true)
    }

    /// All decisions, the earliest first, also those that were taken back.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn decisions(&self) -> Result<Vec<Decided>, LedgerError> {
        all(&mut *self.readers.acquire().await?).await
    }
}

/// All decisions, the earliest first.
pub(super) async fn all(connection: &mut AnyConnection) -> Result<Vec<Decided>, LedgerError> {
    let rows = sqlx::query("SELECT * FROM decisions ORDER BY id")
        .fetch_all(connection)
        .await?;
    rows.iter().map(decided).collect()
}

/// The decisions that stand, the earliest first.
pub(super) async fn standing(connection: &mut AnyConnection) -> Result<Vec<Decided>, LedgerError> {
    let rows = sqlx::query("SELECT * FROM decisions WHERE undone_at IS NULL ORDER BY id")
        .fetch_all(connection)
        .await?;
    rows.iter().map(decided).collect()
}

/// The rulings on detections that stand, the earliest first.
pub(crate) async fn standing_rulings(
    connection: &mut AnyConnection,
) -> Result<Vec<Decided>, LedgerError> {
    let rows = sqlx::query(
        "SELECT * FROM decisions WHERE undone_at IS NULL AND kind IN ('benign', 'confirmed') ORDER BY id",
    )
    .fetch_all(connection)
    .await?;
    rows.iter().map(decided).collect()
}

/// Keeps a decision, takes back those that it contradicts, and marks what it may change.
async fn keep(
    turn: &mut Turn,
    decision: &Decision,
    by: &str,
    why: &str,
    at: Timestamp,
) -> Result<u64, LedgerError> {
    for before in standing(turn.connection()).await? {
        if (&before.decision, &before.by, &before.why) == (decision, &short(by), &short(why)) {
            return Ok(before.id);
        }
        if contradicts(&before.decision, decision) {
            let says = "a later decision says otherwise";
            take_back(turn, &before, by, says, at).await?;
        }
    }
    turn.numbers.decision += 1;
    let number = turn.numbers.decision;
    let sql =
        "INSERT INTO decisions (id, at, kind, who, why, body) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(signed(number)?)
        .bind(milliseconds(at))
        .bind(written::kind(decision))
        .bind(short(by))
        .bind(short(why))
        .bind(written::write(WrittenDecision::from(decision)))
        .execute(turn.connection())
        .await?;
    make_stale(turn, decision).await?;
    rulings::follow(turn, number, decision).await?;
    Ok(number)
}

async fn take_back(
    turn: &mut Turn,
    decided: &Decided,
    by: &str,
    why: &str,
    at: Timestamp,
) -> Result<(), LedgerError> {
    sqlx::query(
        "UPDATE decisions SET undone_at = $1, undone_by = $2, undone_why = $3 WHERE id = $4",
    )
    .bind(milliseconds(at))
    .bind(short(by))
    .bind(short(why))
    .bind(signed(decided.id)?)
    .execute(turn.connection())
    .await?;
    make_stale(turn, &decided.decision).await?;
    rulings::follow(turn, decided.id, &decided.decision).await
}

/// Marks the suspects whose campaigns a decision may change.
async fn make_stale(turn: &mut Turn, decision: &Decision) -> Result<(), LedgerError> {
    let domains: Vec<&DomainName> = match decision {
        Decision::Together(domains) => domains.iter().collect(),
        Decision::Apart { one, other } => one.iter().chain(other).collect(),
        Decision::NoEvidence(pivot) => {
            sqlx::query(
                "UPDATE suspects SET stale = 1 WHERE id IN (SELECT f.suspect FROM facts f \
                 JOIN pivots p ON p.id = f.pivot WHERE p.kind = $1 AND p.value = $2)",
            )
            .bind(pivot.kind.as_str())
            .bind(pivot.value.as_str())
            .execute(turn.connection())
            .await?;
            return Ok(());
        }
        Decision::Confirmed { domain, .. } | Decision::Benign { domain, .. } => vec![domain],
        Decision::Attribution { .. } => return Ok(()),
    };
    for domain in domains {
        sqlx::query("UPDATE suspects SET stale = 1 WHERE domain = $1")
            .bind(domain.as_str())
            .execute(turn.connection())
            .await?;
    }
    Ok(())
}

fn contradicts(before: &Decision, now: &Decision) -> bool {
    match (before, now) {
        (Decision::Together(domains), Decision::Apart { one, other })
        | (Decision::Apart { one, other }, Decision::Together(domains)) => {
            let holds = |side: &[DomainName]| side.iter().any(|domain| domains.contains(domain));
            holds(one) && holds(other)
        }
        (
            Decision::Attribution { campaign, set, .. },
            Decision::Attribution {
                campaign: same,
                set: one,
                ..
            },
        ) => campaign == same && set == one,
        (before, now) => {
            let ruling = ruling(before);
            ruling.is_some() && ruling == self::ruling(now)
        }
    }
}

/// The detection on which a decision rules.
fn ruling(decision: &Decision) -> Option<(&DomainName, &model::OrganisationId)> {
    match decision {
        Decision::Confirmed {
            domain,
            organisation,
        }
        | Decision::Benign {
            domain,
            organisation,
            ..
        } => Some((domain, organisation)),
        _ => None,
    }
}

fn decided(row: &AnyRow) -> Result<Decided, LedgerError> {
    let body: WrittenDecision = written::read("a decision", &row.try_get::<String, _>("body")?)?;
    let undone = match row.try_get::<Option<i64>, _>("undone_at")? {
        Some(at) => Some(Undone {
            by: row.try_get("undone_by")?,
            at: timestamp(at)?,
            why: row.try_get("undone_why")?,
        }),
        None => None,
    };
    Ok(Decided {
        id: unsigned(row.try_get("id")?),
        decision: body.read()?,
        by: row.try_get("who")?,
        at: timestamp(row.try_get("at")?)?,
        why: row.try_get("why")?,
        undone,
    })
}
