//! What is kept of a candidate, and read by programs.

use crate::error::LedgerError;
use model::{Candidate, Tier};
use serde::{Deserialize, Serialize};

/// A candidate as it is kept. Names and order of the fields are those of a row of `scan`, and stable.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Detail {
    /// A-labels, lower case, without wildcard. The real name: hostile.
    pub name: String,
    /// The registrable domain; of an entry that cannot be read `entry:FEED/INDEX`.
    pub registrable: String,
    /// The name with its letters as people see them.
    pub unicode: String,
    /// Whom it imitates.
    pub organisation: String,
    /// The imitated domain, term, person or service id.
    pub target: String,
    /// How, most telling first.
    pub techniques: Vec<DetailTechnique>,
    /// The prior among them: the logistic of the sum of `log_odds` is `score`, to 0.001.
    pub findings: Vec<DetailFinding>,
    /// From 0 to 1, with four decimals.
    pub score: f64,
    /// What the score reached by the organisation's thresholds.
    #[serde(with = "tier_text")]
    pub tier: Option<Tier>,
    /// The feed, by its id.
    pub source: String,
    /// The index of the entry in the feed.
    pub line: u64,
}

/// A technique and where it shows.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DetailTechnique {
    /// Its stable id.
    pub id: String,
    /// Characters of `unicode`, end excluded.
    pub span: [u32; 2],
    /// Which letters were changed, where it is about letters.
    pub edit: Option<String>,
}

/// A piece of evidence.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct DetailFinding {
    /// Its stable id.
    pub id: String,
    /// Natural log odds, positive towards imitation.
    pub log_odds: f64,
    /// The evidence in a sentence.
    pub says: String,
}

/// A detail with its version, as it stands in the store. A field that is added later gets a default; one that
/// changes its meaning makes a new version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "v")]
enum Stored<D> {
    #[serde(rename = "1")]
    V1(D),
}

impl Detail {
    pub(crate) fn of(candidate: &Candidate, registrable: String, feed: &str, index: u64) -> Self {
        let Candidate {
            observation,
            resemblance,
            assessment,
            ..
        } = candidate;
        let techniques = resemblance.techniques.iter().map(|used| DetailTechnique {
            id: used.technique.to_string(),
            span: [used.span.from, used.span.to],
            edit: used.edit.clone(),
        });
        let findings = assessment.findings.iter().map(|finding| DetailFinding {
            id: finding.id.to_string(),
            // Adding zero turns a negative zero into a plain one.
            log_odds: finding.log_odds + 0.0,
            says: finding.says.clone(),
        });
        Self {
            name: observation.name.as_str().to_owned(),
            registrable,
            unicode: observation.name.to_unicode(),
            organisation: resemblance.organisation.to_string(),
            target: resemblance.target.as_str().to_owned(),
            techniques: techniques.collect(),
            findings: findings.collect(),
            score: (assessment.score.value() * 1e4).round() / 1e4,
            tier: assessment.tier,
            source: feed.to_owned(),
            line: index,
        }
    }

    pub(crate) fn store(&self) -> String {
        serde_json::to_string(&Stored::V1(self))
            .expect("invariant: a detail has string keys only and no field that can fail")
    }

    pub(crate) fn restore(text: &str) -> Result<Self, LedgerError> {
        let stored: Stored<Self> = serde_json::from_str(text)
            .map_err(|why| LedgerError::corrupt("the detail of a detection", why))?;
        let Stored::V1(detail) = stored;
        Ok(detail)
    }

    /// What makes one name of a detection stronger than another: first the tier, then the score.
    pub(crate) fn strength(&self) -> Strength {
        Strength {
            tier: rank(self.tier),
            // Within 0…1, so within 0…10,000.
            score: (self.score * 1e4).round() as i64,
        }
    }
}

/// How strong the case is, as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Strength {
    pub(crate) tier: i64,
    pub(crate) score: i64,
}

/// The tier as a number that grows with it.
pub(crate) fn rank(tier: Option<Tier>) -> i64 {
    match tier {
        None => 0,
        Some(Tier::Watch) => 1,
        Some(Tier::Alert) => 2,
    }
}

/// The tier that a number stands for.
pub(crate) fn unrank(rank: i64) -> Option<Tier> {
    match rank {
        1 => Some(Tier::Watch),
        2 => Some(Tier::Alert),
        _ => None,
    }
}

pub(crate) mod tier_text {
    use model::Tier;
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    #[expect(
        clippy::ref_option,
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks for this signature"
    )]
    pub(crate) fn serialize<S: Serializer>(tier: &Option<Tier>, to: S) -> Result<S::Ok, S::Error> {
        tier.map(|tier| tier.to_string()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Tier>, D::Error> {
        let text: Option<String> = Option::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom))
            .transpose()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Version 1 as it was first written: it is read for ever.
    const V1: &str = "{\"v\":\"1\",\"name\":\"xn--pypal-4ve.example\",\"registrable\":\"xn--pypal-4ve.example\",\
        \"unicode\":\"pаypal.example\",\"organisation\":\"Pay / Pal\",\"target\":\"paypal.com\",\
        \"techniques\":[{\"id\":\"homoglyph-idn\",\"span\":[0,6],\"edit\":\"a→а\"}],\
        \"findings\":[{\"id\":\"prior\",\"log_odds\":0.0,\"says\":\"p\"}],\
        \"score\":0.7773,\"tier\":\"watch\",\"source\":\"ct:AA\",\"line\":7}";

    #[test]
    fn what_was_stored_is_read_and_stored_alike() {
        let detail = Detail::restore(V1).expect("version 1");
        assert_eq!(detail.tier, Some(Tier::Watch));
        assert_eq!(
            detail.strength(),
            Strength {
                tier: 1,
                score: 7773
            }
        );
        assert_eq!(detail.store(), V1);
        assert!(Detail::restore(&V1.replace("\"v\":\"1\"", "\"v\":\"9\"")).is_err());
    }
}
