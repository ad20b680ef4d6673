//! The nouns of En Passant and their ids; no behaviour but construction and invariants.
//!
//! A name seen in a feed is an [`Observation`]. What it has in common with one guarded
//! organisation is a [`Resemblance`], made of the [`TechniqueUse`]s that explain it. Weighed, it has
//! an [`Assessment`]: findings that add up, a score, and perhaps a [`Tier`]. The three together are a
//! [`Candidate`]. What was then seen of it from outside is a [`Dossier`].
//!
//! Nothing here can be serialised, on purpose: what is stored or sent has a versioned type at that
//! edge.

pub mod actor;
mod assessment;
mod campaign;
mod candidate;
mod decision;
pub mod dossier;
mod hypothesis;
mod ids;
mod name_pattern;
mod observation;
mod pivot;
mod policy;
mod probed;
mod resemblance;
mod risk;
mod stage;
mod tlp;
mod trace;

pub use assessment::{Assessment, Finding, Score, Thresholds, ThresholdsFault, Tier, TierFault};
pub use campaign::{Aim, Campaign, CampaignId, Centre, Link, Member, Moment, MomentKind, Tie};
pub use candidate::Candidate;
pub use decision::{Allowance, Decided, Decision, Undone};
pub use dossier::Dossier;
pub use hypothesis::{Admiralty, Basis, Hypothesis, Likelihood, Verdict, Witness};
pub use ids::{FindingId, IdFault, OrganisationId, TechniqueId};
pub use name_pattern::{NamePattern, NamePatternFault};
pub use observation::{Observation, Origin};
pub use pivot::{Fact, Pivot, PivotFamily, PivotFault, PivotKind};
pub use policy::{Policy, PolicyFault};
pub use probed::{Absence, Evidence, EvidenceDigest, Failure, FailureKind, Look, Probed, Reason};
pub use resemblance::{Edit, Resemblance, Span, Target, TechniqueUse};
pub use risk::{Confidence, Risk, Severity};
pub use stage::{Direction, Reached, Stage, StageFault, Step};
pub use tlp::{Tlp, TlpFault, Viewer};
pub use trace::{Trace, TraceKind};
