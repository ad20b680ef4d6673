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

/// Who says so, why and when.
#[derive(Clone, Copy, Debug)]
pub struct Word<'a> {
    /// Who, as they name themselves.
    pub by: &'a str,
    /// Why.
    pub why: &'a str,
    /// When.
    pub at: Timestamp,
}

/// What came of a word.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Upshot {
    /// The number of each decision, in their order.
    pub numbers: Vec<u64>,
    /// The decisions that stand no more.
    pub taken_back: Vec<Decided>,
    /// What became of campaigns.
    pub changes: Vec<Event>,
}

impl Ledger {
    /// Keeps decisions and joins campaigns by them, all in one turn. Of two that contradict each other the later one holds: what is
    /// put apart was not pinned together, and the other way round, and the earlier one is taken back; so it is where the later one says the
    /// same for another reason. The same from the same person for the same reason, while it stands, changes nothing.
    ///
    /// What was stale before is [joined](Ledger::join) first, so that only what comes of the decisions is told.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn decide(
        &self,
        decisions: &[Decision],
        word: Word<'_>,
        rarity: &Rarity,
    ) -> Result<Upshot, LedgerError> {
        while self.join(rarity, word.at).await?.is_some() {}
        let mut turn = self.turn().await?;
        let upshot = apply(&mut turn, decisions, word, rarity).await?;
        let changes = turn.commit().await?;
        Ok(Upshot { changes, ..upshot })
    }

    /// What would come of [`decide`](Ledger::decide). Nothing is kept.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn rehearse(
        &self,
        decisions: &[Decision],
        word: Word<'_>,
        rarity: &Rarity,
    ) -> Result<Upshot, LedgerError> {
        let mut turn = self.turn().await?;
        while join_some(&mut turn, rarity, word.at).await? {}
        let before = turn.announced();
        let upshot = apply(&mut turn, decisions, word, rarity).await?;
        let changes = turn.abandon().await?.split_off(before);
        Ok(Upshot { changes, ..upshot })
    }

    /// Takes a decision back, and joins campaigns without it, in one turn; none where no such decision stands. What that decision
    /// had taken back stays so.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn undo(
        &self,
        number: u64,
        word: Word<'_>,
        rarity: &Rarity,
    ) -> Result<Option<Upshot>, LedgerError> {
        while self.join(rarity, word.at).await?.is_some() {}
        let mut turn = self.turn().await?;
        let standing = standing(turn.connection()).await?;
        let Some(decided) = standing.into_iter().find(|decided| decided.id == number) else {
            return Ok(None);
        };
        take_back(&mut turn, &decided, word).await?;
        while join_some(&mut turn, rarity, word.at).await? {}
        Ok(Some(Upshot {
            numbers: vec![],
            taken_back: vec![decided],
            changes: turn.commit().await?,
        }))
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

/// Keeps decisions, and joins until nothing is stale; what changes is announced.
async fn apply(
    turn: &mut Turn,
    decisions: &[Decision],
    word: Word<'_>,
    rarity: &Rarity,
) -> Result<Upshot, LedgerError> {
    let mut upshot = Upshot::default();
    for decision in decisions {
        keep(turn, decision, word, &mut upshot).await?;
    }
    while join_some(turn, rarity, word.at).await? {}
    Ok(upshot)
}

/// Keeps a decision, takes back those that it contradicts, and marks what it may change.
async fn keep(
    turn: &mut Turn,
    decision: &Decision,
    word: Word<'_>,
    upshot: &mut Upshot,
) -> Result<(), LedgerError> {
    let (by, why) = (short(word.by), short(word.why));
    for before in standing(turn.connection()).await? {
        if (&before.decision, &before.by, &before.why) == (decision, &by, &why) {
            upshot.numbers.push(before.id);
            return Ok(());
        }
        let same = before.decision == *decision;
        if same || contradicts(&before.decision, decision) {
            let why = if same {
                "a later decision says the same again"
            } else {
                "a later decision says otherwise"
            };
            take_back(turn, &before, Word { why, ..word }).await?;
            upshot.taken_back.push(before);
        }
    }
    turn.numbers.decision += 1;
    let number = turn.numbers.decision;
    let sql =
        "INSERT INTO decisions (id, at, kind, who, why, body) VALUES ($1, $2, $3, $4, $5, $6)";
    sqlx::query(sql)
        .bind(signed(number)?)
        .bind(milliseconds(word.at))
        .bind(written::kind(decision))
        .bind(by)
        .bind(why)
        .bind(written::write(WrittenDecision::from(decision)))
        .execute(turn.connection())
        .await?;
    make_stale(turn, decision).await?;
    rulings::follow(turn, number, decision).await?;
    upshot.numbers.push(number);
    Ok(())
}

async fn take_back(turn: &mut Turn, decided: &Decided, word: Word<'_>) -> Result<(), LedgerError> {
    sqlx::query(
        "UPDATE decisions SET undone_at = $1, undone_by = $2, undone_why = $3 WHERE id = $4",
    )
    .bind(milliseconds(word.at))
    .bind(short(word.by))
    .bind(short(word.why))
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
