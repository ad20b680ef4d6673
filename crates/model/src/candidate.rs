//! A name that may imitate somebody: what the sieve lets through and the weighing keeps.

use crate::{Assessment, Observation, Resemblance};
use names::DomainName;

/// One name for one organisation, explained and weighed.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidate {
    /// The name and where it was seen.
    pub observation: Observation,
    /// The registrable domain under which it stands, or the name itself where it has none.
    pub registrable: DomainName,
    /// Whom it imitates and how.
    pub resemblance: Resemblance,
    /// How strong the case is.
    pub assessment: Assessment,
}
