//! The prober that answers from what was seen before: for replays and regressions.

use std::collections::BTreeMap;

use jiff::Timestamp;
use model::{Dossier, Look, Reason};
use names::DomainName;

use crate::prober::{Prober, Subject, Taken};

/// Dossiers of the past. It asks nobody.
#[derive(Clone, Default, Debug)]
pub struct Recorded {
    /// By name, the oldest first.
    dossiers: BTreeMap<DomainName, Vec<Dossier>>,
}

impl Recorded {
    /// Answers from these dossiers.
    pub fn new(dossiers: Vec<Dossier>) -> Self {
        let mut by_name: BTreeMap<DomainName, Vec<Dossier>> = BTreeMap::new();
        for dossier in dossiers {
            by_name
                .entry(dossier.name.clone())
                .or_default()
                .push(dossier);
        }
        for all in by_name.values_mut() {
            all.sort_by_key(|dossier| dossier.taken);
        }
        Recorded { dossiers: by_name }
    }

    /// The last dossier of the name that was taken at `now` or before.
    fn last(&self, name: &DomainName, now: Timestamp) -> Option<&Dossier> {
        let all = self.dossiers.get(name)?;
        let later = all.partition_point(|dossier| dossier.taken <= now);
        all.get(later.checked_sub(1)?)
    }
}

impl Prober for Recorded {
    /// The last dossier that was taken by then, as it was taken; where there is none, one in which nothing was asked.
    /// The raw bytes are not part of a recording.
    async fn look(&self, subject: &Subject<'_>, now: Timestamp) -> Taken {
        let dossier = match self.last(subject.name, now) {
            Some(dossier) => dossier.clone(),
            None => blank(subject, now),
        };
        Taken {
            dossier,
            evidence: Vec::new(),
        }
    }
}

/// A dossier in which nothing was asked.
fn blank(subject: &Subject<'_>, now: Timestamp) -> Dossier {
    Dossier {
        name: subject.name.clone(),
        registrable: subject.registrable.clone(),
        taken: now,
        dns: Look::not_asked(Reason::NothingThere, now),
        registration: Look::not_asked(Reason::NothingThere, now),
        tls: Look::not_asked(Reason::NothingThere, now),
        page: Look::not_asked(Reason::NothingThere, now),
        screenshot: Look::not_asked(Reason::NothingThere, now),
    }
}

#[cfg(test)]
mod tests {
    use model::Policy;

    use super::*;

    #[tokio::test]
    async fn the_last_one_by_then() {
        let name: DomainName = "shop.example".parse().expect("it is a name");
        let subject = Subject {
            name: &name,
            registrable: &name,
            policy: Policy::Fetch,
            owned: &[],
            reference: None,
            reference_picture: None,
        };
        let at = |second| Timestamp::from_second(second).expect("it is a time");
        let recorded = Recorded::new(vec![blank(&subject, at(20)), blank(&subject, at(10))]);
        for (now, expected) in [(5, 5), (10, 10), (19, 10), (30, 20)] {
            let taken = recorded.look(&subject, at(now)).await;
            assert_eq!(taken.dossier.taken, at(expected));
        }
    }
}
