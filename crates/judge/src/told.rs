//! What a look told of one set of records.

use model::dossier::DnsFacts;
use model::{Dossier, Probed};

/// That records are there, that there are none, or nothing.
pub(crate) enum Told<'a, T> {
    Some(&'a T),
    None,
    Nothing,
}

impl<T> Told<'_, T> {
    pub(crate) fn is_none(&self) -> bool {
        matches!(self, Self::None)
    }
}

/// What was told of one set of records. A name that does not exist has no records of any kind.
pub(crate) fn records<'a, T>(
    dossier: &'a Dossier,
    of: impl Fn(&'a DnsFacts) -> &'a Probed<T>,
) -> Told<'a, T> {
    let facts = match &dossier.dns.outcome {
        Probed::Answered(facts) => facts,
        Probed::Absent(_) => return Told::None,
        Probed::Failed(_) | Probed::NotAsked(_) => return Told::Nothing,
    };
    match of(facts) {
        Probed::Answered(records) => Told::Some(records),
        Probed::Absent(_) => Told::None,
        Probed::Failed(_) | Probed::NotAsked(_) => Told::Nothing,
    }
}
