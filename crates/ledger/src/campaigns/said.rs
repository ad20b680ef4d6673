//! What people decided about one campaign.

use super::decisions;
use crate::error::LedgerError;
use crate::open::Ledger;
use crate::sql::in_chunks;
use model::{Campaign, CampaignId, Decided, Decision, Moment, MomentKind};
use names::DomainName;
use sqlx::{AnyConnection, Row};
use std::collections::BTreeSet;

impl Ledger {
    /// What people decided about a campaign, the earliest first, also what was taken back: about the domains that it has now,
    /// about values that they share, and on who is behind it, whatever id it had then.
    ///
    /// # Errors
    /// Those of the store; [`LedgerError::Corrupt`].
    pub async fn decisions_on(&self, campaign: &Campaign) -> Result<Vec<Decided>, LedgerError> {
        let mut connection = self.readers.acquire().await?;
        let ids = former(&mut connection, &campaign.id).await?;
        let members = campaign.members.iter();
        let domains: Vec<String> = members.map(|member| member.domain.to_string()).collect();
        let mut about = about(&mut connection, &ids, &domains).await?;
        for decided in &mut about {
            if let Decision::Attribution { campaign: id, .. } = &mut decided.decision {
                *id = campaign.id.clone();
            }
        }
        Ok(about)
    }
}

/// All ids that a campaign has and had, and those of campaigns that were taken into it.
pub(super) async fn former(
    connection: &mut AnyConnection,
    id: &CampaignId,
) -> Result<Vec<String>, LedgerError> {
    let mut ids = BTreeSet::from([id.0.clone()]);
    loop {
        let asked: Vec<String> = ids.iter().cloned().collect();
        let rows = in_chunks(
            connection,
            [
                "WITH asked (id) AS (VALUES",
                ") SELECT c.id FROM asked JOIN campaigns c ON c.successor = asked.id",
            ],
            1,
            &asked,
            |row, id| Ok(row.bind(id.clone())),
        )
        .await?;
        for row in &rows {
            ids.insert(row.try_get("id")?);
        }
        if ids.len() == asked.len() {
            return Ok(asked);
        }
    }
}

/// When people decided about a campaign, and when they took it back. Who did is not said here.
pub(super) async fn moments(
    connection: &mut AnyConnection,
    ids: &[String],
    domains: &[String],
) -> Result<Vec<Moment>, LedgerError> {
    let moment = |at, decision: &Decision, says, why| Moment {
        at,
        day_only: false,
        domain: match decision {
            Decision::Confirmed { domain, .. } | Decision::Benign { domain, .. } => {
                Some(domain.clone())
            }
            _ => None,
        },
        kind: MomentKind::Decided,
        says,
        why: Some(why),
    };
    let mut moments = vec![];
    for Decided {
        id,
        decision,
        at,
        why,
        undone,
        ..
    } in about(connection, ids, domains).await?
    {
        let (says, why) = match &decision {
            // A set's name is an analyst's word, too.
            Decision::Attribution { set, confirmed, .. } => {
                let said = if *confirmed { "confirmed" } else { "rejected" };
                let says = format!("who may be behind it is {said}");
                (says, format!("{}: {why}", names::escaped(set)))
            }
            decision => (judge::decision_says(decision), why),
        };
        let says = format!("decision {id}: {says}");
        moments.push(moment(at, &decision, says, why));
        if let Some(undone) = undone {
            let says = format!("decision {id} was taken back");
            moments.push(moment(undone.at, &decision, says, undone.why));
        }
    }
    Ok(moments)
}

async fn about(
    connection: &mut AnyConnection,
    ids: &[String],
    domains: &[String],
) -> Result<Vec<Decided>, LedgerError> {
    let domains: BTreeSet<&str> = domains.iter().map(String::as_str).collect();
    let within = |domain: &DomainName| domains.contains(domain.as_str());
    let mut decisions = decisions::all(connection).await?;
    let struck: Vec<Decided> = decisions
        .extract_if(.., |decided| {
            matches!(decided.decision, Decision::NoEvidence(_))
        })
        .collect();
    decisions.retain(|decided| match &decided.decision {
        Decision::Together(of) => of.iter().any(within),
        Decision::Apart { one, other } => one.iter().chain(other).any(within),
        Decision::NoEvidence(_) => false,
        Decision::Attribution { campaign, .. } => ids.contains(&campaign.0),
        Decision::Confirmed { domain, .. } | Decision::Benign { domain, .. } => within(domain),
    });
    for decided in struck {
        let Decision::NoEvidence(pivot) = &decided.decision else {
            continue;
        };
        let holders: Vec<String> = sqlx::query_scalar(
            "SELECT s.domain FROM pivots p JOIN facts f ON f.pivot = p.id \
             JOIN suspects s ON s.id = f.suspect WHERE p.kind = $1 AND p.value = $2",
        )
        .bind(pivot.kind.as_str())
        .bind(pivot.value.as_str())
        .fetch_all(&mut *connection)
        .await?;
        if holders
            .iter()
            .any(|holder| domains.contains(holder.as_str()))
        {
            decisions.push(decided);
        }
    }
    decisions.sort_by_key(|decided| decided.id);
    Ok(decisions)
}
