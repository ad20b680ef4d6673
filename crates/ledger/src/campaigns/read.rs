//! Campaigns, read again.

use super::said;
use super::written::{self, WrittenPromotion, WrittenTies};
use crate::detail::{Detail, unrank};
use crate::error::LedgerError;
use crate::facts;
use crate::looks::stages_of;
use crate::open::Ledger;
use crate::rulings::Rulings;
use crate::sql::{in_chunks, timestamp};
use judge::{Rarity, campaign_name};
use model::{Aim, Campaign, CampaignId, Centre, Link, Member, Moment, MomentKind, Pivot, Reached};
use names::DomainName;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeMap;

/// What raises a domain to an alert: the company it keeps.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Company {
    /// The alert that it is tied to.
    pub by: DomainName,
    /// Why, in a sentence; without data on persons.
    pub says: String,
}

/// What is raised, of these registrable domains.
pub(crate) async fn company(
    connection: &mut AnyConnection,
    domains: &[String],
) -> Result<BTreeMap<String, Company>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (domain) AS (VALUES",
            ") SELECT s.domain, s.promoted FROM asked JOIN suspects s ON s.domain = asked.domain \
             WHERE s.promoted IS NOT NULL",
        ],
        1,
        domains,
        |row, domain| Ok(row.bind(domain.clone())),
    )
    .await?;
    let company = |row: &AnyRow| {
        let written: WrittenPromotion =
            written::read("a promotion", &row.try_get::<String, _>("promoted")?)?;
        let by = written::name(&written.by)?;
        let says = written.says;
        Ok((row.try_get("domain")?, Company { by, says }))
    };
    rows.iter().map(company).collect()
}

impl Ledger {
    /// The ids of all campaigns that stand, the youngest first; of one organisation only, where one is given.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn campaign_ids(
        &self,
        organisation: Option<&str>,
    ) -> Result<Vec<CampaignId>, LedgerError> {
        let ids: Vec<String> = sqlx::query_scalar(
            "SELECT c.id FROM campaigns c WHERE c.dissolved_at IS NULL AND ($1 = '' OR EXISTS (\
             SELECT 1 FROM suspects s JOIN detections d ON d.registrable = s.domain AND d.test = 0 \
             WHERE s.campaign = c.id AND d.organisation = $1)) \
             ORDER BY (SELECT MAX(s.first_at) FROM suspects s WHERE s.campaign = c.id) DESC, c.id",
        )
        .bind(organisation.unwrap_or_default())
        .fetch_all(&self.readers)
        .await?;
        Ok(ids.into_iter().map(CampaignId).collect())
    }

    /// The id that stands for what somebody wrote: an id, the beginning of one that begins no other, an id that a campaign had
    /// before, or one of its domains.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find_campaign(&self, written: &str) -> Result<Option<CampaignId>, LedgerError> {
        let written = written.trim().to_lowercase();
        let of_domain: Option<Option<String>> =
            sqlx::query_scalar("SELECT campaign FROM suspects WHERE domain = $1")
                .bind(&written)
                .fetch_optional(&self.readers)
                .await?;
        if let Some(campaign) = of_domain {
            return Ok(campaign.map(CampaignId));
        }
        if written.len() < 4 || !written.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let mut asked = written + "%";
        // An id leads to its successor; nothing here leads round in a circle, but the ledger is only a file.
        for _ in 0..100 {
            let rows = sqlx::query(
                "SELECT id, successor, dissolved_at FROM campaigns WHERE id LIKE $1 LIMIT 2",
            )
            .bind(&asked)
            .fetch_all(&self.readers)
            .await?;
            let [row] = rows.as_slice() else {
                return Ok(None);
            };
            if row.try_get::<Option<i64>, _>("dissolved_at")?.is_none() {
                return Ok(Some(CampaignId(row.try_get("id")?)));
            }
            match row.try_get::<Option<String>, _>("successor")? {
                Some(successor) => asked = successor,
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// A campaign with all that is known of it but who may be behind it.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn campaign(
        &self,
        id: &CampaignId,
        rarity: &Rarity,
    ) -> Result<Option<Campaign>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let rows = sqlx::query(
            "SELECT id, domain, first_at, promoted FROM suspects WHERE campaign = $1 ORDER BY first_at, domain",
        )
        .bind(&id.0)
        .fetch_all(&mut *connection)
        .await?;
        if rows.is_empty() {
            return Ok(None);
        }
        let mut members = vec![];
        let mut numbers = BTreeMap::new();
        for row in &rows {
            let domain = written::name(&row.try_get::<String, _>("domain")?)?;
            numbers.insert(row.try_get::<i64, _>("id")?, domain.clone());
            members.push(Member {
                domain,
                first: timestamp(row.try_get("first_at")?)?,
                possible: vec![],
                aims: vec![],
                stages: vec![],
            });
        }
        let domains: Vec<String> = members
            .iter()
            .map(|member| member.domain.to_string())
            .collect();
        let company = company(&mut connection, &domains).await?;
        let mut timeline = vec![];
        for aim in aims(&mut connection, &domains).await? {
            let Some(member) = members
                .iter_mut()
                .find(|member| member.domain.as_str() == aim.domain)
            else {
                continue;
            };
            timeline.extend(aim.moments(&member.domain));
            member.stages.extend(aim.stages);
            let promoted = company.get(&aim.domain).map(|company| company.says.clone());
            member.aims.push(Aim {
                promoted,
                ..aim.aim
            });
        }
        for member in &mut members {
            member
                .stages
                .sort_by_key(|reached| (reached.stage, reached.since));
            member.stages.dedup_by_key(|reached| reached.stage);
        }
        let ids = said::former(&mut connection, id).await?;
        timeline.extend(moments(&mut connection, &ids).await?);
        timeline.extend(said::moments(&mut connection, &ids, &domains).await?);
        timeline.sort_by(|a, b| (a.at, &a.domain, a.kind).cmp(&(b.at, &b.domain, b.kind)));
        timeline.dedup();
        Ok(Some(Campaign {
            id: id.clone(),
            name: campaign_name(id),
            links: links(&mut connection, id, &numbers).await?,
            centre: centre(&mut connection, &numbers, rarity).await?,
            members,
            timeline,
            hypotheses: vec![],
        }))
    }
}

/// A detection of a member.
struct AimRow {
    domain: String,
    aim: Aim,
    stages: Vec<Reached>,
    seen: jiff::Timestamp,
}

impl AimRow {
    /// When it was seen, and when it came to its stages.
    fn moments(&self, domain: &DomainName) -> Vec<Moment> {
        let seen = Moment {
            at: self.seen,
            day_only: false,
            domain: Some(domain.clone()),
            kind: MomentKind::Seen,
            says: "seen by us for the first time".into(),
            why: None,
        };
        let stages = self.stages.iter().map(|reached| Moment {
            at: reached.since,
            day_only: false,
            domain: Some(domain.clone()),
            kind: MomentKind::Stage(reached.stage),
            says: reached.says.clone(),
            why: None,
        });
        std::iter::once(seen).chain(stages).collect()
    }
}

async fn aims(
    connection: &mut AnyConnection,
    domains: &[String],
) -> Result<Vec<AimRow>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (domain) AS (VALUES",
            ") SELECT d.id, d.registrable, d.organisation, d.detail, d.first_seen, d.allowed, \
             CASE WHEN l.done > 0 THEN l.alone ELSE d.tier END AS tier FROM asked \
             JOIN detections d ON d.registrable = asked.domain AND d.test = 0 \
             LEFT JOIN looks l ON l.detection = d.id ORDER BY d.id",
        ],
        1,
        domains,
        |row, domain| Ok(row.bind(domain.clone())),
    )
    .await?;
    let ids = rows
        .iter()
        .map(|row| row.try_get("id"))
        .collect::<Result<Vec<i64>, _>>()?;
    let mut stages = stages_of(connection, &ids).await?;
    let rulings = Rulings::standing(connection).await?;
    let aim = |row: &AnyRow| {
        let detail = Detail::restore(&row.try_get::<String, _>("detail")?)?;
        let domain: String = row.try_get("registrable")?;
        let organisation: String = row.try_get("organisation")?;
        let allowed: Option<i64> = row.try_get("allowed")?;
        let tier = rulings.tier(&domain, &organisation, allowed, row.try_get("tier")?);
        Ok(AimRow {
            domain,
            aim: Aim {
                organisation: written::id(&organisation)?,
                name: detail.name,
                imitated: detail.target,
                tier: unrank(tier),
                promoted: None,
                let_pass: allowed.is_some() && unrank(tier).is_none(),
            },
            stages: stages.remove(&row.try_get("id")?).unwrap_or_default(),
            seen: timestamp(row.try_get("first_seen")?)?,
        })
    };
    rows.iter().map(aim).collect()
}

async fn links(
    connection: &mut AnyConnection,
    id: &CampaignId,
    numbers: &BTreeMap<i64, DomainName>,
) -> Result<Vec<Link>, LedgerError> {
    let rows = sqlx::query("SELECT one, other, strength, since, why FROM links WHERE campaign = $1 ORDER BY since, one, other")
        .bind(&id.0)
        .fetch_all(connection)
        .await?;
    let end = |row: &AnyRow, column| {
        let number: i64 = row.try_get(column)?;
        let name = numbers.get(&number);
        name.cloned()
            .ok_or_else(|| LedgerError::corrupt("a link", "its end is no member"))
    };
    let link = |row: &AnyRow| {
        let why: WrittenTies = written::read("a link", &row.try_get::<String, _>("why")?)?;
        let strength: i64 = row.try_get("strength")?;
        Ok(Link {
            one: end(row, "one")?,
            other: end(row, "other")?,
            reasons: why.read()?,
            strength: u32::try_from(strength).unwrap_or(u32::MAX),
            since: timestamp(row.try_get("since")?)?,
        })
    };
    rows.iter().map(link).collect()
}

async fn centre(
    connection: &mut AnyConnection,
    numbers: &BTreeMap<i64, DomainName>,
    rarity: &Rarity,
) -> Result<Vec<Centre>, LedgerError> {
    let ids: Vec<i64> = numbers.keys().copied().collect();
    let mut within = BTreeMap::<Pivot, (u64, u64)>::new();
    for kept in facts::of(connection, &ids).await? {
        let entry = within.entry(kept.fact.pivot).or_insert((0, kept.holders));
        entry.0 += 1;
    }
    let shared = within.into_iter().filter(|(_, (within, _))| *within > 1);
    let mut centre: Vec<Centre> = shared
        .filter_map(|(pivot, (within, holders))| {
            let strength = rarity.strength(&pivot, holders)?.bits;
            Some(Centre {
                pivot,
                within,
                holders,
                strength,
            })
        })
        .collect();
    centre.sort_by(|a, b| {
        b.strength
            .cmp(&a.strength)
            .then_with(|| a.pivot.cmp(&b.pivot))
    });
    Ok(centre)
}

/// What became of the campaign, and of those that were taken into it.
async fn moments(
    connection: &mut AnyConnection,
    ids: &[String],
) -> Result<Vec<Moment>, LedgerError> {
    let rows = in_chunks(
        connection,
        [
            "WITH asked (id) AS (VALUES",
            ") SELECT m.id, m.at, m.kind, m.domain, m.says FROM asked JOIN moments m ON m.campaign = asked.id",
        ],
        1,
        ids,
        |row, id| Ok(row.bind(id.clone())),
    )
    .await?;
    let moment = |row: &AnyRow| {
        let kind: String = row.try_get("kind")?;
        let domain: Option<String> = row.try_get("domain")?;
        Ok(Moment {
            at: timestamp(row.try_get("at")?)?,
            day_only: false,
            domain: domain.as_deref().map(written::name).transpose()?,
            kind: match kind.as_str() {
                "joined" => MomentKind::Joined,
                "promoted" => MomentKind::Promoted,
                _ => MomentKind::Changed,
            },
            says: row.try_get("says")?,
            why: None,
        })
    };
    rows.iter().map(moment).collect()
}
