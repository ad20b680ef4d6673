//! A record on its way from a file to a noun.

use std::collections::BTreeSet;

use jiff::civil::Date;
use model::actor::{
    AliasClaim, AttackId, ClaimKind, IntrusionSet, IntrusionSetId, OriginClaim, Publication,
    Standing,
};

use crate::json::kept;
use crate::{Skip, Skipped};

/// What a file says of one set, not yet checked.
#[derive(Default)]
pub(super) struct Draft {
    /// How its keeper calls it.
    pub(super) local: String,
    pub(super) name: String,
    /// What the source adds to the name.
    pub(super) note: Option<String>,
    /// Other names, each with what the source adds.
    pub(super) also: Vec<(String, Option<String>)>,
    /// Further ids of this record.
    pub(super) ids: Vec<String>,
    /// Ids of other records that it is said to be similar to.
    pub(super) similar: Vec<(String, Option<String>)>,
    /// In the source's own words, and how sure it is.
    pub(super) origins: Vec<(String, Option<u8>)>,
    pub(super) deprecated: bool,
    pub(super) revoked: bool,
    /// The local id of what stands in its place.
    pub(super) successor: Option<String>,
    pub(super) dated: Option<Date>,
    pub(super) techniques: Vec<AttackId>,
}

impl Draft {
    /// The record, if it has a name and an id.
    pub(super) fn finish(self, from: &Publication, skipped: &mut Skipped) -> Option<IntrusionSet> {
        let id = |local: &str| IntrusionSetId::new(from.keeper.clone(), local.trim()).ok();
        let Some(set) = id(&self.local) else {
            skipped.count(Skip::Nameless);
            return None;
        };
        let Some(name) = kept(&self.name, &mut Skipped::default()) else {
            skipped.count(Skip::Nameless);
            return None;
        };
        let successor = self.successor.as_deref().and_then(id);
        let standing = match (self.revoked, self.deprecated) {
            (true, _) => Standing::Revoked { successor },
            (false, true) => Standing::Deprecated,
            (false, false) => Standing::Current,
        };
        let mut claims = Claims {
            from,
            set: &set,
            dated: self.dated,
            said: BTreeSet::new(),
            all: vec![],
        };
        claims.add(ClaimKind::Name, &name, self.note.as_deref(), skipped);
        for (alias, note) in self.also.iter().filter(|(alias, _)| alias.trim() != name) {
            claims.add(ClaimKind::Alias, alias, note.as_deref(), skipped);
        }
        let own = (set.local() != name).then(|| set.local().to_owned());
        for text in own.iter().chain(&self.ids) {
            claims.add(ClaimKind::Id, text, None, skipped);
        }
        for (text, note) in &self.similar {
            claims.add(ClaimKind::Similar, text, note.as_deref(), skipped);
        }
        let origins = self.origins.iter().filter_map(|(says, confidence)| {
            Some(OriginClaim {
                says: kept(says, skipped)?,
                source: from.id.clone(),
                confidence: confidence.filter(|&confidence| confidence <= 100),
            })
        });
        let origins = origins.collect();
        let mut techniques = self.techniques;
        techniques.sort();
        techniques.dedup();
        Some(IntrusionSet {
            claims: claims.all,
            id: set,
            source: from.id.clone(),
            name,
            origins,
            standing,
            dated: self.dated,
            techniques,
        })
    }
}

/// The claims of one record, each text of a kind once.
struct Claims<'a> {
    from: &'a Publication,
    set: &'a IntrusionSetId,
    dated: Option<Date>,
    said: BTreeSet<(ClaimKind, String)>,
    all: Vec<AliasClaim>,
}

impl Claims<'_> {
    fn add(&mut self, kind: ClaimKind, text: &str, note: Option<&str>, skipped: &mut Skipped) {
        let Some(text) = kept(text, skipped) else {
            return;
        };
        if !self.said.insert((kind, text.clone())) {
            skipped.count(Skip::Again);
            return;
        }
        self.all.push(AliasClaim {
            name: text,
            kind,
            set: self.set.clone(),
            source: self.from.id.clone(),
            dated: self.dated,
            grade: self.from.grade,
            note: note.and_then(|note| kept(note, skipped)),
        });
    }
}

/// The day of a time (RFC 3339) or of a day.
pub(super) fn day(text: Option<&str>, skipped: &mut Skipped) -> Option<Date> {
    let time = crate::json::time(text?, skipped)?;
    Some(time.to_zoned(jiff::tz::TimeZone::UTC).date())
}
