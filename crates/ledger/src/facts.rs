//! What domains may share, kept value by value, with on how many domains each was observed.

use crate::error::LedgerError;
use crate::sql::{in_chunks, milliseconds, of_numbers, plain, signed, timestamp, unsigned};
use crate::turn::Turn;
use jiff::Timestamp;
use model::{Fact, Pivot};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// Puts down what a look at a registrable domain showed. What was known already only gets a longer time. The domain is
/// [stale](crate::Ledger::join) then.
pub(crate) async fn keep(
    turn: &mut Turn,
    domain: &str,
    seen: Timestamp,
    facts: &[Fact],
) -> Result<(), LedgerError> {
    let first = facts.iter().map(|fact| fact.first).min().unwrap_or(seen);
    let suspect = suspect(turn, domain, first.min(seen)).await?;
    let pivots = pivots(turn, facts).await?;
    let rows = sqlx::query("SELECT pivot FROM facts WHERE suspect = $1")
        .bind(suspect)
        .fetch_all(turn.connection())
        .await?;
    let known: BTreeSet<i64> = rows
        .iter()
        .map(|row| row.try_get("pivot"))
        .collect::<Result<_, _>>()?;
    let rows: Vec<(&Fact, i64)> = facts.iter().zip(pivots).collect();
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO facts (suspect, pivot, first_at, last_at, claimed) VALUES",
            "ON CONFLICT (suspect, pivot) DO UPDATE SET \
             first_at = CASE WHEN facts.first_at > excluded.first_at \
             THEN excluded.first_at ELSE facts.first_at END, \
             last_at = CASE WHEN facts.last_at < excluded.last_at \
             THEN excluded.last_at ELSE facts.last_at END, \
             claimed = CASE WHEN facts.claimed > excluded.claimed \
             THEN excluded.claimed ELSE facts.claimed END",
        ],
        5,
        &rows,
        |row, (fact, pivot)| {
            Ok(row
                .bind(suspect)
                .bind(*pivot)
                .bind(milliseconds(fact.first))
                .bind(milliseconds(fact.last))
                .bind(i64::from(fact.claimed)))
        },
    )
    .await?;
    let fresh = rows.iter().map(|row| row.1);
    let fresh: Vec<i64> = fresh.filter(|pivot| !known.contains(pivot)).collect();
    in_chunks(
        turn.connection(),
        [
            "WITH fresh (id) AS (VALUES",
            ") UPDATE pivots SET holders = holders + 1 WHERE id IN (SELECT id FROM fresh)",
        ],
        1,
        &fresh,
        |row, pivot| Ok(row.bind(*pivot)),
    )
    .await?;
    Ok(())
}

/// The number of a registrable domain, which is stale from now on.
async fn suspect(turn: &mut Turn, domain: &str, first: Timestamp) -> Result<i64, LedgerError> {
    let next = signed(turn.numbers.suspect + 1)?;
    let number: i64 = sqlx::query_scalar(
        "INSERT INTO suspects (id, domain, first_at, stale) VALUES ($1, $2, $3, 1) \
         ON CONFLICT (domain) DO UPDATE SET stale = 1, \
         first_at = CASE WHEN suspects.first_at > $3 THEN $3 ELSE suspects.first_at END RETURNING id",
    )
    .bind(next)
    .bind(domain)
    .bind(milliseconds(first))
    .fetch_one(turn.connection())
    .await?;
    if number == next {
        turn.numbers.suspect += 1;
    }
    Ok(number)
}

/// The numbers of values, in their order; those that are new get one.
async fn pivots(turn: &mut Turn, facts: &[Fact]) -> Result<Vec<i64>, LedgerError> {
    let rows = in_chunks(
        turn.connection(),
        [
            "WITH asked (kind, value) AS (VALUES",
            ") SELECT p.id, p.kind, p.value FROM asked \
             JOIN pivots p ON p.kind = asked.kind AND p.value = asked.value",
        ],
        2,
        facts,
        |row, fact| {
            Ok(row
                .bind(fact.pivot.kind.as_str())
                .bind(plain(&fact.pivot.value)))
        },
    )
    .await?;
    let mut known = BTreeMap::<(String, String), i64>::new();
    for row in &rows {
        known.insert(
            (row.try_get("kind")?, row.try_get("value")?),
            row.try_get("id")?,
        );
    }
    let mut numbers = Vec::with_capacity(facts.len());
    let mut made = vec![];
    for fact in facts {
        let key = (
            fact.pivot.kind.as_str().to_owned(),
            plain(&fact.pivot.value),
        );
        if let Some(number) = known.get(&key) {
            numbers.push(*number);
            continue;
        }
        turn.numbers.pivot += 1;
        let number = signed(turn.numbers.pivot)?;
        made.push((number, key.clone()));
        known.insert(key, number);
        numbers.push(number);
    }
    in_chunks(
        turn.connection(),
        ["INSERT INTO pivots (id, kind, value) VALUES", ""],
        3,
        &made,
        |row, (number, (kind, value))| Ok(row.bind(*number).bind(kind.clone()).bind(value.clone())),
    )
    .await?;
    Ok(numbers)
}

/// A kept fact, with whose it is and on how many domains its value was observed in all.
pub(crate) struct KeptFact {
    pub(crate) suspect: i64,
    pub(crate) pivot: i64,
    pub(crate) fact: Fact,
    pub(crate) holders: u64,
    pub(crate) joined_holders: u64,
}

/// All facts of some suspects.
pub(crate) async fn of(
    connection: &mut AnyConnection,
    suspects: &[i64],
) -> Result<Vec<KeptFact>, LedgerError> {
    held_by(connection, suspects, 1, i64::MAX).await
}

/// The facts of some suspects that others have, too, but no more than `most` of them.
pub(crate) async fn shared(
    connection: &mut AnyConnection,
    suspects: &[i64],
    most: u64,
) -> Result<Vec<KeptFact>, LedgerError> {
    held_by(connection, suspects, 2, signed(most)?).await
}

async fn held_by(
    connection: &mut AnyConnection,
    suspects: &[i64],
    least: i64,
    most: i64,
) -> Result<Vec<KeptFact>, LedgerError> {
    let query = format!(
        "SELECT f.suspect, f.pivot, f.first_at, f.last_at, f.claimed, \
         p.kind, p.value, p.holders, p.joined_holders \
         FROM asked JOIN facts f ON f.suspect = asked.id JOIN pivots p ON p.id = f.pivot \
         WHERE p.holders >= {least} AND p.holders <= {most}"
    );
    let rows = of_numbers(connection, &query, suspects).await?;
    rows.iter().map(kept_fact).collect()
}

fn kept_fact(row: &AnyRow) -> Result<KeptFact, LedgerError> {
    Ok(KeptFact {
        suspect: row.try_get("suspect")?,
        pivot: row.try_get("pivot")?,
        fact: Fact {
            pivot: pivot(row)?,
            first: timestamp(row.try_get("first_at")?)?,
            last: timestamp(row.try_get("last_at")?)?,
            claimed: row.try_get::<i64, _>("claimed")? != 0,
        },
        holders: unsigned(row.try_get("holders")?),
        joined_holders: unsigned(row.try_get("joined_holders")?),
    })
}

/// The value that a row with `kind` and `value` tells of.
pub(crate) fn pivot(row: &AnyRow) -> Result<Pivot, LedgerError> {
    let kind: String = row.try_get("kind")?;
    let kind = kind
        .parse()
        .map_err(|_| LedgerError::corrupt("the kind of a pivot", &kind))?;
    let value = row.try_get("value")?;
    Ok(Pivot { kind, value })
}
