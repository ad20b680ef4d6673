//! Campaigns that others published.

use jiff::Timestamp;

use super::{Indicator, IntrusionSetId};
use crate::{Admiralty, Tlp};

/// A campaign that others published, by what it used: something to compare with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// Its id with whoever published it: a STIX id, the UUID of a MISP event; for CSV made from its names, or from its
    /// indicators where neither it nor its publisher has a name. It stays the same when the same file is read again.
    pub id: String,
    /// What it is called there. Where indicators came without a campaign, what holds them together: the report, the set.
    pub name: String,
    /// Who published it; none where the file does not say.
    pub source: Option<String>,
    /// To whom the publisher attributes it; empty: to nobody.
    pub attributed: Vec<Attributed>,
    /// How far it can be relied on; `F6` where the file does not say.
    pub grade: Admiralty,
    /// Who may read it: the narrowest label on it or any of its indicators; none where it has no label.
    pub tlp: Option<Tlp>,
    /// When it was published or changed last, if the file says so.
    pub published: Option<Timestamp>,
    /// What it used; sorted, each once.
    pub indicators: Vec<Indicator>,
}

/// That a published campaign is attributed to a set, under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Attributed {
    /// The name as it is written there; which sets use it, the knowledge of actors says.
    pub name: String,
    /// The set, where the file names it by an id that is not only the file's own.
    pub set: Option<IntrusionSetId>,
    /// How much it weighs.
    pub grade: Admiralty,
}
