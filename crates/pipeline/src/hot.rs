//! The hot half: a block of entries to what may imitate somebody, on a worker thread.

use crate::tally::Tally;
use ct::Hash;
use feeds::live::{Block, NameAt};
use jiff::Timestamp;
use judge::{Bar, Desk, Fate, Judge, Sifter};
use model::{Candidate, Origin};
use names::{NameRef, Scratch};
use resemble::Guard;
use std::cell::RefCell;
use std::sync::Arc;

/// Below this domain canaries are planted; whoever compiles a watchlist puts it on, for the organisation of this id.
pub const CANARY: (&str, &str) = ("enpassant-canary", "enpassant-canary.example");

/// Whom we guard, and how names are weighed. Replaced as a whole when the watchlist changes.
pub struct Guarded {
    /// The compiled watchlist.
    pub guard: Guard,
    /// The table of weights.
    pub judge: Judge,
}

/// A block with what was found in it.
pub struct Judged {
    /// The block as it was read.
    pub block: Block,
    /// What became of its names; those that are told count as candidates until the ledger knows better.
    pub tally: Tally,
    /// Names that are told, in order.
    pub found: Vec<Found>,
    /// The entries in which something is told, in order.
    pub told: Vec<u32>,
    /// Every name that is one, for the lake.
    pub observed: Observed,
    /// What precertificate and certificate have in common, for each entry, for the lake. Empty where it is not kept.
    pub issuances: Vec<Option<Hash>>,
}

/// A name that resembles somebody, or an entry that cannot be read and speaks of somebody.
pub struct Found {
    /// Its entry, by its place in the block.
    pub entry: u32,
    /// What it is.
    pub what: What,
    /// Whom it imitates and why.
    pub candidate: Candidate,
}

/// Whether a name was read or only guessed at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// A name on a certificate.
    Name,
    /// Text that looks like a name, in an entry that could not be read.
    Unreadable,
}

/// Parsed names, one after the other.
#[derive(Default)]
pub struct Observed {
    text: String,
    rows: Vec<(u32, u32, u8)>,
}

impl Observed {
    fn push(&mut self, entry: u32, name: NameRef<'_>, registrable: usize) {
        self.text.push_str(name.as_str());
        let registrable = u8::try_from(registrable).expect("a name has at most 253 octets");
        self.rows.push((entry, self.text.len() as u32, registrable));
    }

    /// Each with its place in the block and its registrable domain (or itself where it has none).
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str, &str)> {
        let mut start = 0;
        self.rows.iter().map(move |&(entry, end, registrable)| {
            let name = &self.text[start..end as usize];
            start = end as usize;
            (entry, name, &name[usize::from(registrable)..])
        })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// Buffers of one thread.
#[derive(Default)]
struct Bench {
    name: Scratch,
    desk: Desk,
}

thread_local! {
    static BENCH: RefCell<Bench> = RefCell::default();
}

/// At most so many detections are made of one entry that cannot be read.
const MOST_OF_UNREAD: usize = 16;

/// Judges every name of a block.
///
/// `keep` says whether all names are wanted afterwards, for the lake.
pub fn judge(
    guarded: &Guarded,
    feed: &Arc<str>,
    block: Block,
    now: Timestamp,
    keep: bool,
) -> Judged {
    let today = now.strftime("%Y-%m-%d").to_string();
    let sifter = Sifter {
        guard: &guarded.guard,
        judge: &guarded.judge,
        bar: Bar::new(None, None),
        today: &today,
    };
    let mut judged = Judged {
        tally: Tally {
            entries: block.entries.len() as u64,
            unread_entries: block.unread.len() as u64,
            ..Tally::default()
        },
        block,
        found: vec![],
        told: vec![],
        observed: Observed::default(),
        issuances: vec![],
    };
    if keep {
        let entries = 0..judged.block.entries.len() as u32;
        judged.issuances = entries.map(|entry| judged.block.issuance(entry)).collect();
    }
    BENCH.with_borrow_mut(|bench| {
        judged.names(&sifter, feed, bench, keep);
        judged.unread(&sifter, feed, bench);
    });
    judged.told = judged.found.iter().map(|found| found.entry).collect();
    judged.told.dedup();
    judged
}

impl Judged {
    fn names(&mut self, sifter: &Sifter<'_>, feed: &Arc<str>, bench: &mut Bench, keep: bool) {
        for place in 0..self.block.names.len() {
            let NameAt { entry, .. } = self.block.names[place];
            let name = match bench.name.parse(self.block.name(place)) {
                Ok(name) => name,
                Err(fault) => {
                    self.tally.unreadable(fault);
                    continue;
                }
            };
            if keep {
                let registrable = sifter.guard.split(name).registrable.unwrap_or(0);
                self.observed.push(entry, name, registrable);
            }
            match sifter.fate(name, &mut bench.desk) {
                Fate::Own => self.tally.own += 1,
                Fate::Unlike => self.tally.unlike += 1,
                Fate::Allowed => self.tally.allowed += 1,
                Fate::Told => {
                    self.tally.candidate += 1;
                    for (verdict, _) in bench.desk.told() {
                        let origin = origin(feed, self.block.first + u64::from(entry));
                        self.found.push(Found {
                            entry,
                            what: What::Name,
                            candidate: sifter.candidate(name, &verdict, origin),
                        });
                    }
                }
            }
        }
    }

    /// Fails towards the alarm: whatever looks like a name in an entry that cannot be read is judged as one.
    fn unread(&mut self, sifter: &Sifter<'_>, feed: &Arc<str>, bench: &mut Bench) {
        for unread in &self.block.unread {
            let mut found: Vec<Found> = vec![];
            ct::identifiers::printable_runs(self.block.covered(unread.entry), |run| {
                let Ok(name) = bench.name.parse(run) else {
                    return;
                };
                if found.len() >= MOST_OF_UNREAD || sifter.fate(name, &mut bench.desk) != Fate::Told
                {
                    return;
                }
                for (verdict, _) in bench.desk.told() {
                    let origin = origin(feed, self.block.first + u64::from(unread.entry));
                    let candidate = sifter.candidate(name, &verdict, origin);
                    let organisation = &candidate.resemblance.organisation;
                    let told = found
                        .iter()
                        .any(|before| before.candidate.resemblance.organisation == *organisation);
                    if !told {
                        found.push(Found {
                            entry: unread.entry,
                            what: What::Unreadable,
                            candidate,
                        });
                    }
                }
            });
            self.found.append(&mut found);
        }
    }
}

fn origin(feed: &Arc<str>, index: u64) -> Origin {
    Origin::Entry {
        feed: feed.clone(),
        index,
    }
}
