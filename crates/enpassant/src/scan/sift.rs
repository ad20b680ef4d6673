//! One batch of raw names to what is worth telling, and the count of the rest.

use crate::scan::NameTally;
use feeds::Batch;
use judge::{Fate, Sifter, Verdict};
use model::{Candidate, Origin, Tier};
use names::NameRef;
use std::sync::Arc;

/// What every worker goes by.
pub(crate) struct Bench<'a> {
    /// By what names are judged.
    pub(crate) sifter: Sifter<'a>,
    /// Whether to keep the excerpts of what is no name.
    pub(crate) keep_unreadable: bool,
}

/// Buffers of one thread.
#[derive(Default)]
pub(crate) struct Desk {
    name: names::Scratch,
    judge: judge::Desk,
}

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
/// Small, as a hostile list may hold nothing else; [`Bench::candidate`] makes the rest.
pub(crate) struct Sighting {
    /// Which of the batch's records.
    pub(crate) record: u32,
    /// What it reaches by the organisation's thresholds.
    pub(crate) tier: Option<Tier>,
    verdict: Verdict,
}

/// An observation that is no name.
pub(crate) struct Unreadable {
    pub(crate) line: u64,
    pub(crate) fault: names::NameFault,
    /// At most 80 characters of it, safe to print.
    pub(crate) excerpt: Box<str>,
}

impl Bench<'_> {
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
            match self.sifter.fate(name, &mut desk.judge) {
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
                    judged.sightings.extend(desk.judge.told().map(sighting));
                }
            }
        }
        judged
    }

    /// To whom a sighting of `judged` is told, and under which registrable domain.
    pub(crate) fn key<'a>(
        &'a self,
        judged: &Judged,
        sighting: &Sighting,
        desk: &'a mut Desk,
    ) -> (&'a str, &'a str) {
        let name = desk.parsed(judged, sighting).as_str();
        let guard = self.sifter.guard;
        let registrable = guard.suffixes().split(name).registrable.unwrap_or(0);
        let organisation = &guard
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
        let line = judged.batch.records[sighting.record as usize].line;
        let origin = Origin::Line {
            source: judged.source.clone(),
            line,
        };
        let name = desk.parsed(judged, sighting);
        self.sifter.candidate(name, &sighting.verdict, origin)
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
