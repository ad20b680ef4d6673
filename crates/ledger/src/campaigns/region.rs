//! All that a change can reach: the domains that are stale, those that share a value with them, and their campaigns.

use super::decisions;
use super::written;
use crate::detail::rank;
use crate::error::LedgerError;
use crate::facts;
use crate::open::Ledger;
use crate::rulings::Rulings;
use crate::sql::{among, in_chunks, of_numbers, timestamp};
use judge::{Rarity, Suspect};
use model::{CampaignId, Decided, Decision, Pivot, Tier};
use names::DomainName;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// A part of the ledger that can be joined by itself.
pub(super) struct Region {
    /// Its domains, sorted by name.
    pub(super) suspects: Vec<Suspect>,
    /// The same, as they are kept.
    pub(super) rows: Vec<SuspectRow>,
    /// On how many domains each value was observed in all.
    pub(super) holders: BTreeMap<Pivot, u64>,
    /// The decisions that stand.
    pub(super) decisions: Vec<Decided>,
}

pub(super) struct SuspectRow {
    pub(super) id: i64,
    pub(super) campaign: Option<String>,
    pub(super) promoted: Option<String>,
    /// Whether people let pass all that it was detected for.
    pub(super) let_pass: bool,
}

impl Ledger {
    /// The domains of a campaign with what others may share, sorted by name; empty where there is no such campaign.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn suspects(&self, id: &CampaignId) -> Result<Vec<Suspect>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let within = members(&mut connection, std::slice::from_ref(&id.0)).await?;
        let rows = suspects(&mut connection, &within.into_iter().collect()).await?;
        let decisions = decisions::standing(&mut connection).await?;
        Ok(Region::of(&mut connection, rows, decisions, None)
            .await?
            .suspects)
    }
}

impl Region {
    /// The region around some domains.
    ///
    /// A link can only appear or go where a value is shared with a stale domain, or was until more got it. And a domain
    /// that a decision keeps out of one campaign may be let in where another part of that campaign changes; so both sides of each decision that is
    /// touched belong to the region, too.
    pub(super) async fn around(
        connection: &mut AnyConnection,
        stale: &[i64],
        rarity: &Rarity,
    ) -> Result<Self, LedgerError> {
        let decisions = decisions::standing(connection).await?;
        let mut within: BTreeSet<i64> = stale.iter().copied().collect();
        within.extend(sharing(connection, stale, rarity).await?);
        let mut campaigns = BTreeSet::new();
        loop {
            let before = within.len();
            let rows = suspects(connection, &within).await?;
            let fresh: Vec<String> = rows
                .iter()
                .filter_map(|row| row.1.campaign.clone())
                .filter(|campaign| campaigns.insert(campaign.clone()))
                .collect();
            within.extend(members(connection, &fresh).await?);
            let names: BTreeSet<&str> = rows.iter().map(|row| row.0.domain.as_str()).collect();
            within.extend(named(connection, &touched(&decisions, &names)).await?);
            if within.len() == before {
                return Self::of(connection, rows, decisions, Some(rarity.most())).await;
            }
        }
    }

    /// With all facts, or with those that no more than `most` domains have and that can tie.
    async fn of(
        connection: &mut AnyConnection,
        mut rows: Vec<(Suspect, SuspectRow)>,
        decisions: Vec<Decided>,
        most: Option<u64>,
    ) -> Result<Self, LedgerError> {
        rows.sort_by(|one, other| one.0.domain.cmp(&other.0.domain));
        let at: BTreeMap<i64, usize> = rows.iter().map(|row| row.1.id).zip(0..).collect();
        let ids: Vec<i64> = at.keys().copied().collect();
        let mut holders = BTreeMap::new();
        let facts = match most {
            Some(most) => facts::shared(connection, &ids, most).await?,
            None => facts::of(connection, &ids).await?,
        };
        for kept in facts {
            holders.insert(kept.fact.pivot.clone(), kept.holders);
            rows[at[&kept.suspect]].0.facts.push(kept.fact);
        }
        let ruled = ruled(connection, &rows, &Rulings::of(&decisions)).await?;
        for (suspect, row) in &mut rows {
            suspect
                .facts
                .sort_by(|one, other| one.pivot.cmp(&other.pivot));
            if let Some(ruled) = ruled.get(suspect.domain.as_str()) {
                suspect.alert = ruled.alert;
                row.let_pass = ruled.let_pass;
            }
        }
        let (suspects, rows) = rows.into_iter().unzip();
        Ok(Self {
            suspects,
            rows,
            holders,
            decisions,
        })
    }

    /// The number by which a domain of the region is kept.
    pub(super) fn number(&self, domain: &DomainName) -> Option<i64> {
        let at = self
            .suspects
            .binary_search_by(|suspect| suspect.domain.cmp(domain));
        at.ok().map(|at| self.rows[at].id)
    }

    /// The links that are kept of the region's campaigns: both ends, the campaign, and why.
    pub(super) async fn links(
        &self,
        connection: &mut AnyConnection,
    ) -> Result<Vec<(i64, i64, String, String)>, LedgerError> {
        let campaigns: BTreeSet<&str> = self
            .rows
            .iter()
            .filter_map(|row| row.campaign.as_deref())
            .collect();
        let campaigns: Vec<&str> = campaigns.into_iter().collect();
        let rows = in_chunks(
            connection,
            [
                "WITH asked (id) AS (VALUES",
                ") SELECT one, other, campaign, why FROM asked JOIN links ON campaign = asked.id",
            ],
            1,
            &campaigns,
            |row, id| Ok(row.bind((*id).to_owned())),
        )
        .await?;
        let link = |row: &AnyRow| {
            Ok((
                row.try_get("one")?,
                row.try_get("other")?,
                row.try_get("campaign")?,
                row.try_get("why")?,
            ))
        };
        rows.iter().map(link).collect()
    }
}

/// How many facts are asked about in one statement, but those of one domain stay together.
const FACTS: usize = 1_000;

/// Who may be tied to one of these, or was when campaigns were last joined: whoever shares enough with it; and of those in a
/// campaign whoever shares anything that means something, as links tell it.
async fn sharing(
    connection: &mut AnyConnection,
    stale: &[i64],
    rarity: &Rarity,
) -> Result<BTreeSet<i64>, LedgerError> {
    let mut worth = BTreeMap::<i64, Vec<[i64; 4]>>::new();
    for kept in facts::of(connection, stale).await? {
        let with = |holders: u64| rarity.strength(&kept.fact.pivot, holders);
        let then_and_now = [kept.holders, kept.joined_holders];
        let strengths = then_and_now
            .into_iter()
            .filter(|holders| *holders > 1)
            .filter_map(with);
        if let Some(bits) = strengths.map(|strength| strength.bits).max() {
            let family = i64::from(kept.fact.pivot.kind.family() as u8);
            let of = worth.entry(kept.suspect).or_default();
            of.push([kept.suspect, kept.pivot, family, i64::from(bits)]);
        }
    }
    // Of each family the best counts, as where they are joined; only who is tied comes back, since most share little.
    let query = format!(
        ", best AS (SELECT a.stale, f.suspect, a.family, MAX(a.bits) AS bits \
         FROM asked a JOIN facts f ON f.pivot = a.pivot GROUP BY a.stale, f.suspect, a.family), \
         shared AS (SELECT suspect, SUM(bits) AS bits FROM best GROUP BY stale, suspect) \
         SELECT s.id FROM shared JOIN suspects s ON s.id = shared.suspect \
         WHERE shared.bits >= {} OR s.campaign IS NOT NULL",
        rarity.joins()
    );
    let mut tied = BTreeSet::new();
    let mut asked = vec![];
    let mut worth = worth.into_values().peekable();
    while let Some(facts) = worth.next() {
        asked.extend(facts);
        if asked.len() >= FACTS || worth.peek().is_none() {
            let columns = "asked (stale, pivot, family, bits)";
            let rows = among(connection, columns, &query, &asked).await?;
            tied.extend(numbers(&rows, "id")?);
            asked.clear();
        }
    }
    Ok(tied)
}

async fn suspects(
    connection: &mut AnyConnection,
    ids: &BTreeSet<i64>,
) -> Result<Vec<(Suspect, SuspectRow)>, LedgerError> {
    let ids: Vec<i64> = ids.iter().copied().collect();
    let query = "SELECT s.id, s.domain, s.first_at, s.campaign, s.promoted \
                 FROM asked JOIN suspects s ON s.id = asked.id";
    let rows = of_numbers(connection, query, &ids).await?;
    rows.iter().map(suspect).collect()
}

fn suspect(row: &AnyRow) -> Result<(Suspect, SuspectRow), LedgerError> {
    let suspect = Suspect {
        domain: written::name(&row.try_get::<String, _>("domain")?)?,
        first: timestamp(row.try_get("first_at")?)?,
        facts: vec![],
        alert: false,
    };
    let kept = SuspectRow {
        id: row.try_get("id")?,
        campaign: row.try_get("campaign")?,
        promoted: row.try_get("promoted")?,
        let_pass: false,
    };
    Ok((suspect, kept))
}

async fn members(
    connection: &mut AnyConnection,
    campaigns: &[String],
) -> Result<Vec<i64>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT s.id FROM asked JOIN suspects s ON s.campaign = asked.id",
        ],
        1,
        campaigns,
        |row, id| Ok(row.bind(id.clone())),
    )
    .await?;
    numbers(&rows, "id")
}

async fn named(
    connection: &mut AnyConnection,
    domains: &[String],
) -> Result<Vec<i64>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (domain) AS (VALUES",
            ") SELECT s.id FROM asked JOIN suspects s ON s.domain = asked.domain",
        ],
        1,
        domains,
        |row, domain| Ok(row.bind(domain.clone())),
    )
    .await?;
    numbers(&rows, "id")
}

/// The domains of decisions that name one of these.
fn touched(decisions: &[Decided], names: &BTreeSet<&str>) -> Vec<String> {
    let mut touched = BTreeSet::new();
    for decided in decisions {
        let domains: Vec<&DomainName> = match &decided.decision {
            Decision::Together(domains) => domains.iter().collect(),
            Decision::Apart { one, other } => one.iter().chain(other).collect(),
            _ => continue,
        };
        if domains.iter().any(|domain| names.contains(domain.as_str())) {
            touched.extend(domains.iter().map(ToString::to_string));
        }
    }
    touched.into_iter().collect()
}

/// What the detections of a domain come to.
struct Ruled {
    /// Whether one of them is an alert by itself: by the last look, or by the name before the first, or because it was confirmed.
    alert: bool,
    /// Whether all of them are let pass.
    let_pass: bool,
}

async fn ruled(
    connection: &mut AnyConnection,
    rows: &[(Suspect, SuspectRow)],
    rulings: &Rulings,
) -> Result<BTreeMap<String, Ruled>, LedgerError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.1.id).collect();
    let query = "SELECT d.registrable, d.organisation, d.allowed, \
                 CASE WHEN l.done > 0 THEN l.alone ELSE d.tier END AS tier FROM asked \
                 JOIN suspects s ON s.id = asked.id \
                 JOIN detections d ON d.registrable = s.domain AND d.test = 0 \
                 LEFT JOIN looks l ON l.detection = d.id";
    let rows = of_numbers(connection, query, &ids).await?;
    let mut ruled = BTreeMap::<String, Ruled>::new();
    for row in &rows {
        let domain: String = row.try_get("registrable")?;
        let organisation: String = row.try_get("organisation")?;
        let allowed: Option<i64> = row.try_get("allowed")?;
        let tier = rulings.tier(&domain, &organisation, allowed, row.try_get("tier")?);
        let of_domain = ruled.entry(domain).or_insert(Ruled {
            alert: false,
            let_pass: true,
        });
        of_domain.alert |= tier >= rank(Some(Tier::Alert));
        of_domain.let_pass &= allowed.is_some();
    }
    Ok(ruled)
}

fn numbers(rows: &[AnyRow], column: &str) -> Result<Vec<i64>, LedgerError> {
    Ok(rows
        .iter()
        .map(|row| row.try_get(column))
        .collect::<Result<_, _>>()?)
}
