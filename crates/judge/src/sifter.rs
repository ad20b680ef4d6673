//! One name to what becomes of it: the three steps, sift, explain and weigh, behind every command.

use crate::{Bar, Judge, Verdict};
use model::{Candidate, Observation, Origin, Resemblance, Tier};
use names::{DomainName, NameRef, Split, registrable};
use resemble::{Guard, Sifted};

/// By what names are judged. Shared between threads; each brings its own [`Desk`].
#[derive(Clone, Copy)]
pub struct Sifter<'a> {
    /// Whom we guard.
    pub guard: &'a Guard,
    /// How resemblances are weighed.
    pub judge: &'a Judge,
    /// From where on they are told.
    pub bar: Bar,
    /// The day (`YYYY-MM-DD`) on which allowances have to hold.
    pub today: &'a str,
}

/// What becomes of a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fate {
    /// It belongs to a guarded organisation, or to a service that one uses.
    Own,
    /// It resembles nothing that is guarded, or not enough to be told.
    Unlike,
    /// Every organisation that it resembles lets it pass.
    Allowed,
    /// It is told; the desk has to whom and why.
    Told,
}

/// A verdict at or above the bar, with the tier that it reaches.
pub type Told = (Verdict, Option<Tier>);

/// Buffers of one thread.
#[derive(Default)]
pub struct Desk {
    letters: resemble::Scratch,
    verdicts: Vec<Verdict>,
    told: Vec<Told>,
}

impl Desk {
    /// What there is to tell of the name that was last found [`Fate::Told`], strongest organisation first.
    pub fn told(&mut self) -> impl Iterator<Item = Told> {
        self.told.drain(..)
    }
}

impl Sifter<'_> {
    /// What becomes of `name`. Costs no allocation for a name that resembles nothing.
    #[inline]
    pub fn fate(&self, name: NameRef<'_>, desk: &mut Desk) -> Fate {
        let split = self.guard.split(name);
        match self.guard.sift(name, split, &mut desk.letters) {
            Sifted::Own => Fate::Own,
            Sifted::Unlike => Fate::Unlike,
            Sifted::Maybe => self.look(name, split, desk),
        }
    }

    fn look(&self, name: NameRef<'_>, split: Split, desk: &mut Desk) -> Fate {
        self.verdicts(name, split, desk);
        if desk.told.is_empty() {
            return Fate::Unlike;
        }
        let owned = name.to_owned();
        desk.told.retain(|(verdict, _)| {
            let organisation = verdict.likeness.organisation;
            !self.guard.allows(organisation, &owned, self.today)
        });
        if desk.told.is_empty() {
            Fate::Allowed
        } else {
            Fate::Told
        }
    }

    /// All resemblances of one name that are at or above the bar, strongest first, allowed or not; `None` for an
    /// own name.
    pub fn every(
        &self,
        name: &DomainName,
        origin: &Origin,
        desk: &mut Desk,
    ) -> Option<Vec<(Candidate, Verdict)>> {
        let name = NameRef::from_domain(name);
        let split = self.guard.split(name);
        match self.guard.sift(name, split, &mut desk.letters) {
            Sifted::Own => return None,
            Sifted::Unlike => return Some(vec![]),
            Sifted::Maybe => self.verdicts(name, split, desk),
        }
        let found = desk.told();
        Some(
            found
                .map(|(verdict, _)| (self.candidate(name, &verdict, origin.clone()), verdict))
                .collect(),
        )
    }

    /// All there is to tell of a name by one verdict on it.
    pub fn candidate(&self, name: NameRef<'_>, verdict: &Verdict, origin: Origin) -> Candidate {
        let likeness = &verdict.likeness;
        let split = self.guard.split(name);
        let case = self.judge.case(self.guard, name.as_str(), split, verdict);
        let owned = name.to_owned();
        Candidate {
            registrable: registrable(&owned, self.guard.suffixes())
                .map_or_else(|| owned.clone(), |domain| domain.as_domain().clone()),
            observation: Observation {
                name: owned,
                wildcard: name.wildcard(),
                origin,
            },
            resemblance: Resemblance {
                organisation: self.guard.organisation(likeness.organisation).id.clone(),
                target: self.guard.target(likeness).clone(),
                span: likeness.span,
                techniques: resemble::techniques(self.guard, name.as_str(), likeness),
            },
            assessment: self.judge.weigh(&case),
        }
    }

    /// The verdicts at or above the bar on the name that was sifted last, on the desk.
    fn verdicts(&self, name: NameRef<'_>, split: Split, desk: &mut Desk) {
        let Desk {
            letters,
            verdicts,
            told,
        } = desk;
        self.judge
            .verdicts(self.guard, name, split, letters, verdicts);
        told.clear();
        told.extend(
            verdicts
                .drain(..)
                .filter_map(|verdict| self.above(name, split, verdict)),
        );
    }

    fn above(&self, name: NameRef<'_>, split: Split, verdict: Verdict) -> Option<Told> {
        let thresholds = self.judge.thresholds(self.guard, &verdict.likeness);
        if !self.bar.may_let(verdict.log_odds, thresholds) {
            return None;
        }
        let case = self.judge.case(self.guard, name.as_str(), split, &verdict);
        let assessment = self.judge.weigh(&case);
        self.bar
            .lets(&assessment)
            .then_some((verdict, assessment.tier))
    }
}
