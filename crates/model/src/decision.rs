//! What people decided, so that it can be read again, and taken back.

use jiff::Timestamp;
use names::DomainName;

use crate::{CampaignId, NamePattern, OrganisationId, Pivot};

/// A decision as it is kept.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decided {
    /// Its number; later decisions have higher ones.
    pub id: u64,
    /// What was decided.
    pub decision: Decision,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
    /// Whether it was taken back: by whom, when and why.
    pub undone: Option<Undone>,
}

/// That a decision was taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Undone {
    /// By whom.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: String,
}

/// What an analyst decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// These domains belong together, whatever the facts say.
    Together(Vec<DomainName>),
    /// No campaign may hold domains of both sides, whatever the facts say.
    Apart {
        /// One side.
        one: Vec<DomainName>,
        /// The other.
        other: Vec<DomainName>,
    },
    /// That domains share this value means nothing.
    NoEvidence(Pivot),
    /// A hypothesis on who is behind a campaign was confirmed or rejected.
    Attribution {
        /// Which campaign.
        campaign: CampaignId,
        /// Which intrusion set.
        set: String,
        /// Confirmed, or rejected.
        confirmed: bool,
    },
    /// A detection is what it seemed to be.
    Confirmed {
        /// Its registrable domain.
        domain: DomainName,
        /// Whom it imitates.
        organisation: OrganisationId,
    },
    /// A detection is harmless, and with it whatever is allowed.
    Benign {
        /// Its registrable domain.
        domain: DomainName,
        /// Whom it resembles.
        organisation: OrganisationId,
        /// What is allowed from now on.
        allow: Allowance,
    },
}

/// What a decision allows for one organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Allowance {
    /// This registrable domain.
    Name,
    /// Every domain of this registrant.
    Registrant(Pivot),
    /// Every registrable domain of this form.
    Pattern(NamePattern),
}
