//! One batch of raw names to what is worth telling, and the count of the rest.

use crate::scan::{Bar, NameTally};
use feeds::Batch;
use judge::{Judge, Verdict};
use model::{Candidate, Observation, Origin, Resemblance, Tier};
use names::{DomainName, NameRef, Split, registrable};
use resemble::{Guard, Sifted};
use std::sync::Arc;

/// What every worker goes by.
pub(crate) struct Sifter<'a> {
    /// Whom we guard.
    pub(crate) guard: &'a Guard,
    /// How resemblances are weighed.
    pub(crate) judge: &'a Judge,
    /// From where on they are told.
    pub(crate) bar: Bar,
    /// The day (`YYYY-MM-DD`) on which allowances have to hold.
    pub(crate) today: String,
    /// Whether to keep the excerpts of what is no name.
    pub(crate) keep_unreadable: bool,
}

/// Buffers of one thread.
#[derive(Default)]
pub(crate) struct Desk {
    name: names::Scratch,
    letters: resemble::Scratch,
    verdicts: Vec<Verdict>,
    told: Vec<Told>,
}

/// A verdict at or above the bar, with the tier that it reaches.
type Told = (Verdict, Option<Tier>);

/// A batch with what was found in it.
pub(crate) struct Judged {
    /// The batch as it was read.
    pub(crate) batch: Batch,
    /// Path, `-`, or `archive.zip!member`.
    pub(crate) source: Arc<str>,
    /// Bytes of all files read so far, compressed as they are.
    pub(crate) position: u64,
    /// What became of its names, but for those in `sightings`.
    pub(crate) tally: NameTally,
    /// Names that are told unless they were told before, in the order of the batch; those of one record stand
    /// together, strongest organisation first.
    pub(crate) sightings: Vec<Sighting>,
    /// What was no name, where that was asked for.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A name that resembles an organisation closely enough to be told.
///
/// Small, as a hostile list may hold nothing else; [`Sifter::candidate`] makes the rest.
pub(crate) struct Sighting {
    /// Which of the batch's records.
    pub(crate) record: u32,
    /// What it reaches by the organisation's thresholds.
    pub(crate) tier: Option<Tier>,
    verdict: Verdict,
}

/// What becomes of a name.
enum Fate {
    Own,
    Unlike,
    Allowed,
    Told,
}

/// An observation that is no name.
pub(crate) struct Unreadable {
    pub(crate) line: u64,
    pub(crate) fault: names::NameFault,
    /// At most 80 characters of it, safe to print.
    pub(crate) excerpt: Box<str>,
}

impl Sifter<'_> {
    /// Judges every name of a batch.
    pub(crate) fn judge(
        &self,
        batch: Batch,
        source: Arc<str>,
        position: u64,
        desk: &mut Desk,
    ) -> Judged {
        let mut judged = Judged {
            batch,
            source,
            position,
            tally: NameTally::default(),
            sightings: vec![],
            unreadable: vec![],
        };
        for place in 0..judged.batch.records.len() {
            let record = judged.batch.records[place];
            let raw = judged.batch.name(record);
            let name = match desk.name.parse(raw) {
                Ok(name) => name,
                Err(fault) => {
                    judged.tally.unreadable(fault);
                    if self.keep_unreadable {
                        let excerpt = excerpt(raw);
                        judged.unreadable.push(Unreadable {
                            line: record.line,
                            fault,
                            excerpt,
                        });
                    }
                    continue;
                }
            };
            match self.fate(name, &mut desk.letters, &mut desk.verdicts, &mut desk.told) {
                Fate::Own => judged.tally.own += 1,
                Fate::Unlike => judged.tally.unlike += 1,
                Fate::Allowed => judged.tally.allowed += 1,
                Fate::Told => {
                    let record = place as u32;
                    let sighting = |(verdict, tier)| Sighting {
                        record,
                        tier,
                        verdict,
                    };
                    judged.sightings.extend(desk.told.drain(..).map(sighting));
                }
            }
        }
        judged
    }

    /// What becomes of a name; where it is told, `told` has all that is to tell.
    fn fate(
        &self,
        name: NameRef<'_>,
        letters: &mut resemble::Scratch,
        verdicts: &mut Vec<Verdict>,
        told: &mut Vec<Told>,
    ) -> Fate {
        let split = self.guard.split(name);
        match self.guard.sift(name, split, letters) {
            Sifted::Own => return Fate::Own,
            Sifted::Unlike => return Fate::Unlike,
            Sifted::Maybe => {}
        }
        self.judge
            .verdicts(self.guard, name, split, letters, verdicts);
        told.clear();
        told.extend(
            verdicts
                .drain(..)
                .filter_map(|verdict| self.told(name, split, verdict)),
        );
        if told.is_empty() {
            return Fate::Unlike;
        }
        let owned = name.to_owned();
        told.retain(|(verdict, _)| {
            !self
                .guard
                .allows(verdict.likeness.organisation, &owned, &self.today)
        });
        if told.is_empty() {
            Fate::Allowed
        } else {
            Fate::Told
        }
    }

    fn told(&self, name: NameRef<'_>, split: Split, verdict: Verdict) -> Option<Told> {
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

    /// All resemblances of one name that are at or above the bar, strongest first, allowed or not; `None` for an
    /// own name.
    pub(crate) fn every(
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
            Sifted::Maybe => {}
        }
        self.judge.verdicts(
            self.guard,
            name,
            split,
            &mut desk.letters,
            &mut desk.verdicts,
        );
        let told = desk
            .verdicts
            .drain(..)
            .filter_map(|verdict| self.told(name, split, verdict));
        Some(
            told.map(|(verdict, _)| (self.weighed(name, split, &verdict, origin.clone()), verdict))
                .collect(),
        )
    }

    /// To whom a sighting of `judged` is told, and under which registrable domain.
    pub(crate) fn key<'a>(
        &'a self,
        judged: &Judged,
        sighting: &Sighting,
        desk: &'a mut Desk,
    ) -> (&'a str, &'a str) {
        let name = desk.parsed(judged, sighting).as_str();
        let registrable = self.guard.suffixes().split(name).registrable.unwrap_or(0);
        let organisation = &self
            .guard
            .organisation(sighting.verdict.likeness.organisation)
            .id;
        (&name[registrable..], organisation.as_str())
    }

    /// All there is to tell of a sighting of `judged`.
    pub(crate) fn candidate(
        &self,
        judged: &Judged,
        sighting: &Sighting,
        desk: &mut Desk,
    ) -> Candidate {
        let name = desk.parsed(judged, sighting);
        let line = judged.batch.records[sighting.record as usize].line;
        let split = self.guard.split(name);
        let origin = Origin::Line {
            source: judged.source.clone(),
            line,
        };
        self.weighed(name, split, &sighting.verdict, origin)
    }

    fn weighed(
        &self,
        name: NameRef<'_>,
        split: Split,
        verdict: &Verdict,
        origin: Origin,
    ) -> Candidate {
        let Verdict { likeness, .. } = verdict;
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
}

impl Desk {
    fn parsed(&mut self, judged: &Judged, sighting: &Sighting) -> NameRef<'_> {
        let record = judged.batch.records[sighting.record as usize];
        self.name
            .parse(judged.batch.name(record))
            .expect("a sighting was parsed before")
    }
}

/// At most 80 characters of something that is no name, safe to print.
fn excerpt(raw: &[u8]) -> Box<str> {
    let start = &raw[..raw.len().min(320)];
    names::escaped(&String::from_utf8_lossy(start))
        .at_most(80)
        .to_string()
        .into()
}
