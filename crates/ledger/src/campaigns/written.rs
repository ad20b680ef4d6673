//! How ties, promotions and decisions are kept.

pub(super) use crate::stored::{read, write};

use crate::error::LedgerError;
use model::{Allowance, CampaignId, Decision, OrganisationId, Pivot, Tie};
use names::DomainName;
use serde::{Deserialize, Serialize};

/// A value.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrittenPivot {
    kind: String,
    value: String,
}

impl From<&Pivot> for WrittenPivot {
    fn from(pivot: &Pivot) -> Self {
        Self {
            kind: pivot.kind.to_string(),
            value: pivot.value.clone(),
        }
    }
}

impl WrittenPivot {
    pub(super) fn read(self) -> Result<Pivot, LedgerError> {
        let kind = self.kind.parse();
        Ok(Pivot {
            kind: kind.map_err(|_| LedgerError::corrupt("the kind of a pivot", &self.kind))?,
            value: self.value,
        })
    }
}

/// Why a link holds.
#[derive(Serialize, Deserialize)]
pub(super) struct WrittenTies {
    ties: Vec<WrittenTie>,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
enum WrittenTie {
    Shared {
        pivot: WrittenPivot,
        holders: u64,
        strength: u32,
        claimed: bool,
    },
    Pinned {
        by: String,
        says: String,
    },
}

impl From<&[Tie]> for WrittenTies {
    fn from(ties: &[Tie]) -> Self {
        let ties = ties.iter().map(|tie| match tie {
            Tie::Shared {
                pivot,
                holders,
                strength,
                claimed,
            } => WrittenTie::Shared {
                pivot: pivot.into(),
                holders: *holders,
                strength: *strength,
                claimed: *claimed,
            },
            Tie::Pinned { by, why } => WrittenTie::Pinned {
                by: by.clone(),
                says: why.clone(),
            },
        });
        Self {
            ties: ties.collect(),
        }
    }
}

impl WrittenTies {
    pub(super) fn read(self) -> Result<Vec<Tie>, LedgerError> {
        let ties = self.ties.into_iter().map(|tie| {
            Ok(match tie {
                WrittenTie::Shared {
                    pivot,
                    holders,
                    strength,
                    claimed,
                } => Tie::Shared {
                    pivot: pivot.read()?,
                    holders,
                    strength,
                    claimed,
                },
                WrittenTie::Pinned { by, says } => Tie::Pinned { by, why: says },
            })
        });
        ties.collect()
    }
}

/// By which alert a domain is raised, and by what.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct WrittenPromotion {
    pub(super) by: String,
    pub(super) pivot: WrittenPivot,
    pub(super) says: String,
}

/// A decision.
#[derive(Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub(super) enum WrittenDecision {
    Together {
        domains: Vec<String>,
    },
    Apart {
        one: Vec<String>,
        other: Vec<String>,
    },
    NoEvidence {
        pivot: WrittenPivot,
    },
    Attribution {
        campaign: String,
        set: String,
        confirmed: bool,
    },
    Confirmed {
        domain: String,
        organisation: String,
    },
    Benign {
        domain: String,
        organisation: String,
        allow: WrittenAllowance,
    },
}

/// The kind of a decision, as it stands beside the body and in it.
pub(super) fn kind(decision: &Decision) -> &'static str {
    match decision {
        Decision::Together(_) => "together",
        Decision::Apart { .. } => "apart",
        Decision::NoEvidence(_) => "no-evidence",
        Decision::Attribution { .. } => "attribution",
        Decision::Confirmed { .. } => "confirmed",
        Decision::Benign { .. } => "benign",
    }
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "allow", rename_all = "kebab-case")]
pub(super) enum WrittenAllowance {
    Name,
    Registrant { pivot: WrittenPivot },
    Pattern { pattern: String },
}

impl From<&Decision> for WrittenDecision {
    fn from(decision: &Decision) -> Self {
        let texts = |domains: &[DomainName]| domains.iter().map(ToString::to_string).collect();
        match decision {
            Decision::Together(domains) => Self::Together {
                domains: texts(domains),
            },
            Decision::Apart { one, other } => Self::Apart {
                one: texts(one),
                other: texts(other),
            },
            Decision::NoEvidence(pivot) => Self::NoEvidence {
                pivot: pivot.into(),
            },
            Decision::Attribution {
                campaign,
                set,
                confirmed,
            } => Self::Attribution {
                campaign: campaign.to_string(),
                set: set.clone(),
                confirmed: *confirmed,
            },
            Decision::Confirmed {
                domain,
                organisation,
            } => Self::Confirmed {
                domain: domain.to_string(),
                organisation: organisation.to_string(),
            },
            Decision::Benign {
                domain,
                organisation,
                allow,
            } => Self::Benign {
                domain: domain.to_string(),
                organisation: organisation.to_string(),
                allow: match allow {
                    Allowance::Name => WrittenAllowance::Name,
                    Allowance::Registrant(pivot) => WrittenAllowance::Registrant {
                        pivot: pivot.into(),
                    },
                    Allowance::Pattern(pattern) => WrittenAllowance::Pattern {
                        pattern: pattern.to_string(),
                    },
                },
            },
        }
    }
}

impl WrittenDecision {
    pub(super) fn read(self) -> Result<Decision, LedgerError> {
        Ok(match self {
            Self::Together { domains } => Decision::Together(names(&domains)?),
            Self::Apart { one, other } => Decision::Apart {
                one: names(&one)?,
                other: names(&other)?,
            },
            Self::NoEvidence { pivot } => Decision::NoEvidence(pivot.read()?),
            Self::Attribution {
                campaign,
                set,
                confirmed,
            } => Decision::Attribution {
                campaign: CampaignId(campaign),
                set,
                confirmed,
            },
            Self::Confirmed {
                domain,
                organisation,
            } => Decision::Confirmed {
                domain: name(&domain)?,
                organisation: id(&organisation)?,
            },
            Self::Benign {
                domain,
                organisation,
                allow,
            } => Decision::Benign {
                domain: name(&domain)?,
                organisation: id(&organisation)?,
                allow: match allow {
                    WrittenAllowance::Name => Allowance::Name,
                    WrittenAllowance::Registrant { pivot } => Allowance::Registrant(pivot.read()?),
                    WrittenAllowance::Pattern { pattern } => {
                        let parsed = pattern.parse();
                        let corrupt = |_| LedgerError::corrupt("a pattern", &pattern);
                        Allowance::Pattern(parsed.map_err(corrupt)?)
                    }
                },
            },
        })
    }
}

/// A domain as it is kept.
pub(super) fn name(text: &str) -> Result<DomainName, LedgerError> {
    text.parse()
        .map_err(|_| LedgerError::corrupt("a domain", text))
}

fn names(texts: &[String]) -> Result<Vec<DomainName>, LedgerError> {
    texts.iter().map(|text| name(text)).collect()
}

/// An organisation as it is kept.
pub(super) fn id(text: &str) -> Result<OrganisationId, LedgerError> {
    OrganisationId::new(text).map_err(|why| LedgerError::corrupt("the id of an organisation", why))
}
