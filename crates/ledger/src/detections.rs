//! What has been detected, read again.

use crate::detail::{Detail, rank, tier_text, unrank};
use crate::error::LedgerError;
use crate::looks::{Looked, looked};
use crate::open::Ledger;
use crate::record::SightingKind;
use crate::rulings::Rulings;
use crate::sql::{in_chunks, milliseconds, numbers, plain, signed, timestamp, unsigned};
use jiff::Timestamp;
use model::Tier;
use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};
use std::collections::BTreeMap;

/// How many origins are told of one detection; `sightings` says how many there are.
const ORIGINS: i64 = 100;

/// A registrable domain that imitates an organisation. Serialised it is the object that programs read.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Detection {
    /// Its strongest name, and the case against it.
    #[serde(flatten)]
    pub detail: Detail,
    /// Its number, from 1.
    pub id: u64,
    /// When we first read a name of it.
    pub first_seen: Timestamp,
    /// The five times of its first sighting.
    pub times: Times,
    /// Where it was seen, the first first; at most 100.
    pub origins: Vec<SeenIn>,
    /// How its first name was come by.
    pub kind: SightingKind,
    /// How many names it has.
    pub names: u64,
    /// How many certificates: a precertificate and its final certificate are one.
    pub certificates: u64,
    /// How many entries showed one of its names, each name counted.
    pub sightings: u64,
    /// Whether it is the canary's.
    pub test: bool,
    /// The number of the decision by which it is let pass, if there is one.
    pub allowed: Option<u64>,
    /// The tier that it counts for: by the last look, or by the name before the first; an alert where it was confirmed, none where
    /// it is let pass.
    #[serde(with = "tier_text")]
    pub counts_for: Option<Tier>,
    /// How it stands, where it is looked at.
    pub look: Option<Looked>,
}

/// The way of a certificate to us, and on to somebody else.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Times {
    /// The certificate is valid from.
    pub not_before: Option<Timestamp>,
    /// The log promised to include it.
    pub sct: Option<Timestamp>,
    /// The first checkpoint that covered it was signed.
    pub checkpoint: Option<Timestamp>,
    /// We read it.
    pub seen: Timestamp,
    /// The first delivery of it succeeded.
    pub told: Option<Timestamp>,
}

/// One name in one entry of one feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct SeenIn {
    /// The feed, by its id.
    pub feed: String,
    /// The entry's index.
    pub index: u64,
    /// When we read it.
    pub at: Timestamp,
    /// The name.
    pub name: String,
    /// SHA-256 of the certificate as it stood there, in hexadecimal.
    pub certificate: Option<String>,
}

/// Which detections are wanted: those for which all of it holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DetectionFilter {
    /// Counts for this tier or above, what is let pass as if it were not; all, also those below every tier, where there is none.
    pub tier: Option<Tier>,
    /// Imitates this organisation.
    pub organisation: Option<String>,
    /// First seen then or later.
    pub since: Option<Timestamp>,
    /// One of its names contains this (A-labels, any case).
    pub name: Option<String>,
    /// Has a smaller id than this: the next page.
    pub before: Option<u64>,
    /// Also those of the canary.
    pub tests: bool,
    /// Also those that a decision lets pass.
    pub allowed: bool,
    /// At most so many.
    pub limit: u32,
}

impl Default for DetectionFilter {
    /// The newest hundred.
    fn default() -> Self {
        Self {
            tier: None,
            organisation: None,
            since: None,
            name: None,
            before: None,
            tests: false,
            allowed: false,
            limit: 100,
        }
    }
}

impl Ledger {
    /// The detections that pass the filter, the newest first.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn detections(
        &self,
        filter: &DetectionFilter,
    ) -> Result<Vec<Detection>, LedgerError> {
        let fragment = filter.name.as_deref().map(pattern).unwrap_or_default();
        let organisation = filter.organisation.as_deref().map(plain);
        let mut connection = self.readers.acquire().await?;
        let confirmed = Rulings::standing(&mut connection).await?;
        let mut confirmed = confirmed.confirmed_ids(&mut connection).await?;
        // `PostgreSQL` wants a number in a list; no detection has this one.
        confirmed.push(0);
        let sql = format!(
            "SELECT id FROM detections d LEFT JOIN looks l ON l.detection = d.id \
             WHERE test <= $1 AND first_seen >= $3 AND id < $4 \
             AND (CASE WHEN l.done > 0 THEN l.tier ELSE d.tier END >= $2 OR id IN ({})) \
             AND ($5 = '' OR organisation = $5) AND (allowed IS NULL OR $8 = 1) \
             AND ($6 = '' OR EXISTS (SELECT 1 FROM sightings s \
                 WHERE s.detection = d.id AND s.name LIKE $6 ESCAPE '!')) \
             ORDER BY id DESC LIMIT $7",
            numbers(&confirmed)
        );
        let ids = sqlx::query_scalar(AssertSqlSafe(sql))
            .bind(i64::from(filter.tests))
            .bind(rank(filter.tier))
            .bind(filter.since.map_or(i64::MIN, milliseconds))
            .bind(filter.before.map_or(Ok(i64::MAX), signed)?)
            .bind(organisation.unwrap_or_default())
            .bind(fragment)
            .bind(i64::from(filter.limit))
            .bind(i64::from(filter.allowed))
            .fetch_all(&mut *connection)
            .await?;
        in_full(&mut connection, &ids).await
    }

    /// One detection by its id.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn detection(&self, id: u64) -> Result<Option<Detection>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        Ok(in_full(&mut connection, &[signed(id)?]).await?.pop())
    }
}

/// Text that is looked for anywhere in a name, as `LIKE` wants it.
fn pattern(fragment: &str) -> String {
    let mut pattern = "%".to_owned();
    for letter in plain(fragment).to_lowercase().chars() {
        if "%_!".contains(letter) {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern + "%"
}

/// Detections by their ids, the latest first, with their counts and origins.
pub(crate) async fn in_full(
    connection: &mut AnyConnection,
    ids: &[i64],
) -> Result<Vec<Detection>, LedgerError> {
    let mut rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT d.id, kind, detail, first_seen, not_before, sct, checkpoint, told, test, allowed, \
             registrable, organisation, CASE WHEN l.done > 0 THEN l.tier ELSE d.tier END AS counts_for \
             FROM asked JOIN detections d ON d.id = asked.id LEFT JOIN looks l ON l.detection = d.id",
        ],
        1,
        ids,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let id = |row: &AnyRow| row.try_get::<i64, _>("id");
    let mut by_id = BTreeMap::new();
    for row in rows.drain(..) {
        by_id.insert(id(&row)?, row);
    }
    let ids: Vec<i64> = by_id.keys().rev().copied().collect();
    let counts = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT detection, COUNT(*) AS sightings, COUNT(DISTINCT name) AS names, \
             COUNT(DISTINCT COALESCE(issuance, certificate)) AS certificates \
             FROM asked JOIN sightings ON detection = id GROUP BY detection",
        ],
        1,
        &ids,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let counts: BTreeMap<i64, &AnyRow> = counts
        .iter()
        .map(|row| Ok((row.try_get("detection")?, row)))
        .collect::<Result<_, sqlx::Error>>()?;
    let mut origins = origins(connection, &ids).await?;
    let mut looked = looked(connection, &ids).await?;
    let rulings = Rulings::standing(connection).await?;
    let detection = |(id, row): (&i64, &AnyRow)| {
        let counted = counts
            .get(id)
            .ok_or_else(|| LedgerError::corrupt("a detection", "it was never seen"))?;
        let count = |name| counted.try_get(name).map(unsigned);
        let time = |name| {
            let kept: Option<i64> = row.try_get(name)?;
            kept.map(timestamp).transpose()
        };
        let first_seen = timestamp(row.try_get("first_seen")?)?;
        let (registrable, organisation): (String, String) =
            (row.try_get("registrable")?, row.try_get("organisation")?);
        let allowed: Option<i64> = row.try_get("allowed")?;
        let tier = row.try_get("counts_for")?;
        Ok(Detection {
            counts_for: unrank(rulings.tier(&registrable, &organisation, allowed, tier)),
            detail: Detail::restore(&row.try_get::<String, _>("detail")?)?,
            id: unsigned(*id),
            first_seen,
            times: Times {
                not_before: time("not_before")?,
                sct: time("sct")?,
                checkpoint: time("checkpoint")?,
                seen: first_seen,
                told: time("told")?,
            },
            origins: origins.remove(id).unwrap_or_default(),
            kind: row.try_get::<String, _>("kind")?.parse()?,
            names: count("names")?,
            certificates: count("certificates")?,
            sightings: count("sightings")?,
            test: row.try_get::<i64, _>("test")? != 0,
            allowed: allowed.map(unsigned),
            look: looked.remove(id),
        })
    };
    by_id.iter().rev().map(detection).collect()
}

/// Where detections were seen, the first first.
async fn origins(
    connection: &mut AnyConnection,
    ids: &[i64],
) -> Result<BTreeMap<i64, Vec<SeenIn>>, LedgerError> {
    let after = format!(
        ") SELECT detection, name, feed, position, seen, certificate FROM (\
         SELECT s.*, ROW_NUMBER() OVER (PARTITION BY detection ORDER BY seen, feed, position, name) AS place \
         FROM asked JOIN sightings s ON s.detection = asked.id) ranked \
         WHERE place <= {ORIGINS} ORDER BY detection, place"
    );
    let seen = in_chunks(
        connection,
        ["WITH asked (id) AS (VALUES", &after],
        1,
        ids,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let mut origins: BTreeMap<i64, Vec<SeenIn>> = BTreeMap::new();
    for row in &seen {
        let at = origins.entry(row.try_get("detection")?).or_default();
        at.push(SeenIn {
            feed: row.try_get("feed")?,
            index: row.try_get::<i64, _>("position")?.cast_unsigned(),
            at: timestamp(row.try_get("seen")?)?,
            name: row.try_get("name")?,
            certificate: row.try_get("certificate")?,
        });
    }
    Ok(origins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_of_the_store_are_letters_here() {
        assert_eq!(pattern("Pay_100%!"), "%pay!_100!%!!%");
    }
}
