//! The company it keeps.

use super::RiskSignal;

pub(super) const COMPANY: RiskSignal = RiskSignal {
    id: "company",
    why: "Who sets up one imitation sets up more: what is tied by a rare value to an alert is one hand's work.",
    levels: &["alert"],
    read: |exhibit| Some((0, exhibit.company?.to_owned())),
};
