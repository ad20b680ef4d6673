//! What people ruled on detections: what is benign is let pass, with whatever was allowed besides.
//!
//! A detection that is let pass has the number of the decision on it. It gets it when that is decided, or when it is detected, by
//! its name; and at a look that shows who registered it. It makes events as before, but nobody is told.

use crate::campaigns::standing_rulings;
use crate::detail::rank;
use crate::detections::{Detection, in_full};
use crate::error::LedgerError;
use crate::facts;
use crate::open::Ledger;
use crate::sql::{in_chunks, plain, signed, unsigned};
use crate::turn::Turn;
use judge::Rarity;
use model::{Allowance, Decided, Decision, NamePattern, OrganisationId, Pivot, Tier};
use names::DomainName;
use sqlx::{AnyConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

impl Ledger {
    /// The detections of a registrable domain, one for each organisation that it imitates, the latest first; not the canary's.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn detections_of(&self, domain: &DomainName) -> Result<Vec<Detection>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let ids =
            sqlx::query_scalar("SELECT id FROM detections WHERE registrable = $1 AND test = 0")
                .bind(domain.as_str())
                .fetch_all(&mut *connection)
                .await?;
        in_full(&mut connection, &ids).await
    }

    /// How many detections would be let pass by what a decision allows, and are not yet; and the latest `limit` of them.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn would_pass(
        &self,
        decision: &Decision,
        limit: usize,
    ) -> Result<(u64, Vec<Detection>), LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let mut rulings = Rulings::standing(&mut connection).await?;
        rulings.add(u64::MAX, decision);
        let ids = reached(&mut connection, decision).await?;
        let mut passing = vec![];
        for ruled in marks(&mut connection, &rulings, &ids).await? {
            if ruled.before.is_none() && ruled.after.is_some() {
                passing.push(ruled.detection);
            }
        }
        passing.sort_unstable_by(|one, other| other.cmp(one));
        let count = passing.len() as u64;
        passing.truncate(limit);
        Ok((count, in_full(&mut connection, &passing).await?))
    }

    /// How many detections are let pass.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn let_pass(&self) -> Result<u64, LedgerError> {
        let count = sqlx::query_scalar("SELECT COUNT(*) FROM detections WHERE allowed IS NOT NULL");
        Ok(unsigned(count.fetch_one(&self.readers).await?))
    }

    /// Who registered a domain: of the values that are known, the one that says most; none where it says nothing, as the mailbox of a
    /// privacy service.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn registrant(
        &self,
        domain: &DomainName,
        rarity: &Rarity,
    ) -> Result<Option<Pivot>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let suspect = sqlx::query_scalar("SELECT id FROM suspects WHERE domain = $1")
            .bind(domain.as_str())
            .fetch_all(&mut *connection)
            .await?;
        let facts = facts::of(&mut connection, &suspect).await?;
        let personal = facts.into_iter().filter_map(|kept| {
            let pivot = kept.fact.pivot;
            let strength = rarity.strength(&pivot, kept.holders.max(1))?;
            (pivot.kind.is_personal() && strength.alone).then_some((strength.bits, pivot))
        });
        let best = personal
            .max_by(|(bits, pivot), (more, other)| bits.cmp(more).then_with(|| other.cmp(pivot)));
        Ok(best.map(|(_, pivot)| pivot))
    }
}

/// The rulings that stand.
#[derive(Default)]
pub(crate) struct Rulings {
    /// What is let pass, the earliest decision first.
    benign: Vec<Benign>,
    /// Registrable domains and the organisations that they do imitate.
    confirmed: BTreeSet<(String, String)>,
}

struct Benign {
    number: u64,
    domain: String,
    organisation: String,
    allow: Allowance,
}

impl Rulings {
    /// Reads them.
    pub(crate) async fn standing(connection: &mut AnyConnection) -> Result<Self, LedgerError> {
        Ok(Self::of(&standing_rulings(connection).await?))
    }

    /// Those among decisions that stand.
    pub(crate) fn of(decisions: &[Decided]) -> Self {
        let mut rulings = Self::default();
        for decided in decisions {
            rulings.add(decided.id, &decided.decision);
        }
        rulings
    }

    /// One more; of two on the same detection the later one holds.
    fn add(&mut self, number: u64, decision: &Decision) {
        match decision {
            Decision::Confirmed {
                domain,
                organisation,
            } => {
                let ruled = (domain.to_string(), organisation.to_string());
                self.benign.retain(|benign| {
                    (&benign.domain, &benign.organisation) != (&ruled.0, &ruled.1)
                });
                self.confirmed.insert(ruled);
            }
            Decision::Benign {
                domain,
                organisation,
                allow,
            } => {
                let (domain, organisation) = (domain.to_string(), organisation.to_string());
                self.confirmed
                    .remove(&(domain.clone(), organisation.clone()));
                self.benign.push(Benign {
                    number,
                    domain,
                    organisation,
                    allow: allow.clone(),
                });
            }
            _ => {}
        }
    }

    /// The decision that lets a detection pass; `has` tells what is known of who registered it.
    pub(crate) fn pass(
        &self,
        registrable: &str,
        organisation: &str,
        has: impl Fn(&Pivot) -> bool,
    ) -> Option<u64> {
        if self.is_confirmed(registrable, organisation) {
            return None;
        }
        let passes = |benign: &&Benign| {
            benign.organisation == organisation
                && (benign.domain == registrable
                    || match &benign.allow {
                        Allowance::Name => false,
                        Allowance::Registrant(pivot) => has(pivot),
                        Allowance::Pattern(pattern) => pattern.matches(registrable),
                    })
        };
        self.benign.iter().find(passes).map(|benign| benign.number)
    }

    /// The tier that a detection counts for once it was ruled on: what was confirmed is an alert, what is let pass has none.
    pub(crate) fn tier(
        &self,
        registrable: &str,
        organisation: &str,
        allowed: Option<i64>,
        tier: i64,
    ) -> i64 {
        if self.is_confirmed(registrable, organisation) {
            rank(Some(Tier::Alert))
        } else if allowed.is_some() {
            rank(None)
        } else {
            tier
        }
    }

    /// The detections that were confirmed.
    pub(crate) async fn confirmed_ids(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<i64>, LedgerError> {
        let confirmed: Vec<&(String, String)> = self.confirmed.iter().collect();
        let rows = in_chunks(
            connection,
            [
                "WITH asked (registrable, organisation) AS (VALUES",
                ") SELECT d.id FROM asked JOIN detections d \
                 ON d.registrable = asked.registrable AND d.organisation = asked.organisation",
            ],
            2,
            &confirmed,
            |row, (registrable, organisation)| {
                Ok(row.bind(registrable.clone()).bind(organisation.clone()))
            },
        )
        .await?;
        let ids = rows.iter().map(|row| row.try_get("id"));
        Ok(ids.collect::<Result<_, _>>()?)
    }

    fn is_confirmed(&self, registrable: &str, organisation: &str) -> bool {
        // A set of pairs cannot be asked with borrowed halves, and there are few.
        !self.confirmed.is_empty()
            && self
                .confirmed
                .contains(&(registrable.to_owned(), organisation.to_owned()))
    }
}

/// Marks anew what a decision reaches, which was just kept or taken back.
pub(crate) async fn follow(
    turn: &mut Turn,
    number: u64,
    decision: &Decision,
) -> Result<(), LedgerError> {
    if !matches!(
        decision,
        Decision::Benign { .. } | Decision::Confirmed { .. }
    ) {
        return Ok(());
    }
    let mut ids = reached(turn.connection(), decision).await?;
    let marked: Vec<i64> = sqlx::query_scalar("SELECT id FROM detections WHERE allowed = $1")
        .bind(signed(number)?)
        .fetch_all(turn.connection())
        .await?;
    ids.extend(marked);
    let rulings = Rulings::standing(turn.connection()).await?;
    mark(turn, &rulings, &ids).await
}

/// Marks a detection anew, after a look at it; whether it is let pass.
pub(crate) async fn after_look(turn: &mut Turn, detection: i64) -> Result<bool, LedgerError> {
    let rulings = Rulings::standing(turn.connection()).await?;
    if rulings.benign.is_empty() {
        return Ok(false);
    }
    mark(turn, &rulings, &BTreeSet::from([detection])).await?;
    let allowed: Option<i64> = sqlx::query_scalar("SELECT allowed FROM detections WHERE id = $1")
        .bind(detection)
        .fetch_one(turn.connection())
        .await?;
    Ok(allowed.is_some())
}

/// Writes the marks of some detections where they are not what the rulings say; their domains are stale then.
async fn mark(turn: &mut Turn, rulings: &Rulings, ids: &BTreeSet<i64>) -> Result<(), LedgerError> {
    for ruled in marks(turn.connection(), rulings, ids).await? {
        if ruled.before == ruled.after {
            continue;
        }
        sqlx::query("UPDATE detections SET allowed = $1 WHERE id = $2")
            .bind(ruled.after.map(signed).transpose()?)
            .bind(ruled.detection)
            .execute(turn.connection())
            .await?;
        sqlx::query("UPDATE suspects SET stale = 1 WHERE domain = $1")
            .bind(ruled.registrable)
            .execute(turn.connection())
            .await?;
    }
    Ok(())
}

/// The mark of a detection: as it is, and as it should be.
struct Mark {
    detection: i64,
    registrable: String,
    before: Option<u64>,
    after: Option<u64>,
}

async fn marks(
    connection: &mut AnyConnection,
    rulings: &Rulings,
    ids: &BTreeSet<i64>,
) -> Result<Vec<Mark>, LedgerError> {
    let ids: Vec<i64> = ids.iter().copied().collect();
    let rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT d.id, d.registrable, d.organisation, d.allowed, s.id AS suspect FROM asked \
             JOIN detections d ON d.id = asked.id AND d.test = 0 \
             LEFT JOIN suspects s ON s.domain = d.registrable",
        ],
        1,
        &ids,
        |row, id| Ok(row.bind(*id)),
    )
    .await?;
    let by_registrant = rulings
        .benign
        .iter()
        .any(|benign| matches!(benign.allow, Allowance::Registrant(_)));
    let mut registrants = BTreeMap::<i64, Vec<Pivot>>::new();
    if by_registrant {
        let suspects = rows
            .iter()
            .map(|row| row.try_get::<Option<i64>, _>("suspect"));
        let suspects: BTreeSet<i64> = suspects
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        let suspects: Vec<i64> = suspects.into_iter().collect();
        for kept in facts::of(connection, &suspects).await? {
            let known = registrants.entry(kept.suspect).or_default();
            known.push(kept.fact.pivot);
        }
    }
    let mut marks = vec![];
    for row in &rows {
        let registrable: String = row.try_get("registrable")?;
        let organisation: String = row.try_get("organisation")?;
        let suspect: Option<i64> = row.try_get("suspect")?;
        let known = suspect.and_then(|suspect| registrants.get(&suspect));
        let has = |pivot: &Pivot| known.is_some_and(|known| known.contains(pivot));
        marks.push(Mark {
            detection: row.try_get("id")?,
            before: row.try_get::<Option<i64>, _>("allowed")?.map(unsigned),
            after: rulings.pass(&registrable, &organisation, has),
            registrable,
        });
    }
    Ok(marks)
}

/// The detections on which a decision rules, or which it allows besides; perhaps some more.
async fn reached(
    connection: &mut AnyConnection,
    decision: &Decision,
) -> Result<BTreeSet<i64>, LedgerError> {
    let (domain, organisation, allow) = match decision {
        Decision::Confirmed {
            domain,
            organisation,
        } => (domain, organisation, &Allowance::Name),
        Decision::Benign {
            domain,
            organisation,
            allow,
        } => (domain, organisation, allow),
        _ => return Ok(BTreeSet::new()),
    };
    let ruled: Vec<i64> = sqlx::query_scalar(
        "SELECT id FROM detections WHERE registrable = $1 AND organisation = $2 AND test = 0",
    )
    .bind(domain.as_str())
    .bind(organisation.as_str())
    .fetch_all(&mut *connection)
    .await?;
    let besides = match allow {
        Allowance::Name => vec![],
        Allowance::Registrant(pivot) => of_registrant(connection, organisation, pivot).await?,
        Allowance::Pattern(pattern) => of_form(connection, organisation, pattern).await?,
    };
    Ok(ruled.into_iter().chain(besides).collect())
}

async fn of_registrant(
    connection: &mut AnyConnection,
    organisation: &OrganisationId,
    pivot: &Pivot,
) -> Result<Vec<i64>, LedgerError> {
    let ids = sqlx::query_scalar(
        "SELECT d.id FROM pivots p JOIN facts f ON f.pivot = p.id \
         JOIN suspects s ON s.id = f.suspect \
         JOIN detections d ON d.registrable = s.domain AND d.test = 0 \
         WHERE p.kind = $1 AND p.value = $2 AND d.organisation = $3",
    )
    .bind(pivot.kind.as_str())
    .bind(plain(&pivot.value))
    .bind(organisation.as_str())
    .fetch_all(connection)
    .await?;
    Ok(ids)
}

async fn of_form(
    connection: &mut AnyConnection,
    organisation: &OrganisationId,
    pattern: &NamePattern,
) -> Result<Vec<i64>, LedgerError> {
    // `%` stands for dots, too, which is more than the pattern means; what is too much falls out when it is marked.
    let like = pattern.as_str().replace('_', "!_").replace('*', "%");
    let ids = sqlx::query_scalar(
        "SELECT id FROM detections WHERE registrable LIKE $1 ESCAPE '!' AND organisation = $2 AND test = 0",
    )
    .bind(like)
    .bind(organisation.as_str())
    .fetch_all(connection)
    .await?;
    Ok(ids)
}
