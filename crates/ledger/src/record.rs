//! The hot path: what a batch of entries brought, in one transaction.

use crate::detail::{Detail, Strength};
use crate::detections::{SeenIn, Times};
use crate::error::LedgerError;
use crate::events::{Announcement, DetectionBody, Event, EventKind, Subject};
use crate::feeds::advance_seen;
use crate::open::Ledger;
use crate::outbox::Channel;
use crate::rulings::Rulings;
use crate::sql::{hex, in_chunks, kept_time, milliseconds, short, signed, timestamp, unsigned};
use crate::turn::Turn;
use crate::unreadable::{self, NewUnreadable};
use jiff::Timestamp;
use model::Candidate;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use sqlx::Row;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// All that is to be written of one batch.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    /// Now; the time of the events.
    pub at: Timestamp,
    /// The candidates, in the order in which they were seen.
    pub sightings: &'a [NewSighting],
    /// Entries that could not be read, or not to their end.
    pub unreadable: &'a [NewUnreadable],
    /// How far each feed has been read, the next index to read. A position that is behind what is kept changes nothing.
    pub seen: &'a [(Arc<str>, u64)],
    /// Who is to be told of new and raised detections.
    pub channels: &'a [Channel],
}

/// A candidate in one entry of one feed.
#[derive(Clone, PartialEq, Debug)]
pub struct NewSighting {
    /// The name, whom it imitates, and how strong the case is. Where it was seen is `feed` and `index`; its own
    /// origin is not looked at.
    pub candidate: Candidate,
    /// How the name was come by.
    pub kind: SightingKind,
    /// The feed, by its id.
    pub feed: Arc<str>,
    /// The entry's index in the feed.
    pub index: u64,
    /// What a precertificate and its final certificate have in common; sightings of one issuance are one
    /// certificate.
    pub issuance: Option<[u8; 32]>,
    /// The certificate, as far as it could be read.
    pub certificate: Option<CertificateFacts>,
    /// When the log promised to include it.
    pub sct: Option<Timestamp>,
    /// The time of the first checkpoint that covered it.
    pub checkpoint: Option<Timestamp>,
    /// When we read it.
    pub seen: Timestamp,
    /// Whether it is the canary's. Its detections stand apart from all others: their events are of kind
    /// [`EventKind::Test`], nobody is told, and they are listed on request only.
    pub test: bool,
}

/// How a name was come by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SightingKind {
    /// Read from the certificate.
    Name,
    /// Found among the bytes of an entry that cannot be read. Each such entry is a detection of its own, whose
    /// registrable domain is `entry:FEED/INDEX`.
    Unreadable,
}

/// What a certificate says. Texts are a stranger's; they are cut at 1,000 characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CertificateFacts {
    /// SHA-256 of the certificate, or of the precertificate.
    pub sha256: [u8; 32],
    /// SHA-256 of the `SubjectPublicKeyInfo`.
    pub spki_sha256: Option<[u8; 32]>,
    /// The issuer's distinguished name.
    pub issuer: Option<String>,
    /// The serial number in hexadecimal.
    pub serial: Option<String>,
    /// Valid from.
    pub not_before: Option<Timestamp>,
    /// Valid until.
    pub not_after: Option<Timestamp>,
}

impl Ledger {
    /// Writes what a batch brought, and returns what is new in it.
    ///
    /// - A first name of a registrable domain for an organisation makes a detection: event `detection`.
    /// - A name that reaches a higher tier than the detection had: event `raised`. Whatever comes, the detection
    ///   shows its strongest name.
    /// - A further name of a detection: event `sighting`.
    /// - An entry that could not be read is kept with its first bytes: event `unreadable`.
    /// - A known name in another entry (a renewal, another log) is kept with its time and origin, without an event.
    ///
    /// Of what a decision lets pass there are events, but nobody is owed one.
    ///
    /// Called again with the same batch it changes nothing and returns nothing; what the first call brought is in
    /// [`Ledger::events`].
    ///
    /// # Errors
    /// [`LedgerError::UnknownFeed`] for a position of a feed that was not enrolled; those of the store. Nothing is
    /// written then, unless the connection broke at the very commit: then nobody can tell.
    pub async fn record(&self, batch: &Recording<'_>) -> Result<Vec<Event>, LedgerError> {
        let entries: Vec<Entry> = batch.sightings.iter().map(Entry::of).collect();
        let mut turn = self.turn().await?;
        let mut walk = Walk::start(&mut turn, &entries, batch).await?;
        for entry in &entries {
            walk.step(&mut turn, entry);
        }
        walk.write(&mut turn).await?;
        unreadable::keep(&mut turn, batch.at, batch.unreadable).await?;
        advance_seen(turn.connection(), batch.seen).await?;
        turn.commit().await
    }
}

/// A sighting with what is kept of its candidate.
struct Entry<'a> {
    sighting: &'a NewSighting,
    detail: Detail,
}

impl<'a> Entry<'a> {
    fn of(sighting: &'a NewSighting) -> Self {
        let NewSighting {
            candidate,
            kind,
            feed,
            index,
            ..
        } = sighting;
        let registrable = match kind {
            SightingKind::Name => candidate.registrable.as_str().to_owned(),
            SightingKind::Unreadable => format!("entry:{feed}/{index}"),
        };
        Self {
            sighting,
            detail: Detail::of(candidate, registrable, feed, *index),
        }
    }

    fn key(&self) -> Key<'_> {
        (
            &self.detail.registrable,
            &self.detail.organisation,
            self.sighting.test,
        )
    }

    /// The decision by which a detection that it makes is let pass; who registered it is not known yet.
    fn allowed(&self, rulings: &Rulings) -> Option<u64> {
        let (registrable, organisation, test) = self.key();
        if test {
            return None;
        }
        rulings.pass(registrable, organisation, |_| false)
    }

    fn times(&self) -> Times {
        let certificate = self.sighting.certificate.as_ref();
        Times {
            not_before: certificate
                .and_then(|certificate| certificate.not_before)
                .map(kept_time),
            sct: self.sighting.sct.map(kept_time),
            checkpoint: self.sighting.checkpoint.map(kept_time),
            seen: kept_time(self.sighting.seen),
            told: None,
        }
    }

    fn seen_in(&self) -> SeenIn {
        let certificate = self.sighting.certificate.as_ref();
        SeenIn {
            feed: self.sighting.feed.to_string(),
            index: self.sighting.index,
            at: kept_time(self.sighting.seen),
            name: self.detail.name.clone(),
            certificate: certificate.map(|certificate| hex(&certificate.sha256)),
        }
    }
}

/// What makes a detection one: registrable domain, organisation, and whether it is a test.
type Key<'a> = (&'a str, &'a str, bool);

/// A detection as it stands at one point of the batch.
struct Standing<'a> {
    id: u64,
    first_seen: Timestamp,
    strength: Strength,
    /// The decision by which it is let pass.
    allowed: Option<u64>,
    /// The entry that it shows, where that is of this batch.
    shows: Option<&'a Entry<'a>>,
    /// The entry that made it, where that is of this batch.
    made_by: Option<&'a Entry<'a>>,
}

/// The way through a batch, entry by entry, with all that is known of its detections in memory.
struct Walk<'a> {
    batch: &'a Recording<'a>,
    rulings: Rulings,
    standings: FxHashMap<Key<'a>, Standing<'a>>,
    /// Names of detections, those of this batch included.
    names: FxHashSet<(u64, String)>,
    sightings: Vec<(u64, &'a Entry<'a>)>,
}

impl<'a> Walk<'a> {
    /// Reads what the ledger knows of the detections and names of the batch.
    async fn start(
        turn: &mut Turn,
        entries: &'a [Entry<'a>],
        batch: &'a Recording<'a>,
    ) -> Result<Self, LedgerError> {
        // Most batches bring nothing.
        let rulings = match entries {
            [] => Rulings::default(),
            _ => Rulings::standing(turn.connection()).await?,
        };
        let keys: FxHashSet<Key> = entries.iter().map(Entry::key).collect();
        let keys: Vec<Key> = keys.into_iter().collect();
        let rows = in_chunks(
            turn.connection(),
            [
                "WITH asked (registrable, organisation, test) AS (VALUES",
                ") SELECT d.id, d.registrable, d.organisation, d.test, d.tier, d.score, d.first_seen, d.allowed \
                 FROM asked JOIN detections d ON d.registrable = asked.registrable \
                 AND d.organisation = asked.organisation AND d.test = asked.test",
            ],
            3,
            &keys,
            |row, (registrable, organisation, test)| {
                Ok(row
                    .bind(*registrable)
                    .bind(*organisation)
                    .bind(i64::from(*test)))
            },
        )
        .await?;
        let mut known = FxHashMap::default();
        for row in &rows {
            let key: (String, String, bool) = (
                row.try_get("registrable")?,
                row.try_get("organisation")?,
                row.try_get::<i64, _>("test")? != 0,
            );
            let standing = Standing {
                id: unsigned(row.try_get("id")?),
                first_seen: timestamp(row.try_get("first_seen")?)?,
                strength: Strength {
                    tier: row.try_get("tier")?,
                    score: row.try_get("score")?,
                },
                allowed: row.try_get::<Option<i64>, _>("allowed")?.map(unsigned),
                shows: None,
                made_by: None,
            };
            known.insert(key, standing);
        }
        let standings: FxHashMap<Key, Standing> = keys
            .into_iter()
            .filter_map(|key| {
                let owned = (key.0.to_owned(), key.1.to_owned(), key.2);
                Some((key, known.remove(&owned)?))
            })
            .collect();
        let asked: FxHashSet<(u64, &str)> = entries
            .iter()
            .filter_map(|entry| Some((standings.get(&entry.key())?.id, entry.detail.name.as_str())))
            .collect();
        let names = known_names(turn, asked.into_iter().collect()).await?;
        Ok(Self {
            batch,
            rulings,
            standings,
            names,
            sightings: vec![],
        })
    }

    /// One sighting: what it makes of its detection, and who has to hear of it.
    fn step(&mut self, turn: &mut Turn, entry: &'a Entry<'a>) {
        let strength = entry.detail.strength();
        let numbers = &mut turn.numbers;
        let rulings = &self.rulings;
        let test = entry.sighting.test;
        let mut made = false;
        let standing = self.standings.entry(entry.key()).or_insert_with(|| {
            made = true;
            numbers.detection += 1;
            Standing {
                id: numbers.detection,
                first_seen: kept_time(entry.sighting.seen),
                strength,
                allowed: entry.allowed(rulings),
                shows: Some(entry),
                made_by: Some(entry),
            }
        });
        let raised = strength.tier > standing.strength.tier;
        if strength > standing.strength {
            standing.strength = strength;
            standing.shows = Some(entry);
        }
        let new_name = self.names.insert((standing.id, entry.detail.name.clone()));
        self.sightings.push((standing.id, entry));

        let kind = match (made, raised, new_name) {
            (true, ..) => EventKind::Detection,
            (_, true, _) => EventKind::Raised,
            (.., true) => EventKind::Sighting,
            _ => return,
        };
        let tier = entry.detail.tier;
        let is_news = matches!(kind, EventKind::Detection | EventKind::Raised);
        let owed = is_news && !test && standing.allowed.is_none();
        let channels = self.batch.channels.iter();
        let channels = channels
            .filter(|channel| owed && tier >= Some(channel.min_tier))
            .map(|channel| channel.name.as_str());
        let announcement = Announcement {
            at: self.batch.at,
            kind: if test { EventKind::Test } else { kind },
            subject: Subject::Detection(DetectionBody {
                detail: &entry.detail,
                id: standing.id,
                first_seen: standing.first_seen,
                times: entry.times(),
                origins: [entry.seen_in()],
                kind: entry.sighting.kind,
                allowed: standing.allowed,
            }),
        };
        turn.announce(&announcement, channels);
    }

    async fn write(self, turn: &mut Turn) -> Result<(), LedgerError> {
        let mut made = vec![];
        for standing in self.standings.values() {
            match (standing.made_by, standing.shows) {
                (Some(made_by), Some(shows)) => made.push(Made {
                    id: standing.id,
                    by: made_by,
                    shows,
                    allowed: standing.allowed,
                }),
                (None, Some(shows)) => strengthen(turn, standing.id, &shows.detail).await?,
                (_, None) => {}
            }
        }
        made.sort_unstable_by_key(|made| made.id);
        insert_detections(turn, &made).await?;
        insert_looks(turn, &made, self.batch.at).await?;
        insert_sightings(turn, &self.sightings).await
    }
}

async fn known_names(
    turn: &mut Turn,
    asked: Vec<(u64, &str)>,
) -> Result<FxHashSet<(u64, String)>, LedgerError> {
    let rows = in_chunks(
        turn.connection(),
        [
            "WITH asked (detection, name) AS (VALUES",
            ") SELECT DISTINCT s.detection, s.name FROM asked JOIN sightings s \
             ON s.detection = asked.detection AND s.name = asked.name",
        ],
        2,
        &asked,
        |row, (id, name)| Ok(row.bind(signed(*id)?).bind(*name)),
    )
    .await?;
    let name = |row: &sqlx::any::AnyRow| {
        Ok((
            unsigned(row.try_get("detection")?),
            row.try_get::<String, _>("name")?,
        ))
    };
    rows.iter().map(name).collect()
}

async fn strengthen(turn: &mut Turn, id: u64, detail: &Detail) -> Result<(), LedgerError> {
    let Strength { tier, score } = detail.strength();
    sqlx::query("UPDATE detections SET tier = $1, score = $2, detail = $3 WHERE id = $4")
        .bind(tier)
        .bind(score)
        .bind(detail.store())
        .bind(signed(id)?)
        .execute(turn.connection())
        .await?;
    Ok(())
}

/// A new detection.
struct Made<'a> {
    id: u64,
    by: &'a Entry<'a>,
    shows: &'a Entry<'a>,
    allowed: Option<u64>,
}

async fn insert_detections(turn: &mut Turn, made: &[Made<'_>]) -> Result<(), LedgerError> {
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO detections (id, registrable, organisation, test, kind, tier, score, detail, \
             first_seen, not_before, sct, checkpoint, allowed) VALUES",
            "",
        ],
        13,
        made,
        |row, made| {
            let (registrable, organisation, test) = made.by.key();
            let Strength { tier, score } = made.shows.detail.strength();
            let times = made.by.times();
            Ok(row
                .bind(signed(made.id)?)
                .bind(registrable)
                .bind(organisation)
                .bind(i64::from(test))
                .bind(made.by.sighting.kind.as_str())
                .bind(tier)
                .bind(score)
                .bind(made.shows.detail.store())
                .bind(milliseconds(times.seen))
                .bind(times.not_before.map(milliseconds))
                .bind(times.sct.map(milliseconds))
                .bind(times.checkpoint.map(milliseconds))
                .bind(made.allowed.map(signed).transpose()?))
        },
    )
    .await?;
    Ok(())
}

/// What was detected is to be looked at, at once; but not what only tests us, or has no name.
async fn insert_looks(
    turn: &mut Turn,
    made: &[Made<'_>],
    at: Timestamp,
) -> Result<(), LedgerError> {
    let wanted =
        |entry: &Entry<'_>| !entry.sighting.test && entry.sighting.kind == SightingKind::Name;
    let ids = made.iter().filter(|made| wanted(made.by));
    let ids: Vec<u64> = ids.map(|made| made.id).collect();
    in_chunks(
        turn.connection(),
        ["INSERT INTO looks (detection, due_at) VALUES", ""],
        2,
        &ids,
        |row, id| Ok(row.bind(signed(*id)?).bind(milliseconds(at))),
    )
    .await?;
    Ok(())
}

async fn insert_sightings(
    turn: &mut Turn,
    sightings: &[(u64, &Entry<'_>)],
) -> Result<(), LedgerError> {
    in_chunks(
        turn.connection(),
        [
            "INSERT INTO sightings (detection, name, feed, position, seen, sct, checkpoint, issuance, \
             certificate, spki, issuer, serial, not_before, not_after) VALUES",
            "ON CONFLICT DO NOTHING",
        ],
        14,
        sightings,
        |row, (id, entry)| {
            let sighting = entry.sighting;
            let facts = sighting.certificate.as_ref();
            Ok(row
                .bind(signed(*id)?)
                .bind(entry.detail.name.as_str())
                .bind(sighting.feed.as_ref())
                // Any number that a feed may claim for an entry: only sameness matters.
                .bind(sighting.index.cast_signed())
                .bind(milliseconds(sighting.seen))
                .bind(sighting.sct.map(milliseconds))
                .bind(sighting.checkpoint.map(milliseconds))
                .bind(sighting.issuance.as_ref().map(hex))
                .bind(facts.map(|facts| hex(&facts.sha256)))
                .bind(facts.and_then(|facts| facts.spki_sha256.as_ref()).map(hex))
                .bind(facts.and_then(|facts| facts.issuer.as_deref()).map(short))
                .bind(facts.and_then(|facts| facts.serial.as_deref()).map(short))
                .bind(facts.and_then(|facts| facts.not_before).map(milliseconds))
                .bind(facts.and_then(|facts| facts.not_after).map(milliseconds)))
        },
    )
    .await?;
    Ok(())
}

impl SightingKind {
    /// Its id: `name` or `unreadable`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Unreadable => "unreadable",
        }
    }
}

impl fmt::Display for SightingKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for SightingKind {
    type Err = LedgerError;

    fn from_str(text: &str) -> Result<Self, LedgerError> {
        match text {
            "name" => Ok(Self::Name),
            "unreadable" => Ok(Self::Unreadable),
            _ => Err(LedgerError::corrupt("the kind of a detection", text)),
        }
    }
}
